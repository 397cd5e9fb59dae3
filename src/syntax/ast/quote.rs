//! Steps that only a quote has: taxes on one base, lines that the book adds, units taken by offers.

use super::{Assign, Clauses, Expr, Name, Path, RoundTo, Section, Step, Text};
use crate::source::Span;

/// `taxes vat "VAT" rounded half_up to 0.01 EUR on net { tax state = 5%  tax city = 2% }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Taxes {
    /// The name of their sum.
    pub name: Option<Name>,
    /// Its label.
    pub label: Option<Text>,
    /// The sum is rounded, once.
    pub rounded: Option<RoundTo>,
    /// `on` or `within` what the rates are.
    pub base: Option<TaxBase>,
    /// `when`, `during`, `because` before the brace
    pub clauses: Box<Clauses>,
    /// The taxes.
    pub steps: Vec<Step>,
}

/// `on net`, `within running`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TaxBase {
    /// `within`: the taxes are part of it already.
    pub within: bool,
    /// The amount.
    pub amount: Expr,
}

/// `charge wrap "Gift wrap" = 5 EUR when wrapped`: a line that the book adds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Charge {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// What it adds.
    pub amount: Expr,
    /// Clauses.
    pub clauses: Box<Clauses>,
}

/// `gift mug "A mug": 1 of mug { colour = red } at 0 EUR when …`: a line of a product that the book adds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gift {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// How many.
    pub count: Expr,
    /// The product.
    pub product: Name,
    /// Its options.
    pub choices: Vec<Assign>,
    /// `at PRICE`: the price of one.
    pub price: Option<Expr>,
    /// Clauses.
    pub clauses: Box<Clauses>,
}

/// `payable "Amount due" { less gift_card = min(card, running) }`: from the total to what is to be paid.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Payable {
    /// The word, which is the name of what is to be paid.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// The steps.
    pub section: Section,
}

/// `claims offers "Offers" when … { less … }`: steps that take units of lines, each unit once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claims {
    /// The name of their sum.
    pub name: Option<Name>,
    /// Its label.
    pub label: Option<Text>,
    /// `when`, `during`, `because` before the brace
    pub clauses: Box<Clauses>,
    /// The steps.
    pub steps: Vec<Claim>,
}

/// `less third = 100% of running needs 2 of units on cheapest 1 of units, 1 of units where C repeat`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// What is taken off the units of `on`, each time.
    pub amount: Expr,
    /// Units that must be there besides, and are used up with it.
    pub needs: Vec<Selection>,
    /// The units that become cheaper, of at least one selection.
    pub on: Vec<Selection>,
    /// How often.
    pub repeat: Option<Repeat>,
    /// Clauses.
    pub clauses: Box<Clauses>,
    /// The step.
    pub span: Span,
}

/// `for each bundle`, `for each line.brand`: the lines are looked at group by group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ForEach {
    /// What the lines of a group have in common.
    pub key: Path,
    /// The clause.
    pub span: Span,
}

/// `dearest 2 of units where product in tees`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Selection {
    /// Which come first.
    pub order: Pick,
    /// How many.
    pub count: Count,
    /// Only units of lines for which this holds.
    pub among: Option<Expr>,
    /// The selection.
    pub span: Span,
}

/// Which units are taken first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pick {
    /// In the order of the lines.
    InOrder,
    /// `dearest`
    Dearest,
    /// `cheapest`
    Cheapest,
}

/// How many units are taken.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Count {
    /// `3 of units`: so many, or the selection fails.
    Exactly(Expr),
    /// `up to 3 of units`: as many as there are, at least one.
    UpTo(Expr),
    /// `all units`: at least one.
    All,
    /// `units worth 10 USD`: as few, in their order, as come to so much.
    Worth(Expr),
}

/// `repeat`, `repeat at most 3`, `repeat at most 3 in all`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Repeat {
    /// The most.
    pub most: Option<Expr>,
    /// `in all`: the most of all groups together.
    pub in_all: Option<Span>,
    /// The clause.
    pub span: Span,
}
