//! What a salesperson may type for a line or a quote: its range, its default, its limit.

use super::errors;
use super::words::{domain_text, value_text};
use crate::check::expr::{check_condition, check_expr, check_formula, constant};
use crate::check::inputs::roles;
use crate::check::{InputSig, Scope, Section, Signatures};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Domain, Expr, ExprKind, Formula, Ty, Value};
use crate::syntax::ast;

/// Checks an entry, whose type and range the signatures know already.
pub(super) fn check_entry(
    field: &ast::Field,
    signature: Option<&InputSig>,
    scope: &Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Input> {
    let InputSig { label, ty, domain, .. } = signature?;
    let ty = ty.clone()?;
    let clauses = &field.clauses;
    let default = match &clauses.default {
        Some(written) => Some(check_default(field, written, &ty, domain, scope.signatures(), problems)?),
        None => None,
    };
    let limit = match &clauses.limit {
        Some(limit) => Some(check_limit(field, limit, &ty, domain, scope, problems)?),
        None => None,
    };
    let when = match &clauses.when {
        Some(when) => Some(check_condition(scope, when, problems)?),
        None => None,
    };
    Some(ir::Input {
        label: label.clone(),
        optional: clauses.optional.is_some(),
        default,
        when,
        limit,
        reason_required: clauses.reason_required.is_some(),
        visible_to: roles(scope.signatures(), &clauses.visible_to, problems),
        ..ir::Input::new(field.name.text.clone(), ty, domain.clone(), field.name.span)
    })
}

/// The value that stands when nothing is typed, which must be one that may be typed.
fn check_default(
    field: &ast::Field,
    written: &ast::Expr,
    ty: &Ty,
    domain: &Domain,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Value> {
    let scope = Scope::new(signatures, Section::Constant);
    let value = constant(&check_expr(&scope, written, Some(ty.required()), problems)?)?;
    if let Value::Number(number) = &value
        && !domain.contains(number)
    {
        let (range, value) = (domain_text(domain, ty), value_text(number, ty));
        problems.push(errors::default_outside(written.span, &field.name.text, &value, &range));
    }
    Some(value)
}

/// The highest value that may be typed, which must lie in the range.
fn check_limit(
    field: &ast::Field,
    limit: &ast::Expr,
    ty: &Ty,
    domain: &Domain,
    scope: &Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Formula> {
    let ordered = match ty.required() {
        Ty::Number(_) | Ty::Date => true,
        Ty::Choice(values) => values.ranked,
        _ => false,
    };
    if !ordered {
        problems.push(errors::limit_without_order(limit.span, &field.name.text));
        return None;
    }
    let formula = check_formula(scope, limit, Some(ty.required()), problems)?;
    let mut outside = Vec::new();
    results(&formula.expr, &mut |result| {
        if let ExprKind::Const(Value::Number(value)) = &result.kind
            && !between_ends(domain, value)
        {
            outside.push((result.span, value_text(value, ty)));
        }
    });
    for (span, value) in outside {
        problems.push(errors::limit_outside(span, &field.name.text, &value, &domain_text(domain, ty)));
    }
    Some(formula)
}

/// The expressions that can be the result of an expression with cases.
fn results<'e>(expr: &'e Expr, see: &mut dyn FnMut(&'e Expr)) {
    match &expr.kind {
        ExprKind::If { then, otherwise, .. } => {
            results(then, see);
            results(otherwise, see);
        }
        ExprKind::Switch { cases, otherwise, .. } => {
            for (_, result) in cases {
                results(result, see);
            }
            if let Some(otherwise) = otherwise {
                results(otherwise, see);
            }
        }
        _ => see(expr),
    }
}

/// A limit need not be one of the steps of a range.
fn between_ends(domain: &Domain, value: &crate::value::Exact) -> bool {
    match domain {
        Domain::Range { from, to, .. } => from <= value && value <= to,
        other => other.contains(value),
    }
}
