//! A program: what it reads, for which days it holds, and how it runs.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::block::{Answer, Block, Column, Out, Scratch};
use super::compile::Compiler;
use super::emit::{Kept, emit};
use super::execute::CHUNK;
use super::op::{Code, Store};
use super::port::Port;
use super::record::Place;
use super::trace::Trace;
use crate::eval::{Field, Plan};
use crate::ir::{Level, Name, Period};
use crate::source::Span;
use crate::value::Date;

/// Up to so many rows are done one by one.
const FEW: usize = 6;

/// A product of a book, ready to be priced row by row.
#[derive(Clone, Debug)]
pub struct Program {
    period: Period,
    ports: Vec<Port>,
    code: Code,
    /// One for each field.
    reaches: Vec<Option<Reach>>,
    /// The steps of the waterfalls, if they are recorded.
    places: Vec<Place>,
}

/// How far the numbers of a column can go from zero in any row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// How far, in units of 10 to the power of minus `scale`.
    pub units: u64,
    /// How many decimal places there are.
    pub scale: u8,
}

/// Why a product cannot be priced in columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// What stands in the way, in a few words.
    pub what: String,
    /// Where it stands, if at one place.
    pub span: Option<Span>,
}

/// The steps of the waterfalls, in the order in which something is kept of them.
type Steps = Vec<(Level, Name)>;

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
        Program::make(plan, (product, day, currency), fields, false)
    }

    /// As [`Program::new`], with all steps of the waterfalls, for [`Program::record`].
    ///
    /// # Errors
    ///
    /// What the columns cannot do at all, or cannot tell step by step.
    pub fn with_steps(
        plan: &Plan,
        product: u32,
        day: Date,
        currency: u16,
        fields: &[Field],
    ) -> Result<Program, Unsupported> {
        Program::make(plan, (product, day, currency), fields, true)
    }

    fn make(
        plan: &Plan,
        which: (u32, Date, u16),
        fields: &[Field],
        with_steps: bool,
    ) -> Result<Program, Unsupported> {
        let mut words: Arc<[Name]> = Arc::from([]);
        loop {
            let mut compiler = Compiler::new(plan, which, Arc::clone(&words))?;
            compiler.trace = with_steps.then(Trace::default);
            let kept = Program::compile(&mut compiler, fields);
            if compiler.wanted.iter().any(|wanted| words.binary_search(wanted).is_err()) {
                // Texts are told apart once it is known which.
                let all: BTreeSet<Name> = compiler.wanted.into_iter().chain(words.iter().cloned()).collect();
                words = all.into_iter().collect();
                continue;
            }
            let (kept, steps) = kept?;
            let Compiler { mut graph, gates, defers, period, .. } = compiler;
            let reaches = kept.iter().take(fields.len()).map(|it| it.reach(&graph, &gates)).collect();
            let mut code = emit(&mut graph, &gates, &defers, &kept);
            let mut stores = code.stores.split_off(fields.len()).into_iter();
            let mut next = || stores.next().unwrap_or(Store::Nothing);
            let place = |(level, step)| Place::of(level, step, std::array::from_fn(|_| next()));
            let places = steps.into_iter().filter_map(place).collect();
            let ports = gates.into_iter().map(|gate| gate.port).collect();
            return Ok(Program { period, ports, code, reaches, places });
        }
    }

    /// What is kept: of the fields, and behind them of the steps.
    fn compile(compiler: &mut Compiler<'_>, fields: &[Field]) -> Result<(Vec<Kept>, Steps), Unsupported> {
        compiler.all_is_seen()?;
        compiler.inputs()?;
        compiler.entries(Level::Quote)?;
        compiler.configure()?;
        let violations = compiler.constraints()?;
        compiler.entries(Level::Line)?;
        compiler.waterfalls()?;
        let mut invalid = compiler.graph.known(false);
        for (_, violated) in &violations {
            invalid = compiler.graph.or(invalid, *violated);
        }
        compiler.quote(invalid)?;
        let rules = compiler.rules(violations, invalid)?;
        let mut kept = Vec::with_capacity(fields.len());
        for field in fields {
            kept.push(compiler.kept(field, &rules)?);
        }
        let mut steps = Steps::new();
        for (level, told) in compiler.trace.take().into_iter().flat_map(Trace::into_steps) {
            kept.extend(compiler.kept_told(&told)?);
            steps.push((level, told.step));
        }
        Ok((kept, steps))
    }

    pub(super) fn code(&self) -> &Code {
        &self.code
    }

    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// The days on which it holds.
    pub fn period(&self) -> &Period {
        &self.period
    }

    /// What it reads.
    pub fn inputs(&self) -> &[Port] {
        &self.ports
    }

    /// How far the numbers of a field's column can go from zero, also in rows that the evaluator does, as long as
    /// they are quotes of one line. None where that is not known, and of what is no number.
    pub fn reach(&self, field: usize) -> Option<Reach> {
        self.reaches.get(field).copied().flatten()
    }

    /// How many instructions a row takes.
    pub fn len(&self) -> usize {
        self.code.ops.len()
    }

    /// Whether a row takes no instruction.
    pub fn is_empty(&self) -> bool {
        self.code.ops.is_empty()
    }

    /// Works out all rows of a block.
    pub fn run<'a>(&'a self, block: &Block, scratch: &'a mut Scratch) -> Answer<'a> {
        let len = block.len();
        let Scratch { deferred, columns, single, chunk } = scratch;
        deferred.clear();
        deferred.extend((0..len).map(|row| block.deferred.get(row).copied().unwrap_or(true)));
        columns.resize_with(self.code.stores.len(), Column::default);
        for (store, column) in self.code.stores.iter().zip(columns.iter_mut()) {
            column.resize(store, len);
        }
        let chunked = if len % CHUNK > FEW { len } else { len - len % CHUNK };
        if chunked > 0 {
            chunk.prepare(&self.code);
        }
        for from in (0..chunked).step_by(CHUNK) {
            let rows = from..chunked.min(from + CHUNK);
            chunk.run(&self.code, block, rows, deferred, columns);
        }
        if chunked < len {
            single.prepare(&self.code);
        }
        for row in chunked..len {
            single.run(&self.code, block, row..row + 1, deferred, columns);
        }
        Answer { program: self, scratch }
    }

    /// A column of an answer.
    pub(super) fn out<'a>(&'a self, field: usize, scratch: &'a Scratch) -> Option<Out<'a>> {
        let (store, column) = (self.code.stores.get(field)?, scratch.columns.get(field)?);
        let values = column.values.as_slice();
        let of_known = |known: &Option<u32>| known.map(|_| column.known.as_slice());
        Some(match store {
            Store::Id => Out::Id,
            Store::Nothing | Store::Test { .. } => Out::Nothing,
            Store::Number { scale, known, .. } => {
                Out::Number { scale: *scale, values, known: of_known(known) }
            }
            Store::Flag { known, .. } => Out::Flag { values: &column.flags, known: of_known(known) },
            Store::Names { of, .. } => Out::Names { of, bits: &column.bits },
            Store::Choice { of, known, .. } => Out::Choice { of, values, known: of_known(known) },
            Store::Input { port, known, .. } => Out::Input { port: *port, values, known: of_known(known) },
        })
    }
}
