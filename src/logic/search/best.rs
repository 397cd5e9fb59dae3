//! Counting and ranking solutions by going through them: exact where few are left, and honest where not.

use num_bigint::BigUint;

use super::Search;
use super::cnf::Lit;
use super::models::Found;
use super::trail::OPEN;
use crate::logic::{Claim, Count, Decided, Undecided, Var};

/// How many steps counting may take; it is only a bound on what can be counted, and cheap.
const COUNTED: u64 = 20_000;

/// Going through solutions, cheapest first as far as that can be seen.
struct Ranking<'s> {
    search: &'s mut Search,
    assumed: Vec<Lit>,
    /// By place of a value among all values.
    cost: Vec<i128>,
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
        if most == 0 || !self.is_possible(claims)? {
            return Ok(Vec::new());
        }
        let (costs, spread) = self.costs(cost, dearest).ok_or(Undecided)?;
        let Some(assumed) = self.assume(claims) else { return Ok(Vec::new()) };
        let mut order: Vec<u32> = (0..self.engine.domains.len() as u32).collect();
        // Those that decide most come first.
        order.sort_by_key(|var| std::cmp::Reverse(spread[*var as usize]));
        let costly = order.iter().filter(|var| spread[**var as usize] > 0).count();
        let left = self.most.saturating_mul(8);
        let best = Vec::new();
        let first = |var: &u32| costs.get(self.engine.domains.start(*var)).copied().unwrap_or(0);
        let even = order.iter().skip(costly).map(first).sum();
        let mut ranking =
            Ranking { search: self, assumed, cost: costs, order, costly, even, most, best, left };
        ranking.run()?;
        let mut best = ranking.best;
        if dearest {
            best.iter_mut().for_each(|(cost, _)| *cost = -*cost);
        }
        Ok(best)
    }

    /// The cost of each value, and by how much the costs of each variable differ; less is better.
    fn costs(&self, cost: &[(Var, Vec<i128>)], dearest: bool) -> Option<(Vec<i128>, Vec<i128>)> {
        let domains = &self.engine.domains;
        let mut costs = vec![0i128; domains.total()];
        let mut spread = vec![0i128; domains.len()];
        let mut total = 0i128;
        for (var, values) in cost.iter().filter(|(var, _)| (var.0 as usize) < domains.len()) {
            let start = domains.start(var.0);
            let own = &mut costs[start..start + domains.values(var.0).len()];
            for (own, value) in own.iter_mut().zip(values) {
                let signed = if dearest { value.checked_neg()? } else { *value };
                *own = own.checked_add(signed)?;
                // No sum of some of these can outgrow the type when the sum of all their sizes does not.
                total = total.checked_add(value.checked_abs()?)?;
            }
            let (least, greatest) = (own.iter().min().copied()?, own.iter().max().copied()?);
            spread[var.0 as usize] = greatest.checked_sub(least)?;
        }
        Some((costs, spread))
    }

    /// How many solutions there are at least, and exactly how many where there are few.
    pub fn count(&mut self, claims: &[Claim]) -> Count {
        self.begin();
        match self.is_possible(claims) {
            Ok(false) => return Count::Exactly(BigUint::ZERO),
            Err(Undecided) => return Count::AtLeast(BigUint::ZERO),
            Ok(true) => {}
        }
        let Some(assumed) = self.assume(claims) else { return Count::Exactly(BigUint::ZERO) };
        let counted = self.counted(&assumed);
        self.trail.back_to(&self.engine.cnf, 0);
        counted
    }

    fn weight(&self, var: u32, value: u32) -> BigUint {
        let weights = self.engine.weights.get(var as usize);
        BigUint::from(weights.and_then(|weights| weights.get(value as usize)).copied().unwrap_or(1))
    }

    /// Goes through the solutions that agree with the trail for a while.
    fn counted(&mut self, assumed: &[Lit]) -> Count {
        let engine = self.engine.clone();
        let level = self.trail.level();
        let mut sum = BigUint::ZERO;
        let mut stack: Vec<Branch> = Vec::new();
        let mut decided: Vec<Lit> = Vec::new();
        let mut at = (0, BigUint::from(1u32));
        for _ in 0..COUNTED {
            match self.next_open(at) {
                Ok((var, weight)) => {
                    let lits = engine.domains.values(var).iter().rev();
                    let rest = lits.copied().filter(|lit| self.trail.is_open(*lit)).collect();
                    stack.push(Branch { var, weight, rest });
                }
                // Unknowns that are left can only say that it is none after all.
                Err(weight) if engine.loose.iter().any(|lit| self.trail.is_open(*lit)) => {
                    let lits: Vec<Lit> = assumed.iter().chain(&decided).copied().collect();
                    match self.model(&lits, &[]) {
                        Ok(Found::Model(_)) => sum += weight,
                        Ok(Found::None(_)) => {}
                        Err(Undecided) => break,
                    }
                }
                Err(weight) => sum += weight,
            }
            let next = loop {
                // Each branch but the last has one value decided.
                decided.truncate(stack.len().saturating_sub(1));
                self.trail.back_to(&engine.cnf, level + decided.len());
                let Some(branch) = stack.last_mut() else { return Count::Exactly(sum) };
                match branch.rest.pop() {
                    None => _ = stack.pop(),
                    Some(lit) if self.trail.attempt(&engine.cnf, lit) => {
                        decided.push(lit);
                        break (branch.var, branch.weight.clone());
                    }
                    Some(_) => {}
                }
            };
            at = next;
        }
        Count::AtLeast(sum.max(BigUint::from(1u32)))
    }

    /// The first variable from a place on that is open and in some rule, and the weight of all before it; the
    /// weight of all where there is none.
    fn next_open(&self, (from, mut weight): (u32, BigUint)) -> Result<(u32, BigUint), BigUint> {
        for var in from..self.engine.domains.len() as u32 {
            let held = self.trail.values()[var as usize];
            if held != OPEN {
                weight *= self.weight(var, held);
            } else if self.engine.var_rules[var as usize].is_empty() {
                // No rule knows the variable: whatever the others are, it has all its values.
                let lits = self.engine.domains.values(var).iter().enumerate();
                let open = lits.filter(|(_, lit)| self.trail.is_open(**lit));
                weight *= open.map(|(value, _)| self.weight(var, value as u32)).sum::<BigUint>();
            } else {
                return Ok((var, weight));
            }
        }
        Err(weight)
    }
}

/// A variable whose values are gone through.
struct Branch {
    var: u32,
    /// The weight of the variables before it.
    weight: BigUint,
    /// The values left, the next one last.
    rest: Vec<Lit>,
}

impl Ranking<'_> {
    fn run(&mut self) -> Decided<()> {
        let engine = self.search.engine.clone();
        let level = self.search.trail.level();
        let mut stack: Vec<(usize, Vec<Lit>)> = Vec::new();
        let mut decided: Vec<Lit> = Vec::new();
        let mut place = 0;
        loop {
            self.left = self.left.checked_sub(1).ok_or(Undecided)?;
            let is_open = |at: &usize| self.search.trail.values()[self.order[*at] as usize] == OPEN;
            let open = (place..self.order.len()).find(is_open);
            if self.is_worth_it(&decided)? {
                match open {
                    None => self.arrive(),
                    Some(open) => stack.push((open, self.by_cost(self.order[open]))),
                }
            }
            place = loop {
                // Each branch but the last has one value decided.
                decided.truncate(stack.len().saturating_sub(1));
                self.search.trail.back_to(&engine.cnf, level + decided.len());
                let Some((at, rest)) = stack.last_mut() else { return Ok(()) };
                match rest.pop() {
                    None => _ = stack.pop(),
                    Some(lit) if !self.search.trail.is_open(lit) => {}
                    Some(lit) if self.search.trail.attempt(&engine.cnf, lit) => {
                        decided.push(lit);
                        break *at;
                    }
                    Some(_) => {}
                }
            };
        }
    }

    /// The open values of a variable, the cheapest last.
    fn by_cost(&self, var: u32) -> Vec<Lit> {
        let domains = &self.search.engine.domains;
        let (start, lits) = (domains.start(var), domains.values(var));
        let mut values: Vec<usize> = (0..lits.len()).collect();
        values.sort_by_key(|value| (self.cost[start + value], *value));
        values.into_iter().rev().map(|value| lits[value]).collect()
    }

    /// Whether what agrees with the trail can be better than what is known, and has a solution.
    fn is_worth_it(&mut self, decided: &[Lit]) -> Decided<bool> {
        let full = self.best.len() >= self.most;
        if full && self.best.last().is_some_and(|(worst, _)| self.least() >= *worst) {
            return Ok(false);
        }
        let lits: Vec<Lit> = self.assumed.iter().chain(decided).copied().collect();
        Ok(matches!(self.search.model(&lits, &[])?, Found::Model(_)))
    }

    /// Every variable has a value, and there is a solution with them.
    fn arrive(&mut self) {
        let cost = self.least();
        let at = self.best.partition_point(|(known, _)| *known <= cost);
        self.best.insert(at, (cost, self.search.trail.values().to_vec()));
        self.best.truncate(self.most);
    }

    /// The least that what agrees with the trail can cost.
    fn least(&self) -> i128 {
        let domains = &self.search.engine.domains;
        let least = self.order.iter().take(self.costly).map(|var| {
            let (start, lits) = (domains.start(*var), domains.values(*var));
            let held = self.search.trail.values()[*var as usize];
            if held != OPEN {
                return self.cost[start + held as usize];
            }
            let possible = lits.iter().enumerate().filter(|(_, lit)| !self.search.trail.holds(!**lit));
            possible.map(|(value, _)| self.cost[start + value]).min().unwrap_or(0)
        });
        least.sum::<i128>() + self.even
    }
}
