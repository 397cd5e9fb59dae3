//! What is proved of the configurations of products, each remembered until something that it depends on changes.
//!
//! ```text
//! compiled ─▶ slices ─▶ slice_of(product) ─▶ proved(product)
//! ```

use std::collections::BTreeMap;
use std::sync::Arc;

use super::database::{Db, Project, Task};
use super::{queries, slice};
use crate::configure::analysis::{self, Proof};
use crate::diagnostic::Diagnostic;
use crate::ir::{Book, Name};

/// The name of a product as a key of queries.
#[salsa::interned]
pub(super) struct ProductName<'db> {
    #[returns(ref)]
    pub(super) name: Name,
}

/// The book in parts, one a product.
#[salsa::tracked]
pub(super) fn slices(db: &dyn Db, project: Project) -> Arc<BTreeMap<Name, Arc<Book>>> {
    let compiled = queries::compiled(db, project);
    Arc::new(compiled.book.as_ref().map_or_else(BTreeMap::new, |book| slice::slices(book)))
}

/// The part of the book that concerns a product.
#[salsa::tracked]
pub(super) fn slice_of<'db>(
    db: &'db dyn Db,
    project: Project,
    product: ProductName<'db>,
) -> Option<Arc<Book>> {
    slices(db, project).get(product.name(db)).cloned()
}

/// What is proved of a product.
#[salsa::tracked]
pub(super) fn proved<'db>(db: &'db dyn Db, project: Project, product: ProductName<'db>) -> Arc<Proof> {
    let Some(book) = slice_of(db, project, product) else { return Arc::default() };
    db.counters().count(Task::Prove);
    Arc::new(analysis::prove(Arc::clone(book), product.name(db)))
}

/// What is proved of all products, put together.
///
/// This is a query so that each product's proof is worked out inside of another: salsa keeps, for each depth of
/// queries, the room of the largest that stood there, and wipes it after every query of that depth.
#[salsa::tracked]
pub(super) fn proofs(db: &dyn Db, project: Project) -> Arc<Vec<Diagnostic>> {
    let compiled = queries::compiled(db, project);
    let Some(book) = &compiled.book else { return Arc::default() };
    let proofs: Vec<&Proof> = book
        .products
        .iter()
        .map(|product| &**proved(db, project, ProductName::new(db, product.name.clone())))
        .collect();
    Arc::new(analysis::together(book, &proofs))
}
