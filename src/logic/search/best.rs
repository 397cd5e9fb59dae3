//! Ranking solutions: what can be cheap is gone through first, and what cannot be cheap enough is left out.

use super::Search;
use super::models::{Choice, Found, claim};
use crate::logic::circuit::Mark;
use crate::logic::{Claim, Decided, Undecided, ValueSet, Var};

/// How many values may be looked at, for each conflict that the budget allows.
const LOOKS: u64 = 1_000;

/// Going through solutions, cheapest first as far as that can be seen.
struct Ranking<'s> {
    search: &'s mut Search,
    /// The claims, and the values decided.
    claims: Vec<Claim>,
    /// By variable and value.
    cost: Vec<Vec<i128>>,
    /// Variables in the order in which they are decided: those that cost first, and how many those are.
    order: Vec<u32>,
    costly: usize,
    /// What the variables cost that cost the same whatever they are.
    even: i128,
    most: usize,
    /// The best solutions so far, best first.
    best: Vec<(i128, Vec<u32>)>,
    left: u64,
}

/// A variable whose values are gone through.
struct Branch {
    /// Its place in the order.
    place: usize,
    /// The values left, the next one last.
    rest: Vec<u32>,
    /// The way back to where it was open.
    mark: Mark,
}

impl Search {
    /// Solutions of least (or greatest) total cost, best first: up to `most` different ones.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice, or costs outgrow their type.
    pub fn best(
        &mut self,
        claims: &[Claim],
        cost: &[(Var, Vec<i128>)],
        dearest: bool,
        most: usize,
    ) -> Decided<Vec<(i128, Vec<u32>)>> {
        self.begin();
        let (cost, spread) = self.costs(cost, dearest).ok_or(Undecided)?;
        let mark = self.kernel.mark();
        if most == 0 || !self.assume(claims) {
            self.kernel.undo(mark);
            return Ok(Vec::new());
        }
        let mut order: Vec<u32> = (0..self.kernel.len() as u32).collect();
        // Those that decide most come first.
        order.sort_by_key(|var| std::cmp::Reverse(spread[*var as usize]));
        let costly = order.iter().filter(|var| spread[**var as usize] > 0).count();
        let even = order.iter().skip(costly).filter_map(|var| cost[*var as usize].first()).sum();
        let (claims, left, best) = (claims.to_vec(), self.most.saturating_mul(LOOKS), Vec::new());
        let mut ranking = Ranking { search: self, claims, cost, order, costly, even, most, best, left };
        let ranked = ranking.run();
        let mut best = ranking.best;
        self.kernel.undo(mark);
        if dearest {
            best.iter_mut().for_each(|(cost, _)| *cost = -*cost);
        }
        ranked.map(|()| best)
    }

    /// The cost of each value, and by how much the costs of each variable differ; less is better.
    fn costs(&self, cost: &[(Var, Vec<i128>)], dearest: bool) -> Option<(Vec<Vec<i128>>, Vec<i128>)> {
        let sizes = &self.engine.problem().sizes;
        let mut costs: Vec<Vec<i128>> = sizes.iter().map(|size| vec![0; *size as usize]).collect();
        let mut total = 0i128;
        for (var, values) in cost {
            let Some(own) = costs.get_mut(var.0 as usize) else { continue };
            for (own, value) in own.iter_mut().zip(values) {
                let signed = if dearest { value.checked_neg()? } else { *value };
                *own = own.checked_add(signed)?;
                // No sum of some of these can outgrow the type when the sum of all their sizes does not.
                total = total.checked_add(value.checked_abs()?)?;
            }
        }
        let spread = costs.iter().map(|own| {
            let (least, greatest) = (own.iter().min().copied()?, own.iter().max().copied()?);
            greatest.checked_sub(least)
        });
        let spread = spread.map(|spread| spread.unwrap_or(0)).collect();
        Some((costs, spread))
    }
}

impl Ranking<'_> {
    fn run(&mut self) -> Decided<()> {
        let given = self.claims.len();
        let mut stack: Vec<Branch> = Vec::new();
        let mut from = 0;
        loop {
            self.left = self.left.checked_sub(1 + self.order.len() as u64).ok_or(Undecided)?;
            if self.is_worth_it()? {
                let open = |place: &usize| self.search.kernel.left(self.order[*place]) > 1;
                match (from..self.order.len()).find(open) {
                    None => self.arrive(),
                    Some(place) => {
                        let (rest, mark) = (self.by_cost(self.order[place]), self.search.kernel.mark());
                        stack.push(Branch { place, rest, mark });
                    }
                }
            }
            from = loop {
                // Each branch but the last has one value decided.
                self.claims.truncate(given + stack.len().saturating_sub(1));
                let Some(branch) = stack.last_mut() else { return Ok(()) };
                self.search.kernel.undo(branch.mark);
                let Some(value) = branch.rest.pop() else {
                    stack.pop();
                    continue;
                };
                let choice: Choice = (self.order[branch.place], value);
                if self.search.kernel.assign(choice.0, choice.1) {
                    self.claims.push(claim(choice));
                    break branch.place;
                }
            };
        }
    }

    /// The values that a variable has left, the cheapest last.
    fn by_cost(&self, var: u32) -> Vec<u32> {
        let cost = &self.cost[var as usize];
        let mut values: Vec<u32> = ValueSet::from_words(self.search.kernel.domain(var)).iter().collect();
        values.sort_by_key(|value| std::cmp::Reverse((cost[*value as usize], *value)));
        values
    }

    /// Whether what agrees with the kernel can be better than what is known, and has a solution.
    fn is_worth_it(&mut self) -> Decided<bool> {
        let full = self.best.len() >= self.most;
        if full && self.best.last().is_some_and(|(worst, _)| self.least() >= *worst) {
            return Ok(false);
        }
        Ok(self.search.model(&self.claims, &[])? != Found::None)
    }

    /// Every variable has a value, and nothing contradicts that.
    fn arrive(&mut self) {
        let cost = self.least();
        let at = self.best.partition_point(|(known, _)| *known <= cost);
        self.best.insert(at, (cost, self.search.values()));
        self.best.truncate(self.most);
    }

    /// The least that what agrees with the kernel can cost.
    fn least(&self) -> i128 {
        let costly = self.order.iter().take(self.costly).map(|var| {
            let cost = &self.cost[*var as usize];
            let left = ValueSet::from_words(self.search.kernel.domain(*var));
            left.iter().filter_map(|value| cost.get(value as usize)).min().copied().unwrap_or(0)
        });
        costly.sum::<i128>() + self.even
    }
}
