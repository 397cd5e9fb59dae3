//! What an expression may read: by the place where it stands, and by what stands before it.

use crate::check::Signatures;
use std::sync::Arc;

use crate::ir::{Aggregate, EnumTy, GroupKey, Level, ListTy, Name, PartsPrice, Source, Ty};

/// The place where an expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// A value that must be known without a request: a default, a bound.
    Constant,
    /// The body of a `def`: parameters and what is known everywhere.
    Def,
    /// Options, constraints, lets, alerts of a product.
    Product,
    /// `cost { … }`
    UnitCost,
    /// `cost line { … }`
    LineCost,
    /// The clauses of a line's entry, known before any price.
    LineEntry,
    /// The clauses of the quote's entry.
    QuoteEntry,
    /// `per unit { … }`
    PerUnit,
    /// `per line { … }`
    PerLine,
    /// A step of the quote that acts on the whole quote.
    Quote,
    /// `on lines where`, `spread by`, `within`, and steps of `each line`: one line of the quote.
    QuoteLine,
    /// The condition of an approval rule or of `always`.
    Approval,
    /// The condition of an expectation.
    Expectation,
}

impl Section {
    /// The level whose figures bare names read.
    pub fn level(self) -> Option<Level> {
        match self {
            Section::PerUnit => Some(Level::Unit),
            Section::PerLine => Some(Level::Line),
            Section::Quote | Section::QuoteLine => Some(Level::Quote),
            _ => None,
        }
    }
}

/// A figure that stands before the expression in its own section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) level: Level,
    pub(crate) name: Name,
    pub(crate) ty: Ty,
    /// It is known already; a step that is only asked whether it `applied` is not.
    pub(crate) readable: bool,
}

/// What an enclosing comprehension goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    /// The name of each in its turn.
    pub(crate) name: Name,
    pub(crate) of: Elements,
}

/// The elements of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Elements {
    /// Pieces of a part.
    Pieces(Pieces),
    /// A list that the request brings.
    List(Arc<ListTy>),
    /// The values of an enumeration.
    Values(Arc<EnumTy>),
    /// Lines of these products.
    Lines(Vec<Name>),
    /// The rows of a table.
    Rows(Name),
    /// Those of them that match.
    Hits(Name),
}

impl Elements {
    /// There is always at least one.
    pub(crate) fn never_empty(&self) -> bool {
        match self {
            Elements::Pieces(pieces) => pieces.least > 0,
            // A line that is at fault takes no part, not even in its own sums.
            Elements::List(_) | Elements::Lines(_) | Elements::Hits(_) => false,
            Elements::Values(_) | Elements::Rows(_) => true,
        }
    }

    /// The most that there are, as far as the book says it; the others are counted as they are gone through.
    pub(crate) fn most(&self) -> u64 {
        match self {
            Elements::Pieces(pieces) => pieces.most,
            Elements::List(_) | Elements::Lines(_) | Elements::Rows(_) | Elements::Hits(_) => 1,
            Elements::Values(of) => of.values.len() as u64,
        }
    }

    /// Their order means something.
    pub(crate) fn in_order(&self) -> bool {
        match self {
            Elements::List(list) => list.ordered,
            Elements::Pieces(_)
            | Elements::Values(_)
            | Elements::Lines(_)
            | Elements::Rows(_)
            | Elements::Hits(_) => true,
        }
    }

    /// The pieces, where they are pieces.
    pub(crate) fn pieces(&self) -> Option<&Pieces> {
        match self {
            Elements::Pieces(pieces) => Some(pieces),
            _ => None,
        }
    }
}

/// The pieces of a part, over all products concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pieces {
    /// Their products.
    pub(crate) products: Vec<Name>,
    /// The fewest that there are.
    pub(crate) least: u64,
    /// The most.
    pub(crate) most: u64,
    /// They are lines of their own.
    pub(crate) priced: bool,
}

/// What an expression may read.
///
/// Names of options, lets, entries and figures are looked up for every product concerned and must have one
/// type in all of them.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    pub(crate) signatures: &'a Signatures,
    pub(crate) section: Section,
    pub(crate) products: Vec<Name>,
    pub(crate) parameters: Vec<(Name, Option<Ty>)>,
    pub(crate) answers: Vec<(Name, Ty)>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) components: Vec<(Level, Name)>,
    pub(crate) running: Option<(Level, Ty)>,
    /// The elements of the comprehensions around, the outermost first.
    pub(crate) elements: Vec<Element>,
    /// The currency that the request speaks here, because a test says so or a condition around: an amount in
    /// it is `money`.
    pub(crate) chosen: Option<Name>,
    /// The paths that a condition around says are given.
    pub(crate) known: Vec<Vec<Name>>,
    /// The lines that the expression is worked out for, where they are a group.
    pub(crate) group: Option<Group>,
}

/// A group of lines for which a step of the quote is worked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// What its lines have in common.
    pub(crate) key: GroupKey,
    /// The products of which it is read.
    pub(crate) products: Vec<Name>,
    /// As written.
    pub(crate) text: Name,
}

impl<'a> Scope<'a> {
    /// A scope in which nothing but what is known everywhere can be read.
    pub fn new(signatures: &'a Signatures, section: Section) -> Scope<'a> {
        Scope {
            signatures,
            section,
            products: Vec::new(),
            parameters: Vec::new(),
            answers: Vec::new(),
            figures: Vec::new(),
            components: Vec::new(),
            running: None,
            elements: Vec::new(),
            chosen: None,
            known: Vec::new(),
            group: None,
        }
    }

    /// The body of a product, or one of its cost blocks.
    pub fn of_product(signatures: &'a Signatures, section: Section, product: Name) -> Scope<'a> {
        Scope { products: vec![product], ..Scope::new(signatures, section) }
    }

    /// A place that concerns the lines of several products.
    pub fn of_products(signatures: &'a Signatures, section: Section, products: Vec<Name>) -> Scope<'a> {
        Scope { products, ..Scope::new(signatures, section) }
    }

    /// The body of a function.
    pub fn of_def(signatures: &'a Signatures, parameters: Vec<(Name, Option<Ty>)>) -> Scope<'a> {
        Scope { parameters, ..Scope::new(signatures, Section::Def) }
    }

    /// Declares the answer to a question of a guide, or gives it another type: in the effects of its own
    /// question an answer is there.
    pub fn declare_answer(&mut self, name: Name, ty: Ty) {
        self.answers.retain(|(known, _)| *known != name);
        self.answers.push((name, ty));
    }

    /// Says that `running` is known here, at a level and in a unit.
    pub fn set_running(&mut self, level: Level, ty: Ty) {
        self.running = Some((level, ty));
    }

    /// Declares a figure of the section: from here on its name can be read.
    pub fn declare_figure(&mut self, level: Level, name: Name, ty: Ty) {
        self.figures.push(Figure { level, name, ty, readable: true });
    }

    /// Declares a step that can be asked whether it `applied`, and not read, as the members of a group.
    pub fn declare_step(&mut self, level: Level, name: Name, ty: Ty) {
        self.figures.push(Figure { level, name, ty, readable: false });
    }

    /// Declares a cost component: from here on its name can be read in the costs.
    pub fn declare_component(&mut self, level: Level, name: Name) {
        self.components.push((level, name));
    }

    /// The elements that a source has.
    pub(crate) fn elements_of(&self, source: &Source) -> Elements {
        match source {
            Source::Parts { owner, part } => Elements::Pieces(self.pieces(*owner, part)),
            Source::List(of) | Source::Item { list: of, .. } => match &of.ty {
                Ty::List(list) => Elements::List(list.clone()),
                _ => Elements::Pieces(Pieces::default()),
            },
            Source::Values(of) => Elements::Values(of.clone()),
            Source::Lines { of, .. } => Elements::Lines(self.signatures.products_of(of.as_deref())),
            Source::Rows(table) => Elements::Rows(table.clone()),
            Source::Hits { table, .. } => Elements::Hits(table.clone()),
        }
    }

    /// The pieces of a part of the line's product, or of those of an element.
    pub(crate) fn pieces(&self, owner: Option<u16>, part: &Name) -> Pieces {
        let owner = owner.and_then(|depth| self.elements.get(usize::from(depth)));
        let owner = owner.and_then(|element| element.of.pieces());
        let bundles = owner.map_or(&self.products, |pieces| &pieces.products);
        let mut found: Option<Pieces> = None;
        for bundle in bundles.iter().filter_map(|product| self.signatures.products.get(product)) {
            let Some(part) = bundle.parts.get(part) else { continue };
            let least = if part.conditional { 0 } else { u64::from(part.least) };
            let pieces = found.get_or_insert_with(|| Pieces { least, ..Pieces::default() });
            pieces.least = pieces.least.min(least);
            pieces.most = pieces.most.max(u64::from(part.most));
            // What stands inside of an included piece is included with it.
            pieces.priced |= match owner {
                Some(pieces) => pieces.priced,
                None => bundle.parts_price == Some(PartsPrice::Priced),
            };
            if !pieces.products.contains(&part.product) {
                pieces.products.push(part.product.clone());
            }
        }
        found.unwrap_or_default()
    }

    /// The element of a depth.
    pub(crate) fn element(&self, depth: usize) -> Option<(u16, &Element)> {
        Some((u16::try_from(depth).ok()?, self.elements.get(depth)?))
    }

    /// The scope inside of an aggregate, where its element can be read.
    pub(crate) fn within(&self, aggregate: &Aggregate) -> Scope<'a> {
        let mut inner = self.clone();
        let of = self.elements_of(&aggregate.source);
        inner.elements.truncate(usize::from(aggregate.depth));
        inner.elements.push(Element { name: Name::from(""), of });
        inner
    }

    /// The signatures.
    pub fn signatures(&self) -> &'a Signatures {
        self.signatures
    }

    /// The place where the expression stands.
    pub fn section(&self) -> Section {
        self.section
    }

    /// The parameters of the function whose body this is.
    pub fn parameters(&self) -> &[(Name, Option<Ty>)] {
        &self.parameters
    }

    /// The products concerned.
    pub fn products(&self) -> &[Name] {
        &self.products
    }
}
