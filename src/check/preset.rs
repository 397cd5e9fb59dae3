//! Presets: a value for each option named, one that the option can have.

use std::sync::Arc;

use super::price::{preset_parts, preset_value};
use super::setting::option;
use super::{Signatures, errors};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Name, Value};
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
    let is_part = |name: &Name| {
        let of_product = |product| signatures.products.get(product);
        products.iter().filter_map(of_product).any(|product| product.parts.contains_key(name))
    };
    // Of a family without products nothing can be said.
    for (at, assign) in preset.values.iter().enumerate().filter(|_| !products.is_empty()) {
        let earlier = preset.values.iter().take(at).find(|other| other.name.text == assign.name.text);
        if let Some(first) = earlier {
            problems.push(errors::set_twice(&assign.name, first.name.span));
            whole = false;
            continue;
        }
        if is_part(&assign.name.text) {
            continue;
        }
        match value(assign, &products, signatures, problems) {
            Some(value) => values.push((assign.name.text.clone(), value)),
            None => whole = false,
        }
    }
    let parts = parts(preset, &products, signatures, problems);
    let parts = parts.filter(|_| whole)?;
    Some({
        Arc::new(ir::Preset {
            name: preset.name.text.clone(),
            label: preset.label.as_ref().map(|label| label.text.clone()),
            target: preset.target.text.clone(),
            values,
            parts,
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
    preset_value(signatures, assign, &sig.input, problems)
}

/// What the preset says of parts, which all of the products have.
fn parts(
    preset: &ast::Preset,
    products: &[Name],
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<Vec<(Name, ir::TestPart)>> {
    let Some(first) = products.first() else { return Some(Vec::new()) };
    let part_of = |product: &Name, part: &Name| signatures.products.get(product)?.parts.get(part);
    let named =
        |assign: &&Assign| products.iter().any(|product| part_of(product, &assign.name.text).is_some());
    let numbers: Vec<Assign> = preset.values.iter().filter(named).cloned().collect();
    let names = numbers.iter().map(|assign| &assign.name).chain(preset.pieces.iter().map(|it| &it.part));
    let mut whole = true;
    for name in names {
        let of_first = part_of(first, &name.text);
        let differs = |other: &&Name| part_of(other, &name.text) != of_first;
        if let Some(other) = products.iter().find(differs) {
            let (with, without) = if of_first.is_some() { (first, other) } else { (other, first) };
            problems.push(errors::not_in_every_product(name.span, &name.text, with, without, false));
            whole = false;
        }
    }
    if !whole {
        return None;
    }
    preset_parts(signatures, first, &numbers, &preset.pieces, problems)
}

/// What a line says beside its options, where a preset names it.
fn other_word(assign: &Assign, products: &[Name], signatures: &Signatures) -> Option<&'static str> {
    let name = &assign.name.text;
    let is_entry = |product: &Name| {
        signatures.price_of(product).is_some_and(|(_, price)| price.entries.contains_key(name))
    };
    let is_given =
        |product: &Name| signatures.products.get(product).is_some_and(|it| it.given.contains(name));
    match name.as_ref() {
        "quantity" => Some("the quantity"),
        "reason" => Some("the reason"),
        _ if products.iter().any(is_entry) => Some("an entry"),
        _ if products.iter().any(is_given) => Some("what comes with each line"),
        _ => None,
    }
}
