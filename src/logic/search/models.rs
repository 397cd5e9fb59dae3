//! Finding solutions, and keeping those that were found.

use std::collections::{BTreeSet, VecDeque};

use super::Search;
use super::cnf::{Lit, TRUE};
use super::sat::{Outcome, Sat};
use super::trail::OPEN;
use crate::logic::{Claim, Decided};

/// How many values all kept solutions may have together, and how many solutions are kept at most.
const KEPT_VALUES: usize = 1 << 19;
const KEPT: usize = 256;

/// What came of looking for a solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// One value a variable.
    Model(Vec<u32>),
    /// There is none: of what was assumed, literals that contradict the rules.
    None(BTreeSet<Lit>),
}

/// Solutions that were found, the latest last.
#[derive(Debug)]
pub(super) struct Pool {
    models: VecDeque<Vec<u32>>,
    most: usize,
}

impl Pool {
    /// No solution yet, for so many variables.
    pub(super) fn new(variables: usize) -> Pool {
        Pool { models: VecDeque::new(), most: (KEPT_VALUES / variables.max(1)).clamp(8, KEPT) }
    }

    /// Keeps a solution, and forgets the oldest where there are too many.
    pub(super) fn keep(&mut self, model: Vec<u32>) {
        if self.models.len() >= self.most {
            self.models.pop_front();
        }
        self.models.push_back(model);
    }

    /// All solutions kept.
    pub(super) fn models(&self) -> impl Iterator<Item = &Vec<u32>> {
        self.models.iter()
    }

    /// Those that agree with the claims, the latest first.
    pub(super) fn fitting<'p>(&'p self, claims: &'p [Claim]) -> impl Iterator<Item = &'p Vec<u32>> {
        self.models.iter().rev().filter(|model| claims.iter().all(|claim| agrees(model, claim)))
    }
}

/// Whether a solution agrees with a claim.
pub(super) fn agrees(model: &[u32], claim: &Claim) -> bool {
    model.get(claim.var.0 as usize).is_some_and(|value| claim.values.has(*value))
}

impl Search {
    /// A solution in which the assumed literals hold, and of the hints the first one and as many others as come
    /// easily. The assumed literals are on the trail already.
    pub(super) fn model(&mut self, assumed: &[Lit], hints: &[Lit]) -> Decided<Found> {
        // On a level of its own, for a dead end must leave nothing behind.
        let level = self.trail.level();
        self.trail.push();
        let mut tried = Vec::new();
        let found = self.run(hints, &mut tried);
        if found {
            let model = self.trail.values().to_vec();
            self.trail.back_to(&self.engine.cnf, level);
            self.pool.keep(model.clone());
            return Ok(Found::Model(model));
        }
        self.trail.back_to(&self.engine.cnf, level);
        if let (Some(first), true) = (hints.first(), tried.is_empty()) {
            // The trail refutes the first hint; what was assumed is the reason, whatever part of it.
            return Ok(Found::None(assumed.iter().chain([first]).copied().collect()));
        }
        self.search(assumed, hints.first().copied(), tried)
    }

    /// Tries the hints and then the latest solution's values, without ever going back further than one step.
    fn run(&mut self, hints: &[Lit], tried: &mut Vec<Lit>) -> bool {
        let search = self;
        let engine = &search.engine;
        for (at, hint) in hints.iter().enumerate() {
            if search.trail.holds(*hint) || search.trail.attempt(&engine.cnf, *hint) {
                tried.push(*hint);
            } else if at == 0 || !search.trail.settle(&engine.cnf, &[!*hint]) {
                return false;
            }
        }
        let last = search.pool.models.back();
        for var in 0..engine.domains.len() {
            while search.trail.values()[var] == OPEN {
                let lits = engine.domains.values(var as u32);
                let latest = last.and_then(|model| lits.get(model[var] as usize));
                let open = |lit: &&Lit| search.trail.is_open(**lit);
                let Some(lit) = latest.filter(open).or_else(|| lits.iter().find(open)).copied() else {
                    return false;
                };
                if !search.trail.attempt(&engine.cnf, lit) && !search.trail.settle(&engine.cnf, &[!lit]) {
                    return false;
                }
            }
        }
        engine.loose.iter().all(|lit| {
            !search.trail.is_open(*lit)
                || search.trail.attempt(&engine.cnf, !*lit)
                || search.trail.settle(&engine.cnf, &[*lit])
        })
    }

    /// Asks the solver, with the hints that came easily for as long as they are not in the way.
    pub(super) fn search(
        &mut self,
        assumed: &[Lit],
        first: Option<Lit>,
        mut hints: Vec<Lit>,
    ) -> Decided<Found> {
        let sat = self.sat.get_or_insert_with(|| Sat::of(&self.engine.cnf));
        self.left.0 = self.left.0.saturating_sub(1);
        loop {
            let assumptions: Vec<Lit> = assumed.iter().chain(&hints).copied().collect();
            let core = match sat.solve(&assumptions, &mut self.left)? {
                Outcome::Core(core) => core,
                Outcome::Model => break,
            };
            let in_the_way = |hint: &Lit| core.contains(hint) && Some(*hint) != first;
            if !hints.iter().any(in_the_way) {
                return Ok(Found::None(core));
            }
            hints.retain(|hint| !in_the_way(hint));
            hints.truncate(hints.len().div_ceil(2));
        }
        let domains = &self.engine.domains;
        let value = |var: u32| {
            let lits = domains.values(var);
            let at = lits.iter().position(|lit| *lit == TRUE || sat.holds(*lit));
            at.map_or(OPEN, |at| at as u32)
        };
        let model: Vec<u32> = (0..domains.len() as u32).map(value).collect();
        self.pool.keep(model.clone());
        Ok(Found::Model(model))
    }
}
