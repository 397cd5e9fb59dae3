//! What goes through all lines is known late: it cannot be read of pieces, nor of other lines by what they
//! themselves know late, nor where a line's entries are tried.

use std::collections::{BTreeMap, BTreeSet};

use super::{Within, is_lines};
use crate::check::{errors, reads};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, ElementPlace, Expr, ExprKind, Name, Place};
use crate::source::Span;

/// Refuses what is read before it is known.
pub(super) fn check<'b>(
    book: &'b ir::Book,
    within: &Within<'b>,
    said: &mut BTreeSet<Span>,
    problems: &mut Vec<Diagnostic>,
) {
    let lets = late_lets(book, within);
    let mut refuse = |span: Span, problem: Diagnostic| {
        if said.insert(span) {
            problems.push(problem);
        }
    };
    if let Some((product, lines)) = late_cost_of_piece(book, within) {
        for_each(reads::of_book(book), &mut |expr| {
            if let ExprKind::Read(Place::Element { of: ElementPlace::Cost, .. }) = &expr.kind {
                refuse(expr.span, errors::cost_of_piece_not_known(expr.span, product, &lines));
            }
        });
    }
    if lets.is_empty() {
        return;
    }
    for_each(reads::of_book(book), &mut |expr| {
        if let ExprKind::Read(Place::Element { of: ElementPlace::Member(name), .. }) = &expr.kind
            && let Some(lines) = lets.get(name)
        {
            refuse(expr.span, errors::let_not_known(expr.span, name, "of pieces", lines));
        }
    });
    let of_lets = book.products.iter().flat_map(|product| &product.lets).map(|it| &it.value.expr);
    for_each(of_lets.collect(), &mut |expr| {
        if let ExprKind::Read(Place::Element { of: ElementPlace::Line(place), .. }) = &expr.kind
            && let Place::Member(name) = &**place
            && let Some(lines) = lets.get(name)
        {
            refuse(expr.span, errors::let_not_known(expr.span, name, "of other lines here", lines));
        }
    });
    let mut of_entries: Vec<&Expr> = Vec::new();
    for entry in book.prices.iter().flat_map(|price| &price.entries) {
        of_entries.extend(entry.when.iter().chain(&entry.limit).map(|formula| &formula.expr));
    }
    for_each(of_entries, &mut |expr| {
        if let ExprKind::Read(Place::Member(name)) = &expr.kind
            && let Some(lines) = lets.get(name)
        {
            refuse(expr.span, errors::let_not_known(expr.span, name, "where entries are tried", lines));
        }
    });
}

fn for_each<'e>(exprs: Vec<&'e Expr>, visit: &mut dyn FnMut(&'e Expr)) {
    exprs.into_iter().for_each(|expr| reads::for_each(expr, visit));
}

/// The lets that lead to all lines, with the comprehension.
fn late_lets<'b>(book: &'b ir::Book, within: &Within<'b>) -> BTreeMap<&'b Name, Name> {
    let mut late = BTreeMap::new();
    for product in &book.products {
        for own in &product.lets {
            let lines = within.leads(&own.value.expr, product, is_lines, &mut BTreeSet::new());
            if let Some(lines) = lines {
                late.insert(&own.name, lines);
            }
        }
    }
    late
}

/// A product that is a part of another, and whose cost leads to all lines.
fn late_cost_of_piece<'b>(book: &'b ir::Book, within: &Within<'b>) -> Option<(&'b Name, Name)> {
    let pieces: BTreeSet<&Name> =
        book.products.iter().flat_map(|product| &product.parts).map(|part| &part.product).collect();
    book.products.iter().filter(|product| pieces.contains(&product.name)).find_map(|product| {
        let mut formulas = product.unit_cost.iter().flat_map(|cost| cost.when.iter().chain([&cost.amount]));
        let lines = formulas
            .find_map(|formula| within.leads(&formula.expr, product, is_lines, &mut BTreeSet::new()))?;
        Some((&product.name, lines))
    })
}
