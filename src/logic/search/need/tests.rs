//! What rules are for, against trying every assignment.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{Need, Needs, broken};
use crate::logic::{Cell, Literal, Problem, Rule, RuleId, Table, ValueSet, Var};

const SIZES: [u32; 4] = [2, 3, 2, 4];

fn any_values(size: u32) -> impl Strategy<Value = ValueSet> {
    (1..(1_u32 << size) - 1).prop_map(move |bits| (0..size).filter(|at| bits >> at & 1 == 1).collect())
}

fn any_literal() -> impl Strategy<Value = Literal> {
    (0..SIZES.len()).prop_flat_map(|at| {
        any_values(SIZES[at]).prop_map(move |values| Literal::new(Var(at as u32), values))
    })
}

fn any_clause() -> impl Strategy<Value = Vec<Literal>> {
    prop::collection::vec(any_literal(), 1..4).prop_map(|mut clause| {
        clause.sort_by_key(|literal| literal.var);
        clause.dedup_by_key(|literal| literal.var);
        clause
    })
}

fn any_table() -> impl Strategy<Value = Table> {
    prop::sample::subsequence((0..SIZES.len() as u32).collect::<Vec<_>>(), 1..4).prop_flat_map(|vars| {
        let row: Vec<_> = vars
            .iter()
            .map(|var| {
                let size = SIZES[*var as usize];
                prop_oneof![
                    Just(Cell::Any),
                    (0..size).prop_map(Cell::One),
                    any_values(size).prop_map(Cell::Set)
                ]
            })
            .collect();
        let vars: Vec<Var> = vars.into_iter().map(Var).collect();
        prop::collection::vec(row, 0..6).prop_map(move |rows| Table { vars: vars.clone(), rows })
    })
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let clauses = prop::collection::vec(any_clause(), 0..3);
    let tables = prop::collection::vec(any_table(), 0..2);
    (clauses, tables).prop_map(|(clauses, tables)| Rule { background: false, clauses, tables })
}

fn any_problem() -> impl Strategy<Value = Problem> {
    prop::collection::vec(any_rule(), 1..6).prop_map(|rules| {
        let mut problem = Problem::default();
        SIZES.iter().for_each(|size| _ = problem.variable(*size));
        rules.into_iter().for_each(|rule| _ = problem.rule(rule));
        problem
    })
}

fn assignments() -> Vec<Vec<u32>> {
    let mut all = vec![Vec::new()];
    for size in SIZES {
        all = all
            .iter()
            .flat_map(|before| (0..size).map(move |value| before.iter().copied().chain([value]).collect()))
            .collect();
    }
    all
}

/// A solution of some rules that breaks another one.
fn breaking(problem: &Problem, rules: &BTreeSet<u32>, rule: u32) -> Option<Vec<u32>> {
    let keeps = |values: &[u32]| rules.iter().all(|at| !broken(&problem.rules[*at as usize], values));
    assignments().into_iter().find(|values| keeps(values) && broken(&problem.rules[rule as usize], values))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_rule_makes_a_difference_exactly_where_a_solution_of_the_others_breaks_it(
        problem in any_problem(),
        apart in prop::collection::btree_set(0_u32..6, 0..2),
    ) {
        let all: BTreeSet<u32> = (0..problem.rules.len() as u32).filter(|at| !apart.contains(at)).collect();
        let solution = assignments()
            .into_iter()
            .find(|values| all.iter().all(|at| !broken(&problem.rules[*at as usize], values)));
        prop_assume!(solution.is_some());
        let near = solution.unwrap_or_default();
        let mut needs = Needs::new(&problem, 1_000, 1_000_000);
        for rule in 0..problem.rules.len() as u32 {
            let others: BTreeSet<u32> = all.iter().copied().filter(|at| *at != rule).collect();
            let expected = breaking(&problem, &others, rule);
            match needs.ask(RuleId(rule), &|rule| apart.contains(&rule.0), &near).expect("small enough") {
                Need::Broken(values) => {
                    prop_assert!(others.iter().all(|at| !broken(&problem.rules[*at as usize], &values)));
                    prop_assert!(broken(&problem.rules[rule as usize], &values));
                }
                Need::Implied(by) => {
                    prop_assert_eq!(expected, None);
                    let by: BTreeSet<u32> = by.iter().map(|rule| rule.0).collect();
                    prop_assert!(by.is_subset(&others));
                    prop_assert_eq!(breaking(&problem, &by, rule), None, "they imply it");
                    for one in &by {
                        let fewer = by.iter().copied().filter(|at| at != one).collect();
                        prop_assert!(breaking(&problem, &fewer, rule).is_some(), "{} is necessary", one);
                    }
                }
            }
        }
    }
}

#[test]
fn a_chain_of_two_thousand_implications_is_followed_to_its_end() {
    let mut problem = Problem::default();
    let vars: Vec<Var> = (0..2_000).map(|_| problem.variable(2)).collect();
    let implies = |one: Var, other: Var| Rule {
        clauses: vec![vec![Literal::is(one, 0), Literal::is(other, 1)]],
        ..Rule::default()
    };
    for pair in vars.windows(2) {
        problem.rule(implies(pair[0], pair[1]));
    }
    let (first, last) = (vars[0], vars[vars.len() - 1]);
    let whole = problem.rule(implies(first, last));
    let near = vec![0; 2_000];
    let mut needs = Needs::new(&problem, 1_000, 100_000_000);
    let by = needs.ask(whole, &|_| false, &near).expect("small enough");
    assert_eq!(by, Need::Implied((0..1_999).map(RuleId).collect()));
    assert!(matches!(needs.ask(RuleId(7), &|_| false, &near), Ok(Need::Broken(_))));
}

#[test]
fn what_outgrows_its_steps_is_not_decided() {
    let mut problem = Problem::default();
    let var = problem.variable(2);
    let rule = problem.rule(Rule { clauses: vec![vec![Literal::is(var, 0)]], ..Rule::default() });
    assert!(Needs::new(&problem, 10, 0).ask(rule, &|_| false, &[0]).is_err());
}
