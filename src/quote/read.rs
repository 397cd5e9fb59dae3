//! A value as a request writes it → a value of the type that the book asks for.

use std::cell::Cell;

use crate::diagnostic::{codes, nearest};
use crate::eval::{Day, Plan};
use crate::ir::{Domain, EnumTy, Input, NumberKind, NumberTy, Ty, Value};
use crate::value::{Date, Exact, ParseNumberError};

use super::error::RequestError;
use super::request::Raw;

/// A value as a request writes it, of the type and among the values of an input, whose name is what it is for.
///
/// # Errors
///
/// A value of another type, or one that is not allowed; the path is the input's name.
pub fn read_value(plan: &Plan, day: &Day, input: &Input, raw: &Raw) -> Result<Value, RequestError> {
    let searches = Cell::new(SEARCHED_KEYS);
    let refused = |code, message, help| RequestError { code, path: input.name.to_string(), message, help };
    Reader { plan, day, searches: &searches }.input(input, raw).map_err(|refusal| match refusal {
        Refusal::Type { message, help } => refused(codes::BAD_VALUE, message, help),
        Refusal::Range { message, help, .. } => refused(codes::VALUE_NOT_OFFERED, message, help),
    })
}

/// Why a value cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is not of the type asked for.
    Type {
        /// What was found, and what may stand there.
        message: String,
        /// What to do.
        help: Option<String>,
    },
    /// It is of the type, and not among the values allowed. A number can be reckoned with all the same.
    Range {
        /// What was found, and what may stand there.
        message: String,
        /// What to do.
        help: Option<String>,
        /// The value, if it is a number.
        number: Option<Exact>,
    },
}

/// Reads values for one request.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub plan: &'a Plan,
    pub day: &'a Day,
    /// How many keys of tables may still be searched for the ones that were probably meant.
    pub searches: &'a Cell<usize>,
}

/// How many keys of tables are searched for one request: a long list of slips must not take long.
pub(super) const SEARCHED_KEYS: usize = 200_000;

impl Reader<'_> {
    /// The value of an input, of its type and among its allowed values.
    pub fn input(&self, input: &Input, raw: &Raw) -> Result<Value, Refusal> {
        // `null` says of an optional input that it is left out, which silence does not where it has a default.
        if *raw == Raw::Null && input.optional {
            return Ok(Value::Absent);
        }
        let value = self.value(&input.name, &input.ty, raw)?;
        if let Value::Number(number) = &value {
            self.share(input, number, raw)?;
            self.allowed(input, number)?;
        }
        Ok(value)
    }

    /// Refuses a bare number for more than the whole, where the book says no range: 19 is meant as 19 %, and would be
    /// 1900 %.
    fn share(&self, input: &Input, number: &Exact, raw: &Raw) -> Result<(), Refusal> {
        let is_rate = matches!(input.ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Rate);
        let (Raw::Number(text) | Raw::Text(text)) = raw else { return Ok(()) };
        if !is_rate || input.domain != Domain::All || text.contains('%') || number.abs() <= Exact::ONE {
            return Ok(());
        }
        let show = |number: &Exact| self.plan.show(self.day, &Value::Number(number.clone()), &input.ty);
        let share = number.checked_div(&Exact::from(100_u32)).unwrap_or_else(|_| number.clone());
        let message = format!("`{}` is {}, which as a rate is {}", input.name, short(text), show(number));
        let help = format!(
            "write `\"{}\"` or {share} if that is meant, `\"{}\"` if it is so much",
            show(&share),
            show(number)
        );
        Err(refused(message).helped(&help))
    }

    /// A value of a type; `name` is what it is for.
    pub fn value(&self, name: &str, ty: &Ty, raw: &Raw) -> Result<Value, Refusal> {
        match (ty.required(), raw) {
            (Ty::Row(table), _) => self.row(name, table, raw),
            (_, Raw::Typed(value)) => Ok(value.clone()),
            (_, Raw::Null) => {
                Err(wrong(name, raw, "a value").helped("leave the field out where there is none"))
            }
            (Ty::Bool, Raw::Bool(truth)) => Ok(Value::Bool(*truth)),
            (Ty::Bool, _) => Err(wrong(name, raw, "`true` or `false`")),
            (Ty::Text, Raw::Text(text)) => Ok(Value::Text(text.as_str().into())),
            (Ty::Text, _) => Err(wrong(name, raw, "a text in quotes")),
            (Ty::Date, Raw::Text(text)) => match Date::parse(text) {
                Ok(date) => Ok(Value::Date(date)),
                Err(error) => Err(refused(format!("`{name}`: `{}` {error}", short(text)))),
            },
            (Ty::Date, _) => Err(wrong(name, raw, "a date such as \"2026-01-31\"")),
            (Ty::Number(ty), Raw::Number(text) | Raw::Text(text)) => {
                self.number(name, ty, text.trim(), raw).map(Value::Number)
            }
            (Ty::Number(ty), _) => Err(wrong(name, raw, &self.number_words(ty))),
            (Ty::Choice(of), Raw::Text(text) | Raw::Number(text)) => {
                choice(name, of, text).map(Value::Choice)
            }
            (Ty::Choice(of), _) => Err(wrong(name, raw, &format!("one of {}", words(of)))),
            (Ty::Set(of), Raw::List(items)) => {
                let mut set = 0_u128;
                for item in items {
                    let (Raw::Text(text) | Raw::Number(text)) = item else {
                        return Err(wrong(name, item, &format!("one of {}", words(of))));
                    };
                    set |= 1_u128.checked_shl(u32::from(choice(name, of, text)?)).unwrap_or(0);
                }
                Ok(Value::Set(set))
            }
            (Ty::Set(of), _) => Err(wrong(name, raw, &format!("a list of values among {}", words(of)))),
            (Ty::List(_), _) => Err(wrong(name, raw, "a single value")),
            (Ty::Names | Ty::Optional(_), _) => Err(wrong(name, raw, "something else")),
        }
    }

    fn number(&self, name: &str, ty: &NumberTy, text: &str, raw: &Raw) -> Result<Exact, Refusal> {
        let read = |digits: &str| match Exact::parse(digits) {
            Ok(number) => Ok(number),
            Err(error) => {
                let refusal = refused(format!("`{name}`: `{}` {error}", short(text)));
                Err(if digits.contains(',') {
                    refusal.helped("write a point before decimals, and nothing between thousands")
                } else {
                    refusal
                })
            }
        };
        if let Some(share) = text.strip_suffix('%') {
            if ty.kind != NumberKind::Rate {
                return Err(wrong(name, raw, &self.number_words(ty)));
            }
            let rate = read(share.trim_end())?.checked_div(&Exact::from(100));
            return rate.map_err(|_| refused(format!("`{name}`: `{}` has too many digits", short(text))));
        }
        let Some((digits, unit)) = text.split_once(' ') else {
            return read(text).map_err(|refusal| match self.unit_touches(text) {
                Some(apart) => refusal.helped(&format!("write `{apart}`")),
                None if Exact::parse(text) == Err(ParseNumberError::NotANumber) => {
                    refusal.expecting(&self.number_words(ty))
                }
                None => refusal,
            });
        };
        let number = read(digits)?;
        let unit = unit.trim_start();
        if ty.unit.to_string() == "money" && *unit == **self.plan.currency(self.day) {
            return Ok(number);
        }
        let units = &self.plan.book().units;
        let unit = units.parse(unit).map_err(|error| {
            let refusal = refused(format!("`{name}`: there is no unit `{}`", short(unit)));
            error.nearest.map_or(refusal.clone(), |near| refusal.helped(&format!("did you mean `{near}`?")))
        })?;
        match unit.conversion_to(&ty.unit) {
            Some(factor) => number
                .checked_mul(&factor)
                .map_err(|_| refused(format!("`{name}`: `{}` has too many digits", short(text)))),
            None => Err(wrong(name, raw, &self.number_words(ty))),
        }
    }

    /// A number whose unit follows without a blank, with a blank between.
    fn unit_touches(&self, text: &str) -> Option<String> {
        let end = text.find(|it: char| !(it.is_ascii_digit() || matches!(it, '.' | '-')))?;
        let (digits, unit) = text.split_at_checked(end)?;
        self.plan.book().units.parse(unit).ok()?;
        Exact::parse(digits).ok().map(|_| format!("{digits} {unit}"))
    }

    /// What kind of number is asked for.
    fn number_words(&self, ty: &NumberTy) -> String {
        match ty.kind {
            NumberKind::Rate => "a rate such as \"8%\"".into(),
            NumberKind::Int => "a whole number".into(),
            NumberKind::Plain if ty.unit.is_none() => "a number".into(),
            NumberKind::Plain if ty.unit.to_string() == "money" => {
                format!("an amount in {}", self.plan.currency(self.day))
            }
            NumberKind::Plain => format!("a number in `{}`", ty.unit),
        }
    }

    /// The row of a table that a key names.
    fn row(&self, name: &str, table: &str, raw: &Raw) -> Result<Value, Refusal> {
        let missing =
            || refused(format!("`{name}` is a key of `{table}`, which has no rows on {}", self.day.as_of));
        let plan = self.plan.find_table(table).ok_or_else(missing)?;
        let version = plan.version_on(self.day.as_of).ok_or_else(missing)?;
        let key_ty = plan.table.keys.first().map(|key| &key.ty).ok_or_else(missing)?;
        let key = match raw {
            Raw::Typed(row @ (Value::Row(_) | Value::Absent)) => return Ok(row.clone()),
            raw => self.value(name, key_ty, raw)?,
        };
        if let Some(row) = self.plan.row_of(self.day, table, &key) {
            return Ok(Value::Row(row));
        }
        let message =
            format!("`{table}` has no row for `{name}` = {}", self.plan.show(self.day, &key, key_ty));
        let count = plan.rows(version).and_then(|rows| rows.keys.first()).map_or(0, Vec::len);
        let count = count.min(self.searches.get());
        self.searches.set(self.searches.get() - count);
        let keys =
            (0..count).filter_map(|row| match self.plan.row_key(self.day, table, u32::try_from(row).ok()?) {
                Some((Value::Text(text), _)) => Some(&**text),
                _ => None,
            });
        let near = match &key {
            Value::Text(text) => nearest(text, keys),
            _ => None,
        };
        let help = near.map(|near| format!("did you mean `{near}`?"));
        Err(Refusal::Range { message, help, number: None })
    }

    /// Whether a number is among the allowed values of an input.
    fn allowed(&self, input: &Input, number: &Exact) -> Result<(), Refusal> {
        let whole = matches!(input.ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Int);
        if input.domain.contains(number) && (!whole || number.is_integer()) {
            return Ok(());
        }
        let shown = self.plan.show(self.day, &Value::Number(number.clone()), &input.ty);
        let message = format!("`{}` is {shown}, which is not allowed", input.name);
        let shown =
            |number: &Exact| self.plan.show(self.day, &Value::Number(number.clone()), &input.ty).to_string();
        let nearest: Vec<String> = match &input.domain {
            Domain::Range { .. } => input.domain.nearest(number, whole).iter().map(shown).collect(),
            _ => Vec::new(),
        };
        let help = match self.plan.choices(self.day, input) {
            Some(choices) if nearest.is_empty() => Some(format!("allowed: {choices}")),
            Some(choices) => Some(format!("allowed: {choices}; nearest: {}", nearest.join(" and "))),
            None if whole => Some("allowed: whole numbers".into()),
            None => None,
        };
        Err(Refusal::Range { message, help, number: Some(number.clone()) })
    }
}

impl Refusal {
    /// Says what to do.
    fn helped(self, text: &str) -> Refusal {
        match self {
            Refusal::Type { message, .. } => Refusal::Type { message, help: Some(text.into()) },
            Refusal::Range { message, number, .. } => {
                Refusal::Range { message, help: Some(text.into()), number }
            }
        }
    }

    /// Says what is expected, unless there is help already.
    fn expecting(self, what: &str) -> Refusal {
        match self {
            Refusal::Type { message, help: None } => {
                Refusal::Type { message: format!("{message}; {what} is expected"), help: None }
            }
            other => other,
        }
    }
}

/// The position of a value of an enumeration.
fn choice(name: &str, of: &EnumTy, text: &str) -> Result<u16, Refusal> {
    let at = of.values.iter().position(|value| &*value.key == text);
    if let Some(at) = at.and_then(|at| u16::try_from(at).ok()) {
        return Ok(at);
    }
    let refusal = refused(format!("`{name}` is `{}`, and may be {}", short(text), words(of)));
    let near = nearest(text, of.values.iter().map(|value| &*value.key));
    Err(near.map_or(refusal.clone(), |near| refusal.helped(&format!("did you mean `{near}`?"))))
}

/// The values of an enumeration, the first of them if there are many.
fn words(of: &EnumTy) -> String {
    const MOST: usize = 12;
    let shown: Vec<String> = of.values.iter().take(MOST).map(|value| format!("`{}`", value.key)).collect();
    match of.values.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!("{} or {more} others", shown.join(", ")),
        _ => shown.join(", "),
    }
}

fn refused(message: String) -> Refusal {
    Refusal::Type { message, help: None }
}

/// A value of another type than the one asked for.
fn wrong(name: &str, raw: &Raw, expected: &str) -> Refusal {
    refused(format!("`{name}` is {}, and {expected} is expected", found(raw)))
}

/// A value as it was found, in a few words.
pub(super) fn found(raw: &Raw) -> String {
    match raw {
        Raw::Null => "`null`".into(),
        Raw::Bool(truth) => format!("`{truth}`"),
        Raw::Number(text) | Raw::Text(text) => format!("`{}`", short(text)),
        Raw::List(_) => "a list".into(),
        Raw::Object(_) => "an object".into(),
        Raw::Typed(_) => "a value".into(),
    }
}

/// The beginning of a text that a stranger wrote.
fn short(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
