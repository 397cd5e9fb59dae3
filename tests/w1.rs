//! W1: five hundred quotes, each figure, violation and approval compared with what another program worked out.
//!
//! `TARIF_W1` names a folder with `requests.ndjson` and `expected.ndjson` to compare instead of the sample.

use std::path::PathBuf;

use serde_json::{Map, Value, json};
use tarif::{Book, Request};

#[expect(clippy::disallowed_methods, reason = "the test names its data and reads it")]
fn read(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var("TARIF_W1").map_or_else(|_| root.join("tests/w1"), |named| root.join(named));
    std::fs::read_to_string(folder.join(name)).expect("the data of W1 is there")
}

/// The step `name` of a waterfall.
fn step<'q>(section: &'q Value, name: &str) -> &'q Value {
    let entries = section["waterfall"].as_array().expect("a waterfall");
    entries.iter().find(|entry| entry["step"] == name).expect("the step is in the waterfall")
}

fn names(list: &Value, field: &str) -> Value {
    list.as_array().expect("a list").iter().map(|one| one[field].clone()).collect()
}

/// A quote in the form of `expected.ndjson`.
fn flat(quote: &Value) -> Value {
    let line = &quote["lines"][0];
    let (unit, total) = (&line["unit"], &line["line"]);
    let mut flat = Map::new();
    let mut put = |name: &str, value: &Value| flat.insert(name.to_owned(), value.clone());
    put("id", &quote["id"]);
    put("list_unit", &unit["figures"]["list_unit"]);
    for name in ["gross", "after_volume", "after_tier", "after_region", "after_terms", "after_rep"] {
        put(name, &total["figures"][name]);
    }
    put("unit_cost", &unit["cost"]);
    put("cost", &line["cost"]);
    let minimum = step(total, "minimum");
    put("floor", &minimum["bound"]);
    put("net", &line["net"]);
    put("margin", &line["margin"]);
    put("floored", &json!(minimum["outcome"] == "applied"));
    put("violations", &names(&line["violations"], "name"));
    put("approvals", &names(&quote["approvals"]["route"], "name"));
    Value::Object(flat)
}

#[test]
fn every_figure_violation_and_approval_of_w1_agrees() {
    let book = Book::load(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/w1")).expect("the book of W1 is clean");
    let (requests, expected) = (read("requests.ndjson"), read("expected.ndjson"));
    let mut compared = 0;
    for (request, expected) in requests.lines().zip(expected.lines()) {
        let request = Request::from_json(request).expect("a request of W1");
        let quote = book.quote(&request).expect("a quote of W1");
        let found: Value = serde_json::from_str(&book.to_json(&quote)).expect("a quote is JSON");
        let expected: Value = serde_json::from_str(expected).expect("an expected line is JSON");
        assert_eq!(flat(&found), expected, "quote {}", expected["id"]);
        compared += 1;
    }
    assert_eq!(compared, requests.lines().count(), "as many results as requests");
    assert!(compared >= 500, "{compared} quotes were compared");
}
