//! The checked declarations put together: what only the whole shows, and the book if nothing is wrong.

use std::sync::Arc;

use super::bodies::{Index, Whole};
use super::item::{Checked, ItemIr};
use super::kept::{Changes, Kept, differences};
use super::merge::Merged;
use super::price::{check_together, finer_prices};
use super::product::FamilyIr;
use super::range::check_ranges;
use super::{Signatures, doubts, misread, pieces, sources};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::ir::{self, Name};
use crate::resolve::ItemRef;

/// Puts the checked declarations of a book together.
///
/// To be called when every declaration has been checked without an error; there is a book unless the whole
/// shows an error. `hash` is the book's content as 64 hexadecimal digits. `kept` is what was found out before,
/// perhaps of other declarations, and changes nothing but how long this takes.
pub fn assemble(
    items: Vec<(ItemRef, Arc<Checked>)>,
    signatures: &Arc<Signatures>,
    hash: Name,
    kept: &mut Kept,
) -> (Option<Arc<ir::Book>>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut parts = Parts::default();
    let mut lets_through_lines = false;
    for (_, item) in &items {
        parts.add(item);
        problems.extend(item.summary.doubts.iter().cloned());
        lets_through_lines |= item.summary.lets_through_lines;
    }
    let book = Arc::new(parts.book(signatures, hash, &mut kept.merged, &mut problems));
    let changes = Changes::between(kept.book.as_deref(), &book);
    if changes.moved {
        kept.index = Arc::new(Index::of(&book));
    }
    let same_signatures = kept.signatures.as_ref().is_some_and(|known| Arc::ptr_eq(known, signatures));
    let other_items = differences(&kept.items, &items, |old, new| Arc::ptr_eq(&old.1, &new.1));
    kept.used.update(&other_items);
    let index = Arc::clone(&kept.index);
    let whole = Whole::new(&book, &index);
    problems.extend(check_together(&book.prices, &book.quote, &book.approvals, &book.always, signatures));
    problems.extend(finer_prices(&whole, signatures));
    problems.extend(check_ranges(&whole, lets_through_lines, &mut kept.ranges, &changes));
    whole.take_reads();
    problems.extend(kept.unproved.settle(&items, &whole, signatures, &changes, same_signatures));
    doubts::of_whole(&whole, &mut problems);
    pieces::check(&whole, &mut problems);
    sources::check(&whole, &items, &mut problems);
    kept.used.report(&book, signatures, same_signatures, &mut problems);
    misread::check(&whole, signatures, &mut problems);
    kept.items = items;
    kept.signatures = Some(Arc::clone(signatures));
    kept.book = Some(Arc::clone(&book));
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
    families: Vec<Arc<FamilyIr>>,
    products: Vec<Arc<ir::Product>>,
    presets: Vec<Arc<ir::Preset>>,
    guides: Vec<Arc<ir::Guide>>,
    tables: Vec<Arc<ir::Table>>,
    tiers: Vec<Arc<ir::Tiers>>,
    defs: Vec<Arc<ir::Def>>,
    prices: Vec<Arc<ir::Price>>,
    quote: Option<Arc<ir::Quote>>,
    approvals: Option<Arc<ir::Approvals>>,
    always: Vec<Arc<ir::Always>>,
    tests: Vec<Arc<ir::Test>>,
}

impl Parts {
    fn add(&mut self, item: &Checked) {
        match &item.ir {
            None | Some(ItemIr::Nothing) => {}
            Some(ItemIr::Context(it)) => self.contexts.push(Arc::clone(it)),
            Some(ItemIr::Fact(it)) => self.facts.push(Arc::clone(it)),
            Some(ItemIr::Index(it)) => self.indexes.push(Arc::clone(it)),
            Some(ItemIr::Exchange(it)) => self.exchanges.push(Arc::clone(it)),
            Some(ItemIr::Family(it)) => self.families.push(Arc::clone(it)),
            Some(ItemIr::Product(it)) => self.products.push(Arc::clone(it)),
            Some(ItemIr::Preset(it)) => self.presets.push(Arc::clone(it)),
            Some(ItemIr::Guide(it)) => self.guides.push(Arc::clone(it)),
            Some(ItemIr::Table(it)) => self.tables.push(Arc::clone(it)),
            Some(ItemIr::Tiers(it)) => self.tiers.push(Arc::clone(it)),
            Some(ItemIr::Def(it)) => self.defs.push(Arc::clone(it)),
            Some(ItemIr::Price(it)) => self.prices.push(Arc::clone(it)),
            Some(ItemIr::Quote(it)) => self.quote = Some(Arc::clone(it)),
            Some(ItemIr::Approvals(it)) => self.approvals = Some(Arc::clone(it)),
            Some(ItemIr::Always(it)) => self.always.push(Arc::clone(it)),
            Some(ItemIr::Test(it)) => self.tests.push(Arc::clone(it)),
        }
    }

    fn book(
        self,
        signatures: &Signatures,
        hash: Name,
        merged: &mut Merged,
        problems: &mut Vec<Diagnostic>,
    ) -> ir::Book {
        let book = &signatures.book;
        merged.begin(&book.effective);
        let tables = merged.tables(&self.tables, problems);
        let tiers = merged.tiers(&self.tiers, problems);
        let products = merged.products(&self.products, &self.families, problems);
        let guides = merged.guides(&self.guides, &products, problems);
        ir::Book {
            name: book.name.clone().unwrap_or_else(|| Name::from("")),
            label: book.label.clone(),
            currencies: book.currencies.clone(),
            currency_by_request: book.by_request,
            effective: book.effective.clone(),
            units: signatures.units.clone(),
            hash,
            contexts: self.contexts,
            facts: self.facts,
            indexes: self.indexes,
            exchanges: self.exchanges,
            families: self.families.iter().map(|it| Arc::new(it.family.clone())).collect(),
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
