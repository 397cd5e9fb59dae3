//! Rules and lets that hang on days of the request: whichever day a quote is made for, a request can bring a day that
//! fits, so they limit no configuration.

use std::collections::HashSet;

use super::failing::Failing;
use crate::ir::{Book, ConstraintRule, Expr, ExprKind, Name, Place, Product, Ty, Value};
use crate::source::Span;

/// What an expression reads, by way of lets and functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Days {
    /// The day of the quote, otherwise than to compare it with a constant.
    pub(super) of_quote: bool,
    /// A day that the request brings.
    pub(super) of_request: bool,
}

impl Days {
    /// What an expression of a product reads.
    pub(super) fn read(book: &Book, product: &Product, expr: &Expr) -> Days {
        let (mut days, mut seen) = (Days::default(), HashSet::new());
        let mut waiting = vec![expr];
        while let Some(expr) = waiting.pop() {
            match &expr.kind {
                ExprKind::Compare { left, right, .. } if is_told(left, right) => continue,
                ExprKind::Read(Place::AsOf) => days.of_quote = true,
                ExprKind::Read(Place::Fact(_) | Place::Context { .. } | Place::Element { .. }) => {
                    days.of_request |= *expr.ty.required() == Ty::Date;
                }
                ExprKind::Read(Place::Member(name)) => {
                    if comes_with_the_line(product, name) {
                        days.of_request |= *expr.ty.required() == Ty::Date;
                    } else if let Some(it) = product.lets.iter().find(|it| it.name == *name)
                        && seen.insert((name, true))
                    {
                        waiting.push(&it.value.expr);
                    }
                }
                ExprKind::Call { def, .. } if seen.insert((def, false)) => {
                    let it = book.defs.iter().find(|it| it.name == *def);
                    waiting.extend(it.map(|it| &it.body.expr));
                }
                _ => {}
            }
            expr.for_each_operand(&mut |operand| waiting.push(operand));
        }
        days
    }

    /// Both: one can be chosen to fit the other.
    pub(super) fn are_free(self) -> bool {
        self.of_quote && self.of_request
    }
}

/// `as_of >= 2026-07-01`: two or three kinds of days.
fn is_told(left: &Expr, right: &Expr) -> bool {
    let is_day = |expr: &Expr| matches!(expr.kind, ExprKind::Read(Place::AsOf));
    let is_constant = |expr: &Expr| matches!(expr.kind, ExprKind::Const(Value::Date(_)));
    is_day(left) && is_constant(right) || is_constant(left) && is_day(right)
}

/// Whether a name is that of a fact that the line's request brings.
pub(super) fn comes_with_the_line(product: &Product, name: &Name) -> bool {
    product.options.iter().any(|option| option.with_line && option.name == *name)
}

/// The declarations of a product, and of its pieces, whose days fit each other in some request.
pub(super) fn free(book: &Book, product: &Product) -> HashSet<Span> {
    of_rules(book, product, Days::are_free)
}

/// The declarations of a product, and of its pieces, that ask for days of the request.
pub(super) fn dated(book: &Book, product: &Product) -> HashSet<Span> {
    of_rules(book, product, |days| days.of_request)
}

fn of_rules(book: &Book, product: &Product, wanted: fn(Days) -> bool) -> HashSet<Span> {
    let (mut found, mut seen, mut waiting) = (HashSet::new(), HashSet::new(), vec![product]);
    while let Some(product) = waiting.pop() {
        if !seen.insert(&product.name) {
            continue;
        }
        let is_wanted = |expr: &Expr| wanted(Days::read(book, product, expr));
        let rules = product.constraints.iter().filter(|constraint| match &constraint.rule {
            ConstraintRule::Holds(rule) => is_wanted(rule),
            ConstraintRule::Row { .. } => false,
        });
        found.extend(rules.map(|rule| rule.span));
        let fails = Failing::new(book, product);
        let lets = product.lets.iter().filter(|it| is_wanted(&it.value.expr));
        found.extend(lets.filter(|it| fails.may_fail(&it.value.expr)).map(|it| it.span));
        let pieces = |name: &Name| book.products.iter().find(|it| it.name == *name);
        waiting.extend(product.parts.iter().filter_map(|part| pieces(&part.product)).map(AsRef::as_ref));
    }
    found
}
