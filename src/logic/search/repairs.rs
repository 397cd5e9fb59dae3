//! What to give up: smallest sets of claims without which the others can hold.
//!
//! Such a set meets every contradictory set of claims. Contradictory sets are found one by one; the smallest
//! sets that meet all those found so far are tried in order, and each that does not suffice shows another
//! contradictory set.

use std::collections::BTreeSet;

use super::Search;
use super::explain::each;
use super::trail::{Reason, Trail};
use crate::logic::{Claim, Decided, Owned, Undecided};

/// How many partial sets may be looked at.
const STEPS: u64 = 20_000_000;

/// A search for sets to give up.
struct Repairs<'s> {
    search: &'s mut Search,
    fixed: &'s [Claim],
    asked: Owned<'s>,
    /// The owners of claims, each once, ascending.
    owners: Vec<usize>,
    /// What follows at once from claims, with the reasons.
    trail: Trail,
    /// Contradictory sets of owners, by their positions among all.
    cores: Vec<BTreeSet<usize>>,
    found: Vec<Vec<usize>>,
    most: usize,
    /// Whether larger sets may be found.
    more: bool,
    left: u64,
}

impl Search {
    /// Sets of positions of `claims` that, given up, leave the rest possible together with `fixed`: at most
    /// `most`, each minimal, the smallest first and equally small ones in the order of their positions. Where
    /// nothing need be given up that is the empty set alone, and there is none where `fixed` is impossible.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn repairs(&mut self, fixed: &[Claim], claims: &[Claim], most: usize) -> Decided<Vec<Vec<usize>>> {
        self.repairs_owned(fixed, Owned { claims, owners: &each(claims) }, most)
    }

    /// The same for claims that stand or fall with the others of their owner: sets of owners.
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
        self.begin();
        if most == 0 || !self.is_possible(fixed)? {
            return Ok(Vec::new());
        }
        let trail = self.engine.formula().base.clone();
        let owners: BTreeSet<usize> = asked.owners.iter().copied().collect();
        let mut repairs = Repairs {
            search: self,
            fixed,
            asked,
            owners: owners.into_iter().collect(),
            trail,
            cores: Vec::new(),
            found: Vec::new(),
            most,
            more: true,
            left: STEPS,
        };
        match repairs.clash(&[])? {
            None => return Ok(vec![Vec::new()]),
            Some(core) => repairs.cores.push(core),
        }
        let mut size = 1;
        while repairs.more && repairs.found.len() < most && size <= repairs.owners.len() {
            repairs.more = false;
            match repairs.extend(&mut Vec::new(), size) {
                Err(Undecided) if repairs.found.is_empty() => return Err(Undecided),
                Err(Undecided) => break,
                Ok(()) => size += 1,
            }
        }
        Ok(repairs.found)
    }
}

impl Repairs<'_> {
    /// Tries all sets of this size that begin with the chosen positions.
    fn extend(&mut self, chosen: &mut Vec<usize>, size: usize) -> Decided<()> {
        let mut after = chosen.last().map_or(0, |last| last + 1);
        while self.found.len() < self.most {
            self.left = self.left.checked_sub(1 + self.cores.len() as u64).ok_or(Undecided)?;
            let missed: Vec<&BTreeSet<usize>> =
                self.cores.iter().filter(|core| !chosen.iter().any(|at| core.contains(at))).collect();
            if missed.is_empty() {
                return if chosen.len() == size { self.attempt(chosen) } else { Ok(()) };
            }
            if chosen.len() + apart(&missed) > size {
                self.more = true;
                return Ok(());
            }
            // Each contradictory set must still be met by a later position.
            let until = missed.iter().filter_map(|core| core.last()).min().copied().unwrap_or(0);
            let next = missed.iter().filter_map(|core| core.range(after..).next()).min().copied();
            let Some(next) = next.filter(|next| *next <= until) else { return Ok(()) };
            chosen.push(next);
            self.extend(chosen, size)?;
            chosen.pop();
            after = next + 1;
        }
        Ok(())
    }

    /// Whether each position is necessary for the contradictory sets, and all of them suffice.
    fn attempt(&mut self, chosen: &[usize]) -> Decided<()> {
        let alone = |at: &usize| {
            self.cores.iter().any(|core| {
                core.contains(at) && chosen.iter().all(|other| other == at || !core.contains(other))
            })
        };
        if !chosen.iter().all(alone) {
            return Ok(());
        }
        match self.clash(chosen)? {
            None => {
                let owners = chosen.iter().filter_map(|at| self.owners.get(*at)).copied();
                self.found.push(owners.collect());
            }
            Some(core) => {
                self.cores.push(core);
                self.more = true;
            }
        }
        Ok(())
    }

    /// A minimal contradictory set of owners without those given up; `None` where there is none.
    fn clash(&mut self, given_up: &[usize]) -> Decided<Option<BTreeSet<usize>>> {
        let kept = (0..self.owners.len()).filter(|at| !given_up.contains(at)).collect();
        let Some(mut core) = self.contradictory(&kept)? else { return Ok(None) };
        for at in core.clone().into_iter().rev() {
            if core.remove(&at) {
                match self.contradictory(&core)? {
                    Some(smaller) => core = smaller,
                    None => _ = core.insert(at),
                }
            }
        }
        Ok(Some(core))
    }

    /// Owners among these whose claims contradict each other, not always as few as possible.
    fn contradictory(&mut self, kept: &BTreeSet<usize>) -> Decided<Option<BTreeSet<usize>>> {
        let mut all: Vec<Claim> = self.fixed.to_vec();
        let mut whose: Vec<usize> = Vec::new();
        for at in kept {
            let Some(owner) = self.owners.get(*at) else { continue };
            all.extend(self.asked.of(*owner).cloned());
            whose.resize(all.len() - self.fixed.len(), *at);
        }
        if self.search.is_possible(&all)? {
            return Ok(None);
        }
        let fixed = self.fixed.len();
        let core = match self.at_once(&all) {
            Some(core) => core,
            None => self.search.core(&all.iter().collect::<Vec<_>>())?.ok_or(Undecided)?,
        };
        // What is fixed cannot be given up.
        let own = core.into_iter().filter_map(|at| at.checked_sub(fixed));
        Ok(Some(own.filter_map(|at| whose.get(at).copied()).collect()))
    }

    /// Claims of which it follows at once that they contradict each other.
    fn at_once(&mut self, claims: &[Claim]) -> Option<BTreeSet<usize>> {
        let formula = self.search.engine.formula();
        self.trail.push();
        let lits = claims.iter().enumerate().flat_map(|(at, claim)| {
            formula.literals(claim).into_iter().map(move |lit| (lit, Reason::Claim(at as u32)))
        });
        let trail = &mut self.trail;
        let done = lits.into_iter().try_for_each(|(lit, reason)| trail.set(lit, reason));
        let conflict = done.and_then(|()| trail.follow(&formula.cnf)).err();
        let core = conflict.map(|conflict| trail.trace(&formula.cnf, conflict).0);
        trail.back_to(&formula.cnf, 0);
        core.map(|core| core.into_iter().map(|at| at as usize).collect())
    }
}

/// How many of the sets have nothing in common, when taken as they come: so many positions are missing at least.
fn apart(sets: &[&BTreeSet<usize>]) -> usize {
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let mut count = 0;
    for set in sets {
        if set.is_disjoint(&taken) {
            taken.extend(*set);
            count += 1;
        }
    }
    count
}
