//! Price cliffs: the total falls when one more unit is bought.

use super::{Scheme, errors};
use crate::diagnostic::Diagnostic;
use crate::ir::{Tier, TierMode, TierPer, TierRow, Ty, Value};
use crate::value::{ArithmeticError, Exact};

/// Two neighbouring quantities and their totals, the second lower.
pub(super) struct Cliff {
    pub(super) fewer: Exact,
    pub(super) more: Exact,
    pub(super) total: Exact,
    pub(super) lower: Exact,
}

/// The warning for a scheme of whole prices or stairs whose total falls at a bound; none for schemes of rates
/// and for plain values, whose total is not known here.
pub(super) fn find(tiers: &[Tier], scheme: &Scheme<'_>) -> Option<Diagnostic> {
    let Ty::Number(result) = &scheme.result else { return None };
    if scheme.mode == TierMode::Graduated || scheme.gives_rates() {
        return None;
    }
    let cliffs: Vec<(Cliff, &Tier)> = tiers
        .windows(2)
        .filter_map(|pair| match pair {
            [below, above] => Some((at_bound(below, above, scheme)?, above)),
            _ => None,
        })
        .collect();
    errors::cliffs(&cliffs, scheme, result)
}

/// The fall between the last quantity of one tier and the first of the next. On a measured driver both are
/// the bound itself: just beside it the totals are as near to these as one likes.
fn at_bound(below: &Tier, above: &Tier, scheme: &Scheme<'_>) -> Option<Cliff> {
    let fewer = above.start.clone();
    let more = if scheme.counts() { fewer.checked_add(&Exact::ONE).ok()? } else { fewer.clone() };
    let total = total(&below.row, &fewer, scheme)?.ok()?;
    let lower = self::total(&above.row, &more, scheme)?.ok()?;
    (fewer.is_positive() && lower < total).then_some(Cliff { fewer, more, total, lower })
}

/// What a quantity costs in a tier; nothing where that is not known or refused.
fn total(row: &TierRow, quantity: &Exact, scheme: &Scheme<'_>) -> Option<Result<Exact, ArithmeticError>> {
    match row {
        TierRow::Refuse(_) => None,
        TierRow::Value(Value::Number(number)) if scheme.mode == TierMode::Stair => Some(Ok(number.clone())),
        TierRow::Value(_) => None,
        TierRow::Price { flat, unit: None } => Some(Ok(flat.clone())),
        TierRow::Price { flat, unit: Some((price, per)) } => {
            let count = match per {
                TierPer::Each | TierPer::Share => Ok(quantity.clone()),
                TierPer::Started(size) => quantity.checked_div(size).map(|packages| packages.ceil()),
                TierPer::Full(size) => quantity.checked_div(size).map(|packages| packages.floor()),
            };
            Some(count.and_then(|count| price.checked_mul(&count)).and_then(|price| flat.checked_add(&price)))
        }
    }
}
