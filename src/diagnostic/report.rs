//! Problems as plain records with lines and columns, for programs to read.

use std::fmt;

use serde::Serialize;

use super::{Diagnostic, Severity};
use crate::source::{Sources, Span, limits};

/// How many problems of each weight there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many errors.
    pub errors: usize,
    /// How many warnings.
    pub warnings: usize,
    /// How many notes.
    pub notes: usize,
}

impl Tally {
    /// Counts problems.
    pub fn of(problems: &[Diagnostic]) -> Tally {
        let mut tally = Tally::default();
        for problem in problems {
            match problem.severity {
                Severity::Error => tally.errors += 1,
                Severity::Warning => tally.warnings += 1,
                Severity::Note => tally.notes += 1,
            }
        }
        tally
    }
}

impl fmt::Display for Tally {
    /// `2 errors and 1 warning`; `no problems` where there is none.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = [(self.errors, "error"), (self.warnings, "warning"), (self.notes, "note")];
        let said: Vec<String> = counts
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
            .collect();
        match said.split_last() {
            None => out.write_str("no problems"),
            Some((only, [])) => out.write_str(only),
            Some((last, before)) => write!(out, "{} and {last}", before.join(", ")),
        }
    }
}

/// All problems of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The problems in the order in which they are shown, at most [`limits::MAX_DIAGNOSTICS`].
    pub problems: Vec<ReportProblem>,
    /// The counts, over all problems.
    pub counts: Tally,
    /// How many problems are counted but not listed.
    pub left_out: usize,
}

/// One problem. Lines and columns count from 1, columns in characters; a problem without a place has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportProblem {
    /// The stable id: `E0301`.
    pub code: &'static str,
    /// The name: `unit-mismatch`.
    pub name: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: String,
    /// What was found and what was expected.
    pub message: String,
    /// The path of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line where it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column where it begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The line where it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    /// The column after its last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
    /// Where in the request it is: `lines[0].options.force`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json_path: Option<String>,
    /// All marked places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<ReportLabel>,
    /// What else is worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub help: Vec<String>,
    /// A change of the text that mends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<ReportFix>,
}

/// A marked place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportLabel {
    /// Where it is.
    #[serde(flatten)]
    pub range: ReportRange,
    /// What to say beside it; may be empty.
    pub text: String,
    /// Whether it is the place of the problem itself.
    pub primary: bool,
}

/// A change that a machine may apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportFix {
    /// What to replace; empty to insert.
    #[serde(flatten)]
    pub range: ReportRange,
    /// What to put there.
    pub replacement: String,
}

/// A piece of a file, from a line and column up to and without another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportRange {
    /// The path of the file.
    pub file: String,
    /// The line where it begins, from 1.
    pub line: u32,
    /// The column where it begins, from 1, in characters.
    pub column: u32,
    /// The line where it ends.
    pub end_line: u32,
    /// The column after its last character.
    pub end_column: u32,
}

impl Report {
    /// The records of problems, in the order given.
    pub fn of(problems: &[Diagnostic], sources: &Sources) -> Report {
        let shown = problems.get(..limits::MAX_DIAGNOSTICS).unwrap_or(problems);
        Report {
            problems: shown.iter().map(|problem| ReportProblem::of(problem, sources)).collect(),
            counts: Tally::of(problems),
            left_out: problems.len() - shown.len(),
        }
    }
}

impl ReportProblem {
    /// The record of one problem.
    pub fn of(problem: &Diagnostic, sources: &Sources) -> ReportProblem {
        let place = problem.span().and_then(|span| ReportRange::of(span, sources));
        let labels = problem.labels.iter().filter_map(|label| {
            let range = ReportRange::of(label.span, sources)?;
            Some(ReportLabel { range, text: label.text.clone(), primary: label.primary })
        });
        let fix = problem.fix.as_ref().and_then(|fix| {
            let range = ReportRange::of(fix.span, sources)?;
            Some(ReportFix { range, replacement: fix.replacement.clone() })
        });
        ReportProblem {
            code: problem.code.id(),
            name: problem.code.name(),
            severity: problem.severity.to_string(),
            message: problem.message.clone(),
            line: place.as_ref().map(|place| place.line),
            column: place.as_ref().map(|place| place.column),
            end_line: place.as_ref().map(|place| place.end_line),
            end_column: place.as_ref().map(|place| place.end_column),
            file: place.map(|place| place.file),
            json_path: problem.json_path.clone(),
            labels: labels.collect(),
            notes: problem.notes.clone(),
            help: problem.help.clone(),
            fix,
        }
    }
}

impl ReportRange {
    /// The lines and columns of a span; nothing if its file is not of this set.
    pub fn of(span: Span, sources: &Sources) -> Option<ReportRange> {
        let file = sources.get(span.file)?;
        let (line, column) = file.line_column(span.start);
        let (end_line, end_column) = file.line_column(span.end);
        Some(ReportRange { file: file.path().to_owned(), line, column, end_line, end_column })
    }
}

#[cfg(test)]
mod tests {
    use super::super::codes;
    use super::*;

    #[test]
    fn a_record_counts_lines_and_characters_from_one() {
        let mut sources = Sources::new();
        let id = sources.add("价.tarif", "// 价\nlet 价 = 克\n");
        let start = "// 价\nlet 价 = ".len() as u32;
        let span = Span::new(id, start, start + "克".len() as u32);
        let problem =
            Diagnostic::new(codes::UNKNOWN_NAME, "unknown").at(span, "here").did_you_mean(span, Some("千克"));
        let report = Report::of(&[problem], &sources);
        let first = &report.problems[0];
        assert_eq!(first.file.as_deref(), Some("价.tarif"));
        assert_eq!((first.line, first.column), (Some(2), Some(9)));
        assert_eq!((first.end_line, first.end_column), (Some(2), Some(10)));
        assert_eq!(first.help, ["did you mean `千克`?"]);
        assert_eq!(
            first.fix.as_ref().map(|fix| (fix.range.column, fix.replacement.as_str())),
            Some((9, "千克"))
        );
        assert_eq!(report.counts, Tally { errors: 1, warnings: 0, notes: 0 });
    }

    #[test]
    fn counts_read_as_a_sentence() {
        let tally = |errors, warnings, notes| Tally { errors, warnings, notes }.to_string();
        assert_eq!(tally(0, 0, 0), "no problems");
        assert_eq!(tally(1, 0, 0), "1 error");
        assert_eq!(tally(2, 1, 0), "2 errors and 1 warning");
        assert_eq!(tally(2, 1, 3), "2 errors, 1 warning and 3 notes");
    }
}
