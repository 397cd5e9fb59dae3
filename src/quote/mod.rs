//! From a request and a compiled book to a quote.
//!
//! ```text
//!   Request ──bind──▶ Facts ──eval──▶ figures + trace ──▶ Quote
//!      │                                                    │
//!      └─▶ errors: the request makes no sense               └─▶ violations: a line cannot be sold so
//! ```

mod answer;
mod approval;
mod ask;
mod bind;
mod build;
mod consent;
mod error;
mod explain;
mod lines;
mod lists;
mod payable;
mod preset;
mod read;
mod remarks;
mod request;
mod route;
mod seal;
mod shown;
mod sight;
mod standing;
mod totals;
mod unmet;
mod withheld;

pub use answer::{
    Charge, Component, Detail, Entry, EntryKind, Figure, Line, Outcome, Part, Payable, Piece, Preset, Quote,
    Read, RowPlace, Section, Shown, Status, Tax, TierPart, Totals, Value,
};
pub use ask::{Answer, Compared, Priced};
pub use bind::outside_book;
pub use consent::{
    Again, Approvals, Moved, NotCounted, Requirement, SideLadder, Signer, Skipped, Tested, Unneeded,
};
pub use error::RequestError;
pub use preset::line_of_preset;
pub use read::read_value;
pub use remarks::{Alert, Offer, Suggested, Suggestion, Violation};
pub use request::{Raw, Request, RequestLine, RequestPart, Signed, SignedValue};
pub use seal::Seal;
pub use shown::shown;
pub use standing::still_stands;

use crate::eval::{Evaluation, Facts, Plan};

/// The quote for a request.
///
/// # Errors
///
/// What makes the request senseless: unknown names, values of a wrong type, no date, a stale index. What makes
/// a line impossible is a violation on that line instead, and the rest of the quote stands.
pub fn quote(plan: &Plan, request: &Request) -> Result<Quote, Vec<RequestError>> {
    Ok(of_facts(plan, request, bind::bind(plan, request)?))
}

/// The quote for a request without its explanation: formulas say nothing of what they read and met, steps not why
/// they do not count, and nothing is offered or suggested. All figures, names and approvals are those of [`quote`];
/// this is for who takes some of them out of many quotes. Errors as for [`quote`].
pub fn figures(plan: &Plan, request: &Request) -> Result<Quote, Vec<RequestError>> {
    let facts = Facts { explained: false, ..bind::bind(plan, request)? };
    Ok(of_facts(plan, request, facts))
}

/// The quote for a request, with all its figures at hand to be asked about. Errors as for [`quote`].
pub fn price<'p>(plan: &'p Plan, request: &Request) -> Result<Priced<'p>, Vec<RequestError>> {
    Priced::of(plan, request)
}

/// What a request says, in the types of the book. Errors as for [`quote`].
pub fn facts(plan: &Plan, request: &Request) -> Result<Facts, Vec<RequestError>> {
    bind::bind(plan, request)
}

/// The quote for a request whose facts are known.
pub fn of_facts(plan: &Plan, request: &Request, facts: Facts) -> Quote {
    build::answer(request, &Evaluation::new(plan, facts))
}

#[cfg(test)]
mod tests;
