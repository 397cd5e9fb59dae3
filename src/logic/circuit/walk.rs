//! Walks over a circuit: one up says whether a solution is left, one down where each value still fits.

use super::store::Circuit;

/// The scratch of walks over one circuit.
#[derive(Clone, Debug, Default)]
pub(in crate::logic) struct Walk {
    /// Whether each node still has a solution.
    alive: Vec<bool>,
    /// Whether the rest still has a solution around each node.
    wanted: Vec<bool>,
}

impl Circuit {
    /// Whether a solution is left where each variable has one of the values allowed.
    pub(in crate::logic) fn possible(&self, allowed: &[u64], walk: &mut Walk) -> bool {
        let literals = self.literals();
        walk.alive.clear();
        walk.alive.reserve(literals + self.len());
        for literal in 0..literals {
            let alive = self.masks(literal).iter().any(|(at, mask)| allowed[*at as usize] & mask != 0);
            walk.alive.push(alive);
        }
        for inner in 0..self.len() {
            let links = self.links_of(inner);
            let alive = &walk.alive;
            let is_alive = if self.is_choice[inner] {
                links.chunks_exact(2).any(|branch| alive[branch[0] as usize] & alive[branch[1] as usize])
            } else {
                links.iter().all(|child| alive[*child as usize])
            };
            walk.alive.push(is_alive);
        }
        walk.alive[self.root as usize]
    }

    /// Which values each variable can have when its own are not restricted and those of the others are: the
    /// derivative of the circuit by each literal (Darwiche, "A differential approach to inference in Bayesian
    /// networks", JACM 2003). Asked after [`Circuit::possible`], whose walk up it goes back.
    pub(in crate::logic) fn alternatives(&self, walk: &mut Walk, found: &mut [u64]) {
        let literals = self.literals();
        let Walk { alive, wanted } = walk;
        wanted.clear();
        wanted.resize(literals + self.len(), false);
        wanted[self.root as usize] = true;
        for inner in (0..self.len()).rev() {
            if !wanted[literals + inner] {
                continue;
            }
            let links = self.links_of(inner);
            if self.is_choice[inner] {
                for branch in links.chunks_exact(2) {
                    let (literal, child) = (branch[0] as usize, branch[1] as usize);
                    wanted[literal] |= alive[child];
                    wanted[child] |= alive[literal];
                }
            } else if alive[literals + inner] {
                links.iter().for_each(|child| wanted[*child as usize] = true);
            } else {
                let mut dead = links.iter().filter(|child| !alive[**child as usize]);
                if let (Some(only), None) = (dead.next(), dead.next()) {
                    wanted[*only as usize] = true;
                }
            }
        }
        found.fill(0);
        for literal in (0..literals).filter(|literal| wanted[*literal]) {
            self.masks(literal).iter().for_each(|(at, mask)| found[*at as usize] |= mask);
        }
    }
}
