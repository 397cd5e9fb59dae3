//! The signatures of all items, each kind after those that its types can name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{
    ApprovalsSig, BookSig, DefSig, KeySig, Signatures, TableSig, TiersSig, guides, inputs, lets, modes,
    parts, prices, products, shadow,
};
use crate::check::table::hit_policy;
use crate::check::types::{self, Place};
use crate::check::{errors, types::enumeration};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::ir::{self, EnumTy, EnumValue, Name, Period, Ty};
use crate::resolve::{ItemRef, Names, unit_table};
use crate::syntax::ast::{self, ItemKind};
use crate::value::{Exact, Unit};

/// What is known while signatures are made.
pub(super) struct Building<'a> {
    pub items: Vec<&'a ast::Item>,
    pub signatures: Signatures,
    pub problems: Vec<Diagnostic>,
    /// Lets without a type, by product or family and name; their types are found last.
    pub untyped: BTreeSet<(Name, Name)>,
}

pub(super) fn build(items: &[(ItemRef, Arc<ast::Item>)]) -> (Signatures, Vec<Diagnostic>) {
    let (names, problems) = Names::build(items);
    let items: Vec<&ast::Item> = items.iter().map(|(_, item)| item.as_ref()).collect();
    let mut building =
        Building { items, signatures: Signatures::default(), problems, untyped: BTreeSet::new() };
    building.names(&names);
    building.units_and_book();
    building.enums();
    building.heads();
    inputs::add(&mut building);
    products::add(&mut building);
    inputs::settle(&mut building);
    let in_order = parts::check(&mut building);
    building.bundled();
    building.keys_and_results();
    prices::add(&mut building);
    modes::usual(&mut building);
    guides::add(&mut building);
    building.approvals();
    shadow::check(&mut building);
    lets::infer(&mut building, &in_order);
    building.signatures.sound = !has_errors(&building.problems);
    (building.signatures, building.problems)
}

impl<'a> Building<'a> {
    fn names(&mut self, names: &Names) {
        self.signatures.names = names
            .iter()
            .map(|(name, definition)| (name.clone(), (definition.kind, definition.span)))
            .collect();
    }

    fn units_and_book(&mut self) {
        let units = unit_table(self.items.iter().copied());
        self.problems.extend(units.problems);
        self.signatures.units = units.table;
        self.exchanges();
        let books: Vec<(&'a ast::Item, &'a ast::Book)> = self
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Book(book) => Some((*item, book)),
                _ => None,
            })
            .collect();
        let Some((item, book)) = books.first() else {
            self.problems.push(errors::no_book());
            return;
        };
        for (_, other) in books.iter().skip(1) {
            self.problems.push(errors::two_books(&other.name, &book.name));
        }
        self.book(item, book);
    }

    fn exchanges(&mut self) {
        let mut seen: BTreeMap<(Name, Name), &ast::Exchange> = BTreeMap::new();
        for item in &self.items {
            let ItemKind::Exchange(exchange) = &item.kind else { continue };
            let mut known = true;
            for name in [&exchange.from, &exchange.to] {
                if self.signatures.units.currency(&name.text).is_none() {
                    self.problems.push(errors::no_currency(name, &self.signatures.units));
                    known = false;
                }
            }
            if !known {
                continue;
            }
            if exchange.from.text == exchange.to.text {
                self.problems.push(errors::exchange_with_itself(exchange));
                continue;
            }
            let pair = (exchange.from.text.clone(), exchange.to.text.clone());
            match seen.get(&pair) {
                Some(first) => self.problems.push(errors::duplicate_exchange(exchange, first)),
                None => {
                    seen.insert(pair.clone(), exchange);
                    self.signatures.exchanges.insert(pair);
                }
            }
        }
    }

    fn book(&mut self, item: &ast::Item, book: &ast::Book) {
        let mut sig = BookSig {
            name: Some(book.name.text.clone()),
            label: book.label.as_ref().map(|label| label.text.clone()),
            by_request: book.currency_by_request,
            ..BookSig::default()
        };
        for ast::BookCurrency { name, to } in &book.currencies {
            match self.signatures.units.currency(&name.text) {
                None => self.problems.push(errors::no_currency(name, &self.signatures.units)),
                Some(_) if sig.currencies.contains(&name.text) => {
                    self.problems.push(errors::duplicate_currency(name));
                }
                Some(_) => sig.currencies.push(name.text.clone()),
            }
            if let Some(to) = to {
                match smallest_places(&to.value) {
                    Some(places) => self.signatures.units.declare_places(&name.text, places),
                    None => self.problems.push(errors::no_smallest_amount(to, name)),
                }
            }
        }
        if book.currencies.is_empty() {
            self.problems.push(errors::book_without_currency(item.span, &book.name));
        }
        match &book.effective {
            None => self.problems.push(errors::book_without_dates(item.span, &book.name)),
            Some(period) => sig.effective = Period { from: period.from, to: period.to },
        }
        let places = |code: &Name| self.signatures.units.places(code);
        let finest = sig.currencies.iter().filter_map(places).max();
        if sig.by_request {
            if let Some(finest) = finest {
                sig.money = Some(Unit::of(self.signatures.units.declare_money(finest)));
            }
            let values = sig.currencies.iter().map(|code| EnumValue { key: code.clone(), label: None });
            let of = EnumTy { name: Name::from("currency"), ranked: false, values: values.collect() };
            self.signatures.enums.insert(of.name.clone(), Arc::new(of));
        } else if let Some(code) = sig.currencies.first() {
            sig.money = self.signatures.units.currency(code).map(Unit::of);
        }
        self.signatures.book = sig;
    }

    fn enums(&mut self) {
        for item in &self.items {
            let ItemKind::Enum(declared) = &item.kind else { continue };
            if self.signatures.enums.contains_key(&declared.name.text) {
                continue;
            }
            if self.signatures.units.get(&declared.name.text).is_some()
                || types::TYPE_WORDS.contains(&declared.name.text.as_ref())
            {
                self.problems.push(errors::enum_named_like_type(&declared.name));
                continue;
            }
            if let Some(of) = enumeration(&declared.name.text, &declared.values, &mut self.problems) {
                self.signatures.enums.insert(declared.name.text.clone(), of);
            }
        }
    }

    /// What is known of families, tables, tiers and functions before their types are.
    fn heads(&mut self) {
        let signatures = &mut self.signatures;
        for item in &self.items {
            match &item.kind {
                ItemKind::Family(family) => {
                    signatures.families.entry(family.name.text.clone()).or_default();
                }
                ItemKind::Context(context) => {
                    signatures.contexts.entry(context.name.text.clone()).or_default();
                }
                ItemKind::Table(table) => {
                    let key = |key: &ast::Key| KeySig {
                        name: key.name.text.clone(),
                        ty: None,
                        domain: ir::Domain::All,
                    };
                    let column = |column: &ast::ResultColumn| {
                        (column.name.as_ref().map(|name| name.text.clone()), None)
                    };
                    let head = || TableSig {
                        keys: table.keys.iter().map(key).collect(),
                        columns: table.result.columns.iter().map(column).collect(),
                        policy: hit_policy(table),
                        optional: table.result.optional.is_some(),
                    };
                    signatures.tables.entry(table.name.text.clone()).or_insert_with(head);
                }
                ItemKind::Tiers(tiers) => {
                    let mode = match tiers.mode {
                        ast::TierMode::Whole => ir::TierMode::Whole,
                        ast::TierMode::Graduated => ir::TierMode::Graduated,
                        ast::TierMode::Stair => ir::TierMode::Stair,
                    };
                    let head = TiersSig { driver: None, mode, result: None };
                    signatures.tiers.entry(tiers.name.text.clone()).or_insert(head);
                }
                ItemKind::Def(def) => {
                    let parameter = |it: &ast::Parameter| (it.name.text.clone(), None);
                    let head = DefSig {
                        parameters: def.parameters.iter().map(parameter).collect(),
                        result: None,
                        terminates: false,
                    };
                    signatures.defs.entry(def.name.text.clone()).or_insert(head);
                }
                _ => {}
            }
        }
    }

    /// Which products are parts of others, told once: it is asked of every product, in many places.
    fn bundled(&mut self) {
        let mut bundled: BTreeMap<Name, bool> = BTreeMap::new();
        for bundle in self.signatures.products.values() {
            let included = bundle.parts_price == Some(ir::PartsPrice::Included);
            for part in bundle.parts.values() {
                *bundled.entry(part.product.clone()).or_insert(true) &= included;
            }
        }
        self.signatures.bundled = bundled;
    }

    /// The types of tables, tier schemes and functions. Of several versions the first decides; that others
    /// say the same is checked with them.
    fn keys_and_results(&mut self) {
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for item in self.items.clone() {
            match &item.kind {
                ItemKind::Table(table) if done.insert(&table.name.text) => self.table(table),
                ItemKind::Tiers(tiers) if done.insert(&tiers.name.text) => self.tiers(tiers),
                ItemKind::Def(def) if done.insert(&def.name.text) => self.def(def),
                _ => {}
            }
        }
    }

    fn table(&mut self, table: &ast::Table) {
        let mut keys = Vec::new();
        for (at, key) in table.keys.iter().enumerate() {
            if let Some(other) = table.keys.iter().take(at).find(|other| other.name.text == key.name.text) {
                self.problems.push(errors::twice_in(&key.name, other.name.span, "key", &table.name.text));
            }
            let found = if self.names_untyped_let(&key.ty) {
                self.problems.push(errors::key_of_untyped_let(&key.ty, &key.name));
                None
            } else {
                let before = self.problems.len();
                let found = self.resolve(&key.ty, &format!("{}.{}", table.name.text, key.name.text), true);
                if found.is_none() && key.ty.span == key.name.span {
                    self.problems.truncate(before);
                    self.problems.push(errors::key_without_type(&key.name));
                }
                found
            };
            let (ty, domain) = match found {
                Some((ty, domain)) => (self.key_type(key, ty), domain),
                None => (None, ir::Domain::All),
            };
            keys.push(KeySig { name: key.name.text.clone(), ty, domain });
        }
        let mut columns: Vec<(Option<Name>, Option<Ty>)> = Vec::new();
        for (at, column) in table.result.columns.iter().enumerate() {
            let earlier = table.result.columns.iter().take(at).filter_map(|it| it.name.as_ref());
            if let Some(name) = &column.name
                && let Some(other) = earlier.into_iter().find(|other| other.text == name.text)
            {
                self.problems.push(errors::twice_in(name, other.span, "column", &table.name.text));
            }
            let name = column.name.as_ref().map(|name| name.text.clone());
            let owner = match &name {
                Some(name) => format!("{}.{name}", table.name.text),
                None => table.name.text.to_string(),
            };
            let ty = self.resolve_plain(&column.ty, &owner);
            columns.push((name, ty));
        }
        if let Some(sig) = self.signatures.tables.get_mut(&table.name.text) {
            sig.keys = keys;
            sig.columns = columns;
        }
    }

    /// The type of a key, if values of it can be looked up.
    fn key_type(&mut self, key: &ast::Key, ty: Ty) -> Option<Ty> {
        match ty {
            Ty::Set(_) | Ty::List(_) | Ty::Names => {
                self.problems.push(errors::bad_key(&key.ty, &ty));
                None
            }
            Ty::Optional(inner) => self.key_type(key, *inner).map(|inner| Ty::Optional(Box::new(inner))),
            Ty::Bool | Ty::Text | Ty::Date | Ty::Number(_) | Ty::Choice(_) | Ty::Row(_) => Some(ty),
        }
    }

    fn names_untyped_let(&self, ty: &ast::Type) -> bool {
        if let ast::TypeKind::Optional(inner) = &ty.kind {
            return self.names_untyped_let(inner);
        }
        let ast::TypeKind::Named(path) = &ty.kind else { return false };
        let [owner, member] = path.names.as_slice() else { return false };
        self.untyped.contains(&(owner.text.clone(), member.text.clone()))
    }

    fn tiers(&mut self, tiers: &ast::Tiers) {
        let driver = self.resolve_plain(&tiers.driver, &tiers.name.text).and_then(|ty| match ty {
            Ty::Number(number) => Some(number),
            other => {
                self.problems.push(errors::tier_driver(&tiers.driver, &other));
                None
            }
        });
        let result = self.resolve_plain(&tiers.result, &tiers.name.text);
        if let Some(sig) = self.signatures.tiers.get_mut(&tiers.name.text) {
            sig.driver = driver;
            sig.result = result;
        }
    }

    fn def(&mut self, def: &ast::Def) {
        let mut parameters = Vec::new();
        for (at, parameter) in def.parameters.iter().enumerate() {
            let earlier = def.parameters.iter().take(at).find(|it| it.name.text == parameter.name.text);
            if let Some(other) = earlier {
                let name = &parameter.name;
                self.problems.push(errors::twice_in(name, other.name.span, "parameter", &def.name.text));
            }
            let owner = format!("{}.{}", def.name.text, parameter.name.text);
            let ty = self.resolve_plain(&parameter.ty, &owner);
            parameters.push((parameter.name.text.clone(), ty));
        }
        let result = self.resolve_plain(&def.result, &def.name.text);
        if let Some(sig) = self.signatures.defs.get_mut(&def.name.text) {
            sig.parameters = parameters;
            sig.result = result;
        }
    }

    fn approvals(&mut self) {
        let mut first: Option<&ast::Item> = None;
        for item in self.items.clone() {
            let ItemKind::Approvals(approvals) = &item.kind else { continue };
            if let Some(first) = first {
                self.problems.push(errors::two_approvals(item.span, first.span));
                continue;
            }
            first = Some(item);
            let ladders = &approvals.ladders;
            let levels = approvals.levels.iter().chain(ladders.iter().flat_map(|it| &it.levels));
            let reviewers = approvals.reviewers.iter().chain(ladders.iter().flat_map(|it| &it.reviewers));
            self.signatures.approvals = ApprovalsSig {
                levels: levels.map(|level| level.name.text.clone()).collect(),
                reviewers: reviewers.map(|it| it.name.text.clone()).collect(),
            };
        }
    }

    /// A type of something that is computed or looked up: a range or a list of numbers, which only what a
    /// request brings can be held to, is refused.
    pub fn resolve_plain(&mut self, ty: &ast::Type, owner: &str) -> Option<Ty> {
        let (found, domain) = self.resolve(ty, owner, false)?;
        if found.list().is_some() {
            self.problems.push(errors::misplaced_list(ty.span));
            return None;
        }
        let inner = match &ty.kind {
            ast::TypeKind::Optional(inner) => &inner.kind,
            other => other,
        };
        if domain != ir::Domain::All && !matches!(inner, ast::TypeKind::Named(_)) {
            self.problems.push(errors::range_of_no_input(ty.span, &found));
            return None;
        }
        Some(found)
    }

    /// A type as written, with what has been made so far.
    pub fn resolve(&mut self, ty: &ast::Type, owner: &str, whole: bool) -> Option<(Ty, ir::Domain)> {
        types::resolve(&self.signatures, Place { owner, whole }, ty, &mut self.problems)
    }
}

/// The most decimal places that the amounts of a book have on purpose.
pub(crate) const MOST_PLACES: u8 = 12;

/// The decimal places of an amount that can be the smallest of a currency.
fn smallest_places(amount: &Exact) -> Option<u32> {
    (0..=MOST_PLACES).find(|places| Exact::scaled(1, *places) == *amount).map(u32::from)
}
