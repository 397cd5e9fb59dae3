//! The checked program: simple, valid by construction. Whoever holds a `Book` need check nothing again.
//!
//! Items refer to each other by name, so that one item's checked form does not change when another is
//! added; `eval` turns names into slots once per book.

pub mod aggregate;
pub mod approval;
pub mod expr;
pub mod guide;
pub mod price;
mod print;
pub mod product;
pub mod quote;
pub mod rounding;
pub mod table;
pub mod ty;

use std::sync::Arc;

pub use aggregate::*;
pub use approval::*;
pub use expr::*;
pub use guide::*;
pub use price::*;
pub use print::print;
pub use product::*;
pub use quote::*;
pub use rounding::*;
pub use table::*;
pub use ty::*;

use crate::source::Span;
use crate::value::{Date, Exact, UnitTable};

/// A whole price book, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Its currency, or the currencies that a request chooses from.
    pub currencies: Vec<Name>,
    /// The request chooses the currency; amounts are then in the unit `money`.
    pub currency_by_request: bool,
    /// The units that requests may write, those of the book among them.
    pub units: UnitTable,
    /// The days for which quotes can be made.
    pub effective: Period,
    /// Hash of all that the book was made from, for quotes to carry: 64 lower-case hexadecimal digits.
    pub hash: Name,
    /// Contexts.
    pub contexts: Vec<Arc<Context>>,
    /// Facts (`given`).
    pub facts: Vec<Arc<Input>>,
    /// Market indexes.
    pub indexes: Vec<Arc<Index>>,
    /// Exchange rates.
    pub exchanges: Vec<Arc<Exchange>>,
    /// Families.
    pub families: Vec<Arc<Family>>,
    /// Products.
    pub products: Vec<Arc<Product>>,
    /// Presets.
    pub presets: Vec<Arc<Preset>>,
    /// Guides.
    pub guides: Vec<Arc<Guide>>,
    /// Tables.
    pub tables: Vec<Arc<Table>>,
    /// Tier schemes.
    pub tiers: Vec<Arc<Tiers>>,
    /// Functions.
    pub defs: Vec<Arc<Def>>,
    /// Waterfalls.
    pub prices: Vec<Arc<Price>>,
    /// The quote's steps.
    pub quote: Arc<Quote>,
    /// Approvals.
    pub approvals: Arc<Approvals>,
    /// Properties.
    pub always: Vec<Arc<Always>>,
    /// Tests.
    pub tests: Vec<Arc<Test>>,
}

/// A market index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Index {
    /// The value that comes with a request.
    pub input: Input,
    /// The greatest age in days at `as_of`; the value then needs a date.
    pub max_age_days: Option<u32>,
}

/// An exchange rate pair: units of `to` for one unit of `from`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exchange {
    /// From this currency …
    pub from: Name,
    /// … to this one.
    pub to: Name,
    /// As for an index.
    pub max_age_days: Option<u32>,
    /// The declaration.
    pub span: Span,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Def {
    /// Its name.
    pub name: Name,
    /// Its parameters' names and types.
    pub parameters: Vec<(Name, Ty)>,
    /// Its value.
    pub body: Formula,
    /// The declaration.
    pub span: Span,
}

/// A test: a request and what is expected of its quote.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Test {
    /// Its sentence.
    pub title: Name,
    /// The day of the quote.
    pub as_of: Date,
    /// The currency that the request chooses.
    pub currency: Option<Name>,
    /// Market values: the index, its value, its date.
    pub market: Vec<(Name, Exact, Date)>,
    /// Exchange rates: from, to, rate, date.
    pub rates: Vec<(Name, Name, Exact, Date)>,
    /// Context, field, value.
    pub contexts: Vec<(Name, Name, Value)>,
    /// Facts.
    pub facts: Vec<(Name, Value)>,
    /// Quote entries.
    pub entries: Vec<(Name, Value)>,
    /// `reason`, for the quote's entries.
    pub reason: Option<Name>,
    /// Lines.
    pub lines: Vec<TestLine>,
    /// The ids of lines and pieces, each line before its pieces, as expectations number them.
    pub subjects: Vec<Name>,
    /// What is expected, with the text it was written in.
    pub expectations: Vec<(Expected, Name, Span)>,
    /// The declaration.
    pub span: Span,
}

/// A line of a test's request, or alike pieces of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TestLine {
    /// Its name, or its number.
    pub id: Name,
    /// Its product.
    pub product: Name,
    /// The preset that it starts from.
    pub preset: Option<Name>,
    /// Its quantity; 1 when left out.
    pub quantity: Exact,
    /// Options.
    pub options: Vec<(Name, Value)>,
    /// Entries.
    pub entries: Vec<(Name, Value)>,
    /// `reason`
    pub reason: Option<Name>,
    /// What is said of its parts, in the order in which they are named first.
    pub parts: Vec<(Name, TestPart)>,
}

/// What a test says of a part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TestPart {
    /// So many pieces, without a choice.
    Count(Exact),
    /// Each piece, or alike ones as one with a quantity. The id of a piece that has no name is that of its line
    /// with its place: `1.dies[2]`.
    Pieces(Vec<TestLine>),
}
