//! One asker's scratch: what is claimed, and what each piece of the problem says to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Body, Piece, Solver};
use crate::logic::answer::{Decided, Support, Undecided};
use crate::logic::circuit::{Place, Walk};
use crate::logic::problem::{Claim, Var};
use crate::logic::search::Search;
use crate::logic::values::ValueSet;

/// One asker's scratch. Its answers depend on the question alone, never on what was asked before.
#[derive(Debug)]
pub struct Session {
    pub(super) solver: Arc<Solver>,
    /// What the claims leave of each variable of the problem that they name.
    claims: BTreeMap<Var, ValueSet>,
    /// What the claims leave of the variables of all pieces, as words.
    pub(super) allowed: Vec<u64>,
    /// The values that each variable can have when its own claims are lifted, for pieces with circuits.
    found: Vec<u64>,
    pub(super) pieces: Vec<Asked>,
    pub(super) whole: Option<Search>,
}

/// What was last asked of a piece.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The values allowed then.
    allowed: Vec<u64>,
    /// Whether there was a solution.
    possible: Option<bool>,
    /// Whether [`Session::found`] belongs to it.
    found: bool,
    walk: Walk,
    search: Option<Search>,
}

impl Session {
    /// A session on a solver.
    pub fn new(solver: Arc<Solver>) -> Session {
        Session {
            claims: BTreeMap::new(),
            found: vec![0; solver.domains.len()],
            allowed: solver.domains.clone(),
            pieces: solver.pieces.iter().map(|_| Asked::default()).collect(),
            whole: None,
            solver,
        }
    }

    /// The solver asked.
    pub fn solver(&self) -> &Arc<Solver> {
        &self.solver
    }

    /// Whether a solution has all claims.
    ///
    /// # Errors
    ///
    /// Where the budget does not suffice.
    pub fn possible(&mut self, claims: &[Claim]) -> Decided<bool> {
        let solver = self.solver.clone();
        if solver.contradictory {
            return Ok(false);
        }
        self.claim(&solver, claims);
        self.all_possible(&solver)
    }

    /// Which values each variable has among the solutions with all claims; nothing when there is none.
    ///
    /// # Errors
    ///
    /// Where it is not decided whether there is one. A value of which it is not decided is named in its support.
    pub fn supports(&mut self, claims: &[Claim]) -> Decided<Option<Vec<Support>>> {
        let solver = self.solver.clone();
        if !self.possible(claims)? {
            return Ok(None);
        }
        let mut searched = Vec::new();
        for (at, piece) in solver.pieces.iter().enumerate() {
            searched.push(match &piece.body {
                Body::Circuit(_) => {
                    self.find(&solver, at);
                    None
                }
                Body::Search(_) => {
                    let claims = self.claims_left(&solver, at);
                    match self.search(&solver, at).map_or(Ok(None), |search| search.supports(&claims))? {
                        None => return Ok(None),
                        supports => supports,
                    }
                }
            });
        }
        let supports = solver.places.iter().map(|place| match &searched[place.piece as usize] {
            Some(supports) => seen_from(supports[place.var as usize].clone(), place),
            None => {
                let words = solver.words(place);
                let left = self.found[words.clone()].iter().zip(&self.allowed[words]);
                Support {
                    possible: place.own(left.map(|(found, allowed)| found & allowed)),
                    ..Support::default()
                }
            }
        });
        Ok(Some(supports.collect()))
    }

    /// Which values each variable can have when its own claims are lifted and those of the others kept, also
    /// when the claims contradict each other.
    ///
    /// # Errors
    ///
    /// None so far: a value of which it is not decided is named in its support.
    pub fn alternatives(&mut self, claims: &[Claim]) -> Decided<Vec<Support>> {
        let solver = self.solver.clone();
        if solver.contradictory {
            return Ok(vec![Support::default(); solver.problem.sizes.len()]);
        }
        self.claim(&solver, claims);
        let states: Vec<Decided<bool>> =
            (0..solver.pieces.len()).map(|at| self.piece_possible(&solver, at)).collect();
        let dead = states.iter().filter(|state| **state == Ok(false)).count();
        let open = states.iter().filter(|state| state.is_err()).count();
        let mut supports = vec![Support::default(); solver.places.len()];
        for (at, piece) in solver.pieces.iter().enumerate() {
            let others_dead = dead - usize::from(states[at] == Ok(false));
            let others_open = open - usize::from(states[at].is_err());
            if others_dead == 0 {
                self.piece_alternatives(&solver, at, piece, others_open > 0, &mut supports)?;
            }
        }
        Ok(supports)
    }

    /// What the variables of a piece can have when their own claims are lifted.
    fn piece_alternatives(
        &mut self,
        solver: &Solver,
        at: usize,
        piece: &Piece,
        others_open: bool,
        supports: &mut [Support],
    ) -> Decided<()> {
        let searched = match &piece.body {
            Body::Circuit(_) => {
                self.find(solver, at);
                None
            }
            Body::Search(_) => {
                let claims = self.claims_left(solver, at);
                self.search(solver, at).map(|search| search.alternatives(&claims)).transpose()?
            }
        };
        for (local, members) in piece.stands_for.iter().enumerate() {
            let support = match &searched {
                Some(supports) => supports[local].clone(),
                None => Support {
                    possible: ValueSet::from_words(&self.found[piece.of(local as u32)]),
                    undecided: ValueSet::none(),
                },
            };
            // Variables that say the same restrict each other by their claims.
            let claimed: Vec<(Var, ValueSet)> = members
                .iter()
                .filter_map(|member| Some((*member, self.claims.get(member)?)))
                .map(|(member, values)| (member, solver.places[member.0 as usize].theirs(values)))
                .collect();
            let (all, of_others) = claims_of_others(&claimed);
            for member in members {
                let place = &solver.places[member.0 as usize];
                let mut support = support.clone();
                if let Some(values) = of_others.get(member).unwrap_or(&all) {
                    support.possible = support.possible.and(values);
                    support.undecided = support.undecided.and(values);
                }
                if others_open {
                    support.undecided = support.undecided.or(&support.possible);
                    support.possible = ValueSet::none();
                }
                supports[member.0 as usize] = seen_from(support, place);
            }
        }
        Ok(())
    }

    /// Takes down the claims in place of those before.
    pub(super) fn claim(&mut self, solver: &Solver, claims: &[Claim]) {
        for var in self.claims.keys() {
            let words = solver.words(&solver.places[var.0 as usize]);
            self.allowed[words.clone()].copy_from_slice(&solver.domains[words]);
        }
        self.claims.clear();
        for claim in claims {
            let Some(place) = solver.places.get(claim.var.0 as usize) else { continue };
            let theirs = place.theirs(&claim.values);
            for (word, at) in solver.words(place).enumerate() {
                self.allowed[at] &= theirs.words().get(word).copied().unwrap_or(0);
            }
            let left = self.claims.entry(claim.var).or_insert_with(|| claim.values.clone());
            *left = left.and(&claim.values);
        }
    }

    /// Whether all pieces have a solution.
    pub(super) fn all_possible(&mut self, solver: &Solver) -> Decided<bool> {
        let mut all = Ok(true);
        for at in 0..solver.pieces.len() {
            match self.piece_possible(solver, at) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(Undecided) => all = Err(Undecided),
            }
        }
        all
    }

    /// Whether a piece has a solution.
    pub(super) fn piece_possible(&mut self, solver: &Solver, at: usize) -> Decided<bool> {
        let piece = &solver.pieces[at];
        let allowed = &self.allowed[piece.all()];
        let asked = &mut self.pieces[at];
        if let Some(possible) = asked.possible
            && asked.allowed == allowed
        {
            return Ok(possible);
        }
        asked.allowed.clear();
        asked.allowed.extend_from_slice(allowed);
        asked.found = false;
        asked.possible = None;
        let possible = match &piece.body {
            Body::Circuit(circuit) => circuit.possible(allowed, &mut asked.walk),
            Body::Search(_) => {
                let claims = self.claims_left(solver, at);
                match self.search(solver, at) {
                    Some(search) => search.possible(&claims)?,
                    None => return Err(Undecided),
                }
            }
        };
        self.pieces[at].possible = Some(possible);
        Ok(possible)
    }

    /// Finds what the variables of a compiled piece can have when their own claims are lifted.
    fn find(&mut self, solver: &Solver, at: usize) {
        let _ = self.piece_possible(solver, at);
        let asked = &mut self.pieces[at];
        let piece = &solver.pieces[at];
        if let Body::Circuit(circuit) = &piece.body
            && !asked.found
        {
            circuit.alternatives(&mut asked.walk, &mut self.found[piece.all()]);
            asked.found = true;
        }
    }

    /// What the claims leave of a piece's variables, as claims on them.
    pub(super) fn claims_left(&self, solver: &Solver, at: usize) -> Vec<Claim> {
        let mut claims = Vec::new();
        for var in self.claims.keys() {
            let place = &solver.places[var.0 as usize];
            if place.piece as usize == at {
                let left = ValueSet::from_words(&self.allowed[solver.words(place)]);
                claims.push(Claim::new(Var(place.var), left));
            }
        }
        claims.sort_unstable_by_key(|claim| claim.var);
        claims.dedup_by_key(|claim| claim.var);
        claims
    }

    /// The search that answers for a piece.
    pub(super) fn search(&mut self, solver: &Solver, at: usize) -> Option<&mut Search> {
        let Body::Search(engine) = &solver.pieces[at].body else { return None };
        let conflicts = solver.budget.conflicts;
        Some(self.pieces[at].search.get_or_insert_with(|| Search::new(engine.clone(), conflicts)))
    }

    /// The search over all rules as they were given.
    pub(super) fn whole(&mut self, solver: &Solver) -> &mut Search {
        self.whole.get_or_insert_with(|| Search::new(solver.whole().clone(), solver.budget.conflicts))
    }
}

/// What claims leave: all of them together, and for each variable those of all others. Nothing where none is.
fn claims_of_others(claimed: &[(Var, ValueSet)]) -> (Option<ValueSet>, BTreeMap<Var, Option<ValueSet>>) {
    if claimed.is_empty() {
        return (None, BTreeMap::new());
    }
    let both = |left: &Option<ValueSet>, right: &Option<ValueSet>| match (left, right) {
        (Some(left), Some(right)) => Some(left.and(right)),
        (left, right) => left.as_ref().or(right.as_ref()).cloned(),
    };
    let mut before = vec![None];
    for (_, values) in claimed {
        let next = both(&before[before.len() - 1], &Some(values.clone()));
        before.push(next);
    }
    let (mut of_others, mut after) = (BTreeMap::new(), None);
    for (at, (var, values)) in claimed.iter().enumerate().rev() {
        of_others.insert(*var, both(&before[at], &after));
        after = both(&after, &Some(values.clone()));
    }
    (after, of_others)
}

/// What a variable of a piece can have, as a variable of the problem that it stands for.
fn seen_from(support: Support, place: &Place) -> Support {
    if place.own.is_none() {
        return support;
    }
    let own = |values: &ValueSet| place.own(values.words().iter().copied());
    Support { possible: own(&support.possible), undecided: own(&support.undecided) }
}
