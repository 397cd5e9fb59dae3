//! A program: what it reads, for which days it holds, and how it runs.

use std::fmt;

use super::block::{Answer, Block, Out, Scratch};
use super::port::Port;
use crate::eval::{Field, Plan};
use crate::ir::Period;
use crate::source::Span;
use crate::value::Date;

/// A product of a book, ready to be priced row by row.
#[derive(Clone, Debug)]
pub struct Program {
    period: Period,
    ports: Vec<Port>,
}

/// Why a product cannot be priced in columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// What stands in the way, in a few words.
    pub what: String,
    /// Where it stands, if at one place.
    pub span: Option<Span>,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.what)
    }
}

impl Program {
    /// The program of a product (by its position in the book) for quotes of one line on a day, in a currency (by
    /// its position in the book), with a column for each field.
    ///
    /// # Errors
    ///
    /// What the columns cannot do at all; all rows are then the evaluator's.
    pub fn new(
        plan: &Plan,
        product: u32,
        day: Date,
        currency: u16,
        fields: &[Field],
    ) -> Result<Program, Unsupported> {
        let _ = (plan, product, day, currency, fields);
        Err(Unsupported { what: "nothing is priced in columns yet".into(), span: None })
    }

    /// The days on which it holds.
    pub fn period(&self) -> &Period {
        &self.period
    }

    /// What it reads.
    pub fn inputs(&self) -> &[Port] {
        &self.ports
    }

    /// Works out all rows of a block.
    pub fn run<'a>(&'a self, block: &Block, scratch: &'a mut Scratch) -> Answer<'a> {
        scratch.deferred.clear();
        scratch.deferred.resize(block.len(), true);
        Answer { program: self, scratch }
    }

    /// A column of an answer.
    pub(super) fn out<'a>(&'a self, _field: usize, _scratch: &'a Scratch) -> Option<Out<'a>> {
        None
    }
}
