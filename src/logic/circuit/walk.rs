//! Walks over a circuit: one up says whether a solution is left, one down where each value still fits. What a walk
//! found is kept, and the next one goes only where something changed.

use super::lists::Lists;
use super::queue::Queue;
use super::store::Circuit;

/// The scratch of walks over one circuit.
#[derive(Clone, Debug, Default)]
pub(in crate::logic) struct Walk {
    /// Whether each node still has a solution; empty before the first walk up.
    alive: Vec<bool>,
    /// By inner node: how many children of a conjunction have none, how many branches of a choice have one.
    count: Vec<u32>,
    /// By node, over how many links the rest still has a solution around it; empty before the first walk down.
    wanted: Vec<u32>,
    /// Which links these are.
    wants: Vec<bool>,
    /// By inner node, whether it was wanted when its links were last looked at.
    was_wanted: Vec<bool>,
    /// Inner nodes to look at again, going up and going down.
    up: Queue,
    down: Queue,
    /// The variables of literals that are wanted no longer or anew.
    touched: Vec<u32>,
}

/// Where the nodes of a circuit are used.
#[derive(Clone, Debug)]
pub(super) struct Uses {
    /// By node, its places among all links.
    places: Lists,
    /// By place, the inner node whose link it is.
    owners: Vec<u32>,
    /// By word of the variables' values, the literals with values there.
    on_word: Lists,
    /// By variable, its literals.
    of_var: Lists,
}

impl Uses {
    fn of(circuit: &Circuit) -> Uses {
        let links: Vec<(u32, u32)> = circuit.links.iter().copied().zip(0..).collect();
        let mut owners = Vec::with_capacity(circuit.links.len());
        for inner in 0..circuit.len() {
            owners.extend(std::iter::repeat_n(inner as u32, circuit.links_of(inner).len()));
        }
        let literals = || 0..circuit.literals();
        let words: Vec<(u32, u32)> = literals()
            .flat_map(|literal| circuit.masks(literal).iter().map(move |(at, _)| (*at, literal as u32)))
            .collect();
        let vars: Vec<(u32, u32)> =
            literals().map(|literal| (circuit.literal_var[literal], literal as u32)).collect();
        Uses {
            places: Lists::new(circuit.literals() + circuit.len(), &links),
            owners,
            on_word: Lists::new(circuit.first.last().map_or(0, |end| *end as usize), &words),
            of_var: Lists::new(circuit.first.len().saturating_sub(1), &vars),
        }
    }
}

impl Circuit {
    /// Whether a solution is left where each variable has one of the values allowed. Of these words only those
    /// named as changed differ from what they were when the same was asked before with this scratch.
    pub(in crate::logic) fn possible(&self, allowed: &[u64], changed: &[u32], walk: &mut Walk) -> bool {
        if walk.alive.is_empty() {
            self.first_walk_up(allowed, walk);
            return walk.alive[self.root as usize];
        }
        let uses = self.uses.get_or_init(|| Box::new(Uses::of(self)));
        for word in changed {
            for literal in uses.on_word.of(*word) {
                if self.has_any(*literal as usize, allowed) != walk.alive[*literal as usize] {
                    self.flip(*literal as usize, uses, walk);
                }
            }
        }
        while let Some(inner) = walk.up.lowest() {
            let alive = (walk.count[inner] > 0) == self.is_choice[inner];
            if alive != walk.alive[self.literals() + inner] {
                self.flip(self.literals() + inner, uses, walk);
            }
        }
        walk.alive[self.root as usize]
    }

    fn has_any(&self, literal: usize, allowed: &[u64]) -> bool {
        self.masks(literal).iter().any(|(at, mask)| allowed[*at as usize] & mask != 0)
    }

    fn first_walk_up(&self, allowed: &[u64], walk: &mut Walk) {
        let literals = self.literals();
        walk.alive.reserve_exact(literals + self.len());
        walk.alive.extend((0..literals).map(|literal| self.has_any(literal, allowed)));
        walk.count.reserve_exact(self.len());
        walk.up = Queue::new(self.len());
        walk.down = Queue::new(self.len());
        for inner in 0..self.len() {
            let links = self.links_of(inner);
            let alive = |node: u32| walk.alive[node as usize];
            let count = if self.is_choice[inner] {
                links.chunks_exact(2).filter(|branch| alive(branch[0]) & alive(branch[1])).count()
            } else {
                links.iter().filter(|child| !alive(**child)).count()
            };
            walk.alive.push((count > 0) == self.is_choice[inner]);
            walk.count.push(count as u32);
        }
    }

    /// A node has a solution again, or no longer.
    fn flip(&self, node: usize, uses: &Uses, walk: &mut Walk) {
        let alive = !walk.alive[node];
        walk.alive[node] = alive;
        for place in uses.places.of(node as u32) {
            let inner = uses.owners[*place as usize] as usize;
            walk.down.put(inner);
            let counts = if self.is_choice[inner] {
                walk.alive[self.beside(inner, *place as usize)].then_some(alive)
            } else {
                Some(!alive)
            };
            if let Some(more) = counts {
                let count = &mut walk.count[inner];
                *count = if more { *count + 1 } else { *count - 1 };
                walk.up.put(inner);
            }
        }
    }

    /// The other node of a branch of a choice.
    fn beside(&self, inner: usize, place: usize) -> usize {
        let first = self.link_first[inner] as usize;
        self.links[first + ((place - first) ^ 1)] as usize
    }

    /// Which values each variable can have when its own are not restricted and those of the others are: the
    /// derivative of the circuit by each literal (Darwiche, "A differential approach to inference in Bayesian
    /// networks", JACM 2003). Asked after [`Circuit::possible`], from whose walks up it goes back; `found` is as it
    /// was left before. The variables of which it may differ now.
    pub(in crate::logic) fn alternatives(&self, walk: &mut Walk, found: &mut [u64]) -> Vec<u32> {
        let uses = self.uses.get_or_init(|| Box::new(Uses::of(self)));
        if walk.wanted.is_empty() {
            walk.wanted = vec![0; self.literals() + self.len()];
            walk.wants = vec![false; self.links.len()];
            walk.was_wanted = vec![false; self.len()];
            walk.down = Queue::new(self.len());
            found.fill(0);
            self.want(self.root, true, walk);
        }
        while let Some(inner) = walk.down.highest() {
            self.look_down(inner, walk);
        }
        let mut touched = std::mem::take(&mut walk.touched);
        touched.sort_unstable();
        touched.dedup();
        for var in &touched {
            found[self.first[*var as usize] as usize..self.first[*var as usize + 1] as usize].fill(0);
            for literal in uses.of_var.of(*var).iter().filter(|literal| walk.wanted[**literal as usize] > 0) {
                self.masks(*literal as usize).iter().for_each(|(at, mask)| found[*at as usize] |= mask);
            }
        }
        touched
    }

    /// Says of the links of an inner node whether the rest has a solution around what they lead to.
    fn look_down(&self, inner: usize, walk: &mut Walk) {
        let wanted = walk.wanted[self.literals() + inner] > 0;
        if !wanted && !walk.was_wanted[inner] {
            return;
        }
        walk.was_wanted[inner] = wanted;
        for place in self.link_first[inner] as usize..self.link_first[inner + 1] as usize {
            let child = self.links[place];
            let wants = wanted
                && if self.is_choice[inner] {
                    walk.alive[self.beside(inner, place)]
                } else {
                    match walk.count[inner] {
                        0 => true,
                        1 => !walk.alive[child as usize],
                        _ => false,
                    }
                };
            if wants != walk.wants[place] {
                walk.wants[place] = wants;
                self.want(child, wants, walk);
            }
        }
    }

    /// One more link, or one less, wants a node.
    fn want(&self, node: u32, wants: bool, walk: &mut Walk) {
        let count = &mut walk.wanted[node as usize];
        let before = *count > 0;
        *count = if wants { *count + 1 } else { *count - 1 };
        if before == (*count > 0) {
            return;
        }
        match (node as usize).checked_sub(self.literals()) {
            None => walk.touched.push(self.literal_var[node as usize]),
            Some(inner) => walk.down.put(inner),
        }
    }
}
