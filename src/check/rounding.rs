//! The steps that amounts are rounded to, in the unit of the amount.

use super::literal::{Lit, read_literal};
use super::{Signatures, errors};
use crate::diagnostic::Diagnostic;
use crate::ir::{NumberKind, NumberTy};
use crate::source::Span;
use crate::syntax::ast::{self, Literal};
use crate::value::Exact;

/// Step and offset of a rounding, in the unit of what is rounded.
///
/// The step is above zero. A plain number as the step of an amount with a unit is refused, as everywhere.
pub fn round_to(
    signatures: &Signatures,
    rounding: &ast::RoundTo,
    ty: &NumberTy,
    problems: &mut Vec<Diagnostic>,
) -> Option<(Exact, Exact)> {
    let step_at = rounding.step.span;
    let (number, step_ty) = read(signatures, &rounding.step, problems)?;
    let step = step(&number, &step_ty, step_at, ty, problems)?;
    let offset = match &rounding.offset {
        None => Exact::ZERO,
        Some(offset) => {
            let (number, offset_ty) = read(signatures, offset, problems)?;
            in_unit(&number, &offset_ty, offset.span, ty, problems)?
        }
    };
    Some((step, offset))
}

/// The type of a step as it is written; none where that is an error, which [`round_to`] reports.
pub(crate) fn step_unit(signatures: &Signatures, rounding: &ast::RoundTo) -> Option<NumberTy> {
    read(signatures, &rounding.step, &mut Vec::new()).map(|(_, ty)| ty)
}

/// A step as a number in the unit of what is rounded.
pub(crate) fn step(
    number: &Exact,
    found: &NumberTy,
    at: Span,
    ty: &NumberTy,
    problems: &mut Vec<Diagnostic>,
) -> Option<Exact> {
    let step = in_unit(number, found, at, ty, problems)?;
    if !step.is_positive() {
        problems.push(errors::step_not_positive(at));
        return None;
    }
    Some(step)
}

fn in_unit(
    number: &Exact,
    found: &NumberTy,
    at: Span,
    ty: &NumberTy,
    problems: &mut Vec<Diagnostic>,
) -> Option<Exact> {
    let rate = |ty: &NumberTy| ty.unit.is_none() && ty.kind == NumberKind::Rate;
    let factor = found.unit.conversion_to(&ty.unit);
    let Some(factor) = factor.filter(|_| rate(found) == rate(ty)) else {
        problems.push(errors::step_in_other_unit(at, number, found, ty));
        return None;
    };
    match number.checked_mul(&factor) {
        Ok(step) => Some(step),
        Err(_) => {
            problems.push(errors::overflow(at));
            None
        }
    }
}

fn read(
    signatures: &Signatures,
    written: &Literal,
    problems: &mut Vec<Diagnostic>,
) -> Option<(Exact, NumberTy)> {
    match read_literal(signatures, written, problems)? {
        Some(Lit::Number(number, ty)) => Some((number, ty)),
        _ => None,
    }
}
