//! All rules at once, each with a switch: made ready one time, and asked for every rule what breaks it alone.

use std::collections::BTreeSet;

use super::super::cnf::Lit;
use super::super::engine::Engine;
use super::super::sat::{Allowance, Outcome, Sat};
use crate::logic::{Claim, Decided, Problem, Rule};

/// A problem whose rules can be left out one by one.
#[derive(Debug)]
pub(super) struct Whole {
    engine: Engine,
    sat: Sat,
    /// By rule, the literal with which it counts.
    switches: Vec<Lit>,
}

/// Whether some rules can hold while a rule is broken.
#[derive(Debug)]
pub(super) enum Breach {
    /// They do with these values.
    By(Vec<u32>),
    /// These of them are against it.
    Against(BTreeSet<u32>),
}

impl Whole {
    /// Makes a problem ready.
    pub(super) fn new(problem: &Problem) -> Whole {
        let engine = Engine::new(problem);
        let cnf = &engine.formula().cnf;
        let first = cnf.unknowns();
        let switches: Vec<Lit> = (first..).map(Lit::of).take(problem.rules.len()).collect();
        let mut sat = Sat::new(first + switches.len() as u32);
        for clause in 0..cnf.clause_count() as u32 {
            let switch = cnf.rule_of(clause).and_then(|rule| switches.get(rule as usize));
            sat.clause(cnf.clause(clause).iter().copied().chain(switch.map(|switch| !*switch)));
        }
        Whole { engine, sat, switches }
    }

    /// Whether the rules that count can hold while a rule of clauses alone is broken.
    pub(super) fn broken(
        &mut self,
        own: &Rule,
        counts: &dyn Fn(&u32) -> bool,
        conflicts: u64,
    ) -> Decided<Breach> {
        let formula = self.engine.formula();
        let counted = (0_u32..).zip(&self.switches).filter(|(rule, _)| counts(rule)).map(|(_, lit)| *lit);
        let counted: Vec<Lit> = counted.collect();
        let first = formula.cnf.unknowns() as usize;
        let mut against = BTreeSet::new();
        for clause in &own.clauses {
            let problem = self.engine.problem();
            let mut assumed: Vec<Lit> = Vec::with_capacity(counted.len() + clause.len());
            for literal in clause {
                let others = problem.all(literal.var).without(&literal.values);
                assumed.extend(formula.literals(&Claim::new(literal.var, others)));
            }
            assumed.extend(&counted);
            match self.sat.solve(&assumed, &mut Allowance(conflicts))? {
                Outcome::Model => return Ok(Breach::By(self.values())),
                Outcome::Core(core) => {
                    let rules = core.iter().filter_map(|lit| lit.unknown().checked_sub(first));
                    against.extend(rules.map(|rule| rule as u32));
                }
            }
        }
        Ok(Breach::Against(against))
    }

    /// The values of the model found last.
    fn values(&self) -> Vec<u32> {
        let domains = &self.engine.formula().domains;
        let sizes = self.engine.problem().sizes.iter().zip(0_u32..);
        let value = |size: u32, var: u32| (0..size).find(|value| self.sat.holds(domains.is(var, *value)));
        sizes.map(|(size, var)| value(*size, var).unwrap_or(0)).collect()
    }
}
