//! What an aggregate makes of the elements of its source.
//!
//! Each element is looked at once: `before` reads sums that are kept along the way, so that running totals
//! take no longer than plain ones.

use std::cell::Cell as Counter;
use std::cmp::Ordering;

use smallvec::SmallVec;

use super::code::Code;
use super::fault::{Fault, Gap, arithmetic, broken, product_too_large};
use super::layout::Cell;
use super::others::{Memo, Prefixes, Seen};
use super::piece::Element;
use super::run::Scope;
use super::sources::Elements;
use super::table::order;
use crate::diagnostic::codes;
use crate::ir::{AggregateKind, Builtin, KeyMatch, Level, Place, Value};
use crate::source::{Span, limits};
use crate::value::Exact;

/// A planned aggregate; see `ir::Aggregate` for its meaning.
#[derive(Clone, Debug)]
pub(super) struct AggregateCode {
    pub kind: AggregateKind,
    pub source: SourceCode,
    pub filter: Option<Code>,
    pub ranking: Option<RankingCode>,
    pub body: Option<Code>,
    /// The numbers whose sums over earlier elements the body reads.
    pub before: Box<[Code]>,
    /// What comes of an element hangs on those before it: alike ones are taken one by one.
    pub along: bool,
    /// It hangs on no line, nor on an element around it, so that it is the same wherever it is asked: of earlier
    /// lines, by all lines in the same place.
    pub shared: bool,
}

impl AggregateCode {
    /// Whether the number of elements is worth telling beside what comes of them.
    pub(super) fn tells_how_many(&self) -> bool {
        use AggregateKind::{Average, Max, Min, Product, Sum};
        matches!(self.kind, Sum | Product | Average | Min | Max)
            && !matches!(
                self.source,
                SourceCode::Parts { .. } | SourceCode::Values(_) | SourceCode::Item { .. }
            )
    }
}

/// The so many greatest, or least, of the elements.
#[derive(Clone, Debug)]
pub(super) struct RankingCode {
    pub greatest: bool,
    /// How many; it stands outside of the aggregate.
    pub count: Code,
    pub by: Code,
}

/// Where elements are taken from.
#[derive(Clone, Debug)]
pub(super) enum SourceCode {
    /// The pieces of a part.
    Parts {
        /// How many elements outwards the owner of the part is; none for the line.
        owner: Option<u16>,
        /// The position of the part in the owner's product.
        part: u16,
    },
    /// The elements of a list.
    List(Box<Code>),
    /// The element of a list at a position, from 1.
    Item { list: Box<Code>, at: Box<Code> },
    /// So many values of an enumeration.
    Values(u16),
    /// The lines, or those of these products, by their positions in the book; all or those before the asking one.
    Lines { of: Option<Box<[u32]>>, earlier: bool },
    /// The rows of a table on the day of the quote.
    Rows(u32),
    /// Those of them that match.
    Hits { table: u32, keys: Box<[Code]> },
}

/// What is read of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ElementRead {
    /// A cell of a piece.
    Cell(u32),
    /// A field of an element of a list, or a key or column of a row.
    Field(u16),
    /// A value of an enumeration.
    Value,
    /// The position among those that count.
    Nth,
    /// The sum of a number over the earlier ones that count.
    Before(u16),
}

/// The element that an aggregate is at.
#[derive(Clone, Copy)]
pub(super) enum At<'a> {
    Piece(&'a Element),
    Fields(&'a [Value]),
    Value(u16),
    Line(Seen<'a>),
    Row {
        table: u32,
        version: usize,
        row: u32,
    },
    /// A row that matches, or `else`.
    Hit {
        table: u32,
        version: usize,
        row: Option<u32>,
    },
}

/// The elements of the aggregates around an expression, the innermost first.
#[derive(Clone, Copy)]
pub(super) struct Nest<'a> {
    pub at: At<'a>,
    /// The position of the element among those that count.
    nth: u64,
    /// The sums over the earlier ones.
    before: &'a [Exact],
    /// How many elements have been looked at, all aggregates around and inside together.
    looked: &'a Counter<u64>,
    outer: Option<&'a Nest<'a>>,
}

impl<'a> Nest<'a> {
    /// The element so many aggregates outwards.
    pub(super) fn outwards(&self, by: u16) -> Option<&Nest<'a>> {
        let mut nest = self;
        for _ in 0..by {
            nest = nest.outer?;
        }
        Some(nest)
    }
}

impl Scope<'_> {
    /// Something of the line that an enclosing aggregate is at.
    pub(super) fn of_line(&self, outwards: u16, place: &Place, span: Span) -> Result<Value, Gap> {
        match self.elements.and_then(|nest| nest.outwards(outwards)).map(|nest| nest.at) {
            Some(At::Line(line)) => line.read(place, span),
            _ => Err(broken(span, "a line is read where there is none")),
        }
    }

    /// What a margin, or a share off the list price, of such a line is a quotient of.
    pub(super) fn ratio_of_line(
        &self,
        outwards: u16,
        level: Level,
        figure: Builtin,
        span: Span,
    ) -> Result<(Exact, Exact), Gap> {
        match self.elements.and_then(|nest| nest.outwards(outwards)).map(|nest| nest.at) {
            Some(At::Line(line)) => line.ratio(level, figure, span),
            _ => Err(broken(span, "a line is read where there is none")),
        }
    }

    /// Something of the element that an enclosing aggregate is at.
    pub(super) fn element(&self, outwards: u16, read: ElementRead, span: Span) -> Result<Value, Gap> {
        let unknown = || broken(span, "an element is read where there is none");
        let nest = self.elements.and_then(|nest| nest.outwards(outwards)).ok_or_else(unknown)?;
        match (read, nest.at) {
            (ElementRead::Nth, _) => Ok(Value::Number(Exact::from(nest.nth))),
            (ElementRead::Before(at), _) => {
                let sum = nest.before.get(usize::from(at)).cloned();
                sum.map(Value::Number).ok_or_else(unknown)
            }
            (ElementRead::Cell(slot), At::Piece(piece)) => match piece.cells.get(slot as usize) {
                Some(Cell::Known(value)) => Ok(value.clone()),
                Some(Cell::Gap(gap)) => Err(gap.clone()),
                Some(Cell::Empty) | None => Err(broken(span, "a piece is read before it is known")),
            },
            (ElementRead::Field(at), At::Fields(fields)) => {
                fields.get(usize::from(at)).cloned().ok_or_else(unknown)
            }
            (ElementRead::Field(at), At::Row { table, version, row }) => {
                self.of_row(table, version, row, at, span)
            }
            (ElementRead::Field(at), At::Hit { table, version, row }) => {
                self.of_hit(table, version, row, at, span)
            }
            (ElementRead::Value, At::Value(at)) => Ok(Value::Choice(at)),
            _ => Err(unknown()),
        }
    }

    /// A key of a row, or one of its columns, which are counted behind the keys.
    fn of_row(&self, table: u32, version: usize, row: u32, at: u16, span: Span) -> Result<Value, Gap> {
        let missing = || broken(span, "a row is missing");
        let plan = self.plan.tables().get(table as usize).ok_or_else(missing)?;
        let rows = plan.rows(version).ok_or_else(missing)?;
        let (at, row) = (usize::from(at), row as usize);
        if let Some(keys) = rows.keys.get(at) {
            return match keys.get(row) {
                Some(KeyMatch::One(key)) => Ok(key.clone()),
                _ => Err(broken(span, "the key of a row is not one value")),
            };
        }
        let column = rows.values.get(at.saturating_sub(rows.keys.len())).and_then(|column| column.get(row));
        column.ok_or_else(missing)?.clone().ok_or_else(|| not_for_sale(&plan.table.name, span))
    }

    /// A column of a row that matches.
    fn of_hit(
        &self,
        table: u32,
        version: usize,
        row: Option<u32>,
        column: u16,
        span: Span,
    ) -> Result<Value, Gap> {
        let missing = || broken(span, "a row is missing");
        let plan = self.plan.tables().get(table as usize).ok_or_else(missing)?;
        let (rows, column) = (plan.rows(version).ok_or_else(missing)?, usize::from(column));
        let cell = match row {
            Some(row) => rows.values.get(column).and_then(|cells| cells.get(row as usize)),
            None => rows.otherwise.as_ref().and_then(|cells| cells.get(column)),
        };
        cell.ok_or_else(missing)?.clone().ok_or_else(|| not_for_sale(&plan.table.name, span))
    }

    /// The value of an aggregate.
    ///
    /// What hangs on no line is worked out once for all lines that ask, so that a sum over a list or over all
    /// lines in the waterfall of each line takes no longer for more lines.
    pub(super) fn aggregate(&self, own: &AggregateCode, span: Span) -> Result<Value, Gap> {
        let memo = self.others.memo.filter(|_| own.shared);
        if let (SourceCode::Lines { earlier: true, .. }, Some(memo), None) = (&own.source, memo, &own.ranking)
        {
            let prefixes = memo.prefixes(own, span, || self.prefixes(own, span));
            let known = prefixes.before(self.asking(span)?);
            return known.unwrap_or_else(|| Err(broken(span, "the lines before a line are not known")));
        }
        let memo = memo.filter(|_| !matches!(own.source, SourceCode::Lines { earlier: true, .. }));
        if let Some(known) = memo.and_then(|memo| memo.known(own, span)) {
            return known;
        }
        let value = self.worked_out(own, span);
        if let Some(memo) = memo {
            memo.keep(own, span, &value);
        }
        value
    }

    /// What comes of the lines before each, in one pass over all of them.
    fn prefixes(&self, own: &AggregateCode, span: Span) -> Prefixes {
        let mut made = Prefixes::default();
        let mut tally = Tally::new(own, span);
        let everyone = usize::MAX;
        let scope = Scope { others: self.others.seen_by(everyone), ..*self };
        let looked = Counter::new(0);
        let gone = scope.elements_of(own, span).and_then(|elements| {
            elements.for_each(&mut |at, count| {
                if let At::Line(line) = at {
                    made.places.push(line.at);
                }
                made.values.push(tally.value());
                let nest =
                    Nest { at, nth: tally.next(), before: &[], looked: &looked, outer: scope.elements };
                match tally.decided.is_none() && scope.passes(own, &nest, span)? {
                    true => scope.take(&mut tally, at, count, &looked),
                    false => Ok(()),
                }
            })
        });
        made.values.push(gone.and_then(|()| tally.value()));
        made
    }

    fn worked_out(&self, own: &AggregateCode, span: Span) -> Result<Value, Gap> {
        let mut tally = Tally::new(own, span);
        self.go_through(own, span, &mut tally)?;
        tally.value()
    }

    /// How many elements an aggregate looks at that pass its filter.
    pub(super) fn counted(&self, own: &AggregateCode, span: Span) -> Option<u64> {
        let counting = AggregateCode {
            kind: AggregateKind::Count,
            source: own.source.clone(),
            filter: own.filter.clone(),
            ranking: own.ranking.clone(),
            body: None,
            before: Box::default(),
            along: false,
            shared: own.shared,
        };
        match self.aggregate(&counting, span).ok()? {
            Value::Number(count) => count.to_i64().and_then(|count| u64::try_from(count).ok()),
            _ => None,
        }
    }

    fn go_through(&self, own: &AggregateCode, span: Span, tally: &mut Tally<'_>) -> Result<(), Gap> {
        let own_counter = Counter::new(0);
        let looked = self.elements.map_or(&own_counter, |nest| nest.looked);
        let elements = self.elements_of(own, span)?;
        match &own.ranking {
            None => elements.for_each(&mut |at, count| {
                let nest = Nest { at, nth: tally.next(), before: &[], looked, outer: self.elements };
                match tally.decided.is_none() && self.passes(own, &nest, span)? {
                    true => self.take(tally, at, count, looked),
                    false => Ok(()),
                }
            }),
            Some(ranking) => self.go_through_some(own, ranking, &elements, tally, looked),
        }
    }

    /// Goes through the so many greatest or least, in the order of their rank.
    fn go_through_some(
        &self,
        own: &AggregateCode,
        ranking: &RankingCode,
        elements: &Elements<'_>,
        tally: &mut Tally<'_>,
        looked: &Counter<u64>,
    ) -> Result<(), Gap> {
        let mut left = self.number(&ranking.count)?;
        let mut ranked: Vec<(Value, At<'_>, &Exact)> = Vec::new();
        elements.for_each(&mut |at, count| {
            let nest = Nest { at, nth: 0, before: &[], looked, outer: self.elements };
            if self.passes(own, &nest, tally.span)? {
                ranked.push((self.inside(&nest).value(&ranking.by)?, at, count));
            }
            Ok(())
        })?;
        // Of equal ones the earlier stays before the later.
        ranked.sort_by(|(one, ..), (other, ..)| {
            let along = order(one, other).unwrap_or(Ordering::Equal);
            if ranking.greatest { along.reverse() } else { along }
        });
        for (_, at, count) in ranked {
            if !left.is_positive() || tally.decided.is_some() {
                break;
            }
            self.take(tally, at, count.min(&left), looked)?;
            left = left.checked_sub(count).map_err(|error| arithmetic(error, tally.span))?;
        }
        Ok(())
    }

    /// What is seen where an element is looked at.
    fn inside<'n>(&'n self, nest: &'n Nest<'n>) -> Scope<'n> {
        Scope { elements: Some(nest), notes: None, ..*self }
    }

    /// Whether an element passes the filter. It is one more that has been looked at.
    fn passes(&self, own: &AggregateCode, nest: &Nest<'_>, span: Span) -> Result<bool, Gap> {
        nest.looked.set(nest.looked.get().saturating_add(1));
        let in_all = self.others.memo.is_some_and(Memo::looks_too_long);
        if nest.looked.get() > limits::MAX_ELEMENTS || in_all {
            return Err(too_many(span));
        }
        own.filter.as_ref().map_or(Ok(true), |filter| self.inside(nest).truth(filter))
    }

    /// Takes in an element that counts, or so many alike ones.
    fn take(
        &self,
        tally: &mut Tally<'_>,
        at: At<'_>,
        count: &Exact,
        looked: &Counter<u64>,
    ) -> Result<(), Gap> {
        let own = tally.own;
        let mut sums: SmallVec<[Exact; 2]> = SmallVec::new();
        let value = {
            let nest = Nest { at, nth: tally.next(), before: &tally.before, looked, outer: self.elements };
            let inner = self.inside(&nest);
            let value = match (&own.body, own.kind) {
                (Some(body), AggregateKind::Any | AggregateKind::All) => Value::Bool(inner.truth(body)?),
                (Some(body), AggregateKind::Sum | AggregateKind::Average | AggregateKind::Product) => {
                    Value::Number(inner.number(body)?)
                }
                (Some(body), _) => inner.value(body)?,
                (None, _) => Value::Absent,
            };
            for number in &own.before {
                sums.push(inner.number(number)?);
            }
            value
        };
        tally.nth = tally.next();
        tally.take(value, count, &sums)
    }
}

fn not_for_sale(table: &str, span: Span) -> Gap {
    let message = format!("a row of `{table}` says `n/a`, which cannot be bought");
    Fault::new(codes::CANNOT_BE_BOUGHT, message).at(span).gap()
}

/// What has come of the elements so far.
struct Tally<'c> {
    own: &'c AggregateCode,
    span: Span,
    nth: u64,
    before: SmallVec<[Exact; 2]>,
    sum: Exact,
    product: Exact,
    count: Exact,
    best: Option<Value>,
    /// The rest need not be looked at.
    decided: Option<bool>,
}

impl<'c> Tally<'c> {
    fn new(own: &'c AggregateCode, span: Span) -> Tally<'c> {
        Tally {
            own,
            span,
            nth: 0,
            before: own.before.iter().map(|_| Exact::ZERO).collect(),
            sum: Exact::ZERO,
            product: Exact::ONE,
            count: Exact::ZERO,
            best: None,
            decided: None,
        }
    }

    /// The position of the next element that counts.
    fn next(&self) -> u64 {
        self.nth.saturating_add(1)
    }

    /// Adds what was worked out for an element, so many times.
    fn take(&mut self, value: Value, count: &Exact, sums: &[Exact]) -> Result<(), Gap> {
        let span = self.span;
        let failed = |error| arithmetic(error, span);
        self.count = self.count.checked_add(count).map_err(failed)?;
        for (before, number) in self.before.iter_mut().zip(sums) {
            *before = before.checked_add(number).map_err(failed)?;
        }
        match (self.own.kind, value) {
            (AggregateKind::Sum | AggregateKind::Average, Value::Number(number)) => {
                let all = number.checked_mul(count).map_err(failed)?;
                self.sum = self.sum.checked_add(&all).map_err(failed)?;
            }
            (AggregateKind::Product, Value::Number(number)) => {
                let times = count.to_i64().and_then(|count| i32::try_from(count).ok()).unwrap_or(i32::MAX);
                let all = number.checked_pow(times).and_then(|all| self.product.checked_mul(&all));
                self.product = all.map_err(|_| product_too_large(span))?;
            }
            (AggregateKind::Min, value) => keep_better(&mut self.best, value, Ordering::Less),
            (AggregateKind::Max, value) => keep_better(&mut self.best, value, Ordering::Greater),
            (AggregateKind::Any, Value::Bool(true)) => self.decided = Some(true),
            (AggregateKind::All, Value::Bool(false)) => self.decided = Some(false),
            _ => {}
        }
        Ok(())
    }

    /// What has come of them so far.
    fn value(&self) -> Result<Value, Gap> {
        let span = self.span;
        match self.own.kind {
            AggregateKind::Sum => Ok(Value::Number(self.sum.clone())),
            AggregateKind::Product => Ok(Value::Number(self.product.clone())),
            AggregateKind::Count => Ok(Value::Number(self.count.clone())),
            AggregateKind::Any => Ok(Value::Bool(self.decided.unwrap_or(false))),
            AggregateKind::All => Ok(Value::Bool(self.decided.unwrap_or(true))),
            AggregateKind::Min | AggregateKind::Max => Ok(self.best.clone().unwrap_or(Value::Absent)),
            AggregateKind::Average if self.count.is_zero() => Ok(Value::Absent),
            AggregateKind::Average => {
                let average = self.sum.checked_div(&self.count);
                average.map(Value::Number).map_err(|error| arithmetic(error, span))
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

fn too_many(span: Span) -> Gap {
    let most = limits::MAX_ELEMENTS;
    let message = format!("a comprehension that looks at more than {most} elements of this request");
    let fault = Fault::new(codes::REQUEST_TOO_LARGE, message).at(span);
    fault.help("send fewer elements, or several requests").gap()
}
