//! Tables and tier schemes of the checked form.

use std::sync::Arc;

use super::ty::{Name, NumberTy, Ty, Value};
use crate::source::Span;
use crate::value::{Date, Exact};

/// Days on which something counts; an open end is for ever. Both ends are included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
}

impl Period {
    /// Whether a day lies in it.
    pub fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// A table: for every combination of key values that can occur the rows that count by its policy, or `else`,
/// or absence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Its keys.
    pub keys: Vec<TableKey>,
    /// Which of the rows that match count.
    pub policy: HitPolicy,
    /// Its results; one without a name where the result is not a record.
    pub columns: Vec<Column>,
    /// A missing row is an absent value.
    pub optional: bool,
    /// By first day; periods do not overlap, and leave no gap inside the book's.
    pub versions: Vec<TableVersion>,
    /// The declaration (of the first version).
    pub span: Span,
}

/// Which of the rows that match a combination of keys count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HitPolicy {
    /// Exactly one row matches.
    #[default]
    One,
    /// The first row that matches.
    First,
    /// The row whose keys lie within those of all others that match. Rows are in such an order that it is
    /// the first.
    MostSpecific,
    /// All rows that match, added; zero where there is none.
    Sum,
    /// The greatest value of all rows that match.
    Max,
    /// The least value of all rows that match.
    Min,
    /// All rows that match, gone through by a comprehension; or `else` where there is none.
    All,
}

impl HitPolicy {
    /// The word after the keys of a table; nothing for exactly one row.
    pub fn word(self) -> Option<&'static str> {
        match self {
            HitPolicy::One => None,
            HitPolicy::First => Some("first"),
            HitPolicy::MostSpecific => Some("most specific"),
            HitPolicy::Sum => Some("sum"),
            HitPolicy::Max => Some("max"),
            HitPolicy::Min => Some("min"),
            HitPolicy::All => Some("all"),
        }
    }

    /// Several rows count together.
    pub fn collects(self) -> bool {
        matches!(self, HitPolicy::Sum | HitPolicy::Max | HitPolicy::Min | HitPolicy::All)
    }
}

/// A key of a table. Rows hold the keys of another table, of type `Row`, as texts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TableKey {
    /// Its name.
    pub name: Name,
    /// Its type. A value of another unit is scaled before it is looked up. Of an `Optional` key rows can ask
    /// that it be missing (`One(Absent)`), and `any` and `else` answer for a missing one too.
    pub ty: Ty,
}

/// A result column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    /// Its name, in a record.
    pub name: Option<Name>,
    /// Its type; of an `Optional` one rows may say `Absent`.
    pub ty: Ty,
}

/// The rows that count in one period.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TableVersion {
    /// When.
    pub effective: Period,
    /// The rows, shared because there can be millions.
    pub rows: Arc<Rows>,
    /// One for each key: the values that the rows answer for. That calls stay within is proved for the
    /// whole book; what cannot be proved is refused at run time.
    pub reach: Vec<Reach>,
    /// The declaration of this version.
    pub span: Span,
}

/// The values of a key for which a table has rows, whatever the other keys are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Reach {
    /// All that can occur; also where a missing row is an absent value or there is `else`.
    #[default]
    All,
    /// Only the texts that rows name.
    Listed,
    /// Numbers or dates between these ends.
    Between(Band),
}

/// Rows, stored by column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rows {
    /// One vector a key, all of one length: the number of rows without `else`.
    pub keys: Vec<Vec<KeyMatch>>,
    /// One vector a result column; `None` is `n/a`.
    pub values: Vec<Vec<Option<Value>>>,
    /// The values of the `else` row.
    pub otherwise: Option<Vec<Option<Value>>>,
    /// Where each row stands.
    pub places: RowPlaces,
}

/// Whether `allow` takes a row with these values: none is `n/a`, and one that is nothing but a truth value is `true`.
pub fn allows(values: &[Option<Value>]) -> bool {
    match values {
        [Some(Value::Bool(is_allowed))] => *is_allowed,
        values => values.iter().all(Option::is_some),
    }
}

/// Where rows stand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowPlaces {
    /// In the book: one span a row.
    Spans(Vec<Span>),
    /// In a file beside it: the file's path as shown to people, and one line number a row.
    Lines {
        /// The file.
        file: Arc<str>,
        /// 1-based lines (rows of a sheet).
        lines: Vec<u32>,
    },
}

impl Default for RowPlaces {
    fn default() -> RowPlaces {
        RowPlaces::Spans(Vec::new())
    }
}

/// What a row asks of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyMatch {
    /// Every value.
    Any,
    /// This value.
    One(Value),
    /// One of these.
    OneOf(Vec<Value>),
    /// A text that begins with one of these.
    Starts(Vec<Name>),
    /// A value between the ends. Boxed, so that the many rows without bands stay small.
    Band(Box<Band>),
}

/// Values between two ends; bounds that "run to the next bound" have been filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Band {
    /// Lower end and whether it belongs to the band.
    pub lower: Option<(Value, bool)>,
    /// Upper end and whether it belongs to the band.
    pub upper: Option<(Value, bool)>,
}

/// A tier scheme.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tiers {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// The type of the quantity.
    pub driver: NumberTy,
    /// How it prices.
    pub mode: TierMode,
    /// The type of the result.
    pub result: Ty,
    /// By first day, as for tables.
    pub versions: Vec<TierVersion>,
    /// The declaration (of the first version).
    pub span: Span,
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

/// The tiers that count in one period.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TierVersion {
    /// When.
    pub effective: Period,
    /// In order; each starts where the one before ends. A quantity below the first or above the last is
    /// refused at run time unless the checker proved that there is none.
    pub tiers: Vec<Tier>,
    /// What exactly zero costs, where it is said; else zero costs nothing and has the first tier's rate.
    pub zero: Option<TierRow>,
    /// The declaration of this version.
    pub span: Span,
}

/// One tier, the quantities between its ends. On a driver that counts whole units `from 10` is stored as
/// "above 9".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tier {
    /// Lower end.
    pub start: Exact,
    /// The lower end belongs to the tier (`from` on a measured driver).
    pub start_included: bool,
    /// Upper end; none for the last.
    pub end: Option<Exact>,
    /// What it charges.
    pub row: TierRow,
    /// Where it stands.
    pub span: Span,
}

/// What a tier charges.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TierRow {
    /// `F flat + R each`
    Price {
        /// Once the tier is entered; zero when there is none.
        flat: Exact,
        /// Price and what it counts.
        unit: Option<(Exact, TierPer)>,
    },
    /// A rate, or the value of the tier reached.
    Value(Value),
    /// No price here; the words say why.
    Refuse(Name),
}

/// What a unit price counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TierPer {
    /// One unit of the driver.
    Each,
    /// The quantity itself, of which the price is a share: driver and result have one unit.
    Share,
    /// Packages begun, of this size.
    Started(Exact),
    /// Full packages of this size.
    Full(Exact),
}
