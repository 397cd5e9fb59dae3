//! Tier schemes: the tier by its bounds, and then flats, rates and prefix sums out of arrays.

use super::compile::{Compiler, Val, cut, unsupported};
use super::graph::I;
use super::number::{Num, decimal, ten, too_long};
use super::program::Unsupported;
use crate::eval::version_on;
use crate::ir::{CompareOp, Expr, Name, TierMode, TierPer, TierRow, TierVersion, Tiers, Ty, Value};
use crate::source::Span;
use crate::value::{ArithmeticError, Exact, Rounding};

/// What the tiers of a scheme charge, tier by tier.
struct Charges {
    flat: Vec<Exact>,
    /// For each thing that prices count the price of each tier; zero in tiers that count another one.
    each: Vec<(TierPer, Vec<Exact>)>,
    /// Tiers that refuse.
    refuses: Vec<i64>,
    /// The rows are rates, or values.
    values: bool,
}

impl Compiler<'_> {
    pub fn tiers(
        &mut self,
        name: &Name,
        quantity: &Expr,
        tier_by: Option<&Expr>,
        span: Span,
    ) -> Result<Val, Unsupported> {
        let Some(tiers) = self.book.tiers.iter().find(|it| it.name == *name) else {
            return unsupported("a tier scheme that is not there", span);
        };
        for version in &tiers.versions {
            cut(&mut self.period, &version.effective, self.day.as_of);
        }
        let Some(version) = version_on(tiers, self.day.as_of) else {
            return unsupported("a tier scheme without tiers on the day", span);
        };
        let quantity = self.number(quantity)?;
        let by = tier_by.map(|it| self.number(it)).transpose()?;
        if quantity.below.is_some() || by.is_some_and(|it| it.below.is_some()) {
            return unsupported("an open quotient in tiers", span);
        }
        let charges = charges(version, span)?;
        let negative = self.graph.compare_const(CompareOp::Less, quantity.above, 0);
        self.defer(negative);
        let none = self.graph.compare_const(CompareOp::Equal, quantity.above, 0);
        let some = self.graph.not(none);
        let value = self.under(some, |it| match (tiers.mode, by) {
            (TierMode::Graduated, None) => it.graduated(version, &charges, quantity),
            (TierMode::Graduated, Some(_)) => unsupported("graduated tiers that are read `tier by`", span),
            (_, by) => it.whole(version, &charges, by.unwrap_or(quantity), quantity, span),
        })?;
        if self.graph.truth(none) == Some(false) {
            return Ok(value);
        }
        let zero = self.under(none, |it| it.of_zero(tiers, version, span))?;
        self.selected(none, zero, value, span)
    }

    /// What exactly zero costs.
    fn of_zero(&mut self, tiers: &Tiers, version: &TierVersion, span: Span) -> Result<Val, Unsupported> {
        let money = matches!(&tiers.result, Ty::Number(of) if of.unit.currency().is_some());
        let first = version.tiers.first().map(|tier| &tier.row).filter(|_| !money);
        match (&version.zero, first) {
            (Some(TierRow::Value(value)), _) | (None, Some(TierRow::Value(value))) => {
                self.constant(value, &tiers.result, span)
            }
            (Some(TierRow::Price { flat, .. }), _) => Ok(Val::Num(self.exact(flat)?)),
            (Some(TierRow::Refuse(_)), _) => {
                let always = self.graph.known(true);
                self.defer(always);
                Ok(Val::Num(self.graph.zero()))
            }
            _ => Ok(Val::Num(self.graph.zero())),
        }
    }

    /// The position of the tier that holds a quantity; rows outside of all are deferred.
    fn reached(&mut self, version: &TierVersion, quantity: Num) -> Result<I, Unsupported> {
        let power = Exact::from(ten(quantity.scale)?);
        let scaled = |bound: &Exact| bound.checked_mul(&power).map_err(|_| too_long());
        let mut starts = Vec::with_capacity(version.tiers.len());
        for tier in &version.tiers {
            let start = scaled(&tier.start)?;
            let first = match tier.start_included {
                true => start.ceil().to_i64(),
                false => start.floor().to_i64().and_then(|start| start.checked_add(1)),
            };
            starts.push(first.ok_or_else(too_long)?);
        }
        if !starts.is_sorted() {
            return Err(too_long());
        }
        let (Some(lowest), true) = (starts.first().copied(), !starts.is_empty()) else {
            return Err(too_long());
        };
        // Zero reaches the first tier, wherever that begins.
        let below = self.graph.compare_const(CompareOp::Less, quantity.above, lowest);
        let nothing = self.graph.compare_const(CompareOp::Equal, quantity.above, 0);
        let something = self.graph.not(nothing);
        let outside = self.graph.and(below, something);
        self.defer(outside);
        if let Some(end) = version.tiers.last().and_then(|tier| tier.end.as_ref()) {
            let end = scaled(end)?.floor().to_i64().ok_or_else(too_long)?;
            let above = self.graph.compare_const(CompareOp::Greater, quantity.above, end);
            self.defer(above);
        }
        starts.remove(0);
        Ok(self.graph.find(quantity.above, starts))
    }

    /// Whether no quantity that can occur lies below the first tier.
    fn begins_below(&self, version: &TierVersion, quantity: Num) -> bool {
        let least = u8::try_from(quantity.scale)
            .map(|scale| Exact::scaled(self.graph.range(quantity.above).0, scale));
        let start = version.tiers.first().map(|tier| &tier.start);
        matches!((least, start), (Ok(least), Some(start)) if least >= *start)
    }

    fn array_of(&mut self, at: I, numbers: &[Exact]) -> Result<Num, Unsupported> {
        let numbers: Option<Vec<(i64, u32)>> = numbers.iter().map(decimal).collect();
        self.of_numbers(at, &numbers.ok_or_else(too_long)?)
    }

    fn refuse(&mut self, at: I, refuses: &[i64]) {
        let refused = self.graph.look_bit(at, refuses.to_vec());
        self.defer(refused);
    }

    /// All units at the tier reached, or one price for it.
    fn whole(
        &mut self,
        version: &TierVersion,
        charges: &Charges,
        by: Num,
        quantity: Num,
        span: Span,
    ) -> Result<Val, Unsupported> {
        let at = self.reached(version, by)?;
        self.refuse(at, &charges.refuses);
        if charges.values {
            let values: Vec<Option<Exact>> = version
                .tiers
                .iter()
                .map(|tier| match &tier.row {
                    TierRow::Value(Value::Number(number)) => Some(number.clone()),
                    TierRow::Refuse(_) => Some(Exact::ZERO),
                    _ => None,
                })
                .collect();
            return match values.into_iter().collect::<Option<Vec<Exact>>>() {
                Some(values) => Ok(Val::Num(self.array_of(at, &values)?)),
                None => unsupported("tiers of values that are no numbers", span),
            };
        }
        let flat = self.array_of(at, &charges.flat)?;
        self.charged(flat, at, charges, quantity).map(Val::Num)
    }

    /// A flat and the price of some units.
    fn charged(&mut self, flat: Num, at: I, charges: &Charges, units: Num) -> Result<Num, Unsupported> {
        let mut sum = flat;
        for (per, each) in &charges.each {
            let count = match per {
                TierPer::Each | TierPer::Share => units,
                TierPer::Started(size) => self.packages(units, size, Rounding::Ceiling)?,
                TierPer::Full(size) => self.packages(units, size, Rounding::Floor)?,
            };
            let each = self.array_of(at, each)?;
            let amount = self.graph.times(each, count)?;
            sum = self.graph.plus(amount, sum)?;
        }
        Ok(sum)
    }

    fn packages(&mut self, units: Num, size: &Exact, mode: Rounding) -> Result<Num, Unsupported> {
        if !size.is_positive() {
            return Err(too_long());
        }
        let size = self.exact(size)?;
        let count = self.graph.over(units, size)?;
        self.graph.rounded_to(count, mode, &Exact::ONE)
    }

    /// Each unit at its own tier: what the tiers below charge in full, and the rest at the one reached.
    fn graduated(
        &mut self,
        version: &TierVersion,
        charges: &Charges,
        quantity: Num,
    ) -> Result<Val, Unsupported> {
        let at = self.reached(version, quantity)?;
        let begins = self.begins_below(version, quantity);
        let starts: Vec<Exact> = version.tiers.iter().map(|tier| tier.start.clone()).collect();
        let mut below = Vec::with_capacity(starts.len());
        let mut sum = Exact::ZERO;
        let mut refused = 0;
        let mut refuses = Vec::with_capacity(starts.len());
        for tier in 0..starts.len() {
            // A tier above one that refuses is refused with it.
            refused |= charges.refuses[tier];
            refuses.push(refused);
            below.push(sum.checked_add(&charges.flat[tier]).map_err(|_| too_long())?);
            if let Some(next) = starts.get(tier + 1) {
                let width = next.checked_sub(&starts[tier]);
                let full = width.and_then(|width| charges.of_units(tier, &width));
                sum = full.and_then(|full| sum.checked_add(&full)).map_err(|_| too_long())?;
            }
        }
        self.refuse(at, &refuses);
        let nothing = vec![Exact::ZERO; starts.len()];
        let prices = match charges.each.as_slice() {
            [] => &nothing,
            [(TierPer::Each, each)] => each,
            _ => {
                let (below, start) = (self.array_of(at, &below)?, self.array_of(at, &starts)?);
                let units = self.graph.minus(quantity, start)?;
                if begins {
                    self.graph.at_least_zero(units.above);
                }
                return self.charged(below, at, charges, units).map(Val::Num);
            }
        };
        // below + each * (quantity - start), with what is fixed in it put together.
        for (tier, below) in below.iter_mut().enumerate() {
            let fixed = prices[tier].checked_mul(&starts[tier]);
            *below = fixed.and_then(|fixed| below.checked_sub(&fixed)).map_err(|_| too_long())?;
        }
        let (fixed, each) = (self.array_of(at, &below)?, self.array_of(at, prices)?);
        let rest = self.graph.times(each, quantity)?;
        let sum = self.graph.plus(rest, fixed)?;
        // Nothing that is added is below zero, which the ranges of the parts do not tell.
        let positive = |of: &[Exact]| of.iter().all(|it| !it.is_negative());
        if begins && positive(&charges.flat) && positive(prices) {
            self.graph.at_least_zero(sum.above);
        }
        Ok(Val::Num(match charges.values {
            true => self.graph.over(sum, quantity)?,
            false => sum,
        }))
    }
}

impl Charges {
    /// What a tier charges for so many units, with its flat.
    fn of_units(&self, tier: usize, units: &Exact) -> Result<Exact, ArithmeticError> {
        let mut sum = self.flat[tier].clone();
        for (per, each) in &self.each {
            let count = match per {
                TierPer::Each | TierPer::Share => units.clone(),
                TierPer::Started(size) => units.checked_div(size)?.round_whole(Rounding::Ceiling),
                TierPer::Full(size) => units.checked_div(size)?.round_whole(Rounding::Floor),
            };
            sum = each[tier].checked_mul(&count)?.checked_add(&sum)?;
        }
        Ok(sum)
    }
}

fn charges(version: &TierVersion, span: Span) -> Result<Charges, Unsupported> {
    let mut charges = Charges { flat: Vec::new(), each: Vec::new(), refuses: Vec::new(), values: false };
    for (at, tier) in version.tiers.iter().enumerate() {
        let (flat, each, per) = match &tier.row {
            TierRow::Refuse(_) => (Exact::ZERO, Exact::ZERO, None),
            TierRow::Value(Value::Number(each)) => {
                charges.values = true;
                (Exact::ZERO, each.clone(), Some(TierPer::Each))
            }
            TierRow::Value(_) => return unsupported("tiers of values that are no numbers", span),
            TierRow::Price { flat, unit: None } => (flat.clone(), Exact::ZERO, None),
            TierRow::Price { flat, unit: Some((each, per)) } => {
                let per = if *per == TierPer::Share { TierPer::Each } else { per.clone() };
                (flat.clone(), each.clone(), Some(per))
            }
        };
        if let Some(per) = per {
            let known = charges.each.iter().position(|(known, _)| *known == per);
            let of = known.unwrap_or_else(|| {
                charges.each.push((per, vec![Exact::ZERO; version.tiers.len()]));
                charges.each.len() - 1
            });
            charges.each[of].1[at] = each;
        }
        charges.flat.push(flat);
        charges.refuses.push(i64::from(matches!(tier.row, TierRow::Refuse(_))));
    }
    Ok(charges)
}
