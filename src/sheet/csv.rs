//! Comma-separated values, read strictly (RFC 4180).
//!
//! A reader of its own, because two things are needed that tolerant readers do not give: a stray or open
//! quote is refused instead of swallowing rows, and each cell keeps its place in the file for messages.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

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

/// Where a cell ends, and what ends it.
struct End {
    /// The byte after the cell's last.
    at: usize,
    /// Line breaks inside the cell.
    breaks: u32,
}

struct Reader<'a> {
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
        Reader { text, file, at, line: 1, starts, lines, width: 0, problems }
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
        let bytes = self.text.as_bytes();
        loop {
            self.starts.push(narrow(self.at));
            let end = self.cell()?;
            self.line += end.breaks;
            match bytes.get(end.at) {
                Some(b',') => self.at = end.at + 1,
                Some(b'\r') if bytes.get(end.at + 1) == Some(&b'\n') => {
                    self.at = end.at + 2;
                    self.line += 1;
                    return Ok(());
                }
                Some(b'\r') => return Err(problem::lone_return(self.file, end.at).into()),
                Some(_) => {
                    self.at = end.at + 1;
                    self.line += 1;
                    return Ok(());
                }
                None => {
                    self.at = end.at;
                    return Ok(());
                }
            }
        }
    }

    /// The end of the cell that begins here.
    fn cell(&self) -> Result<End, Box<Diagnostic>> {
        let bytes = self.text.as_bytes();
        if bytes.get(self.at) != Some(&b'"') {
            let at = plain_end(bytes, self.at);
            return match bytes.get(at) {
                Some(b'"') => Err(problem::stray_quote(self.file, at).into()),
                _ => Ok(End { at, breaks: 0 }),
            };
        }
        let Some(close) = closing_quote(bytes, self.at) else {
            return Err(problem::open_quote(self.file, self.at).into());
        };
        let inside = bytes.get(self.at..close).unwrap_or_default();
        let breaks = narrow(inside.iter().filter(|byte| **byte == b'\n').count());
        match bytes.get(close + 1) {
            None | Some(b',' | b'\n' | b'\r') => Ok(End { at: close + 1, breaks }),
            Some(_) => Err(problem::after_quote(self.file, close + 1).into()),
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
