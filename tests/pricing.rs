//! Small books for one pricing mechanism each, with tests whose figures are worked by hand.

use std::path::Path;
use std::process::Command;

/// Runs the tests of one book of `tests/pricing/`.
fn try_book(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pricing").join(name);
    let run = Command::new(env!("CARGO_BIN_EXE_tarif")).arg("test").arg(&folder).output();
    let run = run.expect("the command starts");
    let shown = [run.stdout, run.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(run.status.success(), "{name}:\n{shown}");
}

#[test]
fn quantities_cost_what_their_tiers_say() {
    try_book("tiers");
}

#[test]
fn prices_hang_on_what_came_before() {
    try_book("history");
}

#[test]
fn amounts_are_rounded_as_the_book_says() {
    try_book("rounding");
}

#[test]
fn a_comprehension_goes_through_all_rows_that_match() {
    try_book("matching");
}

#[test]
fn rows_of_a_table_count_as_the_word_after_its_keys_says() {
    try_book("tables");
}

#[test]
fn what_a_condition_guards_is_no_mistake() {
    try_book("guards");
}

#[test]
fn every_line_has_its_share_of_the_steps_of_the_quote() {
    try_book("shares");
}
