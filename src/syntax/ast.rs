//! The tree that is faithful to the text of one price book file: what was written, where, with its comments.
//!
//! Every node carries its span. Spans count bytes from the `base` that was given to the parser, so an item
//! parsed on its own has spans that do not move when text before it changes. Nothing here is resolved or
//! checked: a `Path` may name anything. Each type shows the syntax that makes it.

use std::sync::Arc;

use crate::source::Span;
use crate::value::{Date, Exact, Rounding};

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
    pub currencies: Vec<Name>,
    /// True for the `currencies` form.
    pub currency_by_request: bool,
    /// `effective A to B`, both days included.
    pub effective: Option<Period>,
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

/// `standard < silver < gold` (ranked) or `east | north` (not ranked).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choices {
    /// The values in the order written.
    pub values: Vec<Choice>,
    /// Written with `<`: values may be compared.
    pub ranked: bool,
    /// The whole list.
    pub span: Span,
}

/// One value of an enumeration: `c_frame "C-frame"`, `63 tf`, `"16Mn"`, `12 months "One year"`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Choice {
    /// The value: a word, a text, a number, a rate or a quantity.
    pub value: Literal,
    /// Its label.
    pub label: Option<Text>,
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
    pub clauses: Clauses,
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
    pub spread: Option<Spread>,
}

/// `spread by running to 0.01 CNY largest within running - least`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Spread {
    /// The weight of each line.
    pub by: Expr,
    /// `to STEP`: the step of the shares; without it the currency's minor unit.
    pub to: Option<Quantity>,
    /// Which line gets the residual: `largest` (largest remainder, the default), `first`, `last`.
    pub residual: Option<Name>,
    /// `within EXPR`: the most a line can take.
    pub within: Option<Expr>,
    /// The clause.
    pub span: Span,
}

/// `2026-03-01 to 2026-05-31` (both days included), `from 2026-07-01`, `to 2026-12-31`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// First day.
    pub from: Option<Date>,
    /// Last day, included.
    pub to: Option<Date>,
    /// Where it stands.
    pub span: Span,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Type {
    /// Its form.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TypeKind {
    /// `int`, `rate`, `text`, `date`, `bool`, `money`, `colour`, `kg`, `CNY`: one name, resolved later.
    /// `press.frame` and `customer.level`: the type of that option or field.
    Named(Path),
    /// `CNY/kg`, `kg*m`: a unit that is not one name.
    Unit(UnitExpr),
    /// `east | north`, `63 tf | 100 tf`, `standard < silver`
    Choices(Choices),
    /// `100 mm to 800 mm step 50 mm`, `0% to 15%`
    Range {
        /// Lower bound, included.
        from: Literal,
        /// Upper bound, included.
        to: Literal,
        /// Allowed values are `from`, `from + step`, …
        step: Option<Literal>,
    },
    /// `any of a | b`: a set; the inner type is `Choices` or `Named`.
    Set(Box<Type>),
    /// `key of skus`
    KeyOf(Name),
    /// `T optional`, in parameters and results
    Optional(Box<Type>),
}

/// A unit as written, no spaces inside: `CNY/kg`, `h`, `kg*m`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UnitExpr {
    /// Names with their exponents, in the order written (`CNY/kg` is `[(CNY, 1), (kg, -1)]`).
    pub factors: Vec<(Name, i8)>,
    /// The whole unit.
    pub span: Span,
}

/// A number with the text it was written in (`21_000`), for the formatter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    /// The exact value, sign included.
    pub value: Exact,
    /// As written.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// A number with a unit: one space between them, on one line: `4_800 CNY`, `95 CNY/h`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quantity {
    /// The number.
    pub number: Number,
    /// The unit; none for a bare number where a place allows both (`round half_even to 1`).
    pub unit: Option<UnitExpr>,
}

/// A value written out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Literal {
    /// Its form.
    pub kind: LiteralKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a literal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LiteralKind {
    /// `1_250.50`, `-3`
    Number(Number),
    /// `8%`: the number before the sign.
    Percent(Number),
    /// `4_800 CNY`
    Quantity(Quantity),
    /// `"16Mn"`
    Text(Arc<str>),
    /// `2026-01-31`
    Date(Date),
    /// `true`, `false`
    Bool(bool),
    /// `c_frame`: a bare word that stands for an enumeration value (in cells, keys and choices).
    Word(Arc<str>),
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Expr {
    /// Its form.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ExprKind {
    /// A literal; never `Word` (a bare word is a `Path`).
    Literal(Literal),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `force`, `customer.region`, `unit.list`; also an enumeration value where one is expected.
    Path(Path),
    /// `f(a, b)`: a table, tiers, def or built-in function.
    Call(Call),
    /// `skus(sku).price`: a field of a call's result.
    Field {
        /// The record.
        of: Box<Expr>,
        /// The field.
        name: Name,
    },
    /// `( … )`
    Paren(Box<Expr>),
    /// `not x`
    Not(Box<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// `a + b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `if c then a else b`
    If {
        /// The condition.
        condition: Box<Expr>,
        /// Its value when the condition holds.
        then: Box<Expr>,
        /// Its value otherwise.
        otherwise: Box<Expr>,
    },
    /// `by actor.role { rep: 10%, manager: 15% }`, with `else:` for the rest.
    By {
        /// What is looked at.
        subject: Path,
        /// The rows.
        rows: Vec<ByRow>,
    },
    /// `x rounded half_even to 0.01 CNY offset -0.01 CNY`
    Rounded {
        /// What is rounded.
        value: Box<Expr>,
        /// How.
        rounding: RoundTo,
    },
    /// `days(a to b)` excludes the last day, `days(a through b)` includes it.
    Days {
        /// First day.
        from: Box<Expr>,
        /// Last day.
        to: Box<Expr>,
        /// `through`
        through: bool,
    },
    /// `price_at markup 30% of cost`, `price_at margin 30% of cost`
    PriceAt {
        /// `margin` when true, `markup` when false.
        margin: bool,
        /// The rate.
        rate: Box<Expr>,
        /// The cost.
        cost: Box<Expr>,
    },
}

/// One row of `by`: values `or`ed, or `else`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ByRow {
    /// The values; empty for `else`.
    pub keys: Vec<Literal>,
    /// The result.
    pub value: Expr,
    /// The row.
    pub span: Span,
}

/// A call with its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// What is called.
    pub name: Name,
    /// Positional arguments.
    pub arguments: Vec<Expr>,
    /// `tier by EXPR` (tiers)
    pub tier_by: Option<Box<Expr>>,
    /// `scaled by EXPR` (tiers)
    pub scaled_by: Option<Box<Expr>>,
    /// `round(x, half_up, 0.01 CNY)`: the mode word of the rounding functions.
    pub mode: Option<(Rounding, Span)>,
}

/// How and to what an amount is rounded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoundTo {
    /// The mode.
    pub mode: Rounding,
    /// Where the mode stands.
    pub mode_span: Span,
    /// The step, positive.
    pub step: Quantity,
    /// Added after rounding (`offset -0.01 CNY`), for price endings.
    pub offset: Option<Quantity>,
    /// The clause.
    pub span: Span,
}

/// Binary operators, loosest first. Comparisons do not chain; `of` does not mix with `+ - * /` without
/// parentheses, nor `and` with `or`, `implies` with itself, `otherwise` with arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the operator it is named after")]
pub enum BinaryOp {
    Implies,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    StartsWith,
    Otherwise,
    Of,
    Add,
    Subtract,
    Multiply,
    Divide,
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
    pub clauses: Clauses,
    /// The component.
    pub span: Span,
}

/// `suggest extras with light_curtain …`, `suggest cooling = water …`, `suggest product service_plan …`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Suggest {
    /// What is suggested.
    pub what: Suggestion,
    /// `when`, `because`
    pub clauses: Clauses,
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

/// `table NAME(KEY, …) -> RESULT [optional] [effective PERIOD] from "FILE" [sheet "…"] | { … }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Table {
    /// Its name; several tables of one name are versions, each with `effective`.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its keys.
    pub keys: Vec<Key>,
    /// A word after the keys that says another hit policy than "exactly one row"; none is built yet.
    pub policy: Option<Name>,
    /// Its result.
    pub result: ResultType,
    /// The days on which this version counts.
    pub effective: Option<Period>,
    /// Its rows.
    pub rows: TableRows,
}

/// `press.frame` (the type of that option) or `mass: kg` (a parameter).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The key's name: the parameter's, or the last name of the path.
    pub name: Name,
    /// Its type; for the path form `TypeKind::Named(path)`.
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
    /// Its type.
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
    /// `from 2_000 kg`, `above 5 up to 10`; a missing end runs to the next bound.
    Band(Band),
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
    /// `10 CNY flat + 0.2 CNY each`; at least one part.
    Price {
        /// `F flat`: due once the tier is entered.
        flat: Option<Literal>,
        /// `R each`, `R per started 100`, `R per full 100`
        unit: Option<TierUnitPrice>,
    },
    /// `P%`, or a bare value in `whole` and `stair`.
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
    /// `per started 100`: a package begun counts.
    Started(Literal),
    /// `per full 100`: only full packages count.
    Full(Literal),
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
        clauses: Clauses,
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
        clauses: Clauses,
    },
    /// `best of programme "…" { … }`
    Group(Group),
    /// `round half_even to 1 CNY offset -0.01 CNY`
    Round(RoundTo),
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
        clauses: Clauses,
    },
    /// `subtotal price "Net unit price"`
    Subtotal {
        /// Its name.
        name: Name,
        /// Its label.
        label: Option<Text>,
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
        clauses: Clauses,
    },
    /// `each line { … }` in the quote block: steps for every line.
    EachLine(Section),
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
    pub clauses: Clauses,
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
}

/// `approvals { level …  reviewer …  ask …  reject …  route climb }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Approvals {
    /// Levels, lowest first.
    pub levels: Vec<Level>,
    /// Reviewers.
    pub reviewers: Vec<Reviewer>,
    /// The rules in order.
    pub rules: Vec<ApprovalRule>,
    /// `route climb`, `route jump`, `route each`
    pub route: Option<Name>,
}

/// `level director "Sales director"`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Level {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
}

/// `reviewer finance "Finance" with director`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reviewer {
    /// Their name.
    pub name: Name,
    /// Their label.
    pub label: Option<Text>,
    /// The level they stand beside.
    pub with: Option<Name>,
}

/// `ask director for machines when line.margin < 15% because "…"`, `reject when …`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApprovalRule {
    /// Who is asked; none for `reject`.
    pub who: Option<Name>,
    /// `for machines`: only lines of that family or product.
    pub narrowed_to: Option<Name>,
    /// The condition.
    pub when: Expr,
    /// The reason.
    pub because: Option<Text>,
    /// The rule.
    pub span: Span,
}

/// `test "…" { as_of …  market …  given …  line …  expect … }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Test {
    /// Its sentence.
    pub title: Text,
    /// The request, written out.
    pub as_of: Option<Date>,
    /// `currency EUR`, where the request chooses it
    pub currency: Option<Name>,
    /// `market q235 = 4.10 CNY/kg`, `market q235 = 4.10 CNY/kg on 2026-02-09`
    pub market: Vec<MarketValue>,
    /// `given customer { level = gold }`
    pub contexts: Vec<GivenContext>,
    /// `given prior = 3 kWh`
    pub facts: Vec<Assign>,
    /// `discount = 4%` at the level of the quote: quote entries
    pub entries: Vec<Assign>,
    /// `line press { … }`
    pub lines: Vec<TestLine>,
    /// `expect …`
    pub expectations: Vec<Expectation>,
}

/// `market q235 = 4.10 CNY/kg on 2026-02-09`, `market USD to CNY = 7.10`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MarketValue {
    /// The index, or the currency that is exchanged.
    pub name: Name,
    /// `to CNY`: an exchange rate.
    pub to: Option<Name>,
    /// Its value.
    pub value: Literal,
    /// Its date; `as_of` when left out.
    pub on: Option<Date>,
    /// The whole.
    pub span: Span,
}

/// `given customer { level = gold, region = east }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GivenContext {
    /// The context.
    pub name: Name,
    /// Its fields.
    pub fields: Vec<Assign>,
}

/// `name = value` in a test: literals and lists of literals only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assign {
    /// What is set.
    pub name: Name,
    /// One value, or the values of a list.
    pub value: AssignValue,
}

/// The right side of an assignment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AssignValue {
    /// `gold`, `4%`
    One(Literal),
    /// `[a, b]`
    Many(Vec<Literal>, Span),
}

/// `line a: press { quantity = 3, force = 160 tf, discount = 4%, reason = "loyal" }`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TestLine {
    /// The name by which `expect` speaks of it.
    pub name: Option<Name>,
    /// The product.
    pub product: Name,
    /// Quantity, options, entries and `reason`.
    pub fields: Vec<Assign>,
    /// The line.
    pub span: Span,
}

/// `expect unit.list = 224_000 CNY`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Expectation {
    /// What must hold: most often a comparison of a figure with a literal.
    pub condition: Expr,
    /// The expectation.
    pub span: Span,
}

/// `always "nothing is sold below cost" for machines: line.net >= line.cost`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Always {
    /// Its sentence.
    pub title: Text,
    /// Only lines of that family or product.
    pub narrowed_to: Option<Name>,
    /// What must hold for every line (or for the quote).
    pub condition: Expr,
}

/// A whole file: its items in order and the comments that stand outside items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct File {
    /// The items that parsed.
    pub items: Vec<Item>,
    /// Comments after the last item.
    pub trailing_comments: Vec<Comment>,
}
