//! Finding solutions, and keeping those that were found.

use std::collections::{BTreeSet, VecDeque};

use super::Search;
use super::cnf::{Lit, TRUE};
use super::sat::{Outcome, Sat};
use crate::logic::circuit::Mark;
use crate::logic::{Claim, Decided, ValueSet, Var};

/// How many values all kept solutions may have together, and how many solutions are kept at most.
const KEPT_VALUES: usize = 1 << 19;
const KEPT: usize = 256;

/// How many dead ends guessing may run into before the solver crate is asked.
const DEAD_ENDS: u32 = 64;

/// A value of a variable.
pub(super) type Choice = (u32, u32);

/// What came of looking for a solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// One value a variable.
    Model(Vec<u32>),
    /// There is none.
    None,
}

/// What came of guessing.
enum Guessed {
    Model,
    /// Every guess was tried.
    None,
    /// Too many dead ends; the hints that stood then.
    GaveUp(Vec<Choice>),
}

/// Solutions that were found, the latest last.
#[derive(Debug)]
pub(super) struct Pool {
    models: VecDeque<Vec<u32>>,
    most: usize,
}

/// Guesses, each of which can be taken back.
struct Guesses<'h> {
    made: Vec<(Mark, Choice)>,
    hints: &'h [Choice],
    next_hint: usize,
    /// How many of the guesses were hints.
    hinted: usize,
    /// All variables before this one have a value.
    next_var: u32,
    /// The variable of the last dead end, which is decided first from then on.
    urgent: Option<u32>,
    dead_ends: u32,
}

impl Pool {
    /// No solution yet, for so many variables.
    pub(super) fn new(variables: usize) -> Pool {
        Pool { models: VecDeque::new(), most: (KEPT_VALUES / variables.max(1)).clamp(8, KEPT) }
    }

    /// Keeps a solution, and forgets the oldest where there are too many.
    fn keep(&mut self, model: Vec<u32>) {
        if self.models.len() >= self.most {
            self.models.pop_front();
        }
        self.models.push_back(model);
    }

    /// All solutions kept.
    pub(super) fn models(&self) -> impl Iterator<Item = &Vec<u32>> {
        self.models.iter()
    }

    /// Those that agree with the claims, the latest first.
    pub(super) fn fitting<'p>(&'p self, claims: &'p [Claim]) -> impl Iterator<Item = &'p Vec<u32>> {
        self.models.iter().rev().filter(|model| claims.iter().all(|claim| agrees(model, claim)))
    }
}

/// Whether a solution agrees with a claim.
pub(super) fn agrees(model: &[u32], claim: &Claim) -> bool {
    model.get(claim.var.0 as usize).is_some_and(|value| claim.values.has(*value))
}

impl Search {
    /// A solution that agrees with the claims, which the kernel holds already, and with the first of the hints
    /// and as many others as come easily.
    pub(super) fn model(&mut self, claims: &[Claim], hints: &[Choice]) -> Decided<Found> {
        let mark = self.kernel.mark();
        let guessed = self.guess(hints);
        let model = match guessed {
            Guessed::Model => Some(self.values()),
            _ => None,
        };
        self.kernel.undo(mark);
        match (guessed, model) {
            (Guessed::GaveUp(hints), _) => self.search(claims, &hints),
            (_, None) => Ok(Found::None),
            (_, Some(model)) => {
                self.pool.keep(model.clone());
                Ok(Found::Model(model))
            }
        }
    }

    /// The values that the kernel holds, one a variable.
    pub(super) fn values(&self) -> Vec<u32> {
        (0..self.kernel.len() as u32).map(|var| self.kernel.lowest(var)).collect()
    }

    /// Takes a value from a variable, with what follows; whether that can be.
    pub(super) fn exclude(&mut self, (var, value): Choice) -> bool {
        let mut rest = ValueSet::from_words(self.kernel.domain(var));
        rest.remove(value);
        self.kernel.restrict([(var, &rest)])
    }

    /// Guesses the hints and then the latest solution's values, and goes back where that fails.
    fn guess(&mut self, hints: &[Choice]) -> Guessed {
        let mut guesses = Guesses {
            made: Vec::new(),
            hints,
            next_hint: 0,
            hinted: 0,
            next_var: 0,
            urgent: None,
            dead_ends: 0,
        };
        if let Some((var, value)) = hints.first()
            && !self.kernel.has(*var, *value)
        {
            return Guessed::None;
        }
        while let Some(choice) = self.next_guess(&mut guesses) {
            let mark = self.kernel.mark();
            if self.kernel.assign(choice.0, choice.1) {
                guesses.made.push((mark, choice));
                continue;
            }
            self.kernel.undo(mark);
            if !self.go_back(&mut guesses, choice) {
                return Guessed::None;
            }
            if guesses.dead_ends > DEAD_ENDS {
                self.left.spend(u64::from(DEAD_ENDS));
                return Guessed::GaveUp(
                    guesses.made[..guesses.hinted].iter().map(|(_, hint)| *hint).collect(),
                );
            }
        }
        Guessed::Model
    }

    fn next_guess(&self, guesses: &mut Guesses<'_>) -> Option<Choice> {
        while let Some((var, value)) = guesses.hints.get(guesses.next_hint).copied() {
            guesses.next_hint += 1;
            // The first hint is asked for also where it follows anyway.
            if self.kernel.has(var, value) && (self.kernel.left(var) > 1 || guesses.next_hint == 1) {
                guesses.hinted += 1;
                return Some((var, value));
            }
        }
        if let Some(var) = guesses.urgent.filter(|var| self.kernel.left(*var) > 1) {
            return Some(self.likely(var));
        }
        while guesses.next_var < self.kernel.len() as u32 {
            let var = guesses.next_var;
            if self.kernel.left(var) > 1 {
                return Some(self.likely(var));
            }
            guesses.next_var += 1;
        }
        None
    }

    /// The value of the latest solution, or the lowest.
    fn likely(&self, var: u32) -> Choice {
        let latest = self.pool.models.back().and_then(|model| model.get(var as usize)).copied();
        let latest = latest.filter(|value| self.kernel.has(var, *value));
        (var, latest.unwrap_or_else(|| self.kernel.lowest(var)))
    }

    /// After a guess that cannot be: excludes it, and takes back the guesses before it for which that cannot be
    /// either. `false` where none is left, or the first hint would have to go.
    fn go_back(&mut self, guesses: &mut Guesses<'_>, mut choice: Choice) -> bool {
        // A hint that fails was counted but not made.
        guesses.hinted = guesses.hinted.min(guesses.made.len());
        guesses.urgent = Some(choice.0);
        loop {
            guesses.dead_ends += 1;
            if guesses.hints.first() == Some(&choice) && guesses.made.is_empty() {
                return false;
            }
            if self.exclude(choice) {
                return true;
            }
            let Some((mark, before)) = guesses.made.pop() else { return false };
            guesses.hinted = guesses.hinted.min(guesses.made.len());
            guesses.next_var = 0;
            self.kernel.undo(mark);
            choice = before;
        }
    }

    /// Asks the solver crate, with the hints for as long as they are not in the way of the first.
    fn search(&mut self, claims: &[Claim], hints: &[Choice]) -> Decided<Found> {
        let formula = self.engine.formula();
        let assumed: Vec<Lit> = claims.iter().flat_map(|claim| formula.literals(claim)).collect();
        let mut hints: Vec<Lit> = hints.iter().map(|(var, value)| formula.domains.is(*var, *value)).collect();
        let first = hints.first().copied();
        let sat = self.sat.get_or_insert_with(|| Sat::of(&formula.cnf));
        loop {
            let assumptions: Vec<Lit> = assumed.iter().chain(&hints).copied().collect();
            let core = match sat.solve(&assumptions, &mut self.left)? {
                Outcome::Core(core) => core,
                Outcome::Model => break,
            };
            let in_the_way = |hint: &Lit| core.contains(hint) && Some(*hint) != first;
            if !hints.iter().any(in_the_way) {
                return Ok(Found::None);
            }
            hints.retain(|hint| !in_the_way(hint));
            hints.truncate(hints.len().div_ceil(2));
        }
        let value = |var: u32| {
            let lits = formula.domains.values(var);
            let at = lits.iter().position(|lit| *lit == TRUE || sat.holds(*lit));
            at.map_or(0, |at| at as u32)
        };
        let model: Vec<u32> = (0..formula.domains.len() as u32).map(value).collect();
        self.pool.keep(model.clone());
        Ok(Found::Model(model))
    }

    /// Claims among these that contradict the rules together; `None` where there is a solution.
    pub(super) fn core(&mut self, claims: &[&Claim]) -> Decided<Option<BTreeSet<usize>>> {
        let formula = self.engine.formula();
        let lits: Vec<Vec<Lit>> = claims.iter().map(|claim| formula.literals(claim)).collect();
        let sat = self.sat.get_or_insert_with(|| Sat::of(&formula.cnf));
        let assumptions: Vec<Lit> = lits.iter().flatten().copied().collect();
        let mut core = match sat.solve(&assumptions, &mut self.left)? {
            Outcome::Core(core) => core,
            Outcome::Model => return Ok(None),
        };
        // Of claims that say the same, the first is to blame.
        let blamed = lits.iter().enumerate().filter(|(_, lits)| {
            let own: Vec<&Lit> = lits.iter().filter(|lit| core.remove(lit)).collect();
            !own.is_empty()
        });
        Ok(Some(blamed.map(|(at, _)| at).collect()))
    }
}

/// A claim that a variable has a value.
pub(super) fn claim((var, value): Choice) -> Claim {
    Claim::is(Var(var), value)
}
