//! A test whose request is refused as a whole: what is expected, held against the refusal.

use super::Failure;
use super::expect::{difference, list_text};
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Expected, Name, REFUSED, Test};
use crate::quote::RequestError;
use crate::source::Span;

/// The failures of a test whose request is refused. If it does not expect that, each mistake in the request is
/// one of them.
pub(super) fn failures(test: &Test, errors: &[RequestError]) -> Vec<Failure> {
    if !test.expectations.iter().any(|(expected, ..)| expected.is_refusal()) {
        return errors.iter().map(|error| not_expected(test, error)).collect();
    }
    let met = |(expected, text, span): &(Expected, Name, Span)| failure(expected, text, *span, errors);
    test.expectations.iter().filter_map(met).collect()
}

/// The failure of an expectation; none where the refusal meets it.
fn failure(expected: &Expected, text: &Name, span: Span, errors: &[RequestError]) -> Option<Failure> {
    let ids: Vec<Name> = errors.iter().map(|error| error.code.id().into()).collect();
    let (found, note) = match expected {
        Expected::Errors(expected) if *expected == ids => return None,
        Expected::Errors(expected) => {
            (list_text(&ids), difference(expected, &ids, "the order of the request"))
        }
        Expected::Status(word) if word.as_ref() == REFUSED => return None,
        Expected::Status(_) => (format!("`{REFUSED}`"), Vec::new()),
        Expected::Holds { .. } | Expected::Names { .. } => ("no quote".to_owned(), Vec::new()),
    };
    let message = format!("expected `{text}`, and found {found}");
    let problem = Diagnostic::new(codes::TEST_FAILED, message).at(span, format!("found {found}"));
    let problem = note.into_iter().fold(problem, Diagnostic::note);
    let problem = errors.iter().fold(problem, |problem, error| {
        problem.note(format!("the request is refused with {}: {}", error.code, said(error)))
    });
    Some(Failure { problem, expected: text.clone(), found, line: None })
}

/// A mistake in a request of which the test expects a quote.
fn not_expected(test: &Test, error: &RequestError) -> Failure {
    let found = said(error);
    let message = format!("the request of the test is refused: {found}");
    let mut problem = Diagnostic::new(codes::TEST_FAILED, message)
        .at(test.span.head(), "")
        .note(format!("the refusal is {}", error.code));
    if let Some(help) = &error.help {
        problem = problem.help(help.clone());
    }
    let problem =
        problem.help(format!("if the test is about the refusal, say so: `expect errors = [{}]`", error.code));
    Failure { problem, expected: "".into(), found, line: None }
}

fn said(error: &RequestError) -> String {
    let at = if error.path.is_empty() { String::new() } else { format!("`{}`: ", error.path) };
    format!("{at}{}", error.message)
}
