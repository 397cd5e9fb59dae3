//! The checked form as text: stable, complete but for the rows of long tables, and readable.
//!
//! Items stand in the order of the book's lists, which does not depend on the order of files. Expressions are
//! written with all their parentheses, each conversion of units as `scale(factor, x)`, and what they read with
//! the place where it is found: `option:force`, `unit.list`, `customer.level`.

mod approval;
mod expr;
mod guide;
mod items;
mod price;

use std::fmt::Write;

use super::{Book, Domain, Expr, ListField, ListTy, NumberKind, Period, Ty, Value};
use crate::value::Exact;

/// Rows of a table that are written out; of a longer one the number is said.
const ROWS_SHOWN: usize = 50;

/// The text of a checked book.
pub fn print(book: &Book) -> String {
    let mut printer = Printer { text: String::new() };
    printer.book(book);
    printer.text
}

/// The text of a checked expression, the same for what says the same.
pub(super) fn expr_text(of: &Expr) -> String {
    expr::expr(of)
}

/// A text that grows by lines.
struct Printer {
    text: String,
}

impl Printer {
    /// Adds a line, indented by two blanks a level.
    fn line(&mut self, depth: usize, words: &str) {
        for _ in 0..depth {
            self.text.push_str("  ");
        }
        self.text.push_str(words.trim_end());
        self.text.push('\n');
    }
}

/// ` "Label"`, or nothing.
fn label(label: Option<&str>) -> String {
    label.map_or_else(String::new, |words| format!(" {words:?}"))
}

/// ` from A to B`, or nothing for all days.
fn period(period: &Period) -> String {
    let mut text = String::new();
    if let Some(from) = period.from {
        let _ = write!(text, " from {from}");
    }
    if let Some(to) = period.to {
        let _ = write!(text, " to {to}");
    }
    text
}

/// A type in the words of the language.
fn ty(of: &Ty) -> String {
    match of {
        Ty::Bool => "bool".to_owned(),
        Ty::Text => "text".to_owned(),
        Ty::Date => "date".to_owned(),
        Ty::Number(number) if !number.unit.is_none() => number.unit.to_string(),
        Ty::Number(number) => match number.kind {
            NumberKind::Int => "int".to_owned(),
            NumberKind::Plain => "number".to_owned(),
            NumberKind::Rate => "rate".to_owned(),
        },
        Ty::Choice(choices) => choices.name.to_string(),
        Ty::Set(choices) => format!("any of {}", choices.name),
        Ty::Row(table) => format!("key of {table}"),
        Ty::Optional(inner) => format!("{} optional", ty(inner)),
        Ty::List(of) => list(of),
        Ty::Names => "names".to_owned(),
    }
}

/// `list of { at: date, amount: EUR } in order`
fn list(of: &ListTy) -> String {
    let in_order = if of.ordered { " in order" } else { "" };
    let field = |it: &ListField| {
        let default = it.default.as_ref();
        let default = default.map_or_else(String::new, |it_is| format!(" default {}", value(it_is, &it.ty)));
        format!("{}{}{default}", ty(&it.ty), domain(&it.domain, &it.ty))
    };
    let fields: Vec<String> = match of.record {
        true => of.fields.iter().map(|it| format!("{}: {}", it.name, field(it))).collect(),
        false => of.fields.iter().map(field).collect(),
    };
    match of.record {
        true => format!("list of {{ {} }}{in_order}", fields.join(", ")),
        false => format!("list of {}{in_order}", fields.join(", ")),
    }
}

/// A number of a type: a rate in per cent, anything else as it is.
fn number(value: &Exact, of: &Ty) -> String {
    match of.required() {
        Ty::Number(number) if number.kind == NumberKind::Rate => {
            let percent = value.checked_mul(&Exact::from(100));
            percent.map_or_else(|_| value.to_string(), |percent| format!("{percent}%"))
        }
        Ty::Number(number) if !number.unit.is_none() => format!("{value} {}", number.unit),
        _ => value.to_string(),
    }
}

/// A constant of a type.
fn value(constant: &Value, of: &Ty) -> String {
    match (constant, of.required()) {
        (Value::Bool(truth), _) => truth.to_string(),
        (Value::Number(value), of) => number(value, of),
        (Value::Text(text), _) => format!("{text:?}"),
        (Value::Date(date), _) => date.to_string(),
        (Value::Choice(at), Ty::Choice(choices)) => choices
            .values
            .get(usize::from(*at))
            .map_or_else(|| format!("#{at}"), |value| value.key.to_string()),
        (Value::Set(bits), Ty::Set(choices)) => {
            let members: Vec<&str> = choices
                .values
                .iter()
                .enumerate()
                .filter(|(at, _)| {
                    bits.checked_shr(u32::try_from(*at).unwrap_or(u32::MAX)).unwrap_or(0) & 1 == 1
                })
                .map(|(_, value)| &*value.key)
                .collect();
            format!("[{}]", members.join(", "))
        }
        (Value::Choice(at), _) => format!("#{at}"),
        (Value::Set(bits), _) => format!("#{bits:b}"),
        (Value::Row(row), _) => format!("row {row}"),
        (Value::List(elements), _) => format!("list of {}", elements.len()),
        (Value::Absent, _) => "absent".to_owned(),
    }
}

/// The values that an input may have.
fn domain(of: &Domain, ty: &Ty) -> String {
    match of {
        Domain::All => String::new(),
        Domain::Numbers(values) => {
            let words: Vec<String> = values
                .iter()
                .map(|(value, words)| format!("{}{}", number(value, ty), label(words.as_deref())))
                .collect();
            format!(" one of {}", words.join(" | "))
        }
        Domain::Range { from, to, step } => {
            let step = step.as_ref().map_or_else(String::new, |step| format!(" step {}", number(step, ty)));
            format!(" from {} to {}{step}", number(from, ty), number(to, ty))
        }
    }
}
