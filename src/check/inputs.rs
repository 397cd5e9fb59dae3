//! What a request brings, checked: types from the signatures, defaults, conditions, roles.

use std::sync::Arc;

use super::expr::{check_condition, check_expr, constant, literal_value};
use super::scope::{Scope, Section};
use super::{InputSig, Signatures, describe, errors};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Domain, Name, Ty, Value};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Unit;

/// Checks an option, a context's field or a fact; `scope` is that of its `when`.
pub(crate) fn input(
    scope: &Scope<'_>,
    field: &ast::Field,
    sig: &InputSig,
    problems: &mut Vec<Diagnostic>,
) -> Option<ir::Input> {
    let ty = sig.ty.clone();
    let default = match (&field.clauses.default, &ty) {
        (Some(written), Some(ty)) => {
            default_value(scope.signatures, &field.name, written, ty, &sig.domain, problems).map(Some)
        }
        // A set that nothing is said of is empty, not missing.
        (None, Some(ty)) if matches!(ty.required(), Ty::Set(_)) && field.clauses.optional.is_none() => {
            Some(Some(Value::Set(0)))
        }
        _ => Some(None),
    };
    if let (Some(optional), Some(default)) = (field.clauses.optional, &field.clauses.default) {
        problems.push(errors::default_and_optional(optional, default.span, &field.name.text));
    }
    if let (Some(optional), Some(Ty::List(_))) = (field.clauses.optional, ty.as_ref().map(Ty::required)) {
        problems.push(errors::optional_list(optional, &field.name.text));
    }
    let when = clause(field.clauses.when.as_ref(), |when| check_condition(scope, when, problems));
    let visible_to = roles(scope.signatures, &field.clauses.visible_to, problems);
    Some(ir::Input {
        label: sig.label.clone(),
        optional: field.clauses.optional.is_some(),
        default: default?,
        when: when?,
        visible_to,
        ..ir::Input::new(field.name.text.clone(), ty?, sig.domain.clone(), field.name.span)
    })
}

/// A clause that may be left out: `None` only where it is wrong.
pub(crate) fn clause<T, U>(written: Option<&T>, check: impl FnOnce(&T) -> Option<U>) -> Option<Option<U>> {
    match written {
        None => Some(None),
        Some(written) => check(written).map(Some),
    }
}

/// A default: a fixed value, among those allowed.
pub(crate) fn default_value(
    signatures: &Signatures,
    name: &ast::Name,
    written: &ast::Expr,
    ty: &Ty,
    domain: &Domain,
    problems: &mut Vec<Diagnostic>,
) -> Option<Value> {
    let ty = ty.required();
    if let Ty::List(_) = ty {
        let is_empty = matches!(&written.kind, ast::ExprKind::List(items) if items.is_empty());
        if !is_empty {
            problems.push(errors::list_default(written.span, &name.text));
        }
        return is_empty.then(|| Value::List(Arc::new([])));
    }
    if let (Ty::Row(_), ast::ExprKind::Literal(literal)) = (ty, &written.kind) {
        return literal_value(signatures, literal, ty, false, problems);
    }
    let scope = Scope::new(signatures, Section::Constant);
    let checked = check_expr(&scope, written, Some(ty), problems)?;
    let Some(value) = constant(&checked) else {
        problems.push(errors::default_not_constant(written.span, &name.text));
        return None;
    };
    in_domain(&name.text, written.span, &value, ty, domain, problems)?;
    Some(value)
}

/// Whether the value is among those allowed; if not, the problem is that of a default.
fn in_domain(
    name: &str,
    span: Span,
    value: &Value,
    ty: &Ty,
    domain: &Domain,
    problems: &mut Vec<Diagnostic>,
) -> Option<()> {
    let (Value::Number(number), Ty::Number(number_ty)) = (value, ty) else { return Some(()) };
    if domain.contains(number) {
        return Some(());
    }
    let allowed = describe::domain_around(domain, number_ty, number);
    problems.push(errors::bad_default(span, name, &describe::value(value, ty), allowed));
    None
}

/// The roles behind `visible to`, each a value of `actor.role`.
pub(crate) fn roles(
    signatures: &Signatures,
    names: &[ast::Name],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Name> {
    let role = signatures.contexts.get("actor").and_then(|actor| actor.fields.get("role"));
    let ty = role.and_then(|role| role.ty.as_ref()).map(Ty::required);
    for name in names {
        match ty {
            Some(Ty::Choice(of)) => {
                if super::literal::position(of, &name.text).is_none() {
                    problems.push(errors::unknown_value(name.span, &name.text, of));
                }
            }
            // The field is declared and its type is wrong, which has been reported.
            None if role.is_some() => {}
            _ => {
                problems.push(errors::no_roles(name));
                break;
            }
        }
    }
    names.iter().map(|name| name.text.clone()).collect()
}

/// `max_age 7 days`: whole days, zero or more.
pub(crate) fn max_age(
    signatures: &Signatures,
    written: Option<&ast::Quantity>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Option<u32>> {
    let Some(written) = written else { return Some(None) };
    let span = written.unit.as_ref().map_or(written.number.span, |unit| written.number.span.cover(unit.span));
    let literal = ast::Literal { kind: ast::LiteralKind::Quantity(written.clone()), span };
    let days = Ty::quantity(Unit::of(signatures.units.get("days")?));
    let value = literal_value(signatures, &literal, &days, false, problems)?;
    let whole = match value {
        Value::Number(number) => number.to_i64().and_then(|days| u32::try_from(days).ok()),
        _ => None,
    };
    if whole.is_none() {
        problems.push(errors::not_whole_days(span));
    }
    whole.map(Some)
}
