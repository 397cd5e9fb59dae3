//! Which values are possible: every solution found is a witness for its values, and only values without a
//! witness are asked for.

use std::collections::BTreeMap;

use super::Search;
use super::models::{Choice, Found, agrees};
use super::sat::Allowance;
use crate::logic::{Claim, Decided, Support, Undecided, ValueSet, Var};

/// Values that were found impossible under claims. They are so under more claims, too.
#[derive(Debug, Default)]
pub(super) struct Refuted {
    /// Sorted.
    claims: Vec<Claim>,
    values: Vec<Choice>,
}

/// The claims of one variable, lifted together.
struct Lifted {
    var: u32,
    claims: Vec<Claim>,
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
        let mut sorted = claims.to_vec();
        sorted.sort_unstable_by(|left, right| (left.var, &left.values).cmp(&(right.var, &right.values)));
        sorted.dedup();
        let mark = self.kernel.mark();
        let found = if self.assume(&sorted) { self.witnessed(&sorted) } else { Ok(None) };
        self.kernel.undo(mark);
        found
    }

    /// Finds a witness for each value that can have one. The kernel holds the claims.
    fn witnessed(&mut self, claims: &[Claim]) -> Decided<Option<Vec<Support>>> {
        let vars = 0..self.kernel.len() as u32;
        let held =
            |var: u32| Support { possible: ValueSet::one(self.kernel.lowest(var)), ..Support::default() };
        let mut supports: Vec<Support> = vars.clone().map(held).collect();
        // What follows from the claims needs no witness, once there is one for all of it.
        let open: Vec<u32> = vars.filter(|var| self.kernel.left(*var) > 1).collect();
        open.iter().for_each(|var| supports[*var as usize] = Support::default());
        let mut any = false;
        for model in self.pool.fitting(claims) {
            mark(&mut supports, &open, model);
            any = true;
        }
        if !any {
            match self.model(claims, &[])? {
                Found::Model(model) => mark(&mut supports, &open, &model),
                Found::None => return Ok(None),
            }
        }
        let mut refuted = Vec::new();
        if self.refuted.holds_for(claims) {
            refuted = std::mem::take(&mut self.refuted.values);
            refuted.iter().for_each(|choice| _ = self.exclude(*choice));
        }
        let engine = self.engine.clone();
        let is_asked = |var: &u32| engine.problem().is_asked(Var(*var));
        let all = (0..self.kernel.len() as u32).filter(is_asked).flat_map(|var| {
            let rest =
                ValueSet::from_words(self.kernel.domain(var)).without(&supports[var as usize].possible);
            rest.iter().map(|value| (var, value)).collect::<Vec<Choice>>()
        });
        let mut asked: Vec<Choice> = all.collect();
        while let Some(first) = asked.first().copied() {
            match self.model(claims, &asked) {
                Ok(Found::Model(model)) => mark(&mut supports, &open, &model),
                Ok(Found::None) => {
                    self.exclude(first);
                    refuted.push(first);
                }
                Err(Undecided) => supports[first.0 as usize].undecided.insert(first.1),
            }
            asked.retain(|(var, value)| {
                let support = &supports[*var as usize];
                !support.possible.has(*value)
                    && !support.undecided.has(*value)
                    && self.kernel.has(*var, *value)
            });
        }
        self.refuted = Refuted { claims: claims.to_vec(), values: refuted };
        for support in &mut supports {
            support.undecided = support.undecided.without(&support.possible);
        }
        Ok(Some(supports))
    }

    /// The values that each variable can have when its own claims are lifted and those of the others are kept.
    ///
    /// # Errors
    ///
    /// None: what the budget does not suffice for is undecided value by value.
    pub fn alternatives(&mut self, claims: &[Claim]) -> Decided<Vec<Support>> {
        self.begin();
        let supports = self.supported(claims);
        self.lifted(claims, supports)
    }

    /// The same where it is known that the budget does not suffice to find a solution with all claims, so that it
    /// is not used up once more.
    ///
    /// # Errors
    ///
    /// As for [`Search::alternatives`].
    pub fn alternatives_of_undecided(&mut self, claims: &[Claim]) -> Decided<Vec<Support>> {
        self.begin();
        self.left = Allowance(0);
        self.lifted(claims, Err(Undecided))
    }

    fn lifted(&mut self, claims: &[Claim], supports: Decided<Option<Vec<Support>>>) -> Decided<Vec<Support>> {
        let sizes = &self.engine.problem().sizes;
        let open = |size: &u32| Support { undecided: ValueSet::all(*size), ..Support::default() };
        let open: Vec<Support> = sizes.iter().map(open).collect();
        let mut supports = match supports {
            Ok(Some(supports)) => supports,
            Ok(None) => vec![Support::default(); open.len()],
            Err(Undecided) => open,
        };
        let mut lifted: BTreeMap<u32, Vec<Claim>> = BTreeMap::new();
        for claim in claims {
            lifted.entry(claim.var.0).or_default().push(claim.clone());
        }
        let lift = |(var, claims)| Lifted { var, claims, support: Support::default() };
        let mut lifted: Vec<Lifted> = lifted.into_iter().map(lift).collect();
        for model in self.pool.models() {
            let mut denied =
                lifted.iter_mut().filter(|one| one.claims.iter().any(|claim| !agrees(model, claim)));
            // Who alone is in the way has a witness; where nobody is, the supports know already.
            if let (Some(only), None) = (denied.next(), denied.next()) {
                only.witness(model);
            }
        }
        if !self.contradictory {
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

    /// Asks for each variable with the claims of all others, taking each half for granted only once.
    fn lift_each(&mut self, lifted: &mut [Lifted], claims: &mut Vec<Claim>) {
        match lifted {
            [] => {}
            [one] => self.lift_one(one, claims),
            _ => {
                let (left, right) = lifted.split_at_mut(lifted.len() / 2);
                self.lift_half(left, right, claims);
                self.lift_half(right, left, claims);
            }
        }
    }

    fn lift_half(&mut self, asked: &mut [Lifted], kept: &[Lifted], claims: &mut Vec<Claim>) {
        let (mark, before) = (self.kernel.mark(), claims.len());
        claims.extend(kept.iter().flat_map(|one| one.claims.iter().cloned()));
        if self.assume(&claims[before..]) {
            self.lift_each(asked, claims);
        }
        claims.truncate(before);
        self.kernel.undo(mark);
    }

    fn lift_one(&mut self, one: &mut Lifted, claims: &[Claim]) {
        if one.var as usize >= self.kernel.len() {
            return;
        }
        let open = ValueSet::from_words(self.kernel.domain(one.var)).without(&one.support.possible);
        for value in open.iter() {
            match self.model(claims, &[(one.var, value)]) {
                Ok(Found::Model(_)) => one.support.possible.insert(value),
                Ok(Found::None) => {}
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

impl Lifted {
    fn witness(&mut self, model: &[u32]) {
        if let Some(value) = model.get(self.var as usize) {
            self.support.possible.insert(*value);
        }
    }
}

fn mark(supports: &mut [Support], open: &[u32], model: &[u32]) {
    for var in open {
        supports[*var as usize].possible.insert(model[*var as usize]);
    }
}
