//! What to give up so that a solution is left: for each node, the smallest sets of claims that its solutions
//! break.
//!
//! A claim is about one variable, so that what a conjunction breaks is what its children break together; and a
//! set that holds another in a part holds it in the whole. Claims of one owner are broken together.

use std::cmp::Ordering;

use smallvec::SmallVec;

use super::super::problem::Claim;
use super::store::Circuit;

/// Owners of claims, ascending.
pub(in crate::logic) type Broken = SmallVec<[u32; 4]>;

/// Sets of claims to break, the smallest first, none within another.
#[derive(Clone, Debug, Default)]
pub(in crate::logic) struct Ways {
    /// The sets.
    pub sets: Vec<Broken>,
    /// Whether larger sets may have been left out.
    pub cut: bool,
}

impl Ways {
    /// Nothing need be broken.
    pub fn free() -> Ways {
        Ways { sets: vec![Broken::new()], cut: false }
    }

    fn is_free(&self) -> bool {
        matches!(self.sets.as_slice(), [only] if only.is_empty())
    }

    /// One way of each of two, together.
    pub fn and(&self, other: &Ways, most: usize) -> Ways {
        if self.is_free() {
            return Ways { sets: other.sets.clone(), cut: self.cut || other.cut };
        }
        if other.is_free() {
            return Ways { sets: self.sets.clone(), cut: self.cut || other.cut };
        }
        let mut sets = Vec::new();
        let mut cut = self.cut || other.cut;
        for (at, one) in self.sets.iter().enumerate() {
            cut |= other.sets.len() > most / (at + 1);
            for another in other.sets.iter().take(most / (at + 1)) {
                let mut both: Broken = one.iter().chain(another).copied().collect();
                both.sort_unstable();
                both.dedup();
                sets.push(both);
            }
        }
        Ways { sets, cut }.tidy(most)
    }

    /// A way of one or the other.
    fn or(mut self, other: Ways, most: usize) -> Ways {
        if self.is_free() || other.sets.is_empty() {
            self.cut |= other.cut;
            return self;
        }
        self.sets.extend(other.sets);
        self.cut |= other.cut;
        self.tidy(most)
    }

    fn tidy(mut self, most: usize) -> Ways {
        self.sets.sort_unstable_by(order);
        self.sets.dedup();
        let mut least: Vec<Broken> = Vec::with_capacity(self.sets.len().min(most));
        for set in self.sets {
            if least.iter().any(|smaller| within(smaller, &set)) {
                continue;
            }
            if least.len() == most {
                self.cut = true;
                break;
            }
            least.push(set);
        }
        Ways { sets: least, cut: self.cut }
    }
}

/// The smaller first; equals by their owners.
fn order(one: &Broken, other: &Broken) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

fn within(smaller: &Broken, larger: &Broken) -> bool {
    let mut rest = larger.iter();
    smaller.iter().all(|claim| rest.any(|other| other == claim))
}

impl Circuit {
    /// The smallest sets of owners of claims, at most `most` and more than none, that the solutions break in which
    /// each variable has one of the values allowed; none where there is no solution. Where an owner has several
    /// claims and sets were cut off, a smaller one may be among those.
    pub(in crate::logic) fn repairs(&self, allowed: &[u64], claims: &[(usize, Claim)], most: usize) -> Ways {
        let mut ways: Vec<Ways> = Vec::with_capacity(self.literals() + self.len());
        let mut claims: Vec<&(usize, Claim)> = claims.iter().collect();
        claims.sort_by_key(|(owner, claim)| (claim.var, *owner));
        for literal in 0..self.literals() {
            ways.push(self.literal_ways(literal, allowed, &claims, most));
        }
        for inner in 0..self.len() {
            let links = self.links_of(inner);
            let found = if self.is_choice[inner] {
                links.chunks_exact(2).fold(Ways::default(), |all, branch| {
                    let (literal, child) = (&ways[branch[0] as usize], &ways[branch[1] as usize]);
                    all.or(literal.and(child, most), most)
                })
            } else if links.iter().any(|child| ways[*child as usize].sets.is_empty()) {
                Ways::default()
            } else {
                links.iter().fold(Ways::free(), |all, child| all.and(&ways[*child as usize], most))
            };
            ways.push(found);
        }
        ways.swap_remove(self.root as usize)
    }

    fn literal_ways(&self, literal: usize, allowed: &[u64], claims: &[&(usize, Claim)], most: usize) -> Ways {
        let var = self.literal_var[literal];
        let first = self.first[var as usize];
        let from = claims.partition_point(|(_, claim)| claim.var.0 < var);
        let until = claims.partition_point(|(_, claim)| claim.var.0 <= var);
        let claims = &claims[from..until];
        if claims.is_empty() {
            let is_left = self.masks(literal).iter().any(|(at, mask)| allowed[*at as usize] & mask != 0);
            return if is_left { Ways::free() } else { Ways::default() };
        }
        let is_left = |value: &u32| allowed[(first + value / 64) as usize] >> (value % 64) & 1 == 1;
        let mut ways = Ways::default();
        for value in self.values(literal).filter(is_left) {
            let broken = claims.iter().filter(|(_, claim)| !claim.values.has(value));
            let mut broken: Broken = broken.map(|(owner, _)| *owner as u32).collect();
            broken.dedup();
            ways.sets.push(broken);
            if ways.sets.len() > 4 * most {
                ways = ways.tidy(most);
            }
        }
        ways.tidy(most)
    }
}
