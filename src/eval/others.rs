//! What an expression sees of other lines, and what has been worked out for all of them already.

use std::cell::{Cell as Counter, RefCell};
use std::collections::HashMap;

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
}

/// The lines that can be gone through; those at fault are not among them.
#[derive(Clone, Copy, Default)]
pub(super) enum Lines<'a> {
    /// None are known here.
    #[default]
    Unknown,
    /// As they were when a stage was finished.
    Finished(&'a [(&'a ProductPlan, Vec<Cell>)]),
    /// As they are.
    Runs(&'a [LineRun<'a>]),
    /// These of them, by their positions.
    Some(&'a [LineRun<'a>], &'a [usize]),
}

/// What is seen of a line.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub product: &'a ProductPlan,
    cells: &'a [Cell],
}

impl<'a> Lines<'a> {
    /// Visits the lines in the order of the request.
    pub(super) fn for_each(&self, visit: &mut dyn FnMut(Seen<'a>) -> Result<(), Gap>) -> Result<(), Gap> {
        let seen = |run: &'a LineRun<'a>| Seen { product: run.product, cells: &run.cells };
        match self {
            Lines::Unknown => Ok(()),
            Lines::Finished(lines) => {
                lines.iter().try_for_each(|(product, cells)| visit(Seen { product, cells }))
            }
            Lines::Runs(runs) => runs.iter().filter(|run| run.counts()).try_for_each(|run| visit(seen(run))),
            Lines::Some(runs, at) => {
                at.iter().filter_map(|at| runs.get(*at)).try_for_each(|run| visit(seen(run)))
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

/// What comes of aggregates that are the same for all lines, and how many elements have been looked at.
#[derive(Debug, Default)]
pub(super) struct Memo {
    values: RefCell<HashMap<(Span, AggregateKind), Result<Value, Gap>>>,
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

    /// Counts one more element; whether all together are more than a quote may look at.
    pub(super) fn looks_too_long(&self) -> bool {
        self.looked.set(self.looked.get().saturating_add(1));
        self.looked.get() > limits::MAX_ELEMENTS_OF_QUOTE
    }
}
