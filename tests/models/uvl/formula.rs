//! Formulas over features: `!`, `&`, `|`, `=>`, `<=>`, loosest last.

use super::lines::Word;
use super::{Refused, refuse};

/// A formula over names of features.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    Feature(String),
    Truth(bool),
    Not(Box<Tree>),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Implies(Box<Tree>, Box<Tree>),
    Same(Box<Tree>, Box<Tree>),
}

/// How deep brackets are followed.
const DEEPEST: usize = 500;

/// Reads a formula that takes all of the words.
pub fn read(words: &[Word], line: usize) -> Result<Tree, Refused> {
    let mut reader = Reader { words, line, depth: 0 };
    let tree = reader.same()?;
    match reader.words.first() {
        None => Ok(tree),
        Some(word) => reader.unknown(word),
    }
}

struct Reader<'w> {
    words: &'w [Word],
    line: usize,
    depth: usize,
}

impl Reader<'_> {
    fn same(&mut self) -> Result<Tree, Refused> {
        let mut left = self.implies()?;
        while self.passes("<=>") {
            left = Tree::Same(Box::new(left), Box::new(self.implies()?));
        }
        Ok(left)
    }

    fn implies(&mut self) -> Result<Tree, Refused> {
        let mut left = self.any()?;
        while self.passes("=>") {
            left = Tree::Implies(Box::new(left), Box::new(self.any()?));
        }
        Ok(left)
    }

    fn any(&mut self) -> Result<Tree, Refused> {
        let mut of = vec![self.all()?];
        while self.passes("|") {
            of.push(self.all()?);
        }
        Ok(alone_or(of, Tree::Any))
    }

    fn all(&mut self) -> Result<Tree, Refused> {
        let mut of = vec![self.not()?];
        while self.passes("&") {
            of.push(self.not()?);
        }
        Ok(alone_or(of, Tree::All))
    }

    fn not(&mut self) -> Result<Tree, Refused> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return refuse(self.line, format!("more than {DEEPEST} brackets are open"));
        }
        let tree = if self.passes("!") {
            Tree::Not(Box::new(self.not()?))
        } else if self.passes("(") {
            let inside = self.same()?;
            if !self.passes(")") {
                return match self.words.first() {
                    Some(word) => self.unknown(word),
                    None => refuse(self.line, "the formula ends inside a bracket"),
                };
            }
            inside
        } else {
            self.feature()?
        };
        self.depth -= 1;
        Ok(tree)
    }

    fn feature(&mut self) -> Result<Tree, Refused> {
        let (word, rest) = match self.words.split_first() {
            Some((Word::Name { text, quoted }, rest)) => ((text.as_str(), *quoted), rest),
            Some((word, _)) => return self.unknown(word),
            None => return refuse(self.line, "the formula ends where a feature was expected"),
        };
        self.words = rest;
        match word {
            ("true", false) => Ok(Tree::Truth(true)),
            ("false", false) => Ok(Tree::Truth(false)),
            (text, false) if text.chars().all(|digit| digit.is_ascii_digit()) => {
                refuse(self.line, format!("`{text}`: formulas with numbers are not taken"))
            }
            (text, _) => Ok(Tree::Feature(text.to_owned())),
        }
    }

    fn passes(&mut self, mark: &str) -> bool {
        let found = self.words.first().is_some_and(|word| word.is_mark(mark));
        if found {
            self.words = &self.words[1..];
        }
        found
    }

    fn unknown<T>(&self, word: &Word) -> Result<T, Refused> {
        let why = match word {
            Word::Mark("." | "..") => "features of imported models are not taken",
            Word::Mark("(") => "functions over attributes are not taken",
            Word::Mark("==" | "!=" | "<" | ">" | "<=" | ">=" | "+" | "-" | "*" | "/" | "=") | Word::Text => {
                "formulas over numbers, texts and attributes are not taken"
            }
            _ => "not expected here",
        };
        refuse(self.line, format!("`{}`: {why}", word.shown()))
    }
}

fn alone_or(mut of: Vec<Tree>, many: fn(Vec<Tree>) -> Tree) -> Tree {
    match of.len() {
        1 => of.remove(0),
        _ => many(of),
    }
}
