//! A request as it was read: plain data that nothing has been held against the book yet.

use crate::ir::Value;

/// What a customer asks a price for.
///
/// Only the shape is known here. Names, types and units are checked when the request is bound to a book, so
/// that every mistake is found in one place and named with its path, such as `lines[0].options.force`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `id`: comes back on the quote as it is.
    pub id: Option<String>,
    /// `as_of`: the day for which the quote is made.
    pub as_of: Option<Raw>,
    /// `currency`: the choice, in a book with several.
    pub currency: Option<Raw>,
    /// `market`: indexes by name, exchange rates as `USD/CNY`. A figure, or an object with `value` and `date`.
    pub market: Vec<(String, Raw)>,
    /// `reason`: why an entry of the quote differs from its default.
    pub reason: Option<String>,
    /// `author`: the person who makes the quote, whose own signature counts nowhere.
    pub author: Option<String>,
    /// All other fields at the top: contexts, facts and entries of the quote.
    pub fields: Vec<(String, Raw)>,
    /// `lines`
    pub lines: Vec<RequestLine>,
    /// `approved`: requirements of an earlier quote that were signed.
    pub approved: Vec<Signed>,
}

/// A line of a request, or a piece of one, which has no product of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestLine {
    /// `id`; the line's number, from 1, when left out.
    pub id: Option<String>,
    /// `product`
    pub product: Option<Raw>,
    /// `quantity`
    pub quantity: Option<Raw>,
    /// `preset`: the named configuration that the line starts from.
    pub preset: Option<Raw>,
    /// `options`
    pub options: Vec<(String, Raw)>,
    /// `parts`: by the names of parts.
    pub parts: Vec<(String, RequestPart)>,
    /// `reason`: why an entry differs from its default.
    pub reason: Option<String>,
    /// All other fields of the line: entries.
    pub fields: Vec<(String, Raw)>,
}

/// What a request says of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestPart {
    /// So many pieces, without a choice.
    Count(Raw),
    /// Each piece, or alike ones as one with a quantity.
    Pieces(Vec<RequestLine>),
}

/// A value as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raw {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number of the document, as it was written there: `3`, `4.10`, `1e400`.
    Number(String),
    /// A text; it may stand for a number (`"4.10"`, `"160 tf"`, `"8%"`), a date, a choice.
    Text(String),
    /// A list.
    List(Vec<Raw>),
    /// An object, its fields in the order written.
    Object(Vec<(String, Raw)>),
    /// A value of the very type that is asked for, as the tests of a book have them. Its bounds are checked,
    /// its type is not.
    Typed(Value),
}

/// A requirement that somebody signed on an earlier quote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// Who was asked: a level or a reviewer.
    pub who: String,
    /// The person who signed for them.
    pub by: Option<String>,
    /// The rule, as it stood on that quote.
    pub rule: String,
    /// The requirement's hash.
    pub hash: String,
    /// The values that were tested.
    pub tested: Vec<SignedValue>,
}

/// A value that was tested when somebody signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedValue {
    /// The line's id; none for the quote.
    pub line: Option<String>,
    /// What was tested: `line.margin`.
    pub what: String,
    /// Its exact value as the earlier quote wrote it: a number, or any text.
    pub value: String,
    /// The exact threshold that it was held against; none where the earlier quote does not say.
    pub against: Option<String>,
}
