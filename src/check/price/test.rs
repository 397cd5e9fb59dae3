//! Tests: a request, written out, and what its quote must show.

use super::expect::Expecting;
use super::request::Reader;
use super::test_errors as errors;
use crate::check::Signatures;
use crate::diagnostic::{Diagnostic, has_errors};
use crate::ir;
use crate::source::Span;
use crate::syntax::ast;

/// Words that a line of a test cannot be named, because expectations begin with them.
const LEVELS: [&str; 3] = ["line", "unit", "quote"];

/// Checks a test.
pub fn check_test(
    test: &ast::Test,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Test> {
    let mut found = Vec::new();
    let checked = read(test, span, signatures, &mut found);
    let refused = has_errors(&found);
    problems.append(&mut found);
    checked.filter(|_| !refused)
}

fn read(
    test: &ast::Test,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Test> {
    let as_of = test.as_of;
    match as_of {
        None => problems.push(errors::no_date(test.title.span)),
        Some(date) => {
            let book = &signatures.book.effective;
            let before = book.from.is_some_and(|from| date < from);
            if before || book.to.is_some_and(|to| to < date) {
                problems.push(errors::outside_the_book(test.as_of_at.unwrap_or(test.title.span), date, book));
            }
        }
    }
    names_of_lines(test, signatures, problems);
    let mut reader = Reader { signatures, problems };
    let currency = reader.currency(test.currency.as_ref(), test.title.span);
    let contexts = reader.contexts(&test.contexts);
    let facts = reader.facts(&test.facts);
    let entries = reader.entries(&test.entries);
    let reason = reader.reason_of_quote(&test.entries);
    let lines: Vec<Option<ir::TestLine>> =
        test.lines.iter().enumerate().map(|(at, line)| reader.line(line, at)).collect();
    // Any date will do where there is none: the test is refused.
    let (market, rates) = as_of.map(|as_of| reader.market(&test.market, as_of)).unwrap_or_default();
    if test.expectations.is_empty() {
        problems.push(errors::expects_nothing(test.title.span));
    }
    let mut expecting = Expecting { signatures, lines: &test.lines, problems };
    let expectations: Vec<_> = test.expectations.iter().map(|it| expecting.expectation(it)).collect();
    Some(ir::Test {
        title: test.title.text.clone(),
        as_of: as_of?,
        currency,
        market,
        rates,
        contexts,
        facts,
        entries,
        reason,
        lines: lines.into_iter().collect::<Option<_>>()?,
        expectations: expectations.into_iter().collect::<Option<_>>()?,
        span,
    })
}

/// A line's name is its own, and no other word that an expectation can begin with.
fn names_of_lines(test: &ast::Test, signatures: &Signatures, problems: &mut Vec<Diagnostic>) {
    let names: Vec<&ast::Name> = test.lines.iter().filter_map(|line| line.name.as_ref()).collect();
    for (at, name) in names.iter().enumerate() {
        let first = names.iter().take(at).find(|other| other.text == name.text);
        if let Some(first) = first {
            problems.push(errors::line_named_twice(name, first.span));
        } else if LEVELS.contains(&name.text.as_ref()) {
            problems.push(errors::line_named_like_a_level(name));
        } else if let Some((kind, _)) = signatures.names.get(&name.text) {
            problems.push(errors::line_named_like(name, kind.with_article()));
        }
    }
}
