//! A price book and a request as plain data, as the random generator makes them and the oracle reads them.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::number::{Day, Mode, Q};

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
}

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
    Applied(String),
    /// `price_at margin R of C` when the flag is set, else `price_at markup R of C`.
    PriceAt(bool, Box<Expr>, Box<Expr>),
    /// `days(a to b)`, or `through` when the flag is set.
    Days(Box<Expr>, Box<Expr>, bool),
    /// `convert(x, CURRENCY)`; the amount's currency is named first.
    Convert(Box<Expr>, String, String),
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
    pub list: String,
    pub filter: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Sum,
    Count,
    Min,
    Max,
    Any,
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

/// `half_even to 0.01 EUR offset -0.01 EUR`; all in the unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Rounding {
    pub mode: Mode,
    pub step: Q,
    pub offset: Option<Q>,
    pub unit: String,
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
#[derive(Clone, Debug)]
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
}

/// A whole price book.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub currency: String,
    pub places: u32,
    /// Declared by name.
    pub enums: Vec<Rc<Enum>>,
    pub contexts: Vec<(String, Vec<Input>)>,
    pub facts: Vec<Input>,
    /// Lists in order, by their fields; the first is money, the second a whole number, the third a truth.
    pub lists: Vec<(String, Vec<Input>)>,
    /// And how many days old the value may be.
    pub indexes: Vec<(Input, Option<i64>)>,
    /// The currencies that a request chooses from, and their places; `currency` is `money` then.
    pub currencies: Vec<(String, u32)>,
    /// From, to, and how many days old the rate may be.
    pub exchanges: Vec<(String, String, Option<i64>)>,
    pub families: Vec<(String, Body)>,
    pub products: Vec<Product>,
    pub tables: Vec<Table>,
    pub tiers: Vec<Tiers>,
    pub defs: Vec<Def>,
    pub prices: Vec<Price>,
    pub quote: Option<QuoteBlock>,
    pub approvals: Option<Approvals>,
}

/// What a family and a product can declare.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub options: Vec<Input>,
    pub lets: Vec<Let>,
    pub constraints: Vec<Constraint>,
    pub cost: Vec<Component>,
    pub line_cost: Vec<Component>,
    pub alerts: Vec<(String, Expr)>,
}

#[derive(Clone, Debug)]
pub struct Product {
    pub name: String,
    pub family: Option<String>,
    /// Without one: whole numbers from 1 to 1,000,000.
    pub quantity: Option<Input>,
    pub body: Body,
}

#[derive(Clone, Debug)]
pub struct Let {
    pub name: String,
    pub label: Option<String>,
    pub ty: Option<Ty>,
    pub value: Expr,
}

#[derive(Clone, Debug)]
pub struct Constraint {
    pub name: Option<String>,
    pub rule: Rule,
}

#[derive(Clone, Debug)]
pub enum Rule {
    /// `require X when Y`
    Require(Expr, Option<Expr>),
    /// `exclude X with Y`
    Exclude(Expr, Expr),
    /// `allow (a, b) in table`
    Allow(Vec<String>, String),
}

#[derive(Clone, Debug)]
pub struct Component {
    pub name: String,
    pub amount: Expr,
    pub when: Option<Expr>,
}

/// Days on which something counts, both ends included.
pub type Period = (Option<Day>, Option<Day>);

#[derive(Clone, Debug)]
pub struct Table {
    pub name: String,
    pub keys: Vec<Key>,
    /// One without a name, or a record.
    pub columns: Vec<(Option<String>, Ty)>,
    pub policy: Policy,
    pub optional: bool,
    pub versions: Vec<TableVersion>,
}

/// Which of the rows that match count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    One,
    First,
    MostSpecific,
    Sum,
    Max,
    Min,
}

/// A key: a path to an option, a let or a context field, or a parameter.
#[derive(Clone, Debug)]
pub struct Key {
    pub name: String,
    pub path: Option<String>,
    pub ty: Ty,
    /// Rows answer for a missing value too.
    pub optional: bool,
}

#[derive(Clone, Debug)]
pub struct TableVersion {
    pub period: Option<Period>,
    pub rows: Vec<Row>,
    pub otherwise: Option<Vec<Option<Lit>>>,
    pub form: Form,
}

/// How the rows are written.
#[derive(Clone, Debug)]
pub enum Form {
    Rows,
    /// The cells of the last key stand in the header.
    Cross,
    List,
    File(String),
}

/// A row; a value that is not there is `n/a`.
#[derive(Clone, Debug)]
pub struct Row {
    pub keys: Vec<Cell>,
    pub values: Vec<Option<Lit>>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Any,
    Absent,
    Starts(String),
    Values(Vec<Lit>),
    /// Lower and upper bound, and whether they belong to the band.
    Band(Option<(Lit, bool)>, Option<(Lit, bool)>),
}

#[derive(Clone, Debug)]
pub struct Tiers {
    pub name: String,
    /// `Int` or a measure.
    pub driver: Ty,
    pub mode: TierMode,
    pub result: Ty,
    pub versions: Vec<TierVersion>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TierMode {
    Whole,
    Graduated,
    Stair,
}

#[derive(Clone, Debug)]
pub struct TierVersion {
    pub period: Option<Period>,
    pub tiers: Vec<(Bound, TierRow)>,
    pub zero: Option<TierRow>,
}

/// Numbers are in the driver's unit.
#[derive(Clone, Debug)]
pub enum Bound {
    From(Q),
    Above(Q),
    UpTo(Q),
    Under(Q),
    Next(Q),
    Rest,
}

/// Amounts are in the result's unit, packages in the driver's.
#[derive(Clone, Debug)]
pub enum TierRow {
    Price { flat: Option<Q>, unit: Option<(Q, Per)> },
    Value(Lit),
    Refuse,
}

#[derive(Clone, Debug)]
pub enum Per {
    Each,
    Started(Q),
    Full(Q),
}

#[derive(Clone, Debug)]
pub struct Def {
    pub name: String,
    pub parameters: Vec<(String, Ty)>,
    pub result: Ty,
    pub body: Expr,
}

#[derive(Clone, Debug)]
pub struct Price {
    /// A product or a family.
    pub target: String,
    pub entries: Vec<Input>,
    pub per_unit: Option<Vec<Step>>,
    pub per_line: Option<Vec<Step>>,
}

#[derive(Clone, Debug)]
pub struct Step {
    /// `list` for the list step, empty where a step has no name.
    pub name: String,
    pub kind: StepKind,
    pub when: Option<Expr>,
    pub during: Option<Period>,
    pub spread: Option<Spread>,
    pub may_be_negative: bool,
}

#[derive(Clone, Debug)]
pub enum StepKind {
    List(Expr),
    Add(Expr),
    Less(Expr),
    Group(GroupKind, Vec<Step>),
    Round(Rounding),
    Floor(Expr),
    Cap(Expr),
    Subtotal,
    /// A figure that leaves the price as it is.
    Let(Expr),
    /// Contained in the price when the flag is set.
    Tax(Expr, bool),
    EachLine(Vec<Step>),
    Charge(Expr),
    /// `taxes`: how the sum is rounded, on or within (the flag) what, and the taxes.
    Taxes(Option<Rounding>, Option<(bool, Expr)>, Vec<TaxOf>),
    Claims(Vec<Claim>),
}

/// A tax of a block: a rate of its base, or an amount.
#[derive(Clone, Debug)]
pub struct TaxOf {
    pub name: String,
    pub rate: Option<Expr>,
    pub amount: Option<Expr>,
    pub rounding: Option<Rounding>,
    pub when: Option<Expr>,
}

/// Units that become cheaper, each unit once.
#[derive(Clone, Debug)]
pub struct Claim {
    pub name: String,
    pub amount: Expr,
    pub needs: Option<Selection>,
    pub on: Selection,
    /// How often at most.
    pub times: i64,
    pub when: Option<Expr>,
}

#[derive(Clone, Debug)]
pub struct Selection {
    /// The dearest first, or the cheapest; else in the order of the lines.
    pub dearest: Option<bool>,
    /// All without it.
    pub count: Option<i64>,
    pub up_to: bool,
    pub among: Option<Expr>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GroupKind {
    Best,
    Worst,
    First,
    All,
}

/// How a step of the quote reaches the lines.
#[derive(Clone, Debug, Default)]
pub struct Spread {
    pub on_lines: Option<Expr>,
    pub by: Option<Expr>,
    /// In the book's currency.
    pub to: Option<Q>,
    pub residual: Option<&'static str>,
    pub within: Option<Expr>,
    pub partly: bool,
    pub with_charges: bool,
}

#[derive(Clone, Debug, Default)]
pub struct QuoteBlock {
    pub entries: Vec<Input>,
    pub steps: Vec<Step>,
    pub valid_days: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub struct Approvals {
    pub levels: Vec<String>,
    /// And the level that they stand beside.
    pub reviewers: Vec<(String, Option<String>)>,
    pub rules: Vec<ApprovalRule>,
    pub route: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub struct ApprovalRule {
    /// A level or a reviewer; none rejects.
    pub who: Option<String>,
    pub narrowed_to: Option<String>,
    pub when: Expr,
    /// The condition speaks of `line` or `unit`.
    pub per_line: bool,
}

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub as_of: Day,
    pub currency: Option<String>,
    /// Context, fields.
    pub contexts: Vec<(String, Vec<(String, Given)>)>,
    pub facts: Vec<(String, Given)>,
    /// The elements of each list.
    pub lists: Vec<(String, Vec<Element>)>,
    /// Index, value, date.
    pub market: Vec<(String, Given, Option<Day>)>,
    /// Entries of the quote.
    pub entries: Vec<(String, Given)>,
    pub reason: bool,
    pub lines: Vec<Line>,
}

/// An element of a list, by its fields.
pub type Element = Vec<(String, Given)>;

#[derive(Clone, Debug)]
pub struct Line {
    pub product: String,
    pub quantity: Given,
    pub options: Vec<(String, Given)>,
    pub entries: Vec<(String, Given)>,
    pub reason: bool,
}

/// A value of a request: how the JSON has it, and what it is.
#[derive(Clone, Debug)]
pub struct Given {
    pub json: String,
    pub value: Val,
}
