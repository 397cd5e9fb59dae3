//! Declarations that become one: the versions of a table, a product and what its family shares, a guide and what its
//! answers bear on. What is made of the very same declarations as before is the very same.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::kept::{ByName, differences};
use super::product::{Body, FamilyIr};
use super::{cycles, errors, guide, reads, table};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, ExprKind, MemberAt, Name, Period, Place, Source};
use crate::source::Span;

/// What declarations became.
#[derive(Debug, Default)]
pub(super) struct Merged {
    effective: Period,
    tables: Versions<ir::Table>,
    tiers: Versions<ir::Tiers>,
    products: ByName<Made<OfFamily, ir::Product>>,
    whole_products: Vec<Arc<ir::Product>>,
    guides: ByName<Made<Arc<ir::Guide>, ir::Guide>>,
}

/// A product as declared, with its family.
type OfFamily = (Arc<ir::Product>, Option<Arc<FamilyIr>>);

/// Something made of declarations, with the problems found on the way.
#[derive(Clone, Debug)]
struct Made<D, T> {
    of: D,
    whole: Arc<T>,
    problems: Vec<Diagnostic>,
}

/// Declarations of which those with one name are versions of one.
#[derive(Debug)]
struct Versions<T> {
    names: Vec<Name>,
    groups: Vec<Group<T>>,
}

/// The versions of one name: where they stand among the declarations, and what they became.
#[derive(Debug)]
struct Group<T> {
    at: Vec<usize>,
    of: Vec<Arc<T>>,
    whole: Option<Arc<T>>,
    problems: Vec<Diagnostic>,
}

impl<T> Default for Versions<T> {
    fn default() -> Versions<T> {
        Versions { names: Vec::new(), groups: Vec::new() }
    }
}

impl<T: Clone> Versions<T> {
    /// Joins the versions of each name; names in the order of first appearance.
    fn join(
        &mut self,
        parts: &[Arc<T>],
        name: impl Fn(&T) -> &Name,
        join: impl Fn(Vec<T>, &mut Vec<Diagnostic>) -> Option<T>,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Arc<T>> {
        if parts.len() != self.names.len()
            || parts.iter().zip(&self.names).any(|(part, known)| name(part) != known)
        {
            self.group(parts.iter().map(|part| name(part)));
        }
        for group in &mut self.groups {
            let now = || group.at.iter().filter_map(|at| parts.get(*at));
            let is_same = group.of.len() == group.at.len()
                && now().zip(&group.of).all(|(now, of)| Arc::ptr_eq(now, of));
            if !is_same {
                let of: Vec<Arc<T>> = now().cloned().collect();
                group.problems.clear();
                let versions = of.iter().map(|part| part.as_ref().clone()).collect();
                group.whole = join(versions, &mut group.problems).map(Arc::new);
                group.of = of;
            }
            problems.extend(group.problems.iter().cloned());
        }
        self.groups.iter().filter_map(|group| group.whole.clone()).collect()
    }

    /// Finds the groups anew; those that were there keep what they became.
    fn group<'n>(&mut self, names: impl Iterator<Item = &'n Name>) {
        let mut before: HashMap<Name, Group<T>> = HashMap::new();
        for group in std::mem::take(&mut self.groups) {
            if let Some(name) = group.at.first().and_then(|at| self.names.get(*at)) {
                before.insert(name.clone(), group);
            }
        }
        self.names = names.cloned().collect();
        let mut position: HashMap<&Name, usize> = HashMap::new();
        for (at, name) in self.names.iter().enumerate() {
            let group = *position.entry(name).or_insert(self.groups.len());
            match self.groups.get_mut(group) {
                Some(group) => group.at.push(at),
                None => {
                    let known = before.remove(name).map(|known| (known.of, known.whole, known.problems));
                    let (of, whole, problems) = known.unwrap_or_default();
                    self.groups.push(Group { at: vec![at], of, whole, problems });
                }
            }
        }
    }
}

impl Merged {
    /// Versions count on days of the book: with other days all are to be joined anew.
    pub(super) fn begin(&mut self, effective: &Period) {
        if self.effective != *effective {
            *self = Merged { effective: effective.clone(), ..Merged::default() };
        }
    }

    /// Tables, each with all its versions.
    pub(super) fn tables(
        &mut self,
        parts: &[Arc<ir::Table>],
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Arc<ir::Table>> {
        let join = |versions, problems: &mut _| table::merge_tables(versions, &self.effective, problems);
        self.tables.join(parts, |it| &it.name, join, problems)
    }

    /// Tier schemes, each with all its versions.
    pub(super) fn tiers(
        &mut self,
        parts: &[Arc<ir::Tiers>],
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Arc<ir::Tiers>> {
        let join = |versions, problems: &mut _| table::merge_tiers(versions, &self.effective, problems);
        self.tiers.join(parts, |it| &it.name, join, problems)
    }

    /// Products, each with what its family shares.
    pub(super) fn products(
        &mut self,
        parts: &[Arc<ir::Product>],
        families: &[Arc<FamilyIr>],
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Arc<ir::Product>> {
        let families: BTreeMap<&Name, &Arc<FamilyIr>> =
            families.iter().map(|it| (&it.family.name, it)).collect();
        let mut before = std::mem::take(&mut self.products);
        let mut all = Vec::with_capacity(parts.len());
        for (at, own) in parts.iter().enumerate() {
            let family = own.family.as_ref().and_then(|family| families.get(family).copied());
            let is_same = |made: &Made<OfFamily, _>| {
                let same_family = match (&made.of.1, family) {
                    (None, None) => true,
                    (Some(known), Some(family)) => Arc::ptr_eq(known, family),
                    _ => false,
                };
                same_family && Arc::ptr_eq(&made.of.0, own)
            };
            let made = before.take(at, &own.name).filter(is_same).unwrap_or_else(|| {
                let mut problems = Vec::new();
                let whole = Arc::new(whole(own, family.map(|family| &family.shared), &mut problems));
                Made { of: (Arc::clone(own), family.cloned()), whole, problems }
            });
            problems.extend(made.problems.iter().cloned());
            all.push(Arc::clone(&made.whole));
            self.products.push(own.name.clone(), made);
        }
        all
    }

    /// Guides, each with what its answers bear on; after the products have been made.
    pub(super) fn guides(
        &mut self,
        parts: &[Arc<ir::Guide>],
        products: &[Arc<ir::Product>],
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Arc<ir::Guide>> {
        let other = differences(&self.whole_products, products, Arc::ptr_eq);
        let other: Vec<&Arc<ir::Product>> =
            other.into_iter().flat_map(|(old, new)| old.into_iter().chain(new)).collect();
        let mut before = std::mem::take(&mut self.guides);
        let mut all = Vec::with_capacity(parts.len());
        for (at, part) in parts.iter().enumerate() {
            let is_for =
                |it: &&Arc<ir::Product>| it.name == part.target || it.family.as_ref() == Some(&part.target);
            let known = before.take(at, &part.target).filter(|made| Arc::ptr_eq(&made.of, part));
            let made = known.filter(|_| !other.iter().any(is_for)).unwrap_or_else(|| {
                let (mut settled, mut problems) = (part.as_ref().clone(), Vec::new());
                guide::settle(&mut settled, products, &mut problems);
                Made { of: Arc::clone(part), whole: Arc::new(settled), problems }
            });
            problems.extend(made.problems.iter().cloned());
            all.push(Arc::clone(&made.whole));
            self.guides.push(part.target.clone(), made);
        }
        self.whole_products = products.to_vec();
        all
    }
}

/// A product with what its family shares, its lets and options in an order in which each reads earlier ones.
fn whole(product: &ir::Product, shared: Option<&Body>, problems: &mut Vec<Diagnostic>) -> ir::Product {
    let mut product = product.clone();
    if let Some(shared) = shared {
        prepend(&mut product.options, &shared.options);
        prepend(&mut product.parts, &shared.parts);
        prepend(&mut product.lets, &shared.lets);
        prepend(&mut product.constraints, &shared.constraints);
        prepend(&mut product.unit_cost, &shared.unit_cost);
        prepend(&mut product.line_cost, &shared.line_cost);
        prepend(&mut product.suggestions, &shared.suggestions);
        prepend(&mut product.alerts, &shared.alerts);
        names_are_different(&product, problems);
    }
    let order = members_in_order(&product);
    let (options, parts) = (product.options.len(), product.parts.len());
    let mut lets = Vec::new();
    for at in order {
        let narrow = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        product.order.push(match at.checked_sub(options) {
            None => MemberAt::Option(narrow(at)),
            Some(at) if at < parts => MemberAt::Part(narrow(at)),
            Some(at) => {
                lets.extend(product.lets.get(at - parts).cloned());
                MemberAt::Let(narrow(lets.len().saturating_sub(1)))
            }
        });
    }
    product.lets = lets;
    product
}

fn prepend<T: Clone>(own: &mut Vec<T>, shared: &[T]) {
    own.splice(0..0, shared.iter().cloned());
}

/// An order of options and, behind their number, parts and lets in which each stands behind those it reads.
/// Circles have been refused with the signatures.
fn members_in_order(product: &ir::Product) -> Vec<usize> {
    let options = product.options.iter().map(|it| &it.name);
    let names = options.chain(product.parts.iter().map(|it| &it.name));
    let names = names.chain(product.lets.iter().map(|it| &it.name));
    let position: BTreeMap<&Name, usize> = names.enumerate().map(|(at, name)| (name, at)).collect();
    let conditions = product.options.iter().map(|option| &option.when);
    let conditions = conditions.chain(product.parts.iter().map(|part| &part.when));
    let conditions = conditions.map(|when| when.as_ref().map(|when| &when.expr));
    let values = product.lets.iter().map(|it| Some(&it.value.expr));
    let needs: Vec<Vec<usize>> = conditions
        .chain(values)
        .map(|expr| {
            let mut read = Vec::new();
            if let Some(expr) = expr {
                reads::for_each(expr, &mut |inner| {
                    let name = match &inner.kind {
                        ExprKind::Read(Place::Member(name)) => name,
                        ExprKind::Aggregate(own) => match &own.source {
                            Source::Parts { owner: None, part } => part,
                            _ => return,
                        },
                        _ => return,
                    };
                    read.extend(position.get(name).copied());
                });
            }
            // The walk has no order of its own; this one is that of the text.
            read.sort_unstable();
            read.dedup();
            read
        })
        .collect();
    cycles::order(&needs).order
}

/// A constraint of a family and one of its product are told apart by their names.
fn names_are_different(product: &ir::Product, problems: &mut Vec<Diagnostic>) {
    let constraints = product.constraints.iter().map(|it| (&it.name, it.span));
    let alerts = product.alerts.iter().map(|it| (&it.name, it.span));
    let mut seen: BTreeMap<&Name, Span> = BTreeMap::new();
    for (name, span) in constraints.chain(alerts) {
        let Some(name) = name else { continue };
        if let Some(first) = seen.insert(name, span) {
            problems.push(errors::rule_twice(name, span, first));
        }
    }
}
