//! Problems drawn for a terminal: the message, the marked source lines, notes and help.
//!
//! Only this file knows the crate that draws. Source lines are shown as they are, except for characters that
//! would move the cursor, colour the terminal or turn the text around: those are drawn as marks of the same
//! length in bytes, so that every label still points at its place.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::diagnostic::{
    Diagnostic as Drawing, Label as DrawnLabel, LabelStyle, Severity as DrawnSeverity,
};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::termcolor::{Ansi, NoColor};
use codespan_reporting::term::{Config, emit_to_write_style};

use super::{Diagnostic, Label, Severity, Tally};
use crate::source::{FileId, SourceFile, Sources, limits};

/// A longer line is not drawn, its place is named instead.
const LONGEST_DRAWN_LINE: usize = 400;

/// How many lines of a label over several lines are drawn from its beginning.
const LINES_FROM_THE_START: usize = 3;

/// Draws problems in the order given, at most [`limits::MAX_DIAGNOSTICS`] of them, each followed by an empty
/// line; `color` with the escape codes of a terminal.
///
/// A problem without a place is drawn without source lines.
pub fn render(problems: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let shown = problems.get(..limits::MAX_DIAGNOSTICS).unwrap_or(problems);
    let drawn = DrawnSources::of(shown, sources);
    let mut out = String::new();
    for problem in shown {
        out.push_str(&draw(problem, &drawn, color));
    }
    if shown.len() < problems.len() {
        out.push_str(&format!("… and {} more\n\n", problems.len() - shown.len()));
    }
    out
}

/// Counts problems in one line: `2 errors and 1 warning`, or `no problems`.
pub fn render_summary(problems: &[Diagnostic]) -> String {
    Tally::of(problems).to_string()
}

fn draw(problem: &Diagnostic, sources: &DrawnSources<'_>, color: bool) -> String {
    let (labels, elsewhere) = sources.labels(problem);
    let mut notes: Vec<String> = elsewhere;
    notes.extend(
        problem
            .json_path
            .iter()
            .filter(|path| !path.is_empty())
            .map(|path| format!("in the request: {path}")),
    );
    notes.extend(problem.notes.iter().map(|text| format!("note: {text}")));
    notes.extend(problem.help.iter().map(|text| format!("help: {text}")));
    let drawing = Drawing {
        severity: match problem.severity {
            Severity::Error => DrawnSeverity::Error,
            Severity::Warning => DrawnSeverity::Warning,
            Severity::Note => DrawnSeverity::Note,
        },
        code: Some(problem.code.id().to_owned()),
        message: printable(&problem.message).into_owned(),
        labels,
        notes: notes.iter().map(|text| printable(text).into_owned()).collect(),
    };
    let config = Config { start_context_lines: LINES_FROM_THE_START, ..Config::default() };
    let mut bytes = Vec::new();
    let outcome = if color {
        emit_to_write_style(&mut Ansi::new(&mut bytes), &config, sources, &drawing)
    } else {
        emit_to_write_style(&mut NoColor::new(&mut bytes), &config, sources, &drawing)
    };
    match outcome {
        // Lines of nothing but borders are padded; a plain drawing is easier to keep without the padding.
        Ok(()) if !color => {
            let text = String::from_utf8_lossy(&bytes);
            text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
        }
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
        // A drawing that fails must not hide the problem.
        Err(_) => format!("{}[{}]: {}\n\n", problem.severity, problem.code, drawing.message),
    }
}

/// The files as they are drawn.
struct DrawnSources<'a> {
    sources: &'a Sources,
    /// The texts that cannot be drawn as they are.
    changed: BTreeMap<FileId, String>,
}

impl<'a> DrawnSources<'a> {
    fn of(problems: &[Diagnostic], sources: &'a Sources) -> DrawnSources<'a> {
        let mut changed = BTreeMap::new();
        let mut seen = std::collections::BTreeSet::new();
        for label in problems.iter().flat_map(|problem| &problem.labels) {
            let id = label.span.file;
            if !seen.insert(id) {
                continue;
            }
            if let Some(Cow::Owned(text)) = sources.get(id).map(|file| printable(file.text())) {
                changed.insert(id, text);
            }
        }
        DrawnSources { sources, changed }
    }

    /// The labels in source order, those in the file of the problem's own place first; and a note for each
    /// label that cannot be drawn.
    fn labels(&self, problem: &Diagnostic) -> (Vec<DrawnLabel<FileId>>, Vec<String>) {
        let own_file = problem.span().map(|span| span.file);
        let mut ordered: Vec<&Label> = problem.labels.iter().collect();
        ordered.sort_by_key(|label| {
            let path = self.sources.get(label.span.file).map(SourceFile::path);
            (Some(label.span.file) != own_file, path, label.span.start, label.span.end)
        });
        let (mut drawn, mut notes) = (Vec::new(), Vec::new());
        for label in ordered {
            let text = printable(&label.text);
            match self.sources.get(label.span.file) {
                Some(file) if fits(file, label) => {
                    let style = if label.primary { LabelStyle::Primary } else { LabelStyle::Secondary };
                    let drawn_label = DrawnLabel::new(style, label.span.file, file.range(label.span));
                    drawn.push(drawn_label.with_message(text));
                }
                Some(_) if text.is_empty() => notes.push(format!("at {}", self.sources.place(label.span))),
                Some(_) => notes.push(format!("at {}: {text}", self.sources.place(label.span))),
                None => {}
            }
        }
        (drawn, notes)
    }
}

/// Whether the lines that a label's drawing shows are short enough to be read.
fn fits(file: &SourceFile, label: &Label) -> bool {
    let (first, last) = (file.line_index(label.span.start), file.line_index(label.span.end));
    let start = first..=last.min(first + LINES_FROM_THE_START);
    let end = last.saturating_sub(1).max(first)..=last;
    start.chain(end).all(|index| line_bytes(file, index).len() <= LONGEST_DRAWN_LINE)
}

fn line_bytes(file: &SourceFile, index: usize) -> Range<usize> {
    let end = file.text().len();
    let start = file.line_start(index).map_or(end, |start| start as usize);
    start..file.line_start(index + 1).map_or(end, |next| next as usize)
}

impl<'a> Files<'a> for DrawnSources<'_> {
    type FileId = FileId;
    type Name = Cow<'a, str>;
    type Source = &'a str;

    fn name(&'a self, id: FileId) -> Result<Cow<'a, str>, Error> {
        self.sources.get(id).map(|file| printable(file.path())).ok_or(Error::FileMissing)
    }

    fn source(&'a self, id: FileId) -> Result<&'a str, Error> {
        match self.changed.get(&id) {
            Some(text) => Ok(text),
            None => self.sources.get(id).map(SourceFile::text).ok_or(Error::FileMissing),
        }
    }

    fn line_index(&'a self, id: FileId, byte_index: usize) -> Result<usize, Error> {
        let file = self.sources.get(id).ok_or(Error::FileMissing)?;
        Ok(file.line_index(u32::try_from(byte_index).unwrap_or(u32::MAX)))
    }

    fn line_range(&'a self, id: FileId, line_index: usize) -> Result<Range<usize>, Error> {
        let file = self.sources.get(id).ok_or(Error::FileMissing)?;
        if line_index < file.line_count() {
            Ok(line_bytes(file, line_index))
        } else {
            Err(Error::LineTooLarge { given: line_index, max: file.line_count() })
        }
    }
}

/// The text with characters that act on a terminal replaced by marks of the same length in bytes.
///
/// Tabs and line breaks stay. `?` stands for one byte, `¿` for two, `\u{fffd}` for three.
fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts_on_terminal) {
        return Cow::Borrowed(text);
    }
    let mark = |found: char| match found.len_utf8() {
        _ if !acts_on_terminal(found) => found,
        1 => '?',
        2 => '¿',
        _ => char::REPLACEMENT_CHARACTER,
    };
    Cow::Owned(text.chars().map(mark).collect())
}

/// Control characters, and the marks that turn the direction of the text around.
fn acts_on_terminal(found: char) -> bool {
    let turns_around =
        matches!(found, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns_around || found.is_control() && !matches!(found, '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use super::super::codes;
    use super::*;
    use crate::source::Span;

    fn one_file(path: &str, text: &str) -> (Sources, FileId) {
        let mut sources = Sources::new();
        let id = sources.add(path, text);
        (sources, id)
    }

    /// The span of the `nth` (from 0) occurrence of `piece`.
    fn span_of(sources: &Sources, id: FileId, piece: &str, nth: usize) -> Span {
        let text = sources.get(id).map_or("", SourceFile::text);
        let at = text.match_indices(piece).nth(nth).map_or(0, |(at, _)| at as u32);
        Span::new(id, at, at + piece.len() as u32)
    }

    #[test]
    fn a_problem_is_drawn_with_its_lines_and_what_to_do() {
        let (sources, id) = one_file("press/press.tarif", "let plate: kg = 4 kg + 2 h\n");
        let problem = Diagnostic::new(codes::UNIT_MISMATCH, "cannot add `h` to `kg`")
            .at(span_of(&sources, id, "2 h", 0), "this is in `h`")
            .also(span_of(&sources, id, "4 kg", 0), "this is in `kg`")
            .note("`h` measures time, `kg` measures mass")
            .help("write both in one unit");
        insta::assert_snapshot!(render(&[problem], &sources, false));
    }

    #[test]
    fn columns_stay_aligned_under_chinese_text_and_tabs() {
        let (sources, id) = one_file("注塑/书.tarif", "let 重量 \"重量\" = 料耗 + 工时\n\tlet 单价 = 料耗\n");
        let problem = Diagnostic::new(codes::UNIT_MISMATCH, "cannot add `h` to `kg`")
            .at(span_of(&sources, id, "工时", 0), "时间")
            .also(span_of(&sources, id, "料耗", 1), "质量");
        let drawn = render(&[problem], &sources, false);
        let lines: Vec<_> = drawn.lines().collect();
        let width = |line: &str, end: &str| {
            line.find(end).map(|at| unicode_width::UnicodeWidthStr::width(&line[..at]))
        };
        assert_eq!(width(lines[3], "工时"), width(lines[4], "^^^^"), "{drawn}");
        // A tab is drawn as four columns.
        assert_eq!(lines[5].find("let"), Some("2 │     ".len()), "{drawn}");
        assert_eq!(width(lines[5], "料耗"), width(lines[6], "----"), "{drawn}");
        assert!(drawn.contains("注塑/书.tarif:1:20"), "{drawn}");
    }

    #[test]
    fn labels_in_other_files_follow_those_of_the_problems_own_file() {
        let mut sources = Sources::new();
        let earlier = sources.add("a.tarif", "product press {}\n");
        let own = sources.add("b.tarif", "// again\nproduct press {}\n");
        let problem = Diagnostic::new(codes::DUPLICATE_NAME, "`press` is declared twice")
            .also(span_of(&sources, earlier, "press", 0), "first here")
            .at(span_of(&sources, own, "press", 0), "and again here");
        insta::assert_snapshot!(render(&[problem], &sources, false));
    }

    #[test]
    fn a_problem_without_a_place_has_a_message_and_help_alone() {
        let problem = Diagnostic::new(codes::NO_FILES, "`press` holds no `.tarif` file")
            .help("`tarif new press` writes a small working book");
        let drawn = render(&[problem], &Sources::new(), false);
        assert!(drawn.starts_with("error[E0001]: `press` holds no `.tarif` file\n"), "{drawn}");
        assert!(drawn.contains("= help: `tarif new press` writes a small working book\n"), "{drawn}");
    }

    #[test]
    fn a_very_long_line_is_named_instead_of_drawn() {
        let (sources, id) = one_file("a.tarif", &format!("{}here{}", "x".repeat(5_000), "y".repeat(5_000)));
        let span = span_of(&sources, id, "here", 0);
        let drawn =
            render(&[Diagnostic::new(codes::UNKNOWN_NAME, "unknown").at(span, "this one")], &sources, false);
        assert!(drawn.contains("at a.tarif:1:5001: this one"), "{drawn}");
        assert!(drawn.len() < 200, "{drawn}");
    }

    #[test]
    fn text_that_would_act_on_the_terminal_is_drawn_as_marks() {
        let (sources, id) = one_file("a.tarif", "let \u{1b}[31mred\u{202e} = 3\n");
        let problem = Diagnostic::new(codes::HIDDEN_CHARACTER, "found \u{1b}[0m here")
            .at(span_of(&sources, id, "3", 1), "");
        let drawn = render(&[problem], &sources, false);
        assert!(!drawn.contains('\u{1b}') && !drawn.contains('\u{202e}'), "{drawn:?}");
        assert!(drawn.contains("let ?[31mred\u{fffd} = 3"), "{drawn}");
    }

    #[test]
    fn colour_is_drawn_only_when_asked_for() {
        let (sources, id) = one_file("a.tarif", "let x = 3\n");
        let problem = Diagnostic::new(codes::UNKNOWN_NAME, "unknown").at(span_of(&sources, id, "x", 0), "");
        assert!(render(std::slice::from_ref(&problem), &sources, true).contains("\u{1b}["));
        assert!(!render(&[problem], &sources, false).contains('\u{1b}'));
    }

    #[test]
    fn places_outside_the_files_do_not_spoil_the_drawing() {
        let (sources, id) = one_file("a.tarif", "价");
        let problem = Diagnostic::new(codes::UNKNOWN_NAME, "unknown")
            .at(Span::new(id, 1, 900), "inside a character and past the end")
            .also(Span::new(FileId(77), 3, 4), "no such file");
        let drawn = render(&[problem], &sources, false);
        assert!(drawn.contains("inside a character and past the end"), "{drawn}");
    }

    #[test]
    fn more_problems_than_the_limit_are_counted() {
        let problem = Diagnostic::new(codes::NO_FILES, "none");
        let problems = vec![problem; limits::MAX_DIAGNOSTICS + 3];
        let drawn = render(&problems, &Sources::new(), false);
        assert!(drawn.ends_with("… and 3 more\n\n"));
        assert_eq!(render_summary(&problems), "503 errors");
    }
}
