//! What only the checked parts of a book together show.

use std::sync::Arc;

use super::errors;
use super::visit::parts;
use crate::diagnostic::Diagnostic;
use crate::ir::{Always, Approvals, Builtin, Expr, ExprKind, Place, Price, Quote, Step, StepKind};
use crate::source::Span;

/// Warns of floors that the quote's own discounts can undercut, unless a rule or property looks at the net.
pub fn check_together(
    prices: &[Arc<Price>],
    quote: &Quote,
    approvals: &Approvals,
    always: &[Arc<Always>],
) -> Vec<Diagnostic> {
    let Some(discount) = free_discount(&quote.steps) else { return Vec::new() };
    let rules = approvals.rules.iter().map(|rule| &rule.when.expr);
    let mut watched = rules.chain(always.iter().map(|it| &it.condition.expr));
    if watched.any(looks_at_net) {
        return Vec::new();
    }
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
