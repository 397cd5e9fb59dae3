//! A table as bitsets of rows: which rows are alive, and which values they still support.

use std::borrow::Cow;

use super::super::problem::{Cell, Table, Var};
use super::super::values::ValueSet;
use super::kernel::{Kernel, bits, word};
use super::lists::Lists;
use super::mix::{self, Key, KeyMap};
use super::simplify::{narrower, row_key};

/// A table in the state of propagation.
#[derive(Clone, Debug, Default)]
pub(super) struct Compact {
    /// The variables, one a column.
    pub(super) vars: Vec<u32>,
    /// The columns.
    pub(super) columns: Vec<Column>,
    /// How many rows there are.
    pub(super) rows: u32,
    /// Whether each cell is one value, and no row stands twice.
    pub(super) ground: bool,
    /// The first of the cells that hold a bit a row: alive or not.
    alive: u32,
    /// The cell that holds how many words of `order` have rows alive.
    limit: u32,
    /// The words of `alive`; those with rows alive stand first.
    order: Vec<u32>,
}

/// A column of a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    /// What each row says; [`Column::MANY`] where it is more than one value.
    cells: Vec<u32>,
    /// The values of the rows whose cell is more than one, in the order of the rows.
    sets: Vec<(u32, ValueSet)>,
    /// The rows of each value, as bits, or
    masks: Vec<u64>,
    /// as numbers, where bits would be many more.
    lists: Lists,
    /// What stands for each value in keys of rows.
    keys: Vec<Key>,
    /// Whether each cell is one value.
    single: bool,
    /// A word of rows in which each value was last seen alive.
    witness: Vec<u32>,
    /// The first of the cells that hold the domain as it was when the rows were last looked through.
    seen: u32,
    /// The cell that holds how many values that domain had.
    seen_left: u32,
}

impl Column {
    const MANY: u32 = u32::MAX;

    fn new(var: u32, cells: Vec<u32>, sets: Vec<(u32, ValueSet)>, values: u32) -> Column {
        let words = cells.len().div_ceil(64);
        let mut column = Column { single: sets.is_empty(), cells, sets, ..Column::default() };
        column.witness = vec![0; values as usize];
        column.keys = (0..values).map(|value| mix::key(u64::from(var) | 1 << 40, u64::from(value))).collect();
        if column.single && (values as usize).saturating_mul(words) > 2 * column.cells.len() + 1024 {
            let pairs: Vec<_> = column.cells.iter().zip(0..).map(|(value, row)| (*value, row)).collect();
            column.lists = Lists::new(values as usize, &pairs);
            return column;
        }
        column.masks = vec![0; values as usize * words];
        let mut alive = |value: u32, row: u32| {
            column.masks[value as usize * words + row as usize / 64] |= 1 << (row % 64);
        };
        for (value, row) in column.cells.iter().zip(0..) {
            if *value != Column::MANY {
                alive(*value, row);
            }
        }
        for (row, set) in &column.sets {
            set.iter().for_each(|value| alive(value, *row));
        }
        column
    }

    /// The one value of a row, if it has one value only.
    pub(super) fn cell(&self, row: u32) -> u32 {
        self.cells[row as usize]
    }

    /// What stands for a value in keys of rows.
    pub(super) fn key(&self, value: u32) -> Key {
        self.keys.get(value as usize).copied().unwrap_or(0)
    }

    /// The values of a row that has several.
    pub(super) fn set(&self, row: u32) -> Option<&ValueSet> {
        let at = self.sets.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        Some(&self.sets[at].1)
    }

    fn mask(&self, value: u32, words: usize) -> &[u64] {
        &self.masks[value as usize * words..][..words]
    }
}

impl Compact {
    /// Reads a table. Nothing when it has no row within the domains.
    pub(super) fn new(table: &Table, domains: &[ValueSet], state: &mut Vec<u64>) -> Option<Compact> {
        let rows = rows(table, domains);
        if rows.is_empty() {
            return None;
        }
        let vars: Vec<u32> = table.vars.iter().map(|var| var.0).collect();
        let mut compact = Compact { rows: rows.len() as u32, vars, ground: true, ..Compact::default() };
        for (at, var) in compact.vars.iter().enumerate() {
            let values = domains[*var as usize].iter().last().map_or(0, |last| last + 1);
            let mut sets = Vec::new();
            let cells = rows.iter().zip(0..).map(|(row, number)| match &row[at] {
                Cell::One(value) => *value,
                Cell::Set(set) => {
                    sets.push((number, set.clone()));
                    Column::MANY
                }
                Cell::Any => {
                    sets.push((number, domains[*var as usize].clone()));
                    Column::MANY
                }
            });
            let cells = cells.collect();
            let mut column = Column::new(*var, cells, sets, values);
            compact.ground &= column.single;
            column.seen = state.len() as u32;
            state.extend((0..values.div_ceil(64)).map(|at| word(&domains[*var as usize], at)));
            column.seen_left = state.len() as u32;
            state.push(u64::from(domains[*var as usize].len()));
            compact.columns.push(column);
        }
        let words = rows.len().div_ceil(64);
        compact.alive = state.len() as u32;
        state.extend(
            (0..words).map(|at| if (at + 1) * 64 <= rows.len() { !0 } else { (1 << (rows.len() % 64)) - 1 }),
        );
        compact.limit = state.len() as u32;
        state.push(words as u64);
        compact.order = (0..words as u32).collect();
        Some(compact)
    }

    fn words(&self) -> usize {
        (self.rows as usize).div_ceil(64)
    }

    /// The words that have rows alive.
    fn active(&self, kernel: &Kernel) -> &[u32] {
        &self.order[..kernel.cells[self.limit as usize] as usize]
    }

    /// The rows alive, in no order, in words: the number of the first row, and a bit a row.
    pub(super) fn alive<'k>(&'k self, kernel: &'k Kernel) -> impl Iterator<Item = (u32, u64)> + 'k {
        let alive = self.alive as usize;
        self.active(kernel).iter().map(move |at| (*at * 64, kernel.cells[alive + *at as usize]))
    }

    /// Brings the rows up to date with the domains, and the domains with the rows. The first time, a value may
    /// have no row without any row having been lost.
    pub(super) fn revise(&mut self, kernel: &mut Kernel, first_time: bool) -> bool {
        let mut changed = first_time;
        for at in 0..self.columns.len() {
            changed |= self.lose_rows(at, kernel);
            if kernel.cells[self.limit as usize] == 0 {
                return false;
            }
        }
        !changed || (0..self.columns.len()).all(|at| self.lose_values(at, kernel))
    }

    /// Takes out the rows whose value in a column is gone; whether any was.
    fn lose_rows(&mut self, at: usize, kernel: &mut Kernel) -> bool {
        let column = &self.columns[at];
        let var = self.vars[at];
        let left = kernel.left(var);
        let before = kernel.cells[column.seen_left as usize];
        if u64::from(left) == before {
            return false;
        }
        let words = self.words();
        let by_loss = column.single && before - u64::from(left) < u64::from(left);
        let mut mask = std::mem::take(&mut kernel.mask);
        mask.clear();
        mask.resize(words, 0);
        let active = kernel.cells[self.limit as usize];
        let seen = column.seen as usize;
        let mut looked = 0;
        for (word, now) in kernel.domain(var).iter().enumerate() {
            let values = if by_loss { kernel.cells[seen + word] & !now } else { *now };
            for value in bits(&[values]) {
                let value = word as u32 * 64 + value;
                looked += active;
                if column.masks.is_empty() {
                    column.lists.of(value).iter().for_each(|row| mask[*row as usize / 64] |= 1 << (row % 64));
                } else {
                    let rows = column.mask(value, words);
                    self.active(kernel).iter().for_each(|at| mask[*at as usize] |= rows[*at as usize]);
                }
            }
        }
        kernel.steps += looked;
        if by_loss {
            mask.iter_mut().for_each(|word| *word = !*word);
        }
        self.has_seen(at, kernel);
        let changed = self.leave(&mask, kernel);
        kernel.mask = mask;
        changed
    }

    /// Leaves the rows of a mask alive; whether there were others.
    fn leave(&mut self, mask: &[u64], kernel: &mut Kernel) -> bool {
        let mut limit = kernel.cells[self.limit as usize] as usize;
        kernel.steps += limit as u64;
        let mut changed = false;
        for at in (0..limit).rev() {
            let word = self.order[at];
            let old = kernel.cells[(self.alive + word) as usize];
            let new = old & mask[word as usize];
            if new != old {
                changed = true;
                kernel.set(self.alive + word, new);
                if new == 0 {
                    limit -= 1;
                    self.order.swap(at, limit);
                }
            }
        }
        kernel.set(self.limit, limit as u64);
        changed
    }

    fn has_seen(&self, at: usize, kernel: &mut Kernel) {
        let (column, var) = (&self.columns[at], self.vars[at]);
        for word in 0..kernel.domain(var).len() {
            let now = kernel.domain(var)[word];
            kernel.set(column.seen + word as u32, now);
        }
        kernel.set(column.seen_left, u64::from(kernel.left(var)));
    }

    /// Takes from the variable of a column the values that no row alive has.
    fn lose_values(&mut self, at: usize, kernel: &mut Kernel) -> bool {
        let var = self.vars[at];
        if kernel.left(var) == 1 {
            return true;
        }
        let mut kept: smallvec::SmallVec<[u64; 4]> = kernel.domain(var).into();
        let mut lost = false;
        for word in 0..kept.len() {
            for bit in bits(&[kept[word]]) {
                if !self.supports(at, word as u32 * 64 + bit, kernel) {
                    kept[word] &= !(1 << bit);
                    lost = true;
                }
            }
        }
        if lost {
            if !kernel.keep(var, &kept) {
                return false;
            }
            self.has_seen(at, kernel);
        }
        true
    }

    /// Whether a row alive has a value in a column.
    fn supports(&mut self, at: usize, value: u32, kernel: &mut Kernel) -> bool {
        kernel.steps += 1;
        let alive = self.alive as usize;
        let column = &self.columns[at];
        if column.masks.is_empty() {
            let is_alive = |row: u32| kernel.cells[alive + row as usize / 64] >> (row % 64) & 1 == 1;
            let rows = column.lists.of(value);
            let witness = column.witness[value as usize] as usize;
            let found = rows.get(witness).is_some_and(|row| is_alive(*row));
            let next = if found { Some(witness) } else { rows.iter().position(|row| is_alive(*row)) };
            let Some(next) = next else { return false };
            self.columns[at].witness[value as usize] = next as u32;
            return true;
        }
        let rows = column.mask(value, self.words());
        let meets = |word: u32| rows[word as usize] & kernel.cells[alive + word as usize] != 0;
        let witness = column.witness[value as usize];
        let active = self.active(kernel);
        let next =
            if meets(witness) { Some(witness) } else { active.iter().copied().find(|word| meets(*word)) };
        let searched = active.len() as u64;
        let Some(next) = next else {
            kernel.steps += searched;
            return false;
        };
        self.columns[at].witness[value as usize] = next;
        true
    }
}

/// The rows within the domains, each cell as narrow as it can be, none twice.
fn rows<'t>(table: &'t Table, domains: &[ValueSet]) -> Vec<Cow<'t, [Cell]>> {
    let mut seen: KeyMap<()> = KeyMap::default();
    let domain = |var: &Var| &domains[var.0 as usize];
    let within = |(cell, var): (&Cell, &Var)| matches!(cell, Cell::One(value) if domain(var).has(*value));
    let row = |row: &'t Vec<Cell>| -> Option<Cow<'t, [Cell]>> {
        if row.iter().zip(&table.vars).all(within) {
            return Some(Cow::Borrowed(row));
        }
        let cells = row.iter().zip(&table.vars).map(|(cell, var)| narrower(cell, domain(var)));
        cells.collect::<Option<Vec<Cell>>>().map(Cow::Owned)
    };
    let rows = table.rows.iter().filter_map(row);
    rows.filter(|row| seen.insert(row_key(row), ()).is_none()).collect()
}
