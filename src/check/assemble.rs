//! The checked declarations put together: what only the whole shows, and the book if nothing is wrong.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::item::ItemIr;
use super::price::{check_together, finer_prices};
use super::product::Body;
use super::range::check_ranges;
use super::unproved::{Unproved, settle};
use super::{Signatures, cycles, doubts, errors, guide, misread, pieces, reads, sources, table, unused};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::ir::{self, ExprKind, MemberAt, Name, Place, Source};
use crate::source::Span;

/// Puts the checked declarations of a book together.
///
/// To be called when every declaration has been checked without an error; there is a book unless the whole
/// shows an error. `unproved` is what the declarations alone did not prove. `hash` is the book's content as 64 hexadecimal digits.
pub fn assemble(
    items: impl IntoIterator<Item = ItemIr>,
    unproved: &[Unproved],
    signatures: &Signatures,
    hash: Name,
) -> (Option<ir::Book>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut parts = Parts::default();
    for item in items {
        parts.add(item);
    }
    let book = parts.book(signatures, hash, &mut problems);
    let (approvals, always) = (&book.approvals, &book.always);
    problems.extend(check_together(&book.prices, &book.quote, approvals, always, signatures));
    problems.extend(finer_prices(&book, signatures));
    problems.extend(check_ranges(&book));
    problems.extend(settle(unproved, &book, signatures));
    doubts::check(&book, &mut problems);
    pieces::check(&book, &mut problems);
    sources::check(&book, &mut problems);
    unused::check(&book, signatures, &mut problems);
    misread::check(&book, signatures, &mut problems);
    let refused = has_errors(&problems);
    ((!refused).then_some(book), problems)
}

/// The declarations by kind, in the order given.
#[derive(Default)]
struct Parts {
    contexts: Vec<Arc<ir::Context>>,
    facts: Vec<Arc<ir::Input>>,
    indexes: Vec<Arc<ir::Index>>,
    exchanges: Vec<Arc<ir::Exchange>>,
    families: Vec<Arc<ir::Family>>,
    shared: BTreeMap<Name, Body>,
    products: Vec<Arc<ir::Product>>,
    presets: Vec<Arc<ir::Preset>>,
    guides: Vec<Arc<ir::Guide>>,
    tables: Vec<ir::Table>,
    tiers: Vec<ir::Tiers>,
    defs: Vec<Arc<ir::Def>>,
    prices: Vec<Arc<ir::Price>>,
    quote: Option<Arc<ir::Quote>>,
    approvals: Option<Arc<ir::Approvals>>,
    always: Vec<Arc<ir::Always>>,
    tests: Vec<Arc<ir::Test>>,
}

impl Parts {
    fn add(&mut self, item: ItemIr) {
        match item {
            ItemIr::Nothing => {}
            ItemIr::Context(it) => self.contexts.push(it),
            ItemIr::Fact(it) => self.facts.push(it),
            ItemIr::Index(it) => self.indexes.push(it),
            ItemIr::Exchange(it) => self.exchanges.push(it),
            ItemIr::Family(it) => {
                self.families.push(Arc::new(it.family.clone()));
                self.shared.insert(it.family.name.clone(), it.shared.clone());
            }
            ItemIr::Product(it) => self.products.push(it),
            ItemIr::Preset(it) => self.presets.push(it),
            ItemIr::Guide(it) => self.guides.push(it),
            // Rows are shared, so a clone of a table is cheap.
            ItemIr::Table(it) => self.tables.push(it.as_ref().clone()),
            ItemIr::Tiers(it) => self.tiers.push(it.as_ref().clone()),
            ItemIr::Def(it) => self.defs.push(it),
            ItemIr::Price(it) => self.prices.push(it),
            ItemIr::Quote(it) => self.quote = Some(it),
            ItemIr::Approvals(it) => self.approvals = Some(it),
            ItemIr::Always(it) => self.always.push(it),
            ItemIr::Test(it) => self.tests.push(it),
        }
    }

    fn book(self, signatures: &Signatures, hash: Name, problems: &mut Vec<Diagnostic>) -> ir::Book {
        let effective = &signatures.book.effective;
        let tables = by_name(self.tables, |table| table.name.clone());
        let tables =
            tables.into_iter().filter_map(|versions| table::merge_tables(versions, effective, problems));
        let tables: Vec<Arc<ir::Table>> = tables.map(Arc::new).collect();
        let tiers = by_name(self.tiers, |tiers| tiers.name.clone());
        let tiers =
            tiers.into_iter().filter_map(|versions| table::merge_tiers(versions, effective, problems));
        let tiers: Vec<Arc<ir::Tiers>> = tiers.map(Arc::new).collect();
        let mut products = Vec::new();
        for product in &self.products {
            let shared = product.family.as_ref().and_then(|family| self.shared.get(family));
            products.push(Arc::new(whole(product, shared, problems)));
        }
        let guides = self.guides.iter().map(|guide| {
            let mut settled = guide.as_ref().clone();
            guide::settle(&mut settled, &products, problems);
            Arc::new(settled)
        });
        let guides = guides.collect();
        let book = &signatures.book;
        ir::Book {
            name: book.name.clone().unwrap_or_else(|| Name::from("")),
            label: book.label.clone(),
            currencies: book.currencies.clone(),
            currency_by_request: book.by_request,
            effective: effective.clone(),
            units: signatures.units.clone(),
            hash,
            contexts: self.contexts,
            facts: self.facts,
            indexes: self.indexes,
            exchanges: self.exchanges,
            families: self.families,
            products,
            presets: self.presets,
            guides,
            tables,
            tiers,
            defs: self.defs,
            prices: self.prices,
            quote: self.quote.unwrap_or_default(),
            approvals: self.approvals.unwrap_or_default(),
            always: self.always,
            tests: self.tests,
        }
    }
}

/// What has one name stands together, in the order of first appearance.
fn by_name<T>(all: Vec<T>, name: impl Fn(&T) -> Name) -> Vec<Vec<T>> {
    let mut position: BTreeMap<Name, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<T>> = Vec::new();
    for one in all {
        let at = *position.entry(name(&one)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
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
