//! Types, values and lists of names in the words of messages.

use crate::ir::{Domain, EnumTy, NumberKind, NumberTy, Ty, Value};
use crate::value::{Exact, Rounding};

/// Fractions with more characters are told as what they are about.
const LONGEST_FRACTION: usize = 12;

/// A type with its article: `an amount in CNY`.
pub(crate) fn ty(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "true or false".to_owned(),
        Ty::Text => "a text".to_owned(),
        Ty::Date => "a date".to_owned(),
        Ty::Number(number) => number_ty(number),
        Ty::Choice(choice) => format!("a value of `{}`", choice.name),
        Ty::Set(of) => format!("a set of `{}`", of.name),
        Ty::Row(table) => format!("a row of `{table}`"),
        Ty::Optional(inner) => format!("{} that may be missing", self::ty(inner)),
        Ty::List(_) => "a list".to_owned(),
        Ty::Names => "a list of names".to_owned(),
    }
}

/// The type of a number with its article.
pub(crate) fn number_ty(ty: &NumberTy) -> String {
    if ty.unit.currency().is_some() {
        return format!("an amount in `{}`", ty.unit);
    }
    if ty.unit.has_currency() {
        return format!("a price in `{}`", ty.unit);
    }
    if !ty.unit.is_none() {
        return format!("a quantity in `{}`", ty.unit);
    }
    match ty.kind {
        NumberKind::Int => "a whole number".to_owned(),
        NumberKind::Plain => "a plain number".to_owned(),
        NumberKind::Rate => "a rate".to_owned(),
    }
}

/// How a type is written in a book.
pub(crate) fn written(ty: &Ty) -> String {
    match ty {
        Ty::Bool => "bool".to_owned(),
        Ty::Text => "text".to_owned(),
        Ty::Date => "date".to_owned(),
        Ty::Number(number) if !number.unit.is_none() => number.unit.to_string(),
        Ty::Number(number) => match number.kind {
            NumberKind::Int => "int",
            NumberKind::Plain => "number",
            NumberKind::Rate => "rate",
        }
        .to_owned(),
        Ty::Choice(choice) => choice.name.to_string(),
        Ty::Set(of) => format!("any of {}", of.name),
        Ty::Row(table) => format!("key of {table}"),
        Ty::Optional(inner) => format!("{} optional", written(inner)),
        Ty::List(of) => format!("list of {}", if of.record { "{ … }" } else { "values" }),
        Ty::Names => "names".to_owned(),
    }
}

/// A number as a book writes it, without a unit: decimals, or a fraction where they have no end; a long one as what it is about.
pub(crate) fn number(value: &Exact) -> String {
    if let Some(text) = value.to_decimal_text(0) {
        return text;
    }
    let fraction = value.to_fraction_text();
    if fraction.len() <= LONGEST_FRACTION {
        return fraction;
    }
    let steps = [3, 6, 9, 12].map(|places| Exact::scaled(1, places));
    let rounded = steps.iter().filter_map(|step| value.round_to(Rounding::HalfEven, step).ok());
    let text = rounded.filter(|number| !number.is_zero()).find_map(|number| number.to_decimal_text(0));
    text.map_or(fraction, |text| format!("about {text}"))
}

/// A number of a type as a book writes it: `63 tf`, `8%`, `5`.
pub(crate) fn number_of(value: &Exact, ty: &NumberTy) -> String {
    if !ty.unit.is_none() {
        return format!("{} {}", number(value), ty.unit);
    }
    match ty.kind {
        NumberKind::Rate => {
            let hundredfold = value.checked_mul(&Exact::from(100)).unwrap_or_else(|_| value.clone());
            format!("{}%", number(&hundredfold))
        }
        NumberKind::Int | NumberKind::Plain => number(value),
    }
}

/// A value of a type as a book writes it.
pub(crate) fn value(value: &Value, ty: &Ty) -> String {
    match (value, ty.required()) {
        (Value::Bool(it), _) => it.to_string(),
        (Value::Number(it), Ty::Number(number)) => number_of(it, number),
        (Value::Number(it), _) => number(it),
        (Value::Text(it), _) => format!("\"{it}\""),
        (Value::Date(it), _) => it.to_string(),
        (Value::Choice(at), Ty::Choice(of)) => key(of, usize::from(*at)),
        (Value::Set(bits), Ty::Set(of)) => {
            let inside = (0..of.values.len()).filter(|at| *at < 128 && bits >> at & 1 == 1);
            format!("[{}]", inside.map(|at| key(of, at)).collect::<Vec<_>>().join(", "))
        }
        (Value::Choice(at), _) => format!("value {at}"),
        (Value::Set(_), _) => "a set".to_owned(),
        (Value::Row(at), _) => format!("row {at}"),
        (Value::List(elements), _) => format!("a list of {}", elements.len()),
        (Value::Absent, _) => "nothing".to_owned(),
    }
}

fn key(of: &EnumTy, at: usize) -> String {
    of.values.get(at).map_or_else(String::new, |value| value.key.to_string())
}

/// The values of an enumeration as a book writes them, at most a handful.
pub(crate) fn values(of: &EnumTy) -> String {
    list(of.values.iter().map(|value| value.key.as_ref()))
}

/// The allowed numbers of a domain in words, where there are few or they are a range.
pub(crate) fn domain(domain: &Domain, ty: &NumberTy) -> Option<String> {
    match domain {
        Domain::All => None,
        Domain::Numbers(numbers) => {
            let shown: Vec<String> = numbers.iter().map(|(value, _)| number_of(value, ty)).collect();
            Some(list(shown.iter().map(String::as_str)))
        }
        Domain::Range { from, to, step } => {
            let ends = format!("`{}` to `{}`", number_of(from, ty), number_of(to, ty));
            Some(match step {
                Some(step) => format!("{ends} in steps of `{}`", number_of(step, ty)),
                None => ends,
            })
        }
    }
}

/// The allowed numbers of a domain in words, for one that is not among them: with those next to it.
pub(crate) fn domain_around(domain: &Domain, ty: &NumberTy, number: &Exact) -> Option<String> {
    let allowed = self::domain(domain, ty)?;
    let nearest = domain.nearest(number, ty.kind == NumberKind::Int && ty.unit.is_none());
    let nearest: Vec<String> = nearest.iter().map(|number| format!("`{}`", number_of(number, ty))).collect();
    match (domain, nearest.as_slice()) {
        (Domain::Range { .. }, [one]) => Some(format!("{allowed}; the nearest is {one}")),
        (Domain::Range { .. }, [one, other]) => Some(format!("{allowed}; the nearest are {one} and {other}")),
        _ => Some(allowed),
    }
}

/// Names in backticks, joined; long lists are cut.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 8;
    let names: Vec<&str> = names.into_iter().collect();
    let mut text = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}

/// `one`, `1 key`, `3 keys`.
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}
