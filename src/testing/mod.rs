//! The tests of a book: each is a request whose quote must show what the test expects.
//!
//! ```text
//! ir::Test ──request.rs──▶ quote::Request ──▶ quote::Priced ──expect.rs──▶ Outcome
//!                        └─▶ refused.rs           ├──invalid.rs─▶ what cannot be sold, and nobody expects it
//!                                                 └──always.rs──▶ properties, tried on every valid line
//!                                                      search.rs  and on requests that are made up
//! ```

mod always;
mod expect;
mod invalid;
mod refused;
mod request;
mod search;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::eval::Plan;
use crate::ir::{self, Name};
use crate::quote::{Quote, price};
use crate::source::Span;

pub use always::PropertyOutcome;
pub use request::request_of;

/// What came of all tests and properties of a book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tested {
    /// The tests, in the order of the book.
    pub tests: Vec<Outcome>,
    /// The properties, in the order of the book.
    pub properties: Vec<PropertyOutcome>,
}

/// What came of one test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its sentence.
    pub title: Name,
    /// The test.
    pub span: Span,
    /// What it found otherwise than expected; empty for a test that passed.
    pub failures: Vec<Failure>,
    /// The quote; none where the request made no sense.
    pub quote: Option<Arc<Quote>>,
}

/// One expectation that was not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was expected and found, with the place of the expectation.
    pub problem: Diagnostic,
    /// The expectation, as written; empty where the request itself was refused.
    pub expected: Name,
    /// What was found, in words.
    pub found: String,
    /// The line, by its position in the quote, whose waterfall led to the figure; none for the quote's.
    pub line: Option<usize>,
}

impl Outcome {
    /// Whether all expectations were met.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl Tested {
    /// Whether every test passed and no property was refuted.
    pub fn passed(&self) -> bool {
        self.tests.iter().all(Outcome::passed) && self.properties.iter().all(PropertyOutcome::holds)
    }

    /// All failures as problems, in the order of the book.
    pub fn problems(&self) -> Vec<Diagnostic> {
        let failures = self.tests.iter().flat_map(|test| &test.failures).map(|it| it.problem.clone());
        let refuted = self.properties.iter().filter_map(|property| property.refuted.clone());
        failures.chain(refuted).collect()
    }
}

/// Runs the tests of a book, and tries its properties on the quotes of all of them and on those of a
/// directed search.
pub fn run(plan: &Plan) -> Tested {
    let book = plan.book();
    let mut properties = always::Trials::new(plan);
    let tests = book.tests.iter().map(|test| run_test(plan, test, &mut properties)).collect();
    search::search(plan, &mut properties);
    Tested { tests, properties: properties.outcomes() }
}

fn run_test(plan: &Plan, test: &ir::Test, properties: &mut always::Trials<'_>) -> Outcome {
    let outcome = |failures, quote| Outcome { title: test.title.clone(), span: test.span, failures, quote };
    let priced = match price(plan, &request_of(test, plan.book())) {
        Ok(priced) => priced,
        Err(errors) => return outcome(refused::failures(test, &errors), None),
    };
    properties.try_on(test, &priced);
    let met = |(expected, text, span): &(ir::Expected, Name, Span)| {
        expect::failure(test, &priced, expected, text, *span)
    };
    let not_met = test.expectations.iter().filter_map(met);
    let failures = invalid::failure(test, &priced).into_iter().chain(not_met).collect();
    outcome(failures, Some(Arc::new(priced.into_quote())))
}
