//! Schemes from their text to their tiers; the tiers and totals are worked out by hand.

use std::sync::Arc;

use super::*;
use crate::diagnostic::codes;
use crate::ir::{TierPer, TierRow};
use crate::resolve::ItemRef;
use crate::source::FileId;
use crate::syntax::parse_file;

fn exact(text: &str) -> Exact {
    Exact::parse(text).expect("a number")
}

/// Checks the last item of a book, a scheme.
fn check(source: &str) -> (Option<ir::Tiers>, Vec<Diagnostic>) {
    let book = "book shop { currency USD  effective 2026-01-01 to 2026-12-31 }\nenum size: small | large\n";
    let (tree, problems) = parse_file(&format!("{book}{source}"), FileId(0));
    assert!(problems.is_empty(), "{:?}", problems.iter().map(|problem| &problem.message).collect::<Vec<_>>());
    let items: Vec<_> = (0..).map(ItemRef).zip(tree.items.into_iter().map(Arc::new)).collect();
    let (signatures, problems) = Signatures::build(&items);
    assert!(problems.is_empty(), "{problems:#?}");
    let (_, item) = items.last().expect("a scheme");
    let ast::ItemKind::Tiers(tiers) = &item.kind else { panic!("no scheme") };
    let mut problems = Vec::new();
    let checked = check_tiers(tiers, item.span, &signatures, &mut problems);
    (checked, problems)
}

/// The tiers as `start to end`, `[` where the start belongs to the tier.
fn bounds(source: &str) -> Vec<String> {
    let (scheme, problems) = check(source);
    assert!(!has_errors(&problems), "{problems:#?}");
    let scheme = scheme.expect("the scheme is sound");
    let tier = |tier: &ir::Tier| {
        let open = if tier.start_included { "[" } else { "(" };
        format!("{open}{} {}", tier.start, tier.end.as_ref().map_or("…".to_owned(), Exact::to_string))
    };
    scheme.versions[0].tiers.iter().map(tier).collect()
}

fn rows(source: &str) -> Vec<TierRow> {
    let (scheme, problems) = check(source);
    assert!(!has_errors(&problems), "{problems:#?}");
    scheme.expect("the scheme is sound").versions[0].tiers.iter().map(|tier| tier.row.clone()).collect()
}

fn refused(source: &str) -> (&'static str, String) {
    let (scheme, problems) = check(source);
    assert!(scheme.is_none(), "it was not refused");
    assert_eq!(problems.len(), 1, "{problems:#?}");
    (problems[0].code.id(), problems[0].message.clone())
}

#[test]
fn bounds_of_whole_units_meet_between_neighbours() {
    let expected = ["(0 9", "(9 24", "(24 …"];
    assert_eq!(bounds("tiers t(int) whole -> rate { from 1: 0%, from 10: 3%, from 25: 6% }"), expected);
    assert_eq!(bounds("tiers t(int) whole -> rate { up to 9: 0%, up to 24: 3%, rest: 6% }"), expected);
    assert_eq!(bounds("tiers t(int) whole -> rate { under 10: 0%, under 25: 3%, rest: 6% }"), expected);
    assert_eq!(bounds("tiers t(int) whole -> rate { next 9: 0%, next 15: 3%, rest: 6% }"), expected);
    assert_eq!(bounds("tiers t(int) whole -> rate { above 0: 0%, above 9: 3%, from 25: 6% }"), expected);
    assert_eq!(bounds("tiers t(int) whole -> rate { from 0: 0%, from 10: 3%, from 25: 6% }"), expected);
    assert_eq!(
        bounds("tiers t(int) graduated -> rate { from 500: 0%, from 10_001: 2% }"),
        ["(499 10000", "(10000 …"]
    );
}

#[test]
fn bounds_of_measured_amounts_say_which_tier_has_the_bound() {
    assert_eq!(
        bounds("tiers t(GB) graduated -> USD { above 0 GB: 0.2 each, above 100 GB: 0.1 each }"),
        ["(0 100", "(100 …"]
    );
    assert_eq!(bounds("tiers t(kg) whole -> USD { from 0 kg: 5, from 1 t: 4 }"), ["[0 1000", "[1000 …"]);
    assert_eq!(
        bounds("tiers t(kg) stair -> USD { under 2: 5, up to 10: 9, rest: refuse \"too heavy\" }"),
        ["(0 2", "[2 10", "(10 …"]
    );
    assert_eq!(
        bounds("tiers t(kg) whole -> USD { under 2: 5, next 3: 4, rest: 3 }"),
        ["(0 2", "[2 5", "[5 …"]
    );
}

#[test]
fn rows_keep_their_flat_part_their_price_and_their_package() {
    let found = rows(
        "tiers t(int) graduated -> USD { up to 1_000: 0 each, next 9_000: 2 per started 100, rest: 10 flat + 0.01 USD each }",
    );
    let price =
        |flat: &str, price: &str, per| TierRow::Price { flat: exact(flat), unit: Some((exact(price), per)) };
    assert_eq!(
        found,
        [
            price("0", "0", TierPer::Each),
            price("0", "2", TierPer::Started(exact("100"))),
            price("10", "0.01", TierPer::Each),
        ]
    );
    assert_eq!(
        rows("tiers t(GB) graduated -> USD { above 0: 0.3 USD/TB each }"),
        [price("0", "0.0003", TierPer::Each)]
    );
    assert_eq!(
        rows("tiers t(int) whole -> rate { from 1: 2.5% }"),
        [TierRow::Value(Value::Number(exact("0.025")))]
    );
    assert_eq!(
        rows("tiers t(int) stair -> USD { up to 5: 3 flat, rest: refuse \"ask\" }"),
        [TierRow::Price { flat: exact("3"), unit: None }, TierRow::Refuse("ask".into()),]
    );
    assert_eq!(
        rows("tiers t(int) stair -> size { up to 5: small, rest: large }")[1],
        TierRow::Value(Value::Choice(1))
    );
}

#[test]
fn a_version_with_another_driver_is_refused() {
    let first = "tiers t(kg) whole -> USD effective to 2026-06-30 { rest: 1 }\n";
    for other in ["(t) whole -> USD", "(kg) stair -> USD", "(kg) whole -> number"] {
        let source = format!("{first}tiers t{other} effective from 2026-07-01 {{ rest: 1 }}");
        assert_eq!(
            refused(&source).1,
            "this version of `t` has another driver, mode or result than the first"
        );
    }
}

#[test]
fn what_zero_costs_stands_beside_the_tiers() {
    let (scheme, _) = check("tiers t(int) graduated -> USD { zero: 5 flat, from 1: 1 each }");
    let scheme = scheme.expect("the scheme is sound");
    assert_eq!(scheme.versions[0].zero, Some(TierRow::Price { flat: exact("5"), unit: None }));
    assert_eq!(scheme.versions[0].tiers.len(), 1);
    assert_eq!(refused("tiers t(int) graduated -> USD { zero: 5 each, from 1: 1 each }").0, "E0413");
    assert_eq!(
        refused("tiers t(int) graduated -> USD { zero: 5 flat, zero: 6 flat, from 1: 1 each }").0,
        "E0413"
    );
}

#[test]
fn bounds_must_rise_and_be_of_one_kind() {
    for source in [
        "tiers t(int) whole -> rate { from 1: 0%, from 10: 7%, from 3: 4% }",
        "tiers t(int) whole -> rate { from 1: 0%, from 10: 7%, above 9: 4% }",
        "tiers t(int) whole -> rate { up to 10: 0%, up to 10: 7%, rest: 8% }",
        "tiers t(int) whole -> rate { up to 0: 0%, rest: 8% }",
        "tiers t(int) whole -> rate { next 0: 0%, rest: 8% }",
        "tiers t(int) whole -> rate { from 1: 0%, up to 10: 7% }",
        "tiers t(int) whole -> rate { rest: 0%, up to 10: 7% }",
    ] {
        assert_eq!(refused(source).0, "E0410", "{source}");
    }
    assert_eq!(refused("tiers t(int) whole -> rate { from -1: 0% }").0, "E0321");
    assert_eq!(refused("tiers t(int) whole -> rate { from 1: 0%, from 2.5: 7% }").0, "E0302");
    assert_eq!(refused("tiers t(kg) whole -> rate { from 0 h: 0% }").0, "E0301");
}

#[test]
fn above_the_last_bound_something_must_be_said() {
    let source = "tiers t(int) whole -> rate { up to 5: 0%, up to 20: 4% }";
    assert_eq!(refused(source), ("E0411", "nothing is said of what lies above the last bound".to_owned()));
    assert_eq!(refused("tiers t(int) whole -> rate { zero: 5% }").0, "E0411");
}

#[test]
fn a_point_of_something_measured_has_no_width() {
    let source = "tiers t(GB) graduated -> USD { above 0 GB: 0.3 each, from 100 GB: 0.2 each }";
    let (_, problems) = check(source);
    assert_eq!(problems[0].message, "`from 100 GB` in graduated tiers over a measured amount");
    assert_eq!(problems[0].help, ["write `above 100 GB`: each tier prices what lies between its bounds"]);
    assert_eq!(refused("tiers t(GB) graduated -> USD { under 100: 0.3 each, rest: 0.2 each }").0, "E0412");
}

#[test]
fn rows_fit_their_mode_and_their_result() {
    for source in [
        "tiers t(int) stair -> USD { from 1: 20 USD each }",
        "tiers t(int) graduated -> USD { from 1: 20 }",
        "tiers t(int) whole -> rate { from 1: 20 each }",
        "tiers t(int) whole -> rate { from 1: 20 flat }",
        "tiers t(int) whole -> USD { from 1: 20 each, from 10: 15 }",
        "tiers t(int) graduated -> USD { from 1: 2 per started 0 }",
        "tiers t(int) stair -> size { from 1: 2 flat }",
    ] {
        assert_eq!(refused(source).0, "E0413", "{source}");
    }
    assert_eq!(refused("tiers t(int) graduated -> USD { from 1: 2 per started 2.5 }").0, "E0302");
    assert_eq!(refused("tiers t(int) whole -> rate { from 1: 8 }").0, "E0317");
    assert_eq!(refused("tiers t(int) stair -> USD { from 1: 8 CNY }").0, "E0303");
    assert_eq!(refused("tiers t(int) stair -> size { from 1: smal }").0, "E0211");
}

#[test]
fn a_total_that_falls_is_reported_with_both_quantities() {
    let cliffs = |source: &str| {
        let (scheme, problems) = check(source);
        assert!(scheme.is_some());
        problems
            .into_iter()
            .flat_map(|problem| {
                assert_eq!(problem.code, codes::PRICE_CLIFF);
                std::iter::once(problem.message).chain(problem.notes)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        cliffs("tiers t(int) whole -> USD { from 1: 12 each, from 20: 10 each }"),
        ["20 cost 200 USD, less than 228 USD for 19"]
    );
    assert_eq!(
        cliffs(
            "tiers t(int) whole -> USD { from 1: 12 each, from 20: 10 each, from 30: 9.9 each, from 40: 9 each }"
        ),
        ["20 cost 200 USD, less than 228 USD for 19", "40 cost 360 USD, less than 386.1 USD for 39",]
    );
    assert_eq!(cliffs("tiers t(kg) whole -> USD { from 0: 12 each, from 20: 10 flat + 11.5 each }"), [""; 0]);
    assert_eq!(
        cliffs("tiers t(kg) whole -> USD { from 0: 12 each, from 20: 11 each }"),
        ["at 20 kg the total falls from 240 USD to 220 USD"]
    );
    assert_eq!(
        cliffs("tiers t(int) stair -> USD { up to 10: 50, rest: 40 }"),
        ["11 cost 40 USD, less than 50 USD for 10"]
    );
    assert_eq!(
        cliffs("tiers t(int) whole -> USD { up to 10: 7 per started 10, rest: 0.5 each }"),
        ["11 cost 5.5 USD, less than 7 USD for 10"]
    );
    for quiet in [
        "tiers t(int) graduated -> USD { from 1: 12 each, from 20: 10 each }",
        "tiers t(int) whole -> rate { from 1: 0%, from 20: 10% }",
        "tiers t(int) whole -> USD { from 1: 12, from 20: 10 }",
    ] {
        assert_eq!(cliffs(quiet), [""; 0], "{quiet}");
    }
}
