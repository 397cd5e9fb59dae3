//! What the rows of a table leave out, and rows put together that differ in one cell.

use std::collections::{BTreeMap, HashMap};

use super::axis::{Raw, Values, count};
use super::spans::{Edge, Spans};
use super::table::Row;
use crate::logic::ValueSet;

/// The cells of rows, without outcomes.
pub type Cells = Vec<Option<Raw>>;

/// Puts rows together that have one outcome and differ in one cell only.
pub fn merged(mut rows: Vec<Row>, alls: &[Raw]) -> Vec<Row> {
    for row in &mut rows {
        for (cell, all) in row.cells.iter_mut().zip(alls) {
            if cell.as_ref() == Some(all) {
                *cell = None;
            }
        }
    }
    for column in (0..alls.len()).rev().chain((0..alls.len()).rev()) {
        let before = rows.len();
        rows = merged_in(rows, column, alls);
        if before == 1 {
            break;
        }
    }
    rows
}

fn merged_in(rows: Vec<Row>, column: usize, alls: &[Raw]) -> Vec<Row> {
    let mut places: HashMap<Row, usize> = HashMap::with_capacity(rows.len());
    let mut merged: Vec<(Row, Option<Raw>)> = Vec::new();
    for mut row in rows {
        let cell = row.cells.get_mut(column).and_then(Option::take);
        match places.get(&row).and_then(|at| merged.get_mut(*at)) {
            Some((_, known)) => {
                *known = match (known.take(), cell) {
                    (Some(known), Some(cell)) => Some(known.or(&cell)),
                    _ => None,
                };
            }
            None => {
                places.insert(row.clone(), merged.len());
                merged.push((row, cell));
            }
        }
    }
    let put_back = |(mut row, cell): (Row, Option<Raw>)| {
        if let Some(place) = row.cells.get_mut(column) {
            *place = cell.filter(|cell| alls.get(column) != Some(cell));
        }
        row
    };
    merged.into_iter().map(put_back).collect()
}

/// The combinations that no row has; nothing where they are more than `most` rows.
pub fn complement(rows: &[&Cells], values: &[&Values], most: usize) -> Option<Vec<Cells>> {
    let mut work = Work { rows, values, known: HashMap::new(), left: most };
    let all: Vec<u32> = (0..count(rows.len())).collect();
    work.rest(0, all)
}

struct Work<'a> {
    rows: &'a [&'a Cells],
    values: &'a [&'a Values],
    known: HashMap<(usize, Vec<u32>), Vec<Cells>>,
    left: usize,
}

impl Work<'_> {
    /// What some rows leave out, from a column on.
    fn rest(&mut self, column: usize, members: Vec<u32>) -> Option<Vec<Cells>> {
        if members.is_empty() {
            return Some(vec![vec![None; self.values.len() - column]]);
        }
        let Some(values) = self.values.get(column) else { return Some(Vec::new()) };
        let key = (column, members);
        if let Some(known) = self.known.get(&key) {
            return Some(known.clone());
        }
        let mut rest = Vec::new();
        for (part, members) in self.parts(column, values, &key.1) {
            for cells in self.rest(column + 1, members)? {
                self.left = self.left.checked_sub(1)?;
                let first = (part != values.all()).then(|| part.clone());
                rest.push(std::iter::once(first).chain(cells).collect());
            }
        }
        self.known.insert(key, rest.clone());
        Some(rest)
    }

    /// The values of a column, together where the same rows have them.
    fn parts(&self, column: usize, values: &Values, members: &[u32]) -> Vec<(Raw, Vec<u32>)> {
        let cell = |row: u32| self.rows.get(row as usize).and_then(|cells| cells.get(column)?.as_ref());
        let mut parts: BTreeMap<Vec<u32>, Raw> = BTreeMap::new();
        let mut add = |members: Vec<u32>, raw: Raw| {
            let known = parts.entry(members).or_insert_with(|| raw.clone());
            *known = known.or(&raw);
        };
        match values {
            Values::Points(points) => {
                let mut of_point: Vec<Vec<u32>> = vec![Vec::new(); points.len()];
                for row in members {
                    match cell(*row) {
                        Some(Raw::Points(set)) => {
                            for point in set.iter() {
                                if let Some(rows) = of_point.get_mut(point as usize) {
                                    rows.push(*row);
                                }
                            }
                        }
                        _ => of_point.iter_mut().for_each(|rows| rows.push(*row)),
                    }
                }
                for (at, rows) in of_point.into_iter().enumerate() {
                    add(rows, Raw::Points(ValueSet::one(count(at))));
                }
            }
            Values::Line { line, absent } => {
                let spans = |row: u32| match cell(row) {
                    Some(Raw::Line { absent, spans }) => Some((*absent, spans)),
                    _ => None,
                };
                if *absent {
                    let having = members.iter().copied().filter(|row| spans(*row).is_none_or(|it| it.0));
                    add(having.collect(), Raw::Line { absent: true, spans: Spans::none() });
                }
                let all = line.all();
                let mut edges: Vec<Edge> = all.edges().cloned().collect();
                for row in members {
                    if let Some((_, spans)) = spans(*row) {
                        edges.extend(spans.edges().cloned());
                    }
                }
                edges.sort_unstable();
                edges.dedup();
                for (from, to) in edges.iter().zip(edges.iter().skip(1)) {
                    let piece = Spans::between(from.clone(), to.clone());
                    if piece.and(&all).is_empty() {
                        continue;
                    }
                    let having = members
                        .iter()
                        .copied()
                        .filter(|row| spans(*row).is_none_or(|(_, of)| !of.and(&piece).is_empty()));
                    add(having.collect(), Raw::Line { absent: false, spans: piece });
                }
            }
        }
        parts.into_iter().map(|(members, raw)| (raw, members)).collect()
    }
}
