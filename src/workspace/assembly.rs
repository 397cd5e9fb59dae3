//! From the checked declarations to the book, with all problems of the whole way.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use super::database::{Db, Project};
use super::files::{self, FilePath, Wanted};
use super::follow::Broken;
use super::queries::{self, Compiled, PathName, is_part};
use super::{hash, problems, uses};
use crate::check::{Checked, assemble};
use crate::diagnostic::{codes, has_errors};
use crate::resolve::ItemRef;
use crate::source::{FileId, limits};

/// Compiles the book: there is one only if no problem is an error.
pub(super) fn compile(db: &dyn Db, project: Project) -> Compiled {
    let members = queries::members(db, project);
    if members.files.is_empty() {
        return Compiled { book: None, problems: vec![problems::no_files()] };
    }
    let declarations = queries::declarations(db, project);
    if declarations.len() > limits::MAX_ITEMS {
        return Compiled { book: None, problems: vec![problems::too_many_items(declarations.len())] };
    }
    let mut found = members.problems.clone();
    found.extend(uses::unreadable_files(db, members));
    found.extend(declarations.iter().flat_map(|declared| declared.problems.iter().cloned()));
    let broken = Broken::of(declarations);
    let (signatures, signature_problems) = queries::signed(db, project);
    let mut checked_problems = signature_problems.as_ref().clone();
    let mut items: Vec<(ItemRef, Arc<Checked>)> = Vec::with_capacity(declarations.len());
    for (file, home) in &members.files {
        let declared = queries::declared(db, *file).iter();
        for (declared, checked) in declared.zip(queries::checked(db, project, *file)) {
            if !is_part(declared, home) {
                continue;
            }
            // What is wrong with a tree that was mended in thought follows from what was mended.
            if !has_errors(&declared.problems) {
                checked_problems.extend(checked.problems.iter().cloned());
            }
            items.push((ItemRef(declared.anchor.0), Arc::clone(checked)));
        }
    }
    if !broken.is_empty() {
        let places = queries::places(db, project);
        checked_problems.retain(|problem| !broken.explains(problem, places));
    }
    found.extend(checked_problems);
    if has_errors(&found) {
        return Compiled { book: None, problems: found };
    }
    let hash = book_hash(db, project);
    let mut kept = db.memory().book.lock().unwrap_or_else(PoisonError::into_inner);
    let (book, mut assembly_problems) = assemble(items, signatures, hash, &mut kept);
    drop(kept);
    let shared = shared_anchors(db, project);
    // A folder that several books use declares more than each of them needs.
    assembly_problems.retain(|problem| {
        let elsewhere = problem.span().is_some_and(|span| shared.contains(&span.file));
        problem.code != codes::UNUSED_DECLARATION || !elsewhere
    });
    found.extend(assembly_problems);
    Compiled { book: book.filter(|_| !has_errors(&found)), problems: found }
}

/// The anchors of the declarations that used folders bring.
fn shared_anchors(db: &dyn Db, project: Project) -> BTreeSet<FileId> {
    let files = queries::members(db, project).files.iter().filter(|(_, home)| !home.is_empty());
    files.flat_map(|(file, _)| queries::declared(db, *file).iter()).map(|declared| declared.anchor).collect()
}

/// The table files that declarations name, by their paths in the workspace.
fn table_paths(db: &dyn Db, project: Project) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (file, home) in &queries::members(db, project).files {
        let declared_in = file.path(db);
        let paths = queries::table_names(db, *file).iter();
        found.extend(paths.filter_map(|written| files::table_path(home, declared_in, written).ok()));
    }
    found
}

/// What the book names and the shell has not given yet.
pub(super) fn wanted(db: &dyn Db, project: Project) -> BTreeSet<Wanted> {
    let mut wanted = queries::members(db, project).wanted.clone();
    for path in table_paths(db, project) {
        if !project.tables(db).contains_key(path.as_str()) {
            wanted.insert(Wanted::Table(FilePath::from(path)));
        }
    }
    wanted
}

/// The hash of all files that the book was made from.
fn book_hash(db: &dyn Db, project: Project) -> Arc<str> {
    let mut files: Vec<(&str, [u8; 32])> = Vec::new();
    for (file, _) in &queries::members(db, project).files {
        files.push((file.path(db), *queries::digest(db, *file)));
    }
    for path in table_paths(db, project) {
        let table = queries::table_file(db, project, PathName::new(db, FilePath::from(path)));
        files.extend(table.map(|table| (&**table.path(db), *queries::table_digest(db, table))));
    }
    Arc::from(hash::of_files(&mut files))
}
