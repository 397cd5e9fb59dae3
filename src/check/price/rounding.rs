//! Steps of money: the currency's smallest unit, and amounts that are written out.

use crate::check::Signatures;
use crate::check::expr::literal_value;
use crate::diagnostic::Diagnostic;
use crate::ir::{NumberTy, Ty, Value};
use crate::syntax::ast::{self, LiteralKind};
use crate::value::{Currency, Exact};

/// The smallest unit that amounts of the book's currency are paid in: 0.01 for CNY, 1 for JPY. Where a request
/// chooses the currency, that of the finest of them.
pub(super) fn minor_step(signatures: &Signatures) -> Exact {
    let places = |code: &str| Currency::by_code(code).map(|currency| currency.places);
    let currencies = signatures.book.currencies.iter();
    let places = currencies.filter_map(|code| places(code)).max().unwrap_or(2);
    Exact::scaled(1, u8::try_from(places).unwrap_or(u8::MAX))
}

/// The number of an amount that is written out, in the unit of a type.
pub(super) fn amount_of(
    signatures: &Signatures,
    written: &ast::Quantity,
    ty: &NumberTy,
    problems: &mut Vec<Diagnostic>,
) -> Option<Exact> {
    let number = &written.number;
    let span = written.unit.as_ref().map_or(number.span, |unit| number.span.cover(unit.span));
    let literal = ast::Literal { kind: LiteralKind::Quantity(written.clone()), span };
    match literal_value(signatures, &literal, &Ty::Number(ty.clone()), false, problems)? {
        Value::Number(value) => Some(value),
        _ => None,
    }
}
