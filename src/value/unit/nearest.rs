//! Which unit was probably meant by a name that is none.

use super::builtin::ROWS;
use crate::value::CURRENCIES;

/// Words and signs that people write for usual units; suggested, never accepted.
const OTHER_WORDS: &[(&str, &str)] = &[
    ("piece", "pc"),
    ("pieces", "pc"),
    ("pcs", "pc"),
    ("gram", "g"),
    ("grams", "g"),
    ("kilo", "kg"),
    ("kilogram", "kg"),
    ("kilograms", "kg"),
    ("ton", "t"),
    ("tons", "t"),
    ("tonne", "t"),
    ("tonnes", "t"),
    ("pound", "lb"),
    ("pounds", "lb"),
    ("lbs", "lb"),
    ("ounce", "oz"),
    ("ounces", "oz"),
    ("meter", "m"),
    ("meters", "m"),
    ("metre", "m"),
    ("metres", "m"),
    ("in", "inch"),
    ("inches", "inch"),
    ("foot", "ft"),
    ("feet", "ft"),
    ("m²", "m2"),
    ("㎡", "m2"),
    ("sqm", "m2"),
    ("cm²", "cm2"),
    ("mm²", "mm2"),
    ("m³", "m3"),
    ("㎥", "m3"),
    ("cm³", "cm3"),
    ("mm³", "mm3"),
    ("liter", "l"),
    ("liters", "l"),
    ("litre", "l"),
    ("litres", "l"),
    ("sec", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("mins", "min"),
    ("minute", "min"),
    ("minutes", "min"),
    ("hr", "h"),
    ("hrs", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("d", "day"),
    ("mo", "month"),
    ("yr", "year"),
    ("°C", "degC"),
    ("℃", "degC"),
    ("byte", "B"),
    ("bytes", "B"),
    ("RMB", "CNY"),
    ("yuan", "CNY"),
    ("dollar", "USD"),
    ("dollars", "USD"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("yen", "JPY"),
    ("kilos", "kg"),
    ("元", "CNY"),
    ("€", "EUR"),
    ("£", "GBP"),
];

/// The name that `name` was probably meant to be, among `declared` ones, the usual units and currencies.
pub(super) fn nearest(name: &str, declared: &[&str]) -> Option<String> {
    let usual =
        ROWS.iter().flat_map(|row| [row.name, row.singular, row.also]).filter(|name| !name.is_empty());
    let codes = CURRENCIES.iter().map(|currency| currency.code);
    let known: Vec<&str> = declared.iter().copied().chain(usual).chain(codes).collect();
    let lower = name.to_lowercase();

    let other_case = || known.iter().find(|known| known.to_lowercase() == lower);
    let other_word =
        || OTHER_WORDS.iter().find(|(word, _)| *word == name || *word == lower).map(|(_, meant)| meant);
    let swapped = || known.iter().find(|known| slip(name, known) == Some(Slip::Swapped));
    // Of two letters one is no hint: half of all short names are one letter apart.
    let one_off = || known.iter().find(|known| name.chars().count() > 2 && slip(name, known).is_some());
    other_case().or_else(other_word).or_else(swapped).or_else(one_off).map(|name| (*name).to_owned())
}

/// What one finger does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slip {
    /// Two neighbours changed places.
    Swapped,
    /// A letter is missing, too many, or another one.
    OneOff,
}

/// The one slip between two names, if it is just one.
fn slip(left: &str, right: &str) -> Option<Slip> {
    let (mut left, mut right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    for _ in 0..2 {
        // What the two begin with alike does not matter; reversed, neither what they end with alike.
        let alike = left.iter().zip(&right).take_while(|(left, right)| left == right).count();
        left.drain(..alike);
        right.drain(..alike);
        left.reverse();
        right.reverse();
    }
    match (left.as_slice(), right.as_slice()) {
        ([a, b], [c, d]) if a == d && b == c => Some(Slip::Swapped),
        ([], [_]) | ([_], []) | ([_], [_]) => Some(Slip::OneOff),
        _ => None,
    }
}
