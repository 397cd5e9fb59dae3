//! Every place that an expression reads.

use crate::ir::{Expr, ExprKind, Level, Place};

/// Calls `see` for an expression and all its parts, from the outside in, in the order written.
pub(super) fn parts<'e>(expr: &'e Expr, see: &mut dyn FnMut(&'e Expr)) {
    see(expr);
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::Read(_) | ExprKind::Parameter(_) | ExprKind::Applied { .. } => {}
        ExprKind::Scale { of: inner, .. }
        | ExprKind::Negate(inner)
        | ExprKind::Not(inner)
        | ExprKind::Given(inner)
        | ExprKind::Absolute(inner)
        | ExprKind::Round { value: inner, .. }
        | ExprKind::OneOf { value: inner, .. }
        | ExprKind::Convert { amount: inner, .. } => parts(inner, see),
        ExprKind::Arithmetic { left, right, .. }
        | ExprKind::Compare { left, right, .. }
        | ExprKind::Logic { left, right, .. }
        | ExprKind::Contains { set: left, value: right }
        | ExprKind::StartsWith { text: left, prefix: right }
        | ExprKind::Otherwise { value: left, fallback: right }
        | ExprKind::Days { from: left, to: right, .. }
        | ExprKind::AddTime { date: left, count: right, .. } => {
            parts(left, see);
            parts(right, see);
        }
        ExprKind::If { condition, then, otherwise } => {
            parts(condition, see);
            parts(then, see);
            parts(otherwise, see);
        }
        ExprKind::Switch { subject, cases, otherwise } => {
            parts(subject, see);
            for (_, result) in cases {
                parts(result, see);
            }
            if let Some(otherwise) = otherwise {
                parts(otherwise, see);
            }
        }
        ExprKind::Lookup { keys: several, .. }
        | ExprKind::Call { arguments: several, .. }
        | ExprKind::Extreme { of: several, .. } => {
            for one in several {
                parts(one, see);
            }
        }
        ExprKind::Tier { quantity, tier_by, scaled_by, .. } => {
            parts(quantity, see);
            for one in [tier_by, scaled_by].into_iter().flatten() {
                parts(one, see);
            }
        }
    }
}

/// Whether the expression speaks of a line, rather than only of the quote and its request.
pub(super) fn speaks_of_a_line(expr: &Expr) -> bool {
    let mut speaks = false;
    parts(expr, &mut |part| {
        speaks |= match &part.kind {
            ExprKind::Read(place) => is_of_a_line(place),
            ExprKind::Applied { level, .. } => *level != Level::Quote,
            _ => false,
        }
    });
    speaks
}

fn is_of_a_line(place: &Place) -> bool {
    match place {
        Place::AsOf | Place::Currency | Place::Context { .. } | Place::Fact(_) | Place::Index(_) => false,
        Place::Member(_) | Place::Answer(_) | Place::Quantity | Place::Product => true,
        Place::Entry { level, .. }
        | Place::CostComponent { level, .. }
        | Place::Running(level)
        | Place::Figure { level, .. }
        | Place::Builtin { level, .. } => *level != Level::Quote,
    }
}
