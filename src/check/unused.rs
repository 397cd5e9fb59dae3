//! Declarations that look like rules and change no price.

use std::collections::BTreeSet;

use super::{Signatures, errors, reads};
use crate::diagnostic::Diagnostic;
use crate::ir::{self, ElementPlace, ExprKind, Name, Place, Source, Ty};
use crate::resolve::Kind;
use crate::source::Span;

/// What the expressions and types of a book name.
#[derive(Default)]
struct Used<'b> {
    tables: BTreeSet<&'b Name>,
    tiers: BTreeSet<&'b Name>,
    defs: BTreeSet<&'b Name>,
    indexes: BTreeSet<&'b Name>,
    facts: BTreeSet<&'b Name>,
    members: BTreeSet<&'b Name>,
    entries: BTreeSet<&'b Name>,
    rates: BTreeSet<(&'b Name, &'b Name)>,
    enums: BTreeSet<&'b Name>,
}

/// Warns of what nothing reads.
///
/// Options and fields of contexts are for people too, and labelled lets are shown, so these may stand for
/// themselves.
pub(crate) fn check(book: &ir::Book, signatures: &Signatures, problems: &mut Vec<Diagnostic>) {
    let mut used = Used::default();
    for expr in reads::of_book(book) {
        reads::for_each(expr, &mut |expr| used.expr(expr));
    }
    for product in &book.products {
        for constraint in &product.constraints {
            if let ir::ConstraintRule::Row { table, .. } = &constraint.rule {
                used.tables.insert(table);
            }
        }
    }
    used.types(signatures);
    report(&used, book, signatures, problems);
}

impl<'b> Used<'b> {
    fn expr(&mut self, expr: &'b ir::Expr) {
        match &expr.kind {
            ExprKind::Lookup { table, .. } => {
                self.tables.insert(table);
            }
            ExprKind::Tier { tiers, .. } => {
                self.tiers.insert(tiers);
            }
            ExprKind::Call { def, .. } => {
                self.defs.insert(def);
            }
            ExprKind::Convert { from, to, .. } => {
                self.rates.insert((from, to));
            }
            ExprKind::Aggregate(own) => match &own.source {
                Source::Rows(table) | Source::Hits { table, .. } => {
                    self.tables.insert(table);
                }
                Source::Values(of) => {
                    self.enums.insert(&of.name);
                }
                Source::Parts { .. } | Source::List(_) | Source::Item { .. } | Source::Lines { .. } => {}
            },
            ExprKind::Read(Place::Index(name)) => {
                self.indexes.insert(name);
            }
            ExprKind::Read(Place::Fact(name)) => {
                self.facts.insert(name);
            }
            ExprKind::Read(Place::Member(name) | Place::Element { of: ElementPlace::Member(name), .. }) => {
                self.members.insert(name);
            }
            ExprKind::Read(Place::Entry { name, .. }) => {
                self.entries.insert(name);
            }
            ExprKind::Read(Place::Element { of: ElementPlace::Line(place), .. }) => match place.as_ref() {
                Place::Member(name) => {
                    self.members.insert(name);
                }
                Place::Entry { name, .. } => {
                    self.entries.insert(name);
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Enumerations and tables that types name.
    fn types(&mut self, signatures: &'b Signatures) {
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

    fn ty(&mut self, ty: &'b Ty) {
        match ty.required() {
            Ty::Choice(of) | Ty::Set(of) => {
                self.enums.insert(&of.name);
            }
            Ty::Row(table) => {
                self.tables.insert(table);
            }
            Ty::List(of) => of.fields.iter().for_each(|field| self.ty(&field.ty)),
            _ => {}
        }
    }

    fn rate(&self, from: &Name, to: &Name, book: &ir::Book) -> bool {
        let stands_for = |word: &Name, code: &Name| {
            word == code || word.as_ref() == "money" && book.currencies.contains(code)
        };
        self.rates.iter().any(|(one, other)| stands_for(one, from) && stands_for(other, to))
    }
}

fn report(used: &Used<'_>, book: &ir::Book, signatures: &Signatures, problems: &mut Vec<Diagnostic>) {
    for (name, (kind, span)) in &signatures.names {
        let is_used = match kind {
            Kind::Table => used.tables.contains(name),
            Kind::Tiers => used.tiers.contains(name),
            Kind::Def => used.defs.contains(name),
            Kind::Index => used.indexes.contains(name),
            Kind::Fact => used.facts.contains(name),
            Kind::Enum => used.enums.contains(name),
            // A price of a family without products has been said to price nothing.
            Kind::Family => {
                signatures.prices.contains_key(name)
                    || signatures.families.get(name).is_none_or(|family| !family.products.is_empty())
            }
            Kind::Unit | Kind::Context | Kind::Product | Kind::Preset => true,
        };
        if !is_used {
            problems.push(errors::unused(*span, &format!("the {kind}"), name));
        }
    }
    for exchange in &book.exchanges {
        if !used.rate(&exchange.from, &exchange.to, book) {
            let name = format!("{} to {}", exchange.from, exchange.to);
            problems.push(errors::unused(exchange.span, "the exchange rate", &name));
        }
    }
    let mut said: BTreeSet<Span> = BTreeSet::new();
    for product in &book.products {
        for fact in product.options.iter().filter(|it| it.with_line && !used.members.contains(&it.name)) {
            if said.insert(fact.span) {
                problems.push(errors::unused(fact.span, "the fact", &fact.name));
            }
        }
        for it in &product.lets {
            if it.label.is_none() && !used.members.contains(&it.name) && said.insert(it.span) {
                problems.push(errors::unused(it.span, "the let", &it.name));
            }
        }
    }
    let entries = book.prices.iter().flat_map(|price| &price.entries).chain(&book.quote.entries);
    for entry in entries.filter(|entry| !used.entries.contains(&entry.name)) {
        problems.push(errors::unused(entry.span, "the entry", &entry.name));
    }
}
