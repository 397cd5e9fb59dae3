//! Declarations that look like rules and change no price.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::item::Checked;
use super::summary::Use;
use super::{Signatures, errors};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, Name, Ty};
use crate::resolve::{ItemRef, Kind};
use crate::source::Span;

/// What a book uses: how many of its declarations use each name, and the names that its types use.
#[derive(Debug, Default)]
pub(super) struct Used {
    declarations: HashMap<Use, usize>,
    types: HashSet<Use>,
    /// A name is used now that was not, or the other way round.
    moved: bool,
    /// What is said of top-level names.
    names: Vec<Diagnostic>,
}

/// A declaration before and now.
type Change<'c> = (Option<&'c (ItemRef, Arc<Checked>)>, Option<&'c (ItemRef, Arc<Checked>)>);

impl Used {
    /// Counts what declarations use now in the place of what they used before.
    pub(super) fn update(&mut self, changes: &[Change<'_>]) {
        for used in changes.iter().filter_map(|(_, now)| *now).flat_map(|(_, item)| &item.summary.uses) {
            match self.declarations.get_mut(used) {
                Some(count) => *count += 1,
                None => {
                    self.declarations.insert(used.clone(), 1);
                    self.moved = true;
                }
            }
        }
        for used in changes.iter().filter_map(|(before, _)| *before).flat_map(|(_, item)| &item.summary.uses)
        {
            match self.declarations.get_mut(used) {
                Some(count) if *count > 1 => *count -= 1,
                _ => {
                    self.declarations.remove(used);
                    self.moved = true;
                }
            }
        }
    }

    /// Warns of what nothing uses.
    ///
    /// Options and fields of contexts are for people too, and labelled lets are shown, so these may stand for
    /// themselves.
    pub(super) fn report(
        &mut self,
        book: &ir::Book,
        signatures: &Signatures,
        same_signatures: bool,
        problems: &mut Vec<Diagnostic>,
    ) {
        if !same_signatures {
            self.types.clear();
            self.types_of(signatures);
        }
        if !same_signatures || self.moved {
            self.names = self.unused_names(signatures);
            self.moved = false;
        }
        problems.extend(self.names.iter().cloned());
        self.report_members(book, problems);
    }

    fn uses(&self, used: &Use) -> bool {
        self.declarations.contains_key(used) || self.types.contains(used)
    }

    /// Enumerations and tables that types name.
    fn types_of(&mut self, signatures: &Signatures) {
        let contexts = signatures.contexts.values().flat_map(|context| context.fields.values());
        let facts = signatures.facts.values();
        let members = signatures.products.values().flat_map(|it| it.members.values().map(|it| &it.input));
        let entries = signatures.prices.values().flat_map(|price| price.entries.values());
        let quote = signatures.quote.entries.values();
        let inputs = contexts.chain(facts).chain(members).chain(entries).chain(quote);
        let keys = signatures.tables.values().flat_map(|table| table.keys.iter().map(|key| &key.ty));
        let columns = signatures.tables.values().flat_map(|table| table.columns.iter().map(|(_, ty)| ty));
        let tiers = signatures.tiers.values().map(|tiers| &tiers.result);
        let defs = signatures.defs.values();
        let parameters = defs.flat_map(|def| def.parameters.iter().map(|(_, ty)| ty).chain([&def.result]));
        let all = inputs.map(|input| &input.ty).chain(keys).chain(columns).chain(tiers).chain(parameters);
        for ty in all.flatten() {
            self.ty(ty);
        }
    }

    fn ty(&mut self, ty: &Ty) {
        match ty.required() {
            Ty::Choice(of) | Ty::Set(of) => {
                self.types.insert(Use::Enum(of.name.clone()));
            }
            Ty::Row(table) => {
                self.types.insert(Use::Table(table.clone()));
            }
            Ty::List(of) => of.fields.iter().for_each(|field| self.ty(&field.ty)),
            _ => {}
        }
    }

    fn rate(&self, from: &Name, to: &Name, book: &ir::Book) -> bool {
        let stands_for = |word: &Name, code: &Name| {
            word == code || word.as_ref() == "money" && book.currencies.contains(code)
        };
        self.declarations.keys().any(|used| match used {
            Use::Rate(one, other) => stands_for(one, from) && stands_for(other, to),
            _ => false,
        })
    }

    fn unused_names(&self, signatures: &Signatures) -> Vec<Diagnostic> {
        let is_used = |name: &Name, kind: Kind| match kind {
            Kind::Table => self.uses(&Use::Table(name.clone())),
            Kind::Tiers => self.uses(&Use::Tiers(name.clone())),
            Kind::Def => self.uses(&Use::Def(name.clone())),
            Kind::Index => self.uses(&Use::Index(name.clone())),
            Kind::Fact => self.uses(&Use::Fact(name.clone())),
            Kind::Enum => self.uses(&Use::Enum(name.clone())),
            // A price of a family without products has been said to price nothing.
            Kind::Family => {
                signatures.prices.contains_key(name)
                    || signatures.families.get(name).is_none_or(|family| !family.products.is_empty())
            }
            Kind::Unit | Kind::Context | Kind::Product | Kind::Preset => true,
        };
        let unused = signatures.names.iter().filter(|(name, (kind, _))| !is_used(name, *kind));
        unused.map(|(name, (kind, span))| errors::unused(*span, &format!("the {kind}"), name)).collect()
    }

    fn report_members(&self, book: &ir::Book, problems: &mut Vec<Diagnostic>) {
        for exchange in &book.exchanges {
            if !self.rate(&exchange.from, &exchange.to, book) {
                let name = format!("{} to {}", exchange.from, exchange.to);
                problems.push(errors::unused(exchange.span, "the exchange rate", &name));
            }
        }
        let mut said: BTreeSet<Span> = BTreeSet::new();
        let is_used = |name: &Name| self.uses(&Use::Member(name.clone()));
        for product in &book.products {
            for fact in product.options.iter().filter(|it| it.with_line && !is_used(&it.name)) {
                if said.insert(fact.span) {
                    problems.push(errors::unused(fact.span, "the fact", &fact.name));
                }
            }
            for it in &product.lets {
                if it.label.is_none() && !is_used(&it.name) && said.insert(it.span) {
                    problems.push(errors::unused(it.span, "the let", &it.name));
                }
            }
        }
        let entries = book.prices.iter().flat_map(|price| &price.entries).chain(&book.quote.entries);
        for entry in entries.filter(|entry| !self.uses(&Use::Entry(entry.name.clone()))) {
            problems.push(errors::unused(entry.span, "the entry", &entry.name));
        }
    }
}
