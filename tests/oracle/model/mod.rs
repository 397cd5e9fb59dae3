//! A price book and a request as plain data, as the random generator makes them and the oracle reads them.

mod book;
mod request;
mod walk;

use std::collections::BTreeSet;
use std::rc::Rc;

use super::number::{Day, Mode, Q, size};

pub use book::*;
pub use request::*;

/// The type of a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    Bool,
    Int,
    Number,
    Rate,
    /// A number in a unit; money is a number in a currency.
    Measure(String),
    Choice(Rc<Enum>),
    Set(Rc<Enum>),
    Text,
    Date,
    /// `key of` a table.
    Row(String),
    List(Rc<ListTy>),
}

/// `list of { at: date, amount: EUR } in order`; plain values are fields without a name.
#[derive(Debug, PartialEq)]
pub struct ListTy {
    pub record: bool,
    pub fields: Vec<Input>,
    pub in_order: bool,
}

/// An element of a list, by its fields.
pub type Item = Vec<(String, Val)>;

/// An enumeration, declared by name or written in its place.
#[derive(Debug, PartialEq)]
pub struct Enum {
    pub name: Option<String>,
    pub values: Vec<String>,
    pub ranked: bool,
}

/// A value. Numbers with a unit are in the base unit of their dimension.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    Bool(bool),
    Num(Q),
    /// Part of a whole, not divided yet: a margin.
    Share(Q, Q),
    /// A value of an enumeration, and its rank.
    Word(String, usize),
    Set(BTreeSet<String>),
    Text(String),
    Date(Day),
    List(Rc<Vec<Item>>),
    Absent,
}

/// A value written out. A number is in the unit that is written with it.
#[derive(Clone, Debug, PartialEq)]
pub enum Lit {
    Num(Q, String),
    Rate(Q),
    Bool(bool),
    Word(String, usize),
    Set(BTreeSet<String>),
    Text(String),
    Date(Day),
    /// `[]`, the only default that a list has.
    EmptyList,
}

/// The value that a literal stands for.
pub fn literal(lit: &Lit) -> Val {
    match lit {
        Lit::Num(value, unit) => Val::Num(value * size(unit)),
        Lit::Rate(value) => Val::Num(value.clone()),
        Lit::Bool(value) => Val::Bool(*value),
        Lit::Word(word, rank) => Val::Word(word.clone(), *rank),
        Lit::Set(words) => Val::Set(words.clone()),
        Lit::Text(text) => Val::Text(text.clone()),
        Lit::Date(day) => Val::Date(*day),
        Lit::EmptyList => Val::List(Rc::default()),
    }
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Lit(Lit),
    /// A name as written: `force`, `customer.level`, `unit.cost`.
    Read(String),
    Math(Math, Box<Expr>, Box<Expr>),
    Negate(Box<Expr>),
    Of(Box<Expr>, Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Implies(Box<Expr>, Box<Expr>),
    Not(Box<Expr>),
    /// `x in [a, b]`; `not in` when the flag is set.
    OneOf(Box<Expr>, Vec<Lit>, bool),
    /// `light_curtain in extras`
    Contains(String, String),
    /// `product in machines`, `product = press`
    ProductIs(String, bool),
    /// `bundle = kit`, `bundle in kits`
    BundleIs(String, bool),
    StartsWith(Box<Expr>, String),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The subject's path, the rows, and `else`.
    By(String, Vec<(Vec<Lit>, Expr)>, Option<Box<Expr>>),
    Otherwise(Box<Expr>, Box<Expr>),
    Given(Box<Expr>),
    Lookup(String, Vec<Expr>, Option<String>),
    /// The scheme, the quantity, `tier by`, `scaled by`.
    Tier(String, Box<Expr>, Option<Box<Expr>>, Option<Box<Expr>>),
    Call(String, Vec<Expr>),
    Rounded(Box<Expr>, Rounding),
    /// `round(x, MODE, STEP)`, `ceil(x, STEP)`, `floor(x, STEP)`
    RoundCall(RoundCall, Box<Expr>, Box<Expr>),
    Min(Vec<Expr>),
    Max(Vec<Expr>),
    Clamp(Box<Expr>, Box<Expr>, Box<Expr>),
    Abs(Box<Expr>),
    Pow(Box<Expr>, Box<Expr>),
    /// A number to a fraction: it only stands behind a factor, and what it gives is rounded.
    Root(Q, i32, u32),
    /// A function of `std.proration` or `std.calendar`, of two days.
    Period(&'static str, Box<Expr>, Box<Expr>),
    Applied(String),
    /// `price_at margin R of C` when the flag is set, else `price_at markup R of C`.
    PriceAt(bool, Box<Expr>, Box<Expr>),
    /// `days(a to b)`, or `through` when the flag is set.
    Days(Box<Expr>, Box<Expr>, bool),
    /// `convert(x, CURRENCY)`; the amount's currency is named first.
    Convert(Box<Expr>, String, String),
    /// `month_of(d)`
    DatePart(&'static str, Box<Expr>),
    /// A date, and so many days, or months when the flag is set.
    Later(Box<Expr>, i64, bool),
    Aggregate(Box<Aggregate>),
    /// `before(x)`
    Before(Box<Expr>),
}

/// `sum(e.worth for e in events where e.counts)`
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    pub kind: Kind,
    /// None for `count`.
    pub body: Option<Expr>,
    pub element: String,
    pub source: Source,
    pub filter: Option<Expr>,
    pub rank: Option<Rank>,
}

/// `greatest 3 by e.worth`
#[derive(Clone, Debug, PartialEq)]
pub struct Rank {
    pub greatest: bool,
    pub count: i64,
    pub by: Expr,
}

/// What a comprehension goes through.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// `events`, `line.used`, `o.items`
    List(String),
    /// `lines`, or those of a product or a family; all, or those before the line that asks.
    Lines { of: Option<String>, earlier: bool },
    /// The pieces of a part: `dies`, `line.dies`, `d.pins`.
    Part(String),
    /// A declared enumeration.
    Values(String),
    /// A table.
    Rows(String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Sum,
    Product,
    Count,
    Min,
    Max,
    Average,
    Any,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Math {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Compare {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RoundCall {
    Round(Mode),
    Ceil,
    Floor,
}

/// `half_even to 0.01 EUR offset -0.01 EUR`; all in the unit, or in the smallest units of its currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Rounding {
    pub mode: Mode,
    pub step: Q,
    pub offset: Option<Q>,
    pub unit: String,
    /// `half_even to 1 minor_unit`
    pub minor: bool,
}

/// The values that an input may have, beyond its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Domain {
    All,
    /// In the input's unit.
    Numbers(Vec<Q>),
    /// In the input's unit.
    Range(Q, Q, Option<Q>),
}

/// An option, a context field, a fact, an entry, an index, a quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    pub name: String,
    pub label: Option<String>,
    pub ty: Ty,
    pub domain: Domain,
    pub default: Option<Lit>,
    pub optional: bool,
    pub when: Option<Expr>,
    pub limit: Option<Expr>,
    pub reason_required: bool,
    /// It is no option: the request says it of the line, beside the options.
    pub with_line: bool,
}
