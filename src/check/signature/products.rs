//! The signatures of families and products: their options, lets and cost components by name and type.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Building;
use super::inputs::{options, waits};
use super::{InputSig, MemberSig, ProductSig};
use crate::check::errors;
use crate::ir::{Domain, Name, NumberKind, NumberTy, Ty};
use crate::resolve::Kind;
use crate::syntax::ast::{self, ItemKind, MemberKind};
use crate::value::{Exact, Unit};

/// What a product is sold in when it does not say: whole numbers from one to this.
const LARGEST_QUANTITY: u32 = 1_000_000;

/// Adds families and products; options whose types name those of others come later.
pub(super) fn add(building: &mut Building<'_>) {
    let items = building.items.clone();
    let mut families: BTreeMap<Name, &[ast::Member]> = BTreeMap::new();
    for item in &items {
        if let ItemKind::Family(family) = &item.kind
            && !families.contains_key(&family.name.text)
        {
            families.insert(family.name.text.clone(), &family.members);
            building.family(family);
        }
    }
    for item in &items {
        let ItemKind::Product(product) = &item.kind else { continue };
        if building.signatures.products.contains_key(&product.name.text) {
            continue;
        }
        let family = building.family_of(product);
        let shared = family.as_ref().and_then(|name| families.get(name)).copied().unwrap_or_default();
        building.product(product, family, shared);
    }
    for family in building.signatures.families.values_mut() {
        family.products.sort();
    }
}

fn text(name: &Option<ast::Name>) -> Option<Name> {
    name.as_ref().map(|name| name.text.clone())
}

impl ProductSig {
    /// Adds an option; of a name declared twice the first counts.
    pub(super) fn add_option(&mut self, name: Name, input: InputSig) {
        self.members.entry(name).or_insert(MemberSig { option: true, input, terminates: true });
    }
}

impl Building<'_> {
    fn family(&mut self, family: &ast::Family) {
        for field in options(&family.members).filter(|field| !waits(field)) {
            let sig = self.input(field, &family.name.text);
            if let Some(family) = self.signatures.families.get_mut(&family.name.text) {
                family.options.entry(field.name.text.clone()).or_insert(sig);
            }
        }
    }

    /// The family that a product names, if there is one.
    fn family_of(&mut self, product: &ast::Product) -> Option<Name> {
        let name = product.family.as_ref()?;
        match self.signatures.families.get_mut(&name.text) {
            Some(family) => {
                family.products.push(product.name.text.clone());
                Some(name.text.clone())
            }
            None => {
                self.problems.push(errors::wrong_target(&self.signatures, name, &[Kind::Family]));
                None
            }
        }
    }

    fn product(&mut self, product: &ast::Product, family: Option<Name>, shared: &[ast::Member]) {
        let name = &product.name.text;
        let (quantity, quantity_domain) = self.quantity(product, shared);
        let mut sig = ProductSig {
            family: family.clone(),
            quantity,
            quantity_domain,
            members: Default::default(),
            options: Vec::new(),
            given: BTreeSet::new(),
            parts: Default::default(),
            part_order: Vec::new(),
            parts_price: None,
            constraints: Vec::new(),
            alerts: Vec::new(),
            suggested: Vec::new(),
            unit_cost: Vec::new(),
            line_cost: Vec::new(),
            has_cost: false,
        };
        if let Some(shared_options) = family.as_ref().and_then(|name| self.signatures.families.get(name)) {
            for (option, input) in &shared_options.options {
                sig.add_option(option.clone(), input.clone());
            }
        }
        let mut known_options = BTreeSet::new();
        let own = product.members.iter().map(|member| (member, false));
        for (member, inherited) in shared.iter().map(|member| (member, true)).chain(own) {
            match &member.kind {
                MemberKind::Option(field) | MemberKind::Given(field) => {
                    if matches!(member.kind, MemberKind::Given(_)) {
                        sig.given.insert(field.name.text.clone());
                    }
                    if known_options.insert(&field.name.text) {
                        sig.options.push(field.name.text.clone());
                    }
                    if !inherited && !waits(field) {
                        let input = self.input(field, name);
                        sig.add_option(field.name.text.clone(), input);
                    }
                }
                MemberKind::Let(member) => {
                    let owner = if inherited { family.as_ref().unwrap_or(name) } else { name };
                    let input = self.let_input(member, owner, inherited);
                    let entry = sig.members.entry(member.name.text.clone());
                    entry.or_insert(MemberSig { option: false, input, terminates: false });
                }
                MemberKind::Cost(cost) => {
                    sig.has_cost = true;
                    let names = cost.components.iter().map(|component| component.name.text.clone());
                    if cost.per_line { sig.line_cost.extend(names) } else { sig.unit_cost.extend(names) }
                }
                MemberKind::Require(it) => sig.constraints.extend(text(&it.name)),
                MemberKind::Exclude(it) => sig.constraints.extend(text(&it.name)),
                MemberKind::Allow(it) => sig.constraints.extend(text(&it.name)),
                MemberKind::Alert(it) => sig.alerts.extend(text(&it.name)),
                MemberKind::Part(part) => sig.add_part(part),
                MemberKind::Suggest(it) => sig.suggested.push(match &it.what {
                    ast::Suggestion::With { option: name, .. }
                    | ast::Suggestion::Value { option: name, .. }
                    | ast::Suggestion::Product(name) => name.text.clone(),
                }),
                MemberKind::Quantity(_) | MemberKind::Parts(_) => {}
            }
        }
        self.signatures.products.insert(name.clone(), sig);
    }

    /// The signature of a let as far as its type is written; a family's let is reported once.
    fn let_input(&mut self, member: &ast::Let, owner: &Name, inherited: bool) -> InputSig {
        let label = member.label.as_ref().map(|label| label.text.clone());
        let silent = self.problems.len();
        let found = match &member.ty {
            Some(ty) => {
                let full_name = format!("{owner}.{}", member.name.text);
                self.resolve_plain(ty, &full_name)
            }
            None => {
                self.untyped.insert((owner.clone(), member.name.text.clone()));
                None
            }
        };
        if inherited && self.reported_before(owner, &member.name.text) {
            self.problems.truncate(silent);
        }
        InputSig { label, ty: found, domain: Domain::All, has_default: false }
    }

    /// Whether another member of the family has brought the same let already.
    fn reported_before(&self, family: &Name, member: &Name) -> bool {
        let Some(family) = self.signatures.families.get(family) else { return false };
        family
            .products
            .iter()
            .filter_map(|name| self.signatures.products.get(name))
            .any(|product| product.members.contains_key(member))
    }

    /// What is ordered: the product's own `quantity`, else its family's, else whole numbers.
    fn quantity(&mut self, product: &ast::Product, shared: &[ast::Member]) -> (NumberTy, Domain) {
        let standard = || {
            let to = Exact::from(LARGEST_QUANTITY);
            let ty = NumberTy { unit: Unit::none(), kind: NumberKind::Int };
            (ty, Domain::Range { from: Exact::ONE, to, step: None })
        };
        let written = |members: &'_ [ast::Member]| -> Vec<ast::Type> {
            let quantities = members.iter().filter_map(|member| match &member.kind {
                MemberKind::Quantity(ty) => Some(ty.clone()),
                _ => None,
            });
            quantities.collect()
        };
        let all: Vec<ast::Type> = written(shared).into_iter().chain(written(&product.members)).collect();
        let Some(first) = all.first() else { return standard() };
        if let Some(second) = all.get(1) {
            self.problems.push(errors::two_quantities(second.span, first.span));
        }
        let owner = format!("{}.quantity", product.name.text);
        match self.resolve(first, &owner, true) {
            Some((Ty::Number(ty), domain)) => {
                if let Some(problem) = errors::bad_quantity(first, &ty, &domain) {
                    self.problems.push(problem);
                    return standard();
                }
                (ty, domain)
            }
            Some((other, _)) => {
                self.problems.push(errors::quantity_is_no_number(first, &other));
                standard()
            }
            None => standard(),
        }
    }
}
