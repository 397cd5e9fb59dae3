//! A price book held in memory and checked through the library, as an editor would.

#![expect(dead_code, reason = "each of the tests that share this uses a part of it")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use tarif::diagnostic::{self, Diagnostic};
use tarif::source::Span;
use tarif::workspace::{Fetched, FolderContent, Wanted, Workspace};

/// The name of the file that an unnamed block stands for.
pub const BOOK: &str = "book.tarif";

/// Files by their paths, relative to the folder of the book.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What the check says of a book.
pub struct Checked {
    workspace: Workspace,
    /// All problems, in the order in which they are shown.
    pub problems: Vec<Diagnostic>,
}

/// Checks the files of a book; those whose path begins with `../` lie beside it.
pub fn check(files: &Files) -> Checked {
    check_in(files, None)
}

/// As [`check`], with the name of the book's own folder, for files beside it that name it.
pub fn check_in(files: &Files, home: Option<&str>) -> Checked {
    let mut workspace = Workspace::new();
    for (path, bytes) in files {
        if path.ends_with(".tarif") && !path.starts_with("../") {
            workspace.set_file(path, bytes);
        }
    }
    loop {
        let wanted = workspace.wanted();
        if wanted.is_empty() {
            let problems = all_problems(&workspace);
            return Checked { workspace, problems };
        }
        for wanted in wanted {
            match wanted {
                Wanted::Table(path) => {
                    let found = files.get(&*path).map(|bytes| Fetched::Found(Arc::from(bytes.as_slice())));
                    workspace.set_table(&path, found.unwrap_or(Fetched::Missing));
                }
                Wanted::Folder(path) => {
                    let inside = format!("{path}/");
                    let members = files
                        .iter()
                        .filter(|(file, _)| file.starts_with(&inside) && file.ends_with(".tarif"));
                    let own = home.is_some_and(|home| path.strip_prefix("../") == Some(home));
                    let mut found = match own {
                        true => Fetched::Found(FolderContent::Same(String::new())),
                        false => Fetched::Missing,
                    };
                    for (file, bytes) in members {
                        workspace.set_file(file, bytes);
                        found = Fetched::Found(FolderContent::Read);
                    }
                    workspace.set_folder(&path, found);
                }
            }
        }
    }
}

/// What `tarif check` shows: the problems, and what is proved where none of them is an error.
fn all_problems(workspace: &Workspace) -> Vec<Diagnostic> {
    let mut problems = workspace.problems();
    if !diagnostic::has_errors(&problems) {
        problems.extend(workspace.proofs());
        diagnostic::settle(&mut problems, workspace.places().sources());
    }
    problems
}

/// The folder that is the book, where the first file of an example is named with one: `shop` of `shop/book.tarif`.
pub fn home_of(first: Option<&str>) -> Option<&str> {
    first.and_then(|path| path.rsplit_once('/')).map(|(home, _)| home)
}

/// A path of an example, from the folder of its book.
pub fn path_from(home: Option<&str>, path: Option<&str>) -> String {
    let path = path.unwrap_or(BOOK);
    match home {
        None => path.to_owned(),
        Some(home) => match path.strip_prefix(home).and_then(|rest| rest.strip_prefix('/')) {
            Some(inside) => inside.to_owned(),
            None => format!("../{path}"),
        },
    }
}

/// All files of a folder on disk and of the folders below it.
#[expect(clippy::disallowed_methods, reason = "a test reads the books it checks")]
pub fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the project") {
            let entry = entry.expect("an entry of the folder");
            let name = entry.file_name().into_string().expect("a name in UTF-8");
            let path = format!("{prefix}{name}");
            if entry.path().is_dir() {
                open.push((entry.path(), format!("{path}/")));
            } else {
                files.insert(path, std::fs::read(entry.path()).expect("a file of the project"));
            }
        }
    }
    files
}

impl Checked {
    /// Where a problem begins: path and line, from 1; nothing and 0 if it has no place.
    pub fn place(&self, problem: &Diagnostic) -> (String, u32) {
        let places = self.workspace.places();
        problem.span().map_or_else(Default::default, |span| {
            let place = places.sources().place(span);
            (place.path.to_string(), place.line)
        })
    }

    /// What a span marks.
    pub fn text_at(&self, span: Span) -> String {
        self.workspace.places().sources().slice(span).to_owned()
    }

    /// Gives a file another content and checks again.
    pub fn change(&mut self, path: &str, bytes: &[u8]) {
        self.workspace.set_file(path, bytes);
        self.problems = all_problems(&self.workspace);
    }

    /// The problems as a terminal shows them, without color.
    pub fn drawn(&self) -> String {
        diagnostic::render(&self.problems, self.workspace.places().sources(), false)
    }
}
