//! Tarif compiles price books and evaluates them into priced, explained, approval-tagged quotes.

pub mod diagnostic;
pub mod source;
pub mod value;
