//! Completing: the wishes in their order, each kept where it can be, then the lowest values.

use super::Search;
use super::cnf::Lit;
use super::models::Found;
use super::trail::OPEN;
use crate::logic::{Claim, Completion, Decided};

/// Wishes decided on: each kept one is a level of the trail above that of the claims.
#[derive(Debug, Default)]
struct Plan {
    /// The literals of what is kept, one entry a level.
    kept: Vec<Vec<Lit>>,
    /// For each of them, which wish it is; none where it is a value that nobody wished.
    wishes: Vec<Option<usize>>,
    given_up: Vec<usize>,
}

impl Search {
    /// A solution that agrees with the claims and keeps the wishes, earlier ones first; where nothing is wished,
    /// variables have the lowest values that are possible, earlier ones first.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn complete(&mut self, claims: &[Claim], wishes: &[Claim]) -> Decided<Option<Completion>> {
        self.begin();
        self.completed(claims, wishes)
    }

    fn completed(&mut self, claims: &[Claim], wishes: &[Claim]) -> Decided<Option<Completion>> {
        let Some(assumed) = self.assume(claims) else { return Ok(None) };
        let wishes: Vec<Vec<Lit>> = wishes.iter().map(|wish| self.engine.literals(wish)).collect();
        let mut plan = Plan::default();
        let mut next = 0;
        while !self.carry_out(&mut plan, &wishes, &mut next) {
            // What follows at once did not show that the plan is impossible from some place on.
            let Some(place) = self.first_impossible(&assumed, &plan)? else { return Ok(None) };
            self.trail.back_to(&self.engine.cnf, place + 1);
            let refuted = plan.kept.split_off(place);
            let wish = plan.wishes.split_off(place).first().copied().flatten();
            if let Some(wish) = wish {
                plan.given_up.retain(|given_up| *given_up < wish);
                plan.given_up.push(wish);
                next = wish + 1;
            } else {
                next = wishes.len();
            }
            // What comes before leaves a solution, so the opposite can be settled.
            if let Some([lit]) = refuted.first().map(Vec::as_slice) {
                self.trail.settle(&self.engine.cnf, &[!*lit]);
            }
        }
        let values = self.trail.values().to_vec();
        self.trail.back_to(&self.engine.cnf, 0);
        Ok(Some(Completion { values, given_up: plan.given_up }))
    }

    /// Keeps what can be kept at once, until every variable has a value; `false` where that ends in a dead end.
    fn carry_out(&mut self, plan: &mut Plan, wishes: &[Vec<Lit>], next: &mut usize) -> bool {
        while let Some(wish) = wishes.get(*next) {
            if self.keep(plan, wish, Some(*next)) {
                *next += 1;
                continue;
            }
            plan.given_up.push(*next);
            *next += 1;
            if let [lit] = wish.as_slice()
                && !self.trail.settle(&self.engine.cnf, &[!*lit])
            {
                return false;
            }
        }
        let engine = self.engine.clone();
        for var in 0..engine.domains.len() {
            while self.trail.values()[var] == OPEN {
                let lits = engine.domains.values(var as u32);
                let Some(lit) = lits.iter().find(|lit| self.trail.is_open(**lit)) else { return false };
                if !self.keep(plan, &[*lit], None) && !self.trail.settle(&engine.cnf, &[!*lit]) {
                    return false;
                }
            }
        }
        engine.loose.iter().all(|lit| {
            !self.trail.is_open(*lit)
                || self.keep(plan, &[!*lit], None)
                || self.trail.settle(&engine.cnf, &[*lit])
        })
    }

    fn keep(&mut self, plan: &mut Plan, lits: &[Lit], wish: Option<usize>) -> bool {
        let kept = self.assume_literals(lits);
        if kept {
            plan.kept.push(lits.to_vec());
            plan.wishes.push(wish);
        }
        kept
    }

    /// The first place of the plan that is impossible together with the claims and the places before it; `None`
    /// where the claims are impossible themselves.
    fn first_impossible(&mut self, assumed: &[Lit], plan: &Plan) -> Decided<Option<usize>> {
        let mut before = |kept: &[Vec<Lit>]| {
            let lits: Vec<Lit> = assumed.iter().chain(kept.iter().flatten()).copied().collect();
            self.search(&lits, None, Vec::new())
        };
        if let Found::None(_) = before(&[])? {
            return Ok(None);
        }
        // So many places are possible, and so many are not.
        let (mut possible, mut impossible) = (0, plan.kept.len());
        while possible + 1 < impossible {
            let middle = possible.midpoint(impossible);
            match before(&plan.kept[..middle])? {
                Found::Model(_) => possible = middle,
                Found::None(core) => {
                    let within = |lits: &Vec<Lit>| lits.iter().any(|lit| core.contains(lit));
                    let last = plan.kept[..middle].iter().rposition(within).unwrap_or(0);
                    impossible = (last + 1).max(possible + 1);
                }
            }
        }
        Ok(impossible.checked_sub(1))
    }
}
