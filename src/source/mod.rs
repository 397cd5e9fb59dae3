//! The texts a price book is made of, places in them, and every limit of the system.

mod file;
pub mod limits;
mod span;

pub use file::{Place, SourceFile, Sources};
pub use span::{FileId, Span};
