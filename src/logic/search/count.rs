//! Counting solutions by going through them: exact where few are left, a bound where not.

use num_bigint::BigUint;

use super::Search;
use crate::logic::circuit::Mark;
use crate::logic::{Claim, Count, Undecided, ValueSet};

/// How many steps counting may take; it is only a bound on what can be counted, and cheap.
const STEPS: u32 = 20_000;

/// A variable whose values are gone through.
struct Branch {
    var: u32,
    /// The weight of the variables before it.
    weight: BigUint,
    /// The values left, the next one last.
    rest: Vec<u32>,
    /// The way back to where it was open.
    mark: Mark,
}

impl Search {
    /// How many solutions there are at least, and exactly how many where there are few, each weighted with
    /// [`Problem::multiplicity`](crate::logic::Problem::multiplicity).
    pub fn count(&mut self, claims: &[Claim]) -> Count {
        self.begin();
        match self.is_possible(claims) {
            Ok(false) => return Count::Exactly(BigUint::ZERO),
            Err(Undecided) => return Count::AtLeast(BigUint::ZERO),
            Ok(true) => {}
        }
        let mark = self.kernel.mark();
        let counted = if self.assume(claims) { self.counted() } else { Count::Exactly(BigUint::ZERO) };
        self.kernel.undo(mark);
        counted
    }

    /// Goes through the solutions that agree with the kernel for a while.
    fn counted(&mut self) -> Count {
        let mut sum = BigUint::ZERO;
        let mut stack: Vec<Branch> = Vec::new();
        let mut at = (0, BigUint::from(1u8));
        for _ in 0..STEPS {
            match self.next_open(at) {
                Err(weight) => sum += weight,
                Ok((var, weight)) => {
                    let mut rest: Vec<u32> = ValueSet::from_words(self.kernel.domain(var)).iter().collect();
                    rest.reverse();
                    stack.push(Branch { var, weight, rest, mark: self.kernel.mark() });
                }
            }
            at = loop {
                let Some(branch) = stack.last_mut() else { return Count::Exactly(sum) };
                self.kernel.undo(branch.mark);
                match branch.rest.pop() {
                    None => _ = stack.pop(),
                    Some(value) if self.kernel.assign(branch.var, value) => {
                        break (branch.var, branch.weight.clone());
                    }
                    Some(_) => {}
                }
            };
        }
        Count::AtLeast(sum)
    }

    /// The first variable from a place on that is open and in some rule, and the weight of all before it; the
    /// weight of all where there is none.
    fn next_open(&self, (from, mut weight): (u32, BigUint)) -> Result<(u32, BigUint), BigUint> {
        let weights = &self.engine.problem().multiplicity;
        let weight_of = |var: u32, value: u32| {
            let weight = weights.get(var as usize).and_then(|weights| weights.get(value as usize));
            BigUint::from(weight.copied().unwrap_or(1))
        };
        for var in from..self.kernel.len() as u32 {
            if self.kernel.left(var) == 1 {
                weight *= weight_of(var, self.kernel.lowest(var));
            } else if self.kernel.is_free(var) {
                // No rule knows the variable: whatever the others are, it has all its values.
                let open = ValueSet::from_words(self.kernel.domain(var));
                weight *= open.iter().map(|value| weight_of(var, value)).sum::<BigUint>();
            } else {
                return Ok((var, weight));
            }
        }
        Err(weight)
    }
}
