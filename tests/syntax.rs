//! The text of price books: what parses, and that every book of this repository does.

use std::path::{Path, PathBuf};

use tarif::diagnostic::render;
use tarif::source::Sources;
use tarif::syntax::parse_file;

/// Every `.tarif` file of the repository, with its path below the root.
fn books() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> =
        ["rules", "examples", "tests/fixtures"].iter().map(|name| root.join(name)).collect();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "tarif") {
                #[expect(clippy::disallowed_methods, reason = "a test reads the books it checks")]
                let text = std::fs::read_to_string(&path).expect("a book is UTF-8");
                let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_book_of_the_repository_parses_without_a_problem() {
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    for (path, text) in books() {
        let file = sources.add(path, text.as_str());
        let (tree, found) = parse_file(&text, file);
        assert!(!tree.items.is_empty());
        problems.extend(found);
    }
    assert!(problems.is_empty(), "{}", render(&problems, &sources, false));
}
