//! The parts of products: of which product, how many, and that nothing is a part of itself.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Building;
use super::{PartSig, ProductSig};
use crate::check::{cycles, errors};
use crate::ir::{Name, PartsPrice};
use crate::resolve::Kind;
use crate::source::{Span, limits};
use crate::syntax::ast::{self, ItemKind, MemberKind};

/// The parts among members.
pub(super) fn parts(members: &[ast::Member]) -> impl Iterator<Item = &ast::Part> {
    members.iter().filter_map(|member| match &member.kind {
        MemberKind::Part(part) => Some(part),
        _ => None,
    })
}

/// What members say of the price of parts, and where.
fn said(members: &[ast::Member]) -> impl Iterator<Item = (PartsPrice, Span)> {
    members.iter().filter_map(|member| match &member.kind {
        MemberKind::Parts(ast::PartsPrice::Priced) => Some((PartsPrice::Priced, member.span)),
        MemberKind::Parts(ast::PartsPrice::Included) => Some((PartsPrice::Included, member.span)),
        _ => None,
    })
}

/// How many pieces there are: exactly one where nothing is said, or nothing that makes sense.
fn counts(part: &ast::Part) -> Option<(u32, u32)> {
    let Some(count) = &part.count else { return Some((1, 1)) };
    let number = |number: &ast::Number| number.value.to_i64().and_then(|whole| u32::try_from(whole).ok());
    let least = number(&count.least)?;
    let most = count.most.as_ref().map_or(Some(least), number)?;
    (least <= most && 0 < most).then_some((least, most))
}

impl ProductSig {
    /// Adds a part; of a name declared twice the first counts.
    pub(super) fn add_part(&mut self, part: &ast::Part) {
        let (least, most) = counts(part).unwrap_or((0, 1));
        let sig = PartSig {
            label: part.label.as_ref().map(|label| label.text.clone()),
            product: part.product.text.clone(),
            least,
            most,
            conditional: part.when.is_some(),
        };
        if !self.parts.contains_key(&part.name.text) {
            self.part_order.push(part.name.text.clone());
            self.parts.insert(part.name.text.clone(), sig);
        }
    }
}

/// A product with its own members and those of its family.
struct Body<'a> {
    name: &'a ast::Name,
    own: &'a [ast::Member],
    shared: &'a [ast::Member],
}

impl<'a> Body<'a> {
    fn parts(&self) -> impl Iterator<Item = &'a ast::Part> {
        parts(self.shared).chain(parts(self.own))
    }
}

/// Checks the parts of all products; gives the products in an order in which each stands behind those that
/// are its parts.
pub(super) fn check(building: &mut Building<'_>) -> Vec<Name> {
    let items = building.items.clone();
    let mut families: BTreeMap<&Name, &[ast::Member]> = BTreeMap::new();
    for item in &items {
        match &item.kind {
            ItemKind::Family(family) => {
                families.entry(&family.name.text).or_insert(&family.members);
                building.written_parts(&family.members);
            }
            ItemKind::Product(product) => building.written_parts(&product.members),
            _ => {}
        }
    }
    let mut bodies: Vec<Body<'_>> = Vec::new();
    let mut seen: BTreeSet<&Name> = BTreeSet::new();
    for item in &items {
        let ItemKind::Product(product) = &item.kind else { continue };
        let shared = product.family.as_ref().and_then(|name| families.get(&name.text));
        let shared = shared.copied().unwrap_or_default();
        if seen.insert(&product.name.text) {
            bodies.push(Body { name: &product.name, own: &product.members, shared });
        }
    }
    // The families, by their members, of which a product has parts.
    let with_parts = bodies.iter().filter(|body| body.parts().next().is_some());
    let with_parts: BTreeSet<*const ast::Member> = with_parts.map(|body| body.shared.as_ptr()).collect();
    for item in &items {
        if let ItemKind::Family(family) = &item.kind {
            let used = with_parts.contains(&family.members.as_ptr());
            if let Some((_, span)) = said(&family.members).next().filter(|_| !used) {
                building.problems.push(errors::price_without_parts(span));
            }
        }
    }
    for body in &bodies {
        building.measured_bundle(body);
        building.parts_price(body);
    }
    building.in_order(&bodies)
}

impl Building<'_> {
    /// What can be said of a part by itself.
    fn written_parts(&mut self, members: &[ast::Member]) {
        for part in parts(members) {
            if let Some(count) = &part.count
                && counts(part).is_none()
            {
                self.problems.push(errors::bad_count(count));
            }
            match self.signatures.products.get(&part.product.text) {
                None => {
                    let wanted = [Kind::Product];
                    self.problems.push(errors::wrong_target(&self.signatures, &part.product, &wanted));
                }
                Some(sig) if !sig.quantity.unit.is_none() => {
                    let unit = sig.quantity.unit.to_string();
                    self.problems.push(errors::part_is_measured(part, &unit));
                }
                Some(_) => {}
            }
        }
        let mut said = said(members);
        if let (Some((_, first)), Some((_, second))) = (said.next(), said.next()) {
            self.problems.push(errors::two_parts_prices(second, first));
        }
    }

    fn measured_bundle(&mut self, body: &Body<'_>) {
        let Some(sig) = self.signatures.products.get(&body.name.text) else { return };
        if sig.quantity.unit.is_none() {
            return;
        }
        if let Some(part) = body.parts().next() {
            let unit = sig.quantity.unit.to_string();
            self.problems.push(errors::bundle_is_measured(part, &body.name.text, &unit));
        }
    }

    fn parts_price(&mut self, body: &Body<'_>) {
        let (own, shared) = (said(body.own).next(), said(body.shared).next());
        if let (Some((_, second)), Some((_, first))) = (own, shared) {
            self.problems.push(errors::two_parts_prices(second, first));
        }
        let problem = match (own.or(shared), body.parts().next()) {
            (None, Some(part)) => Some(errors::parts_without_price(part, &body.name.text)),
            (Some(_), None) => own.map(|(_, span)| errors::price_without_parts(span)),
            _ => None,
        };
        // What a family lacks is said for the first of its products.
        let known = |problem: &crate::diagnostic::Diagnostic| {
            self.problems.iter().any(|it| it.code == problem.code && it.span() == problem.span())
        };
        let problem = problem.filter(|problem| !known(problem));
        self.problems.extend(problem);
        if let Some(sig) = self.signatures.products.get_mut(&body.name.text)
            && !sig.parts.is_empty()
        {
            sig.parts_price = own.or(shared).map(|(price, _)| price);
        }
    }

    /// Finds circles and bundles of too many pieces.
    fn in_order(&mut self, bodies: &[Body<'_>]) -> Vec<Name> {
        let position: BTreeMap<&Name, usize> =
            bodies.iter().enumerate().map(|(at, body)| (&body.name.text, at)).collect();
        let needs: Vec<Vec<usize>> = bodies
            .iter()
            .map(|body| body.parts().filter_map(|part| position.get(&part.product.text).copied()).collect())
            .collect();
        let ordered = cycles::order(&needs);
        for circle in &ordered.circles {
            let mut path: Vec<(&str, &ast::Part)> = Vec::new();
            for (at, node) in circle.iter().enumerate() {
                let next = circle.get(at + 1).or(circle.first()).and_then(|next| bodies.get(*next));
                let (Some(body), Some(next)) = (bodies.get(*node), next) else { continue };
                let part = body.parts().find(|part| part.product.text == next.name.text);
                path.extend(part.map(|part| (body.name.text.as_ref(), part)));
            }
            self.problems.push(errors::circle_of_parts(&path));
        }
        let order = ordered.order.iter().filter_map(|at| bodies.get(*at));
        let order: Vec<&Body<'_>> = order.collect();
        if ordered.circles.is_empty() {
            self.totals(&order);
        }
        order.into_iter().map(|body| body.name.text.clone()).collect()
    }

    fn totals(&mut self, order: &[&Body<'_>]) {
        let mut totals: BTreeMap<Name, u64> = BTreeMap::new();
        let mut depths: BTreeMap<Name, u32> = BTreeMap::new();
        for body in order {
            let Some(sig) = self.signatures.products.get(&body.name.text) else { continue };
            let depth_of = |part: &PartSig| depths.get(&part.product).copied().unwrap_or(0).saturating_add(1);
            let depth = sig.parts.values().map(depth_of).max().unwrap_or(0);
            if depth > limits::MAX_PART_DEPTH {
                let deepest = body.parts().max_by_key(|part| sig.parts.get(&part.name.text).map(depth_of));
                let problem = deepest.map(|part| errors::parts_too_deep(part, &body.name.text));
                self.problems.extend(problem);
                continue;
            }
            depths.insert(body.name.text.clone(), depth);
            let of_part = |part: &PartSig| {
                let inner = totals.get(&part.product).copied().unwrap_or(0);
                u64::from(part.most).saturating_mul(inner.saturating_add(1))
            };
            let total = sig.parts.values().map(of_part).fold(0, u64::saturating_add);
            if total <= u64::from(limits::MAX_PIECES) {
                totals.insert(body.name.text.clone(), total);
                continue;
            }
            let largest = body.parts().max_by_key(|part| sig.parts.get(&part.name.text).map_or(0, of_part));
            let problem = largest.map(|part| errors::too_many_pieces(part, &body.name.text, total));
            self.problems.extend(problem);
        }
    }
}
