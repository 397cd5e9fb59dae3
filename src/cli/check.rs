//! `tarif check`, and what every command does first: read a book and show its problems.

use std::path::Path;
use std::sync::Arc;

use super::args::Format;
use super::progress::Progress;
use super::screen::{Outcome, Run, Screen, Stop};
use crate::diagnostic::{Diagnostic, Report, codes, has_errors, render, render_summary, settle};
use crate::ir;
use crate::load;
use crate::wire;
use crate::workspace::{Places, Workspace};

/// Checks a book and shows its problems.
pub(super) fn check(screen: Screen, book: &Path, format: Format, strict: bool) -> Run {
    let (workspace, mut problems) = read(screen, book)?;
    let places = workspace.places();
    if !has_errors(&problems) {
        let progress = Progress::new(screen, "proving what can be built");
        problems.extend(workspace.proofs());
        settle(&mut problems, places.sources());
        drop(progress);
    }
    match format {
        Format::Json => {
            let report = Report::of(&problems, places.sources());
            screen.print(&wire::report_to_json(&report).pretty())?;
        }
        Format::Text => {
            let drawn = render(&problems, places.sources(), screen.color_out());
            let summary = render_summary(&problems);
            screen.print(&format!("{drawn}{}: {summary}\n", book.display()))?;
        }
    }
    Ok(outcome(&problems, strict))
}

/// What problems mean for the exit status. Warnings are no failure unless `strict`: a book may mean what it
/// is warned of, a price cliff say, and its checks must still be able to pass.
pub(super) fn outcome(problems: &[Diagnostic], strict: bool) -> Outcome {
    let unread = [codes::NO_FILES, codes::UNREADABLE_FILE];
    if problems.iter().any(|problem| unread.contains(&problem.code)) {
        Outcome::CouldNotRun
    } else if has_errors(problems) || (strict && !problems.is_empty()) {
        Outcome::Problems
    } else {
        Outcome::Clean
    }
}

/// Reads a book and compiles it.
pub(super) fn read(screen: Screen, book: &Path) -> Result<(Workspace, Vec<Diagnostic>), Stop> {
    let progress = Progress::new(screen, "checking the price book");
    let workspace = load::load(book).map_err(|error| Stop::Failed(error.message, error.help))?;
    let problems = workspace.problems();
    drop(progress);
    Ok((workspace, problems))
}

/// A book without errors, ready for use.
pub(super) struct Compiled {
    pub(super) book: Arc<ir::Book>,
    pub(super) places: Arc<Places>,
}

/// Reads a book that another command works with. Its problems go to standard error; errors end the command.
pub(super) fn compile(screen: Screen, book: &Path) -> Result<Result<Compiled, Outcome>, Stop> {
    let (workspace, problems) = read(screen, book)?;
    let places = workspace.places();
    match workspace.book() {
        Some(book) if !has_errors(&problems) => Ok(Ok(Compiled { book, places })),
        _ => {
            let drawn = render(&problems, places.sources(), screen.color_err());
            screen.complain(&format!("{drawn}{}: {}\n", book.display(), render_summary(&problems)));
            Ok(Err(outcome(&problems, false).max(Outcome::Problems)))
        }
    }
}
