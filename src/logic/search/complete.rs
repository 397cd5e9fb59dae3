//! Completing: the wishes in their order, each kept where it can be, then the lowest values.

use super::Search;
use super::models::claim;
use crate::logic::circuit::Mark;
use crate::logic::{Claim, Completion, Decided, ValueSet};

/// What has been decided so far.
#[derive(Default)]
struct Plan {
    /// What is kept, with the way back to before it, and which wish it is; none where nobody wished it.
    kept: Vec<(Mark, Claim, Option<usize>)>,
    given_up: Vec<usize>,
    next_wish: usize,
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
        let mark = self.kernel.mark();
        let completed = if self.assume(claims) { self.completed(claims, wishes) } else { Ok(None) };
        self.kernel.undo(mark);
        completed
    }

    fn completed(&mut self, claims: &[Claim], wishes: &[Claim]) -> Decided<Option<Completion>> {
        let mut plan = Plan::default();
        while !self.carry_out(&mut plan, wishes) {
            // What follows at once did not show that the plan is impossible from some place on.
            let Some(place) = self.first_impossible(claims, &plan)? else { return Ok(None) };
            let refused = plan.kept.drain(place..).next();
            let Some((mark, claim, wish)) = refused else { return Ok(None) };
            self.kernel.undo(mark);
            if let Some(wish) = wish {
                plan.given_up.retain(|given_up| *given_up < wish);
                plan.given_up.push(wish);
                plan.next_wish = wish + 1;
            }
            // What comes before leaves a solution, so the opposite can be settled.
            self.refuse(&claim);
        }
        Ok(Some(Completion { values: self.values(), given_up: plan.given_up }))
    }

    /// Keeps what can be kept at once, until every variable has a value; `false` where that ends in a dead end.
    fn carry_out(&mut self, plan: &mut Plan, wishes: &[Claim]) -> bool {
        while let Some(wish) = wishes.get(plan.next_wish) {
            if !self.keep(plan, wish.clone(), Some(plan.next_wish)) {
                plan.given_up.push(plan.next_wish);
                if !self.refuse(wish) {
                    plan.next_wish += 1;
                    return false;
                }
            }
            plan.next_wish += 1;
        }
        for var in 0..self.kernel.len() as u32 {
            while self.kernel.left(var) > 1 {
                let lowest = claim((var, self.kernel.lowest(var)));
                if !self.keep(plan, lowest.clone(), None) && !self.refuse(&lowest) {
                    return false;
                }
            }
        }
        true
    }

    fn keep(&mut self, plan: &mut Plan, claim: Claim, wish: Option<usize>) -> bool {
        let mark = self.kernel.mark();
        let kept = self.assume(std::slice::from_ref(&claim));
        if kept {
            plan.kept.push((mark, claim, wish));
        } else {
            self.kernel.undo(mark);
        }
        kept
    }

    /// Takes the opposite of a claim for granted.
    fn refuse(&mut self, claim: &Claim) -> bool {
        if claim.var.0 as usize >= self.kernel.len() {
            return true;
        }
        let rest = ValueSet::from_words(self.kernel.domain(claim.var.0)).without(&claim.values);
        self.kernel.restrict([(claim.var.0, &rest)])
    }

    /// The first place of the plan that is impossible together with the claims and the places before it; `None`
    /// where the claims are impossible themselves.
    fn first_impossible(&mut self, claims: &[Claim], plan: &Plan) -> Decided<Option<usize>> {
        let all: Vec<&Claim> = claims.iter().chain(plan.kept.iter().map(|(_, claim, _)| claim)).collect();
        if self.core(claims.iter().collect::<Vec<_>>().as_slice())?.is_some() {
            return Ok(None);
        }
        // So many are possible, and so many are not.
        let (mut possible, mut impossible) = (claims.len(), all.len());
        while possible + 1 < impossible {
            let middle = possible.midpoint(impossible);
            match self.core(&all[..middle])? {
                None => possible = middle,
                Some(core) => {
                    let last = core.last().map_or(0, |last| last + 1);
                    impossible = last.max(possible + 1);
                }
            }
        }
        Ok(impossible.checked_sub(claims.len() + 1))
    }
}
