//! What an aggregate goes through: the elements of its source, one after the other.

use std::sync::Arc;

use super::aggregate::{AggregateCode, At, SourceCode};
use super::fault::{Fault, Gap, broken};
use super::others::{Lines, Seen};
use super::piece::Element;
use super::run::Scope;
use super::table::{Found, TablePlan};
use crate::diagnostic::codes;
use crate::ir::{self, Value};
use crate::source::Span;
use crate::value::Exact;

/// The elements of a source.
pub(super) enum Elements<'s> {
    /// Alike pieces together, or one by one.
    Pieces {
        of: &'s [Element],
        one_by_one: bool,
    },
    List(Arc<[ir::Element]>),
    /// One of a list, if it is there.
    Item(Option<ir::Element>),
    Values(u16),
    /// Lines, those of some products only, those before a place only.
    Lines {
        lines: Lines<'s>,
        of: Option<&'s [u32]>,
        before: Option<usize>,
    },
    Rows {
        table: u32,
        version: usize,
        rows: Vec<u32>,
    },
    /// Rows that match; without any it is `else`.
    Hits {
        table: u32,
        version: usize,
        rows: Vec<Option<u32>>,
    },
}

impl Elements<'_> {
    /// Visits each element in order, with how many alike ones it stands for.
    pub(super) fn for_each<'e>(
        &'e self,
        visit: &mut dyn FnMut(At<'e>, &'e Exact) -> Result<(), Gap>,
    ) -> Result<(), Gap> {
        let mut one = |at: At<'e>| visit(at, &Exact::ONE);
        match self {
            Elements::Pieces { of, one_by_one: false } => {
                of.iter().try_for_each(|piece| visit(At::Piece(piece), &piece.count))
            }
            Elements::Pieces { of, one_by_one: true } => of.iter().try_for_each(|piece| {
                let alike = piece.count.to_i64().unwrap_or(0);
                (0..alike).try_for_each(|_| one(At::Piece(piece)))
            }),
            Elements::List(elements) => elements.iter().try_for_each(|fields| one(At::Fields(fields))),
            Elements::Item(fields) => fields.iter().try_for_each(|fields| one(At::Fields(fields))),
            Elements::Values(count) => (0..*count).try_for_each(|at| one(At::Value(at))),
            Elements::Lines { lines, of, before } => {
                let asked = |line: &Seen<'_>| of.is_none_or(|of| of.contains(&line.product.at));
                lines.for_each(*before, &mut |line| if asked(&line) { one(At::Line(line)) } else { Ok(()) })
            }
            Elements::Rows { table, version, rows } => {
                let (table, version) = (*table, *version);
                rows.iter().try_for_each(|row| one(At::Row { table, version, row: *row }))
            }
            Elements::Hits { table, version, rows } => {
                let (table, version) = (*table, *version);
                rows.iter().try_for_each(|row| one(At::Hit { table, version, row: *row }))
            }
        }
    }
}

impl Scope<'_> {
    /// The elements that an aggregate goes through.
    pub(super) fn elements_of<'s>(&'s self, own: &'s AggregateCode, span: Span) -> Result<Elements<'s>, Gap> {
        Ok(match &own.source {
            SourceCode::Parts { owner, part } => {
                let of = self.pieces(*owner, *part, span)?;
                Elements::Pieces { of, one_by_one: own.along }
            }
            SourceCode::List(list) => match self.value(list)? {
                Value::List(elements) => Elements::List(elements),
                _ => return Err(broken(span, "a list is needed")),
            },
            SourceCode::Item { list, at } => {
                let Value::List(elements) = self.value(list)? else {
                    return Err(broken(span, "a list is needed"));
                };
                let at = self.number(at)?.to_u64().and_then(|at| usize::try_from(at).ok());
                let at = at.and_then(|at| at.checked_sub(1));
                Elements::Item(at.and_then(|at| elements.get(at)).cloned())
            }
            SourceCode::Values(count) => Elements::Values(*count),
            SourceCode::Lines { of, earlier } => {
                if matches!(self.others.lines, Lines::Unknown) {
                    return Err(broken(span, "lines are gone through before they are known"));
                }
                let before = if *earlier { Some(self.asking(span)?) } else { None };
                Elements::Lines { lines: self.others.lines, of: of.as_deref(), before }
            }
            SourceCode::Rows(table) => {
                let (plan, version) = self.in_effect(*table, span)?;
                Elements::Rows { table: *table, version, rows: plan.as_written(version) }
            }
            SourceCode::Hits { table, keys } => {
                let keys = self.values(keys)?;
                let (plan, version) = self.in_effect(*table, span)?;
                let mut rows: Vec<Option<u32>> =
                    plan.find_all(version, &keys).into_iter().map(Some).collect();
                if rows.is_empty() && plan.find(version, &keys) == Found::Otherwise {
                    rows.push(None);
                }
                Elements::Hits { table: *table, version, rows }
            }
        })
    }

    /// The place of the line that asks.
    pub(super) fn asking(&self, span: Span) -> Result<usize, Gap> {
        self.others.asks.ok_or_else(|| broken(span, "earlier lines are gone through where there is no line"))
    }

    /// The pieces of a part of the line, or of the element so many aggregates outwards.
    fn pieces(&self, owner: Option<u16>, part: u16, span: Span) -> Result<&[Element], Gap> {
        let parts = match owner {
            None => Some(self.parts),
            Some(by) => match self.elements.and_then(|nest| nest.outwards(by)).map(|nest| nest.at) {
                Some(At::Piece(piece)) => Some(piece.parts.as_slice()),
                _ => None,
            },
        };
        match parts.and_then(|parts| parts.get(usize::from(part))) {
            Some(pieces) => pieces.as_ref().map(|pieces| pieces.as_slice()).map_err(Clone::clone),
            None => Err(broken(span, "a part is missing")),
        }
    }

    /// A table with its version on the day of the quote.
    fn in_effect(&self, table: u32, span: Span) -> Result<(&TablePlan, usize), Gap> {
        let Some(plan) = self.plan.tables().get(table as usize) else {
            return Err(broken(span, "a table is missing"));
        };
        let Some(version) = plan.version_on(self.day.as_of) else {
            let message = format!("`{}` has no rows on {}", plan.table.name, self.day.as_of);
            return Err(Fault::new(codes::NO_ROW, message).at(span).gap());
        };
        Ok((plan, version))
    }
}
