//! What happens to a text before the grammar sees it: comments are blanked out, full-width marks made plain.
//!
//! Every byte keeps its offset, so spans of the prepared text are spans of the text as written. The same
//! scan counts nesting and finds texts and brackets without an end.

use std::borrow::Cow;
use std::sync::Arc;

use super::ast::Comment;
use super::errors;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span, limits};

/// A text ready for the grammar.
pub(super) struct Prepared<'t> {
    /// The text with comments blanked out and full-width marks made plain; as long as the text.
    pub plain: Cow<'t, str>,
    /// The comments, in order.
    pub comments: Vec<Comment>,
    /// What the scan found.
    pub problems: Vec<Diagnostic>,
    /// A bracket or a quote lacks its partner: what the grammar says about it would only confuse.
    pub unbalanced: bool,
    /// How many brackets are open at once, at most.
    pub depth: usize,
    /// Nested so deep that nobody may parse it.
    pub too_deep: bool,
}

/// The comments of a text, in order; their spans count from `base`.
pub fn comments(text: &str, file: FileId, base: u32) -> Vec<Comment> {
    prepare(text, file, base).comments
}

/// Scans a text.
pub(super) fn prepare(text: &str, file: FileId, base: u32) -> Prepared<'_> {
    let mut scan = Scan {
        text,
        file,
        base,
        changes: Vec::new(),
        brackets: Vec::new(),
        line_start: 0,
        indent_of: (usize::MAX, 0),
        suspect: None,
        comments: Vec::new(),
        problems: Vec::new(),
        swallowed: false,
        unbalanced: false,
        depth: 0,
        too_deep: false,
    };
    scan.run();
    Prepared {
        plain: scan.plain_text(),
        comments: scan.comments,
        problems: scan.problems,
        unbalanced: scan.unbalanced,
        depth: scan.depth,
        too_deep: scan.too_deep,
    }
}

/// A mark of another keyboard, the plain one, and how many bytes of blanks stand before the plain one.
struct Wide {
    mark: char,
    plain: u8,
}

/// The full-width marks that people type by habit.
const WIDE: [Wide; 36] = {
    const fn wide(mark: char, plain: u8) -> Wide {
        Wide { mark, plain }
    }
    [
        wide('，', b','),
        wide('、', b','),
        wide('：', b':'),
        wide('；', b','),
        wide('（', b'('),
        wide('）', b')'),
        wide('［', b'['),
        wide('］', b']'),
        wide('【', b'['),
        wide('】', b']'),
        wide('｛', b'{'),
        wide('｝', b'}'),
        wide('＝', b'='),
        wide('＜', b'<'),
        wide('＞', b'>'),
        wide('《', b'<'),
        wide('》', b'>'),
        wide('＋', b'+'),
        wide('－', b'-'),
        wide('＊', b'*'),
        wide('／', b'/'),
        wide('％', b'%'),
        wide('｜', b'|'),
        wide('．', b'.'),
        wide('。', b'.'),
        wide('！', b'!'),
        wide('＿', b'_'),
        wide('＂', b'"'),
        wide('“', b'"'),
        wide('”', b'"'),
        wide('„', b'"'),
        wide('«', b'"'),
        wide('»', b'"'),
        wide('「', b'"'),
        wide('」', b'"'),
        wide('\u{3000}', b' '),
    ]
};

/// The plain mark that a full-width mark or digit stands for.
fn plain_of(mark: char) -> Option<u8> {
    if let Some(wide) = WIDE.iter().find(|wide| wide.mark == mark) {
        return Some(wide.plain);
    }
    let digit = u32::from(mark).checked_sub(0xFF10)?;
    u8::try_from(digit).ok().filter(|digit| *digit < 10).map(|digit| b'0' + digit)
}

/// Characters that cannot be seen, or that reorder what is seen.
fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{0}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{A0}' | '\u{AD}'
        | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Characters that change the order in which a text is shown: nowhere, not even in comments.
fn reorders(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A quote that opens a text, and the one that closes it.
fn closing_quote(open: char) -> Option<&'static [char]> {
    match open {
        '"' => Some(&['"']),
        '“' | '”' | '„' => Some(&['”', '“', '"']),
        '＂' => Some(&['＂', '"']),
        '«' => Some(&['»']),
        '「' => Some(&['」']),
        _ => None,
    }
}

/// Where a text in quotes ends: the offset of its closing quote and the offset behind it; none if its line
/// ends before. `from` is the offset behind the opening quote.
pub(super) fn end_of_text(text: &str, open: char, from: usize) -> Option<(usize, usize)> {
    let closing = closing_quote(open)?;
    let mut characters = text.get(from..)?.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\n' => return None,
            '\\' if characters.as_str().starts_with(|next| next != '\n') => {
                characters.next();
            }
            _ if closing.contains(&character) => return Some((from + at, from + at + character.len_utf8())),
            _ => {}
        }
    }
    None
}

/// The offset of the line break at or behind `from`, or the end of the text.
pub(super) fn end_of_line(text: &str, from: usize) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| from + at);
    if end > from && text.as_bytes().get(end - 1) == Some(&b'\r') { end - 1 } else { end }
}

struct Scan<'t> {
    text: &'t str,
    file: FileId,
    base: u32,
    /// Bytes to write over the copy: a range, and the one plain byte that stands at its end, if any.
    changes: Vec<(usize, usize, Option<u8>)>,
    /// The open brackets: each with its offset and the blanks at the beginning of its line.
    brackets: Vec<(u8, usize, usize)>,
    line_start: usize,
    /// The blanks of the line that begins at the first number; counted once a line.
    indent_of: (usize, usize),
    /// The first bracket whose partner stands further left than the bracket's own line: if one is missing in
    /// the end, it is likely the partner of this one.
    suspect: Option<(u8, usize)>,
    comments: Vec<Comment>,
    problems: Vec<Diagnostic>,
    /// A quote was never closed: it swallowed its line, and brackets in it are not missed.
    swallowed: bool,
    unbalanced: bool,
    depth: usize,
    too_deep: bool,
}

impl<'t> Scan<'t> {
    fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            at = match byte {
                b'"' => self.quoted('"', at),
                b'/' if bytes.get(at + 1) == Some(&b'/') => self.comment(at),
                b'(' | b'[' | b'{' => {
                    self.open(*byte, at);
                    at + 1
                }
                b')' | b']' | b'}' => {
                    self.close(*byte, at);
                    at + 1
                }
                b'\n' => {
                    self.line_start = at + 1;
                    at + 1
                }
                b' '..=b'~' | b'\t' | b'\r' => at + 1,
                _ => self.unusual(at),
            };
        }
        self.unclosed();
    }

    fn span(&self, start: usize, end: usize) -> Span {
        span(self.file, self.base, start, end)
    }

    fn comment(&mut self, start: usize) -> usize {
        let end = end_of_line(self.text, start);
        let text = self.text.get(start..end).unwrap_or("");
        let before = self.text.get(self.line_start..start).unwrap_or("");
        self.changes.push((start, end, None));
        self.comments.push(Comment {
            text: Arc::from(text.trim_end()),
            span: self.span(start, start + text.trim_end().len()),
            own_line: before.trim().is_empty(),
        });
        self.reordering(start, end);
        end
    }

    /// A text in quotes, `open` at `start`; gives the offset behind it.
    fn quoted(&mut self, open: char, start: usize) -> usize {
        let from = start + open.len_utf8();
        let Some((close, end)) = end_of_text(self.text, open, from) else {
            let end = end_of_line(self.text, start);
            let written = self.text.get(start..end).unwrap_or("").trim_end();
            self.problems.push(errors::unclosed_text(self.span(start, start + written.len())));
            self.unbalanced = true;
            self.swallowed = true;
            // An empty text stands in for it, so that the rest of the declaration can still be read.
            self.changes.push((start, end, None));
            self.changes.push((start, start + 1, Some(b'"')));
            self.changes.push((start + 1, (start + 2).min(end), Some(b'"')));
            return end;
        };
        if open != '"' {
            let inside = self.text.get(from..close).unwrap_or("");
            let mend = format!("\"{}\"", inside.replace('"', "\\\""));
            let whole = self.text.get(start..end).unwrap_or("");
            self.problems.push(errors::wide_quotes(self.span(start, end), whole, mend));
            self.changes.push((start, from, Some(b'"')));
            for (at, _) in inside.match_indices('"') {
                self.changes.push((from + at, from + at + 1, Some(b'\'')));
            }
            self.changes.push((close, close + 1, Some(b'"')));
            self.changes.push((close + 1, end, None));
        }
        self.reordering(from, close);
        end
    }

    fn reordering(&mut self, start: usize, end: usize) {
        let inside = self.text.get(start..end).unwrap_or("");
        if inside.is_ascii() {
            return;
        }
        for (at, character) in inside.char_indices().filter(|(_, character)| reorders(*character)) {
            let place = self.span(start + at, start + at + character.len_utf8());
            self.problems.push(errors::hidden_character(place, character));
        }
    }

    fn open(&mut self, byte: u8, at: usize) {
        let indent = self.indent();
        self.brackets.push((byte, at, indent));
        self.depth = self.depth.max(self.brackets.len());
        if self.brackets.len() > limits::MAX_NESTING && !self.too_deep {
            self.too_deep = true;
            self.problems.push(errors::too_deep(self.span(at, at + 1)));
        }
    }

    fn close(&mut self, byte: u8, at: usize) {
        let partner = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        match self.brackets.last().copied() {
            Some((open, place, indent)) if open == partner => {
                if self.suspect.is_none() && at == self.line_start + self.indent() && self.indent() < indent {
                    self.suspect = Some((open, place));
                }
                self.brackets.pop();
            }
            Some((open, place, _)) => {
                // A closing bracket ends whatever was left open inside its pair.
                if let Some(depth) = self.brackets.iter().rposition(|(open, ..)| *open == partner) {
                    for (open, place, _) in self.brackets.drain(depth + 1..) {
                        let opened = span(self.file, self.base, place, place + 1);
                        let end = span(self.file, self.base, at, at + 1);
                        self.problems.push(errors::unclosed_bracket(open, opened, Some(end)));
                    }
                    self.brackets.pop();
                } else {
                    let (here, opened) = (self.span(at, at + 1), self.span(place, place + 1));
                    self.problems.push(errors::wrong_closing_bracket(byte, here, open, opened));
                }
                self.unbalanced = true;
            }
            None if self.swallowed => self.unbalanced = true,
            None => {
                self.unbalanced = true;
                let here = self.span(at, at + 1);
                self.problems.push(match (byte, headless(self.text.get(..at).unwrap_or(""))) {
                    (b'}', Some((start, end))) => {
                        let words = self.text.get(start..end).unwrap_or("");
                        errors::no_opening_brace(self.span(start, end), words, here)
                    }
                    _ => errors::stray_closing_bracket(byte, here),
                });
            }
        }
    }

    /// The blanks at the beginning of the line being read.
    fn indent(&mut self) -> usize {
        if self.indent_of.0 != self.line_start {
            let line = self.text.get(self.line_start..).unwrap_or("");
            let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            self.indent_of = (self.line_start, blanks);
        }
        self.indent_of.1
    }

    /// The brackets that are open in the end; one is reported, the others follow from it as a rule.
    fn unclosed(&mut self) {
        let Some((open, at, _)) = self.brackets.first().copied().filter(|_| !self.too_deep) else { return };
        let (open, at) = self.suspect.unwrap_or((open, at));
        self.unbalanced = true;
        if !self.swallowed {
            self.problems.push(errors::unclosed_bracket(open, self.span(at, at + 1), None));
        }
    }

    /// A character that is neither plain nor a break: part of a name, a full-width mark, or a hidden one.
    fn unusual(&mut self, at: usize) -> usize {
        let Some(character) = self.text.get(at..).and_then(|rest| rest.chars().next()) else { return at + 1 };
        let end = at + character.len_utf8();
        if closing_quote(character).is_some() {
            return self.quoted(character, at);
        }
        if let Some(plain) = plain_of(character) {
            if plain == b'/' && self.text.get(end..).is_some_and(|rest| rest.starts_with(character)) {
                self.problems.push(errors::wide_mark(self.span(at, end + 3), "／／", "//"));
                return self.comment(at);
            }
            let mend = char::from(plain).to_string();
            let mark = character.to_string();
            self.problems.push(errors::wide_mark(self.span(at, end), &mark, &mend));
            self.changes.push((at, end, Some(plain)));
            match plain {
                b'(' | b'[' | b'{' => self.open(plain, at),
                b')' | b']' | b'}' => self.close(plain, at),
                _ => {}
            }
        } else if is_hidden(character) {
            self.problems.push(errors::hidden_character(self.span(at, end), character));
            self.changes.push((at, end, None));
        }
        end
    }

    /// The text with all changes made; none changes its length.
    fn plain_text(&mut self) -> Cow<'t, str> {
        if self.changes.is_empty() {
            return Cow::Borrowed(self.text);
        }
        let mut plain = self.text.as_bytes().to_vec();
        for (start, end, mark) in self.changes.drain(..) {
            let Some(range) = plain.get_mut(start..end) else { continue };
            range.fill(b' ');
            if let (Some(mark), Some(last)) = (mark, range.last_mut()) {
                *last = mark;
            }
        }
        // Whole characters were replaced by ASCII, so this is UTF-8 still.
        String::from_utf8(plain).map_or(Cow::Borrowed(self.text), Cow::Owned)
    }
}

/// The words that begin a block, on a line without a brace: the first in the text.
fn headless(text: &str) -> Option<(usize, usize)> {
    /// What a line that begins a block can begin with; behind the others stand other words too.
    const BLOCKS: [&str; 12] = [
        "approvals",
        "book",
        "context",
        "cost",
        "family",
        "guide",
        "per",
        "price",
        "product",
        "quote",
        "test",
        "tiers",
    ];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let behind = start + line.len();
        let indent = line.len() - line.trim_start().len();
        let words = line.split("//").next().unwrap_or("").trim();
        let mut parts = words.split_whitespace();
        let first = parts.next().unwrap_or("");
        let second = parts.next();
        let begins = match first {
            "per" => matches!(second, Some("unit" | "line")) && parts.next().is_none(),
            "cost" => matches!(second, None | Some("line")) && parts.next().is_none(),
            "approvals" | "quote" => second.is_none(),
            _ => BLOCKS.contains(&first) && second.is_some() && !words.contains(['=', ':']),
        };
        let opens =
            words.contains('{') || text.get(behind..).is_some_and(|rest| rest.trim_start().starts_with('{'));
        if begins && !opens && line.ends_with('\n') {
            return Some((start + indent, start + indent + words.len()));
        }
        start = behind;
    }
    None
}

/// Moves the ends of spans that lie inside a character of the text to the character's ends: a plain mark stood
/// in for part of it.
pub(super) fn settle_spans(text: &str, base: u32, problems: &mut [Diagnostic]) {
    for problem in problems {
        for label in &mut problem.labels {
            label.span = whole_characters(text, base, label.span);
        }
        if let Some(fix) = &mut problem.fix {
            fix.span = whole_characters(text, base, fix.span);
        }
    }
}

/// The smallest span of whole characters that holds a span.
pub(super) fn whole_characters(text: &str, base: u32, at: Span) -> Span {
    let (mut start, mut end) = (at.start.saturating_sub(base) as usize, at.end.saturating_sub(base) as usize);
    while start > 0 && !text.is_char_boundary(start) {
        start -= 1;
    }
    while end < text.len() && !text.is_char_boundary(end) {
        end += 1;
    }
    span(at.file, base, start, end)
}

/// The span of the bytes `start..end` of a text that begins at `base`.
pub(super) fn span(file: FileId, base: u32, start: usize, end: usize) -> Span {
    let offset = |at: usize| base.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
    Span::new(file, offset(start), offset(end))
}
