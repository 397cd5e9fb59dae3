//! What other systems and published examples compute, worked out by books written from the reference alone.
//!
//! Each folder of `tests/conformance/` is a source: its cases as facts, books, and in `mapping.json` how a case
//! becomes a request and where its figures stand in the quote. `tests/conformance/README.md` says how to read it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};
use tarif::{Book, BookError};

#[path = "conformance/figure.rs"]
mod figure;
#[path = "conformance/template.rs"]
mod template;

const SOURCES: [&str; 6] = ["approvals", "cost_plus", "erpnext", "lago", "scales", "vendure"];
const CASES: usize = 231;

fn folder(source: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(source)
}

#[expect(clippy::disallowed_methods, reason = "the test reads its data")]
fn read(source: &str, name: &str) -> Value {
    let path = folder(source).join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn list(of: &Value) -> &[Value] {
    of.as_array().map_or(&[], Vec::as_slice)
}

fn text(of: &Value) -> &str {
    of.as_str().unwrap_or_default()
}

/// Whether a case's name is meant: by itself, or by how it begins (`volume *`).
fn means(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

/// The cases of a source that are left out, by name, with the reason.
fn left_out(source: &str) -> BTreeMap<String, String> {
    let all = read("", "left_out.json");
    let entry = |entry: &Value| (text(&entry["case"]).to_owned(), text(&entry["reason"]).to_owned());
    list(&all[source]).iter().map(entry).collect()
}

/// The group of `mapping.json` that carries a case; what is wrong with the mapping otherwise.
fn group_of<'m>(mapping: &'m Value, name: &str) -> Result<&'m Value, String> {
    let carries = |group: &&Value| list(&group["cases"]).iter().any(|pattern| means(text(pattern), name));
    let found: Vec<&Value> = list(&mapping["groups"]).iter().filter(carries).collect();
    match found.as_slice() {
        [group] => Ok(group),
        groups => Err(format!("{} groups of the mapping carry the case", groups.len())),
    }
}

/// What differs between a case and its quote.
fn differences(book: &Book, group: &Value, case: &Value) -> Vec<String> {
    let request = match template::fill(&group["request"], &case["inputs"]) {
        Ok(request) => request.to_string(),
        Err(mistake) => return vec![mistake],
    };
    let quote: Value = serde_json::from_str(&book.quote_json(&request)).expect("a quote is JSON");
    if !quote["errors"].is_null() {
        return vec![format!("{request} was refused: {}", quote["errors"])];
    }
    let mut differences = Vec::new();
    if (quote["status"] == "invalid") != (group["invalid"] == true) {
        differences.push(format!("status {}: {}", quote["status"], quote["lines"][0]["violations"]));
    }
    let empty = Map::new();
    let fields = case["expected"].as_object().unwrap_or(&empty);
    if fields.is_empty() {
        differences.push("the case expects nothing".to_owned());
    }
    for (field, expected) in fields {
        // A place for the field, or for a list one for each of its elements.
        match (&group["expect"][field], expected) {
            (Value::String(place), _) => {
                differences.extend(figure::difference(&quote, place, expected, field));
            }
            (Value::Array(places), Value::Array(expected)) if places.len() == expected.len() => {
                let each = places.iter().zip(expected);
                differences.extend(
                    each.filter_map(|(place, one)| figure::difference(&quote, text(place), one, field)),
                );
            }
            _ => differences.push(format!("the mapping does not say where `{field}` stands")),
        }
    }
    for (place, expected) in group["also"].as_object().unwrap_or(&empty) {
        differences.extend(figure::difference(&quote, place, expected, place));
    }
    differences
}

/// Holds the cases of a source against its books. Returns how many of them agreed, and how many are left out.
fn compare(source: &str) -> (usize, usize) {
    let (cases, mapping, left_out) =
        (read(source, "cases.json"), read(source, "mapping.json"), left_out(source));
    let mut books: BTreeMap<String, Result<Book, BookError>> = BTreeMap::new();
    let (mut agreed, mut wrong, mut shown) = (0, Vec::new(), BTreeSet::new());
    for case in list(&cases["cases"]) {
        let name = text(&case["name"]);
        if left_out.contains_key(name) {
            continue;
        }
        let group = match group_of(&mapping, name) {
            Ok(group) => group,
            Err(mistake) => {
                wrong.push(format!("{name}: {mistake}"));
                continue;
            }
        };
        let book = text(&group["book"]);
        let loaded = books.entry(book.to_owned()).or_insert_with(|| Book::load(folder(source).join(book)));
        let found = match (loaded, group["refused"].as_str()) {
            (Ok(book), None) => differences(book, group, case),
            (Ok(_), Some(code)) => vec![format!("the book is not refused with {code}")],
            (Err(error), Some(code)) => refusal(error, code),
            (Err(error), None) if shown.insert(book) => vec![format!("the book has errors\n{error}")],
            (Err(_), None) => vec!["the book has errors, as above".to_owned()],
        };
        agreed += usize::from(found.is_empty());
        wrong.extend(found.into_iter().map(|difference| format!("{name}: {difference}")));
    }
    assert!(wrong.is_empty(), "{source}: {agreed} cases agree; not these:\n{}", wrong.join("\n"));
    (agreed, left_out.len())
}

/// What differs between the problems of a book and the one that it must be refused for.
fn refusal(error: &BookError, code: &str) -> Vec<String> {
    match error {
        BookError::Problems { problems, .. } if problems.iter().any(|problem| problem.code.id() == code) => {
            Vec::new()
        }
        other => vec![format!("the book is refused, but not with {code}\n{other}")],
    }
}

#[test]
fn the_cases_of_the_approval_policies_agree() {
    compare("approvals");
}

#[test]
fn the_cases_of_the_cost_plus_quotations_agree() {
    compare("cost_plus");
}

#[test]
fn the_cases_of_the_erpnext_pricing_rules_agree() {
    compare("erpnext");
}

#[test]
fn the_cases_of_the_lago_charge_models_agree() {
    compare("lago");
}

#[test]
fn the_cases_of_the_price_scales_agree() {
    compare("scales");
}

#[test]
fn the_cases_of_the_vendure_order_calculator_agree() {
    compare("vendure");
}

#[test]
fn no_case_is_missing() {
    let mut count = 0;
    for source in SOURCES {
        let (cases, mapping, left_out) =
            (read(source, "cases.json"), read(source, "mapping.json"), left_out(source));
        let names: Vec<&str> = list(&cases["cases"]).iter().map(|case| text(&case["name"])).collect();
        count += names.len();
        for (name, reason) in &left_out {
            assert!(names.contains(&name.as_str()), "{source}: `{name}` is left out, but no case");
            assert!(!reason.is_empty(), "{source}: `{name}` is left out without a reason");
        }
        for group in list(&mapping["groups"]) {
            for pattern in list(&group["cases"]) {
                let used = names.iter().any(|name| means(text(pattern), name));
                assert!(used, "{source}: no case has the name {pattern}");
            }
        }
        for name in names {
            let carried = group_of(&mapping, name);
            assert!(left_out.contains_key(name) != carried.is_ok(), "{source}: {name}: {carried:?}");
        }
    }
    assert_eq!(count, CASES, "cases of all sources");
}
