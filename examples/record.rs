//! Prices a file of requests with all figures at once, and explains only what somebody asks about.
//!
//! `cargo run --release --example record -- rules/w1 article tests/w1/requests.ndjson`

use std::env::args;
use std::error::Error;

use tarif::ir::Level;
use tarif::value::Exact;
use tarif::{Book, Request, Scratch};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = args().nth(1).unwrap_or_else(|| "rules/w1".to_owned());
    let product = args().nth(2).unwrap_or_else(|| "article".to_owned());
    let file = args().nth(3).unwrap_or_else(|| "tests/w1/requests.ndjson".to_owned());
    let book = Book::load(folder)?;
    #[expect(clippy::disallowed_methods, reason = "a program that embeds the library reads its own files")]
    let text = std::fs::read_to_string(file)?;

    // A product is made ready once for a day. What cannot be priced so says why; `Book::quote` does it all the same.
    let pricer = book.pricer(&product, "2026-01-15", None)?;
    let mut scratch = Scratch::default();
    let (mut recorded, mut evaluated, mut floored) = (0, 0, None);
    for line in text.lines() {
        // A request is held against the book once; it can then be priced as often as wanted.
        let asked = pricer.read(&Request::from_json(line)?)?;
        // All figures of the waterfalls stand in the scratch: no allocation, no words.
        let Some(record) = asked.price(&mut scratch) else {
            // A rare value or rule: the evaluator makes the quote. Never is a figure another one.
            let _quote = asked.quote();
            evaluated += 1;
            continue;
        };
        recorded += 1;
        if floored.is_none() && record.step(Level::Line, "minimum").is_some_and(|step| step.applied) {
            floored = Some(asked.clone());
        }
    }
    println!("{recorded} quotes recorded, {evaluated} by the evaluator");

    // Somebody asks about one of them.
    let Some(asked) = floored else { return Ok(()) };
    let Some(record) = asked.price(&mut scratch) else { return Ok(()) };
    for step in record.steps() {
        let (amount, running) = (Exact::from(step.amount), Exact::from(step.running));
        println!("  {:?} {}: {amount}, {running}", step.level, step.step);
    }
    if let Some(entry) = record.explain(Level::Line, "minimum") {
        println!("{}: {}", entry.step, entry.formula.as_deref().unwrap_or_default());
        for read in &entry.inputs {
            println!("  {} is {}", read.text, read.value);
        }
    }
    println!("{} bytes of JSON", book.to_json(&record.quote()).len());
    Ok(())
}
