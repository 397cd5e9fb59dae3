//! From text to tree: what was written, where, with its comments; a broken declaration never hides the next.
//!
//! ```text
//! text ─▶ split ─▶ one text per declaration ─▶ prepare ─▶ pest ─▶ build ─▶ ast::Item
//!                                              comments              │
//!                                              blanked out           └▶ problems in words
//! ```
//!
//! Parsing never fails: it gives what it understood and a list of problems. Spans count bytes from the base
//! that was given, so the declarations of a file can be parsed, and kept, one by one.

pub mod ast;
mod build;
mod errors;
mod examples;
mod explain;
mod grammar;
mod parse;
mod prepare;
mod recover;
mod same;
mod slips;
mod split;
mod spreadsheet;

pub use parse::{parse_expr, parse_file, parse_item};
pub use prepare::comments;
pub use same::{outline, same_tree};
pub use split::{ItemText, ItemWord, Replaced, split, split_again};
pub(crate) use spreadsheet::is_if;

/// The words that can never be names, sorted.
pub const RESERVED: [&str; 25] = [
    "and",
    "because",
    "by",
    "default",
    "during",
    "else",
    "false",
    "for",
    "from",
    "if",
    "implies",
    "in",
    "limit",
    "not",
    "of",
    "optional",
    "or",
    "otherwise",
    "rounded",
    "step",
    "then",
    "to",
    "true",
    "when",
    "with",
];

/// Words that begin a clause or a step: behind a number they are no unit, so no unit can have such a name.
pub const NO_UNIT: [&str; 63] = [
    "add",
    "alert",
    "all",
    "allow",
    "as_of",
    "ask",
    "best",
    "cap",
    "charge",
    "claims",
    "cost",
    "each",
    "entry",
    "exclude",
    "expect",
    "first",
    "flat",
    "floor",
    "gift",
    "given",
    "greatest",
    "largest",
    "last",
    "least",
    "less",
    "let",
    "level",
    "line",
    "list",
    "market",
    "max_age",
    "may",
    "needs",
    "offset",
    "on",
    "option",
    "partly",
    "per",
    "quantity",
    "question",
    "reason",
    "recommend",
    "reject",
    "repeat",
    "require",
    "reviewer",
    "round",
    "route",
    "spread",
    "starts",
    "subtotal",
    "suggest",
    "tax",
    "taxes",
    "through",
    "under",
    "untaxed",
    "up",
    "valid",
    "visible",
    "where",
    "within",
    "worst",
];
