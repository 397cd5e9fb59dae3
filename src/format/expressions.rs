//! Expressions; a line may break before an operator and behind a comma.

use super::flow::Flow;
use super::words::{literal, path, round_to};
use crate::syntax::ast::{Call, Expr, ExprKind};

/// An expression.
pub(super) fn expr(expr: &Expr) -> Flow {
    let mut flow = Flow::default();
    write(&mut flow, expr);
    flow
}

fn write(flow: &mut Flow, expr: &Expr) {
    match &expr.kind {
        ExprKind::Literal(value) => {
            flow.glue(&literal(value));
        }
        ExprKind::List(values) => {
            flow.open("[");
            listed(flow, values);
            flow.close("]");
        }
        ExprKind::Path(own) => {
            flow.glue(&path(own));
        }
        ExprKind::EarlierLines => {
            flow.glue("earlier lines");
        }
        ExprKind::Call(own) => call(flow, own),
        ExprKind::Field { of, name } => {
            write(flow, of);
            flow.glue(".").glue(&name.text);
        }
        ExprKind::Item { list, at } => {
            write(flow, list);
            flow.open("[");
            write(flow, at);
            flow.close("]");
        }
        ExprKind::Paren(inner) => {
            flow.open("(");
            write(flow, inner);
            flow.close(")");
        }
        ExprKind::Not(inner) => {
            flow.glue("not ");
            write(flow, inner);
        }
        ExprKind::Negate(inner) => {
            flow.glue("-");
            write(flow, inner);
        }
        ExprKind::Binary { op, left, right, .. } => {
            write(flow, left);
            flow.part(op.symbol()).glue(" ");
            write(flow, right);
        }
        ExprKind::If { condition, then, otherwise } => {
            flow.glue("if ");
            write(flow, condition);
            flow.part("then ");
            write(flow, then);
            flow.part("else ");
            write(flow, otherwise);
        }
        ExprKind::By { subject, rows } => {
            flow.open(&format!("by {} {{", path(subject)));
            for (at, row) in rows.iter().enumerate() {
                let keys: Vec<String> = row.keys.iter().map(literal).collect();
                let keys = if keys.is_empty() { "else".to_owned() } else { keys.join(" or ") };
                flow.part(&format!("{keys}: "));
                write(flow, &row.value);
                if at + 1 < rows.len() {
                    flow.glue(",");
                }
            }
            flow.close(if rows.is_empty() { "}" } else { " }" });
        }
        ExprKind::Rounded { value, rounding } => {
            write(flow, value);
            flow.part(&format!("rounded {}", round_to(rounding)));
        }
        ExprKind::Days { from, to, through } => {
            flow.open("days(");
            write(flow, from);
            flow.part(if *through { "through " } else { "to " });
            write(flow, to);
            flow.close(")");
        }
        ExprKind::PriceAt { margin, rate, cost } => {
            flow.glue(if *margin { "price_at margin " } else { "price_at markup " });
            write(flow, rate);
            flow.part("of ");
            write(flow, cost);
        }
        ExprKind::Comprehension(own) => {
            flow.glue(&own.function.text).open("(");
            write(flow, &own.body);
            flow.part(&format!("for {} in ", own.element.text));
            write(flow, &own.source);
            if let Some(filter) = &own.filter {
                flow.part("where ");
                write(flow, filter);
            }
            if let Some(ranking) = &own.ranking {
                flow.part(if ranking.greatest { "greatest " } else { "least " });
                write(flow, &ranking.count);
                flow.glue(" by ");
                write(flow, &ranking.by);
            }
            flow.close(")");
        }
    }
}

/// Values with commas between them.
fn listed(flow: &mut Flow, values: &[Expr]) {
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            flow.glue(",").part("");
        }
        write(flow, value);
    }
}

fn call(flow: &mut Flow, call: &Call) {
    flow.glue(&call.name.text).open("(");
    let mut arguments: Vec<Flow> = call.arguments.iter().map(expr).collect();
    if let Some((mode, _)) = &call.mode {
        arguments.insert(1.min(arguments.len()), Flow::of(mode.name()));
    }
    for (word, value) in [("tier by ", &call.tier_by), ("scaled by ", &call.scaled_by)] {
        if let Some(value) = value {
            let mut argument = Flow::of(word);
            argument.append(expr(value));
            arguments.push(argument);
        }
    }
    for (at, argument) in arguments.into_iter().enumerate() {
        if at > 0 {
            flow.glue(",").part("");
        }
        flow.append(argument);
    }
    flow.close(")");
}
