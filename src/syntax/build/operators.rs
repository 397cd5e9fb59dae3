//! Which operator binds closer, and where the author has to say it with parentheses.
//!
//! The grammar gives operands and operators as one flat list. They are joined rank by rank, the closest
//! first, so that no depth of recursion depends on the length of the list.

use super::Builder;
use crate::source::{Span, limits};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, RoundTo};
use crate::syntax::errors;

/// An expression and how many levels of expressions it is high.
pub(super) struct Grown {
    pub expr: Expr,
    pub height: usize,
}

/// One operand of the flat list.
pub(super) struct Operand {
    pub grown: Grown,
    /// `not`s before it, which reach over comparisons.
    pub nots: Vec<Span>,
    /// `rounded …` behind it, which reaches back over arithmetic.
    pub rounded: Option<Box<RoundTo>>,
}

/// The ranks, closest first.
const RANKS: usize = 8;
const OF: usize = 2;
const OTHERWISE: usize = 3;
const COMPARISON: usize = 4;
const IMPLIES: usize = 7;

fn rank(op: BinaryOp) -> usize {
    match op {
        BinaryOp::Multiply | BinaryOp::Divide => 0,
        BinaryOp::Add | BinaryOp::Subtract => 1,
        BinaryOp::Of => OF,
        BinaryOp::Otherwise => OTHERWISE,
        BinaryOp::And => 5,
        BinaryOp::Or => 6,
        BinaryOp::Implies => IMPLIES,
        _ => COMPARISON,
    }
}

/// The operator of an expression that is not in parentheses.
fn open_operator(expr: &Expr) -> Option<BinaryOp> {
    match &expr.kind {
        ExprKind::Binary { op, .. } => Some(*op),
        ExprKind::PriceAt { .. } => Some(BinaryOp::Of),
        _ => None,
    }
}

/// The operator of `expr` that may not stand beside `op` without parentheses.
fn clash(op: BinaryOp, expr: &Expr) -> Option<BinaryOp> {
    let inner = open_operator(expr)?;
    let clashes = match op {
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide => inner == BinaryOp::Of,
        BinaryOp::Of => rank(inner) < OF,
        BinaryOp::Otherwise => rank(inner) <= OF,
        BinaryOp::Or => inner == BinaryOp::And,
        BinaryOp::Implies => inner == BinaryOp::Implies,
        _ => false,
    };
    clashes.then_some(inner)
}

impl Builder<'_> {
    /// Joins two operands: what [`Builder::join_all`] does with a list of two.
    pub(super) fn join_two(
        &mut self,
        mut left: Operand,
        operator: (BinaryOp, Span),
        mut right: Operand,
    ) -> Grown {
        let rank = rank(operator.0);
        if rank > OTHERWISE {
            left = self.apply_rounding(left);
            right = self.apply_rounding(right);
        }
        if rank > COMPARISON {
            left = self.apply_nots(left);
            right = self.apply_nots(right);
        }
        let mut joined = self.join(left, operator, right);
        if rank <= OTHERWISE {
            joined = self.apply_rounding(joined);
        }
        if rank <= COMPARISON {
            joined = self.apply_nots(joined);
        }
        joined.grown
    }

    /// Joins a flat list; `operators` has one element fewer than `operands`.
    pub(super) fn join_all(
        &mut self,
        mut operands: Vec<Operand>,
        mut operators: Vec<(BinaryOp, Span)>,
    ) -> Option<Grown> {
        let present = operators.iter().fold(0_u32, |present, (op, _)| present | 1 << rank(*op));
        for current in 0..RANKS {
            if present & (1 << current) != 0 {
                (operands, operators) = self.join_rank(operands, operators, current);
            }
            if current == OTHERWISE {
                operands = operands.into_iter().map(|operand| self.apply_rounding(operand)).collect();
            }
            if current == COMPARISON {
                operands = operands.into_iter().map(|operand| self.apply_nots(operand)).collect();
            }
        }
        operands.pop().map(|operand| operand.grown)
    }

    fn join_rank(
        &mut self,
        operands: Vec<Operand>,
        operators: Vec<(BinaryOp, Span)>,
        current: usize,
    ) -> (Vec<Operand>, Vec<(BinaryOp, Span)>) {
        // `5% of 3% of x` and `a otherwise b otherwise c` are read from the right.
        if current == OF || current == OTHERWISE {
            return self.join_from_right(operands, operators, current);
        }
        let mut joined: Vec<Operand> = Vec::with_capacity(operands.len());
        let mut left: Vec<(BinaryOp, Span)> = Vec::new();
        let mut operands = operands.into_iter();
        joined.extend(operands.next());
        for (operator, right) in operators.into_iter().zip(operands) {
            match joined.pop() {
                Some(before) if rank(operator.0) == current => {
                    joined.push(self.join(before, operator, right))
                }
                before => {
                    joined.extend(before);
                    left.push(operator);
                    joined.push(right);
                }
            }
        }
        (joined, left)
    }

    fn join_from_right(
        &mut self,
        mut operands: Vec<Operand>,
        operators: Vec<(BinaryOp, Span)>,
        current: usize,
    ) -> (Vec<Operand>, Vec<(BinaryOp, Span)>) {
        let mut joined: Vec<Operand> = Vec::with_capacity(operands.len());
        let mut left: Vec<(BinaryOp, Span)> = Vec::new();
        joined.extend(operands.pop());
        for operator in operators.into_iter().rev() {
            let Some(before) = operands.pop() else { break };
            match joined.pop() {
                Some(behind) if rank(operator.0) == current => {
                    joined.push(self.join(before, operator, behind))
                }
                behind => {
                    joined.extend(behind);
                    left.push(operator);
                    joined.push(before);
                }
            }
        }
        joined.reverse();
        left.reverse();
        (joined, left)
    }

    fn join(&mut self, left: Operand, operator: (BinaryOp, Span), right: Operand) -> Operand {
        let (op, op_span) = operator;
        self.check_neighbours(&left, op, op_span, &right);
        let nots_of_right = right.nots;
        let right = Operand { nots: Vec::new(), ..right };
        // A `not` deep in arithmetic was reported; its reading is the one operand behind it.
        let right = if nots_of_right.is_empty() || rank(op) > COMPARISON {
            right
        } else {
            self.apply_nots(Operand { nots: nots_of_right, ..right })
        };
        let span = left.grown.expr.span.cover(right.grown.expr.span);
        let height = left.grown.height.max(right.grown.height) + 1;
        let kind = ExprKind::Binary {
            op,
            op_span,
            left: Box::new(left.grown.expr),
            right: Box::new(right.grown.expr),
        };
        let grown = self.limited(Grown { expr: Expr { kind, span }, height });
        Operand { grown, nots: left.nots, rounded: right.rounded }
    }

    /// An expression that is not too high; one that is gives way to nothing, beside its problem.
    pub(super) fn limited(&mut self, grown: Grown) -> Grown {
        if grown.height <= limits::MAX_NESTING {
            return grown;
        }
        let span = grown.expr.span;
        let known = errors::too_many_operators(span).code;
        if !self.problems.iter().any(|problem| problem.code == known) {
            self.report(errors::too_many_operators(span));
        }
        Grown { expr: Expr { kind: ExprKind::List(Vec::new()), span }, height: 1 }
    }

    fn check_neighbours(&mut self, left: &Operand, op: BinaryOp, op_span: Span, right: &Operand) {
        let (l, r) = (&left.grown.expr, &right.grown.expr);
        if rank(op) <= COMPARISON && !right.nots.is_empty() {
            self.report(self.not_inside(op, op_span, r));
        }
        if rank(op) <= OTHERWISE {
            let before = left.rounded.as_ref();
            let behind = right.rounded.as_ref().filter(|_| rank(op) == OTHERWISE);
            if let Some(rounding) = before.or(behind) {
                let (l, o, r) = (self.slice(l.span), op.symbol(), self.slice(r.span));
                let rounded = self.slice(rounding.span);
                let readings = if before.is_some() {
                    [format!("({l} {rounded}) {o} {r}"), format!("({l} {o} {r}) {rounded}")]
                } else {
                    [format!("{l} {o} ({r} {rounded})"), format!("({l} {o} {r}) {rounded}")]
                };
                self.report(errors::mixed(rounding.span, "rounded", o, readings));
                return;
            }
        }
        if rank(op) == COMPARISON && open_operator(l).is_some_and(|inner| rank(inner) == COMPARISON) {
            self.chained(l, op, op_span, r);
            return;
        }
        if let Some(inner) = clash(op, l) {
            self.report_clash(l, inner, (op, op_span), r, true);
        } else if let Some(inner) = clash(op, r).filter(|_| !matches!(r.kind, ExprKind::PriceAt { .. })) {
            self.report_clash(l, inner, (op, op_span), r, false);
        }
    }

    /// Both readings of two operators, of which one stands inside the left or the right operand.
    fn report_clash(
        &mut self,
        l: &Expr,
        inner: BinaryOp,
        (op, op_span): (BinaryOp, Span),
        r: &Expr,
        on_left: bool,
    ) {
        let (whole_left, whole_right) = (self.slice(l.span), self.slice(r.span));
        let outer = op.symbol();
        if self.goes_on_around(l.span.cover(r.span)) {
            self.report(errors::mixed_in_chain(op_span, outer, inner.symbol()));
            return;
        }
        let inside = if on_left { l } else { r };
        let readings = match &inside.kind {
            ExprKind::Binary { left: first, right: second, op_span: inner_span, .. } => {
                let (first, second) = (self.slice(first.span), self.slice(second.span));
                let inner = self.slice(*inner_span);
                if on_left {
                    [
                        format!("({whole_left}) {outer} {whole_right}"),
                        format!("{first} {inner} ({second} {outer} {whole_right})"),
                    ]
                } else {
                    [
                        format!("{whole_left} {outer} ({whole_right})"),
                        format!("({whole_left} {outer} {first}) {inner} {second}"),
                    ]
                }
            }
            // `price_at markup 30% of cost - 5 EUR`: the cost, or the price, less five.
            ExprKind::PriceAt { cost, .. } => {
                let cost = self.slice(cost.span);
                let before = whole_left.strip_suffix(cost).unwrap_or(whole_left);
                [
                    format!("({whole_left}) {outer} {whole_right}"),
                    format!("{before}({cost} {outer} {whole_right})"),
                ]
            }
            _ => return,
        };
        self.report(errors::mixed(op_span, outer, inner.symbol(), readings));
    }

    /// Whether the expression goes on before or behind a part of it, so that a reading of the part alone
    /// would be no reading of the whole.
    fn goes_on_around(&self, part: Span) -> bool {
        let offset = |at: u32| at.saturating_sub(self.base) as usize;
        let before = self.text.get(..offset(part.start)).unwrap_or("").trim_end();
        let behind = self.text.get(offset(part.end)..).unwrap_or("").trim_start();
        let word = |text: &str, word: &str| {
            text.strip_prefix(word)
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        let last = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
        before.ends_with(['+', '-', '*', '/'])
            || behind.starts_with(['+', '-', '*', '/'])
            || ["of", "otherwise"].iter().any(|it| *it == last || word(behind, it))
    }

    fn chained(&mut self, l: &Expr, op: BinaryOp, op_span: Span, r: &Expr) {
        let ExprKind::Binary { right: middle, .. } = &l.kind else { return };
        let (first, middle, last) = (self.slice(l.span), self.slice(middle.span), self.slice(r.span));
        let mend = format!("{first} and {middle} {} {last}", op.symbol());
        self.report(errors::chained_comparison(op_span, &mend));
    }

    fn not_inside(&self, op: BinaryOp, op_span: Span, r: &Expr) -> crate::diagnostic::Diagnostic {
        let (o, r) = (op.symbol(), self.slice(r.span));
        errors::mixed(op_span, o, "not", [format!("not (… {o} {r})"), format!("… {o} (not {r})")])
    }

    fn apply_rounding(&mut self, operand: Operand) -> Operand {
        let Some(rounding) = operand.rounded else { return operand };
        let span = operand.grown.expr.span.cover(rounding.span);
        let height = operand.grown.height + 1;
        let kind = ExprKind::Rounded { value: Box::new(operand.grown.expr), rounding };
        let grown = self.limited(Grown { expr: Expr { kind, span }, height });
        Operand { grown, nots: operand.nots, rounded: None }
    }

    fn apply_nots(&mut self, mut operand: Operand) -> Operand {
        while let Some(not) = operand.nots.pop() {
            let span = not.cover(operand.grown.expr.span);
            let height = operand.grown.height + 1;
            let kind = ExprKind::Not(Box::new(operand.grown.expr));
            operand.grown = self.limited(Grown { expr: Expr { kind, span }, height });
        }
        operand
    }
}
