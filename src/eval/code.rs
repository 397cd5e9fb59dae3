//! Planned expressions: what a checked expression becomes when its names are slots and its items indexes.

use super::aggregate::{AggregateCode, ElementRead};
use super::fault::{Fault, Gap};
use super::layout::Slot;
use crate::diagnostic::codes;
use crate::ir::{
    ArithmeticOp, Builtin, CompareOp, DatePart, Level, LogicOp, Name, PerCurrency, Place, Ty, Value,
};
use crate::source::Span;
use crate::value::{Exact, Rounding};

/// A planned expression and where it was written.
#[derive(Clone, Debug)]
pub struct Code {
    /// What it does.
    pub(super) node: Node,
    /// Where it was written.
    pub(super) span: Span,
}

impl Code {
    /// It is a value that is written in a formula itself.
    pub fn is_written_in(&self, formula: &Formula) -> bool {
        let (start, end, place) = (self.span.start, self.span.end, formula.code.span);
        let within = self.span.file == place.file && place.start <= start && end <= place.end;
        within && matches!(self.node, Node::Constant(_))
    }
}

/// A planned expression with its text and what it reads, for explanations.
#[derive(Clone, Debug)]
pub struct Formula {
    /// What is computed.
    pub code: Code,
    /// As written.
    pub text: Name,
    /// The type of its value.
    pub ty: Ty,
    /// The inputs and figures in it, each once, in the order written.
    pub reads: Vec<Reading>,
    /// Some of them hang on prices of lines as they stand, which later steps change.
    pub(super) passes: bool,
    /// The comparisons in it, in the order written.
    pub tests: Vec<Test>,
    /// The tiers and bands in it that the line's quantity alone decides.
    pub(super) drivers: Vec<Driver>,
}

/// A tier scheme or a band of a table that the line's quantity decides.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    /// What the quantity is multiplied with before it is looked up.
    pub factor: Exact,
    pub of: Driven,
}

/// What a quantity decides.
#[derive(Clone, Debug)]
pub(super) enum Driven {
    Tiers(u32),
    Table { table: u32, key: usize, lookup: Code, ty: Ty },
}

/// An input or a figure that a formula reads.
#[derive(Clone, Debug)]
pub struct Reading {
    /// As written there: `running`, `customer.level`.
    pub text: Name,
    /// How it is read.
    pub code: Code,
    /// Its type.
    pub ty: Ty,
    /// It hangs on prices of lines as they stand, which later steps change.
    pub passes: bool,
}

/// A comparison in a condition.
#[derive(Clone, Debug)]
pub struct Test {
    /// The left side, as written where that is short.
    pub what: Name,
    /// The left side.
    pub left: Code,
    /// Its type.
    pub left_ty: Ty,
    /// The comparison; none for `in`.
    pub op: Option<CompareOp>,
    /// The right side; for `in` the constants.
    pub right: Vec<Code>,
    /// Its type.
    pub right_ty: Ty,
    /// The comparison stands under a `not`: what it tests is that it fails.
    pub negated: bool,
}

/// (above left − above right) / below: a margin or a share off the list price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ratio {
    /// Of the line, its unit, or the quote.
    Own { left: Slot, right: Slot, below: Slot },
    /// Of the line that an aggregate is at.
    OfLine { outwards: u16, level: Level, figure: Builtin },
}

/// The forms of a planned expression; see `ir::ExprKind` for their meaning.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Constant(Value),
    Read(Slot),
    Ratio(Ratio),
    /// A ratio against a bound, without dividing. The ratio stands on the left.
    CompareRatio {
        ratio: Ratio,
        op: CompareOp,
        bound: Box<Code>,
    },
    Parameter(u16),
    Scale {
        factor: Exact,
        of: Box<Code>,
    },
    Arithmetic {
        op: ArithmeticOp,
        left: Box<Code>,
        right: Box<Code>,
    },
    Negate(Box<Code>),
    Compare {
        op: CompareOp,
        left: Box<Code>,
        right: Box<Code>,
    },
    Not(Box<Code>),
    Logic {
        op: LogicOp,
        left: Box<Code>,
        right: Box<Code>,
    },
    OneOf {
        value: Box<Code>,
        of: Box<[Value]>,
    },
    Contains {
        set: Box<Code>,
        value: Box<Code>,
    },
    StartsWith {
        text: Box<Code>,
        prefix: Box<Code>,
    },
    If {
        condition: Box<Code>,
        then: Box<Code>,
        otherwise: Box<Code>,
    },
    Switch {
        subject: Box<Code>,
        cases: Box<[(Box<[Value]>, Code)]>,
        otherwise: Option<Box<Code>>,
    },
    Otherwise {
        value: Box<Code>,
        fallback: Box<Code>,
    },
    Given(Box<Code>),
    /// A column of the row that a key of the table itself names.
    RowColumn {
        table: u32,
        column: u16,
        row: Box<Code>,
    },
    /// The key of a row, which is how other tables name it.
    RowKey {
        table: u32,
        row: Box<Code>,
    },
    Lookup {
        table: u32,
        column: u16,
        keys: Box<[Code]>,
    },
    Tier {
        tiers: u32,
        quantity: Box<Code>,
        tier_by: Option<Box<Code>>,
        scaled_by: Option<Box<Code>>,
    },
    Call {
        def: u32,
        arguments: Box<[Code]>,
    },
    Round {
        value: Box<Code>,
        mode: Rounding,
        step: PerCurrency,
        offset: PerCurrency,
    },
    Extreme {
        greatest: bool,
        of: Box<[Code]>,
    },
    Absolute(Box<Code>),
    Power {
        base: Box<Code>,
        exponent: Box<Code>,
    },
    RoundedPower(Box<RoundedPower>),
    Days {
        from: Box<Code>,
        to: Box<Code>,
        through: bool,
    },
    AddTime {
        date: Box<Code>,
        count: Box<Code>,
        months: bool,
    },
    DatePart {
        part: DatePart,
        date: Box<Code>,
    },
    Convert {
        amount: Box<Code>,
        from: Name,
        to: Name,
    },
    Aggregate(Box<AggregateCode>),
    /// Something of the line that an aggregate so many outwards is at.
    OfLine {
        outwards: u16,
        place: Box<Place>,
    },
    /// Something of the element that an aggregate so many outwards is at.
    Element {
        outwards: u16,
        read: ElementRead,
    },
    /// A name without a slot: told when it is read.
    Missing(Gap),
}

/// The gap, saying in which formula it arose if it does not say where.
pub(super) fn in_formula(gap: Gap, formula: &Formula) -> Gap {
    let own = gap.code == codes::DIVISION_BY_ZERO_IN_QUOTE || gap.code == codes::OVERFLOW_IN_QUOTE;
    if !own || gap.message.contains('`') {
        return gap;
    }
    let mut fault = Fault::clone(&gap);
    fault.message = format!("{} in `{}`", gap.message, formula.text);
    fault.gap()
}

/// A planned `ir::RoundedPower`.
#[derive(Clone, Debug)]
pub(super) struct RoundedPower {
    pub factor: Code,
    pub base: Code,
    pub exponent: Code,
    pub logarithm: bool,
    pub mode: Rounding,
    pub step: PerCurrency,
    pub offset: PerCurrency,
}
