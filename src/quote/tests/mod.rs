//! Quotes of small books, worked by hand.

mod approvals;
mod gaps;
mod laws;
mod lookups;
mod maker;
mod press;
mod requests;
mod steps;
mod whole;

use std::sync::Arc;

use super::{Entry, Outcome, Priced, Quote, Request, Section, price};
use crate::eval::Plan;
use crate::ir::Book;
use crate::value::Exact;

/// The quote for a request.
fn quote(book: Book, request: &Request) -> Quote {
    let plan = Plan::new(Arc::new(book));
    price(&plan, request).map(Priced::into_quote).unwrap_or_else(|errors| panic!("refused: {errors:?}"))
}

/// An amount as text; `-` where there is none.
fn text(amount: &Option<Exact>) -> String {
    amount.as_ref().map_or_else(|| "-".into(), ToString::to_string)
}

/// What the entries of a section add to the price.
fn sum(section: &Section) -> Exact {
    let add = |sum: Exact, entry: &Entry| sum.checked_add(&entry.amount).expect("fits");
    section.entries.iter().fold(Exact::ZERO, add)
}

/// An entry by its step.
fn entry<'q>(section: &'q Section, step: &str) -> &'q Entry {
    section.entries.iter().find(|entry| &*entry.step == step).unwrap_or_else(|| panic!("no `{step}`"))
}

/// Why a step did not count.
fn reason(section: &Section, step: &str) -> String {
    match &entry(section, step).outcome {
        Outcome::Skipped(reason) | Outcome::Unknown(reason) => reason.to_string(),
        Outcome::Applied => "it applied".to_owned(),
    }
}

fn names(of: &[crate::ir::Name]) -> Vec<&str> {
    of.iter().map(|name| &**name).collect()
}
