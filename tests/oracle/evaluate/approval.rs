//! Who must agree: section 12 of the language reference.

use super::Quote;
use super::expr::{Res, Scope, UNKNOWN, World, truth};
use super::line::Priced;
use crate::model::{ApprovalRule, Approvals};

/// Fills in who is asked, who signs, and the status.
pub fn decide(world: &World, scope: &Scope, lines: &[Priced], answer: &mut Quote) {
    let nobody = Approvals::default();
    let approvals = world.book.approvals.as_ref().unwrap_or(&nobody);
    for rule in &approvals.rules {
        let (held, undecided) = holding(world, scope, lines, rule);
        answer.requirements.extend(held.map(|on| (rule.who.clone(), on)));
        match undecided {
            Ok(()) => {}
            // What the quote says already is not said again.
            Err(fault) if fault == UNKNOWN => {}
            Err(fault) => {
                answer.violations.insert(fault.0.to_string());
            }
        }
    }
    let asked = |who: &String| answer.requirements.iter().any(|(found, _)| found.as_ref() == Some(who));
    answer.route = route(approvals, &asked);
    let rejected = answer.requirements.iter().any(|(who, _)| who.is_none());
    let invalid = lines.iter().any(|priced| priced.answer.invalid) || !answer.violations.is_empty();
    answer.status = match (invalid, rejected, answer.route.is_empty()) {
        (true, ..) => "invalid",
        (_, true, _) => "rejected",
        (.., false) => "needs_approval",
        (.., true) => "ok",
    };
}

/// The lines on which a rule holds, none where it does not hold; and whether it could be decided everywhere.
fn holding(
    world: &World,
    scope: &Scope,
    lines: &[Priced],
    rule: &ApprovalRule,
) -> (Option<Vec<usize>>, Res<()>) {
    if !rule.per_line {
        return match truth(world, scope, &rule.when) {
            Ok(holds) => (holds.then(Vec::new), Ok(())),
            Err(fault) => (None, Err(fault)),
        };
    }
    let mut undecided = Ok(());
    let mut on = Vec::new();
    for (at, priced) in lines.iter().enumerate() {
        let (product, family) = priced.scope.product.as_ref().expect("a line");
        let looked_at =
            rule.narrowed_to.as_ref().is_none_or(|to| to == product || Some(to) == family.as_ref());
        if !looked_at {
            continue;
        }
        let mut inside = priced.scope.clone();
        inside.lines = scope.lines.clone();
        for (name, value) in scope.names.iter().filter(|(name, _)| name.starts_with("quote.")) {
            inside.set(name.clone(), value.clone());
        }
        match truth(world, &inside, &rule.when) {
            Ok(true) => on.push(at),
            Ok(false) => {}
            Err(_) if priced.answer.invalid => {}
            Err(fault) => undecided = Err(fault),
        }
    }
    ((!on.is_empty()).then_some(on), undecided)
}

/// Who signs, in order; a reviewer signs after the level that they stand beside.
fn route(approvals: &Approvals, asked: &dyn Fn(&String) -> bool) -> Vec<String> {
    let highest = approvals.levels.iter().rposition(asked);
    let mut route = Vec::new();
    for (at, level) in approvals.levels.iter().enumerate() {
        let signs = match approvals.route {
            Some("jump") => Some(at) == highest,
            Some("each") => asked(level),
            _ => highest.is_some_and(|highest| at <= highest),
        };
        if signs {
            route.push(level.clone());
        }
        let beside = approvals.reviewers.iter().filter(|(_, with)| with.as_ref() == Some(level));
        route.extend(beside.map(|(name, _)| name.clone()).filter(asked));
    }
    let alone = approvals.reviewers.iter().filter(|(_, with)| with.is_none());
    route.extend(alone.map(|(name, _)| name.clone()).filter(asked));
    route
}
