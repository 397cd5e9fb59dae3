//! Small books, right and wrong. A line that is wrong says so: `//~ E0605`.

mod approvals;
mod quote;
mod steps;
mod test_blocks;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{check_always, check_approvals, check_price, check_quote, check_test, check_together};
use crate::check::Signatures;
use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::resolve::ItemRef;
use crate::source::{FileId, SourceFile};
use crate::syntax::ast::ItemKind;
use crate::syntax::parse_file;

/// The checked parts of a book that this module makes.
#[derive(Default)]
struct Book {
    prices: Vec<Arc<ir::Price>>,
    quote: ir::Quote,
    approvals: ir::Approvals,
    always: Vec<Arc<ir::Always>>,
    tests: Vec<ir::Test>,
}

/// Checks a book; the problems are those of this module and of what it is built on.
fn check(text: &str) -> (Book, Vec<Diagnostic>) {
    let (file, mut problems) = parse_file(text, FileId(0));
    let items: Vec<_> =
        file.items.into_iter().zip(0..).map(|(item, at)| (ItemRef(at), Arc::new(item))).collect();
    let (signatures, found) = Signatures::build(&items);
    problems.extend(found);
    let mut book = Book::default();
    for (_, item) in &items {
        let (span, problems) = (item.span, &mut problems);
        match &item.kind {
            ItemKind::Price(it) => book
                .prices
                .extend(check_price(it, span, &signatures, problems, &mut Vec::new()).map(Arc::new)),
            ItemKind::Quote(it) => {
                book.quote = check_quote(it, span, &signatures, problems, &mut Vec::new()).unwrap_or_default()
            }
            ItemKind::Approvals(it) => {
                book.approvals = check_approvals(it, span, &signatures, problems).unwrap_or_default();
            }
            ItemKind::Always(it) => {
                book.always.extend(check_always(it, span, &signatures, problems).map(Arc::new))
            }
            ItemKind::Test(it) => book.tests.extend(check_test(it, span, &signatures, problems)),
            _ => {}
        }
    }
    let (approvals, always) = (&book.approvals, &book.always);
    problems.extend(check_together(&book.prices, &book.quote, approvals, always, &signatures));
    (book, problems)
}

/// Holds the problems of a book against the marks in its lines.
#[track_caller]
fn mistakes(prelude: &str, text: &str) -> Vec<Diagnostic> {
    let text = format!("{prelude}{text}");
    let (_, problems) = check(&text);
    let file = SourceFile::new("book.tarif", text.as_str());
    let place = |problem: &Diagnostic| {
        let line = problem.span().map_or(0, |span| file.line_column(span.start).0);
        let text = file.line_text(line).unwrap_or_default().trim().to_owned();
        (line, text, problem.code.id().to_owned())
    };
    let found: BTreeSet<_> = problems.iter().map(place).collect();
    let expected: BTreeSet<_> = text
        .lines()
        .zip(1..)
        .filter_map(|(line, number)| {
            let (_, code) = line.split_once("//~ ")?;
            Some((number, line.trim().to_owned(), code.trim().to_owned()))
        })
        .collect();
    assert_eq!(found, expected, "{problems:#?}");
    problems
}

/// The checked parts of a book without mistakes.
#[track_caller]
fn clean(prelude: &str, text: &str) -> Book {
    let (book, problems) = check(&format!("{prelude}{text}"));
    assert!(problems.is_empty(), "{problems:#?}");
    book
}

/// What all problems say in help, one line each.
fn help(problems: &[Diagnostic]) -> String {
    problems.iter().flat_map(|problem| &problem.help).cloned().collect::<Vec<_>>().join("\n")
}
