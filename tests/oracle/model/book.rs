//! What a price book declares.

use std::rc::Rc;

use super::{Enum, Expr, Input, Lit, Rounding, Ty};
use crate::number::{Day, Q};

/// A whole price book.
#[derive(Clone, Debug, Default)]
pub struct Book {
    pub currency: String,
    pub places: u32,
    /// Declared by name.
    pub enums: Vec<Rc<Enum>>,
    pub contexts: Vec<(String, Vec<Input>)>,
    pub facts: Vec<Input>,
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
    pub parts: Vec<Part>,
    /// The pieces are priced by themselves; else they are included.
    pub parts_priced: bool,
}

/// `part dies: 1 to 4 of die_set when …`
#[derive(Clone, Debug)]
pub struct Part {
    pub name: String,
    pub least: i64,
    pub most: i64,
    pub product: String,
    pub when: Option<Expr>,
}

#[derive(Clone, Debug)]
pub struct Product {
    pub name: String,
    pub family: Option<String>,
    /// Without one: whole numbers from 1 to 1,000,000.
    pub quantity: Option<Input>,
    pub body: Body,
    /// It is sold by itself: it has a price, or its family has.
    pub sold: bool,
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
    /// The price is a share of the quantity: `5%`.
    Share,
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
    Gift(Box<Gift>),
    /// `taxes`: how the sum is rounded, on or within (the flag) what, and the taxes.
    Taxes(Option<Rounding>, Option<(bool, Expr)>, Vec<TaxOf>),
    Claims(Vec<Claim>),
    /// From the total to what is to be paid.
    Payable(Vec<Step>),
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

/// `gift mug: 1 of mug { colour = red } at 0 EUR`
#[derive(Clone, Debug)]
pub struct Gift {
    pub count: Expr,
    pub product: String,
    pub options: Vec<(String, Lit)>,
    /// Nothing without it.
    pub price: Option<Expr>,
}

/// Units that become cheaper, each unit once.
#[derive(Clone, Debug)]
pub struct Claim {
    pub name: String,
    pub amount: Expr,
    pub needs: Vec<Selection>,
    pub on: Vec<Selection>,
    /// The units of each group by themselves.
    pub each: Option<GroupedBy>,
    /// How often at most.
    pub times: i64,
    /// All groups together.
    pub in_all: bool,
    pub when: Option<Expr>,
}

#[derive(Clone, Debug)]
pub struct Selection {
    /// The dearest first, or the cheapest; else in the order of the lines.
    pub dearest: Option<bool>,
    /// All without it.
    pub count: Option<i64>,
    /// As few as come to so much, in place of the count.
    pub worth: Option<Q>,
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

/// What the lines of a group have in common.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupedBy {
    Bundle,
    Product,
    Line,
    /// `line.x`
    Of(String),
}

/// How a step of the quote reaches the lines.
#[derive(Clone, Debug, Default)]
pub struct Spread {
    pub on_lines: Option<Expr>,
    pub each: Option<GroupedBy>,
    pub by: Option<Expr>,
    /// In the book's currency, or in its smallest units.
    pub to: Option<Q>,
    pub to_minor: bool,
    pub residual: Option<&'static str>,
    pub within: Option<Expr>,
    pub partly: bool,
    pub with_charges: bool,
}

#[derive(Clone, Debug, Default)]
pub struct QuoteBlock {
    pub entries: Vec<Input>,
    pub steps: Vec<Step>,
    /// What the whole quote must fulfil.
    pub rules: Vec<Constraint>,
    pub valid_days: Option<i64>,
}

#[derive(Clone, Debug, Default)]
pub struct Approvals {
    /// The one without a name first.
    pub ladders: Vec<Ladder>,
    pub reviewers: Vec<Reviewer>,
    /// Levels that do not sign where something holds.
    pub skips: Vec<(String, Expr)>,
    pub rules: Vec<ApprovalRule>,
}

#[derive(Clone, Debug, Default)]
pub struct Ladder {
    pub name: Option<String>,
    /// The lowest first, and how many must sign of each.
    pub levels: Vec<(String, i64)>,
    pub route: Option<&'static str>,
}

/// Somebody who signs behind a level, or at the same time as it.
#[derive(Clone, Debug)]
pub struct Reviewer {
    pub name: String,
    pub with: String,
    pub needs: i64,
    pub parallel: bool,
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
