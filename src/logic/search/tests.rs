//! Every answer against going through all combinations, on small random problems; and the sizes of encodings.

use super::{Engine, Search};
use crate::logic::{
    Cell, Claim, Completion, Core, Count, Literal, Problem, Rule, RuleId, Support, Table, ValueSet, Var,
};
use num_bigint::BigUint;
use std::sync::Arc;

/// Random numbers that are the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(sides.max(1))) as u32
    }

    fn some_values(&mut self, size: u32) -> ValueSet {
        if self.roll(2) == 0 {
            // A range, as numbers have them.
            let (one, other) = (self.roll(size), self.roll(size));
            return (one.min(other)..=one.max(other)).collect();
        }
        (0..size).filter(|_| self.roll(2) == 0).collect()
    }

    fn proper_values(&mut self, size: u32) -> ValueSet {
        loop {
            let values = self.some_values(size);
            if !values.is_empty() && values.len() < size {
                return values;
            }
        }
    }

    fn vars(&mut self, problem: &Problem, most: u32) -> Vec<Var> {
        let mut vars: Vec<Var> =
            (0..=self.roll(most)).map(|_| Var(self.roll(problem.sizes.len() as u32))).collect();
        vars.sort_unstable();
        vars.dedup();
        vars
    }

    fn table(&mut self, problem: &Problem) -> Table {
        let vars = self.vars(problem, 4);
        let cell = |dice: &mut Dice, size: u32| match dice.roll(6) {
            0 => Cell::Any,
            1 if size > 1 => Cell::Set(dice.proper_values(size)),
            _ => Cell::One(dice.roll(size)),
        };
        let rows = (0..1 + self.roll(8))
            .map(|_| vars.iter().map(|var| cell(self, problem.size(*var))).collect())
            .collect();
        Table { vars, rows }
    }

    fn problem(&mut self) -> Problem {
        let mut problem = Problem::default();
        let mut combinations = 1;
        for _ in 0..2 + self.roll(5) {
            let size = match self.roll(12) {
                0 => 1,
                1 => 11 + self.roll(4),
                2 | 3 => 4 + self.roll(3),
                4 | 5 => 3,
                _ => 2,
            };
            if combinations * size <= 1500 {
                combinations *= size;
                let var = problem.variable(size);
                if self.roll(4) == 0 {
                    problem.multiplicity[var.0 as usize] =
                        (0..size).map(|_| u64::from(1 + self.roll(3))).collect();
                }
            }
        }
        for _ in 0..self.roll(8) {
            let mut rule = Rule { background: false, ..Rule::default() };
            for _ in 0..self.roll(3) {
                let vars = self.vars(&problem, 3);
                let vars: Vec<Var> = vars.into_iter().filter(|var| problem.size(*var) > 1).collect();
                rule.clauses.push(
                    vars.iter()
                        .map(|var| Literal::new(*var, self.proper_values(problem.size(*var))))
                        .collect(),
                );
            }
            if self.roll(3) == 0 {
                rule.tables.push(self.table(&problem));
            }
            problem.rule(rule);
        }
        self.background(&mut problem);
        problem
    }

    /// Makes some rules background, as far as they do not contradict each other.
    fn background(&mut self, problem: &mut Problem) {
        for at in 0..problem.rules.len() {
            if self.roll(3) == 0 {
                problem.rules[at].background = true;
                let alone = Problem {
                    rules: problem.rules.iter().filter(|rule| rule.background).cloned().collect(),
                    ..problem.clone()
                };
                problem.rules[at].background = !solutions(&alone).is_empty();
            }
        }
    }

    fn claims(&mut self, problem: &Problem, most: u32) -> Vec<Claim> {
        let mut claims = Vec::new();
        for _ in 0..self.roll(most + 1) {
            let var = Var(self.roll(problem.sizes.len() as u32));
            let size = problem.size(var);
            let values =
                if self.roll(3) > 0 { ValueSet::one(self.roll(size)) } else { self.some_values(size) };
            claims.push(Claim::new(var, values));
        }
        claims
    }
}

fn holds(rule: &Rule, values: &[u32]) -> bool {
    let value = |var: &Var| values[var.0 as usize];
    rule.clauses.iter().all(|clause| clause.iter().any(|literal| literal.values.has(value(&literal.var))))
        && rule.tables.iter().all(|table| {
            let matches =
                |row: &Vec<Cell>| table.vars.iter().zip(row).all(|(var, cell)| cell.has(value(var)));
            table.rows.iter().any(matches)
        })
}

/// All combinations of values, the last variable's changing fastest.
fn combinations(sizes: &[u32]) -> Vec<Vec<u32>> {
    sizes.iter().fold(vec![vec![]], |all, size| {
        all.iter().flat_map(|one| (0..*size).map(move |value| [one.as_slice(), &[value]].concat())).collect()
    })
}

fn solutions(problem: &Problem) -> Vec<Vec<u32>> {
    let mut all = combinations(&problem.sizes);
    all.retain(|values| problem.rules.iter().all(|rule| holds(rule, values)));
    all
}

fn agrees(values: &[u32], claims: &[Claim]) -> bool {
    claims.iter().all(|claim| claim.values.has(values[claim.var.0 as usize]))
}

fn expected_supports(problem: &Problem, solutions: &[&Vec<u32>]) -> Vec<Support> {
    let possible = |var: usize| solutions.iter().map(|values| values[var]).collect();
    (0..problem.sizes.len()).map(|var| Support { possible: possible(var), ..Support::default() }).collect()
}

/// A problem with all its solutions, and one asker who is asked again and again.
struct Case {
    problem: Problem,
    solutions: Vec<Vec<u32>>,
    search: Search,
}

impl Case {
    fn new(dice: &mut Dice) -> Case {
        let problem = dice.problem();
        let search = Search::new(Arc::new(Engine::new(&problem)), 100_000);
        Case { solutions: solutions(&problem), problem, search }
    }

    fn with(&self, claims: &[Claim]) -> Vec<&Vec<u32>> {
        self.solutions.iter().filter(|values| agrees(values, claims)).collect()
    }

    fn check_supports(&mut self, claims: &[Claim]) {
        let left = self.with(claims);
        let expected = (!left.is_empty()).then(|| expected_supports(&self.problem, &left));
        let possible = expected.is_some();
        assert_eq!(self.search.supports(claims), Ok(expected), "{:?} {claims:?}", self.problem);
        assert_eq!(self.search.possible(claims), Ok(possible));
    }

    fn check_alternatives(&mut self, claims: &[Claim]) {
        let mut expected = Vec::new();
        for var in 0..self.problem.sizes.len() {
            let others: Vec<Claim> =
                claims.iter().filter(|claim| claim.var.0 as usize != var).cloned().collect();
            expected.push(expected_supports(&self.problem, &self.with(&others)).swap_remove(var));
        }
        assert_eq!(self.search.alternatives(claims), Ok(expected), "{:?} {claims:?}", self.problem);
    }

    fn check_completion(&mut self, claims: &[Claim], wishes: &[Claim]) {
        let (mut kept, mut given_up) = (claims.to_vec(), Vec::new());
        for (at, wish) in wishes.iter().enumerate() {
            kept.push(wish.clone());
            if self.with(&kept).is_empty() {
                kept.pop();
                given_up.push(at);
            }
        }
        // The combinations are in the order of their values, so the first solution is the lowest.
        let lowest = self.with(&kept).first().map(|values| (*values).clone());
        let expected = lowest.map(|values| Completion { values, given_up });
        assert_eq!(
            self.search.complete(claims, wishes),
            Ok(expected),
            "{:?} {claims:?} {wishes:?}",
            self.problem
        );
    }

    fn contradicts(&self, core: &Core, claims: &[Claim]) -> bool {
        let rules: Vec<&Rule> = self
            .problem
            .rules
            .iter()
            .enumerate()
            .filter(|(at, rule)| rule.background || core.rules.contains(&RuleId(*at as u32)))
            .map(|(_, rule)| rule)
            .collect();
        let claims: Vec<Claim> = core.claims.iter().map(|at| claims[*at].clone()).collect();
        combinations(&self.problem.sizes)
            .iter()
            .all(|values| !agrees(values, &claims) || !rules.iter().all(|rule| holds(rule, values)))
    }

    fn check_explanation(&mut self, claims: &[Claim]) {
        let core = self.search.explain(claims);
        if !self.with(claims).is_empty() {
            return assert_eq!(core, Ok(None));
        }
        let Ok(Some(core)) = core else { panic!("not explained: {:?} {claims:?}", self.problem) };
        assert!(self.contradicts(&core, claims), "{:?} {claims:?} {core:?}", self.problem);
        assert!(core.claims.is_sorted() && core.rules.is_sorted());
        assert!(!core.rules.iter().any(|rule| self.problem.rules[rule.0 as usize].background));
        for at in 0..core.claims.len() {
            let mut less = core.clone();
            less.claims.remove(at);
            assert!(!self.contradicts(&less, claims), "{:?} {claims:?} {core:?}", self.problem);
        }
        for at in 0..core.rules.len() {
            let mut less = core.clone();
            less.rules.remove(at);
            assert!(!self.contradicts(&less, claims), "{:?} {claims:?} {core:?}", self.problem);
        }
    }

    fn check_repairs(&mut self, fixed: &[Claim], claims: &[Claim], most: usize) {
        let suffices = |given_up: &[usize]| {
            let kept = claims.iter().enumerate().filter(|(at, _)| !given_up.contains(at));
            let all: Vec<Claim> = fixed.iter().chain(kept.map(|(_, claim)| claim)).cloned().collect();
            !self.with(&all).is_empty()
        };
        let sets = (0..1u32 << claims.len())
            .map(|bits| (0..claims.len()).filter(|at| bits >> at & 1 == 1).collect());
        let minimal = |set: &Vec<usize>| {
            suffices(set)
                && set
                    .iter()
                    .all(|at| !suffices(&set.iter().copied().filter(|one| one != at).collect::<Vec<_>>()))
        };
        let mut expected: Vec<Vec<usize>> = sets.filter(minimal).collect();
        expected.sort_by_key(|set| (set.len(), set.clone()));
        expected.truncate(most);
        let problem = self.problem.clone();
        assert_eq!(
            self.search.repairs(fixed, claims, most),
            Ok(expected),
            "{problem:?} {fixed:?} {claims:?}"
        );
    }

    fn check_count(&mut self, claims: &[Claim]) {
        let weight = |values: &&Vec<u32>| -> u64 {
            let own = |(var, value): (usize, &u32)| {
                self.problem.multiplicity[var].get(*value as usize).copied().unwrap_or(1)
            };
            values.iter().enumerate().map(own).product()
        };
        let expected: u64 = self.with(claims).iter().map(weight).sum();
        assert_eq!(self.search.count(claims), Count::Exactly(BigUint::from(expected)));
    }

    fn check_best(&mut self, dice: &mut Dice, claims: &[Claim]) {
        let vars = dice.vars(&self.problem, 4);
        let cost: Vec<(Var, Vec<i128>)> = vars
            .iter()
            .map(|var| (*var, (0..self.problem.size(*var)).map(|_| i128::from(dice.roll(9)) - 3).collect()))
            .collect();
        let total = |values: &[u32]| -> i128 {
            cost.iter().map(|(var, costs)| costs[values[var.0 as usize] as usize]).sum()
        };
        let (dearest, most) = (dice.roll(2) == 1, dice.roll(4) as usize);
        let mut expected: Vec<i128> = self.with(claims).iter().map(|values| total(values)).collect();
        expected.sort_unstable();
        if dearest {
            expected.reverse();
        }
        expected.truncate(most);
        let found = self.search.best(claims, &cost, dearest, most).expect("small problems are decided");
        let costs: Vec<i128> = found.iter().map(|(cost, _)| *cost).collect();
        assert_eq!(costs, expected, "{:?} {claims:?} {cost:?}", self.problem);
        for (at, (cost, values)) in found.iter().enumerate() {
            assert_eq!(total(values), *cost);
            assert!(self.solutions.contains(values) && agrees(values, claims));
            assert!(found[..at].iter().all(|(_, other)| other != values));
        }
    }
}

fn cases(seed: u64, count: usize, mut check: impl FnMut(&mut Case, &mut Dice)) {
    let mut dice = Dice(seed);
    for _ in 0..count {
        let mut case = Case::new(&mut dice);
        check(&mut case, &mut dice);
    }
}

#[test]
fn possible_values_are_those_of_some_solution() {
    cases(1, 2_000, |case, dice| {
        for _ in 0..4 {
            let claims = dice.claims(&case.problem, 3);
            case.check_supports(&claims);
        }
    });
}

#[test]
fn lifting_the_claims_of_a_variable_shows_its_alternatives() {
    cases(2, 1_500, |case, dice| {
        for _ in 0..3 {
            let claims = dice.claims(&case.problem, 5);
            case.check_alternatives(&claims);
        }
    });
}

#[test]
fn completing_keeps_each_wish_that_can_be_kept_and_then_has_the_lowest_values() {
    cases(3, 2_000, |case, dice| {
        for _ in 0..3 {
            let (claims, wishes) = (dice.claims(&case.problem, 2), dice.claims(&case.problem, 6));
            case.check_completion(&claims, &wishes);
        }
    });
}

#[test]
fn each_member_of_an_explanation_is_necessary() {
    cases(4, 2_000, |case, dice| {
        for _ in 0..4 {
            let claims = dice.claims(&case.problem, 5);
            case.check_explanation(&claims);
        }
    });
}

#[test]
fn repairs_are_all_minimal_sets_of_claims_to_give_up_the_smallest_first() {
    cases(5, 1_500, |case, dice| {
        let (fixed, claims) = (dice.claims(&case.problem, 1), dice.claims(&case.problem, 7));
        let most = dice.roll(12) as usize;
        case.check_repairs(&fixed, &claims, most);
    });
}

#[test]
fn small_problems_are_counted_exactly() {
    cases(6, 1_000, |case, dice| {
        let claims = dice.claims(&case.problem, 2);
        case.check_count(&claims);
    });
}

#[test]
fn the_best_solutions_are_those_of_least_total_cost() {
    cases(7, 1_000, |case, dice| {
        let claims = dice.claims(&case.problem, 2);
        case.check_best(dice, &claims);
    });
}

#[test]
fn answers_do_not_depend_on_what_was_asked_before() {
    cases(8, 300, |case, dice| {
        let engine = Arc::new(Engine::new(&case.problem));
        for _ in 0..6 {
            let claims = dice.claims(&case.problem, 4);
            let mut fresh = Search::new(engine.clone(), 100_000);
            assert_eq!(case.search.explain(&claims), fresh.explain(&claims));
            assert_eq!(case.search.supports(&claims), fresh.supports(&claims));
            assert_eq!(case.search.alternatives(&claims), fresh.alternatives(&claims));
            assert_eq!(case.search.complete(&claims, &[]), fresh.complete(&claims, &[]));
            assert_eq!(case.search.repairs(&[], &claims, 5), fresh.repairs(&[], &claims, 5));
        }
    });
}
