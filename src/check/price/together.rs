//! What only the checked parts of a book together show.

use std::sync::Arc;

use super::errors;
use super::rounding::minor_steps;
use super::visit::parts;
use crate::check::Signatures;
use crate::diagnostic::Diagnostic;
use crate::ir::{
    Always, Approvals, Builtin, Expr, ExprKind, PerCurrency, Place, Price, Quote, Step, StepKind,
};
use crate::source::Span;
use crate::value::Exact;

/// Warns of what only the steps of lines and of the quote together show.
pub fn check_together(
    prices: &[Arc<Price>],
    quote: &Quote,
    approvals: &Approvals,
    always: &[Arc<Always>],
    signatures: &Signatures,
) -> Vec<Diagnostic> {
    let rules = approvals.rules.iter().map(|rule| &rule.when.expr);
    let watched = rules.chain(always.iter().map(|it| &it.condition.expr)).any(looks_at_net);
    let mut problems = if watched { Vec::new() } else { floors_not_binding(prices, quote) };
    if !rounds(&quote.steps) {
        let minor = minor_steps(signatures);
        problems.extend(prices.iter().filter_map(|price| line_too_fine(price, &minor, signatures)));
    }
    problems
}

fn rounds(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.kind {
        StepKind::Round(_) => true,
        StepKind::EachLine(steps) => rounds(steps),
        _ => false,
    })
}

/// The price of a line whose last rounding is finer than what is paid. Unit prices may be.
fn line_too_fine(price: &Price, minor: &PerCurrency, signatures: &Signatures) -> Option<Diagnostic> {
    let last = price.per_line.iter().rev().find_map(|step| match &step.kind {
        StepKind::Round(to) => Some((step.span, to)),
        _ => None,
    });
    let (span, to) = last?;
    let minors = (0_u16..).zip(&signatures.book.currencies);
    let finer = minors.map(|(at, code)| (at, code, minor.in_currency(at))).find(|(at, _, minor)| {
        let whole = |number: &Exact| number.checked_div(minor).is_ok_and(|times| times.is_integer());
        !whole(to.step.in_currency(*at)) || !whole(to.offset.in_currency(*at))
    });
    finer.map(|(_, code, minor)| errors::finer_than_paid(span, "round", (code, minor)))
}

/// Warns of floors that the quote's own discounts can undercut, where no rule or property looks at the net.
fn floors_not_binding(prices: &[Arc<Price>], quote: &Quote) -> Vec<Diagnostic> {
    let Some(discount) = free_discount(&quote.steps) else { return Vec::new() };
    let floors = prices.iter().flat_map(|price| price.per_unit.iter().chain(&price.per_line));
    let floors = floors.filter(|step| matches!(step.kind, StepKind::Floor(_)));
    floors.map(|floor| errors::floor_not_binding(floor.span, &floor.name, discount)).collect()
}

/// A discount of the quote that may take any amount from a line.
fn free_discount(steps: &[Step]) -> Option<Span> {
    steps.iter().find_map(|step| match &step.kind {
        StepKind::Less(change) => {
            let limited = change.spread.as_ref().is_some_and(|spread| spread.within.is_some());
            (!limited).then_some(step.span)
        }
        StepKind::Claim(_) => Some(step.span),
        StepKind::Group { steps, .. } | StepKind::EachLine(steps) | StepKind::Claims(steps) => {
            free_discount(steps)
        }
        _ => None,
    })
}

fn looks_at_net(expr: &Expr) -> bool {
    let mut looks = false;
    parts(expr, &mut |part| {
        looks |= matches!(
            part.kind,
            ExprKind::Read(Place::Builtin { figure: Builtin::Net | Builtin::Margin | Builtin::OffList, .. })
        );
    });
    looks
}
