//! The solver crate behind a small door: clauses in, a model or a core out, conflicts counted.

use std::collections::BTreeSet;
use std::fmt;

use batsat::{Callbacks, ClauseKind, SolverInterface, SolverOpts, lbool};

use super::cnf::{Cnf, Lit, TRUE};
use crate::logic::{Decided, Undecided};

/// A solver that remembers what it learnt from one question to the next.
pub(super) struct Sat {
    solver: batsat::Solver<Conflicts>,
    scratch: Vec<batsat::Lit>,
}

/// How many conflicts a question still may run into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance(pub(super) u64);

impl Allowance {
    /// Counts so many.
    pub(super) fn spend(&mut self, conflicts: u64) {
        self.0 = self.0.saturating_sub(conflicts);
    }
}

/// What came of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There is a model; the solver can be asked for its literals.
    Model,
    /// There is none: assumptions that contradict the clauses together.
    Core(BTreeSet<Lit>),
}

#[derive(Debug, Default)]
struct Conflicts {
    seen: u64,
    most: u64,
}

impl Callbacks for Conflicts {
    fn on_new_clause(&mut self, _clause: &[batsat::Lit], kind: ClauseKind) {
        if let ClauseKind::Learnt = kind {
            self.seen += 1;
        }
    }

    fn stop(&self) -> bool {
        self.seen >= self.most
    }
}

impl fmt::Debug for Sat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sat").field("clauses", &self.solver.num_clauses()).finish_non_exhaustive()
    }
}

impl Sat {
    /// A solver of so many unknowns.
    pub(super) fn new(unknowns: u32) -> Sat {
        let mut solver = batsat::Solver::new(SolverOpts::default(), Conflicts::default());
        for _ in 0..unknowns {
            solver.new_var_default();
        }
        let mut sat = Sat { solver, scratch: Vec::new() };
        sat.clause([TRUE]);
        sat
    }

    /// A solver of all clauses.
    pub(super) fn of(cnf: &Cnf) -> Sat {
        let mut sat = Sat::new(cnf.unknowns());
        for clause in 0..cnf.clause_count() {
            sat.clause(cnf.clause(clause as u32).iter().copied());
        }
        sat
    }

    /// Adds a clause.
    pub(super) fn clause(&mut self, lits: impl IntoIterator<Item = Lit>) {
        self.scratch.clear();
        self.scratch.extend(lits.into_iter().map(inner));
        self.solver.add_clause_reuse(&mut self.scratch);
    }

    /// Looks for a model in which the assumptions hold.
    pub(super) fn solve(&mut self, assumptions: &[Lit], allowance: &mut Allowance) -> Decided<Outcome> {
        *self.solver.cb_mut() = Conflicts { seen: 0, most: allowance.0 };
        self.scratch.clear();
        self.scratch.extend(assumptions.iter().copied().map(inner));
        let result = self.solver.solve_limited(&self.scratch);
        allowance.spend(self.solver.cb().seen);
        if result == lbool::TRUE {
            Ok(Outcome::Model)
        } else if result == lbool::FALSE {
            Ok(Outcome::Core(self.solver.unsat_core().iter().map(|lit| !outer(*lit)).collect()))
        } else {
            Err(Undecided)
        }
    }

    /// Whether a literal holds in the model found last.
    pub(super) fn holds(&self, lit: Lit) -> bool {
        self.solver.value_lit(inner(lit)) == lbool::TRUE
    }
}

fn inner(lit: Lit) -> batsat::Lit {
    batsat::Lit::new(batsat::Var::unsafe_from_idx(lit.unknown() as u32), !lit.is_opposite())
}

fn outer(lit: batsat::Lit) -> Lit {
    let of = Lit::of(lit.var().idx());
    if lit.sign() { of } else { !of }
}
