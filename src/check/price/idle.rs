//! Steps that change nothing, whatever is asked for: a condition that can never hold, an amount of zero.

use super::never::{contradicts_itself, exclude_each_other};
use super::reach::{Known, Truth};
use super::warnings;
use crate::check::expr::constant;
use crate::diagnostic::Diagnostic;
use crate::ir::{Formula, GroupKind, Step, StepKind, Value};

/// Warns of the steps of a block that never count.
pub(super) fn warn_of_idle(steps: &[Step], known: &Known<'_>, problems: &mut Vec<Diagnostic>) {
    look(steps, known, (&mut Vec::new(), false), problems);
}

/// `around` are the conditions of the groups that the steps stand in; in a group that chooses, a step of zero can be
/// chosen.
fn look<'s>(
    steps: &'s [Step],
    known: &Known<'_>,
    (around, chosen): (&mut Vec<&'s Formula>, bool),
    problems: &mut Vec<Diagnostic>,
) {
    for step in steps {
        let mut idle = false;
        for condition in step.when.iter().chain(on_lines(step)) {
            let left = known.left_by(&condition.expr);
            let known = known.narrowed(&left);
            if known.truth(&condition.expr) == Truth::Never || contradicts_itself(&condition.expr) {
                let ranges = known.ranges(&condition.expr);
                problems.push(warnings::never_holds(step, condition, None, &ranges));
                idle = true;
            }
        }
        let outer = around.last().copied();
        if let (false, Some(own), Some(outer)) = (idle, &step.when, outer)
            && exclude_each_other(around.iter().map(|it| &it.expr).chain([&own.expr]))
        {
            problems.push(warnings::never_holds(step, own, Some(outer), &[]));
            idle = true;
        }
        if !idle && !chosen && is_zero(step) {
            problems.push(warnings::zero_step(step));
        }
        around.extend(step.when.as_ref());
        let inside = match &step.kind {
            StepKind::Group { kind, .. } => *kind != GroupKind::All,
            _ => chosen,
        };
        if !idle {
            look(step.kind.steps(), known, (around, inside), problems);
        }
        if step.when.is_some() {
            around.pop();
        }
    }
}

/// The conditions that choose the lines of a step.
fn on_lines(step: &Step) -> Vec<&Formula> {
    match &step.kind {
        StepKind::Tax(tax) => tax.on_lines.iter().collect(),
        StepKind::Add(change) | StepKind::Less(change) => {
            change.spread.as_ref().and_then(|spread| spread.on_lines.as_ref()).into_iter().collect()
        }
        StepKind::Claim(claim) => claim.selections().filter_map(|it| it.among.as_ref()).collect(),
        _ => Vec::new(),
    }
}

fn is_zero(step: &Step) -> bool {
    let amount = match &step.kind {
        StepKind::Add(change) | StepKind::Less(change) | StepKind::Charge(change) => &change.amount,
        StepKind::Claim(claim) => &claim.amount,
        _ => return false,
    };
    matches!(constant(&amount.expr), Some(Value::Number(number)) if number.is_zero())
}
