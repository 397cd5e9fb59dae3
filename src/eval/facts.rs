//! What a request says, in the types of the book.

use super::fault::Gap;
use super::layout::Cell;
use super::run::Day;
use crate::ir::{Name, Value};
use crate::value::Exact;

/// A request held against the book: every name known, every value of its type.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The day, the currency, the exchange rates.
    pub day: Day,
    /// One cell an input, as [`Plan::find_input`](super::Plan::find_input) numbers them.
    pub inputs: Vec<Cell>,
    /// What formulas meet and read is kept, so that somebody can be told how the figures came about.
    pub explained: bool,
    /// The request gives a reason for the quote's entries.
    pub has_reason: bool,
    /// What is wrong with the quote's entries: values outside their range.
    pub faults: Vec<Gap>,
    /// One value an entry of the quote, in the order of the book.
    pub entries: Vec<Given>,
    /// The lines, each followed by the pieces of its parts and these by theirs.
    pub lines: Vec<LineFacts>,
}

impl Facts {
    /// The line of the request that a line is a piece of; none for a line of the request.
    pub(super) fn bundle_of(&self, line: &LineFacts) -> Option<&LineFacts> {
        self.lines.get(self.bundle_at(line)?)
    }

    /// Its position among the lines.
    pub(super) fn bundle_at(&self, line: &LineFacts) -> Option<usize> {
        let mut at = line.piece.as_ref()?.of;
        // What something is a piece of stands before it, so this ends.
        while let Some(piece) = &self.lines.get(at)?.piece {
            at = piece.of;
        }
        Some(at)
    }
}

/// A line of a request, or a piece of one, held against its product.
#[derive(Clone, Debug)]
pub struct LineFacts {
    /// Its own id, or that of what it is a part of with its place: `1.dies[2]`.
    pub id: String,
    /// Why an entry differs from its default.
    pub reason: Option<String>,
    /// The product's position in the book.
    pub product: u32,
    /// How many, or how much.
    pub quantity: Given,
    /// One choice an option, in the order of the product.
    pub options: Vec<Given>,
    /// The preset that it starts from, by its position in the book.
    pub preset: Option<usize>,
    /// One value an entry, in the order of the waterfall.
    pub entries: Vec<Given>,
    /// The line gives a reason for its entries.
    pub has_reason: bool,
    /// Where the line stands in the request: `lines[0]`.
    pub path: String,
    /// What it is a piece of; none for a line of the request.
    pub piece: Option<PieceFacts>,
    /// What the request says of the parts, in the order of the product.
    pub parts: Vec<PartFacts>,
}

/// What alike pieces belong to.
#[derive(Clone, Debug)]
pub struct PieceFacts {
    /// The position of what they are a part of, among the lines.
    pub of: usize,
    /// How many one of it has.
    pub count: Exact,
    /// They are a line of their own.
    pub priced: bool,
    /// As seen from the line of the request: `dies[2]`, `dies[2].pins[1]`.
    pub place: Name,
}

/// What a request says of a part.
#[derive(Clone, Debug, Default)]
pub struct PartFacts {
    /// It says something.
    pub said: bool,
    /// The positions of the pieces among the lines. Where the request is silent and there must be so many,
    /// they stand here all the same.
    pub pieces: Vec<usize>,
}

/// What a request says of one input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Given {
    /// Nothing.
    #[default]
    Silent,
    /// This.
    Value(Value),
    /// This, which is outside of what is allowed and can be reckoned with all the same.
    Doubtful(Exact, Gap),
    /// Something that cannot be reckoned with.
    Bad(Gap),
    /// Nothing, and the preset that the line starts from has this for an option, where that exists.
    Preset(Result<Value, Gap>),
}
