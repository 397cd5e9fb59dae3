//! Every place that an expression reads.

use crate::ir::{Expr, ExprKind, Level, Place, Source};

/// Calls `see` for an expression and all its parts, from the outside in, in the order written.
pub(super) fn parts<'e>(expr: &'e Expr, see: &mut dyn FnMut(&'e Expr)) {
    see(expr);
    expr.for_each_operand(&mut |operand| parts(operand, see));
}

/// Whether the expression speaks of a line, rather than only of the quote and its request.
pub(super) fn speaks_of_a_line(expr: &Expr) -> bool {
    let mut speaks = false;
    parts(expr, &mut |part| {
        speaks |= match &part.kind {
            ExprKind::Read(place) => is_of_a_line(place),
            ExprKind::Applied { level, .. } => *level != Level::Quote,
            ExprKind::Aggregate(own) => {
                matches!(own.source, Source::Parts { owner: None, .. } | Source::Lines { earlier: true, .. })
            }
            _ => false,
        }
    });
    speaks
}

fn is_of_a_line(place: &Place) -> bool {
    match place {
        Place::AsOf | Place::Currency | Place::Context { .. } | Place::Fact(_) | Place::Index(_) => false,
        Place::Member(_) | Place::Answer(_) | Place::Quantity | Place::Product | Place::Bundle => true,
        // Its aggregate tells, which stands around it.
        Place::Element { .. } => false,
        Place::Entry { level, .. }
        | Place::CostComponent { level, .. }
        | Place::Running(level)
        | Place::Figure { level, .. }
        | Place::Builtin { level, .. } => *level != Level::Quote,
    }
}
