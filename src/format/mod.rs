//! From tree to canonical text: one layout, comments kept, digits as they were written.
//!
//! ```text
//! ast::Item ─▶ lines (cells, a flow that may wrap, clauses) ─▶ comments set between ─▶ text
//! ```
//!
//! Two blanks of indent, one declaration a line, one blank line between declarations and at most one between
//! members. A line longer than 100 columns puts its clauses on lines of their own, four blanks further in. The
//! `=` of neighbouring steps and costs and the columns of neighbouring options and grids stand under each
//! other, also where characters are two columns wide. A block stays on one line if it was written so and fits.

mod approvals;
mod expressions;
mod flow;
mod guides;
mod items;
mod lines;
mod prices;
mod products;
mod quotes;
mod tables;
mod test_blocks;
mod words;

use crate::syntax::ast::{Expr, File, Item, Literal};
use crate::syntax::{ItemText, ItemWord, split};
use lines::Lines;

/// An expression in canonical layout on one line, for explanations and messages.
pub fn expr_text(expr: &Expr) -> String {
    expressions::expr(expr).one_line()
}

/// A value as a book writes it.
pub fn literal_text(literal: &Literal) -> String {
    words::literal(literal)
}

/// The canonical text of a file.
///
/// `file` is what [`parse_file`](crate::syntax::parse_file) gave for `source`. A declaration that did not parse,
/// or of which a part did not, is left as it was written. Formatting twice changes nothing more, and the tree
/// stays the same.
pub fn format(source: &str, file: &File) -> String {
    let mut out = String::with_capacity(source.len());
    for text in split(source) {
        if !out.is_empty() {
            out.push('\n');
        }
        if text.word == ItemWord::Comments {
            out.push_str(&lines::render(source, Vec::new(), &file.trailing_comments));
            continue;
        }
        match item_of(file, &text) {
            Some(item) => out.push_str(&format_item(source, item)),
            None => as_written(&mut out, source.get(text.start..text.end).unwrap_or("")),
        }
    }
    out
}

/// The canonical text of one declaration with its comments; spans of `item` count from the start of `source`.
fn format_item(source: &str, item: &Item) -> String {
    let mut lines = Lines::new(source, &item.comments);
    lines.item(&item.kind, item.span);
    lines::render(source, lines.done(), &item.comments)
}

/// The sound declaration of a text, if it is one.
fn item_of<'f>(file: &'f File, text: &ItemText) -> Option<&'f Item> {
    let at = file.items.partition_point(|item| (item.span.start as usize) < text.start);
    let item = file.items.get(at)?;
    let inside = (item.span.start as usize) < text.end;
    (inside && !item.broken).then_some(item)
}

/// A text that is not understood, without blanks at the ends of its lines.
fn as_written(out: &mut String, text: &str) {
    for line in text.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
}
