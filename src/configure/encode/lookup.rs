//! Tables of the book stay tables: a row of the book is a row of the problem.

use std::collections::HashMap;
use std::sync::Arc;

use super::Encoder;
use super::axis::{AxisId, Outcome, Raw, Values};
use super::complement::Cells;
use super::curve::number_of;
use super::flat::put;
use super::formula::Formula;
use super::spans::Spans;
use super::table::{Outcomes, Row};
use super::term::{Node, Term, TermId};
use super::truth::Want;
use super::view::Seen;
use super::why::Why;
use crate::eval::asks_for;
use crate::ir::{ExprKind, HitPolicy, KeyMatch, Name, Rows, Ty, Value, allows};

/// A key of a lookup.
pub enum Key {
    /// A fixed value.
    Fixed(Outcome),
    /// A function of an axis, in groups of values that no row tells apart; with one outcome of each.
    Of(AxisId, Vec<(Raw, Outcome)>),
}

/// The keys of a lookup with the rows that they find.
struct Found {
    keys: Vec<Key>,
    axes: Vec<AxisId>,
    rows: Arc<Rows>,
    optional: bool,
}

impl Encoder {
    /// Whether a table has a row that `allow` takes, or whose column is not `n/a`, by the rows.
    pub fn row_exists(&mut self, term: &Term) -> Result<Seen, Why> {
        let Node::Row { table, column, .. } = &term.node else { return Err(Why::Figure) };
        let Some(found) = self.found(table, &term.operands)? else {
            return Ok(Seen::Constant(Some(Value::Bool(false))));
        };
        let there = |values: &[Option<Value>]| match column {
            None => allows(values),
            Some(column) => values.get(usize::from(*column)).is_some_and(Option::is_some),
        };
        let or_else = found.rows.otherwise.as_ref().is_some_and(|row| there(row));
        let mut outcomes = Outcomes::default();
        let listed = outcomes.number(Some(Value::Bool(!or_else)));
        let mut rows = Vec::new();
        for (at, cells) in self.row_cells(&found)? {
            let values: Vec<Option<Value>> =
                found.rows.values.iter().map(|column| column.get(at).cloned().flatten()).collect();
            if there(&values) != or_else {
                rows.push(Row { cells, outcome: listed });
            }
        }
        if or_else {
            // A missing key finds no row, not even `else`.
            rows.extend(missing_keys(&found).into_iter().map(|cells| Row { cells, outcome: listed }));
        }
        let axes = found.axes.clone();
        let seen = self.table_view(axes, rows, outcomes, Some(Some(Value::Bool(or_else))));
        self.guarded(seen, term)
    }

    /// A condition that was worked out as if all operands came to values, with the operands asked.
    fn guarded(&mut self, seen: Seen, term: &Term) -> Result<Seen, Why> {
        if !term.may_fail {
            return Ok(seen);
        }
        let mut yes = Vec::new();
        for operand in &term.operands {
            yes.push(self.truth(*operand, Want::Defined)?);
        }
        let mut no = yes.clone();
        match seen {
            Seen::Constant(Some(Value::Bool(true))) => no.push(Formula::False),
            Seen::Constant(_) => yes.push(Formula::False),
            Seen::Cases { axis, cases } => {
                for (raw, outcome) in cases {
                    let side = if outcome == Some(Value::Bool(true)) { &mut yes } else { &mut no };
                    side.push(Formula::Is(axis, raw));
                }
            }
        }
        let (yes, no) = (self.all_hold(yes), self.all_hold(no));
        Ok(self.by_two(yes, no, true))
    }

    /// A column of the row that keys find, by the rows.
    pub fn looked_up_rows(&mut self, term: &Term) -> Result<Seen, Why> {
        let Node::Form(ExprKind::Lookup { table, keys, column }) = &term.node else {
            return Err(Why::Figure);
        };
        if matches!(keys.as_slice(), [row] if matches!(row.ty.required(), Ty::Row(of) if of == table)) {
            return Err(Why::Combinations);
        }
        let Some(found) = self.found(table, &term.operands)? else { return Ok(Seen::Constant(None)) };
        let column = usize::from(*column);
        let mut outcomes = Outcomes::default();
        let mut rows = Vec::new();
        for (at, cells) in self.row_cells(&found)? {
            let value = found.rows.values.get(column).and_then(|column| column.get(at)).cloned().flatten();
            rows.push(Row { cells, outcome: outcomes.number(value) });
        }
        let nothing = found.optional.then_some(Value::Absent);
        let rest = match &found.rows.otherwise {
            Some(row) => row.get(column).cloned().flatten(),
            None => nothing.clone(),
        };
        let failing = failing_keys(&found);
        if found.rows.otherwise.is_some() {
            let missing = missing_keys(&found);
            if !missing.is_empty() && !failing.is_empty() {
                return Err(Why::Combinations);
            }
            let outcome = outcomes.number(nothing);
            rows.extend(missing.into_iter().map(|cells| Row { cells, outcome }));
        }
        if rest.is_some() && !failing.is_empty() {
            let outcome = outcomes.number(None);
            rows.extend(failing.into_iter().map(|cells| Row { cells, outcome }));
        }
        let axes = found.axes.clone();
        Ok(self.table_view(axes, rows, outcomes, Some(rest)))
    }

    /// How many rows a table has on the day.
    pub fn row_count(&self, table: &Name) -> usize {
        let found = self.probe.bench().plan().find_table(table);
        let rows = found.and_then(|found| found.rows(found.version_on(self.day)?));
        rows.and_then(|rows| rows.keys.first()).map_or(0, Vec::len)
    }

    /// The keys and the rows of a lookup; nothing where the table has none on the day.
    fn found(&mut self, table: &Name, operands: &[TermId]) -> Result<Option<Found>, Why> {
        let plan = self.probe.bench().plan().clone();
        let Some(of) = plan.find_table(table) else { return Err(Why::Figure) };
        // By the rows only where one at most answers; for other policies and for keys that may be missing
        // there are the combinations of values.
        if of.table.policy != HitPolicy::One
            || of.table.keys.iter().any(|key| matches!(key.ty, Ty::Optional(_)))
        {
            return Err(Why::Combinations);
        }
        let Some(version) = of.version_on(self.day).and_then(|at| of.table.versions.get(at)) else {
            return Ok(None);
        };
        let mut keys = Vec::with_capacity(operands.len());
        let mut axes: Vec<AxisId> = Vec::new();
        for (at, operand) in operands.iter().enumerate() {
            let key = self.key(table, at, *operand)?;
            if let Key::Of(axis, _) = &key
                && !axes.contains(axis)
            {
                axes.push(*axis);
            }
            keys.push(key);
        }
        Ok(Some(Found { keys, axes, rows: version.rows.clone(), optional: of.table.optional }))
    }

    fn key(&mut self, table: &Name, at: usize, operand: TermId) -> Result<Key, Why> {
        let Some(term) = self.terms.get(operand).cloned() else { return Err(Why::Figure) };
        match self.view(operand) {
            Ok(seen) => Ok(match &*seen {
                Seen::Constant(outcome) => Key::Fixed(self.key_of(outcome, &term.ty)),
                Seen::Cases { axis, cases } => {
                    let cases =
                        cases.iter().map(|(raw, outcome)| (raw.clone(), self.key_of(outcome, &term.ty)));
                    Key::Of(*axis, cases.collect())
                }
            }),
            Err(why) => self.long_key(table, at, operand, &term, why),
        }
    }

    /// A value as the rows of a table write it: a row of another table by its key.
    fn key_of(&self, outcome: &Outcome, ty: &Ty) -> Outcome {
        match (outcome, ty.required()) {
            (Some(Value::Row(row)), Ty::Row(of)) => {
                let bench = self.probe.bench();
                bench.plan().row_key(bench.day(), of, *row).map(|(key, _)| key.clone())
            }
            (outcome, _) => outcome.clone(),
        }
    }

    /// A number of a long range as a key: in pieces between the ends of bands.
    fn long_key(
        &mut self,
        table: &Name,
        at: usize,
        operand: TermId,
        term: &Term,
        why: Why,
    ) -> Result<Key, Why> {
        let levels = self.band_ends(table, at);
        let only = term.scope.only().and_then(|axis| match self.values(axis) {
            Some(Values::Line { line, absent }) => Some((axis, line.clone(), *absent)),
            _ => None,
        });
        let Some((axis, line, absent)) = only else {
            return if term.may_fail { Err(why) } else { self.sum_key(operand, &levels) };
        };
        let mut cases: Vec<(Raw, Outcome)> = self
            .levels(operand, axis, &line, &levels)?
            .into_iter()
            .map(|(from, to, outcome)| {
                (Raw::Line { absent: false, spans: Spans::between(from, to) }, outcome)
            })
            .collect();
        if absent {
            let order = self.terms.below(&[operand], &|_| false);
            self.probe.set_axis(axis, Some(Value::Absent));
            self.probe.run(&self.terms, &order);
            let nothing = Raw::Line { absent: true, spans: Spans::none() };
            cases.push((nothing, self.probe.outcome(operand)));
        }
        Ok(Key::Of(axis, cases))
    }

    /// What each row of the book asks of the axes; rows that no values of them fit are left out.
    fn row_cells(&mut self, found: &Found) -> Result<Vec<(usize, Cells)>, Why> {
        let mut columns: Vec<Column<'_>> = Vec::with_capacity(found.keys.len());
        for (key, asked) in found.keys.iter().zip(&found.rows.keys) {
            columns.push(Column::new(key, asked));
        }
        let length = found.rows.keys.first().map_or(0, Vec::len);
        let mut rows = Vec::with_capacity(length);
        'rows: for at in 0..length {
            let mut cells: Vec<Option<Raw>> = vec![None; found.axes.len()];
            for column in &mut columns {
                match column.cell(at) {
                    Asked::Any => {}
                    Asked::Nothing => continue 'rows,
                    Asked::Values(axis, raw) => {
                        if !put(&mut cells, &found.axes, axis, &raw) {
                            continue 'rows;
                        }
                    }
                }
            }
            rows.push((at, cells));
        }
        self.probe.steps += super::axis::count(length) as u64;
        self.spend()?;
        Ok(rows)
    }
}

/// What a row asks of an axis.
#[derive(Clone)]
enum Asked {
    Any,
    Nothing,
    Values(AxisId, Raw),
}

/// A key column of a table against the values of a key.
struct Column<'f> {
    key: &'f Key,
    asked: &'f [KeyMatch],
    /// Cases by value.
    by_value: HashMap<&'f Value, &'f Raw>,
    /// Cases that have a number, rising by it.
    by_number: Vec<(crate::value::Exact, &'f Value, &'f Raw)>,
    /// What is asked again and again.
    known: HashMap<&'f KeyMatch, Asked>,
}

impl<'f> Column<'f> {
    fn new(key: &'f Key, asked: &'f [KeyMatch]) -> Column<'f> {
        let cases = match key {
            Key::Fixed(_) => &[][..],
            Key::Of(_, cases) => cases.as_slice(),
        };
        let there = || cases.iter().filter_map(|(raw, outcome)| Some((outcome.as_ref()?, raw)));
        let mut by_number: Vec<_> =
            there().filter_map(|(value, raw)| Some((number_of(value)?, value, raw))).collect();
        by_number.sort_by(|left, right| left.0.cmp(&right.0));
        Column { key, asked, by_value: there().collect(), by_number, known: HashMap::new() }
    }

    fn cell(&mut self, row: usize) -> Asked {
        let Some(asked) = self.asked.get(row) else { return Asked::Nothing };
        if let Some(known) = self.known.get(asked) {
            return known.clone();
        }
        let answer = self.answer(asked);
        self.known.insert(asked, answer.clone());
        answer
    }

    fn answer(&self, asked: &KeyMatch) -> Asked {
        let (axis, cases) = match self.key {
            Key::Fixed(Some(value)) if *value != Value::Absent && asks_for(asked, value) => {
                return Asked::Any;
            }
            Key::Fixed(_) => return Asked::Nothing,
            Key::Of(axis, cases) => (*axis, cases),
        };
        let is_there = |outcome: &Outcome| outcome.as_ref().is_some_and(|value| *value != Value::Absent);
        let fits: Vec<&Raw> = match asked {
            KeyMatch::One(value) => self.by_value.get(value).copied().into_iter().collect(),
            KeyMatch::OneOf(values) => {
                values.iter().filter_map(|value| self.by_value.get(value).copied()).collect()
            }
            KeyMatch::Band(band) if self.by_number.len() > 32 => {
                // The cases of a band stand together.
                let low = band.lower.as_ref().and_then(|(value, _)| number_of(value));
                let start = low.map_or(0, |low| self.by_number.partition_point(|(number, ..)| *number < low));
                let rest = self.by_number.get(start..).unwrap_or_default();
                let skipped = rest.iter().skip_while(|(_, value, _)| !asks_for(asked, value));
                skipped.take_while(|(_, value, _)| asks_for(asked, value)).map(|(_, _, raw)| *raw).collect()
            }
            KeyMatch::Any if cases.iter().all(|(_, outcome)| is_there(outcome)) => return Asked::Any,
            _ => cases
                .iter()
                .filter(|(_, outcome)| {
                    is_there(outcome) && outcome.as_ref().is_some_and(|value| asks_for(asked, value))
                })
                .map(|(raw, _)| raw)
                .collect(),
        };
        match fits.into_iter().cloned().reduce(|left, right| left.or(&right)) {
            Some(raw) => Asked::Values(axis, raw),
            None => Asked::Nothing,
        }
    }
}

/// Rows for the keys that are missing.
fn missing_keys(found: &Found) -> Vec<Vec<Option<Raw>>> {
    keys_where(found, |outcome| *outcome == Some(Value::Absent))
}

/// Rows for the keys that come to nothing.
fn failing_keys(found: &Found) -> Vec<Vec<Option<Raw>>> {
    keys_where(found, Option::is_none)
}

fn keys_where(found: &Found, is: impl Fn(&Outcome) -> bool) -> Vec<Vec<Option<Raw>>> {
    let mut rows = Vec::new();
    for key in &found.keys {
        match key {
            Key::Fixed(outcome) if is(outcome) => rows.push(vec![None; found.axes.len()]),
            Key::Fixed(_) => {}
            Key::Of(axis, cases) => {
                let values = cases.iter().filter(|(_, outcome)| is(outcome)).map(|(raw, _)| raw.clone());
                if let Some(raw) = values.reduce(|left, right| left.or(&right)) {
                    let mut cells = vec![None; found.axes.len()];
                    put(&mut cells, &found.axes, *axis, &raw);
                    rows.push(cells);
                }
            }
        }
    }
    rows
}
