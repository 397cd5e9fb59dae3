//! Which folders belong to a book: its own, and those that it uses, and those that these use.

use std::collections::{BTreeMap, BTreeSet};

use super::database::{Db, Project, TextFile};
use super::files::{self, Fetched, FilePath, FolderContent, STD, Wanted, lies_in};
use super::problems;
use super::queries::uses_of;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::ast::UseTarget;

/// The files of a book.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Members {
    /// The files in the order of their paths, each with the folder it came with; empty for the book's own.
    pub(super) files: Vec<(TextFile, FilePath)>,
    /// Folders that are used and not given yet.
    pub(super) wanted: BTreeSet<Wanted>,
    /// What is wrong with uses.
    pub(super) problems: Vec<Diagnostic>,
}

/// Follows the uses of a book, from its own folder on.
pub(super) fn members(db: &dyn Db, project: Project) -> Members {
    let mut walk = Walk { db, project, state: BTreeMap::new(), path: Vec::new(), found: Members::default() };
    walk.visit(String::new(), Span::default());
    let Walk { state, mut found, .. } = walk;
    for (path, file) in project.texts(db) {
        // A folder inside a used one is the innermost home of its files.
        let home = state.keys().filter(|folder| lies_in(path, folder)).max_by_key(|folder| folder.len());
        if let Some(home) = home {
            found.files.push((*file, FilePath::from(home.as_str())));
        }
    }
    found
}

/// The folder that a file came with: the book's own, whose name is empty, or a used one.
pub(super) fn home_of<'db>(db: &'db dyn Db, project: Project, path: &str) -> &'db str {
    let members = super::queries::members(db, project);
    members.files.iter().find(|(file, _)| &**file.path(db) == path).map_or("", |(_, home)| home)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Begun,
    Done,
}

/// A walk along uses. Folders that wait for the ones they use are on `path`, so the depth of recursion is the
/// length of the longest chain of uses; each folder on it was fetched by the shell, one by one.
struct Walk<'db> {
    db: &'db dyn Db,
    project: Project,
    state: BTreeMap<String, State>,
    /// The folders on the way, each with the use that led to it.
    path: Vec<(String, Span)>,
    found: Members,
}

impl Walk<'_> {
    fn visit(&mut self, folder: String, by: Span) {
        match self.state.get(&folder) {
            Some(State::Done) => return,
            Some(State::Begun) => {
                let from = self.path.iter().position(|(known, _)| *known == folder).unwrap_or(0);
                let circle = self.path.get(from..).unwrap_or_default();
                self.found.problems.push(problems::cyclic_use(circle, by));
                return;
            }
            None => {}
        }
        self.state.insert(folder.clone(), State::Begun);
        self.path.push((folder.clone(), by));
        for (target, span) in self.uses_of(&folder) {
            if let Some(next) = self.resolve(&folder, &target, span) {
                self.visit(next, span);
            }
        }
        self.path.pop();
        self.state.insert(folder, State::Done);
    }

    /// The uses in the files of a folder, in the order of paths and places.
    fn uses_of(&self, folder: &str) -> Vec<(UseTarget, Span)> {
        let mut found = Vec::new();
        for (path, file) in self.project.texts(self.db) {
            if !lies_in(path, folder) {
                continue;
            }
            found.extend(uses_of(self.db, *file).iter().cloned());
        }
        found
    }

    /// The folder that a use leads to; nothing where it leads nowhere new, or where that is a problem.
    fn resolve(&mut self, folder: &str, target: &UseTarget, span: Span) -> Option<String> {
        match target {
            UseTarget::Path(path) => {
                let names: Vec<&str> = path.names.iter().map(|name| &*name.text).collect();
                let library = match names.as_slice() {
                    ["std", inner @ ..] => format!("{STD}/{}.tarif", inner.join("/")),
                    _ => String::new(),
                };
                if self.project.texts(self.db).contains_key(library.as_str()) {
                    return Some(library);
                }
                let known = self.libraries();
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                self.found.problems.push(problems::unknown_library(span, &names.join("."), &known));
                None
            }
            UseTarget::Folder(written) => match files::join(folder, &written.text) {
                Ok(path) => self.resolve_folder(folder, path, span),
                Err(bad) => {
                    self.found.problems.push(problems::bad_path(written, bad));
                    None
                }
            },
        }
    }

    fn resolve_folder(&mut self, folder: &str, path: String, span: Span) -> Option<String> {
        let has_files = self.project.texts(self.db).keys().any(|file| lies_in(file, &path));
        if path == folder {
            return Some(path);
        }
        if lies_in(&path, "") && !folder.is_empty() {
            return Some(String::new());
        }
        if lies_in(&path, folder) {
            // A folder inside: its files belong to the one that uses it anyway.
            if !has_files {
                self.found.problems.push(problems::no_folder(span, &path));
            }
            return None;
        }
        if path.split('/').all(|name| name == "..") || lies_in(folder, &path) {
            self.found.problems.push(problems::outer_folder(span, &path));
            return None;
        }
        let problem = match self.project.folders(self.db).get(path.as_str()) {
            None => {
                self.found.wanted.insert(Wanted::Folder(FilePath::from(path.as_str())));
                problems::no_folder(span, &path)
            }
            Some(Fetched::Found(FolderContent::Read)) if has_files => return Some(path),
            Some(Fetched::Found(FolderContent::Read)) => problems::empty_folder(span, &path),
            Some(Fetched::Found(FolderContent::Same(known))) => return Some(known.clone()),
            Some(Fetched::Found(FolderContent::HoldsTheBook)) => problems::outer_folder(span, &path),
            Some(Fetched::Missing | Fetched::TooLong(_)) => problems::no_folder(span, &path),
            Some(Fetched::Unreadable(reason)) => problems::unreadable_folder(span, &path, reason),
        };
        self.found.problems.push(problem);
        None
    }

    /// The names of what comes with Tarif.
    fn libraries(&self) -> Vec<String> {
        let paths = self.project.texts(self.db).keys().filter_map(|path| path.strip_prefix(STD));
        let names = paths.filter_map(|path| path.strip_suffix(".tarif"));
        names.map(|name| format!("std{}", name.replace('/', "."))).collect()
    }
}

/// The problems of files that are no text.
pub(super) fn unreadable_files(db: &dyn Db, members: &Members) -> Vec<Diagnostic> {
    let files = members.files.iter();
    files.filter_map(|(file, _)| problems::no_text(file.path(db), file.content(db))).collect()
}
