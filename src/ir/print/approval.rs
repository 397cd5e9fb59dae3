//! Approvals of the checked form as text.

use super::expr::expr;
use super::{Printer, label};
use crate::ir::{ApprovalLevel, ApprovalRule, Approvals, Route};

impl Printer {
    /// Who signs, and the rules.
    pub(super) fn approvals(&mut self, approvals: &Approvals) {
        if *approvals == Approvals::default() {
            return;
        }
        self.line(0, "\napprovals");
        self.levels(1, &approvals.levels);
        for reviewer in &approvals.reviewers {
            let with = reviewer.with.as_ref().map_or_else(String::new, |level| format!(" with {level}"));
            let needs = needs(reviewer.needs);
            let parallel = if reviewer.parallel { " parallel" } else { "" };
            let label = label(reviewer.label.as_deref());
            self.line(1, &format!("reviewer {}{label}{needs}{with}{parallel}", reviewer.name));
        }
        for ladder in &approvals.ladders {
            self.line(1, &format!("ladder {}{}", ladder.name, label(ladder.label.as_deref())));
            self.levels(2, &ladder.levels);
            self.line(2, &format!("route {}", route(ladder.route)));
        }
        for skip in &approvals.skips {
            self.line(1, &format!("skip {} when {}", skip.level, expr(&skip.when.expr)));
        }
        for rule in &approvals.rules {
            self.rule(rule);
        }
        self.line(1, &format!("route {}", route(approvals.route)));
    }

    fn levels(&mut self, depth: usize, levels: &[ApprovalLevel]) {
        for level in levels {
            let (label, needs) = (label(level.label.as_deref()), needs(level.needs));
            self.line(depth, &format!("level {}{label}{needs}", level.name));
        }
    }

    fn rule(&mut self, rule: &ApprovalRule) {
        let who = rule.who.as_ref().map_or_else(|| "reject".to_owned(), |who| format!("ask {who}"));
        let narrowed = rule.narrowed_to.as_ref().map_or_else(String::new, |name| format!(" for {name}"));
        let lines = if rule.per_line { " for any line" } else { "" };
        self.line(1, &format!("{who}{narrowed}{lines} when {}", expr(&rule.when.expr)));
    }
}

fn needs(count: u32) -> String {
    if count == 1 { String::new() } else { format!(" needs {count}") }
}

fn route(route: Route) -> &'static str {
    match route {
        Route::Climb => "climb",
        Route::Jump => "jump",
        Route::Each => "each",
    }
}
