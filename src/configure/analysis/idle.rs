//! Rules that make no difference.

use std::collections::BTreeSet;

use super::limits::{CONFLICTS_A_RULE, STEPS_FOR_RULES};
use super::product::Analysis;
use super::words::{self, listed};
use crate::configure::{Model, RuleInfo, RuleKind};
use crate::diagnostic::{Diagnostic, codes};
use crate::logic::RuleId;
use crate::logic::search::{Need, Needs};

/// A rule that makes no difference, and the rules that say it already.
struct Idle {
    rule: RuleInfo,
    by: Vec<RuleInfo>,
}

/// Looks for constraints of the product that the others imply on every day, the last first: what is found can
/// go all together.
pub(super) fn prove(analysis: &mut Analysis<'_>) {
    let mut views: Vec<View<'_>> = Vec::new();
    for asked in &mut analysis.models {
        let Ok(Some(near)) = asked.session.complete(&[], &[]) else { return };
        let problem = asked.model.solver.problem();
        let needs = Needs::new(problem, CONFLICTS_A_RULE, STEPS_FOR_RULES);
        views.push(View { model: &asked.model, needs, near: near.values, dropped: BTreeSet::new() });
    }
    let Some((first, others)) = views.split_first_mut() else { return };
    let mut found = Vec::new();
    let mut undecided = Vec::new();
    let model = first.model;
    for (at, info) in model.rules.iter().enumerate().rev() {
        let Ok(at) = u32::try_from(at) else { continue };
        if info.kind != RuleKind::Constraint || info.within.is_some() {
            continue;
        }
        let mut by = match first.ask(RuleId(at)) {
            Ok(Some(by)) => by,
            Ok(None) => continue,
            Err(_) => {
                undecided.push(words::called(info));
                continue;
            }
        };
        let mut idle = true;
        for view in others.iter_mut() {
            let same = view.model.rules.iter().position(|it| it == info);
            match same.and_then(|at| u32::try_from(at).ok()).map(|at| view.ask(RuleId(at))) {
                Some(Ok(Some(more))) => by.extend(more),
                Some(Err(_)) => undecided.push(words::called(info)),
                None | Some(Ok(None)) => idle = false,
            }
        }
        if idle {
            first.drop(info);
            others.iter_mut().for_each(|view| view.drop(info));
            let mut rules: Vec<RuleInfo> = Vec::new();
            for rule in by {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
            found.push(Idle { rule: info.clone(), by: rules });
        }
    }
    drop(views);
    for idle in found.into_iter().rev() {
        report(analysis, &idle);
    }
    if !undecided.is_empty() {
        undecided.reverse();
        analysis.open(format!("whether {} make a difference", listed(&undecided, "and")));
    }
}

/// A model with somebody who asks what its rules are for.
struct View<'m> {
    model: &'m Model,
    needs: Needs<'m>,
    near: Vec<u32>,
    dropped: BTreeSet<RuleId>,
}

impl View<'_> {
    /// The rules that imply a rule; nothing where it makes a difference.
    fn ask(&mut self, rule: RuleId) -> crate::logic::Decided<Option<Vec<RuleInfo>>> {
        let (model, dropped) = (self.model, &self.dropped);
        let info = |rule: &RuleId| model.rules.get(rule.0 as usize);
        let apart = |rule: RuleId| {
            dropped.contains(&rule) || info(&rule).is_some_and(|info| info.kind == RuleKind::Guide)
        };
        match self.needs.ask(rule, &apart, &self.near)? {
            Need::Broken(_) => Ok(None),
            Need::Implied(by) => Ok(Some(by.iter().filter_map(info).cloned().collect())),
        }
    }

    /// Leaves a rule out from now on.
    fn drop(&mut self, rule: &RuleInfo) {
        let same = self.model.rules.iter().zip(0..).filter(|(it, _)| *it == rule);
        self.dropped.extend(same.map(|(_, at)| RuleId(at)));
    }
}

fn report(analysis: &mut Analysis<'_>, idle: &Idle) {
    let Idle { rule, by } = idle;
    let called = words::rule(rule);
    let message = match by.as_slice() {
        [] => format!("{called} makes no difference: all values of the options satisfy it"),
        [other] => format!("{called} makes no difference: {} already says it", words::rule(other)),
        others => {
            format!("{called} makes no difference: {} other rules already say it together", others.len())
        }
    };
    let mut problem =
        Diagnostic::new(codes::NO_EFFECT, message).at(rule.span, "without this nothing else is valid");
    for other in by {
        problem = problem.also(other.span, words::part_of(other));
    }
    let problem = problem.help("delete it, or mend its condition");
    analysis.push_of(rule.span, &[], problem);
}
