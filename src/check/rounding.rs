//! The steps that amounts are rounded to, in the unit of the amount.

use super::literal::{Lit, read_literal, read_with};
use super::units::Currencies;
use super::{Signatures, errors};
use crate::diagnostic::Diagnostic;
use crate::ir::{NumberKind, NumberTy, PerCurrency};
use crate::source::Span;
use crate::syntax::ast::{self, Literal, LiteralKind};
use crate::value::{Exact, MINOR_UNIT};

/// Step and offset of a rounding, in the unit of what is rounded.
///
/// The step is above zero. A plain number as the step of an amount with a unit is refused, as everywhere.
pub fn round_to(
    signatures: &Signatures,
    rounding: &ast::RoundTo,
    ty: &NumberTy,
    problems: &mut Vec<Diagnostic>,
) -> Option<(PerCurrency, PerCurrency)> {
    let step = step(signatures, &rounding.step, ty, problems)?;
    let offset = match &rounding.offset {
        None => PerCurrency::ZERO,
        Some(offset) => {
            let (number, offset_ty) = read(signatures, offset, ty, problems)?;
            in_unit(&number, &offset_ty, offset.span, ty, problems)?
        }
    };
    Some((step, offset))
}

/// The unit of a step as it is written, for what is rounded; none where that is an error, which [`round_to`]
/// reports.
pub(crate) fn step_unit(signatures: &Signatures, rounding: &ast::RoundTo, ty: &NumberTy) -> Option<NumberTy> {
    read(signatures, &rounding.step, ty, &mut Vec::new()).map(|(_, ty)| ty)
}

/// A step that is written out, in the unit of what is rounded.
pub(crate) fn step(
    signatures: &Signatures,
    written: &Literal,
    ty: &NumberTy,
    problems: &mut Vec<Diagnostic>,
) -> Option<PerCurrency> {
    let (number, found) = read(signatures, written, ty, problems)?;
    let step = in_unit(&number, &found, written.span, ty, problems)?;
    if !step.all().iter().all(Exact::is_positive) {
        problems.push(errors::step_not_positive(written.span));
        return None;
    }
    Some(step)
}

/// The smallest amounts that are paid in a currency, or in each currency that `money` can stand for.
pub(crate) fn minor_units(signatures: &Signatures, currency: &str) -> PerCurrency {
    let size = |code: &str| signatures.units.smallest(code);
    match currency {
        "money" => PerCurrency::of(signatures.book.currencies.iter().map(|code| size(code)).collect()),
        code => PerCurrency::Same(size(code)),
    }
}

fn in_unit(
    number: &PerCurrency,
    found: &NumberTy,
    at: Span,
    ty: &NumberTy,
    problems: &mut Vec<Diagnostic>,
) -> Option<PerCurrency> {
    let rate = |ty: &NumberTy| ty.unit.is_none() && ty.kind == NumberKind::Rate;
    let factor = found.unit.conversion_to(&ty.unit);
    let Some(factor) = factor.filter(|_| rate(found) == rate(ty)) else {
        let example = number.all().first().cloned().unwrap_or_default();
        problems.push(errors::step_in_other_unit(at, &example, found, ty));
        return None;
    };
    times(number, &factor, at, problems)
}

fn times(
    number: &PerCurrency,
    factor: &Exact,
    at: Span,
    problems: &mut Vec<Diagnostic>,
) -> Option<PerCurrency> {
    let product: Result<Vec<Exact>, _> = number.all().iter().map(|one| one.checked_mul(factor)).collect();
    match product {
        Ok(product) => Some(PerCurrency::of(product)),
        Err(_) => {
            problems.push(errors::overflow(at));
            None
        }
    }
}

/// A number as written, with its unit. `minor_unit` is of the currency of what is rounded.
fn read(
    signatures: &Signatures,
    written: &Literal,
    ty: &NumberTy,
    problems: &mut Vec<Diagnostic>,
) -> Option<(PerCurrency, NumberTy)> {
    let Some(minor) = minor_word(written) else {
        return match read_literal(signatures, written, problems)? {
            Some(Lit::Number(number, ty)) => Some((PerCurrency::Same(number), ty)),
            _ => None,
        };
    };
    let mut powers = ty.unit.powers();
    let Some((currency, _)) = powers.find(|(atom, exponent)| atom.is_currency() && *exponent == 1) else {
        problems.push(errors::minor_unit_of_no_money(minor, ty));
        return None;
    };
    let named = in_currency(written, currency.name());
    let Some(Lit::Number(number, found)) = read_with(signatures, &named, Currencies::Any, problems)? else {
        return None;
    };
    let sizes = minor_units(signatures, currency.name());
    Some((times(&sizes, &number, written.span, problems)?, found))
}

/// Where a number is one of minor units.
fn minor_word(written: &Literal) -> Option<Span> {
    let LiteralKind::Quantity(quantity) = &written.kind else { return None };
    let mut factors = quantity.unit.as_ref()?.factors.iter();
    let minor = factors.find(|(name, exponent)| *exponent == 1 && MINOR_UNIT.contains(&name.text.as_ref()));
    minor.map(|(name, _)| name.span)
}

/// The number with a currency in the place of its minor unit.
fn in_currency(written: &Literal, currency: &str) -> Literal {
    let mut named = written.clone();
    if let LiteralKind::Quantity(quantity) = &mut named.kind
        && let Some(unit) = &mut quantity.unit
    {
        for (name, _) in unit.factors.iter_mut().filter(|(name, _)| MINOR_UNIT.contains(&name.text.as_ref()))
        {
            name.text = currency.into();
        }
    }
    named
}
