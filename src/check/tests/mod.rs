//! Small books, checked as a whole.

use std::sync::Arc;

use super::check_book;
use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::source::FileId;
use crate::syntax::parse_file;

/// What comes of checking the text of a book without files beside it.
fn check(text: &str) -> (Option<ir::Book>, Vec<Diagnostic>) {
    let (file, problems) = parse_file(text, FileId(0));
    assert!(problems.is_empty(), "{problems:?}");
    let items: Vec<_> = file.items.into_iter().map(Arc::new).collect();
    check_book(&items, |_| None)
}

#[test]
fn a_book_without_a_mistake_becomes_a_checked_book() {
    let (book, problems) = check(
        "book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }
         product press { quantity 1 to 50 }
         price press { per unit { list = 900 CNY } }",
    );
    assert_eq!(problems, []);
    let book = book.expect("a book");
    assert_eq!(book.products.len(), 1);
    assert_eq!(book.currencies.iter().map(AsRef::as_ref).collect::<Vec<_>>(), ["CNY"]);
}
