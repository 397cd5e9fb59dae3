//! How variables with many values become Boolean unknowns: a literal a value, and for large variables a ladder.
//!
//! A variable of two values is one unknown. One of up to [`PAIRWISE`] values has an unknown a value, at least one
//! of them true and no two. A larger one has a *ladder* beside its values: unknowns "at most the k-th value", so
//! that its clauses grow with its size and not with the square of it, and a range of values is two literals
//! however many values are in it.

use std::collections::HashMap;

use super::cnf::{Builder, FALSE, Lit, Owner, TRUE};
use crate::logic::Var;

/// Up to so many values, no ladder is needed.
const PAIRWISE: u32 = 10;

/// Up to so many values are named one by one in a clause.
pub(super) const FEW: u32 = 6;

/// The literals of all variables.
#[derive(Debug, Default)]
pub(super) struct Domains {
    sizes: Vec<u32>,
    /// Where the values of each variable begin in `values`.
    starts: Vec<u32>,
    values: Vec<Lit>,
    /// Where the ladder of each variable begins in `rungs`; one literal fewer than values.
    ladders: Vec<Option<u32>>,
    rungs: Vec<Lit>,
}

/// A run of values, first and last.
pub(super) type Run = (u32, u32);

/// The runs of values given lowest first.
pub(super) fn runs_of(values: impl Iterator<Item = u32>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == value => *last = value,
            _ => runs.push((value, value)),
        }
    }
    runs
}

/// The runs of what is not in the runs, of a variable with so many values.
pub(super) fn gaps(runs: &[Run], size: u32) -> Vec<Run> {
    let mut gaps = Vec::new();
    let mut next = 0;
    for (first, last) in runs {
        if *first > next {
            gaps.push((next, first - 1));
        }
        next = last + 1;
    }
    if next < size {
        gaps.push((next, size - 1));
    }
    gaps
}

/// How many values runs have together.
pub(super) fn width(runs: &[Run]) -> u32 {
    runs.iter().map(|(first, last)| last - first + 1).sum()
}

impl Domains {
    /// How many variables there are.
    pub(super) fn len(&self) -> usize {
        self.sizes.len()
    }

    /// How many values a variable has; none where there is no such variable.
    pub(super) fn size(&self, var: Var) -> u32 {
        self.sizes.get(var.0 as usize).copied().unwrap_or(0)
    }

    /// The place of a variable's first value among all values.
    pub(super) fn start(&self, var: u32) -> usize {
        self.starts[var as usize] as usize
    }

    /// The literals of a variable's values.
    pub(super) fn values(&self, var: u32) -> &[Lit] {
        let start = self.start(var);
        &self.values[start..start + self.sizes[var as usize] as usize]
    }

    /// The variable has this value.
    pub(super) fn is(&self, var: u32, value: u32) -> Lit {
        self.values(var).get(value as usize).copied().unwrap_or(FALSE)
    }

    /// Whether ranges of the variable's values are two literals.
    pub(super) fn has_ladder(&self, var: u32) -> bool {
        self.ladders[var as usize].is_some()
    }

    /// The variable has a value before `end`; it has a ladder.
    fn below(&self, var: u32, end: u32) -> Lit {
        match (end, self.ladders[var as usize]) {
            (0, _) | (_, None) => FALSE,
            (_, Some(start)) if end < self.sizes[var as usize] => self.rungs[(start + end - 1) as usize],
            _ => TRUE,
        }
    }

    /// Literals that all hold exactly when the variable has a value of the runs.
    pub(super) fn all_of(&self, var: u32, runs: &[Run]) -> Vec<Lit> {
        let (Some((first, _)), Some((_, last))) = (runs.first(), runs.last()) else { return vec![FALSE] };
        if runs.len() == 1 && first == last {
            return vec![self.is(var, *first)];
        }
        let mut lits = Vec::new();
        for (from, to) in gaps(runs, self.sizes[var as usize]) {
            if self.has_ladder(var) && from == 0 {
                lits.push(!self.below(var, to + 1));
            } else if self.has_ladder(var) && to + 1 == self.sizes[var as usize] {
                lits.push(self.below(var, from));
            } else {
                lits.extend((from..=to).map(|value| !self.is(var, value)));
            }
        }
        lits
    }

    /// Two literals of which one holds exactly when the variable has no value of the run; it has a ladder.
    pub(super) fn outside(&self, var: u32, (first, last): Run) -> [Lit; 2] {
        [self.below(var, first), !self.below(var, last + 1)]
    }
}

/// Writes clauses, and the variables and sets of values that they are about.
#[derive(Debug)]
pub(super) struct Encoder {
    /// The clauses so far.
    pub(super) builder: Builder,
    /// The variables.
    pub(super) domains: Domains,
    /// Literals of sets of values that were asked for.
    sets: HashMap<(u32, Vec<Run>), Lit>,
}

impl Encoder {
    /// The variables of these sizes, and no rule yet.
    pub(super) fn new(sizes: &[u32]) -> Encoder {
        let mut encoder =
            Encoder { builder: Builder::new(), domains: Domains::default(), sets: HashMap::new() };
        for (var, size) in sizes.iter().enumerate() {
            encoder.variable(var as u32, *size);
        }
        encoder
    }

    fn variable(&mut self, var: u32, size: u32) {
        let start = self.domains.values.len() as u32;
        let ladder = (size > PAIRWISE).then_some(self.domains.rungs.len() as u32);
        match size {
            // Without a value there is no solution; the clause says so.
            0 => self.builder.clause(Owner::Variable(var), &[]),
            1 => self.domains.values.push(TRUE),
            2 => {
                let second = self.builder.unknown();
                self.domains.values.extend([!second, second]);
            }
            _ if ladder.is_none() => self.pairwise(var, size),
            _ => self.ladder(var, size),
        }
        self.domains.sizes.push(size);
        self.domains.starts.push(start);
        self.domains.ladders.push(ladder);
    }

    fn pairwise(&mut self, var: u32, size: u32) {
        let lits: Vec<Lit> = (0..size).map(|_| self.builder.unknown()).collect();
        self.builder.clause(Owner::Variable(var), &lits);
        for (at, one) in lits.iter().enumerate() {
            for other in &lits[..at] {
                self.builder.clause(Owner::Variable(var), &[!*one, !*other]);
            }
        }
        self.domains.values.extend(lits);
    }

    /// Rung k holds when the value is at most k. The first value is the first rung, the last one the opposite of
    /// the last rung.
    fn ladder(&mut self, var: u32, size: u32) {
        let owner = Owner::Variable(var);
        let rungs: Vec<Lit> = (1..size).map(|_| self.builder.unknown()).collect();
        for pair in rungs.windows(2) {
            let value = self.builder.unknown();
            if pair[0] == rungs[0] {
                self.domains.values.push(pair[0]);
            }
            self.domains.values.push(value);
            self.builder.clause(owner, &[!pair[0], pair[1]]);
            self.builder.clause(owner, &[!value, pair[1]]);
            self.builder.clause(owner, &[!value, !pair[0]]);
            self.builder.clause(owner, &[value, pair[0], !pair[1]]);
        }
        self.domains.values.extend(rungs.last().map(|last| !*last));
        self.domains.rungs.extend(rungs);
    }

    /// A literal that holds exactly when the variable has a value of the runs.
    pub(super) fn one_of(&mut self, var: u32, runs: &[Run]) -> Lit {
        let size = self.domains.sizes[var as usize];
        let values = width(runs);
        let named = |set: &[Run]| set.first().map(|(first, _)| self.domains.is(var, *first));
        if values == 0 {
            return FALSE;
        } else if values >= size {
            return TRUE;
        } else if values == 1 {
            return named(runs).unwrap_or(FALSE);
        } else if values + 1 == size {
            return named(&gaps(runs, size)).map_or(TRUE, |lit| !lit);
        }
        if let ([(first, last)], true) = (runs, self.domains.has_ladder(var)) {
            if *first == 0 {
                return self.domains.below(var, last + 1);
            } else if last + 1 == size {
                return !self.domains.below(var, *first);
            }
        }
        // A set and its opposite share a literal: the one that has the first value.
        let opposite = runs.first().is_some_and(|(first, _)| *first > 0);
        let key = if opposite { gaps(runs, size) } else { runs.to_vec() };
        let lit = match self.sets.get(&(var, key.clone())) {
            Some(lit) => *lit,
            None => self.define(var, key),
        };
        if opposite { !lit } else { lit }
    }

    fn define(&mut self, var: u32, set: Vec<Run>) -> Lit {
        let owner = Owner::Variable(var);
        let size = self.domains.sizes[var as usize];
        let lit = self.builder.unknown();
        let between = gaps(&set, size);
        if self.domains.has_ladder(var) && (set.len() + between.len()) * 4 < size as usize {
            for (runs, holds) in [(&set, lit), (&between, !lit)] {
                for run in runs {
                    let [before, after] = self.domains.outside(var, *run);
                    self.builder.clause(owner, &[before, after, holds]);
                }
            }
        } else {
            for (runs, holds) in [(&set, lit), (&between, !lit)] {
                for value in runs.iter().flat_map(|(first, last)| *first..=*last) {
                    self.builder.clause(owner, &[!self.domains.is(var, value), holds]);
                }
            }
        }
        self.sets.insert((var, set), lit);
        lit
    }

    /// Appends literals of which one holds exactly when the variable has a value of the runs.
    pub(super) fn any_of(&mut self, var: u32, runs: &[Run], lits: &mut Vec<Lit>) {
        let size = self.domains.sizes[var as usize];
        let between = gaps(runs, size);
        match between.as_slice() {
            [run] if self.domains.has_ladder(var) => lits.extend(self.domains.outside(var, *run)),
            _ if width(runs) <= FEW => {
                let values = runs.iter().flat_map(|(first, last)| *first..=*last);
                lits.extend(values.map(|value| self.domains.is(var, value)));
            }
            _ => lits.push(self.one_of(var, runs)),
        }
    }

    /// Writes that, where the condition holds, the variable has a value of the runs.
    pub(super) fn restrict(&mut self, owner: Owner, condition: Lit, var: u32, runs: &[Run]) {
        let size = self.domains.sizes[var as usize];
        let few = width(&gaps(runs, size)) <= FEW + 2;
        if self.domains.has_ladder(var) && runs.len() > 1 && !few {
            let lit = self.one_of(var, runs);
            return self.builder.clause(owner, &[!condition, lit]);
        }
        for lit in self.domains.all_of(var, runs) {
            self.builder.clause(owner, &[!condition, lit]);
        }
    }
}
