//! What goes through all lines is known late: it cannot be read of pieces, nor of other lines by what they
//! themselves know late, nor where a line's entries are tried.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Within;
use crate::check::item::{Checked, ItemIr};
use crate::check::summary::{Use, is_lines};
use crate::check::{errors, reads};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, ElementPlace, Expr, ExprKind, Name, Place};
use crate::resolve::ItemRef;
use crate::source::Span;

/// Refuses what is read before it is known. `products` are those of which something may lead to all lines.
pub(super) fn check<'b>(
    within: &Within<'_, 'b>,
    products: &[&'b ir::Product],
    items: &[(ItemRef, Arc<Checked>)],
    said: &mut BTreeSet<Span>,
    problems: &mut Vec<Diagnostic>,
) {
    let book = within.whole.book;
    let lets = late_lets(within, products);
    let mut refuse = |span: Span, problem: Diagnostic| {
        if said.insert(span) {
            problems.push(problem);
        }
    };
    if let Some((product, lines)) = late_cost_of_piece(within, products) {
        for_each(reads::of_book(book), &mut |expr| {
            if let ExprKind::Read(Place::Element { of: ElementPlace::Cost, .. }) = &expr.kind {
                refuse(expr.span, errors::cost_of_piece_not_known(expr.span, product, &lines));
            }
        });
    }
    if lets.is_empty() {
        return;
    }
    let is_late = |used: &Use| matches!(used, Use::Member(name) if lets.contains_key(name));
    for item in items.iter().filter(|(_, item)| item.summary.uses.iter().any(is_late)) {
        let Some(item) = &item.1.ir else { continue };
        for_each(reads::of_item(item), &mut |expr| {
            if let ExprKind::Read(Place::Element { of: ElementPlace::Member(name), .. }) = &expr.kind
                && let Some(lines) = lets.get(name)
            {
                refuse(expr.span, errors::let_not_known(expr.span, name, "of pieces", lines));
            }
        });
        let own_lets = match item {
            ItemIr::Product(it) => it.lets.as_slice(),
            ItemIr::Family(it) => it.shared.lets.as_slice(),
            _ => &[],
        };
        for_each(own_lets.iter().map(|it| &it.value.expr).collect(), &mut |expr| {
            if let ExprKind::Read(Place::Element { of: ElementPlace::Line(place), .. }) = &expr.kind
                && let Place::Member(name) = &**place
                && let Some(lines) = lets.get(name)
            {
                refuse(expr.span, errors::let_not_known(expr.span, name, "of other lines here", lines));
            }
        });
        let ItemIr::Price(price) = item else { continue };
        let mut of_entries: Vec<&Expr> = Vec::new();
        price.entries.iter().for_each(|entry| reads::of_input(entry, &mut of_entries));
        for_each(of_entries, &mut |expr| {
            if let ExprKind::Read(Place::Member(name)) = &expr.kind
                && let Some(lines) = lets.get(name)
            {
                refuse(expr.span, errors::let_not_known(expr.span, name, "where entries are tried", lines));
            }
        });
    }
}

fn for_each<'e>(exprs: Vec<&'e Expr>, visit: &mut dyn FnMut(&'e Expr)) {
    exprs.into_iter().for_each(|expr| reads::for_each(expr, visit));
}

/// The lets that lead to all lines, with the comprehension.
fn late_lets<'b>(within: &Within<'_, 'b>, products: &[&'b ir::Product]) -> BTreeMap<&'b Name, Name> {
    let mut late = BTreeMap::new();
    for product in products {
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
fn late_cost_of_piece<'b>(within: &Within<'_, 'b>, products: &[&'b ir::Product]) -> Option<(&'b Name, Name)> {
    let bundles = within.whole.book.products.iter();
    let pieces: BTreeSet<&Name> =
        bundles.flat_map(|product| &product.parts).map(|part| &part.product).collect();
    products.iter().filter(|product| pieces.contains(&product.name)).find_map(|product| {
        let mut formulas = product.unit_cost.iter().flat_map(|cost| cost.when.iter().chain([&cost.amount]));
        let lines = formulas
            .find_map(|formula| within.leads(&formula.expr, product, is_lines, &mut BTreeSet::new()))?;
        Some((&product.name, lines))
    })
}
