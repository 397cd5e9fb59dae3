//! The proof of completeness against trying every combination.

use proptest::prelude::*;

use super::*;

/// A random row over one enumeration of three values, one of whole numbers from 1 to 6 and a truth value.
pub(super) fn any_row() -> impl Strategy<Value = Vec<KeyMatch>> {
    let region = prop_oneof![
        Just(KeyMatch::Any),
        (0..3_u16).prop_map(|at| KeyMatch::One(Value::Choice(at))),
        (0..2_u16).prop_map(|at| KeyMatch::OneOf(vec![Value::Choice(at), Value::Choice(at + 1)])),
    ];
    let end = || proptest::option::of((1..=6_i64, any::<bool>()));
    let size = prop_oneof![
        Just(KeyMatch::Any),
        (1..=6_i64).prop_map(|at| KeyMatch::One(Value::Number(Exact::from(at)))),
        (end(), end()).prop_map(|(lower, upper)| {
            let end = |(at, inclusive): (i64, bool)| (Value::Number(Exact::from(at)), inclusive);
            KeyMatch::Band(Box::new(Band { lower: lower.map(end), upper: upper.map(end) }))
        }),
    ];
    let flag =
        prop_oneof![Just(KeyMatch::Any), any::<bool>().prop_map(|value| KeyMatch::One(Value::Bool(value)))];
    (region, size, flag).prop_map(|(region, size, flag)| vec![region, size, flag])
}

/// Whether a row's key has a value, tried on the value itself.
pub(super) fn hits(found: &KeyMatch, value: &Value) -> bool {
    match found {
        KeyMatch::Any => true,
        KeyMatch::One(one) => one == value,
        KeyMatch::OneOf(values) => values.contains(value),
        KeyMatch::Starts(_) => false,
        KeyMatch::Band(band) => {
            let above = band.lower.as_ref().is_none_or(|(low, inclusive)| {
                bands::compare(value, low).is_gt() || (*inclusive && value == low)
            });
            let below = band.upper.as_ref().is_none_or(|(high, inclusive)| {
                bands::compare(value, high).is_lt() || (*inclusive && value == high)
            });
            above && below
        }
    }
}

proptest! {
    #[test]
    fn the_proof_agrees_with_trying_every_combination(rows in prop::collection::vec(any_row(), 0..7)) {
        let names: [Name; 3] = ["region".into(), "size".into(), "flag".into()];
        let values = ["east", "north", "south"].map(|key| EnumValue { key: key.into(), label: None }).to_vec();
        let region = Ty::Choice(EnumTy { name: "region".into(), ranked: false, values }.into());
        let types = [region, Ty::number(NumberKind::Int), Ty::Bool];
        let domains = [Domain::All, Domain::Range { from: exact("1"), to: exact("6"), step: Some(exact("1")) }, Domain::All];
        let columns: Vec<Vec<KeyMatch>> = (0..3).map(|key| rows.iter().map(|row| row[key].clone()).collect()).collect();
        let (axes, runs): (Vec<Axis<'_>>, Vec<Vec<Runs>>) = (0..3).map(|key| Axis::with_rows(&names[key], &types[key], &domains[key], &columns[key]).unwrap()).collect();
        let found = cover::cover(&axes, &runs, HitPolicy::One, 1_000_000);

        let (mut missing, mut pairs) = (false, std::collections::BTreeSet::new());
        for region in 0..3_u16 {
            for size in 1..=6_i64 {
                for flag in [false, true] {
                    let values = [Value::Choice(region), Value::Number(Exact::from(size)), Value::Bool(flag)];
                    let hit: Vec<u32> = (0..rows.len()).filter(|row| (0..3).all(|key| hits(&rows[*row][key], &values[key]))).map(|row| row as u32).collect();
                    missing |= hit.is_empty();
                    for first in &hit {
                        for second in hit.iter().filter(|second| *second > first) {
                            pairs.insert((*first, *second));
                        }
                    }
                }
            }
        }
        prop_assert_eq!(!found.missing.is_empty(), missing);
        let shown: std::collections::BTreeSet<(u32, u32)> = found.overlaps.iter().map(|(first, second, _)| (*first, *second)).collect();
        prop_assert!(shown.is_subset(&pairs));
        prop_assert_eq!(shown.len(), pairs.len().min(10));
        prop_assert!(found.reach.iter().all(|reach| *reach == Reach::All));
    }
}

#[test]
fn a_table_too_intricate_to_decide_is_refused_rather_than_believed() {
    let name: Name = "size".into();
    let ty = Ty::number(NumberKind::Int);
    let column: Vec<KeyMatch> = (0..40_i64).map(|at| KeyMatch::One(Value::Number(Exact::from(at)))).collect();
    let axis = || Axis::with_rows(&name, &ty, &Domain::All, &column);
    let (axes, rows): (Vec<Axis<'_>>, Vec<Vec<Runs>>) = axis().into_iter().chain(axis()).unzip();
    assert!(cover::cover(&axes, &rows, HitPolicy::One, 100).undecided);
    assert!(!cover::cover(&axes, &rows, HitPolicy::One, 1_000).undecided);
}
