//! `list of { at: date, amount: EUR } in order`: the type of a list that a request brings.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::inputs::default_value;
use super::types::{self, Place, optional};
use super::{Signatures, errors};
use crate::diagnostic::Diagnostic;
use crate::ir::{ListField, ListTy, Name, Ty, Value};
use crate::source::Span;
use crate::syntax::ast::{self, ListElements, TypeKind};

/// The type of a list; `owner` is its name, for messages and for enumerations written in its place.
pub(crate) fn list_type(
    signatures: &Signatures,
    owner: &str,
    list: &ast::ListType,
    span: Span,
    problems: &mut Vec<Diagnostic>,
) -> Option<Ty> {
    let (fields, record) = match &list.elements {
        ListElements::Values(ty) => (vec![plain(signatures, owner, ty, problems)?], false),
        ListElements::Record(fields) => (record(signatures, owner, fields, span, problems)?, true),
    };
    let ordered = list.ordered.is_some();
    Some(Ty::List(Arc::new(ListTy { name: Name::from(owner), record, ordered, fields })))
}

/// The one field of plain values.
fn plain(
    signatures: &Signatures,
    owner: &str,
    ty: &ast::Type,
    problems: &mut Vec<Diagnostic>,
) -> Option<ListField> {
    if let TypeKind::List(_) = ty.kind {
        problems.push(errors::list_of_lists(ty.span));
        return None;
    }
    let (ty, domain) = types::resolve(signatures, Place { owner, whole: true }, ty, problems)?;
    Some(ListField { name: Name::from(owner), label: None, ty, domain, default: None })
}

fn record(
    signatures: &Signatures,
    owner: &str,
    written: &[ast::Field],
    span: Span,
    problems: &mut Vec<Diagnostic>,
) -> Option<Vec<ListField>> {
    if written.is_empty() {
        problems.push(errors::list_without_fields(span));
        return None;
    }
    let mut seen: BTreeMap<&Name, Span> = BTreeMap::new();
    let mut fields = Vec::new();
    for field in written {
        if let Some(first) = seen.insert(&field.name.text, field.name.span) {
            problems.push(errors::twice_in(&field.name, first, "field", owner));
            continue;
        }
        fields.extend(one(signatures, owner, field, problems));
    }
    (fields.len() == written.len()).then_some(fields)
}

/// A field of a record.
fn one(
    signatures: &Signatures,
    owner: &str,
    field: &ast::Field,
    problems: &mut Vec<Diagnostic>,
) -> Option<ListField> {
    let own = format!("{owner}.{}", field.name.text);
    let (ty, domain) = types::resolve(signatures, Place { owner: &own, whole: true }, &field.ty, problems)?;
    let is_optional = field.clauses.optional;
    if let (Some(at), Ty::List(_)) = (is_optional, &ty) {
        problems.push(errors::optional_list(at, &field.name.text));
        return None;
    }
    let default = match &field.clauses.default {
        Some(written) => {
            if let Some(at) = is_optional {
                problems.push(errors::default_and_optional(at, written.span, &field.name.text));
            }
            Some(default_value(signatures, &field.name, written, &ty, &domain, problems)?)
        }
        // A set that nothing is said of is empty, as everywhere.
        None if matches!(ty, Ty::Set(_)) && is_optional.is_none() => Some(Value::Set(0)),
        None => None,
    };
    let ty = if is_optional.is_some() { optional(ty) } else { ty };
    let label = field.label.as_ref().map(|label| label.text.clone());
    Some(ListField { name: field.name.text.clone(), label, ty, domain, default })
}
