//! One form of an expression apart from its operands.

use crate::ir::{Expr, ExprKind, RoundedPower};
use crate::source::Span;

/// An expression whose operands are parameters in the order of
/// [`Expr::for_each_operand`], so that two forms are equal whatever their operands are.
pub fn shell(of: &Expr) -> ExprKind {
    let mut next = 0_u16;
    let mut one = |operand: &Expr| {
        let parameter = ExprKind::Parameter(next);
        next = next.saturating_add(1);
        Expr { kind: parameter, ty: operand.ty.clone(), span: Span::default() }
    };
    let mut boxed = |operand: &Expr| Box::new(one(operand));
    match &of.kind {
        ExprKind::Const(_)
        | ExprKind::Read(_)
        | ExprKind::Parameter(_)
        | ExprKind::Applied { .. }
        | ExprKind::Aggregate(_) => of.kind.clone(),
        ExprKind::Scale { factor, of } => ExprKind::Scale { factor: factor.clone(), of: boxed(of) },
        ExprKind::Arithmetic { op, left, right } => {
            ExprKind::Arithmetic { op: *op, left: boxed(left), right: boxed(right) }
        }
        ExprKind::Negate(of) => ExprKind::Negate(boxed(of)),
        ExprKind::Compare { op, left, right } => {
            ExprKind::Compare { op: *op, left: boxed(left), right: boxed(right) }
        }
        ExprKind::Not(of) => ExprKind::Not(boxed(of)),
        ExprKind::Logic { op, left, right } => {
            ExprKind::Logic { op: *op, left: boxed(left), right: boxed(right) }
        }
        ExprKind::OneOf { value, of } => ExprKind::OneOf { value: boxed(value), of: of.clone() },
        ExprKind::Contains { set, value } => ExprKind::Contains { set: boxed(set), value: boxed(value) },
        ExprKind::StartsWith { text, prefix } => {
            ExprKind::StartsWith { text: boxed(text), prefix: boxed(prefix) }
        }
        ExprKind::If { condition, then, otherwise } => {
            ExprKind::If { condition: boxed(condition), then: boxed(then), otherwise: boxed(otherwise) }
        }
        ExprKind::Switch { subject, cases, otherwise } => {
            let subject = boxed(subject);
            let cases = cases.iter().map(|(of, then)| (of.clone(), *boxed(then))).collect();
            ExprKind::Switch { subject, cases, otherwise: otherwise.as_ref().map(|it| boxed(it)) }
        }
        ExprKind::Otherwise { value, fallback } => {
            ExprKind::Otherwise { value: boxed(value), fallback: boxed(fallback) }
        }
        ExprKind::Given(of) => ExprKind::Given(boxed(of)),
        ExprKind::Lookup { table, keys, column } => ExprKind::Lookup {
            table: table.clone(),
            keys: keys.iter().map(|key| *boxed(key)).collect(),
            column: *column,
        },
        ExprKind::Tier { tiers, quantity, tier_by, scaled_by } => ExprKind::Tier {
            tiers: tiers.clone(),
            quantity: boxed(quantity),
            tier_by: tier_by.as_ref().map(|it| boxed(it)),
            scaled_by: scaled_by.as_ref().map(|it| boxed(it)),
        },
        ExprKind::Call { def, arguments } => {
            ExprKind::Call { def: def.clone(), arguments: arguments.iter().map(|it| *boxed(it)).collect() }
        }
        ExprKind::Round { value, mode, step, offset } => {
            ExprKind::Round { value: boxed(value), mode: *mode, step: step.clone(), offset: offset.clone() }
        }
        ExprKind::Extreme { greatest, of } => {
            ExprKind::Extreme { greatest: *greatest, of: of.iter().map(|it| *boxed(it)).collect() }
        }
        ExprKind::Absolute(of) => ExprKind::Absolute(boxed(of)),
        ExprKind::RoundedPower(of) => ExprKind::RoundedPower(Box::new(RoundedPower {
            factor: *boxed(&of.factor),
            base: *boxed(&of.base),
            exponent: *boxed(&of.exponent),
            step: of.step.clone(),
            offset: of.offset.clone(),
            ..**of
        })),
        ExprKind::Power { base, exponent } => {
            ExprKind::Power { base: boxed(base), exponent: boxed(exponent) }
        }
        ExprKind::Days { from, to, through } => {
            ExprKind::Days { from: boxed(from), to: boxed(to), through: *through }
        }
        ExprKind::AddTime { date, count, months } => {
            ExprKind::AddTime { date: boxed(date), count: boxed(count), months: *months }
        }
        ExprKind::DatePart { part, date } => ExprKind::DatePart { part: *part, date: boxed(date) },
        ExprKind::Convert { amount, from, to } => {
            ExprKind::Convert { amount: boxed(amount), from: from.clone(), to: to.clone() }
        }
    }
}
