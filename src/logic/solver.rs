//! The solver of one problem, shared by all, and the session of one asker.

use std::sync::Arc;

use num_bigint::BigUint;

use super::answer::{Budget, Completion, Core, Count, Decided, Support, Undecided};
use super::problem::{Claim, Problem, Var};

/// A problem made ready for questions. Building it is the only slow part; it is shared behind an [`Arc`].
#[derive(Debug)]
pub struct Solver {
    problem: Problem,
}

/// One asker's scratch. Its answers depend on the question alone, never on what was asked before.
#[derive(Debug)]
pub struct Session {
    solver: Arc<Solver>,
}

impl Solver {
    /// Makes a problem ready for questions within a budget.
    pub fn new(problem: Problem, _budget: Budget) -> Solver {
        Solver { problem }
    }

    /// The problem as it was given.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl Session {
    /// A session on a solver.
    pub fn new(solver: Arc<Solver>) -> Session {
        Session { solver }
    }

    /// The solver asked.
    pub fn solver(&self) -> &Arc<Solver> {
        &self.solver
    }

    /// Whether a solution has all claims.
    pub fn possible(&mut self, _claims: &[Claim]) -> Decided<bool> {
        Err(Undecided)
    }

    /// Which values each variable has among the solutions with all claims; nothing when there is none.
    pub fn supports(&mut self, _claims: &[Claim]) -> Decided<Option<Vec<Support>>> {
        Err(Undecided)
    }

    /// Which values each variable can have when its own claims are lifted and those of the others kept, also
    /// when the claims contradict each other.
    pub fn alternatives(&mut self, _claims: &[Claim]) -> Decided<Vec<Support>> {
        Err(Undecided)
    }

    /// A solution with all claims that keeps each wish which the claims and the kept wishes before it allow;
    /// nothing when the claims contradict each other.
    pub fn complete(&mut self, _claims: &[Claim], _wishes: &[Claim]) -> Decided<Option<Completion>> {
        Err(Undecided)
    }

    /// A minimal set of claims and rules that contradict each other; nothing when there is a solution.
    pub fn explain(&mut self, _claims: &[Claim]) -> Decided<Option<Core>> {
        Err(Undecided)
    }

    /// Minimal sets of positions of `claims` that, given up, leave a solution with `fixed` and the others: at
    /// most `most` of them, all the smallest first, in the order of their positions.
    pub fn repairs(&mut self, _fixed: &[Claim], _claims: &[Claim], _most: usize) -> Decided<Vec<Vec<usize>>> {
        Err(Undecided)
    }

    /// How many solutions have all claims, each weighted with [`Problem::multiplicity`].
    pub fn count(&mut self, _claims: &[Claim]) -> Count {
        Count::AtLeast(BigUint::ZERO)
    }

    /// The solutions with all claims of least total cost (of greatest, where the dearest are wanted), at most
    /// `most`, with that cost: a variable costs what its list says of its value.
    pub fn best(
        &mut self,
        _claims: &[Claim],
        _cost: &[(Var, Vec<i128>)],
        _dearest: bool,
        _most: usize,
    ) -> Decided<Vec<(i128, Vec<u32>)>> {
        Err(Undecided)
    }
}
