//! Conditions of any length as the text of a price book: no chain is too long and no bracket too deep.

/// A condition.
#[derive(Clone, Debug)]
pub enum Formula {
    /// A word, or a call.
    Word(String),
    /// Two things compared.
    Compared(String),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
    Implies(Box<Formula>, Box<Formula>),
    Same(Box<Formula>, Box<Formula>),
}

/// How many operands stand in one chain; the language knows a limit for chains as it does for brackets.
const CHAIN: usize = 40;

/// How high a condition may grow before a part of it gets a name of its own.
const HEIGHT: usize = 100;

/// Texts of conditions, and the parts that they need beside them.
#[derive(Default)]
pub struct Writer {
    /// Each with the text of its value; every one speaks of those above it only.
    pub parts: Vec<(String, String)>,
}

struct Said {
    text: String,
    kind: Kind,
    height: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Word,
    Compared,
    Not,
    Compound,
}

impl Writer {
    /// The text of a condition. `name` gives parts that have to stand alone a name.
    pub fn text(&mut self, formula: &Formula, name: &mut dyn FnMut() -> String) -> String {
        self.said(formula, name).text
    }

    fn said(&mut self, formula: &Formula, name: &mut dyn FnMut() -> String) -> Said {
        let said = match formula {
            Formula::Word(text) => Said { text: text.clone(), kind: Kind::Word, height: 1 },
            Formula::Compared(text) => Said { text: text.clone(), kind: Kind::Compared, height: 2 },
            Formula::Not(of) => {
                let of = self.said(of, name);
                let inside = bracketed(&of, of.kind == Kind::Compound || of.kind == Kind::Not);
                Said { text: format!("not {inside}"), kind: Kind::Not, height: of.height + 2 }
            }
            Formula::All(of) => self.chain(of, "and", name),
            Formula::Any(of) => self.chain(of, "or", name),
            Formula::Implies(if_so, then) => self.pair(if_so, "implies", then, name),
            Formula::Same(left, right) => self.pair(left, "=", right, name),
        };
        if said.height <= HEIGHT {
            return said;
        }
        let part = name();
        self.parts.push((part.clone(), said.text));
        Said { text: part, kind: Kind::Word, height: 1 }
    }

    fn chain(&mut self, of: &[Formula], word: &str, name: &mut dyn FnMut() -> String) -> Said {
        match of {
            [] => {
                let nothing = if word == "and" { "true" } else { "false" };
                return Said { text: nothing.to_owned(), kind: Kind::Word, height: 1 };
            }
            [only] => return self.said(only, name),
            _ => {}
        }
        let operands: Vec<Said> = if of.len() <= CHAIN {
            of.iter().map(|one| self.said(one, name)).collect()
        } else {
            of.chunks(of.len().div_ceil(CHAIN)).map(|some| self.chain(some, word, name)).collect()
        };
        let height = operands.iter().map(|one| one.height).max().unwrap_or(0) + operands.len() + 1;
        let texts: Vec<String> =
            operands.iter().map(|one| bracketed(one, one.kind == Kind::Compound)).collect();
        Said { text: texts.join(&format!(" {word} ")), kind: Kind::Compound, height }
    }

    fn pair(
        &mut self,
        left: &Formula,
        word: &str,
        right: &Formula,
        name: &mut dyn FnMut() -> String,
    ) -> Said {
        let (left, right) = (self.said(left, name), self.said(right, name));
        let height = left.height.max(right.height) + 2;
        let [left, right] = [left, right].map(|one| bracketed(&one, one.kind != Kind::Word));
        Said { text: format!("{left} {word} {right}"), kind: Kind::Compound, height }
    }
}

fn bracketed(said: &Said, needed: bool) -> String {
    if needed { format!("({})", said.text) } else { said.text.clone() }
}

/// A sum of any length.
pub fn summed(terms: &[String]) -> String {
    if terms.len() <= CHAIN {
        return terms.join(" + ");
    }
    let parts = terms.chunks(terms.len().div_ceil(CHAIN)).map(|some| format!("({})", summed(some)));
    parts.collect::<Vec<_>>().join(" + ")
}
