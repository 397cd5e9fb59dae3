//! What parsing, checking, editing and quoting cost. `cargo bench`; the figures stand in docs/performance.md.

use std::path::Path;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use tarif::source::FileId;
use tarif::workspace::Workspace;
use tarif::{Book, Request, load, syntax};

fn main() {
    divan::main();
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads what it measures")]
fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .expect("the file is in the project")
}

fn workspace(book: &str) -> Workspace {
    load::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(book)).expect("the book can be read")
}

fn book(name: &str) -> Book {
    Book::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(name)).expect("the book is clean")
}

/// Source text to tree: the W1 policy, many times over.
#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    let text = read("rules/w1/policy.tarif").repeat(100);
    bencher.counter(BytesCount::of_str(&text)).bench(|| syntax::parse_file(black_box(&text), FileId(0)));
}

/// A folder read, parsed and checked, with its tables.
#[divan::bench(args = ["press", "w1", "cloud", "fasteners"], sample_count = 20)]
fn check(book: &str) -> usize {
    workspace(book).problems().len()
}

/// One changed line of a `.tarif` file of the distributor's book, to fresh problems.
#[divan::bench(sample_count = 50)]
fn edit(bencher: Bencher<'_, '_>) {
    let mut workspace = workspace("fasteners");
    let text = read("rules/fasteners/fastener.tarif");
    let edited = [text.replace("500 EUR", "600 EUR"), text];
    let _ = workspace.problems();
    let mut turn = 0;
    bencher.bench_local(|| {
        turn += 1;
        workspace.set_file("fastener.tarif", edited[turn % 2].as_bytes());
        workspace.problems().len()
    });
}

/// One request, read already, to a quote with its whole waterfall.
#[divan::bench]
fn quote(bencher: Bencher<'_, '_>) {
    let book = book("press");
    let request = Request::from_json(&read("examples/press.json")).expect("a request");
    bencher.bench(|| book.quote(black_box(&request)));
}

/// A request as JSON to a quote as JSON.
#[divan::bench]
fn quote_json(bencher: Bencher<'_, '_>) {
    let book = book("press");
    let request = read("examples/press.json");
    bencher.bench(|| book.quote_json(black_box(&request)));
}

/// Five hundred requests of W1, from JSON to JSON.
#[divan::bench(sample_count = 10)]
fn w1(bencher: Bencher<'_, '_>) {
    let book = book("w1");
    let requests = read("tests/w1/requests.ndjson");
    bencher
        .bench(|| requests.lines().map(|request| book.quote_json(black_box(request)).len()).sum::<usize>());
}
