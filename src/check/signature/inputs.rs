//! The signatures of contexts, facts, indexes, options and entries: what a request brings.

use std::collections::BTreeSet;

use super::InputSig;
use super::build::Building;
use crate::check::errors;
use crate::check::types::optional;
use crate::ir::{Domain, Name, Ty};
use crate::syntax::ast::{self, ItemKind, ListElements, TypeKind};

/// Where an input belongs whose type names that of another (`customer.level`), so that it waits.
pub(super) enum Owner {
    Context(Name),
    Fact,
    Option { family: bool, owner: Name },
}

/// Adds contexts, facts and indexes, as far as their types do not name other inputs.
pub(super) fn add(building: &mut Building<'_>) {
    for item in building.items.clone() {
        match &item.kind {
            ItemKind::Context(context) => {
                for (at, field) in context.fields.iter().enumerate() {
                    let earlier = context.fields.iter().take(at).find(|it| it.name.text == field.name.text);
                    if let Some(first) = earlier {
                        let owner = &context.name.text;
                        building.problems.push(errors::twice_in(
                            &field.name,
                            first.name.span,
                            "field",
                            owner,
                        ));
                        continue;
                    }
                    if !waits(field) {
                        let sig = building.input(field, &context.name.text);
                        put(building, &Owner::Context(context.name.text.clone()), field, sig);
                    }
                }
            }
            ItemKind::Given(field) if !waits(field) => {
                let sig = building.input(field, "");
                put(building, &Owner::Fact, field, sig);
            }
            ItemKind::Index(index) => {
                let found = building.resolve(&index.ty, &index.name.text, false);
                let sig = match found {
                    Some((ty @ Ty::Number(_), domain)) => (Some(ty), domain),
                    Some((other, _)) => {
                        building.problems.push(errors::index_is_no_number(&index.ty, &other));
                        (None, Domain::All)
                    }
                    None => (None, Domain::All),
                };
                let label = index.label.as_ref().map(|label| label.text.clone());
                let sig = InputSig { label, ty: sig.0, domain: sig.1, has_default: false };
                building.signatures.indexes.entry(index.name.text.clone()).or_insert(sig);
            }
            _ => {}
        }
    }
}

/// Whether the type names that of another input.
pub(super) fn waits(field: &ast::Field) -> bool {
    !named(&field.ty).is_empty()
}

/// Adds the inputs whose types name those of others, as those become known. What is left names itself in
/// the end.
pub(super) fn settle(building: &mut Building<'_>) {
    let mut waiting: Vec<(Owner, &ast::Field)> = Vec::new();
    for item in building.items.clone() {
        match &item.kind {
            ItemKind::Context(context) => waiting.extend(
                context.fields.iter().map(|field| (Owner::Context(context.name.text.clone()), field)),
            ),
            ItemKind::Given(field) => waiting.push((Owner::Fact, field)),
            ItemKind::Family(family) => {
                let owner = |()| Owner::Option { family: true, owner: family.name.text.clone() };
                waiting.extend(options(&family.members).map(|field| (owner(()), field)));
            }
            ItemKind::Product(product) => {
                let owner = |()| Owner::Option { family: false, owner: product.name.text.clone() };
                waiting.extend(options(&product.members).map(|field| (owner(()), field)));
            }
            _ => {}
        }
    }
    waiting.retain(|(_, field)| waits(field));
    while !waiting.is_empty() {
        let names: BTreeSet<(Name, Name)> = waiting
            .iter()
            .filter_map(|(owner, field)| Some((owner.name()?, field.name.text.clone())))
            .collect();
        let before = waiting.len();
        let mut still = Vec::new();
        for (owner, field) in waiting {
            // One that names another that waits is asked again; a wrong name is no longer waited for.
            if named(&field.ty).iter().any(|name| names.contains(name)) {
                still.push((owner, field));
                continue;
            }
            let sig = building.input(field, &owner.name().unwrap_or_else(|| Name::from("")));
            put(building, &owner, field, sig);
        }
        waiting = still;
        if waiting.len() == before {
            break;
        }
    }
    for (owner, field) in waiting {
        building.problems.push(errors::types_name_each_other(field));
        let sig = InputSig { label: None, ty: None, domain: Domain::All, has_default: false };
        put(building, &owner, field, sig);
    }
}

impl Owner {
    /// The name before the dot, where there is one.
    fn name(&self) -> Option<Name> {
        match self {
            Owner::Context(name) | Owner::Option { owner: name, .. } => Some(name.clone()),
            Owner::Fact => None,
        }
    }
}

/// The options among members, and what comes with the line beside them.
pub(super) fn options(members: &[ast::Member]) -> impl Iterator<Item = &ast::Field> {
    members.iter().filter_map(|member| match &member.kind {
        ast::MemberKind::Option(field) | ast::MemberKind::Given(field) => Some(field),
        _ => None,
    })
}

/// The inputs that a type names; that of a list may name several.
fn named(ty: &ast::Type) -> Vec<(Name, Name)> {
    match &ty.kind {
        TypeKind::Set(inner) | TypeKind::Optional(inner) => named(inner),
        TypeKind::List(list) => match &list.elements {
            ListElements::Values(ty) => named(ty),
            ListElements::Record(fields) => fields.iter().flat_map(|field| named(&field.ty)).collect(),
        },
        TypeKind::Named(path) => match path.names.as_slice() {
            [owner, member] => vec![(owner.text.clone(), member.text.clone())],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn put(building: &mut Building<'_>, owner: &Owner, field: &ast::Field, sig: InputSig) {
    let signatures = &mut building.signatures;
    let name = field.name.text.clone();
    match owner {
        Owner::Context(context) => {
            if let Some(context) = signatures.contexts.get_mut(context) {
                context.fields.entry(name).or_insert(sig);
            }
        }
        Owner::Fact => {
            signatures.facts.entry(name).or_insert(sig);
        }
        Owner::Option { family: false, owner } => {
            if let Some(product) = signatures.products.get_mut(owner) {
                product.add_option(name, sig);
            }
        }
        Owner::Option { family: true, owner } => {
            let Some(family) = signatures.families.get_mut(owner) else { return };
            family.options.entry(name.clone()).or_insert_with(|| sig.clone());
            for product in family.products.clone() {
                if let Some(product) = signatures.products.get_mut(&product) {
                    product.add_option(name.clone(), sig.clone());
                }
            }
        }
    }
}

impl Building<'_> {
    /// The signature of an input; enumerations written in its place are named `OWNER.FIELD`.
    pub fn input(&mut self, field: &ast::Field, owner: &str) -> InputSig {
        let full_name = if owner.is_empty() {
            field.name.text.to_string()
        } else {
            format!("{owner}.{}", field.name.text)
        };
        let label = field.label.as_ref().map(|label| label.text.clone());
        let has_default = field.clauses.default.is_some();
        let found = self.resolve(&field.ty, &full_name, true);
        let Some((ty, domain)) = found.filter(|(ty, _)| self.is_no_list(field, owner, ty)) else {
            return InputSig { label, ty: None, domain: Domain::All, has_default };
        };
        let may_be_missing = field.clauses.optional.is_some() || field.clauses.when.is_some();
        // A list that is left out is empty, not missing.
        let ty = if may_be_missing && ty.list().is_none() { optional(ty) } else { ty };
        InputSig { label, ty: Some(ty), domain, has_default }
    }

    /// Whether a field stands behind `given` in the body of a product or family.
    fn comes_with_a_line(&self, field: &ast::Field) -> bool {
        let bodies = self.items.iter().filter_map(|item| match &item.kind {
            ItemKind::Product(product) => Some(&product.members),
            ItemKind::Family(family) => Some(&family.members),
            _ => None,
        });
        bodies.flatten().any(|member| match &member.kind {
            ast::MemberKind::Given(given) => given.name.span == field.name.span,
            _ => false,
        })
    }

    /// Only what is `given` is a list: a fact, or what comes with a line.
    fn is_no_list(&mut self, field: &ast::Field, owner: &str, ty: &Ty) -> bool {
        let misplaced = ty.list().is_some() && !owner.is_empty() && !self.comes_with_a_line(field);
        if misplaced {
            self.problems.push(errors::misplaced_list(field.ty.span));
        }
        !misplaced
    }
}
