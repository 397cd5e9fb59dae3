//! The problems of table files, in words.

use crate::diagnostic::{Diagnostic, codes};
use crate::source::{FileId, Span};

/// How many problems of one file are shown; the rest are counted.
pub(super) const MAX_SHOWN: usize = 20;

/// Problems as they are found, the first of them kept.
#[derive(Debug, Default)]
pub(super) struct Problems {
    kept: Vec<Diagnostic>,
    more: usize,
}

impl Problems {
    /// Adds one; it is only made if it will be shown.
    pub(super) fn add(&mut self, problem: impl FnOnce() -> Diagnostic) {
        if self.kept.len() < MAX_SHOWN {
            self.kept.push(problem());
        } else {
            self.more += 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The result, if there was no problem.
    pub(super) fn or<T>(mut self, result: T) -> Result<T, Vec<Diagnostic>> {
        if self.kept.is_empty() {
            return Ok(result);
        }
        if self.more > 0
            && let Some(last) = self.kept.last_mut()
        {
            last.notes.push(format!("and {} more problems in this file", self.more));
        }
        Err(self.kept)
    }
}

/// How to save a sheet so that it can be read.
const SAVE_AS: &str = "save the sheet as `CSV UTF-8 (comma delimited)`";

fn bad_file(message: String) -> Diagnostic {
    Diagnostic::new(codes::BAD_TABLE_FILE, message)
}

pub(super) fn unknown_ending(path: &str) -> Diagnostic {
    bad_file(format!("`{path}` is neither a `.csv` nor an `.xlsx` file"))
        .help("save the table as `CSV UTF-8` or as an Excel workbook (.xlsx)")
}

pub(super) fn tab_of_csv(path: &str) -> Diagnostic {
    bad_file(format!("`{path}` is a CSV file and has no sheets")).help("leave out `sheet …`")
}

pub(super) fn too_long(path: &str, bytes: usize, limit: usize) -> Diagnostic {
    let message = format!("`{path}` has {bytes} bytes; a table file has at most {limit}");
    Diagnostic::new(codes::TABLE_TOO_LARGE, message).help("cut the table into several tables")
}

pub(super) fn too_many_rows(path: &str, limit: usize) -> Diagnostic {
    let message = format!("`{path}` has more than {limit} rows, the most that a table may have");
    Diagnostic::new(codes::TABLE_TOO_LARGE, message).help("cut the table into several tables")
}

pub(super) fn is_workbook(path: &str) -> Diagnostic {
    bad_file(format!("`{path}` is named like a CSV file and is a workbook or another packed file"))
        .help(format!("name it `.xlsx` if it is a workbook, or {SAVE_AS}"))
}

pub(super) fn is_utf16(path: &str) -> Diagnostic {
    let message = format!("`{path}` is written in UTF-16; expected UTF-8");
    Diagnostic::new(codes::NOT_UTF8, message).help(SAVE_AS)
}

pub(super) fn is_binary(path: &str, line: usize) -> Diagnostic {
    bad_file(format!("`{path}` holds a zero byte in line {line}, so it is no text file")).help(SAVE_AS)
}

pub(super) fn not_utf8(path: &str, line: usize, byte: usize) -> Diagnostic {
    let message = format!("`{path}` is not UTF-8 text: line {line}, byte {byte} of the line");
    Diagnostic::new(codes::NOT_UTF8, message).help(SAVE_AS)
}

pub(super) fn empty(path: &str) -> Diagnostic {
    bad_file(format!("`{path}` is empty; expected a header line and rows"))
}

pub(super) fn no_rows(path: &str) -> Diagnostic {
    bad_file(format!("`{path}` has a header and no rows"))
}

pub(super) fn other_separator(path: &str, separator: char, span: Span) -> Diagnostic {
    let name = if separator == '\t' { "tabs".to_owned() } else { format!("`{separator}`") };
    bad_file(format!("the cells of `{path}` are parted by {name}; expected commas"))
        .at(span, "the header line")
        .help(SAVE_AS)
}

pub(super) fn lone_return(file: FileId, at: usize) -> Diagnostic {
    bad_file("a carriage return without a line feed; lines end with a line feed".to_owned())
        .at(point(file, at), "here")
        .help(SAVE_AS)
}

pub(super) fn stray_quote(file: FileId, at: usize) -> Diagnostic {
    bad_file("a quote inside a cell that does not begin with one".to_owned())
        .at(Span::new(file, narrow(at), narrow(at + 1)), "this quote")
        .help("put quotes around the whole cell and double each quote inside: `\"3\"\" pipe\"`")
}

pub(super) fn after_quote(file: FileId, at: usize) -> Diagnostic {
    bad_file("text after the quote that ends a cell".to_owned())
        .at(point(file, at), "expected a comma or the end of the line here")
        .help("double each quote that stands inside a quoted cell: `\"3\"\" pipe\"`")
}

pub(super) fn open_quote(file: FileId, at: usize) -> Diagnostic {
    bad_file("a cell begins with a quote and no quote ends it".to_owned())
        .at(Span::new(file, narrow(at), narrow(at + 1)), "this quote is never closed")
        .help("close the quote, or remove it")
}

pub(super) fn ragged(span: Span, line: u32, found: usize, expected: usize) -> Diagnostic {
    let message = format!("line {line} has {}; the header has {expected}", cells(found));
    let problem = Diagnostic::new(codes::RAGGED_ROW, message).at(span, "");
    if found > expected {
        problem.help("a cell that holds a comma needs quotes around it; a number is written without commas")
    } else {
        problem.help("add the cells that are missing; an empty cell still needs its comma")
    }
}

fn cells(count: usize) -> String {
    if count == 1 { "1 cell".to_owned() } else { format!("{count} cells") }
}

pub(super) fn blank_header(place: &str, span: Option<Span>) -> Diagnostic {
    let problem = bad_file(format!("{place} has no name in the header"));
    let problem = match span {
        Some(span) => problem.at(span, "expected a name here"),
        None => problem,
    };
    problem.help(
        "name the column like a key or a result, begin its name with `#` if it is a remark, or delete it",
    )
}

pub(super) fn duplicate_header(name: &str, place: &str, spans: Option<(Span, Span)>) -> Diagnostic {
    let problem = bad_file(format!("two columns are named `{name}`: {place}"));
    let problem = match spans {
        Some((first, second)) => problem.at(second, "again here").also(first, "first here"),
        None => problem,
    };
    problem.help("rename or delete one of them")
}

pub(super) fn unknown_tab(path: &str, tab: &str, nearest: Option<&str>, all: &[String]) -> Diagnostic {
    let problem = bad_file(format!("`{path}` has no sheet `{tab}`"));
    match nearest {
        Some(name) => problem.help(format!("did you mean `{name}`?")),
        None => problem.help(format!("its sheets are `{}`", all.join("`, `"))),
    }
}

pub(super) fn not_a_workbook(path: &str, why: &str) -> Diagnostic {
    bad_file(format!("`{path}` cannot be read as an Excel workbook: {why}"))
        .help("open it in the spreadsheet program and save it again as an Excel workbook (.xlsx)")
}

pub(super) fn formula(place: &str, header: &str) -> Diagnostic {
    let message = format!("{place} (`{header}`) holds a formula; expected a value");
    Diagnostic::new(codes::FORMULA_CELL, message)
        .help("copy the cells and paste them as values, so that what is priced is what is written")
}

pub(super) fn error_cell(place: &str, header: &str, found: &str) -> Diagnostic {
    let message = format!("{place} (`{header}`) holds the error `{found}`; expected a value");
    Diagnostic::new(codes::BAD_CELL, message).help("write the value, or `n/a` for what cannot be bought")
}

pub(super) fn long_number(place: &str, found: &str) -> Diagnostic {
    let message = format!("{place} holds {found}, which has more digits than the sheet shows (15)");
    Diagnostic::new(codes::BAD_CELL, message)
        .help("round it in the sheet and paste the value; write a long article number as text")
}

pub(super) fn time_cell(place: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_CELL, format!("{place} holds a time of day; expected a date or a value"))
        .help("give the cell a date without a time, or the format of a plain number or text")
}

pub(super) fn merged(place: &str) -> Diagnostic {
    bad_file(format!("{place} are merged; expected one value in each cell"))
        .help("unmerge the cells and write the value into each of them")
}

pub(super) fn outside(place: &str, first: &str, last: &str) -> Diagnostic {
    let message =
        format!("{place} holds a value and has no header; the header reaches from {first} to {last}");
    Diagnostic::new(codes::RAGGED_ROW, message).help("name the column in the header, or delete the cell")
}

fn point(file: FileId, at: usize) -> Span {
    Span::point(file, narrow(at))
}

/// Offsets fit: a table file is much shorter than 4 GiB.
pub(super) fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
