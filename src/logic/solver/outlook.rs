//! What each variable can be with its own claims lifted, kept from question to question: only what a change of the
//! claims reaches is found anew.

use std::collections::BTreeMap;

use super::session::seen_from;
use super::{Body, Piece, Session, Solver};
use crate::logic::answer::{Decided, Support, Undecided};
use crate::logic::problem::{Claim, Var};
use crate::logic::values::ValueSet;

/// What is kept of the whole problem.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// By variable of the problem, what it can be when its own claims are lifted.
    supports: Vec<Support>,
    /// The variables of which that changed since an outlook.
    changed: Vec<Var>,
    /// By variable, whether it is one of them.
    is_changed: Vec<bool>,
}

/// How the pieces other than one are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Others {
    /// Nobody asked.
    #[default]
    Unknown,
    /// All have a solution.
    Possible,
    /// One of them is not decided.
    Undecided,
    /// One of them has none.
    Impossible,
}

/// What some claims leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Whether a solution has all claims.
    pub possible: Decided<bool>,
    /// The variables of which [`Session::kept`] differs from what it was at the outlook before, in no order. Before
    /// the first nothing is possible.
    pub changed: Vec<Var>,
}

impl Session {
    /// Which values each variable can have when its own claims are lifted and those of the others kept, also
    /// when the claims contradict each other. It costs what the claims change, and is read with [`Session::kept`].
    pub fn outlook(&mut self, claims: &[Claim]) -> Outlook {
        let possible = self.refresh(claims);
        let changed = std::mem::take(&mut self.kept.changed);
        changed.iter().for_each(|var| self.kept.is_changed[var.0 as usize] = false);
        Outlook { possible, changed }
    }

    /// By variable, what it can be when its own claims are lifted, as of the last outlook. Nothing before the first.
    pub fn kept(&self) -> &[Support] {
        &self.kept.supports
    }

    /// The same as an outlook tells, for all variables at once.
    ///
    /// # Errors
    ///
    /// None so far: a value of which it is not decided is named in its support.
    pub fn alternatives(&mut self, claims: &[Claim]) -> Decided<Vec<Support>> {
        _ = self.refresh(claims);
        Ok(self.kept.supports.clone())
    }

    /// Brings what is kept up to date; whether a solution has all claims.
    fn refresh(&mut self, claims: &[Claim]) -> Decided<bool> {
        let solver = self.solver.clone();
        let vars = solver.problem.sizes.len();
        self.kept.supports.resize(vars, Support::default());
        self.kept.is_changed.resize(vars, false);
        if solver.contradictory {
            return Ok(false);
        }
        self.claim(&solver, claims);
        let (mut dead, mut open) = (0, 0);
        for at in 0..solver.pieces.len() {
            match self.piece_possible(&solver, at) {
                Ok(possible) => dead += usize::from(!possible),
                Err(Undecided) => open += 1,
            }
        }
        for at in 0..solver.pieces.len() {
            let (dead, open) = match self.pieces[at].possible {
                Some(Ok(false)) => (dead - 1, open),
                Some(Err(Undecided)) => (dead, open - 1),
                _ => (dead, open),
            };
            let others = match (dead, open) {
                (0, 0) => Others::Possible,
                (0, _) => Others::Undecided,
                _ => Others::Impossible,
            };
            self.refresh_piece(&solver, at, others);
        }
        match (dead, open) {
            (0, 0) => Ok(true),
            (0, _) => Err(Undecided),
            _ => Ok(false),
        }
    }

    fn refresh_piece(&mut self, solver: &Solver, at: usize, others: Others) {
        let piece = &solver.pieces[at];
        let is_other = std::mem::replace(&mut self.pieces[at].others, others) != others;
        if others == Others::Impossible {
            for member in piece.stands_for.iter().flatten().filter(|_| is_other) {
                self.kept.put(*member, Support::default());
            }
            return;
        }
        self.find(solver, at);
        let mut untold = std::mem::take(&mut self.pieces[at].untold);
        if is_other {
            untold.clear();
            untold.extend(0..piece.stands_for.len() as u32);
        }
        untold.sort_unstable();
        untold.dedup();
        untold.drain(..).for_each(|var| self.tell(solver, at, var));
        self.pieces[at].untold = untold;
    }

    /// Keeps what a variable of a piece says of the variables that it stands for.
    fn tell(&mut self, solver: &Solver, at: usize, var: u32) {
        let (piece, asked) = (&solver.pieces[at], &self.pieces[at]);
        let support = match &piece.body {
            Body::Circuit(_) => Support {
                possible: ValueSet::from_words(&self.found[piece.of(var)]),
                undecided: ValueSet::none(),
            },
            Body::Search(_) => asked.supports.get(var as usize).cloned().unwrap_or_default(),
        };
        let members = &piece.stands_for[var as usize];
        // Variables that say the same restrict each other by their claims.
        let claimed: Vec<(Var, ValueSet)> = members
            .iter()
            .filter(|_| members.len() > 1)
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
            if asked.others == Others::Undecided {
                support.undecided = support.undecided.or(&support.possible);
                support.possible = ValueSet::none();
            }
            self.kept.put(*member, seen_from(support, place));
        }
    }
}

impl Kept {
    fn put(&mut self, var: Var, support: Support) {
        let kept = &mut self.supports[var.0 as usize];
        if *kept != support {
            *kept = support;
            if !std::mem::replace(&mut self.is_changed[var.0 as usize], true) {
                self.changed.push(var);
            }
        }
    }
}

impl Piece {
    /// Supports of its variables where nothing is decided.
    pub(super) fn undecided(&self, solver: &Solver) -> Vec<Support> {
        let all = |var: u32| ValueSet::from_words(&solver.domains[self.of(var)]);
        let vars = 0..self.stands_for.len() as u32;
        vars.map(|var| Support { possible: ValueSet::none(), undecided: all(var) }).collect()
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
