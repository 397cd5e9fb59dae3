//! A product of a checked book as a program over columns of scaled 64-bit integers.
//!
//! ```text
//!   ir::Book, a product, a day, fields ──Program::new──▶ Program
//!   Block (one row a request of one line) ──run──▶ Answer (one column a field)
//!                                      ──record──▶ Record of one row, with all steps of its waterfalls
//! ```
//!
//! One law stands over all: a row that is not done exactly as the evaluator does it is *deferred*. Whoever runs
//! a program gives those rows to the evaluator. So a missing value, a value outside of what is allowed, a number
//! that does not fit, a gap or a rare form of rule costs time, and never a cent.

mod arith;
mod block;
mod compile;
mod dates;
mod emit;
mod execute;
mod expr;
mod fields;
mod graph;
mod lookup;
mod number;
mod op;
mod port;
mod program;
mod quote;
mod range;
mod record;
mod rules;
mod tiers;
mod trace;
mod truths;
mod waterfall;

pub use block::{Answer, Block, Out, Scratch};
pub use port::{Lane, Port, day_number};
pub use program::{Program, Reach, Unsupported};
pub use record::{Figure, Record, Recorded};
