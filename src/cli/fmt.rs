//! `tarif fmt`: files in their one canonical layout.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::screen::{Outcome, Run, Screen, Stop};
use crate::diagnostic::{Diagnostic, has_errors, render};
use crate::format;
use crate::load::{self, reason};
use crate::source::{FileId, Sources};
use crate::syntax;

/// Formats files and the files of folders; with `check` only says which ones would change.
pub(super) fn fmt(screen: Screen, paths: &[PathBuf], check: bool) -> Run {
    if let [path] = paths
        && path.as_os_str() == "-"
    {
        return standard_input(screen, check);
    }
    let mut outcome = Outcome::Clean;
    let (mut changed, mut seen) = (0_usize, 0_usize);
    for path in paths {
        for file in files(path)? {
            seen += 1;
            outcome = outcome.max(match one(screen, &file, check)? {
                Formatted::Clean => Outcome::Clean,
                Formatted::Changed => {
                    changed += 1;
                    if check { Outcome::Problems } else { Outcome::Clean }
                }
                Formatted::Refused => Outcome::Problems,
            });
        }
    }
    let files = if seen == 1 { "file" } else { "files" };
    let word = if check { "would change" } else { "changed" };
    screen.complain(&format!("{changed} of {seen} {files} {word}\n"));
    Ok(outcome)
}

/// What came of one file.
enum Formatted {
    Clean,
    Changed,
    /// It has errors, and stays as it is.
    Refused,
}

fn one(screen: Screen, file: &Path, check: bool) -> Result<Formatted, Stop> {
    let shown = file.display().to_string();
    let text = read(file)?;
    let Some(canonical) = canonical(screen, &shown, &text) else { return Ok(Formatted::Refused) };
    if canonical == text {
        return Ok(Formatted::Clean);
    }
    screen.print(&format!("{shown}\n"))?;
    if !check {
        replace(file, &canonical)
            .map_err(|error| Stop::failed(format!("cannot write `{shown}`: {}", reason(&error))))?;
    }
    Ok(Formatted::Changed)
}

fn standard_input(screen: Screen, check: bool) -> Run {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Stop::failed(format!("cannot read the standard input: {}", reason(&error))))?;
    let text = String::from_utf8(bytes).map_err(|_| Stop::failed("the standard input is not UTF-8 text"))?;
    let Some(canonical) = canonical(screen, "<standard input>", &text) else { return Ok(Outcome::Problems) };
    if check {
        return Ok(if canonical == text { Outcome::Clean } else { Outcome::Problems });
    }
    screen.print(&canonical)?;
    Ok(Outcome::Clean)
}

/// The text in canonical layout; nothing, and its problems shown, if it has errors.
fn canonical(screen: Screen, path: &str, text: &str) -> Option<String> {
    let (tree, problems): (_, Vec<Diagnostic>) = syntax::parse_file(text, FileId(0));
    if has_errors(&problems) {
        let mut sources = Sources::new();
        sources.add(path, text);
        screen.complain(&render(&problems, &sources, screen.color_err()));
        return None;
    }
    Some(format::format(text, &tree))
}

/// The file itself, or the `.tarif` files of a folder.
fn files(path: &Path) -> Result<Vec<PathBuf>, Stop> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let found = load::list(path).map_err(|error| Stop::Failed(error.message, error.help))?;
    if found.is_empty() {
        return Err(Stop::failed(format!("the folder `{}` holds no `.tarif` file", path.display())));
    }
    Ok(found)
}

#[expect(clippy::disallowed_methods, reason = "the shell reads the disk")]
fn read(file: &Path) -> Result<String, Stop> {
    let shown = file.display();
    let bytes = std::fs::read(file)
        .map_err(|error| Stop::failed(format!("cannot read `{shown}`: {}", reason(&error))))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        Stop::advised(format!("`{shown}` is not UTF-8 text: byte {at} of the file"), "save the file as UTF-8")
    })
}

/// Puts a new text in the place of a file, so that at every moment either the old or the new one is there.
fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    // A link stays a link: what it leads to is replaced.
    let file = file.canonicalize()?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = file.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = write_new(&beside, text)
        .and_then(|()| std::fs::set_permissions(&beside, file.metadata()?.permissions()))
        .and_then(|()| std::fs::rename(&beside, &file));
    if written.is_err() {
        let removed = std::fs::remove_file(&beside);
        drop(removed);
    }
    written
}

fn write_new(file: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::File::create_new(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
