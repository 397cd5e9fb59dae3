//! A test that reads figures of what cannot be sold, and does not say that it cannot.

use super::Failure;
use super::expect::list_text;
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Expected, NameList, Test};
use crate::quote::{Priced, Quote, Violation};

/// The failure of a test whose quote is invalid, or has an invalid line, and which expects other things only.
/// Figures of such a quote mean little: its total leaves the line out.
pub(super) fn failure(test: &Test, priced: &Priced<'_>) -> Option<Failure> {
    let about_validity = |expected: &Expected| match expected {
        Expected::Names { list, .. } => *list == NameList::Violations,
        Expected::Status(_) | Expected::Errors(_) => true,
        Expected::Holds { .. } => false,
    };
    if test.expectations.is_empty() || test.expectations.iter().any(|(expected, ..)| about_validity(expected))
    {
        return None;
    }
    let quote = priced.quote();
    let line = quote.lines.iter().position(|line| !line.violations.is_empty());
    let (what, violations) = match line.and_then(|at| quote.lines.get(at)) {
        Some(line) => (format!("line `{}`", line.id), &line.violations),
        None => ("the quote".to_owned(), &quote.violations),
    };
    let first = violations.first()?;
    let list = spoken_of(test, quote, line);
    let names = list_text(&priced.names(NameList::Violations, line.filter(|_| list != "violations")));
    let names = names.trim_matches('`');
    let mut problem =
        Diagnostic::new(codes::TEST_FAILED, format!("{what} of the test is invalid: {}", first.message))
            .at(test.span.head(), "expects figures of a quote that cannot be sent");
    for more in others(quote, first) {
        problem = problem.note(more);
    }
    let found = format!("{what} is invalid: {}", first.message);
    let problem = problem
        .help(format!("if the test is about that, say so: `expect {list} = {names}`"))
        .help("else mend the request of the test");
    Some(Failure { problem, expected: "".into(), found, line })
}

/// How the violations of a line go by name in the test; those of all, where it has none.
fn spoken_of(test: &Test, quote: &Quote, line: Option<usize>) -> String {
    let Some(line) = line.and_then(|at| quote.lines.get(at)) else { return "violations".to_owned() };
    let named = test.subjects.iter().any(|id| **id == *line.id)
        && !line.id.starts_with(|first: char| first.is_ascii_digit());
    match (named, test.subjects.len()) {
        (true, _) => format!("{}.violations", line.id),
        (false, 1) => "line.violations".to_owned(),
        (false, _) => "violations".to_owned(),
    }
}

/// What else makes the quote invalid.
fn others<'q>(quote: &'q Quote, first: &'q Violation) -> impl Iterator<Item = String> + 'q {
    let of_lines = quote.lines.iter().flat_map(|line| {
        line.violations.iter().map(move |it| (it, format!("line `{}`: {}", line.id, it.message)))
    });
    let own = quote.violations.iter().map(|it| (it, format!("the quote: {}", it.message)));
    of_lines.chain(own).filter(move |(it, _)| !std::ptr::eq(*it, first)).map(|(_, text)| text)
}
