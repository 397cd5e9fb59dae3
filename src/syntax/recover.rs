//! All that is wrong with one declaration, instead of the first thing only.
//!
//! A declaration that does not parse is cut into its members, steps, fields or rows, by lines and brackets;
//! each is parsed alone, those that fail are reported and blanked out, and what remains is parsed as the
//! declaration it still is.

use pest::Parser;

use super::RESERVED;
use super::explain::explain;
use super::grammar::{Grammar, Rule};
use super::prepare::{end_of_line, end_of_text, span};
use super::split::first_word;
use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// So many problems of one declaration are told; more help nobody.
const MOST_PROBLEMS: usize = 100;

/// What is left of a declaration.
pub(super) struct Recovered {
    /// The text with the pieces that failed blanked out, as long as the text.
    pub plain: String,
    /// A problem for each of them.
    pub problems: Vec<Diagnostic>,
}

/// Finds the pieces of a declaration that do not parse; the text begins at `base` of the file.
pub(super) fn recover(plain: &str, file: FileId, base: u32) -> Recovered {
    let mut search = Search { plain, mended: plain.as_bytes().to_vec(), problems: Vec::new(), file, base };
    let start = plain.len() - plain.trim_start().len();
    let (word, _) = first_word(plain.get(start..).unwrap_or(""));
    if let Some((from, to)) = body(plain, start, plain.len())
        && let Some(block) = Block::of(word, plain.get(from..to).unwrap_or(""))
    {
        search.block(block, from, to);
    }
    let Search { mended, problems, .. } = search;
    let plain = String::from_utf8(mended).unwrap_or_else(|_| plain.to_owned());
    Recovered { plain, problems }
}

/// What a block is made of.
#[derive(Clone, Copy, PartialEq)]
enum Block {
    Members,
    Fields,
    Components,
    PriceParts,
    Steps,
    Claims,
    QuoteParts,
    Approvals,
    Ladder,
    TestParts,
    Questions,
    Effects,
    Assigns,
    Rows,
    GridRows,
    Tiers,
}

const MEMBERS: &[&str] = &[
    "alert", "allow", "cost", "exclude", "given", "let", "option", "part", "parts", "quantity", "require",
    "suggest",
];
const PRICE_PARTS: &[&str] = &["entry", "per"];
const STEPS: &[&str] = &[
    "add", "all", "best", "cap", "charge", "claims", "each", "first", "floor", "gift", "less", "let", "list",
    "payable", "round", "subtotal", "tax", "taxes", "worst",
];
const CLAIMS: &[&str] = &["less"];
const QUOTE_PARTS: &[&str] = &["alert", "entry", "exclude", "follow", "hide", "require", "valid"];
const APPROVALS: &[&str] = &["ask", "ladder", "level", "reject", "reviewer", "route", "skip"];
const TEST_PARTS: &[&str] = &["as_of", "currency", "expect", "given", "line", "market"];

const QUESTIONS: &[&str] = &["question"];
const EFFECTS: &[&str] = &["recommend", "require", "set"];

/// Words that go on with what a line before began.
const CLAUSES: &[&str] = &[
    "at", "largest", "max_age", "may", "needs", "offset", "on", "parallel", "partly", "reason", "repeat",
    "spread", "starts", "untaxed", "visible", "within",
];

impl Block {
    /// The block of the declaration, member or step that begins with `word`.
    fn of(word: &str, body: &str) -> Option<Block> {
        Some(match word {
            "product" | "family" => Block::Members,
            "context" => Block::Fields,
            "price" => Block::PriceParts,
            "quote" => Block::QuoteParts,
            "approvals" => Block::Approvals,
            "ladder" => Block::Ladder,
            "test" => Block::TestParts,
            "guide" => Block::Questions,
            "question" => Block::Effects,
            "preset" | "part" => Block::Assigns,
            "table" if has_bars(body) => Block::GridRows,
            "table" => Block::Rows,
            "tiers" => Block::Tiers,
            "cost" => Block::Components,
            "per" | "best" | "worst" | "first" | "all" | "each" | "taxes" | "payable" => Block::Steps,
            "claims" => Block::Claims,
            _ => return None,
        })
    }

    fn rule(self) -> Rule {
        match self {
            Block::Members => Rule::only_members,
            Block::Fields => Rule::only_fields,
            Block::Components => Rule::only_components,
            Block::PriceParts => Rule::only_price_parts,
            Block::Steps => Rule::only_steps,
            Block::Claims => Rule::only_claims,
            Block::QuoteParts => Rule::only_quote_parts,
            Block::Approvals => Rule::only_approvals,
            Block::Ladder => Rule::only_ladder,
            Block::TestParts => Rule::only_test_parts,
            Block::Questions => Rule::only_questions,
            Block::Effects => Rule::only_effects,
            Block::Assigns => Rule::only_assigns,
            Block::Rows => Rule::only_rows,
            Block::GridRows => Rule::only_grid_row,
            Block::Tiers => Rule::only_tiers,
        }
    }

    fn begins_with(self, word: &str) -> bool {
        let lists: &[&[&str]] = match self {
            Block::Members => &[MEMBERS],
            Block::PriceParts => &[PRICE_PARTS],
            Block::Steps => &[STEPS],
            Block::Claims => &[CLAIMS],
            Block::QuoteParts => &[STEPS, QUOTE_PARTS],
            Block::Approvals | Block::Ladder => &[APPROVALS],
            Block::TestParts => &[TEST_PARTS],
            Block::Questions => &[QUESTIONS],
            Block::Effects => &[EFFECTS],
            _ => &[],
        };
        lists.iter().any(|list| list.contains(&word))
    }

    /// Whether a line, at the depth of the block, begins a new piece.
    fn begins(self, line: &str) -> bool {
        if matches!(self, Block::GridRows | Block::Rows | Block::Tiers) {
            return true;
        }
        let (word, rest) = first_word(line);
        if word.is_empty() || RESERVED.contains(&word) {
            return false;
        }
        if self.begins_with(word) {
            return true;
        }
        let rest = rest.trim_start_matches([' ', '\t']);
        let behind_label = match rest.strip_prefix('"') {
            Some(_) => end_of_text(rest, '"', 1).and_then(|(_, end)| rest.get(end..)).unwrap_or(""),
            None => rest,
        };
        let mark = behind_label.trim_start_matches([' ', '\t']).chars().next();
        match self {
            Block::Fields => mark == Some(':'),
            Block::Components => mark == Some('='),
            Block::Assigns => word == "part" || mark == Some('='),
            // `steel or aluminium: …`
            Block::Effects => line.split('"').next().is_some_and(|before| before.contains(':')),
            Block::TestParts if mark == Some('=') => true,
            // `optoin force: …`: two words side by side go on with nothing.
            _ => {
                let (next, _) = first_word(rest);
                let clause = CLAUSES.contains(&word) || next.is_empty() || RESERVED.contains(&next);
                !clause && (rest.starts_with('"') || next.starts_with(char::is_alphabetic))
            }
        }
    }

    /// What the messages are told the piece is.
    fn within(self, word: &str) -> &str {
        match self {
            Block::Fields => "field",
            Block::Claims => "claim",
            Block::Components => "component",
            Block::Effects if !EFFECTS.contains(&word) => "case",
            Block::Rows | Block::GridRows => "row",
            Block::Tiers => "tier",
            _ => word,
        }
    }
}

/// Whether a `|` stands outside quotes.
fn has_bars(text: &str) -> bool {
    let mut marks = Marks { text, at: 0, end: text.len() };
    marks.any(|(_, byte)| byte == b'|')
}

/// The bytes of a text outside quotes.
struct Marks<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl Iterator for Marks<'_> {
    type Item = (usize, u8);

    fn next(&mut self) -> Option<(usize, u8)> {
        while self.at < self.end {
            let at = self.at;
            let byte = *self.text.as_bytes().get(at)?;
            if byte == b'"' {
                let end = end_of_text(self.text, '"', at + 1).map(|(_, end)| end);
                self.at = end.unwrap_or_else(|| end_of_line(self.text, at)).max(at + 1);
                continue;
            }
            self.at += 1;
            return Some((at, byte));
        }
        None
    }
}

/// The inside of the last braces of `start..end` that stand in no other brackets.
fn body(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let (mut depth, mut open, mut found) = (0_usize, None, None);
    for (at, byte) in (Marks { text, at: start, end }) {
        match byte {
            b'{' | b'(' | b'[' => {
                if depth == 0 {
                    open = (byte == b'{').then_some(at + 1);
                }
                depth += 1;
            }
            b'}' | b')' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0
                    && let Some(from) = open.take()
                {
                    found = Some((from, at));
                }
            }
            _ => {}
        }
    }
    found
}

struct Search<'t> {
    plain: &'t str,
    mended: Vec<u8>,
    problems: Vec<Diagnostic>,
    file: FileId,
    base: u32,
}

impl Search<'_> {
    /// Looks at each piece of the block `from..to`.
    fn block(&mut self, block: Block, from: usize, to: usize) {
        for (start, end) in pieces(self.plain, block, from, to) {
            if self.problems.len() >= MOST_PROBLEMS {
                return;
            }
            self.piece(block, start, end);
        }
    }

    fn piece(&mut self, block: Block, start: usize, end: usize) {
        let text = self.plain.get(start..end).unwrap_or("");
        let rule = block.rule();
        if Grammar::parse(rule, text).is_ok() {
            return;
        }
        let (word, _) = first_word(text);
        let known = self.problems.len();
        if let Some((from, to)) = body(self.plain, start, end)
            && let Some(inner) = Block::of(word, "")
        {
            self.block(inner, from, to);
        }
        let mended = self.mended.get(start..end).map(String::from_utf8_lossy).unwrap_or_default();
        if self.problems.len() > known && Grammar::parse(rule, &mended).is_ok() {
            return;
        }
        let at = span(self.file, self.base, start, start).start;
        self.problems.push(explain(rule, &mended, block.within(word), self.file, at));
        if let Some(bytes) = self.mended.get_mut(start..end) {
            bytes.fill(b' ');
        }
    }
}

/// The pieces of a block: each from a line that begins one to the next such line.
fn pieces(text: &str, block: Block, from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut starts = Vec::new();
    let mut depth = 0_usize;
    let mut line_begins = true;
    // A row goes on over line breaks until its `:` has come.
    let mut complete = true;
    for (at, byte) in (Marks { text, at: from, end: to }) {
        match byte {
            b'\n' => line_begins = true,
            b' ' | b'\t' | b'\r' => {}
            _ => {
                if line_begins && depth == 0 {
                    let line = text.get(at..end_of_line(text, at).min(to)).unwrap_or("");
                    if starts.is_empty() || complete && block.begins(line) {
                        // A text in quotes that the line begins with has been passed over.
                        let line_start =
                            text.get(from..at).and_then(|it| it.rfind('\n')).map_or(from, |it| from + it + 1);
                        let blanks =
                            text.get(line_start..at).map_or(0, |it| it.len() - it.trim_start().len());
                        starts.push(line_start + blanks);
                        complete = !matches!(block, Block::Rows | Block::Tiers);
                    }
                }
                line_begins = false;
                complete |= byte == b':';
                match byte {
                    b'{' | b'(' | b'[' => depth += 1,
                    b'}' | b')' | b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }
    let ends = starts.iter().skip(1).copied().chain([to]);
    let trimmed = |start: usize, end: usize| start + text.get(start..end).unwrap_or("").trim_end().len();
    starts.iter().zip(ends).map(|(start, end)| (*start, trimmed(*start, end))).collect()
}
