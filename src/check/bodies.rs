//! What signatures do not tell: the bodies of functions and lets, and the cells of tables.

use std::collections::BTreeMap;

use crate::ir::{self, Expr, HitPolicy, Name, Value};
use crate::value::Exact;

/// The bodies of a book that is put together.
pub(crate) struct Whole<'b> {
    tables: BTreeMap<&'b str, &'b ir::Table>,
    defs: BTreeMap<&'b str, &'b ir::Def>,
    products: BTreeMap<&'b str, &'b ir::Product>,
    tiers: BTreeMap<&'b str, &'b ir::Tiers>,
    /// The names of all products.
    pub(crate) names: Vec<Name>,
    /// The waterfalls of products.
    pub(crate) prices: Vec<&'b ir::Price>,
    /// The quote.
    pub(crate) quote: &'b ir::Quote,
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
    /// The bodies of a book.
    pub(crate) fn of(book: &'b ir::Book) -> Whole<'b> {
        Whole {
            tables: book.tables.iter().map(|it| (it.name.as_ref(), it.as_ref())).collect(),
            defs: book.defs.iter().map(|it| (it.name.as_ref(), it.as_ref())).collect(),
            products: book.products.iter().map(|it| (it.name.as_ref(), it.as_ref())).collect(),
            tiers: book.tiers.iter().map(|it| (it.name.as_ref(), it.as_ref())).collect(),
            names: book.products.iter().map(|it| it.name.clone()).collect(),
            prices: book.prices.iter().map(AsRef::as_ref).collect(),
            quote: &book.quote,
        }
    }

    /// A tier scheme.
    pub(crate) fn tiers(&self, name: &str) -> Option<&'b ir::Tiers> {
        self.tiers.get(name).copied()
    }

    /// The body of a function.
    pub(crate) fn def(&self, name: &str) -> Option<&'b Expr> {
        self.defs.get(name).map(|def| &def.body.expr)
    }

    /// The body of a let of a product; none where the name is no let.
    pub(crate) fn named_value(&self, product: &str, name: &Name) -> Option<&'b Expr> {
        let product = self.products.get(product)?;
        product.lets.iter().find(|it| it.name == *name).map(|it| &it.value.expr)
    }

    /// All numbers that stand in a column of a table, and whether it gives sums of them.
    pub(crate) fn cells(&self, table: &str, column: u16) -> Option<(bool, impl Iterator<Item = &'b Exact>)> {
        let table = self.tables.get(table)?;
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
