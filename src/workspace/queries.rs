//! The queries of the workspace: the pipeline of the compiler, each step remembered.
//!
//! ```text
//! TextFile ─▶ cut ─▶ declared ─▶ declarations ─▶ signatures ─┐
//!              │        └────────────────────────────────────┼─▶ checked ─▶ compiled
//! TableFile ───┼─▶ sheet ────────────────────────────────────┘
//!              └─▶ places
//! ```
//!
//! The passes are plain functions of lower rooms and do not know that they are remembered. Problems are part
//! of the values. salsa remembers files; within a file, and for the whole book, each step carries over what it made of
//! the very same declarations ([`Memory`](super::database::Memory)). A declaration is parsed from its own text alone,
//! so an edit above it costs nothing; it is checked from its tree and the signatures, so an edit of a body elsewhere
//! costs nothing.

use std::sync::{Arc, PoisonError};

use super::anchors::{Anchor, Places};
use super::assembly;
use super::database::{Db, Project, TableFile, Task, TextFile};
use super::declared::{Cut, Declared};
use super::files::{Fetched, FilePath, TextContent};
use super::hash;
use super::uses::{self, Members};
use crate::check::table::file_of;
use crate::check::{self, Built, Checked, Signatures};
use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::resolve::ItemRef;
use crate::sheet as sheets;
use crate::source::Span;
use crate::syntax::ItemWord;
use crate::syntax::ast::{Item, ItemKind, UseTarget};

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

/// Cuts a file into its declarations, and parses them with spans from their own beginnings.
#[salsa::tracked]
pub(super) fn cut(db: &dyn Db, file: TextFile) -> Cut {
    db.counters().count(Task::Split);
    db.memory().files.cut(db, file.path(db), file.content(db).shared_text())
}

/// The declarations of a file.
#[salsa::tracked]
pub(super) fn declared(db: &dyn Db, file: TextFile) -> Arc<Vec<Arc<Declared>>> {
    Arc::clone(&cut(db, file).items)
}

/// What a file uses, and where it says so.
#[salsa::tracked]
pub(super) fn uses_of(db: &dyn Db, file: TextFile) -> Vec<(UseTarget, Span)> {
    let items = declared(db, file).iter().filter(|it| it.word == ItemWord::Use);
    let uses = items.filter_map(|it| match &it.item.as_ref()?.kind {
        ItemKind::Use(used) => Some((used.target.clone(), used.target.span())),
        _ => None,
    });
    uses.collect()
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

/// The table files that a file names, as it writes them.
#[salsa::tracked]
pub(super) fn table_names(db: &dyn Db, file: TextFile) -> Vec<Arc<str>> {
    let tables = declared(db, file).iter().filter(|it| it.word == ItemWord::Table);
    let written = tables.filter_map(|it| file_of(it.item.as_ref()?));
    written.map(|(path, _)| Arc::clone(&path.text)).collect()
}

/// The declarations of the book, in the order of paths and places. The `book` declaration of a used folder is not
/// part of it.
#[salsa::tracked]
pub(super) fn declarations(db: &dyn Db, project: Project) -> Arc<Vec<Arc<Declared>>> {
    let mut found = Vec::new();
    for (file, home) in &members(db, project).files {
        found.extend(declared(db, *file).iter().filter(|it| is_part(it, home)).cloned());
    }
    Arc::new(found)
}

/// Whether a declaration of a folder is part of the book: the `book` declaration of a used folder is not.
pub(super) fn is_part(declared: &Declared, home: &str) -> bool {
    home.is_empty() || declared.word != ItemWord::Book
}

/// Names and types of the whole book.
#[salsa::tracked]
pub(super) fn signatures(db: &dyn Db, project: Project) -> Arc<Signatures> {
    Arc::clone(&signed(db, project).0)
}

/// The signatures with the problems found on the way.
#[salsa::tracked]
pub(super) fn signed(db: &dyn Db, project: Project) -> (Arc<Signatures>, Arc<Vec<Diagnostic>>) {
    let items = declarations(db, project).iter().filter_map(|it| {
        let item = it.item.as_ref().filter(|item| check::is_signed(item))?;
        Some((ItemRef(it.anchor.0), Arc::clone(item)))
    });
    let items: Vec<(ItemRef, Arc<Item>)> = items.collect();
    let mut built = db.memory().signed.lock().unwrap_or_else(PoisonError::into_inner);
    if !built.as_mut().is_some_and(|built| built.takes(&items)) {
        db.counters().count(Task::Signatures);
        *built = Some(Built::of(items, built.as_ref()));
    }
    let built = built.as_ref();
    built.map(|it| (Arc::clone(it.signatures()), Arc::clone(it.problems()))).unwrap_or_default()
}

/// The declarations of a file checked, in order.
#[salsa::tracked]
pub(super) fn checked(db: &dyn Db, project: Project, file: TextFile) -> Vec<Arc<Checked>> {
    db.memory().checks.check(db, project, file)
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
        let cut = cut(db, *file);
        for (item, moved) in cut.items.iter().zip(&cut.moved) {
            places.add_item(item.anchor, file_id, *moved);
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
