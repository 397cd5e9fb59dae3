//! What a test expects, held against the quote.

use super::Failure;
use crate::diagnostic::{Diagnostic, codes};
use crate::ir::{Expected, Expr, ExprKind, Name, NameList, Test};
use crate::quote::{Compared, Priced};
use crate::source::Span;

/// The failure of an expectation; none where it is met.
pub(super) fn failure(
    test: &Test,
    priced: &Priced<'_>,
    expected: &Expected,
    text: &Name,
    span: Span,
) -> Option<Failure> {
    // Expectations number what the test names; the quote has lines that nobody named.
    let at = |subject: &Option<u16>| {
        let id = test.subjects.get(usize::from((*subject)?))?;
        priced.quote().lines.iter().position(|line| *line.id == **id)
    };
    let (found, line, more) = match expected {
        Expected::Holds { line, condition } => {
            let line = at(line);
            let (found, more) = not_holding(priced, condition, line)?;
            (found, line, more)
        }
        Expected::Names { list, line, names } => {
            let line = at(line);
            let found = match (list, line) {
                (NameList::Applied, None) => own_steps(priced),
                _ => priced.names(*list, line),
            };
            if found == *names {
                return None;
            }
            (list_text(&found), line, difference(names, &found, order_of(*list)))
        }
        Expected::Errors(expected) => {
            if expected.is_empty() {
                return None;
            }
            ("that the request is answered with a quote".to_owned(), None, why(priced))
        }
        Expected::Status(word) => {
            let found = priced.quote().status.word();
            if found == word.as_ref() {
                return None;
            }
            (format!("`{found}`"), None, why(priced))
        }
    };
    let mut problem = Diagnostic::new(codes::TEST_FAILED, format!("expected `{text}`, and found {found}"));
    problem = problem.at(span, format!("found {found}"));
    for note in more {
        problem = problem.note(note);
    }
    Some(Failure { problem, expected: text.clone(), found, line })
}

/// The steps of the quote itself that applied.
fn own_steps(priced: &Priced<'_>) -> Vec<Name> {
    let of_lines: usize = priced.quote().lines.iter().map(|line| line.applied.len()).sum();
    priced.names(NameList::Applied, None).into_iter().skip(of_lines).collect()
}

/// What was found in place of a condition that does not hold, and what else is to be said.
fn not_holding(priced: &Priced<'_>, condition: &Expr, line: Option<usize>) -> Option<(String, Vec<String>)> {
    let answer = match priced.ask(condition, line) {
        Ok(answer) => answer,
        Err(reason) => return Some(("no such figure".to_owned(), vec![reason])),
    };
    if answer.holds {
        return None;
    }
    match answer.compared.as_slice() {
        [] => Some(("that it does not hold".to_owned(), Vec::new())),
        [one] => Some((format!("`{}`", one.left), right_side(condition, one).into_iter().collect())),
        several => {
            let values = several.iter().map(|it| format!("`{}` is `{}`", it.what, it.left));
            Some(("that it does not hold".to_owned(), values.collect()))
        }
    }
}

/// The right side is worth saying where it is no value that stands in the expectation.
fn right_side(condition: &Expr, compared: &Compared) -> Option<String> {
    let written = match &condition.kind {
        ExprKind::Compare { right, .. } => matches!(right.kind, ExprKind::Const(_)),
        ExprKind::OneOf { .. } => true,
        _ => false,
    };
    (!written).then(|| format!("compared with `{}`", compared.right))
}

/// `[a, b]`
pub(super) fn list_text(names: &[Name]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    format!("`[{}]`", names.join(", "))
}

/// Which names are missing, which are too many, or that they stand in `order`.
pub(super) fn difference(expected: &[Name], found: &[Name], order: &str) -> Vec<String> {
    let without = |of: &[Name], other: &[Name]| -> Vec<String> {
        of.iter().filter(|name| !other.contains(name)).map(|name| format!("`{name}`")).collect()
    };
    let (missing, extra) = (without(expected, found), without(found, expected));
    let mut notes = Vec::new();
    if !missing.is_empty() {
        notes.push(format!("missing: {}", missing.join(", ")));
    }
    if !extra.is_empty() {
        notes.push(format!("not expected: {}", extra.join(", ")));
    }
    if notes.is_empty() {
        notes.push(match expected.len() == found.len() {
            true => format!("the names are the same; they stand in {order}"),
            false => {
                format!("the names are the same; {} are expected, {} found", expected.len(), found.len())
            }
        });
    }
    notes
}

/// What the names of a list are in the order of.
fn order_of(list: NameList) -> &'static str {
    match list {
        NameList::Approvals => "the order of signing",
        NameList::Applied | NameList::Offers => "the order of the waterfall",
        NameList::Violations | NameList::Alerts | NameList::Suggestions => "the order of the book",
    }
}

/// Why a quote stands as it does.
fn why(priced: &Priced<'_>) -> Vec<String> {
    let quote = priced.quote();
    let of_lines = quote.lines.iter().flat_map(|line| {
        line.violations.iter().map(|violation| format!("line `{}`: {}", line.id, violation.message))
    });
    let of_quote = quote.violations.iter().map(|violation| violation.message.clone());
    let asked = quote.approvals.requirements.iter().map(|requirement| match &requirement.who {
        Some(who) => format!("`{who}` is asked: {}", requirement.rule),
        None => format!("rejected: {}", requirement.rule),
    });
    of_lines.chain(of_quote).chain(asked).collect()
}
