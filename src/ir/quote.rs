//! Steps that only a quote has: lines that the book adds, and units taken by offers.

use super::expr::Formula;
use super::ty::{Name, Value};

/// A line of a product that the book adds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gift {
    /// How many; none where it is zero.
    pub count: Formula,
    /// The product.
    pub product: Name,
    /// Values for its options; a key of a table as the key itself.
    pub options: Vec<(Name, Value)>,
    /// The price of one; free without it.
    pub price: Option<Formula>,
}

/// Units that become cheaper, each unit once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// What is taken off each time; `running` is the sum of the prices of the units of `on`.
    pub amount: Formula,
    /// Units that must be there besides, and are used up; taken before those of `on`.
    pub needs: Vec<Selection>,
    /// The units that become cheaper; taken in this order.
    pub on: Vec<Selection>,
    /// The units of each group are taken by themselves.
    pub each: Option<Each>,
    /// How often, of each group.
    pub repeat: Repeat,
}

/// The name of `claims` that the book gives none.
pub const CLAIMS: &str = "claims";

/// Lines that are looked at group by group. A line without what the groups have in common is in none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Each {
    /// What the lines of a group have in common.
    pub key: GroupKey,
    /// The products of which it is read: those of the lines, and of `bundle` those that lines are pieces of.
    pub of: Vec<Name>,
    /// As written: `bundle`, `line.brand`.
    pub text: Name,
}

/// What the lines of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GroupKey {
    /// The line of the request that they are pieces of.
    Bundle,
    /// The product.
    Product,
    /// Nothing: each line stands by itself.
    Line,
    /// Something of the line.
    Of(Box<Formula>),
}

impl Each {
    /// The formula that is worked out on each line, where there is one.
    pub fn formula(&self) -> Option<&Formula> {
        match &self.key {
            GroupKey::Of(key) => Some(key),
            GroupKey::Bundle | GroupKey::Product | GroupKey::Line => None,
        }
    }
}

/// How often a claim is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// Once.
    Once,
    /// As often as there are units.
    Always,
    /// So often at most.
    AtMost(Box<Formula>),
    /// So often at most, all groups together.
    AtMostInAll(Box<Formula>),
}

/// Which units are taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Selection {
    /// Which come first.
    pub order: Pick,
    /// How many.
    pub count: Count,
    /// Only units of lines for which this holds.
    pub among: Option<Formula>,
}

/// Which units are taken first. Units of one price are taken in the order of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pick {
    /// In the order of the lines.
    InOrder,
    /// The dearest.
    Dearest,
    /// The cheapest.
    Cheapest,
}

/// How many units are taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// So many, or none.
    Exactly(Formula),
    /// As many as there are, so many at most, and at least one.
    UpTo(Formula),
    /// All, and at least one.
    All,
    /// As few, in their order, as come to so much, or none. Units that cost nothing are passed over.
    Worth(Formula),
}

impl Claim {
    /// The formulas that are worked out once for the quote, or for each group: the amount, what the selections
    /// count to, in their order, and how often at most.
    pub fn formulas(&self) -> impl Iterator<Item = &Formula> {
        let counts = self.selections().filter_map(|it| match &it.count {
            Count::Exactly(count) | Count::UpTo(count) | Count::Worth(count) => Some(count),
            Count::All => None,
        });
        let most = match &self.repeat {
            Repeat::AtMost(most) => Some(&**most),
            Repeat::Once | Repeat::Always | Repeat::AtMostInAll(_) => None,
        };
        std::iter::once(&self.amount).chain(counts).chain(most)
    }

    /// How often at most, all groups together.
    pub fn most_in_all(&self) -> Option<&Formula> {
        match &self.repeat {
            Repeat::AtMostInAll(most) => Some(most),
            Repeat::Once | Repeat::Always | Repeat::AtMost(_) => None,
        }
    }

    /// What is needed, if anything, and then what becomes cheaper, in the order in which units are taken.
    pub fn selections(&self) -> impl Iterator<Item = &Selection> {
        self.needs.iter().chain(&self.on)
    }
}
