//! A solution that keeps wishes, earlier ones first.
//!
//! Keeping each wish that the kept ones before it allow is keeping the greatest set of wishes in lexical order.
//! A wish is about one variable, so that the best of a conjunction are the best of its children together: 64
//! wishes are weighed in one walk up, as the bits of a number. Branches and values that fall short of the best
//! are dropped, and the next 64 wishes are weighed among the rest.

use super::super::problem::Claim;
use super::kernel::bits;
use super::store::{Circuit, Node};

/// How many wishes are weighed in one walk.
const AT_ONCE: usize = 64;

/// What is left of a circuit while wishes are weighed.
#[derive(Debug)]
struct Best {
    /// The values left of each literal, beside [`Circuit::masks`].
    left: Vec<u64>,
    /// For each link, whether its branch is left.
    kept: Vec<bool>,
    /// The wishes that each node keeps; nothing where no solution is left.
    score: Vec<Option<u64>>,
}

impl Circuit {
    /// A solution where each variable has one of the values allowed, as one value a variable; the positions of
    /// the wishes it had to give up are added to `given_up`. Nothing where no solution is left.
    pub(in crate::logic) fn complete(
        &self,
        allowed: &[u64],
        wishes: &[(usize, Claim)],
        given_up: &mut Vec<usize>,
    ) -> Option<Vec<u32>> {
        let left = self.masks.iter().map(|(at, mask)| allowed[*at as usize] & mask).collect();
        let mut best = Best { left, kept: vec![true; self.links.len()], score: Vec::new() };
        let mut rest = wishes;
        loop {
            let (now, later) = rest.split_at(rest.len().min(AT_ONCE));
            let score = self.weigh(now, &mut best)?;
            let given = now.iter().zip(0..).filter(|(_, at)| score << at >> (AT_ONCE - 1) & 1 == 0);
            given_up.extend(given.map(|((position, _), _)| *position));
            rest = later;
            if rest.is_empty() {
                return Some(self.read(&best));
            }
        }
    }

    /// Drops what keeps fewer wishes than the best; what the best keeps.
    fn weigh(&self, wishes: &[(usize, Claim)], best: &mut Best) -> Option<u64> {
        let mut wishes: Vec<(u32, u64, &Claim)> = wishes
            .iter()
            .zip(0..)
            .map(|((_, wish), at)| (wish.var.0, 1 << (AT_ONCE - 1) >> at, wish))
            .collect();
        wishes.sort_unstable_by_key(|(var, bit, _)| (*var, !bit));
        best.score.clear();
        for literal in 0..self.literals() {
            let score = self.weigh_literal(literal, &wishes, best);
            best.score.push(score);
        }
        for inner in 0..self.len() {
            let score = if self.is_choice[inner] {
                self.weigh_choice(inner, best)
            } else {
                self.links_of(inner).iter().try_fold(0, |all, child| Some(all | best.score[*child as usize]?))
            };
            best.score.push(score);
        }
        best.score[self.root as usize]
    }

    fn weigh_literal(&self, literal: usize, wishes: &[(u32, u64, &Claim)], best: &mut Best) -> Option<u64> {
        let masks = self.literal_first[literal] as usize..self.literal_first[literal + 1] as usize;
        let var = self.literal_var[literal];
        let from = wishes.partition_point(|(other, _, _)| *other < var);
        let wishes = wishes[from..].iter().take_while(|(other, _, _)| *other == var);
        let mut score = 0;
        for (_, bit, wish) in wishes {
            let wanted = |at: usize| {
                let word = self.masks[at].0 - self.first[var as usize];
                wish.values.words().get(word as usize).copied().unwrap_or(0)
            };
            if masks.clone().any(|at| best.left[at] & wanted(at) != 0) {
                masks.clone().for_each(|at| best.left[at] &= wanted(at));
                score |= bit;
            }
        }
        masks.clone().any(|at| best.left[at] != 0).then_some(score)
    }

    fn weigh_choice(&self, inner: usize, best: &mut Best) -> Option<u64> {
        let links = self.link_first[inner] as usize..self.link_first[inner + 1] as usize;
        let score_of = |at: usize, best: &Best| -> Option<u64> {
            let score = |link: Node| best.score[link as usize];
            if best.kept[at] { Some(score(self.links[at])? | score(self.links[at + 1])?) } else { None }
        };
        let branches = || links.clone().step_by(2);
        let most = branches().filter_map(|at| score_of(at, best)).max();
        for at in branches() {
            best.kept[at] = most.is_some() && score_of(at, best) == most;
        }
        most
    }

    /// The first solution left: the first branch of each choice, the lowest value of each literal.
    fn read(&self, best: &Best) -> Vec<u32> {
        let mut values = vec![0; self.first.len() - 1];
        let mut wanted = vec![false; self.literals() + self.len()];
        wanted[self.root as usize] = true;
        for inner in (0..self.len()).rev() {
            if !wanted[self.literals() + inner] {
                continue;
            }
            let links = self.link_first[inner] as usize..self.link_first[inner + 1] as usize;
            if self.is_choice[inner] {
                let branch = links.step_by(2).find(|at| best.kept[*at]);
                if let Some(at) = branch {
                    wanted[self.links[at] as usize] = true;
                    wanted[self.links[at + 1] as usize] = true;
                }
            } else {
                links.for_each(|at| wanted[self.links[at] as usize] = true);
            }
        }
        for literal in (0..self.literals()).filter(|literal| wanted[*literal]) {
            let var = self.literal_var[literal];
            let masks = self.literal_first[literal] as usize..self.literal_first[literal + 1] as usize;
            let lowest = masks.zip(self.masks(literal)).find_map(|(at, (word, _))| {
                bits(&[best.left[at]]).next().map(|bit| (word - self.first[var as usize]) * 64 + bit)
            });
            values[var as usize] = lowest.unwrap_or(0);
        }
        values
    }
}
