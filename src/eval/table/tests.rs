//! Finding rows against asking each of them.

use proptest::prelude::*;

use super::*;
use crate::ir::{Column, NumberKind, Period, RowPlaces, TableKey, TableVersion};
use crate::source::{FileId, Span};

/// What a row can ask of a text, of a number and of a truth value that may be missing.
fn any_row() -> impl Strategy<Value = [KeyMatch; 3]> {
    let code = || proptest::sample::select(vec!["4", "49", "493", "4930", "5", "é"]);
    let text = |text: &str| Value::Text(text.into());
    let texts = prop_oneof![
        Just(KeyMatch::Any),
        code().prop_map(move |it| KeyMatch::One(text(it))),
        code().prop_map(move |it| KeyMatch::OneOf(vec![text(it), text("6")])),
        code().prop_map(|it| KeyMatch::Starts(vec![it.into()])),
        Just(KeyMatch::Starts(vec!["49".into(), "5".into()])),
    ];
    let end = || proptest::option::of((0..6_i64, any::<bool>()));
    let numbers = prop_oneof![
        Just(KeyMatch::Any),
        (0..6_i64).prop_map(|at| KeyMatch::One(Value::Number(Exact::from(at)))),
        (end(), end()).prop_map(|(lower, upper)| {
            let end = |(at, inclusive): (i64, bool)| (Value::Number(Exact::from(at)), inclusive);
            KeyMatch::Band(Box::new(crate::ir::Band { lower: lower.map(end), upper: upper.map(end) }))
        }),
    ];
    let flags = prop_oneof![
        Just(KeyMatch::Any),
        Just(KeyMatch::One(Value::Absent)),
        Just(KeyMatch::OneOf(vec![Value::Absent, Value::Bool(true)])),
        any::<bool>().prop_map(|flag| KeyMatch::One(Value::Bool(flag))),
    ];
    (texts, numbers, flags).prop_map(|(text, number, flag)| [text, number, flag])
}

fn plan(rows: &[[KeyMatch; 3]], policy: HitPolicy) -> TablePlan {
    let span = Span::new(FileId(0), 0, 0);
    let number = Ty::number(NumberKind::Plain);
    let key = |name: &str, ty: Ty| TableKey { name: name.into(), ty };
    let values = rows.iter().map(|_| Some(Value::Number(Exact::ONE))).collect();
    let held = Rows {
        keys: (0..3).map(|key| rows.iter().map(|row| row[key].clone()).collect()).collect(),
        values: vec![values],
        otherwise: None,
        places: RowPlaces::Spans(vec![span; rows.len()]),
    };
    let version =
        TableVersion { effective: Period::default(), rows: Arc::new(held), reach: Vec::new(), span };
    TablePlan::new(Arc::new(Table {
        name: "t".into(),
        label: None,
        keys: vec![
            key("code", Ty::Text),
            key("size", number.clone()),
            key("flag", Ty::Optional(Box::new(Ty::Bool))),
        ],
        policy,
        columns: vec![Column { name: None, ty: number }],
        optional: false,
        versions: vec![version],
        span,
    }))
}

proptest! {
    #[test]
    fn rows_are_found_as_by_asking_each_of_them(rows in prop::collection::vec(any_row(), 0..9)) {
        let (first, all) = (plan(&rows, HitPolicy::First), plan(&rows, HitPolicy::Sum));
        let texts = ["", "4", "49", "4930", "49301", "5", "51", "éa", "6"].map(|text| Value::Text(text.into()));
        let flags = [Value::Absent, Value::Bool(false), Value::Bool(true)];
        for text in &texts {
            for size in 0..6_i64 {
                for flag in &flags {
                    let keys = [text.clone(), Value::Number(Exact::from(size)), flag.clone()];
                    let asks = |row: &[KeyMatch; 3]| row.iter().zip(&keys).all(|(asked, key)| asks_for(asked, key));
                    let hit: Vec<u32> = (0_u32..).zip(&rows).filter(|(_, row)| asks(row)).map(|(at, _)| at).collect();
                    prop_assert_eq!(&all.find_all(0, &keys), &hit);
                    let expected = hit.first().map_or(Found::Nothing, |row| Found::Row(*row));
                    prop_assert_eq!(first.find(0, &keys), expected);
                }
            }
        }
    }
}

#[test]
fn a_missing_value_of_a_key_that_may_not_be_missing_finds_no_row() {
    let any = [KeyMatch::Any, KeyMatch::Any, KeyMatch::Any];
    let keys = |code: Value, flag: Value| [code, Value::Number(Exact::ONE), flag];
    for policy in [HitPolicy::One, HitPolicy::First, HitPolicy::Sum] {
        let plan = plan(std::slice::from_ref(&any), policy);
        assert_eq!(plan.find(0, &keys(Value::Absent, Value::Absent)), Found::Nothing);
        assert!(plan.find_all(0, &keys(Value::Absent, Value::Absent)).is_empty());
        assert_eq!(plan.find(0, &keys(Value::Text("a".into()), Value::Absent)), Found::Row(0));
    }
}
