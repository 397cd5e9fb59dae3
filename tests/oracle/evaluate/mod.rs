//! The oracle: what a request costs, straight from the definitions of the language reference.
//!
//! Nothing here is fast or clever, and nothing is shared with the crate: rationals, hash maps, one function a rule.

mod aggregate;
mod approval;
mod configure;
mod expr;
mod gift;
mod groups;
mod line;
mod lookup;
mod period;
mod pieces;
mod quote;
mod spread;
mod stage;
mod tier;
mod units;
mod waterfall;

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap};

use crate::model::{Book, Input, Request, Val, literal};
use crate::number::{Day, Q, day};

use expr::World;

/// What the oracle says to a request.
#[derive(Debug, Default)]
pub struct Quote {
    pub status: &'static str,
    pub lines: Vec<Line>,
    pub list: Option<Q>,
    /// None where a line has no cost.
    pub cost: Option<Q>,
    pub net: Option<Q>,
    pub total: Option<Q>,
    pub taxes: Vec<(String, Q)>,
    /// Lines that the book added, and their share of the net.
    pub charges: Vec<(String, Q)>,
    /// Lines of products that the book added.
    pub gifts: Vec<Line>,
    /// What is to be paid, where the book says how it differs from the total.
    pub payable: Option<Section>,
    pub partial: bool,
    pub waterfall: Vec<Entry>,
    pub figures: Vec<(String, Option<Q>)>,
    /// Who signs, in order.
    pub route: Vec<approval::Signer>,
    /// Levels that would have signed.
    pub skipped: Vec<String>,
    pub requirements: Vec<approval::Requirement>,
    pub violations: BTreeSet<String>,
    pub valid_until: Option<Day>,
}

/// A line of the answer. Amounts of the unit are in the unit that the product's unit prices have.
#[derive(Clone, Debug, Default)]
pub struct Line {
    pub product: String,
    pub invalid: bool,
    pub has_unit: bool,
    pub unit: Section,
    pub line: Section,
    pub list: Option<Q>,
    pub cost: Option<Q>,
    pub net: Option<Q>,
    pub applied: Vec<String>,
    pub violations: BTreeSet<String>,
    pub alerts: Vec<String>,
    /// The id of the line that it is a piece of.
    pub part_of: Option<String>,
    /// The pieces that are included in it.
    pub pieces: Vec<String>,
    /// Quantity, options, entries and labelled lets, where they are known.
    pub values: Vec<(String, Val)>,
}

/// A waterfall of the answer.
#[derive(Clone, Debug, Default)]
pub struct Section {
    pub waterfall: Vec<Entry>,
    pub figures: Vec<(String, Option<Q>)>,
    pub list: Option<Q>,
    pub cost: Option<Q>,
    pub net: Option<Q>,
}

/// A step of a waterfall; groups have none of their own, their members have.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub step: String,
    pub amount: Q,
    /// None where it cannot be known.
    pub running: Option<Q>,
}

/// Why a request is refused as a whole, by the codes of the diagnostics pages.
pub fn refusals(book: &Book, request: &Request) -> BTreeSet<&'static str> {
    let mut codes = BTreeSet::new();
    if request.as_of < day(2026, 1, 1) || request.as_of > day(2026, 12, 31) {
        codes.insert("E0909");
    }
    for (context, fields) in &book.contexts {
        let given = request.contexts.iter().find(|(name, _)| name == context);
        let is_given = |field: &Input| given.is_some_and(|(_, given)| value_of(given, &field.name).is_some());
        if fields.iter().any(|field| !is_given(field) && field.default.is_none() && !field.optional) {
            codes.insert("E0907");
        }
    }
    let exchange = book.exchanges.iter().map(|(from, to, max_age)| (format!("{from}/{to}"), *max_age));
    let indexes = book.indexes.iter().map(|(index, max_age)| (index.name.clone(), *max_age));
    for (of, max_age) in indexes.chain(exchange) {
        let date = request.market.iter().find(|(name, ..)| *name == of).and_then(|(.., date)| *date);
        let (Some(most), Some(date)) = (max_age, date) else { continue };
        if date > request.as_of || request.as_of - date > most {
            codes.insert("E0911");
        }
    }
    codes
}

/// The answer to a request that is not refused.
pub fn answer(book: &Book, request: &Request) -> Quote {
    let mut inputs = HashMap::new();
    for (context, fields) in &book.contexts {
        let given = request.contexts.iter().find(|(name, _)| name == context);
        for field in fields {
            let value = given.and_then(|(_, fields)| value_of(fields, &field.name));
            inputs.insert(format!("{context}.{}", field.name), value.unwrap_or_else(|| silent(field)));
        }
    }
    for fact in &book.facts {
        let value = value_of(&request.facts, &fact.name).unwrap_or_else(|| silent(fact));
        inputs.insert(fact.name.clone(), value);
    }
    for (name, given, _) in &request.market {
        inputs.insert(name.clone(), given.value.clone());
    }
    let chosen = book.currencies.iter().find(|(code, _)| Some(code) == request.currency.as_ref());
    let (currency, places) = chosen.cloned().unwrap_or_else(|| (book.currency.clone(), book.places));
    let asked_lines = Cell::new(false);
    let world = World { book, as_of: request.as_of, currency, places, inputs, asked_lines };
    quote::quote(&world, request)
}

fn value_of(given: &[(String, crate::model::Given)], name: &str) -> Option<Val> {
    given.iter().find(|(found, _)| found == name).map(|(_, given)| given.value.clone())
}

/// What an input is that the request does not give.
fn silent(input: &Input) -> Val {
    input.default.as_ref().map_or(Val::Absent, literal)
}
