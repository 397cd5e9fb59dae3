//! The solver crate on the clauses of a problem: a solution for each value that has one, asked for one by one.

use batsat::{BasicSolver, Lit, SolverInterface, Var, lbool};
use tarif::logic::search::Engine;
use tarif::logic::{Claim, Problem};

/// A solver with the clauses of a problem.
pub struct Reference {
    engine: Engine,
    solver: BasicSolver,
    /// The literal of each value of each variable.
    values: Vec<Vec<Lit>>,
}

impl Reference {
    /// The clauses of a problem.
    pub fn new(problem: &Problem) -> Reference {
        let engine = Engine::new(problem);
        let mut solver = BasicSolver::default();
        for clause in engine.clauses() {
            let mut lits: Vec<Lit> = clause.iter().map(|number| lit(&mut solver, *number)).collect();
            solver.add_clause_reuse(&mut lits);
        }
        let numbers = |(var, size): (usize, &u32)| -> Vec<i32> {
            (0..*size).map(|value| engine.number(tarif::logic::Var(var as u32), value)).collect()
        };
        let numbers: Vec<Vec<i32>> = problem.sizes.iter().enumerate().map(numbers).collect();
        let values =
            numbers.iter().map(|of| of.iter().map(|number| lit(&mut solver, *number)).collect()).collect();
        Reference { engine, solver, values }
    }

    /// How many values are possible under the claims; none where no solution agrees with them.
    pub fn supports(&mut self, claims: &[Claim]) -> Option<usize> {
        let numbers = claims.iter().flat_map(|claim| self.engine.numbers(claim));
        let numbers: Vec<i32> = numbers.collect();
        let mut assumed: Vec<Lit> = numbers.iter().map(|number| lit(&mut self.solver, *number)).collect();
        let mut seen: Vec<Vec<bool>> = self.values.iter().map(|of| vec![false; of.len()]).collect();
        if self.solver.solve_limited(&assumed) != lbool::TRUE {
            return None;
        }
        self.mark(&mut seen);
        for var in 0..self.values.len() {
            for value in 0..self.values[var].len() {
                if !seen[var][value] {
                    assumed.push(self.values[var][value]);
                    if self.solver.solve_limited(&assumed) == lbool::TRUE {
                        self.mark(&mut seen);
                    }
                    assumed.pop();
                }
            }
        }
        Some(seen.iter().flatten().filter(|seen| **seen).count())
    }

    /// A solution is a witness for each of its values.
    fn mark(&self, seen: &mut [Vec<bool>]) {
        for (seen, lits) in seen.iter_mut().zip(&self.values) {
            for (seen, lit) in seen.iter_mut().zip(lits) {
                *seen |= self.solver.value_lit(*lit) == lbool::TRUE;
            }
        }
    }
}

fn lit(solver: &mut BasicSolver, number: i32) -> Lit {
    let var: Var = solver.var_of_int(number.unsigned_abs() - 1);
    Lit::new(var, number > 0)
}
