//! Answers by searching: for problems too large to be compiled, and for every explanation.
//!
//! ```text
//!   Problem ──encode──▶ Engine    clauses over Boolean unknowns, shared
//!                          └─▶ Search    trail: what follows at once · pool: solutions seen · sat: the solver crate
//! ```
//!
//! Most answers come from the trail alone: it follows implications with their reasons, and from a consistent
//! partial solution it mostly runs straight into a whole one. Only where that ends in a dead end is the solver
//! crate asked, and only its conflicts are counted against the budget. Whatever is answered is exact.

mod best;
mod cnf;
mod complete;
mod diagram;
mod domains;
mod encode;
mod engine;
mod explain;
mod models;
mod repairs;
mod sat;
mod supports;
#[cfg(test)]
mod tests;
mod trail;

use std::sync::Arc;

use self::cnf::Lit;
use self::models::{Found, Pool};
use self::sat::{Allowance, Sat};
use self::supports::Refuted;
use self::trail::Trail;
use super::answer::Decided;
use super::problem::Claim;

pub use self::engine::{Engine, Size};

/// The scratch of one asker.
#[derive(Debug)]
pub struct Search {
    engine: Arc<Engine>,
    /// How many conflicts a question may run into.
    most: u64,
    /// How many the present question still may.
    left: Allowance,
    trail: Trail,
    /// A solver of all rules, once it is needed.
    sat: Option<Sat>,
    pool: Pool,
    /// What the last question found impossible.
    refuted: Refuted,
}

impl Search {
    /// Scratch for one asker; each question may run into `conflicts` conflicts.
    pub fn new(engine: Arc<Engine>, conflicts: u64) -> Search {
        Search {
            most: conflicts,
            left: Allowance(conflicts),
            trail: engine.base.clone(),
            sat: None,
            pool: Pool::new(engine.domains.len()),
            refuted: Refuted::default(),
            engine,
        }
    }

    /// Whether some solution agrees with the claims.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn possible(&mut self, claims: &[Claim]) -> Decided<bool> {
        self.begin();
        self.is_possible(claims)
    }

    fn begin(&mut self) {
        self.trail.back_to(&self.engine.cnf, 0);
        self.left = Allowance(self.most);
    }

    fn is_possible(&mut self, claims: &[Claim]) -> Decided<bool> {
        if self.engine.conflict.is_some() {
            return Ok(false);
        } else if self.pool.fitting(claims).next().is_some() {
            return Ok(true);
        }
        let Some(assumed) = self.assume(claims) else { return Ok(false) };
        let found = self.model(&assumed, &[]);
        self.trail.back_to(&self.engine.cnf, 0);
        Ok(matches!(found?, Found::Model(_)))
    }

    /// Begins a level with the claims and what follows from them; `None`, and no level, where that cannot be.
    fn assume(&mut self, claims: &[Claim]) -> Option<Vec<Lit>> {
        let lits: Vec<Lit> = claims.iter().flat_map(|claim| self.engine.literals(claim)).collect();
        self.assume_literals(&lits).then_some(lits)
    }

    /// Begins a level with literals and what follows from them; goes back where that cannot be.
    fn assume_literals(&mut self, lits: &[Lit]) -> bool {
        self.trail.push();
        let done = self.engine.conflict.is_none() && self.trail.settle(&self.engine.cnf, lits);
        if !done {
            let level = self.trail.level() - 1;
            self.trail.back_to(&self.engine.cnf, level);
        }
        done
    }
}
