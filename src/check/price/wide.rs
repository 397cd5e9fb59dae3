//! Selections of a claim of which an earlier one takes what a later one needs, and those that no unit meets.

use std::collections::BTreeSet;

use super::quote_errors;
use crate::check::Signatures;
use crate::diagnostic::Diagnostic;
use crate::ir::{Name, NumberKind, Place, Selection, Value};
use crate::syntax::ast;

/// Warns of the selections of one clause that mean other units than are taken, or none. `written` are the
/// selections, and `checked` the same.
pub(super) fn warn_of_selections(
    written: &[ast::Selection],
    checked: &[Selection],
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) {
    let all: BTreeSet<&Name> = signatures.products.keys().collect();
    let meant: Vec<Meant<'_>> = checked.iter().map(|one| Meant::by(one, &all)).collect();
    wide_before_narrow(written, &meant, problems);
    by_measure(written, &meant, signatures, problems);
}

/// Warns of a selection that stands before one whose units it would all take too.
fn wide_before_narrow(written: &[ast::Selection], meant: &[Meant<'_>], problems: &mut Vec<Diagnostic>) {
    for (at, (narrow, of)) in meant.iter().zip(written).enumerate().skip(1) {
        let before = meant.iter().zip(written).take(at);
        if let Some((_, wide)) = before.into_iter().find(|(wide, _)| wide.is_wider(narrow)) {
            problems.push(quote_errors::wide_before_narrow(wide.span, of.span));
        }
    }
}

/// Warns of selections that name only products sold by measure: units are whole pieces.
fn by_measure(
    written: &[ast::Selection],
    meant: &[Meant<'_>],
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) {
    let is_measured = |product: &&Name| {
        signatures.products.get(*product).is_some_and(|it| it.quantity.kind != NumberKind::Int)
    };
    for (Meant { products, named, .. }, written) in meant.iter().zip(written) {
        if let Some(product) = products.first()
            && *named
            && products.iter().all(is_measured)
        {
            problems.push(quote_errors::claimed_by_measure(written.span, product));
        }
    }
}

/// The units that a selection means.
struct Meant<'s> {
    /// Only units of these products.
    products: BTreeSet<&'s Name>,
    /// These are named.
    named: bool,
    /// And only if something else holds.
    narrowed: bool,
}

impl<'s> Meant<'s> {
    fn by(selection: &'s Selection, all: &BTreeSet<&'s Name>) -> Meant<'s> {
        let mut meant = Meant { products: all.clone(), named: false, narrowed: false };
        for part in selection.among.iter().flat_map(|among| among.expr.conjuncts()) {
            match part.asked_of(&Place::Product) {
                None => meant.narrowed = true,
                Some(names) => {
                    meant.named = true;
                    meant.products.retain(|product| {
                        names.iter().any(|name| matches!(name, Value::Text(name) if name == *product))
                    });
                }
            }
        }
        meant
    }

    /// Whether all units of the other are meant here too, and others besides.
    fn is_wider(&self, other: &Meant<'_>) -> bool {
        !self.narrowed
            && other.products.is_subset(&self.products)
            && (other.narrowed || other.products.len() < self.products.len())
    }
}
