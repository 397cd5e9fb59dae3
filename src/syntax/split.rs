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
    /// The offset of its first word; of what is nothing but comments that of the first byte.
    pub head: usize,
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
    let mut cutter = Cutter::new(text, &[], 0);
    cutter.run(beginning(text));
    cutter.items
}

/// Where a text begins: a mark of the byte order is no part of it.
fn beginning(text: &str) -> usize {
    if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 }
}

/// What cutting a file again replaced: the declarations from a place on, by how many others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    /// The place of the first.
    pub at: usize,
    /// Those that were there.
    pub gone: Vec<ItemText>,
    /// How many are there now.
    pub come: usize,
}

/// Cuts a file again of which a part has changed: `items` are those of the text before, and become what [`split`]
/// gives for the text now.
pub fn split_again(items: &mut Vec<ItemText>, before: &str, now: &str) -> Replaced {
    let (ahead, behind) = alike(before.as_bytes(), now.as_bytes());
    // Whether a declaration begins is seen at its word and the two behind it, where others may stand.
    let first = items.partition_point(|item| item.head < ahead).saturating_sub(3);
    let from = items.get(first).filter(|_| first > 0).map_or_else(|| beginning(now), |item| item.start);
    let known = items.partition_point(|item| item.start < before.len() - behind).max(first);
    let mut cutter = Cutter::new(now, items.get(known..).unwrap_or_default(), before.len());
    cutter.run(from);
    let last = cutter.met.map_or(items.len(), |at| known + at);
    let found = cutter.items;
    for item in items.get_mut(last..).unwrap_or_default() {
        for at in [&mut item.start, &mut item.head, &mut item.end] {
            *at = (*at + now.len()).saturating_sub(before.len());
        }
    }
    let come = found.len();
    Replaced { at: first, gone: items.splice(first..last, found).collect(), come }
}

/// How many bytes two texts have in common at the beginning, and how many of the others at the end.
fn alike(one: &[u8], other: &[u8]) -> (usize, usize) {
    const BLOCK: usize = 4096;
    let blocks = one.chunks(BLOCK).zip(other.chunks(BLOCK)).take_while(|(one, other)| one == other);
    let least = one.len().min(other.len());
    let mut ahead = blocks.map(|(block, _)| block.len()).sum::<usize>().min(least);
    ahead += bytes_alike(one.iter().skip(ahead), other.iter().skip(ahead));
    let (one, other) = (one.get(ahead..).unwrap_or_default(), other.get(ahead..).unwrap_or_default());
    let blocks = one.rchunks(BLOCK).zip(other.rchunks(BLOCK)).take_while(|(one, other)| one == other);
    let mut behind = blocks.map(|(block, _)| block.len()).sum::<usize>().min(one.len().min(other.len()));
    behind += bytes_alike(one.iter().rev().skip(behind), other.iter().rev().skip(behind));
    (ahead, behind)
}

fn bytes_alike<'b>(one: impl Iterator<Item = &'b u8>, other: impl Iterator<Item = &'b u8>) -> usize {
    one.zip(other).take_while(|(one, other)| one == other).count()
}

struct Cutter<'t> {
    text: &'t str,
    items: Vec<ItemText>,
    /// The declaration being read.
    open: Option<ItemText>,
    /// Where the comments on lines of their own began that nothing else came after.
    comments_from: Option<usize>,
    depth: usize,
    /// The declarations of a text that ends as this one does, and its length.
    known: (&'t [ItemText], usize),
    /// Which of them begins where one begins here: from there on all is as it was.
    met: Option<usize>,
}

impl<'t> Cutter<'t> {
    fn new(text: &'t str, known: &'t [ItemText], length: usize) -> Cutter<'t> {
        let known = (known, length);
        Cutter { text, items: Vec::new(), open: None, comments_from: None, depth: 0, known, met: None }
    }

    fn run(&mut self, from: usize) {
        let mut line = from;
        while line < self.text.len() {
            line = self.line(line);
            if self.met.is_some() {
                return;
            }
        }
        self.finish_open();
        if let Some(start) = self.comments_from.take() {
            let end = start + self.text.get(start..).unwrap_or("").trim_end().len();
            self.items.push(ItemText { word: ItemWord::Comments, name: None, start, head: start, end });
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
        if self.met.is_none() {
            self.go_on(first);
            self.brackets(first, break_at);
        }
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
        let (known, length) = self.known;
        let there = (first + length).checked_sub(self.text.len());
        let there = there.and_then(|head| known.binary_search_by_key(&head, |item| item.head).ok());
        let is_known = |item: &ItemText| item.word == word && item.head - item.start == first - start;
        self.met = there.filter(|at| known.get(*at).is_some_and(is_known));
        self.open = self.met.is_none().then_some(ItemText { word, name, start, head: first, end: start });
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
        while at < end && self.met.is_none() {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts that begin, end and hide declarations, and their parts.
    const PIECES: [&str; 16] = [
        "def a(x: int) -> int = x\n",
        "table t(a: text) -> EUR { a: 1 }\n",
        "  given b: int\n",
        "// a remark\n",
        "quote {\n",
        "}",
        "\n",
        "unit box ",
        "test \"one\" {\n",
        "\"",
        "def\n",
        "approvals\n",
        "（",
        "  x = 3 } def c() -> int = 4\n",
        "given",
        ": 1 to 9\n",
    ];

    #[test]
    fn a_text_that_is_cut_again_is_cut_as_a_new_one() {
        let mut seed = 1_u64;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        for _ in 0..300 {
            let mut parts: Vec<&str> = (0..random(40)).map(|_| PIECES[random(PIECES.len())]).collect();
            let mut text = parts.concat();
            let mut items = split(&text);
            for _ in 0..8 {
                for _ in 0..=random(3) {
                    let (at, piece) = (random(parts.len() + 1), PIECES[random(PIECES.len())]);
                    match random(3) {
                        0 => parts.insert(at, piece),
                        1 if at < parts.len() => parts[at] = piece,
                        _ if at < parts.len() => drop(parts.remove(at)),
                        _ => {}
                    }
                }
                let edited = parts.concat();
                let before = items.clone();
                let Replaced { at, gone, come } = split_again(&mut items, &text, &edited);
                assert_eq!(items, split(&edited), "{text:?} became {edited:?}");
                assert_eq!(before[at..at + gone.len()], gone);
                assert_eq!(before.len() - gone.len() + come, items.len());
                text = edited;
            }
        }
    }

    #[test]
    fn a_small_edit_of_a_long_text_cuts_little_of_it() {
        let text: String = (0..500).map(|at| format!("def f{at}(x: int) -> int = x * 2\n")).collect();
        let mut items = split(&text);
        let edited = text.replacen("f250(x: int) -> int = x * 2", "f250(x: int) -> int = x * 2_000", 1);
        let replaced = split_again(&mut items, &text, &edited);
        assert!(replaced.gone.len() == replaced.come && replaced.come < 6, "{replaced:?}");
        assert_eq!(items, split(&edited));
    }
}
