//! Steps of money: the currency's smallest unit, and amounts that are written out.

use crate::check::Signatures;
use crate::check::expr::literal_value;
use crate::check::rounding::minor_units;
use crate::diagnostic::Diagnostic;
use crate::ir::{NumberTy, PerCurrency, Ty, Value};
use crate::syntax::ast::{self, LiteralKind};
use crate::value::Exact;

/// The smallest unit that amounts of the book are paid in: 0.01 for CNY, 1 for JPY; where a request chooses the
/// currency, that of each.
pub(super) fn minor_steps(signatures: &Signatures) -> PerCurrency {
    match signatures.book.currencies.as_slice() {
        [] => PerCurrency::Same(Exact::scaled(1, 2)),
        [one] => minor_units(signatures, one),
        _ => minor_units(signatures, "money"),
    }
}

/// The smallest unit; where a request chooses the currency, that of the finest of them.
pub(super) fn minor_step(signatures: &Signatures) -> Exact {
    minor_steps(signatures).all().iter().min().cloned().unwrap_or(Exact::ONE)
}

/// The number of an amount that is written out, in the unit of a type.
pub(super) fn amount_of(
    signatures: &Signatures,
    written: &ast::Quantity,
    ty: &NumberTy,
    problems: &mut Vec<Diagnostic>,
) -> Option<Exact> {
    match literal_value(signatures, &literal_of(written), &Ty::Number(ty.clone()), false, problems)? {
        Value::Number(value) => Some(value),
        _ => None,
    }
}

/// An amount that is written out, as a literal.
pub(super) fn literal_of(written: &ast::Quantity) -> ast::Literal {
    let number = &written.number;
    let span = written.unit.as_ref().map_or(number.span, |unit| number.span.cover(unit.span));
    ast::Literal { kind: LiteralKind::Quantity(written.clone()), span }
}
