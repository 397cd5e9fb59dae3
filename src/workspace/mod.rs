//! A price book kept up to date as its files change: an edit re-parses what it touches, and checks again what
//! depends on that, and nothing else.
//!
//! ```text
//! files, tables ─▶ Workspace ─▶ problems, book, places
//!                     │
//!                     └─▶ wanted: what the book names and nobody has given yet
//! ```
//!
//! The workspace reads no disk: whoever holds it gives it the bytes. It is the only room that knows salsa.

mod anchors;
mod assembly;
mod checking;
mod database;
mod declared;
mod files;
mod follow;
mod hash;
mod library;
mod problems;
mod proofs;
mod queries;
mod slice;
#[cfg(test)]
mod tests;
mod uses;

use std::fmt;
use std::sync::Arc;

use salsa::Setter;

pub use anchors::Places;
pub use database::Work;
use database::{Database, Db, Project, TableFile, TextFile};
use files::TextContent;
pub use files::{Fetched, FilePath, FolderContent, Wanted};

use crate::diagnostic::{Diagnostic, settle};
use crate::ir;

/// A price book under construction.
///
/// ```
/// use tarif::workspace::Workspace;
///
/// let mut workspace = Workspace::new();
/// workspace.set_file("book.tarif", b"book b { currency CNY effective 2026-01-01 to 2026-12-31 }");
/// for problem in workspace.problems() {
///     println!("{}", problem.message);
/// }
/// ```
pub struct Workspace {
    database: Database,
    project: Project,
}

impl Default for Workspace {
    fn default() -> Workspace {
        Workspace::new()
    }
}

impl fmt::Debug for Workspace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Workspace").field("files", &self.project.texts(&self.database).keys()).finish()
    }
}

impl Workspace {
    /// An empty workspace; what comes with Tarif is there, for books that use it.
    pub fn new() -> Workspace {
        let database = Database::default();
        let libraries = library::FILES.iter().map(|(path, text)| {
            let path = FilePath::from(*path);
            let content = TextContent::Text(Arc::from(*text));
            (Arc::clone(&path), TextFile::new(&database, path, content))
        });
        let texts = libraries.collect();
        let project = Project::new(&database, texts, Default::default(), Default::default());
        Workspace { database, project }
    }

    /// Gives a `.tarif` file, or its new content. Bytes that are no text become a problem.
    ///
    /// The path is relative to the folder of the book, with `/`.
    pub fn set_file(&mut self, path: &str, bytes: &[u8]) {
        self.set_content(path, TextContent::of(bytes));
    }

    /// Says that a `.tarif` file, or a folder that may hold some, is there and cannot be read.
    pub fn set_unreadable(&mut self, path: &str, reason: &str) {
        self.set_content(path, TextContent::Unreadable(Arc::from(reason)));
    }

    /// Says that a `.tarif` file has so many bytes, which is more than it may have.
    pub fn set_too_long(&mut self, path: &str, bytes: u64) {
        self.set_content(path, TextContent::TooLong(bytes));
    }

    fn set_content(&mut self, path: &str, content: TextContent) {
        let known = self.project.texts(&self.database).get(path).copied();
        match known {
            Some(file) if *file.content(&self.database) == content => {}
            Some(file) => {
                file.set_content(&mut self.database).to(content);
            }
            None => {
                let path = FilePath::from(path);
                let file = TextFile::new(&self.database, Arc::clone(&path), content);
                let mut texts = self.project.texts(&self.database).clone();
                texts.insert(path, file);
                self.project.set_texts(&mut self.database).to(texts);
            }
        }
    }

    /// Takes a `.tarif` file away.
    pub fn remove_file(&mut self, path: &str) {
        let mut texts = self.project.texts(&self.database).clone();
        if texts.remove(path).is_some() {
            self.database.memory().forget(path);
            self.project.set_texts(&mut self.database).to(texts);
        }
    }

    /// Gives a table file, its new content, or why there is none.
    pub fn set_table(&mut self, path: &str, content: Fetched<Arc<[u8]>>) {
        let known = self.project.tables(&self.database).get(path).copied();
        match known {
            Some(table) if *table.content(&self.database) == content => {}
            Some(table) => {
                table.set_content(&mut self.database).to(content);
            }
            None => {
                let path = FilePath::from(path);
                let table = TableFile::new(&self.database, Arc::clone(&path), content);
                let mut tables = self.project.tables(&self.database).clone();
                tables.insert(path, table);
                self.project.set_tables(&mut self.database).to(tables);
            }
        }
    }

    /// Says what became of a folder that the book uses. Its files are given before, with paths that begin with
    /// the folder's.
    pub fn set_folder(&mut self, path: &str, content: Fetched<FolderContent>) {
        let mut folders = self.project.folders(&self.database).clone();
        folders.insert(FilePath::from(path), content);
        self.project.set_folders(&mut self.database).to(folders);
    }

    /// What the book names and nobody has given yet, in the order of paths. Giving it may bring more.
    pub fn wanted(&self) -> Vec<Wanted> {
        assembly::wanted(&self.database, self.project).into_iter().collect()
    }

    /// All problems, in the order in which they are shown; their spans belong to the files of
    /// [`Workspace::places`].
    pub fn problems(&self) -> Vec<Diagnostic> {
        let places = self.places();
        let compiled = queries::compiled(&self.database, self.project);
        let mut problems: Vec<_> = compiled.problems.iter().map(|problem| places.settle(problem)).collect();
        settle(&mut problems, places.sources());
        problems
    }

    /// What is proved of the configurations of the book's products, in the order in which it is shown: nothing
    /// while there is no book. This takes longer than [`Workspace::problems`], and is done again only for the
    /// products that an edit concerns.
    pub fn proofs(&self) -> Vec<Diagnostic> {
        let places = self.places();
        let proofs = proofs::proofs(&self.database, self.project);
        let mut proofs: Vec<_> = proofs.iter().map(|problem| places.settle(problem)).collect();
        settle(&mut proofs, places.sources());
        proofs
    }

    /// The book, if no problem is an error.
    pub fn book(&self) -> Option<Arc<ir::Book>> {
        queries::compiled(&self.database, self.project).book.clone()
    }

    /// Where everything stands: for the spans of the book, and for the files of the problems.
    pub fn places(&self) -> Arc<Places> {
        Arc::clone(queries::places(&self.database, self.project))
    }

    /// The paths of the `.tarif` files that are part of the book, in order.
    pub fn files(&self) -> Vec<FilePath> {
        let members = queries::members(&self.database, self.project);
        members.files.iter().map(|(file, _)| Arc::clone(file.path(&self.database))).collect()
    }

    /// How much work was done since the workspace was made.
    pub fn work(&self) -> Work {
        self.database.counters().read()
    }
}
