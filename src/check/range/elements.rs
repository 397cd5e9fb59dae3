//! What comes of many elements, and what each of them can be.

use std::sync::Arc;

use super::Facts;
use super::interval::Range;
use super::walk::{Walker, of_input};
use crate::ir::{
    Aggregate, AggregateKind, ArithmeticOp, ElementPlace, ListTy, Place, Product, Source, Table, Ty,
};
use crate::source::limits;
use crate::value::Exact;

/// An aggregate around an expression.
#[derive(Clone)]
pub(super) struct Around<'b> {
    of: Elements<'b>,
    /// How many elements there can be.
    count: Range,
    /// What the numbers can be whose sums over earlier elements are read.
    before: Vec<Range>,
}

/// What the elements are.
#[derive(Clone)]
enum Elements<'b> {
    Pieces(&'b Product),
    List(Arc<ListTy>),
    Lines(Vec<&'b Product>),
    Hits(&'b Table),
    Others,
}

impl<'b> Around<'b> {
    /// What is read of an element.
    pub(super) fn read(&self, facts: &'b Facts<'b>, of: &ElementPlace) -> Range {
        match (of, &self.of) {
            (ElementPlace::Member(name), Elements::Pieces(product)) => facts.member(product, name),
            (ElementPlace::Field { at, .. }, Elements::List(list)) => {
                match list.fields.get(usize::from(*at)) {
                    Some(field) if matches!(field.ty.required(), Ty::Number(_)) => {
                        Range::of_domain(&field.domain)
                    }
                    _ => Range::all(),
                }
            }
            (ElementPlace::Field { at, .. }, Elements::Hits(table)) => facts.column(table, *at),
            (ElementPlace::Line(place), Elements::Lines(products)) => {
                let of = |product: &&'b Product| match place.as_ref() {
                    Place::Member(name) => facts.member(product, name),
                    Place::Quantity => of_input(Some(&product.quantity)),
                    _ => Range::all(),
                };
                products.iter().map(of).reduce(|one, other| one.hull(&other)).unwrap_or_default()
            }
            (ElementPlace::Nth, _) => Range { low: Some((Exact::ONE, true)), ..self.count.clone() },
            (ElementPlace::Before { at, .. }, _) => {
                let each = self.before.get(usize::from(*at)).cloned().unwrap_or_default();
                let none_or_more = Range { low: Some((Exact::ZERO, true)), ..self.count.clone() };
                each.combine(ArithmeticOp::Multiply, &none_or_more)
            }
            _ => Range::all(),
        }
    }
}

/// The range of what comes of all elements.
pub(super) fn aggregate(walker: &mut Walker<'_, '_>, own: &Aggregate) -> Range {
    let Some(mut around) = entered(walker, own) else { return Range::all() };
    if let Some(ranking) = &own.ranking {
        let none_or_more = walker.range(&ranking.count).extreme(true, &Range::point(Exact::ZERO));
        around.count = around.count.extreme(false, &none_or_more);
    }
    let count = around.count.clone();
    let outer = walker.elements.clone();
    walker.elements.truncate(usize::from(own.depth));
    walker.elements.push(around);
    let mark = walker.mark();
    if let Some(filter) = &own.filter {
        walker.range(filter);
        walker.assume(filter, true);
    }
    if let Some(ranking) = &own.ranking {
        walker.range(&ranking.by);
    }
    for before in &own.before {
        let range = walker.range(before);
        if let Some(around) = walker.elements.last_mut() {
            around.before.push(range);
        }
    }
    let body = own.body.as_ref().map(|body| walker.range(body));
    walker.forget(mark);
    walker.elements = outer;
    match (own.kind, body) {
        (AggregateKind::Count, _) => count,
        (AggregateKind::Sum, Some(body)) => body.combine(ArithmeticOp::Multiply, &count),
        (AggregateKind::Product, Some(body)) => product(&body, &count),
        (AggregateKind::Min | AggregateKind::Max | AggregateKind::Average, Some(body)) => body,
        _ => Range::all(),
    }
}

/// So many factors multiplied. How long a list is nobody knows, so of one is known only on which side of zero
/// and one its product lies.
fn product(factor: &Range, count: &Range) -> Range {
    let Some((low, _)) = factor.low.as_ref().filter(|(low, _)| !low.is_negative()) else {
        return Range::all();
    };
    let few = count.high.as_ref().is_some_and(|(most, _)| *most <= Exact::from(limits::MAX_EXPONENT));
    let power = if few { factor.power(count) } else { Range::not_negative() };
    let low = if *low >= Exact::ONE { Some((Exact::ONE, true)) } else { power.low };
    let high = match &factor.high {
        Some((high, _)) if *high <= Exact::ONE => Some((Exact::ONE, true)),
        _ => power.high,
    };
    let range = Range { low, high };
    if super::errors::is_too_large(&range) { Range { high: None, ..range } } else { range }
}

/// The elements of an aggregate; none where they are not known.
fn entered<'b>(walker: &mut Walker<'b, '_>, own: &Aggregate) -> Option<Around<'b>> {
    let between = |least: u64, most: u64| {
        let least = if own.filter.is_some() { 0 } else { least };
        Range::between(Exact::from(least), Exact::from(most))
    };
    let (of, count) = match &own.source {
        Source::Parts { owner, part } => {
            let bundle = match owner {
                Some(depth) => match walker.elements.get(usize::from(*depth)).map(|around| &around.of) {
                    Some(Elements::Pieces(product)) => Some(*product),
                    _ => None,
                },
                None => walker.product,
            };
            let part = bundle?.parts.iter().find(|it| it.name == *part)?;
            let product = walker.facts.whole.product(&part.product)?;
            let least = if part.when.is_some() { 0 } else { part.least };
            (Elements::Pieces(product), between(least.into(), part.most.into()))
        }
        Source::List(of) => {
            let list = of.ty.list()?;
            (Elements::List(list.clone()), between(0, limits::MAX_LIST_ELEMENTS as u64))
        }
        Source::Item { list, at } => {
            walker.range(at);
            let list = list.ty.list()?;
            (Elements::List(list.clone()), between(0, 1))
        }
        Source::Values(of) => {
            let count = of.values.len() as u64;
            (Elements::Others, between(count, count))
        }
        Source::Lines { of, earlier } => {
            let speaks = |product: &&'b Product| {
                of.is_none() || of.as_ref() == Some(&product.name) || *of == product.family
            };
            let products = walker.facts.whole.products().iter().map(AsRef::as_ref).filter(speaks);
            let most = limits::MAX_LINES_PER_REQUEST as u64 - u64::from(*earlier);
            (Elements::Lines(products.collect()), between(0, most))
        }
        Source::Rows(table) => {
            let table = walker.facts.whole.table(table)?;
            let rows = table.versions.iter().map(|it| it.rows.keys.first().map_or(0, Vec::len) as u64);
            (Elements::Others, between(rows.clone().min()?, rows.max()?))
        }
        Source::Hits { table, keys } => {
            for key in keys {
                walker.range(key);
            }
            let table = walker.facts.whole.table(table)?;
            let rows = table.versions.iter().map(|it| it.rows.keys.first().map_or(0, Vec::len) as u64);
            (Elements::Hits(table), between(0, rows.max()?.max(1)))
        }
    };
    Some(Around { of, count, before: Vec::new() })
}
