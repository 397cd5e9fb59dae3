//! A quote as plain data: what a request costs, how that came about, and who must agree.

use std::sync::Arc;

use super::consent::Approvals;
use super::remarks::{Alert, Offer, Suggestion, Violation};
use crate::ir::{GroupKind, Name};
use crate::source::Span;
use crate::value::{Date, Exact, Said};

/// The answer to a request.
///
/// Amounts are exact numbers in the quote's currency; [`Quote::amount`] writes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The request's id.
    pub id: Option<String>,
    /// The worst of what was found.
    pub status: Status,
    /// The book's name.
    pub book: Name,
    /// The hash of all that the book was made from.
    pub book_hash: Name,
    /// The day of the quote.
    pub as_of: Date,
    /// The currency of all amounts.
    pub currency: Name,
    /// The decimal places that the currency is paid with; amounts are written with at least so many.
    pub places: u32,
    /// The lines, in the order of the request; those that the book gave stand behind them.
    pub lines: Vec<Line>,
    /// The lines that the book added without a product.
    pub charges: Vec<Charge>,
    /// The sums, and the quote's own steps.
    pub totals: Totals,
    /// Who must agree.
    pub approvals: Approvals,
    /// The last day on which the quote holds, where the book says so.
    pub valid_until: Option<Date>,
    /// The day on which the quote is followed up, where the book says so.
    pub follow_up: Option<Date>,
    /// What is wrong with the quote as a whole.
    pub violations: Vec<Violation>,
    /// Remarks about the quote as a whole.
    pub alerts: Vec<Alert>,
    /// What almost applied to the quote as a whole.
    pub offers: Vec<Offer>,
}

/// How a quote stands, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// It can be sent as it is.
    Ok,
    /// Somebody must agree first.
    NeedsApproval,
    /// A rule forbids it.
    Rejected,
    /// A line, or the whole, cannot be sold so.
    Invalid,
}

/// A line of a quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// The line that it is a part of; none for a line of the request.
    pub part_of: Option<String>,
    /// Its product.
    pub product: Name,
    /// The product's label.
    pub label: Option<Name>,
    /// The book gave it; nobody asked for it.
    pub gift: bool,
    /// The book says that it is not shown to people; it counts all the same.
    pub hidden: bool,
    /// It cannot be sold so: see `violations`. It is left out of the totals.
    pub invalid: bool,
    /// How many, or how much; none where the request's quantity makes no sense.
    pub quantity: Option<Shown>,
    /// The named configuration that the line starts from.
    pub preset: Option<Preset>,
    /// The options that the line has, defaults filled in, in the order of the book.
    pub options: Vec<Value>,
    /// The line's entries.
    pub entries: Vec<Value>,
    /// Why an entry differs from its default.
    pub reason: Option<String>,
    /// Its parts, as far as their pieces are included in its price. Pieces with a price of their own are
    /// lines of their own.
    pub parts: Vec<Part>,
    /// The labelled lets.
    pub values: Vec<Value>,
    /// The waterfall of one unit; none where the product has no `per unit`.
    pub unit: Option<Section>,
    /// The waterfall of the line, from unit price × quantity to the line's share of the quote's net. The
    /// steps of the quote that reached the line are at its end, with the line's share as amount.
    pub line: Section,
    /// List price of the line.
    pub list: Option<Exact>,
    /// Cost of the line; none where the product has none, or the reader may not see it.
    pub cost: Option<Exact>,
    /// The line's share of the quote's net; of an invalid line its own amount.
    pub net: Option<Exact>,
    /// Taxes that the quote takes line by line, on top of `net`.
    pub taxes: Vec<Tax>,
    /// (net − cost) / net; none where net is zero.
    pub margin: Option<Exact>,
    /// (list − net) / list; none where list is zero.
    pub off_list: Option<Exact>,
    /// The add, less, floor, cap and tax steps that applied, in the order of the waterfalls.
    pub applied: Vec<Name>,
    /// What is wrong with it.
    pub violations: Vec<Violation>,
    /// Remarks.
    pub alerts: Vec<Alert>,
    /// What could be sold beside.
    pub suggestions: Vec<Suggestion>,
    /// What almost applied.
    pub offers: Vec<Offer>,
}

/// A line that the book added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The step.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Its share of the quote's net.
    pub net: Exact,
    /// The author's words.
    pub because: Option<Name>,
    /// From what the step added to its share of the net: steps `with charges` changed it.
    pub section: Section,
    /// Where it is declared.
    pub span: Span,
}

/// The named configuration that a line starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// The options whose values are those of the preset, because the request was silent about them.
    pub options: Vec<Name>,
}

/// The pieces of a part that are included in the price of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// The product of each piece.
    pub product: Name,
    /// The pieces.
    pub pieces: Vec<Piece>,
}

/// Alike pieces of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where they stand in the line: `dies[2]`, `dies[2].pins[1]`.
    pub place: Name,
    /// How many one of the bundle has.
    pub quantity: Exact,
    /// The named configuration that they start from.
    pub preset: Option<Preset>,
    /// Their options, defaults filled in.
    pub options: Vec<Value>,
    /// Their labelled lets.
    pub values: Vec<Value>,
    /// Their own parts.
    pub parts: Vec<Part>,
}

/// The waterfall of a unit, of a line or of the quote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// What happened, step by step. The amounts of all entries sum to `net` of a section (to `total` of the
    /// quote's).
    pub entries: Vec<Entry>,
    /// Steps are not shown, because the reader may not see them. What they did is told together with a step
    /// beside them ([`EntryKind::Withheld`]); where there is none, what is shown does not sum.
    pub withheld: bool,
    /// List price; of a unit, or where the line has a list price of its own.
    pub list: Option<Exact>,
    /// Cost per unit, or of the line as a whole.
    pub cost: Option<Exact>,
    /// What the cost is made of.
    pub components: Vec<Component>,
    /// The price at the end.
    pub net: Option<Exact>,
    /// Subtotals, and figures of `let`, by name.
    pub figures: Vec<Figure>,
}

/// A subtotal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// The price at that point; none where it cannot be known.
    pub amount: Option<Exact>,
    /// With its unit, where it is no amount of money: `12.5 kg`.
    pub shown: Option<Said>,
}

/// The sums of a quote. Invalid lines are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Sum of the lines' list prices.
    pub list: Option<Exact>,
    /// Sum of the lines' costs; none where a line has none, or the reader may not see them.
    pub cost: Option<Exact>,
    /// The quote before tax: the sum of the lines' `net`.
    pub net: Option<Exact>,
    /// The taxes.
    pub taxes: Vec<Tax>,
    /// The end of the quote's waterfall.
    pub total: Option<Exact>,
    /// What is to be paid, where the book says how it differs from the total.
    pub payable: Option<Payable>,
    /// (net − cost) / net.
    pub margin: Option<Exact>,
    /// (list − net) / list.
    pub off_list: Option<Exact>,
    /// Invalid lines were left out.
    pub partial: bool,
    /// The quote's own steps.
    pub section: Section,
}

/// What is to be paid of the total.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payable {
    /// For people.
    pub label: Option<Name>,
    /// The amount; none where it cannot be known.
    pub amount: Option<Exact>,
    /// From the total to the amount.
    pub section: Section,
}

/// A tax of the quote or of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tax {
    /// The step.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// The tax.
    pub amount: Exact,
    /// It is contained in the price.
    pub within: bool,
}

/// A value with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// The value.
    pub value: Shown,
}

/// A value as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// True or false.
    Bool(bool),
    /// A number without a unit, a whole one or not.
    Number(Exact),
    /// Anything else, as a request would write it: `160 tf`, `8%`, `h_frame`, `2026-01-31`.
    Text {
        /// As a request writes it.
        text: Said,
        /// For people, where it has a label.
        label: Option<Name>,
    },
    /// The values of a set.
    Set(Vec<(Name, Option<Name>)>),
}

/// A step of a waterfall, and what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The step; `units` for the unit price times quantity with which a line's waterfall starts, `lines` for
    /// the sum of the lines with which the quote's starts, `total` for the total with which what is to be paid
    /// starts.
    pub step: Name,
    /// For people.
    pub label: Option<Name>,
    /// What kind of step.
    pub kind: EntryKind,
    /// The group that the step belongs to.
    pub group: Option<Name>,
    /// Whether it changed the price.
    pub outcome: Outcome,
    /// What it added to the price; negative for a discount, zero for what changed nothing.
    pub amount: Exact,
    /// The price after it; none where it cannot be known.
    pub running: Option<Exact>,
    /// What leaves the price as it is: the tax that is contained in it, the figure of a `let`.
    pub contained: Option<Exact>,
    /// That figure with its unit, where it is no amount of money: `12.5 kg`.
    pub shown: Option<Said>,
    /// What the members of a group, or the taxes of a block, come to together, where they are told one by one:
    /// negative for a discount.
    pub sum: Option<Exact>,
    /// The least or greatest price that a floor or cap asks for, whether it was needed or not.
    pub bound: Option<Exact>,
    /// What no line could take of a step that is spread `partly`.
    pub left_over: Option<Exact>,
    /// What it computes, as written.
    pub formula: Option<Name>,
    /// What the formula read.
    pub inputs: Vec<Read>,
    /// Rows of tables and tiers that the formula met.
    pub details: Vec<Detail>,
    /// The author's words.
    pub because: Option<Name>,
    /// Where the step is declared; none for `units` and `lines`.
    pub span: Option<Span>,
}

/// What kind of step an entry is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// The price that a waterfall starts with: unit price times quantity, or the sum of the lines.
    Start,
    /// The list price.
    List,
    /// Something added.
    Add,
    /// Something taken off.
    Less,
    /// Offers that take units, together.
    Claims,
    /// The outcome of a group; its members have the amounts.
    Group(GroupKind),
    /// A rounding of the price.
    Round,
    /// A least price.
    Floor,
    /// A greatest price.
    Cap,
    /// A name for the price so far.
    Subtotal,
    /// A figure that leaves the price as it is.
    Let,
    /// A tax.
    Tax,
    /// Several taxes on one base; its members have the amounts.
    Taxes,
    /// A line that the book added.
    Charge,
    /// A line of a product that the book added.
    Gift,
    /// A step together with steps beside it that the reader may not see: its amount is that of all of them.
    Withheld,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It counted.
    Applied,
    /// It was considered and did not count, for this reason.
    Skipped(Said),
    /// It cannot be computed, for this reason; neither can the price from here on.
    Unknown(Said),
}

/// Something that a formula read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// As written: `customer.level`.
    pub text: Name,
    /// Its value, as shown.
    pub value: Said,
}

/// Where a formula met a table or a tier scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A row of a table.
    Row {
        /// The table.
        table: Name,
        /// What the row gives, as shown.
        value: Said,
        /// Where it stands.
        place: RowPlace,
    },
    /// Rows of a table that together give a value.
    Rows {
        /// The table.
        table: Name,
        /// How they do: `sum`, `max` or `min`.
        policy: &'static str,
        /// What they give, as shown.
        value: Said,
        /// Each of them: what it gives, as shown, and where it stands.
        rows: Vec<(Said, RowPlace)>,
    },
    /// The units that a claim made cheaper.
    Units {
        /// How often it counted.
        times: Exact,
        /// How many units, in all.
        units: Exact,
        /// What it took off, and how often running so much; together they are the step's amount.
        amounts: Vec<(Exact, Exact)>,
    },
    /// What a step did to a group of lines.
    Group {
        /// What its lines have in common, as shown: a value, a product, the id of a line.
        group: Said,
        /// How many lines it has.
        lines: usize,
        /// What the step added to their price; those of all groups are the step's amount.
        amount: Exact,
        /// What the amount read.
        inputs: Vec<Read>,
        /// The tables, tiers and units that it met.
        details: Vec<Detail>,
    },
    /// A tier scheme.
    Tiers {
        /// The scheme.
        tiers: Name,
        /// The quantity, as shown.
        quantity: Said,
        /// What the scheme gives, as shown.
        value: Said,
        /// What each tier contributes.
        parts: Vec<TierPart>,
    },
}

impl Detail {
    /// What the amount of a group read.
    pub fn inputs(&self) -> &[Read] {
        match self {
            Detail::Group { inputs, .. } => inputs,
            _ => &[],
        }
    }
}

/// Where a row of a table stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowPlace {
    /// In the book.
    Span(Span),
    /// In a file beside it.
    File {
        /// The path.
        file: Arc<str>,
        /// The line, from 1.
        line: u32,
    },
}

/// What one tier contributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierPart {
    /// The tier, in words: `from 10`.
    pub tier: Said,
    /// How much of the quantity it prices.
    pub units: Exact,
    /// Its price or rate, as shown.
    pub price: Said,
    /// What that comes to, as shown; for rates the share of the average.
    pub amount: Said,
    /// Where the tier stands.
    pub span: Span,
}

/// A component of a cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its name.
    pub name: Name,
    /// For people.
    pub label: Option<Name>,
    /// Its amount; none where it cannot be known.
    pub amount: Option<Exact>,
    /// What it computes, as written.
    pub formula: Name,
    /// What the formula read.
    pub inputs: Vec<Read>,
    /// The author's words.
    pub because: Option<Name>,
    /// Where it is declared.
    pub span: Span,
}

impl Quote {
    /// An amount in the quote's currency, with at least its decimal places; never rounded.
    pub fn amount(&self, amount: &Exact) -> String {
        crate::eval::amount_text(amount, self.places)
    }
}

impl Status {
    /// The word for it, in the JSON and in tests of a book.
    pub fn word(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::NeedsApproval => "needs_approval",
            Status::Rejected => "rejected",
            Status::Invalid => "invalid",
        }
    }
}

impl EntryKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            EntryKind::Start => "start",
            EntryKind::List => "list",
            EntryKind::Add => "add",
            EntryKind::Less => "less",
            EntryKind::Group(GroupKind::Best) => "best of",
            EntryKind::Group(GroupKind::Worst) => "worst of",
            EntryKind::Group(GroupKind::First) => "first of",
            EntryKind::Group(GroupKind::All) => "all of",
            EntryKind::Round => "round",
            EntryKind::Floor => "floor",
            EntryKind::Cap => "cap",
            EntryKind::Subtotal => "subtotal",
            EntryKind::Let => "let",
            EntryKind::Tax => "tax",
            EntryKind::Taxes => "taxes",
            EntryKind::Charge => "charge",
            EntryKind::Gift => "gift",
            EntryKind::Claims => "claims",
            EntryKind::Withheld => "withheld",
        }
    }
}
