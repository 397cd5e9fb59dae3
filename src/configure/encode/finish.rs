//! All that was collected becomes the problem: what is used once is put in its place, values that are alike share
//! a class, classes become values of variables.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::Encoder;
use super::axis::{AxisId, Raw, Values};
use super::classes::Classes;
use super::complement::{Cells, complement, merged};
use super::formula::{RawClause, either};
use super::slots::Axes;
use super::spans::Edge;
use super::table::Row;
use super::view::Definition;
use super::why::Why;
use crate::logic::ValueSet;

/// A rule in clauses and tables over axes.
#[derive(Debug, Default)]
pub struct Drawn {
    /// The position of the rule; none for what says what an axis means.
    pub rule: Option<usize>,
    /// Its clauses.
    pub clauses: Vec<RawClause>,
    /// Its tables.
    pub tables: Vec<(Vec<AxisId>, Vec<Cells>)>,
}

/// The problem over axes.
#[derive(Debug, Default)]
pub struct Drawing {
    /// Rules, then what axes mean.
    pub drawn: Vec<Drawn>,
    /// The classes of each axis that is used.
    pub classes: BTreeMap<AxisId, Classes>,
}

/// The definitions that rules use.
#[derive(Default)]
pub struct Used {
    /// By axis.
    definitions: BTreeMap<AxisId, Definition>,
    /// What ties axes to formulas.
    ties: BTreeMap<AxisId, Vec<RawClause>>,
    /// How often each axis of an expression is used.
    uses: HashMap<AxisId, usize>,
}

impl Used {
    /// Whether one of the axes is among them.
    pub fn rests_on(&self, axes: &BTreeSet<AxisId>) -> bool {
        self.definitions.keys().any(|axis| axes.contains(axis))
    }
}

/// A clause with one table in it is written as one table if it has no more rows than this.
const MOST_JOINED_ROWS: usize = 2_000;

/// What the rest of a table is, is written as rows up to this many for each row of the table.
const REST_ROWS: usize = 4;

impl Encoder {
    /// Draws all rules that can be drawn; the others become open.
    pub fn draw(&mut self) -> Drawing {
        loop {
            match self.drawing() {
                Ok(drawing) => return drawing,
                // Rules that rest on what cannot be drawn are left out, and the others drawn anew.
                Err((axes, why)) => {
                    self.give_up_wishes(&axes, why);
                    let resting = self.resting_on(&axes);
                    for at in resting {
                        if let Some(rule) = self.rules.get_mut(at) {
                            rule.asked = Err(why);
                        }
                    }
                }
            }
        }
    }

    fn drawing(&mut self) -> Result<Drawing, (BTreeSet<AxisId>, Why)> {
        let mut drawn = Vec::with_capacity(self.rules.len());
        for at in 0..self.rules.len() {
            if let Some(Ok(formula)) = self.rules.get(at).map(|rule| rule.asked.clone()) {
                drawn.push(Drawn { rule: Some(at), clauses: self.clauses(&formula), tables: Vec::new() });
            }
        }
        let wished: Vec<AxisId> = self.wished().map(|(axis, _)| *axis).collect();
        let used = self.used(&drawn, &wished);
        let mut demands: HashMap<AxisId, HashSet<Raw>> = self.chosen_apart();
        let mut meanings: Vec<Drawn> = Vec::new();
        let used = self.put_in_place(&mut drawn, used, &mut meanings);
        for clauses in used.ties.values() {
            meanings.push(Drawn { rule: None, clauses: clauses.clone(), tables: Vec::new() });
        }
        for one in drawn.iter().chain(&meanings) {
            demand(&mut demands, one);
        }
        for axis in consumers_first(&used) {
            let Some(definition) = used.definitions.get(&axis) else { continue };
            let mut of = Vec::new();
            self.define(axis, definition, &demands, &mut of).map_err(|why| (BTreeSet::from([axis]), why))?;
            of.iter().for_each(|one| demand(&mut demands, one));
            meanings.extend(of);
        }
        drawn.extend(meanings);
        let mut classes = BTreeMap::new();
        for (at, axis) in self.axes.iter().enumerate() {
            let id = AxisId(super::axis::count(at));
            let sets = demands.remove(&id);
            if sets.is_some() || axis.is_slot {
                classes.insert(id, Classes::new(&axis.values, &sets.unwrap_or_default()));
            }
        }
        Ok(Drawing { drawn, classes })
    }

    /// What can be chosen apart from everything else: absence, and each element of a set.
    fn chosen_apart(&self) -> HashMap<AxisId, HashSet<Raw>> {
        let mut demands: HashMap<AxisId, HashSet<Raw>> = HashMap::new();
        for draft in &self.drafts {
            match &draft.axes {
                Axes::One(axis) => {
                    if let Some(absent) = self.values(*axis).and_then(Values::absent) {
                        demands.entry(*axis).or_default().insert(absent);
                    }
                }
                Axes::Set { present, elements } => {
                    for axis in present.iter().chain(elements) {
                        demands.entry(*axis).or_default().insert(Raw::Points(ValueSet::one(1)));
                    }
                }
            }
        }
        for (axis, values) in self.wished() {
            demands.entry(*axis).or_default().insert(values.clone());
        }
        if let Some(Ok((costs, _))) = &self.costs {
            for (axis, of) in &costs.of {
                demands.entry(*axis).or_default().extend(of.iter().map(|(raw, _)| raw.clone()));
            }
        }
        demands
    }

    /// The definitions that rules use, directly or through others.
    pub fn used(&mut self, drawn: &[Drawn], wished: &[AxisId]) -> Used {
        let mut used = Used::default();
        let mut waiting: Vec<AxisId> = Vec::new();
        let mut note = |used: &mut Used, clauses: &[RawClause], own: Option<AxisId>| {
            let axes = clauses.iter().flatten().map(|(axis, _)| *axis).filter(|axis| Some(*axis) != own);
            for axis in axes {
                *used.uses.entry(axis).or_insert(0) += 1;
                waiting.push(axis);
            }
            std::mem::take(&mut waiting)
        };
        let mut next: Vec<AxisId> = Vec::new();
        for one in drawn {
            next.extend(note(&mut used, &one.clauses, None));
        }
        for axis in self.cost_axes().into_iter().chain(wished.iter().copied()) {
            // What decides the price, or is wished, stays an axis of its own.
            *used.uses.entry(axis).or_insert(0) += 2;
            next.push(axis);
        }
        while let Some(axis) = next.pop() {
            if used.definitions.contains_key(&axis) {
                continue;
            }
            let Some(definition) = self.defined.get(&axis).and_then(|at| self.definitions.get(*at)).cloned()
            else {
                continue;
            };
            match &definition.1 {
                Definition::Formulas { yes, no } => {
                    let clauses = self.tied(axis, yes, no);
                    next.extend(note(&mut used, &clauses, Some(axis)));
                    used.ties.insert(axis, clauses);
                }
                other => {
                    for operand in operands(other) {
                        *used.uses.entry(operand).or_insert(0) += 1;
                        next.push(operand);
                    }
                }
            }
            used.definitions.insert(axis, definition.1);
        }
        used
    }

    /// Puts a table that one literal of one clause uses, and nothing else, in the place of the literal.
    fn put_in_place(&mut self, drawn: &mut [Drawn], mut used: Used, meanings: &mut Vec<Drawn>) -> Used {
        for one in drawn.iter_mut() {
            for clause in std::mem::take(&mut one.clauses) {
                let place = clause.iter().position(|(axis, _)| {
                    used.uses.get(axis) == Some(&1)
                        && matches!(
                            used.definitions.get(axis),
                            Some(Definition::Table { .. } | Definition::Sum(_))
                        )
                });
                let Some((axis, wanted)) = place.and_then(|at| clause.get(at)).cloned() else {
                    one.clauses.push(clause);
                    continue;
                };
                let others: RawClause = clause.iter().filter(|(it, _)| *it != axis).cloned().collect();
                let before = meanings.len();
                match used.definitions.get(&axis).and_then(|it| self.replaced(it, &wanted, &others, meanings))
                {
                    Some(Place::Clauses(clauses)) => one.clauses.extend(clauses),
                    Some(Place::Table(axes, rows)) => one.tables.push((axes, rows)),
                    None => {
                        meanings.truncate(before);
                        one.clauses.push(clause);
                        continue;
                    }
                }
                used.definitions.remove(&axis);
            }
        }
        used
    }

    /// What stands for "the axis has a wanted value, or one of the others holds".
    fn replaced(
        &mut self,
        definition: &Definition,
        wanted: &Raw,
        others: &RawClause,
        meanings: &mut Vec<Drawn>,
    ) -> Option<Place> {
        let (axes, rows, rest) = match definition {
            Definition::Table { axes, rows, rest } => {
                let Raw::Points(points) = wanted else { return None };
                let wanted = |outcome: u32| u32::from(points.has(outcome));
                let rows = rows.iter().map(|row| Row { outcome: wanted(row.outcome), ..row.clone() });
                (axes.clone(), rows.collect::<Vec<_>>(), rest.map(wanted))
            }
            Definition::Sum(sum) => {
                let Raw::Line { spans, .. } = wanted else { return None };
                let edges: Vec<Edge> = inner_edges(std::iter::once(spans));
                let chain = self.chain(sum, &edges).ok()?;
                meanings.extend(self.steps_of(&chain));
                let inside: Vec<u32> = cells(&edges)
                    .map(|(from, to)| {
                        u32::from(!super::spans::Spans::between(from, to).and(spans).is_empty())
                    })
                    .collect();
                let rows = chain.rows.into_iter().map(|row| {
                    let outcome = inside.get(row.outcome as usize).copied().unwrap_or(0);
                    Row { outcome, ..row }
                });
                (chain.axes, rows.collect(), None)
            }
            Definition::Formulas { .. } => return None,
        };
        let alls: Vec<Raw> = axes.iter().map(|axis| self.all(*axis)).collect();
        let mut rows = merged(rows, &alls);
        if rest == Some(1) {
            // It holds unless an unwanted row fits: a clause for each.
            let clauses = rows.iter().filter(|row| row.outcome == 0).filter_map(|row| {
                let cells = axes.iter().zip(&row.cells).zip(&alls);
                let literals =
                    cells.filter_map(|((axis, cell), all)| Some((*axis, all.without(cell.as_ref()?))));
                either(&literals.collect(), others, &|axis| self.all(axis))
            });
            return Some(Place::Clauses(clauses.collect()));
        }
        rows.retain(|row| row.outcome == 1);
        if others.is_empty() {
            return Some(Place::Table(axes, rows.into_iter().map(|row| row.cells).collect()));
        }
        if rows.len() > MOST_JOINED_ROWS {
            return None;
        }
        let mut joined_axes = axes.clone();
        joined_axes.extend(others.iter().map(|(axis, _)| *axis).filter(|axis| !axes.contains(axis)));
        let mut joined: Vec<Cells> = Vec::with_capacity(rows.len() + others.len());
        for row in rows {
            let mut cells = row.cells;
            cells.resize(joined_axes.len(), None);
            joined.push(cells);
        }
        for (axis, values) in others {
            let cell = |it: &AxisId| (it == axis).then(|| values.clone());
            joined.push(joined_axes.iter().map(cell).collect());
        }
        Some(Place::Table(joined_axes, joined))
    }

    fn steps_of(&self, chain: &super::sum::Chain) -> Vec<Drawn> {
        let step = |(axis, axes, rows): &(AxisId, Vec<AxisId>, Vec<Row>)| {
            let all: Vec<AxisId> = axes.iter().copied().chain([*axis]).collect();
            let rows = rows.iter().map(|row| {
                let own = Some(Raw::Points(ValueSet::one(row.outcome)));
                row.cells.iter().cloned().chain([own]).collect()
            });
            Drawn { rule: None, clauses: Vec::new(), tables: vec![(all, rows.collect())] }
        };
        chain.steps.iter().map(step).collect()
    }

    /// Says what an axis means, as far as its values are told apart.
    fn define(
        &mut self,
        axis: AxisId,
        definition: &Definition,
        demands: &HashMap<AxisId, HashSet<Raw>>,
        drawn: &mut Vec<Drawn>,
    ) -> Result<(), Why> {
        let Some(sets) = demands.get(&axis) else { return Ok(()) };
        let Some(values) = self.values(axis).cloned() else { return Ok(()) };
        let (axes, rows, rest, of): (_, Vec<Row>, _, Vec<Raw>) = match definition {
            Definition::Formulas { .. } => return Ok(()),
            Definition::Table { axes, rows, rest } => {
                let classes = Classes::new(&values, sets);
                let class = |point: u32| classes.of(&Raw::Points(ValueSet::one(point))).first().unwrap_or(0);
                let mut of: Vec<Raw> = vec![Raw::Points(ValueSet::none()); classes.size as usize];
                let Values::Points(points) = &values else { return Ok(()) };
                for point in 0..super::axis::count(points.len()) {
                    if let Some(Raw::Points(set)) = of.get_mut(class(point) as usize) {
                        set.insert(point);
                    }
                }
                let rows = rows.iter().map(|row| Row { outcome: class(row.outcome), ..row.clone() });
                (axes.clone(), rows.collect(), rest.map(class), of)
            }
            Definition::Sum(sum) => {
                let spans = sets.iter().filter_map(|raw| match raw {
                    Raw::Line { spans, .. } => Some(spans),
                    Raw::Points(_) => None,
                });
                let edges = inner_edges(spans);
                let chain = self.chain(sum, &edges)?;
                drawn.extend(self.steps_of(&chain));
                let of = cells(&edges).map(|(from, to)| Raw::Line {
                    absent: false,
                    spans: super::spans::Spans::between(from, to),
                });
                (chain.axes, chain.rows, None, of.collect())
            }
        };
        self.tie(axis, axes, rows, rest, &of, drawn);
        Ok(())
    }

    /// A table with the axis that it defines as its last column.
    fn tie(
        &self,
        axis: AxisId,
        axes: Vec<AxisId>,
        rows: Vec<Row>,
        rest: Option<u32>,
        of: &[Raw],
        drawn: &mut Vec<Drawn>,
    ) {
        if of.len() < 2 {
            return;
        }
        let alls: Vec<Raw> = axes.iter().map(|axis| self.all(*axis)).collect();
        let mut rows = merged(rows, &alls);
        let own = |outcome: u32| of.get(outcome as usize).cloned();
        let mut clauses: Vec<RawClause> = Vec::new();
        if let Some(rest) = rest {
            rows.retain(|row| row.outcome != rest);
            let values: Vec<&Values> = axes.iter().filter_map(|axis| self.values(*axis)).collect();
            let cells: Vec<&Cells> = rows.iter().map(|row| &row.cells).collect();
            match complement(&cells, &values, REST_ROWS * rows.len() + 64) {
                Some(left) => rows.extend(left.into_iter().map(|cells| Row { cells, outcome: rest })),
                None => {
                    // Too many rows: where the axis says "the rest", no row fits.
                    let Some(values) = own(rest) else { return };
                    let not_rest = vec![(axis, self.all(axis).without(&values))];
                    for row in &rows {
                        let cells = axes.iter().zip(&row.cells).zip(&alls);
                        let literals = cells
                            .filter_map(|((axis, cell), all)| Some((*axis, all.without(cell.as_ref()?))));
                        clauses.extend(either(&literals.collect(), &not_rest, &|axis| self.all(axis)));
                    }
                    rows.push(Row { cells: vec![None; axes.len()], outcome: rest });
                }
            }
        }
        let all_axes: Vec<AxisId> = axes.iter().copied().chain([axis]).collect();
        let rows = rows.into_iter().map(|row| {
            let own = own(row.outcome);
            row.cells.into_iter().chain([own]).collect()
        });
        drawn.push(Drawn { rule: None, clauses, tables: vec![(all_axes, rows.collect())] });
    }

    /// The rules that rest on some axes, directly or through others.
    fn resting_on(&mut self, axes: &BTreeSet<AxisId>) -> Vec<usize> {
        let mut resting = Vec::new();
        for at in 0..self.rules.len() {
            let Some(Ok(formula)) = self.rules.get(at).map(|rule| rule.asked.clone()) else { continue };
            let clauses = self.clauses(&formula);
            let drawn = [Drawn { rule: None, clauses, tables: Vec::new() }];
            if self.used(&drawn, &[]).rests_on(axes) {
                resting.push(at);
            }
        }
        resting
    }
}

/// What stands in the place of a clause.
enum Place {
    Clauses(Vec<RawClause>),
    Table(Vec<AxisId>, Vec<Cells>),
}

/// The axes that a definition reads.
fn operands(definition: &Definition) -> Vec<AxisId> {
    match definition {
        Definition::Table { axes, .. } => axes.clone(),
        Definition::Formulas { .. } => Vec::new(),
        Definition::Sum(sum) => {
            let groups = sum.groups.iter().map(|(axis, _)| *axis);
            groups.chain(sum.line.as_ref().map(|(axis, ..)| *axis)).collect()
        }
    }
}

/// The edges inside the line at which some sets change, rising.
fn inner_edges<'s>(sets: impl Iterator<Item = &'s super::spans::Spans>) -> Vec<Edge> {
    let mut edges: Vec<Edge> =
        sets.flat_map(|spans| spans.edges()).filter(|edge| matches!(edge, Edge::At(..))).cloned().collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The spans between edges, from below all numbers to above them.
fn cells(edges: &[Edge]) -> impl Iterator<Item = (Edge, Edge)> + '_ {
    let starts = std::iter::once(&Edge::Bottom).chain(edges);
    let ends = edges.iter().chain(std::iter::once(&Edge::Top));
    starts.zip(ends).map(|(from, to)| (from.clone(), to.clone()))
}

/// Notes what a rule tells apart.
fn demand(demands: &mut HashMap<AxisId, HashSet<Raw>>, one: &Drawn) {
    for (axis, values) in one.clauses.iter().flatten() {
        demands.entry(*axis).or_default().insert(values.clone());
    }
    for (axes, rows) in &one.tables {
        for row in rows {
            for (axis, cell) in axes.iter().zip(row) {
                let sets = demands.entry(*axis).or_default();
                if let Some(values) = cell {
                    sets.insert(values.clone());
                }
            }
        }
    }
}

/// The axes of definitions in an order in which what uses an axis comes before it.
fn consumers_first(used: &Used) -> Vec<AxisId> {
    let reads = |axis: &AxisId| -> Vec<AxisId> {
        match used.ties.get(axis) {
            Some(clauses) => clauses.iter().flatten().map(|(it, _)| *it).filter(|it| it != axis).collect(),
            None => used.definitions.get(axis).map_or_else(Vec::new, operands),
        }
    };
    let mut done: HashSet<AxisId> = HashSet::new();
    let mut after: Vec<AxisId> = Vec::new();
    for start in used.definitions.keys() {
        let mut stack: Vec<(AxisId, bool)> = vec![(*start, false)];
        while let Some((axis, is_finished)) = stack.pop() {
            if is_finished {
                after.push(axis);
                continue;
            }
            if !done.insert(axis) {
                continue;
            }
            stack.push((axis, true));
            stack.extend(reads(&axis).into_iter().filter(|it| !done.contains(it)).map(|it| (it, false)));
        }
    }
    after.reverse();
    after
}
