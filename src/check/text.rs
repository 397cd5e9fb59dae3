//! An expression as text on one line, in canonical layout, for explanations and messages.

use crate::syntax::ast::{
    BinaryOp, Call, Expr, ExprKind, Literal, LiteralKind, Path, Quantity, RoundTo, UnitExpr,
};

/// The text of an expression, on one line.
pub(crate) fn expr_text(expr: &Expr) -> String {
    let mut out = String::new();
    write(&mut out, expr);
    out
}

fn write(out: &mut String, expr: &Expr) {
    match &expr.kind {
        ExprKind::Literal(value) => literal(out, value),
        ExprKind::List(values) => {
            out.push('[');
            listed(out, values);
            out.push(']');
        }
        ExprKind::Path(own) => path(out, own),
        ExprKind::Call(own) => call(out, own),
        ExprKind::Field { of, name } => {
            write(out, of);
            out.push('.');
            out.push_str(&name.text);
        }
        ExprKind::Paren(inner) => {
            out.push('(');
            write(out, inner);
            out.push(')');
        }
        ExprKind::Not(inner) => {
            out.push_str("not ");
            write(out, inner);
        }
        ExprKind::Negate(inner) => {
            out.push('-');
            write(out, inner);
        }
        ExprKind::Binary { .. } => chain(out, expr),
        ExprKind::If { .. } => if_else(out, expr),
        ExprKind::By { subject, rows } => {
            out.push_str("by ");
            path(out, subject);
            out.push_str(" {");
            for (at, row) in rows.iter().enumerate() {
                out.push_str(if at == 0 { " " } else { ", " });
                for (at, key) in row.keys.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { " or " });
                    literal(out, key);
                }
                out.push_str(if row.keys.is_empty() { "else: " } else { ": " });
                write(out, &row.value);
            }
            out.push_str(" }");
        }
        ExprKind::Rounded { value, rounding } => {
            write(out, value);
            out.push_str(" rounded ");
            round_to(out, rounding);
        }
        ExprKind::Days { from, to, through } => {
            out.push_str("days(");
            write(out, from);
            out.push_str(if *through { " through " } else { " to " });
            write(out, to);
            out.push(')');
        }
        ExprKind::PriceAt { margin, rate, cost } => {
            out.push_str(if *margin { "price_at margin " } else { "price_at markup " });
            write(out, rate);
            out.push_str(" of ");
            write(out, cost);
        }
    }
}

/// Operators that lean left, in a loop however long the chain is.
fn chain(out: &mut String, expr: &Expr) {
    let mut pending = Vec::new();
    let mut innermost = expr;
    while let ExprKind::Binary { op, left, right, .. } = &innermost.kind {
        pending.push((*op, right));
        innermost = left;
    }
    write(out, innermost);
    for (op, right) in pending.into_iter().rev() {
        out.push(' ');
        out.push_str(symbol(op));
        out.push(' ');
        write(out, right);
    }
}

fn if_else(out: &mut String, expr: &Expr) {
    let mut rest = expr;
    while let ExprKind::If { condition, then, otherwise } = &rest.kind {
        out.push_str("if ");
        write(out, condition);
        out.push_str(" then ");
        write(out, then);
        out.push_str(" else ");
        rest = otherwise;
    }
    write(out, rest);
}

fn listed(out: &mut String, values: &[Expr]) {
    for (at, value) in values.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        write(out, value);
    }
}

fn call(out: &mut String, call: &Call) {
    out.push_str(&call.name.text);
    out.push('(');
    for (at, argument) in call.arguments.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        write(out, argument);
        if let (0, Some((mode, _))) = (at, &call.mode) {
            out.push_str(", ");
            out.push_str(mode.name());
        }
    }
    for (word, value) in [(", tier by ", &call.tier_by), (", scaled by ", &call.scaled_by)] {
        if let Some(value) = value {
            out.push_str(word);
            write(out, value);
        }
    }
    out.push(')');
}

fn path(out: &mut String, path: &Path) {
    for (at, name) in path.names.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { "." });
        out.push_str(&name.text);
    }
}

fn literal(out: &mut String, literal: &Literal) {
    match &literal.kind {
        LiteralKind::Number(number) => out.push_str(&number.text),
        LiteralKind::Percent(number) => {
            out.push_str(&number.text);
            out.push('%');
        }
        LiteralKind::Quantity(value) => quantity(out, value),
        LiteralKind::Text(text) => {
            out.push('"');
            out.push_str(&text.replace('\\', "\\\\").replace('"', "\\\""));
            out.push('"');
        }
        LiteralKind::Date(date) => out.push_str(&date.to_string()),
        LiteralKind::Bool(it) => out.push_str(if *it { "true" } else { "false" }),
        LiteralKind::Word(word) => out.push_str(word),
    }
}

fn quantity(out: &mut String, quantity: &Quantity) {
    out.push_str(&quantity.number.text);
    if let Some(written) = &quantity.unit {
        out.push(' ');
        unit(out, written);
    }
}

fn unit(out: &mut String, unit: &UnitExpr) {
    for (at, (name, exponent)) in unit.factors.iter().enumerate() {
        for time in 0..exponent.unsigned_abs() {
            let first = at == 0 && time == 0;
            out.push_str(match (first, *exponent < 0) {
                (true, false) => "",
                (true, true) => "1/",
                (false, false) => "*",
                (false, true) => "/",
            });
            out.push_str(&name.text);
        }
    }
}

fn round_to(out: &mut String, rounding: &RoundTo) {
    out.push_str(rounding.mode.name());
    out.push_str(" to ");
    quantity(out, &rounding.step);
    if let Some(offset) = &rounding.offset {
        out.push_str(" offset ");
        quantity(out, offset);
    }
}

/// An operator as it is written.
fn symbol(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Implies => "implies",
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Equal => "=",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::In => "in",
        BinaryOp::NotIn => "not in",
        BinaryOp::StartsWith => "starts with",
        BinaryOp::Otherwise => "otherwise",
        BinaryOp::Of => "of",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
    }
}
