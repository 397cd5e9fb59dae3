//! Why there is no solution, where a circuit shows it and searching does not.
//!
//! That a member of the contradiction is necessary is shown by a solution without it, and those are easily found
//! also where the contradiction itself is not: pigeons less one fit their holes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Session, Solver};
use crate::logic::answer::{Budget, Core, Decided, Undecided};
use crate::logic::problem::{Claim, Problem, Rule, RuleId};
use crate::logic::search::{Engine, Search};

/// Each member is tried on a problem of its own: so many variables and rules may be copied for all of them.
const MOST_COPIED: usize = 1_000_000;

/// What a contradiction is made of: some rules, and the positions of some claims.
#[derive(Clone, Debug, Default)]
struct Members {
    rules: BTreeSet<usize>,
    claims: BTreeSet<usize>,
}

/// A member, to be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Rule(usize),
    Claim(usize),
}

impl Session {
    /// A minimal contradiction among the claims and rules, which are known to have no solution together.
    pub(super) fn explain_one_by_one(&self, claims: &[Claim]) -> Decided<Option<Core>> {
        let problem = self.solver.problem();
        let budget = self.solver.budget;
        let groups = groups(problem, claims);
        let size = problem.sizes.len() + problem.rules.len();
        if groups.len().saturating_mul(size) > MOST_COPIED {
            return Err(Undecided);
        }
        let is_contradictory = |members: &&Members| asked(problem, claims, members, budget) == Ok(false);
        let mut members = groups.iter().find(is_contradictory).cloned().ok_or(Undecided)?;
        let rules = members.rules.iter().filter(|rule| !problem.rules[**rule].background);
        let rules = rules.map(|rule| Member::Rule(*rule)).rev();
        let tried: Vec<Member> =
            rules.chain(members.claims.iter().map(|claim| Member::Claim(*claim)).rev()).collect();
        let count = tried.len();
        if count.saturating_mul(size) > MOST_COPIED {
            return Err(Undecided);
        }
        let share = Budget {
            compile_steps: budget.compile_steps / count.max(1) as u64,
            conflicts: budget.conflicts / count.max(1) as u64 + 100,
            ..budget
        };
        for member in tried {
            let fewer = members.without(member);
            if !asked(problem, claims, &fewer, share)? {
                members = fewer;
            }
        }
        let named = members.rules.iter().filter(|rule| !problem.rules[**rule].background);
        let rules = named.map(|rule| RuleId(u32::try_from(*rule).unwrap_or(u32::MAX))).collect();
        Ok(Some(Core { claims: members.claims.into_iter().collect(), rules }))
    }
}

impl Members {
    fn without(&self, member: Member) -> Members {
        let mut fewer = self.clone();
        match member {
            Member::Rule(rule) => fewer.rules.remove(&rule),
            Member::Claim(claim) => fewer.claims.remove(&claim),
        };
        fewer
    }
}

/// Whether members have a solution: by searching first, since solutions are found soonest that way.
fn asked(problem: &Problem, claims: &[Claim], members: &Members, budget: Budget) -> Decided<bool> {
    let rules = problem.rules.iter().enumerate();
    let rules =
        rules.map(|(at, rule)| if members.rules.contains(&at) { rule.clone() } else { Rule::default() });
    let part = Problem { sizes: problem.sizes.clone(), rules: rules.collect(), ..Problem::default() };
    let claims: Vec<Claim> = members.claims.iter().map(|at| claims[*at].clone()).collect();
    let searched = Search::new(Arc::new(Engine::new(&part)), budget.conflicts).possible(&claims);
    searched.or_else(|Undecided| {
        let budget = Budget { conflicts: 0, ..budget };
        Session::new(Arc::new(Solver::new(part, budget))).possible(&claims)
    })
}

/// Rules and claims in groups that share no variable.
fn groups(problem: &Problem, claims: &[Claim]) -> Vec<Members> {
    let mut leaders: Vec<usize> = (0..problem.sizes.len()).collect();
    let scope = |rule: &Rule| -> Vec<usize> {
        let clauses = rule.clauses.iter().flatten().map(|literal| literal.var);
        let tables = rule.tables.iter().flat_map(|table| table.vars.iter().copied());
        clauses.chain(tables).map(|var| var.0 as usize).collect()
    };
    let scopes: Vec<Vec<usize>> = problem.rules.iter().map(scope).collect();
    for scope in &scopes {
        for var in scope {
            let (one, other) = (leader(&mut leaders, scope[0]), leader(&mut leaders, *var));
            leaders[one.max(other)] = one.min(other);
        }
    }
    let mut groups: BTreeMap<usize, Members> = BTreeMap::new();
    for (rule, scope) in scopes.iter().enumerate() {
        if let Some(var) = scope.first() {
            groups.entry(leader(&mut leaders, *var)).or_default().rules.insert(rule);
        }
    }
    for (at, claim) in claims.iter().enumerate() {
        groups.entry(leader(&mut leaders, claim.var.0 as usize)).or_default().claims.insert(at);
    }
    groups.into_values().collect()
}

fn leader(leaders: &mut [usize], var: usize) -> usize {
    let mut at = var;
    while leaders[at] != at {
        leaders[at] = leaders[leaders[at]];
        at = leaders[at];
    }
    at
}
