//! Inputs, products and families of the checked form.

use super::expr::{Expr, Formula};
use super::ty::{Domain, Name, NumberTy, Ty, Value};
use crate::source::Span;

/// Something that a request brings: an option, a context field, an entry, a fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Input {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Its type; `Optional` when it may be left out or has a `when`.
    pub ty: Ty,
    /// Written `optional`: it may be left out also where its `when` holds.
    pub optional: bool,
    /// Its allowed values.
    pub domain: Domain,
    /// Taken when the request is silent.
    pub default: Option<Value>,
    /// `when`: the input exists only where this holds; else it is absent.
    pub when: Option<Formula>,
    /// `limit`: the highest value allowed (entries).
    pub limit: Option<Formula>,
    /// `reason required`: the line needs a `reason` when the value is not the default.
    pub reason_required: bool,
    /// Roles that may see it; empty for all.
    pub visible_to: Vec<Name>,
    /// Among the options of a product: it is no choice, but comes with the line beside them (`given`).
    pub with_line: bool,
    /// The declaration.
    pub span: Span,
}

impl Input {
    /// An input that all may see, and that must be given: without a label, a default or conditions.
    pub fn new(name: Name, ty: Ty, domain: Domain, span: Span) -> Input {
        Input {
            name,
            label: None,
            ty,
            optional: false,
            domain,
            default: None,
            when: None,
            limit: None,
            reason_required: false,
            visible_to: Vec::new(),
            with_line: false,
            span,
        }
    }
}

/// A named set of inputs that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Context {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Its fields.
    pub fields: Vec<Input>,
    /// The declaration.
    pub span: Span,
}

/// A family of products.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Family {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// The declaration.
    pub span: Span,
}

/// A product with what its family shares copied in, the family's first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Product {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Its family.
    pub family: Option<Name>,
    /// What a quantity is: a whole number, or measured.
    pub quantity: Input,
    /// Its options in the order written.
    pub options: Vec<Input>,
    /// Its parts in the order written. Parts never form a circle.
    pub parts: Vec<Part>,
    /// What the pieces of its parts cost; none where it has no parts.
    pub parts_price: Option<PartsPrice>,
    /// Its lets, each reading only earlier ones.
    pub lets: Vec<Let>,
    /// All its options, parts and lets in an order in which each reads only earlier ones.
    pub order: Vec<MemberAt>,
    /// Constraints in the order written.
    pub constraints: Vec<Constraint>,
    /// Cost components per unit.
    pub unit_cost: Vec<CostComponent>,
    /// Cost components per line.
    pub line_cost: Vec<CostComponent>,
    /// It has a `cost` or `cost line` block, so it has a margin.
    pub has_cost: bool,
    /// The currency (or `money`) of its costs and prices.
    pub currency: NumberTy,
    /// Suggestions.
    pub suggestions: Vec<Suggestion>,
    /// Alerts.
    pub alerts: Vec<Alert>,
    /// The declaration.
    pub span: Span,
}

/// An option, a part or a let of a product, by its position among its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the kind of member it is named after")]
pub enum MemberAt {
    Option(u16),
    Part(u16),
    Let(u16),
}

/// Pieces of which a product is made, each a configuration of another product.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// The product of each piece; it is sold in whole numbers.
    pub product: Name,
    /// The fewest pieces that one of the bundle has. A request that is silent about the part means this
    /// number of pieces without choices where it is also the most; none where it is zero; else it is a
    /// violation.
    pub least: u32,
    /// The most.
    pub most: u32,
    /// The part exists only where this holds; else there are no pieces.
    pub when: Option<Formula>,
    /// The declaration.
    pub span: Span,
}

/// What the pieces of a bundle cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PartsPrice {
    /// Each is a line of its own, with the waterfall of its product, beside that of the bundle.
    Priced,
    /// The bundle's own price is for all.
    Included,
}

/// A named value of a product.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Let {
    /// Its name.
    pub name: Name,
    /// Shown on the quote when there is one.
    pub label: Option<Name>,
    /// Its value.
    pub value: Formula,
    /// The declaration.
    pub span: Span,
}

/// A relation that a configuration must fulfil.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Constraint {
    /// Its name, where it has one.
    pub name: Option<Name>,
    /// What must hold. `require X when Y` is `Y implies X`; `exclude A with B` is `not (A and B)`; an
    /// `allow` is a lookup that must give a row.
    pub rule: ConstraintRule,
    /// As written, from the keyword on.
    pub text: Name,
    /// The author's words.
    pub because: Option<Name>,
    /// The declaration.
    pub span: Span,
}

/// What a constraint asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ConstraintRule {
    /// This holds.
    Holds(Expr),
    /// These values are the keys of a row that is not `n/a`.
    Row {
        /// The table.
        table: Name,
        /// One value a key.
        keys: Vec<Expr>,
    },
}

/// One component of a cost.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CostComponent {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Its amount.
    pub amount: Formula,
    /// Zero unless this holds.
    pub when: Option<Formula>,
    /// The author's words.
    pub because: Option<Name>,
    /// Roles that may see it; empty for all.
    pub visible_to: Vec<Name>,
    /// The declaration.
    pub span: Span,
}

/// Something to offer beside.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Suggestion {
    /// What.
    pub what: Suggested,
    /// When; always without it.
    pub when: Option<Formula>,
    /// The author's words.
    pub because: Option<Name>,
    /// The declaration.
    pub span: Span,
}

/// What is suggested. A suggestion that the line already follows, or that would break a constraint, is not made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Suggested {
    /// Add to a set option.
    With {
        /// The option.
        option: Name,
        /// The value.
        value: Value,
    },
    /// Choose for an option.
    Value {
        /// The option.
        option: Name,
        /// The value.
        value: Value,
    },
    /// Another product.
    Product(Name),
}

/// A remark that changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Alert {
    /// Its name.
    pub name: Option<Name>,
    /// When it is made.
    pub when: Formula,
    /// What it says.
    pub because: Option<Name>,
    /// The declaration.
    pub span: Span,
}
