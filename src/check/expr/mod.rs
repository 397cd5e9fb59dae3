//! Expressions: every name resolved, every unit conversion written out, every type known.
//!
//! ```text
//! mod.rs         what others call, and the walk over the forms of an expression
//! names.rs       a bare name, by the place where it stands
//! levels.rs      `unit.x`, `line.x`, `quote.x`
//! arithmetic.rs  + - * / of, dates
//! compare.rs     = < in, starts with
//! choose.rs      if, by, otherwise
//! known.rs       what stands behind `given(x)`
//! call.rs        tables, tiers, functions
//! builtin.rs     min, round, given, convert, …
//! aggregate.rs   sum, count, … over elements, `before` and `nth`
//! asked.rs       whether a comprehension asks its elements
//! source.rs      what elements are taken from
//! element.rs     what is read of an element
//! group.rs       what is read of a group of lines
//! item.rs        the element of a list at a position
//! lines.rs       the lines of a quote as elements
//! coerce.rs      one type where another is needed
//! fold.rs        values that are known now
//! decimals.rs    values that always end
//! ```

mod aggregate;
mod arithmetic;
mod asked;
mod builtin;
mod call;
mod choose;
mod coerce;
mod compare;
mod decimals;
mod element;
mod fold;
mod group;
mod item;
mod known;
mod levels;
mod lines;
mod names;
mod power;
mod source;

use super::literal::{self, Lit};
use super::units::Currencies;
use super::{Scope, Signatures, errors};
use crate::diagnostic::Diagnostic;
use crate::format::expr_text;
use crate::ir::{self, ExprKind, Formula, LogicOp, Name, Ty, Value};
use crate::source::Span;
use crate::syntax::ast::{self, BinaryOp};

pub use super::literal::literal_value;
pub use decimals::terminates;
pub(crate) use decimals::terminates_with;
pub use fold::constant;

/// Checks an expression. With an expected type the result has exactly that type, scaled to its unit.
///
/// `None` means that a problem has been reported, here or where a name is declared: say nothing more.
pub fn check_expr(
    scope: &Scope<'_>,
    expr: &ast::Expr,
    expected: Option<&Ty>,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Expr> {
    Checker {
        scope,
        signatures: scope.signatures,
        problems,
        currencies: Currencies::Known,
        stands: Stands::Outside,
        before: Vec::new(),
    }
    .check(expr, expected)
}

/// Checks an expression and keeps its text, in canonical layout.
pub fn check_formula(
    scope: &Scope<'_>,
    expr: &ast::Expr,
    expected: Option<&Ty>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Formula> {
    let checked = check_expr(scope, expr, expected, problems)?;
    Some(Formula { expr: checked, text: Name::from(expr_text(expr)) })
}

/// Checks a condition: true or false.
pub fn check_condition(
    scope: &Scope<'_>,
    expr: &ast::Expr,
    problems: &mut Vec<Diagnostic>,
) -> Option<Formula> {
    check_formula(scope, expr, Some(&Ty::Bool), problems)
}

/// Checks the amount of a step, in the money of its level; a bare rate gets the help that shows
/// `8% of list` and `8% of running`.
pub fn check_amount(
    scope: &Scope<'_>,
    expr: &ast::Expr,
    money: &Ty,
    problems: &mut Vec<Diagnostic>,
) -> Option<Formula> {
    check_formula(scope, expr, Some(money), problems)
}

/// The unit of an amount in the currency that a request chooses.
const MONEY: &str = "money";

/// One expression being checked.
struct Checker<'c, 'a> {
    scope: &'c Scope<'a>,
    signatures: &'a Signatures,
    problems: &'c mut Vec<Diagnostic>,
    /// Which currencies literals may have.
    currencies: Currencies,
    /// Where it stands in the innermost comprehension.
    stands: Stands,
    /// The numbers in `before(…)` of that comprehension.
    before: Vec<ir::Expr>,
}

impl<'a> Checker<'_, 'a> {
    /// The same for a scope, whose problems nobody is told: for what is looked at twice, or told elsewhere.
    fn silent<'s>(
        &self,
        scope: &'s Scope<'a>,
        stands: Stands,
        problems: &'s mut Vec<Diagnostic>,
    ) -> Checker<'s, 'a> {
        let (signatures, currencies) = (self.signatures, self.currencies);
        Checker { scope, signatures, problems, currencies, stands, before: Vec::new() }
    }
}

/// Where an expression stands in a comprehension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    /// In none.
    Outside,
    /// Behind `where`.
    Filter,
    /// Behind the `by` of `greatest` or `least`.
    Rank,
    /// Before `for`.
    Body,
    /// Before `for`, where the elements are ranked.
    RankedBody,
}

impl<'a> Checker<'_, 'a> {
    /// The expression, of the wanted type if there is one.
    fn check(&mut self, expr: &ast::Expr, want: Option<&Ty>) -> Option<ir::Expr> {
        let found = self.infer(expr, want)?;
        match want {
            Some(want) => self.coerce(found, want, expr),
            None => Some(found),
        }
    }

    /// The expression with its own type. The hint tells what a bare word or a list may stand for.
    fn infer(&mut self, expr: &ast::Expr, hint: Option<&Ty>) -> Option<ir::Expr> {
        match &expr.kind {
            ast::ExprKind::Literal(literal) => self.literal(literal, hint),
            ast::ExprKind::List(items) => self.set_literal(items, expr.span, hint),
            ast::ExprKind::Path(path) => {
                let found = self.path(path, hint)?;
                Some(self.known_given(path, found))
            }
            ast::ExprKind::EarlierLines => {
                self.problems.push(errors::earlier_lines_are_no_value(expr.span));
                None
            }
            ast::ExprKind::Call(call) => self.call(call, None, expr.span),
            ast::ExprKind::Field { of, name } => self.field(of, name, expr),
            ast::ExprKind::Item { list, at } => self.item((list, at), None, expr),
            ast::ExprKind::Paren(inner) => self.infer(inner, hint),
            ast::ExprKind::Not(inner) => {
                let inner = self.check(inner, Some(&Ty::Bool))?;
                Some(node(ExprKind::Not(Box::new(inner)), Ty::Bool, expr.span))
            }
            ast::ExprKind::Negate(inner) => self.negate(inner, expr.span),
            ast::ExprKind::Binary { .. } => self.chain(expr, hint),
            ast::ExprKind::If { .. } => self.if_else(expr, hint),
            ast::ExprKind::By { subject, rows } => self.by(subject, rows, expr.span, hint),
            ast::ExprKind::Rounded { value, rounding } => self.rounded(value, rounding, expr.span),
            ast::ExprKind::Days { from, to, through } => {
                let from = self.check(from, Some(&Ty::Date));
                let to = self.check(to, Some(&Ty::Date));
                let (from, to) = (Box::new(from?), Box::new(to?));
                let days = self.days_unit()?;
                Some(node(ExprKind::Days { from, to, through: *through }, days, expr.span))
            }
            ast::ExprKind::Comprehension(own) => self.comprehension(own, expr),
            ast::ExprKind::PriceAt { margin, rate, cost } => self.price_at(*margin, rate, cost, expr.span),
        }
    }

    fn literal(&mut self, literal: &ast::Literal, hint: Option<&Ty>) -> Option<ir::Expr> {
        let as_money = self.as_money(literal, hint);
        let literal = as_money.as_ref().unwrap_or(literal);
        let read = literal::read_with(self.signatures, literal, self.currencies, self.problems)?;
        let (value, ty) = match read {
            Some(Lit::Number(value, ty)) => (Value::Number(value), Ty::Number(ty)),
            Some(Lit::Other(value, ty)) => (value, ty),
            // A text: a value of an enumeration where one is needed.
            None => match (hint.map(Ty::required), &literal.kind) {
                (Some(Ty::Choice(of)), _) => {
                    let at = literal::choice(literal, of, self.problems)?;
                    (Value::Choice(at), Ty::Choice(of.clone()))
                }
                (_, ast::LiteralKind::Text(text) | ast::LiteralKind::Word(text)) => {
                    (Value::Text(text.clone()), Ty::Text)
                }
                _ => return None,
            },
        };
        Some(node(ExprKind::Const(value), ty, literal.span))
    }

    /// `139 EUR` beside an amount in `money`, in a test whose request speaks of euros: the same in `money`.
    fn as_money(&self, literal: &ast::Literal, hint: Option<&Ty>) -> Option<ast::Literal> {
        let chosen = self.scope.chosen.as_ref()?;
        let Some(Ty::Number(wanted)) = hint.map(Ty::required) else { return None };
        let wanted = wanted.unit.currency().filter(|currency| currency.name() == MONEY)?;
        let mut literal = literal.clone();
        let ast::LiteralKind::Quantity(quantity) = &mut literal.kind else { return None };
        for (name, _) in &mut quantity.unit.as_mut()?.factors {
            if name.text == *chosen {
                name.text = Name::from(wanted.name());
            }
        }
        Some(literal)
    }

    /// `[a, b]` where a set is needed.
    fn set_literal(&mut self, items: &[ast::Expr], span: Span, hint: Option<&Ty>) -> Option<ir::Expr> {
        let Some(Ty::Set(of)) = hint.map(Ty::required) else {
            self.problems.push(errors::list_out_of_place(span));
            return None;
        };
        let element = Ty::Choice(of.clone());
        let mut bits = 0_u128;
        let mut whole = true;
        for item in items {
            match self.check(item, Some(&element)).as_ref().and_then(constant) {
                Some(Value::Choice(at)) if at < 128 => bits |= 1 << at,
                Some(_) | None => whole = false,
            }
        }
        whole.then(|| node(ExprKind::Const(Value::Set(bits)), Ty::Set(of.clone()), span))
    }

    /// A chain of operators that lean left, from its innermost operand outwards: without a deep stack
    /// however long the chain is.
    fn chain(&mut self, expr: &ast::Expr, hint: Option<&Ty>) -> Option<ir::Expr> {
        let mut pending: Vec<(BinaryOp, &ast::Expr, &ast::Expr)> = Vec::new();
        let mut innermost = expr;
        while let ast::ExprKind::Binary { op, left, right, .. } = &innermost.kind {
            if is_comparison(*op) {
                break;
            }
            pending.push((*op, right, innermost));
            innermost = left;
        }
        let mut value = match &innermost.kind {
            ast::ExprKind::Binary { op, left, right, .. } => {
                self.comparison(*op, left, right, innermost.span)
            }
            _ => {
                // What the whole should be says something of its first operand only where that is the whole.
                let hint = match pending.last() {
                    None => hint,
                    Some((op, _, _)) => logic_op(*op).map(|_| &Ty::Bool),
                };
                self.infer(innermost, hint)
            }
        };
        let mut left_tree = innermost;
        for (op, right, whole) in pending.into_iter().rev() {
            value = self.combine(op, value, (left_tree, right), whole.span, hint);
            left_tree = whole;
        }
        value
    }

    /// One operator whose left side has been checked.
    ///
    /// Of a left side that is wrong the right side is still looked at, so that its own problems show.
    fn combine(
        &mut self,
        op: BinaryOp,
        left: Option<ir::Expr>,
        (left_tree, right_tree): (&ast::Expr, &ast::Expr),
        span: Span,
        hint: Option<&Ty>,
    ) -> Option<ir::Expr> {
        if let Some(logic) = logic_op(op) {
            let left = left.and_then(|left| self.coerce(left, &Ty::Bool, left_tree));
            let holds = logic != LogicOp::Or;
            let right = self.where_it((left_tree, holds), |it| it.check(right_tree, Some(&Ty::Bool)));
            let (left, right) = (Box::new(left?), Box::new(right?));
            return Some(node(ExprKind::Logic { op: logic, left, right }, Ty::Bool, span));
        }
        if op == BinaryOp::Otherwise {
            return self.otherwise(left, (left_tree, right_tree), span, hint);
        }
        let right = self.infer(right_tree, None);
        let (left, right) = (left?, right?);
        self.arithmetic(op, (left, left_tree), (right, right_tree), span)
    }
}

/// A checked expression.
fn node(kind: ExprKind, ty: Ty, span: Span) -> ir::Expr {
    ir::Expr { kind, ty, span }
}

fn is_comparison(op: BinaryOp) -> bool {
    use BinaryOp::{Equal, Greater, GreaterOrEqual, In, Less, LessOrEqual, NotEqual, NotIn, StartsWith};
    matches!(op, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual | In | NotIn | StartsWith)
}

fn logic_op(op: BinaryOp) -> Option<LogicOp> {
    match op {
        BinaryOp::And => Some(LogicOp::And),
        BinaryOp::Or => Some(LogicOp::Or),
        BinaryOp::Implies => Some(LogicOp::Implies),
        _ => None,
    }
}

/// The tree without the parentheses around it.
fn bare(mut expr: &ast::Expr) -> &ast::Expr {
    while let ast::ExprKind::Paren(inner) = &expr.kind {
        expr = inner;
    }
    expr
}

/// The number that is written, where the expression is a bare number without unit or `%`.
fn bare_number(expr: &ast::Expr) -> Option<&ast::Number> {
    match &bare(expr).kind {
        ast::ExprKind::Literal(literal) => match &literal.kind {
            ast::LiteralKind::Number(number) => Some(number),
            _ => None,
        },
        ast::ExprKind::Negate(inner) => bare_number(inner),
        _ => None,
    }
}

/// A number as it is written, with its sign and without parentheses.
fn bare_text(expr: &ast::Expr) -> String {
    expr_text(bare(expr))
}

/// The name, where the expression is one name without a dot.
fn single_name(expr: &ast::Expr) -> Option<&ast::Name> {
    match &bare(expr).kind {
        ast::ExprKind::Path(path) => match path.names.as_slice() {
            [name] => Some(name),
            _ => None,
        },
        _ => None,
    }
}
