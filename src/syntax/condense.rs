//! A prepared text in short: the same words and marks in the same order, each name, number and text in quotes as
//! short as one can be.
//!
//! `less volume_discount "Volume" = 12.50% of running` becomes `less A""=0% of A`. To the grammar both are the
//! same sentence, and it has less to read. Words of the grammar stay, and so does all that is not plainly one
//! name, one number or one text. Blanks go where they part nothing; where they could tell a right text from a
//! wrong one, such as two blanks before a unit, they stay.

use super::prepare::end_of_text;

/// A text in short.
pub(super) struct Condensed {
    pub text: String,
    /// For each byte, the offsets in the text as written where what it stands for begins and ends.
    pub places: Vec<(u32, u32)>,
}

/// A name in short. No word of the grammar begins so.
const NAME: u8 = b'A';
const NUMBER: u8 = b'0';

/// Every word of the grammar with two letters or more, sorted.
const WORDS: [&str; WORD_COUNT] = [
    "above",
    "add",
    "alert",
    "all",
    "allow",
    "always",
    "and",
    "any",
    "approvals",
    "as_of",
    "ask",
    "at",
    "be",
    "because",
    "best",
    "book",
    "by",
    "cap",
    "charge",
    "charges",
    "cheapest",
    "claims",
    "context",
    "cost",
    "currencies",
    "currency",
    "dearest",
    "def",
    "default",
    "during",
    "each",
    "earlier",
    "effective",
    "else",
    "entry",
    "enum",
    "exchange",
    "exclude",
    "expect",
    "false",
    "family",
    "first",
    "flat",
    "floor",
    "follow",
    "for",
    "from",
    "full",
    "gift",
    "given",
    "graduated",
    "greatest",
    "guide",
    "hide",
    "if",
    "implies",
    "in",
    "included",
    "index",
    "key",
    "ladder",
    "largest",
    "last",
    "least",
    "less",
    "let",
    "level",
    "limit",
    "line",
    "lines",
    "list",
    "margin",
    "market",
    "markup",
    "max_age",
    "may",
    "most",
    "needs",
    "negative",
    "next",
    "not",
    "of",
    "offset",
    "on",
    "option",
    "optional",
    "or",
    "order",
    "otherwise",
    "parallel",
    "part",
    "partly",
    "parts",
    "payable",
    "per",
    "preset",
    "price",
    "price_at",
    "priced",
    "product",
    "quantity",
    "question",
    "quote",
    "reason",
    "recommend",
    "refuse",
    "reject",
    "repeat",
    "require",
    "required",
    "rest",
    "reviewer",
    "round",
    "rounded",
    "route",
    "scaled",
    "set",
    "sheet",
    "skip",
    "spread",
    "stair",
    "started",
    "starts",
    "step",
    "subtotal",
    "suggest",
    "table",
    "tax",
    "taxes",
    "test",
    "then",
    "through",
    "tier",
    "tiers",
    "to",
    "true",
    "under",
    "unit",
    "units",
    "untaxed",
    "up",
    "use",
    "valid",
    "visible",
    "when",
    "where",
    "whole",
    "with",
    "within",
    "worst",
    "worth",
    "zero",
];
const WORD_COUNT: usize = 152;
const LONGEST: usize = 10;

/// Where words are found: the place of each in `WORDS` and one, at its hash or behind it.
const SLOTS: usize = 1024;
static SLOT_OF: [u8; SLOTS] = {
    let mut slots = [0; SLOTS];
    let mut at = 0;
    while at < WORD_COUNT {
        let word = WORDS[at].as_bytes();
        let mut slot = hash(word);
        while slots[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] = at as u8 + 1;
        at += 1;
    }
    slots
};

const fn hash(word: &[u8]) -> usize {
    let length = word.len();
    let (first, second, last) = (word[0] as usize, word[1] as usize, word[length - 1] as usize);
    (first * 37 + second * 11 + last * 201 + length * 59 + word[length / 2] as usize * 3) % SLOTS
}

/// Whether the grammar knows a word.
fn is_known(word: &[u8]) -> bool {
    if word.len() < 2 {
        // `n/a` is one.
        return matches!(word, b"n" | b"a");
    }
    if word.len() > LONGEST {
        return false;
    }
    let mut slot = hash(word);
    while let Some(place) = SLOT_OF.get(slot).and_then(|it| usize::from(*it).checked_sub(1)) {
        if WORDS.get(place).is_some_and(|known| known.as_bytes() == word) {
            return true;
        }
        slot = (slot + 1) % SLOTS;
    }
    false
}

/// What a byte is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Blank,
    Letter,
    Digit,
    Quote,
    Mark,
    Wide,
}

static KIND: [Kind; 256] = {
    let mut kinds = [Kind::Mark; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            0..=b' ' => Kind::Blank,
            b'a'..=b'z' | b'A'..=b'Z' => Kind::Letter,
            b'0'..=b'9' => Kind::Digit,
            b'"' => Kind::Quote,
            0x80.. => Kind::Wide,
            _ => Kind::Mark,
        };
        byte += 1;
    }
    kinds
};

fn kind(byte: u8) -> Kind {
    KIND.get(usize::from(byte)).copied().unwrap_or(Kind::Mark)
}

/// A text in short; nothing if it is too long for that.
pub(super) fn condense(plain: &str) -> Option<Condensed> {
    u32::try_from(plain.len()).ok()?;
    let room = plain.len() / 2 + 16;
    let mut cut = Cut {
        plain,
        bytes: plain.as_bytes(),
        text: Vec::with_capacity(room),
        places: Vec::with_capacity(room),
        number_end: 0,
    };
    let mut at = 0;
    while let Some(byte) = cut.bytes.get(at) {
        at = match kind(*byte) {
            Kind::Blank => cut.blanks(at),
            Kind::Letter | Kind::Wide => cut.word(at),
            Kind::Digit => cut.number(at),
            Kind::Quote => cut.quoted(at),
            Kind::Mark => cut.as_written(at, at + 1),
        };
    }
    let text = String::from_utf8(cut.text).ok()?;
    Some(Condensed { text, places: cut.places })
}

struct Cut<'t> {
    plain: &'t str,
    bytes: &'t [u8],
    text: Vec<u8>,
    places: Vec<(u32, u32)>,
    /// Where the last number ended.
    number_end: usize,
}

impl Cut<'_> {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// One byte for all from `start` to `end`.
    fn push(&mut self, byte: u8, start: usize, end: usize) {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.text.push(byte);
        self.places.push((place(start), place(end)));
    }

    fn as_written(&mut self, start: usize, end: usize) -> usize {
        for at in start..end {
            self.push(self.byte(at), at, at + 1);
        }
        end
    }

    /// How many bytes belong to a name at a place: a letter, a digit, `_`, or a Chinese character.
    fn in_word(&self, at: usize) -> usize {
        match self.byte(at) {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => 1,
            0xE5..=0xE9 => 3,
            0xE4 if self.byte(at + 1) >= 0xB8 => 3,
            _ => 0,
        }
    }

    fn word(&mut self, start: usize) -> usize {
        let mut end = start;
        while let length @ 1.. = self.in_word(end) {
            end += length;
        }
        if self.byte(end) >= 0x80 {
            while self.byte(end) >= 0x80 || self.in_word(end) > 0 {
                end += 1;
            }
            return self.as_written(start, end);
        }
        if self.bytes.get(start..end).is_some_and(is_known) {
            return self.as_written(start, end);
        }
        self.push(NAME, start, end);
        end
    }

    /// A number of digits, `_` and points; what hangs together with other marks or letters stays.
    fn number(&mut self, start: usize) -> usize {
        let is_digit = |at: usize| self.byte(at).is_ascii_digit();
        let mut end = start;
        while is_digit(end) || self.byte(end) == b'_' || self.byte(end) == b'.' && is_digit(end + 1) {
            end += 1;
        }
        let alone = match self.byte(end) {
            b'.' | 0x80.. => false,
            b',' | b'-' => !is_digit(end + 1),
            next => !next.is_ascii_alphabetic(),
        };
        if alone && self.text.last() != Some(&b'.') {
            self.push(NUMBER, start, end);
            self.number_end = end;
            return end;
        }
        while self.byte(end).is_ascii_alphanumeric()
            || self.byte(end) >= 0x80
            || matches!(self.byte(end), b'_' | b'.')
            || matches!(self.byte(end), b',' | b'-') && self.byte(end + 1).is_ascii_digit()
        {
            end += 1;
        }
        self.number_end = end;
        self.as_written(start, end)
    }

    fn quoted(&mut self, start: usize) -> usize {
        let Some((close, end)) = end_of_text(self.plain, '"', start + 1) else {
            return self.as_written(start, start + 1);
        };
        self.push(b'"', start, close);
        self.push(b'"', close, end);
        end
    }

    fn blanks(&mut self, start: usize) -> usize {
        let (mut end, mut line_end, mut plain) = (start, None, true);
        while let Some(byte) = self.bytes.get(end).filter(|byte| **byte <= b' ') {
            match byte {
                b' ' | b'\t' => {}
                b'\n' => line_end = line_end.or(Some(end)),
                b'\r' => {
                    plain &= self.byte(end + 1) == b'\n';
                    line_end = line_end.or(Some(end));
                }
                _ => plain = false,
            }
            end += 1;
        }
        let before = self.text.last().copied().unwrap_or(b'{');
        let next = self.byte(end);
        if !plain {
            return self.as_written(start, end);
        }
        if end == self.bytes.len() || needless(before, next, line_end.is_some()) {
            return end;
        }
        match line_end {
            // An empty cell at the end of a line stands before the break.
            Some(at) => self.push(b'\n', at, end),
            None => self.push(b' ', start, end),
        }
        // More than one blank before a unit is an error.
        if line_end.is_none() && end - start > 1 && self.number_end == start {
            self.push(b' ', end, end);
        }
        end
    }
}

/// Whether blanks between two marks part nothing that would be read as one without them, and no rule asks for them.
fn needless(before: u8, next: u8, breaks: bool) -> bool {
    let opens = matches!(before, b'(' | b'[' | b'{') || before == b',' && !next.is_ascii_digit();
    if opens || matches!(next, b')' | b']' | b'}') && !(breaks && before == b'|') {
        return true;
    }
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'_' | 0x80..);
    let side = |byte: u8| matches!(byte, b'=' | b'|' | b':');
    !breaks
        && (side(before) && (word(next) || next == b'(')
            || side(next) && (word(before) || matches!(before, b')' | b'%'))
            || matches!(next, b'(' | b'{')
            || before == NAME && next == b'"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::grammar::Rule;
    use crate::syntax::pieces::{recognise, recognise_as_written};
    use crate::syntax::split;

    fn short(text: &str) -> String {
        condense(text).expect("a short text").text
    }

    #[test]
    fn names_numbers_and_texts_become_short_and_words_of_the_grammar_stay() {
        assert_eq!(short("less volume_discount \"Vol\\\"ume\" = 12.50% of running"), "less A\"\"=0% of A");
        assert_eq!(short("option 颜色: 红色 | 蓝 default 红色"), "option A:A|A default A");
        assert_eq!(short("2026-01-31 to 1,250 and 16Mn"), "2026-01-31 to 1,250 and 16Mn");
    }

    #[test]
    fn blanks_that_tell_right_from_wrong_stay() {
        assert_eq!(short("5  EUR\n, 5 EUR [1, 2]"), "0  A\n, 0 A [0, 0]");
        assert_eq!(short("a\n\n  | b\r\n  c |  |"), "a\n|A\nA| |");
        assert_eq!(short("x = -y"), "A= -A");
    }

    #[test]
    fn the_words_are_those_of_the_grammar() {
        let grammar = include_str!("../../grammar/tarif.pest");
        let mut words: Vec<&str> = Vec::new();
        for line in grammar.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let quoted = line.split('"').skip(1).step_by(2);
            words.extend(
                quoted.filter(|it| it.len() > 1 && it.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')),
            );
        }
        words.sort_unstable();
        words.dedup();
        assert_eq!(words, WORDS);
        assert!(words.iter().all(|word| is_known(word.as_bytes()) && word.len() <= LONGEST));
        assert!(!is_known(b"running") && !is_known(b"offer") && !is_known(b"x"));
    }

    /// Texts of the project: worked books, and what people write wrong.
    fn texts() -> Vec<String> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let (mut folders, mut texts) = (vec![root.join("rules"), root.join("tests")], Vec::new());
        while let Some(folder) = folders.pop() {
            let mut inside: Vec<_> =
                folder.read_dir().expect("a folder").map(|it| it.expect("an entry").path()).collect();
            inside.sort();
            for path in inside {
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|it| it == "tarif") {
                    let read = std::fs::File::open(&path).and_then(std::io::read_to_string);
                    texts.extend(read.ok().filter(|text| text.len() < 100_000));
                }
            }
        }
        texts
    }

    /// Both readings of a text must agree: in short it parses where it parses as written, to the same pieces.
    #[track_caller]
    fn same_in_short(plain: &str) -> bool {
        let written = recognise_as_written(Rule::only_item, plain);
        let in_short = recognise(Rule::only_item, plain);
        if let Some(in_short) = &in_short {
            let written = written.as_ref().unwrap_or_else(|| panic!("parses in short alone:\n{plain}"));
            let differ =
                in_short.nodes().into_iter().zip(written.nodes()).find(|(short, written)| short != written);
            assert!(differ.is_none(), "{differ:?} in\n{plain}");
        }
        in_short.is_some() == written.is_some()
    }

    #[test]
    fn a_text_in_short_has_the_pieces_of_the_text_as_written() {
        const MARKS: [&str; 24] = [
            " ", "  ", "\n", ",", ", ", ".", "|", " | ", "=", " = ", "-", "<", "\"x\"", "5", "5 EUR", "x",
            "of ", "(", ")", "% ", ":", "or ", "_", "é",
        ];
        let mut seed = 7_u64;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below.max(1)
        };
        let (mut both, mut all) = (0, 0);
        for text in texts() {
            for item in split(&text) {
                let prepared = crate::syntax::prepare::prepare(
                    text.get(item.start..item.end).unwrap_or(""),
                    crate::source::FileId(0),
                    0,
                );
                if prepared.too_deep || prepared.depth > 20 {
                    continue;
                }
                let plain = prepared.plain.into_owned();
                all += 1;
                both += usize::from(same_in_short(&plain));
                for _ in 0..6 {
                    let bounds: Vec<usize> = plain.char_indices().map(|(at, _)| at).collect();
                    let at = bounds[random(bounds.len())];
                    let mark = MARKS[random(MARKS.len())];
                    let rest = &plain[at..];
                    let rest = match random(3) {
                        0 => rest,
                        1 => rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or(""),
                        _ => rest.trim_start(),
                    };
                    let slip = [&plain[..at], if random(4) == 0 { "" } else { mark }, rest].concat();
                    same_in_short(&slip);
                }
            }
        }
        assert!(all > 1_000 && both == all, "{both} of {all} are read in short alike");
    }
}
