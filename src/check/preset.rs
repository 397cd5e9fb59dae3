//! Presets: a value for each option named, one that the option can have.

use std::sync::Arc;

use super::inputs::allows;
use super::price::assigned_value;
use super::setting::option;
use super::{Signatures, describe, errors};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Name, Ty, Value};
use crate::source::Span;
use crate::syntax::ast::{self, Assign};

/// Checks a preset for its product, or for all products of its family.
pub(crate) fn preset(
    preset: &ast::Preset,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Arc<ir::Preset>> {
    let products = signatures.products_of(Some(&preset.target.text));
    let mut values: Vec<(Name, Value)> = Vec::new();
    let mut whole = true;
    // Of a family without products nothing can be said.
    for (at, assign) in preset.values.iter().enumerate().filter(|_| !products.is_empty()) {
        let earlier = preset.values.iter().take(at).find(|other| other.name.text == assign.name.text);
        if let Some(first) = earlier {
            problems.push(errors::set_twice(&assign.name, first.name.span));
            whole = false;
            continue;
        }
        match value(assign, &products, signatures, problems) {
            Some(value) => values.push((assign.name.text.clone(), value)),
            None => whole = false,
        }
    }
    whole.then(|| {
        Arc::new(ir::Preset {
            name: preset.name.text.clone(),
            label: preset.label.as_ref().map(|label| label.text.clone()),
            target: preset.target.text.clone(),
            values,
            because: preset.because.as_ref().map(|because| because.text.clone()),
            span,
        })
    })
}

fn value(
    assign: &Assign,
    products: &[Name],
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Value> {
    if let Some(what) = other_word(assign, products, signatures) {
        problems.push(errors::preset_word(&assign.name, what));
        return None;
    }
    let sig = option(signatures, products, &assign.name, problems)?;
    let value = assigned_value(signatures, assign, &sig.input, problems)?;
    if let (Value::Number(number), Some(Ty::Number(ty))) = (&value, sig.input.ty.as_ref().map(Ty::required))
        && !allows(&sig.input.domain, number)
    {
        let allowed = describe::domain_around(&sig.input.domain, ty, number);
        let shown = describe::number_of(number, ty);
        let at = match &assign.value {
            ast::AssignValue::One(literal) => literal.span,
            ast::AssignValue::Many(_, span) => *span,
        };
        problems.push(errors::value_not_allowed(at, &assign.name.text, &shown, allowed));
        return None;
    }
    Some(value)
}

/// What a line says beside its options, where a preset names it.
fn other_word(assign: &Assign, products: &[Name], signatures: &Signatures) -> Option<&'static str> {
    let name = &assign.name.text;
    let is_entry = |product: &Name| {
        signatures.price_of(product).is_some_and(|(_, price)| price.entries.contains_key(name))
    };
    match name.as_ref() {
        "quantity" => Some("the quantity"),
        "reason" => Some("the reason"),
        _ if products.iter().any(is_entry) => Some("an entry"),
        _ => None,
    }
}
