//! Parsing: a file, one declaration, one expression.

use std::sync::Arc;

use pest::Parser;

use super::ast::{Comment, Expr, File, Item, ItemKind};
use super::build::Builder;
use super::errors;
use super::explain::explain;
use super::grammar::{Grammar, Rule};
use super::prepare::{self, Prepared, prepare};
use super::recover::{Recovered, recover};
use super::split::{ItemWord, first_word, split};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

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
/// Spans count from `base`. There may be a tree and problems: one that was mended in thought, or that lacks
/// the parts that did not parse (then it is marked as broken). A tree beside an error is good for finding
/// more problems and never for prices.
pub fn parse_item(text: &str, file: FileId, base: u32) -> (Option<Item>, Vec<Diagnostic>) {
    let prepared = prepare(text, file, base);
    if prepared.too_deep {
        return (None, prepared.problems);
    }
    let Some(read) = with_room_for(prepared.depth, || read(&prepared.plain, prepared.unbalanced, file, base))
    else {
        return (None, no_room(prepared, file, base));
    };
    let start = prepared.plain.len() - prepared.plain.trim_start().len();
    let Prepared { comments, mut problems, .. } = prepared;
    problems.extend(read.problems);
    if read.built.is_none() && problems.is_empty() {
        // The grammar and the builder disagree. Nothing may vanish from a book without a word.
        problems.push(errors::unreadable(prepare::span(file, base, start, text.trim_end().len())));
    }
    prepare::settle_spans(text, base, &mut problems);
    problems.sort_by_key(|problem| problem.span().map_or(0, |span| span.start));
    let item = read.built.map(|(mut kind, span)| {
        if let ItemKind::Guide(guide) = &mut kind {
            for question in &mut guide.questions {
                let start = question.span.start.saturating_sub(base) as usize;
                question.help = doc(text, &comments, base, start);
            }
        }
        let span = prepare::whole_characters(text, base, span);
        let doc = doc(text, &comments, base, start);
        Item { kind, span, doc, comments, broken: read.broken }
    });
    (item, problems)
}

/// The problems of a text for which there is no stack.
fn no_room(prepared: Prepared<'_>, file: FileId, base: u32) -> Vec<Diagnostic> {
    let mut problems = prepared.problems;
    problems.push(errors::too_deep(prepare::span(file, base, 0, prepared.plain.len())));
    problems
}

/// What became of a text.
struct Read {
    built: Option<(ItemKind, Span)>,
    broken: bool,
    problems: Vec<Diagnostic>,
}

/// Reads a declaration; one with a bracket or quote without its partner only if it parses all the same: the
/// bracket was reported, and what follows from it would only confuse.
fn read(plain: &str, unbalanced: bool, file: FileId, base: u32) -> Read {
    match Grammar::parse(Rule::only_item, plain) {
        Ok(pieces) => {
            let mut builder = Builder::new(plain, file, base);
            let built = builder.item(pieces);
            Read { built, broken: false, problems: builder.problems }
        }
        Err(_) if unbalanced => Read { built: None, broken: true, problems: Vec::new() },
        Err(_) => read_what_parses(plain, file, base),
    }
}

/// Does deeply nested work on a stack of its own, so that the caller's need not be large.
///
/// Nothing where the system has no thread to give.
fn with_room_for<T: Send>(depth: usize, work: impl FnOnce() -> T + Send) -> Option<T> {
    /// A level takes up to 25 kB where nothing is optimised; threads have 2 MB as a rule.
    const SHALLOW: usize = 24;
    const ROOM: usize = 16 << 20;
    if depth <= SHALLOW {
        return Some(work());
    }
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, work).ok()?;
        match worker.join() {
            Ok(result) => Some(result),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Reads a declaration that does not parse as a whole: its sound parts, and a problem for each other.
fn read_what_parses(plain: &str, file: FileId, base: u32) -> Read {
    let start = plain.len() - plain.trim_start().len();
    let (word, _) = first_word(plain.get(start..).unwrap_or(""));
    if ItemWord::find(word).is_none() {
        let problem = explain(Rule::only_item, plain, "", file, base);
        return Read { built: None, broken: true, problems: vec![problem] };
    }
    let Recovered { plain: mended, mut problems } = recover(plain, file, base);
    if let Ok(pieces) = Grammar::parse(Rule::only_item, &mended) {
        let mut builder = Builder::new(&mended, file, base);
        let built = builder.item(pieces);
        problems.append(&mut builder.problems);
        return Read { built, broken: true, problems };
    }
    let Ok(pieces) = Grammar::parse(Rule::item_and_rest, &mended) else {
        problems.push(explain(Rule::only_item, &mended, word, file, base));
        return Read { built: None, broken: true, problems };
    };
    let mut builder = Builder::new(&mended, file, base);
    let built = builder.item(pieces);
    let end = built.as_ref().map_or(0, |(_, span)| span.end.saturating_sub(base) as usize);
    let rest = mended.get(end..).unwrap_or("");
    problems.append(&mut builder.problems);
    problems.push(if rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n') && at_margin(rest) {
        // A line that begins nothing, behind a declaration that is whole.
        explain(Rule::only_item, rest, "", file, prepare::span(file, base, end, end).start)
    } else {
        explain(Rule::only_item, &mended, word, file, base)
    });
    Read { built, broken: true, problems }
}

/// Whether the first word of a text stands at the beginning of its line.
fn at_margin(text: &str) -> bool {
    let words = text.trim_start();
    text.get(..text.len() - words.len()).is_some_and(|blanks| blanks.ends_with('\n'))
}

/// Parses one expression that stands alone.
pub fn parse_expr(text: &str, file: FileId, base: u32) -> (Option<Expr>, Vec<Diagnostic>) {
    let prepared = prepare(text, file, base);
    if prepared.too_deep {
        return (None, prepared.problems);
    }
    let read =
        with_room_for(prepared.depth, || match Grammar::parse(Rule::only_expression, &prepared.plain) {
            Ok(pieces) => {
                let mut builder = Builder::new(&prepared.plain, file, base);
                let built = builder.only_expression(pieces);
                (built, builder.problems)
            }
            Err(_) if prepared.unbalanced => (None, Vec::new()),
            Err(_) => (None, vec![explain(Rule::only_expression, &prepared.plain, "", file, base)]),
        });
    let Some((built, found)) = read else { return (None, no_room(prepared, file, base)) };
    let mut problems = prepared.problems;
    problems.extend(found);
    prepare::settle_spans(text, base, &mut problems);
    (built, problems)
}

/// The `///` lines directly before a declaration or a question that begins at `start` of its text.
fn doc(text: &str, comments: &[Comment], base: u32, start: usize) -> Option<Arc<str>> {
    let mut lines: Vec<&str> = Vec::new();
    let mut next = start;
    let before = comments.iter().filter(|comment| ((comment.span.start - base) as usize) < start);
    for comment in before.collect::<Vec<_>>().into_iter().rev() {
        let end = comment.span.end.saturating_sub(base) as usize;
        let gap = text.get(end..next).unwrap_or("");
        let is_doc = comment.own_line && comment.text.starts_with("///") && !comment.text.starts_with("////");
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
