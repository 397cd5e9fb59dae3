//! One asker's scratch: what is claimed, and what each piece of the problem says to it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::outlook::{Kept, Others};
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
    pub(super) claims: BTreeMap<Var, ValueSet>,
    /// What the claims leave of the variables of all pieces, as words.
    pub(super) allowed: Vec<u64>,
    /// The values that each variable can have when its own claims are lifted, for pieces with circuits.
    pub(super) found: Vec<u64>,
    pub(super) pieces: Vec<Asked>,
    pub(super) whole: Option<Search>,
    pub(super) kept: Kept,
}

/// What was last asked of a piece.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// The values allowed then.
    allowed: Vec<u64>,
    /// The words of them that may be others now.
    changed: Vec<u32>,
    /// Whether there was a solution.
    pub(super) possible: Option<Decided<bool>>,
    /// Whether what the variables can be belongs to it: of a circuit in [`Session::found`], else here.
    found: bool,
    pub(super) supports: Vec<Support>,
    /// The variables of which what is kept of the whole problem may be out of date.
    pub(super) untold: Vec<u32>,
    /// What was kept of the other pieces then.
    pub(super) others: Others,
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
            kept: Kept::default(),
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

    /// Takes down the claims in place of those before.
    pub(super) fn claim(&mut self, solver: &Solver, claims: &[Claim]) {
        for var in self.claims.keys() {
            let place = &solver.places[var.0 as usize];
            let words = solver.words(place);
            self.allowed[words.clone()].copy_from_slice(&solver.domains[words]);
            self.pieces[place.piece as usize].note(&solver.pieces[place.piece as usize], place.var);
        }
        self.claims.clear();
        for claim in claims {
            let Some(place) = solver.places.get(claim.var.0 as usize) else { continue };
            let theirs = place.theirs(&claim.values);
            for (word, at) in solver.words(place).enumerate() {
                self.allowed[at] &= theirs.words().get(word).copied().unwrap_or(0);
            }
            self.pieces[place.piece as usize].note(&solver.pieces[place.piece as usize], place.var);
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
        let is_same = asked.is_same(allowed);
        if let Some(possible) = asked.possible
            && is_same
        {
            return possible;
        }
        asked.found = false;
        let possible = match &piece.body {
            Body::Circuit(circuit) => Ok(circuit.possible(allowed, &asked.changed, &mut asked.walk)),
            Body::Search(_) => {
                let claims = self.claims_left(solver, at);
                self.search(solver, at).ok_or(Undecided).and_then(|search| search.possible(&claims))
            }
        };
        let asked = &mut self.pieces[at];
        asked.changed.clear();
        asked.possible = Some(possible);
        possible
    }

    /// Finds what the variables of a piece can have when their own claims are lifted.
    pub(super) fn find(&mut self, solver: &Solver, at: usize) {
        let possible = self.piece_possible(solver, at);
        if self.pieces[at].found {
            return;
        }
        let piece = &solver.pieces[at];
        match &piece.body {
            Body::Circuit(circuit) => {
                let asked = &mut self.pieces[at];
                let changed = circuit.alternatives(&mut asked.walk, &mut self.found[piece.all()]);
                asked.untold.extend(changed);
            }
            Body::Search(_) => {
                let claims = self.claims_left(solver, at);
                let found = self.search(solver, at).ok_or(Undecided).and_then(|search| match possible {
                    Ok(_) => search.alternatives(&claims),
                    Err(Undecided) => search.alternatives_of_undecided(&claims),
                });
                let asked = &mut self.pieces[at];
                asked.supports = found.unwrap_or_else(|Undecided| piece.undecided(solver));
                asked.untold.extend(0..piece.stands_for.len() as u32);
            }
        }
        self.pieces[at].found = true;
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

/// What a variable of a piece can have, as a variable of the problem that it stands for.
pub(super) fn seen_from(support: Support, place: &Place) -> Support {
    if place.own.is_none() {
        return support;
    }
    let own = |values: &ValueSet| place.own(values.words().iter().copied());
    Support { possible: own(&support.possible), undecided: own(&support.undecided) }
}

impl Asked {
    /// What is allowed of a variable may be something else now, and so may be what is claimed of those that it
    /// stands for.
    fn note(&mut self, piece: &Piece, var: u32) {
        let start = piece.all().start;
        self.changed.extend(piece.of(var).map(|word| (word - start) as u32));
        self.untold.push(var);
        for (list, most) in
            [(&mut self.changed, piece.all().len()), (&mut self.untold, piece.stands_for.len())]
        {
            if list.len() > 4 * most + 64 {
                list.sort_unstable();
                list.dedup();
            }
        }
    }

    /// Takes down what is allowed, and leaves only words that did change; whether none did.
    fn is_same(&mut self, allowed: &[u64]) -> bool {
        if self.allowed.len() != allowed.len() {
            self.allowed = allowed.to_vec();
            return false;
        }
        let known = &mut self.allowed;
        self.changed.retain(|word| {
            let (known, now) = (&mut known[*word as usize], allowed[*word as usize]);
            std::mem::replace(known, now) != now
        });
        self.changed.is_empty()
    }
}
