//! Names to definitions: one namespace for a whole book, and the units that it can measure in.
//!
//! ```text
//! items ─▶ Names      every top-level name has one kind and one place, or a problem
//!       └▶ UnitTable  the usual units, and those that the book declares
//! ```

mod builtins;
mod errors;
mod names;
#[cfg(test)]
mod tests;
mod units;

pub use builtins::{FUNCTIONS, Function, RESERVED_NAMES, function, is_reserved};
pub use names::{Definition, ItemRef, Kind, Names, declared_name};
pub use units::{Units, unit_table};
