//! Steps of the quote on the line of a bundle whose price is that of its pieces alone: they reach nothing.

use super::bodies::Whole;
use super::errors;
use crate::diagnostic::Diagnostic;
use crate::ir::{Expr, ExprKind, Name, PartsPrice, Place, Price, Product, Step, StepKind, Value};
use crate::value::Exact;

/// Warns of conditions on lines that hold for bundles of which only the pieces cost something.
pub(crate) fn check(whole: &Whole<'_>, problems: &mut Vec<Diagnostic>) {
    let products = whole.book.products.iter();
    let free: Vec<&Name> = products.filter(|it| costs_nothing(whole, it)).map(|it| &it.name).collect();
    if !free.is_empty() {
        steps(&whole.book.quote.steps, &free, problems);
    }
}

fn steps(all: &[Step], free: &[&Name], problems: &mut Vec<Diagnostic>) {
    for step in all {
        let mut look = |condition: &Expr| {
            if let Some((at, bundle)) = only_free(condition, free) {
                problems.push(errors::pieces_meant(at.span, &step.name, bundle));
            }
        };
        match &step.kind {
            StepKind::Tax(tax) => tax.on_lines.iter().for_each(|it| look(&it.expr)),
            // What is added to the line of a bundle, a fee, is well meant.
            StepKind::Less(change) => {
                let on_lines = change.spread.iter().filter_map(|spread| spread.on_lines.as_ref());
                on_lines.for_each(|it| look(&it.expr));
            }
            StepKind::Claim(claim) => {
                claim.selections().filter_map(|it| it.among.as_ref()).for_each(|it| look(&it.expr));
            }
            StepKind::EachLine(inner) => {
                let takes = |step: &&Step| matches!(step.kind, StepKind::Less(_) | StepKind::Tax(_));
                inner
                    .iter()
                    .filter(takes)
                    .filter_map(|step| step.when.as_ref())
                    .for_each(|it| look(&it.expr));
            }
            _ => {}
        }
        steps(step.kind.steps(), free, problems);
    }
}

/// A comparison, one of those that must all hold, that leaves free bundles only; nothing where pieces are asked for.
fn only_free<'e>(condition: &'e Expr, free: &[&'e Name]) -> Option<(&'e Expr, &'e Name)> {
    condition.conjuncts().into_iter().find_map(|part| {
        let bundle = named(part.asked_of(&Place::Product)?, free)?;
        Some((part, bundle))
    })
}

/// The first of the products, if all of them are free.
fn named<'e>(products: &[Value], free: &[&'e Name]) -> Option<&'e Name> {
    let bundle = |value: &Value| match value {
        Value::Text(name) => free.iter().copied().find(|it| *it == name),
        _ => None,
    };
    let all: Option<Vec<&Name>> = products.iter().map(bundle).collect();
    all?.first().copied()
}

/// A bundle of priced parts whose own price is zero, written so.
fn costs_nothing(whole: &Whole<'_>, product: &Product) -> bool {
    product.parts_price == Some(PartsPrice::Priced) && whole.price_of(product).is_some_and(is_zero)
}

/// `list = 0 EUR`, and nothing that adds to it.
fn is_zero(price: &Price) -> bool {
    price.per_unit.iter().chain(&price.per_line).all(|step| match &step.kind {
        StepKind::List(amount) => amount.expr.kind == ExprKind::Const(Value::Number(Exact::ZERO)),
        StepKind::Round(round) => round.offset.is_zero(),
        StepKind::Less(_) | StepKind::Subtotal | StepKind::Let(_) | StepKind::Cap(_) => true,
        _ => false,
    })
}
