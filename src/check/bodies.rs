//! A book that is put together, by names: what signatures do not tell, the bodies of functions and lets and the
//! cells of tables among it.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::kept::{Named, Reads};
use crate::ir::{self, Book, Expr, HitPolicy, Name, Value};
use crate::value::Exact;

/// Where everything with a name stands in a book, by kind.
#[derive(Debug, Default)]
pub(crate) struct Index(HashMap<Name, Vec<(Named, u32)>>);

impl Index {
    pub(super) fn of(book: &Book) -> Index {
        let mut index = Index::default();
        index.add(Named::Context, book.contexts.iter().map(|it| &it.name));
        index.add(Named::Fact, book.facts.iter().map(|it| &it.name));
        index.add(Named::Index, book.indexes.iter().map(|it| &it.input.name));
        index.add(Named::Table, book.tables.iter().map(|it| &it.name));
        index.add(Named::Tiers, book.tiers.iter().map(|it| &it.name));
        index.add(Named::Def, book.defs.iter().map(|it| &it.name));
        index.add(Named::Product, book.products.iter().map(|it| &it.name));
        index.add(Named::Price, book.prices.iter().map(|it| &it.target));
        index.add(Named::Guide, book.guides.iter().map(|it| &it.target));
        index
    }

    fn add<'b>(&mut self, kind: Named, names: impl Iterator<Item = &'b Name>) {
        for (name, at) in names.zip(0_u32..) {
            match self.0.get_mut(name) {
                Some(places) => places.push((kind, at)),
                None => {
                    self.0.insert(name.clone(), vec![(kind, at)]);
                }
            }
        }
    }

    /// The name as it is kept, and the place of the first of a kind.
    fn find(&self, kind: Named, name: &str) -> Option<(&Name, usize)> {
        let (name, places) = self.0.get_key_value(name)?;
        let (_, at) = places.iter().find(|(of, _)| *of == kind)?;
        Some((name, *at as usize))
    }
}

/// A book that is put together. It takes note of the names that are looked up.
pub(crate) struct Whole<'b> {
    /// The book, for what has no name.
    pub(crate) book: &'b Book,
    index: &'b Index,
    reads: RefCell<Reads>,
    names: OnceCell<Vec<Name>>,
}

/// What is known of bodies.
#[derive(Clone, Copy)]
pub(crate) enum Bodies<'b> {
    /// Nothing: one declaration is looked at. They are taken to be as one would wish, or not.
    Hidden { fine: bool },
    /// All of them.
    Shown(&'b Whole<'b>),
}

impl<'b> Whole<'b> {
    /// A book and where its names stand.
    pub(crate) fn new(book: &'b Book, index: &'b Index) -> Whole<'b> {
        Whole { book, index, reads: RefCell::default(), names: OnceCell::new() }
    }

    /// The names looked up since this was asked last.
    pub(crate) fn take_reads(&self) -> Reads {
        self.reads.take()
    }

    /// Takes note of what was looked up by others, for what is taken over from them.
    pub(crate) fn note(&self, reads: &Reads) {
        let mut own = self.reads.borrow_mut();
        own.all |= reads.all;
        if !own.all {
            own.names.extend(reads.names.iter().cloned());
        }
    }

    fn find<T>(&self, kind: Named, name: &str, all: &'b [Arc<T>]) -> Option<&'b T> {
        let found = self.index.find(kind, name);
        let mut reads = self.reads.borrow_mut();
        if !reads.all {
            let known = found.map_or_else(|| Name::from(name), |(name, _)| name.clone());
            reads.names.insert((kind, known));
        }
        found.and_then(|(_, at)| all.get(at)).map(AsRef::as_ref)
    }

    /// A context.
    pub(crate) fn context(&self, name: &str) -> Option<&'b ir::Context> {
        self.find(Named::Context, name, &self.book.contexts)
    }

    /// A fact.
    pub(crate) fn fact(&self, name: &str) -> Option<&'b ir::Input> {
        self.find(Named::Fact, name, &self.book.facts)
    }

    /// A market index.
    pub(crate) fn market(&self, name: &str) -> Option<&'b ir::Index> {
        self.find(Named::Index, name, &self.book.indexes)
    }

    /// A table.
    pub(crate) fn table(&self, name: &str) -> Option<&'b ir::Table> {
        self.find(Named::Table, name, &self.book.tables)
    }

    /// A tier scheme.
    pub(crate) fn tiers(&self, name: &str) -> Option<&'b ir::Tiers> {
        self.find(Named::Tiers, name, &self.book.tiers)
    }

    /// The body of a function.
    pub(crate) fn def(&self, name: &str) -> Option<&'b Expr> {
        self.find(Named::Def, name, &self.book.defs).map(|def| &def.body.expr)
    }

    /// A product.
    pub(crate) fn product(&self, name: &str) -> Option<&'b ir::Product> {
        self.find(Named::Product, name, &self.book.products)
    }

    /// The waterfall of a product: its own, else its family's.
    pub(crate) fn price_of(&self, product: &ir::Product) -> Option<&'b ir::Price> {
        let price = |target: &str| self.find(Named::Price, target, &self.book.prices);
        price(&product.name).or_else(|| price(product.family.as_deref()?))
    }

    /// The guide of a product: its own, else its family's.
    pub(crate) fn guide_of(&self, product: &ir::Product) -> Option<&'b ir::Guide> {
        let guide = |target: &str| self.find(Named::Guide, target, &self.book.guides);
        guide(&product.name).or_else(|| guide(product.family.as_deref()?))
    }

    /// The waterfalls of all products.
    pub(crate) fn prices(&self) -> &'b [Arc<ir::Price>] {
        self.reads.borrow_mut().all = true;
        &self.book.prices
    }

    /// All products.
    pub(crate) fn products(&self) -> &'b [Arc<ir::Product>] {
        self.reads.borrow_mut().all = true;
        &self.book.products
    }

    /// The names of all products.
    pub(crate) fn names(&self) -> &[Name] {
        self.reads.borrow_mut().all = true;
        self.names.get_or_init(|| self.book.products.iter().map(|it| it.name.clone()).collect())
    }

    /// The body of a let of a product; none where the name is no let.
    pub(crate) fn named_value(&self, product: &str, name: &Name) -> Option<&'b Expr> {
        let product = self.product(product)?;
        product.lets.iter().find(|it| it.name == *name).map(|it| &it.value.expr)
    }

    /// All numbers that stand in a column of a table, and whether it gives sums of them.
    pub(crate) fn cells(&self, table: &str, column: u16) -> Option<(bool, impl Iterator<Item = &'b Exact>)> {
        let table = self.table(table)?;
        let at = usize::from(column);
        let cells = table.versions.iter().flat_map(move |version| {
            let rows = version.rows.values.get(at).map(Vec::as_slice).unwrap_or_default();
            let otherwise = version.rows.otherwise.as_ref().and_then(|values| values.get(at));
            rows.iter().chain(otherwise).flatten()
        });
        let numbers = cells.filter_map(|value| match value {
            Value::Number(number) => Some(number),
            _ => None,
        });
        Some((table.policy == HitPolicy::Sum, numbers))
    }
}
