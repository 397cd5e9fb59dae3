//! What is left of a part once what it says outright has been drawn: narrower domains, fewer literals and rows.

use std::collections::HashSet;

use smallvec::SmallVec;

use super::super::problem::{Cell, Literal, Row, Table, Var};
use super::super::values::ValueSet;
use super::kernel::{Kernel, Part};
use super::mix::{self, Key, KeyMap};
use super::residue::Residues;

/// Cells that a table may have when each of its rows of several values is written as rows of one.
const MOST_CELLS: u64 = 200_000;

impl Part {
    /// The same part of the same variables, simpler. Nothing when propagation finds that it has no solution.
    pub(super) fn simplified(&self) -> Option<Part> {
        let mut kernel = Kernel::new(self)?;
        let domains: Vec<ValueSet> = (0..kernel.len() as u32).map(|var| kernel.values(var)).collect();
        let clauses = self.clauses.iter().filter_map(|clause| simpler_clause(clause, &domains));
        let mut clauses: Vec<Vec<Literal>> = clauses.collect();
        clauses.sort_unstable_by(|one, other| {
            let key = |clause: &Vec<Literal>| clause.iter().map(|literal| literal.var).collect::<Vec<_>>();
            key(one).cmp(&key(other))
        });
        let mut seen = HashSet::new();
        clauses.retain(|clause| seen.insert(clause.clone()));
        let mut residues = Residues::default();
        let mut tables = Vec::new();
        for (at, table) in self.tables.iter().enumerate() {
            let residue = residues.of(at as u32, &mut kernel);
            let vars = &residues.get(residue).vars;
            if !vars.is_empty() {
                tables.push(simpler_table(table, vars, &domains));
            }
        }
        Some(Part { domains, clauses, tables })
    }
}

/// What is left of a clause; nothing where it holds.
pub(super) fn simpler_clause(clause: &[Literal], domains: &[ValueSet]) -> Option<Vec<Literal>> {
    let mut literals: Vec<Literal> = Vec::with_capacity(clause.len());
    for literal in clause {
        let domain = &domains[literal.var.0 as usize];
        let values = literal.values.and(domain);
        if values == *domain {
            return None;
        }
        if values.is_empty() {
            continue;
        }
        match literals.iter_mut().find(|other| other.var == literal.var) {
            None => literals.push(Literal::new(literal.var, values)),
            Some(other) => {
                other.values = other.values.or(&values);
                if other.values == *domain {
                    return None;
                }
            }
        }
    }
    literals.sort_unstable_by_key(|literal| literal.var);
    Some(literals)
}

/// What is left of a table between the variables that matter.
fn simpler_table(table: &Table, vars: &[u32], domains: &[ValueSet]) -> Table {
    let columns: Vec<usize> = (0..table.vars.len()).filter(|at| vars.contains(&table.vars[*at].0)).collect();
    let idle: Vec<usize> = (0..table.vars.len()).filter(|at| !columns.contains(at)).collect();
    let mut seen: KeyMap<()> = KeyMap::default();
    let mut rows = Vec::new();
    for row in &table.rows {
        let lives = |at: &usize| domains[table.vars[*at].0 as usize].iter().any(|value| row[*at].has(value));
        if !idle.iter().all(lives) {
            continue;
        }
        let cells = columns.iter().map(|at| narrower(&row[*at], &domains[table.vars[*at].0 as usize]));
        if let Some(cells) = cells.collect::<Option<Row>>()
            && seen.insert(row_key(&cells), ()).is_none()
        {
            rows.push(cells);
        }
    }
    let vars: Vec<Var> = columns.iter().map(|at| table.vars[*at]).collect();
    let sizes: Vec<u64> = vars.iter().map(|var| u64::from(domains[var.0 as usize].len())).collect();
    let ground = |row: &Row| {
        let sizes = row.iter().zip(&sizes).map(|(cell, size)| match cell {
            Cell::Any => *size,
            Cell::One(_) => 1,
            Cell::Set(set) => u64::from(set.len()),
        });
        sizes.fold(1, u64::saturating_mul)
    };
    let cells = rows.iter().map(ground).fold(0, u64::saturating_add).saturating_mul(vars.len() as u64);
    let broad = rows.iter().flatten().any(|cell| !matches!(cell, Cell::One(_)));
    if broad && cells <= MOST_CELLS {
        rows = expanded(&rows, &vars, domains);
    }
    Table { vars, rows }
}

/// A cell within a domain; nothing where they share no value.
pub(super) fn narrower(cell: &Cell, domain: &ValueSet) -> Option<Cell> {
    let set = match cell {
        Cell::One(value) => return domain.has(*value).then(|| cell.clone()),
        Cell::Any => domain.clone(),
        Cell::Set(set) => set.and(domain),
    };
    match set.only() {
        Some(one) => Some(Cell::One(one)),
        None if set.is_empty() => None,
        None if set == *domain => Some(Cell::Any),
        None => Some(Cell::Set(set)),
    }
}

/// What stands for a row.
pub(super) fn row_key(row: &[Cell]) -> Key {
    row.iter().zip(0_u64..).fold(0, |key: Key, (cell, at)| {
        let place = at << 32;
        key.wrapping_add(match cell {
            Cell::Any => mix::key(place, u64::MAX),
            Cell::One(value) => mix::key(place | 1, u64::from(*value)),
            Cell::Set(set) => {
                let words = set.words().iter().zip(2_u64..);
                words.fold(0, |key: Key, (word, nth)| key.wrapping_add(mix::key(place | nth, *word)))
            }
        })
    })
}

/// Rows of one value a cell, none twice.
fn expanded(rows: &[Row], vars: &[Var], domains: &[ValueSet]) -> Vec<Row> {
    let mut seen: KeyMap<()> = KeyMap::default();
    let mut all = Vec::new();
    for row in rows {
        let values = row.iter().zip(vars).map(|(cell, var)| -> SmallVec<[u32; 8]> {
            match cell {
                Cell::Any => domains[var.0 as usize].iter().collect(),
                Cell::One(value) => SmallVec::from_slice(&[*value]),
                Cell::Set(set) => set.iter().collect(),
            }
        });
        let values: SmallVec<[SmallVec<[u32; 8]>; 6]> = values.collect();
        let count: usize = values.iter().map(|values| values.len()).product();
        for nth in 0..count {
            let mut rest = nth;
            let cells = values.iter().map(|values| {
                let value = values[rest % values.len()];
                rest /= values.len();
                Cell::One(value)
            });
            let cells: Row = cells.collect();
            if seen.insert(row_key(&cells), ()).is_none() {
                all.push(cells);
            }
        }
    }
    all
}
