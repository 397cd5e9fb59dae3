//! Feature models in the universal variability language: a tree of features, and formulas between them.

mod convert;
mod formula;
mod lines;
mod tree;

pub use convert::book;
pub use formula::Tree;
pub use tree::{GroupKind, Model, read};

/// Why a model is not taken: what it says there has no meaning in these tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// From 1.
    pub line: usize,
    pub reason: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "line {}: {}", self.line, self.reason)
    }
}

fn refuse<T>(line: usize, reason: impl Into<String>) -> Result<T, Refused> {
    Err(Refused { line, reason: reason.into() })
}
