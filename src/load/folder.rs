//! The `.tarif` files of a folder and of the folders below it, in the order of their paths.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::DirEntry;
use std::path::{Path, PathBuf};

use super::{LoadError, reason};
use crate::source::limits;
use crate::workspace::Fetched;

/// How many files and folders of any kind are looked at before the folder is taken for something else than a
/// price book.
const MOST_ENTRIES: usize = 200_000;

/// The files of a folder by their paths, which begin with `prefix`; each with where it is on the disk, or why
/// it cannot be read. Hidden files and folders are passed over, links are followed once.
///
/// # Errors
///
/// Where the folder itself cannot be listed, or holds more than any price book.
pub(super) fn list(folder: &Path, prefix: &str) -> Result<BTreeMap<String, Fetched<PathBuf>>, LoadError> {
    let mut lister = Lister::default();
    lister.seen.extend(folder.canonicalize());
    lister.open.push((folder.to_path_buf(), prefix.to_owned()));
    let mut looked_at = 0;
    while let Some((folder, path)) = lister.open.pop() {
        let entries = match folder.read_dir() {
            Ok(entries) => entries,
            Err(error) if path == prefix => {
                let message = format!("the folder `{}` cannot be read: {}", folder.display(), reason(&error));
                return Err(LoadError::new(message));
            }
            Err(error) => {
                lister.found.insert(path, Fetched::Unreadable(reason(&error)));
                continue;
            }
        };
        for entry in entries {
            looked_at += 1;
            if looked_at > MOST_ENTRIES {
                let message = format!("the folder holds more than {MOST_ENTRIES} files and folders");
                return Err(LoadError::new(message).help("name the folder of one price book"));
            }
            match entry {
                Ok(entry) => lister.look_at(&entry, &path),
                Err(error) => {
                    lister.found.insert(path.clone(), Fetched::Unreadable(reason(&error)));
                }
            }
        }
    }
    Ok(lister.found)
}

#[derive(Default)]
struct Lister {
    found: BTreeMap<String, Fetched<PathBuf>>,
    /// Where the folders met so far really are.
    seen: BTreeSet<PathBuf>,
    /// Folders still to be listed: where they are, and their paths.
    open: Vec<(PathBuf, String)>,
}

impl Lister {
    fn look_at(&mut self, entry: &DirEntry, folder: &str) {
        let name = entry.file_name();
        let shown = name.to_string_lossy();
        if shown.starts_with('.') {
            return;
        }
        let path = if folder.is_empty() { shown.to_string() } else { format!("{folder}/{shown}") };
        let on_disk = entry.path();
        let is_book_file = on_disk.extension().is_some_and(|extension| extension == "tarif");
        let content = match on_disk.metadata() {
            Ok(it) if it.is_dir() => {
                if on_disk.canonicalize().is_ok_and(|real| self.seen.insert(real)) {
                    self.open.push((on_disk, path));
                    return;
                }
                Fetched::Unreadable("it is a link to a folder that is read already".to_owned())
            }
            _ if !is_book_file => return,
            Ok(_) if name.to_str().is_none() => Fetched::Unreadable("its name is not UTF-8".to_owned()),
            Ok(it) if !it.is_file() => Fetched::Unreadable("it is no file".to_owned()),
            Ok(it) if it.len() > limits::MAX_FILE_BYTES as u64 => Fetched::TooLong(it.len()),
            Ok(_) => Fetched::Found(on_disk),
            Err(error) => Fetched::Unreadable(reason(&error)),
        };
        self.found.insert(path, content);
    }
}
