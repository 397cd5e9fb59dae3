//! Tarif compiles price books and evaluates them into priced, explained, approval-tagged quotes.

pub mod diagnostic;
pub mod ir;
pub mod source;
pub mod syntax;
pub mod value;
