//! Names and units of small books.

use std::sync::Arc;

use super::{ItemRef, Kind, Names, unit_table};
use crate::diagnostic::Diagnostic;
use crate::source::FileId;
use crate::syntax::ast::Item;
use crate::syntax::parse_file;
use crate::value::{Exact, Unit};

fn items(text: &str) -> Vec<Item> {
    let (file, problems) = parse_file(text, FileId(0));
    assert_eq!(problems, []);
    file.items
}

fn names(text: &str) -> (Names, Vec<Diagnostic>) {
    let numbered: Vec<_> = (0..).map(ItemRef).zip(items(text).into_iter().map(Arc::new)).collect();
    Names::build(&numbered)
}

fn codes(problems: &[Diagnostic]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code.id()).collect()
}

#[test]
fn every_top_level_name_has_its_kind() {
    let (names, problems) = names(
        "unit pallet = 48 pc
         context customer { id: text }
         given prior: kg
         index steel: CNY/kg
         product press { quantity 1 to 5 }
         def half(x: CNY) -> CNY = x / 2",
    );
    assert_eq!(problems, []);
    let kinds: Vec<_> = names.iter().map(|(name, definition)| (name.as_ref(), definition.kind)).collect();
    let wanted = [
        ("customer", Kind::Context),
        ("half", Kind::Def),
        ("pallet", Kind::Unit),
        ("press", Kind::Product),
        ("prior", Kind::Fact),
        ("steel", Kind::Index),
    ];
    assert_eq!(kinds, wanted);
}

#[test]
fn the_first_of_two_declarations_counts_and_both_are_shown() {
    let (names, problems) = names("enum steel: a | b\nindex steel: CNY/kg");
    assert_eq!(names.kind("steel"), Some(Kind::Enum));
    assert_eq!(codes(&problems), ["E0202"]);
    assert_eq!(problems[0].labels.len(), 2);
}

#[test]
fn versions_of_a_table_share_its_name_if_each_says_when_it_counts() {
    let table = |dates: &str| format!("table t(x: int) -> rate {dates} {{ else: 1% }}\n");
    let first = table("effective to 2026-06-30");
    let (versions, problems) = names(&(first.clone() + &table("effective from 2026-07-01")));
    assert_eq!(problems, []);
    assert_eq!(versions.get("t").map(|it| it.items.as_slice()), Some(&[ItemRef(0), ItemRef(1)][..]));
    let (_, problems) = names(&(first + &table("")));
    assert_eq!(codes(&problems), ["E0202"]);
}

#[test]
fn built_in_names_are_not_to_be_had() {
    for word in ["quantity", "round", "as_of", "min"] {
        let (_, problems) = names(&format!("def {word}(x: CNY) -> CNY = x"));
        assert_eq!(codes(&problems), ["E0202"], "{word}");
    }
}

#[test]
fn units_are_declared_after_those_they_are_made_from_whatever_the_order() {
    let items = items("unit truck = 33 pallet\nunit pallet = 48 pc\nunit 台");
    let units = unit_table(&items);
    assert_eq!(units.problems, []);
    let unit = |name: &str| Unit::of(units.table.get(name).expect("a unit"));
    assert_eq!(unit("truck").conversion_to(&unit("pc")), Some(Exact::from(33 * 48)));
    assert_eq!(unit("台").conversion_to(&unit("pc")), None);
}

#[test]
fn units_that_measure_nothing_are_refused() {
    for (declared, code) in [
        ("unit crate = 0 kg", "E0316"),
        ("unit crate = 12", "E0316"),
        ("unit crate = 12 CNY", "E0316"),
        ("unit crate = 2 crate", "E0316"),
        ("unit crate = 2 carton\nunit carton = 3 crate", "E0316"),
        ("unit crate = 12 kgs", "E0306"),
        ("unit kg = 12 g", "E0202"),
    ] {
        assert_eq!(codes(&unit_table(&items(declared)).problems), [code], "{declared}");
    }
}

#[test]
fn a_long_chain_of_units_is_no_danger() {
    let mut text = String::from("unit u0 = 1 kg\n");
    for at in 1..3000 {
        text.push_str(&format!("unit u{at} = 1 u{}\n", at - 1));
    }
    let items = items(&text);
    let units = unit_table(items.iter().rev());
    assert_eq!(units.problems, []);
}
