//! Products that are hard or large, through the command: each ends soon, with the right answer or with "not decided"
//! and its code, and never with a wrong one.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::command::{Ran, json as answer, slot, tarif_with};

/// Where optimised tests go further, since a proof takes a hundred times longer without.
const PIGEONS: usize = if cfg!(debug_assertions) { 8 } else { 12 };

/// A chain whose every member is needed is explained member by member.
const LINKS: usize = if cfg!(debug_assertions) { 300 } else { 2_000 };

/// A book of one product, in a folder of its own.
fn book(name: &str, enumerations: &str, body: &str, files: &[(&str, String)]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hostile").join(name);
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let text = format!(
        "book hostile {{\n  currency EUR\n  effective 2026-01-01 to 2026-12-31\n}}\n\n{enumerations}\
         product thing {{\n  quantity 1 to 1\n{body}}}\n\nprice thing {{\n  per unit {{ list = 1 EUR }}\n}}\n"
    );
    std::fs::write(folder.join("book.tarif"), text).expect("the book can be written");
    for (path, content) in files {
        std::fs::write(folder.join(path), content).expect("the table can be written");
    }
    folder.to_string_lossy().into_owned()
}

fn check(book: &str) -> Ran {
    tarif_with(&["check", book], "")
}

fn names(letter: &str, count: usize) -> String {
    (0..count).map(|at| format!("{letter}{at}")).collect::<Vec<_>>().join(" | ")
}

/// What a slot can be: the values that are not impossible.
fn possible(answer: &Value, path: &str) -> Vec<String> {
    let values = slot(answer, path)["values"].as_array().cloned().unwrap_or_default();
    let can_be = values.iter().filter(|value| value["state"] != "impossible");
    can_be.map(|value| value["value"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Pigeons of which no two share a hole, when a condition holds.
fn pigeons(count: usize, holes: usize, when: &str) -> (String, String) {
    let mut body = String::new();
    for one in 0..count {
        _ = writeln!(body, "  option p{one}: hole");
    }
    for one in 0..count {
        for other in 0..one {
            _ = writeln!(body, "  require p{one} != p{other}{when}");
        }
    }
    (format!("enum hole: {}\n", names("h", holes)), body)
}

#[test]
fn pigeons_one_too_many_clash_by_all_their_rules_and_each_is_named() {
    let (holes, body) = pigeons(PIGEONS, PIGEONS - 1, "");
    let book = book("too_many_pigeons", &holes, &body, &[]);
    let rules = PIGEONS * (PIGEONS - 1) / 2;
    let checked = check(&book);
    assert_eq!(checked.status, 1);
    assert!(checked.out.contains("E0503") || checked.err.contains("E0503"), "{}{}", checked.out, checked.err);
    let said = format!("satisfies these {rules} rules together");
    assert!(checked.out.contains(&said) || checked.err.contains(&said), "{}{}", checked.out, checked.err);
    let (status, state) = answer(&[&book, "thing", "-c", "p0=h1"]);
    assert_eq!((status, &state["status"]), (1, &json!("conflict")));
    assert_eq!(state["conflict"]["rules"].as_array().map(Vec::len), Some(rules), "{}", state["conflict"]);
}

#[test]
fn as_many_pigeons_as_holes_find_one_each() {
    let (holes, body) = pigeons(PIGEONS, PIGEONS, "");
    let book = book("pigeons", &holes, &body, &[]);
    assert_eq!(check(&book).status, 0);
    let (status, state) = answer(&[&book, "thing", "-c", "p0=h1", "-c", "p1=h0", "--complete"]);
    assert_eq!((status, &state["status"]), (0, &json!("fits")));
    assert_eq!(possible(&state, "p2").len(), PIGEONS - 2);
    let options = state["completion"]["line"]["options"].as_object().expect("a completion");
    let taken: BTreeSet<String> = options.values().map(Value::to_string).collect();
    assert_eq!(taken.len(), PIGEONS, "each hole is taken once");
}

#[test]
fn what_would_bring_one_pigeon_too_many_cannot_be_had() {
    let (holes, pigeons) = pigeons(PIGEONS, PIGEONS - 1, " when crowded");
    let body = format!("  option crowded: bool\n{pigeons}");
    let book = book("perhaps_too_many_pigeons", &holes, &body, &[]);
    let (status, state) = answer(&[&book, "thing"]);
    assert_eq!((status, &state["status"]), (0, &json!("fits")));
    let crowded = slot(&state, "crowded");
    assert_eq!((&crowded["state"], &crowded["value"]), (&json!("implied"), &json!(false)));
}

/// Each option brings the next.
fn chain(links: usize) -> String {
    let mut body = String::new();
    for at in 0..=links {
        _ = writeln!(body, "  option o{at}: bool  default false");
    }
    for at in 0..links {
        _ = writeln!(body, "  require o{at} implies o{}", at + 1);
    }
    body
}

#[test]
fn a_chain_of_two_thousand_implications_is_followed_to_its_end() {
    let book = book("chain", "", &chain(2_000), &[]);
    assert_eq!(check(&book).status, 0);
    let (status, state) = answer(&[&book, "thing", "-c", "o0=true"]);
    assert_eq!((status, &state["status"]), (0, &json!("fits")));
    let last = slot(&state, "o2000");
    assert_eq!((&last["state"], &last["value"]), (&json!("implied"), &json!(true)));
    // Up to some option nothing is had, and from it on all.
    let (_, counted) = answer(&[&book, "thing", "--count"]);
    assert_eq!(counted["count"]["exactly"], "2002");
}

#[test]
fn a_chain_that_ends_badly_clashes_by_all_its_links() {
    let body = format!("{}  require not o{LINKS}\n", chain(LINKS));
    let book = book("broken_chain", "", &body, &[]);
    let checked = check(&book);
    assert_eq!(checked.status, 0);
    assert!(checked.out.contains("W0502") || checked.err.contains("W0502"));
    let (status, state) = answer(&[&book, "thing", "-c", "o0=true"]);
    assert_eq!((status, &state["status"]), (1, &json!("conflict")));
    assert_eq!(state["conflict"]["rules"].as_array().map(Vec::len), Some(LINKS + 1));
}

#[test]
fn sets_of_a_hundred_elements_are_counted_without_going_through_them() {
    let mut body = format!("  option s: any of {}\n  option t: any of {}\n", names("e", 64), names("f", 40));
    for at in (0..62).step_by(3) {
        _ = writeln!(body, "  exclude e{at} in s with e{} in s", at + 1);
    }
    body.push_str("  require e5 in s when f7 in t\n");
    let book = book("sets", "", &body, &[]);
    assert_eq!(check(&book).status, 0);
    let (status, state) = answer(&[&book, "thing", "--count"]);
    assert_eq!((status, &state["status"]), (0, &json!("fits")));
    // Three of four for each of 21 excluded pairs and for the required one; the other 60 elements are free.
    let count = 3_u128.pow(22) << 60;
    assert_eq!(state["count"]["exactly"], json!(count.to_string()));
    let (status, _) = answer(&[&book, "thing", "-c", "s with e0", "-c", "s with e1"]);
    assert_eq!(status, 1);
}

#[test]
fn an_option_of_five_thousand_values_loses_those_that_a_rule_takes() {
    let body = format!(
        "  option motor: {}\n  option sealed: bool\n  require motor in [m7, m4999] when sealed\n  \
         exclude motor = m7 with sealed\n",
        names("m", 5_000)
    );
    let book = book("values", "", &body, &[]);
    assert_eq!(check(&book).status, 0);
    let (status, state) = answer(&[&book, "thing", "-c", "sealed=true"]);
    assert_eq!((status, &state["status"]), (0, &json!("fits")));
    assert_eq!(possible(&state, "motor"), ["m4999"]);
    let (_, counted) = answer(&[&book, "thing", "--count"]);
    assert_eq!(counted["count"]["exactly"], "5001");
}

#[test]
fn a_table_of_ten_thousand_rows_allows_exactly_its_rows() {
    let letters = ["a", "b", "c", "d"];
    let mut body = String::new();
    for letter in letters {
        _ = writeln!(body, "  option {letter}: {}", names(letter, 22));
    }
    body.push_str("  allow (a, b, c, d) in buildable\n");
    let mut rows = "a,b,c,d,value\n".to_owned();
    let mut with_a1 = 0;
    let mut d_with_a1 = BTreeSet::new();
    for row in 0..10_000 {
        // 23 and 22 share no factor, so that no row stands twice.
        let mut cell = row * 23 % 22_usize.pow(4);
        let digits = [0; 4].map(|_: usize| {
            let digit = cell % 22;
            cell /= 22;
            digit
        });
        _ = writeln!(rows, "a{},b{},c{},d{},true", digits[0], digits[1], digits[2], digits[3]);
        if digits[0] == 1 {
            with_a1 += 1;
            d_with_a1.insert(format!("d{}", digits[3]));
        }
    }
    let table =
        "table buildable(thing.a, thing.b, thing.c, thing.d) -> bool optional from \"buildable.csv\"\n\n";
    let book = book("rows", table, &body, &[("buildable.csv", rows)]);
    let (status, state) = answer(&[&book, "thing", "-c", "a=a1", "--count"]);
    assert_eq!((status, &state["status"]), (0, &json!("fits")));
    assert_eq!(state["count"]["exactly"], json!(with_a1.to_string()));
    assert_eq!(possible(&state, "d").into_iter().collect::<BTreeSet<_>>(), d_with_a1);
    let (_, counted) = answer(&[&book, "thing", "--count"]);
    assert_eq!(counted["count"]["exactly"], "10000");
}

#[test]
fn a_range_of_a_million_steps_is_cut_where_arithmetic_says_and_what_is_too_large_is_not_decided() {
    let ranges = "  option width: 1 to 1_000_000 step 1  default 1\n  \
                  option height: 1 to 1_000_000 step 1  default 1\n  option kind: small | large\n  \
                  require width * 2 + 7 <= 900 when kind = small\n  require width >= 1000 when kind = large\n";
    let book_ = book("steps", "", ranges, &[]);
    let (status, state) = answer(&[&book_, "thing", "-c", "kind=small"]);
    assert_eq!((status, &state["status"]), (0, &json!("fits")));
    assert_eq!(slot(&state, "width")["ranges"], json!([{ "from": 1, "to": 446, "step": 1 }]));
    let (_, clash) = answer(&[&book_, "thing", "-c", "kind=small", "-c", "width=447"]);
    assert_eq!(clash["status"], "conflict");

    let body = format!("{ranges}  require width * height <= 1_000_000\n");
    let book_ = book("areas", "", &body, &[]);
    let checked = check(&book_);
    assert!(checked.out.contains("W0505") || checked.err.contains("W0505"), "{}{}", checked.out, checked.err);
    let (_, state) = answer(&[&book_, "thing", "-c", "width=2000"]);
    assert_eq!((&state["status"], &state["not_decided"]["code"]), (&json!("not_decided"), &json!("E0950")));
    // What the other rules exclude is excluded all the same.
    let (status, clash) = answer(&[&book_, "thing", "-c", "width=2000", "-c", "kind=small"]);
    assert_eq!((status, &clash["status"]), (1, &json!("conflict")));
}
