//! Parsing: a file, one declaration, one expression.

use std::sync::Arc;

use pest::Parser;

use super::ast::{Comment, Expr, File, Item};
use super::build::Builder;
use super::errors;
use super::explain;
use super::grammar::{Grammar, Rule};
use super::prepare::{self, Prepared, prepare};
use super::split::{ItemWord, split};
use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// Parses a whole file: what parsed, in order, and all problems.
///
/// Spans count from the beginning of the text. Limits on the length of a file are the loader's matter.
pub fn parse_file(text: &str, file: FileId) -> (File, Vec<Diagnostic>) {
    let mut tree = File::default();
    let mut problems = Vec::new();
    for item_text in split(text) {
        let piece = text.get(item_text.start..item_text.end).unwrap_or("");
        let base = prepare::span(file, 0, item_text.start, item_text.start).start;
        if item_text.word == ItemWord::Comments {
            tree.trailing_comments = prepare::comments(piece, file, base);
            continue;
        }
        let (item, found) = parse_item(piece, file, base);
        tree.items.extend(item);
        problems.extend(found);
    }
    (tree, problems)
}

/// Parses one declaration with the comments before it, as [`split`] cuts it out.
///
/// Spans count from `base`. There may be a tree and problems: one that was mended in thought. A tree beside
/// an error is good for finding more problems and never for prices.
pub fn parse_item(text: &str, file: FileId, base: u32) -> (Option<Item>, Vec<Diagnostic>) {
    let prepared = prepare(text, file, base);
    if prepared.too_deep {
        return (None, prepared.problems);
    }
    let start = prepared.plain.len() - prepared.plain.trim_start().len();
    let mut builder = Builder::new(&prepared.plain, file, base);
    let built = match Grammar::parse(Rule::only_item, &prepared.plain) {
        Ok(pieces) => builder.item(pieces),
        // A bracket or quote without its partner was reported; what follows from it would only confuse.
        Err(_) if prepared.unbalanced => None,
        Err(error) => {
            builder.problems.push(explain::explain(&error, &prepared.plain, file, base));
            None
        }
    };
    let mut found = builder.problems;
    let Prepared { comments, mut problems, .. } = prepared;
    problems.append(&mut found);
    // A declaration is never left out in silence, whatever the reason.
    if built.is_none() && !text.trim().is_empty() && problems.is_empty() {
        let at = prepare::span(file, base, start, text.trim_end().len());
        problems.push(errors::unexpected(
            at.head(),
            "this declaration cannot be read",
            "begins here",
            "compare it with the language reference; if it is right there, report a fault of tarif",
        ));
    }
    let item =
        built.map(|(kind, span)| Item { kind, span, doc: doc(text, &comments, base, start), comments });
    (item, problems)
}

/// Parses one expression that stands alone.
pub fn parse_expr(text: &str, file: FileId, base: u32) -> (Option<Expr>, Vec<Diagnostic>) {
    let prepared = prepare(text, file, base);
    if prepared.too_deep {
        return (None, prepared.problems);
    }
    let mut builder = Builder::new(&prepared.plain, file, base);
    let expr = match Grammar::parse(Rule::only_expression, &prepared.plain) {
        Ok(pieces) => builder.only_expression(pieces),
        Err(error) => {
            builder.problems.push(explain::explain(&error, &prepared.plain, file, base));
            None
        }
    };
    let mut found = builder.problems;
    let mut problems = prepared.problems;
    problems.append(&mut found);
    (expr, problems)
}

/// The `///` lines directly before a declaration that begins at `start` of its text.
fn doc(text: &str, comments: &[Comment], base: u32, start: usize) -> Option<Arc<str>> {
    let mut lines: Vec<&str> = Vec::new();
    let mut next = start;
    let before = comments.iter().filter(|comment| ((comment.span.start - base) as usize) < start);
    for comment in before.collect::<Vec<_>>().into_iter().rev() {
        let end = comment.span.end.saturating_sub(base) as usize;
        let gap = text.get(end..next).unwrap_or("");
        let is_doc = comment.text.starts_with("///") && !comment.text.starts_with("////");
        if !is_doc || gap.matches('\n').count() != 1 {
            break;
        }
        let words = comment.text.trim_start_matches('/');
        lines.push(words.strip_prefix(' ').unwrap_or(words));
        next = comment.span.start.saturating_sub(base) as usize;
    }
    if lines.is_empty() {
        return None;
    }
    lines.reverse();
    Some(Arc::from(lines.join("\n")))
}
