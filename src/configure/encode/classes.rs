//! Classes: the values of an axis that no literal and no cell of a table tells apart.

use std::collections::{HashMap, HashSet};

use super::axis::{Raw, Values, count};
use super::spans::Edge;
use crate::logic::ValueSet;

/// The classes of an axis, numbered in the order of its values.
#[derive(Clone, Debug)]
pub struct Classes {
    /// How many there are.
    pub size: u32,
    /// Which class each value is in.
    pub places: ClassPlaces,
}

/// Which class each value is in.
#[derive(Clone, Debug)]
pub enum ClassPlaces {
    /// One class a point.
    Points(Vec<u32>),
    /// The class of absence, and one class a span between neighboring edges.
    Line {
        /// Of absence, where that can be.
        absent: Option<u32>,
        /// The edges, from before the first number to behind the last.
        edges: Vec<Edge>,
        /// One fewer than edges.
        of: Vec<u32>,
    },
}

impl Classes {
    /// The classes that some sets of values leave.
    pub fn new(values: &Values, sets: &HashSet<Raw>) -> Classes {
        match values {
            Values::Points(points) => {
                let sets = sets.iter().filter_map(|raw| match raw {
                    Raw::Points(set) => Some(runs(set.iter())),
                    Raw::Line { .. } => None,
                });
                let (of, size) = refined(points.len(), &sets.collect::<Vec<_>>());
                Classes { size, places: ClassPlaces::Points(of) }
            }
            Values::Line { line, absent } => {
                let all = line.all();
                let mut edges: Vec<Edge> = all.edges().cloned().collect();
                let spans = || {
                    sets.iter().filter_map(|raw| match raw {
                        Raw::Line { absent, spans } => Some((*absent, spans)),
                        Raw::Points(_) => None,
                    })
                };
                let (first, last) = (edges.first().cloned(), edges.last().cloned());
                for (_, spans) in spans() {
                    let inside = |edge: &&Edge| first.as_ref() <= Some(edge) && Some(*edge) <= last.as_ref();
                    edges.extend(spans.edges().filter(inside).cloned());
                }
                edges.sort_unstable();
                edges.dedup();
                // Absence is the first of all, where it can be.
                let offset = u32::from(*absent);
                let cells = edges.len().saturating_sub(1) + usize::from(*absent);
                let members = spans().map(|(with_absent, spans)| {
                    let absence = (with_absent && *absent).then_some((0, 1));
                    let runs = spans.iter().map(|(from, to)| {
                        let start = edges.partition_point(|edge| edge < from);
                        let end = edges.partition_point(|edge| edge < to);
                        (count(start) + offset, count(end) + offset)
                    });
                    absence.into_iter().chain(runs).collect()
                });
                let (mut of, size) = refined(cells, &members.collect::<Vec<_>>());
                let of_absent = absent.then(|| of.first().copied().unwrap_or(0));
                if *absent && !of.is_empty() {
                    of.remove(0);
                }
                Classes { size, places: ClassPlaces::Line { absent: of_absent, edges, of } }
            }
        }
    }

    /// The classes that a set of values consists of.
    pub fn of(&self, raw: &Raw) -> ValueSet {
        match (&self.places, raw) {
            (ClassPlaces::Points(of), Raw::Points(set)) => {
                set.iter().filter_map(|point| of.get(point as usize).copied()).collect()
            }
            (ClassPlaces::Line { absent, edges, of }, Raw::Line { absent: with_absent, spans }) => {
                let mut set = ValueSet::none();
                if let (true, Some(class)) = (with_absent, absent) {
                    set.insert(*class);
                }
                for (from, to) in spans.iter() {
                    let start = edges.partition_point(|edge| edge < from);
                    let end = edges.partition_point(|edge| edge < to);
                    let within = of.get(start..end.min(of.len())).unwrap_or_default();
                    within.iter().for_each(|it| set.insert(*it));
                }
                set
            }
            _ => ValueSet::none(),
        }
    }
}

/// The stretches of rising numbers that follow each other, from the first to before the last.
fn runs(members: impl Iterator<Item = u32>) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for member in members {
        match runs.last_mut() {
            Some((_, end)) if *end == member => *end += 1,
            _ => runs.push((member, member.saturating_add(1))),
        }
    }
    runs
}

/// Splits `0..length` by sets, each a list of stretches, until each part lies in or out of each set; parts are
/// numbered by their first member. The work grows with the ends of stretches, not with what lies between them.
fn refined(length: usize, sets: &[Vec<(u32, u32)>]) -> (Vec<u32>, u32) {
    let mut turns: Vec<Vec<u32>> = vec![Vec::new(); length];
    for (set, at) in sets.iter().zip(0..) {
        for (from, to) in set.iter().filter(|(from, to)| from < to) {
            for end in [from, to] {
                if let Some(turns) = turns.get_mut(*end as usize) {
                    turns.push(at);
                }
            }
        }
    }
    let mut inside = Inside::new(sets.len());
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    let mut part = Vec::with_capacity(length);
    for turns in turns {
        turns.into_iter().for_each(|set| inside.turn(set));
        let next = count(numbers.len());
        part.push(*numbers.entry(inside.top()).or_insert(next));
    }
    (part, count(numbers.len()).max(1))
}

/// Which sets a value is in, as a binary tree over the sets. Equal trees have equal names, so two values are in the
/// same sets where the names of their trees are the same.
struct Inside {
    /// The names, the top at 1, the children of `n` at `2n` and `2n + 1`. The name of a leaf is 1 where the value is
    /// in the set; whatever has no such leaf is 0.
    names: Vec<u32>,
    /// Names by those of the children.
    known: HashMap<(u32, u32), u32>,
    leaves: usize,
}

impl Inside {
    fn new(sets: usize) -> Inside {
        let leaves = sets.next_power_of_two();
        Inside { names: vec![0; 2 * leaves], known: HashMap::new(), leaves }
    }

    fn top(&self) -> u32 {
        self.names.get(1).copied().unwrap_or(0)
    }

    /// Goes into a set, or out of it.
    fn turn(&mut self, set: u32) {
        let mut at = self.leaves + set as usize;
        if let Some(leaf) = self.names.get_mut(at) {
            *leaf = 1 - *leaf;
        }
        while at > 1 {
            at /= 2;
            let (Some(left), Some(right)) = (self.names.get(2 * at), self.names.get(2 * at + 1)) else {
                return;
            };
            let children = (*left, *right);
            let next = count(self.known.len()) + 2;
            let name = if children == (0, 0) { 0 } else { *self.known.entry(children).or_insert(next) };
            if let Some(place) = self.names.get_mut(at) {
                *place = name;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_together_that_no_set_tells_apart() {
        let sets = [vec![(0, 4)], vec![(2, 5)], vec![(0, 7)]];
        assert_eq!(refined(7, &sets), (vec![0, 0, 1, 1, 2, 3, 3], 4));
        assert_eq!(refined(3, &[vec![(0, 3)]]), (vec![0, 0, 0], 1));
        assert_eq!(refined(0, &[]), (vec![], 1));
    }

    #[test]
    fn values_that_lie_apart_are_together_where_the_same_sets_have_them() {
        let sets = [vec![(0, 1), (2, 3), (4, 5)], vec![(4, 6)]];
        assert_eq!(refined(6, &sets), (vec![0, 1, 0, 1, 2, 3], 4));
        assert_eq!(runs([0, 1, 3, 4, 5, 9].into_iter()), [(0, 2), (3, 6), (9, 10)]);
    }
}
