//! Products and families as written.

use super::{Clauses, Expr, Field, Literal, Name, Number, Path, Text, Type};
use crate::source::Span;

/// `family machines "Machines" { … }`; shared options, constraints and lets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Family {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// What all members have.
    pub members: Vec<Member>,
}

/// `product press "Hydraulic press" in machines { … }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Product {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// `in FAMILY`
    pub family: Option<Name>,
    /// Its body.
    pub members: Vec<Member>,
}

/// One declaration in the body of a product or family.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// What it is.
    pub kind: MemberKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of members.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MemberKind {
    /// `quantity 1 to 50`, `quantity 0.5 kg to 5_000 kg step 0.5 kg`
    Quantity(Type),
    /// `option force "Force": 63 tf | 100 tf`
    Option(Field),
    /// `given hours "Hours": h`, `given events: list of { at: date, cost: EUR } in order`: comes with the line.
    Given(Field),
    /// `require c_frame_limit: force <= 160 tf when frame = c_frame because "…"`
    Require(Constraint),
    /// `exclude cooling = none with force >= 160 tf because "…"`
    Exclude(Exclude),
    /// `allow combos: (frame, force) in buildable because "…"`
    Allow(Allow),
    /// `let plate "Plate mass": kg = plate_mass(frame, force)`
    Let(Let),
    /// `cost { … }`, `cost line { … }`
    Cost(Cost),
    /// `suggest extras with light_curtain when … because "…"`
    Suggest(Suggest),
    /// `alert heavy: when weight > 30 kg because "two people needed"`
    Alert(Constraint),
    /// `part dies "Dies": 1 to 4 of die_set when frame = h_frame`
    Part(Part),
    /// `parts priced`, `parts included`
    Parts(PartsPrice),
}

impl MemberKind {
    /// The name of a `require` or `exclude`, where it has one.
    pub fn rule_name(&self) -> Option<&Name> {
        match self {
            MemberKind::Require(own) => own.name.as_ref(),
            MemberKind::Exclude(own) => own.name.as_ref(),
            _ => None,
        }
    }
}

/// `part dies "Dies": 1 to 4 of die_set when frame = h_frame`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// How many; exactly one when left out.
    pub count: Option<PartCount>,
    /// The product of each piece.
    pub product: Name,
    /// There are none where this does not hold.
    pub when: Option<Expr>,
}

/// `1 to 4`, `2`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PartCount {
    /// The least.
    pub least: Number,
    /// The most; as the least when left out.
    pub most: Option<Number>,
    /// The whole.
    pub span: Span,
}

/// What the pieces of a bundle cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartsPrice {
    /// `priced`: each has its own price, beside that of the bundle.
    Priced,
    /// `included`: the bundle's price is for all.
    Included,
}

/// `require [name:] EXPR [when EXPR] [because "…"]`; for an alert `condition` is what is behind `when`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Constraint {
    /// Its name.
    pub name: Option<Name>,
    /// What must hold (for an alert: what raises it).
    pub condition: Expr,
    /// Only when this holds.
    pub when: Option<Expr>,
    /// The reason, in words for the salesperson.
    pub because: Option<Text>,
}

/// `exclude [name:] A with B [because "…"]`: A and B never together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exclude {
    /// Its name.
    pub name: Option<Name>,
    /// One side.
    pub left: Expr,
    /// The other.
    pub right: Expr,
    /// The reason.
    pub because: Option<Text>,
}

/// `allow [name:] (frame, force) in buildable [because "…"]`: the combination must be a row's key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Allow {
    /// Its name.
    pub name: Option<Name>,
    /// The options, in the order of the table's keys.
    pub options: Vec<Path>,
    /// The table of allowed combinations.
    pub table: Name,
    /// The reason.
    pub because: Option<Text>,
}

/// `let plate "Plate mass": kg = …`; a labelled one is shown on the quote. The type may be left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Let {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its type.
    pub ty: Option<Type>,
    /// Its value.
    pub value: Expr,
}

/// `cost { steel "Steel" = … }` per unit, `cost line { … }` per line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cost {
    /// `cost line`
    pub per_line: bool,
    /// The components; their sum is the cost.
    pub components: Vec<CostComponent>,
    /// `visible to …` behind the block
    pub visible_to: Vec<Name>,
}

/// `steel "Steel plate" = plate * q235 * 1.12 when …`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CostComponent {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its amount.
    pub amount: Expr,
    /// `when`, `because`
    pub clauses: Box<Clauses>,
    /// The component.
    pub span: Span,
}

/// `suggest extras with light_curtain …`, `suggest cooling = water …`, `suggest product service_plan …`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Suggest {
    /// What is suggested.
    pub what: Suggestion,
    /// `when`, `because`
    pub clauses: Box<Clauses>,
}

/// What can be suggested.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Suggestion {
    /// Add a value to a set option.
    With {
        /// The set option.
        option: Name,
        /// The value.
        value: Literal,
    },
    /// Choose a value.
    Value {
        /// The option.
        option: Name,
        /// The value.
        value: Literal,
    },
    /// Sell another product.
    Product(Name),
}
