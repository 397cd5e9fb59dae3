//! Numbers that are looked up or rounded: where steps, bands and tiers begin.

use super::combine::levels_of;
use super::{Shape, Tracer, tidy};
use crate::configure::encode::term::TermId;
use crate::configure::encode::why::Why;
use crate::eval::version_on;
use crate::ir::{ExprKind, KeyMatch, Name, TierMode, TierPer, TierRow, Value};
use crate::value::Exact;

impl Tracer<'_> {
    /// Adds where the keys of a lookup pass the ends of bands, and numbers that rows name.
    pub(super) fn keys(
        &mut self,
        table: Name,
        operands: &[TermId],
        breaks: &mut Vec<Exact>,
    ) -> Result<(), Why> {
        for (at, operand) in operands.iter().enumerate() {
            if self.known_shape(*operand) == Shape::Flat {
                continue;
            }
            let levels = self.encoder.band_ends(&table, at);
            self.pass(operands, at, &levels, breaks)?;
        }
        Ok(())
    }

    fn known_shape(&self, operand: TermId) -> Shape {
        self.curves.get(&operand).map_or(Shape::Flat, |curve| curve.shape)
    }

    /// A rounded number jumps where the number passes a step, or the middle between two.
    pub(super) fn rounded(
        &mut self,
        operands: &[TermId],
        step: &Exact,
        breaks: &mut Vec<Exact>,
    ) -> Result<Shape, Why> {
        let Some(operand) = operands.first() else { return Ok(Shape::Wild) };
        match self.known_shape(*operand) {
            Shape::Flat => return Ok(Shape::Flat),
            Shape::Straight(Some(up)) | Shape::Monotonous(up) if self.line.step.is_some() => {
                return Ok(Shape::Monotonous(up));
            }
            Shape::Straight(_) => {}
            _ => return Ok(Shape::Wild),
        }
        let half = step.checked_div(&Exact::from(2)).map_err(|_| Why::Curve)?;
        let curve = self.curves.get(operand).cloned().ok_or(Why::Curve)?;
        for (from, to) in self.spans(&curve.breaks) {
            let (Some(low), Some(high)) =
                (self.end(*operand, &from, &to, false), self.end(*operand, &from, &to, true))
            else {
                return Err(Why::Curve);
            };
            let (low, high) = if low <= high { (low, high) } else { (high, low) };
            let most = self.encoder.effort.classes;
            let count = |number: &Exact| number.checked_div(&half).map(|it| it.floor().to_i64());
            let (Ok(Some(first)), Ok(Some(last))) = (count(&low), count(&high)) else {
                return Err(Why::Curve);
            };
            if usize::try_from(last.saturating_sub(first)).map_or(true, |many| many > most) {
                return Err(Why::Classes);
            }
            let levels: Vec<Exact> =
                (first..=last + 1).filter_map(|at| half.checked_mul(&Exact::from(at)).ok()).collect();
            self.pass(operands, 0, &levels, breaks)?;
        }
        Ok(Shape::Flat)
    }

    /// The height of a straight term at one end of a span, extended from two points inside.
    fn end(&mut self, term: TermId, from: &super::Edge, to: &super::Edge, upper: bool) -> Option<Exact> {
        let end = match if upper { to } else { from } {
            super::Edge::At(number, _) => number.clone(),
            _ => return None,
        };
        let samples = self.line.samples(from, to);
        let (first, last) = (samples.first()?, samples.last()?);
        let (low, high) = (self.height(term, first)?, self.height(term, last)?);
        if first == last {
            return Some(low);
        }
        let slope = high.checked_sub(&low).ok()?.checked_div(&last.checked_sub(first).ok()?).ok()?;
        low.checked_add(&slope.checked_mul(&end.checked_sub(first).ok()?).ok()?).ok()
    }

    /// What tiers charge changes where the quantity that decides passes a bound.
    pub(super) fn tiers(
        &mut self,
        kind: &ExprKind,
        operands: &[TermId],
        breaks: &mut Vec<Exact>,
    ) -> Result<Shape, Why> {
        let ExprKind::Tier { tiers, tier_by, scaled_by, .. } = kind else { return Ok(Shape::Wild) };
        let book = self.encoder.book.clone();
        let scheme = book.tiers.iter().find(|it| it.name == *tiers).ok_or(Why::Figure)?;
        let Some(version) = version_on(scheme, self.encoder.day) else { return Ok(Shape::Flat) };
        let scale = match scaled_by {
            None => Exact::ONE,
            Some(_) => {
                let scale = operands.last().copied().ok_or(Why::Figure)?;
                if self.position.contains_key(&scale) {
                    return Ok(Shape::Wild);
                }
                match self.encoder.probe.outcome(scale) {
                    Some(Value::Number(scale)) => scale,
                    _ => return Ok(Shape::Flat),
                }
            }
        };
        let driver = usize::from(tier_by.is_some());
        let ends = version.tiers.iter().flat_map(|tier| std::iter::once(&tier.start).chain(&tier.end));
        let mut levels: Vec<Exact> = vec![Exact::ZERO];
        for end in ends {
            levels.push(end.checked_mul(&scale).map_err(|_| Why::Curve)?);
        }
        tidy(&mut levels);
        self.pass(operands, driver, &levels, breaks)?;
        self.pass(operands, 0, &levels, breaks)?;
        let quantity = operands.first().map_or(Shape::Flat, |it| self.known_shape(*it));
        let decides = operands.get(driver).map_or(Shape::Flat, |it| self.known_shape(*it));
        let rows: Vec<&TierRow> = version.tiers.iter().map(|tier| &tier.row).collect();
        let packages = |row: &&TierRow| {
            matches!(row, TierRow::Price { unit: Some((_, TierPer::Started(_) | TierPer::Full(_))), .. })
        };
        let shares = rows.iter().any(|row| matches!(row, TierRow::Value(_)));
        let simple = |shape: Shape| matches!(shape, Shape::Flat | Shape::Straight(_));
        Ok(match scheme.mode {
            _ if quantity == Shape::Flat && decides == Shape::Flat => Shape::Flat,
            TierMode::Stair if simple(decides) => Shape::Flat,
            TierMode::Whole if shares && simple(decides) => Shape::Flat,
            _ if rows.iter().any(packages) || !simple(quantity) || !simple(decides) => Shape::Wild,
            TierMode::Graduated if shares || decides != quantity => Shape::Wild,
            _ => Shape::Straight(None),
        })
    }
}

impl super::Encoder {
    /// The numbers at which what rows ask of a key changes, rising.
    pub fn band_ends(&self, table: &Name, key: usize) -> Vec<Exact> {
        let found = self.probe.bench().plan().find_table(table);
        let rows = found.and_then(|found| found.rows(found.version_on(self.day)?));
        let column = rows.and_then(|rows| rows.keys.get(key)).map_or(&[][..], Vec::as_slice);
        let values = column.iter().flat_map(|asked| -> Vec<&Value> {
            match asked {
                KeyMatch::Any | KeyMatch::Starts(_) => Vec::new(),
                KeyMatch::One(value) => vec![value],
                KeyMatch::OneOf(values) => values.iter().collect(),
                KeyMatch::Band(band) => {
                    band.lower.iter().chain(&band.upper).map(|(value, _)| value).collect()
                }
            }
        });
        levels_of(values)
    }
}
