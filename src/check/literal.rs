//! Literals read by themselves, and against a type.

use super::units::{Currencies, unit};
use super::{Signatures, describe, errors};
use crate::diagnostic::Diagnostic;
use crate::ir::{EnumTy, NumberKind, NumberTy, Ty, Value};
use crate::source::Span;
use crate::syntax::ast::{self, LiteralKind};
use crate::value::{Exact, Unit};

/// What a literal is without knowing what is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lit {
    /// A number with its unit and kind: a bare whole number is `Int`.
    Number(Exact, NumberTy),
    /// Anything else but words and texts, which depend on the type.
    Other(Value, Ty),
}

/// A literal by itself; `Some(None)` for a word or text, whose meaning depends on the type.
pub(crate) fn read_literal(
    signatures: &Signatures,
    literal: &ast::Literal,
    problems: &mut Vec<Diagnostic>,
) -> Option<Option<Lit>> {
    read_with(signatures, literal, Currencies::Known, problems)
}

/// As [`read_literal`], with a say in which currencies may stand there.
pub(crate) fn read_with(
    signatures: &Signatures,
    literal: &ast::Literal,
    currencies: Currencies,
    problems: &mut Vec<Diagnostic>,
) -> Option<Option<Lit>> {
    let plain = |kind| NumberTy { unit: Unit::none(), kind };
    Some(Some(match &literal.kind {
        LiteralKind::Number(number) => {
            let whole = number.value.is_integer();
            let kind = if whole { NumberKind::Int } else { NumberKind::Plain };
            Lit::Number(number.value.clone(), plain(kind))
        }
        LiteralKind::Percent(number) => Lit::Number(percent(number, problems)?, plain(NumberKind::Rate)),
        LiteralKind::Quantity(quantity) => match &quantity.unit {
            None => {
                let whole = quantity.number.value.is_integer();
                let kind = if whole { NumberKind::Int } else { NumberKind::Plain };
                Lit::Number(quantity.number.value.clone(), plain(kind))
            }
            Some(written) => {
                let (unit, factor) = unit(signatures, written, currencies, problems)?;
                if unit.is_none() {
                    problems.push(errors::unit_cancels(written, &unit));
                    return None;
                }
                let Ok(value) = quantity.number.value.checked_mul(&factor) else {
                    problems.push(errors::overflow(literal.span));
                    return None;
                };
                Lit::Number(value, NumberTy { unit, kind: NumberKind::Plain })
            }
        },
        LiteralKind::Date(date) => Lit::Other(Value::Date(*date), Ty::Date),
        LiteralKind::Bool(it) => Lit::Other(Value::Bool(*it), Ty::Bool),
        LiteralKind::Text(_) | LiteralKind::Word(_) => return Some(None),
    }))
}

fn percent(number: &ast::Number, problems: &mut Vec<Diagnostic>) -> Option<Exact> {
    match number.value.checked_div(&Exact::from(100)) {
        Ok(value) => Some(value),
        Err(_) => {
            problems.push(errors::overflow(number.span));
            None
        }
    }
}

/// The value of a literal of a type: bare words and texts are values of an enumeration, units are converted,
/// rates need their `%`.
///
/// With `in_cell` the literal stands in a table, where a number without unit takes the type's and a text
/// needs no quotes. A key of a table (`Ty::Row`) is given as the key itself, of the key's own type.
/// `None` means that a problem has been reported.
pub fn literal_value(
    signatures: &Signatures,
    literal: &ast::Literal,
    ty: &Ty,
    in_cell: bool,
    problems: &mut Vec<Diagnostic>,
) -> Option<Value> {
    match ty {
        Ty::Optional(inner) => literal_value(signatures, literal, inner, in_cell, problems),
        Ty::Choice(of) => choice(literal, of, problems).map(Value::Choice),
        Ty::Set(of) => choice(literal, of, problems).map(|at| Value::Set(1_u128 << at.min(127))),
        Ty::Row(table) => {
            let key = signatures.tables.get(table)?.keys.first()?.ty.clone()?;
            match key {
                Ty::Row(_) => None,
                key => literal_value(signatures, literal, &key, in_cell, problems),
            }
        }
        Ty::Text => match &literal.kind {
            LiteralKind::Text(text) => Some(Value::Text(text.clone())),
            LiteralKind::Word(word) if in_cell => Some(Value::Text(word.clone())),
            LiteralKind::Word(word) => {
                problems.push(errors::text_without_quotes(literal.span, word));
                None
            }
            _ => mismatch(signatures, literal, ty, problems),
        },
        Ty::Number(wanted) => number_value(signatures, literal, wanted, in_cell, problems).map(Value::Number),
        Ty::Bool | Ty::Date => match read_literal(signatures, literal, problems)? {
            Some(Lit::Other(value, found)) if found == *ty => Some(value),
            _ => mismatch(signatures, literal, ty, problems),
        },
        Ty::List(_) | Ty::Names => mismatch(signatures, literal, ty, problems),
    }
}

fn mismatch<T>(
    signatures: &Signatures,
    literal: &ast::Literal,
    wanted: &Ty,
    problems: &mut Vec<Diagnostic>,
) -> Option<T> {
    let found = describe_literal(signatures, literal, problems)?;
    problems.push(errors::wrong_literal(literal.span, &found, wanted));
    None
}

/// A literal in words: `a date`, `the text "a"`.
fn describe_literal(
    signatures: &Signatures,
    literal: &ast::Literal,
    problems: &mut Vec<Diagnostic>,
) -> Option<String> {
    Some(match read_literal(signatures, literal, problems)? {
        Some(Lit::Number(_, ty)) => describe::number_ty(&ty),
        Some(Lit::Other(_, ty)) => describe::ty(&ty),
        None => match &literal.kind {
            LiteralKind::Word(word) => format!("the word `{word}`"),
            _ => "a text".to_owned(),
        },
    })
}

/// The position of a word or text among the values of an enumeration.
pub(crate) fn choice(literal: &ast::Literal, of: &EnumTy, problems: &mut Vec<Diagnostic>) -> Option<u16> {
    match &literal.kind {
        LiteralKind::Word(word) | LiteralKind::Text(word) => choice_word(word, literal.span, of, problems),
        _ => {
            problems.push(errors::value_is_no_word(literal.span, of));
            None
        }
    }
}

/// The position of a word among the values of an enumeration.
pub(crate) fn choice_word(
    word: &str,
    span: Span,
    of: &EnumTy,
    problems: &mut Vec<Diagnostic>,
) -> Option<u16> {
    let found = position(of, word);
    if found.is_none() {
        problems.push(errors::unknown_value(span, word, of));
    }
    found
}

/// The position of a value in its enumeration.
pub(crate) fn position(of: &EnumTy, word: &str) -> Option<u16> {
    of.values.iter().position(|value| value.key.as_ref() == word).and_then(|at| u16::try_from(at).ok())
}

fn number_value(
    signatures: &Signatures,
    literal: &ast::Literal,
    wanted: &NumberTy,
    in_cell: bool,
    problems: &mut Vec<Diagnostic>,
) -> Option<Exact> {
    let Some(Lit::Number(value, found)) = read_literal(signatures, literal, problems)? else {
        return mismatch(signatures, literal, &Ty::Number(wanted.clone()), problems);
    };
    let is_rate = found.kind == NumberKind::Rate;
    if found.unit == wanted.unit {
        return match wanted.kind {
            NumberKind::Rate if !is_rate => {
                problems.push(errors::missing_percent(literal.span, &describe::number(&value), &value));
                None
            }
            NumberKind::Int if is_rate || !value.is_integer() => {
                problems.push(errors::number_not_whole(literal.span, &found, &value));
                None
            }
            NumberKind::Plain if is_rate && !wanted.unit.is_none() => None,
            _ => Some(value),
        };
    }
    if found.unit.is_none() && !is_rate {
        if in_cell {
            return Some(value);
        }
        problems.push(errors::missing_unit(literal.span, &describe::number(&value), wanted));
        return None;
    }
    match found.unit.conversion_to(&wanted.unit) {
        Some(factor) if !found.unit.is_none() => match value.checked_mul(&factor) {
            Ok(value) => Some(value),
            Err(_) => {
                problems.push(errors::overflow(literal.span));
                None
            }
        },
        _ => {
            problems.push(errors::unit_needed(literal.span, &found, wanted));
            None
        }
    }
}
