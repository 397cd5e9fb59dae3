//! What a quote asks of the allocator: a bound on the number, which no machine changes.

#[path = "columns/fill.rs"]
mod fill;

use allocation_counter::measure;
use tarif::columns::{Block, Program, Scratch};
use tarif::eval::{Day, Field};
use tarif::ir::Level;
use tarif::quote::Outcome;
use tarif::value::Date;
use tarif::{Book, Request};

const REQUEST: &str = r#"{"as_of":"2026-01-15","customer":{"tier":"bronze","region":"us"},"deal":{"terms":"net30"},"market":{"material_index":"2.8402"},"lines":[{"product":"article","quantity":6,"options":{"sku":"SKU-00014","finish":"chrome","material":"stainless","controls":"none","warranty":"y3"},"discount":"0.2025"}]}"#;

/// A quote with its whole waterfall and explanation, as things stand; a change that needs more says so here.
const MOST_A_QUOTE: u64 = 130;

/// The text of that quote: the text itself, and short ones such as amounts in groups of digits.
const MOST_A_JSON: u64 = 32;

fn book() -> Book {
    Book::load(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/w1")).expect("the book of W1 is clean")
}

#[test]
fn a_program_that_ran_once_runs_again_without_allocating() {
    let book = book();
    let texts =
        ["unit.cost", "line.net", "margin", "line.minimum.applied", "violations", "approvals", "status"];
    let fields: Vec<Field> =
        texts.iter().map(|text| Field::parse(book.ir(), text).expect("a field")).collect();
    let as_of = Date::parse("2026-01-15").expect("a day");
    let day = Day { as_of, currency: 0, rates: Vec::new() };
    let program = Program::new(book.plan(), 0, as_of, 0, &fields).expect("a program");
    let request = Request::from_json(REQUEST).expect("a request");
    for rows in [1, 5, 300] {
        let mut block = Block::new(&program, rows);
        block.reset(rows);
        for row in 0..rows {
            let product = &book.ir().products[0];
            fill::fill(book.plan(), program.inputs(), product, &day, &request, &mut block, row);
        }
        let mut scratch = Scratch::default();
        let first = measure(|| assert!(!program.run(&block, &mut scratch).deferred()[rows - 1]));
        assert!(first.count_total > 0, "room is made once");
        let again = measure(|| assert!(!program.run(&block, &mut scratch).deferred()[rows - 1]));
        assert_eq!(again.count_total, 0, "{rows} rows");
        let refilled = measure(|| block.reset(rows));
        assert_eq!(refilled.count_total, 0, "{rows} rows");
    }
}

#[test]
fn a_record_of_all_steps_is_made_and_read_without_allocating() {
    let book = book();
    let pricer = book.pricer("article", "2026-01-15", None).expect("columns do W1");
    let asked = pricer.read(&Request::from_json(REQUEST).expect("a request")).expect("a good request");
    let quote = asked.quote();
    let unit = quote.lines[0].unit.as_ref().expect("a unit has a waterfall");
    let entries =
        unit.entries.iter().chain(&quote.lines[0].line.entries).chain(&quote.totals.section.entries);
    let (all, applied) =
        (entries.clone().count(), entries.filter(|it| it.outcome == Outcome::Applied).count());
    let mut scratch = Scratch::default();
    assert!(asked.price(&mut scratch).is_some(), "room is made once");
    let again = measure(|| {
        let record = asked.price(&mut scratch).expect("columns do it");
        assert_eq!(record.steps().count(), all);
        assert_eq!(record.steps().filter(|step| step.applied).count(), applied);
        assert_eq!(record.approvals().count(), 1);
        assert_eq!(record.net(Level::Line), record.total());
    });
    assert_eq!(again.count_total, 0);
}

#[test]
fn a_quote_as_json_allocates_little_more_than_the_quote() {
    let book = book();
    let quote = book.quote(&Request::from_json(REQUEST).expect("a request")).expect("a quote");
    let json = measure(|| assert!(book.to_json(&quote).len() > 5_000));
    println!("{} allocations for the JSON", json.count_total);
    assert!(json.count_total <= MOST_A_JSON, "{} allocations for the JSON", json.count_total);
}

#[test]
fn a_whole_quote_allocates_so_often_at_most() {
    let book = book();
    let request = Request::from_json(REQUEST).expect("a request");
    assert!(book.quote(&request).is_ok(), "indexes of tables are made once");
    let quote = measure(|| assert!(book.quote(&request).is_ok()));
    println!("{} allocations a quote", quote.count_total);
    assert!(quote.count_total <= MOST_A_QUOTE, "{} allocations a quote", quote.count_total);
}
