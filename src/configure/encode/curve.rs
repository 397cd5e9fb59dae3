//! Where what depends on a number of a range changes: a few places, found exactly, instead of every number.
//!
//! Reading an expression tells where it can bend or jump and that it is flat, straight or monotonous between; its
//! values at a few numbers, by the evaluator of quotes, then give the places themselves. What was read is
//! tried at further numbers, and a rule for which that does not fit is left open.

mod combine;
mod roots;
mod steps;

use std::collections::HashMap;
use std::rc::Rc;

use super::Encoder;
use super::axis::{AxisId, Outcome};
use super::spans::{Edge, Line};
use super::term::TermId;
use super::why::Why;
use crate::ir::Value;
use crate::value::{Date, Exact};

/// Numbers between two edges, and what an expression comes to there.
pub type Piece = (Edge, Edge, Outcome);

/// How an expression depends on a number.
#[derive(Clone, Debug)]
struct Curve {
    /// The numbers at which it can bend or jump, rising.
    breaks: Vec<Exact>,
    /// What it is between two of them.
    shape: Shape,
}

/// What an expression is between two breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// One value.
    Flat,
    /// A straight line; it rises or falls, where that is known to be the same everywhere.
    Straight(Option<bool>),
    /// It never falls, or never rises.
    Monotonous(bool),
    /// Nothing is known.
    Wild,
}

/// The work on one axis, the others having values.
struct Tracer<'e> {
    encoder: &'e mut Encoder,
    axis: AxisId,
    line: Line,
    /// The terms that depend on the axis, operands first.
    order: Vec<TermId>,
    position: HashMap<TermId, usize>,
    /// What the terms came to at the numbers tried.
    tried: HashMap<Exact, Rc<[Outcome]>>,
    curves: HashMap<TermId, Rc<Curve>>,
}

impl Encoder {
    /// What a term comes to along an axis whose values are a range, in pieces of one outcome each. Terms that do not
    /// depend on the axis must have been evaluated.
    ///
    /// # Errors
    ///
    /// Where it has no finitely many outcomes, or they cannot be found.
    pub fn pieces(&mut self, term: TermId, axis: AxisId, line: &Line) -> Result<Vec<Piece>, Why> {
        let mut tracer = Tracer::new(self, term, axis, line);
        let curve = tracer.curve(term)?;
        tracer.cut(term, &curve.breaks, curve.shape, &[])
    }

    /// The terms below one that depend on an axis, operands first. What they read of constants is evaluated.
    pub fn along_axis(&mut self, term: TermId, axis: AxisId) -> Vec<TermId> {
        let depends = |id: TermId| self.terms.get(id).is_some_and(|it| it.scope.has(axis));
        let below = self.terms.below(&[term], &|id| !depends(id));
        let is_fixed = |id: &TermId| self.terms.get(*id).is_some_and(|it| it.scope.is_empty());
        let fixed: Vec<TermId> = below.iter().copied().filter(is_fixed).collect();
        let fixed = self.terms.below(&fixed, &|_| false);
        let order = below.into_iter().filter(|id| depends(*id)).collect();
        self.probe.run(&self.terms, &fixed);
        order
    }

    /// The same for a number, in pieces within which it does not pass any of the rising levels; the outcome is
    /// one of those in the piece.
    pub fn levels(
        &mut self,
        term: TermId,
        axis: AxisId,
        line: &Line,
        levels: &[Exact],
    ) -> Result<Vec<Piece>, Why> {
        let pieces = self.all_levels(term, axis, line, std::slice::from_ref(&levels.to_vec()))?;
        Ok(pieces.into_iter().next().unwrap_or_default())
    }

    /// The same for each of many lists of levels.
    pub fn all_levels(
        &mut self,
        term: TermId,
        axis: AxisId,
        line: &Line,
        lists: &[Vec<Exact>],
    ) -> Result<Vec<Vec<Piece>>, Why> {
        let mut tracer = Tracer::new(self, term, axis, line);
        let curve = tracer.curve(term)?;
        let mut all = Vec::with_capacity(lists.len());
        for levels in lists {
            let mut breaks = curve.breaks.clone();
            breaks.extend(tracer.crossings(term, &curve, levels)?);
            tidy(&mut breaks);
            all.push(tracer.cut(term, &breaks, curve.shape, levels)?);
        }
        Ok(all)
    }
}

impl<'e> Tracer<'e> {
    fn new(encoder: &'e mut Encoder, term: TermId, axis: AxisId, line: &Line) -> Tracer<'e> {
        let order = encoder.along_axis(term, axis);
        let position = order.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        Tracer {
            encoder,
            axis,
            line: line.clone(),
            order,
            position,
            tried: HashMap::new(),
            curves: HashMap::new(),
        }
    }

    /// What all terms come to at a number.
    fn at(&mut self, number: &Exact) -> Rc<[Outcome]> {
        if let Some(known) = self.tried.get(number) {
            return known.clone();
        }
        let probe = &mut self.encoder.probe;
        probe.set_axis(self.axis, self.line.value(number));
        probe.run(&self.encoder.terms, &self.order);
        let outcomes: Rc<[Outcome]> = self.order.iter().map(|id| probe.outcome(*id)).collect();
        self.tried.insert(number.clone(), outcomes.clone());
        outcomes
    }

    /// What a term comes to at a number.
    fn outcome(&mut self, term: TermId, number: &Exact) -> Outcome {
        match self.position.get(&term).copied() {
            Some(position) => self.at(number).get(position).cloned().flatten(),
            None => self.encoder.probe.outcome(term),
        }
    }

    /// The number that a term comes to at a number.
    fn height(&mut self, term: TermId, number: &Exact) -> Option<Exact> {
        number_of(&self.outcome(term, number)?)
    }

    /// The spans between breaks, and the breaks themselves.
    fn spans(&self, breaks: &[Exact]) -> Vec<(Edge, Edge)> {
        let all = self.line.all();
        let (Some((from, _)), Some((_, to))) = (all.iter().next(), all.iter().last()) else {
            return Vec::new();
        };
        let mut spans = Vec::with_capacity(2 * breaks.len() + 1);
        let mut start = from.clone();
        for number in breaks {
            let (before, after) = (Edge::before(number.clone()), Edge::after(number.clone()));
            if after <= *from || before >= *to {
                continue;
            }
            if start < before {
                spans.push((start, before.clone()));
            }
            spans.push((before, after.clone()));
            start = after;
        }
        if start < *to {
            spans.push((start, to.clone()));
        }
        spans
    }

    /// The line in pieces between breaks, neighbors of one outcome joined.
    fn cut(
        &mut self,
        term: TermId,
        breaks: &[Exact],
        shape: Shape,
        levels: &[Exact],
    ) -> Result<Vec<Piece>, Why> {
        let mut pieces: Vec<Piece> = Vec::new();
        for (from, to) in self.spans(breaks) {
            let (from, to) = (self.line.snap(&from), self.line.snap(&to));
            let samples = self.line.samples(&from, &to);
            let Some(first) = samples.first() else { continue };
            let first = self.outcome(term, first);
            for sample in &samples[1..] {
                let other = self.outcome(term, sample);
                let same =
                    other == first || !levels.is_empty() && among(levels, &other) == among(levels, &first);
                if !same {
                    return Err(if shape == Shape::Flat { Why::Curve } else { Why::Classes });
                }
            }
            match pieces.last_mut() {
                Some(last) if last.1 == from && last.2 == first => last.1 = to,
                _ => pieces.push((from, to, first)),
            }
        }
        self.spend()?;
        if pieces.len() > self.encoder.effort.classes { Err(Why::Classes) } else { Ok(pieces) }
    }

    fn spend(&self) -> Result<(), Why> {
        self.encoder.spend()
    }
}

/// A number, or a day as a number.
pub fn number_of(value: &Value) -> Option<Exact> {
    match value {
        Value::Number(number) => Some(number.clone()),
        Value::Date(date) => Some(Exact::from(Date::MIN.days_until(*date))),
        _ => None,
    }
}

/// Where a number stands among rising levels: below, on or above each.
fn among(levels: &[Exact], outcome: &Outcome) -> Option<(usize, usize)> {
    let number = number_of(outcome.as_ref()?)?;
    Some((levels.partition_point(|level| *level < number), levels.partition_point(|level| *level <= number)))
}

/// Rising, each once.
fn tidy(numbers: &mut Vec<Exact>) {
    numbers.sort_unstable();
    numbers.dedup();
}
