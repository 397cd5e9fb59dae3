//! What the grammar recognised, as one flat list: each piece with its rule, its place, and where the next begins.
//!
//! pest's own pairs count references and lines with every step; these are copied like numbers. Places are those
//! of the prepared text, whatever text the grammar saw, and end with the last word, not with blanks behind it.

use pest::iterators::Pairs;
use pest::{Parser, Token};

use super::condense::condense;
use super::grammar::{Grammar, Rule};

/// One piece of the list.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Node {
    rule: Rule,
    start: u32,
    end: u32,
    /// The index of the first piece that is not inside this one.
    next: u32,
}

/// What was recognised in a text.
pub(super) struct Recognised<'t> {
    text: &'t str,
    nodes: Vec<Node>,
}

/// Recognises a prepared text that begins with blanks or with what the rule wants; nothing if it does not parse.
///
/// The grammar sees the text in short. What it refuses in short is for the caller to try as it is written.
pub(super) fn recognise(rule: Rule, plain: &str) -> Option<Recognised<'_>> {
    let short = condense(plain)?;
    let pairs = Grammar::parse(rule, &short.text).ok()?;
    let start = |at: usize| short.places.get(at).map_or(plain.len(), |place| place.0 as usize);
    let bytes = short.text.as_bytes();
    let end = |at: usize| match bytes
        .get(..at)
        .map(<[u8]>::trim_ascii_end)
        .and_then(|it| it.len().checked_sub(1))
    {
        Some(last) => short.places.get(last).map_or(plain.len(), |place| place.1 as usize),
        None => 0,
    };
    Some(Recognised { text: plain, nodes: nodes(pairs, start, end) })
}

/// Recognises a prepared text as it is written.
pub(super) fn recognise_as_written(rule: Rule, plain: &str) -> Option<Recognised<'_>> {
    let pairs = Grammar::parse(rule, plain).ok()?;
    let end = |at: usize| plain.as_bytes().get(..at).map_or(at, |before| before.trim_ascii_end().len());
    Some(Recognised { text: plain, nodes: nodes(pairs, |at| at, end) })
}

fn nodes(pairs: Pairs<'_, Rule>, start: impl Fn(usize) -> usize, end: impl Fn(usize) -> usize) -> Vec<Node> {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let tokens = pairs.tokens();
    let mut nodes: Vec<Node> = Vec::with_capacity(tokens.len() / 2);
    let mut open: Vec<usize> = Vec::with_capacity(32);
    for token in tokens {
        match token {
            Token::Start { rule, pos } => {
                open.push(nodes.len());
                let start = number(start(pos.pos()));
                nodes.push(Node { rule, start, end: start, next: 0 });
            }
            Token::End { pos, .. } => {
                let next = number(nodes.len());
                if let Some(node) = open.pop().and_then(|at| nodes.get_mut(at)) {
                    node.end = number(end(pos.pos())).max(node.start);
                    node.next = next;
                }
            }
        }
    }
    nodes
}

impl Recognised<'_> {
    /// All pieces with their rules and places, for comparing.
    #[cfg(test)]
    pub fn nodes(&self) -> Vec<(Rule, &str, u32, u32)> {
        let written = |node: &Node| self.text.get(node.start as usize..node.end as usize).unwrap_or("");
        self.nodes.iter().map(|node| (node.rule, written(node), node.start, node.next)).collect()
    }

    /// The outermost pieces.
    pub fn pieces(&self) -> Pieces<'_> {
        let end = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        Pieces { nodes: &self.nodes, text: self.text, at: 0, end }
    }
}

/// One piece that the grammar recognised.
#[derive(Clone, Copy)]
pub(super) struct Piece<'t> {
    nodes: &'t [Node],
    text: &'t str,
    node: Node,
    at: u32,
}

impl<'t> Piece<'t> {
    /// The rule that recognised it.
    pub fn as_rule(&self) -> Rule {
        self.node.rule
    }

    /// The offset of its first byte in the prepared text.
    pub fn start(&self) -> usize {
        self.node.start as usize
    }

    /// The offset behind its last word.
    pub fn end(&self) -> usize {
        self.node.end as usize
    }

    /// As it is written, without blanks behind the last word.
    pub fn as_str(&self) -> &'t str {
        self.text.get(self.start()..self.end()).unwrap_or("")
    }

    /// The pieces it is made of.
    pub fn into_inner(self) -> Pieces<'t> {
        Pieces { nodes: self.nodes, text: self.text, at: self.at + 1, end: self.node.next }
    }
}

/// Pieces side by side, in the order of the text.
#[derive(Clone, Copy)]
pub(super) struct Pieces<'t> {
    nodes: &'t [Node],
    text: &'t str,
    at: u32,
    end: u32,
}

impl<'t> Pieces<'t> {
    /// The next piece, without passing it.
    pub fn peek(&self) -> Option<Piece<'t>> {
        if self.at >= self.end {
            return None;
        }
        let node = *self.nodes.get(self.at as usize)?;
        Some(Piece { nodes: self.nodes, text: self.text, node, at: self.at })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.count()
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        let piece = self.peek()?;
        self.at = piece.node.next;
        Some(piece)
    }
}
