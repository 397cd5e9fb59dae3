//! Answers by searching: for problems too large to be compiled, and for every explanation.
//!
//! ```text
//!   Engine    one problem, shared      Search    one asker's scratch
//!     kernel    propagation              kernel    claims, guesses and what follows, taken back again
//!     formula   Boolean clauses          sat       the solver crate, where guessing ends in dead ends
//!                                        pool      solutions seen: witnesses of what is possible
//! ```
//!
//! Most answers come from propagation alone: from a consistent partial solution it mostly runs straight into a
//! whole one. Only where that ends in dead ends is the solver crate asked. Explanations are read off the clauses
//! that propagation took, and minimised by the solver crate. Whatever is answered is exact; dead ends and
//! conflicts are counted against the budget.

mod best;
mod cnf;
mod complete;
mod count;
mod diagram;
mod domains;
mod encode;
mod engine;
mod explain;
#[cfg(test)]
mod hostile;
mod models;
mod need;
mod repairs;
mod sat;
mod supports;
#[cfg(test)]
mod tests;
mod trail;

use std::sync::Arc;

use self::models::{Found, Pool};
use self::sat::{Allowance, Sat};
use self::supports::Refuted;
use super::answer::Decided;
use super::circuit::{Kernel, Mark};
use super::problem::Claim;

pub use self::engine::{Engine, Size};
pub use self::need::{Need, Needs};

/// The scratch of one asker.
#[derive(Debug)]
pub struct Search {
    engine: Arc<Engine>,
    /// How many conflicts a question may run into.
    most: u64,
    /// How many the present question still may.
    left: Allowance,
    kernel: Kernel,
    /// Where the kernel holds the rules and nothing else; none before it is read.
    ground: Option<Mark>,
    /// Whether propagation alone shows that the rules contradict each other.
    contradictory: bool,
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
            kernel: Kernel::default(),
            ground: None,
            contradictory: false,
            sat: None,
            pool: Pool::new(engine.problem().sizes.len()),
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

    /// Makes ready for a question.
    fn begin(&mut self) {
        self.left = Allowance(self.most);
        match self.ground {
            Some(ground) => self.kernel.undo(ground),
            None => {
                match self.engine.kernel() {
                    Some(kernel) => self.kernel = kernel.clone(),
                    None => self.contradictory = true,
                }
                self.ground = Some(self.kernel.mark());
            }
        }
    }

    fn is_possible(&mut self, claims: &[Claim]) -> Decided<bool> {
        if self.pool.fitting(claims).next().is_some() {
            return Ok(true);
        }
        let mark = self.kernel.mark();
        let found = if self.assume(claims) { self.model(claims, &[]) } else { Ok(Found::None) };
        self.kernel.undo(mark);
        Ok(found? != Found::None)
    }

    /// Takes claims for granted, with what follows; whether that can be. The caller takes it back.
    fn assume(&mut self, claims: &[Claim]) -> bool {
        let known = self.kernel.len() as u32;
        !self.contradictory
            && claims.iter().all(|claim| claim.var.0 < known)
            && self.kernel.restrict(claims.iter().map(|claim| (claim.var.0, &claim.values)))
    }
}
