//! Intervals of numbers, as far as they are known.

use crate::ir::Domain;
use crate::value::Exact;

/// All numbers between two ends that belong to it; no end where none is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Interval {
    pub(in super::super) low: Option<Exact>,
    pub(in super::super) high: Option<Exact>,
}

impl Interval {
    pub(in super::super) fn all() -> Interval {
        Interval::default()
    }

    pub(in super::super) fn only(value: Exact) -> Interval {
        Interval { low: Some(value.clone()), high: Some(value) }
    }

    pub(in super::super) fn only_zero() -> Interval {
        Interval::only(Exact::ZERO)
    }

    /// What is left without numbers below zero.
    pub(in super::super) fn without_negatives(self) -> Interval {
        Interval { low: Some(self.low.unwrap_or(Exact::ZERO).max(Exact::ZERO)), ..self }
    }

    pub(in super::super) fn from_zero() -> Interval {
        Interval { low: Some(Exact::ZERO), high: None }
    }

    /// The smallest interval that holds both.
    pub(in super::super) fn cover(self, other: Interval) -> Interval {
        let pick = |a: Option<Exact>, b: Option<Exact>, least: bool| {
            let (a, b) = (a?, b?);
            Some(if (a < b) == least { a } else { b })
        };
        Interval { low: pick(self.low, other.low, true), high: pick(self.high, other.high, false) }
    }

    pub(in super::super) fn negate(self) -> Interval {
        Interval { low: self.high.map(|end| end.neg()), high: self.low.map(|end| end.neg()) }
    }

    pub(in super::super) fn add(self, other: Interval) -> Interval {
        let sum = |a: Option<Exact>, b: Option<Exact>| a?.checked_add(&b?).ok();
        Interval { low: sum(self.low, other.low), high: sum(self.high, other.high) }
    }

    pub(in super::super) fn multiply(self, other: Interval) -> Interval {
        if let (Some(a), Some(b), Some(c), Some(d)) = (&self.low, &self.high, &other.low, &other.high) {
            let corners = [a.checked_mul(c), a.checked_mul(d), b.checked_mul(c), b.checked_mul(d)];
            let corners: Result<Vec<Exact>, _> = corners.into_iter().collect();
            let Ok(corners) = corners else { return Interval::all() };
            return Interval { low: corners.iter().min().cloned(), high: corners.into_iter().max() };
        }
        // With an open end only the sign of a product is known.
        let (a, b) = (self.is_at_least_zero(), other.is_at_least_zero());
        if a && b { Interval::from_zero() } else { Interval::all() }
    }

    pub(in super::super) fn divide(self, by: Interval) -> Interval {
        match by.single().and_then(|by| Exact::ONE.checked_div(by).ok()) {
            Some(factor) => self.multiply(Interval::only(factor)),
            None if self.is_at_least_zero() && by.low.is_some_and(|low| low.is_positive()) => {
                Interval::from_zero()
            }
            None => Interval::all(),
        }
    }

    /// The values of the greatest of numbers from these intervals.
    pub(in super::super) fn greatest(ranges: &[Interval]) -> Interval {
        // It is at least each low end that is known, and at most the greatest high end if all are known.
        let highs: Option<Vec<_>> = ranges.iter().map(|range| range.high.clone()).collect();
        let low = ranges.iter().filter_map(|range| range.low.clone()).max();
        Interval { low, high: highs.and_then(|highs| highs.into_iter().max()) }
    }

    /// The values of the least of numbers from these intervals.
    pub(in super::super) fn least(ranges: &[Interval]) -> Interval {
        let lows: Option<Vec<_>> = ranges.iter().map(|range| range.low.clone()).collect();
        let high = ranges.iter().filter_map(|range| range.high.clone()).min();
        Interval { low: lows.and_then(|lows| lows.into_iter().min()), high }
    }

    /// Both ends are known, and zero lies between them or is one of them.
    pub(in super::super) fn surely_has_zero(&self) -> bool {
        matches!((&self.low, &self.high), (Some(low), Some(high)) if !low.is_positive() && !high.is_negative())
    }

    pub(in super::super) fn is_at_least_zero(&self) -> bool {
        self.low.as_ref().is_some_and(|low| !low.is_negative())
    }

    /// Every value of this one is below every value of the other.
    pub(in super::super) fn below(&self, other: &Interval) -> bool {
        matches!((&self.high, &other.low), (Some(high), Some(low)) if high < low)
    }

    /// Every value of this one is at most every value of the other.
    pub(in super::super) fn at_most(&self, other: &Interval) -> bool {
        matches!((&self.high, &other.low), (Some(high), Some(low)) if high <= low)
    }

    pub(in super::super) fn single(&self) -> Option<&Exact> {
        self.low.as_ref().filter(|low| self.high.as_ref() == Some(low))
    }
}

/// The range of a domain.
pub(super) fn range_of(domain: &Domain) -> Interval {
    match domain {
        Domain::All => Interval::all(),
        Domain::Range { from, to, .. } => Interval { low: Some(from.clone()), high: Some(to.clone()) },
        Domain::Numbers(values) => {
            let numbers = || values.iter().map(|(value, _)| value.clone());
            Interval { low: numbers().min(), high: numbers().max() }
        }
    }
}
