//! A whole book at once, from its declarations: everything that the workspace does step by step.

use std::sync::Arc;

use super::table::TableFile;
use super::{Kept, Signatures, assemble, check_item};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::ir::{self, Name};
use crate::resolve::ItemRef;
use crate::syntax::ast::Item;

/// Checks the declarations of a book; `file` gives the table file that a declaration names.
///
/// There is a book only if no problem is an error. Its hash is left empty: it is that of files, of which
/// nothing is known here.
pub fn check_book(
    items: &[Arc<Item>],
    file: impl Fn(&Item) -> Option<TableFile>,
) -> (Option<ir::Book>, Vec<Diagnostic>) {
    let numbered: Vec<(ItemRef, Arc<Item>)> =
        (0_u32..).map(ItemRef).zip(items.iter().map(Arc::clone)).collect();
    let (signatures, mut problems) = Signatures::build(&numbered);
    let signatures = Arc::new(signatures);
    let mut checked = Vec::new();
    for (at, item) in &numbered {
        let found = check_item(item, &signatures, file(item).as_ref());
        problems.extend(found.problems.iter().cloned());
        checked.push((*at, Arc::new(found)));
    }
    if has_errors(&problems) {
        return (None, problems);
    }
    let mut kept = Kept::default();
    let (book, found) = assemble(checked, &signatures, Name::from(""), &mut kept);
    problems.extend(found);
    drop(kept);
    (book.map(Arc::unwrap_or_clone), problems)
}
