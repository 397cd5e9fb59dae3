//! Properties that hold always, tried on the quotes of all tests.

use crate::diagnostic::{Diagnostic, codes};
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
    /// On how many lines or quotes it was tried.
    pub tried: usize,
    /// The first test that refutes it, as a problem.
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
    book: &'b Book,
    outcomes: Vec<PropertyOutcome>,
}

impl<'b> Trials<'b> {
    /// All properties of a book, not tried yet.
    pub(super) fn new(book: &'b Book) -> Trials<'b> {
        let untried = |always: &std::sync::Arc<Always>| PropertyOutcome {
            title: always.title.clone(),
            span: always.span,
            tried: 0,
            refuted: None,
        };
        Trials { book, outcomes: book.always.iter().map(untried).collect() }
    }

    /// Tries every property on the quote of a test: on its valid lines, or, of a property of the quote, on
    /// the quote where all lines are valid.
    pub(super) fn try_on(&mut self, test: &ir::Test, priced: &Priced<'_>) {
        let lines = &priced.quote().lines;
        for (always, outcome) in self.book.always.iter().zip(&mut self.outcomes) {
            if always.per_line {
                let valid = lines.iter().enumerate().filter(|(_, line)| !line.invalid);
                for (at, _) in valid.filter(|(_, line)| concerns(self.book, always, &line.product)) {
                    try_one(always, test, priced, Some(at), outcome);
                }
            } else if lines.iter().all(|line| !line.invalid) {
                try_one(always, test, priced, None, outcome);
            }
        }
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

fn try_one(
    always: &Always,
    test: &ir::Test,
    priced: &Priced<'_>,
    line: Option<usize>,
    outcome: &mut PropertyOutcome,
) {
    outcome.tried += 1;
    if outcome.refuted.is_some() {
        return;
    }
    let notes = match priced.ask(&always.condition.expr, line) {
        Ok(answer) if answer.holds => return,
        Ok(answer) => answer.compared.iter().map(compared).collect(),
        Err(reason) => vec![reason],
    };
    outcome.refuted = Some(refuted(always, test, line, notes));
}

fn compared(one: &Compared) -> String {
    format!("`{}` is `{}`, compared with `{}`", one.what, one.left, one.right)
}

fn refuted(always: &Always, test: &ir::Test, line: Option<usize>, notes: Vec<String>) -> Diagnostic {
    let name = line.and_then(|at| test.lines.get(at)).map(|line| format!("line `{}` of ", line.id));
    let place = format!("{}the test `{}`", name.unwrap_or_default(), test.title);
    let message = format!("the property `{}` does not hold for {place}", always.title);
    let mut problem = Diagnostic::new(codes::ALWAYS_REFUTED, message)
        .at(always.condition.expr.span, "does not hold")
        .also(test.span.head(), "for this request");
    for note in notes {
        problem = problem.note(note);
    }
    problem
}
