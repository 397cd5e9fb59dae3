//! Problems that are large or hard: encodings stay small, and what cannot be decided says so.

use std::sync::Arc;

use super::{Engine, Search};
use crate::logic::{
    Budget, Cell, Claim, Count, Literal, Problem, Rule, Session, Solver, Table, ValueSet, Var,
};

fn searching(problem: &Problem) -> Search {
    Search::new(Arc::new(Engine::new(problem)), Budget::default().conflicts)
}

fn is_not(var: u32, value: u32, size: u32) -> Literal {
    Literal::new(Var(var), ValueSet::all(size).without(&ValueSet::one(value)))
}

/// So many pigeons into so many holes.
fn pigeons(pigeons: u32, holes: u32) -> Problem {
    let mut problem = Problem::default();
    (0..pigeons).for_each(|_| _ = problem.variable(holes));
    for one in 0..pigeons {
        for other in 0..one {
            let apart = (0..holes).map(|hole| vec![is_not(one, hole, holes), is_not(other, hole, holes)]);
            problem.rule(Rule { clauses: apart.collect(), ..Rule::default() });
        }
    }
    problem
}

/// Each variable implies the next.
fn chain(length: u32) -> Problem {
    let mut problem = Problem::default();
    problem.variable(2);
    for at in 1..=length {
        let next = problem.variable(2);
        let clauses = vec![vec![Literal::is(Var(at - 1), 0), Literal::is(next, 1)]];
        problem.rule(Rule { clauses, ..Rule::default() });
    }
    problem
}

/// A table that says what follows from its keys, with so many rows.
fn keyed(sizes: [u32; 3], values: u32) -> Problem {
    let mut problem = Problem::default();
    sizes.iter().for_each(|size| _ = problem.variable(*size));
    problem.variable(values);
    let keys = (0..sizes[0]).flat_map(|one| (0..sizes[1]).map(move |two| (one, two)));
    let rows = keys.flat_map(|(one, two)| {
        (0..sizes[2]).map(move |three| {
            let value = (one * one * 13 + two * (one * 7 + 3) * (two + 1) + three * (two * 5 + one)) % values;
            [one, two, three, value].into_iter().map(Cell::One).collect()
        })
    });
    let tables = vec![Table { vars: (0..4).map(Var).collect(), rows: rows.collect() }];
    problem.rule(Rule { tables, ..Rule::default() });
    problem
}

#[test]
fn the_clauses_of_an_option_grow_with_its_values_and_no_faster() {
    let size = |values| {
        let mut problem = Problem::default();
        problem.variable(values);
        Engine::new(&problem).size()
    };
    // A ladder: two unknowns and four clauses a value.
    assert!(size(5_000).unknowns <= 2 * 5_000 && size(5_000).clauses <= 4 * 5_000);
    assert!(size(5_000).literals <= 9 * 5_000);
    assert!(size(10).clauses <= 46, "one clause and one for each pair");
}

#[test]
fn a_range_of_values_is_a_literal_or_two_however_wide_it_is() {
    let mut problem = Problem::default();
    let (wide, other) = (problem.variable(5_000), problem.variable(2));
    let bare = Engine::new(&problem).size();
    for start in 0..50 {
        let range: ValueSet = (start * 10..start * 10 + 3_000).collect();
        let clauses = vec![vec![Literal::new(wide, range), Literal::is(other, 1)]];
        problem.rule(Rule { clauses, ..Rule::default() });
    }
    let size = Engine::new(&problem).size();
    assert!(size.clauses - bare.clauses <= 50 * 4 && size.unknowns - bare.unknowns <= 50);
}

#[test]
fn the_rows_of_a_table_have_no_unknown_of_their_own() {
    let size = |sizes, values| Engine::new(&keyed(sizes, values)).size();
    let (ten, fifty) = (size([25, 20, 20], 100), size([50, 50, 20], 100));
    assert!(ten.unknowns < 1_200 && ten.clauses < 3 * 10_000 && ten.literals < 10 * 10_000, "{ten:?}");
    assert!(
        fifty.unknowns < 4_000 && fifty.clauses < 3 * 50_000 && fifty.literals < 10 * 50_000,
        "{fifty:?}"
    );
}

#[test]
fn rows_of_ranges_are_not_counted_out() {
    let mut problem = Problem::default();
    (0..4).for_each(|_| _ = problem.variable(1_000));
    let range = |from: u32, width: u32| Cell::Set((from..(from + width).min(1_000)).collect());
    let rows: Vec<Vec<Cell>> = (0..400)
        .map(|at| vec![range(at, 500), range(1_000 - at * 2, 300), Cell::Any, Cell::One(at)])
        .collect();
    let tables = vec![Table { vars: (0..4).map(Var).collect(), rows }];
    problem.rule(Rule { tables, ..Rule::default() });
    let size = Engine::new(&problem).size();
    assert!(size.clauses < 100_000, "{size:?}");
    let mut search = searching(&problem);
    // Row 10 alone allows the value 10, and its first cell is 10 to 509.
    let supports = search.supports(&[Claim::is(Var(3), 10)]).ok().flatten().unwrap_or_default();
    assert_eq!(supports[0].possible, (10..510).collect());
}

#[test]
fn twelve_pigeons_in_eleven_holes_are_not_decided() {
    let mut search = searching(&pigeons(12, 11));
    assert!(search.possible(&[]).is_err());
    assert!(
        search.supports(&[]).is_err() && search.explain(&[]).is_err() && search.complete(&[], &[]).is_err()
    );
    assert!(
        search.alternatives(&[]).is_ok_and(|all| all.iter().all(|support| support.undecided.len() == 11))
    );
    assert_eq!(search.count(&[]), Count::AtLeast(0u32.into()));
    assert!(search.best(&[], &[], false, 1).is_err());
    // What shows at once is explained all the same.
    let twice = [Claim::is(Var(3), 5), Claim::is(Var(7), 5)];
    let core = search.explain(&twice).ok().flatten().unwrap_or_default();
    assert_eq!((core.claims.len(), core.rules.len()), (2, 1));
}

#[test]
fn what_only_a_circuit_shows_is_explained_by_solutions_without_each_member() {
    let budget = Budget { conflicts: 1, ..Budget::default() };
    let mut session = Session::new(Arc::new(Solver::new(pigeons(7, 6), budget)));
    let core = session.explain(&[]).ok().flatten().unwrap_or_default();
    assert_eq!((core.claims.len(), core.rules.len()), (0, 21));
    // With a hole for each, only a claim that two share one is too much.
    let mut session = Session::new(Arc::new(Solver::new(pigeons(6, 6), budget)));
    let core = session.explain(&[Literal::is(Var(0), 2), Literal::is(Var(1), 2)]).ok().flatten();
    assert_eq!(core.map(|core| (core.claims, core.rules.len())), Some((vec![0, 1], 1)));
}

#[test]
fn six_pigeons_in_five_holes_clash_by_all_their_rules() {
    let core = searching(&pigeons(6, 5)).explain(&[]).ok().flatten().unwrap_or_default();
    assert_eq!((core.claims.len(), core.rules.len()), (0, 15));
}

#[test]
fn a_chain_of_two_thousand_implications_is_answered() {
    let mut search = searching(&chain(2_000));
    let first = [Claim::is(Var(0), 1)];
    let supports = search.supports(&first).ok().flatten().unwrap_or_default();
    assert!(supports.len() == 2_001 && supports.iter().all(|support| support.possible == ValueSet::one(1)));
    let ends = [Claim::is(Var(0), 1), Claim::is(Var(2_000), 0)];
    let core = search.explain(&ends).ok().flatten().unwrap_or_default();
    assert_eq!((core.claims.len(), core.rules.len()), (2, 2_000));
    assert_eq!(search.repairs(&[], &ends, 5), Ok(vec![vec![0], vec![1]]));
}

#[test]
fn ten_to_the_ninth_combinations_need_not_be_gone_through() {
    let mut problem = Problem::default();
    (0..30).for_each(|_| _ = problem.variable(2));
    // At most any two of each five: no three together.
    for group in 0..6 {
        for a in 0..5 {
            for b in 0..a {
                for c in 0..b {
                    let none = [a, b, c].iter().map(|at| Literal::is(Var(group * 5 + at), 0)).collect();
                    problem.rule(Rule { clauses: vec![none], ..Rule::default() });
                }
            }
        }
    }
    let mut search = searching(&problem);
    let two = [Claim::is(Var(0), 1), Claim::is(Var(3), 1)];
    let supports = search.supports(&two).ok().flatten().unwrap_or_default();
    for (at, support) in supports[..5].iter().enumerate() {
        assert_eq!(support.possible, ValueSet::one(u32::from(at == 0 || at == 3)));
    }
    assert!(supports[5..].iter().all(|support| support.possible.len() == 2));
    assert!(matches!(search.count(&[]), Count::AtLeast(many) if many > 1_000u32.into()));
    let cost: Vec<(Var, Vec<i128>)> = (0..30).map(|at| (Var(at), vec![0, i128::from(at) + 1])).collect();
    // The two dearest of each five: 4 + 5, 9 + 10, …
    let best = search.best(&[], &cost, true, 1).unwrap_or_default();
    assert_eq!(best.first().map(|(cost, _)| *cost), Some((0..6).map(|group| 2 * (group * 5) + 9).sum()));
}

#[test]
fn thousands_of_claims_are_repaired() {
    let mut problem = chain(1_500);
    problem.rule(Rule { clauses: vec![vec![Literal::is(Var(700), 0)]], ..Rule::default() });
    let claims: Vec<Claim> = (0..1_500).map(|at| Claim::is(Var(at), u32::from(at >= 699))).collect();
    let expected: Vec<usize> = vec![699, 700];
    assert_eq!(searching(&problem).repairs(&[], &claims, 1), Ok(vec![expected]));
}

#[test]
fn a_solver_without_room_for_a_circuit_searches() {
    let problem = keyed([12, 10, 10], 40);
    let solver = Solver::new(problem.clone(), Budget { nodes: 0, ..Budget::default() });
    assert_eq!(solver.shape().searched, 1);
    let mut session = Session::new(Arc::new(solver));
    let mut compiled = Session::new(Arc::new(Solver::new(problem, Budget::default())));
    for value in 0..40 {
        let claims = [Claim::is(Var(3), value), Claim::is(Var(0), 5)];
        assert_eq!(session.supports(&claims), compiled.supports(&claims));
        assert_eq!(session.alternatives(&claims), compiled.alternatives(&claims));
    }
}
