//! Tests: a request, written out, and what its quote must show.

use super::expect::{Expecting, expects_refusal};
use super::request::Reader;
use super::test_errors as errors;
use crate::check::Signatures;
use crate::diagnostic::{Diagnostic, has_errors};
use crate::ir::{self, Name, PartsPrice};
use crate::source::Span;
use crate::syntax::ast;
use std::collections::BTreeMap;

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
    // What makes a whole request senseless is a mistake in a test, unless the test is about it.
    let about_refusal = expects_refusal(test);
    match as_of {
        None => problems.push(errors::no_date(test.title.span)),
        Some(_) if about_refusal => {}
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
    let currency = reader.currency(test.currency.as_ref(), test.title.span, about_refusal);
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
    let subjects = subjects(test, signatures);
    let chosen = test.currency.as_ref().map(|name| &name.text).filter(|_| signatures.money().is_some());
    let mut expecting = Expecting { signatures, lines: &subjects, currency: chosen, problems };
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
        subjects: subjects.iter().map(|subject| subject.id.clone()).collect(),
        expectations: expectations.into_iter().collect::<Option<_>>()?,
        span,
    })
}

/// A line of a test or a piece of one, of which expectations speak.
pub(super) struct Subject<'t> {
    /// Its name, where it has one.
    pub(super) name: Option<&'t ast::Name>,
    /// Its name, or its number, or its place in what it is a part of.
    pub(super) id: Name,
    /// Its product, which may be unknown.
    pub(super) product: Name,
    /// A line of the request, rather than a piece.
    pub(super) line: bool,
    /// It is a line of the quote.
    pub(super) priced: bool,
}

/// All lines and pieces, each line before its pieces.
fn subjects<'t>(test: &'t ast::Test, signatures: &Signatures) -> Vec<Subject<'t>> {
    let mut subjects = Vec::new();
    for (at, line) in test.lines.iter().enumerate() {
        let number = || Name::from((at + 1).to_string());
        let subject = Subject {
            name: line.name.as_ref(),
            id: line.name.as_ref().map_or_else(number, |name| name.text.clone()),
            product: line.product.text.clone(),
            line: true,
            priced: true,
        };
        let position = subjects.len();
        subjects.push(subject);
        pieces(&line.pieces, position, signatures, &mut subjects);
    }
    subjects
}

fn pieces<'t>(
    written: &'t [ast::TestPiece],
    of: usize,
    signatures: &Signatures,
    subjects: &mut Vec<Subject<'t>>,
) {
    let mut numbers: BTreeMap<&Name, usize> = BTreeMap::new();
    for piece in written {
        let number = numbers.entry(&piece.part.text).or_default();
        *number += 1;
        let Some(bundle) = subjects.get(of) else { return };
        let sig = signatures.products.get(&bundle.product);
        let product = sig.and_then(|sig| sig.parts.get(&piece.part.text)).map(|part| part.product.clone());
        let subject = Subject {
            name: piece.name.as_ref(),
            id: match &piece.name {
                Some(name) => name.text.clone(),
                None => Name::from(format!("{}.{}[{number}]", bundle.id, piece.part.text)),
            },
            product: product.unwrap_or_else(|| Name::from("")),
            line: false,
            priced: bundle.priced && sig.is_some_and(|sig| sig.parts_price == Some(PartsPrice::Priced)),
        };
        let position = subjects.len();
        subjects.push(subject);
        pieces(&piece.pieces, position, signatures, subjects);
    }
}

/// A line's name is its own, and no other word that an expectation can begin with.
fn names_of_lines(test: &ast::Test, signatures: &Signatures, problems: &mut Vec<Diagnostic>) {
    let subjects = subjects(test, signatures);
    let names: Vec<&ast::Name> = subjects.iter().filter_map(|subject| subject.name).collect();
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
