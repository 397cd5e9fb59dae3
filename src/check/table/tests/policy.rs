//! Tables whose rows may overlap: what is refused, and the proofs against trying every combination.

use proptest::prelude::*;

use super::proof::{any_row, hits};
use super::*;

#[test]
fn a_row_that_is_never_the_first_is_refused_with_the_one_that_takes_its_place() {
    let found = refused(
        "table t(l: level, m: int) first -> rate { gold, any: 9%\n any, from 10: 5%\n any, from 20: 7%\n any, any: 0% }",
    );
    assert_eq!(found, ["the row never counts: rows above it match all that it matches"]);
}

#[test]
fn rows_above_can_take_a_row_away_together() {
    let found = refused("table t(l: level) first -> rate { standard or silver: 9%  from gold: 5%  any: 0% }");
    assert_eq!(found, ["the row never counts: rows above it match all that it matches"]);
}

#[test]
fn the_first_row_needs_no_other_but_all_must_be_answered_for() {
    assert_eq!(rows("table t(l: level) first -> rate { gold: 9%  any: 0% }").keys[0].len(), 2);
    let found = refused("table t(l: level, r: region) first -> rate { gold, any: 9%  any, east: 0% }");
    assert_eq!(found, ["the table `t` has no row for l = standard or silver or key, r = north or south"]);
}

#[test]
fn a_bound_that_is_left_out_is_no_bound_where_rows_may_overlap() {
    let rows = rows("table t(m: int) sum -> CNY { from 10: 1, from 20: 2, up to 5: 3 }");
    let open =
        [band(Some(("10", true)), None), band(Some(("20", true)), None), band(None, Some(("5", true)))];
    assert_eq!(rows.keys[0], open);
}

#[test]
fn the_most_specific_rows_stand_first() {
    let rows = rows(
        "table t(l: level, k: text) most specific -> CNY { any, any: 1, gold, any: 2, gold, starts \"49\": 3, any, starts \"49\": 4, any, starts \"4930\": 5, gold, starts \"4930\": 6 }",
    );
    let order: Vec<&Option<Value>> = rows.values[0].iter().collect();
    let at = |price: &str| order.iter().position(|value| **value == Some(number(price))).expect("a row");
    for (inner, outer) in [("6", "5"), ("6", "3"), ("3", "2"), ("3", "4"), ("5", "4"), ("4", "1"), ("2", "1")]
    {
        assert!(at(inner) < at(outer), "{inner} before {outer}");
    }
}

#[test]
fn rows_that_meet_and_neither_lies_within_the_other_are_refused_with_what_meets_both() {
    let found = refused(
        "table t(l: level, r: region) most specific -> CNY { any, any: 1, gold, any: 2, any, east: 3 }",
    );
    assert_eq!(found, ["two rows match l = gold, r = east, and neither is more specific"]);
    let twice =
        refused("table t(l: level) most specific -> CNY { any: 1, gold: 2, gold or key: 3, key or gold: 4 }");
    assert_eq!(twice, ["two rows match l = key, and neither is more specific"]);
    let settled = "table t(l: level, r: region) most specific -> CNY { any, any: 1, gold, any: 2, any, east: 3, gold, east: 4 }";
    assert_eq!(rows(settled).keys[0].len(), 4);
}

#[test]
fn beginnings_are_told_apart_where_exactly_one_row_answers() {
    let found =
        refused("table t(k: text) -> CNY { starts \"49\": 1, starts \"4930\": 2, \"5\": 4, else: 3 }");
    assert_eq!(found[0], "two rows answer for k = any other text that starts \"4930\"");
    let found = refused("table t(k: text) -> CNY { starts \"\": 1 }");
    assert_eq!(found, ["every text starts with nothing"]);
    let found = refused("table t(k: text) -> CNY { starts \"4930\" or \"49\": 1, else: 2 }");
    assert_eq!(found, ["a text that starts \"4930\" starts \"49\" too"]);
    assert_eq!(
        rows("table t(k: text) -> CNY { starts \"49\": 1, starts \"50\": 2, \"51\": 3, else: 0 }").keys[0]
            .len(),
        3
    );
}

#[test]
fn a_missing_key_is_answered_for_by_absent_any_or_else() {
    let found = refused("table t(l: level optional) -> CNY { standard or silver: 1, gold or key: 2 }");
    assert_eq!(found, ["the table `t` has no row for l = absent"]);
    let found = refused("table t(m: int optional) -> CNY { from 0: 1, absent or 5: 2 }");
    assert_eq!(found, ["two rows answer for m = 5"]);
    assert_eq!(
        rows(
            "table t(l: level optional) -> CNY { standard or absent: 1, any: 2 }"
                .replace("any", "silver or gold or key")
                .as_str()
        )
        .keys[0][0],
        KeyMatch::OneOf(vec![Value::Choice(0), Value::Absent])
    );
    let found = refused("table t(l: level) -> CNY { absent: 1, any: 2 }");
    assert_eq!(found, ["`absent` is no value of `level`"]);
}

#[test]
fn only_what_can_be_added_or_ordered_is() {
    let found = refused("table t(l: level) sum -> text { any: \"a\" }");
    assert_eq!(found, ["`sum` over rows whose result is a text"]);
    let found = refused("table t(l: level) max -> region { any: east }");
    assert_eq!(found.len(), 1);
    assert!(rows("table t(l: level) max -> level { any: silver  gold: key }").values[0].len() == 2);
}

#[test]
fn a_large_table_with_a_row_for_all_the_rest_is_proved_in_time() {
    let mut source = "table t(k: text) first -> CNY {\n".to_owned();
    for at in 0..20_000 {
        source.push_str(&format!("\"k{at}\": {at}\n"));
    }
    source.push_str("any: 1 }");
    assert_eq!(rows(&source).keys[0].len(), 20_001);
}

/// All combinations of the random rows.
fn combinations() -> Vec<[Value; 3]> {
    let mut all = Vec::new();
    for region in 0..3_u16 {
        for size in 1..=6_i64 {
            for flag in [false, true] {
                all.push([Value::Choice(region), Value::Number(Exact::from(size)), Value::Bool(flag)]);
            }
        }
    }
    all
}

/// What the proof of a policy says of random rows, with what the rows ask for in classes.
fn proved(rows: &[Vec<KeyMatch>], policy: HitPolicy) -> (cover::Found, Vec<Vec<Runs>>) {
    let names: [Name; 3] = ["region".into(), "size".into(), "flag".into()];
    let values = ["east", "north", "south"].map(|key| EnumValue { key: key.into(), label: None }).to_vec();
    let region = Ty::Choice(EnumTy { name: "region".into(), ranked: false, values }.into());
    let types = [region, Ty::number(NumberKind::Int), Ty::Bool];
    let sizes = Domain::Range { from: exact("1"), to: exact("6"), step: Some(exact("1")) };
    let domains = [Domain::All, sizes, Domain::All];
    let columns: Vec<Vec<KeyMatch>> =
        (0..3).map(|key| rows.iter().map(|row| row[key].clone()).collect()).collect();
    let axes = (0..3).map(|key| Axis::with_rows(&names[key], &types[key], &domains[key], &columns[key]));
    let (axes, runs): (Vec<Axis<'_>>, Vec<Vec<Runs>>) = axes.map(|axis| axis.expect("an axis")).unzip();
    (cover::cover(&axes, &runs, policy, 1_000_000), runs)
}

fn hit(rows: &[Vec<KeyMatch>], values: &[Value; 3]) -> Vec<usize> {
    (0..rows.len()).filter(|row| (0..3).all(|key| hits(&rows[*row][key], &values[key]))).collect()
}

proptest! {
    #[test]
    fn the_rows_that_are_first_somewhere_are_found(rows in prop::collection::vec(any_row(), 0..7)) {
        let (found, _) = proved(&rows, HitPolicy::First);
        let hits: Vec<Vec<usize>> = combinations().iter().map(|values| hit(&rows, values)).collect();
        let first: std::collections::BTreeSet<usize> = hits.iter().filter_map(|of| of.first().copied()).collect();
        let reached: std::collections::BTreeSet<usize> =
            found.reached.iter().enumerate().filter(|(_, reached)| **reached).map(|(row, _)| row).collect();
        prop_assert_eq!(reached, first);
        prop_assert_eq!(!found.missing.is_empty(), hits.iter().any(Vec::is_empty));
        prop_assert!(found.overlaps.is_empty());
    }

    #[test]
    fn the_most_specific_row_is_the_first_in_its_order(rows in prop::collection::vec(any_row(), 0..7)) {
        let (found, runs) = proved(&rows, HitPolicy::MostSpecific);
        let order = rank::order(&runs, rows.len());
        // The values that a row asks for on each key.
        let sets: Vec<Vec<Vec<usize>>> = rows.iter().map(|row| {
            let values = |key: usize, of: Vec<Value>| -> Vec<usize> {
                of.iter().enumerate().filter(|(_, value)| hits(&row[key], value)).map(|(at, _)| at).collect()
            };
            vec![
                values(0, (0..3_u16).map(Value::Choice).collect()),
                values(1, (1..=6_i64).map(|at| Value::Number(Exact::from(at))).collect()),
                values(2, vec![Value::Bool(false), Value::Bool(true)]),
            ]
        }).collect();
        let within = |inner: usize, outer: usize| (0..3).all(|key| sets[inner][key].iter().all(|at| sets[outer][key].contains(at)));
        let mut clash = false;
        for values in combinations() {
            let hit = hit(&rows, &values);
            let most: Vec<usize> = hit.iter().copied().filter(|row| hit.iter().all(|other| within(*row, *other))).collect();
            match most.as_slice() {
                [only] => prop_assert_eq!(order.iter().find(|row| hit.contains(row)), Some(only)),
                [] if hit.is_empty() => {}
                _ => clash = true,
            }
        }
        prop_assert_eq!(!found.overlaps.is_empty(), clash);
    }
}
