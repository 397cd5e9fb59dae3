//! What one declaration may know of the others: names and types, and never a body.
//!
//! Editing the body of a table, a function, a waterfall or a rule leaves the signatures equal, so nothing
//! but that declaration is checked again. For the same reason nothing here holds a place in the text except
//! where a top-level name is declared.

mod build;
mod built;
mod entries;
mod guides;
mod head;
mod inputs;
mod lets;
mod modes;
mod noting;
mod parts;
mod prices;
mod products;
mod shadow;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::ir::{Domain, EnumTy, HitPolicy, Level, Name, NumberTy, PartsPrice, Period, TierMode, Ty};
use crate::resolve::ItemRef;
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast;
use crate::value::{Unit, UnitTable};

pub(crate) use build::MOST_PLACES;
pub use built::Built;
pub use entries::Entries;
pub use head::is_signed;
pub use modes::UsualMode;

/// The signatures of a whole book.
///
/// A type that could not be understood is `None`: the problem has been reported where it is declared, and
/// whoever needs the type says nothing more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signatures {
    /// Nothing is wrong with the signatures; then whatever cannot be checked has a problem of its own.
    pub sound: bool,
    /// How help proposes to round: a matter of all bodies, which one of them seldom changes.
    pub usual_mode: UsualMode,
    /// Every top-level name: what it stands for and where it is declared.
    pub names: Entries<(Kind, Span)>,
    /// The units of the book.
    pub units: UnitTable,
    /// What the `book` declaration says.
    pub book: BookSig,
    /// Declared enumerations, and `currency` where requests choose it.
    pub enums: Entries<Arc<EnumTy>>,
    /// Contexts.
    pub contexts: Entries<ContextSig>,
    /// Facts.
    pub facts: Entries<InputSig>,
    /// Market indexes.
    pub indexes: Entries<InputSig>,
    /// Declared rate pairs: from, to.
    pub exchanges: BTreeSet<(Name, Name)>,
    /// Families.
    pub families: Entries<FamilySig>,
    /// Products.
    pub products: Entries<ProductSig>,
    /// The products that are parts of others, and whether the price of each of those is for all.
    pub bundled: BTreeMap<Name, bool>,
    /// Tables.
    pub tables: Entries<TableSig>,
    /// Tier schemes.
    pub tiers: Entries<TiersSig>,
    /// Functions.
    pub defs: Entries<DefSig>,
    /// Waterfalls by their target.
    pub prices: Entries<PriceSig>,
    /// Presets.
    pub presets: Entries<PresetSig>,
    /// The products and families that have a guide of their own.
    pub guides: BTreeSet<Name>,
    /// The quote's steps; empty where there is no `quote` block.
    pub quote: QuoteSig,
    /// Approvals; empty where there is no `approvals` block.
    pub approvals: ApprovalsSig,
}

/// What the `book` declaration says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookSig {
    /// Its name; none where the declaration is missing.
    pub name: Option<Name>,
    /// For people.
    pub label: Option<Name>,
    /// Its currencies; empty where the declaration is missing or names none.
    pub currencies: Vec<Name>,
    /// The request chooses the currency.
    pub by_request: bool,
    /// The days for which quotes can be made.
    pub effective: Period,
    /// The unit of amounts: the book's currency, or `money`; none where the book names no currency.
    pub money: Option<Unit>,
}

/// Something that a request brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputSig {
    /// For people.
    pub label: Option<Name>,
    /// Its type; `Optional` where it may be left out or has a `when`.
    pub ty: Option<Ty>,
    /// Its values.
    pub domain: Domain,
    /// It has a default.
    pub has_default: bool,
}

/// A context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContextSig {
    /// Its fields.
    pub fields: BTreeMap<Name, InputSig>,
}

/// A family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FamilySig {
    /// Its products, in alphabetical order.
    pub products: Vec<Name>,
    /// Its own options, for keys such as `machines.frame`.
    pub options: BTreeMap<Name, InputSig>,
}

/// A product with what its family shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductSig {
    /// Its family, where that is declared.
    pub family: Option<Name>,
    /// What a quantity is: `Int` without a unit, or measured.
    pub quantity: NumberTy,
    /// The quantities that can be ordered.
    pub quantity_domain: Domain,
    /// Options and lets.
    pub members: BTreeMap<Name, MemberSig>,
    /// The options in the order written, the family's first.
    pub options: Vec<Name>,
    /// Those of them that come with the line beside its options: `given`.
    pub given: BTreeSet<Name>,
    /// Parts.
    pub parts: BTreeMap<Name, PartSig>,
    /// The parts in the order written, the family's first.
    pub part_order: Vec<Name>,
    /// What the pieces of its parts cost; none where it has no parts, or does not say.
    pub parts_price: Option<PartsPrice>,
    /// The names of constraints that have one.
    pub constraints: Vec<Name>,
    /// The names of alerts that have one.
    pub alerts: Vec<Name>,
    /// What its suggestions suggest: options and products.
    pub suggested: Vec<Name>,
    /// Cost components per unit, in the order written.
    pub unit_cost: Vec<Name>,
    /// Cost components per line, in the order written.
    pub line_cost: Vec<Name>,
    /// It has a cost, and so a margin.
    pub has_cost: bool,
}

/// A part of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartSig {
    /// For people.
    pub label: Option<Name>,
    /// The product of each piece, which may be unknown.
    pub product: Name,
    /// The fewest pieces, where there are any.
    pub least: u32,
    /// The most.
    pub most: u32,
    /// It has a `when`, so there may be none.
    pub conditional: bool,
}

/// An option or a let.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberSig {
    /// It is chosen, rather than computed.
    pub option: bool,
    /// What is known of it.
    pub input: InputSig,
    /// Its value can always be written as a decimal; an option's can.
    pub terminates: bool,
}

/// A table, all versions together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSig {
    /// Its keys in order: names, types, and the values that can occur.
    pub keys: Vec<KeySig>,
    /// Its results: one without a name, or the columns of a record.
    pub columns: Vec<(Option<Name>, Option<Ty>)>,
    /// Which of the rows that match count.
    pub policy: HitPolicy,
    /// A missing row is an absent value.
    pub optional: bool,
}

/// A key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySig {
    /// Its name.
    pub name: Name,
    /// Its type; `Optional` where it says so itself.
    pub ty: Option<Ty>,
    /// Its values: those of the option or field it is named after, else all of the type.
    pub domain: Domain,
}

/// A tier scheme, all versions together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiersSig {
    /// The type of the quantity.
    pub driver: Option<NumberTy>,
    /// How it prices.
    pub mode: TierMode,
    /// The type of the result.
    pub result: Option<Ty>,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefSig {
    /// Its parameters in order.
    pub parameters: Vec<(Name, Option<Ty>)>,
    /// Its result.
    pub result: Option<Ty>,
    /// Its value can always be written as a decimal if its arguments can.
    pub terminates: bool,
}

/// A preset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresetSig {
    /// The product, or the family, that it is for.
    pub target: Name,
}

/// A waterfall.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceSig {
    /// What a salesperson may type for a line.
    pub entries: BTreeMap<Name, InputSig>,
    /// Per unit, in order, members of groups and groups included.
    pub unit_steps: Vec<StepSig>,
    /// Per line, in order.
    pub line_steps: Vec<StepSig>,
}

/// The steps of the quote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuoteSig {
    /// There is a `quote` block.
    pub declared: bool,
    /// What a salesperson may type for the quote.
    pub entries: BTreeMap<Name, InputSig>,
    /// The names of alerts that have one.
    pub alerts: Vec<Name>,
    /// The names of what it must fulfil, where they have one.
    pub requirements: Vec<Name>,
    /// In order; those within `each line` are not among them.
    pub steps: Vec<StepSig>,
    /// The steps within `each line` blocks, in order.
    pub line_steps: Vec<StepSig>,
}

/// A named step of a waterfall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepSig {
    /// Its name.
    pub name: Name,
    /// It stands inside a group.
    pub in_group: bool,
    /// `applied` can be asked of it: it is no subtotal and no list price.
    pub can_apply: bool,
    /// The type of a `let` that says one; none where that is wrong. All others are amounts of money.
    pub ty: Option<Option<Ty>>,
    /// What each line has of a step of the quote.
    pub share: Share,
}

/// What each line has of a step of the quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Its amount is spread over the lines: each has its share.
    Spread,
    /// It is a tax, which is added to the sum of the lines.
    Tax,
    /// It puts nothing on lines, or is no step of the quote itself.
    Nothing,
}

impl StepSig {
    /// The type of its figure, where `money` is that of amounts.
    pub fn ty(&self, money: Option<Ty>) -> Option<Ty> {
        self.ty.clone().unwrap_or(money)
    }
}

/// Levels and reviewers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApprovalsSig {
    /// Levels of all ladders, lowest first.
    pub levels: Vec<Name>,
    /// Reviewers.
    pub reviewers: Vec<Name>,
}

impl Signatures {
    /// The signatures of a book's items, and the problems with names, with the types of declarations, and
    /// with what a book has once. Items are given in the order in which problems call one the first.
    pub fn build(items: &[(ItemRef, Arc<ast::Item>)]) -> (Signatures, Vec<Diagnostic>) {
        build::build(items)
    }

    /// Whether amounts in this currency can be written: the book's currencies and those of its exchange
    /// rates, and `money` where requests choose the currency.
    pub fn knows_currency(&self, code: &str) -> bool {
        self.book.currencies.iter().any(|currency| currency.as_ref() == code)
            || self.exchanges.iter().any(|(from, to)| from.as_ref() == code || to.as_ref() == code)
            || self.book.by_request && code == "money"
    }

    /// What a top-level name stands for.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.names.get(name).map(|(kind, _)| *kind)
    }

    /// The unit of amounts of money; `None` where the book names no currency, which has been reported.
    pub fn money(&self) -> Option<Ty> {
        Some(Ty::quantity(self.book.money.clone()?))
    }

    /// The type of a product's unit prices and unit costs: money, per unit of a measured quantity.
    pub fn unit_money(&self, product: &str) -> Option<Ty> {
        let money = self.book.money.as_ref()?;
        let quantity = &self.products.get(product)?.quantity;
        Some(Ty::quantity(money.div(&quantity.unit).0))
    }

    /// The type of amounts at a level of a product's line, or of the quote.
    pub fn money_at(&self, level: Level, product: &str) -> Option<Ty> {
        match level {
            Level::Unit => self.unit_money(product),
            Level::Line | Level::Quote => self.money(),
        }
    }

    /// The waterfall of a product: its own, else its family's. The name is that of the price's target.
    pub fn price_of(&self, product: &str) -> Option<(&Name, &PriceSig)> {
        let own = self.prices.get_key_value(product);
        let family = || self.prices.get_key_value(self.products.get(product)?.family.as_ref()?);
        own.or_else(family)
    }

    /// The products that a waterfall is for: a product, or the members of a family without a price of
    /// their own. Empty for an unknown target.
    pub fn products_priced_by(&self, target: &str) -> Vec<Name> {
        if let Some((name, _)) = self.products.get_key_value(target) {
            return vec![name.clone()];
        }
        let members = self.families.get(target).map(|family| family.products.as_slice()).unwrap_or_default();
        members.iter().filter(|product| !self.prices.contains_key(*product)).cloned().collect()
    }

    /// The products that a guide is for: a product, or the members of a family without a guide of their own.
    /// Empty for an unknown target.
    pub fn products_guided_by(&self, target: &str) -> Vec<Name> {
        let mut products = self.products_of(Some(target));
        products.retain(|product| &**product == target || !self.guides.contains(product));
        products
    }

    /// Whether a product can start from a preset of this target.
    pub fn is_of(&self, product: &str, target: &str) -> bool {
        let family = self.products.get(product).and_then(|product| product.family.as_deref());
        product == target || family == Some(target)
    }

    /// The products that `for TARGET` narrows a rule to: all without a target; empty for an unknown one.
    /// Products that are only sold inside of others have no lines, so no rule speaks of them.
    pub fn products_of(&self, target: Option<&str>) -> Vec<Name> {
        let Some(target) = target else {
            return self.products.keys().filter(|product| !self.only_included(product)).cloned().collect();
        };
        if let Some((name, _)) = self.products.get_key_value(target) {
            return vec![name.clone()];
        }
        let members = self.families.get(target).map(|family| family.products.as_slice()).unwrap_or_default();
        members.iter().filter(|product| !self.only_included(product)).cloned().collect()
    }

    /// Whether a product has no price and needs none, because it is only ever a part of products whose
    /// price is for all.
    pub fn only_included(&self, product: &str) -> bool {
        self.bundled.get(product) == Some(&true) && self.price_of(product).is_none()
    }
}
