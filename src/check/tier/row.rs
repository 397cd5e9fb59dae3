//! What a tier charges, and whether that fits the mode of its scheme.

use super::{Scheme, errors};
use crate::check::table::cell::{Said, Slip, said, value_of};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, NumberKind, NumberTy, TierMode, TierPer, Ty, Value};
use crate::source::Span;
use crate::syntax::ast::{self, Literal, TierBound, TierRow, TierUnitPrice};
use crate::value::Exact;

/// Reads the row of one tier; none if a problem has been reported.
pub(super) fn read(
    row: &TierRow,
    bound: &TierBound,
    span: Span,
    scheme: &Scheme<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::TierRow> {
    match row {
        TierRow::Refuse(reason) => Some(ir::TierRow::Refuse(reason.text.clone())),
        TierRow::Value(literal) if is_share(literal, scheme) => {
            let share = TierUnitPrice { price: literal.clone(), per: ast::TierPer::Share };
            price(None, Some(&share), bound, span, scheme, problems)
        }
        TierRow::Value(literal) => {
            if scheme.mode == TierMode::Graduated
                && !scheme.gives_rates()
                && !matches!(bound, TierBound::Zero(_))
            {
                problems.push(errors::graduated_value(literal.span, &scheme.result));
                return None;
            }
            reported(read_value(literal, scheme), literal.span, problems).map(ir::TierRow::Value)
        }
        TierRow::Price { flat, unit } => price(flat.as_ref(), unit.as_deref(), bound, span, scheme, problems),
    }
}

/// Whether a bare `P%` is a share of the quantity: in a scheme that gives no rates, but what its driver is in.
fn is_share(literal: &Literal, scheme: &Scheme<'_>) -> bool {
    matches!(literal.kind, ast::LiteralKind::Percent(_)) && scheme.has_shares()
}

fn read_value(literal: &Literal, scheme: &Scheme<'_>) -> Result<Value, Slip> {
    value_of(&said(literal, scheme.units)?, &scheme.result)
}

fn reported<T>(found: Result<T, Slip>, span: Span, problems: &mut Vec<Diagnostic>) -> Option<T> {
    found.map_err(|slip| problems.push(slip.at(span))).ok()
}

/// `F flat + R each`
fn price(
    flat: Option<&Literal>,
    unit: Option<&TierUnitPrice>,
    bound: &TierBound,
    span: Span,
    scheme: &Scheme<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::TierRow> {
    let Ty::Number(result) = &scheme.result else {
        problems.push(errors::price_without_amount(span, &scheme.result));
        return None;
    };
    if scheme.gives_rates() {
        problems.push(errors::price_in_rates(span));
        return None;
    }
    if let Some(unit) = unit {
        if matches!(bound, TierBound::Zero(_)) {
            problems.push(errors::each_of_zero(unit.price.span));
            return None;
        }
        if unit.per == ast::TierPer::Share && !scheme.has_shares() {
            problems.push(errors::share_of_what(unit.price.span, scheme));
            return None;
        }
        if scheme.mode == TierMode::Stair {
            problems.push(errors::each_in_stair(unit.price.span));
            return None;
        }
    }
    let before = problems.len();
    let flat = flat.and_then(|flat| reported(amount(flat, scheme), flat.span, problems));
    let unit = unit.and_then(|unit| {
        let price = match unit.per {
            ast::TierPer::Share => share(&unit.price, scheme),
            _ => unit_price(&unit.price, scheme, result),
        };
        let price = reported(price, unit.price.span, problems);
        let per = per(&unit.per, scheme, problems);
        Some((price?, per?))
    });
    (problems.len() == before).then(|| ir::TierRow::Price { flat: flat.unwrap_or_default(), unit })
}

fn amount(literal: &Literal, scheme: &Scheme<'_>) -> Result<Exact, Slip> {
    Ok(match read_value(literal, scheme)? {
        Value::Number(number) => number,
        _ => Exact::ZERO,
    })
}

/// `P%` of the quantity.
fn share(literal: &Literal, scheme: &Scheme<'_>) -> Result<Exact, Slip> {
    match value_of(&said(literal, scheme.units)?, &Ty::number(NumberKind::Rate))? {
        Value::Number(number) => Ok(number),
        _ => Ok(Exact::ZERO),
    }
}

/// A price of one unit of the driver: `0.20`, `0.20 CNY`, or with the driver's unit, `0.20 CNY/GB`.
fn unit_price(literal: &Literal, scheme: &Scheme<'_>, result: &NumberTy) -> Result<Exact, Slip> {
    let said = said(literal, scheme.units)?;
    if let Said::Quantity { unit, .. } = &said {
        let per_unit = result.unit.div(&scheme.driver.unit).0;
        if !scheme.driver.unit.is_none() && unit.conversion_to(&per_unit).is_some() {
            let ty = Ty::Number(NumberTy { unit: per_unit, kind: result.kind });
            return Ok(match value_of(&said, &ty)? {
                Value::Number(number) => number,
                _ => Exact::ZERO,
            });
        }
    }
    amount(literal, scheme)
}

/// The size of a package, in the unit of the driver.
fn per(per: &ast::TierPer, scheme: &Scheme<'_>, problems: &mut Vec<Diagnostic>) -> Option<TierPer> {
    let (literal, started) = match per {
        ast::TierPer::Each => return Some(TierPer::Each),
        ast::TierPer::Share => return Some(TierPer::Share),
        ast::TierPer::Started(literal) => (literal, true),
        ast::TierPer::Full(literal) => (literal, false),
    };
    let size = reported(scheme.of_driver(literal), literal.span, problems)?;
    if !size.is_positive() {
        problems.push(errors::empty_package(literal.span));
        return None;
    }
    Some(if started { TierPer::Started(size) } else { TierPer::Full(size) })
}

/// In one `whole` scheme the rows all charge, or all give a value: 12 beside `12 each` would be read in two
/// ways.
pub(super) fn fit_together(tiers: &ast::Tiers, scheme: &Scheme<'_>, problems: &mut Vec<Diagnostic>) {
    if scheme.mode != TierMode::Whole {
        return;
    }
    let rows = || tiers.tiers.iter().filter(|tier| !matches!(tier.bound, TierBound::Zero(_)));
    let is_price = |row: &TierRow| match row {
        TierRow::Price { .. } => true,
        TierRow::Value(literal) => is_share(literal, scheme),
        TierRow::Refuse(_) => false,
    };
    let value = rows().find(|tier| matches!(tier.row, TierRow::Value(_)) && !is_price(&tier.row));
    let price = rows().find(|tier| is_price(&tier.row));
    if let (Some(value), Some(price)) = (value, price) {
        problems.push(errors::value_beside_price(value.span, price.span));
    }
}
