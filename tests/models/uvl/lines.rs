//! Text as lines of words: comments are gone, and what stands in open brackets is one line.

use super::{Refused, refuse};

/// A line that says something.
#[derive(Debug)]
pub struct Line {
    /// Where it begins, from 1.
    pub number: usize,
    /// The blanks before it.
    pub indent: String,
    pub words: Vec<Word>,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// A name or a number, as it is or in double quotes.
    Name { text: String, quoted: bool },
    /// A text in single quotes.
    Text,
    /// An operator or a bracket.
    Mark(&'static str),
}

impl Word {
    /// Whether it is this name, without quotes.
    pub fn is(&self, name: &str) -> bool {
        matches!(self, Word::Name { text, quoted: false } if text == name)
    }

    pub fn is_mark(&self, mark: &str) -> bool {
        matches!(self, Word::Mark(found) if *found == mark)
    }

    pub fn shown(&self) -> &str {
        match self {
            Word::Name { text, .. } => text,
            Word::Text => "'…'",
            Word::Mark(mark) => mark,
        }
    }
}

/// Longer ones first.
const MARKS: [&str; 26] = [
    "<=>", "=>", "==", "!=", "<=", ">=", "..", "(", ")", "[", "]", "{", "}", "!", "&", "|", "<", ">", "=",
    ",", ".", "+", "-", "*", "/", ":",
];

/// Parts a text into lines of words.
pub fn lines(text: &str) -> Result<Vec<Line>, Refused> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut scan = Scan { rest: text, number: 1, open: 0, lines: Vec::new() };
    while !scan.rest.is_empty() {
        scan.line()?;
    }
    match scan.open {
        0 => Ok(scan.lines),
        _ => refuse(scan.number, "a bracket is not closed"),
    }
}

struct Scan<'t> {
    rest: &'t str,
    number: usize,
    open: usize,
    lines: Vec<Line>,
}

impl Scan<'_> {
    fn line(&mut self) -> Result<(), Refused> {
        let blanks = self.rest.len() - self.rest.trim_start_matches([' ', '\t']).len();
        let (indent, rest) = self.rest.split_at(blanks);
        let mut line = Line { number: self.number, indent: indent.to_owned(), words: Vec::new() };
        self.rest = rest;
        while let Some(next) = self.rest.chars().next() {
            match next {
                '\n' => {
                    self.pass(1);
                    self.number += 1;
                    if self.open == 0 {
                        break;
                    }
                }
                _ if next.is_whitespace() => self.pass(next.len_utf8()),
                _ if self.rest.starts_with("//") => {
                    self.pass(self.rest.find('\n').unwrap_or(self.rest.len()))
                }
                _ if self.rest.starts_with("/*") => self.block_comment()?,
                _ => {
                    let word = self.word(next)?;
                    line.words.push(word);
                }
            }
        }
        if !line.words.is_empty() {
            self.lines.push(line);
        }
        Ok(())
    }

    fn pass(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn block_comment(&mut self) -> Result<(), Refused> {
        let Some(end) = self.rest.find("*/") else { return refuse(self.number, "a comment is not closed") };
        self.number += self.rest[..end].matches('\n').count();
        self.pass(end + 2);
        Ok(())
    }

    fn word(&mut self, next: char) -> Result<Word, Refused> {
        if next == '"' || next == '\'' {
            let inside = &self.rest[1..];
            let end = inside.find([next, '\n']).filter(|at| inside[*at..].starts_with(next));
            let Some(end) = end else { return refuse(self.number, "a quote is not closed") };
            let text = inside[..end].to_owned();
            self.pass(end + 2);
            return Ok(if next == '"' { Word::Name { text, quoted: true } } else { Word::Text });
        }
        if is_part_of_name(next) {
            let end =
                self.rest.find(|found| !is_part_of_name(found) && found != '\'').unwrap_or(self.rest.len());
            let text = self.rest[..end].to_owned();
            self.pass(end);
            return Ok(Word::Name { text, quoted: false });
        }
        let Some(mark) = MARKS.iter().find(|mark| self.rest.starts_with(**mark)) else {
            return refuse(
                self.number,
                format!("`{next}` is not understood here; names with such marks are quoted"),
            );
        };
        self.pass(mark.len());
        match *mark {
            "(" | "[" | "{" => self.open += 1,
            ")" | "]" | "}" => match self.open.checked_sub(1) {
                Some(open) => self.open = open,
                None => return refuse(self.number, format!("`{mark}` closes nothing")),
            },
            _ => {}
        }
        Ok(Word::Mark(mark))
    }
}

fn is_part_of_name(found: char) -> bool {
    found.is_alphanumeric() || matches!(found, '_' | '#' | '§' | '%' | '?' | '\\' | ';' | '$' | '@')
}
