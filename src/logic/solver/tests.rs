//! Every question on small random problems, against trying all assignments.

use std::collections::BTreeSet;
use std::sync::Arc;

use num_bigint::BigUint;

use super::{Session, Solver};
use crate::logic::{
    Budget, Cell, Claim, Completion, Count, Literal, Problem, Rule, RuleId, Support, Table, ValueSet, Var,
};

/// Numbers that look random and are the same on every machine (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) as u32) % limit.max(1)
    }

    fn some(&mut self, size: u32) -> ValueSet {
        (0..size).filter(|_| self.below(2) == 0).collect()
    }

    fn vars(&mut self, problem: &Problem, most: u32) -> Vec<Var> {
        let wanted = 1 + self.below(most);
        let vars: BTreeSet<Var> = (0..wanted).map(|_| Var(self.below(problem.sizes.len() as u32))).collect();
        vars.into_iter().collect()
    }

    fn claims(&mut self, problem: &Problem, most: u32) -> Vec<Claim> {
        let claim = |dice: &mut Dice| {
            let var = Var(dice.below(problem.sizes.len() as u32));
            let size = problem.size(var);
            let values = if dice.below(2) == 0 { ValueSet::one(dice.below(size)) } else { dice.some(size) };
            Claim::new(var, values)
        };
        (0..self.below(most + 1)).map(|_| claim(self)).collect()
    }

    /// A problem of more variables, each of few values, with little between them.
    fn wide_problem(&mut self) -> Problem {
        let mut problem = Problem::default();
        let mut combinations = 1;
        while combinations < 20_000 {
            let size = 2 + self.below(5).saturating_sub(2);
            problem.variable(size);
            combinations *= size;
        }
        for _ in 0..problem.sizes.len() as u32 + self.below(6) {
            let literal = |dice: &mut Dice, var: Var| {
                let one = ValueSet::one(dice.below(problem.size(var)));
                Literal::new(var, if dice.below(2) == 0 { one } else { problem.all(var).without(&one) })
            };
            let vars = self.vars(&problem, 4);
            let clause: Vec<Literal> = vars.into_iter().map(|var| literal(self, var)).collect();
            let tables = if self.below(8) == 0 { vec![self.table(&problem)] } else { Vec::new() };
            let clauses = if clause.len() > 1 { vec![clause] } else { Vec::new() };
            problem.rule(Rule { background: false, clauses, tables });
        }
        problem
    }

    fn problem(&mut self) -> Problem {
        let mut problem = Problem::default();
        for _ in 0..1 + self.below(7) {
            let size = match self.below(8) {
                0 => 1,
                1..=4 => 2,
                _ => 2 + self.below(4),
            };
            let var = problem.variable(size);
            if self.below(4) == 0 {
                problem.multiplicity[var.0 as usize] = (0..size).map(|_| u64::from(self.below(4))).collect();
            }
        }
        let tightness = self.below(8);
        for _ in 0..tightness {
            let mut rule = Rule { background: false, ..Rule::default() };
            if self.below(3) == 0 {
                rule.tables.push(self.table(&problem));
            }
            for _ in 0..self.below(3) {
                let literal = |dice: &mut Dice, var| Literal::new(var, dice.some(problem.size(var)));
                let vars = self.vars(&problem, 3);
                let clause: Vec<Literal> = vars.into_iter().map(|var| literal(self, var)).collect();
                let is_proper = |literal: &Literal| {
                    !literal.values.is_empty() && literal.values != problem.all(literal.var)
                };
                rule.clauses.push(clause.into_iter().filter(is_proper).collect());
            }
            rule.clauses.retain(|clause| !clause.is_empty());
            problem.rule(rule);
        }
        problem
    }

    fn table(&mut self, problem: &Problem) -> Table {
        let vars = self.vars(problem, 4);
        let broad = self.below(2) == 0;
        let cell = |dice: &mut Dice, var: &Var| {
            let size = problem.size(*var);
            match dice.below(6) {
                0 if broad => Cell::Any,
                1 if broad => Cell::Set(dice.some(size)),
                _ => Cell::One(dice.below(size)),
            }
        };
        let rows = 2 + self.below(14);
        let rows = (0..rows).map(|_| vars.iter().map(|var| cell(self, var)).collect()).collect();
        Table { vars, rows }
    }
}

fn solutions(problem: &Problem) -> Vec<Vec<u32>> {
    let mut all: Vec<Vec<u32>> = vec![Vec::new()];
    for size in &problem.sizes {
        all = all
            .iter()
            .flat_map(|start| (0..*size).map(|value| [start.as_slice(), &[value]].concat()))
            .collect();
    }
    let holds = |values: &[u32], literal: &Literal| literal.values.has(values[literal.var.0 as usize]);
    let is_solution = |values: &Vec<u32>| {
        problem.rules.iter().all(|rule| {
            let clauses =
                rule.clauses.iter().all(|clause| clause.iter().any(|literal| holds(values, literal)));
            let row_holds = |table: &Table, row: &Vec<Cell>| {
                row.iter().zip(&table.vars).all(|(cell, var)| cell.has(values[var.0 as usize]))
            };
            clauses && rule.tables.iter().all(|table| table.rows.iter().any(|row| row_holds(table, row)))
        })
    };
    all.into_iter().filter(is_solution).collect()
}

fn agrees(values: &[u32], claims: &[Claim]) -> bool {
    claims.iter().all(|claim| claim.values.has(values[claim.var.0 as usize]))
}

fn supports_of<'s>(problem: &Problem, solutions: impl Iterator<Item = &'s Vec<u32>>) -> Vec<Support> {
    let mut supports = vec![Support::default(); problem.sizes.len()];
    for solution in solutions {
        for (support, value) in supports.iter_mut().zip(solution) {
            support.possible.insert(*value);
        }
    }
    supports
}

fn weight(problem: &Problem, solution: &[u32]) -> BigUint {
    let weights = problem.multiplicity.iter().zip(solution);
    weights.map(|(list, value)| BigUint::from(list.get(*value as usize).copied().unwrap_or(1))).product()
}

fn greedy(solutions: &[&Vec<u32>], wishes: &[Claim]) -> Vec<usize> {
    let mut left = solutions.to_vec();
    let mut given_up = Vec::new();
    for (at, wish) in wishes.iter().enumerate() {
        let kept: Vec<&Vec<u32>> =
            left.iter().copied().filter(|solution| agrees(solution, std::slice::from_ref(wish))).collect();
        if kept.is_empty() { given_up.push(at) } else { left = kept }
    }
    given_up
}

/// All minimal sets of claims to give up, the smallest first.
fn minimal_repairs(solutions: &[Vec<u32>], fixed: &[Claim], claims: &[Claim]) -> Vec<Vec<usize>> {
    let broken = solutions.iter().filter(|solution| agrees(solution, fixed)).map(|solution| {
        let is_broken = |at: &usize| !agrees(solution, &claims[*at..=*at]);
        (0..claims.len()).filter(is_broken).collect::<BTreeSet<usize>>()
    });
    let broken: BTreeSet<BTreeSet<usize>> = broken.collect();
    let is_minimal =
        |set: &&BTreeSet<usize>| !broken.iter().any(|other| other != *set && other.is_subset(set));
    let mut minimal: Vec<Vec<usize>> =
        broken.iter().filter(is_minimal).map(|set| set.iter().copied().collect()).collect();
    minimal.sort_by_key(|set: &Vec<usize>| (set.len(), set.clone()));
    minimal
}

fn ask_everything(seed: u64, budget: Budget) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let problem = dice.problem();
    let all = solutions(&problem);
    let mut session = Session::new(Arc::new(Solver::new(problem.clone(), budget)));
    let mut told = vec![Support::default(); problem.sizes.len()];
    for _ in 0..4 {
        let claims = dice.claims(&problem, 4);
        let context = || format!("seed {seed}, claims {claims:?}, problem {problem:?}");
        let left: Vec<&Vec<u32>> = all.iter().filter(|solution| agrees(solution, &claims)).collect();
        assert_eq!(session.possible(&claims), Ok(!left.is_empty()), "{}", context());
        let supports = (!left.is_empty()).then(|| supports_of(&problem, left.iter().copied()));
        assert_eq!(session.supports(&claims), Ok(supports), "{}", context());
        let alternatives = (0..problem.sizes.len() as u32).map(|var| {
            let others: Vec<Claim> = claims.iter().filter(|claim| claim.var != Var(var)).cloned().collect();
            let solutions = all.iter().filter(|solution| agrees(solution, &others));
            supports_of(&problem, solutions).swap_remove(var as usize)
        });
        let alternatives: Vec<Support> = alternatives.collect();
        let outlook = session.outlook(&claims);
        assert_eq!(outlook.possible, Ok(!left.is_empty()), "{}", context());
        for var in outlook.changed {
            told[var.0 as usize] = session.kept()[var.0 as usize].clone();
        }
        assert_eq!(told, alternatives, "{}", context());
        assert_eq!(session.alternatives(&claims), Ok(alternatives), "{}", context());
        let number: BigUint = left.iter().map(|solution| weight(&problem, solution)).sum();
        match session.count(&claims) {
            Count::Exactly(count) => assert_eq!(count, number, "{}", context()),
            Count::AtLeast(count) => assert!(budget.compile_steps == 0 && count <= number, "{}", context()),
        }
        explain(&mut session, &claims, left.is_empty(), &context());
        complete(&mut session, &claims, &dice.claims(&problem, 80), &left, &context());
        best(&mut session, &mut dice, &claims, &left, &context());
        let wanted = dice.claims(&problem, 6);
        let minimal = minimal_repairs(&all, &claims, &wanted);
        assert_eq!(session.repairs(&claims, &wanted, 1000), Ok(minimal), "wanted {wanted:?}, {}", context());
    }
}

fn complete(session: &mut Session, claims: &[Claim], wishes: &[Claim], left: &[&Vec<u32>], context: &str) {
    match session.complete(claims, wishes) {
        Ok(None) => assert!(left.is_empty(), "{context}"),
        Ok(Some(Completion { values, given_up })) => {
            assert!(left.contains(&&values), "{values:?}, {context}");
            assert_eq!(given_up, greedy(left, wishes), "wishes {wishes:?}, {context}");
            for (at, wish) in wishes.iter().enumerate() {
                let is_kept = agrees(&values, std::slice::from_ref(wish));
                assert!(is_kept || given_up.contains(&at), "wishes {wishes:?}, {context}");
            }
        }
        Err(undecided) => panic!("{undecided:?}, {context}"),
    }
}

fn best(session: &mut Session, dice: &mut Dice, claims: &[Claim], left: &[&Vec<u32>], context: &str) {
    let sizes = session.solver().problem().sizes.clone();
    let priced = sizes.iter().zip(0..).filter(|_| dice.below(2) == 0).collect::<Vec<_>>();
    let list = |size: u32| (0..size).map(|_| i128::from(dice.below(20)) - 5).collect();
    let mut list = list;
    let cost: Vec<(Var, Vec<i128>)> = priced.into_iter().map(|(size, var)| (Var(var), list(*size))).collect();
    let (dearest, most) = (dice.below(2) == 0, 1 + dice.below(5) as usize);
    let total = |values: &Vec<u32>| -> i128 {
        cost.iter().map(|(var, list)| list[values[var.0 as usize] as usize]).sum()
    };
    let mut expected: Vec<i128> = left.iter().map(|values| total(values)).collect();
    expected.sort_unstable_by_key(|cost| if dearest { -cost } else { *cost });
    expected.truncate(most);
    let found = session.best(claims, &cost, dearest, most).unwrap_or_default();
    assert_eq!(found.iter().map(|(cost, _)| *cost).collect::<Vec<_>>(), expected, "{cost:?}, {context}");
    let different: BTreeSet<&Vec<u32>> = found.iter().map(|(_, values)| values).collect();
    assert_eq!(different.len(), found.len(), "{context}");
    for (cost, values) in &found {
        assert!(left.contains(&values) && total(values) == *cost, "{context}");
    }
}

/// Each member of an explanation is necessary: without it, the others have a solution.
fn explain(session: &mut Session, claims: &[Claim], contradictory: bool, context: &str) {
    let core = session.explain(claims).expect("small problems are decided");
    assert_eq!(core.is_some(), contradictory, "{context}");
    let Some(core) = core else { return };
    let whole = session.solver().problem();
    let has_solution = |without_claim: Option<usize>, without_rule: Option<RuleId>| {
        let mut problem = whole.clone();
        for (rule, number) in problem.rules.iter_mut().zip(0..) {
            let id = RuleId(number);
            if !rule.background && (!core.rules.contains(&id) || Some(id) == without_rule) {
                *rule = Rule::default();
            }
        }
        let kept = core.claims.iter().filter(|at| Some(**at) != without_claim).map(|at| claims[*at].clone());
        let kept: Vec<Claim> = kept.collect();
        solutions(&problem).iter().any(|solution| agrees(solution, &kept))
    };
    assert!(!has_solution(None, None), "{core:?} {context}");
    for claim in &core.claims {
        assert!(has_solution(Some(*claim), None), "claim {claim} of {core:?} {context}");
    }
    for rule in &core.rules {
        assert!(has_solution(None, Some(*rule)), "{rule:?} of {core:?} {context}");
    }
}

#[test]
fn every_answer_is_that_of_trying_all_assignments() {
    (1..=1500).for_each(|seed| ask_everything(seed, Budget::default()));
}

#[test]
fn wider_problems_have_the_solutions_that_trying_all_assignments_finds() {
    for seed in 1..=40 {
        let mut dice = Dice((seed * 0x9e37_79b9) | 1);
        let problem = dice.wide_problem();
        let all = solutions(&problem);
        let mut session = Session::new(Arc::new(Solver::new(problem.clone(), Budget::default())));
        for _ in 0..4 {
            let claims = dice.claims(&problem, 5);
            let left: Vec<&Vec<u32>> = all.iter().filter(|solution| agrees(solution, &claims)).collect();
            let supports = (!left.is_empty()).then(|| supports_of(&problem, left.iter().copied()));
            assert_eq!(session.supports(&claims), Ok(supports), "seed {seed}, {claims:?}, {problem:?}");
            assert_eq!(session.count(&claims), Count::Exactly(left.len().into()), "seed {seed}, {claims:?}");
        }
    }
}

#[test]
fn answers_are_the_same_when_nothing_may_be_compiled() {
    let budget = Budget { nodes: 0, compile_steps: 0, ..Budget::default() };
    (1..=400).for_each(|seed| ask_everything(seed, budget));
}

/// A longer problem of short clauses, which falls apart and hangs together in many ways.
fn sparse(dice: &mut Dice) -> Problem {
    let mut problem = Problem::default();
    for _ in 0..9 + dice.below(3) {
        let size = if dice.below(3) == 0 { 3 + dice.below(2) } else { 2 };
        problem.variable(size);
    }
    let mut rule = Rule::default();
    for _ in 0..problem.sizes.len() as u32 + dice.below(8) {
        let wanted = 2 + dice.below(5) / 3;
        let vars: BTreeSet<u32> = (0..wanted).map(|_| dice.below(problem.sizes.len() as u32)).collect();
        let clause = vars.into_iter().map(|var| {
            let one = ValueSet::one(dice.below(problem.sizes[var as usize]));
            let all = problem.all(Var(var));
            Literal::new(Var(var), if dice.below(2) == 0 { all.without(&one) } else { one })
        });
        rule.clauses.push(clause.collect());
    }
    problem.rule(rule);
    problem
}

#[test]
fn longer_problems_of_short_clauses_are_counted_as_they_are_listed() {
    // In the problem of seed 3,562 a literal that is false must not hold others together.
    for seed in 3_400..3_900_u64 {
        let problem = sparse(&mut Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1));
        let listed = listed(&problem, &mut vec![0; problem.sizes.len()], 0);
        let mut session = Session::new(Arc::new(Solver::new(problem.clone(), Budget::default())));
        assert_eq!(session.count(&[]), Count::Exactly(listed.into()), "seed {seed}: {problem:?}");
    }
}

/// How many solutions begin with the first `known` values.
fn listed(problem: &Problem, values: &mut [u32], known: usize) -> u64 {
    let clauses = || problem.rules.iter().flat_map(|rule| &rule.clauses);
    let is_lost = |clause: &Vec<Literal>| {
        clause.iter().all(|it| (it.var.0 as usize) < known && !it.values.has(values[it.var.0 as usize]))
    };
    if clauses().any(is_lost) {
        return 0;
    }
    if known == values.len() {
        return 1;
    }
    let mut count = 0;
    for value in 0..problem.sizes[known] {
        values[known] = value;
        count += listed(problem, values, known + 1);
    }
    count
}

fn implies(problem: &mut Problem, one: u32, other: u32) {
    let clause = vec![Literal::is(Var(one), 0), Literal::is(Var(other), 1)];
    problem.rule(Rule { background: false, clauses: vec![clause], tables: Vec::new() });
}

/// A solver that compiles everything.
fn compiled(problem: Problem) -> Session {
    let solver = Solver::new(problem, Budget::default());
    assert_eq!(solver.shape().searched, 0);
    Session::new(Arc::new(solver))
}

#[test]
fn a_chain_of_eighteen_thousand_implications_is_compiled() {
    let mut problem = Problem::default();
    (0..18_000).for_each(|_| _ = problem.variable(2));
    (1..18_000).for_each(|var| implies(&mut problem, var - 1, var));
    let mut session = compiled(problem);
    assert_eq!(session.count(&[]), Count::Exactly(18_001u32.into()));
    let supports = session.supports(&[Claim::is(Var(9_000), 1)]).expect("decided").expect("possible");
    assert_eq!(supports[8_999].possible, ValueSet::all(2));
    assert_eq!(supports[17_999].possible, ValueSet::one(1));
}

#[test]
fn a_tree_of_sixteen_thousand_features_is_compiled() {
    let mut problem = Problem::default();
    (0..16_383).for_each(|_| _ = problem.variable(2));
    (1..16_383).for_each(|var| implies(&mut problem, var, (var - 1) / 2));
    // A tree of height n has one solution without its root and the square of those of height n - 1 with it.
    let mut expected = BigUint::from(1u8);
    (0..14).for_each(|_| expected = BigUint::from(1u8) + &expected * &expected);
    assert_eq!(compiled(problem).count(&[]), Count::Exactly(expected));
}

#[test]
fn an_option_of_five_thousand_values_costs_few_nodes() {
    let mut problem = Problem::default();
    let article = problem.variable(5_000);
    let (family, colour) = (problem.variable(20), problem.variable(8));
    let row = |value: u32| vec![Cell::One(value), Cell::One(value % 20), Cell::One(value % 7)];
    let rows = (0..5_000).map(row).collect();
    let table = Table { vars: vec![article, family, colour], rows };
    problem.rule(Rule { background: false, clauses: Vec::new(), tables: vec![table] });
    let mut session = compiled(problem);
    assert_eq!(session.count(&[]), Count::Exactly(5_000u32.into()));
    assert!(session.solver().shape().nodes < 1_000);
    let supports = session.supports(&[Claim::is(family, 3)]).expect("decided").expect("possible");
    assert_eq!(supports[0].possible, (0..5_000).filter(|value| value % 20 == 3).collect());
    assert_eq!(supports[2].possible, ValueSet::all(7));
}
