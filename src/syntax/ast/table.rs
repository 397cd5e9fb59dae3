//! Tables and tier schemes as written.

use super::{Literal, Name, Period, Text, Type};
use crate::source::Span;

/// `table NAME(KEY, …) [POLICY] -> RESULT [optional] [effective PERIOD] from "FILE" [sheet "…"] | { … }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Table {
    /// Its name; several tables of one name are versions, each with `effective`.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its keys.
    pub keys: Vec<Key>,
    /// The word after the keys that says which rows count; without it exactly one row does.
    pub policy: Option<Policy>,
    /// Its result.
    pub result: ResultType,
    /// The days on which this version counts.
    pub effective: Option<Period>,
    /// Its rows.
    pub rows: TableRows,
}

/// The word after the keys, `first`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Policy {
    /// What it says.
    pub kind: HitPolicy,
    /// Where it stands.
    pub span: Span,
}

/// Which of the rows that match count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HitPolicy {
    /// `first`: the first that matches.
    First,
    /// `most specific`: the one that asks for least beside what it has in common with the others.
    MostSpecific,
    /// `sum`: all of them, added.
    Sum,
    /// `max`: the greatest value of all of them.
    Max,
    /// `min`: the least value of all of them.
    Min,
    /// `all`: the values of all of them, as a list.
    All,
}

impl HitPolicy {
    /// All of them.
    pub const ALL: [HitPolicy; 6] = [
        HitPolicy::First,
        HitPolicy::MostSpecific,
        HitPolicy::Sum,
        HitPolicy::Max,
        HitPolicy::Min,
        HitPolicy::All,
    ];

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            HitPolicy::First => "first",
            HitPolicy::MostSpecific => "most specific",
            HitPolicy::Sum => "sum",
            HitPolicy::Max => "max",
            HitPolicy::Min => "min",
            HitPolicy::All => "all",
        }
    }
}

/// `press.frame` (the type of that option) or `mass: kg` (a parameter), perhaps `optional`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The key's name: the parameter's, or the last name of the path.
    pub name: Name,
    /// Its type; for the path form `TypeKind::Named(path)`. Around it `TypeKind::Optional` where the key may
    /// be missing.
    pub ty: Type,
}

/// What a table gives.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResultType {
    /// `-> CNY` gives one column without a name; `-> { price: CNY, mass: kg }` a record.
    pub columns: Vec<ResultColumn>,
    /// Written as a record, with braces.
    pub record: bool,
    /// `optional`: a missing row is an absent value, not an error.
    pub optional: Option<Span>,
    /// The result type.
    pub span: Span,
}

/// One column of a result.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ResultColumn {
    /// Its name, in a record.
    pub name: Option<Name>,
    /// Its type; of a record around it `TypeKind::Optional` where a row may lack it.
    pub ty: Type,
}

/// Where a table's rows are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TableRows {
    /// `{ c_frame, east: 5  else: 0 }`
    Rows(Vec<TableRow>),
    /// Lines of cells parted by `|`; the first is the header. In a cross grid the last key's values stand
    /// in the header; in a list grid the header names all keys and results.
    Grid(Grid),
    /// `from "plate_mass.csv"`, `from "prices.xlsx" sheet "2026"`
    File {
        /// Relative to the folder of the file that declares the table.
        path: Text,
        /// The sheet of a workbook; the first when left out.
        sheet: Option<Text>,
    },
}

/// `c_frame, east: 5`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TableRow {
    /// One cell a key; empty for `else`.
    pub keys: Vec<Cell>,
    /// The result.
    pub value: Cell,
    /// The row.
    pub span: Span,
}

/// A grid.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grid {
    /// The first line. A cross grid's corner is `CellKind::Blank`.
    pub header: Vec<Cell>,
    /// The other lines.
    pub rows: Vec<Vec<Cell>>,
    /// The grid.
    pub span: Span,
}

/// One cell of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    /// Its form.
    pub kind: CellKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a cell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CellKind {
    /// Nothing between the bars.
    Blank,
    /// `n/a`: cannot be bought.
    NotAvailable,
    /// `any` in a key: every value.
    Any,
    /// `else` as the first key of a grid's row.
    Else,
    /// `GB or IE`; one value most of the time.
    Values(Vec<Literal>),
    /// `starts "49" or "50"`: texts that begin so.
    Starts(Vec<Text>),
    /// `from 2_000 kg`, `above 5 up to 10`; a missing end runs to the next bound.
    Band(Box<Band>),
}

/// A band of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Band {
    /// `from X` (inclusive) or `above X`.
    pub lower: Option<Bound>,
    /// `up to X` (inclusive) or `under X`.
    pub upper: Option<Bound>,
}

/// One end of a band.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    /// The bound: a number, quantity, rate, date, or a word of a ranked enumeration.
    pub value: Literal,
    /// `from`, `up to`: the bound itself belongs to the band.
    pub inclusive: bool,
}

/// `tiers quantity_break "Quantity"(int) whole -> rate { from 1: 0%, from 3: 4% }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tiers {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// `int`, `GB`, or a named driver `usage: GB`.
    pub driver_name: Option<Name>,
    /// The driver's type.
    pub driver: Type,
    /// The mode.
    pub mode: TierMode,
    /// Where the mode stands.
    pub mode_span: Span,
    /// What the scheme gives: a rate, an amount, or any value (`whole` and `stair`).
    pub result: Type,
    /// The days on which this version counts.
    pub effective: Option<Period>,
    /// The tiers, in order.
    pub tiers: Vec<Tier>,
}

/// How a tier scheme prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TierMode {
    /// All units at the tier reached.
    Whole,
    /// Each unit at its own tier.
    Graduated,
    /// One price for the tier reached.
    Stair,
}

/// `from 100 GB: 10 CNY flat + 0.2 CNY each`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tier {
    /// Its bound.
    pub bound: TierBound,
    /// Its row.
    pub row: TierRow,
    /// The tier.
    pub span: Span,
}

/// Where a tier starts or ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TierBound {
    /// `from X`: starts at X (on `int`: the X-th unit on).
    From(Literal),
    /// `above X`: starts just after X.
    Above(Literal),
    /// `up to X`: ends at X, included.
    UpTo(Literal),
    /// `under X`: ends just before X.
    Under(Literal),
    /// `next WIDTH`: the next WIDTH units after the tier before.
    Next(Literal),
    /// `rest`: all above the tier before.
    Rest(Span),
    /// `zero`: exactly nothing.
    Zero(Span),
}

/// What a tier charges.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TierRow {
    /// `10 CNY flat + 0.2 CNY each`, `10 CNY flat + 2%`; at least one part.
    Price {
        /// `F flat`: due once the tier is entered.
        flat: Option<Literal>,
        /// `R each`, `R per started 100`, `R per full 100`
        unit: Option<Box<TierUnitPrice>>,
    },
    /// `P%`: a rate, or that share of the quantity; or a bare value in `whole` and `stair`.
    Value(Literal),
    /// `refuse "ask the factory"`
    Refuse(Text),
}

/// The part of a tier's price that depends on the quantity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TierUnitPrice {
    /// The price.
    pub price: Literal,
    /// Of what.
    pub per: TierPer,
}

/// What a tier's unit price counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TierPer {
    /// `each`: one unit of the driver.
    Each,
    /// `P%` behind a flat: that share of the quantity, where the driver and the result have one unit.
    Share,
    /// `per started 100`: a package begun counts.
    Started(Literal),
    /// `per full 100`: only full packages count.
    Full(Literal),
}
