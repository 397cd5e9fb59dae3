//! Tables from their text to their rows; the rows and messages are worked out by hand.

use std::sync::Arc;

mod file;
mod pages;
mod policy;
mod proof;

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
        ["the row is never reached: `b` is never 250 tf"]
    );
    assert_eq!(
        refused("table t(s: press.stroke) -> CNY { 125 mm: 1, any: 2 }"),
        ["the row is never reached: `s` is never 125 mm"]
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
