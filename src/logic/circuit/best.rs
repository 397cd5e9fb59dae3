//! The best solutions of a circuit, and the next best: the few best of each node from the few best of its
//! children (Huang and Chiang, "Better k-best parsing", IWPT 2005).

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::super::answer::{Decided, Undecided};
use super::store::Circuit;

/// One of the best of a node.
#[derive(Clone, Debug)]
struct One {
    cost: i128,
    from: From,
}

/// What it is made of.
#[derive(Clone, Debug)]
enum From {
    /// A value of the literal.
    Value(u32),
    /// The branch of a choice, and which of the best of its literal and of its child.
    Branch(u32, u32, u32),
    /// Which of the best of the children of a conjunction, where it is not the first: child and number.
    All(SmallVec<[(u32, u32); 2]>),
}

/// Orders costs: the least first, or the greatest.
#[derive(Clone, Copy, Debug)]
pub(in crate::logic) struct Better {
    /// The greatest cost comes first.
    pub dearest: bool,
    /// How many are wanted.
    pub most: usize,
}

impl Better {
    /// Which of two costs comes first.
    pub fn order(self, one: i128, other: i128) -> Ordering {
        if self.dearest { other.cmp(&one) } else { one.cmp(&other) }
    }

    /// The best sums of one number of each of two lists that are in order: cost and the two places.
    ///
    /// # Errors
    ///
    /// Where a sum is too large a number.
    pub fn sums(self, one: &[i128], other: &[i128]) -> Decided<Vec<(i128, usize, usize)>> {
        let mut sums = Vec::new();
        for (at, left) in one.iter().enumerate().take(self.most) {
            // A pair has as many pairs before it as the product of its places.
            for (beside, right) in other.iter().enumerate().take(self.most / (at + 1)) {
                sums.push((left.checked_add(*right).ok_or(Undecided)?, at, beside));
            }
        }
        sums.sort_by(|a, b| self.order(a.0, b.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
        sums.truncate(self.most);
        Ok(sums)
    }
}

impl Circuit {
    /// The best solutions where each variable has one of the values allowed, as their costs and one value a
    /// variable. `costs` says what each value of a variable costs; nothing where it is empty.
    pub(in crate::logic) fn best(
        &self,
        allowed: &[u64],
        costs: &[Vec<i128>],
        better: Better,
    ) -> Decided<Vec<(i128, Vec<u32>)>> {
        let mut best: Vec<Vec<One>> = Vec::with_capacity(self.literals() + self.len());
        for literal in 0..self.literals() {
            let var = self.literal_var[literal];
            let first = self.first[var as usize];
            let is_left = |value: &u32| allowed[(first + value / 64) as usize] >> (value % 64) & 1 == 1;
            let cost = |value: u32| costs[var as usize].get(value as usize).copied().unwrap_or(0);
            let ones = self.values(literal).filter(is_left);
            let mut ones: Vec<One> =
                ones.map(|value| One { cost: cost(value), from: From::Value(value) }).collect();
            ones.sort_by(|a, b| better.order(a.cost, b.cost));
            ones.truncate(better.most);
            best.push(ones);
        }
        for inner in 0..self.len() {
            let ones = if self.is_choice[inner] {
                self.best_branches(inner, &best, better)?
            } else {
                self.best_together(inner, &best, better)?
            };
            best.push(ones);
        }
        let root = &best[self.root as usize];
        Ok(root.iter().zip(0..).map(|(one, number)| (one.cost, self.solution(number, &best))).collect())
    }

    fn best_branches(&self, inner: usize, best: &[Vec<One>], better: Better) -> Decided<Vec<One>> {
        let mut ones = Vec::new();
        for (branch, links) in self.links_of(inner).chunks_exact(2).enumerate() {
            let (literal, child) = (costs_of(&best[links[0] as usize]), costs_of(&best[links[1] as usize]));
            for (cost, left, right) in better.sums(&literal, &child)? {
                ones.push(One { cost, from: From::Branch(branch as u32, left as u32, right as u32) });
            }
        }
        ones.sort_by(|a, b| better.order(a.cost, b.cost));
        ones.truncate(better.most);
        Ok(ones)
    }

    fn best_together(&self, inner: usize, best: &[Vec<One>], better: Better) -> Decided<Vec<One>> {
        let mut ones = vec![One { cost: 0, from: From::All(SmallVec::new()) }];
        for (at, child) in self.links_of(inner).iter().enumerate() {
            let child = &best[*child as usize];
            if let [only] = child.as_slice() {
                for one in &mut ones {
                    one.cost = one.cost.checked_add(only.cost).ok_or(Undecided)?;
                }
                continue;
            }
            let sums = better.sums(&costs_of(&ones), &costs_of(child))?;
            let joined = sums.into_iter().map(|(cost, left, right)| {
                let mut parts = match &ones[left].from {
                    From::All(parts) => parts.clone(),
                    _ => SmallVec::new(),
                };
                if right > 0 {
                    parts.push((at as u32, right as u32));
                }
                One { cost, from: From::All(parts) }
            });
            ones = joined.collect();
        }
        Ok(ones)
    }

    /// The values of one of the best of the root.
    fn solution(&self, number: u32, best: &[Vec<One>]) -> Vec<u32> {
        let mut values = vec![0; self.first.len() - 1];
        let mut left = vec![(self.root, number)];
        while let Some((node, number)) = left.pop() {
            let Some(one) = best[node as usize].get(number as usize) else { continue };
            let links = (node as usize).checked_sub(self.literals()).map(|inner| self.links_of(inner));
            match (&one.from, links) {
                (From::Branch(branch, literal, child), Some(links)) => {
                    let at = 2 * *branch as usize;
                    left.extend([(links[at], *literal), (links[at + 1], *child)]);
                }
                (From::All(parts), Some(links)) => {
                    left.extend(links.iter().zip(0..).map(|(child, at)| {
                        let part = parts.iter().find(|(place, _)| *place == at);
                        (*child, part.map_or(0, |(_, number)| *number))
                    }));
                }
                (From::Value(value), _) => values[self.literal_var[node as usize] as usize] = *value,
                _ => {}
            }
        }
        values
    }
}

fn costs_of(ones: &[One]) -> Vec<i128> {
    ones.iter().map(|one| one.cost).collect()
}
