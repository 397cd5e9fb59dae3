//! What the steps of a product do, in the order in which the waterfalls of a quote tell it.

use super::compile::{Compiler, StepOut};
use super::emit::Kept;
use super::graph::{B, Bool};
use super::number::Num;
use super::program::Unsupported;
use crate::ir::{Level, Name};

/// The waterfalls of a unit, of the line and of the quote.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    levels: [Vec<Told>; 3],
}

/// What a waterfall tells of a step.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub step: Name,
    /// What it added to the price.
    pub amount: Num,
    /// The price after it.
    pub running: Num,
    /// What leaves the price as it is, and where there is something.
    pub contained: Option<(Num, B)>,
    pub bound: Option<(Num, B)>,
    pub applied: B,
    /// Where the waterfall has it at all.
    pub there: B,
}

/// How many things are kept of a step: amount, price after it, what it contains, bound, whether it applied.
pub(super) const KEPT: usize = 5;

impl Trace {
    fn level(&mut self, level: Level) -> &mut Vec<Told> {
        let [unit, line, quote] = &mut self.levels;
        match level {
            Level::Unit => unit,
            Level::Line => line,
            Level::Quote => quote,
        }
    }

    /// The steps of all waterfalls: of a unit, of the line, of the quote.
    pub fn into_steps(self) -> impl Iterator<Item = (Level, Told)> {
        let levels = [Level::Unit, Level::Line, Level::Quote].into_iter().zip(self.levels);
        levels.flat_map(|(level, told)| told.into_iter().map(move |told| (level, told)))
    }
}

impl Compiler<'_> {
    /// Adds what a waterfall tells next, if anybody asks for it.
    pub fn tell(&mut self, level: Level, told: Told) {
        if let Some(trace) = &mut self.trace {
            trace.level(level).push(told);
        }
    }

    /// The price that a waterfall starts with.
    pub fn tell_start(&mut self, level: Level, step: &str, amount: Num) {
        let there = self.graph.known(true);
        let step = step.into();
        let told =
            Told { step, amount, running: amount, contained: None, bound: None, applied: there, there };
        self.tell(level, told);
    }

    /// What a step of the quote did to the price of the line.
    pub fn tell_share(&mut self, step: &Name, out: StepOut) -> Result<(), Unsupported> {
        let Some(trace) = &mut self.trace else { return Ok(()) };
        let before = trace.level(Level::Line).last().map(|told| told.running);
        let before = before.unwrap_or_else(|| self.graph.zero());
        let running = self.graph.plus(before, out.amount)?;
        let StepOut { amount, applied, there, bound } = out;
        self.tell(
            Level::Line,
            Told { step: step.clone(), amount, running, contained: None, bound, applied, there },
        );
        Ok(())
    }

    /// How much a waterfall has told.
    pub fn told(&mut self, level: Level) -> usize {
        self.trace.as_mut().map_or(0, |trace| trace.level(level).len())
    }

    /// Says what the price was after each step that was told from a place on: a single one brought it to `after`,
    /// the members of a group one by one.
    pub fn ran(&mut self, level: Level, from: usize, before: Num, after: Num) -> Result<(), Unsupported> {
        let Some(trace) = &mut self.trace else { return Ok(()) };
        let mut running = before;
        let told = trace.level(level).get_mut(from..).unwrap_or_default();
        if let [only] = told {
            only.running = after;
            return Ok(());
        }
        for it in told {
            running = self.graph.plus(running, it.amount)?;
            it.running = running;
        }
        Ok(())
    }

    /// What is kept of a step, in the order of [`KEPT`].
    pub fn kept_told(&mut self, told: &Told) -> Result<[Kept; KEPT], Unsupported> {
        let there = self.unless_always(told.there);
        let within = |it: &mut Self, of: Option<(Num, B)>| match of {
            None => Ok(Kept::Nothing),
            Some((number, known)) => {
                let known = it.graph.and(known, told.there);
                let known = it.unless_always(known);
                it.kept_number(number, known)
            }
        };
        Ok([
            self.kept_number(told.amount, there)?,
            self.kept_number(told.running, there)?,
            within(self, told.contained)?,
            within(self, told.bound)?,
            match *self.graph.bool(told.applied) {
                Bool::CompareConst(op, of, against) => Kept::Test { op, of, against, known: there },
                _ => Kept::Flag { from: told.applied, known: there },
            },
        ])
    }
}
