//! The solver of one problem, shared by all; what it is asked stands in a session.

mod answers;
mod outlook;
mod reasons;
mod session;
#[cfg(test)]
mod tests;

use std::sync::{Arc, OnceLock};

use super::answer::{Budget, Undecided};
use super::circuit::{self, Circuit, Effort, Part, Place};
use super::problem::{Claim, Literal, Problem, Rule, Var};
use super::search::Engine;
use super::values::ValueSet;

pub use outlook::Outlook;
pub use session::Session;

/// A problem made ready for questions. Building it is the only slow part; it is shared behind an [`Arc`].
#[derive(Debug)]
pub struct Solver {
    problem: Problem,
    budget: Budget,
    /// Where each variable went.
    places: Vec<Place>,
    /// What has nothing to do with each other; none, when the problem was found to have no solution.
    pieces: Vec<Piece>,
    /// The values of all variables of all pieces, as words.
    domains: Vec<u64>,
    /// Whether the problem was found to have no solution; a piece that was not compiled may still have none.
    contradictory: bool,
    /// All rules as they were given, for explanations.
    whole: OnceLock<Arc<Engine>>,
}

/// A piece of the problem.
#[derive(Debug)]
struct Piece {
    /// The variables of the problem that each of its variables stands for.
    stands_for: Vec<Vec<Var>>,
    /// The first word of each variable, and the end, in [`Solver::domains`].
    words: Vec<u32>,
    /// For how many values of the asker each value of its variables stands; none where it is one each.
    weights: Vec<Vec<u64>>,
    body: Body,
}

/// How a piece is answered.
#[derive(Debug)]
enum Body {
    Circuit(Circuit),
    Search(Arc<Engine>),
}

/// How a problem is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Pieces that share nothing; what nothing restricts is one of them.
    pub pieces: usize,
    /// Pieces among them that outgrew the budget and are searched.
    pub searched: usize,
    /// Nodes of all circuits.
    pub nodes: usize,
    /// Links between them: a question walks each twice.
    pub links: usize,
}

impl Solver {
    /// Makes a problem ready for questions within a budget.
    pub fn new(problem: Problem, budget: Budget) -> Solver {
        let mut solver = Solver {
            budget,
            places: Vec::new(),
            pieces: Vec::new(),
            domains: Vec::new(),
            contradictory: true,
            whole: OnceLock::new(),
            problem,
        };
        let Some(prepared) = circuit::prepare(&solver.problem) else { return solver };
        // The smallest first, so that one too large leaves their budget to the others.
        let mut order: Vec<usize> = (0..prepared.pieces.len()).collect();
        order.sort_by_key(|at| prepared.pieces[*at].part.size());
        let mut effort = Effort { nodes: u64::from(budget.nodes), steps: budget.compile_steps };
        let mut bodies: Vec<Option<(Body, Vec<Vec<u64>>)>> = prepared.pieces.iter().map(|_| None).collect();
        for at in order {
            let piece = &prepared.pieces[at];
            let weights = weights(&solver.problem, piece, &prepared.places);
            let unasked = piece.stands_for.iter();
            let unasked = unasked.map(|members| !members.iter().any(|var| solver.problem.is_asked(*var)));
            match body(&piece.part, &mut effort, &weights, unasked.collect()) {
                Some(body) => bodies[at] = Some((body, weights)),
                None => return solver,
            }
        }
        for (piece, (body, weights)) in prepared.pieces.into_iter().zip(bodies.into_iter().flatten()) {
            let mut words = Vec::with_capacity(piece.part.domains.len() + 1);
            for domain in &piece.part.domains {
                words.push(solver.domains.len() as u32);
                solver.domains.extend_from_slice(domain.words());
            }
            words.push(solver.domains.len() as u32);
            solver.pieces.push(Piece { stands_for: piece.stands_for, words, weights, body });
        }
        solver.places = prepared.places;
        solver.contradictory = false;
        solver
    }

    /// The problem as it was given.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// How the problem is answered.
    pub fn shape(&self) -> Shape {
        let mut shape = Shape { pieces: self.pieces.len(), ..Shape::default() };
        for piece in &self.pieces {
            match &piece.body {
                Body::Search(_) => shape.searched += 1,
                Body::Circuit(circuit) => {
                    shape.nodes += circuit.len();
                    shape.links += circuit.links();
                }
            }
        }
        shape
    }

    fn whole(&self) -> &Arc<Engine> {
        self.whole.get_or_init(|| Arc::new(Engine::new(&self.problem)))
    }

    /// The words of a place's values.
    fn words(&self, place: &Place) -> std::ops::Range<usize> {
        self.pieces[place.piece as usize].of(place.var)
    }

    /// What a claim says of the variable of its piece, and the piece.
    fn claim(&self, claim: &Claim) -> Option<(usize, Claim)> {
        let place = self.places.get(claim.var.0 as usize)?;
        Some((place.piece as usize, Claim::new(Var(place.var), place.theirs(&claim.values))))
    }

    /// What some claims say of one piece, with their positions.
    fn claims_on(&self, piece: usize, claims: &[Claim]) -> Vec<(usize, Claim)> {
        let on = |(at, claim): (usize, &Claim)| {
            let (where_to, claim) = self.claim(claim)?;
            (where_to == piece).then_some((at, claim))
        };
        claims.iter().enumerate().filter_map(on).collect()
    }
}

impl Piece {
    /// The words of a variable's values.
    fn of(&self, var: u32) -> std::ops::Range<usize> {
        self.words[var as usize] as usize..self.words[var as usize + 1] as usize
    }

    /// The words of all values.
    fn all(&self) -> std::ops::Range<usize> {
        match (self.words.first(), self.words.last()) {
            (Some(first), Some(last)) => *first as usize..*last as usize,
            _ => 0..0,
        }
    }
}

/// Compiles a piece, or leaves it to searching. Nothing when it has no solution.
fn body(part: &Part, effort: &mut Effort, weights: &[Vec<u64>], unasked: Vec<bool>) -> Option<Body> {
    let compiled = circuit::compile(part, *effort);
    effort.steps = effort.steps.saturating_sub(compiled.steps);
    match compiled.circuit {
        Ok(circuit) => Some(Body::Circuit(circuit?)),
        Err(Undecided) => {
            let problem = Problem { multiplicity: weights.to_vec(), unasked, ..problem_of(part) };
            Some(Body::Search(Arc::new(Engine::new(&problem))))
        }
    }
}

/// For how many values of the asker each value of a piece's variables stands; none where it is one each.
fn weights(problem: &Problem, piece: &circuit::Piece, places: &[Place]) -> Vec<Vec<u64>> {
    let weights = piece.stands_for.iter().zip(&piece.part.domains).map(|(members, domain)| {
        // Of variables that say the same only one has weights.
        let weighted = members.iter().find_map(|member| {
            let weights =
                problem.multiplicity.get(member.0 as usize).filter(|weights| !weights.is_empty())?;
            Some((&places[member.0 as usize], weights))
        });
        let Some((place, weights)) = weighted else { return Vec::new() };
        let size = domain.iter().last().map_or(1, |last| last + 1);
        (0..size).map(|value| weights.get(place.own_value(value) as usize).copied().unwrap_or(1)).collect()
    });
    weights.collect()
}

/// A piece as a problem of its own, whose rules explain nothing.
fn problem_of(part: &Part) -> Problem {
    let mut problem = Problem::default();
    let mut clauses = part.clauses.clone();
    for domain in &part.domains {
        let size = domain.iter().last().map_or(1, |last| last + 1);
        let var = problem.variable(size);
        if *domain != ValueSet::all(size) {
            clauses.push(vec![Literal::new(var, domain.clone())]);
        }
    }
    problem.rule(Rule { background: true, clauses, tables: part.tables.clone() });
    problem
}
