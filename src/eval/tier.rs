//! What a tier scheme charges for a quantity.

use std::cmp::Ordering;

use crate::diagnostic::codes;
use crate::ir::{Tier, TierMode, TierPer, TierRow, TierVersion, Tiers, Ty, Value};
use crate::source::Span;
use crate::value::{ArithmeticError, Date, Exact, Rounding};

use super::fault::{Fault, Gap, arithmetic};

/// What a scheme is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The quantity that is priced.
    pub quantity: Exact,
    /// The quantity that decides the tier, where it is another one.
    pub tier_by: Option<Exact>,
    /// What all bounds are multiplied with.
    pub scale: Option<Exact>,
}

/// What one tier contributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The tier's position; none for the `zero` row.
    pub tier: Option<usize>,
    /// How much of the quantity it prices.
    pub units: Exact,
    /// What that comes to; for rates, units times rate.
    pub amount: Exact,
}

/// The version that counts on a day.
pub fn version_on(tiers: &Tiers, day: Date) -> Option<&TierVersion> {
    tiers.versions.iter().find(|version| version.effective.holds(day))
}

/// The price of a quantity, with what each tier contributes where `parts` are wanted.
pub(super) fn price(
    tiers: &Tiers,
    version: &TierVersion,
    asked: &Asked,
    span: Span,
    parts: Option<&mut Vec<Part>>,
) -> Result<Value, Gap> {
    let scheme = Scheme { tiers, version, asked, span };
    scheme.price(&mut Parts(parts))
}

/// What each tier contributes, where it is wanted.
struct Parts<'a>(Option<&'a mut Vec<Part>>);

impl Parts<'_> {
    fn add(&mut self, tier: Option<usize>, units: &Exact, amount: &Exact) {
        if let Some(parts) = &mut self.0 {
            parts.push(Part { tier, units: units.clone(), amount: amount.clone() });
        }
    }
}

/// A scheme and what it is asked.
struct Scheme<'a> {
    tiers: &'a Tiers,
    version: &'a TierVersion,
    asked: &'a Asked,
    span: Span,
}

impl Scheme<'_> {
    fn price(&self, parts: &mut Parts<'_>) -> Result<Value, Gap> {
        let quantity = &self.asked.quantity;
        if self.asked.scale.as_ref().is_some_and(|scale| !scale.is_positive()) {
            return Err(self.outside("its bounds are scaled by a number that is not above zero"));
        }
        if quantity.is_negative() {
            return Err(self.outside("the quantity is below zero"));
        }
        if quantity.is_zero() {
            return self.zero(parts);
        }
        if self.tiers.mode == TierMode::Graduated {
            if self.asked.tier_by.is_some() {
                return Err(self.outside("graduated tiers cannot be read `tier by`"));
            }
            return self.graduated(parts);
        }
        let reached = self.reached(self.asked.tier_by.as_ref().unwrap_or(quantity))?;
        let tier = self.tier(reached)?;
        match &tier.row {
            TierRow::Refuse(words) => Err(self.refused(words, tier)),
            TierRow::Value(value) => {
                let amount = match value {
                    Value::Number(number) => number.clone(),
                    _ => Exact::ZERO,
                };
                parts.add(Some(reached), quantity, &amount);
                Ok(value.clone())
            }
            TierRow::Price { flat, unit } => {
                let amount = self.sum(flat, unit.as_ref(), quantity)?;
                parts.add(Some(reached), quantity, &amount);
                Ok(Value::Number(amount))
            }
        }
    }

    /// Nothing costs nothing, and has the first tier's rate or unit price, unless the scheme says otherwise.
    fn zero(&self, parts: &mut Parts<'_>) -> Result<Value, Gap> {
        let first = self.version.tiers.first().map(|tier| &tier.row).filter(|_| !self.gives_money());
        let value = match (&self.version.zero, first) {
            (Some(TierRow::Value(value)), _) | (None, Some(TierRow::Value(value))) => value.clone(),
            (Some(TierRow::Price { flat, .. }), _) => Value::Number(flat.clone()),
            (Some(TierRow::Refuse(words)), _) => {
                let message = format!("`{}` has no price for zero: {words}", self.tiers.name);
                return Err(Fault::new(codes::CANNOT_BE_BOUGHT, message).at(self.version.span).gap());
            }
            (None, Some(TierRow::Price { .. } | TierRow::Refuse(_)) | None) => Value::Number(Exact::ZERO),
        };
        let amount = match &value {
            Value::Number(number) => number.clone(),
            _ => Exact::ZERO,
        };
        parts.add(None, &Exact::ZERO, &amount);
        Ok(value)
    }

    fn gives_money(&self) -> bool {
        matches!(&self.tiers.result, Ty::Number(of) if of.unit.currency().is_some())
    }

    fn graduated(&self, parts: &mut Parts<'_>) -> Result<Value, Gap> {
        let quantity = &self.asked.quantity;
        let last = self.reached(quantity)?;
        let mut sum = Exact::ZERO;
        let mut averaged = false;
        for at in 0..=last {
            let tier = self.tier(at)?;
            let start = self.bound(&tier.start)?;
            let end = match self.version.tiers.get(at + 1) {
                Some(next) if at < last => self.bound(&next.start)?,
                _ => quantity.clone(),
            };
            let units = self.fits(end.checked_sub(&start))?;
            let amount = match &tier.row {
                TierRow::Refuse(words) => return Err(self.refused(words, tier)),
                TierRow::Price { flat, unit } => self.sum(flat, unit.as_ref(), &units)?,
                TierRow::Value(Value::Number(each)) => {
                    averaged = true;
                    self.fits(each.checked_mul(&units))?
                }
                TierRow::Value(_) => return Err(self.outside("graduated tiers add numbers only")),
            };
            sum = self.fits(sum.checked_add(&amount))?;
            parts.add(Some(at), &units, &amount);
        }
        if averaged {
            sum = self.fits(sum.checked_div(quantity))?;
        }
        Ok(Value::Number(sum))
    }

    /// What a row charges for some units.
    fn sum(&self, flat: &Exact, unit: Option<&(Exact, TierPer)>, units: &Exact) -> Result<Exact, Gap> {
        let Some((each, per)) = unit else { return Ok(flat.clone()) };
        let count = match per {
            TierPer::Each | TierPer::Share => units.clone(),
            TierPer::Started(size) => self.fits(units.checked_div(size))?.round_whole(Rounding::Ceiling),
            TierPer::Full(size) => self.fits(units.checked_div(size))?.round_whole(Rounding::Floor),
        };
        let amount = self.fits(each.checked_mul(&count))?;
        self.fits(amount.checked_add(flat))
    }

    /// The tier that holds a quantity; the first one for a deciding quantity of zero.
    fn reached(&self, quantity: &Exact) -> Result<usize, Gap> {
        if quantity.is_zero() {
            return Ok(0);
        }
        let tiers = &self.version.tiers;
        let mut above = 0;
        for (at, tier) in tiers.iter().enumerate() {
            let order = match &self.asked.scale {
                None => tier.start.cmp(quantity),
                Some(_) => self.bound(&tier.start)?.cmp(quantity),
            };
            match order {
                Ordering::Less => above = at + 1,
                Ordering::Equal if tier.start_included => above = at + 1,
                _ => break,
            }
        }
        let Some(reached) = above.checked_sub(1) else {
            return Err(self.outside(&format!("{quantity} lies below its first bound")));
        };
        let end = if above == tiers.len() { tiers.last().and_then(|tier| tier.end.as_ref()) } else { None };
        match end {
            Some(end) if self.bound(end)? < *quantity => {
                Err(self.outside(&format!("{quantity} lies above its last bound")))
            }
            _ => Ok(reached),
        }
    }

    fn tier(&self, at: usize) -> Result<&Tier, Gap> {
        self.version.tiers.get(at).ok_or_else(|| self.outside("it has no such tier"))
    }

    fn bound(&self, bound: &Exact) -> Result<Exact, Gap> {
        match &self.asked.scale {
            None => Ok(bound.clone()),
            Some(scale) => self.fits(bound.checked_mul(scale)),
        }
    }

    fn fits(&self, number: Result<Exact, ArithmeticError>) -> Result<Exact, Gap> {
        number.map_err(|error| arithmetic(error, self.span))
    }

    fn outside(&self, why: &str) -> Gap {
        let message = format!("`{}` has no tier: {why}", self.tiers.name);
        Fault::new(codes::NO_TIER, message).at(self.span).gap()
    }

    fn refused(&self, words: &str, tier: &Tier) -> Gap {
        let message = format!("`{}` has no price for {}: {words}", self.tiers.name, self.asked.quantity);
        Fault::new(codes::CANNOT_BE_BOUGHT, message).at(tier.span).gap()
    }
}

/// What each tier contributes to a price that was asked before.
pub fn parts(tiers: &Tiers, day: Date, asked: &Asked) -> Vec<Part> {
    let mut parts = Vec::new();
    if let Some(version) = version_on(tiers, day) {
        // The price was found before; where it was refused there are the parts up to there.
        let _ = price(tiers, version, asked, tiers.span, Some(&mut parts));
    }
    parts
}
