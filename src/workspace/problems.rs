//! The problems that a workspace itself finds: files that are not there, not text, or not where they may be.

use super::files::{BadPath, TextContent};
use crate::diagnostic::{Diagnostic, codes, nearest};
use crate::source::{Span, limits};
use crate::syntax::ast::Text;

/// A book without a file.
pub(super) fn no_files() -> Diagnostic {
    Diagnostic::new(codes::NO_FILES, "the folder holds no `.tarif` file")
        .help("`tarif new DIR` writes a small working book")
}

/// A book with too many declarations.
pub(super) fn too_many_items(count: usize) -> Diagnostic {
    let message = format!("the book has {count} declarations and may have {}", limits::MAX_ITEMS);
    Diagnostic::new(codes::TOO_MANY_ITEMS, message).help("keep long lists in tables, from CSV or XLSX files")
}

/// A `.tarif` file that has no text; nothing for one that has.
pub(super) fn no_text(path: &str, content: &TextContent) -> Option<Diagnostic> {
    Some(match content {
        TextContent::Text(_) => return None,
        TextContent::NotUtf8 { line, byte } => {
            let message = format!("`{path}` is not UTF-8 text: line {line}, byte {byte} of the file");
            Diagnostic::new(codes::NOT_UTF8, message).help("save the file as UTF-8")
        }
        TextContent::TooLong(bytes) => {
            let message = format!("`{path}` has {bytes} bytes and may have {}", limits::MAX_FILE_BYTES);
            Diagnostic::new(codes::FILE_TOO_LONG, message)
                .help("part it into several files, or keep long tables in CSV or XLSX files")
        }
        TextContent::Unreadable(reason) => {
            Diagnostic::new(codes::UNREADABLE_FILE, format!("`{path}` cannot be read: {reason}"))
        }
    })
}

/// A path that cannot be used, where it is written.
pub(super) fn bad_path(written: &Text, bad: BadPath) -> Diagnostic {
    let path = &written.text;
    let (message, help) = match bad {
        BadPath::Empty => ("the path is empty".to_owned(), "name a file"),
        BadPath::Absolute => (
            format!("`{path}` hangs on one machine"),
            "write a path that starts at this file's folder, such as `tables/mass.csv`",
        ),
        BadPath::Backslash => (format!("`{path}` is written with `\\`"), "write `/` between folders"),
        BadPath::Outside => (
            format!("`{path}` leads out of the folder of the book"),
            "keep the table in the book's folder; what several books share stands in a folder of its own, \
             with its declarations, and `use` brings it in",
        ),
    };
    Diagnostic::new(codes::BAD_PATH, message).at(written.span, "this path").help(help)
}

/// A table file that the shell could not read.
pub(super) fn unreadable_table(written: &Text, path: &str, reason: &str) -> Diagnostic {
    Diagnostic::new(codes::UNREADABLE_FILE, format!("`{path}` cannot be read: {reason}"))
        .at(written.span, "named here")
}

/// A table file that is too long.
pub(super) fn long_table(written: &Text, path: &str, bytes: u64) -> Diagnostic {
    let message = format!("`{path}` has {bytes} bytes and may have {}", limits::MAX_TABLE_BYTES);
    Diagnostic::new(codes::FILE_TOO_LONG, message).at(written.span, "named here").help("part the table")
}

/// A used folder that is not there.
pub(super) fn no_folder(span: Span, path: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_USE, format!("there is no folder `{path}`"))
        .at(span, "used here")
        .help("the path starts at the folder of the book that uses it")
}

/// A used folder without a file.
pub(super) fn empty_folder(span: Span, path: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_USE, format!("the folder `{path}` holds no `.tarif` file"))
        .at(span, "used here")
}

/// A used folder that the shell could not read.
pub(super) fn unreadable_folder(span: Span, path: &str, reason: &str) -> Diagnostic {
    Diagnostic::new(codes::UNREADABLE_FILE, format!("the folder `{path}` cannot be read: {reason}"))
        .at(span, "used here")
}

/// A use of a folder that holds the book's own.
pub(super) fn outer_folder(span: Span, path: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_PATH, format!("the folder `{path}` holds the folder that uses it"))
        .at(span, "used here")
        .help("use a folder beside, such as `../group-policy`")
}

/// A use of a name that does not come with Tarif.
pub(super) fn unknown_library(span: Span, name: &str, known: &[&str]) -> Diagnostic {
    let problem =
        Diagnostic::new(codes::UNKNOWN_USE, format!("no `{name}` comes with Tarif")).at(span, "used here");
    match nearest(name, known.iter().copied()) {
        Some(near) => problem.did_you_mean(span, Some(near)),
        None => problem.help("a folder of your own stands in quotes: `use \"../group-policy\"`"),
    }
}

/// Folders that use each other in a circle; the last of `path` closes it.
pub(super) fn cyclic_use(path: &[(String, Span)], closing: Span) -> Diagnostic {
    let shown = |folder: &str| if folder.is_empty() { "this book".to_owned() } else { format!("`{folder}`") };
    let mut names: Vec<String> = path.iter().map(|(folder, _)| shown(folder)).collect();
    names.extend(path.first().map(|(folder, _)| shown(folder)));
    let message = format!("folders use each other in a circle: {}", names.join(" → "));
    let problem = Diagnostic::new(codes::CYCLIC_USE, message).at(closing, "this closes the circle");
    let uses = path.iter().skip(1).map(|(_, span)| *span);
    uses.fold(problem, |problem, span| problem.also(span, "this is part of it"))
        .help("put what both need into a third folder")
}
