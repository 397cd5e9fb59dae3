//! From what was written to what it means: types, units, dates, tables; the checked form, or problems.
//!
//! ```text
//! all items ─▶ Signatures            names and types, no bodies
//! one item + Signatures ─▶ Checked   its checked form, or its problems
//! all checked items ─▶ assemble ─▶ ir::Book   no book if anything is an error
//! ```

mod assemble;
mod bodies;
mod cycles;
mod describe;
mod doubts;
mod errors;
pub mod expr;
mod guide;
mod inputs;
mod item;
mod kept;
mod list;
mod literal;
mod merge;
mod misread;
mod pieces;
mod preset;
pub mod price;
mod product;
pub mod range;
mod reads;
pub mod rounding;
pub mod scope;
mod setting;
pub mod signature;
mod sources;
mod summary;
pub mod table;
#[cfg(test)]
mod tests;
pub mod tier;
mod types;
mod units;
mod unproved;
mod unused;
mod walk;
mod whole;

pub use assemble::assemble;
pub use item::{Checked, ItemIr, check_item};
pub use kept::{Changes, Kept, Reads};
pub use product::{Body, FamilyIr};
pub use scope::{Scope, Section};
pub use signature::{Signatures, *};
pub use summary::Summary;
pub use unproved::Unproved;
pub use whole::check_book;
