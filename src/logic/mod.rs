//! Finite problems and their complete answers: what is possible, what is forced, why, how many, which is best.
//!
//! ```text
//!   Problem: variables of finitely many values, rules of clauses and tables
//!      └─▶ Solver     compiled once, shared between threads
//!            └─▶ Session   one asker's scratch: possible · supports · complete · explain · repairs · count · best
//! ```
//!
//! Nothing here knows of prices or products. Effort is counted in steps, never in time, so that the same question
//! has the same answer on every machine. A question that outgrows its [`Budget`] is [`Undecided`], never guessed.

mod answer;
mod circuit;
mod problem;
pub mod search;
mod solver;
mod values;

pub use answer::{Budget, Completion, Core, Count, Decided, Support, Undecided};
pub use problem::{Cell, Claim, Clause, Literal, Owned, Problem, Row, Rule, RuleId, Table, Var};
pub use solver::{Outlook, Session, Shape, Solver};
pub use values::ValueSet;
