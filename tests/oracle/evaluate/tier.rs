//! Tiers: section 8 of the language reference.

use num_traits::{Signed, Zero};

use super::expr::{NO_TIER, Res, World, refused};
use super::lookup::holds;
use crate::model::{Bound, Lit, Per, TierMode, TierRow, TierVersion, Ty, Val, literal};
use crate::number::{Mode, Q, round, size, whole};

/// A tier with its ends in the driver's unit. On a driver that counts, `from 10` starts after 9.
struct Tier<'a> {
    start: Q,
    start_included: bool,
    end: Option<Q>,
    end_included: bool,
    row: &'a TierRow,
}

impl Tier<'_> {
    /// The quantity has come into this tier.
    fn entered(&self, quantity: &Q) -> bool {
        if self.start_included { *quantity >= self.start } else { *quantity > self.start }
    }

    fn holds(&self, quantity: &Q) -> bool {
        let below = |end: &Q| if self.end_included { quantity <= end } else { quantity < end };
        self.entered(quantity) && self.end.as_ref().is_none_or(below)
    }

    /// How much of the quantity lies in this tier.
    fn units(&self, quantity: &Q) -> Q {
        let reached = self.end.as_ref().map_or(quantity, |end| quantity.min(end));
        (reached - &self.start).max(Q::zero())
    }
}

/// What a scheme charges for a quantity (in base units).
pub fn price(world: &World, name: &str, quantity: &Q, tier_by: &Q, scale: &Q) -> Res<Val> {
    let scheme = world.book.tiers.iter().find(|found| found.name == name).expect("a tier scheme");
    let version = scheme.versions.iter().find(|found| holds(found.period, world.as_of)).expect("a version");
    let unit = match &scheme.driver {
        Ty::Measure(unit) => unit.as_str(),
        _ => "",
    };
    let (quantity, by) = (quantity / size(unit), tier_by / size(unit));
    let counts = scheme.driver == Ty::Int;
    let tiers = tiers_of(version, counts, scale);
    let money = match &scheme.result {
        Ty::Measure(unit) => size(unit),
        _ => whole(1),
    };
    if quantity.is_negative() || by.is_negative() {
        return Err(NO_TIER);
    }
    if quantity.is_zero() {
        let is_rate = scheme.result == Ty::Rate;
        return match &version.zero {
            Some(row) => charge(row, &quantity, &money),
            None if is_rate => charge(tiers[0].row, &quantity, &money),
            None => Ok(Val::Num(Q::zero())),
        };
    }
    if scheme.mode == TierMode::Graduated {
        return graduated(&tiers, &quantity, scheme.result == Ty::Rate, &money);
    }
    let reached = tiers.iter().find(|tier| by.is_zero() || tier.holds(&by)).ok_or(NO_TIER)?;
    charge(reached.row, &quantity, &money)
}

fn graduated(tiers: &[Tier], quantity: &Q, rate: bool, money: &Q) -> Res<Val> {
    let mut sum = Q::zero();
    for tier in tiers.iter().filter(|tier| tier.entered(quantity)) {
        let units = tier.units(quantity);
        sum += match charge(tier.row, &units, money)? {
            Val::Num(value) if rate => value * units,
            Val::Num(value) => value,
            other => panic!("{other:?} cannot be summed"),
        };
    }
    Ok(Val::Num(if rate { sum / quantity } else { sum }))
}

/// What a row charges for so many units.
fn charge(row: &TierRow, units: &Q, money: &Q) -> Res<Val> {
    match row {
        TierRow::Refuse => Err(refused(format!("{row:p}"))),
        TierRow::Value(Lit::Num(value, unit)) => Ok(Val::Num(value * size(unit))),
        TierRow::Value(other) => Ok(literal(other)),
        TierRow::Price { flat, unit } => {
            let mut sum = flat.clone().unwrap_or_else(Q::zero);
            if let Some((price, per)) = unit {
                sum += price
                    * match per {
                        Per::Each | Per::Share => units.clone(),
                        Per::Started(pack) => round(&(units / pack), Mode::Ceiling, &whole(1)),
                        Per::Full(pack) => round(&(units / pack), Mode::Floor, &whole(1)),
                    };
            }
            Ok(Val::Num(sum * money))
        }
    }
}

/// The tiers with both ends: each starts where the one before ends.
fn tiers_of<'a>(version: &'a TierVersion, counts: bool, scale: &Q) -> Vec<Tier<'a>> {
    let one = if counts { whole(1) } else { Q::zero() };
    let mut tiers: Vec<Tier> = Vec::new();
    for (at, (bound, row)) in version.tiers.iter().enumerate() {
        let before = tiers.last().map(|tier| (tier.end.clone(), !tier.end_included));
        let (before, before_included) = before.unwrap_or((Some(Q::zero()), false));
        let (start, start_included) = match bound {
            Bound::From(at) if counts => (at - &one, false),
            Bound::From(at) => (at.clone(), true),
            Bound::Above(at) => (at.clone(), false),
            _ => (before.expect("an end before"), before_included),
        };
        let (end, end_included) = match bound {
            Bound::UpTo(end) => (Some(end.clone()), true),
            Bound::Under(end) if counts => (Some(end - &one), true),
            Bound::Under(end) => (Some(end.clone()), false),
            Bound::Next(wide) => (Some(&start + wide), true),
            _ => match version.tiers.get(at + 1) {
                Some((Bound::From(next), _)) if counts => (Some(next - &one), true),
                Some((Bound::From(next), _)) => (Some(next.clone()), false),
                Some((Bound::Above(next), _)) => (Some(next.clone()), true),
                _ => (None, false),
            },
        };
        tiers.push(Tier { start, start_included, end, end_included, row });
    }
    for tier in &mut tiers {
        tier.start *= scale;
        tier.end = tier.end.take().map(|end| end * scale);
    }
    tiers
}
