//! Many requests at once: NDJSON, CSV, Parquet or Arrow in, chosen fields of their quotes out.
//!
//! ```text
//!   Source ──chunks──▶ workers ──pieces──▶ Target        rows keep their order
//!                         │
//!      blocks of rows ──▶ columns::Program, a lane an input
//!      what is deferred ▶ quote, one request at a time
//! ```
//!
//! A row that cannot be read, or is refused, is a row of the output with its reason; the rest goes on. What the
//! columns do is what the interpreter would have done, to the last digit.

mod cell;
mod digits;
mod flow;
mod frame;
mod given;
mod group;
mod kernel;
mod lanes;
mod mapping;
mod ndjson;
mod number;
mod pricer;
mod source;
mod stretch;
mod summary;
mod table;
mod target;
mod text;
mod view;

pub use flow::{BatchError, Content, Form, Header, Progress, run};
pub use frame::{AMOUNT_PLACES, ERROR};
pub use group::{Encoding, Group};
pub use pricer::{Pricer, Question};
pub use source::{Position, Source};
pub use summary::Summary;
pub use table::{TableError, TablePricer};
pub use target::{ParquetTarget, Parts, Target, TextTarget, join};
