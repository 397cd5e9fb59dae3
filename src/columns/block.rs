//! The rows that a program runs over, and what comes of them.

use super::execute::{CHUNK, Registers};
use super::op::Store;
use super::program::Program;
use crate::ir::Name;

/// Rows of inputs, one lane a port of the program.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The values, lane by lane. What stands in a row that is not given counts for nothing.
    pub lanes: Vec<Vec<i64>>,
    /// Whether the row gives a value, lane by lane.
    pub given: Vec<Vec<bool>>,
    /// Rows that the program need not do.
    pub deferred: Vec<bool>,
    len: usize,
}

impl Block {
    /// A block without rows, with room for so many.
    pub fn new(program: &Program, capacity: usize) -> Block {
        let ports = program.inputs().len();
        Block {
            lanes: (0..ports).map(|_| Vec::with_capacity(capacity)).collect(),
            given: (0..ports).map(|_| Vec::with_capacity(capacity)).collect(),
            deferred: Vec::with_capacity(capacity),
            len: 0,
        }
    }

    /// So many rows, in which nothing is given and nothing deferred.
    pub fn reset(&mut self, len: usize) {
        self.len = len;
        for lane in &mut self.lanes {
            lane.clear();
            lane.resize(len, 0);
        }
        for given in &mut self.given {
            given.clear();
            given.resize(len, false);
        }
        self.deferred.clear();
        self.deferred.resize(len, false);
    }

    /// Adds a row in which nothing is given, and says which it is.
    pub fn push(&mut self) -> usize {
        self.lanes.iter_mut().for_each(|lane| lane.push(0));
        self.given.iter_mut().for_each(|given| given.push(false));
        self.deferred.push(false);
        self.len += 1;
        self.len - 1
    }

    /// Puts a value into a row; out of bounds nothing happens.
    pub fn set(&mut self, port: usize, row: usize, value: i64) {
        let lane = self.lanes.get_mut(port).and_then(|lane| lane.get_mut(row));
        let given = self.given.get_mut(port).and_then(|given| given.get_mut(row));
        if let (Some(lane), Some(given)) = (lane, given) {
            (*lane, *given) = (value, true);
        }
    }

    /// A lane to be filled: the values, whether the rows give them, and which rows are deferred. Nothing for a port
    /// that there is not.
    pub fn lane(&mut self, port: usize) -> Option<(&mut [i64], &mut [bool], &mut [bool])> {
        let (lane, given) = (self.lanes.get_mut(port)?, self.given.get_mut(port)?);
        Some((lane, given, &mut self.deferred))
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Room that runs use again and again.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    pub(super) deferred: Vec<bool>,
    pub(super) columns: Vec<Column>,
    /// For single rows.
    pub(super) single: Registers<1>,
    /// For many.
    pub(super) chunk: Registers<CHUNK>,
}

/// A column of an answer, of which a field fills what it needs.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    pub values: Vec<i64>,
    pub flags: Vec<bool>,
    pub bits: Vec<u64>,
    pub known: Vec<bool>,
}

impl Column {
    /// Makes room for so many rows.
    pub fn resize(&mut self, store: &Store, len: usize) {
        match store {
            Store::Id | Store::Nothing | Store::Test { .. } => return,
            Store::Number { .. } | Store::Choice { .. } | Store::Input { .. } => fit(&mut self.values, len),
            Store::Flag { .. } => fit(&mut self.flags, len),
            Store::Names { .. } => return fit(&mut self.bits, len),
        }
        fit(&mut self.known, len);
    }
}

/// Makes a column as long as a block, which it nearly always is.
#[inline]
fn fit<T: Clone + Default>(column: &mut Vec<T>, len: usize) {
    if column.len() != len {
        column.resize(len, T::default());
    }
}

/// What came of a block.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    pub(super) program: &'a Program,
    pub(super) scratch: &'a Scratch,
}

/// A column of an answer, one value a row. What stands in deferred rows means nothing.
#[derive(Clone, Copy, Debug)]
pub enum Out<'a> {
    /// Numbers times 10^scale.
    Number {
        /// How many decimal places there are.
        scale: u8,
        /// The numbers.
        values: &'a [i64],
        /// Rows that have one; none where all have.
        known: Option<&'a [bool]>,
    },
    /// True or false.
    Flag {
        /// The truths.
        values: &'a [bool],
        /// Rows that have one; none where all have.
        known: Option<&'a [bool]>,
    },
    /// Names out of a list, in its order: bit n of a row for name n. A name can stand in the list twice.
    Names {
        /// The names.
        of: &'a [Name],
        /// One set a row.
        bits: &'a [u64],
    },
    /// One of a list of names.
    Choice {
        /// The names.
        of: &'a [Name],
        /// Positions in the list, one a row.
        values: &'a [i64],
        /// Rows that have one; none where all have.
        known: Option<&'a [bool]>,
    },
    /// A value that stands as it came in the lane of a port.
    Input {
        /// The port.
        port: usize,
        /// One a row.
        values: &'a [i64],
        /// Rows that have one; none where all have.
        known: Option<&'a [bool]>,
    },
    /// Filled in by who runs the program: the request's id.
    Id,
    /// No quote of this product has it.
    Nothing,
}

impl<'a> Answer<'a> {
    /// Rows that the evaluator must do.
    pub fn deferred(&self) -> &'a [bool] {
        &self.scratch.deferred
    }

    /// The column of a field, by its position; none where there is no such field.
    pub fn column(&self, field: usize) -> Option<Out<'a>> {
        self.program.out(field, self.scratch)
    }
}
