//! Tables as written, with the files beside them, become tables proven complete.

use std::sync::Arc;

use crate::check::Signatures;
use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::sheet::Sheet;
use crate::source::Span;
use crate::syntax::ast;

/// A file with the rows of a table as it was read (see [`sheet::read`](crate::sheet::read)), or why it
/// could not be.
pub type TableFile = Result<Arc<Sheet>, Vec<Diagnostic>>;

/// The file that holds the rows of an item, where it is a table with such a file: its path relative to the
/// folder of the item's own file, and the sheet that is meant.
pub fn file_of(item: &ast::Item) -> Option<(&ast::Text, Option<&ast::Text>)> {
    match &item.kind {
        ast::ItemKind::Table(ast::Table { rows: ast::TableRows::File { path, sheet }, .. }) => {
            Some((path, sheet.as_ref()))
        }
        _ => None,
    }
}

/// Checks one version of a table; the result has that one version.
pub fn check_table(
    table: &ast::Table,
    span: Span,
    signatures: &Signatures,
    file: Option<&TableFile>,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Table> {
    let _ = (table, span, signatures, file, problems);
    None
}
