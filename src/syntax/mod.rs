//! From text to tree: what was written, where, with its comments; a broken declaration never hides the next.

pub mod ast;
