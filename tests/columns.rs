//! Programs over columns give what the evaluator gives.

#[path = "columns/cross.rs"]
mod cross;
#[path = "conformance/figure.rs"]
#[expect(dead_code, reason = "shared with the conformance cases, which need more of it")]
mod figure;
#[path = "columns/fill.rs"]
mod fill;
#[path = "columns/shown.rs"]
mod shown;
#[path = "columns/steps.rs"]
mod steps;
#[path = "conformance/template.rs"]
mod template;

use std::path::{Path, PathBuf};

use serde_json::Value;
use tarif::columns::{Answer, Block, Out, Program, Scratch};
use tarif::eval::{Day, Field, FieldOf, StepField};
use tarif::ir::{Builtin, Level, Place};
use tarif::value::{Date, Exact};
use tarif::{Book, Request};

fn w1() -> Book {
    Book::load(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/w1")).expect("the book of W1 is clean")
}

fn parsed(text: &str) -> Field {
    Field::parse(w1().ir(), text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_field_is_a_path_and_goes_by_its_path_or_by_a_name_of_its_own() {
    let net = parsed("line.net");
    assert_eq!(&*net.name, "line.net");
    assert_eq!(net.of, FieldOf::Figure { level: Level::Line, figure: Builtin::Net });
    let price = parsed("price = line.net");
    assert_eq!((&*price.name, price.of), ("price", net.of));
    assert_eq!(parsed("net").of, FieldOf::Figure { level: Level::Quote, figure: Builtin::Net });
    assert_eq!(parsed("quote.total").of, FieldOf::Total);
    assert_eq!(parsed("violations").of, FieldOf::Violations);
}

#[test]
fn a_field_can_be_a_step_a_subtotal_a_component_or_an_input() {
    let step = |level, step: &str, what| FieldOf::Step { level, step: step.into(), what };
    assert_eq!(parsed("unit.list_unit").of, step(Level::Unit, "list_unit", StepField::Amount));
    assert_eq!(parsed("line.minimum.bound").of, step(Level::Line, "minimum", StepField::Bound));
    assert_eq!(parsed("line.minimum.applied").of, step(Level::Line, "minimum", StepField::Applied));
    assert_eq!(parsed("unit.mould").of, FieldOf::CostComponent { level: Level::Unit, name: "mould".into() });
    let tier = Place::Context { context: "customer".into(), field: "tier".into() };
    assert_eq!(parsed("customer.tier").of, FieldOf::Input(tier));
    assert_eq!(parsed("finish").of, FieldOf::Input(Place::Member("finish".into())));
    assert_eq!(parsed("quantity").of, FieldOf::Input(Place::Quantity));
    let index = FieldOf::Input(Place::Index("material_index".into()));
    assert_eq!(parsed("material_index").of, index);
    assert_eq!(parsed("market.material_index").of, index);
}

#[test]
fn a_field_that_the_book_does_not_have_is_refused_with_what_was_meant() {
    let refused = |text: &str| Field::parse(w1().ir(), text).expect_err("there is no such field");
    assert_eq!(refused("line.nett"), "a quote has no field `line.nett`; did you mean `line.net`?");
    assert_eq!(refused("after_tier"), "a quote has no field `after_tier`; did you mean `line.after_tier`?");
    assert_eq!(
        refused("line.minimum.bond"),
        "a quote has no field `line.minimum.bond`; did you mean `line.minimum.bound`?"
    );
    assert_eq!(refused("=net"), "`=net` names no field; write `net` or `price=line.net`");
    assert_eq!(
        refused("zzzzzzzz"),
        "a quote has no field `zzzzzzzz`; write `net`, `line.STEP` or the name of an input"
    );
}

/// The figures of `expected.ndjson`.
const FIGURES: [&str; 15] = [
    "list_unit=unit.list_unit",
    "gross=line.gross",
    "after_volume=line.after_volume",
    "after_tier=line.after_tier",
    "after_region=line.after_region",
    "after_terms=line.after_terms",
    "after_rep=line.after_rep",
    "unit_cost=unit.cost",
    "cost=line.cost",
    "floor=line.minimum.bound",
    "net=line.net",
    "margin=line.margin",
    "floored=line.minimum.applied",
    "violations",
    "approvals",
];

#[expect(clippy::disallowed_methods, reason = "the test names its data and reads it")]
fn read(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var("TARIF_W1").map_or_else(|_| root.join("tests/w1"), |named| root.join(named));
    std::fs::read_to_string(folder.join(name)).expect("the data of W1 is there")
}

fn day() -> Day {
    Day { as_of: Date::parse("2026-01-15").expect("a day"), currency: 0, rates: Vec::new() }
}

fn fields(book: &Book, texts: &[&str]) -> Vec<Field> {
    texts.iter().map(|text| Field::parse(book.ir(), text).expect("a field")).collect()
}

fn program(book: &Book, fields: &[Field]) -> Program {
    Program::new(book.plan(), 0, day().as_of, 0, fields).unwrap_or_else(|error| panic!("{error}"))
}

fn block(book: &Book, program: &Program, requests: &[Request]) -> Block {
    let mut block = Block::new(program, requests.len());
    block.reset(requests.len());
    for (row, request) in requests.iter().enumerate() {
        let product = &book.ir().products[0];
        fill::fill(book.plan(), program.inputs(), product, &day(), request, &mut block, row);
    }
    block
}

fn same_as_expected(answer: &Answer<'_>, fields: &[Field], row: usize, expected: &Value) {
    assert!(!answer.deferred()[row], "{} is not deferred", expected["id"]);
    for (at, field) in fields.iter().enumerate() {
        let found = match shown::of_column(&answer.column(at).expect("a column"), row) {
            shown::Shown::Number(number) => Value::String(match &*field.name {
                "margin" => number.to_rounded_text(4),
                _ => number.to_decimal_text(2).expect("a decimal"),
            }),
            shown::Shown::Flag(flag) => Value::Bool(flag),
            shown::Shown::Names(names) => names.into(),
            other => panic!("{other:?}"),
        };
        assert_eq!(found, expected[&*field.name], "{} {}", expected["id"], field.name);
    }
}

#[test]
fn every_figure_violation_and_approval_of_w1_agrees_in_blocks_and_row_by_row() {
    let book = w1();
    let fields = fields(&book, &FIGURES);
    let program = program(&book, &fields);
    let (requests, expected) = (read("requests.ndjson"), read("expected.ndjson"));
    let requests: Vec<Request> =
        requests.lines().map(|line| Request::from_json(line).expect("a request of W1")).collect();
    let expected: Vec<Value> =
        expected.lines().map(|line| serde_json::from_str(line).expect("an expected line")).collect();
    assert!(requests.len() >= 500 && requests.len() == expected.len());
    let mut scratch = Scratch::default();
    let all = block(&book, &program, &requests);
    let answer = program.run(&all, &mut scratch);
    for (row, expected) in expected.iter().enumerate() {
        same_as_expected(&answer, &fields, row, expected);
    }
    for (request, expected) in requests.iter().zip(&expected).take(100) {
        let one = block(&book, &program, std::slice::from_ref(request));
        same_as_expected(&program.run(&one, &mut scratch), &fields, 0, expected);
    }
}

#[test]
fn what_the_evaluator_would_refuse_or_explain_is_deferred() {
    let book = w1();
    let fields = fields(&book, &["net"]);
    let program = program(&book, &fields);
    let first = read("requests.ndjson").lines().next().map(ToOwned::to_owned).expect("a request");
    let variants = [
        ("\"quantity\":6", "\"quantity\":0"),
        ("\"quantity\":6", "\"quantity\":100001"),
        ("\"quantity\":6", "\"quantity\":\"1.5\""),
        ("\"discount\":\"0.2025\"", "\"discount\":\"0.51\""),
        ("\"discount\":\"0.2025\"", "\"discount\":\"0.2025000001\""),
        ("\"finish\":\"chrome\",", ""),
        ("SKU-00014", "SKU-99999"),
        ("\"material_index\":\"2.8402\"", ""),
        ("\"tier\":\"bronze\",", ""),
    ];
    let mut texts = vec![first.clone()];
    for (from, to) in variants {
        assert!(first.contains(from), "{from}");
        texts.push(first.replace(from, to));
    }
    let requests: Vec<Request> = texts.iter().map(|it| Request::from_json(it).expect("JSON")).collect();
    let mut scratch = Scratch::default();
    let block = block(&book, &program, &requests);
    let answer = program.run(&block, &mut scratch);
    assert!(!answer.deferred()[0]);
    for (row, text) in texts.iter().enumerate().skip(1) {
        assert!(answer.deferred()[row], "{text}");
    }
    let Some(Out::Number { scale, values, known: None }) = answer.column(0) else { panic!("a number") };
    assert_eq!(Exact::scaled(values[0], scale), Exact::parse("390.16").expect("a number"));
}

/// The folders with books of the project and requests for them.
const RULES: [(&str, &str); 6] = [
    ("rules/cloud", "examples/cloud.json"),
    ("rules/fasteners", "examples/fasteners.ndjson"),
    ("rules/moulding", "examples/moulding.json"),
    ("rules/packaging", "examples/packaging.json"),
    ("rules/press", "examples/press.json"),
    ("rules/w1", "tests/w1/requests.ndjson"),
];

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[expect(clippy::disallowed_methods, reason = "the test reads its data")]
fn text_of(path: &str) -> String {
    std::fs::read_to_string(root(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_line_of_the_books_of_the_project_is_the_same_in_columns_or_deferred() {
    let mut all = cross::Tally::default();
    for (folder, examples) in RULES {
        let book = Book::load(root(folder)).expect("the book is clean");
        let mut cross = cross::Cross::new(&book);
        let mut tally = cross::Tally::default();
        let text = text_of(examples);
        let requests = if examples.ends_with(".ndjson") { text.lines().collect() } else { vec![&*text] };
        for request in requests.into_iter().filter(|it| !it.is_empty()) {
            cross.compare(&Request::from_json(request).expect("a request"), &mut tally);
        }
        for test in &book.ir().tests {
            cross.compare(&tarif::testing::request_of(test, book.ir()), &mut tally);
        }
        tally.tell(folder);
        all.add(tally);
    }
    all.tell("books of the project");
    assert!(all.differences.is_empty(), "{} fields differ", all.differences.len());
    assert!(all.done > 0 && all.recorded > 0, "columns did something, and recorded it");
}

#[test]
fn every_line_of_the_conformance_cases_is_the_same_in_columns_or_deferred() {
    let mut all = cross::Tally::default();
    for source in ["approvals", "cost_plus", "erpnext", "lago", "scales", "vendure"] {
        let json = |name: &str| -> Value {
            serde_json::from_str(&text_of(&format!("tests/conformance/{source}/{name}"))).expect("JSON")
        };
        let (cases, mapping) = (json("cases.json"), json("mapping.json"));
        for group in mapping["groups"].as_array().expect("groups") {
            let folder = group["book"].as_str().expect("a book");
            let Ok(book) = Book::load(root("tests/conformance").join(source).join(folder)) else { continue };
            let mut cross = cross::Cross::new(&book);
            for case in cases["cases"].as_array().expect("cases") {
                let name = case["name"].as_str().expect("a name");
                let carries = group["cases"].as_array().expect("patterns").iter().any(|pattern| {
                    let pattern = pattern.as_str().expect("a pattern");
                    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
                });
                let Some(request) = carries.then(|| template::fill(&group["request"], &case["inputs"]))
                else {
                    continue;
                };
                if let Ok(request) = request.map(|it| it.to_string())
                    && let Ok(request) = Request::from_json(&request)
                {
                    cross.compare(&request, &mut all);
                }
            }
        }
    }
    all.tell("conformance cases");
    assert!(all.differences.is_empty(), "{} fields differ", all.differences.len());
    assert!(all.done > 0 && all.recorded > 0, "columns did something, and recorded it");
}

#[test]
fn a_quote_with_steps_of_its_own_is_done_in_columns() {
    let text = r#"
        book shop "Shop" { currency EUR  effective 2026-01-01 to 2026-12-31 }
        product item "Item" { option size "Size": 1 to 9 step 1 }
        price item { per unit { list "List price" = size * 10 EUR } }
        quote {
          less order "Order discount" = 10% of running rounded half_up to 0.01 EUR
            on lines where line.list >= 100 EUR spread by line.list within line.running
          charge freight "Freight" = 7.50 EUR
          each line {
            let base "Base" = running
            tax vat "VAT" = 19% of running rounded half_up to 0.01 EUR
          }
          taxes levies "Levies" on freight { tax levy "Levy" = 1% rounded half_up to 0.01 EUR }
          taxes inside "Of which duty" within freight { tax duty "Duty" = 50% rounded half_up to 0.01 EUR }
        }
        approvals { level boss "Boss"  ask boss when line.order > 11.99 EUR and sum(l.quantity for l in lines) > 3 }
    "#;
    let book = Book::from_files([("shop.tarif", text)]).expect("the book is clean");
    // By hand: 4 * 30 = 120, less 12 = 108, freight 7.50, tax 20.52 and 0.075; 3 * 20 = 60, no discount. Half of
    // what is left without the duty is the duty: 7.50 / 1.5 * 0.5 = 2.50.
    let cases = [
        ("3", "4", ["108", "115.5", "20.6", "136.1", "0.08", "2.5"], "needs_approval"),
        ("2", "3", ["60", "67.5", "11.48", "78.98", "0.08", "2.5"], "ok"),
    ];
    let fields: Vec<Field> = ["line.net", "net", "tax", "total", "quote.levies", "quote.inside", "status"]
        .map(|name| Field::parse(book.ir(), name).expect("a field"))
        .to_vec();
    let day = Date::parse("2026-05-01").expect("a day");
    let program = Program::new(book.plan(), 0, day, 0, &fields).expect("columns can do it");
    let requests: Vec<Request> = cases
        .iter()
        .map(|(size, quantity, ..)| {
            let text = format!(
                r#"{{"as_of":"2026-05-01","lines":[{{"product":"item","quantity":{quantity},"options":{{"size":{size}}}}}]}}"#
            );
            Request::from_json(&text).expect("a request")
        })
        .collect();
    let mut scratch = Scratch::default();
    let block = block(&book, &program, &requests);
    let answer = program.run(&block, &mut scratch);
    for (row, (.., figures, status)) in cases.iter().enumerate() {
        assert!(!answer.deferred()[row]);
        let shown: Vec<shown::Shown> = (0..fields.len())
            .map(|at| shown::of_column(&answer.column(at).expect("a column"), row))
            .collect();
        let numbers = figures.map(|it| shown::Shown::Number(Exact::parse(it).expect("a number")));
        assert_eq!(shown[..6], numbers);
        assert_eq!(shown[6], shown::Shown::Text((*status).to_owned()));
    }
    let mut tally = cross::Tally::default();
    let mut cross = cross::Cross::new(&book);
    requests.iter().for_each(|request| cross.compare(request, &mut tally));
    assert_eq!((tally.done, tally.differences.len()), (2, 0));
}

#[test]
fn a_number_that_fits_in_no_row_is_deferred_whatever_follows_from_it() {
    // A measured quantity and a rate give the cost so many places that 6 123 CNY fits in no row.
    let text = r#"
        book shop "Shop" { currency CNY  effective 2026-01-01 to 2026-12-31 }
        product wire "Wire" { quantity 0.5 kg to 500 kg  cost { copper = 43.12 CNY/kg } }
        price wire {
          entry share: 0% to 20%  default 0%
          per line { list = max(4_082.04 CNY, share of cost) * 1.5 rounded half_up to 0.50 CNY }
        }
    "#;
    let book = Book::from_files([("shop.tarif", text)]).expect("the book is clean");
    let asked = r#"{"as_of":"2026-05-01","lines":[{"product":"wire","quantity":66.434}]}"#;
    let request = Request::from_json(asked).expect("a request");
    let quote: Value = serde_json::from_str(&book.quote_json(asked)).expect("JSON");
    // 6 123.06 to the next half
    assert_eq!(quote["totals"]["net"], "6123.00");
    let fields = fields(&book, &["list"]);
    let day = Date::parse("2026-05-01").expect("a day");
    let program = Program::new(book.plan(), 0, day, 0, &fields).expect("columns can do it");
    let block = block(&book, &program, std::slice::from_ref(&request));
    let mut scratch = Scratch::default();
    assert!(program.run(&block, &mut scratch).deferred()[0]);
    let mut tally = cross::Tally::default();
    cross::Cross::new(&book).compare(&request, &mut tally);
    assert!(tally.differences.is_empty());
}

#[test]
fn texts_are_told_apart_as_far_as_the_book_asks_for_them() {
    let text = r#"
        book shop "Shop" { currency EUR  effective 2026-01-01 to 2026-12-31 }
        given buyer: text optional
        given agent: text optional
        table agreed(who: text) first -> EUR { "A1": 7, "B2" or "B3": 8, any: 10 }
        product item "Item" {}
        price item {
          per unit {
            list "List price" = agreed(if given(buyer) then buyer otherwise "" else agent otherwise "")
            less friend "Friend" = 1 EUR when buyer = "Z9"
          }
        }
    "#;
    let book = Book::from_files([("shop.tarif", text)]).unwrap_or_else(|error| panic!("{error}"));
    let fields = ["line.net"].map(|name| Field::parse(book.ir(), name).expect("a field"));
    let day = Date::parse("2026-05-01").expect("a day");
    let program = Program::new(book.plan(), 0, day, 0, &fields).expect("columns can do it");
    let cases = [
        (r#""buyer":"A1","#, "7"),
        (r#""buyer":"B3","agent":"A1","#, "8"),
        (r#""agent":"B2","#, "8"),
        (r#""buyer":"nobody","agent":"A1","#, "10"),
        (r#""buyer":"Z9","#, "9"),
        ("", "10"),
    ];
    let requests: Vec<Request> = cases
        .iter()
        .map(|(said, _)| {
            let text =
                format!(r#"{{"as_of":"2026-05-01",{said}"lines":[{{"product":"item","quantity":1}}]}}"#);
            Request::from_json(&text).expect("a request")
        })
        .collect();
    let mut scratch = Scratch::default();
    let block = block(&book, &program, &requests);
    let answer = program.run(&block, &mut scratch);
    for (row, (said, net)) in cases.iter().enumerate() {
        assert!(!answer.deferred()[row], "{said}");
        let shown = shown::of_column(&answer.column(0).expect("a column"), row);
        assert_eq!(shown, shown::Shown::Number(Exact::parse(net).expect("a number")), "{said}");
    }
}
