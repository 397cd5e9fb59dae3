//! What a step met on the way to its amount: rows of tables, tiers, units, groups of lines.

use super::code::{Node, Reading};
use super::run::Scope;
use super::table::Found;
use super::tier::Asked;
use crate::ir::{Name, Ty, Value};
use crate::value::Exact;

/// A table or a tier scheme that an expression met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// A row of a table.
    Row {
        /// The table's position in the book.
        table: u32,
        /// The version.
        version: usize,
        /// The row, or `Otherwise`.
        found: Found,
        /// The column.
        column: u16,
    },
    /// Rows of a table that together make a value.
    Rows {
        /// The table's position in the book.
        table: u32,
        /// The version.
        version: usize,
        /// The rows, in their order.
        rows: Vec<u32>,
        /// The column.
        column: u16,
        /// What they come to.
        value: Value,
    },
    /// Units that a claim took.
    Units {
        /// How often.
        times: Exact,
        /// How many became cheaper in all.
        units: Exact,
        /// What was taken off, and how often running so much.
        amounts: Vec<(Exact, Exact)>,
    },
    /// What a step did to a group of lines.
    Group {
        /// What its lines have in common.
        of: GroupOf,
        /// How many lines it has.
        lines: usize,
        /// What the step adds to its price.
        amount: Exact,
        /// What the amount read, as far as it is known.
        reads: Vec<ReadThen>,
        /// The tables, tiers and units that its amount met.
        notes: Vec<Note>,
    },
    /// What was read then, and is another figure when the quote is done.
    Then(Vec<ReadThen>),
    /// A tier scheme.
    Tiers {
        /// The scheme's position in the book.
        tiers: u32,
        /// What it was asked.
        asked: Asked,
        /// What it gave.
        value: Value,
    },
}

/// What the lines of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupOf {
    /// The line at this position, or that its lines are pieces of.
    Line(usize),
    /// The product at this position of the book.
    Product(u32),
    /// A value of this type.
    Value(Value, Ty),
}

/// What was read when a step was worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadThen {
    /// As written.
    pub text: Name,
    /// What it was.
    pub value: Value,
    /// Its type.
    pub ty: Ty,
    /// How many elements it comes of, where that is told.
    pub over: Option<u64>,
}

impl Reading {
    /// Whether it may be told how many elements it comes of.
    pub(super) fn may_come_of_elements(&self) -> bool {
        matches!(&self.code.node, Node::Aggregate(own) if own.tells_how_many())
    }
}

impl Scope<'_> {
    /// What readings are now; those that are not known are left out.
    pub(super) fn told<'r>(&self, readings: impl Iterator<Item = &'r Reading>) -> Vec<ReadThen> {
        let read = |reading: &Reading| {
            let value = self.value(&reading.code).ok()?;
            let over = self.over(reading);
            Some(ReadThen { text: reading.text.clone(), value, ty: reading.ty.clone(), over })
        };
        readings.filter_map(read).collect()
    }

    /// How many elements a reading comes of: elements of a list, rows of a table.
    pub(super) fn over(&self, reading: &Reading) -> Option<u64> {
        match &reading.code.node {
            Node::Aggregate(own) if reading.may_come_of_elements() => self.counted(own, reading.code.span),
            _ => None,
        }
    }
}
