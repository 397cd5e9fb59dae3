//! Which values are possible: every solution found is a witness for its values, and only values without a
//! witness are asked for.

use std::collections::BTreeMap;

use super::Search;
use super::cnf::Lit;
use super::models::{Found, agrees};
use crate::logic::{Claim, Decided, Support, Undecided, ValueSet};

/// Literals that were found impossible under claims. They are so under more claims, too.
#[derive(Debug, Default)]
pub(super) struct Refuted {
    /// Sorted.
    claims: Vec<Claim>,
    lits: Vec<Lit>,
}

/// What is known of a question's values.
struct Values {
    /// By place of a value among all values: whether a solution has it.
    possible: Vec<bool>,
    undecided: Vec<bool>,
}

/// The claims of one variable, lifted together.
struct Lifted {
    var: u32,
    claims: Vec<usize>,
    lits: Vec<Lit>,
    support: Support,
}

impl Search {
    /// The values that each variable can have under the claims; `None` where no solution agrees with them.
    ///
    /// # Errors
    ///
    /// Where not even the first solution was found within the budget.
    pub fn supports(&mut self, claims: &[Claim]) -> Decided<Option<Vec<Support>>> {
        self.begin();
        self.supported(claims)
    }

    fn supported(&mut self, claims: &[Claim]) -> Decided<Option<Vec<Support>>> {
        if self.engine.conflict.is_some() {
            return Ok(None);
        }
        let mut sorted = claims.to_vec();
        sorted.sort_unstable_by(|left, right| (left.var, &left.values).cmp(&(right.var, &right.values)));
        sorted.dedup();
        let Some(assumed) = self.assume(&sorted) else { return Ok(None) };
        let found = self.witnessed(&sorted, &assumed);
        self.trail.back_to(&self.engine.cnf, 0);
        Ok(found?.map(|values| self.supports_of(&values)))
    }

    /// Finds a witness for each value that can have one. The claims are on the trail.
    fn witnessed(&mut self, claims: &[Claim], assumed: &[Lit]) -> Decided<Option<Values>> {
        let engine = self.engine.clone();
        let none = || vec![false; engine.domains.total()];
        let mut values = Values { possible: none(), undecided: none() };
        let mut any = false;
        for model in self.pool.fitting(claims) {
            values.mark(model, &engine.domains);
            any = true;
        }
        if !any {
            match self.model(assumed, &[])? {
                Found::Model(model) => values.mark(&model, &engine.domains),
                Found::None(_) => return Ok(None),
            }
        }
        let mut refuted = Vec::new();
        if self.refuted.holds_for(claims) {
            refuted = std::mem::take(&mut self.refuted.lits);
            refuted.iter().for_each(|lit| _ = self.trail.settle(&engine.cnf, &[!*lit]));
        }
        let all = (0..engine.domains.len() as u32).flat_map(|var| {
            let start = engine.domains.start(var);
            engine.domains.values(var).iter().enumerate().map(move |(at, lit)| (start + at, *lit))
        });
        let mut asked: Vec<(usize, Lit)> = all.collect();
        loop {
            asked.retain(|(at, lit)| {
                !values.possible[*at] && !values.undecided[*at] && !self.trail.holds(!*lit)
            });
            let Some((first_at, first)) = asked.first().copied() else { break };
            let hints: Vec<Lit> = asked.iter().map(|(_, lit)| *lit).collect();
            match self.model(assumed, &hints) {
                Ok(Found::Model(model)) => values.mark(&model, &engine.domains),
                Ok(Found::None(_)) => {
                    self.trail.settle(&engine.cnf, &[!first]);
                    refuted.push(first);
                }
                Err(Undecided) => values.undecided[first_at] = true,
            }
        }
        self.refuted = Refuted { claims: claims.to_vec(), lits: refuted };
        Ok(Some(values))
    }

    fn supports_of(&self, values: &Values) -> Vec<Support> {
        let domains = &self.engine.domains;
        let supports = (0..domains.len() as u32).map(|var| {
            let start = domains.start(var);
            let end = start + domains.values(var).len();
            Support {
                possible: set_of(&values.possible[start..end]),
                undecided: set_of(&values.undecided[start..end]),
            }
        });
        supports.collect()
    }

    /// The values that each variable can have when its own claims are lifted and those of the others are kept.
    ///
    /// # Errors
    ///
    /// None: what the budget does not suffice for is undecided value by value.
    pub fn alternatives(&mut self, claims: &[Claim]) -> Decided<Vec<Support>> {
        self.begin();
        let engine = self.engine.clone();
        let all = (0..engine.domains.len() as u32)
            .map(|var| ValueSet::all(engine.domains.values(var).len() as u32));
        let mut supports: Vec<Support> = match self.supported(claims) {
            Ok(Some(supports)) => supports,
            Ok(None) => all.map(|_| Support::default()).collect(),
            Err(Undecided) => all.map(|undecided| Support { undecided, ..Support::default() }).collect(),
        };
        let mut lifted: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (at, claim) in claims.iter().enumerate() {
            lifted.entry(claim.var.0).or_default().push(at);
        }
        let mut lifted: Vec<Lifted> =
            lifted.into_iter().map(|(var, at)| self.lift(var, at, claims)).collect();
        for model in self.pool.models() {
            let mut denied = lifted.iter_mut().filter(|one| {
                one.claims.iter().any(|at| claims.get(*at).is_some_and(|claim| !agrees(model, claim)))
            });
            // Who alone is in the way has a witness; where nobody is, the supports know already.
            if let (Some(only), None) = (denied.next(), denied.next()) {
                only.witness(model);
            }
        }
        if self.engine.conflict.is_none() {
            self.lift_each(&mut lifted, &mut Vec::new());
        }
        for one in lifted {
            if let Some(support) = supports.get_mut(one.var as usize) {
                // A support that the claims leave over is one of the lifted question as well.
                let possible = one.support.possible.or(&support.possible);
                *support = Support { undecided: one.support.undecided.without(&possible), possible };
            }
        }
        Ok(supports)
    }

    fn lift(&self, var: u32, at: Vec<usize>, claims: &[Claim]) -> Lifted {
        let own = at.iter().filter_map(|at| claims.get(*at));
        let lits = own.flat_map(|claim| self.engine.literals(claim)).collect();
        Lifted { var, claims: at, lits, support: Support::default() }
    }

    /// Asks for each variable with the claims of all others, taking each half for granted only once.
    fn lift_each(&mut self, lifted: &mut [Lifted], assumed: &mut Vec<Lit>) {
        match lifted {
            [] => {}
            [one] => self.lift_one(one, assumed),
            _ => {
                let (left, right) = lifted.split_at_mut(lifted.len() / 2);
                self.lift_half(left, right, assumed);
                self.lift_half(right, left, assumed);
            }
        }
    }

    fn lift_half(&mut self, asked: &mut [Lifted], kept: &[Lifted], assumed: &mut Vec<Lit>) {
        let (level, before) = (self.trail.level(), assumed.len());
        let lits: Vec<Lit> = kept.iter().flat_map(|one| one.lits.iter().copied()).collect();
        if self.assume_literals(&lits) {
            assumed.extend(lits);
            self.lift_each(asked, assumed);
            assumed.truncate(before);
            self.trail.back_to(&self.engine.cnf, level);
        }
    }

    fn lift_one(&mut self, one: &mut Lifted, assumed: &[Lit]) {
        if one.var as usize >= self.engine.domains.len() {
            return;
        }
        let engine = self.engine.clone();
        for (value, lit) in engine.domains.values(one.var).iter().enumerate() {
            let value = value as u32;
            if one.support.possible.has(value) || self.trail.holds(!*lit) {
                continue;
            }
            match self.model(assumed, &[*lit]) {
                Ok(Found::Model(_)) => one.support.possible.insert(value),
                Ok(Found::None(_)) => {}
                Err(Undecided) => one.support.undecided.insert(value),
            }
        }
    }
}

impl Refuted {
    /// Whether all its claims are among these, which are sorted.
    fn holds_for(&self, claims: &[Claim]) -> bool {
        let mut claims = claims.iter();
        self.claims.iter().all(|own| claims.any(|claim| claim == own))
    }
}

impl Values {
    fn mark(&mut self, model: &[u32], domains: &super::domains::Domains) {
        for (var, value) in model.iter().enumerate() {
            if let Some(possible) = self.possible.get_mut(domains.start(var as u32) + *value as usize) {
                *possible = true;
            }
        }
    }
}

impl Lifted {
    fn witness(&mut self, model: &[u32]) {
        if let Some(value) = model.get(self.var as usize) {
            self.support.possible.insert(*value);
        }
    }
}

fn set_of(flags: &[bool]) -> ValueSet {
    flags.iter().enumerate().filter(|(_, flag)| **flag).map(|(value, _)| value as u32).collect()
}
