//! Approvals: levels, reviewers, ladders, and the rules that ask them.

use super::expressions::expr;
use super::flow::Flow;
use super::items::narrowed;
use super::lines::{Columns, Line, Lines};
use super::words::{because, labelled, text};
use crate::source::Span;
use crate::syntax::ast::{ApprovalRule, Approvals, Ladder, Level, Name, Number, Reviewer, Skip, Text};

/// A part of the block, which the tree keeps in several lists.
enum Part<'a> {
    Line(Box<Line>),
    Ladder(&'a Ladder),
}

impl Lines<'_> {
    pub(super) fn approvals(&mut self, approvals: &Approvals, at: Span) {
        let mut parts: Vec<(u32, Part<'_>)> =
            signers(&approvals.levels, &approvals.reviewers, approvals.route.as_ref());
        parts.extend(approvals.ladders.iter().map(|ladder| (ladder.span.start, Part::Ladder(ladder))));
        let rules = approvals.skips.iter().map(skip_line).chain(approvals.rules.iter().map(rule_line));
        parts.extend(rules.map(|line| (line.start, Part::Line(Box::new(line)))));
        self.approval_parts("approvals", parts, at);
    }

    fn approval_parts(&mut self, head: &str, mut parts: Vec<(u32, Part<'_>)>, at: Span) {
        parts.sort_by_key(|(start, _)| *start);
        self.open(Line::plain(Flow::of(head), at));
        for (_, part) in parts {
            match part {
                Part::Line(line) => self.push(*line),
                Part::Ladder(ladder) => {
                    let head = format!("ladder {}", labelled(&ladder.name, ladder.label.as_ref()));
                    let parts = signers(&ladder.levels, &ladder.reviewers, ladder.route.as_ref());
                    self.approval_parts(&head, parts, ladder.span);
                }
            }
        }
        self.close("", at.end);
    }
}

/// What a ladder is made of.
fn signers<'a>(levels: &[Level], reviewers: &[Reviewer], route: Option<&Name>) -> Vec<(u32, Part<'a>)> {
    let levels = levels.iter().map(level_line);
    let reviewers = reviewers.iter().map(reviewer_line);
    let route = route.map(|route| Line::plain(Flow::of(format!("route {}", route.text)), route.span));
    let lines = levels.chain(reviewers).chain(route);
    lines.map(|line| (line.start, Part::Line(Box::new(line)))).collect()
}

/// `level director "Sales director" needs 2`
fn level_line(level: &Level) -> Line {
    signer_line("level", &level.name, level.label.as_ref(), level.needs.as_ref(), Vec::new())
}

/// `reviewer finance "Finance" needs 2 with director parallel`
fn reviewer_line(reviewer: &Reviewer) -> Line {
    let with = reviewer.with.as_ref().map(|with| format!("with {}", with.text));
    let parallel = reviewer.parallel.then(|| "parallel".to_owned());
    let behind = with.into_iter().chain(parallel).collect();
    signer_line("reviewer", &reviewer.name, reviewer.label.as_ref(), reviewer.needs.as_ref(), behind)
}

fn signer_line(
    word: &str,
    name: &Name,
    label: Option<&Text>,
    needs: Option<&Number>,
    behind: Vec<String>,
) -> Line {
    let needs = needs.map(|needs| format!("needs {}", needs.text));
    let main = label.map(text).into_iter().chain(needs).chain(behind).collect::<Vec<_>>().join(" ");
    let mut line = Line::plain(Flow::of(main), name.span);
    line.head = vec![format!("{word} {}", name.text)];
    line.columns = Columns::Levels;
    line
}

fn skip_line(skip: &Skip) -> Line {
    let mut main = Flow::of("when ");
    main.append(expr(&skip.when));
    let mut line = Line::plain(main, skip.span);
    line.head = vec![format!("skip {}", skip.level.text)];
    line.columns = Columns::Rules;
    line.tails.extend(because(skip.because.as_ref()));
    line
}

fn rule_line(rule: &ApprovalRule) -> Line {
    let who = rule.who.as_ref().map_or("reject".to_owned(), |who| format!("ask {}", who.text));
    let mut main = Flow::of("when ");
    main.append(expr(&rule.when));
    let mut line = Line::plain(main, rule.span);
    line.head = vec![format!("{who}{}", narrowed(rule.narrowed_to.as_ref()))];
    line.columns = Columns::Rules;
    line.tails.extend(because(rule.because.as_ref()));
    line
}
