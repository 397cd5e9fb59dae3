//! Values that are known without a request.

use crate::ir::{ArithmeticOp, CompareOp, Expr, ExprKind, LogicOp, Value};
use crate::value::Exact;

/// The value of an expression that reads nothing, if it is one and nothing goes wrong on the way.
pub fn constant(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Const(value) => Some(value.clone()),
        ExprKind::Scale { factor, of } => Some(Value::Number(number(of)?.checked_mul(factor).ok()?)),
        ExprKind::Arithmetic { op, left, right } => {
            let (left, right) = (number(left)?, number(right)?);
            let value = match op {
                ArithmeticOp::Add => left.checked_add(&right),
                ArithmeticOp::Subtract => left.checked_sub(&right),
                ArithmeticOp::Multiply => left.checked_mul(&right),
                ArithmeticOp::Divide => left.checked_div(&right),
            };
            value.ok().map(Value::Number)
        }
        ExprKind::Negate(of) => Some(Value::Number(number(of)?.neg())),
        ExprKind::Absolute(of) => Some(Value::Number(number(of)?.abs())),
        ExprKind::Power { base, exponent } => {
            let times = u16::try_from(number(exponent)?.to_u64()?).ok()?;
            number(base)?.checked_pow(i32::from(times)).ok().map(Value::Number)
        }
        ExprKind::Round { value, mode, step, offset } => {
            let rounded = number(value)?.round_to(*mode, step.same()?).ok()?;
            rounded.checked_add(offset.same()?).ok().map(Value::Number)
        }
        ExprKind::Extreme { greatest, of } => extreme(*greatest, of),
        ExprKind::Not(of) => Some(Value::Bool(!truth(of)?)),
        ExprKind::Logic { op, left, right } => {
            let (left, right) = (truth(left)?, truth(right)?);
            Some(Value::Bool(match op {
                LogicOp::And => left && right,
                LogicOp::Or => left || right,
                LogicOp::Implies => !left || right,
            }))
        }
        ExprKind::Compare { op, left, right } => compare(*op, &constant(left)?, &constant(right)?),
        ExprKind::If { condition, then, otherwise } => {
            if truth(condition)? {
                constant(then)
            } else {
                constant(otherwise)
            }
        }
        ExprKind::OneOf { value, of } => Some(Value::Bool(of.contains(&constant(value)?))),
        _ => None,
    }
}

pub(super) fn number(expr: &Expr) -> Option<Exact> {
    match constant(expr)? {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

fn truth(expr: &Expr) -> Option<bool> {
    match constant(expr)? {
        Value::Bool(it) => Some(it),
        _ => None,
    }
}

fn extreme(greatest: bool, of: &[Expr]) -> Option<Value> {
    let numbers = of.iter().map(number).collect::<Option<Vec<Exact>>>()?;
    let found = if greatest { numbers.into_iter().max() } else { numbers.into_iter().min() };
    found.map(Value::Number)
}

fn compare(op: CompareOp, left: &Value, right: &Value) -> Option<Value> {
    let order = match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.cmp(right),
        (Value::Date(left), Value::Date(right)) => left.cmp(right),
        (Value::Choice(left), Value::Choice(right)) => left.cmp(right),
        _ => {
            let equal = left == right;
            return match op {
                CompareOp::Equal => Some(Value::Bool(equal)),
                CompareOp::NotEqual => Some(Value::Bool(!equal)),
                _ => None,
            };
        }
    };
    Some(Value::Bool(op.admits(order)))
}
