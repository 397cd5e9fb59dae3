//! A problem made ready for searching.

use super::cnf::{Cnf, Lit, TRUE};
use super::domains::{Domains, runs_of};
use super::encode::encode;
use super::trail::{Conflict, Trail};
use crate::logic::{Claim, Problem, Rule};

/// A problem made ready for searching, shared between threads.
#[derive(Debug)]
pub struct Engine {
    /// The problem as clauses.
    pub(super) cnf: Cnf,
    /// The literals of its variables.
    pub(super) domains: Domains,
    /// For how many values of the asker each value stands.
    pub(super) weights: Vec<Vec<u64>>,
    /// What follows from the rules at once.
    pub(super) base: Trail,
    /// Why the rules contradict each other, where that shows at once.
    pub(super) conflict: Option<Conflict>,
    /// By rule, whether no explanation names it.
    pub(super) background: Vec<bool>,
    /// By rule, the variables it is about.
    pub(super) rule_vars: Vec<Vec<u32>>,
    /// By variable, the rules about it.
    pub(super) var_rules: Vec<Vec<u32>>,
    /// Unknowns that are not values.
    pub(super) loose: Vec<Lit>,
}

/// How large the clauses of a problem are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Boolean unknowns.
    pub unknowns: usize,
    /// Clauses.
    pub clauses: usize,
    /// Literals of all clauses together.
    pub literals: usize,
}

impl Engine {
    /// Encodes a problem.
    pub fn new(problem: &Problem) -> Engine {
        let (cnf, domains) = encode(problem);
        let (base, conflict) = Trail::new(&cnf, &domains);
        let rule_vars: Vec<Vec<u32>> =
            problem.rules.iter().map(|rule| variables(rule, domains.len())).collect();
        let mut var_rules = vec![Vec::new(); domains.len()];
        for (rule, vars) in rule_vars.iter().enumerate() {
            vars.iter().for_each(|var| var_rules[*var as usize].push(rule as u32));
        }
        let mut is_value = vec![false; cnf.unknowns() as usize];
        for var in 0..domains.len() as u32 {
            domains.values(var).iter().for_each(|lit| is_value[lit.unknown()] = true);
        }
        let loose = (0..cnf.unknowns()).map(Lit::of);
        Engine {
            loose: loose.filter(|lit| *lit != TRUE && !is_value[lit.unknown()]).collect(),
            weights: problem.multiplicity.clone(),
            background: problem.rules.iter().map(|rule| rule.background).collect(),
            cnf,
            domains,
            base,
            conflict,
            rule_vars,
            var_rules,
        }
    }

    /// How large the clauses are.
    pub fn size(&self) -> Size {
        Size {
            unknowns: self.cnf.unknowns() as usize,
            clauses: self.cnf.clause_count(),
            literals: self.cnf.size(),
        }
    }

    /// Literals that all hold exactly when the claim does.
    pub(super) fn literals(&self, claim: &Claim) -> Vec<Lit> {
        let size = self.domains.size(claim.var);
        if size == 0 {
            return vec![!TRUE];
        }
        let runs = runs_of(claim.values.iter().take_while(|value| *value < size));
        self.domains.all_of(claim.var.0, &runs)
    }
}

fn variables(rule: &Rule, count: usize) -> Vec<u32> {
    let clauses = rule.clauses.iter().flatten().map(|literal| literal.var.0);
    let tables = rule.tables.iter().flat_map(|table| table.vars.iter().map(|var| var.0));
    let mut vars: Vec<u32> = clauses.chain(tables).filter(|var| (*var as usize) < count).collect();
    vars.sort_unstable();
    vars.dedup();
    vars
}
