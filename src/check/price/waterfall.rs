//! A `price` block: entries, the steps of a unit and the steps of a line, for all products that it prices.

use super::bounds::warn_of_idle_bounds;
use super::entry::check_entry;
use super::errors;
use super::idle::warn_of_idle;
use super::reach::Known;
use super::stack::warn_of_stack;
use super::walk::{Block, Found, Walk};
use crate::check::unproved::Unproved;
use crate::check::{Scope, Section, Signatures};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::ir::{self, Name, NumberTy, Ty};
use crate::source::Span;
use crate::syntax::ast::{self, StepKind};

/// Checks a waterfall for every product that it prices.
pub fn check_price(
    price: &ast::Price,
    span: Span,
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
    unproved: &mut Vec<Unproved>,
) -> Option<ir::Price> {
    let target = price.target.text.as_ref();
    if !signatures.products.contains_key(target) && !signatures.families.contains_key(target) {
        return None;
    }
    let products = signatures.products_priced_by(&price.target.text);
    if products.is_empty() {
        let members = signatures.families.get(&price.target.text).map(|family| family.products.as_slice());
        problems.push(errors::prices_nothing(&price.target, members.unwrap_or_default()));
        return Some(empty(price, span));
    }
    let mut found = Vec::new();
    let checked = for_products(price, span, &products, signatures, (&mut found, unproved));
    let refused = has_errors(&found);
    problems.append(&mut found);
    checked.filter(|_| !refused)
}

fn empty(price: &ast::Price, span: Span) -> ir::Price {
    let target = price.target.text.clone();
    ir::Price { target, entries: Vec::new(), per_unit: Vec::new(), per_line: Vec::new(), span }
}

fn for_products(
    price: &ast::Price,
    span: Span,
    products: &[Name],
    signatures: &Signatures,
    (problems, unproved): Found<'_>,
) -> Option<ir::Price> {
    let entry_scope = Scope::of_products(signatures, Section::LineEntry, products.to_vec());
    let declared = signatures.prices.get(&price.target.text).map(|price| &price.entries);
    let mut entries = Vec::new();
    for field in &price.entries {
        let signature = declared.and_then(|entries| entries.get(&field.name.text));
        entries.extend(check_entry(field, signature, &entry_scope, problems));
    }
    let mut checked = ir::Price { entries, ..empty(price, span) };
    if price.per_unit.is_none() && price.per_line.is_none() {
        problems.push(errors::no_section(price.target.span, &price.target.text));
    }
    if let Some(section) = &price.per_unit {
        expect_list(section, &price.target, "per unit", problems);
        let money = unit_money(price, products, signatures, problems)?;
        let scope = Scope::of_products(signatures, Section::PerUnit, products.to_vec());
        let mut walk = Walk::new(Block::Unit, scope, products, money, (&mut *problems, &mut *unproved));
        checked.per_unit = walk.steps(&section.steps);
        warn_of_stack(&checked.per_unit, signatures, products, problems);
        warn_of_idle(&checked.per_unit, &Known::of_product(signatures, products), problems);
    }
    if let Some(section) = &price.per_line {
        let Some(Ty::Number(money)) = signatures.money() else { return None };
        let scope = Scope::of_products(signatures, Section::PerLine, products.to_vec());
        let mut walk = Walk::new(Block::Line, scope, products, money, (&mut *problems, &mut *unproved));
        match &price.per_unit {
            None => expect_list(section, &price.target, "per line", walk.problems),
            Some(unit) => {
                refuse_list(section, unit, walk.problems);
                walk.start_running();
            }
        }
        checked.per_line = walk.steps(&section.steps);
        warn_of_stack(&checked.per_line, signatures, products, problems);
        warn_of_idle(&checked.per_line, &Known::of_product(signatures, products), problems);
    }
    if !has_errors(problems) {
        warn_of_idle_bounds(&checked, signatures, products, problems);
    }
    Some(checked)
}

/// The first block begins with `list`, and has no other.
fn expect_list(section: &ast::Section, target: &ast::Name, block: &str, problems: &mut Vec<Diagnostic>) {
    let mut lists = lists_of(section);
    let first_step = section.steps.first().map(|step| step.span);
    match lists.next() {
        Some(list) if first_step == Some(list) => {
            problems.extend(lists.map(|second| errors::second_list(second, list)));
        }
        Some(list) => problems.push(errors::late_list(list, first_step.unwrap_or(section.span))),
        None => problems.push(errors::missing_list(target, block)),
    }
}

/// A line whose units have a list price has none of its own.
fn refuse_list(section: &ast::Section, unit: &ast::Section, problems: &mut Vec<Diagnostic>) {
    if lists_of(unit).next().is_some() {
        problems.extend(lists_of(section).map(errors::list_of_line));
    }
}

fn lists_of(section: &ast::Section) -> impl Iterator<Item = Span> {
    section.steps.iter().filter(|step| matches!(step.kind, StepKind::List { .. })).map(|step| step.span)
}

/// The type of the unit prices, which is one for all products.
fn unit_money(
    price: &ast::Price,
    products: &[Name],
    signatures: &Signatures,
    problems: &mut Vec<Diagnostic>,
) -> Option<NumberTy> {
    let mut first: Option<(&Name, NumberTy)> = None;
    for product in products {
        let Some(Ty::Number(money)) = signatures.unit_money(product) else { return None };
        match &first {
            None => first = Some((product, money)),
            Some((one, their)) if their.unit != money.unit => {
                let (their, money) = (their.unit.to_string(), money.unit.to_string());
                let (one, other) = ((one.as_ref(), their.as_str()), (product.as_ref(), money.as_str()));
                let target = &price.target;
                problems.push(errors::mixed_sale_units(target.span, &target.text, one, other));
                return None;
            }
            Some(_) => {}
        }
    }
    first.map(|(_, money)| money)
}
