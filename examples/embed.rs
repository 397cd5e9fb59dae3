//! Loads a price book once and quotes many requests from several threads.
//!
//! `cargo run --example embed -- rules/press examples/press.json`

use std::env::args;
use std::error::Error;
use std::thread;

use tarif::{Book, Request};

const THREADS: usize = 4;
const QUOTES: usize = 250;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = args().nth(1).unwrap_or_else(|| "rules/press".to_owned());
    let file = args().nth(2).unwrap_or_else(|| "examples/press.json".to_owned());

    // A book is compiled once. What is wrong with it is in the error, as a terminal would show it.
    let book = Book::load(folder)?;
    for warning in book.warnings() {
        eprintln!("warning: {}", warning.message);
    }

    #[expect(clippy::disallowed_methods, reason = "a program that embeds the library reads its own files")]
    let text = std::fs::read_to_string(file)?;
    let request = Request::from_json(&text)?;

    // The book can be shared by threads as it is; a request is worked out on its own.
    let made = thread::scope(|scope| {
        let work = |at: usize| {
            let (book, mut request) = (&book, request.clone());
            scope.spawn(move || {
                request.id = Some(format!("thread {at}"));
                (0..QUOTES).filter(|_| book.quote(&request).is_ok()).count()
            })
        };
        let threads: Vec<_> = (0..THREADS).map(work).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum::<usize>()
    });
    println!("{made} quotes on {THREADS} threads");

    // A quote is plain data …
    let quote = book.quote(&request)?;
    let amount =
        |amount: Option<&tarif::value::Exact>| amount.map_or("unknown".to_owned(), |it| quote.amount(it));
    println!("{}: {} {}", quote.status.word(), amount(quote.totals.total.as_ref()), quote.currency);
    for line in &quote.lines {
        println!("  {} {}: {}", line.id, line.product, amount(line.net.as_ref()));
        for entry in line.unit.iter().flat_map(|unit| &unit.entries) {
            // … and every step of it says where in the book it stands.
            let place = entry.span.map_or(String::new(), |span| format!("  ({})", book.place(span)));
            println!("    {}: {}{place}", entry.step, quote.amount(&entry.amount));
        }
    }

    // … or JSON, for everything that is not Rust.
    println!("{} bytes of JSON", book.to_json(&quote).len());
    Ok(())
}
