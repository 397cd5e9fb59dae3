//! What one cell says, read as a value of its column's type.
//!
//! The same reading serves cells in a book, cells of files and the rows of tier schemes, so that a value
//! means the same wherever it is written.

use crate::check::describe;
use crate::diagnostic::{Code, Diagnostic, codes, nearest_value};
use crate::ir::{EnumTy, NumberKind, NumberTy, Ty, Value};
use crate::source::Span;
use crate::syntax::ast::{Literal, LiteralKind, UnitExpr};
use crate::value::{Date, Exact, Unit, UnitTable};

/// What a cell says, before anything is known of its column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Said<'a> {
    /// `21_000`
    Number(Exact),
    /// `8%`: the number before the sign.
    Percent(Exact),
    /// `63 tf`: a number and what it is to be multiplied with to be in the unit.
    Quantity { number: Exact, unit: Unit, factor: Exact },
    /// A text in quotes, or anything else in a file.
    Text(&'a str),
    /// A bare word.
    Word(&'a str),
    /// `2026-01-31`
    Date(Date),
    /// `true`
    Bool(bool),
}

/// Why a cell cannot be read, without the place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slip {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) nearest: Option<String>,
}

impl Slip {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Slip {
        Slip { code, message: message.into(), help: None, nearest: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Slip {
        self.help = Some(help.into());
        self
    }

    fn nearest(mut self, name: Option<&str>) -> Slip {
        self.nearest = name.map(str::to_owned);
        self
    }

    /// The problem, marked in a text.
    pub(crate) fn at(self, span: Span) -> Diagnostic {
        let problem = Diagnostic::new(self.code, self.message).at(span, "");
        let problem = problem.did_you_mean(span, self.nearest.as_deref());
        match self.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }

    /// The problem at a place that only words can say.
    pub(crate) fn at_place(self, place: &str) -> Diagnostic {
        let mut problem = Diagnostic::new(self.code, format!("{place}: {}", self.message));
        if let Some(name) = self.nearest {
            problem = problem.help(format!("did you mean `{name}`?"));
        }
        match self.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }
}

/// What a literal of a book says.
pub(crate) fn said<'a>(literal: &'a Literal, units: &UnitTable) -> Result<Said<'a>, Slip> {
    Ok(match &literal.kind {
        LiteralKind::Number(number) => Said::Number(number.value.clone()),
        LiteralKind::Percent(number) => Said::Percent(number.value.clone()),
        LiteralKind::Quantity(quantity) => match &quantity.unit {
            None => Said::Number(quantity.number.value.clone()),
            Some(written) => {
                let (unit, factor) = unit_of(written, units)?;
                Said::Quantity { number: quantity.number.value.clone(), unit, factor }
            }
        },
        LiteralKind::Text(text) => Said::Text(text),
        LiteralKind::Date(date) => Said::Date(*date),
        LiteralKind::Bool(value) => Said::Bool(*value),
        LiteralKind::Word(word) => Said::Word(word),
    })
}

/// A unit as written, and the factor that merging its parts asks for (`kg/g` is no unit and 1000).
fn unit_of(written: &UnitExpr, units: &UnitTable) -> Result<(Unit, Exact), Slip> {
    let (mut unit, mut factor) = (Unit::none(), Exact::ONE);
    for (name, exponent) in &written.factors {
        let Some(atom) = units.get(&name.text) else {
            return Err(unknown_unit(&name.text, units.unknown(&name.text).nearest.as_deref()));
        };
        let (product, scale) = unit.mul(&Unit::of(atom).pow(*exponent));
        unit = product;
        factor = factor.checked_mul(&scale).map_err(|_| too_long())?;
    }
    if unit.is_none() {
        let slip = Slip::new(codes::BAD_UNIT, "parts of this unit measure the same thing");
        return Err(slip.help("what is left is a plain number: write it without a unit"));
    }
    Ok((unit, factor))
}

pub(crate) fn unknown_unit(name: &str, nearest: Option<&str>) -> Slip {
    let slip = Slip::new(codes::UNKNOWN_UNIT, format!("there is no unit `{name}`"));
    match nearest {
        Some(known) => slip.help(format!("did you mean `{known}`?")),
        None => slip,
    }
}

fn too_long() -> Slip {
    Slip::new(codes::NUMBER_TOO_LONG, "the number has too many digits in the unit of its column")
}

/// The value of what a cell says, as a value of the type.
pub(crate) fn value_of(said: &Said<'_>, ty: &Ty) -> Result<Value, Slip> {
    match ty {
        Ty::Optional(inner) => value_of(said, inner),
        Ty::Number(number) => number_value(said, number),
        Ty::Choice(choices) => choice_value(said, choices),
        // Rows of another table are named by their keys, which the caller knows the type of.
        Ty::Text | Ty::Row(_) => match said {
            Said::Text(text) | Said::Word(text) => Ok(Value::Text((*text).into())),
            _ => Err(mismatch(said, ty)),
        },
        Ty::Date => match said {
            Said::Date(date) => Ok(Value::Date(*date)),
            _ => Err(mismatch(said, ty).help("write year-month-day, such as `2026-01-31`")),
        },
        Ty::Bool => match said {
            Said::Bool(value) => Ok(Value::Bool(*value)),
            _ => Err(mismatch(said, ty)),
        },
        Ty::Set(_) | Ty::List(_) | Ty::Names => Err(mismatch(said, ty)),
    }
}

fn number_value(said: &Said<'_>, ty: &NumberTy) -> Result<Value, Slip> {
    let number = match (said, ty.kind) {
        (Said::Percent(number), NumberKind::Rate) => {
            return number.checked_mul(&Exact::scaled(1, 2)).map(Value::Number).map_err(|_| too_long());
        }
        (Said::Number(number), NumberKind::Rate) => {
            let help = format!("write `{number}%`, or `{}%` if a share is meant", in_per_cent(number));
            let help = if number.is_zero() { "write `0%`".to_owned() } else { help };
            let message = format!("found the plain number `{number}`; expected a rate in per cent");
            return Err(Slip::new(codes::MISSING_PERCENT, message).help(help));
        }
        (Said::Number(number), _) => number.clone(),
        (Said::Quantity { number, unit, factor }, _) => in_unit(number, unit, factor, ty)?,
        _ => return Err(mismatch(said, &Ty::Number(ty.clone()))),
    };
    if ty.kind == NumberKind::Int && !number.is_integer() {
        let message = format!("found `{number}`; expected a whole number");
        return Err(Slip::new(codes::TYPE_MISMATCH, message));
    }
    Ok(Value::Number(number))
}

fn in_per_cent(share: &Exact) -> Exact {
    share.checked_mul(&Exact::from(100_u32)).unwrap_or_default()
}

/// A quantity in the unit of its column.
fn in_unit(number: &Exact, unit: &Unit, factor: &Exact, ty: &NumberTy) -> Result<Exact, Slip> {
    let Some(conversion) = unit.conversion_to(&ty.unit) else {
        let money = unit.has_currency() && ty.unit.has_currency();
        let code = if money { codes::CURRENCY_MISMATCH } else { codes::UNIT_MISMATCH };
        let expected = describe::number_ty(ty);
        return Err(Slip::new(code, format!("found `{number} {unit}`; expected {expected}")));
    };
    let scaled = number.checked_mul(factor).and_then(|number| number.checked_mul(&conversion));
    scaled.map_err(|_| too_long())
}

fn choice_value(said: &Said<'_>, choices: &EnumTy) -> Result<Value, Slip> {
    let key = match said {
        Said::Text(key) | Said::Word(key) => *key,
        _ => return Err(mismatch(said, &Ty::Choice(choices.clone().into()))),
    };
    let position = choices.values.iter().position(|value| value.key.as_ref() == key);
    match position.and_then(|position| u16::try_from(position).ok()) {
        Some(position) => Ok(Value::Choice(position)),
        None => Err(unknown_value(key, choices)),
    }
}

/// The word is none of the enumeration's values.
pub(crate) fn unknown_value(key: &str, choices: &EnumTy) -> Slip {
    let near = nearest_value(key, choices.values.iter().map(|value| value.key.as_ref()));
    let slip =
        Slip::new(codes::UNKNOWN_VALUE, format!("`{key}` is no value of `{}`", choices.name)).nearest(near);
    if near.is_some() { slip } else { slip.help(format!("its values are {}", listed(choices))) }
}

/// How many names a message lists.
const MAX_LISTED: usize = 12;

fn listed(choices: &EnumTy) -> String {
    let mut names: Vec<String> =
        choices.values.iter().take(MAX_LISTED).map(|value| format!("`{}`", value.key)).collect();
    let more = choices.values.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}

fn mismatch(said: &Said<'_>, ty: &Ty) -> Slip {
    let found = match said {
        Said::Number(number) => format!("the number `{number}`"),
        Said::Percent(number) => format!("the rate `{number}%`"),
        Said::Quantity { number, unit, .. } => format!("`{number} {unit}`"),
        Said::Text(text) => format!("the text `{text}`"),
        Said::Word(word) => format!("`{word}`"),
        Said::Date(date) => format!("the date `{date}`"),
        Said::Bool(value) => format!("`{value}`"),
    };
    Slip::new(codes::TYPE_MISMATCH, format!("found {found}; expected {}", describe::ty(ty)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect("a number")
    }

    fn unit(text: &str) -> Unit {
        UnitTable::builtin().parse(text).expect("a unit")
    }

    fn quantity(number: &str, written: &str) -> Said<'static> {
        Said::Quantity { number: exact(number), unit: unit(written), factor: Exact::ONE }
    }

    #[test]
    fn a_bare_number_takes_the_unit_of_its_column_and_another_unit_is_converted() {
        let mass = Ty::quantity(unit("kg"));
        assert_eq!(value_of(&Said::Number(exact("2.5")), &mass), Ok(Value::Number(exact("2.5"))));
        assert_eq!(value_of(&quantity("500", "g"), &mass), Ok(Value::Number(exact("0.5"))));
        let slip = value_of(&quantity("3", "h"), &mass).unwrap_err();
        assert_eq!(
            (slip.code, slip.message.as_str()),
            (codes::UNIT_MISMATCH, "found `3 h`; expected a quantity in `kg`")
        );
        let price = Ty::quantity(unit("CNY"));
        assert_eq!(value_of(&quantity("3", "USD"), &price).unwrap_err().code, codes::CURRENCY_MISMATCH);
    }

    #[test]
    fn a_rate_needs_its_sign() {
        let rate = Ty::number(NumberKind::Rate);
        assert_eq!(value_of(&Said::Percent(exact("7.5")), &rate), Ok(Value::Number(exact("0.075"))));
        let slip = value_of(&Said::Number(exact("0.08")), &rate).unwrap_err();
        assert_eq!(slip.help.as_deref(), Some("write `0.08%`, or `8%` if a share is meant"));
    }

    #[test]
    fn half_a_piece_is_no_whole_number() {
        let slip = value_of(&Said::Number(exact("2.5")), &Ty::number(NumberKind::Int)).unwrap_err();
        assert_eq!(slip.message, "found `2.5`; expected a whole number");
    }
}
