//! A file cut into the texts of its declarations, by a scan that knows quotes, comments and brackets only.
//!
//! A declaration begins at a line whose first word begins one, and only there: at the left margin always,
//! even inside a bracket that was never closed, so that a broken declaration does not swallow the next; and
//! behind the brace that closes another on the same line.
//! Comments on lines of their own belong to the declaration after them.

use super::prepare::{end_of_line, end_of_text};

/// The text of one declaration with the comments before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ItemText {
    /// The word it begins with.
    pub word: ItemWord,
    /// The name behind the word, or the sentence of a test; none where the word has none (`quote`).
    pub name: Option<String>,
    /// The offset of the first byte: of the first comment before the declaration, or of its first word.
    pub start: usize,
    /// The offset behind the last byte that is no blank, a comment at the end of its line included.
    pub end: usize,
}

macro_rules! item_words {
    ($($variant:ident $word:literal,)+) => {
        /// The words that begin a declaration.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each variant is the word it is named after")]
        pub enum ItemWord {
            $($variant,)+
            /// Text that no such word begins.
            Junk,
            /// Nothing but comments: those behind the last declaration.
            Comments,
        }

        impl ItemWord {
            /// All words that begin a declaration.
            pub const ALL: &'static [ItemWord] = &[$(ItemWord::$variant,)+];

            /// The word as it is written; empty for what is no declaration.
            pub fn text(self) -> &'static str {
                match self {
                    $(ItemWord::$variant => $word,)+
                    ItemWord::Junk | ItemWord::Comments => "",
                }
            }

            /// The declaration that a word begins.
            pub fn find(word: &str) -> Option<ItemWord> {
                match word {
                    $($word => Some(ItemWord::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

item_words! {
    Book "book",
    Use "use",
    Unit "unit",
    Enum "enum",
    Context "context",
    Given "given",
    Index "index",
    Exchange "exchange",
    Family "family",
    Product "product",
    Table "table",
    Tiers "tiers",
    Def "def",
    Price "price",
    Quote "quote",
    Approvals "approvals",
    Test "test",
    Always "always",
    Guide "guide",
    Preset "preset",
}

/// Cuts a file into its declarations, in order; the texts do not overlap, and only blanks lie between them.
pub fn split(text: &str) -> Vec<ItemText> {
    let mut cutter = Cutter { text, items: Vec::new(), open: None, comments_from: None, depth: 0 };
    cutter.run();
    cutter.items
}

struct Cutter<'t> {
    text: &'t str,
    items: Vec<ItemText>,
    /// The declaration being read.
    open: Option<ItemText>,
    /// Where the comments on lines of their own began that nothing else came after.
    comments_from: Option<usize>,
    depth: usize,
}

impl Cutter<'_> {
    fn run(&mut self) {
        let mut line = 0;
        // A mark of the byte order is no part of the text.
        if self.text.starts_with('\u{FEFF}') {
            line = '\u{FEFF}'.len_utf8();
        }
        while line < self.text.len() {
            line = self.line(line);
        }
        self.finish_open();
        if let Some(start) = self.comments_from.take() {
            let end = start + self.text.get(start..).unwrap_or("").trim_end().len();
            self.items.push(ItemText { word: ItemWord::Comments, name: None, start, end });
        }
    }

    /// Reads one line and gives the offset of the next.
    fn line(&mut self, start: usize) -> usize {
        let break_at = end_of_line(self.text, start);
        let next = self
            .text
            .get(break_at..)
            .and_then(|rest| rest.find('\n'))
            .map_or(self.text.len(), |at| break_at + at + 1);
        let line = self.text.get(start..break_at).unwrap_or("");
        let words = line.trim_start();
        if words.is_empty() {
            return next;
        }
        let first = break_at - words.len();
        if words.starts_with("//") {
            self.comments_from.get_or_insert(first);
            return next;
        }
        if self.depth == 0 || first == start {
            self.maybe_begin(first);
        }
        self.go_on(first);
        self.brackets(first, break_at);
        next
    }

    /// Begins a declaration if the line does.
    fn maybe_begin(&mut self, first: usize) {
        let Some((word, name)) = begins(self.text.get(first..).unwrap_or("")) else { return };
        let in_test = self.open.as_ref().is_some_and(|item| item.word == ItemWord::Test);
        if word == ItemWord::Given && in_test && self.depth > 0 {
            return;
        }
        self.begin(word, name, first);
    }

    /// Begins a declaration behind the brace that closes another on the same line.
    fn maybe_begin_behind(&mut self, brace: usize, end: usize) {
        let rest = self.text.get(brace..end).unwrap_or("");
        let first = brace + (rest.len() - rest.trim_start().len());
        if rest.trim_start().starts_with("//") {
            return;
        }
        let Some((word, name)) = begins(self.text.get(first..).unwrap_or("")) else { return };
        if let Some(item) = &mut self.open {
            item.end = brace;
        }
        self.begin(word, name, first);
    }

    fn begin(&mut self, word: ItemWord, name: Option<String>, first: usize) {
        self.finish_open();
        let start = self.comments_from.take().unwrap_or(first);
        self.open = Some(ItemText { word, name, start, end: start });
        self.depth = 0;
    }

    /// The line belongs to the declaration being read; without one it is junk.
    fn go_on(&mut self, first: usize) {
        if self.open.is_none() {
            self.begin(ItemWord::Junk, None, first);
        }
        // Comments in the middle of a declaration are its own.
        self.comments_from = None;
    }

    fn finish_open(&mut self) {
        if let Some(item) = self.open.take() {
            self.items.push(item);
        }
    }

    /// Follows quotes, comments and brackets to the end of a line.
    fn brackets(&mut self, start: usize, end: usize) {
        let bytes = self.text.as_bytes();
        let mut at = start;
        while at < end {
            let Some(byte) = bytes.get(at) else { break };
            at += 1;
            match byte {
                b'{' | b'(' | b'[' => self.depth += 1,
                b'}' if self.depth == 1 => {
                    self.depth = 0;
                    self.maybe_begin_behind(at, end);
                }
                b'}' | b')' | b']' => self.depth = self.depth.saturating_sub(1),
                b'/' if bytes.get(at) == Some(&b'/') => break,
                b'"' => at = end_of_text(self.text, '"', at).map_or(end, |(_, behind)| behind),
                0x80.. => at = self.wide(at - 1, end),
                _ => {}
            }
        }
        let line = self.text.get(..end).unwrap_or("");
        if let Some(item) = &mut self.open {
            item.end = line.trim_end().len();
        }
    }

    /// A character outside ASCII: full-width brackets and quotes count too.
    fn wide(&mut self, at: usize, end: usize) -> usize {
        let Some(character) = self.text.get(at..).and_then(|rest| rest.chars().next()) else { return at + 1 };
        match character {
            '（' | '｛' | '［' | '【' => self.depth += 1,
            '）' | '｝' | '］' | '】' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let behind = at + character.len_utf8();
        match character {
            '“' | '”' | '„' | '«' | '「' | '＂' => {
                end_of_text(self.text, character, behind).map_or(end, |(_, behind)| behind)
            }
            _ => behind,
        }
    }
}

/// The declaration that a text begins with, if it does, and its name.
///
/// The word alone is not enough: `quote.net >= 5` and `unit = 3` go on with something else.
pub(super) fn begins(text: &str) -> Option<(ItemWord, Option<String>)> {
    let (first, rest) = first_word(text);
    let word = ItemWord::find(first)?;
    let rest = behind_blanks(rest);
    let next = rest.chars().next();
    let (name, behind) = first_word(rest);
    let named = next.is_some_and(|next| next.is_alphabetic()) && !super::RESERVED.contains(&name);
    let named_and = |marks: &[char]| {
        let behind = behind_blanks(behind);
        named && (behind.is_empty() || behind.starts_with(marks))
    };
    let quoted = matches!(next, Some('"' | '“' | '”' | '„' | '＂' | '「'));
    let fits = match word {
        ItemWord::Quote | ItemWord::Approvals => next.is_none() || matches!(next, Some('{' | '｛')),
        ItemWord::Test | ItemWord::Always => quoted,
        ItemWord::Use => named || quoted,
        // Inside a test `given customer { … }` and `given prior = …` say something else.
        ItemWord::Given => named_and(&[':', '：', '"', '“', '”']),
        ItemWord::Junk | ItemWord::Comments => false,
        _ => named,
    };
    if !fits {
        return None;
    }
    let name = match word {
        ItemWord::Quote | ItemWord::Approvals => None,
        _ if named => Some(name.to_owned()),
        _ => quoted_words(rest),
    };
    Some((word, name))
}

/// A text without the blanks, line breaks and comments it begins with.
fn behind_blanks(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        if !text.starts_with("//") {
            return text;
        }
        text = text.get(end_of_line(text, 0)..).unwrap_or("");
    }
}

/// The words between the quotes at the beginning of a text.
fn quoted_words(text: &str) -> Option<String> {
    let open = text.chars().next()?;
    let from = open.len_utf8();
    let (close, _) = end_of_text(text, open, from)?;
    text.get(from..close).map(str::to_owned)
}

/// The word at the beginning of a text, and what is behind it.
pub(super) fn first_word(text: &str) -> (&str, &str) {
    let end =
        text.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(text.len());
    text.split_at(end)
}
