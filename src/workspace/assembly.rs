//! From the checked declarations to the book, with all problems of the whole way.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::database::{Db, Project};
use super::files::{self, FilePath, Wanted};
use super::follow::Broken;
use super::queries::{self, Compiled, PathName, Piece};
use super::{hash, problems, uses};
use crate::check::table::file_of;
use crate::check::{ItemIr, Signatures, Unproved, assemble};
use crate::diagnostic::{Diagnostic, codes, has_errors};
use crate::resolve::ItemRef;
use crate::source::{FileId, limits};
use crate::syntax::ItemWord;
use crate::syntax::ast::Item;

/// Names and types of a whole book, from its declarations.
pub(super) fn signatures(items: &[(ItemRef, Arc<Item>)]) -> (Signatures, Vec<Diagnostic>) {
    Signatures::build(items)
}

/// Compiles the book: there is one only if no problem is an error.
pub(super) fn compile(db: &dyn Db, project: Project) -> Compiled {
    let members = queries::members(db, project);
    if members.files.is_empty() {
        return Compiled { book: None, problems: vec![problems::no_files()] };
    }
    let pieces = pieces(db, project);
    if pieces.len() > limits::MAX_ITEMS {
        return Compiled { book: None, problems: vec![problems::too_many_items(pieces.len())] };
    }
    let mut found = members.problems.clone();
    found.extend(uses::unreadable_files(db, members));
    for piece in &pieces {
        found.extend(queries::parsed(db, *piece).problems.iter().cloned());
    }
    let broken = Broken::of(db, &pieces);
    let (signatures, signature_problems) = queries::signed(db, project);
    let mut checked_problems = signature_problems.as_ref().clone();
    let (mut items, mut unproved): (Vec<ItemIr>, Vec<Unproved>) = Default::default();
    for piece in &pieces {
        let checked = queries::checked(db, project, *piece);
        // What is wrong with a tree that was mended in thought follows from what was mended.
        if !has_errors(&queries::parsed(db, *piece).problems) {
            checked_problems.extend(checked.problems.iter().cloned());
        }
        items.extend(checked.ir.clone());
        unproved.extend(checked.unproved.iter().cloned());
    }
    let places = queries::places(db, project);
    checked_problems.retain(|problem| !broken.explains(problem, places));
    found.extend(checked_problems);
    if has_errors(&found) {
        return Compiled { book: None, problems: found };
    }
    let hash = book_hash(db, project, &pieces);
    let (book, mut assembly_problems) = assemble(items, &unproved, signatures, hash);
    let shared = shared_anchors(db, project);
    // A folder that several books use declares more than each of them needs.
    assembly_problems.retain(|problem| {
        let elsewhere = problem.span().is_some_and(|span| shared.contains(&span.file));
        problem.code != codes::UNUSED_DECLARATION || !elsewhere
    });
    found.extend(assembly_problems);
    Compiled { book: book.filter(|_| !has_errors(&found)).map(Arc::new), problems: found }
}

/// The anchors of the declarations that used folders bring.
fn shared_anchors(db: &dyn Db, project: Project) -> BTreeSet<FileId> {
    let files = queries::members(db, project).files.iter().filter(|(_, home)| !home.is_empty());
    files.flat_map(|(file, _)| queries::pieces(db, *file)).map(|piece| piece.anchor(db)).collect()
}

/// The declarations of the book, in the order of paths and places.
pub(super) fn pieces(db: &dyn Db, project: Project) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    for (file, home) in &queries::members(db, project).files {
        let is_part = |piece: &&Piece<'_>| home.is_empty() || piece.word(db) != ItemWord::Book;
        found.extend(queries::pieces(db, *file).iter().filter(is_part).copied());
    }
    found
}

/// The table files that declarations name, by their paths in the workspace.
fn table_paths(db: &dyn Db, project: Project, pieces: &[Piece<'_>]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for piece in pieces.iter().filter(|piece| piece.word(db) == ItemWord::Table) {
        let parsed = queries::parsed(db, *piece);
        let Some((written, _)) = parsed.item.as_ref().and_then(|item| file_of(item)) else { continue };
        let declared_in = piece.file(db).path(db);
        let home = uses::home_of(db, project, declared_in);
        found.extend(files::table_path(home, declared_in, &written.text));
    }
    found
}

/// What the book names and the shell has not given yet.
pub(super) fn wanted(db: &dyn Db, project: Project) -> BTreeSet<Wanted> {
    let mut wanted = queries::members(db, project).wanted.clone();
    for path in table_paths(db, project, &pieces(db, project)) {
        if !project.tables(db).contains_key(path.as_str()) {
            wanted.insert(Wanted::Table(FilePath::from(path)));
        }
    }
    wanted
}

/// The hash of all files that the book was made from.
fn book_hash(db: &dyn Db, project: Project, pieces: &[Piece<'_>]) -> Arc<str> {
    let mut files: Vec<(&str, [u8; 32])> = Vec::new();
    for (file, _) in &queries::members(db, project).files {
        files.push((file.path(db), *queries::digest(db, *file)));
    }
    for path in table_paths(db, project, pieces) {
        let table = queries::table_file(db, project, PathName::new(db, FilePath::from(path)));
        files.extend(table.map(|table| (&**table.path(db), *queries::table_digest(db, table))));
    }
    Arc::from(hash::of_files(&mut files))
}
