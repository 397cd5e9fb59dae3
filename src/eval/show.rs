//! Values as text, the way a request would write them.

use super::plan::Plan;
use super::run::Day;
use super::table::Found;
use crate::ir::{Domain, Input, KeyMatch, Name, NumberKind, NumberTy, Ty, Value};
use crate::value::{Exact, Said, Unit};

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
    /// The request's currency, and the decimal places that it is paid with.
    fn money(&self, day: &Day) -> &(Name, u32) {
        self.currencies.get(usize::from(day.currency)).unwrap_or(&self.first_currency)
    }

    /// The code of the request's currency.
    pub fn currency(&self, day: &Day) -> &Name {
        &self.money(day).0
    }

    /// The decimal places that the request's currency is paid with.
    pub fn places(&self, day: &Day) -> u32 {
        self.money(day).1
    }

    /// The smallest amount that is paid in the request's currency.
    pub fn minor_unit(&self, day: &Day) -> Exact {
        self.book.units.smallest(self.currency(day))
    }

    /// A value as text: `160 tf`, `8%`, `h_frame`, `2026-01-31`, `224000.00 CNY`.
    pub fn show(&self, day: &Day, value: &Value, ty: &Ty) -> Said {
        match (value, ty.required()) {
            (Value::Absent, _) => "not given".into(),
            (Value::Bool(truth), _) => if *truth { "true" } else { "false" }.into(),
            (Value::Text(text), _) => Said::Quoted(text.clone()),
            (Value::Date(date), _) => Said::Day(*date),
            (Value::Number(number), Ty::Number(ty)) => self.show_number(day, number, ty),
            (Value::Number(number), _) => plain(number),
            (Value::Choice(at), Ty::Choice(of)) => {
                of.values.get(usize::from(*at)).map_or_else(Said::default, |it| it.key.clone().into())
            }
            (Value::Set(set), Ty::Set(of)) => {
                let held = of.values.iter().enumerate().filter(|(at, _)| set_holds(*set, *at));
                let keys = held.map(|(_, it)| it.key.clone().into()).collect();
                Said::of(["[".into(), Said::listed(keys), "]".into()])
            }
            (Value::Row(row), Ty::Row(table)) => {
                self.row_key(day, table, *row).map_or_else(Said::default, |(key, ty)| self.show(day, key, ty))
            }
            (Value::Choice(at), _) => plain(&Exact::from(u32::from(*at))),
            (Value::List(elements), _) => match elements.len() {
                1 => "1 element".into(),
                count => format!("{count} elements").into(),
            },
            (Value::Set(_) | Value::Row(_), _) => Said::default(),
        }
    }

    /// The values that an input may have, in words; none where there are too many to say.
    pub fn choices(&self, day: &Day, input: &Input) -> Option<String> {
        let listed = |all: Vec<String>| (!all.is_empty() && all.len() <= MOST_LISTED).then(|| all.join(", "));
        let number = |number: &Exact| self.show(day, &Value::Number(number.clone()), &input.ty).to_string();
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

    fn show_number(&self, day: &Day, number: &Exact, ty: &NumberTy) -> Said {
        if ty.kind == NumberKind::Rate {
            return Said::Rate(number.clone());
        }
        if ty.unit.is_none() {
            return plain(number);
        }
        let (places, unit) = match ty.unit.single() {
            Some(name) if **name == *ASKED => {
                (self.places_of(&ty.unit).unwrap_or_else(|| self.places(day)), self.currency(day).clone())
            }
            Some(name) => (self.places_of(&ty.unit).unwrap_or(0), name.clone()),
            None => self.compound(day, &ty.unit),
        };
        Said::Number { number: number.clone(), places, unit: Some(unit) }
    }

    /// The decimal places of amounts in a currency.
    fn places_of(&self, unit: &Unit) -> Option<u32> {
        let currency = unit.currency()?.name();
        match self.currencies.iter().find(|(own, _)| **own == *currency) {
            Some((_, places)) => Some(*places),
            None => self.book.units.places(currency),
        }
    }

    /// The decimal places and the text of a unit of several powers.
    fn compound(&self, day: &Day, unit: &Unit) -> (u32, Name) {
        let mut text = String::new();
        unit.write(&mut text);
        if !is_asked(unit) {
            return (0, text.into());
        }
        text.replace_range(..ASKED.len(), self.currency(day));
        (self.places(day), text.into())
    }

    /// An amount of money for a sentence, digits in groups: `12 000.00 CNY`.
    pub fn show_amount(&self, day: &Day, amount: &Exact) -> Said {
        let (currency, places) = self.money(day);
        Said::Amount { amount: amount.clone(), places: *places, currency: currency.clone() }
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

/// A number without a unit.
fn plain(number: &Exact) -> Said {
    Said::Number { number: number.clone(), places: 0, unit: None }
}

fn is_whole(ty: &Ty) -> bool {
    matches!(ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Int)
}

/// Whether a set holds the value at a position.
pub fn set_holds(set: u128, at: usize) -> bool {
    u32::try_from(at).ok().and_then(|at| set.checked_shr(at)).is_some_and(|rest| rest & 1 == 1)
}
