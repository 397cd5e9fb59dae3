//! Values as text, the way a request would write them.

use super::plan::Plan;
use super::run::Day;
use super::table::Found;
use crate::ir::{Domain, Input, KeyMatch, NumberKind, NumberTy, Ty, Value};
use crate::value::{Exact, group_digits};

/// How many decimal places a number is shown with whose decimals have no end.
const SHOWN_PLACES: u32 = 6;

/// How many decimal places a margin or the like is shown with, which is for reading only.
pub const SHARE_PLACES: u8 = 4;

/// How many values are listed at most.
const MOST_LISTED: usize = 20;

/// An amount in decimals, with at least so many places; as a fraction where the decimals have no end.
pub fn amount_text(amount: &Exact, places: u32) -> String {
    amount.to_decimal_text(places).unwrap_or_else(|| amount.to_fraction_text())
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
        match (value, ty.required()) {
            (Value::Absent, _) => "not given".into(),
            (Value::Bool(truth), _) => if *truth { "true" } else { "false" }.into(),
            (Value::Text(text), _) => format!("\"{text}\""),
            (Value::Date(date), _) => date.to_string(),
            (Value::Number(number), Ty::Number(ty)) => self.show_number(day, number, ty),
            (Value::Number(number), _) => number_text(number),
            (Value::Choice(at), Ty::Choice(of)) => {
                of.values.get(usize::from(*at)).map_or_else(String::new, |it| it.key.to_string())
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
                1 => "1 element".into(),
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
        let unit = ty.unit.to_string();
        let asked = unit == "money" || unit.starts_with("money/");
        let unit = if asked { unit.replacen("money", self.currency(day), 1) } else { unit };
        let places = match ty.unit.currency().and_then(|currency| self.book.units.places(currency.name())) {
            Some(places) => places,
            None if asked => self.places(day),
            None => 0,
        };
        match number.to_decimal_text(places) {
            Some(text) => format!("{text} {unit}"),
            None => format!("about {} {unit}", number.to_rounded_text(SHOWN_PLACES)),
        }
    }

    /// An amount of money for a sentence, digits in groups: `12 000.00 CNY`.
    pub fn show_amount(&self, day: &Day, amount: &Exact) -> String {
        let text = match amount.to_decimal_text(self.places(day)) {
            Some(text) => text,
            None => format!("about {}", amount.to_rounded_text(SHOWN_PLACES)),
        };
        format!("{} {}", group_digits(&text, ' '), self.currency(day))
    }
}

fn is_whole(ty: &Ty) -> bool {
    matches!(ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Int)
}

/// A rate in per cent.
pub fn rate_text(rate: &Exact) -> String {
    match rate.checked_mul(&Exact::from(100)) {
        Ok(share) => match share.to_decimal_text(0) {
            Some(text) => format!("{text}%"),
            None => format!("about {}%", share.to_rounded_text(SHOWN_PLACES)),
        },
        Err(_) => number_text(rate),
    }
}

/// A number without a unit.
pub fn number_text(number: &Exact) -> String {
    match number.to_decimal_text(0) {
        Some(text) => text,
        None => format!("about {}", number.to_rounded_text(SHOWN_PLACES)),
    }
}

/// Whether a set holds the value at a position.
pub fn set_holds(set: u128, at: usize) -> bool {
    u32::try_from(at).ok().and_then(|at| set.checked_shr(at)).is_some_and(|rest| rest & 1 == 1)
}
