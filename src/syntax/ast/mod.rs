//! The tree that is faithful to the text of one price book file: what was written, where, with its comments.
//!
//! Every node carries its span. Spans count bytes from the `base` that was given to the parser, so an item
//! parsed on its own has spans that do not move when text before it changes. Nothing here is resolved or
//! checked: a `Path` may name anything. Each type shows the syntax that makes it.

mod approval;
mod expr;
mod guide;
mod price;
mod product;
mod quote;
mod table;
mod test;
mod types;

use std::sync::Arc;

pub use approval::*;
pub use expr::*;
pub use guide::*;
pub use price::*;
pub use product::*;
pub use quote::*;
pub use table::*;
pub use test::*;
pub use types::*;

use crate::source::Span;

/// A name as written: a Unicode identifier, lower snake_case by habit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// The identifier.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// A quoted text: a label, a reason, a file name, a literal. `text` has no quotes and no escapes left.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    /// The words between the quotes.
    pub text: Arc<str>,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A dotted name: `force`, `customer.level`, `unit.list`, `std.proration`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// At least one name.
    pub names: Vec<Name>,
    /// The whole path.
    pub span: Span,
}

/// A comment, `// …` or `/// …`, without its line break.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Comment {
    /// The text with its slashes.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// True when nothing but blanks stands before it on its line.
    pub own_line: bool,
}

/// One top-level declaration with the comments inside and just before it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// What is declared.
    pub kind: ItemKind,
    /// From the first word to the last character of the declaration.
    pub span: Span,
    /// `///` lines directly before the declaration, slashes removed, joined by line breaks.
    pub doc: Option<Arc<str>>,
    /// All comments of the item's text, in order (those before it included).
    pub comments: Vec<Comment>,
    /// A part of the text did not parse and is missing from the tree: what depends on the declaration being
    /// whole is better left unsaid. There is an error for it.
    pub broken: bool,
}

/// What a top-level declaration can be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// `book press "Hydraulic presses" { … }`
    Book(Book),
    /// `use std.proration` or `use "../group-policy"`
    Use(Use),
    /// `unit pallet "Pallet" = 48 pc`
    Unit(UnitDecl),
    /// `enum colour "Colour": red | blue`
    Enum(EnumDecl),
    /// `context customer { … }`
    Context(Context),
    /// `given prior: kWh default 0 kWh`
    Given(Field),
    /// `index q235 "Q235 steel": 1 CNY/kg to 20 CNY/kg max_age 7 days`
    Index(Index),
    /// `exchange USD to CNY max_age 2 days`
    Exchange(Exchange),
    /// `family machines "Machines" { … }`
    Family(Family),
    /// `product press "Hydraulic press" in machines { … }`
    Product(Product),
    /// `preset workshop "Workshop press" of press { … }`
    Preset(Preset),
    /// `guide press "Find the right press" { … }`
    Guide(Guide),
    /// `table list_price(press.frame, press.force) -> CNY { … }`
    Table(Table),
    /// `tiers quantity_break(int) whole -> rate { … }`
    Tiers(Tiers),
    /// `def half(x: CNY) -> CNY = x / 2`
    Def(Def),
    /// `price machines { … }`
    Price(Price),
    /// `quote { … }`
    Quote(QuoteBlock),
    /// `approvals { … }`
    Approvals(Approvals),
    /// `test "…" { … }`
    Test(Test),
    /// `always "…": line.net >= line.cost`
    Always(Always),
}

/// `book press "Hydraulic presses" { currency CNY  effective 2026-01-01 to 2026-12-31 }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Book {
    /// The book's name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// `currency CNY`: one name; `currencies USD, EUR`: several, and the request chooses.
    pub currencies: Vec<BookCurrency>,
    /// True for the `currencies` form.
    pub currency_by_request: bool,
    /// `effective A to B`, both days included.
    pub effective: Option<Period>,
}

/// `USD`, or `USD to 0.0001`: a currency of a book.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BookCurrency {
    /// Its code.
    pub name: Name,
    /// The smallest amount in it, where that is not the one of ISO 4217.
    pub to: Option<Number>,
}

/// `use std.proration` (names) or `use "../group-policy"` (a folder, relative to this book's folder).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Use {
    /// What is used.
    pub target: UseTarget,
}

/// The two forms of `use`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UseTarget {
    /// `std.proration`
    Path(Path),
    /// `"../group-policy"`
    Folder(Text),
}

impl UseTarget {
    /// Where it is written.
    pub fn span(&self) -> Span {
        match self {
            UseTarget::Path(path) => path.span,
            UseTarget::Folder(text) => text.span,
        }
    }
}

/// `unit pallet "Pallet" = 48 pc`; without `=` a new base unit: `unit 台 "set"`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnitDecl {
    /// The unit's name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its size in other units.
    pub size: Option<Quantity>,
}

/// `enum colour "Colour": red | blue | "RAL 9010" "Pure white"`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnumDecl {
    /// The enumeration's name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its values.
    pub values: Choices,
}

/// `context customer "Customer" { id: text optional  level: … }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Context {
    /// The context's name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its fields, parted by line breaks or commas.
    pub fields: Vec<Field>,
}

/// A named, typed input with clauses: a context field, an option, an entry, a fact.
///
/// `option stroke "Stroke": 100 mm to 800 mm step 50 mm default 400 mm when force > 63 tf`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its type and, for inputs, its domain.
    pub ty: Type,
    /// The clauses behind the type, in any order.
    pub clauses: Box<Clauses>,
}

/// The clauses that may follow a declaration or a step. Which are allowed where is checked by the parser;
/// one written twice is a syntax error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Clauses {
    /// `optional`
    pub optional: Option<Span>,
    /// `default EXPR`
    pub default: Option<Expr>,
    /// `when EXPR`
    pub when: Option<Expr>,
    /// `during PERIOD`
    pub during: Option<Period>,
    /// `because "…"`
    pub because: Option<Text>,
    /// `limit EXPR` (entries)
    pub limit: Option<Expr>,
    /// `reason required` (entries)
    pub reason_required: Option<Span>,
    /// `visible to manager, admin`
    pub visible_to: Vec<Name>,
    /// `may be negative` (add and less steps)
    pub may_be_negative: Option<Span>,
    /// `on lines where EXPR` (quote steps)
    pub on_lines: Option<Expr>,
    /// `spread by EXPR …` (quote steps)
    pub spread: Option<Box<Spread>>,
    /// `with charges` (quote steps)
    pub with_charges: Option<Span>,
    /// `untaxed` (charges and gifts)
    pub untaxed: Option<Span>,
    /// `for each line.brand` (quote steps)
    pub for_each: Option<ForEach>,
}

/// `index q235 "Q235 steel plate": 1 CNY/kg to 20 CNY/kg max_age 7 days`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Index {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// A range (with bounds that the compiler may rely on) or a unit.
    pub ty: Type,
    /// The oldest date the value may have, counted back from `as_of`.
    pub max_age: Option<Quantity>,
}

/// `exchange USD to CNY max_age 2 days`: the rate pair comes with the request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exchange {
    /// From this currency …
    pub from: Name,
    /// … to this one.
    pub to: Name,
    /// As for an index.
    pub max_age: Option<Quantity>,
}

/// `def half(x: CNY, n: int) -> CNY = x / 2`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Def {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// Its result type.
    pub result: Type,
    /// Its value.
    pub body: Expr,
}

/// `x: CNY`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
}

/// A whole file: its items in order and the comments that stand outside items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct File {
    /// The items that parsed.
    pub items: Vec<Item>,
    /// Comments after the last item.
    pub trailing_comments: Vec<Comment>,
}
