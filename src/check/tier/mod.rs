//! Tier schemes as written become tiers without gap or overlap, with rows that fit the mode.
//!
//! Tiers are written by their lower bounds (`from 1`, `above 100 GB`) or by their upper ones (`up to 10`,
//! `next 20`, `rest`), never by both, so that neither gap nor overlap can be written at all.

mod bounds;
mod cliff;
mod errors;
mod row;
#[cfg(test)]
mod tests;

use crate::check::Signatures;
use crate::check::table::cell::{Slip, said, value_of};
use crate::check::table::period_of;
use crate::check::types;
use crate::diagnostic::{Diagnostic, has_errors};
use crate::ir::{self, NumberKind, NumberTy, Ty, Value};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{Exact, UnitTable};

/// What is known of a scheme before its tiers.
struct Scheme<'a> {
    units: &'a UnitTable,
    driver: NumberTy,
    mode: ir::TierMode,
    result: Ty,
}

impl Scheme<'_> {
    /// The driver counts whole units.
    fn counts(&self) -> bool {
        self.driver.kind == NumberKind::Int
    }

    /// The scheme gives rates.
    fn gives_rates(&self) -> bool {
        matches!(&self.result, Ty::Number(NumberTy { kind: NumberKind::Rate, .. }))
    }

    /// A share of the quantity is a result: both are amounts in one unit.
    fn has_shares(&self) -> bool {
        let Ty::Number(result) = &self.result else { return false };
        !self.gives_rates() && !self.driver.unit.is_none() && result.unit == self.driver.unit
    }

    /// A number in the unit of the driver.
    fn of_driver(&self, literal: &ast::Literal) -> Result<Exact, Slip> {
        match value_of(&said(literal, self.units)?, &Ty::Number(self.driver.clone()))? {
            Value::Number(number) => Ok(number),
            _ => Ok(Exact::ZERO),
        }
    }
}

/// Checks one version of a tier scheme; the result has that one version.
///
/// The tiers follow each other from the first bound on and leave nothing above the last; that no quantity
/// lies below the first bound is proved for the whole book.
pub fn check_tiers(
    tiers: &ast::Tiers,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Tiers> {
    let signature = signatures.tiers.get(&tiers.name.text)?;
    let mode = match tiers.mode {
        ast::TierMode::Whole => ir::TierMode::Whole,
        ast::TierMode::Graduated => ir::TierMode::Graduated,
        ast::TierMode::Stair => ir::TierMode::Stair,
    };
    let (driver, result) = (signature.driver.clone()?, signature.result.clone()?);
    let mut type_of = |written, whole| {
        let place = types::Place { owner: &tiers.name.text, whole };
        types::resolve(signatures, place, written, problems).map(|(ty, _)| ty)
    };
    let same = type_of(&tiers.driver, true)? == Ty::Number(driver.clone())
        && type_of(&tiers.result, false)? == result;
    if mode != signature.mode || !same {
        problems.push(errors::other_scheme(tiers));
        return None;
    }
    let scheme = Scheme { units: &signatures.units, driver, mode, result };
    let mut found = Vec::new();
    let checked = bounds::tiers(tiers, &scheme, &mut found);
    if found.is_empty() {
        row::fit_together(tiers, &scheme, &mut found);
    }
    let sound = !has_errors(&found);
    problems.append(&mut found);
    let (laid, zero) = checked.filter(|_| sound)?;
    problems.extend(cliff::find(&laid, &scheme));
    Some(ir::Tiers {
        name: tiers.name.text.clone(),
        label: tiers.label.as_ref().map(|label| label.text.clone()),
        driver: scheme.driver,
        mode,
        result: scheme.result,
        versions: vec![ir::TierVersion {
            effective: period_of(tiers.effective.as_ref()),
            tiers: laid,
            zero,
            span,
        }],
        span,
    })
}
