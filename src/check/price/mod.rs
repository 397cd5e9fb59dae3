//! Waterfalls, the quote's steps, approvals, properties and tests become their checked form.
//!
//! ```text
//! waterfall.rs  price blocks        ┐
//! quote.rs      the quote block     ┴─▶ walk.rs, steps.rs: steps in order, each knowing those above it
//! approvals.rs  rules, properties; ladders.rs: who signs
//! test.rs       request.rs: what is asked; expect.rs: what is expected
//! ```

mod approval_errors;
mod approvals;
mod bounds;
mod charge;
mod claims;
mod clauses;
mod compound;
mod entry;
mod errors;
mod expect;
mod finer;
mod grid;
mod group_errors;
mod groups;
mod idle;
mod ladders;
mod lists;
mod nets;
mod never;
mod paid;
mod payable;
mod quote;
mod quote_errors;
mod reach;
mod reduced;
mod request;
mod requirements;
mod rounding;
mod shares;
mod stack;
mod steps;
mod taxes;
mod test;
mod test_errors;
mod together;
mod untaxed;
mod visit;
mod walk;
mod warnings;
mod waterfall;
mod wide;
mod words;

#[cfg(test)]
mod tests;

pub use approvals::{check_always, check_approvals};
pub(in crate::check) use finer::finer_prices;
pub use grid::Steps;
pub(in crate::check) use ladders::warn_of_idle_levels;
pub use quote::check_quote;
pub(in crate::check) use request::{preset_parts, preset_value};
pub use test::check_test;
pub use together::check_together;
pub use waterfall::check_price;

use crate::check::Signatures;
use crate::diagnostic::Diagnostic;
use crate::ir::{Expr, Name};

/// The problem of a formula of a product's body that divides by zero for some requests, if one does.
pub(in crate::check) fn zero_divisor(
    signatures: &Signatures,
    products: &[Name],
    formula: &Expr,
) -> Option<Diagnostic> {
    let known = reach::Known::of_product(signatures, products);
    let divisor = known.zero_divisor(formula)?;
    Some(errors::zero_divisor(divisor.span, &known.ranges(divisor)))
}
