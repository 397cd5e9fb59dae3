//! Small books, checked as a whole.

mod families;
mod formulas;
mod guides;
mod messages;
mod signatures;

use std::sync::Arc;

use super::check_book;
use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::source::FileId;
use crate::syntax::{ast, parse_file};

/// The declarations of a text without mistakes in writing.
fn items(text: &str) -> Vec<Arc<ast::Item>> {
    let (file, problems) = parse_file(text, FileId(0));
    assert_eq!(problems, [], "the text is well written");
    file.items.into_iter().map(Arc::new).collect()
}

/// What comes of checking the text of a book without files beside it.
fn check(text: &str) -> (Option<ir::Book>, Vec<Diagnostic>) {
    check_book(&items(text), |_| None)
}

/// The checked form of a book without errors.
fn sound(text: &str) -> ir::Book {
    let (book, problems) = check(text);
    let errors: Vec<&Diagnostic> = problems.iter().filter(|problem| problem.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    book.expect("a book without errors")
}

/// The only error of a book: its code, and all that it says, line by line.
fn only_error(text: &str) -> (&'static str, String) {
    let (book, problems) = check(text);
    assert!(book.is_none(), "a book with an error is no book");
    let errors: Vec<&Diagnostic> = problems.iter().filter(|problem| problem.is_error()).collect();
    let [error] = errors.as_slice() else { panic!("one error: {errors:#?}") };
    let mut said = vec![error.message.clone()];
    said.extend(error.labels.iter().map(|label| label.text.clone()).filter(|text| !text.is_empty()));
    said.extend(error.notes.iter().cloned());
    said.extend(error.help.iter().cloned());
    (error.code.id(), said.join("\n"))
}

/// A book in yuan around some declarations.
fn in_yuan(declarations: &str) -> String {
    format!("book shop {{ currency CNY  effective 2026-01-01 to 2026-12-31 }}\n{declarations}")
}

#[test]
fn a_book_without_a_mistake_becomes_a_checked_book() {
    let text = in_yuan("product press { quantity 1 to 50 }\nprice press { per unit { list = 900 CNY } }");
    let (book, problems) = check(&text);
    assert_eq!(problems, []);
    let book = book.expect("a book");
    assert_eq!(book.products.len(), 1);
    assert_eq!(book.currencies.iter().map(AsRef::as_ref).collect::<Vec<_>>(), ["CNY"]);
}

#[test]
fn the_order_of_declarations_changes_nothing_but_the_order_of_the_form() {
    let parts = [
        "table rate_of(customer.level) -> rate { standard: 0%, gold: 4% }",
        "context customer { level: standard < gold  default standard }",
        "price press { per unit { list = twice(450 CNY)  less loyal = rate_of(customer.level) of list } }",
        "def twice(x: CNY) -> CNY = x * 2",
        "product press { quantity 1 to 50 }",
    ];
    let forwards = sound(&in_yuan(&parts.join("\n")));
    let backwards: Vec<&str> = parts.iter().rev().copied().collect();
    let backwards = sound(&in_yuan(&backwards.join("\n")));
    let steps = |book: &ir::Book| -> Vec<Arc<str>> {
        let formulas = book.prices[0].per_unit.iter().filter_map(|step| match &step.kind {
            ir::StepKind::List(amount) => Some(amount.text.clone()),
            ir::StepKind::Less(change) => Some(change.amount.text.clone()),
            _ => None,
        });
        formulas.collect()
    };
    assert_eq!(steps(&forwards), steps(&backwards));
    assert_eq!(steps(&forwards).len(), 2);
}
