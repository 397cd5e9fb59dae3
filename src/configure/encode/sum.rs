//! Comparisons of sums: term by term along a chain of partial sums, of which only those are told apart that
//! make a difference in the end.

use std::collections::{BTreeMap, HashMap};

use super::Encoder;
use super::axis::{AxisId, Outcome, Raw, Values, count};
use super::curve::number_of;
use super::formula::Formula;
use super::linear::{add, times_plus};
use super::lookup::Key;
use super::product::parameter;
use super::spans::{Edge, Line, Spans};
use super::table::Row;
use super::term::{Term, TermId};
use super::truth::Want;
use super::view::{Definition, Seen};
use super::why::Why;
use crate::configure::model::Effort;
use crate::ir::{ArithmeticOp, CompareOp, ExprKind, NumberKind, Ty, Value};
use crate::logic::ValueSet;
use crate::value::Exact;

/// How many partial sums are looked at for each that may be told apart.
const PARTIAL_SUMS: usize = 200;

/// How many rows a table of partial sums may have for each that may be told apart.
const ROWS: usize = 50;

/// A sum over axes, without its fixed part.
#[derive(Clone, Debug)]
pub struct Sum {
    /// What single axes add: groups of their values, each with its number.
    pub groups: Vec<(AxisId, Vec<(Raw, Exact)>)>,
    /// A range that adds a number which is not one of a few.
    pub line: Option<(AxisId, Line, TermId)>,
}

/// A sum written as tables.
pub struct Chain {
    /// Axes of partial sums, each with the table that defines it: the axes before it, and its rows.
    pub steps: Vec<(AxisId, Vec<AxisId>, Vec<Row>)>,
    /// What the last table is over.
    pub axes: Vec<AxisId>,
    /// The last table; its outcomes are the spans between the edges, by number.
    pub rows: Vec<Row>,
}

/// What the sum of two numbers so far stands for: an axis, with the values that lead to each partial sum.
struct Partial {
    axis: Option<AxisId>,
    sums: Vec<(Option<Raw>, Exact)>,
}

impl Encoder {
    /// A comparison of numbers as one of a sum with a number.
    pub fn sum_compared(
        &mut self,
        term: &Term,
        op: CompareOp,
        left: TermId,
        right: TermId,
    ) -> Result<Seen, Why> {
        let (axis, fixed) = self.sum_of_all(&[(left, Exact::ONE), (right, Exact::from(-1))])?;
        let bound = fixed.neg();
        let (before, after) = (Edge::before(bound.clone()), Edge::after(bound));
        let holds = match op {
            CompareOp::Less => Spans::between(Edge::Bottom, before),
            CompareOp::LessOrEqual => Spans::between(Edge::Bottom, after),
            CompareOp::Greater => Spans::between(after, Edge::Top),
            CompareOp::GreaterOrEqual => Spans::between(before, Edge::Top),
            CompareOp::Equal => Spans::between(before, after),
            CompareOp::NotEqual => Spans::between(Edge::Bottom, before).or(&Spans::between(after, Edge::Top)),
        };
        let holds = Raw::Line { absent: false, spans: holds };
        let fails = self.all(axis).without(&holds);
        if !term.may_fail {
            let cases = vec![(holds, Some(Value::Bool(true))), (fails, Some(Value::Bool(false)))];
            return Ok(Seen::Cases { axis, cases });
        }
        let left = self.truth(left, Want::Defined)?;
        let right = self.truth(right, Want::Defined)?;
        let sides = |is: Raw| vec![left.clone(), right.clone(), Formula::Is(axis, is)];
        let (yes, no) = (self.all_hold(sides(holds)), self.all_hold(sides(fails)));
        Ok(self.by_two(yes, no, true))
    }

    /// A number that is a sum, in spans between levels, with one of the numbers of each.
    pub fn sum_key(&mut self, operand: TermId, levels: &[Exact]) -> Result<Key, Why> {
        let ty = self.terms.get(operand).map_or(Ty::Bool, |it| it.ty.required().clone());
        if !matches!(ty, Ty::Number(_)) {
            return Err(Why::Combinations);
        }
        let (axis, fixed) = self.sum_of_all(&[(operand, Exact::ONE)])?;
        let mut cuts = Vec::with_capacity(2 * levels.len() + 2);
        cuts.push(Edge::Bottom);
        for level in levels {
            let level = level.checked_sub(&fixed).map_err(|_| Why::Curve)?;
            cuts.extend([Edge::before(level.clone()), Edge::after(level)]);
        }
        cuts.push(Edge::Top);
        let mut cases = Vec::with_capacity(cuts.len());
        for (from, to) in cuts.iter().zip(cuts.iter().skip(1)) {
            let samples = Line::endless().samples(from, to);
            let inside = samples.get(samples.len() / 2).ok_or(Why::Curve)?;
            let number = inside.checked_add(&fixed).map_err(|_| Why::Curve)?;
            let spans = Spans::between(from.clone(), to.clone());
            cases.push((Raw::Line { absent: false, spans }, Some(Value::Number(number))));
        }
        Ok(Key::Of(axis, cases))
    }

    /// The axis of a sum, and its fixed part. What counts only under a condition is taken as one term, unless that
    /// comes to too much: then each term of it counts under the condition.
    fn sum_of_all(&mut self, of: &[(TermId, Exact)]) -> Result<(AxisId, Exact), Why> {
        let (parts, fixed) = self.linear(of)?;
        let whole = self.sum_axis(parts.clone());
        if !matches!(whole, Err(Why::Combinations | Why::Classes)) {
            return whole.map(|axis| (axis, fixed));
        }
        let (mut apart, mut more) = (BTreeMap::new(), fixed);
        for (term, factor) in &parts {
            let (of_term, of_fixed) = self.apart(*term, 0)?;
            more = times_plus(&more, &of_fixed, factor)?;
            for (part, by) in of_term {
                add(&mut apart, part, &by.checked_mul(factor).map_err(|_| Why::Curve)?)?;
            }
        }
        apart.retain(|_, factor| !factor.is_zero());
        if apart == parts { whole.map(|axis| (axis, more)) } else { Ok((self.sum_axis(apart)?, more)) }
    }

    /// The axis of a sum of terms with factors; one for all comparisons of that sum.
    fn sum_axis(&mut self, parts: BTreeMap<TermId, Exact>) -> Result<AxisId, Why> {
        let key: Vec<(TermId, Exact)> = parts.into_iter().collect();
        if let Some(known) = self.sums.get(&key) {
            return *known;
        }
        let axis = self.sum_of(&key).map(|sum| {
            let axis = self.axis(Values::Line { line: Line::endless(), absent: false }, false);
            self.defines(axis, Definition::Sum(sum));
            axis
        });
        self.sums.insert(key, axis);
        axis
    }

    fn sum_of(&mut self, parts: &[(TermId, Exact)]) -> Result<Sum, Why> {
        let mut groups: BTreeMap<AxisId, Vec<(Raw, Exact)>> = BTreeMap::new();
        let mut lines: BTreeMap<AxisId, (Line, Vec<(TermId, Exact)>)> = BTreeMap::new();
        for (term, factor) in parts {
            let only = self.terms.get(*term).and_then(|it| it.scope.only());
            let line = only.and_then(|axis| match self.values(axis) {
                Some(Values::Line { line, .. }) => Some((axis, line.clone())),
                _ => None,
            });
            match line {
                Some((axis, line)) => {
                    lines.entry(axis).or_insert_with(|| (line, Vec::new())).1.push((*term, factor.clone()));
                }
                None => self.group(*term, factor, &mut groups)?,
            }
        }
        let mut long: Option<(AxisId, Line, TermId)> = None;
        for (axis, (line, parts)) in lines {
            let term = self.summed(&parts);
            if self.view(term).is_ok() {
                self.group(term, &Exact::ONE, &mut groups)?;
                continue;
            }
            // One range may be long; of two the shorter is taken number by number.
            match long.take() {
                None => long = Some((axis, line, term)),
                Some(other) => {
                    let length = |line: &Line| line.count(&line.all());
                    let (short, kept) = match (length(&line), length(&other.1)) {
                        (Some(this), Some(that)) if this > that => (other, (axis, line, term)),
                        (None, _) => (other, (axis, line, term)),
                        _ => ((axis, line, term), other),
                    };
                    let values = self.number_by_number(short.0, short.2)?;
                    groups.insert(short.0, values);
                    long = Some(kept);
                }
            }
        }
        if long.as_ref().is_some_and(|(axis, ..)| groups.contains_key(axis)) {
            return Err(Why::Curve);
        }
        Ok(Sum { groups: groups.into_iter().collect(), line: long })
    }

    /// Adds what a term gives for the values of its axis.
    fn group(
        &mut self,
        term: TermId,
        factor: &Exact,
        groups: &mut BTreeMap<AxisId, Vec<(Raw, Exact)>>,
    ) -> Result<(), Why> {
        let seen = self.view(term)?;
        let Seen::Cases { axis, cases } = &*seen else { return Err(Why::Combinations) };
        let numbers = cases
            .iter()
            .map(|(raw, outcome)| Ok((raw.clone(), scaled(outcome, factor)?)))
            .collect::<Result<Vec<_>, Why>>()?;
        let known = groups.remove(axis);
        let joined = match known {
            None => together(numbers),
            Some(known) => {
                let mut crossed = Vec::new();
                for (raw, number) in &known {
                    for (other, more) in &numbers {
                        let both = raw.and(other);
                        if !both.is_empty() {
                            crossed.push((both, number.checked_add(more).map_err(|_| Why::Curve)?));
                        }
                    }
                }
                together(crossed)
            }
        };
        if joined.len() > self.effort.classes {
            return Err(Why::Classes);
        }
        groups.insert(*axis, joined);
        Ok(())
    }

    /// What a term comes to for every number of a range.
    fn number_by_number(&mut self, axis: AxisId, term: TermId) -> Result<Vec<(Raw, Exact)>, Why> {
        let each = self.each(axis)?;
        if each.len() > self.effort.classes {
            return Err(Why::Classes);
        }
        let order = self.terms.below(&[term], &|_| false);
        let mut numbers = Vec::with_capacity(each.len());
        for (value, raw) in each {
            self.probe.set_axis(axis, value);
            self.probe.run(&self.terms, &order);
            numbers.push((raw, scaled(&self.probe.outcome(term), &Exact::ONE)?));
        }
        self.spend()?;
        Ok(together(numbers))
    }

    /// The sum of terms of one axis as one term.
    fn summed(&mut self, parts: &[(TermId, Exact)]) -> TermId {
        let mut sum: Option<TermId> = None;
        let plain = Ty::number(NumberKind::Plain);
        for (term, factor) in parts {
            let is_date = self.terms.get(*term).is_some_and(|it| *it.ty.required() == Ty::Date);
            // In a sum a day counts by its number: the days from a fixed one.
            let number = if is_date && parts.len() > 1 { self.day_number(*term) } else { *term };
            let scaled = match *factor == Exact::ONE {
                true => number,
                false => {
                    let number = if is_date { self.day_number(*term) } else { number };
                    self.scaled_term(number, factor)
                }
            };
            sum = Some(match sum {
                None => scaled,
                Some(before) => {
                    let [left, right] = [0, 1].map(|at| Box::new(parameter(at, plain.clone())));
                    let kind = ExprKind::Arithmetic { op: ArithmeticOp::Add, left, right };
                    self.made(&kind, &[before, scaled], &plain, crate::source::Span::default())
                }
            });
        }
        sum.unwrap_or(TermId(0))
    }

    fn scaled_term(&mut self, term: TermId, factor: &Exact) -> TermId {
        let ty = self.terms.get(term).map_or(Ty::Bool, |it| it.ty.clone());
        let kind = ExprKind::Scale { factor: factor.clone(), of: Box::new(parameter(0, ty.clone())) };
        self.made(&kind, &[term], &ty, crate::source::Span::default())
    }

    /// The days from the first day that there is.
    fn day_number(&mut self, term: TermId) -> TermId {
        let first = self.terms.constant(Some(Value::Date(crate::value::Date::MIN)), &Ty::Date);
        let kind = ExprKind::Days {
            from: Box::new(parameter(0, Ty::Date)),
            to: Box::new(parameter(1, Ty::Date)),
            through: false,
        };
        let ty = Ty::number(NumberKind::Int);
        self.made(&kind, &[first, term], &ty, crate::source::Span::default())
    }

    /// A sum as a chain of tables that tells apart on which sides of some rising edges it lies.
    pub fn chain(&mut self, sum: &Sum, edges: &[Edge]) -> Result<Chain, Why> {
        let needed = thresholds(&sum.groups, edges, sum.line.is_some(), self.effort);
        let mut steps = Vec::new();
        let mut partial = Partial { axis: None, sums: vec![(None, Exact::ZERO)] };
        let last = sum.groups.len();
        for (at, (axis, values)) in sum.groups.iter().enumerate() {
            let known = needed.get(at).and_then(Option::as_ref);
            let is_last = at + 1 == last && sum.line.is_none();
            let (rows, sums) = added(&partial, values, known.map(Vec::as_slice), self.effort)?;
            if is_last {
                let axes = partial.axis.into_iter().chain([*axis]).collect();
                let span = |row: Row| {
                    let sum = sums.get(row.outcome as usize).unwrap_or(&Exact::ZERO);
                    Row { outcome: span_of(edges, sum), ..row }
                };
                return Ok(Chain { steps, axes, rows: rows.into_iter().map(span).collect() });
            }
            partial = if partial.axis.is_none() {
                // The first group needs no axis of its own: its values are the partial sums.
                let raws = joined_by_outcome(&rows, sums.len());
                Partial { axis: Some(*axis), sums: raws.into_iter().zip(sums).collect() }
            } else {
                let points: Vec<Outcome> = sums.iter().map(|sum| Some(Value::Number(sum.clone()))).collect();
                let next = self.axis(Values::Points(points), false);
                steps.push((next, partial.axis.into_iter().chain([*axis]).collect(), rows));
                let point = |at: usize| Some(Raw::Points(ValueSet::one(count(at))));
                Partial {
                    axis: Some(next),
                    sums: sums.into_iter().enumerate().map(|(at, sum)| (point(at), sum)).collect(),
                }
            };
        }
        let Some((axis, line, term)) = &sum.line else {
            let rows = vec![Row { cells: Vec::new(), outcome: span_of(edges, &Exact::ZERO) }];
            return Ok(Chain { steps, axes: Vec::new(), rows });
        };
        let rows = self.along_line(&partial, (*axis, line, *term), edges)?;
        let axes = partial.axis.into_iter().chain([*axis]).collect();
        Ok(Chain { steps, axes, rows })
    }

    /// The last step of a chain: a long range.
    fn along_line(
        &mut self,
        partial: &Partial,
        (axis, line, term): (AxisId, &Line, TermId),
        edges: &[Edge],
    ) -> Result<Vec<Row>, Why> {
        let absent = self.values(axis).and_then(Values::absent);
        let order = self.terms.below(&[term], &|_| false);
        self.probe.set_axis(axis, Some(Value::Absent));
        self.probe.run(&self.terms, &order);
        let nothing = scaled(&self.probe.outcome(term), &Exact::ONE)?;
        let mut lists = Vec::with_capacity(partial.sums.len());
        for (_, sum) in &partial.sums {
            let mut levels = Vec::with_capacity(edges.len());
            for edge in edges {
                if let Edge::At(number, _) = edge {
                    levels.push(number.checked_sub(sum).map_err(|_| Why::Curve)?);
                }
            }
            levels.dedup();
            lists.push(levels);
        }
        let lists = self.all_levels(term, axis, line, &lists)?;
        let mut rows = Vec::new();
        for ((raw, sum), pieces) in partial.sums.iter().zip(lists) {
            let mut row = |values: Raw, number: &Exact| -> Result<(), Why> {
                let total = sum.checked_add(number).map_err(|_| Why::Curve)?;
                let cell = partial.axis.map(|_| raw.clone());
                let cells = cell.into_iter().chain([Some(values)]).collect();
                rows.push(Row { cells, outcome: span_of(edges, &total) });
                Ok(())
            };
            for (from, to, outcome) in pieces {
                let values = Raw::Line { absent: false, spans: Spans::between(from, to) };
                row(values, &scaled(&outcome, &Exact::ONE)?)?;
            }
            if let Some(values) = &absent {
                row(values.clone(), &nothing)?;
            }
            if rows.len() > self.effort.classes {
                return Err(Why::Classes);
            }
        }
        Ok(rows)
    }
}

/// A number of a sum; nothing counts as zero, for a comparison asks for its sides besides.
fn scaled(outcome: &Outcome, factor: &Exact) -> Result<Exact, Why> {
    match outcome.as_ref().and_then(number_of) {
        Some(number) => number.checked_mul(factor).map_err(|_| Why::Curve),
        None => Ok(Exact::ZERO),
    }
}

/// Values that give the same number together, rising by the number.
fn together(numbers: Vec<(Raw, Exact)>) -> Vec<(Raw, Exact)> {
    let mut by_number: BTreeMap<Exact, Raw> = BTreeMap::new();
    for (raw, number) in numbers {
        let known = by_number.entry(number).or_insert_with(|| raw.clone());
        *known = known.or(&raw);
    }
    by_number.into_iter().map(|(number, raw)| (raw, number)).collect()
}

/// Between which edges a number lies.
pub fn span_of(edges: &[Edge], number: &Exact) -> u32 {
    let before = Edge::At(number.clone(), false);
    count(edges.partition_point(|edge| *edge <= before))
}

/// After each group, the edges that partial sums must be held against so that the rest can still decide; nothing
/// where there are too many.
fn thresholds(
    groups: &[(AxisId, Vec<(Raw, Exact)>)],
    edges: &[Edge],
    line: bool,
    effort: Effort,
) -> Vec<Option<Vec<Edge>>> {
    let mut needed: Vec<Option<Vec<Edge>>> = vec![None; groups.len()];
    if line {
        return needed;
    }
    let mut ranges = Vec::with_capacity(groups.len());
    let mut range = Some((Exact::ZERO, Exact::ZERO));
    for (_, values) in groups {
        let ends = values.first().zip(values.last()).map(|((_, low), (_, high))| (low, high));
        range = range.zip(ends).and_then(|((low, high), (less, more))| {
            Some((low.checked_add(less).ok()?, high.checked_add(more).ok()?))
        });
        ranges.push(range.clone());
    }
    let mut current: Option<Vec<Edge>> = Some(edges.to_vec());
    for at in (0..groups.len()).rev() {
        if let (Some(current), Some(Some((low, high)))) = (&mut current, ranges.get(at)) {
            // Edges that no partial sum reaches tell nothing.
            let (low, high) = (Edge::before(low.clone()), Edge::before(high.clone()));
            if at + 1 < groups.len() {
                current.retain(|edge| low < *edge && *edge <= high);
            }
        }
        needed[at] = current.clone();
        let values = &groups[at].1;
        current = current.and_then(|edges| {
            if edges.len().saturating_mul(values.len()) > PARTIAL_SUMS * effort.classes {
                return None;
            }
            let mut moved = Vec::with_capacity(edges.len() * values.len());
            for edge in &edges {
                for (_, number) in values {
                    moved.push(match edge {
                        Edge::At(at, after) => Edge::At(at.checked_sub(number).ok()?, *after),
                        other => other.clone(),
                    });
                }
            }
            moved.sort_unstable();
            moved.dedup();
            (moved.len() <= effort.classes).then_some(moved)
        });
    }
    needed
}

/// The partial sums after one more group, those together that lie between the same edges: rows from the sums before,
/// and one of the sums of each outcome.
fn added(
    partial: &Partial,
    values: &[(Raw, Exact)],
    edges: Option<&[Edge]>,
    effort: Effort,
) -> Result<(Vec<Row>, Vec<Exact>), Why> {
    if partial.sums.len().saturating_mul(values.len()) > PARTIAL_SUMS * effort.classes {
        return Err(Why::Combinations);
    }
    let mut by_span: HashMap<u32, u32> = HashMap::new();
    let mut by_sum: HashMap<Exact, u32> = HashMap::new();
    let mut sums: Vec<Exact> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    for (raw, sum) in &partial.sums {
        let mut of_state: BTreeMap<u32, Raw> = BTreeMap::new();
        for (more, number) in values {
            let total = sum.checked_add(number).map_err(|_| Why::Curve)?;
            let next = count(sums.len());
            let state = match edges {
                Some(edges) => *by_span.entry(span_of(edges, &total)).or_insert(next),
                None => *by_sum.entry(total.clone()).or_insert(next),
            };
            if state == next {
                sums.push(total);
            }
            let known = of_state.entry(state).or_insert_with(|| more.clone());
            *known = known.or(more);
        }
        for (state, more) in of_state {
            let cell = partial.axis.map(|_| raw.clone());
            rows.push(Row { cells: cell.into_iter().chain([Some(more)]).collect(), outcome: state });
        }
        if sums.len() > effort.classes || rows.len() > ROWS * effort.classes {
            return Err(Why::Classes);
        }
    }
    Ok((rows, sums))
}

/// The values that lead to each outcome, of rows over one axis.
fn joined_by_outcome(rows: &[Row], outcomes: usize) -> Vec<Option<Raw>> {
    let mut joined: Vec<Option<Raw>> = vec![None; outcomes];
    for row in rows {
        let (Some(Some(cell)), Some(known)) = (row.cells.first(), joined.get_mut(row.outcome as usize))
        else {
            continue;
        };
        *known = Some(known.as_ref().map_or_else(|| cell.clone(), |it| it.or(cell)));
    }
    joined
}
