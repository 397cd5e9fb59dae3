//! Selections of a claim of which an earlier one takes what a later one needs, and those that no unit meets.

use std::collections::BTreeSet;

use super::quote_errors;
use crate::check::Signatures;
use crate::diagnostic::Diagnostic;
use crate::ir::{CompareOp, Expr, ExprKind, LogicOp, Name, NumberKind, Place, Selection, Value};
use crate::syntax::ast;

/// Warns of a selection that stands before one whose units it would all take too. `written` are the selections
/// of one clause, and `checked` the same.
pub(super) fn wide_before_narrow(
    written: &[ast::Selection],
    checked: &[Selection],
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) {
    let all: BTreeSet<&Name> = signatures.products.keys().collect();
    let meant: Vec<Meant<'_>> = checked.iter().map(|one| Meant::by(one, &all)).collect();
    for (at, (narrow, of)) in meant.iter().zip(written).enumerate().skip(1) {
        let before = meant.iter().zip(written).take(at);
        if let Some((_, wide)) = before.into_iter().find(|(wide, _)| wide.is_wider(narrow)) {
            problems.push(quote_errors::wide_before_narrow(wide.span, of.span));
        }
    }
}

/// Warns of selections that name only products sold by measure: units are whole pieces. `written` are the
/// selections of one clause, and `checked` the same.
pub(super) fn by_measure(
    written: &[ast::Selection],
    checked: &[Selection],
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) {
    let all: BTreeSet<&Name> = signatures.products.keys().collect();
    let is_measured = |product: &Name| {
        signatures.products.get(product).is_some_and(|it| it.quantity.kind != NumberKind::Int)
    };
    for (one, written) in checked.iter().zip(written) {
        let Meant { products, named, .. } = Meant::by(one, &all);
        if let Some(product) = products.first()
            && named
            && products.iter().all(|product| is_measured(product))
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
        let mut waiting: Vec<&'s Expr> = selection.among.iter().map(|among| &among.expr).collect();
        while let Some(expr) = waiting.pop() {
            let names: Vec<&'s Value> = match &expr.kind {
                ExprKind::Logic { op: LogicOp::And, left, right } => {
                    waiting.extend([left.as_ref(), right.as_ref()]);
                    continue;
                }
                ExprKind::OneOf { value, of } if reads_product(value) => of.iter().collect(),
                ExprKind::Compare { op: CompareOp::Equal, left, right } if reads_product(left) => {
                    match &right.kind {
                        ExprKind::Const(name) => vec![name],
                        _ => {
                            meant.narrowed = true;
                            continue;
                        }
                    }
                }
                _ => {
                    meant.narrowed = true;
                    continue;
                }
            };
            let is_named = |product: &Name| {
                names.iter().any(|name| matches!(name, Value::Text(name) if name == product))
            };
            meant.named = true;
            meant.products.retain(|product| is_named(product));
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

fn reads_product(expr: &Expr) -> bool {
    expr.kind == ExprKind::Read(Place::Product)
}
