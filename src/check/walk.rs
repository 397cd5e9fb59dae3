//! Every expression inside another, without a deep stack however long its chains are.

use crate::syntax::ast::{Expr, ExprKind};

/// Calls `visit` for the expression and all inside it, in no particular order.
pub(crate) fn for_each<'a>(expr: &'a Expr, mut visit: impl FnMut(&'a Expr)) {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        visit(expr);
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::Path(_) | ExprKind::EarlierLines => {}
            ExprKind::List(items) => waiting.extend(items),
            ExprKind::Call(call) => {
                waiting.extend(&call.arguments);
                waiting.extend(call.tier_by.as_deref());
                waiting.extend(call.scaled_by.as_deref());
            }
            ExprKind::Field { of: inner, .. }
            | ExprKind::Paren(inner)
            | ExprKind::Not(inner)
            | ExprKind::Negate(inner)
            | ExprKind::Rounded { value: inner, .. } => waiting.push(inner),
            ExprKind::Binary { left, right, .. } => waiting.extend([left.as_ref(), right.as_ref()]),
            ExprKind::If { condition, then, otherwise } => {
                waiting.extend([condition.as_ref(), then.as_ref(), otherwise.as_ref()]);
            }
            ExprKind::By { rows, .. } => waiting.extend(rows.iter().map(|row| &row.value)),
            ExprKind::Days { from, to, .. } => waiting.extend([from.as_ref(), to.as_ref()]),
            ExprKind::Item { list, at } => waiting.extend([list.as_ref(), at.as_ref()]),
            ExprKind::Comprehension(own) => {
                waiting.extend([&own.body, &own.source]);
                waiting.extend(&own.filter);
                waiting.extend(own.ranking.iter().flat_map(|ranking| [&ranking.count, &ranking.by]));
            }
            ExprKind::PriceAt { rate, cost, .. } => waiting.extend([rate.as_ref(), cost.as_ref()]),
        }
    }
}

/// The bare names that an expression reads: single-name paths and the subjects of `by`.
pub(crate) fn bare_names(expr: &Expr) -> Vec<&crate::syntax::ast::Name> {
    let mut names = Vec::new();
    for_each(expr, |inner| {
        let path = match &inner.kind {
            ExprKind::Path(path) => path,
            ExprKind::By { subject, .. } => subject,
            _ => return,
        };
        if let [name] = path.names.as_slice() {
            names.push(name);
        }
    });
    names
}

/// The names that stand behind a name and a dot.
pub(crate) fn dotted_names(expr: &Expr) -> Vec<&crate::syntax::ast::Name> {
    let mut names = Vec::new();
    for_each(expr, |inner| {
        if let ExprKind::Path(path) = &inner.kind
            && let [_, name] = path.names.as_slice()
        {
            names.push(name);
        }
    });
    names
}

/// The names that an expression calls.
pub(crate) fn called_names(expr: &Expr) -> Vec<&crate::syntax::ast::Name> {
    let mut names = Vec::new();
    for_each(expr, |inner| {
        if let ExprKind::Call(call) = &inner.kind {
            names.push(&call.name);
        }
    });
    names
}
