//! How many solutions a circuit has: products at conjunctions, sums at choices.

use num_bigint::BigUint;

use super::kernel::bits;
use super::store::Circuit;

impl Circuit {
    /// How many solutions are left where each variable has one of the values allowed, each weighted with the
    /// product of its values' weights; a variable without weights counts one a value.
    pub(in crate::logic) fn count(&self, allowed: &[u64], weights: &[Vec<u64>]) -> BigUint {
        let mut counts: Vec<BigUint> = Vec::with_capacity(self.literals() + self.len());
        for literal in 0..self.literals() {
            let var = self.literal_var[literal];
            let first = self.first[var as usize];
            let masks = self.masks(literal).iter();
            let left = masks.map(|(at, mask)| (at - first, allowed[*at as usize] & mask));
            let weights = &weights[var as usize];
            counts.push(left.fold(BigUint::ZERO, |sum, (at, left)| match weights.as_slice() {
                [] => sum + left.count_ones(),
                _ => bits(&[left]).fold(sum, |sum, bit| sum + weights[(at * 64 + bit) as usize]),
            }));
        }
        for inner in 0..self.len() {
            let links = self.links_of(inner);
            let count = if self.is_choice[inner] {
                let branches = links.chunks_exact(2);
                branches.map(|branch| &counts[branch[0] as usize] * &counts[branch[1] as usize]).sum()
            } else {
                links.iter().map(|child| &counts[*child as usize]).product()
            };
            counts.push(count);
        }
        counts.swap_remove(self.root as usize)
    }
}
