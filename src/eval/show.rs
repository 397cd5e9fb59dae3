//! Values as text, the way a request would write them.

use super::plan::Plan;
use super::run::Day;
use super::table::Found;
use crate::ir::{Domain, Input, KeyMatch, NumberKind, NumberTy, Ty, Value};
use crate::value::{Exact, Unit, group_digits};

/// How many decimal places a number is shown with whose decimals have no end.
const SHOWN_PLACES: u32 = 6;

/// How many decimal places a margin or the like is shown with, which is for reading only.
pub const SHARE_PLACES: u8 = 4;

/// How many values are listed at most.
const MOST_LISTED: usize = 20;

/// An amount in decimals, with at least so many places; as a fraction where the decimals have no end.
pub fn amount_text(amount: &Exact, places: u32) -> String {
    let mut text = String::with_capacity(16);
    write_amount(amount, places, &mut text);
    text
}

/// Adds an amount to a text, as [`amount_text`] writes it.
pub fn write_amount(amount: &Exact, places: u32, out: &mut String) {
    if !amount.write_decimal(places, out) {
        out.push_str(&amount.to_fraction_text());
    }
}

impl Plan {
    /// The code of the request's currency.
    pub fn currency(&self, day: &Day) -> &str {
        let chosen = self.book.currencies.get(usize::from(day.currency));
        chosen.or(self.book.currencies.first()).map_or("", |code| code)
    }

    /// The decimal places that the request's currency is paid with.
    pub fn places(&self, day: &Day) -> u32 {
        self.book.units.places(self.currency(day)).unwrap_or(2)
    }

    /// The smallest amount that is paid in the request's currency.
    pub fn minor_unit(&self, day: &Day) -> Exact {
        self.book.units.smallest(self.currency(day))
    }

    /// A value as text: `160 tf`, `8%`, `h_frame`, `2026-01-31`, `224000.00 CNY`.
    pub fn show(&self, day: &Day, value: &Value, ty: &Ty) -> String {
        let text = |text: &str| text.to_owned();
        match (value, ty.required()) {
            (Value::Absent, _) => text("not given"),
            (Value::Bool(truth), _) => text(if *truth { "true" } else { "false" }),
            (Value::Text(text), _) => ["\"", text, "\""].concat(),
            (Value::Date(date), _) => date.to_string(),
            (Value::Number(number), Ty::Number(ty)) => self.show_number(day, number, ty),
            (Value::Number(number), _) => number_text(number),
            (Value::Choice(at), Ty::Choice(of)) => {
                of.values.get(usize::from(*at)).map_or_else(String::new, |it| text(&it.key))
            }
            (Value::Set(set), Ty::Set(of)) => {
                let held = of.values.iter().enumerate().filter(|(at, _)| set_holds(*set, *at));
                let keys: Vec<&str> = held.map(|(_, it)| &*it.key).collect();
                format!("[{}]", keys.join(", "))
            }
            (Value::Row(row), Ty::Row(table)) => {
                self.row_key(day, table, *row).map_or_else(String::new, |(key, ty)| self.show(day, key, ty))
            }
            (Value::Choice(at), _) => at.to_string(),
            (Value::List(elements), _) => match elements.len() {
                1 => text("1 element"),
                count => format!("{count} elements"),
            },
            (Value::Set(_) | Value::Row(_), _) => String::new(),
        }
    }

    /// The values that an input may have, in words; none where there are too many to say.
    pub fn choices(&self, day: &Day, input: &Input) -> Option<String> {
        let listed = |all: Vec<String>| (!all.is_empty() && all.len() <= MOST_LISTED).then(|| all.join(", "));
        let number = |number: &Exact| self.show(day, &Value::Number(number.clone()), &input.ty);
        match (&input.domain, input.ty.required()) {
            (Domain::Numbers(numbers), _) => listed(numbers.iter().map(|(it, _)| number(it)).collect()),
            (Domain::Range { from, to, step: None }, _) => {
                Some(format!("{} to {}", number(from), number(to)))
            }
            (Domain::Range { from, to, step: Some(step) }, _)
                if *step == Exact::ONE && is_whole(&input.ty) =>
            {
                Some(format!("{} to {}", number(from), number(to)))
            }
            (Domain::Range { from, to, step: Some(step) }, _) => {
                Some(format!("{} to {} in steps of {}", number(from), number(to), number(step)))
            }
            (Domain::All, Ty::Choice(of) | Ty::Set(of)) => {
                listed(of.values.iter().map(|it| it.key.to_string()).collect())
            }
            (Domain::All, Ty::Bool) => Some("true, false".into()),
            (Domain::All, _) => None,
        }
    }

    /// The key of a row, and its type.
    pub fn row_key(&self, day: &Day, table: &str, row: u32) -> Option<(&Value, &Ty)> {
        let at = *self.items.tables.get(table)?;
        let ty = &self.tables.get(at as usize)?.table.keys.first()?.ty;
        Some((self.key_of(day, at, row)?, ty))
    }

    /// The key of a row.
    pub(super) fn key_of(&self, day: &Day, table: u32, row: u32) -> Option<&Value> {
        let table = self.tables.get(table as usize)?;
        match table.rows(table.version_on(day.as_of)?)?.keys.first()?.get(row as usize)? {
            KeyMatch::One(key) => Some(key),
            _ => None,
        }
    }

    /// The row that a key names.
    pub fn row_of(&self, day: &Day, table: &str, key: &Value) -> Option<u32> {
        let table = self.find_table(table)?;
        match table.find(table.version_on(day.as_of)?, std::slice::from_ref(key)) {
            Found::Row(row) => Some(row),
            Found::Otherwise | Found::Nothing => None,
        }
    }

    fn show_number(&self, day: &Day, number: &Exact, ty: &NumberTy) -> String {
        if ty.kind == NumberKind::Rate {
            return rate_text(number);
        }
        if ty.unit.is_none() {
            return number_text(number);
        }
        let asked = is_asked(&ty.unit);
        let places = match ty.unit.currency().and_then(|currency| self.book.units.places(currency.name())) {
            Some(places) => places,
            None if asked => self.places(day),
            None => 0,
        };
        let mut text = decimals(number, places);
        text.push(' ');
        let from = text.len();
        ty.unit.write(&mut text);
        if asked {
            text.replace_range(from..from + ASKED.len(), self.currency(day));
        }
        text
    }

    /// An amount of money for a sentence, digits in groups: `12 000.00 CNY`.
    pub fn show_amount(&self, day: &Day, amount: &Exact) -> String {
        let mut text = group_digits(&decimals(amount, self.places(day)), ' ');
        text.push(' ');
        text.push_str(self.currency(day));
        text
    }
}

/// The currency of the request, in units.
const ASKED: &str = "money";

/// Whether a unit is an amount in the currency of the request, or so much for each of something.
fn is_asked(unit: &Unit) -> bool {
    let mut above = unit.powers().filter(|(_, power)| *power > 0);
    let first = above.next().is_some_and(|(atom, power)| power == 1 && atom.name() == ASKED);
    first && above.next().is_none()
}

/// A number in decimals, of which there are at least so many places; about so much where they have no end.
fn decimals(number: &Exact, places: u32) -> String {
    let mut text = String::with_capacity(24);
    if !number.write_decimal(places, &mut text) {
        text.push_str("about ");
        number.write_rounded(SHOWN_PLACES, &mut text);
    }
    text
}

fn is_whole(ty: &Ty) -> bool {
    matches!(ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Int)
}

/// A rate in per cent.
pub fn rate_text(rate: &Exact) -> String {
    match rate.checked_mul(&Exact::from(100)) {
        Ok(share) => {
            let mut text = decimals(&share, 0);
            text.push('%');
            text
        }
        Err(_) => number_text(rate),
    }
}

/// A number without a unit.
pub fn number_text(number: &Exact) -> String {
    decimals(number, 0)
}

/// Whether a set holds the value at a position.
pub fn set_holds(set: u128, at: usize) -> bool {
    u32::try_from(at).ok().and_then(|at| set.checked_shr(at)).is_some_and(|rest| rest & 1 == 1)
}
