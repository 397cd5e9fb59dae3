//! What is left of a table: which of its columns still matter, and a key for the relation between them.
//!
//! Two states of a table, or of two tables, that allow the same combinations of the variables still open have
//! the same key, however they came about. A relation that allows every combination matters no more, and neither
//! does a column whose every value goes with the same rows, so that what hung together falls apart.

use std::collections::HashSet;

use smallvec::SmallVec;

use super::compact::Compact;
use super::kernel::{Kernel, bits, word};
use super::mix::{self, Key, KeyMap};

/// What is left of a table.
#[derive(Debug, Default)]
pub(super) struct Residue {
    /// The variables between which it still rules; none, when it allows everything.
    pub(super) vars: SmallVec<[u32; 6]>,
    /// The relation between them.
    pub(super) key: Key,
}

/// The residues met so far.
#[derive(Debug, Default)]
pub(super) struct Residues {
    met: KeyMap<u32>,
    all: Vec<Residue>,
    rows: Vec<u32>,
    tally: Vec<(u32, Key)>,
}

impl Residues {
    /// What is left of a table.
    pub(super) fn of(&mut self, at: u32, kernel: &mut Kernel) -> u32 {
        let table = std::mem::take(&mut kernel.tables[at as usize]);
        let found = self.find(at, &table, kernel);
        kernel.tables[at as usize] = table;
        found
    }

    /// A residue by its number.
    pub(super) fn get(&self, number: u32) -> &Residue {
        &self.all[number as usize]
    }

    fn find(&mut self, at: u32, table: &Compact, kernel: &mut Kernel) -> u32 {
        let mut state = mix::key(u64::from(at), 0);
        let (mut rows, mut words) = (0u64, 0);
        for (first, alive) in table.alive(kernel) {
            state = state.wrapping_add(mix::key(u64::from(first) + 1, alive));
            rows += u64::from(alive.count_ones());
            words += 1;
        }
        kernel.steps += words;
        if !table.ground {
            let open = table.vars.iter().filter(|var| kernel.left(**var) > 1);
            state = open.fold(state, |state, var| state.wrapping_add(mix::wrap(kernel.key(*var), 1)));
        }
        if let Some(number) = self.met.get(&state) {
            return *number;
        }
        let open: SmallVec<[usize; 8]> =
            (0..table.vars.len()).filter(|column| kernel.left(table.vars[*column]) > 1).collect();
        let combinations = open.iter().map(|column| u64::from(kernel.left(table.vars[*column])));
        let residue = if open.len() < 2 || table.ground && rows == combinations.fold(1, u64::saturating_mul) {
            Residue::default()
        } else if table.ground {
            kernel.steps += 4 * rows * open.len() as u64;
            self.ground(table, &open, kernel)
        } else {
            kernel.steps += 4 * rows * open.len() as u64;
            self.broad(table, &open, kernel)
        };
        let number = self.all.len() as u32;
        self.all.push(residue);
        self.met.insert(state, number);
        number
    }

    fn collect(&mut self, table: &Compact, kernel: &Kernel) {
        self.rows.clear();
        for (first, alive) in table.alive(kernel) {
            self.rows.extend(bits(&[alive]).map(|bit| first + bit));
        }
    }

    /// What is left of a table each of whose rows is one combination.
    fn ground(&mut self, table: &Compact, open: &[usize], kernel: &Kernel) -> Residue {
        self.collect(table, kernel);
        let mut matter: SmallVec<[usize; 8]> = SmallVec::new();
        let mut idle: SmallVec<[(usize, u32); 8]> = SmallVec::new();
        for column in open {
            if self.goes_with_all(table, *column, open, kernel) {
                let first = bits(kernel.domain(table.vars[*column])).next().unwrap_or(0);
                idle.push((*column, first));
            } else {
                matter.push(*column);
            }
        }
        if matter.len() < 2 {
            return Residue::default();
        }
        let stands_for_others =
            |row: &&u32| idle.iter().all(|(column, first)| table.columns[*column].cell(**row) == *first);
        let key = self
            .rows
            .iter()
            .filter(stands_for_others)
            .fold(0, |key: Key, row| key.wrapping_add(mix::wrap(combination(table, &matter, *row), 2)));
        Residue { vars: matter.iter().map(|column| table.vars[*column]).collect(), key }
    }

    /// Whether each value of a column goes with the same rows of the others.
    fn goes_with_all(&mut self, table: &Compact, at: usize, open: &[usize], kernel: &Kernel) -> bool {
        let domain = kernel.domain(table.vars[at]);
        let column = &table.columns[at];
        self.tally.clear();
        self.tally.resize(domain.len() * 64, (0, 0));
        self.rows.iter().for_each(|row| self.tally[column.cell(*row) as usize].0 += 1);
        let mut counts = bits(domain).map(|value| self.tally[value as usize].0);
        let first = counts.next();
        if !counts.all(|count| Some(count) == first) {
            return false;
        }
        for row in &self.rows {
            let rest = combination(table, open, *row).wrapping_sub(column.key(column.cell(*row)));
            let sum = &mut self.tally[column.cell(*row) as usize].1;
            *sum = sum.wrapping_add(mix::wrap(rest, 2));
        }
        let mut sums = bits(domain).map(|value| self.tally[value as usize].1);
        let first = sums.next();
        sums.all(|sum| Some(sum) == first)
    }

    /// What is left of a table with cells of several values: columns that matter may be more than need be.
    fn broad(&mut self, table: &Compact, open: &[usize], kernel: &Kernel) -> Residue {
        self.collect(table, kernel);
        let mut matters: SmallVec<[bool; 8]> = SmallVec::from_elem(false, open.len());
        let mut rows: HashSet<Key> = HashSet::new();
        for row in &self.rows {
            let mut key: Key = 0;
            let mut narrow = false;
            for (matters, column) in matters.iter_mut().zip(open) {
                if let Some(cell) = narrow_cell(table, *column, *row, kernel) {
                    key = key.wrapping_add(cell);
                    *matters = true;
                    narrow = true;
                }
            }
            if !narrow {
                return Residue::default();
            }
            rows.insert(key);
        }
        let vars: SmallVec<[u32; 6]> = open
            .iter()
            .zip(&matters)
            .filter(|(_, matters)| **matters)
            .map(|(at, _)| table.vars[*at])
            .collect();
        if vars.len() < 2 {
            return Residue::default();
        }
        let key = rows.iter().fold(0, |key: Key, row| key.wrapping_add(mix::wrap(*row, 3)));
        Residue { vars, key }
    }

    /// Adds to the sign of each value of a variable what goes with it in a table: values of the same sign leave
    /// the same relation.
    pub(super) fn signs(&mut self, at: u32, var: u32, kernel: &mut Kernel, signs: &mut [Key]) {
        let table = std::mem::take(&mut kernel.tables[at as usize]);
        let others: SmallVec<[usize; 8]> = (0..table.vars.len())
            .filter(|column| table.vars[*column] != var && kernel.left(table.vars[*column]) > 1)
            .collect();
        self.collect(&table, kernel);
        kernel.steps += (self.rows.len() * (others.len() + 1)) as u64;
        if let Some(column) = table.vars.iter().position(|other| *other == var) {
            let column = &table.columns[column];
            for row in &self.rows {
                let rest = if table.ground {
                    combination(&table, &others, *row)
                } else {
                    let cells = others.iter().filter_map(|column| narrow_cell(&table, *column, *row, kernel));
                    cells.fold(0, Key::wrapping_add)
                };
                let sign = mix::wrap(rest, 4);
                match column.set(*row) {
                    None => add(signs, column.cell(*row), sign),
                    Some(set) => set.iter().for_each(|value| add(signs, value, sign)),
                }
            }
        }
        kernel.tables[at as usize] = table;
    }
}

fn add(signs: &mut [Key], value: u32, sign: Key) {
    if let Some(sum) = signs.get_mut(value as usize) {
        *sum = sum.wrapping_add(sign);
    }
}

/// The key of what a row says in some columns, where each cell is one value.
fn combination(table: &Compact, columns: &[usize], row: u32) -> Key {
    columns.iter().fold(0, |key: Key, at| {
        let column = &table.columns[*at];
        key.wrapping_add(column.key(column.cell(row)))
    })
}

/// The key of what a cell leaves of its variable's domain; nothing where it leaves all.
fn narrow_cell(table: &Compact, at: usize, row: u32, kernel: &Kernel) -> Option<Key> {
    let (column, var) = (&table.columns[at], table.vars[at]);
    match column.set(row) {
        None => Some(mix::wrap(column.key(column.cell(row)), 5)),
        Some(set) => {
            let domain = kernel.domain(var);
            let words = || domain.iter().enumerate().map(|(at, domain)| (at, domain & word(set, at as u32)));
            if words().all(|(at, left)| left == domain[at]) {
                return None;
            }
            let only = bits(&words().map(|(_, left)| left).collect::<SmallVec<[u64; 4]>>())
                .collect::<SmallVec<[u32; 4]>>();
            if let [only] = only.as_slice() {
                return Some(mix::wrap(column.key(*only), 5));
            }
            let facts = words().map(|(at, left)| mix::key(u64::from(var) | (at as u64) << 32, left));
            Some(mix::wrap(facts.fold(0, Key::wrapping_add), 6))
        }
    }
}
