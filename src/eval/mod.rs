//! From a checked book and typed facts to amounts and their trace.

use std::sync::Arc;

use crate::ir::Book;
use crate::value::Exact;

/// A book made ready for evaluation. It never changes and can be shared by threads.
#[derive(Clone, Debug)]
pub struct Plan {
    book: Arc<Book>,
}

impl Plan {
    /// Turns the names of a book into places, once.
    pub fn new(book: Arc<Book>) -> Plan {
        Plan { book }
    }

    /// The book.
    pub fn book(&self) -> &Arc<Book> {
        &self.book
    }
}

/// An amount in decimals, with at least so many places; as a fraction where the decimals have no end.
pub fn amount_text(amount: &Exact, places: u32) -> String {
    amount.to_decimal_text(places).unwrap_or_else(|| amount.to_fraction_text())
}
