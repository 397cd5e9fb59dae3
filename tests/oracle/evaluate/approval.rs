//! Who must agree: section 12 of the language reference.

use super::Quote;
use super::expr::{Res, Scope, UNKNOWN, World, truth};
use super::line::Priced;
use crate::model::{ApprovalRule, Approvals, Reviewer};

/// Somebody who signs.
#[derive(Clone, Debug)]
pub struct Signer {
    pub name: String,
    pub ladder: Option<String>,
    /// Those of one step sign at the same time, behind those of lower steps of their ladder.
    pub step: usize,
    pub needs: i64,
    pub reviewer: bool,
}

/// A rule that holds.
#[derive(Clone, Debug)]
pub struct Requirement {
    /// Who is asked; nobody can agree without one.
    pub who: Option<String>,
    /// Whom the rule asks, where that one is skipped.
    pub instead_of: Option<String>,
    pub lines: Vec<String>,
}

/// Fills in who is asked, who signs, and the status.
pub fn decide(world: &World, scope: &Scope, lines: &[Priced], answer: &mut Quote) {
    let nobody = Approvals::default();
    let approvals = world.book.approvals.as_ref().unwrap_or(&nobody);
    let mut undecided = Vec::new();
    let mut skipped: Vec<&String> = Vec::new();
    for (level, when) in &approvals.skips {
        match truth(world, scope, when) {
            Ok(true) => skipped.push(level),
            Ok(false) => {}
            Err(fault) => undecided.push(fault),
        }
    }
    for rule in &approvals.rules {
        let (held, decided) = holding(world, scope, lines, rule);
        undecided.extend(decided.err());
        let Some(lines) = held else { continue };
        let who = rule.who.as_ref().map(|who| instead_of(approvals, &skipped, who));
        let instead_of = rule.who.clone().filter(|asked| Some(asked) != who.as_ref());
        answer.requirements.push(Requirement { who, instead_of, lines });
    }
    // What the quote says already is not said again.
    let undecided = undecided.into_iter().filter(|fault| *fault != UNKNOWN);
    answer.violations.extend(undecided.map(|fault| fault.0.to_string()));
    let asked = |who: &String| answer.requirements.iter().any(|it| it.who.as_ref() == Some(who));
    let (route, passed) = route(approvals, &skipped, &asked);
    let stands_in =
        |level: &String| answer.requirements.iter().any(|it| it.instead_of.as_ref() == Some(level));
    let mut told: Vec<String> = Vec::new();
    for level in skipped.into_iter().filter(|level| passed.contains(level) || stands_in(level)) {
        if !told.contains(level) {
            told.push(level.clone());
        }
    }
    (answer.route, answer.skipped) = (route, told);
    let rejected = answer.requirements.iter().any(|it| it.who.is_none());
    let invalid = lines.iter().any(|priced| priced.answer.invalid) || !answer.violations.is_empty();
    answer.status = match (invalid, rejected, answer.route.is_empty()) {
        (true, ..) => "invalid",
        (_, true, _) => "rejected",
        (.., false) => "needs_approval",
        (.., true) => "ok",
    };
}

/// The level itself, or the next above it in its ladder that is not skipped.
fn instead_of(approvals: &Approvals, skipped: &[&String], who: &String) -> String {
    for ladder in &approvals.ladders {
        if let Some(at) = ladder.levels.iter().position(|(level, _)| level == who) {
            let mut above = ladder.levels[at..].iter().map(|(level, _)| level);
            return above.find(|level| !skipped.contains(level)).expect("the top signs").clone();
        }
    }
    who.clone()
}

/// The lines on which a rule holds, none where it does not hold; and whether it could be decided everywhere.
fn holding(
    world: &World,
    scope: &Scope,
    lines: &[Priced],
    rule: &ApprovalRule,
) -> (Option<Vec<String>>, Res<()>) {
    if !rule.per_line {
        return match truth(world, scope, &rule.when) {
            Ok(holds) => (holds.then(Vec::new), Ok(())),
            Err(fault) => (None, Err(fault)),
        };
    }
    let mut undecided = Ok(());
    let mut on = Vec::new();
    for priced in lines {
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
            Ok(true) => on.push(priced.id.clone()),
            Ok(false) => {}
            Err(_) if priced.answer.invalid => {}
            Err(fault) => undecided = Err(fault),
        }
    }
    ((!on.is_empty()).then_some(on), undecided)
}

/// Who signs, in the order of the steps; and the levels that would have signed, but are skipped.
fn route<'a>(
    approvals: &'a Approvals,
    skipped: &[&String],
    asked: &dyn Fn(&String) -> bool,
) -> (Vec<Signer>, Vec<&'a String>) {
    let (mut route, mut passed) = (Vec::new(), Vec::new());
    for ladder in &approvals.ladders {
        let highest = ladder.levels.iter().rposition(|(level, _)| asked(level));
        let mut step = 0;
        let mut sign = |name: &String, needs: i64, reviewer: bool, step: usize| {
            let (name, ladder) = (name.clone(), ladder.name.clone());
            route.push(Signer { name, ladder, step, needs, reviewer });
        };
        for (at, (level, needs)) in ladder.levels.iter().enumerate() {
            let meant = match ladder.route {
                Some("jump") => Some(at) == highest,
                Some("each") => asked(level),
                _ => highest.is_some_and(|highest| at <= highest),
            };
            let signs = meant && !skipped.contains(&level);
            if meant && !signs {
                passed.push(level);
            }
            if signs {
                step += 1;
                sign(level, *needs, false, step);
            }
            let beside = approvals.reviewers.iter().filter(|it| it.with == *level && asked(&it.name));
            let (parallel, behind): (Vec<&Reviewer>, Vec<&Reviewer>) = beside.partition(|it| it.parallel);
            if !parallel.is_empty() && !signs {
                step += 1;
            }
            for reviewer in parallel {
                sign(&reviewer.name, reviewer.needs, true, step);
            }
            for reviewer in behind {
                step += 1;
                sign(&reviewer.name, reviewer.needs, true, step);
            }
        }
    }
    route.sort_by_key(|signer: &Signer| signer.step);
    (route, passed)
}
