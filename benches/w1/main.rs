//! W1 against the same rules written by hand: `cargo bench --profile long --bench w1`.
//!
//! Everything is measured in one run, pass by pass in turn, so that the ratios hold however busy the machine is.
//! `TARIF_W1` names a folder with `requests.ndjson` to take instead of the sample.

#[path = "../../tests/columns/fill.rs"]
mod fill;
mod native;
#[path = "../turns/mod.rs"]
mod turns;

use std::hint::black_box;
use std::path::PathBuf;

use tarif::columns::{Block, Out, Program, Scratch};
use tarif::eval::{Day, Field};
use tarif::value::Date;
use tarif::{Asked, Book, Request};
use turns::{Contender, FIGURES, measure};

/// How often each contender goes over all requests.
const ROUNDS: usize = 15;

/// The rows of a block.
const ROWS: usize = 256;

/// At least so many requests are gone over in a pass; the sample is repeated.
const REQUESTS: usize = 10_000;

#[expect(clippy::disallowed_methods, reason = "a benchmark reads what it measures")]
fn read(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::var("TARIF_W1").map_or_else(|_| root.join("tests/w1"), PathBuf::from);
    std::fs::read_to_string(folder.join(name)).expect("the data of W1 is there")
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads what it measures")]
fn articles() -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules/w1/skus.csv");
    std::fs::read_to_string(path).expect("the articles of W1 are there")
}

fn blocks(book: &Book, program: &Program, requests: &[Request], rows: usize) -> Vec<Block> {
    let day = Day { as_of: Date::parse("2026-01-15").expect("a day"), currency: 0, rates: Vec::new() };
    let block = |requests: &[Request]| {
        let mut block = Block::new(program, requests.len());
        block.reset(requests.len());
        for (row, request) in requests.iter().enumerate() {
            let product = &book.ir().products[0];
            fill::fill(book.plan(), program.inputs(), product, &day, request, &mut block, row);
        }
        block
    };
    requests.chunks(rows).map(block).collect()
}

fn main() {
    let (text, articles) = (read("requests.ndjson"), articles());
    let lines: Vec<&str> = text.lines().cycle().take(text.lines().count().max(REQUESTS)).collect();
    let tables = native::Tables::load(&articles);
    let inputs: Vec<native::Input<'_>> = lines.iter().map(|line| native::parse(line)).collect();

    let expected = read("expected.ndjson");
    for (input, expected) in inputs.iter().zip(expected.lines()) {
        let mut line = Vec::new();
        native::write(&mut line, input.request.id, &native::evaluate(&tables, input));
        assert_eq!(line.trim_ascii_end(), expected.as_bytes(), "the hand-written program is right");
    }

    let book = Book::load(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/w1")).expect("the book is clean");
    let requests: Vec<Request> =
        lines.iter().map(|line| Request::from_json(line).expect("a request")).collect();
    let day = Date::parse("2026-01-15").expect("a day");
    let program = |fields: &str| {
        let fields: Vec<Field> =
            fields.split(',').map(|it| Field::parse(book.ir(), it).expect("a field")).collect();
        Program::new(book.plan(), 0, day, 0, &fields).unwrap_or_else(|error| panic!("{error}"))
    };
    let (all, net) = (program(FIGURES), program("line.net"));
    println!("{} instructions for all figures, {} for the net alone", all.len(), net.len());
    let (single, many) = (blocks(&book, &all, &requests, 1), blocks(&book, &all, &requests, ROWS));
    let of_net = blocks(&book, &net, &requests, ROWS);
    let run = |program: &Program, blocks: &[Block], scratch: &mut Scratch| {
        for block in blocks {
            let answer = program.run(black_box(block), scratch);
            assert!(matches!(answer.column(0), Some(Out::Number { .. })));
            black_box(&answer);
        }
    };
    let pricer = book.pricer("article", "2026-01-15", None).expect("columns do W1");
    println!("{} instructions for a record of all steps", pricer.instructions());
    let asked: Vec<Asked<'_>> =
        requests.iter().map(|request| pricer.read(request).expect("a good request")).collect();
    let (mut one, mut other, mut third) = (Scratch::default(), Scratch::default(), Scratch::default());
    let (mut fourth, mut fifth) = (Scratch::default(), Scratch::default());
    let (count, few) = (lines.len(), lines.len() / 20);
    let mut contenders = [
        Contender::new("by hand, rust_decimal", 0, count, || {
            for input in &inputs {
                black_box(native::evaluate(&tables, black_box(input)));
            }
        }),
        Contender::new("columns, one row at a time", 0, count, || run(&all, &single, &mut one)),
        Contender::new("columns, blocks of 256", 0, count, || run(&all, &many, &mut other)),
        Contender::new("columns, blocks of 256, net alone", 0, count, || run(&net, &of_net, &mut third)),
        Contender::new("record of all steps", 0, count, || {
            for asked in &asked {
                black_box(black_box(asked).price(&mut fourth).expect("columns do W1"));
            }
        }),
        Contender::new("record of all steps, all read", 0, count, || {
            for asked in &asked {
                let record = black_box(asked).price(&mut fifth).expect("columns do W1");
                for step in record.steps() {
                    black_box(step);
                }
                for name in record.violations().chain(record.approvals()) {
                    black_box(name);
                }
            }
        }),
        Contender::new("whole quote by the evaluator", 0, few, || {
            for request in requests.iter().take(few) {
                black_box(book.quote(black_box(request)).is_ok());
            }
        }),
        Contender::new("whole quote, as JSON", 0, few, || {
            for request in requests.iter().take(few) {
                black_box(book.quote(black_box(request)).map(|quote| book.to_json(&quote)).is_ok());
            }
        }),
    ];
    measure(&mut contenders, ROUNDS);
}
