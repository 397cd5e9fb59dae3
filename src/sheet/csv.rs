//! Comma-separated values, read strictly (RFC 4180).
//!
//! csv-core parts the cells that have quotes. Two things stand around it: a stray or open quote is refused
//! instead of swallowing rows, and each cell keeps its place in the file, for messages.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use csv_core::ReadFieldResult;

use super::problem::{self, Problems, narrow};
use super::{Sheet, SheetForm};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span, limits};

const BYTE_ORDER_MARK: &str = "\u{feff}";

pub(super) fn read(bytes: &[u8], path: &str, file: FileId) -> Result<Sheet, Vec<Diagnostic>> {
    let text = text_of(bytes, path).map_err(|problem| vec![*problem])?;
    let mut reader = Reader::new(text, file);
    reader.rows(path)?;
    let Reader { starts, lines, width, problems, .. } = reader;
    let sheet = Sheet {
        path: Arc::from(path),
        tab: None,
        file,
        form: SheetForm::Csv,
        text: Arc::from(text),
        starts,
        width,
        lines,
        special: Vec::new(),
    };
    problems.or(sheet)
}

/// The bytes as text; everything that only looks like text is refused.
fn text_of<'a>(bytes: &'a [u8], path: &str) -> Result<&'a str, Box<Diagnostic>> {
    if bytes.len() > limits::MAX_TABLE_BYTES {
        return Err(problem::too_long(path, bytes.len(), limits::MAX_TABLE_BYTES).into());
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(problem::is_workbook(path).into());
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(problem::is_utf16(path).into());
    }
    let line_of = |at: usize| bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line_start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1);
        problem::not_utf8(path, line_of(at), at - line_start + 1)
    })?;
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(problem::is_binary(path, line_of(at)).into());
    }
    Ok(text)
}

/// Where a cell ends.
struct Cell {
    /// The byte behind its last.
    end: usize,
    /// The first byte of the next cell, behind the comma or line break.
    next: usize,
    /// It is the last of its line.
    last: bool,
}

/// The cell that begins at `start`.
fn next_cell(core: &mut csv_core::Reader, text: &str, start: usize) -> Cell {
    let bytes = text.as_bytes();
    // Where no quote stands a cell ends at the next comma or line break. An empty line is a line of one empty
    // cell here; the reader would pass it over.
    let end = plain_end(bytes, start);
    if bytes.get(end) != Some(&b'"') {
        let comma = bytes.get(end) == Some(&b',');
        return Cell { end, next: if comma { end + 1 } else { behind_break(bytes, end) }, last: !comma };
    }
    let mut scratch = [0; 256];
    let mut at = start;
    let last = loop {
        let (result, read, _) = core.read_field(bytes.get(at..).unwrap_or_default(), &mut scratch);
        at += read;
        match result {
            ReadFieldResult::Field { record_end } => break record_end,
            ReadFieldResult::End => break true,
            ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
        }
    };
    let ended = at > start && matches!(bytes.get(at - 1), Some(b',' | b'\n' | b'\r'));
    let end = if ended { at - 1 } else { at };
    Cell { end, next: if last && ended { behind_break(bytes, end) } else { at }, last }
}

/// The first byte behind the line break at `at`.
fn behind_break(bytes: &[u8], at: usize) -> usize {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => at + 2,
        (Some(_), _) => at + 1,
        (None, _) => at,
    }
}

struct Reader<'a> {
    core: csv_core::Reader,
    text: &'a str,
    file: FileId,
    at: usize,
    line: u32,
    starts: Vec<u32>,
    lines: Vec<u32>,
    width: usize,
    problems: Problems,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, file: FileId) -> Reader<'a> {
        let at = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let (starts, lines, problems) = (Vec::new(), Vec::new(), Problems::default());
        Reader { core: csv_core::Reader::new(), text, file, at, line: 1, starts, lines, width: 0, problems }
    }

    /// Reads the header and all rows. Only a broken quote or line end stops it: nothing behind it is sure.
    fn rows(&mut self, path: &str) -> Result<(), Vec<Diagnostic>> {
        while self.at < self.text.len() {
            let first = self.starts.len();
            let (start, line) = (self.at, self.line);
            if let Err(problem) = self.record() {
                let mut problems = std::mem::take(&mut self.problems);
                problems.add(|| *problem);
                return problems.or(());
            }
            let found = self.starts.len() - first;
            if self.is_blank(first) {
                self.starts.truncate(first);
            } else if self.width == 0 {
                self.header(path, found, line)?;
            } else if found == self.width {
                self.lines.push(line);
            } else {
                self.starts.truncate(first);
                let end =
                    self.text.get(start..self.at).map_or(start, |record| start + record.trim_end().len());
                let (span, width) = (Span::new(self.file, narrow(start), narrow(end)), self.width);
                self.problems.add(|| problem::ragged(span, line, found, width));
            }
            if self.lines.len() > limits::MAX_TABLE_ROWS + 1 {
                return Err(vec![problem::too_many_rows(path, limits::MAX_TABLE_ROWS)]);
            }
        }
        match self.lines.len() {
            0 => Err(vec![problem::empty(path)]),
            1 if self.problems.is_empty() => Err(vec![problem::no_rows(path)]),
            _ => Ok(()),
        }
    }

    /// Reads one line's cells and the line break behind them.
    fn record(&mut self) -> Result<(), Box<Diagnostic>> {
        loop {
            let start = self.at;
            self.starts.push(narrow(start));
            let cell = next_cell(&mut self.core, self.text, start);
            self.strict(start, &cell)?;
            self.at = cell.next;
            let raw = self.text.get(start..cell.next).unwrap_or("");
            self.line += narrow(raw.matches('\n').count());
            if cell.last {
                return Ok(());
            }
        }
    }

    /// The reader takes any quote as it comes; here a quote stands at both ends of a cell or nowhere.
    fn strict(&self, start: usize, cell: &Cell) -> Result<(), Box<Diagnostic>> {
        let bytes = self.text.as_bytes();
        if bytes.get(start) == Some(&b'"') {
            return match closing_quote(bytes, start) {
                None => Err(problem::open_quote(self.file, start).into()),
                Some(close) if close + 1 < cell.end => Err(problem::after_quote(self.file, close + 1).into()),
                Some(_) => self.no_lone_return(cell),
            };
        }
        match bytes.get(start..cell.end).and_then(|raw| raw.iter().position(|byte| *byte == b'"')) {
            Some(at) => Err(problem::stray_quote(self.file, start + at).into()),
            None => self.no_lone_return(cell),
        }
    }

    fn no_lone_return(&self, cell: &Cell) -> Result<(), Box<Diagnostic>> {
        match self.text.as_bytes().get(cell.end..cell.next) {
            Some(b"\r") => Err(problem::lone_return(self.file, cell.end).into()),
            _ => Ok(()),
        }
    }

    /// Whether all cells from that one on are empty.
    fn is_blank(&self, first: usize) -> bool {
        let cells = self.starts.get(first..).unwrap_or_default();
        cells.iter().all(|start| cell_text(self.text, *start as usize).is_empty())
    }

    fn header(&mut self, path: &str, width: usize, line: u32) -> Result<(), Vec<Diagnostic>> {
        self.width = width;
        self.lines.push(line);
        let mut seen: HashMap<String, usize> = HashMap::new();
        for column in 0..width {
            let Some(start) = self.starts.get(column).map(|start| *start as usize) else { continue };
            let span = cell_span(self.text, self.file, start);
            let name = cell_text(self.text, start);
            if width == 1
                && let Some(separator) = [';', '\t'].into_iter().find(|mark| name.contains(*mark))
            {
                return Err(vec![problem::other_separator(path, separator, span)]);
            }
            if name.is_empty() {
                self.problems.add(|| problem::blank_header(&format!("column {}", column + 1), Some(span)));
                continue;
            }
            if let Some(other) = seen.insert(name.to_string(), column) {
                let first = self.starts.get(other).map_or(0, |start| *start as usize);
                let spans = (cell_span(self.text, self.file, first), span);
                let place = format!("{path}, columns {} and {}", other + 1, column + 1);
                self.problems.add(|| problem::duplicate_header(&name, &place, Some(spans)));
            }
        }
        Ok(())
    }
}

/// The first comma, line break or quote at or after `at`, or the end.
fn plain_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let ends = |byte: &u8| matches!(byte, b',' | b'\n' | b'\r' | b'"');
    rest.iter().position(ends).map_or(bytes.len(), |length| at + length)
}

/// The quote that closes the one at `open`; two quotes in a row are one inside the cell.
fn closing_quote(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// The content of the cell that begins at `start`: without quotes, without blanks around it.
pub(super) fn cell_text(text: &str, start: usize) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if bytes.get(start) != Some(&b'"') {
        return Cow::Borrowed(text.get(start..plain_end(bytes, start)).unwrap_or("").trim());
    }
    let close = closing_quote(bytes, start).unwrap_or(bytes.len());
    let inside = text.get(start + 1..close).unwrap_or("").trim();
    if inside.contains('"') { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) }
}

/// The place of the cell that begins at `start`: with its quotes, without blanks around it.
pub(super) fn cell_span(text: &str, file: FileId, start: usize) -> Span {
    let bytes = text.as_bytes();
    if bytes.get(start) == Some(&b'"') {
        let end = closing_quote(bytes, start).map_or(bytes.len(), |close| close + 1);
        return Span::new(file, narrow(start), narrow(end));
    }
    let raw = text.get(start..plain_end(bytes, start)).unwrap_or("");
    let lead = raw.len() - raw.trim_start().len();
    let lead = if lead == raw.len() { 0 } else { lead };
    Span::new(file, narrow(start + lead), narrow(start + lead + raw.trim().len()))
}
