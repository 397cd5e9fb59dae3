//! A directed search for a request that refutes a property: the ends of every range, every choice, one change
//! at a time, and then many at once. It finds much and proves nothing, and says how far it looked.
//!
//! ```text
//! space.rs  what can be chosen, with the values worth trying
//! words.rs  a request found, written as a test that can be run
//! ```

mod space;
mod words;

use super::always::{Trials, is_whole};
use super::request_of;
use crate::eval::Plan;
use crate::ir::{Product, Test};
use crate::quote::price;
use space::Space;

pub(super) use words::test_text;

/// How many requests are tried for one product, and for a book.
const MOST_FOR_PRODUCT: usize = 500;
const MOST_FOR_BOOK: usize = 3_000;

/// How many of them may go by until a first one is valid.
const MOST_WITHOUT_VALID: usize = 200;

/// Tries the properties that no test has refuted, on requests for one line of each product in turn.
pub(super) fn search(plan: &Plan, trials: &mut Trials<'_>) {
    let mut left = MOST_FOR_BOOK;
    let sold = |at: &usize| {
        let plan = u32::try_from(*at).ok().and_then(|at| plan.product(at));
        plan.is_some_and(|product| product.price.is_some())
    };
    for (at, product) in plan.book().products.iter().enumerate().filter(|(at, _)| sold(at)) {
        if left == 0 || trials.all_refuted() {
            return;
        }
        if trials.concerned(&product.name) {
            let seed = u64::try_from(at).unwrap_or(u64::MAX);
            left -= search_product(plan, product, trials, left.min(MOST_FOR_PRODUCT), seed);
        }
    }
}

/// Gives the number of requests that were tried.
fn search_product(plan: &Plan, product: &Product, trials: &mut Trials<'_>, most: usize, seed: u64) -> usize {
    let space = Space::of(plan.book(), product);
    let mut dice = Dice::new(seed);
    let mut tried = 0;
    let mut try_one = |test: Option<Test>| {
        let Some(test) = test else { return false };
        let Ok(priced) = price(plan, &request_of(&test, plan.book())) else { return false };
        let valid = priced.quote().lines.iter().all(|line| !line.invalid) && is_whole(&priced);
        if valid {
            trials.try_found(&test, &priced);
        }
        valid
    };
    // The first valid request that is met is what single changes start from.
    let mut base = None;
    for attempt in 0..MOST_WITHOUT_VALID.min(most) {
        let choice = if attempt == 0 { space.first() } else { space.random(&mut dice) };
        tried += 1;
        if try_one(space.test(&choice)) {
            base = Some(choice);
            break;
        }
    }
    let Some(base) = base else { return tried };
    let singles = space.single_changes(&base).into_iter().chain([space.first(), space.last()]);
    for choice in singles.take(most.saturating_sub(tried)) {
        tried += 1;
        try_one(space.test(&choice));
    }
    while tried < most {
        tried += 1;
        try_one(space.test(&space.random(&mut dice)));
    }
    tried
}

/// A sequence of numbers that looks thrown and is the same every time.
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    fn new(seed: u64) -> Dice {
        // Any odd number but a small one will do; it is that of the golden ratio.
        Dice { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    /// A number below `end`; 0 where there is none.
    fn below(&mut self, end: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from((self.state >> 11) % end.max(1)).unwrap_or(0)
    }
}
