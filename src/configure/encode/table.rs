//! Terms over a few axes, tried out for every combination that makes a difference.

use std::collections::HashMap;

use super::Encoder;
use super::axis::{AxisId, Outcome, Raw, Values, count};
use super::spans::{Edge, Line, Spans};
use super::term::{Node, TermId};
use super::view::{Definition, Seen};
use super::why::Why;
use crate::ir::{ExprKind, Value};
use crate::logic::ValueSet;

/// A row of a table in the making.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    /// What it asks of each axis; nothing where any value will do.
    pub cells: Vec<Option<Raw>>,
    /// The outcome.
    pub outcome: u32,
}

/// Outcomes by number.
#[derive(Debug, Default)]
pub struct Outcomes {
    known: HashMap<Outcome, u32>,
    all: Vec<Outcome>,
}

impl Outcomes {
    /// The number of an outcome.
    pub fn number(&mut self, outcome: Outcome) -> u32 {
        if let Some(known) = self.known.get(&outcome) {
            return *known;
        }
        let number = count(self.all.len());
        self.known.insert(outcome.clone(), number);
        self.all.push(outcome);
        number
    }

    /// All of them.
    pub fn all(self) -> Vec<Outcome> {
        self.all
    }
}

/// Values of one axis that a term treats alike.
#[derive(Clone, Debug)]
struct Alike {
    values: Raw,
    /// One of them.
    example: Outcome,
}

/// An axis whose values are tried.
#[derive(Debug)]
struct Tried {
    axis: AxisId,
    alike: Vec<Alike>,
    /// The terms that depend on this axis alone.
    order: Vec<TermId>,
}

/// A search along a range counts as so many combinations, and one more for each row of a table that it meets.
const SEARCH: usize = 8;

/// So many terms are evaluated for a combination where all combinations are tried that may be.
const TERMS: usize = 16;

impl Encoder {
    /// A term by the outcomes of all combinations of values that it tells apart; one axis may be a long range.
    pub fn tried_out(&mut self, id: TermId, axes: &[AxisId], most: usize) -> Result<Seen, Why> {
        let line = self.longest(axes)?;
        let stops = self.parts(id);
        let is_stop = |id: TermId| stops.contains_key(&id);
        let mut tried = Vec::with_capacity(axes.len());
        let all = most.saturating_mul(TERMS);
        let most = most / line.as_ref().map_or(1, |(axis, _)| self.search(id, *axis));
        let mut combinations = 1_usize;
        for axis in axes.iter().filter(|axis| line.as_ref().is_none_or(|(line, _)| line != *axis)) {
            let tops: Vec<TermId> =
                stops.iter().filter(|(_, of)| **of == Some(*axis)).map(|(id, _)| *id).collect();
            let one = self.alike(*axis, &tops)?;
            combinations = combinations.saturating_mul(one.alike.len());
            if combinations > most {
                return Err(Why::Combinations);
            }
            tried.push(one);
        }
        let constants: Vec<TermId> = stops.iter().filter(|(_, of)| of.is_none()).map(|(id, _)| *id).collect();
        let constants = self.terms.below(&constants, &|_| false);
        self.probe.run(&self.terms, &constants);
        let mut order = self.terms.below(&[id], &is_stop);
        order.retain(|it| !is_stop(*it));
        if let Some((axis, _)) = &line {
            // What depends on the range is evaluated along it.
            let axis = *axis;
            order.retain(|it| self.terms.get(*it).is_some_and(|it| !it.scope.has(axis)));
        }
        if combinations.saturating_mul(order.len()) > all {
            return Err(Why::Combinations);
        }
        self.combine(id, axes, &tried, line.as_ref(), &order)
    }

    fn combine(
        &mut self,
        id: TermId,
        axes: &[AxisId],
        tried: &[Tried],
        line: Option<&(AxisId, Line)>,
        order: &[TermId],
    ) -> Result<Seen, Why> {
        let (mut outcomes, mut rows) = (Outcomes::default(), Vec::new());
        let mut at = vec![0_usize; tried.len()];
        let mut changed = 0;
        loop {
            let mut cells: Vec<Option<Raw>> = vec![None; axes.len()];
            for (position, one) in tried.iter().enumerate() {
                let Some(alike) = one.alike.get(at[position]) else { return Err(Why::Figure) };
                if position >= changed {
                    self.probe.set_axis(one.axis, alike.example.clone());
                    self.probe.run(&self.terms, &one.order);
                }
                if let Ok(column) = axes.binary_search(&one.axis) {
                    cells[column] = Some(alike.values.clone());
                }
            }
            self.probe.run(&self.terms, order);
            match line {
                None => rows.push(Row { cells, outcome: outcomes.number(self.probe.outcome(id)) }),
                Some((axis, line)) => {
                    let column = axes.binary_search(axis).map_err(|_| Why::Figure)?;
                    for (raw, outcome) in self.along(id, *axis, line)? {
                        let mut cells = cells.clone();
                        cells[column] = Some(raw);
                        rows.push(Row { cells, outcome: outcomes.number(outcome) });
                    }
                }
            }
            self.spend()?;
            if rows.len() > self.effort.tried {
                return Err(Why::Combinations);
            }
            // The next combination: the last axis changes fastest.
            let Some(next) = (0..tried.len()).rev().find(|it| at[*it] + 1 < tried[*it].alike.len()) else {
                break;
            };
            at[next] += 1;
            at[next + 1..].fill(0);
            changed = next;
        }
        Ok(self.table_view(axes.to_vec(), rows, outcomes, None))
    }

    /// The outcomes along a range, absence among them.
    fn along(&mut self, id: TermId, axis: AxisId, line: &Line) -> Result<Vec<(Raw, Outcome)>, Why> {
        let pieces = self.pieces(id, axis, line)?;
        let mut found: Vec<(Raw, Outcome)> = pieces
            .into_iter()
            .map(|(from, to, outcome)| {
                (Raw::Line { absent: false, spans: Spans::between(from, to) }, outcome)
            })
            .collect();
        if let Some(nothing) = self.values(axis).and_then(Values::absent) {
            let order = self.along_axis(id, axis);
            self.probe.set_axis(axis, Some(Value::Absent));
            self.probe.run(&self.terms, &order);
            found.push((nothing, self.probe.outcome(id)));
        }
        Ok(found)
    }

    /// A table as the definition of an axis.
    pub fn table_view(
        &mut self,
        axes: Vec<AxisId>,
        rows: Vec<Row>,
        mut outcomes: Outcomes,
        rest: Option<Outcome>,
    ) -> Seen {
        let rest = rest.map(|outcome| outcomes.number(outcome));
        let mut outcomes = outcomes.all();
        if outcomes.len() <= 1 {
            return Seen::Constant(outcomes.pop().flatten());
        }
        self.made_axis(outcomes, Definition::Table { axes, rows, rest }).1
    }

    /// The longest of the axes that are ranges; the others must be short enough to be tried number by number.
    fn longest(&self, axes: &[AxisId]) -> Result<Option<(AxisId, Line)>, Why> {
        let mut longest: Option<(AxisId, Line, Option<usize>)> = None;
        for axis in axes {
            let Some(Values::Line { line, .. }) = self.values(*axis) else { continue };
            let length = line.count(&line.all()).and_then(|count| usize::try_from(count).ok());
            let longer = match &longest {
                None => true,
                Some((_, _, known)) => match (length, known) {
                    (None, None) => return Err(Why::Combinations),
                    (None, Some(_)) => true,
                    (Some(_), None) => false,
                    (Some(length), Some(known)) => length > *known,
                },
            };
            if longer {
                longest = Some((*axis, line.clone(), length));
            }
        }
        Ok(longest.map(|(axis, line, _)| (axis, line)))
    }

    /// As how many combinations a search for the changes of a term along a range counts.
    fn search(&mut self, id: TermId, axis: AxisId) -> usize {
        let mut cost = SEARCH;
        for id in self.along_axis(id, axis) {
            let Some(term) = self.terms.get(id) else { continue };
            if let Node::Row { table, .. } | Node::Form(ExprKind::Lookup { table, .. }) = &term.node {
                cost = cost.saturating_add(self.row_count(table));
            }
        }
        cost
    }

    /// The largest parts of a term that depend on one axis, or on none.
    fn parts(&self, id: TermId) -> HashMap<TermId, Option<AxisId>> {
        let small =
            |id: TermId| self.terms.get(id).and_then(|it| it.scope.few()).is_some_and(|axes| axes.len() <= 1);
        let below = self.terms.below(&[id], &small);
        below
            .into_iter()
            .filter(|id| small(*id))
            .filter_map(|id| {
                let term = self.terms.get(id)?;
                Some((id, term.scope.only()))
            })
            .collect()
    }

    /// The values of an axis, those together for which some terms come to the same.
    fn alike(&mut self, axis: AxisId, tops: &[TermId]) -> Result<Tried, Why> {
        let mut order = self.terms.below(tops, &|_| false);
        self.probe.run(&self.terms, &order);
        order.retain(|id| {
            !matches!(self.terms.get(*id).map(|it| &it.node), None | Some(Node::Constant(_) | Node::Leaf(_)))
        });
        let mut known: HashMap<Vec<Outcome>, usize> = HashMap::new();
        let mut alike: Vec<Alike> = Vec::new();
        for (example, raw) in self.each(axis)? {
            self.probe.set_axis(axis, example.clone());
            self.probe.run(&self.terms, &order);
            let key: Vec<Outcome> = tops.iter().map(|top| self.probe.outcome(*top)).collect();
            match known.get(&key).and_then(|at| alike.get_mut(*at)) {
                Some(same) => same.values = same.values.or(&raw),
                None => {
                    known.insert(key, alike.len());
                    alike.push(Alike { values: raw, example });
                }
            }
        }
        self.spend()?;
        Ok(Tried { axis, alike, order })
    }

    /// Every value of an axis.
    pub fn each(&self, axis: AxisId) -> Result<Vec<(Outcome, Raw)>, Why> {
        match self.values(axis) {
            Some(Values::Points(points)) => {
                let raw = |at: usize| Raw::Points(ValueSet::one(count(at)));
                Ok(points.iter().enumerate().map(|(at, point)| (point.clone(), raw(at))).collect())
            }
            Some(Values::Line { line, absent }) => {
                let length = line.count(&line.all()).and_then(|count| usize::try_from(count).ok());
                let (Some(length), Some(step), Some(from)) = (length, &line.step, &line.from) else {
                    return Err(Why::Combinations);
                };
                if length > self.effort.classes {
                    return Err(Why::Combinations);
                }
                let mut each = Vec::with_capacity(length + 1);
                if *absent {
                    each.push((Some(Value::Absent), Raw::Line { absent: true, spans: Spans::none() }));
                }
                let mut number = from.clone();
                for _ in 0..length {
                    let next = number.checked_add(step).map_err(|_| Why::Classes)?;
                    let spans = Spans::between(Edge::before(number.clone()), Edge::before(next.clone()));
                    each.push((line.value(&number), Raw::Line { absent: false, spans }));
                    number = next;
                }
                Ok(each)
            }
            None => Err(Why::Figure),
        }
    }
}
