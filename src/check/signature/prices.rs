//! The signatures of waterfalls and of the quote's steps: entries by type, steps by name.

use std::collections::BTreeMap;

use super::build::Building;
use super::{PriceSig, QuoteSig, Share, StepSig};
use crate::check::errors;
use crate::ir::{Name, Ty};
use crate::resolve::Kind;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind, StepKind};

/// Adds waterfalls and the quote.
pub(super) fn add(building: &mut Building<'_>) {
    let mut quote: Option<Span> = None;
    let mut targets: BTreeMap<&str, Span> = BTreeMap::new();
    let mut unknown_target = false;
    for item in building.items.clone() {
        match &item.kind {
            ItemKind::Price(price) => {
                let signatures = &building.signatures;
                let known = signatures.products.contains_key(&price.target.text)
                    || signatures.families.contains_key(&price.target.text);
                if !known {
                    let wanted = [Kind::Product, Kind::Family];
                    let problem = errors::wrong_target(signatures, &price.target, &wanted);
                    building.problems.push(problem);
                    unknown_target = true;
                } else if let Some(first) = targets.get(&*price.target.text) {
                    building.problems.push(errors::two_prices(&price.target, *first));
                } else {
                    targets.insert(&price.target.text, price.target.span);
                    let sig = building.price(price);
                    building.signatures.prices.insert(price.target.text.clone(), sig);
                }
            }
            ItemKind::Quote(block) => {
                if let Some(first) = quote {
                    building.problems.push(errors::two_quotes(item.span, first));
                    continue;
                }
                quote = Some(item.span);
                building.signatures.quote = building.quote(block);
            }
            _ => {}
        }
    }
    // A price whose target is wrong is the price of some product: which one lacks it is not known.
    if !unknown_target {
        building.every_product_has_a_price();
    }
}

impl Building<'_> {
    fn price(&mut self, price: &ast::Price) -> PriceSig {
        let mut sig = PriceSig::default();
        for entry in &price.entries {
            let input = self.input(entry, &price.target.text);
            sig.entries.entry(entry.name.text.clone()).or_insert(input);
        }
        if let Some(section) = &price.per_unit {
            self.add_steps(&section.steps, (false, false), &mut sig.unit_steps);
        }
        if let Some(section) = &price.per_line {
            self.add_steps(&section.steps, (false, false), &mut sig.line_steps);
        }
        sig
    }

    fn quote(&mut self, block: &ast::QuoteBlock) -> QuoteSig {
        let mut sig = QuoteSig { declared: true, ..QuoteSig::default() };
        for entry in &block.entries {
            let input = self.input(entry, "quote");
            sig.entries.entry(entry.name.text.clone()).or_insert(input);
        }
        let names = block.alerts.iter().filter_map(|alert| alert.name.as_ref());
        sig.alerts = names.map(|name| name.text.clone()).collect();
        let names = block.requirements.iter().filter_map(|rule| rule.kind.rule_name());
        sig.requirements = names.map(|name| name.text.clone()).collect();
        self.add_steps(&block.steps, (false, true), &mut sig.steps);
        for step in &block.steps {
            if let StepKind::EachLine(section) = &step.kind {
                self.add_steps(&section.steps, (false, false), &mut sig.line_steps);
            }
        }
        sig
    }

    fn every_product_has_a_price(&mut self) {
        for item in self.items.clone() {
            let ItemKind::Product(product) = &item.kind else { continue };
            let name = &product.name.text;
            if self.signatures.price_of(name).is_none() && !self.signatures.only_included(name) {
                let family = product.family.as_ref();
                self.problems.push(errors::no_price(&product.name, family));
            }
        }
    }

    /// Collects the named steps in order, those inside groups before their group: the group's figure is known
    /// when its members are. `of_quote`: they act on the whole quote.
    fn add_steps(
        &mut self,
        written: &[ast::Step],
        (in_group, of_quote): (bool, bool),
        into: &mut Vec<StepSig>,
    ) {
        for step in written {
            let found = match &step.kind {
                StepKind::List { .. } => Some((Name::from("list"), false)),
                StepKind::Change { name, .. } | StepKind::Bound { name, .. } | StepKind::Tax { name, .. } => {
                    Some((name.text.clone(), true))
                }
                StepKind::Subtotal { name, .. } | StepKind::Let { name, .. } => {
                    Some((name.text.clone(), false))
                }
                StepKind::Group(group) => {
                    self.add_steps(&group.steps, (true, of_quote), into);
                    group.name.as_ref().map(|name| (name.text.clone(), true))
                }
                StepKind::Taxes(taxes) => {
                    self.add_steps(&taxes.steps, (false, of_quote), into);
                    taxes.name.as_ref().map(|name| (name.text.clone(), true))
                }
                StepKind::Charge(charge) => Some((charge.name.text.clone(), true)),
                StepKind::Gift(gift) => Some((gift.name.text.clone(), true)),
                StepKind::Claims(claims) => {
                    into.extend(claims.steps.iter().map(|claim| StepSig {
                        name: claim.name.text.clone(),
                        in_group,
                        can_apply: true,
                        ty: None,
                        share: Share::Spread,
                    }));
                    claims.name.as_ref().map(|name| (name.text.clone(), true))
                }
                StepKind::Payable(payable) => {
                    self.add_steps(&payable.section.steps, (false, false), into);
                    Some((payable.name.text.clone(), false))
                }
                // What a step does on all lines together.
                StepKind::EachLine(section) => {
                    self.add_steps(&section.steps, (false, false), into);
                    None
                }
                StepKind::Round(_) => None,
            };
            let ty = match &step.kind {
                StepKind::Let { name, ty: Some(ty), .. } => Some(self.figure_type(name, ty)),
                _ => None,
            };
            let share = if of_quote { share_of(&step.kind) } else { Share::Nothing };
            into.extend(found.map(|(name, can_apply)| StepSig { name, in_group, can_apply, ty, share }));
        }
    }

    /// The type that a `let` among the steps says: that of numbers of a kind.
    fn figure_type(&mut self, name: &ast::Name, written: &ast::Type) -> Option<Ty> {
        let ty = self.resolve_plain(written, &name.text)?;
        if matches!(ty, Ty::Number(_)) {
            return Some(ty);
        }
        self.problems.push(errors::figure_is_no_number(name, written.span));
        None
    }
}

/// What each line has of a step of the quote.
fn share_of(kind: &StepKind) -> Share {
    match kind {
        StepKind::Change { .. } | StepKind::Bound { .. } | StepKind::Group(_) | StepKind::Claims(_) => {
            Share::Spread
        }
        StepKind::Tax { .. } | StepKind::Taxes(_) => Share::Tax,
        StepKind::List { .. }
        | StepKind::Subtotal { .. }
        | StepKind::Let { .. }
        | StepKind::Round(_)
        | StepKind::Charge(_)
        | StepKind::Gift(_)
        | StepKind::Payable(_)
        | StepKind::EachLine(_) => Share::Nothing,
    }
}
