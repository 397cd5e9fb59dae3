//! Checked aggregates → planned ones, and what is read of their elements.

use super::aggregate::{AggregateCode, ElementRead, RankingCode, SourceCode};
use super::code::Node;
use super::layout::Layout;
use super::lower::{Names, missing};
use crate::ir::{self, Aggregate, ElementPlace, Expr, ExprKind, Name, Place, Source};
use crate::source::Span;

/// An element of an aggregate.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    /// The product of a piece.
    piece: Option<&'a ir::Product>,
    depth: u16,
    outer: Option<&'a Around<'a>>,
}

impl Names<'_> {
    pub(super) fn aggregate(&self, own: &Aggregate, span: Span) -> Node {
        let mut piece = None;
        let source = match &own.source {
            Source::Parts { owner, part } => match self.part(*owner, part) {
                Some((source, product)) => {
                    piece = Some(product);
                    source
                }
                None => return missing(span, part),
            },
            Source::List(of) => SourceCode::List(self.boxed(of)),
            Source::Item { list, at } => SourceCode::Item { list: self.boxed(list), at: self.boxed(at) },
            Source::Values(of) => SourceCode::Values(u16::try_from(of.values.len()).unwrap_or(u16::MAX)),
            Source::Lines { of, earlier } => {
                let of = of.as_ref().map(|of| self.items.of_target(of));
                SourceCode::Lines { of, earlier: *earlier }
            }
            Source::Hits { table, keys } => match self.items.tables.get(table) {
                Some(table) => SourceCode::Hits { table: *table, keys: self.all(keys) },
                None => return missing(span, table),
            },
            Source::Rows(table) => match self.items.tables.get(table) {
                Some(table) => SourceCode::Rows(*table),
                None => return missing(span, table),
            },
        };
        let around = Around { piece, depth: own.depth, outer: self.elements };
        let inner = Names { elements: Some(&around), ..*self };
        let code = |expr: &Option<Expr>| expr.as_ref().map(|expr| inner.code(expr));
        let (filter, body) = (code(&own.filter), code(&own.body));
        let (before, along, shared) = (inner.all(&own.before), own.counts_along(), is_shared(own));
        let ranking = own.ranking.as_ref().map(|ranking| RankingCode {
            greatest: ranking.greatest,
            count: self.code(&ranking.count),
            by: inner.code(&ranking.by),
        });
        let kind = own.kind;
        let code = AggregateCode { kind, source, filter, ranking, body, before, along, shared };
        Node::Aggregate(Box::new(code))
    }

    /// The pieces of a part, and their product.
    fn part(&self, owner: Option<u16>, part: &Name) -> Option<(SourceCode, &ir::Product)> {
        let (bundle, owner) = match owner {
            None => (self.line.map(|(_, product)| product)?, None),
            Some(depth) => {
                let (around, outwards) = self.around(depth)?;
                (around.piece?, Some(outwards))
            }
        };
        let at = bundle.parts.iter().position(|it| it.name == *part)?;
        let product = self.items.products.get(&bundle.parts.get(at)?.product)?;
        Some((SourceCode::Parts { owner, part: u16::try_from(at).ok()? }, product))
    }

    /// The element of a depth, and how many aggregates outwards it is.
    pub(super) fn around(&self, depth: u16) -> Option<(&Around<'_>, u16)> {
        let mut around = self.elements?;
        let mut outwards = 0;
        while around.depth != depth {
            around = around.outer?;
            outwards += 1;
        }
        Some((around, outwards))
    }

    pub(super) fn element(&self, depth: u16, of: &ElementPlace, span: Span, text: &str) -> Node {
        let found = self.around(depth).and_then(|(around, outwards)| {
            let read = match of {
                ElementPlace::Line(place) => return Some(Node::OfLine { outwards, place: place.clone() }),
                ElementPlace::Member(name) => ElementRead::Cell(Layout::member_slot(around.piece?, name)?),
                ElementPlace::Cost => ElementRead::Cell(super::layout::line::UNIT_COST),
                ElementPlace::Field { at, .. } => ElementRead::Field(*at),
                ElementPlace::Value => ElementRead::Value,
                ElementPlace::Nth => ElementRead::Nth,
                ElementPlace::Before { at, .. } => ElementRead::Before(*at),
            };
            Some(Node::Element { outwards, read })
        });
        found.unwrap_or_else(|| missing(span, text))
    }
}

/// Whether what comes of an aggregate hangs on nothing that differs from line to line, or from step to step, but
/// for which lines its own source goes through.
fn is_shared(own: &Aggregate) -> bool {
    let mut shared = match &own.source {
        Source::Parts { .. } => false,
        Source::List(_)
        | Source::Item { .. }
        | Source::Values(_)
        | Source::Lines { .. }
        | Source::Rows(_)
        | Source::Hits { .. } => true,
    };
    let ranking = own.ranking.iter().flat_map(|ranking| [&ranking.count, &ranking.by]);
    let mut waiting: Vec<&Expr> =
        own.filter.iter().chain(ranking).chain(&own.before).chain(&own.body).collect();
    match &own.source {
        Source::List(of) => waiting.push(of),
        Source::Item { list, at } => waiting.extend([list.as_ref(), at]),
        Source::Hits { keys, .. } => waiting.extend(keys),
        _ => {}
    }
    while let Some(expr) = waiting.pop() {
        shared &= match &expr.kind {
            ExprKind::Read(Place::Element { depth, .. }) => *depth >= own.depth,
            ExprKind::Read(
                Place::AsOf | Place::Currency | Place::Context { .. } | Place::Fact(_) | Place::Index(_),
            ) => true,
            ExprKind::Read(_) | ExprKind::Parameter(_) | ExprKind::Applied { .. } => false,
            ExprKind::Aggregate(inner) => match &inner.source {
                Source::Parts { owner, .. } => owner.is_some_and(|depth| depth >= own.depth),
                // They are those before the line that asks, whatever stands around.
                Source::Lines { earlier, .. } => !earlier,
                _ => true,
            },
            _ => true,
        };
        expr.for_each_operand(&mut |operand| waiting.push(operand));
    }
    shared
}
