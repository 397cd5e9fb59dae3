//! What an expression sees of other lines, and what has been worked out for all of them already.

use std::cell::{Cell as Counter, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use super::aggregate::AggregateCode;
use super::fault::{Gap, arithmetic, broken};
use super::layout::Cell;
use super::line::{LineRun, Standing};
use super::plan::ProductPlan;
use crate::ir::{AggregateKind, Builtin, Level, Place, Value};
use crate::source::{Span, limits};
use crate::value::Exact;

/// What stands around the line of an expression.
#[derive(Clone, Copy, Default)]
pub(super) struct Others<'a> {
    /// The lines that can be gone through.
    pub lines: Lines<'a>,
    /// What has been worked out before.
    pub memo: Option<&'a Memo>,
    /// The place of the line that asks, among all of the request; what the book adds stands behind them.
    pub asks: Option<usize>,
}

impl Others<'_> {
    /// The same, seen by the line of a place.
    pub(super) fn seen_by(self, at: usize) -> Self {
        Others { asks: Some(at), ..self }
    }
}

/// A line as it was when a stage was finished.
pub(super) struct Stood<'p> {
    /// Its place among all lines.
    pub at: usize,
    pub product: &'p ProductPlan,
    pub cells: Vec<Cell>,
}

/// The lines that can be gone through; those at fault are not among them.
#[derive(Clone, Copy, Default)]
pub(super) enum Lines<'a> {
    /// None are known here.
    #[default]
    Unknown,
    /// As they were when a stage was finished.
    Finished(&'a [Stood<'a>]),
    /// As they are.
    Runs(&'a [LineRun<'a>]),
    /// These of them, by their positions.
    Some(&'a [LineRun<'a>], &'a [usize]),
}

/// What is seen of a line.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    /// Its place among all lines.
    pub at: usize,
    pub product: &'a ProductPlan,
    cells: &'a [Cell],
}

impl<'a> Lines<'a> {
    /// Visits the lines in the order of the request, those before a place only if there is one.
    pub(super) fn for_each(
        &self,
        before: Option<usize>,
        visit: &mut dyn FnMut(Seen<'a>) -> Result<(), Gap>,
    ) -> Result<(), Gap> {
        let goes_on = |at: usize| before.is_none_or(|before| at < before);
        let seen = |at: usize, run: &'a LineRun<'a>| Seen { at, product: run.product, cells: &run.cells };
        match *self {
            Lines::Unknown => Ok(()),
            Lines::Finished(lines) => lines
                .iter()
                .take_while(|line| goes_on(line.at))
                .try_for_each(|Stood { at, product, cells }| visit(Seen { at: *at, product, cells })),
            Lines::Runs(runs) => {
                let runs = runs.iter().enumerate().take_while(|(at, _)| goes_on(*at));
                runs.filter(|(_, run)| run.counts()).try_for_each(|(at, run)| visit(seen(at, run)))
            }
            Lines::Some(runs, at) => {
                let at = at.iter().take_while(|at| goes_on(**at));
                at.filter_map(|at| Some((*at, runs.get(*at)?))).try_for_each(|(at, run)| visit(seen(at, run)))
            }
        }
    }
}

impl LineRun<'_> {
    /// Whether it is a line of the quote that is not at fault.
    pub(super) fn counts(&self) -> bool {
        self.standing == Standing::Line && self.faults.is_empty()
    }
}

impl Seen<'_> {
    /// Something of the line.
    pub(super) fn read(&self, place: &Place, span: Span) -> Result<Value, Gap> {
        match place {
            Place::Product => Ok(Value::Text(self.product.product.name.clone())),
            Place::Builtin { level, figure: figure @ (Builtin::Margin | Builtin::OffList) } => {
                let (above, below) = self.ratio(*level, *figure, span)?;
                above.checked_div(&below).map(Value::Number).map_err(|error| arithmetic(error, span))
            }
            place => self.cell(place, span),
        }
    }

    /// What a margin, or a share off the list price, is a quotient of.
    pub(super) fn ratio(&self, level: Level, figure: Builtin, span: Span) -> Result<(Exact, Exact), Gap> {
        let number = |figure| self.number(&Place::Builtin { level, figure }, span);
        let (left, right, below) = match figure {
            Builtin::OffList => (Builtin::List, Builtin::Net, Builtin::List),
            _ => (Builtin::Net, Builtin::Cost, Builtin::Net),
        };
        let above = number(left)?.checked_sub(&number(right)?).map_err(|error| arithmetic(error, span))?;
        Ok((above, number(below)?))
    }

    fn cell(&self, place: &Place, span: Span) -> Result<Value, Gap> {
        match self.product.layout.find(place).and_then(|at| self.cells.get(at as usize)) {
            Some(Cell::Known(value)) => Ok(value.clone()),
            Some(Cell::Gap(gap)) => Err(gap.clone()),
            Some(Cell::Empty) | None => Err(broken(span, "another line is read before it is known")),
        }
    }

    fn number(&self, place: &Place, span: Span) -> Result<Exact, Gap> {
        match self.cell(place, span)? {
            Value::Number(number) => Ok(number),
            _ => Err(broken(span, "a number is needed")),
        }
    }
}

/// What comes of the lines before each line.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    /// The places of the lines gone through, in order.
    pub places: Vec<usize>,
    /// What comes of those before the line of the same position; behind them what comes of all.
    pub values: Vec<Result<Value, Gap>>,
}

impl Prefixes {
    /// What comes of the lines before a place.
    pub(super) fn before(&self, place: usize) -> Option<Result<Value, Gap>> {
        let count = self.places.partition_point(|at| *at < place);
        // Behind a line that cannot be taken in nothing is known.
        self.values.get(count).or(self.values.last()).cloned()
    }
}

/// What comes of aggregates that are the same for all lines, and how many elements have been looked at.
#[derive(Debug, Default)]
pub(super) struct Memo {
    values: RefCell<HashMap<(Span, AggregateKind), Result<Value, Gap>>>,
    prefixes: RefCell<HashMap<(Span, AggregateKind), Rc<Prefixes>>>,
    looked: Counter<u64>,
}

impl Memo {
    /// What came of it before.
    pub(super) fn known(&self, own: &AggregateCode, span: Span) -> Option<Result<Value, Gap>> {
        self.values.borrow().get(&(span, own.kind)).cloned()
    }

    /// Keeps what came of it.
    pub(super) fn keep(&self, own: &AggregateCode, span: Span, value: &Result<Value, Gap>) {
        self.values.borrow_mut().insert((span, own.kind), value.clone());
    }

    /// What comes of the lines before each, worked out once for all lines that ask.
    pub(super) fn prefixes(
        &self,
        own: &AggregateCode,
        span: Span,
        make: impl FnOnce() -> Prefixes,
    ) -> Rc<Prefixes> {
        let known = self.prefixes.borrow().get(&(span, own.kind)).cloned();
        known.unwrap_or_else(|| {
            let made = Rc::new(make());
            self.prefixes.borrow_mut().insert((span, own.kind), made.clone());
            made
        })
    }

    /// Counts one more element; whether all together are more than a quote may look at.
    pub(super) fn looks_too_long(&self) -> bool {
        self.looked.set(self.looked.get().saturating_add(1));
        self.looked.get() > limits::MAX_ELEMENTS_OF_QUOTE
    }
}
