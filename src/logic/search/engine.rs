//! A problem made ready for searching.

use std::sync::OnceLock;

use super::cnf::{Cnf, Lit, TRUE};
use super::domains::{Domains, runs_of};
use super::encode::encode;
use super::trail::{Conflict, Trail};
use crate::logic::circuit::{Kernel, Part};
use crate::logic::{Claim, Problem, Rule, ValueSet, Var};

/// A problem made ready for searching, shared between threads.
#[derive(Debug)]
pub struct Engine {
    problem: Problem,
    kernel: OnceLock<Option<Kernel>>,
    formula: OnceLock<Formula>,
}

/// A problem as clauses over Boolean unknowns.
#[derive(Debug)]
pub(super) struct Formula {
    /// The clauses.
    pub(super) cnf: Cnf,
    /// The literals of the variables.
    pub(super) domains: Domains,
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
    /// Takes a problem. What a question needs is made when it is first asked.
    pub fn new(problem: &Problem) -> Engine {
        Engine { problem: problem.clone(), kernel: OnceLock::new(), formula: OnceLock::new() }
    }

    /// The problem.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// How large the clauses are.
    pub fn size(&self) -> Size {
        let cnf = &self.formula().cnf;
        Size { unknowns: cnf.unknowns() as usize, clauses: cnf.clause_count(), literals: cnf.size() }
    }

    /// The clauses, in the numbers of the DIMACS format: an unknown is a number from 1, its opposite is negative.
    pub fn clauses(&self) -> impl Iterator<Item = Vec<i32>> {
        let cnf = &self.formula().cnf;
        let clauses = (0..cnf.clause_count()).map(|clause| cnf.clause(clause as u32));
        std::iter::once(vec![TRUE.number()])
            .chain(clauses.map(|lits| lits.iter().map(|lit| lit.number()).collect()))
    }

    /// The number that says in [`Engine::clauses`] that a variable has a value.
    pub fn number(&self, var: Var, value: u32) -> i32 {
        let domains = &self.formula().domains;
        if value < domains.size(var) { domains.is(var.0, value).number() } else { (!TRUE).number() }
    }

    /// The numbers that say so of a claim, when all of them hold.
    pub fn numbers(&self, claim: &Claim) -> Vec<i32> {
        self.formula().literals(claim).into_iter().map(Lit::number).collect()
    }

    /// The rules ready for propagation; `None` where that shows that they contradict each other.
    pub(super) fn kernel(&self) -> Option<&Kernel> {
        let read = || {
            Kernel::new(&Part {
                domains: self.problem.sizes.iter().map(|size| ValueSet::all(*size)).collect(),
                clauses: self.problem.rules.iter().flat_map(|rule| rule.clauses.iter().cloned()).collect(),
                tables: self.problem.rules.iter().flat_map(|rule| rule.tables.iter().cloned()).collect(),
            })
        };
        self.kernel.get_or_init(read).as_ref()
    }

    /// The rules as clauses.
    pub(super) fn formula(&self) -> &Formula {
        self.formula.get_or_init(|| Formula::new(&self.problem))
    }
}

impl Formula {
    fn new(problem: &Problem) -> Formula {
        let (cnf, domains) = encode(problem);
        let (base, conflict) = Trail::new(&cnf);
        let rule_vars: Vec<Vec<u32>> =
            problem.rules.iter().map(|rule| variables(rule, domains.len())).collect();
        let mut var_rules = vec![Vec::new(); domains.len()];
        for (rule, vars) in rule_vars.iter().enumerate() {
            vars.iter().for_each(|var| var_rules[*var as usize].push(rule as u32));
        }
        let background = problem.rules.iter().map(|rule| rule.background).collect();
        Formula { cnf, domains, base, conflict, background, rule_vars, var_rules }
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
