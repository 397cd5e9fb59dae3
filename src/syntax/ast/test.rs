//! Tests and properties as written.

use super::{Expr, Literal, Name, Text};
use crate::source::Span;
use crate::value::Date;

/// `test "…" { as_of …  market …  given …  line …  expect … }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Test {
    /// Its sentence.
    pub title: Text,
    /// The request, written out.
    pub as_of: Option<Date>,
    /// Where `as_of` stands.
    pub as_of_at: Option<Span>,
    /// `currency EUR`, where the request chooses it
    pub currency: Option<Name>,
    /// `market q235 = 4.10 CNY/kg`, `market q235 = 4.10 CNY/kg on 2026-02-09`
    pub market: Vec<MarketValue>,
    /// `given customer { level = gold }`
    pub contexts: Vec<GivenContext>,
    /// `given prior = 3 kWh`
    pub facts: Vec<Assign>,
    /// `discount = 4%` at the level of the quote: quote entries
    pub entries: Vec<Assign>,
    /// `line press { … }`
    pub lines: Vec<TestLine>,
    /// `expect …`
    pub expectations: Vec<Expectation>,
}

/// `market q235 = 4.10 CNY/kg on 2026-02-09`, `market USD to CNY = 7.10`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MarketValue {
    /// The index, or the currency that is exchanged.
    pub name: Name,
    /// `to CNY`: an exchange rate.
    pub to: Option<Name>,
    /// Its value.
    pub value: Literal,
    /// Its date; `as_of` when left out.
    pub on: Option<Date>,
    /// The whole.
    pub span: Span,
}

/// `given customer { level = gold, region = east }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GivenContext {
    /// The context.
    pub name: Name,
    /// Its fields.
    pub fields: Vec<Assign>,
}

/// `name = value` in a test: literals, lists of literals, and lists of elements with fields.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assign {
    /// What is set.
    pub name: Name,
    /// One value, or the values of a list.
    pub value: AssignValue,
}

/// The right side of an assignment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AssignValue {
    /// `gold`, `4%`
    One(Literal),
    /// `[a, b]`
    Many(Vec<Literal>, Span),
    /// `[{ at = 2026-01-03, amount = 5 EUR }, …]`
    Elements(Vec<Element>, Span),
}

/// `{ at = 2026-01-03, amount = 5 EUR }`: an element of a list, by its fields.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Element {
    /// Its fields.
    pub fields: Vec<Assign>,
    /// The braces and all between.
    pub span: Span,
}

impl AssignValue {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            AssignValue::One(value) => value.span,
            AssignValue::Many(_, span) | AssignValue::Elements(_, span) => *span,
        }
    }
}

/// `line a: press from workshop { quantity = 3, force = 160 tf, discount = 4%, reason = "loyal" }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TestLine {
    /// The name by which `expect` speaks of it.
    pub name: Option<Name>,
    /// The product.
    pub product: Name,
    /// `from workshop`: the preset that it starts from.
    pub preset: Option<Name>,
    /// Quantity, options, entries, `reason`, and parts by their number.
    pub fields: Vec<Assign>,
    /// The pieces of its parts.
    pub pieces: Vec<TestPiece>,
    /// The line.
    pub span: Span,
}

/// `part big: dies { size = large, quantity = 2 }`: alike pieces of a part of a test's line, or of a preset.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TestPiece {
    /// The name by which `expect` speaks of it.
    pub name: Option<Name>,
    /// The part.
    pub part: Name,
    /// Quantity, options, entries, `reason`, and parts by their number.
    pub fields: Vec<Assign>,
    /// The pieces of its own parts.
    pub pieces: Vec<TestPiece>,
    /// The whole.
    pub span: Span,
}

/// `expect unit.list = 224_000 CNY`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Expectation {
    /// What must hold: most often a comparison of a figure with a literal.
    pub condition: Expr,
    /// The expectation.
    pub span: Span,
}

/// `always "nothing is sold below cost" for machines: line.net >= line.cost`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Always {
    /// Its sentence.
    pub title: Text,
    /// Only lines of that family or product.
    pub narrowed_to: Option<Name>,
    /// What must hold for every line (or for the quote).
    pub condition: Expr,
}
