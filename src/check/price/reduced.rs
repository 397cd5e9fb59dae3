//! Taxes of a charge that a step below the charge makes smaller: the name of a charge reads what it was made with.

use super::compound::tax_of;
use super::warnings;
use crate::diagnostic::Diagnostic;
use crate::ir::{Expr, ExprKind, Level, Name, Place, Step, StepKind};
use crate::source::Span;

/// Warns of taxes on the whole of a charge of which a discount has taken a part.
pub(super) fn warn_of_full_tax(steps: &[Step], problems: &mut Vec<Diagnostic>) {
    let (mut charges, mut reduced): (Vec<&Name>, Vec<(&Name, &Step)>) = (Vec::new(), Vec::new());
    for step in steps {
        for (tax, amount) in taxes_of(step) {
            let found = reduced.iter().find_map(|(charge, by)| {
                let knows = reads(amount, &by.name).is_some();
                reads(amount, charge).filter(|_| !knows).map(|span| (span, *charge, *by))
            });
            if let Some((span, charge, by)) = found {
                problems.push(warnings::taxed_in_full(span, &tax.name, charge, by));
            }
        }
        match &step.kind {
            StepKind::Charge(_) => charges.push(&step.name),
            StepKind::Less(change) | StepKind::Add(change)
                if change.spread.as_ref().is_some_and(|spread| spread.with_charges) =>
            {
                reduced.extend(charges.iter().map(|charge| (*charge, step)));
            }
            _ => {}
        }
    }
}

/// The tax that a step is, or the taxes that stand in it, with their amounts.
fn taxes_of(step: &Step) -> Vec<(&Step, &Expr)> {
    let members = match &step.kind {
        StepKind::Taxes { steps, .. } => steps.as_slice(),
        _ => std::slice::from_ref(step),
    };
    members.iter().filter_map(|member| Some((member, &tax_of(member)?.amount.expr))).collect()
}

/// Where an amount reads a figure of the quote.
fn reads(amount: &Expr, figure: &Name) -> Option<Span> {
    let mut waiting = vec![amount];
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Read(Place::Figure { level: Level::Quote, name }) if name == figure => {
                return Some(expr.span);
            }
            _ => expr.for_each_operand(&mut |operand| waiting.push(operand)),
        }
    }
    None
}
