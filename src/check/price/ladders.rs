//! Who signs: levels, reviewers, and ladders beside each other.

use std::collections::BTreeMap;

use super::approval_errors as errors;
use crate::diagnostic::{Diagnostic, nearest};
use crate::ir::{self, Route};
use crate::source::Span;
use crate::syntax::ast;

/// The most people that a level may need.
const MOST_SIGNATURES: u32 = 99;

/// Checks who signs; rules are left empty.
pub(super) fn signers(approvals: &ast::Approvals, problems: &mut Vec<Diagnostic>) -> Option<ir::Approvals> {
    names_are_different(approvals, problems);
    let mut reviewers = Vec::new();
    for written in &approvals.reviewers {
        reviewers.push(reviewer(written, &all_levels(approvals), approvals, problems));
    }
    let mut ladders = Vec::new();
    for written in &approvals.ladders {
        if written.levels.is_empty() {
            problems.push(errors::ladder_without_level(&written.name));
        }
        let own: Vec<&ast::Name> = written.levels.iter().map(|level| &level.name).collect();
        for it in &written.reviewers {
            reviewers.push(reviewer(it, &own, approvals, problems));
        }
        ladders.push(ir::Ladder {
            name: written.name.text.clone(),
            label: written.label.as_ref().map(|label| label.text.clone()),
            levels: levels(&written.levels, problems),
            route: route(written.route.as_ref())?,
        });
    }
    Some(ir::Approvals {
        levels: levels(&approvals.levels, problems),
        reviewers,
        ladders,
        skips: Vec::new(),
        rules: Vec::new(),
        route: route(approvals.route.as_ref())?,
    })
}

/// The levels of all ladders.
fn all_levels(approvals: &ast::Approvals) -> Vec<&ast::Name> {
    let ladders = approvals.ladders.iter().flat_map(|ladder| &ladder.levels);
    approvals.levels.iter().chain(ladders).map(|level| &level.name).collect()
}

/// The reviewers of all ladders.
fn all_reviewers(approvals: &ast::Approvals) -> Vec<&ast::Name> {
    let ladders = approvals.ladders.iter().flat_map(|ladder| &ladder.reviewers);
    approvals.reviewers.iter().chain(ladders).map(|reviewer| &reviewer.name).collect()
}

fn names_are_different(approvals: &ast::Approvals, problems: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let mut names = all_levels(approvals);
    names.extend(all_reviewers(approvals));
    names.extend(approvals.ladders.iter().map(|ladder| &ladder.name));
    names.sort_by_key(|name| name.span.start);
    for name in names {
        match first.get(name.text.as_ref()) {
            Some(first) => problems.push(errors::duplicate_signer(name, *first)),
            None => {
                first.insert(&name.text, name.span);
            }
        }
    }
}

fn levels(written: &[ast::Level], problems: &mut Vec<Diagnostic>) -> Vec<ir::ApprovalLevel> {
    let level = |level: &ast::Level| ir::ApprovalLevel {
        name: level.name.text.clone(),
        label: level.label.as_ref().map(|label| label.text.clone()),
        needs: needs(level.needs.as_ref(), problems),
    };
    written.iter().map(level).collect()
}

/// How many people must sign.
fn needs(written: Option<&ast::Number>, problems: &mut Vec<Diagnostic>) -> u32 {
    let Some(written) = written else { return 1 };
    let count = written.value.to_u64().and_then(|count| u32::try_from(count).ok());
    match count.filter(|count| (1..=MOST_SIGNATURES).contains(count)) {
        Some(count) => count,
        None => {
            problems.push(errors::bad_needs(written.span, MOST_SIGNATURES));
            1
        }
    }
}

fn reviewer(
    written: &ast::Reviewer,
    levels: &[&ast::Name],
    approvals: &ast::Approvals,
    problems: &mut Vec<Diagnostic>,
) -> ir::Reviewer {
    let names = || levels.iter().map(|level| level.text.as_ref());
    match &written.with {
        None => problems.push(errors::reviewer_without_level(&written.name, names().next_back())),
        Some(with) if !names().any(|level| level == with.text.as_ref()) => {
            let elsewhere = all_levels(approvals).into_iter().find(|level| level.text == with.text);
            problems.push(match elsewhere {
                Some(level) => errors::level_of_another_ladder(with, level.span),
                None => {
                    let is_reviewer = all_reviewers(approvals).iter().any(|it| it.text == with.text);
                    errors::unknown_level(with, is_reviewer, nearest(&with.text, names()))
                }
            });
        }
        Some(_) => {}
    }
    ir::Reviewer {
        name: written.name.text.clone(),
        label: written.label.as_ref().map(|label| label.text.clone()),
        needs: needs(written.needs.as_ref(), problems),
        with: written.with.as_ref().map(|with| with.text.clone()),
        parallel: written.parallel,
    }
}

/// Which levels sign; none for a word that the parser has refused.
fn route(written: Option<&ast::Name>) -> Option<Route> {
    match written.map(|word| word.text.as_ref()) {
        None => Some(Route::default()),
        Some("climb") => Some(Route::Climb),
        Some("jump") => Some(Route::Jump),
        Some("each") => Some(Route::Each),
        Some(_) => None,
    }
}

/// Refuses a rule that asks somebody who is not declared.
pub(super) fn refuse_unknown_signer(
    who: &ast::Name,
    approvals: &ast::Approvals,
    problems: &mut Vec<Diagnostic>,
) {
    let mut known: Vec<&str> = all_levels(approvals).iter().map(|name| name.text.as_ref()).collect();
    known.extend(all_reviewers(approvals).iter().map(|name| name.text.as_ref()));
    if known.contains(&who.text.as_ref()) {
        return;
    }
    let ladder = approvals.ladders.iter().find(|ladder| ladder.name.text == who.text);
    problems.push(match ladder {
        Some(ladder) => {
            errors::asks_a_ladder(who, ladder.levels.first().map(|level| level.name.text.as_ref()))
        }
        None => errors::unknown_signer(who, &known, nearest(&who.text, known.iter().copied())),
    });
}

/// Refuses to skip what is no level, or what has no level above it.
pub(super) fn can_be_skipped(level: &ast::Name, approvals: &ast::Approvals, problems: &mut Vec<Diagnostic>) {
    let ladders = approvals.ladders.iter().map(|ladder| ladder.levels.as_slice());
    let mut ladders = std::iter::once(approvals.levels.as_slice()).chain(ladders);
    let own = ladders.find(|levels| levels.iter().any(|it| it.name.text == level.text));
    match own.and_then(<[ast::Level]>::last) {
        Some(top) if top.name.text == level.text => problems.push(errors::skips_the_top(level)),
        Some(_) => {}
        None => {
            let is_reviewer = all_reviewers(approvals).iter().any(|it| it.text == level.text);
            let levels = all_levels(approvals);
            let near = nearest(&level.text, levels.iter().map(|it| it.text.as_ref()));
            problems.push(errors::unknown_level(level, is_reviewer, near));
        }
    }
}

/// Warns of ladders that no rule asks.
pub(super) fn warn_of_idle(approvals: &ast::Approvals, problems: &mut Vec<Diagnostic>) {
    for ladder in approvals.ladders.iter().filter(|ladder| !ladder.levels.is_empty()) {
        let levels = || ladder.levels.iter().map(|level| level.name.text.as_ref());
        let reviewers = approvals.reviewers.iter().chain(&ladder.reviewers);
        let beside = reviewers.filter(|it| {
            let with = it.with.as_ref().map_or("", |with| with.text.as_ref());
            levels().any(|level| level == with)
        });
        let own: Vec<&str> = levels().chain(beside.map(|it| it.name.text.as_ref())).collect();
        let asks =
            |rule: &ast::ApprovalRule| rule.who.as_ref().is_some_and(|who| own.contains(&who.text.as_ref()));
        if !approvals.rules.iter().any(asks) {
            problems.push(errors::idle_ladder(&ladder.name, own.first().copied()));
        }
    }
}

/// Warns of levels that never sign: nobody asks them, and with `route climb` nobody above them either.
pub fn warn_of_idle_levels(approvals: &ast::Approvals, problems: &mut Vec<Diagnostic>) {
    let main = (approvals.levels.as_slice(), approvals.route.as_ref());
    let ladders = approvals.ladders.iter().map(|ladder| (ladder.levels.as_slice(), ladder.route.as_ref()));
    for (levels, route) in std::iter::once(main).chain(ladders) {
        // A level may be there for its reviewer.
        let reviewers =
            approvals.reviewers.iter().chain(approvals.ladders.iter().flat_map(|it| &it.reviewers));
        let reviewers: Vec<&ast::Reviewer> = reviewers.collect();
        let asked = |level: &ast::Level| {
            let own = &level.name.text;
            let beside = |who: &ast::Name| {
                let is_with = |it: &&&ast::Reviewer| it.with.as_ref().is_some_and(|with| with.text == *own);
                reviewers.iter().filter(is_with).any(|it| it.name.text == who.text)
            };
            let mut who = approvals.rules.iter().filter_map(|rule| rule.who.as_ref());
            who.any(|who| who.text == *own || beside(who))
        };
        // Who is skipped hands on what is asked; of a ladder that nobody asks that is said already.
        let hands_on = |level: &ast::Level| approvals.skips.iter().any(|it| it.level.text == level.name.text);
        if levels.iter().any(hands_on) || !levels.iter().any(asked) {
            continue;
        }
        let climbs = route.is_none_or(|route| route.text.as_ref() == "climb");
        let mut above = false;
        for level in levels.iter().rev() {
            above |= asked(level);
            if !above || !climbs && !asked(level) {
                problems.push(crate::check::errors::idle_level(level.name.span, &level.name.text));
            }
        }
    }
}
