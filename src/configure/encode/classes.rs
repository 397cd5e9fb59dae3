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
                    Raw::Points(set) => Some(set.iter().collect::<Vec<u32>>()),
                    Raw::Line { .. } => None,
                });
                let (of, size) = refined(points.len(), sets);
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
                    let mut members: Vec<u32> = Vec::new();
                    if with_absent && *absent {
                        members.push(0);
                    }
                    for (from, to) in spans.iter() {
                        let start = edges.partition_point(|edge| edge < from);
                        let end = edges.partition_point(|edge| edge < to);
                        members.extend((start..end).map(|at| count(at) + offset));
                    }
                    members.retain(|member| (*member as usize) < cells);
                    members
                });
                let (mut of, size) = refined(cells, members);
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
                    of.get(start..end.min(of.len()))
                        .unwrap_or_default()
                        .iter()
                        .for_each(|it| set.insert(*it));
                }
                set
            }
            _ => ValueSet::none(),
        }
    }
}

/// Splits `0..length` by sets until each part lies in or out of each set; parts are numbered by their first member.
fn refined(length: usize, sets: impl Iterator<Item = Vec<u32>>) -> (Vec<u32>, u32) {
    let mut part: Vec<u32> = vec![0; length];
    let mut sizes: Vec<usize> = vec![length];
    for set in sets {
        let mut inside: HashMap<u32, usize> = HashMap::new();
        for member in &set {
            if let Some(part) = part.get(*member as usize) {
                *inside.entry(*part).or_insert(0) += 1;
            }
        }
        let mut moved: HashMap<u32, u32> = HashMap::new();
        for member in set {
            let Some(place) = part.get_mut(member as usize) else { continue };
            let of = *place;
            let (Some(within), Some(size)) = (inside.get(&of), sizes.get(of as usize).copied()) else {
                continue;
            };
            if *within < size || moved.contains_key(&of) {
                let next = count(sizes.len());
                let to = *moved.entry(of).or_insert(next);
                if to == next {
                    sizes.push(0);
                }
                sizes[of as usize] -= 1;
                sizes[to as usize] += 1;
                *place = to;
            }
        }
    }
    let mut numbers: HashMap<u32, u32> = HashMap::new();
    for place in &mut part {
        let next = count(numbers.len());
        *place = *numbers.entry(*place).or_insert(next);
    }
    (part, count(numbers.len()).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_together_that_no_set_tells_apart() {
        let sets = [vec![0, 1, 2, 3], vec![2, 3, 4], vec![0, 1, 2, 3, 4, 5, 6]];
        assert_eq!(refined(7, sets.into_iter()), (vec![0, 0, 1, 1, 2, 3, 3], 4));
        assert_eq!(refined(3, std::iter::once(vec![0, 1, 2])), (vec![0, 0, 0], 1));
        assert_eq!(refined(0, std::iter::empty()), (vec![], 1));
    }
}
