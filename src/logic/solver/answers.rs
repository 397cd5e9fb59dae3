//! The questions beyond what is possible: completions, explanations, repairs, numbers, the best.

use std::collections::BTreeSet;

use num_bigint::BigUint;

use super::{Body, Piece, Session, Solver};
use crate::logic::answer::{Completion, Core, Count, Decided, Undecided};
use crate::logic::circuit::{Better, Ways};
use crate::logic::problem::{Claim, Owned, RuleId, Var};
use crate::logic::values::ValueSet;

/// How many repairs are looked for beyond those asked for, since some turn out not to be minimal.
const MORE_REPAIRS: usize = 64;

impl Session {
    /// A solution with all claims that keeps each wish which the claims and the kept wishes before it allow;
    /// nothing when the claims contradict each other.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn complete(&mut self, claims: &[Claim], wishes: &[Claim]) -> Decided<Option<Completion>> {
        let solver = self.solver.clone();
        if !self.possible(claims)? {
            return Ok(None);
        }
        let mut completion = Completion { values: vec![0; solver.places.len()], given_up: Vec::new() };
        let mut of_piece: Vec<Vec<(usize, Claim)>> = vec![Vec::new(); solver.pieces.len()];
        for (position, wish) in wishes.iter().enumerate() {
            if let Some((at, wish)) = solver.claim(wish) {
                of_piece[at].push((position, wish));
            }
        }
        for (at, (piece, wishes)) in solver.pieces.iter().zip(&of_piece).enumerate() {
            let values = match &piece.body {
                Body::Circuit(circuit) => {
                    circuit.complete(&self.allowed[piece.all()], wishes, &mut completion.given_up)
                }
                Body::Search(_) => {
                    let claims = self.claims_left(&solver, at);
                    let only: Vec<Claim> = wishes.iter().map(|(_, wish)| wish.clone()).collect();
                    let search = self.search(&solver, at).ok_or(Undecided)?;
                    search.complete(&claims, &only)?.map(|found| {
                        completion.given_up.extend(found.given_up.iter().map(|at| wishes[*at].0));
                        found.values
                    })
                }
            };
            let Some(values) = values else { return Ok(None) };
            piece.tell(&solver, &values, &mut completion.values);
        }
        completion.given_up.sort_unstable();
        Ok(Some(completion))
    }

    /// A minimal set of claims and rules that contradict each other; nothing when there is a solution.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn explain(&mut self, claims: &[Claim]) -> Decided<Option<Core>> {
        let solver = self.solver.clone();
        match self.possible(claims) {
            Ok(true) => Ok(None),
            Ok(false) => {
                self.whole(&solver).explain(claims).or_else(|Undecided| self.explain_one_by_one(claims))
            }
            Err(Undecided) => self.whole(&solver).explain(claims),
        }
    }

    /// The same for claims that stand or fall with the others of their owner: a minimal set of owners and rules.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn explain_owned(&mut self, asked: Owned<'_>) -> Decided<Option<Core>> {
        let solver = self.solver.clone();
        match self.possible(asked.claims) {
            Ok(true) => Ok(None),
            _ => self.whole(&solver).explain_owned(asked),
        }
    }

    /// A minimal set of owners of claims, and of rules other than some, that contradict each other; nothing where
    /// the claims and the other rules have a solution.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn explain_without(&mut self, asked: Owned<'_>, without: &[RuleId]) -> Decided<Option<Core>> {
        let solver = self.solver.clone();
        self.whole(&solver).explain_without(asked, without)
    }

    /// Minimal sets of positions of `claims` that, given up, leave a solution with `fixed` and the others: at
    /// most `most` of them, all the smallest first, in the order of their positions. The empty set alone where
    /// nothing need be given up; nothing where `fixed` has no solution.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn repairs(&mut self, fixed: &[Claim], claims: &[Claim], most: usize) -> Decided<Vec<Vec<usize>>> {
        let owners: Vec<usize> = (0..claims.len()).collect();
        self.repairs_owned(fixed, Owned { claims, owners: &owners }, most)
    }

    /// The same for claims that stand or fall with the others of their owner: minimal sets of owners.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn repairs_owned(
        &mut self,
        fixed: &[Claim],
        asked: Owned<'_>,
        most: usize,
    ) -> Decided<Vec<Vec<usize>>> {
        let solver = self.solver.clone();
        if most == 0 || !self.possible(fixed)? {
            return Ok(Vec::new());
        }
        let looked_for = most.saturating_add(MORE_REPAIRS);
        let mut ways = Ways::free();
        for (at, piece) in solver.pieces.iter().enumerate() {
            let mine = solver.claims_on(at, asked.claims);
            let mine = mine.into_iter().filter_map(|(at, claim)| Some((*asked.owners.get(at)?, claim)));
            let mine: Vec<(usize, Claim)> = mine.collect();
            if mine.is_empty() {
                continue;
            }
            let found = match &piece.body {
                Body::Circuit(circuit) => circuit.repairs(&self.allowed[piece.all()], &mine, looked_for),
                Body::Search(_) => {
                    let fixed = self.claims_left(&solver, at);
                    let (owners, claims): (Vec<usize>, Vec<Claim>) = mine.into_iter().unzip();
                    let mine = Owned { claims: &claims, owners: &owners };
                    let search = self.search(&solver, at).ok_or(Undecided)?;
                    let found = search.repairs_owned(&fixed, mine, looked_for)?;
                    let sets =
                        found.into_iter().map(|set| set.into_iter().map(|owner| owner as u32).collect());
                    let sets: Vec<_> = sets.collect();
                    Ways { cut: sets.len() >= looked_for, sets }
                }
            };
            ways = ways.and(&found, looked_for);
        }
        // Where an owner has several claims, sets that overlap may be smaller together than those that were kept.
        if ways.cut && asked.owners.iter().collect::<BTreeSet<_>>().len() < asked.owners.len() {
            return self.whole(&solver).repairs_owned(fixed, asked, most);
        }
        let mut repairs: Vec<Vec<usize>> = Vec::new();
        for set in &ways.sets {
            let set: Vec<usize> = set.iter().map(|owner| *owner as usize).collect();
            if !ways.cut || self.is_minimal(fixed, asked, &set)? {
                repairs.push(set);
            }
            if repairs.len() == most {
                break;
            }
        }
        Ok(repairs)
    }

    /// Whether each member of a repair is necessary.
    fn is_minimal(&mut self, fixed: &[Claim], asked: Owned<'_>, set: &[usize]) -> Decided<bool> {
        for member in set {
            let others: Vec<usize> = set.iter().copied().filter(|other| other != member).collect();
            let all: Vec<Claim> = fixed.iter().chain(asked.without(&others)).cloned().collect();
            if self.possible(&all)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How many solutions have all claims, each weighted with [`crate::logic::Problem::multiplicity`].
    pub fn count(&mut self, claims: &[Claim]) -> Count {
        let solver = self.solver.clone();
        match self.possible(claims) {
            Ok(true) => {}
            Ok(false) => return Count::Exactly(BigUint::ZERO),
            Err(Undecided) => return Count::AtLeast(BigUint::ZERO),
        }
        let (mut product, mut exact) = (BigUint::from(1u8), true);
        for (at, piece) in solver.pieces.iter().enumerate() {
            match &piece.body {
                Body::Circuit(circuit) => {
                    product *= circuit.count(&self.allowed[piece.all()], &piece.weights);
                }
                Body::Search(_) => {
                    let claims = self.claims_left(&solver, at);
                    match self.search(&solver, at).map(|search| search.count(&claims)) {
                        Some(Count::Exactly(count)) => product *= count,
                        Some(Count::AtLeast(count)) => {
                            exact = false;
                            product *= count;
                        }
                        None => return Count::AtLeast(BigUint::ZERO),
                    }
                }
            }
        }
        if exact { Count::Exactly(product) } else { Count::AtLeast(product) }
    }

    /// The solutions with all claims of least total cost (of greatest, where the dearest are wanted), at most
    /// `most`, with that cost: a variable costs what its list says of its value, and nothing where it says none.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice, or a sum of costs outgrows 127 bits.
    pub fn best(
        &mut self,
        claims: &[Claim],
        cost: &[(Var, Vec<i128>)],
        dearest: bool,
        most: usize,
    ) -> Decided<Vec<(i128, Vec<u32>)>> {
        let solver = self.solver.clone();
        if most == 0 || !self.possible(claims)? {
            return Ok(Vec::new());
        }
        let better = Better { dearest, most };
        let mut best: Vec<(i128, Vec<u32>)> = vec![(0, vec![0; solver.places.len()])];
        for (at, piece) in solver.pieces.iter().enumerate() {
            let costs = piece.costs(&solver, at, cost)?;
            let found = match &piece.body {
                Body::Circuit(circuit) => circuit.best(&self.allowed[piece.all()], &costs, better)?,
                Body::Search(_) => {
                    let claims = self.claims_left(&solver, at);
                    let costs: Vec<(Var, Vec<i128>)> = (0..).map(Var).zip(costs).collect();
                    self.search(&solver, at).ok_or(Undecided)?.best(&claims, &costs, dearest, most)?
                }
            };
            let costs = |list: &[(i128, Vec<u32>)]| list.iter().map(|(cost, _)| *cost).collect::<Vec<_>>();
            let sums = better.sums(&costs(&best), &costs(&found))?;
            let joined = sums.into_iter().map(|(cost, one, other)| {
                let mut values = best[one].1.clone();
                piece.tell(&solver, &found[other].1, &mut values);
                (cost, values)
            });
            best = joined.collect();
        }
        Ok(best)
    }
}

impl Piece {
    /// Writes the values of its variables into those of the problem.
    fn tell(&self, solver: &Solver, values: &[u32], all: &mut [u32]) {
        for (members, value) in self.stands_for.iter().zip(values) {
            for member in members {
                all[member.0 as usize] = solver.places[member.0 as usize].own_value(*value);
            }
        }
    }

    /// The costs of its variables' values; none where all are nothing.
    fn costs(&self, solver: &Solver, at: usize, cost: &[(Var, Vec<i128>)]) -> Decided<Vec<Vec<i128>>> {
        let mut costs: Vec<Vec<i128>> = vec![Vec::new(); self.stands_for.len()];
        for (var, list) in cost {
            let Some(place) = solver.places.get(var.0 as usize).filter(|place| place.piece as usize == at)
            else {
                continue;
            };
            let sums = &mut costs[place.var as usize];
            let words = self.of(place.var);
            sums.resize(words.len() * 64, 0);
            for value in ValueSet::from_words(&solver.domains[words]).iter() {
                let own = list.get(place.own_value(value) as usize).copied().unwrap_or(0);
                let sum = &mut sums[value as usize];
                *sum = sum.checked_add(own).ok_or(Undecided)?;
            }
        }
        Ok(costs)
    }
}
