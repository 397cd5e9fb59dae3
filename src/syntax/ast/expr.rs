//! Expressions as written.

use super::{Literal, Name, Path};
use crate::source::Span;
use crate::value::Rounding;

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
    /// A literal; never `Word` (a bare word is a `Path`). Boxed, as it is twice as large as all other forms.
    Literal(Box<Literal>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `force`, `customer.region`, `unit.list`; also an enumeration value where one is expected.
    Path(Path),
    /// `earlier lines`: what a comprehension goes through, by itself or before `of`.
    EarlierLines,
    /// `f(a, b)`: a table, tiers, def or built-in function.
    Call(Box<Call>),
    /// `skus(sku).price`: a field of a call's result.
    Field {
        /// The record.
        of: Box<Expr>,
        /// The field.
        name: Name,
    },
    /// `used[3]`: the element of a list at a position; a field of it is a `Field`.
    Item {
        /// The list, a path.
        list: Box<Expr>,
        /// The position, from 1.
        at: Box<Expr>,
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
        rounding: Box<RoundTo>,
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
    /// `sum(d.mass for d in dies where d.size = big)`
    Comprehension(Box<Comprehension>),
}

/// `FUNCTION(BODY for ELEMENT in SOURCE where FILTER greatest COUNT by KEY)`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Comprehension {
    /// `sum`, `count`, `any`, …
    pub function: Name,
    /// What is worked out for each element.
    pub body: Expr,
    /// The name of each element in its turn.
    pub element: Name,
    /// What the elements are taken from.
    pub source: Expr,
    /// Only elements for which this holds.
    pub filter: Option<Expr>,
    /// Only so many of them.
    pub ranking: Option<Ranking>,
}

/// `greatest 3 by r.load`
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ranking {
    /// `greatest` when true, `least` when false.
    pub greatest: bool,
    /// How many.
    pub count: Expr,
    /// What the elements are compared by.
    pub by: Expr,
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
    /// The step, positive: a number, with a unit, or in per cent.
    pub step: Literal,
    /// Added after rounding (`offset -0.01 CNY`), for price endings.
    pub offset: Option<Literal>,
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

impl BinaryOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Implies => "implies",
            BinaryOp::Or => "or",
            BinaryOp::And => "and",
            BinaryOp::Equal => "=",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessOrEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterOrEqual => ">=",
            BinaryOp::In => "in",
            BinaryOp::NotIn => "not in",
            BinaryOp::StartsWith => "starts with",
            BinaryOp::Otherwise => "otherwise",
            BinaryOp::Of => "of",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
        }
    }
}
