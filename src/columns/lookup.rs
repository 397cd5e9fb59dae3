//! Tables: what a lookup gives for every combination of keys that can occur, as dense arrays.
//!
//! Each combination is asked once, of the index that the evaluator asks, so both give the same by construction.

use std::sync::Arc;

use super::compile::{Compiler, Val, unsupported};
use super::graph::{I, LIMIT};
use super::number::{Num, decimal, ten};
use super::port::day_number;
use super::program::Unsupported;
use crate::eval::{Found, TablePlan};
use crate::ir::{self, Expr, HitPolicy, KeyMatch, Rows, Ty, Value};
use crate::source::Span;
use crate::value::{Date, Exact};

/// The most combinations of keys that a table is laid out for.
const MOST_CELLS: usize = 1 << 21;

/// What a lookup gives for one combination of keys.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Value(Value),
    /// A missing value.
    Nothing,
    /// No row, or `n/a`.
    Gap,
}

/// A key that is looked up: its position among the values that it is taken for.
struct Key {
    at: I,
    values: Vec<Value>,
}

/// A table on the program's days.
struct Looked<'p> {
    plan: &'p TablePlan,
    version: Option<usize>,
    rows: Option<Arc<Rows>>,
}

impl<'p> Compiler<'p> {
    fn looked(&mut self, table: u32, span: Span) -> Result<Looked<'p>, Unsupported> {
        let Some(plan) = self.plan.tables().get(table as usize) else {
            return unsupported("a table that is not there", span);
        };
        let (version, rows) = self.rows_of(table).unzip();
        Ok(Looked { plan, version, rows })
    }

    /// A column of the row for some keys.
    pub fn lookup(&mut self, table: u32, keys: &[Expr], column: u16, span: Span) -> Result<Val, Unsupported> {
        let looked = self.looked(table, span)?;
        let Some(of) = looked.plan.table.columns.get(usize::from(column)) else {
            return unsupported("a column that is not there", span);
        };
        if let [key] = keys
            && matches!(key.ty.required(), Ty::Row(name) if *name == looked.plan.table.name)
        {
            let row = self.value(key)?;
            return self.own_row(&looked, &row, usize::from(column), &of.ty, span);
        }
        let (at, combinations) = self.keys(&looked, keys, span)?;
        let cells = combinations.iter().map(|keys| looked.cell(usize::from(column), keys));
        let cells: Option<Vec<Cell>> = cells.collect();
        match cells {
            Some(cells) => self.of_cells(at, &cells, &of.ty, span),
            None => unsupported("a table whose rows have no order", span),
        }
    }

    /// A column of a row that a key of the table itself names.
    fn own_row(
        &mut self,
        looked: &Looked<'_>,
        row: &Val,
        column: usize,
        ty: &Ty,
        span: Span,
    ) -> Result<Val, Unsupported> {
        let values = looked.rows.as_ref().and_then(|rows| rows.values.get(column).cloned());
        let cells = values.unwrap_or_default().into_iter().map(|it| it.map_or(Cell::Gap, Cell::Value));
        let cells: Vec<Cell> = cells.collect();
        match row {
            Val::Row(_, at) => self.of_cells(*at, &cells, ty, span),
            Val::Maybe(there, row) if matches!(**row, Val::Row(..)) => {
                let (there, Val::Row(_, at)) = (*there, &**row) else {
                    return unsupported("a key of a rare type", span);
                };
                let value = self.under(there, |it| it.of_cells(*at, &cells, ty, span))?;
                if looked.plan.table.optional {
                    return self.selected(there, value, Val::Absent, span);
                }
                let missing = self.graph.not(there);
                self.defer(missing);
                Ok(value)
            }
            _ => unsupported("a key of a rare type", span),
        }
    }

    /// Whether a row is one of some keys.
    pub fn row_is(
        &mut self,
        table: u32,
        row: I,
        of: &[Value],
        span: Span,
    ) -> Result<super::graph::B, Unsupported> {
        let keys = self.row_keys(table, span)?;
        let is = |(at, key): (usize, &Value)| {
            of.contains(key) || u32::try_from(at).is_ok_and(|at| of.contains(&Value::Row(at)))
        };
        let bits = keys.iter().enumerate().map(|it| i64::from(is(it))).collect();
        Ok(self.graph.look_bit(row, bits))
    }

    /// The keys of all rows of a table with one key.
    fn row_keys(&mut self, table: u32, span: Span) -> Result<Vec<Value>, Unsupported> {
        let rows = self.rows_of(table).map(|(_, rows)| rows);
        let keys = rows.as_ref().and_then(|rows| rows.keys.first());
        let keys = keys.into_iter().flatten().map(|key| match key {
            KeyMatch::One(key) => Some(key.clone()),
            _ => None,
        });
        match keys.collect() {
            Some(keys) => Ok(keys),
            None => unsupported("a row without a key of its own", span),
        }
    }

    /// Whether `allow` takes the row for some keys.
    pub fn allowed(&mut self, table: u32, keys: &[Expr], span: Span) -> Result<super::graph::B, Unsupported> {
        let looked = self.looked(table, span)?;
        let (at, combinations) = self.keys(&looked, keys, span)?;
        let bits = combinations.iter().map(|keys| i64::from(looked.allows(keys))).collect();
        Ok(self.graph.look_bit(at, bits))
    }

    /// The position of some keys among all their combinations, and these.
    fn keys(
        &mut self,
        looked: &Looked<'_>,
        keys: &[Expr],
        span: Span,
    ) -> Result<(I, Vec<Vec<Value>>), Unsupported> {
        let mut at = self.graph.number(0);
        let mut combinations: Vec<Vec<Value>> = vec![Vec::new()];
        for (position, key) in keys.iter().enumerate() {
            let value = self.value(key)?;
            let key = self.key(looked, position, &value, key)?;
            let count = key.values.len();
            if combinations.len().saturating_mul(count) > MOST_CELLS {
                return unsupported("a table with too many combinations of keys", span);
            }
            let length = i64::try_from(count).unwrap_or(i64::MAX);
            at = self.graph.mul_const(at, length);
            at = self.graph.add(at, key.at);
            let longer = combinations.iter().flat_map(|so_far| {
                key.values.iter().map(|value| {
                    let mut longer = so_far.clone();
                    longer.push(value.clone());
                    longer
                })
            });
            combinations = longer.collect();
        }
        Ok((at, combinations))
    }

    fn key(
        &mut self,
        looked: &Looked<'_>,
        position: usize,
        value: &Val,
        expr: &Expr,
    ) -> Result<Key, Unsupported> {
        let span = expr.span;
        let zero = self.graph.number(0);
        Ok(match value {
            Val::Absent => Key { at: zero, values: vec![Value::Absent] },
            Val::Maybe(there, value) => {
                let mut key = self.key(looked, position, value, expr)?;
                let none = self.graph.number(i64::try_from(key.values.len()).unwrap_or(0));
                key.at = self.graph.select(*there, key.at, none);
                key.values.push(Value::Absent);
                key
            }
            Val::Text(text) => Key { at: zero, values: vec![Value::Text(text.clone())] },
            Val::Word(at) => {
                let values = self.texts(looked, position, span)?;
                self.fixed(*at, values)
            }
            Val::Bool(truth) => {
                let one = self.graph.number(1);
                let at = self.graph.select(*truth, one, zero);
                self.fixed(at, vec![Value::Bool(false), Value::Bool(true)])
            }
            Val::Choice(at) => {
                let greatest = self.graph.range(*at).1;
                let choice = |at: i64| Value::Choice(u16::try_from(at).unwrap_or(u16::MAX));
                self.fixed(*at, (0..=greatest).map(choice).collect())
            }
            Val::Row(table, at) => {
                let keys = self.row_keys(*table, span)?;
                self.fixed(*at, keys)
            }
            Val::Num(number) => self.banded(looked, position, *number, span)?,
            Val::Date(day) => {
                let bound = |value: &Value| match value {
                    Value::Date(date) => Some((day_number(*date), day_number(*date))),
                    _ => None,
                };
                let date = |day: i64| Date::MIN.add_days(day).map(Value::Date);
                self.regions(looked, position, *day, &bound, &date, span)?
            }
            Val::Set(_) => return unsupported("a set as a key", span),
        })
    }

    /// The texts that are told apart, those of a key among them, and behind them one that is none of these.
    fn texts(&mut self, looked: &Looked<'_>, position: usize, span: Span) -> Result<Vec<Value>, Unsupported> {
        let column = looked.rows.as_ref().and_then(|rows| rows.keys.get(position));
        for asked in column.into_iter().flatten() {
            let asked = match asked {
                KeyMatch::One(value) => std::slice::from_ref(value),
                KeyMatch::OneOf(values) => values,
                KeyMatch::Any => continue,
                KeyMatch::Starts(_) | KeyMatch::Band(_) => {
                    return unsupported("the beginning of a text", span);
                }
            };
            for value in asked {
                if let Value::Text(text) = value {
                    self.word(text);
                }
            }
        }
        let mut other = String::from("\u{0}");
        while self.words.iter().any(|word| **word == *other) {
            other.push('\u{0}');
        }
        let words = self.words.iter().cloned().chain([other.into()]);
        Ok(words.map(Value::Text).collect())
    }

    /// A key that is taken for the values at the positions of a list.
    fn fixed(&mut self, at: I, values: Vec<Value>) -> Key {
        let only = self.graph.constant(at).and_then(|at| values.get(usize::try_from(at).ok()?).cloned());
        match only {
            Some(value) => Key { at: self.graph.number(0), values: vec![value] },
            None => Key { at, values },
        }
    }

    fn banded(
        &mut self,
        looked: &Looked<'_>,
        position: usize,
        number: Num,
        span: Span,
    ) -> Result<Key, Unsupported> {
        let Ok(scale) = u8::try_from(number.scale) else {
            return unsupported("a long number as a key", span);
        };
        if number.below.is_some() {
            return unsupported("an open quotient as a key", span);
        }
        let power = Exact::from(ten(number.scale)?);
        let bound = |value: &Value| match value {
            Value::Number(number) => {
                let scaled = number.checked_mul(&power).ok()?;
                let size = |number: Exact| number.to_i64().filter(|it| it.abs() < LIMIT);
                Some((size(scaled.ceil())?, size(scaled.floor())?))
            }
            _ => None,
        };
        let value = |at: i64| Some(Value::Number(Exact::scaled(at, scale)));
        self.regions(looked, position, number.above, &bound, &value, span)
    }

    /// A key between whose bounds all values are alike: `bound` gives the first whole number not below a
    /// bound and the last one not above it.
    fn regions(
        &mut self,
        looked: &Looked<'_>,
        position: usize,
        of: I,
        bound: &dyn Fn(&Value) -> Option<(i64, i64)>,
        value: &dyn Fn(i64) -> Option<Value>,
        span: Span,
    ) -> Result<Key, Unsupported> {
        let column = looked.rows.as_ref().and_then(|rows| rows.keys.get(position));
        let mut bounds: Vec<&Value> = Vec::new();
        for asked in column.into_iter().flatten() {
            match asked {
                KeyMatch::One(value) => bounds.push(value),
                KeyMatch::OneOf(values) => bounds.extend(values),
                KeyMatch::Band(band) => {
                    bounds.extend(band.lower.iter().chain(&band.upper).map(|(value, _)| value));
                }
                KeyMatch::Any | KeyMatch::Starts(_) => {}
            }
        }
        let (least, greatest) = self.graph.range(of);
        let mut cuts = Vec::with_capacity(bounds.len() * 2);
        for it in bounds.into_iter().filter(|it| **it != Value::Absent) {
            let Some((from, to)) = bound(it) else {
                return unsupported("a bound with too many digits", span);
            };
            cuts.extend([from, to.saturating_add(1)]);
        }
        cuts.retain(|cut| least < *cut && *cut <= greatest);
        cuts.sort_unstable();
        cuts.dedup();
        let firsts = std::iter::once(least).chain(cuts.iter().copied());
        let Some(values) = firsts.map(value).collect() else {
            return unsupported("a day at the end of the calendar", span);
        };
        let at = self.graph.find(of, cuts);
        Ok(self.fixed(at, values))
    }

    /// What stands at a position among some cells.
    fn of_cells(&mut self, at: I, cells: &[Cell], ty: &Ty, span: Span) -> Result<Val, Unsupported> {
        let bits = |is: fn(&Cell) -> bool| cells.iter().map(|cell| i64::from(is(cell))).collect();
        let gap = self.graph.look_bit(at, bits(|cell| *cell == Cell::Gap));
        self.defer(gap);
        let values: Vec<Option<&Value>> = cells
            .iter()
            .map(|cell| match cell {
                Cell::Value(value) if *value != Value::Absent => Some(value),
                _ => None,
            })
            .collect();
        let Some(first) = values.iter().copied().flatten().next() else {
            return match cells.iter().all(|cell| *cell == Cell::Gap) {
                true => unsupported("a table that gives nothing", span),
                false => Ok(Val::Absent),
            };
        };
        let filled: Vec<&Value> = values.iter().map(|value| value.unwrap_or(first)).collect();
        let value = self.of_values(at, &filled, ty, span)?;
        let there = bits(|cell| !matches!(cell, Cell::Nothing | Cell::Value(Value::Absent)));
        let there = self.graph.look_bit(at, there);
        match self.graph.truth(there) {
            Some(true) => Ok(value),
            _ => Ok(Val::Maybe(there, Box::new(value))),
        }
    }

    /// The value at a position among values of one type.
    fn of_values(&mut self, at: I, values: &[&Value], ty: &Ty, span: Span) -> Result<Val, Unsupported> {
        let whole = |of: fn(&Value) -> Option<i64>| {
            values.iter().map(|value| of(value)).collect::<Option<Vec<i64>>>()
        };
        let choices = whole(|value| match value {
            Value::Choice(at) => Some(i64::from(*at)),
            _ => None,
        });
        let dates = whole(|value| match value {
            Value::Date(date) => Some(day_number(*date)),
            _ => None,
        });
        let truths = whole(|value| match value {
            Value::Bool(truth) => Some(i64::from(*truth)),
            _ => None,
        });
        match (ty.required(), choices, dates, truths) {
            (Ty::Number(_), ..) => {
                let numbers = values.iter().map(|value| match value {
                    Value::Number(number) => decimal(number),
                    _ => None,
                });
                let Some(numbers) = numbers.collect::<Option<Vec<(i64, u32)>>>() else {
                    return unsupported("a table of numbers with too many digits", span);
                };
                self.of_numbers(at, &numbers).map(Val::Num)
            }
            (_, Some(choices), ..) => {
                let array = self.graph.array(choices);
                Ok(Val::Choice(self.graph.look(at, array)))
            }
            (_, _, Some(dates), _) => {
                let array = self.graph.array(dates);
                Ok(Val::Date(self.graph.look(at, array)))
            }
            (_, _, _, Some(truths)) => Ok(Val::Bool(self.graph.look_bit(at, truths))),
            _ => unsupported("a table of values of a rare type", span),
        }
    }

    /// The number at a position among decimals.
    pub fn of_numbers(&mut self, at: I, numbers: &[(i64, u32)]) -> Result<Num, Unsupported> {
        let scale = numbers.iter().map(|(_, places)| *places).max().unwrap_or(0);
        let mut values = Vec::with_capacity(numbers.len());
        for (mantissa, places) in numbers {
            let value = mantissa.checked_mul(ten(scale - places)?).filter(|it| it.abs() <= LIMIT);
            values.push(value.ok_or_else(super::number::too_long)?);
        }
        let array = self.graph.array(values);
        Ok(Num { above: self.graph.look(at, array), scale, below: None })
    }
}

impl Looked<'_> {
    /// What a lookup gives; none where rows that collect have no order.
    fn cell(&self, column: usize, keys: &[Value]) -> Option<Cell> {
        let (Some(version), Some(rows)) = (self.version, &self.rows) else { return Some(self.nothing()) };
        if self.plan.table.policy.collects() {
            let found = self.plan.find_all(version, keys);
            if !found.is_empty() {
                return self.collected(rows.values.get(column)?, &found);
            }
        }
        Some(match self.plan.find(version, keys) {
            Found::Row(row) => cell_of(rows.values.get(column)?.get(row as usize)?.as_ref()),
            Found::Otherwise => cell_of(rows.otherwise.as_ref()?.get(column)?.as_ref()),
            Found::Nothing if self.plan.table.policy == HitPolicy::Sum && !self.plan.table.optional => {
                Cell::Value(Value::Number(Exact::ZERO))
            }
            Found::Nothing => self.nothing(),
        })
    }

    fn nothing(&self) -> Cell {
        if self.plan.table.optional { Cell::Nothing } else { Cell::Gap }
    }

    fn collected(&self, column: &[Option<Value>], found: &[u32]) -> Option<Cell> {
        let mut value: Option<Value> = None;
        for row in found {
            let Some(cell) = column.get(*row as usize)? else { return Some(Cell::Gap) };
            value = Some(match (value, cell, self.plan.table.policy) {
                (None, cell, _) => cell.clone(),
                (Some(Value::Number(sum)), Value::Number(more), HitPolicy::Sum) => {
                    Value::Number(sum.checked_add(more).ok()?)
                }
                (Some(best), cell, policy) => {
                    let greater = match (&best, cell) {
                        (Value::Number(best), Value::Number(other)) => other > best,
                        (Value::Date(best), Value::Date(other)) => other > best,
                        (Value::Choice(best), Value::Choice(other)) => other > best,
                        _ => return None,
                    };
                    let takes = if policy == HitPolicy::Max { greater } else { !greater };
                    if takes { cell.clone() } else { best }
                }
            });
        }
        Some(value.map_or(Cell::Gap, Cell::Value))
    }

    fn allows(&self, keys: &[Value]) -> bool {
        let (Some(version), Some(rows)) = (self.version, &self.rows) else { return false };
        match self.plan.find(version, keys) {
            Found::Nothing => false,
            Found::Otherwise => rows.otherwise.as_deref().is_some_and(ir::allows),
            Found::Row(row) => {
                let values = rows.values.iter().map(|column| column.get(row as usize).cloned().flatten());
                ir::allows(&values.collect::<Vec<_>>())
            }
        }
    }
}

fn cell_of(value: Option<&Value>) -> Cell {
    value.map_or(Cell::Gap, |value| Cell::Value(value.clone()))
}
