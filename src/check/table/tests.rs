//! Tables from their text to their rows; the rows and messages are worked out by hand.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::ir::{Band, EnumTy, EnumValue, Name, NumberKind, Period, Rows, Value};
use crate::resolve::ItemRef;
use crate::source::FileId;
use crate::syntax::parse_file;
use crate::value::{Date, Exact};

pub(super) fn exact(text: &str) -> Exact {
    Exact::parse(text).expect("a number")
}

fn number(text: &str) -> Value {
    Value::Number(exact(text))
}

/// What the tables of the tests speak of.
const BOOK: &str = "book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }\n\
    enum region: east | north | south\n\
    enum level: standard < silver < gold < key\n\
    product press {\n\
      quantity 1 to 50\n\
      option force: 63 tf | 100 tf | 160 tf\n\
      option stroke: 100 mm to 800 mm step 50 mm\n\
    }\n\
    price press { per unit { list = 900 CNY } }\n";

/// The items of the book and of a text behind it.
fn items(source: &str) -> Vec<Arc<ast::Item>> {
    let (tree, problems) = parse_file(&format!("{BOOK}{source}"), FileId(0));
    assert!(problems.is_empty(), "{:?}", said(&problems));
    tree.items.into_iter().map(Arc::new).collect()
}

/// Checks the last item, a table.
fn check(source: &str, file: Option<&TableFile>) -> (Option<ir::Table>, Vec<Diagnostic>) {
    let items = items(source);
    let numbered: Vec<_> = (0..).map(ItemRef).zip(items.iter().cloned()).collect();
    let (signatures, problems) = Signatures::build(&numbered);
    assert!(problems.is_empty(), "{:?}", said(&problems));
    let item = items.last().expect("a table");
    let ast::ItemKind::Table(table) = &item.kind else { panic!("no table") };
    let mut problems = Vec::new();
    let checked = check_table(table, item.span, &signatures, file, &mut problems);
    (checked, problems)
}

fn rows(source: &str) -> Arc<Rows> {
    let (table, problems) = check(source, None);
    assert!(problems.is_empty(), "{:?}", said(&problems));
    table.expect("the table is sound").versions[0].rows.clone()
}

fn reach(source: &str) -> Vec<Reach> {
    let (table, problems) = check(source, None);
    assert!(problems.is_empty(), "{:?}", said(&problems));
    table.expect("the table is sound").versions[0].reach.clone()
}

/// The messages and notes of a table that is refused.
fn refused(source: &str) -> Vec<String> {
    let (table, problems) = check(source, None);
    assert!(table.is_none(), "it was not refused");
    said(&problems)
}

fn said(problems: &[Diagnostic]) -> Vec<String> {
    problems
        .iter()
        .flat_map(|problem| std::iter::once(&problem.message).chain(&problem.notes))
        .cloned()
        .collect()
}

fn band(lower: Option<(&str, bool)>, upper: Option<(&str, bool)>) -> KeyMatch {
    let end = |end: Option<(&str, bool)>| end.map(|(value, inclusive)| (number(value), inclusive));
    KeyMatch::Band(Box::new(Band { lower: end(lower), upper: end(upper) }))
}

fn between(lower: Option<(&str, bool)>, upper: Option<(&str, bool)>) -> Reach {
    match band(lower, upper) {
        KeyMatch::Band(band) => Reach::Between(*band),
        _ => Reach::All,
    }
}

#[test]
fn rows_in_place_take_words_units_and_rates() {
    let rows = rows(
        "table t(a: level, b: press.force) -> rate { standard or silver, any: 0%  gold or key, 63 tf: 2.5%\n gold or key, 100 or 160 tf: n/a }",
    );
    assert_eq!(rows.keys[0][0], KeyMatch::OneOf(vec![Value::Choice(0), Value::Choice(1)]));
    assert_eq!(
        rows.keys[1],
        [KeyMatch::Any, KeyMatch::One(number("63")), KeyMatch::OneOf(vec![number("100"), number("160")])]
    );
    assert_eq!(rows.values[0], [Some(number("0")), Some(number("0.025")), None]);
}

#[test]
fn a_cross_grid_is_read_row_by_row() {
    let rows = rows(
        "table t(r: region, mass: kg) -> CNY {\n   | from 0 kg | from 2_000 kg\n east | 1_800 | 5_200\n north or south | n/a | 7 }",
    );
    assert_eq!(rows.keys[0].len(), 4);
    let (low, high) = (band(Some(("0", true)), Some(("2000", false))), band(Some(("2000", true)), None));
    assert_eq!(rows.keys[1], [low.clone(), high.clone(), low, high]);
    assert_eq!(rows.values[0], [Some(number("1800")), Some(number("5200")), None, Some(number("7"))]);
}

#[test]
fn a_list_grid_may_order_its_columns_freely() {
    let rows = rows(
        "table t(r: region) -> { price: CNY, mass: kg } {\n mass | r | price\n 5 | east | 1\n 6 t | north or south | n/a }",
    );
    assert_eq!(rows.keys[0][0], KeyMatch::One(Value::Choice(0)));
    assert_eq!(rows.values[0], [Some(number("1")), None]);
    assert_eq!(rows.values[1], [Some(number("5")), Some(number("6000"))]);
    let found = refused("table t(r: region) -> { price: CNY, mass: kg } {\n r | price\n east | 1 }");
    assert_eq!(found, ["the header of the grid lacks `mass`"]);
}

#[test]
fn bands_run_to_the_next_bound() {
    let cells = |body: &str| rows(&format!("table t(m: kg) -> CNY {{ {body} }}")).keys[0].clone();
    assert_eq!(
        cells("from 10: 1, from 20: 2, above 50: 3"),
        [
            band(Some(("10", true)), Some(("20", false))),
            band(Some(("20", true)), Some(("50", true))),
            band(Some(("50", false)), None),
        ]
    );
    assert_eq!(
        cells("up to 10: 1, up to 20: 2, under 50: 3, from 50: 4"),
        [
            band(None, Some(("10", true))),
            band(Some(("10", false)), Some(("20", true))),
            band(Some(("20", false)), Some(("50", false))),
            band(Some(("50", true)), None),
        ]
    );
    assert_eq!(
        cells("up to 90: 1, above 90 up to 160: 2, above 160: 3"),
        [
            band(None, Some(("90", true))),
            band(Some(("90", false)), Some(("160", true))),
            band(Some(("160", false)), None),
        ]
    );
    assert_eq!(cells("from 0: 1, from 10: 2, from 5: 3")[0], band(Some(("0", true)), Some(("5", false))));
}

#[test]
fn bands_run_only_among_rows_with_the_same_other_keys() {
    let rows = rows(
        "table t(r: region, n: int) -> rate { east, from 1: 0%\n east, from 500: 5%\n north or south, from 1: 0%\n north or south, from 100: 6% }",
    );
    assert_eq!(rows.keys[1][0], band(Some(("1", true)), Some(("500", false))));
    assert_eq!(rows.keys[1][2], band(Some(("1", true)), Some(("100", false))));
}

#[test]
fn bands_of_ranked_words_and_dates_run_as_well() {
    let level = rows("table t(a: level) -> CNY { up to silver: 1, above silver: 2 }");
    let ends = |low: Option<u16>, high: Option<u16>| {
        let lower = low.map(|at| (Value::Choice(at), false));
        KeyMatch::Band(Box::new(Band { lower, upper: high.map(|at| (Value::Choice(at), true)) }))
    };
    assert_eq!(level.keys[0], [ends(None, Some(1)), ends(Some(1), None)]);
    let date = Date::parse("2026-07-01").map(Value::Date).expect("a date");
    let found = reach("table t(d: date) -> CNY { from 2026-07-01: 1, from 2026-10-01: 2 }");
    assert_eq!(found, [Reach::Between(Band { lower: Some((date, true)), upper: None })]);
}

#[test]
fn a_missing_combination_is_named() {
    let found = refused(
        "table t(r: region, a: level) -> rate { east or north, any: 0%\n south, standard or silver or gold: 1% }",
    );
    assert_eq!(found, ["the table `t` has no row for r = south, a = key"]);
    let found = refused(
        "table t(r: region, b: press.force) -> rate { east, 63 tf or 100 tf: 0%\n north, 160 tf: 1% }",
    );
    assert_eq!(
        found,
        [
            "the table `t` has no row for 3 combinations of its keys",
            "no row for r = east, b = 160 tf",
            "no row for r = north, b = 63 tf or 100 tf",
            "no row for r = south",
        ]
    );
    assert_eq!(refused("table t(a: bool) -> CNY { true: 1 }"), ["the table `t` has no row for a = false"]);
}

#[test]
fn gaps_between_numbers_are_named_with_their_ends() {
    let found = refused("table t(m: kg) -> CNY { from 0 up to 10: 1, above 20: 2 }");
    assert_eq!(found, ["the table `t` has no row for m above 10 kg up to 20 kg"]);
    let found = refused("table t(s: press.stroke) -> CNY { up to 300 mm: 1, from 500 mm: 2 }");
    assert_eq!(found, ["the table `t` has no row for s above 300 mm under 500 mm"]);
}

#[test]
fn whole_numbers_and_steps_leave_no_gap_between_neighbours() {
    rows("table t(n: int) -> CNY { from 1 up to 9: 1, from 10: 2 }");
    rows("table t(s: press.stroke) -> CNY { up to 300 mm: 1, from 350 mm: 2 }");
    rows("table t(b: press.force) -> CNY { up to 63 tf: 1, from 100 tf: 2 }");
    assert_eq!(refused("table t(m: kg) -> CNY { from 1 up to 9: 1, from 10: 2 }").len(), 1);
}

#[test]
fn rows_that_answer_for_one_combination_are_both_shown() {
    let (_, problems) = check(
        "table t(r: region, m: kg) -> CNY { east, from 0: 1\n any, from 5 up to 7: 2\n north or south, any: 3 }",
        None,
    );
    assert_eq!(
        said(&problems),
        [
            "two rows answer for r = east, m from 5 kg up to 7 kg",
            "two rows answer for r = north or south, m from 5 kg up to 7 kg"
        ]
    );
    assert_eq!(problems[0].labels.len(), 2);
    assert_eq!(
        refused("table t(r: region) -> CNY { east: 1, east: 2, north: 3, south: 4 }"),
        ["two rows answer for r = east"]
    );
    assert_eq!(
        refused("table t(m: kg) -> CNY { from 0: 1, from 5: 2, from 5: 3 }"),
        ["two rows answer for m = 5 kg"]
    );
}

#[test]
fn else_and_optional_stand_for_what_is_missing() {
    let rows = rows("table t(r: region, a: level) -> rate { east, key: 1%  else: 0% }");
    assert_eq!(rows.otherwise, Some(vec![Some(number("0"))]));
    assert_eq!(reach("table t(id: text) -> CNY optional { \"C17\": 4.10 }"), [Reach::All]);
    let (table, problems) = check("table t(a: bool) -> CNY { true: 1, false: 2, else: 3 }", None);
    assert!(table.is_some());
    assert_eq!(
        said(&problems),
        ["the `else` row of `t` is never reached: the other rows answer for everything",]
    );
    assert!(!problems[0].is_error());
}

#[test]
fn outside_of_all_rows_calls_must_prove_themselves() {
    assert_eq!(reach("table t(m: kg) -> CNY { from 0: 1, from 10: 2 }"), [between(Some(("0", true)), None)]);
    assert_eq!(
        reach("table t(m: kg) -> CNY { above 0: 1, above 10: 2 }"),
        [between(Some(("0", false)), None)]
    );
    assert_eq!(reach("table t(m: kg) -> CNY { up to 10: 1, above 10: 2 }"), [Reach::All]);
    assert_eq!(
        reach("table t(m: kg) -> CNY { up to 2: 1, up to 30: 2 }"),
        [between(None, Some(("30", true)))]
    );
    assert_eq!(
        reach("table t(n: int) -> CNY { 1: 1, 2: 2, 3: 4 }"),
        [between(Some(("1", true)), Some(("3", true)))]
    );
    assert_eq!(
        reach("table t(sku: text, r: region) -> CNY { \"A\", any: 1\n \"B\", any: 2 }"),
        [Reach::Listed, Reach::All]
    );
    assert_eq!(
        reach("table t(sku: text, r: region) -> CNY { \"A\", east: 1\n \"A\", north or south: 2 }"),
        [Reach::Listed, Reach::All]
    );
    let found = refused("table t(sku: text, r: region) -> CNY { \"A\", any: 1\n \"B\", east: 2 }");
    assert_eq!(found, ["the table `t` has no row for sku = \"B\", r = north or south"]);
    assert_eq!(
        reach("table t(r: region, n: int) -> CNY { east, any: 1\n north or south, from 1: 2 }"),
        [Reach::All, between(Some(("1", true)), None)]
    );
}

#[test]
fn a_row_that_no_value_reaches_is_refused() {
    assert_eq!(
        refused("table t(b: press.force) -> CNY { 63 tf: 1, 100 tf: 2, 160 tf: 3, 250 tf: 4 }"),
        ["the row is never reached: `b` has no such value"]
    );
    assert_eq!(
        refused("table t(s: press.stroke) -> CNY { 125 mm: 1, any: 2 }"),
        ["the row is never reached: `s` has no such value"]
    );
    assert_eq!(
        refused("table t(n: int) -> CNY { above 2 under 3: 1, any: 2 }"),
        ["the row is never reached: `n` has no such value"]
    );
    assert_eq!(refused("table t(m: kg) -> CNY { above 20 up to 10: 1 }"), ["the band ends before it begins"]);
}

#[test]
fn misspelt_values_name_the_nearest() {
    let (_, problems) = check("table t(r: region) -> CNY { eest: 1, north: 2, south: 3 }", None);
    assert_eq!(problems[0].message, "`eest` is no value of `region`");
    assert_eq!(problems[0].help, ["did you mean `east`?"]);
    assert!(problems[0].fix.is_some());
    assert_eq!(problems.len(), 1);
}

#[test]
fn only_the_first_problems_are_shown() {
    let rows: String = (0..154).map(|at| format!("x{at}: 1\n")).collect();
    let (_, problems) = check(&format!("table t(r: region) -> CNY {{ {rows} }}"), None);
    assert_eq!(problems.len(), 20);
    assert_eq!(problems[19].notes, ["and 134 more problems in this table"]);
}

#[test]
fn bounds_need_an_order() {
    assert_eq!(
        refused("table t(r: region) -> CNY { from east: 1 }"),
        ["bounds of a value of `region`, which has no order"]
    );
}

fn file(source: &str, csv: &str) -> (Option<ir::Table>, Vec<Diagnostic>) {
    let file = crate::sheet::read(csv.as_bytes(), "t.csv", None, FileId(3)).map(Arc::new);
    check(source, Some(&file))
}

#[test]
fn a_file_is_read_by_the_names_of_its_columns() {
    let (table, problems) = file(
        "table t(r: region, m: kg) -> CNY from \"t.csv\"",
        "t,# who,r,m\n5,ann,east,from 0\n6 CNY,,east,from 5 t\nn/a,,north or south,any\n",
    );
    assert_eq!(said(&problems), [""; 0]);
    let table = table.expect("it is sound");
    let rows = &table.versions[0].rows;
    assert_eq!(rows.values[0], [Some(number("5")), Some(number("6")), None]);
    assert_eq!(rows.keys[1][1], band(Some(("5000", true)), None));
    assert_eq!(rows.places, ir::RowPlaces::Lines { file: "t.csv".into(), lines: vec![2, 3, 4] });
}

#[test]
fn columns_of_a_file_must_be_those_of_the_table() {
    let source = "table t(sku: text) -> { price: CNY, mass: kg } from \"t.csv\"";
    let (_, problems) = file(source, "sku,prise,mass\nA,1,2\n");
    assert_eq!(
        said(&problems),
        ["`t.csv` has a column `prise` that the table `t` does not name", "`t.csv` lacks a column `price`"]
    );
    assert_eq!(problems[0].help[0], "did you mean `price`?");
    assert_eq!(problems[0].labels[0].span.file, FileId(3));
    let (table, _) = file(source, "mass,sku,price\n2,A,1\n3,B,n/a\n");
    assert_eq!(table.map(|table| table.versions[0].reach.clone()), Some(vec![Reach::Listed]));
}

#[test]
fn broken_cells_of_a_file_are_marked_in_it() {
    let csv = "sku,t\nA,5%\nB,5\nC,\nA,7%\n";
    let (_, problems) = file("table t(sku: text) -> rate from \"t.csv\"", csv);
    assert_eq!(
        said(&problems),
        ["found the plain number `5`; expected a rate in per cent", "the cell is empty"]
    );
    assert_eq!(problems[0].labels[0].span, Span::new(FileId(3), 13, 14));
    let csv = "sku,t\nA,5%\nB,6%\nA,7%\nelse,0%\n";
    let (_, problems) = file("table t(sku: text) -> rate from \"t.csv\"", csv);
    assert_eq!(said(&problems), ["two rows answer for sku = \"A\""]);
    let marked: Vec<&str> = problems[0]
        .labels
        .iter()
        .map(|label| &csv[label.span.start as usize..label.span.end as usize])
        .collect();
    assert_eq!(marked, ["A,7%", "A,5%"]);
}

#[test]
fn an_else_row_of_a_file_stands_alone() {
    let source = "table t(sku: text, r: region) -> CNY from \"t.csv\"";
    let (table, _) = file(source, "sku,r,t\nA,east,1\nelse,,2\n");
    assert_eq!(
        table.map(|table| table.versions[0].rows.otherwise.clone()),
        Some(Some(vec![Some(number("2"))]))
    );
    let (_, problems) = file(source, "sku,r,t\nA,east,1\nelse,east,2\n");
    assert_eq!(said(&problems), ["a key beside `else`"]);
    let (_, problems) = check(source, None);
    assert_eq!(said(&problems), ["there is no file `t.csv`"]);
}

#[test]
fn versions_may_neither_overlap_nor_leave_a_day_out() {
    let version = |period: &str| {
        check(&format!("table t(a: bool) -> CNY effective {period} {{ any: 1 }}"), None)
            .0
            .expect("it is sound")
    };
    let book = Period { from: Date::parse("2026-01-01").ok(), to: Date::parse("2026-12-31").ok() };
    let merged = |periods: &[&str]| {
        let mut problems = Vec::new();
        let table =
            merge_tables(periods.iter().map(|period| version(period)).collect(), &book, &mut problems);
        (table.map_or(0, |table| table.versions.len()), said(&problems))
    };
    assert_eq!(merged(&["from 2026-07-01", "to 2026-06-30"]), (2, vec![]));
    assert_eq!(merged(&["from 2026-07-01", "to 2026-07-01"]).1, ["two versions of `t` count on 2026-07-01"]);
    assert_eq!(
        merged(&["from 2026-07-02", "to 2026-06-30"]).1,
        ["no version of `t` counts on 2026-07-01, when the book does"]
    );
    assert_eq!(
        merged(&["2026-02-01 to 2026-10-31"]).1,
        [
            "no version of `t` counts from 2026-01-01 to 2026-01-31, when the book does",
            "no version of `t` counts from 2026-11-01 to 2026-12-31, when the book does",
        ]
    );
}

#[test]
fn a_version_with_other_types_is_refused() {
    let first = "table t(m: kg) -> CNY effective to 2026-06-30 { from 0: 1 }\n";
    let second =
        |rest: &str| refused(&format!("{first}table t{rest} effective from 2026-07-01 {{ from 0: 1 }}"));
    let message = ["this version of `t` has other keys or results than the first"];
    assert_eq!(second("(m: g) -> CNY"), message);
    assert_eq!(second("(m: kg) -> rate")[0], message[0]);
    assert_eq!(second("(mass: kg) -> CNY"), message);
    assert_eq!(second("(m: kg) -> CNY optional"), message);
}

/// A random row over one enumeration of three values, one of whole numbers from 1 to 6 and a truth value.
fn any_row() -> impl Strategy<Value = Vec<KeyMatch>> {
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
fn hits(found: &KeyMatch, value: &Value) -> bool {
    match found {
        KeyMatch::Any => true,
        KeyMatch::One(one) => one == value,
        KeyMatch::OneOf(values) => values.contains(value),
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
        let found = cover::cover(&axes, &runs, 1_000_000);

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
fn two_hundred_thousand_rows_are_within_the_steps_of_the_proof() {
    let mut csv = String::from("sku,r,t\n");
    for row in 0..200_000 {
        csv.push_str(&format!("SKU-{row:06},any,{row}\n"));
    }
    let (table, problems) = file("table t(sku: text, r: region) -> CNY from \"t.csv\"", &csv);
    assert!(problems.is_empty());
    assert_eq!(table.map(|table| table.versions[0].rows.values[0].len()), Some(200_000));
}

#[test]
fn a_table_too_intricate_to_decide_is_refused_rather_than_believed() {
    let name: Name = "size".into();
    let ty = Ty::number(NumberKind::Int);
    let column: Vec<KeyMatch> = (0..40_i64).map(|at| KeyMatch::One(Value::Number(Exact::from(at)))).collect();
    let axis = || Axis::with_rows(&name, &ty, &Domain::All, &column);
    let (axes, rows): (Vec<Axis<'_>>, Vec<Vec<Runs>>) = axis().into_iter().chain(axis()).unzip();
    assert!(cover::cover(&axes, &rows, 100).undecided);
    assert!(!cover::cover(&axes, &rows, 1_000).undecided);
}
