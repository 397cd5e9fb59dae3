//! The pieces of a product's parts, and what an aggregate makes of them.

use std::cmp::Ordering;
use std::sync::Arc;

use super::code::Code;
use super::fault::{Gap, arithmetic, broken};
use super::layout::Cell;
use super::run::Scope;
use super::table::order;
use crate::ir::{AggregateKind, Value};
use crate::source::Span;
use crate::value::Exact;

/// Alike pieces, configured; what is known of them never changes again.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// Options, lets and costs, in the slots of the piece's product.
    pub cells: Vec<Cell>,
    /// How many there are.
    pub count: Exact,
    /// The pieces of their own parts, one a part.
    pub parts: Vec<Pieces>,
}

/// The pieces of a part, or why they are not known.
pub(super) type Pieces = Result<Arc<Vec<Element>>, Gap>;

/// The elements of the aggregates around an expression, the innermost first.
#[derive(Clone, Copy)]
pub(super) struct Nest<'a> {
    pub element: &'a Element,
    pub outer: Option<&'a Nest<'a>>,
}

/// A planned aggregate; see `ir::Aggregate` for its meaning.
#[derive(Clone, Debug)]
pub(super) struct AggregateCode {
    pub kind: AggregateKind,
    /// How many elements outwards the owner of the part is; none for the line.
    pub owner: Option<u16>,
    /// The position of the part in the owner's product.
    pub part: u16,
    pub filter: Option<Code>,
    pub body: Option<Code>,
}

impl<'a> Nest<'a> {
    /// The element so many aggregates outwards.
    pub fn at(&self, outwards: u16) -> Option<&'a Element> {
        let mut nest = *self;
        for _ in 0..outwards {
            nest = *nest.outer?;
        }
        Some(nest.element)
    }
}

impl Scope<'_> {
    /// Something of the element that an enclosing aggregate is at.
    pub(super) fn element(&self, outwards: u16, slot: u32, span: Span) -> Result<Value, Gap> {
        let element = self.elements.and_then(|nest| nest.at(outwards));
        match element.and_then(|element| element.cells.get(slot as usize)) {
            Some(Cell::Known(value)) => Ok(value.clone()),
            Some(Cell::Gap(gap)) => Err(gap.clone()),
            Some(Cell::Empty) | None => Err(broken(span, "a piece is read before it is known")),
        }
    }

    /// The value of an aggregate.
    pub(super) fn aggregate(&self, own: &AggregateCode, span: Span) -> Result<Value, Gap> {
        let parts = match own.owner {
            None => Some(self.parts),
            Some(outwards) => {
                self.elements.and_then(|nest| nest.at(outwards)).map(|element| element.parts.as_slice())
            }
        };
        let Some(pieces) = parts.and_then(|parts| parts.get(usize::from(own.part))) else {
            return Err(broken(span, "a part is missing"));
        };
        let mut sum = Exact::ZERO;
        let mut count = Exact::ZERO;
        let mut best: Option<Value> = None;
        for element in pieces.as_ref().map_err(Clone::clone)?.iter() {
            let nest = Nest { element, outer: self.elements };
            let inner = Scope { elements: Some(&nest), notes: None, ..*self };
            if let Some(filter) = &own.filter
                && !inner.truth(filter)?
            {
                continue;
            }
            let failed = |error| arithmetic(error, span);
            count = count.checked_add(&element.count).map_err(failed)?;
            let Some(body) = &own.body else { continue };
            match own.kind {
                AggregateKind::Count => {}
                AggregateKind::Sum | AggregateKind::Average => {
                    let all = inner.number(body)?.checked_mul(&element.count).map_err(failed)?;
                    sum = sum.checked_add(&all).map_err(failed)?;
                }
                AggregateKind::Min => keep_better(&mut best, inner.value(body)?, Ordering::Less),
                AggregateKind::Max => keep_better(&mut best, inner.value(body)?, Ordering::Greater),
                AggregateKind::Any if inner.truth(body)? => return Ok(Value::Bool(true)),
                AggregateKind::All if !inner.truth(body)? => return Ok(Value::Bool(false)),
                AggregateKind::Any | AggregateKind::All => {}
            }
        }
        match own.kind {
            AggregateKind::Sum => Ok(Value::Number(sum)),
            AggregateKind::Count => Ok(Value::Number(count)),
            AggregateKind::Any => Ok(Value::Bool(false)),
            AggregateKind::All => Ok(Value::Bool(true)),
            AggregateKind::Min | AggregateKind::Max => Ok(best.unwrap_or(Value::Absent)),
            AggregateKind::Average if count.is_zero() => Ok(Value::Absent),
            AggregateKind::Average => {
                sum.checked_div(&count).map(Value::Number).map_err(|error| arithmetic(error, span))
            }
        }
    }
}

/// Keeps the value if it is the first, or lies on the wanted side of the best so far.
fn keep_better(best: &mut Option<Value>, value: Value, wanted: Ordering) {
    if best.as_ref().is_none_or(|best| order(&value, best) == Some(wanted)) {
        *best = Some(value);
    }
}
