//! What only bodies tell and others must know: the types of lets without one, and whether values end.
//!
//! Each body is read after those it needs. Its problems are reported when its own item is checked; here a
//! body that is wrong only leaves its type unknown.

use std::collections::{BTreeMap, BTreeSet};

use super::Signatures;
use super::build::Building;
use crate::check::expr::{check_expr, terminates};
use crate::check::scope::{Scope, Section};
use crate::check::{cycles, errors, walk};
use crate::ir::{self, Name, Ty};
use crate::syntax::ast::{self, ItemKind, MemberKind};

/// Finds the types of untyped lets, and whether lets and functions always give decimals; of products in the
/// given order, in which parts stand before what they are parts of.
pub(super) fn infer(building: &mut Building<'_>, in_order: &[Name]) {
    functions(building);
    let items = building.items.clone();
    let mut families: BTreeMap<&Name, &[ast::Member]> = BTreeMap::new();
    for item in &items {
        if let ItemKind::Family(family) = &item.kind {
            families.entry(&family.name.text).or_insert(&family.members);
        }
    }
    let mut products: BTreeMap<&Name, &ast::Product> = BTreeMap::new();
    for item in &items {
        if let ItemKind::Product(product) = &item.kind {
            products.entry(&product.name.text).or_insert(product);
        }
    }
    let in_order = in_order.iter().filter_map(|name| products.get(name));
    let mut through_lines = Vec::new();
    for product in in_order {
        let shared = product.family.as_ref().and_then(|name| families.get(&name.text));
        let shared = shared.copied().unwrap_or_default();
        let nodes = nodes(shared.iter().chain(&product.members));
        product_lets(building, &product.name.text, &nodes);
        if nodes.iter().any(goes_through_lines) {
            through_lines.push((&product.name.text, nodes));
        }
    }
    // What goes through lines reads lets of all products, which are known now.
    for (product, nodes) in &through_lines {
        for node in nodes.iter().filter(|node| goes_through_lines(node)) {
            if let Some(sig) = building.signatures.products.get_mut(product)
                && let Some(member) = sig.members.get_mut(&node.name.text)
            {
                // Until a circle is found, which is told when all is checked.
                member.terminates = true;
            }
        }
    }
    for (product, nodes) in &through_lines {
        product_lets(building, product, nodes);
    }
    let untyped: Vec<(&Name, &Node<'_>)> = through_lines
        .iter()
        .flat_map(|(product, nodes)| nodes.iter().map(|node| (*product, node)))
        .filter(|(product, node)| {
            let sig = building.signatures.products.get(*product);
            let member = sig.and_then(|it| it.members.get(&node.name.text));
            node.member.is_some() && member.is_some_and(|member| member.input.ty.is_none())
        })
        .collect();
    for (_, node) in &untyped {
        let read = node.reads.and_then(|value| {
            let of_lines = walk::dotted_names(value);
            of_lines.into_iter().find(|name| untyped.iter().any(|(_, other)| other.name.text == name.text))
        });
        if let Some(read) = read {
            let problem = errors::untyped_circle(read, node.name);
            if !building.problems.contains(&problem) {
                building.problems.push(problem);
            }
        }
    }
}

fn goes_through_lines(node: &Node<'_>) -> bool {
    let names = node.reads.filter(|_| node.member.is_some()).map(walk::bare_names).unwrap_or_default();
    names.iter().any(|name| name.text.as_ref() == "lines")
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
    let ordered = cycles::order(&needs);
    for circle in &ordered.circles {
        let path: Vec<&ast::Name> =
            circle.iter().filter_map(|at| defs.get(*at)).map(|def| &def.name).collect();
        building.problems.push(errors::circle("function", &path));
        for name in path {
            if let Some(sig) = building.signatures.defs.get_mut(&name.text) {
                sig.terminates = true;
            }
        }
    }
    for at in ordered.order {
        let Some(def) = defs.get(at) else { continue };
        let ends = def_ends(&building.signatures, def);
        if let Some(sig) = building.signatures.defs.get_mut(&def.name.text) {
            sig.terminates = ends;
        }
    }
}

/// Whether the value of a function always can be written as a decimal. Of a body that is wrong nothing more is said
/// where it is used.
fn def_ends(signatures: &Signatures, def: &ast::Def) -> bool {
    def_body(signatures, def).is_none_or(|body| terminates(&Scope::new(signatures, Section::Def), &body))
}

/// Whether a body gives a function the signature that it has. Circles are another matter.
pub(super) fn def_stays(signatures: &Signatures, def: &ast::Def) -> bool {
    signatures.defs.get(&def.name.text).is_some_and(|sig| sig.terminates == def_ends(signatures, def))
}

/// Whether the lets of a product have the signatures that they have with other values too; where that cannot be told
/// of the product alone, they are taken not to.
pub(super) fn lets_stay(signatures: &Signatures, old: &ast::Product, new: &ast::Product) -> bool {
    let (before, now) = (nodes(old.members.iter()), nodes(new.members.iter()));
    if before.iter().chain(&now).any(goes_through_lines) {
        return false;
    }
    let reads = |node: &Node<'_>| -> BTreeSet<Name> {
        let names = node.reads.map(walk::bare_names).unwrap_or_default();
        names.into_iter().map(|name| name.text.clone()).collect()
    };
    // Who reads nothing more than before comes into no circle.
    let same_reads = before.len() == now.len()
        && before
            .iter()
            .zip(&now)
            .all(|(old, new)| old.name.text == new.name.text && reads(new).is_subset(&reads(old)));
    if !same_reads && (new.family.is_some() || !in_order(&now).circles.is_empty()) {
        return false;
    }
    let Some(members) = signatures.products.get(&new.name.text).map(|product| &product.members) else {
        return false;
    };
    now.iter().filter_map(|node| node.member).all(|member| {
        let body = let_body(signatures, &new.name.text, member);
        members.get(&member.name.text).is_some_and(|sig| {
            let ends = body.as_ref().is_none_or(|(_, ends)| *ends);
            let typed = member.ty.is_some() || sig.input.ty == body.map(|(ty, _)| ty);
            typed && sig.terminates == ends
        })
    })
}

fn def_body(signatures: &Signatures, def: &ast::Def) -> Option<ir::Expr> {
    let sig = signatures.defs.get(&def.name.text)?;
    let scope = Scope::of_def(signatures, sig.parameters.clone());
    check_expr(&scope, &def.body, sig.result.as_ref(), &mut Vec::new())
}

/// A let, or the condition of an option or a part, with the names that it reads.
struct Node<'t> {
    name: &'t ast::Name,
    reads: Option<&'t ast::Expr>,
    member: Option<&'t ast::Let>,
}

fn nodes<'t>(members: impl Iterator<Item = &'t ast::Member>) -> Vec<Node<'t>> {
    let node = |member: &'t ast::Member| match &member.kind {
        MemberKind::Let(it) => Some(Node { name: &it.name, reads: Some(&it.value), member: Some(it) }),
        MemberKind::Option(it) | MemberKind::Given(it) => {
            Some(Node { name: &it.name, reads: it.clauses.when.as_ref(), member: None })
        }
        MemberKind::Part(it) => Some(Node { name: &it.name, reads: it.when.as_ref(), member: None }),
        _ => None,
    };
    members.filter_map(node).collect()
}

/// An order in which each stands behind those it reads.
fn in_order(nodes: &[Node<'_>]) -> cycles::Ordered {
    let position: BTreeMap<&Name, usize> =
        nodes.iter().enumerate().rev().map(|(at, node)| (&node.name.text, at)).collect();
    let needs: Vec<Vec<usize>> = nodes
        .iter()
        .map(|node| {
            let read = node.reads.map(walk::bare_names).unwrap_or_default();
            // The walk has no order of its own; this one is that of the text.
            let mut read: Vec<usize> =
                read.iter().filter_map(|name| position.get(&name.text).copied()).collect();
            read.sort_unstable();
            read.dedup();
            read
        })
        .collect();
    cycles::order(&needs)
}

/// Finds what the lets of one product are, each behind those it reads, and the circles among them and the
/// conditions of options.
fn product_lets(building: &mut Building<'_>, product: &Name, nodes: &[Node<'_>]) {
    let ordered = in_order(nodes);
    for circle in &ordered.circles {
        let path: Vec<&ast::Name> =
            circle.iter().filter_map(|at| nodes.get(*at)).map(|node| node.name).collect();
        let problem = errors::circle("value", &path);
        // A circle within a family is found in each of its products.
        if !building.problems.contains(&problem) {
            building.problems.push(problem);
        }
        let sig = building.signatures.products.get_mut(product);
        let Some(sig) = sig else { continue };
        for name in path {
            if let Some(member) = sig.members.get_mut(&name.text) {
                member.terminates = true;
            }
        }
    }
    for at in ordered.order {
        let Some(member) = nodes.get(at).and_then(|node| node.member) else { continue };
        let body = let_body(&building.signatures, product, member);
        let sig = building.signatures.products.get_mut(product);
        let Some(sig) = sig.and_then(|it| it.members.get_mut(&member.name.text)) else { continue };
        // Of a body that is wrong nothing more is said where it is used.
        sig.terminates = body.as_ref().is_none_or(|(_, ends)| *ends);
        if sig.input.ty.is_none() && member.ty.is_none() {
            sig.input.ty = body.map(|(ty, _)| ty);
        }
    }
}

fn let_body(signatures: &Signatures, product: &Name, member: &ast::Let) -> Option<(Ty, bool)> {
    let sig = signatures.products.get(product)?.members.get(&member.name.text)?;
    let expected = sig.input.ty.as_ref().filter(|_| member.ty.is_some());
    let scope = Scope::of_product(signatures, Section::Product, product.clone());
    let body = check_expr(&scope, &member.value, expected, &mut Vec::new())?;
    let ends = terminates(&scope, &body);
    Some((body.ty, ends))
}
