//! What a condition tells of the values that are read where it holds.

use super::interval::Range;
use super::walk::Walker;
use crate::ir::{ArithmeticOp, CompareOp, Expr, ExprKind, LogicOp, Value};
use crate::value::Exact;

/// So much is known at a time of what is not read but worked out; more is not learned.
const MOST_KNOWN: usize = 32;

impl Walker<'_, '_> {
    /// Takes note of what follows from a condition being true (or false), until it is forgotten.
    pub(super) fn assume(&mut self, condition: &Expr, truth: bool) {
        match &condition.kind {
            ExprKind::Not(of) => self.assume(of, !truth),
            ExprKind::Logic { op: LogicOp::And, left, right } if truth => {
                self.assume(left, true);
                self.assume(right, true);
            }
            ExprKind::Logic { op: LogicOp::Or, left, right } if !truth => {
                self.assume(left, false);
                self.assume(right, false);
            }
            ExprKind::Logic { op: LogicOp::Implies, left, right } if !truth => {
                self.assume(left, true);
                self.assume(right, false);
            }
            ExprKind::Compare { op, left, right } => {
                let Some(op) = (if truth { Some(*op) } else { opposite(*op, left, right) }) else { return };
                let (left_range, right_range) = (self.simple(left), self.simple(right));
                self.learn(left, narrowed(op, &left_range, &right_range));
                self.learn(right, narrowed(op.mirrored(), &right_range, &left_range));
            }
            ExprKind::OneOf { value, of } if truth => {
                let ranges = of.iter().filter(|value| matches!(value, Value::Number(_) | Value::Date(_)));
                let hull = ranges.map(Range::of_value).reduce(|left, right| left.hull(&right));
                if let Some(hull) = hull {
                    self.learn(value, hull);
                }
            }
            _ => {}
        }
    }

    /// The range of what is read or constant; all else is not looked at again, so that conditions inside of
    /// conditions take no more time than they are long.
    fn simple(&mut self, expr: &Expr) -> Range {
        match &expr.kind {
            ExprKind::Read(_) | ExprKind::Parameter(_) | ExprKind::Const(_) => self.range(expr),
            ExprKind::Scale { factor, of } => {
                self.simple(of).combine(ArithmeticOp::Multiply, &Range::point(factor.clone()))
            }
            _ => Range::all(),
        }
    }

    /// Keeps the range of something, perhaps in another unit.
    fn learn(&mut self, expr: &Expr, range: Range) {
        match &expr.kind {
            ExprKind::Scale { factor, of } => {
                self.learn(of, range.combine(ArithmeticOp::Divide, &Range::point(factor.clone())));
            }
            ExprKind::Const(_) => {}
            ExprKind::Read(_) | ExprKind::Parameter(_) => self.known.push((expr.clone(), range)),
            _ if self.known.len() >= MOST_KNOWN => {}
            _ => self.known.push((expr.clone(), range)),
        }
    }
}

/// What the left side can be where the comparison with the right side holds.
fn narrowed(op: CompareOp, left: &Range, right: &Range) -> Range {
    let open = |end: &Option<(Exact, bool)>| end.as_ref().map(|(number, _)| (number.clone(), false));
    match op {
        CompareOp::Equal => left.meet(right),
        CompareOp::NotEqual => match right.only() {
            Some(number) => left.clone().without(number),
            None => left.clone(),
        },
        CompareOp::Less => left.meet(&Range { low: None, high: open(&right.high) }),
        CompareOp::LessOrEqual => left.meet(&Range { low: None, high: right.high.clone() }),
        CompareOp::Greater => left.meet(&Range { low: open(&right.low), high: None }),
        CompareOp::GreaterOrEqual => left.meet(&Range { low: right.low.clone(), high: None }),
    }
}

/// The comparison that holds where this one does not; none where a side may be absent, since a comparison
/// with an absent value is false either way.
fn opposite(op: CompareOp, left: &Expr, right: &Expr) -> Option<CompareOp> {
    let may_be_absent = |expr: &Expr| matches!(expr.ty, crate::ir::Ty::Optional(_));
    if may_be_absent(left) || may_be_absent(right) {
        return None;
    }
    Some(match op {
        CompareOp::Equal => CompareOp::NotEqual,
        CompareOp::NotEqual => CompareOp::Equal,
        CompareOp::Less => CompareOp::GreaterOrEqual,
        CompareOp::LessOrEqual => CompareOp::Greater,
        CompareOp::Greater => CompareOp::LessOrEqual,
        CompareOp::GreaterOrEqual => CompareOp::Less,
    })
}
