//! Books whose calls, divisors and amounts stay within bounds or do not; the bounds are worked out by hand.

use std::sync::Arc;

use crate::check::check_book;
use crate::diagnostic::Diagnostic;
use crate::source::FileId;
use crate::syntax::parse_file;

const HEAD: &str = "book shop { currency CNY  effective 2026-01-01 to 2026-12-31 }\n\
    context customer { id: text optional  level: standard < silver  area: 1 m2 to 9 m2 }\n\
    index steel: 2 CNY/kg to 5 CNY/kg\n";

fn problems(source: &str) -> Vec<Diagnostic> {
    let (tree, problems) = parse_file(&format!("{HEAD}{source}"), FileId(0));
    assert!(problems.is_empty(), "{:?}", messages(&problems));
    let items: Vec<_> = tree.items.into_iter().map(Arc::new).collect();
    let (_, problems) = check_book(&items, |_| None);
    problems.into_iter().filter(Diagnostic::is_error).collect()
}

fn messages(problems: &[Diagnostic]) -> Vec<String> {
    problems.iter().map(|problem| format!("{} {}", problem.code, problem.message)).collect()
}

/// The errors of a book with a product of 1 to 50 pieces whose unit price is this.
fn priced(declarations: &str, members: &str, price: &str) -> Vec<String> {
    let source = format!(
        "{declarations}\n\
         product press {{ quantity 1 to 50\n {members} }}\n\
         price press {{ per unit {{ list = {price} rounded half_even to 0.01 CNY }} }}\n"
    );
    messages(&problems(&source))
}

const NONE: [&str; 0] = [];

const MASS: &str = "option mass: 1 kg to 500 kg step 1 kg";

#[test]
fn a_value_below_the_first_band_is_named() {
    let table = "table freight(mass: kg) -> CNY { from 10 kg: 20, from 100 kg: 80 }";
    let found = priced(table, MASS, "freight(mass)");
    assert_eq!(found, ["E0418 `mass` can be 1 kg here, and the rows of `freight` begin at 10 kg"]);
    let table = "table freight(mass: kg) -> CNY { from 0 kg: 20, from 100 kg: 80 }";
    assert_eq!(priced(table, MASS, "freight(mass)"), NONE);
    assert_eq!(
        priced(table, MASS, "freight(mass - 2 kg)"),
        ["E0418 `mass` can be -1 kg here, and the rows of `freight` begin at 0 kg"]
    );
    let table = "table freight(mass: kg) -> CNY { above 1 kg: 20, from 100 kg: 80 }";
    assert_eq!(priced(table, MASS, "freight(mass)").len(), 1);
    let table = "table fee(n: int) -> CNY { from 1: 20, from 10: 80 }";
    assert_eq!(priced(table, "", "fee(quantity)"), NONE);
    assert_eq!(
        priced(table, "", "fee(quantity - 1)"),
        ["E0418 `n` can be 0 here, and the rows of `fee` begin at 1"]
    );
}

#[test]
fn a_value_above_the_last_band_is_named() {
    let table = "table freight(mass: kg) -> CNY { up to 10 kg: 20, up to 100 kg: 80 }";
    let found = priced(table, MASS, "freight(mass)");
    assert_eq!(found, ["E0401 `mass` can be 500 kg here, and the rows of `freight` end at 100 kg"]);
    assert_eq!(priced(table, "option mass: 1 kg to 0.1 t", "freight(mass)"), NONE);
    assert_eq!(priced(table, "option mass: 1 kg | 20 kg", "freight(mass * 5)"), NONE);
    assert_eq!(priced(table, "option mass: 1 kg | 20 kg", "freight(mass * quantity)").len(), 1);
    let found = priced(&format!("{table}\ngiven load: kg"), "", "freight(load)");
    assert_eq!(
        found,
        ["E0401 nothing says how high `load` can be here, and the rows of `freight` end at 100 kg"]
    );
}

#[test]
fn conditions_narrow_what_stands_behind_them() {
    let table = "table freight(mass: kg) -> CNY { from 10 kg: 20, from 100 kg up to 200 kg: 80 }";
    let call =
        |condition: &str| priced(table, MASS, &format!("(if {condition} then freight(mass) else 5 CNY)"));
    assert_eq!(call("mass >= 10 kg and mass <= 200 kg"), NONE);
    assert_eq!(call("not (mass < 10 kg or mass > 0.2 t)"), NONE);
    assert_eq!(call("mass = 50 kg"), NONE);
    assert_eq!(call("mass in [50 kg, 60 kg]"), NONE);
    assert_eq!(call("mass > 9 kg and mass <= 200 kg").len(), 1);
    assert_eq!(call("mass >= 10 kg or mass <= 200 kg").len(), 2);
    let otherwise = priced(table, MASS, "(if mass < 10 kg or 200 kg < mass then 5 CNY else freight(mass))");
    assert_eq!(otherwise, NONE);
}

#[test]
fn lets_tables_and_functions_carry_their_bounds() {
    let declarations = "table weight(press.frame) -> kg { small: 100, large: 300 }\n\
        def half(x: kg) -> kg = x / 2\n\
        table freight(mass: kg) -> CNY { from 60 kg up to 150 kg: 20 }";
    let frame = "option frame: small | large\n let mass: kg = weight(frame)";
    let found = priced(declarations, frame, "freight(half(mass))");
    assert_eq!(found, ["E0418 `mass` can be 50 kg here, and the rows of `freight` begin at 60 kg"]);
    assert_eq!(priced(declarations, frame, "freight(half(mass) + 10 kg)").len(), 1);
    assert_eq!(priced(declarations, frame, "freight(max(60 kg, half(mass)))"), NONE);
}

#[test]
fn tiers_begin_where_the_quantity_does() {
    let found =
        priced("tiers fee(int) whole -> CNY { from 10: 5 each, from 20: 5 each }", "", "fee(quantity)");
    assert_eq!(found, ["E0411 `quantity` can be 1 here, and the tiers of `fee` begin at 10"]);
    assert_eq!(priced("tiers fee(int) whole -> CNY { from 1: 5 each }", "", "fee(quantity - 1)"), NONE);
    assert_eq!(priced("tiers fee(int) whole -> CNY { from 1: 5 each }", "", "fee(quantity - 2)").len(), 1);
    assert_eq!(priced("tiers fee(kg) graduated -> CNY { above 0 kg: 5 each }", MASS, "fee(mass)"), NONE);
    let scaled = "tiers fee(kg) whole -> CNY { from 2 kg: 5 each }";
    assert_eq!(priced(scaled, MASS, "fee(mass + 1 kg)"), NONE);
    assert_eq!(priced(scaled, MASS, "fee(mass + 1 kg, scaled by 3 / 2)").len(), 1);
    assert_eq!(priced(scaled, MASS, "fee(0 kg * 1, tier by mass + 1 kg)"), NONE);
}

#[test]
fn a_table_of_listed_texts_is_asked_for_its_own_keys() {
    let skus = "table skus(sku: text) -> { price: CNY } {\n sku | price\n \"A\" | 5\n \"B\" | 6 }";
    assert_eq!(priced(skus, "option sku: key of skus", "skus(sku).price"), NONE);
    assert_eq!(priced(skus, "", "skus(\"A\").price"), NONE);
    assert_eq!(priced(skus, "", "skus(\"C\").price"), ["E0401 the table `skus` has no row for sku = \"C\""]);
    let found = priced(&format!("{skus}\ngiven which: text"), "", "skus(which).price");
    assert_eq!(found, ["E0401 `which` can be any text here, and `skus` has rows for the listed ones only"]);
    let extra = |rows: &str| format!("{skus}\ntable extra(press.sku) -> CNY {{ {rows} }}");
    let option = "option sku: key of skus";
    assert_eq!(priced(&extra("\"A\": 1, \"B\": 2"), option, "extra(sku)"), NONE);
    assert_eq!(priced(&extra("\"A\": 1, else: 2"), option, "extra(sku)"), NONE);
    assert_eq!(
        priced(&extra("\"A\": 1"), option, "extra(sku)"),
        ["E0401 the table `extra` has no row for sku = \"B\", a key of `skus`"]
    );
}

#[test]
fn days_outside_of_a_tables_dates_are_named() {
    let table = "table fee(d: date) -> CNY { from 2026-03-01: 5 }";
    let found = priced(table, "", "fee(as_of)");
    assert_eq!(found, ["E0418 `as_of` can be 2026-01-01 here, and the rows of `fee` begin at 2026-03-01"]);
    assert_eq!(priced(table, "", "fee(as_of + 59 days)"), NONE);
    assert_eq!(priced(table, "", "fee(as_of + 58 days)").len(), 1);
}

#[test]
fn a_divisor_that_can_be_zero_within_its_bounds_is_refused() {
    let let_of =
        |value: &str| priced("", &format!("option n: 0 to 10 step 1\n let x: number = {value}"), "900 CNY");
    let declarations =
        "table share(press.n) -> number { 0: 0, else: 4 }\ndef inverse(x: number) -> number = 1 / x";
    let found = |value: &str| {
        priced(declarations, &format!("option n: 0 to 10 step 1\n let x: number = {value}"), "900 CNY")
    };
    assert_eq!(found("inverse(n)"), ["E0312 the divisor can be zero: it lies between 0 and 10"]);
    assert_eq!(found("inverse(n + 1)"), NONE);
    assert_eq!(found("1 / share(n)"), ["E0312 the divisor can be zero: it lies between 0 and 4"]);
    assert_eq!(let_of("1 / n").len(), 1);
    assert_eq!(let_of("1 / (n + 1)"), NONE);
    assert_eq!(let_of("if n > 0 then 1 / n else 0"), NONE);
    assert_eq!(let_of("if n != 0 then 1 / n else 0"), NONE);
    assert_eq!(let_of("if n = 0 then 0 else 1 / n"), NONE);
    assert_eq!(let_of("if n = 0 then 0 else 1 / (n / 2)"), NONE);
    assert_eq!(let_of("if n = 0 then 0 else 1 / (n * n)"), NONE);
    assert_eq!(let_of("if n = 0 then 0 else 1 / (n - 1)").len(), 1);
    assert_eq!(let_of("if n >= 0 then 1 / n else 0").len(), 1);
}

#[test]
fn amounts_that_outgrow_what_fits_are_refused() {
    let big = "9_000_000_000_000_000_000_000_000_000";
    let found = priced("", "", &format!("{big} CNY * (quantity * {big})"));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("E0313 the amount can grow past 28 digits"), "{found:?}");
}

#[test]
fn chains_of_functions_take_time_in_their_length() {
    let mut declarations = "def f0(x: number) -> number = x + 1\n".to_owned();
    for at in 1..150 {
        let before = at - 1;
        declarations.push_str(&format!("def f{at}(x: number) -> number = f{before}(x) + f{before}(x)\n"));
    }
    assert_eq!(priced(&declarations, "", "1 CNY * f20(quantity)"), NONE);
    let found = priced(&declarations, "", "1 CNY * f90(quantity)");
    assert_eq!(found.len(), 1, "2^90 × 51 outgrows 28 digits, and is found out at once: {found:?}");
}
