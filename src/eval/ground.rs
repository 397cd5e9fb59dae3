//! What a waterfall stands on, and what it gives to the steps.

use std::cell::RefCell;

use super::fault::Gap;
use super::layout::Cell;
use super::note::Note;
use super::run::Scope;
use super::step::{Change, Condition, Step};
use super::walk::{Reason, Verdict, Walk};
use crate::source::Span;
use crate::value::Exact;

/// What a waterfall stands on: a line, or the quote with its lines.
pub(super) trait Ground<'p> {
    /// What expressions see.
    fn scope<'s>(&'s self, notes: Option<&'s RefCell<Vec<Note>>>) -> Scope<'s>;

    /// What formulas meet and read is kept.
    fn explains(&self) -> bool;

    /// Keeps a figure.
    fn set(&mut self, slot: u32, cell: Cell);

    /// Keeps the running price.
    fn set_running(&mut self, cell: Cell);

    /// Prepares for a change: which lines it reaches.
    fn enter(&mut self, change: &'p Change) -> Result<Entered, Gap>;

    /// Brings an effect to the lines that were entered, or to all.
    fn reach(&mut self, change: Option<&'p Change>, effect: Exact, span: Span) -> Result<Reach, Gap>;

    /// The price of the lines for which a condition holds.
    fn enter_lines(&mut self, _condition: &'p Condition, _span: Span) -> Result<Entered, Gap> {
        Ok(Entered::Reaches(None))
    }

    /// Keeps what the book adds as a line of its own.
    fn charge(&mut self, _step: &'p Step, _amount: &Exact) {}

    /// What a change would do that is worked out for each group of lines. Only a quote has lines.
    fn judge_groups(
        _walk: &mut Walk<'_, 'p, Self>,
        verdict: Verdict<'p>,
        _change: &'p Change,
        _takes: bool,
    ) -> Result<Verdict<'p>, Gap>
    where
        Self: Sized,
    {
        Ok(verdict)
    }

    /// What the steps of `claims` would do. Only a quote has units that they could take.
    fn judge_claims(_walk: &mut Walk<'_, 'p, Self>, _steps: &'p [Step]) -> Result<Vec<Verdict<'p>>, Gap>
    where
        Self: Sized,
    {
        Ok(Vec::new())
    }

    /// Makes the shares of a step count.
    fn share(&mut self, step: &'p Step, read: Option<&Exact>, shares: &[(usize, Exact)]) -> Result<(), Gap>;
}

/// Whom a change reaches.
pub(super) enum Entered {
    /// Somebody; the running price that the amount reads, where it is another one.
    Reaches(Option<Exact>),
    /// Nobody.
    Nobody,
}

/// What a step that was worked out outside of the walk does.
pub(super) struct Settled {
    pub skipped: Option<Reason>,
    pub effect: Exact,
    pub figure: Exact,
    pub read: Exact,
    pub shares: Vec<(usize, Exact)>,
    pub notes: Vec<Note>,
}

/// What became of an effect.
pub(super) struct Reach {
    /// What it adds to the price.
    pub effect: Exact,
    /// The lines' shares of it.
    pub shares: Vec<(usize, Exact)>,
    /// What could not be brought to any line.
    pub left_over: Exact,
    /// It takes more off the lines than there is, which is wrong if it counts.
    pub overdrawn: Option<Gap>,
}

impl Reach {
    /// An effect that needs no lines.
    pub fn whole(effect: Exact) -> Reach {
        Reach { effect, shares: Vec::new(), left_over: Exact::ZERO, overdrawn: None }
    }
}
