//! Random tier schemes: every mode, bound and row.

use super::{Known, Maker, Open, Place, Readable};
use crate::model::{Bound, Expr, Lit, Per, TierMode, TierRow, TierVersion, Tiers, Ty};
use crate::number::{Q, day, decimal, whole};

impl Maker<'_> {
    /// Reads a tier scheme that gives `result`, a rate or money. None where nothing can drive it.
    pub fn tier(&mut self, place: &Place, result: &Ty) -> Option<(Expr, Open)> {
        let readable: Vec<usize> = (0..self.readable.len())
            .filter(|at| {
                let of = &self.readable[*at];
                let known = |name: &String| place.known.iter().any(|known| known.home == *name);
                of.result == *result && matches!(of.expr, Expr::Tier(..)) && of.names.iter().all(known)
            })
            .collect();
        if !readable.is_empty() && self.random.chance(30) {
            let of = &self.readable[*self.random.pick(&readable)];
            return Some((of.expr.clone(), of.open));
        }
        let money = match result {
            Ty::Measure(unit) if *unit == self.book.currency => Some(unit.clone()),
            _ => None,
        };
        let is_money = |known: &&Known| {
            let same = money.as_ref().is_some_and(|unit| known.ty == Ty::Measure(unit.clone()));
            same && !known.optional
                && known.low.as_ref().is_some_and(|low| *low >= whole(0))
                && known.high > whole(3)
        };
        let of_money: Vec<Known> = place.known.iter().filter(is_money).cloned().collect();
        let drivers: Vec<Known> = match !of_money.is_empty() && self.random.chance(35) {
            true => of_money,
            false => place.known.iter().filter(|known| can_drive(known)).cloned().collect(),
        };
        if drivers.is_empty() {
            return None;
        }
        let driver = self.random.pick(&drivers).clone();
        let mode = match result {
            Ty::Rate => self.random.weighted(&[(3, TierMode::Whole), (2, TierMode::Graduated)]),
            _ => *self.random.pick(&[TierMode::Whole, TierMode::Graduated, TierMode::Stair]),
        };
        let name = self.name("tiers");
        let split = day(2026, 1, 1) + self.random.between(30, 330);
        let periods = match self.random.chance(12) {
            true => vec![Some((None, Some(split))), Some((Some(split + 1), None))],
            false => vec![None],
        };
        let versions = periods
            .into_iter()
            .map(|period| {
                let style = if mode != TierMode::Graduated && self.random.chance(35) {
                    Style::Values
                } else {
                    Style::Prices
                };
                let tiers = self.tiers_of(&driver, style, mode, result);
                let zero = (self.random.chance(20)).then(|| match style {
                    Style::Values => self.flat_row(mode, result),
                    Style::Prices => self.flat_price(result),
                });
                TierVersion { period, tiers, zero }
            })
            .collect();
        self.book.tiers.push(Tiers {
            name: name.clone(),
            driver: driver.ty.clone(),
            mode,
            result: result.clone(),
            versions,
        });
        let scaled = matches!(driver.ty, Ty::Measure(_)) && self.random.chance(15);
        let scale = scaled.then(|| {
            Box::new(Expr::Lit(Lit::Num(decimal(*self.random.pick(&[5, 15, 20]), 1), String::new())))
        });
        let other = drivers.iter().find(|known| known.ty == driver.ty && known.name != driver.name);
        let tier_by = match other {
            Some(other) if mode != TierMode::Graduated && self.random.chance(50) => {
                Some(Box::new(other.read()))
            }
            _ => None,
        };
        let names = [Some(driver.home.clone()), tier_by.as_ref().and(other.map(|other| other.home.clone()))];
        let expr = Expr::Tier(name, Box::new(driver.read()), tier_by, scale);
        let open = match driver.open {
            _ if mode == TierMode::Graduated && *result == Ty::Rate => Open::Quotient,
            open => open,
        };
        let names = names.into_iter().flatten().collect();
        self.readable.push(Readable { expr: expr.clone(), result: result.clone(), names, open });
        Some((expr, open))
    }

    fn tiers_of(
        &mut self,
        driver: &Known,
        style: Style,
        mode: TierMode,
        result: &Ty,
    ) -> Vec<(Bound, TierRow)> {
        let counts = driver.ty == Ty::Int;
        let count = self.random.between(1, 4);
        let mut bounds: Vec<Q> = (0..count)
            .map(|_| {
                let part = decimal(self.random.between(1, 99), 2);
                let places = if counts || driver.high > whole(50) { 0 } else { 2 };
                crate::number::round(&(&driver.high * part), crate::number::Mode::Up, &decimal(1, places))
            })
            .collect();
        bounds.sort();
        bounds.dedup();
        let least = if counts { whole(1) } else { whole(0) };
        bounds.retain(|bound| *bound > least && (!counts || *bound > whole(2)));
        let last = match self.random.chance(12) {
            true if !bounds.is_empty() => TierRow::Refuse,
            _ => self.row(style, mode, driver, result),
        };
        if bounds.is_empty() {
            let first = if counts { Bound::From(least) } else { Bound::Above(least) };
            return vec![(first, last)];
        }
        let mut tiers = Vec::new();
        let graduated = mode == TierMode::Graduated;
        match self.random.between(1, 4) {
            1 if counts || !graduated => {
                tiers.push((Bound::From(least), self.row(style, mode, driver, result)));
                for bound in &bounds[..bounds.len() - 1] {
                    tiers.push((Bound::From(bound.clone()), self.row(style, mode, driver, result)));
                }
                tiers.push((Bound::From(bounds[bounds.len() - 1].clone()), last));
            }
            1 | 2 if !counts => {
                tiers.push((Bound::Above(least), self.row(style, mode, driver, result)));
                for bound in &bounds[..bounds.len() - 1] {
                    tiers.push((Bound::Above(bound.clone()), self.row(style, mode, driver, result)));
                }
                tiers.push((Bound::Above(bounds[bounds.len() - 1].clone()), last));
            }
            3 => {
                tiers.push((Bound::UpTo(bounds[0].clone()), self.row(style, mode, driver, result)));
                for pair in bounds.windows(2) {
                    tiers.push((Bound::Next(&pair[1] - &pair[0]), self.row(style, mode, driver, result)));
                }
                tiers.push((Bound::Rest, last));
            }
            _ if !graduated && !counts && self.random.chance(50) => {
                for bound in &bounds {
                    tiers.push((Bound::Under(bound.clone()), self.row(style, mode, driver, result)));
                }
                tiers.push((Bound::Rest, last));
            }
            _ => {
                for bound in &bounds {
                    tiers.push((Bound::UpTo(bound.clone()), self.row(style, mode, driver, result)));
                }
                tiers.push((Bound::Rest, last));
            }
        }
        tiers
    }

    /// `5 flat`, or a rate.
    fn flat_price(&mut self, result: &Ty) -> TierRow {
        match self.cell_value(result) {
            Lit::Num(value, _) => TierRow::Price { flat: Some(value), unit: None },
            other => TierRow::Value(other),
        }
    }

    fn flat_row(&mut self, mode: TierMode, result: &Ty) -> TierRow {
        match (self.cell_value(result), mode) {
            (Lit::Num(value, _), TierMode::Graduated) => TierRow::Price { flat: Some(value), unit: None },
            (value, _) => TierRow::Value(value),
        }
    }

    /// A row of a scheme whose tiers give values as they are, or charge prices.
    fn row(&mut self, style: Style, mode: TierMode, driver: &Known, result: &Ty) -> TierRow {
        let Ty::Measure(unit) = result else { return self.flat_row(mode, result) };
        if style == Style::Values {
            return self.flat_row(mode, result);
        }
        let flat = self.some_amount(unit);
        if mode == TierMode::Stair {
            return TierRow::Price { flat: Some(flat), unit: None };
        }
        let places = self.book.places;
        if driver.ty == *result && self.random.chance(70) {
            let flat = self.random.chance(35).then_some(flat);
            let rate = decimal(self.random.between(0, 3_000), 4);
            return TierRow::Price { flat, unit: Some((rate, Per::Share)) };
        }
        let price = decimal(self.random.between(0, 10_i64.pow(places) * 20), places);
        let pack = whole(*self.random.pick(&[2, 3, 5, 10, 12, 100]));
        let per = match self.random.between(1, 5) {
            1 => Per::Started(pack),
            2 => Per::Full(pack),
            _ => Per::Each,
        };
        match self.random.between(1, 4) {
            1 => TierRow::Price { flat: Some(flat), unit: Some((price, per)) },
            2 => TierRow::Price { flat: Some(flat), unit: None },
            _ => TierRow::Price { flat: None, unit: Some((price, per)) },
        }
    }
}

/// All tiers of a scheme give a value, or all charge a price.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Values,
    Prices,
}

fn can_drive(known: &Known) -> bool {
    let number = match &known.ty {
        Ty::Int => true,
        Ty::Measure(unit) => !unit.contains('/') && ["kg", "g", "mm", "m", "GB"].contains(&unit.as_str()),
        _ => false,
    };
    number
        && !known.optional
        && known.low.as_ref().is_some_and(|low| *low >= whole(0))
        && known.high > whole(3)
        && known.open == Open::Ends
}
