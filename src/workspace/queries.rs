//! The queries of the workspace: the pipeline of the compiler, each step remembered.
//!
//! ```text
//! TextFile ─▶ pieces ─▶ parsed ─▶ heads ─▶ signatures ─┐
//!                          │                           ├─▶ checked ─▶ compiled
//! TableFile ─▶ sheet ──────┼───────────────────────────┘
//!                          └─▶ places
//! ```
//!
//! The passes are plain functions of lower rooms and do not know that they are remembered. Problems are part
//! of the values. A piece is parsed from its own text alone, so an edit above it costs nothing; it is checked
//! from its tree and the signatures, so an edit of a body elsewhere costs nothing.

use std::sync::Arc;

use super::anchors::{Anchor, Places};
use super::assembly;
use super::database::{Db, Project, TableFile, Task, TextFile};
use super::files::{self, Fetched, FilePath, TextContent};
use super::hash;
use super::narrow;
use super::problems;
use super::uses::{self, Members};
use crate::check::table::file_of;
use crate::check::{self, Checked, Signatures};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::ir;
use crate::resolve::ItemRef;
use crate::sheet as sheets;
use crate::source::FileId;
use crate::syntax::ast::{Item, ItemKind, Text};
use crate::syntax::{self, ItemWord};

/// A path as a key of queries.
#[salsa::interned]
pub(super) struct PathName<'db> {
    #[returns(ref)]
    pub(super) path: FilePath,
}

/// The name of a sheet of a workbook as a key of queries.
#[salsa::interned]
pub(super) struct SheetName<'db> {
    #[returns(ref)]
    pub(super) name: Option<Arc<str>>,
}

/// The text of one declaration. Which one it is, is told by its anchor; its text and place come and go.
#[salsa::tracked]
pub(super) struct Piece<'db> {
    #[returns(copy)]
    pub(super) anchor: FileId,
    #[returns(copy)]
    pub(super) word: ItemWord,
    #[returns(ref)]
    pub(super) name: Option<Arc<str>>,
    #[returns(copy)]
    pub(super) file: TextFile,
    #[tracked]
    #[returns(ref)]
    pub(super) text: Arc<str>,
    #[tracked]
    #[returns(copy)]
    pub(super) start: u32,
}

/// A declaration as parsed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) item: Option<Arc<Item>>,
    /// What of it the signatures are made of.
    pub(super) head: Option<Arc<Item>>,
    pub(super) problems: Vec<Diagnostic>,
}

/// Cuts a file into its declarations.
#[salsa::tracked]
pub(super) fn pieces<'db>(db: &'db dyn Db, file: TextFile) -> Vec<Piece<'db>> {
    db.counters().count(Task::Split);
    let text = file.content(db).text();
    let mut seen: std::collections::HashMap<(ItemWord, Option<String>), u32> = Default::default();
    let mut found = Vec::new();
    for piece in syntax::split(text) {
        let count = seen.entry((piece.word, piece.name.clone())).or_insert(0);
        let name = piece.name.as_deref().map(Arc::from);
        let anchor = Anchor::Item(Arc::clone(file.path(db)), piece.word, piece.name, *count);
        *count += 1;
        let own_text = Arc::from(text.get(piece.start..piece.end).unwrap_or(""));
        let start = u32::try_from(piece.start).unwrap_or(u32::MAX);
        let anchor = db.anchors().id(anchor);
        found.push(Piece::new(db, anchor, piece.word, name, file, own_text, start));
    }
    found
}

/// Parses one declaration, with spans from its own beginning.
#[salsa::tracked]
pub(super) fn parsed<'db>(db: &'db dyn Db, piece: Piece<'db>) -> Arc<Parsed> {
    if piece.word(db) == ItemWord::Comments {
        return Arc::default();
    }
    db.counters().count(Task::Parse);
    let (item, problems) = syntax::parse_item(piece.text(db), piece.anchor(db), 0);
    let item = item.map(Arc::new);
    let head = item.as_ref().and_then(check::head);
    Arc::new(Parsed { item, head, problems })
}

/// The table file of a path, if the shell has given it.
#[salsa::tracked(returns(copy))]
pub(super) fn table_file<'db>(db: &'db dyn Db, project: Project, path: PathName<'db>) -> Option<TableFile> {
    project.tables(db).get(path.path(db)).copied()
}

/// A sheet of a table file.
#[salsa::tracked]
pub(super) fn sheet<'db>(db: &'db dyn Db, table: TableFile, name: SheetName<'db>) -> check::table::TableFile {
    let Fetched::Found(bytes) = table.content(db) else { return Err(Vec::new()) };
    db.counters().count(Task::Sheet);
    let path = table.path(db);
    let file = db.anchors().id(Anchor::File(Arc::clone(path)));
    sheets::read(bytes, path, name.name(db).as_deref(), file).map(Arc::new)
}

/// The hash of a text file.
#[salsa::tracked]
pub(super) fn digest(db: &dyn Db, file: TextFile) -> [u8; 32] {
    match file.content(db) {
        TextContent::Text(text) => hash::of_bytes(text.as_bytes()),
        _ => hash::of_bytes(&[]),
    }
}

/// The hash of a table file.
#[salsa::tracked]
pub(super) fn table_digest(db: &dyn Db, table: TableFile) -> [u8; 32] {
    match table.content(db) {
        Fetched::Found(bytes) => hash::of_bytes(bytes),
        _ => hash::of_bytes(&[]),
    }
}

/// The files that are part of the book: its own, and those of the folders it uses.
#[salsa::tracked]
pub(super) fn members(db: &dyn Db, project: Project) -> Arc<Members> {
    Arc::new(uses::members(db, project))
}

/// What the signatures are made of: all declarations of the book that parsed, in the order of paths and
/// places, each as far as the signatures read it.
#[salsa::tracked]
pub(super) fn heads(db: &dyn Db, project: Project) -> Arc<Vec<(ItemRef, Arc<Item>)>> {
    let mut found = Vec::new();
    for (file, home) in &members(db, project).files {
        for piece in pieces(db, *file) {
            let Some(head) = &parsed(db, *piece).head else { continue };
            if is_part(&head.kind, home) {
                found.push((ItemRef(piece.anchor(db).0), Arc::clone(head)));
            }
        }
    }
    Arc::new(found)
}

/// Whether a declaration of a folder is part of the book: the `book` declaration of a used folder is not.
pub(super) fn is_part(kind: &ItemKind, home: &str) -> bool {
    home.is_empty() || !matches!(kind, ItemKind::Book(_))
}

/// Names and types of the whole book.
#[salsa::tracked]
pub(super) fn signatures(db: &dyn Db, project: Project) -> Arc<Signatures> {
    Arc::clone(&signed(db, project).0)
}

/// The signatures with the problems found on the way.
#[salsa::tracked]
pub(super) fn signed(db: &dyn Db, project: Project) -> (Arc<Signatures>, Arc<Vec<Diagnostic>>) {
    db.counters().count(Task::Signatures);
    let (signatures, problems) = assembly::signatures(heads(db, project));
    (Arc::new(signatures), Arc::new(problems))
}

/// The part of the signatures that a long table is checked against; nothing for all other declarations.
#[salsa::tracked]
pub(super) fn narrowed<'db>(db: &'db dyn Db, project: Project, piece: Piece<'db>) -> Option<Arc<Signatures>> {
    let item = parsed(db, piece).item.as_ref()?;
    let ItemKind::Table(table) = &item.kind else { return None };
    let text = piece.text(db);
    let is_long = file_of(item).is_some() || text.len() >= narrow::LONG_TEXT;
    is_long.then(|| Arc::new(narrow::narrow(signatures(db, project), &table.name.text, text)))
}

/// Checks one declaration.
#[salsa::tracked]
pub(super) fn checked<'db>(db: &'db dyn Db, project: Project, piece: Piece<'db>) -> Arc<Checked> {
    let Some(item) = &parsed(db, piece).item else { return Arc::default() };
    db.counters().count(Task::Check);
    let file = file_of(item).and_then(|(path, name)| rows_of(db, project, piece, path, name));
    if let Some(narrowed) = narrowed(db, project, piece) {
        let checked = check::check_item(item, narrowed, file.as_ref());
        if checked.ir.is_some() || has_errors(&checked.problems) {
            return Arc::new(checked);
        }
    }
    Arc::new(check::check_item(item, signatures(db, project), file.as_ref()))
}

/// The file that a table's rows come from, or why it cannot be read; nothing if there is no such file.
fn rows_of<'db>(
    db: &'db dyn Db,
    project: Project,
    piece: Piece<'db>,
    written: &Text,
    name: Option<&Text>,
) -> Option<check::table::TableFile> {
    let declared_in = piece.file(db).path(db);
    let home = uses::home_of(db, project, declared_in);
    let path = match files::table_path(home, declared_in, &written.text) {
        Ok(path) => path,
        Err(bad) => return Some(Err(vec![problems::bad_path(written, bad)])),
    };
    let table = table_file(db, project, PathName::new(db, FilePath::from(path.as_str())))?;
    match table.content(db) {
        Fetched::Missing => None,
        Fetched::Unreadable(reason) => Some(Err(vec![problems::unreadable_table(written, &path, reason)])),
        Fetched::TooLong(bytes) => Some(Err(vec![problems::long_table(written, &path, *bytes)])),
        Fetched::Found(_) => {
            let name = SheetName::new(db, name.map(|name| Arc::clone(&name.text)));
            Some(sheet(db, table, name).clone())
        }
    }
}

/// Where everything stands.
#[salsa::tracked]
pub(super) fn places(db: &dyn Db, project: Project) -> Arc<Places> {
    let mut places = Places::default();
    for (file, _) in &members(db, project).files {
        let path = file.path(db);
        let TextContent::Text(text) = file.content(db) else { continue };
        let id = db.anchors().id(Anchor::File(Arc::clone(path)));
        let file_id = places.add_file(id, path, Arc::clone(text));
        for piece in pieces(db, *file) {
            places.add_item(piece.anchor(db), file_id, piece.start(db));
        }
    }
    for (path, table) in project.tables(db) {
        // A workbook is no text; its problems say their place in words.
        let Fetched::Found(bytes) = table.content(db) else { continue };
        if let Ok(text) = std::str::from_utf8(bytes) {
            let id = db.anchors().id(Anchor::File(Arc::clone(path)));
            places.add_file(id, path, Arc::from(text));
        }
    }
    Arc::new(places)
}

/// What came of compiling the book. Problems have their spans as the passes gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Compiled {
    pub(super) book: Option<Arc<ir::Book>>,
    pub(super) problems: Vec<Diagnostic>,
}

/// Compiles the book.
#[salsa::tracked]
pub(super) fn compiled(db: &dyn Db, project: Project) -> Arc<Compiled> {
    db.counters().count(Task::Assemble);
    Arc::new(assembly::compile(db, project))
}
