//! The clauses behind a step: when it counts, on which days, why, and who may see it.

use super::errors;
use super::walk::Walk;
use crate::check::expr::check_condition;
use crate::check::inputs::roles;
use crate::diagnostic::Diagnostic;
use crate::ir::{Formula, Name, Period, Step};
use crate::syntax::ast;

/// The checked clauses of a step.
#[derive(Default)]
pub(super) struct Conditions {
    pub(super) when: Option<Formula>,
    pub(super) during: Option<Period>,
    pub(super) because: Option<Name>,
    pub(super) visible_to: Vec<Name>,
}

impl Conditions {
    /// The step with these clauses.
    pub(super) fn on(self, step: Step) -> Step {
        let Conditions { when, during, because, visible_to } = self;
        Step { when, during, because, visible_to, ..step }
    }
}

impl Walk<'_, '_> {
    /// Checks the clauses that every step may have. `what` names the step.
    pub(super) fn conditions(&mut self, clauses: &ast::Clauses, what: &str) -> Conditions {
        let when = clauses.when.as_ref().and_then(|when| check_condition(&self.scope, when, self.problems));
        let during = clauses.during.as_ref();
        let book = &self.scope.signatures().book.effective;
        Conditions {
            when,
            during: during.map(|during| period(during, what, book, self.problems)),
            because: clauses.because.as_ref().map(|text| text.text.clone()),
            visible_to: roles(self.scope.signatures(), &clauses.visible_to, self.problems),
        }
    }

    /// Refuses the clauses that only steps acting on several lines have.
    pub(super) fn refuse_line_clauses(&mut self, clauses: &ast::Clauses) {
        let on_lines = clauses.on_lines.as_ref().map(|it| (it.span, "on lines where"));
        let each = clauses.for_each.as_ref().map(|it| (it.span, "for each"));
        let spread = clauses.spread.as_ref().map(|it| (it.span, "spread by"));
        for (at, clause) in [on_lines, each, spread].into_iter().flatten() {
            self.problems.push(errors::misplaced_clause(at, clause, self.block));
        }
    }
}

/// The days of a `during`.
fn period(written: &ast::Period, what: &str, book: &Period, problems: &mut Vec<Diagnostic>) -> Period {
    let period = Period { from: written.from, to: written.to };
    // A period that ends before it begins has been refused already.
    let backward = ends_before(&period, &period);
    if !backward && (ends_before(&period, book) || ends_before(book, &period)) {
        problems.push(errors::never_in_effect(written.span, what, book));
    }
    period
}

fn ends_before(one: &Period, other: &Period) -> bool {
    matches!((one.to, other.from), (Some(to), Some(from)) if to < from)
}
