//! What can be proved of the configurations of a product: that there are some, which values none of them has, which
//! rules make no difference, whether defaults and prices fit.
//!
//! ```text
//!   the part of a book that concerns a product ──prove──▶ Proof ─┐
//!                                                                ├─together─▶ problems
//!   the same for the other products ─────────────────────────────┘
//! ```
//!
//! Inputs of the request are free: what is dead is dead for every customer, and on every day of the book. What
//! a question outgrows is said, never guessed.

mod days;
mod dead;
mod dead_report;
mod defaults;
mod failing;
mod idle;
mod limits;
mod product;
mod request;
mod sale;
mod ways;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::eval::Plan;
use crate::ir::{self, Book, Name};
use crate::source::Span;

use product::Analysis;

/// What is proved of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// What is wrong with the product itself.
    problems: Vec<Diagnostic>,
    /// What it says of declarations that its family shares: a problem only where all products of the family
    /// say so.
    shared: Vec<Shared>,
}

/// Something about a declaration of a family that one of its products shows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shared {
    code: Code,
    declaration: Span,
    /// The values that it is about, in words; none where it is about the whole declaration.
    values: Vec<String>,
    problem: Diagnostic,
}

/// Proves what can be proved of a product. `book` holds at least what the product needs.
pub fn prove(book: Arc<Book>, product: &str) -> Proof {
    let plan = Arc::new(Plan::new(Arc::clone(&book)));
    let Some(found) = book.products.iter().find(|it| &*it.name == product) else { return Proof::default() };
    Analysis::new(&plan, found).run()
}

/// The problems of all products of a book, whose proofs stand in the order of its products.
pub fn together(book: &Book, proofs: &[&Proof]) -> Vec<Diagnostic> {
    let mut problems: Vec<Diagnostic> = proofs.iter().flat_map(|proof| &proof.problems).cloned().collect();
    let mut families: BTreeMap<&Name, Vec<&Proof>> = BTreeMap::new();
    for (product, proof) in book.products.iter().zip(proofs) {
        if let Some(family) = &product.family {
            families.entry(family).or_default().push(proof);
        }
    }
    for proofs in families.values() {
        let Some((first, others)) = proofs.split_first() else { continue };
        let everywhere =
            |one: &&Shared| others.iter().all(|proof| proof.shared.iter().any(|it| it.says(one)));
        problems.extend(first.shared.iter().filter(everywhere).map(|it| it.problem.clone()));
    }
    problems
}

impl Shared {
    /// Whether this says all that another one says.
    fn says(&self, other: &Shared) -> bool {
        self.code == other.code
            && self.declaration == other.declaration
            && other.values.iter().all(|value| self.values.contains(value))
    }
}

/// Whether a declaration is shared by the products of a family: it stands elsewhere than its product.
fn is_shared(declaration: Span, product: &ir::Product) -> bool {
    product.family.is_some() && declaration.file != product.span.file
}
