//! Bad input of every kind: each is answered with its code, its place and what to do, and spoils nothing else.

use serde_json::{Value, json};
use tarif::{Book, BookError};

const BOOK: &str = "book shop { currency EUR effective 2026-01-01 to 2026-12-31 }\n\
                    context customer { level: low < high default low }\n";

/// A product whose price is looked up in a table file.
const TABLE: &str = "product pen { quantity 1 to 100 option ink: blue | red default blue }\n\
                     table ink_price(pen.ink) -> EUR from \"ink.csv\"\n\
                     price pen { per unit { list = ink_price(ink) } }\n";

/// A product with a price that can divide by zero, run over, and needs the day's steel.
const PART: &str = "index steel \"Steel\": 1 EUR/kg to 20 EUR/kg max_age 7 days\n\
                    given surcharge: rate default 0%\n\
                    product part {\n\
                    quantity 1 to 1_000_000_000\n\
                    option cavities: 0 to 4 step 1 default 1\n\
                    option scale: 1 to 9_000_000_000_000 step 1 default 1\n\
                    option weight: 0 kg to 10 kg default 1 kg\n\
                    }\n\
                    price part {\n\
                    per unit {\n\
                    list = weight * steel\n\
                    add tool \"Tool\" = if cavities = 0 then 0 EUR else 12 EUR * scale\n\
                    add more = surcharge of list may be negative\n\
                    }\n\
                    }\n";

/// The problems of a book of these files, as code, line and message; empty for a clean book.
fn problems(files: &[(&str, &[u8])]) -> Vec<String> {
    match Book::from_files(files.iter().copied()) {
        Ok(book) => book.warnings().iter().map(|problem| problem.message.clone()).collect(),
        Err(BookError::Unreadable(error)) => vec![error.to_string()],
        Err(BookError::Problems { problems, places }) => {
            let shown = |problem: &tarif::diagnostic::Diagnostic| {
                let place = problem.span().map(|span| places.sources().place(span));
                let place = place.map_or(String::new(), |place| format!(" {}:{}", place.path, place.line));
                format!("{}{place} {} {}", problem.code, problem.message, problem.help.join("; "))
            };
            problems.iter().map(shown).collect()
        }
    }
}

fn with_csv(csv: &[u8]) -> Vec<String> {
    problems(&[("book.tarif", BOOK.as_bytes()), ("pen.tarif", TABLE.as_bytes()), ("ink.csv", csv)])
}

/// Exactly one problem that says all this.
fn only(found: &[String], said: &[&str]) {
    assert_eq!(found.len(), 1, "{found:#?}");
    for words in said {
        assert!(found[0].contains(words), "`{words}` is not said by {found:#?}");
    }
}

#[test]
fn a_table_file_says_what_is_wrong_with_it_and_where() {
    assert_eq!(with_csv(b"ink,value\nblue,1\nred,2\n"), [""; 0]);
    assert_eq!(with_csv("\u{feff}ink,value\r\nblue,1\r\nred,2\r\n".as_bytes()), [""; 0]);
    let misnamed = with_csv(b"colour,value\nblue,1\nred,2\n");
    only(&misnamed[..1], &["E0404", "ink.csv:1", "colour", "ink"]);
    only(&misnamed[1..], &["E0403", "ink.csv:1", "ink"]);
    only(&with_csv(b"ink,value\nblue,\"1.234,56\"\nred,2\n"), &["E0405", "ink.csv:2", "1.234,56"]);
    only(&with_csv(b"ink,value\nblue,1\nred,2\nblue,3\n"), &["E0402", "ink.csv:"]);
    only(&with_csv(b"ink,value\nblue,1\nred\n"), &["E0406", "ink.csv:3"]);
    only(&with_csv(b"ink,value\nblue,1\n"), &["E0401", "red"]);
    only(&with_csv(b"ink,value\nblue,1\nred,\xff\n"), &["E0002"]);
    only(&with_csv(b""), &["E0417"]);
}

#[test]
fn a_table_of_two_hundred_thousand_rows_is_read_and_priced_from() {
    let mut rows = String::from("sku,value\n");
    rows.extend((0..200_000).map(|at| format!("A-{at:06},{}.50\n", at % 977 + 1)));
    let text = "product article { quantity 1 to 9 option sku: key of skus }\n\
                table skus(sku: text) -> EUR from \"skus.csv\"\n\
                price article { per unit { list = skus(sku) } }\n";
    let files = [("book.tarif", BOOK), ("article.tarif", text), ("skus.csv", &rows)];
    let book = Book::from_files(files).expect("the book is clean");
    let request = json!({ "as_of": "2026-02-10", "lines": [
        { "product": "article", "quantity": 2, "options": { "sku": "A-199999" } }
    ] });
    let quote: Value = serde_json::from_str(&book.quote_json(&request.to_string())).expect("JSON");
    // 199 999 modulo 977 is 691, so its price is 692.50.
    assert_eq!(quote["totals"]["total"], "1385.00");
}

fn part() -> Book {
    Book::from_files([("book.tarif", BOOK), ("part.tarif", PART)]).expect("the book is clean")
}

/// The answer to a request for one part with these changes.
fn ask(book: &Book, changes: &[(&str, Value)]) -> Value {
    let mut request = json!({
        "as_of": "2026-02-10",
        "customer": { "level": "high" },
        "market": { "steel": { "value": "4.10", "date": "2026-02-09" } },
        "lines": [
            { "product": "part", "quantity": 1, "options": {} },
            { "product": "part", "quantity": 2, "options": {} },
        ],
    });
    for (path, value) in changes {
        let (parent, name) = path.rsplit_once('/').expect("a path");
        match request.pointer_mut(parent).expect("the request has this") {
            Value::Array(list) => list[name.parse::<usize>().expect("a position")] = value.clone(),
            object => object[name] = value.clone(),
        }
    }
    serde_json::from_str(&book.quote_json(&request.to_string())).expect("JSON")
}

#[test]
fn a_good_request_is_the_yardstick() {
    let quote = ask(&part(), &[]);
    // 1 kg at 4.10, and 12 for the tool, three times.
    assert_eq!((&quote["status"], &quote["totals"]["total"]), (&json!("ok"), &json!("48.30")), "{quote}");
}

#[test]
fn a_senseless_request_is_refused_with_path_and_nearest_name() {
    let book = part();
    for (change, value, code, path, said) in [
        ("/as_fo", json!("2026-02-10"), "E0903", "as_fo", "as_of"),
        ("/as_of", json!("2026-02-30"), "E0906", "as_of", "2026-02-30"),
        ("/as_of", json!("2027-01-01"), "E0909", "as_of", "2026-12-31"),
        ("/customer/levle", json!("high"), "E0903", "customer.levle", "level"),
        ("/customer/level", json!("hihg"), "E0906", "customer.level", "high"),
        ("/market/steal", json!("4"), "E0903", "market.steal", "steel"),
        (
            "/market/steel",
            json!({ "value": "4.10", "date": "2026-02-01" }),
            "E0911",
            "market.steel.date",
            "7",
        ),
        ("/market/steel", json!({ "value": "4.10", "date": "2026-02-11" }), "E0911", "market.steel.date", ""),
        ("/market/steel", json!({ "value": "40", "date": "2026-02-09" }), "E0912", "market.steel", "20"),
        ("/lines/0/product", json!("parts"), "E0904", "lines[0].product", "part"),
        ("/lines/0/options/cavity", json!(2), "E0905", "lines[0].options.cavity", "cavities"),
        ("/lines/0/options/weight", json!("2 h"), "E0906", "lines[0].options.weight", "kg"),
        ("/lines/0/colour", json!("red"), "E0903", "lines[0].colour", ""),
        ("/lines/1", json!("part"), "E0906", "lines[1]", "object"),
    ] {
        let answer = ask(&book, &[(change, value)]);
        assert_eq!(answer["status"], "error", "{change}: {answer}");
        let error = &answer["errors"][0];
        assert_eq!((&error["code"], &error["path"]), (&json!(code), &json!(path)), "{answer}");
        assert!(error.to_string().contains(said), "{answer}");
    }
}

#[test]
fn a_bare_number_for_a_rate_is_a_share_and_never_per_cent() {
    let book = part();
    for (value, code) in [(json!(19), "E0906"), (json!("-1.5"), "E0906")] {
        let answer = ask(&book, &[("/surcharge", value)]);
        assert_eq!(
            (&answer["status"], &answer["errors"][0]["code"]),
            (&json!("error"), &json!(code)),
            "{answer}"
        );
    }
    let answer = ask(&book, &[("/surcharge", json!(19))]);
    let help = answer["errors"][0]["help"].to_string();
    assert!(help.contains("19%") && help.contains("0.19") && help.contains("1900%"), "{answer}");
    for value in [json!("1900%"), json!("19%"), json!(0.19), json!(1), json!("-1")] {
        assert_eq!(ask(&book, &[("/surcharge", value)])["status"], "ok");
    }
}

#[test]
fn a_quantity_that_nobody_can_order_spoils_its_own_line_alone() {
    let book = part();
    for quantity in [json!(0), json!(-1), json!("1e20"), json!("2.5")] {
        let quote = ask(&book, &[("/lines/0/quantity", quantity.clone())]);
        assert_eq!(quote["status"], "invalid", "{quantity}: {quote}");
        assert_eq!(quote["lines"][0]["violations"][0]["path"], "lines[0].quantity", "{quote}");
        assert_eq!(quote["lines"][1]["status"], "ok");
        assert_eq!((&quote["totals"]["partial"], &quote["totals"]["net"]), (&json!(true), &json!("32.20")));
    }
    for quantity in [json!("1e400"), json!("NaN"), json!("1e30"), json!(""), json!([1]), Value::Null] {
        let answer = ask(&book, &[("/lines/0/quantity", quantity.clone())]);
        assert_eq!(answer["status"], "error", "{quantity}: {answer}");
        assert_eq!(answer["errors"][0]["path"], "lines[0].quantity", "{answer}");
    }
}

#[test]
fn a_division_that_only_some_configuration_brings_to_zero_is_refused_before_a_customer_meets_it() {
    let text = "product part {\n quantity 1 to 10\n option holes: 0 to 4 step 1 default 1\n}\n\
                price part {\n per unit {\n list = (12 EUR / holes) rounded half_up to 0.01 EUR\n }\n}\n";
    only(
        &problems(&[("book.tarif", BOOK.as_bytes()), ("part.tarif", text.as_bytes())]),
        &["E0312", "part.tarif:7", "divides by zero"],
    );
}

#[test]
fn nesting_beyond_every_use_is_refused_at_once() {
    let deep = format!("def f(x: int) -> int = {}x{}\n", "(".repeat(10_000), ")".repeat(10_000));
    let found = problems(&[("book.tarif", BOOK.as_bytes()), ("deep.tarif", deep.as_bytes())]);
    assert!(found.iter().any(|problem| problem.starts_with("E0004 deep.tarif:1")), "{found:#?}");
}

#[test]
fn five_broken_declarations_are_all_reported_and_the_rest_is_checked() {
    let text = "product a { quantity 1 to }\n\ntable b(x: ) -> EUR { }\n\ntiers c(int) whole -> { from 1: 1 }\n\n\
                def d(x: int -> int = x\n\nenum colour red\n\nproduct e { quantity 1 to 9 option o: kilo }\n";
    let found = problems(&[("book.tarif", BOOK.as_bytes()), ("bad.tarif", text.as_bytes())]);
    for line in [1, 3, 5, 7, 9, 11] {
        let place = format!("bad.tarif:{line} ");
        assert!(found.iter().any(|problem| problem.contains(&place)), "line {line}: {found:#?}");
    }
}
