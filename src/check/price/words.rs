//! Values of messages as a price book writes them, and which values a domain has.

use crate::check::describe;
use crate::ir::{Domain, ExprKind, Formula, Ty};
use crate::syntax::ast;
use crate::value::Exact;

/// Formulas longer than this are not repeated in what to do.
const LONGEST_SHOWN: usize = 60;

/// A number of a type: `0.01 CNY`, `15%`, `3`.
pub(super) fn value_text(value: &Exact, ty: &Ty) -> String {
    match ty.required() {
        Ty::Number(number) => describe::number_of(value, number),
        _ => describe::number(value),
    }
}

/// The step of a rounding as it was written: `0.05 CNY`, `0.1%`.
pub(super) fn step_text(step: &ast::Literal) -> String {
    match &step.kind {
        ast::LiteralKind::Quantity(quantity) => quantity_text(quantity),
        ast::LiteralKind::Percent(number) => format!("{}%", number.text),
        ast::LiteralKind::Number(number) => number.text.to_string(),
        _ => String::new(),
    }
}

/// A number with its unit as it was written: `1_000 CNY`.
fn quantity_text(quantity: &ast::Quantity) -> String {
    let number = &quantity.number.text;
    match &quantity.unit {
        None => number.to_string(),
        Some(unit) => format!("{number} {}", unit_text(unit)),
    }
}

fn unit_text(unit: &ast::UnitExpr) -> String {
    let mut text = String::new();
    for (name, power) in &unit.factors {
        for _ in 0..power.unsigned_abs() {
            let sign = match (text.is_empty(), *power < 0) {
                (true, false) => "",
                (true, true) => "1/",
                (false, false) => "*",
                (false, true) => "/",
            };
            text.push_str(sign);
            text.push_str(&name.text);
        }
    }
    text
}

/// How an amount is rounded, written out: `list / 3 rounded half_even to 0.01 CNY`.
pub(super) fn rounded_text(amount: &Formula, mode: &str, step: &str) -> String {
    format!("{} rounded {mode} to {step}", shown_text(amount))
}

/// An amount as `rounded` can stand behind it.
pub(super) fn shown_text(amount: &Formula) -> String {
    match &amount.expr.kind {
        _ if amount.text.chars().count() > LONGEST_SHOWN => "…".to_owned(),
        ExprKind::Round { .. } => "…".to_owned(),
        ExprKind::If { .. } | ExprKind::Switch { .. } | ExprKind::Otherwise { .. } => {
            format!("({})", amount.text)
        }
        _ => amount.text.to_string(),
    }
}

/// The values of a domain: `0%` to `15%`.
pub(super) fn domain_text(domain: &Domain, ty: &Ty) -> String {
    let text = match ty.required() {
        Ty::Number(number) => describe::domain(domain, number),
        _ => None,
    };
    text.unwrap_or_else(|| "any value".to_owned())
}
