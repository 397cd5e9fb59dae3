//! Exact numbers over the graph: scaled integers, and quotients that stay open until something closes them.

use super::graph::{Graph, I, LIMIT};
use super::program::Unsupported;
use crate::ir::CompareOp;
use crate::value::{Exact, Rounding};

/// `above / 10^scale`, divided by `below` where the quotient is open. `below` is positive in every row that is
/// not deferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Num {
    pub above: I,
    pub scale: u32,
    pub below: Option<I>,
}

/// The most decimal places that are kept.
const MOST_PLACES: u32 = 18;

pub(super) fn too_long() -> Unsupported {
    Unsupported { what: "numbers with more digits than 64 bits hold".into(), span: None }
}

/// 10 to a power.
pub(super) fn ten(power: u32) -> Result<i64, Unsupported> {
    10_i64.checked_pow(power).filter(|_| power <= MOST_PLACES).ok_or_else(too_long)
}

/// A decimal as a whole number and its decimal places; none for what has more digits than fit or no end.
pub(super) fn decimal(number: &Exact) -> Option<(i64, u32)> {
    let decimal = number.to_decimal()?;
    let mantissa = i64::try_from(decimal.mantissa()).ok()?;
    (decimal.scale() <= MOST_PLACES && mantissa.abs() <= LIMIT).then_some((mantissa, decimal.scale()))
}

/// A number that is no decimal, as a quotient.
fn quotient(number: &Exact) -> Option<(i64, i64)> {
    let text = number.to_fraction_text();
    let (above, below) = text.split_once('/')?;
    Some((above.parse().ok()?, below.parse().ok()?))
}

impl Graph {
    pub fn exact(&mut self, number: &Exact) -> Result<Num, Unsupported> {
        if let Some((mantissa, scale)) = decimal(number) {
            return Ok(Num { above: self.number(mantissa), scale, below: None });
        }
        let (above, below) = quotient(number).ok_or_else(too_long)?;
        let below = self.number(below);
        Ok(Num { above: self.number(above), scale: 0, below: Some(below) })
    }

    pub fn zero(&mut self) -> Num {
        Num { above: self.number(0), scale: 0, below: None }
    }

    /// The number with so many decimal places, not fewer than it has.
    pub fn at_scale(&mut self, of: Num, scale: u32) -> Result<Num, Unsupported> {
        let more = ten(scale.saturating_sub(of.scale))?;
        Ok(Num { above: self.mul_const(of.above, more), scale: scale.max(of.scale), below: of.below })
    }

    /// Two numbers over one scale and one divisor.
    pub fn alike(&mut self, left: Num, right: Num) -> Result<(Num, Num), Unsupported> {
        let scale = match (self.constant(left.above), self.constant(right.above)) {
            (Some(0), _) => right.scale,
            (_, Some(0)) => left.scale,
            _ => left.scale.max(right.scale),
        };
        let of_zero = |graph: &mut Graph, of: Num| match graph.constant(of.above) {
            Some(0) => Num { above: of.above, scale: 0, below: None },
            _ => of,
        };
        let (left, right) = (of_zero(self, left), of_zero(self, right));
        let (mut left, mut right) = (self.at_scale(left, scale)?, self.at_scale(right, scale)?);
        if left.below == right.below {
            return Ok((left, right));
        }
        let (of_left, of_right) = (left.below, right.below);
        if let Some(below) = of_right {
            left.above = self.mul(left.above, below);
        }
        if let Some(below) = of_left {
            right.above = self.mul(right.above, below);
        }
        let below = match (of_left, of_right) {
            (Some(one), Some(other)) => Some(self.mul(one, other)),
            (one, other) => one.or(other),
        };
        (left.below, right.below) = (below, below);
        Ok((left, right))
    }

    pub fn plus(&mut self, left: Num, right: Num) -> Result<Num, Unsupported> {
        let (left, right) = self.alike(left, right)?;
        Ok(Num { above: self.add(left.above, right.above), ..left })
    }

    pub fn minus(&mut self, left: Num, right: Num) -> Result<Num, Unsupported> {
        let (left, right) = self.alike(left, right)?;
        Ok(Num { above: self.sub(left.above, right.above), ..left })
    }

    pub fn negated(&mut self, of: Num) -> Num {
        Num { above: self.less_from(0, of.above), ..of }
    }

    pub fn size(&mut self, of: Num) -> Num {
        Num { above: self.abs(of.above), ..of }
    }

    pub fn times(&mut self, left: Num, right: Num) -> Result<Num, Unsupported> {
        let (mut one, mut other) = (left, right);
        // A divisor that stands as a factor on the other side goes away.
        if let Some(rest) = one.below.and_then(|below| self.without_factor(other.above, below)) {
            (other.above, one.below) = (rest, None);
        }
        if let Some(rest) = other.below.and_then(|below| self.without_factor(one.above, below)) {
            (one.above, other.below) = (rest, None);
        }
        let below = match (one.below, other.below) {
            (Some(one), Some(other)) => Some(self.mul(one, other)),
            (one, other) => one.or(other),
        };
        let above = self.mul(one.above, other.above);
        let scale = one.scale + other.scale;
        self.short(Num { above, scale, below })
    }

    /// A product without decimal places that a constant in it has for nothing.
    fn short(&mut self, of: Num) -> Result<Num, Unsupported> {
        if self.constant(of.above) == Some(0) {
            return Ok(self.zero());
        }
        if of.scale > MOST_PLACES {
            return Err(too_long());
        }
        Ok(of)
    }

    /// The quotient. That the divisor is above zero is for who calls to make sure of.
    pub fn over(&mut self, left: Num, right: Num) -> Result<Num, Unsupported> {
        // (a / 10^s / b) / (c / 10^t / d) = a * d * 10^t / 10^s / (b * c)
        let mut above = left.above;
        if let Some(below) = right.below {
            above = self.mul(above, below);
        }
        let mut below = right.above;
        if let Some(further) = left.below {
            below = self.mul(below, further);
        }
        let (mut scale, mut shift) = (left.scale, right.scale);
        let common = scale.min(shift);
        (scale, shift) = (scale - common, shift - common);
        let more = ten(shift)?;
        above = self.mul_const(above, more);
        match self.constant(below) {
            Some(1) => Ok(Num { above, scale, below: None }),
            // A power of ten only moves the point.
            Some(power) if power > 0 && ten(power.ilog10()) == Ok(power) => {
                self.short(Num { above, scale: scale + power.ilog10(), below: None })
            }
            _ => Ok(Num { above, scale, below: Some(below) }),
        }
    }

    /// The nearest multiple of a positive step.
    pub fn rounded_to(&mut self, of: Num, mode: Rounding, step: &Exact) -> Result<Num, Unsupported> {
        let (unit, places) = decimal(step).filter(|(unit, _)| *unit > 0).ok_or_else(too_long)?;
        if of.below.is_none() && unit == 1 && of.scale <= places {
            return Ok(of);
        }
        let scale = of.scale.max(places);
        let of = self.at_scale(of, scale)?;
        let by = ten(scale - places)?.checked_mul(unit).ok_or_else(too_long)?;
        let count = match of.below {
            None => self.round(of.above, by, mode),
            Some(below) => {
                let by = self.mul_const(below, by);
                self.divide(of.above, by, mode)
            }
        };
        Ok(Num { above: self.mul_const(count, unit), scale: places, below: None })
    }

    pub fn compare_numbers(
        &mut self,
        op: CompareOp,
        left: Num,
        right: Num,
    ) -> Result<super::graph::B, Unsupported> {
        if left.below.is_none() && right.below.is_none() {
            // The sides are brought to one scale in 128 bits where 64 might not do.
            let scale = left.scale.max(right.scale);
            let (a, b) = (ten(scale - left.scale)?, ten(scale - right.scale)?);
            let (c, d) = (self.mul_const(left.above, a), self.mul_const(right.above, b));
            if !self.checked[c.0 as usize] && !self.checked[d.0 as usize] {
                return Ok(self.compare(op, c, d));
            }
            let (a, b) = (self.number(a), self.number(b));
            return Ok(self.compare_wide(op, [left.above, a, right.above, b]));
        }
        let scale = left.scale.max(right.scale);
        let (left, right) = (self.at_scale(left, scale)?, self.at_scale(right, scale)?);
        let one = self.number(1);
        let (a, b) = (left.below.unwrap_or(one), right.below.unwrap_or(one));
        Ok(self.compare_wide(op, [left.above, b, right.above, a]))
    }
}
