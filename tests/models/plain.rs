//! A feature model as clauses over its features, straight from the tree: a second way to the same answers.

use std::sync::Arc;

use tarif::logic::{Budget, Clause, Count, Literal, Problem, Rule, Session, Solver, Var};

use crate::uvl::{GroupKind, Model, Refused, Tree, read};

/// How many clauses a formula may come to.
const MOST_CLAUSES: usize = 20_000;

/// How many configurations a feature model has; none where a formula comes to too many clauses.
pub fn count(text: &str) -> Result<Option<Count>, Refused> {
    let model = read(text)?;
    let Some(problem) = problem(&model) else { return Ok(None) };
    let mut session = Session::new(Arc::new(Solver::new(problem, Budget::default())));
    Ok(Some(session.count(&[])))
}

fn problem(model: &Model) -> Option<Problem> {
    let mut problem = Problem::default();
    let vars: Vec<Var> = model.features.iter().map(|_| problem.variable(2)).collect();
    let is = |feature: usize, wanted: bool| Literal::is(vars[feature], u32::from(wanted));
    let mut clauses: Vec<Clause> = vec![vec![is(0, true)]];
    for (parent, feature) in model.features.iter().enumerate() {
        for group in &feature.groups {
            let (size, children) = (group.children.len(), &group.children);
            clauses.extend(children.iter().map(|child| vec![is(*child, false), is(parent, true)]));
            let (from, to) = match group.kind {
                GroupKind::Mandatory => (size, size),
                GroupKind::Optional => (0, size),
                GroupKind::Between(from, to) => (from, to.unwrap_or(size)),
            };
            // Of any so many children and one more, one is out; of any that leave too few, one is in.
            for some in subsets(children, to + 1) {
                clauses.push(some.iter().map(|child| is(*child, false)).collect());
            }
            if let Some(open) = size.checked_sub(from).filter(|_| from > 0) {
                for some in subsets(children, open + 1) {
                    let mut clause: Clause = some.iter().map(|child| is(*child, true)).collect();
                    clause.push(is(parent, false));
                    clauses.push(clause);
                }
            }
        }
    }
    for (_, tree) in &model.formulas {
        for clause in clauses_of(tree, true, model)? {
            let literals = clause.iter().map(|(feature, wanted)| is(*feature, *wanted));
            clauses.push(literals.collect());
        }
    }
    problem.rule(Rule { background: false, clauses, tables: Vec::new() });
    Some(problem)
}

fn subsets(of: &[usize], size: usize) -> Vec<Vec<usize>> {
    if size == 0 {
        return vec![Vec::new()];
    }
    let with = |at: usize| {
        subsets(&of[at + 1..], size - 1).into_iter().map(move |rest| [&[of[at]], rest.as_slice()].concat())
    };
    (0..of.len()).filter(|at| of.len() - at >= size).flat_map(with).collect()
}

/// Features and whether they are in: one of them holds.
type OneOf = Vec<(usize, bool)>;

/// The clauses that say that a formula is true, or that it is not.
fn clauses_of(tree: &Tree, truth: bool, model: &Model) -> Option<Vec<OneOf>> {
    let not = |of: &Tree| Tree::Not(Box::new(of.clone()));
    match (tree, truth) {
        (Tree::Feature(name), _) => Some(vec![vec![(*model.by_name.get(name)?, truth)]]),
        (Tree::Truth(is), _) => Some(if *is == truth { Vec::new() } else { vec![Vec::new()] }),
        (Tree::Not(of), _) => clauses_of(of, !truth, model),
        (Tree::All(of), true) | (Tree::Any(of), false) => {
            let parts = of.iter().map(|one| clauses_of(one, truth, model)).collect::<Option<Vec<_>>>()?;
            Some(parts.concat())
        }
        (Tree::All(of), false) | (Tree::Any(of), true) => {
            let mut all: Vec<OneOf> = vec![Vec::new()];
            for one in of {
                let more = clauses_of(one, truth, model)?;
                if all.len() * more.len() > MOST_CLAUSES {
                    return None;
                }
                all =
                    all.iter().flat_map(|left| more.iter().filter_map(|right| joined(left, right))).collect();
            }
            Some(all)
        }
        (Tree::Implies(left, right), _) => {
            clauses_of(&Tree::Any(vec![not(left), (**right).clone()]), truth, model)
        }
        (Tree::Same(left, right), _) => {
            let (left, right) = ((**left).clone(), (**right).clone());
            let there = Tree::Implies(Box::new(left.clone()), Box::new(right.clone()));
            let back = Tree::Implies(Box::new(right), Box::new(left));
            clauses_of(&Tree::All(vec![there, back]), truth, model)
        }
    }
}

/// One clause of two; none where it always holds.
fn joined(left: &OneOf, right: &OneOf) -> Option<OneOf> {
    let mut all = [left.as_slice(), right].concat();
    all.sort_unstable();
    all.dedup();
    all.windows(2).all(|pair| pair[0].0 != pair[1].0).then_some(all)
}
