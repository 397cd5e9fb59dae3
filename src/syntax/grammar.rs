//! The parser that pest makes of `grammar/tarif.pest`.

use pest_derive::Parser;

/// Recognises texts; see the grammar.
#[derive(Parser)]
#[grammar = "../grammar/tarif.pest"]
pub(super) struct Grammar;
