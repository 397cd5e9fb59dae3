//! Where one number passes another.

use super::{Curve, Shape, Tracer, tidy};
use crate::configure::encode::spans::Edge;
use crate::configure::encode::term::TermId;
use crate::configure::encode::why::Why;
use crate::value::Exact;

/// The most numbers of a range that are tried one by one, for want of something better.
const MOST_TRIED: usize = 4_096;

/// Two numbers that are compared: the height of a term above that of another, or above a level.
#[derive(Clone, Copy)]
enum Ground<'a> {
    Term(TermId),
    Level(&'a Exact),
}

impl Tracer<'_> {
    /// Where a term passes another, behind the breaks of both.
    pub(super) fn meetings(
        &mut self,
        (left, left_curve): (TermId, &Curve),
        (right, right_curve): (TermId, &Curve),
    ) -> Result<Vec<Exact>, Why> {
        let mut breaks = left_curve.breaks.clone();
        breaks.extend_from_slice(&right_curve.breaks);
        tidy(&mut breaks);
        let shape = left_curve.shape.plus(right_curve.shape.turned());
        let mut found = Vec::new();
        for (from, to) in self.spans(&breaks) {
            self.roots(left, Ground::Term(right), shape, (&from, &to), &mut found)?;
        }
        Ok(found)
    }

    /// Where a term passes some levels, behind its breaks.
    pub(super) fn crossings(
        &mut self,
        term: TermId,
        curve: &Curve,
        levels: &[Exact],
    ) -> Result<Vec<Exact>, Why> {
        let mut found = Vec::new();
        if curve.shape == Shape::Flat {
            return Ok(found);
        }
        for (from, to) in self.spans(&curve.breaks) {
            // A straight or monotonous stretch passes only the levels between its ends.
            let reached = self.reached(term, curve.shape, (&from, &to), levels);
            for level in reached {
                self.roots(term, Ground::Level(level), curve.shape, (&from, &to), &mut found)?;
                if found.len() > self.encoder.effort.classes {
                    return Err(Why::Classes);
                }
            }
        }
        Ok(found)
    }

    /// The levels that a stretch can reach.
    fn reached<'l>(
        &mut self,
        term: TermId,
        shape: Shape,
        (from, to): (&Edge, &Edge),
        levels: &'l [Exact],
    ) -> &'l [Exact] {
        let bounded = matches!((from, to), (Edge::At(..), Edge::At(..)));
        if !bounded || shape == Shape::Wild || self.line.step.is_none() {
            return levels;
        }
        let samples = self.line.samples(from, to);
        let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return &[] };
        let (Some(first), Some(last)) = (self.height(term, first), self.height(term, last)) else {
            return levels;
        };
        let (low, high) = if first <= last { (first, last) } else { (last, first) };
        let start = levels.partition_point(|level| *level < low);
        let end = levels.partition_point(|level| *level <= high);
        levels.get(start..end).unwrap_or_default()
    }

    fn above(&mut self, term: TermId, ground: Ground<'_>, number: &Exact) -> Option<Exact> {
        let height = self.height(term, number)?;
        let ground = match ground {
            Ground::Term(other) => self.height(other, number)?,
            Ground::Level(level) => level.clone(),
        };
        height.checked_sub(&ground).ok()
    }

    /// Where the difference of two heights is zero, or changes its sign, within a span without breaks.
    fn roots(
        &mut self,
        term: TermId,
        ground: Ground<'_>,
        shape: Shape,
        (from, to): (&Edge, &Edge),
        found: &mut Vec<Exact>,
    ) -> Result<(), Why> {
        let samples = self.line.samples(from, to);
        let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return Ok(()) };
        if shape == Shape::Flat || first == last {
            return Ok(());
        }
        let (low, high) = (self.above(term, ground, first), self.above(term, ground, last));
        let (Some(low), Some(high)) = (&low, &high) else {
            // Nothing to compare on the whole span; the pieces are tried at more numbers.
            return if low.is_none() && high.is_none() { Ok(()) } else { Err(Why::Curve) };
        };
        match shape {
            Shape::Flat => Ok(()),
            Shape::Straight(_) => {
                found.extend(zero((first, low), (last, high)).filter(|zero| {
                    let zero = Edge::before(zero.clone());
                    *from <= zero && zero < *to
                }));
                Ok(())
            }
            Shape::Monotonous(_) => self.search(term, ground, (first, low), (last, high), found),
            Shape::Wild => self.every(from, to, found),
        }
    }

    /// The numbers of the grid at which the sign of a monotonous difference changes.
    fn search(
        &mut self,
        term: TermId,
        ground: Ground<'_>,
        (first, low): (&Exact, &Exact),
        (last, high): (&Exact, &Exact),
        found: &mut Vec<Exact>,
    ) -> Result<(), Why> {
        let Some(step) = self.line.step.clone() else {
            return if low.signum() == high.signum() && low.signum() != 0 { Ok(()) } else { Err(Why::Curve) };
        };
        let steps = last.checked_sub(first).and_then(|it| it.checked_div(&step)).map_err(|_| Why::Curve)?;
        let total = steps.to_i128().ok_or(Why::Curve)?;
        let number = |at: i128| {
            let moved = step.checked_mul(&Exact::from_i128(at)).and_then(|by| first.checked_add(&by));
            moved.map_err(|_| Why::Curve)
        };
        let (mut start, mut sign) = (0_i128, low.signum());
        // Two changes at most: to zero and away from it.
        while sign != high.signum() {
            let (mut same, mut other) = (start, total);
            while same + 1 < other {
                let middle = same + (other - same) / 2;
                let height = self.above(term, ground, &number(middle)?).ok_or(Why::Curve)?;
                if height.signum() == sign { same = middle } else { other = middle }
            }
            let change = number(other)?;
            sign = self.above(term, ground, &change).ok_or(Why::Curve)?.signum();
            found.push(change);
            start = other;
        }
        Ok(())
    }

    /// Every number between two edges, if they are few.
    pub(super) fn every(&mut self, from: &Edge, to: &Edge, found: &mut Vec<Exact>) -> Result<(), Why> {
        let between = self.line.between(from.clone(), to.clone());
        let count = self.line.count(&between).and_then(|count| usize::try_from(count).ok());
        let (Some(count), Some(step)) = (count, self.line.step.clone()) else { return Err(Why::Curve) };
        if count > MOST_TRIED {
            return Err(Why::Curve);
        }
        let mut number = match between.iter().next() {
            Some((Edge::At(number, _), _)) => number.clone(),
            _ => return Ok(()),
        };
        for _ in 0..count {
            found.push(number.clone());
            number = number.checked_add(&step).map_err(|_| Why::Curve)?;
        }
        Ok(())
    }
}

/// Where a straight line through two points is zero; none where it is level.
fn zero((first, low): (&Exact, &Exact), (last, high): (&Exact, &Exact)) -> Option<Exact> {
    let rise = high.checked_sub(low).ok()?;
    let run = last.checked_sub(first).ok()?;
    let back = low.checked_mul(&run).ok()?.checked_div(&rise).ok()?;
    first.checked_sub(&back).ok()
}
