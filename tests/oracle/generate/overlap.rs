//! Random tables whose rows overlap, with a policy, and rows for missing keys.
//!
//! Rows that part the values of the keys come first. Some of them are lost, and wider rows follow that hold what
//! was lost: so each row is the first to match somewhere, and of two rows that meet one lies within the other.

use super::table::MOST_ROWS;
use super::{Known, Maker};
use crate::model::{Cell, Form, Key, Lit, Period, Policy, Row, TableVersion, Ty};

impl Maker<'_> {
    /// A policy for a table that gives `result`.
    pub(super) fn policy(&mut self, result: &Ty) -> Policy {
        match result {
            Ty::Measure(unit) if !unit.contains('/') => *self.random.pick(&[
                Policy::First,
                Policy::MostSpecific,
                Policy::Sum,
                Policy::Max,
                Policy::Min,
            ]),
            Ty::Measure(_) | Ty::Rate | Ty::Int | Ty::Number => {
                *self.random.pick(&[Policy::First, Policy::MostSpecific, Policy::Max, Policy::Min])
            }
            _ => *self.random.pick(&[Policy::First, Policy::MostSpecific]),
        }
    }

    pub(super) fn overlapping(
        &mut self,
        table: &str,
        keys: &[Known],
        columns: &[(Option<String>, Ty)],
        policy: Policy,
        period: Option<Period>,
    ) -> TableVersion {
        let mut cells: Vec<Vec<Cell>> = keys.iter().map(|key| closed(self.cells(key))).collect();
        while cells.iter().map(Vec::len).product::<usize>() > MOST_ROWS {
            let widest = (0..cells.len()).max_by_key(|at| cells[*at].len()).expect("a key");
            cells[widest] = vec![Cell::Any];
        }
        let mut parts: Vec<Vec<Cell>> = vec![Vec::new()];
        for of in &cells {
            let longer = parts
                .iter()
                .flat_map(|head| of.iter().map(|cell| [&head[..], std::slice::from_ref(cell)].concat()));
            parts = longer.collect();
        }
        self.random.shuffle(&mut parts);
        let lost = self.random.between(1, parts.len() as i64) as usize;
        let lost: Vec<Vec<Cell>> = parts.drain(..lost).collect();
        let mut wider: Vec<Vec<Cell>> = Vec::new();
        for part in lost {
            if wider.iter().any(|row| row.iter().zip(&part).all(|(wide, own)| is_wider(wide, own))) {
                continue;
            }
            let from = self.random.between(0, keys.len() as i64 - 1) as usize;
            let mut row = part.clone();
            row[from..].fill(Cell::Any);
            if keys[from].ty == Ty::Text && part[from] != Cell::Any && self.random.chance(50) {
                row[from] = Cell::Starts("C".to_owned());
            }
            if !wider.contains(&row) && !parts.contains(&row) {
                wider.push(row);
            }
        }
        // The narrower of the wide ones first; none of them is all within another then.
        wider.sort_by_key(|row| row.iter().filter(|cell| **cell == Cell::Any).count());
        parts.extend(wider);
        if policy != Policy::First {
            self.random.shuffle(&mut parts);
        }
        let rows: Vec<Row> = parts
            .into_iter()
            .map(|keys| {
                let values = columns.iter().map(|(_, ty)| Some(self.cell_value(ty))).collect();
                Row { keys, values }
            })
            .collect();
        let record = columns[0].0.is_some();
        let later = period.is_some_and(|(from, _)| from.is_some());
        let form = match self.random.between(1, 10) {
            1..=3 => Form::File(format!("{table}{}.csv", if later { "b" } else { "" })),
            4..=8 if !record => Form::Rows,
            _ => Form::List,
        };
        TableVersion { period, rows, otherwise: None, form }
    }

    /// Rows, or `else`, answer for the missing values of the keys that say so.
    pub(super) fn answer_for_missing(&mut self, keys: &[Key], version: &mut TableVersion, optional: bool) {
        for (at, key) in keys.iter().enumerate() {
            // In an optional table missing rows are missing values; elsewhere rows are needed.
            if !key.optional || optional && self.random.chance(30) {
                continue;
            }
            let mut absent: Vec<Row> = Vec::new();
            for row in &version.rows {
                let mut row = row.clone();
                if row.keys[at] != Cell::Any {
                    row.keys[at] = Cell::Absent;
                    row.values[0] = version.rows[0].values[0].clone();
                    if !absent.iter().any(|other| other.keys == row.keys) {
                        absent.push(row);
                    }
                }
            }
            // One row alone, so that it meets no other that answers for missing keys.
            let alone = keys.len() == 1 && !version.rows.iter().any(|row| row.keys[at] == Cell::Any);
            if alone && !matches!(version.form, Form::Cross) {
                version.rows.splice(0..0, absent.into_iter().take(1));
            }
        }
    }
}

/// Whether a cell asks for all that another asks for.
fn is_wider(wide: &Cell, own: &Cell) -> bool {
    match (wide, own) {
        (Cell::Any, _) => true,
        (Cell::Starts(start), Cell::Values(values)) => {
            values.iter().all(|value| matches!(value, Lit::Text(text) if text.starts_with(start.as_str())))
        }
        _ => wide == own,
    }
}

/// Bands that run to the next one, written with both their ends.
fn closed(cells: Vec<Cell>) -> Vec<Cell> {
    let bands = cells.clone();
    let ends = cells.into_iter().enumerate().map(|(at, cell)| match cell {
        Cell::Band(Some(lower), None) => {
            let next = bands.get(at + 1).and_then(|next| match next {
                Cell::Band(Some((bound, included)), _) => Some((bound.clone(), !included)),
                _ => None,
            });
            Cell::Band(Some(lower), next)
        }
        Cell::Band(None, Some(upper)) => {
            let before = at.checked_sub(1).and_then(|at| match &bands[at] {
                Cell::Band(_, Some((bound, included))) => Some((bound.clone(), !included)),
                _ => None,
            });
            Cell::Band(before, Some(upper))
        }
        cell => cell,
    });
    ends.collect()
}
