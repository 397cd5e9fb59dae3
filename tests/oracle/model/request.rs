//! What a request says.

use super::Val;
use crate::number::Day;

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub as_of: Day,
    pub currency: Option<String>,
    /// Context, fields.
    pub contexts: Vec<(String, Vec<(String, Given)>)>,
    pub facts: Vec<(String, Given)>,
    /// Index, value, date.
    pub market: Vec<(String, Given, Option<Day>)>,
    /// Entries of the quote.
    pub entries: Vec<(String, Given)>,
    pub reason: bool,
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug)]
pub struct Line {
    pub product: String,
    pub quantity: Given,
    pub options: Vec<(String, Given)>,
    /// What is said of the line itself: entries, and what comes with it.
    pub entries: Vec<(String, Given)>,
    pub reason: bool,
    /// What it says of its parts.
    pub parts: Vec<(String, Said)>,
}

/// What a line says of a part.
#[derive(Clone, Debug)]
pub enum Said {
    /// So many without choices.
    Count(i64),
    /// Each with how many alike ones there are, if that is said; their own quantity means nothing.
    Pieces(Vec<(Option<i64>, Line)>),
}

/// A value of a request: how the JSON has it, and what it is.
#[derive(Clone, Debug)]
pub struct Given {
    pub json: String,
    pub value: Val,
}
