//! Units as written become units, and only currencies that the book knows pass.

use super::{Signatures, errors};
use crate::diagnostic::{Diagnostic, nearest};
use crate::resolve::Kind;
use crate::syntax::ast;
use crate::value::{Exact, MINOR_UNIT, Unit};

/// Which currencies may stand in a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Currencies {
    /// Those of the book and of its exchange rates.
    Known,
    /// Any, as in the first argument of `convert`.
    Any,
}

/// The unit that is written, and the factor that brings a number in the unit as written to it.
///
/// The factor differs from one only where the writing itself can be shortened, as `kg*m/mm` can.
pub(crate) fn unit(
    signatures: &Signatures,
    written: &ast::UnitExpr,
    currencies: Currencies,
    problems: &mut Vec<Diagnostic>,
) -> Option<(Unit, Exact)> {
    let mut unit = Unit::none();
    let mut factor = Exact::ONE;
    for (name, exponent) in &written.factors {
        let Some(atom) = signatures.units.get(&name.text) else {
            problems.extend(unknown(signatures, name));
            return None;
        };
        let known = currencies == Currencies::Any || signatures.knows_currency(&name.text);
        if atom.is_currency() && !known {
            problems.push(errors::unknown_currency(name, &signatures.book));
            return None;
        }
        let (product, scale) = unit.mul(&Unit::of(atom).pow(*exponent));
        unit = product;
        factor = match factor.checked_mul(&scale) {
            Ok(factor) => factor,
            Err(_) => {
                problems.push(errors::overflow(written.span));
                return None;
            }
        };
    }
    Some((unit, factor))
}

/// The problem of a unit that is not there; nothing where its own declaration has been refused.
fn unknown(signatures: &Signatures, name: &ast::Name) -> Option<Diagnostic> {
    if signatures.kind(&name.text) == Some(Kind::Unit) {
        return None;
    }
    if MINOR_UNIT.contains(&name.text.as_ref()) {
        return Some(errors::minor_unit_elsewhere(name));
    }
    if name.text.as_ref() == "money" {
        return Some(errors::money_without_choice(name, &signatures.book));
    }
    let nearest = nearest_unit(signatures, &name.text);
    Some(errors::unknown_unit(name, nearest.as_deref()))
}

/// The unit that was probably meant: one that the book can use, so no currency that it does not know.
pub(crate) fn nearest_unit(signatures: &Signatures, name: &str) -> Option<String> {
    let usable = |unit: &str| {
        let atom = signatures.units.get(unit);
        atom.is_some_and(|atom| !atom.is_currency() || signatures.knows_currency(unit))
    };
    if ["minor", "minors", "cent", "cents"].contains(&name) {
        return Some(MINOR_UNIT[0].to_owned());
    }
    let meant = signatures.units.unknown(name).nearest.filter(|unit| usable(unit));
    meant.or_else(|| {
        let known = signatures.units.names();
        nearest(name, known.into_iter().filter(|unit| usable(unit))).map(str::to_owned)
    })
}

/// The unit of a type. A unit that cancels to nothing measures nothing.
pub(crate) fn type_unit(
    signatures: &Signatures,
    written: &ast::UnitExpr,
    problems: &mut Vec<Diagnostic>,
) -> Option<Unit> {
    let (unit, factor) = unit(signatures, written, Currencies::Known, problems)?;
    if unit.is_none() || factor != Exact::ONE {
        problems.push(errors::unit_cancels(written, &unit));
        return None;
    }
    Some(unit)
}
