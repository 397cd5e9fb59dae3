//! Waterfalls and the quote block as written.

use super::{
    Charge, Claims, Clauses, Expr, Field, Gift, Member, Name, Payable, Quantity, RoundTo, Taxes, Text, Type,
};
use crate::source::Span;

/// `spread by running to 0.01 CNY largest within running - least`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spread {
    /// The weight of each line.
    pub by: Expr,
    /// `to STEP`: the step of the shares; without it the currency's minor unit.
    pub to: Option<Quantity>,
    /// Which line gets the residual: `largest` (largest remainder, the default), `first`, `last`.
    pub residual: Option<Name>,
    /// `partly`: what no line can take is left over, and no mistake.
    pub partly: Option<Span>,
    /// `within EXPR`: the most a line can take.
    pub within: Option<Expr>,
    /// The clause.
    pub span: Span,
}

/// `price machines { entry …  per unit { … }  per line { … } }`; the target is a family or a product.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Price {
    /// Whose prices.
    pub target: Name,
    /// What a salesperson may type for a line.
    pub entries: Vec<Field>,
    /// The steps for one unit.
    pub per_unit: Option<Section>,
    /// The steps for the line.
    pub per_line: Option<Section>,
}

/// A block of steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Section {
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The block.
    pub span: Span,
}

/// One step of a waterfall.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// `list "List price" = EXPR`: the start; always named `list`.
    List {
        /// Its label.
        label: Option<Text>,
        /// The list price.
        amount: Expr,
        /// `because`, `visible to`
        clauses: Box<Clauses>,
    },
    /// `add name "Label" = EXPR when …`, `less name "Label" = EXPR …`
    Change {
        /// `less`
        less: bool,
        /// Its name.
        name: Name,
        /// Its label.
        label: Option<Text>,
        /// The amount, not negative unless `may be negative`.
        amount: Expr,
        /// Clauses.
        clauses: Box<Clauses>,
    },
    /// `best of programme "…" { … }`
    Group(Group),
    /// `round half_even to 1 CNY offset -0.01 CNY`
    Round(Box<RoundTo>),
    /// `floor minimum "…" = EXPR`, `cap most = EXPR`
    Bound {
        /// `cap`
        cap: bool,
        /// Its name.
        name: Name,
        /// Its label.
        label: Option<Text>,
        /// The bound.
        amount: Expr,
        /// Clauses.
        clauses: Box<Clauses>,
    },
    /// `subtotal price "Net unit price"`
    Subtotal {
        /// Its name.
        name: Name,
        /// Its label.
        label: Option<Text>,
    },
    /// `let gross "Gross" = EXPR`, `let mass: kg = EXPR`: a figure that leaves the price as it is.
    Let {
        /// Its name.
        name: Name,
        /// Its label.
        label: Option<Text>,
        /// Its type; an amount of money where none is written.
        ty: Option<Type>,
        /// The figure.
        amount: Expr,
        /// `because`, `visible to`
        clauses: Box<Clauses>,
    },
    /// `tax vat "VAT" = 13% of net`, `tax vat within = 13% of net`
    Tax {
        /// Its name.
        name: Name,
        /// Its label.
        label: Option<Text>,
        /// `within`: the tax is part of the amount already.
        within: bool,
        /// The tax.
        amount: Expr,
        /// Clauses.
        clauses: Box<Clauses>,
    },
    /// `each line { … }` in the quote block: steps for every line.
    EachLine(Section),
    /// `taxes on net { … }`
    Taxes(Box<Taxes>),
    /// `charge wrap = …` in the quote block.
    Charge(Charge),
    /// `gift mug: 1 of mug` in the quote block.
    Gift(Box<Gift>),
    /// `claims { less … }` in the quote block.
    Claims(Box<Claims>),
    /// `payable { … }` at the end of the quote block.
    Payable(Box<Payable>),
}

/// `best of programme "Programme" { … }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Group {
    /// How one is chosen.
    pub kind: GroupKind,
    /// Its name.
    pub name: Option<Name>,
    /// Its label.
    pub label: Option<Text>,
    /// `add`, `less` and nested groups.
    pub steps: Vec<Step>,
    /// `when …` before the brace
    pub clauses: Box<Clauses>,
}

/// How a group chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupKind {
    /// `best of`: the lowest price for the customer; ties go to the first.
    Best,
    /// `worst of`: the highest price; ties go to the first.
    Worst,
    /// `first of`: the first whose condition holds.
    First,
    /// `all of`: added, not compounded.
    All,
}

/// `quote { entry …  STEPS  valid 30 days }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QuoteBlock {
    /// What a salesperson may type for the whole quote.
    pub entries: Vec<Field>,
    /// The steps.
    pub steps: Vec<Step>,
    /// `valid 30 days`
    pub valid: Option<Quantity>,
    /// `follow up 14 days`
    pub follow_up: Option<Quantity>,
    /// Its alerts.
    pub alerts: Vec<QuoteAlert>,
    /// What it must fulfil: `require` and `exclude`.
    pub requirements: Vec<Member>,
}

/// `alert thin: for machines when line.margin < 20% because "ask for a better price"`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct QuoteAlert {
    /// `hide lines when …`: no remark; the lines where it holds are not shown.
    pub hides: bool,
    /// Its name.
    pub name: Option<Name>,
    /// Only lines of that family or product.
    pub narrowed_to: Option<Name>,
    /// What raises it.
    pub when: Expr,
    /// What it says.
    pub because: Option<Text>,
    /// The alert.
    pub span: Span,
}
