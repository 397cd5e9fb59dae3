//! The pieces of a product's parts.

use std::sync::Arc;

use super::fault::Gap;
use super::layout::Cell;
use crate::value::Exact;

/// Alike pieces, configured; what is known of them never changes again.
#[derive(Clone, Debug)]
pub(super) struct Element {
    /// Options, lets and costs, in the slots of the piece's product.
    pub cells: Vec<Cell>,
    /// How many there are.
    pub count: Exact,
    /// The pieces of their own parts, one a part.
    pub parts: Vec<Pieces>,
}

/// The pieces of a part, or why they are not known.
pub(super) type Pieces = Result<Arc<Vec<Element>>, Gap>;
