//! Tarif compiles price books and evaluates them into priced, explained, approval-tagged quotes.

pub mod check;
pub mod cli;
pub mod diagnostic;
pub mod eval;
pub mod format;
pub mod ir;
pub mod load;
pub mod quote;
pub mod resolve;
pub mod sheet;
pub mod source;
pub mod syntax;
pub mod testing;
pub mod value;
pub mod wire;
pub mod workspace;
