//! Checked expressions: every name resolved, every unit conversion written out, every type known.

use std::cmp::Ordering;
use std::sync::Arc;

use super::aggregate::{Aggregate, ElementPlace, Source};
use super::rounding::PerCurrency;
use super::ty::{Name, Ty, Value};
use crate::source::Span;
use crate::value::{Date, Exact, Rounding};

/// An expression with the text it was written in, for explanations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Formula {
    /// What is computed.
    pub expr: Expr,
    /// As written, in canonical layout on one line.
    pub text: Arc<str>,
}

/// A number that a date has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DatePart {
    /// The year, 1 to 9999.
    Year,
    /// The month of the year, 1 to 12.
    Month,
    /// The day of the month, 1 to 31.
    Day,
    /// The day of the week, 1 for Monday to 7 for Sunday.
    Weekday,
}

impl DatePart {
    /// All parts.
    pub const ALL: [DatePart; 4] = [DatePart::Year, DatePart::Month, DatePart::Day, DatePart::Weekday];

    /// The function that gives it.
    pub const fn function(self) -> &'static str {
        match self {
            DatePart::Year => "year_of",
            DatePart::Month => "month_of",
            DatePart::Day => "day_of",
            DatePart::Weekday => "weekday_of",
        }
    }

    /// The greatest number that it can be; the least is 1.
    pub const fn greatest(self) -> i64 {
        match self {
            DatePart::Year => 9999,
            DatePart::Month => 12,
            DatePart::Day => 31,
            DatePart::Weekday => 7,
        }
    }

    /// The part of a date.
    pub fn of(self, date: Date) -> i64 {
        match self {
            DatePart::Year => date.year().into(),
            DatePart::Month => date.month().into(),
            DatePart::Day => date.day().into(),
            DatePart::Weekday => date.weekday().into(),
        }
    }
}

/// A checked expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Expr {
    /// What it does.
    pub kind: ExprKind,
    /// The type of its value.
    pub ty: Ty,
    /// Where it was written.
    pub span: Span,
}

/// Expressions with more of others inside are not compared.
const MOST_COMPARED: usize = 60;

impl Expr {
    /// The conditions that must all hold, of conditions joined by `and`; in no particular order.
    pub fn conjuncts(&self) -> Vec<&Expr> {
        let (mut all, mut waiting) = (Vec::new(), vec![self]);
        while let Some(expr) = waiting.pop() {
            match &expr.kind {
                ExprKind::Logic { op: LogicOp::And, left, right } => {
                    waiting.extend([left.as_ref(), right.as_ref()]);
                }
                _ => all.push(expr),
            }
        }
        all
    }

    /// The constants of which a condition asks a place to be one: of `product = pen`, `product in [pen, ink]`. None of
    /// what asks otherwise.
    pub fn asked_of(&self, place: &Place) -> Option<&[Value]> {
        let reads = |expr: &Expr| matches!(&expr.kind, ExprKind::Read(of) if of == place);
        match &self.kind {
            ExprKind::OneOf { value, of } if reads(value) => Some(of),
            ExprKind::Compare { op: CompareOp::Equal, left, right } if reads(left) => match &right.kind {
                ExprKind::Const(value) => Some(std::slice::from_ref(value)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether another expression of the same scope says the same, wherever the two are written.
    pub fn same_value(&self, other: &Expr) -> bool {
        if std::mem::discriminant(&self.kind) != std::mem::discriminant(&other.kind) {
            return false;
        }
        match (&self.kind, &other.kind) {
            (ExprKind::Read(one), ExprKind::Read(other)) => one == other,
            (ExprKind::Parameter(one), ExprKind::Parameter(other)) => one == other,
            (ExprKind::Const(one), ExprKind::Const(other)) => one == other,
            // What differs else is where they are written.
            _ => {
                self.is_small()
                    && other.is_small()
                    && super::print::expr_text(self) == super::print::expr_text(other)
            }
        }
    }

    /// Whether few expressions stand inside, so that comparing costs nothing.
    fn is_small(&self) -> bool {
        let (mut count, mut waiting) = (0_usize, vec![self]);
        while let Some(expr) = waiting.pop() {
            count += 1;
            if count > MOST_COMPARED {
                return false;
            }
            expr.for_each_operand(&mut |operand| waiting.push(operand));
        }
        true
    }

    /// Calls `visit` for each operand, in the order written. The one place that knows what stands inside
    /// which form: whoever walks expressions walks by it.
    pub fn for_each_operand<'e>(&'e self, visit: &mut dyn FnMut(&'e Expr)) {
        match &self.kind {
            ExprKind::Const(_) | ExprKind::Read(_) | ExprKind::Parameter(_) | ExprKind::Applied { .. } => {}
            ExprKind::Scale { of, .. }
            | ExprKind::Negate(of)
            | ExprKind::Not(of)
            | ExprKind::Given(of)
            | ExprKind::Absolute(of)
            | ExprKind::DatePart { date: of, .. }
            | ExprKind::OneOf { value: of, .. }
            | ExprKind::Round { value: of, .. }
            | ExprKind::Convert { amount: of, .. } => visit(of),
            ExprKind::Arithmetic { left: a, right: b, .. }
            | ExprKind::Power { base: a, exponent: b }
            | ExprKind::Compare { left: a, right: b, .. }
            | ExprKind::Logic { left: a, right: b, .. }
            | ExprKind::Contains { set: a, value: b }
            | ExprKind::StartsWith { text: a, prefix: b }
            | ExprKind::Otherwise { value: a, fallback: b }
            | ExprKind::Days { from: a, to: b, .. }
            | ExprKind::AddTime { date: a, count: b, .. } => {
                visit(a);
                visit(b);
            }
            ExprKind::If { condition, then, otherwise } => {
                visit(condition);
                visit(then);
                visit(otherwise);
            }
            ExprKind::Switch { subject, cases, otherwise } => {
                visit(subject);
                cases.iter().for_each(|(_, then)| visit(then));
                otherwise.iter().for_each(|expr| visit(expr));
            }
            ExprKind::RoundedPower(of) => [&of.factor, &of.base, &of.exponent].into_iter().for_each(visit),
            ExprKind::Lookup { keys: of, .. }
            | ExprKind::Call { arguments: of, .. }
            | ExprKind::Extreme { of, .. } => of.iter().for_each(visit),
            ExprKind::Aggregate(own) => {
                match &own.source {
                    Source::List(of) => visit(of),
                    Source::Item { list, at } => {
                        visit(list);
                        visit(at);
                    }
                    Source::Hits { keys, .. } => keys.iter().for_each(&mut *visit),
                    _ => {}
                }
                let ranking = own.ranking.iter().flat_map(|ranking| [&ranking.count, &ranking.by]);
                own.filter.iter().chain(ranking).chain(&own.before).chain(&own.body).for_each(visit);
            }
            ExprKind::Tier { quantity, tier_by, scaled_by, .. } => {
                visit(quantity);
                tier_by.iter().chain(scaled_by).for_each(|expr| visit(expr));
            }
        }
    }
}

/// The forms of a checked expression. Operands are of the types that the form needs: the checker has
/// inserted `Scale` where units differ by a factor, so numbers are combined as they are.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ExprKind {
    /// A constant.
    Const(Value),
    /// An input or a figure.
    Read(Place),
    /// The parameter of the enclosing `def`, by position.
    Parameter(u16),
    /// A number in another unit of the same dimension: `factor * of`.
    Scale {
        /// The exact factor, not zero.
        factor: Exact,
        /// The number.
        of: Box<Expr>,
    },
    /// Number and number.
    Arithmetic {
        /// The operation.
        op: ArithmeticOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `-x`
    Negate(Box<Expr>),
    /// Two values of one type: numbers, dates, ranked choices; any type for equality.
    Compare {
        /// The comparison.
        op: CompareOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `not x`
    Not(Box<Expr>),
    /// `a and b`, `a or b`, `a implies b`. The right side is not evaluated where the left side decides.
    Logic {
        /// The connective.
        op: LogicOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// The value is one of the constants. False for an absent option.
    OneOf {
        /// The value.
        value: Box<Expr>,
        /// The constants.
        of: Vec<Value>,
    },
    /// The set has the value. False for an absent set.
    Contains {
        /// The set.
        set: Box<Expr>,
        /// The value, of the set's enumeration.
        value: Box<Expr>,
    },
    /// The text starts with the prefix.
    StartsWith {
        /// The text.
        text: Box<Expr>,
        /// The prefix.
        prefix: Box<Expr>,
    },
    /// `if c then a else b`; only the chosen side is evaluated.
    If {
        /// The condition.
        condition: Box<Expr>,
        /// When it holds.
        then: Box<Expr>,
        /// When not.
        otherwise: Box<Expr>,
    },
    /// `by subject { … }`: exhaustive; the first case that has the subject's value, else `otherwise`.
    Switch {
        /// What is looked at.
        subject: Box<Expr>,
        /// Values and results; no value stands twice.
        cases: Vec<(Vec<Value>, Expr)>,
        /// `else`; none when the cases cover everything.
        otherwise: Option<Box<Expr>>,
    },
    /// The first value unless it is absent, else the second. The first is optional.
    Otherwise {
        /// The optional value.
        value: Box<Expr>,
        /// In its place.
        fallback: Box<Expr>,
    },
    /// `given(x)`: the optional value is there.
    Given(Box<Expr>),
    /// A row of a table, and one column of it.
    Lookup {
        /// The table.
        table: Name,
        /// One value a key, in the keys' types.
        keys: Vec<Expr>,
        /// The position of the column in `Table::columns`.
        column: u16,
    },
    /// A tier scheme.
    Tier {
        /// The scheme.
        tiers: Name,
        /// The quantity that is priced.
        quantity: Box<Expr>,
        /// `tier by`: the quantity that decides the tier, where it is another one.
        tier_by: Option<Box<Expr>>,
        /// `scaled by`: all bounds are multiplied by this.
        scaled_by: Option<Box<Expr>>,
    },
    /// A `def`.
    Call {
        /// The function.
        def: Name,
        /// One value a parameter.
        arguments: Vec<Expr>,
    },
    /// The nearest multiple of `step` by the mode, plus `offset`.
    Round {
        /// The number.
        value: Box<Expr>,
        /// The mode.
        mode: Rounding,
        /// Positive, in the number's unit.
        step: PerCurrency,
        /// Zero unless said.
        offset: PerCurrency,
    },
    /// `min`, `max` of one or more numbers, dates or ranked choices of one type.
    Extreme {
        /// `max`
        greatest: bool,
        /// The candidates.
        of: Vec<Expr>,
    },
    /// `abs(x)`
    Absolute(Box<Expr>),
    /// `pow(x, n)`: the number multiplied with itself so many times, exactly; 1 for an exponent of 0.
    Power {
        /// A number without unit.
        base: Box<Expr>,
        /// A whole number from 0 to `limits::MAX_EXPONENT`.
        exponent: Box<Expr>,
    },
    /// `5 h * pow(x, 0.6) rounded half_up to 0.01 h`
    RoundedPower(Box<RoundedPower>),
    /// `days(a to b)` excludes the last day, `days(a through b)` includes it; a number of days.
    Days {
        /// First day.
        from: Box<Expr>,
        /// Last day.
        to: Box<Expr>,
        /// The last day counts.
        through: bool,
    },
    /// A date and a whole number of days or months (months clamp to the month's end).
    AddTime {
        /// The date.
        date: Box<Expr>,
        /// How many.
        count: Box<Expr>,
        /// Months; else days.
        months: bool,
    },
    /// `year_of(d)`, `month_of(d)`, … of a date: a whole number.
    DatePart {
        /// Which part.
        part: DatePart,
        /// The date.
        date: Box<Expr>,
    },
    /// An amount in another currency, by the rate that came with the request. `money` stands for the
    /// request's currency; no rate is needed between a currency and itself.
    Convert {
        /// The amount.
        amount: Box<Expr>,
        /// Its currency, or `money`.
        from: Name,
        /// The other currency, or `money`.
        to: Name,
    },
    /// `applied(step)`: the step's condition held, it won its group, and its amount is not zero.
    Applied {
        /// Where the step stands.
        level: Level,
        /// The step.
        step: Name,
    },
    /// One value from the elements of a source: `sum(d.mass for d in dies)`.
    Aggregate(Box<Aggregate>),
}

/// Arithmetic on exact numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the operation it is named after")]
pub enum ArithmeticOp {
    Add,
    Subtract,
    Multiply,
    /// An exact fraction; by zero it is an error at run time.
    Divide,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the comparison it is named after")]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Connectives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is the connective it is named after")]
pub enum LogicOp {
    And,
    Or,
    Implies,
}

/// The level of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// One unit of a line.
    Unit,
    /// A line.
    Line,
    /// The quote.
    Quote,
}

/// What an expression can read. Names of products, options and steps are resolved for each product that
/// the expression is evaluated for: a family's waterfall reads each member's own option.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The day for which the quote is made.
    AsOf,
    /// The currency that the request chose, in a book with several (`Ty::Choice` of `currency`).
    Currency,
    /// `customer.level`
    Context {
        /// The context.
        context: Name,
        /// Its field.
        field: Name,
    },
    /// A fact (`given`).
    Fact(Name),
    /// A market index.
    Index(Name),
    /// An option or a let of the line's product.
    Member(Name),
    /// The answer to a question of the guide of the line's product: in guides only.
    Answer(Name),
    /// The line's quantity, in the product's unit of sale.
    Quantity,
    /// What the salesperson typed for the line or the quote.
    Entry {
        /// `Line` or `Quote`.
        level: Level,
        /// The entry.
        name: Name,
    },
    /// A component of the cost: per unit (`Unit`) or per line (`Line`).
    CostComponent {
        /// `Unit` or `Line`.
        level: Level,
        /// The component.
        name: Name,
    },
    /// The price so far; in a group the price at its entry. Inside `within` and `spread by` the line's.
    Running(Level),
    /// The running price after a subtotal, the amount of an `add`, `less`, `floor`, `cap` or `tax` step or
    /// of a named group, or the list price (`list`).
    Figure {
        /// Where the step stands.
        level: Level,
        /// The step.
        name: Name,
    },
    /// A figure that every level has.
    Builtin {
        /// Of one unit, the line, or the quote.
        level: Level,
        /// Which.
        figure: Builtin,
    },
    /// The product of the line, or its family, as a name (`product in machines` is `OneOf`).
    Product,
    /// The product of the line of the request that the line is a piece of; missing of other lines.
    Bundle,
    /// Something of the element that an enclosing aggregate goes over: `d.size`.
    Element {
        /// The aggregate's depth.
        depth: u16,
        /// The element's name, as written.
        element: Name,
        /// What is read of it.
        of: ElementPlace,
    },
}

/// Figures that need no declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Builtin {
    /// List price: of one unit; of the line, times quantity; of the quote, the sum.
    List,
    /// Cost of one unit without line costs; of the line, unit cost times quantity plus line costs; the sum.
    Cost,
    /// `unit.net`: the unit price at the end of the unit's waterfall. `line.net`: the line's share of
    /// `quote.net`. `quote.net`: the quote before tax.
    Net,
    /// (net − cost) / net. A comparison with it is made without dividing, `net − cost` against
    /// `bound × net`, so it is also decided where net is zero.
    Margin,
    /// (list − net) / list, compared likewise.
    OffList,
}

impl CompareOp {
    /// The comparison with its sides exchanged.
    pub fn mirrored(self) -> CompareOp {
        match self {
            CompareOp::Less => CompareOp::Greater,
            CompareOp::LessOrEqual => CompareOp::GreaterOrEqual,
            CompareOp::Greater => CompareOp::Less,
            CompareOp::GreaterOrEqual => CompareOp::LessOrEqual,
            CompareOp::Equal | CompareOp::NotEqual => self,
        }
    }

    /// Whether the order of the left side to the right is what the comparison asks for.
    pub fn admits(self, order: Ordering) -> bool {
        match self {
            CompareOp::Equal => order.is_eq(),
            CompareOp::NotEqual => order.is_ne(),
            CompareOp::Less => order.is_lt(),
            CompareOp::LessOrEqual => order.is_le(),
            CompareOp::Greater => order.is_gt(),
            CompareOp::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl Builtin {
    /// As it is written behind `line.`.
    pub fn word(self) -> &'static str {
        match self {
            Builtin::List => "list",
            Builtin::Cost => "cost",
            Builtin::Net => "net",
            Builtin::Margin => "margin",
            Builtin::OffList => "off_list",
        }
    }
}

/// A number times a power whose exponent need not be whole, rounded: the true value is, whatever its digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoundedPower {
    /// What the power is multiplied with.
    pub factor: Expr,
    /// A number without unit, above zero; also zero where the exponent is above zero.
    pub base: Expr,
    /// A number without unit.
    pub exponent: Expr,
    /// `log2`: the exponent is the logarithm of that number to base 2.
    pub logarithm: bool,
    /// The mode.
    pub mode: Rounding,
    /// Positive, in the unit of the factor.
    pub step: PerCurrency,
    /// Zero unless said.
    pub offset: PerCurrency,
}
