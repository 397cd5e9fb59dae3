//! Whether the rows that a policy asks for answer for every combination of keys, proven by cutting the
//! combinations.
//!
//! The classes of the first key are gone through; those for which the same rows are left are one case, and
//! each case goes on with the next key. No row left: the combination is missing. After the last key two
//! rows left: they overlap, where exactly one is to answer. Keys that all rows name outright come first, so that a table of points takes
//! time in the number of its rows.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::axis::{Axis, Run, Runs};
use super::rank;
use crate::ir::{HitPolicy, Reach};

/// How many missing combinations, and how many pairs of overlapping rows, are kept; the rest are counted.
const MAX_KEPT: usize = 10;

/// Combinations of keys: of each key some classes.
pub(super) type Combination = Vec<(usize, Vec<Run>)>;

/// What the proof found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Combinations without a row; keys that make no difference are not among them.
    pub(super) missing: Vec<Combination>,
    pub(super) more_missing: u64,
    /// Pairs of rows, the earlier first, with a combination that both answer for.
    pub(super) overlaps: Vec<(u32, u32, Combination)>,
    pub(super) more_overlaps: u64,
    /// What the rows answer for on each key.
    pub(super) reach: Vec<Reach>,
    /// Rows that are the first to match somewhere; of the policy `first` only.
    pub(super) reached: Vec<bool>,
    /// The proof was given up.
    pub(super) undecided: bool,
}

impl Found {
    /// Whether some combination has no row, be it outside of what the rows name.
    pub(super) fn has_holes(&self) -> bool {
        !self.missing.is_empty() || self.reach.iter().any(|reach| *reach != Reach::All)
    }
}

/// Looks at every combination, in at most `limit` steps of one row each. `rows` has for each key the classes
/// that each row asks for.
pub(super) fn cover(axes: &[Axis<'_>], rows: &[Vec<Runs>], policy: HitPolicy, limit: u64) -> Found {
    let count = rows.first().map_or(0, Vec::len);
    let mut order: Vec<usize> = (0..axes.len()).collect();
    let wide = |key: &usize| {
        let column = rows.get(*key).map(Vec::as_slice).unwrap_or_default();
        column.iter().filter(|runs| !is_point(runs)).count()
    };
    order.sort_by_key(wide);
    let memorable =
        (0..count).map(|row| rows.iter().any(|column| column.get(row).is_some_and(|runs| !is_point(runs))));
    // From which key on, in the order in which they are looked at, a row asks for everything.
    let open_from = (0..count).map(|row| {
        let open = |key: &&usize| {
            let runs = rows.get(**key).and_then(|column| column.get(row));
            axes.get(**key).zip(runs).is_some_and(|(axis, runs)| axis.is_everything(runs))
        };
        order.len() - order.iter().rev().take_while(open).count()
    });
    let mut search = Search {
        axes,
        rows,
        policy,
        open_from: open_from.collect(),
        order,
        memorable: memorable.collect(),
        settled: HashSet::new(),
        path: Vec::new(),
        pairs: HashSet::new(),
        lacks: vec![(false, false); axes.len()],
        doubtful: BTreeSet::new(),
        steps: 0,
        limit,
        found: Found { reached: vec![false; count], ..Found::default() },
    };
    let all: Vec<u32> = (0..u32::try_from(count).unwrap_or(u32::MAX)).collect();
    search.node(0, &all);
    search.settle_doubtful();
    let Search { lacks, mut found, .. } = search;
    found.reach = axes.iter().zip(lacks).map(|(axis, (low, high))| axis.reach(low, high)).collect();
    found
}

fn is_point(runs: &Runs) -> bool {
    matches!(runs.as_slice(), [(first, last)] if first == last)
}

/// A row enters or leaves at a class, as one number that sorts by class, leaving first. Rows are fewer than
/// 2^31.
fn turn(class: u32, enters: bool, row: u32) -> u64 {
    u64::from(class) << 32 | u64::from(enters) << 31 | u64::from(row)
}

fn of_turn(turn: u64) -> (u32, bool, u32) {
    let low = u32::try_from(turn & u64::from(u32::MAX)).unwrap_or(0);
    (u32::try_from(turn >> 32).unwrap_or(0), low >> 31 == 1, low & (u32::MAX >> 1))
}

struct Search<'a> {
    axes: &'a [Axis<'a>],
    rows: &'a [Vec<Runs>],
    policy: HitPolicy,
    /// For each row the number of keys after which it asks for everything.
    open_from: Vec<usize>,
    /// Keys in the order in which they are looked at.
    order: Vec<usize>,
    /// Rows that can come up more than once, because one of their keys asks for several classes.
    memorable: Vec<bool>,
    /// Cases found without fault: how many keys were looked at, and the rows left.
    settled: HashSet<(usize, Vec<u32>)>,
    /// The classes chosen so far.
    path: Combination,
    pairs: HashSet<(u32, u32)>,
    /// For each key: an outer class below, above lacks a row.
    lacks: Vec<(bool, bool)>,
    /// Outer classes, each as its key and whether it lies below, that lack a row together: one of them is to
    /// be kept out.
    doubtful: BTreeSet<Vec<(usize, bool)>>,
    steps: u64,
    limit: u64,
    found: Found,
}

impl Search<'_> {
    /// Goes on with the rows that are left after `depth` keys. True if nothing was wrong.
    fn node(&mut self, depth: usize, rows: &[u32]) -> bool {
        self.steps += 1 + rows.len() as u64;
        if self.steps > self.limit {
            self.found.undecided = true;
            return false;
        }
        if rows.is_empty() {
            self.missing();
            return false;
        }
        let rows = self.shortened(depth, rows);
        let Some(key) = self.order.get(depth).copied() else {
            return self.leaf(rows);
        };
        if rows.len() == 1 && depth > 0 && self.is_open(depth, rows) {
            self.reach(rows);
            return true;
        }
        let memorable = rows.iter().all(|row| self.memorable.get(*row as usize) == Some(&true));
        if memorable && self.settled.contains(&(depth, rows.to_vec())) {
            return true;
        }
        let mut sound = true;
        let last = depth + 1 == self.order.len();
        for (left, runs) in self.cases(key, rows, last) {
            self.path.push((key, runs));
            sound &= self.node(depth + 1, &left);
            self.path.pop();
            if self.found.undecided {
                return false;
            }
        }
        if memorable && sound {
            self.settled.insert((depth, rows.to_vec()));
        }
        sound
    }

    /// The rows that can still make a difference: where the first of them counts, none behind one that asks
    /// for everything; where any will do, that one alone.
    fn shortened<'r>(&self, depth: usize, rows: &'r [u32]) -> &'r [u32] {
        let open = |row: &u32| self.open_from.get(*row as usize).is_some_and(|from| *from <= depth);
        let end = match self.policy {
            HitPolicy::First | HitPolicy::Sum | HitPolicy::Max | HitPolicy::Min | HitPolicy::All => {
                rows.iter().position(open)
            }
            HitPolicy::One | HitPolicy::MostSpecific => None,
        };
        match end {
            None => rows,
            Some(at) if self.policy == HitPolicy::First => rows.get(..=at).unwrap_or(rows),
            Some(at) => rows.get(at..=at).unwrap_or(rows),
        }
    }

    fn is_open(&self, depth: usize, rows: &[u32]) -> bool {
        let open = |row: &u32| self.open_from.get(*row as usize).is_some_and(|from| *from <= depth);
        rows.iter().all(open)
    }

    /// The first of these rows counts somewhere.
    fn reach(&mut self, rows: &[u32]) {
        let first = rows.iter().min().and_then(|row| self.found.reached.get_mut(*row as usize));
        if let Some(reached) = first {
            *reached = true;
        }
    }

    /// The cases of a key: which rows are left, for which classes. Outer classes make a case of their own
    /// only where they leave other rows than all inner ones do. Of the `last` key the classes with exactly
    /// one row are in order and left out.
    fn cases(&mut self, key: usize, rows: &[u32], last: bool) -> Vec<(Vec<u32>, Vec<Run>)> {
        let (Some(axis), Some(column)) = (self.axes.get(key), self.rows.get(key)) else { return Vec::new() };
        // Rows enter and leave the set of those left at classes; between two such classes it is constant.
        let mut turns: Vec<u64> = Vec::with_capacity(rows.len() * 2);
        for row in rows {
            for (first, end) in column.get(*row as usize).into_iter().flatten() {
                turns.push(turn(*first, true, *row));
                turns.push(turn(end + 1, false, *row));
            }
        }
        turns.sort_unstable();
        let borders = axis.borders();
        let mut active: Vec<u32> = Vec::new();
        let mut cases: Vec<(Vec<u32>, Vec<Run>)> = Vec::new();
        let mut known: HashMap<Vec<u32>, usize> = HashMap::new();
        let mut outer: Vec<(Vec<u32>, Run)> = Vec::new();
        let mut at = 0;
        let mut from = 0;
        while from < axis.count {
            while let Some((_, enters, row)) = turns.get(at).map(|it| of_turn(*it)).filter(|it| it.0 <= from)
            {
                match active.binary_search(&row) {
                    Err(place) if enters => active.insert(place, row),
                    Ok(place) if !enters => {
                        active.remove(place);
                    }
                    _ => {}
                }
                at += 1;
            }
            let next = turns.get(at).map_or(axis.count, |it| of_turn(*it).0);
            let border = borders.into_iter().filter(|border| *border > from).min().unwrap_or(axis.count);
            let to = next.min(border).min(axis.count);
            self.steps += 1 + active.len() as u64;
            if self.steps > self.limit {
                self.found.undecided = true;
                return cases;
            }
            let run = (from, to - 1);
            if last && active.len() == 1 {
                self.reach(&active);
                from = to;
                continue;
            }
            if axis.is_outer(from) {
                outer.push((active.clone(), run));
            } else if let Some(case) = known.get(&active).and_then(|case| cases.get_mut(*case)) {
                case.1.push(run);
            } else {
                known.insert(active.clone(), cases.len());
                cases.push((active.clone(), vec![run]));
            }
            from = to;
        }
        for (left, run) in outer {
            if !known.contains_key(&left) {
                cases.push((left, vec![run]));
            }
        }
        cases
    }

    /// One combination is reached: of the rows that are left those that the policy asks for must answer.
    fn leaf(&mut self, rows: &[u32]) -> bool {
        match self.policy {
            HitPolicy::One => self.alone(rows),
            HitPolicy::MostSpecific => match rank::clash(self.rows, rows) {
                None => true,
                Some((first, second)) => {
                    self.overlap(first, second);
                    false
                }
            },
            HitPolicy::First => {
                self.reach(rows);
                true
            }
            HitPolicy::Sum | HitPolicy::Max | HitPolicy::Min | HitPolicy::All => true,
        }
    }

    fn overlap(&mut self, first: u32, second: u32) {
        if self.found.overlaps.len() >= MAX_KEPT {
            self.found.more_overlaps += 1;
        } else if self.pairs.insert((first, second)) {
            let path = self.in_key_order();
            self.found.overlaps.push((first, second, path));
        }
    }

    /// Exactly one row must be left.
    fn alone(&mut self, rows: &[u32]) -> bool {
        for (at, first) in rows.iter().enumerate() {
            for second in rows.iter().skip(at + 1) {
                if self.found.overlaps.len() >= MAX_KEPT {
                    self.found.more_overlaps += 1;
                    return false;
                }
                if self.pairs.insert((*first, *second)) {
                    self.found.overlaps.push((*first, *second, self.in_key_order()));
                }
            }
        }
        rows.len() == 1
    }

    fn in_key_order(&self) -> Combination {
        let mut path = self.path.clone();
        path.sort_by_key(|(key, _)| *key);
        path
    }

    /// No row answers for the path. Where it leads through an outer class no row need.
    fn missing(&mut self) {
        let outer = self.path.iter().filter_map(|(key, runs)| {
            let axis = self.axes.get(*key)?;
            let (first, _) = runs.first()?;
            axis.is_outer(*first).then_some((*key, *first < axis.outer_low))
        });
        let outer: Vec<(usize, bool)> = outer.collect();
        if let [only] = outer.as_slice() {
            self.lack(*only);
        } else if !outer.is_empty() {
            self.doubtful.insert(outer);
        } else if self.found.missing.len() < MAX_KEPT {
            let path = self.in_key_order();
            self.found.missing.push(path);
        } else {
            self.found.more_missing += 1;
        }
    }

    fn lack(&mut self, (key, low): (usize, bool)) {
        if let Some(lack) = self.lacks.get_mut(key) {
            if low { lack.0 = true } else { lack.1 = true }
        }
    }

    /// Of outer classes that lack a row together none need be kept out if one is already.
    fn settle_doubtful(&mut self) {
        for outer in std::mem::take(&mut self.doubtful) {
            let is_out = |(key, low): &(usize, bool)| {
                self.lacks.get(*key).is_some_and(|lack| if *low { lack.0 } else { lack.1 })
            };
            if let (false, Some(first)) = (outer.iter().any(is_out), outer.first()) {
                self.lack(*first);
            }
        }
    }
}
