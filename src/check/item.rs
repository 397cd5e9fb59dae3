//! One declaration and what it needs to know of the others: its checked form, or its problems.

use std::sync::Arc;

use super::Signatures;
use super::table::TableFile;
use crate::diagnostic::Diagnostic;
use crate::ir;
use crate::syntax::ast;

/// The checked form of one declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemIr {
    /// The `book` declaration; what it says stands in the signatures.
    Book,
    /// A context.
    Context(Arc<ir::Context>),
    /// A fact.
    Fact(Arc<ir::Input>),
    /// A market index.
    Index(Arc<ir::Index>),
    /// An exchange rate.
    Exchange(Arc<ir::Exchange>),
    /// A family.
    Family(Arc<ir::Family>),
    /// A product.
    Product(Arc<ir::Product>),
    /// One version of a table.
    Table(Arc<ir::Table>),
    /// One version of a tier scheme.
    Tiers(Arc<ir::Tiers>),
    /// A function.
    Def(Arc<ir::Def>),
    /// A waterfall.
    Price(Arc<ir::Price>),
    /// The quote's steps.
    Quote(Arc<ir::Quote>),
    /// Approvals.
    Approvals(Arc<ir::Approvals>),
    /// A property.
    Always(Arc<ir::Always>),
    /// A test.
    Test(Arc<ir::Test>),
    /// Units, enumerations and `use` leave nothing behind but their names.
    Nothing,
}

/// What came of checking one declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// The checked form; none if there was an error.
    pub ir: Option<ItemIr>,
    /// The problems, errors and warnings.
    pub problems: Vec<Diagnostic>,
}

/// Checks one declaration against the signatures of all. A table whose rows are in a file beside it (see
/// [`table::file_of`](super::table::file_of)) needs that file as it was read; none means that there is no
/// such file.
pub fn check_item(item: &ast::Item, signatures: &Signatures, file: Option<&TableFile>) -> Checked {
    let _ = (item, signatures, file);
    Checked::default()
}
