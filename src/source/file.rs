//! The files of one load, and the way from a byte offset to the line and column a person counts.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::{FileId, Span};

/// One text: a `.tarif` file, a table beside it, a request.
///
/// Cheap to clone: the text and its line index are shared.
#[derive(Clone, Debug)]
pub struct SourceFile {
    path: Arc<str>,
    text: Arc<str>,
    /// The offset at which each line begins, found when first asked for.
    line_starts: Arc<OnceLock<Vec<u32>>>,
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &SourceFile) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Eq for SourceFile {}

impl SourceFile {
    /// A file from its path, as it is shown to users (relative to the book's folder, with `/`), and its text.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceFile {
        SourceFile { path: path.into(), text: text.into(), line_starts: Arc::default() }
    }

    /// The path as it is shown to users.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The whole text, shared.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// The text of a span of this file; an end that lies outside the file or inside a character is moved back.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(self.range(span)).unwrap_or("")
    }

    /// The bytes of a span of this file, moved back to lie in the file and between characters.
    pub fn range(&self, span: Span) -> Range<usize> {
        let start = self.boundary(span.start);
        start..self.boundary(span.end).max(start)
    }

    /// The line and the column of an offset, both from 1; the column counts characters, not bytes.
    ///
    /// An offset past the end is taken for the end, one inside a character for the character's beginning.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let offset = self.boundary(offset);
        let index = self.line_index(narrow(offset));
        let start = self.line_start(index).unwrap_or(0) as usize;
        let before = self.text.get(start..offset).unwrap_or("");
        (narrow(index).saturating_add(1), narrow(before.chars().count()).saturating_add(1))
    }

    /// The text of line `number` (from 1) without its line break; nothing if there is no such line.
    pub fn line_text(&self, number: u32) -> Option<&str> {
        let index = (number as usize).checked_sub(1)?;
        let start = self.line_start(index)? as usize;
        let end = self.line_start(index + 1).map_or(self.text.len(), |next| next as usize);
        let line = self.text.get(start..end)?;
        let line = line.strip_suffix('\n').unwrap_or(line);
        Some(line.strip_suffix('\r').unwrap_or(line))
    }

    /// How many lines the text has; an empty text has one.
    pub fn line_count(&self) -> usize {
        self.starts().len()
    }

    /// The index, from 0, of the line that holds an offset.
    pub fn line_index(&self, offset: u32) -> usize {
        self.starts().partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The offset at which the line of an index (from 0) begins.
    pub fn line_start(&self, index: usize) -> Option<u32> {
        self.starts().get(index).copied()
    }

    fn starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| narrow(at + 1))).collect()
        })
    }

    /// The nearest beginning of a character at or before an offset.
    fn boundary(&self, offset: u32) -> usize {
        let mut at = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// Files longer than 4 GiB are refused by their size limit long before an offset is taken in them.
fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// The files of one load, each with its id.
///
/// Ids follow the order of adding, so nothing that users see may be sorted by id: sort by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    files: Vec<SourceFile>,
    by_path: BTreeMap<Arc<str>, FileId>,
}

impl Sources {
    /// An empty set.
    pub fn new() -> Sources {
        Sources::default()
    }

    /// Adds a file; a file of the same path is replaced and keeps its id.
    pub fn add(&mut self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> FileId {
        let file = SourceFile::new(path, text);
        if let Some(id) = self.by_path.get(&file.path) {
            if let Some(slot) = self.files.get_mut(id.0 as usize) {
                *slot = file;
            }
            return *id;
        }
        let id = FileId(narrow(self.files.len()));
        self.by_path.insert(Arc::clone(&file.path), id);
        self.files.push(file);
        id
    }

    /// The file of an id, if the id is of this set.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The id of the file with this path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// The text under a span; empty if the file is not of this set.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |file| file.slice(span))
    }

    /// Where a span begins, as people count; [`Place::UNKNOWN_PATH`], line 0 if the file is not of this set.
    pub fn place(&self, span: Span) -> Place {
        match self.get(span.file) {
            Some(file) => {
                let (line, column) = file.line_column(span.start);
                Place { path: Arc::clone(&file.path), line, column }
            }
            None => Place { path: Arc::from(Place::UNKNOWN_PATH), line: 0, column: 0 },
        }
    }

    /// All files with their ids, in the order of adding.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(narrow(at)), file))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// A place as people count: path, line and column from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file's path as it is shown to users.
    pub path: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
}

impl Place {
    /// The path shown for a file that is not of the set asked.
    pub const UNKNOWN_PATH: &'static str = "?";
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}:{}", self.path, self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> SourceFile {
        SourceFile::new("book.tarif", text)
    }

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let file = file("a\n液压机 = 3\n");
        assert_eq!(file.line_column(0), (1, 1));
        assert_eq!(file.line_column(2), (2, 1));
        assert_eq!(file.line_column(2 + 9), (2, 4));
        assert_eq!(file.line_column(2 + 4), (2, 2));
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        assert_eq!(file("ab\ncd").line_column(4_000_000_000), (2, 3));
        assert_eq!(file("").line_column(7), (1, 1));
    }

    #[test]
    fn a_line_comes_without_its_break_whatever_the_break() {
        let file = file("one\r\ntwo\n\nfour");
        let lines: Vec<_> = (0..6).map(|number| file.line_text(number)).collect();
        assert_eq!(lines, [None, Some("one"), Some("two"), Some(""), Some("four"), None]);
    }

    #[test]
    fn a_file_added_again_keeps_its_id_and_takes_the_new_text() {
        let mut sources = Sources::new();
        let first = sources.add("a.tarif", "old");
        let other = sources.add("b.tarif", "other");
        assert_eq!(sources.add("a.tarif", "new"), first);
        assert_ne!(first, other);
        assert_eq!(sources.get(first).map(SourceFile::text), Some("new"));
        assert_eq!(sources.find("b.tarif"), Some(other));
        assert_eq!(sources.len(), 2);
    }

    #[test]
    fn a_place_reads_as_path_line_and_column() {
        let mut sources = Sources::new();
        let id = sources.add("press/press.tarif", "one\ntwo three\n");
        assert_eq!(sources.place(Span::new(id, 8, 13)).to_string(), "press/press.tarif:2:5");
        assert_eq!(sources.slice(Span::new(id, 8, 13)), "three");
        assert_eq!(sources.place(Span::point(FileId(9), 8)).to_string(), "?:0:0");
    }
}
