//! A folder on the disk into a workspace: the files of a book, and all that it names.
//!
//! This room reads the disk for every shell and decides nothing: what it finds, or finds missing, goes into the
//! [`Workspace`], which turns it into problems with their places.

mod folder;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::limits;
use crate::workspace::{Fetched, FolderContent, Wanted, Workspace};

/// Why a folder cannot be read as a book at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// What was found.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl LoadError {
    fn new(message: impl Into<String>) -> LoadError {
        LoadError { message: message.into(), help: None }
    }

    fn help(mut self, text: impl Into<String>) -> LoadError {
        self.help = Some(text.into());
        self
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for LoadError {}

/// Reads the book in a folder: its `.tarif` files, those of the folders it uses, and the tables they name.
///
/// # Errors
///
/// Only where there is no folder to read. A file that is missing, unreadable or no text is a problem of the
/// workspace.
pub fn load(root: &Path) -> Result<Workspace, LoadError> {
    let mut loader =
        Loader { root, known: vec![(canonical(root)?, String::new())], workspace: Workspace::new() };
    loader.read_folder("")?;
    loop {
        let wanted = loader.workspace.wanted();
        if wanted.is_empty() {
            return Ok(loader.workspace);
        }
        for it in wanted {
            match it {
                Wanted::Folder(path) => loader.fetch_folder(&path),
                Wanted::Table(path) => loader.fetch_table(&path),
            }
        }
    }
}

/// The `.tarif` files in a folder and the folders below it, in the order of their paths.
///
/// # Errors
///
/// Where there is no such folder, or it cannot be listed.
pub fn list(root: &Path) -> Result<Vec<PathBuf>, LoadError> {
    canonical(root)?;
    let found = folder::list(root, "")?;
    let place = |(path, content)| match content {
        Fetched::Found(on_disk) => on_disk,
        _ => root.join::<String>(path),
    };
    Ok(found.into_iter().map(place).collect())
}

fn canonical(root: &Path) -> Result<PathBuf, LoadError> {
    let shown = root.display();
    let found = root.metadata().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => LoadError::new(format!("there is no folder `{shown}`"))
            .help("name the folder that holds the `.tarif` files of the book"),
        _ => LoadError::new(format!("the folder `{shown}` cannot be read: {}", reason(&error))),
    })?;
    if !found.is_dir() {
        let folder = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return Err(LoadError::new(format!("`{shown}` is a file, and a price book is a folder"))
            .help(format!("name its folder: `{}`", folder.display())));
    }
    root.canonicalize()
        .map_err(|error| LoadError::new(format!("the folder `{shown}` cannot be read: {}", reason(&error))))
}

/// What the operating system says, in lower case and without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
        _ => {
            let text = error.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            let mut letters = text.chars();
            letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
        }
    }
}

struct Loader<'a> {
    root: &'a Path,
    /// The folders read so far: where they really are, and how the workspace calls them.
    known: Vec<(PathBuf, String)>,
    workspace: Workspace,
}

impl Loader<'_> {
    /// Reads the `.tarif` files of a folder, by its path from the root.
    fn read_folder(&mut self, path: &str) -> Result<(), LoadError> {
        let found = folder::list(&self.root.join(path), path)?;
        for (file, content) in found {
            match content {
                Fetched::Found(on_disk) => self.read_file(&file, &on_disk),
                Fetched::TooLong(bytes) => self.workspace.set_too_long(&file, bytes),
                Fetched::Unreadable(reason) => self.workspace.set_unreadable(&file, &reason),
                Fetched::Missing => {}
            }
        }
        Ok(())
    }

    fn read_file(&mut self, path: &str, on_disk: &Path) {
        match read(on_disk) {
            Ok(bytes) => self.workspace.set_file(path, &bytes),
            Err(error) => self.workspace.set_unreadable(path, &reason(&error)),
        }
    }

    fn fetch_folder(&mut self, path: &str) {
        let content = match self.root.join(path).canonicalize() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Fetched::Missing,
            Err(error) => Fetched::Unreadable(reason(&error)),
            Ok(real) => match self.known.iter().find(|(known, _)| *known == real) {
                Some((_, name)) => Fetched::Found(FolderContent::Same(name.clone())),
                None if self.known.first().is_some_and(|(root, _)| root.starts_with(&real)) => {
                    Fetched::Found(FolderContent::HoldsTheBook)
                }
                None => {
                    self.known.push((real, path.to_owned()));
                    match self.read_folder(path) {
                        Ok(()) => Fetched::Found(FolderContent::Read),
                        Err(error) => Fetched::Unreadable(error.message),
                    }
                }
            },
        };
        self.workspace.set_folder(path, content);
    }

    fn fetch_table(&mut self, path: &str) {
        let on_disk = self.root.join(path);
        let content = match on_disk.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Fetched::Missing,
            Err(error) => Fetched::Unreadable(reason(&error)),
            Ok(found) if found.is_dir() => Fetched::Unreadable("it is a folder".to_owned()),
            Ok(found) if !found.is_file() => Fetched::Unreadable("it is no file".to_owned()),
            Ok(found) if found.len() > limits::MAX_TABLE_BYTES as u64 => Fetched::TooLong(found.len()),
            Ok(_) => match read(&on_disk) {
                Ok(bytes) => Fetched::Found(Arc::from(bytes)),
                Err(error) => Fetched::Unreadable(reason(&error)),
            },
        };
        self.workspace.set_table(path, content);
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the room that reads the disk")]
fn read(path: &Path) -> io::Result<Vec<u8>> {
    std::fs::read(path)
}
