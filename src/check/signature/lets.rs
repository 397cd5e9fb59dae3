//! What only bodies tell and others must know: the types of lets without one, and whether values end.
//!
//! Each body is read after those it needs. Its problems are reported when its own item is checked; here a
//! body that is wrong only leaves its type unknown.

use std::collections::BTreeMap;

use super::Signatures;
use super::build::Building;
use crate::check::expr::{check_expr, terminates};
use crate::check::scope::{Scope, Section};
use crate::check::{cycles, walk};
use crate::ir::{self, Name, Ty};
use crate::syntax::ast::{self, ItemKind, MemberKind};

/// Finds the types of untyped lets, and whether lets and functions always give decimals.
pub(super) fn infer(building: &mut Building<'_>) {
    functions(building);
    let items = building.items.clone();
    let mut families: BTreeMap<&Name, &[ast::Member]> = BTreeMap::new();
    for item in &items {
        if let ItemKind::Family(family) = &item.kind {
            families.entry(&family.name.text).or_insert(&family.members);
        }
    }
    for item in &items {
        let ItemKind::Product(product) = &item.kind else { continue };
        let shared = product.family.as_ref().and_then(|name| families.get(&name.text));
        let shared = shared.copied().unwrap_or_default();
        let members = shared.iter().chain(&product.members);
        let lets: Vec<&ast::Let> = members
            .filter_map(|member| match &member.kind {
                MemberKind::Let(member) => Some(member),
                _ => None,
            })
            .collect();
        product_lets(&mut building.signatures, &product.name.text, &lets);
    }
}

fn functions(building: &mut Building<'_>) {
    let defs: Vec<&ast::Def> = building
        .items
        .iter()
        .filter_map(|item| match &item.kind {
            ItemKind::Def(def) => Some(def),
            _ => None,
        })
        .collect();
    let position: BTreeMap<&Name, usize> =
        defs.iter().enumerate().rev().map(|(at, def)| (&def.name.text, at)).collect();
    let needs: Vec<Vec<usize>> = defs
        .iter()
        .map(|def| {
            let called = walk::called_names(&def.body);
            called.iter().filter_map(|name| position.get(&name.text).copied()).collect()
        })
        .collect();
    for at in cycles::order(&needs).order {
        let Some(def) = defs.get(at) else { continue };
        let Some(body) = def_body(&building.signatures, def) else { continue };
        let signatures = &building.signatures;
        let ends = terminates(&Scope::new(signatures, Section::Def), &body);
        if let Some(sig) = building.signatures.defs.get_mut(&def.name.text) {
            sig.terminates = ends;
        }
    }
}

fn def_body(signatures: &Signatures, def: &ast::Def) -> Option<ir::Expr> {
    let sig = signatures.defs.get(&def.name.text)?;
    let scope = Scope::of_def(signatures, sig.parameters.clone());
    check_expr(&scope, &def.body, sig.result.as_ref(), &mut Vec::new())
}

fn product_lets(signatures: &mut Signatures, product: &Name, lets: &[&ast::Let]) {
    for at in order_of_lets(lets).order {
        let Some(member) = lets.get(at) else { continue };
        let Some((ty, ends)) = let_body(signatures, product, member) else { continue };
        let sig = signatures.products.get_mut(product);
        let Some(sig) = sig.and_then(|it| it.members.get_mut(&member.name.text)) else { continue };
        sig.terminates = ends;
        if sig.input.ty.is_none() && member.ty.is_none() {
            sig.input.ty = Some(ty);
        }
    }
}

/// An order in which each let stands behind those it reads, and the circles among them.
pub(crate) fn order_of_lets(lets: &[&ast::Let]) -> cycles::Ordered {
    let position: BTreeMap<&Name, usize> =
        lets.iter().enumerate().rev().map(|(at, member)| (&member.name.text, at)).collect();
    let needs: Vec<Vec<usize>> = lets
        .iter()
        .map(|member| {
            let read = walk::bare_names(&member.value);
            read.iter().filter_map(|name| position.get(&name.text).copied()).collect()
        })
        .collect();
    cycles::order(&needs)
}

fn let_body(signatures: &Signatures, product: &Name, member: &ast::Let) -> Option<(Ty, bool)> {
    let sig = signatures.products.get(product)?.members.get(&member.name.text)?;
    let expected = sig.input.ty.as_ref().filter(|_| member.ty.is_some());
    let scope = Scope::of_product(signatures, Section::Product, product.clone());
    let body = check_expr(&scope, &member.value, expected, &mut Vec::new())?;
    let ends = terminates(&scope, &body);
    Some((body.ty, ends))
}
