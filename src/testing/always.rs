//! Properties that hold always, tried on the quotes of all tests.

use super::search::test_text;
use crate::diagnostic::{Diagnostic, codes};
use crate::eval::Plan;
use crate::ir::{self, Always, Book, Name};
use crate::quote::{Compared, Priced};
use crate::source::Span;

/// What came of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyOutcome {
    /// Its sentence.
    pub title: Name,
    /// The property.
    pub span: Span,
    /// On how many lines or quotes it was tried: those of the tests, and those of a directed search.
    pub tried: usize,
    /// The first request that refutes it, of a test or found by the search, as a problem.
    pub refuted: Option<Diagnostic>,
}

impl PropertyOutcome {
    /// Whether it held wherever it was tried.
    pub fn holds(&self) -> bool {
        self.refuted.is_none()
    }
}

/// The properties of a book while they are tried.
pub(super) struct Trials<'b> {
    plan: &'b Plan,
    book: &'b Book,
    outcomes: Vec<PropertyOutcome>,
}

impl<'b> Trials<'b> {
    /// All properties of a book, not tried yet.
    pub(super) fn new(plan: &'b Plan) -> Trials<'b> {
        let book = plan.book().as_ref();
        let untried = |always: &std::sync::Arc<Always>| PropertyOutcome {
            title: always.title.clone(),
            span: always.span,
            tried: 0,
            refuted: None,
        };
        Trials { plan, book, outcomes: book.always.iter().map(untried).collect() }
    }

    /// Tries every property on the quote of a test: on its valid lines, or, of a property of the quote, on
    /// the quote where all lines are valid.
    pub(super) fn try_on(&mut self, test: &ir::Test, priced: &Priced<'_>) {
        for (always, outcome) in self.book.always.iter().zip(&mut self.outcomes) {
            let refuted = try_property(self.book, always, priced, &mut outcome.tried);
            if let (Some(refuted), None) = (refuted, &outcome.refuted) {
                outcome.refuted = Some(refuted_by_test(always, test, refuted));
            }
        }
    }

    /// Tries the properties that are not refuted yet on a quote that was made up.
    pub(super) fn try_found(&mut self, test: &ir::Test, priced: &Priced<'_>) {
        for (always, outcome) in self.book.always.iter().zip(&mut self.outcomes) {
            if outcome.refuted.is_none()
                && let Some(refuted) = try_property(self.book, always, priced, &mut outcome.tried)
            {
                outcome.refuted = Some(refuted_by_search(always, &test_text(test, self.plan), refuted));
            }
        }
    }

    /// Whether nothing is left to refute.
    pub(super) fn all_refuted(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.refuted.is_some())
    }

    /// Whether a property that is not refuted yet says something of a product's lines.
    pub(super) fn concerned(&self, product: &Name) -> bool {
        let mut open = self.book.always.iter().zip(&self.outcomes).filter(|(_, it)| it.refuted.is_none());
        open.any(|(always, _)| !always.per_line || concerns(self.book, always, product))
    }

    /// What came of all of them.
    pub(super) fn outcomes(self) -> Vec<PropertyOutcome> {
        self.outcomes
    }
}

fn concerns(book: &Book, always: &Always, product: &Name) -> bool {
    let Some(target) = &always.narrowed_to else { return true };
    let family = book.products.iter().find(|it| it.name == *product).and_then(|it| it.family.as_ref());
    target == product || family == Some(target)
}

/// Where and why a property does not hold.
struct Refuted {
    /// The line's id; none for the quote.
    line: Option<String>,
    notes: Vec<String>,
}

/// Tries a property on all that it speaks of in a quote; the first line for which it does not hold.
fn try_property(book: &Book, always: &Always, priced: &Priced<'_>, tried: &mut usize) -> Option<Refuted> {
    let lines = &priced.quote().lines;
    let places: Vec<Option<usize>> = if !is_whole(priced) {
        Vec::new()
    } else if always.per_line {
        let valid = lines.iter().enumerate().filter(|(_, line)| !line.invalid);
        valid.filter(|(_, line)| concerns(book, always, &line.product)).map(|(at, _)| Some(at)).collect()
    } else if lines.iter().all(|line| !line.invalid) {
        vec![None]
    } else {
        Vec::new()
    };
    *tried += places.len();
    places.into_iter().find_map(|line| {
        let notes = match priced.ask(&always.condition.expr, line) {
            Ok(answer) if answer.holds => return None,
            Ok(answer) => answer.compared.iter().map(compared).collect(),
            Err(reason) => vec![reason],
        };
        let line = line.and_then(|at| lines.get(at)).map(|line| line.id.clone());
        Some(Refuted { line, notes })
    })
}

/// Whether a quote fulfils what the book asks of the whole; else it is not sold, and shows nothing.
pub(super) fn is_whole(priced: &Priced<'_>) -> bool {
    priced.quote().violations.iter().all(|it| it.code != codes::REQUIREMENT_NOT_MET)
}

fn compared(one: &Compared) -> String {
    format!("`{}` is `{}`, compared with `{}`", one.what, one.left, one.right)
}

fn refuted_by_test(always: &Always, test: &ir::Test, refuted: Refuted) -> Diagnostic {
    let line = refuted.line.map(|line| format!("line `{line}` of "));
    let place = format!("{}the test `{}`", line.unwrap_or_default(), test.title);
    let message = format!("the property `{}` does not hold for {place}", always.title);
    problem(always, message, refuted.notes).also(test.span.head(), "for this request")
}

fn refuted_by_search(always: &Always, request: &str, refuted: Refuted) -> Diagnostic {
    let message = format!("the property `{}` does not hold for every request", always.title);
    problem(always, message, refuted.notes)
        .help(format!("this request shows it: `test \"counterexample\" {{ {request} }}`"))
}

fn problem(always: &Always, message: String, notes: Vec<String>) -> Diagnostic {
    let problem = Diagnostic::new(codes::ALWAYS_REFUTED, message);
    let problem = problem.at(always.condition.expr.span, "does not hold");
    notes.into_iter().fold(problem, Diagnostic::note)
}
