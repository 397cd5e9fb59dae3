//! What a workspace holds: texts, tables and folders by their paths, as they came from the shell.
//!
//! Paths are written with `/` and are relative to the folder of the book: `press.tarif`, `tables/mass.csv`,
//! `../group-policy/levels.tarif`. What comes with Tarif stands under `<std>/`.

use std::sync::Arc;

use crate::source::limits;

/// A path of the workspace.
pub type FilePath = Arc<str>;

/// The folder of what comes with Tarif.
pub(super) const STD: &str = "<std>";

/// What a `.tarif` file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TextContent {
    /// Its text, without a byte order mark.
    Text(Arc<str>),
    /// Bytes that are not UTF-8 from this line and byte of the file on, both from 1.
    NotUtf8 { line: usize, byte: usize },
    /// More bytes than a file may have.
    TooLong(u64),
    /// The shell could not read it, for this reason.
    Unreadable(Arc<str>),
}

impl TextContent {
    pub(super) fn of(bytes: &[u8]) -> TextContent {
        if bytes.len() > limits::MAX_FILE_BYTES {
            return TextContent::TooLong(bytes.len() as u64);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => TextContent::Text(Arc::from(text.strip_prefix('\u{feff}').unwrap_or(text))),
            Err(error) => {
                let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
                TextContent::NotUtf8 { line, byte: error.valid_up_to() + 1 }
            }
        }
    }

    /// The text; empty where there is none.
    pub(super) fn shared_text(&self) -> Arc<str> {
        match self {
            TextContent::Text(text) => Arc::clone(text),
            _ => Arc::from(""),
        }
    }
}

/// What became of a file or folder that a book names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched<T> {
    /// Here it is.
    Found(T),
    /// There is no such thing.
    Missing,
    /// It is there and cannot be read, for this reason.
    Unreadable(String),
    /// It has so many bytes, which is more than it may have.
    TooLong(u64),
}

/// What the shell found out about a folder that a book uses; its files are set before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderContent {
    /// It was read.
    Read,
    /// It is the very folder that the workspace knows under another path; empty for the book's own.
    Same(String),
    /// It holds the book's own folder.
    HoldsTheBook,
}

/// Something that a book names and the workspace does not have yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// A folder of `.tarif` files, to be given with [`set_folder`](super::Workspace::set_folder).
    Folder(FilePath),
    /// A table file, to be given with [`set_table`](super::Workspace::set_table).
    Table(FilePath),
}

/// Why a path in a book cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadPath {
    /// It is empty.
    Empty,
    /// It begins at the root of a disk, or names a host.
    Absolute,
    /// It is written with `\`.
    Backslash,
    /// It leads out of the folder that it must stay in.
    Outside,
}

/// Whether a path lies in a folder; every path lies in the book's own, whose name is empty, unless it leads
/// out of it.
pub(super) fn lies_in(path: &str, folder: &str) -> bool {
    if folder.is_empty() {
        return !path.starts_with("../") && path != ".." && !path.starts_with(STD);
    }
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The folder of a file.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path as written, from a folder on, with `.` and `..` worked out.
pub(super) fn join(folder: &str, written: &str) -> Result<String, BadPath> {
    if written.trim().is_empty() {
        return Err(BadPath::Empty);
    }
    if written.contains('\\') {
        return Err(BadPath::Backslash);
    }
    let has_drive =
        written.chars().nth(1) == Some(':') && written.starts_with(|c: char| c.is_ascii_alphabetic());
    if written.starts_with('/') || has_drive || written.contains("://") || written.contains('\0') {
        return Err(BadPath::Absolute);
    }
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in written.split('/') {
        match (name, names.last()) {
            ("" | ".", _) => {}
            ("..", None | Some(&"..")) => names.push(".."),
            ("..", Some(_)) => {
                names.pop();
            }
            (name, _) => names.push(name),
        }
    }
    Ok(names.join("/"))
}

/// The path of a table file, from the folder of the file that declares it; `home` is the folder of the book or
/// of the used folder, which it must not leave.
pub(super) fn table_path(home: &str, declared_in: &str, written: &str) -> Result<String, BadPath> {
    let path = join(folder_of(declared_in), written)?;
    if lies_in(&path, home) { Ok(path) } else { Err(BadPath::Outside) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_worked_out_from_their_folder() {
        let joined = |folder, written| join(folder, written).expect("a good path");
        assert_eq!(joined("", "mass.csv"), "mass.csv");
        assert_eq!(joined("tables", "../mass.csv"), "mass.csv");
        assert_eq!(joined("tables", "./steel//mass.csv"), "tables/steel/mass.csv");
        assert_eq!(joined("", "../group"), "../group");
        assert_eq!(joined("../group", "../../base"), "../../base");
    }

    #[test]
    fn paths_that_hang_on_one_machine_are_refused() {
        assert_eq!(join("", "/etc/prices.csv"), Err(BadPath::Absolute));
        assert_eq!(join("", "C:/prices.csv"), Err(BadPath::Absolute));
        assert_eq!(join("", "https://example.com/prices.csv"), Err(BadPath::Absolute));
        assert_eq!(join("", "tables\\prices.csv"), Err(BadPath::Backslash));
        assert_eq!(join("", " "), Err(BadPath::Empty));
    }

    #[test]
    fn a_table_stays_in_the_folder_of_its_book() {
        assert_eq!(table_path("", "press.tarif", "../other/mass.csv"), Err(BadPath::Outside));
        assert_eq!(table_path("", "sub/press.tarif", "../mass.csv"), Ok("mass.csv".to_owned()));
        let home = "../group";
        assert_eq!(table_path(home, "../group/a.tarif", "x.csv"), Ok("../group/x.csv".to_owned()));
        assert_eq!(table_path(home, "../group/a.tarif", "../x.csv"), Err(BadPath::Outside));
    }

    #[test]
    fn bytes_that_are_no_text_are_placed() {
        assert_eq!(TextContent::of(b"a\nb\xff"), TextContent::NotUtf8 { line: 2, byte: 4 });
        assert_eq!(&*TextContent::of("\u{feff}book".as_bytes()).shared_text(), "book");
    }
}
