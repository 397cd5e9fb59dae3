//! The oracle: random books and requests, priced by the crate and by plain rationals. No digit may differ.
//!
//! `cargo test --test oracle` tries some; `cargo test --test oracle -- --pairs 100000 --seed 7` tries as many as
//! wanted; `--book 123` tries the book of one seed and prints it; `--census` counts what the books have.
//!
//! Each line is then asked again alone, by the evaluator and in columns.

mod census;
mod compare;
#[path = "../columns/cross.rs"]
mod cross;
mod evaluate;
#[path = "../columns/fill.rs"]
mod fill;
mod generate;
mod model;
mod number;
mod print;
mod random;
#[path = "../columns/shown.rs"]
mod shown;
mod shrink;
#[path = "../columns/steps.rs"]
mod steps;
mod subject;

use std::process::ExitCode;

use census::Census;
use model::{Book, Request};
use random::Random;
use subject::Subject;

const REQUESTS_PER_BOOK: u64 = 10;
const USUAL_PAIRS: u64 = 1_500;
const SHOWN_FAILURES: usize = 5;

struct Arguments {
    pairs: u64,
    seed: u64,
    book: Option<u64>,
    stop: bool,
    census: bool,
}

fn main() -> ExitCode {
    let Some(arguments) = arguments() else { return ExitCode::SUCCESS };
    if let Some(seed) = arguments.book {
        let mut random = Random::new(seed);
        let book = generate::book(&mut random);
        println!("{}", shown(&book));
    }
    let seeds = match arguments.book {
        Some(book) => book..book + 1,
        None => arguments.seed..arguments.seed + arguments.pairs.div_ceil(REQUESTS_PER_BOOK),
    };
    let mut count = Count::default();
    for seed in seeds {
        let panics =
            |_| Count { failures: vec![Failure::Told(seed, "panics".to_owned())], ..Count::default() };
        count.add(std::panic::catch_unwind(|| try_book(seed)).unwrap_or_else(panics));
        if count.failures.len() >= SHOWN_FAILURES && arguments.stop {
            break;
        }
    }
    if arguments.census {
        count.census.tell();
    }
    count.tell()
}

/// None where the harness of cargo asks for something that this has nothing to say to.
fn arguments() -> Option<Arguments> {
    let mut arguments = Arguments { pairs: USUAL_PAIRS, seed: 1, book: None, stop: true, census: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number =
            || words.next().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{word} NUMBER"));
        match word.as_str() {
            "--pairs" => arguments.pairs = number(),
            "--seed" => arguments.seed = number(),
            "--book" => arguments.book = Some(number()),
            "--all" => arguments.stop = false,
            "--census" => arguments.census = true,
            "--list" => {
                println!("oracle: test");
                return None;
            }
            filter if !filter.starts_with('-') && !"oracle".contains(filter) => return None,
            _ => {}
        }
    }
    Some(arguments)
}

/// What came of some books.
#[derive(Default)]
struct Count {
    books: usize,
    pairs: usize,
    valid_lines: usize,
    lines: usize,
    census: Census,
    failures: Vec<Failure>,
    columns: cross::Tally,
}

/// A book that is refused or panics, with the reason, or a pair on which the two answers differ.
enum Failure {
    Told(u64, String),
    Differs(u64, Box<(Book, Request)>),
}

impl Count {
    fn add(&mut self, other: Count) {
        self.books += other.books;
        self.pairs += other.pairs;
        self.lines += other.lines;
        self.valid_lines += other.valid_lines;
        self.census.add(other.census);
        self.failures.extend(other.failures);
        self.columns.add(other.columns);
    }

    fn tell(&self) -> ExitCode {
        for (at, failure) in self.failures.iter().enumerate() {
            match failure {
                Failure::Told(seed, text) => println!("--book {seed} {text}\n"),
                Failure::Differs(seed, pair) if at < SHOWN_FAILURES => {
                    println!("--book {seed}, made smaller:\n{}\n", smallest(&pair.0, &pair.1));
                }
                Failure::Differs(seed, _) => println!("--book {seed} differs too"),
            }
        }
        println!(
            "oracle: {} pairs of {} books, {} lines, {} of them valid; {} differ",
            self.pairs,
            self.books,
            self.lines,
            self.valid_lines,
            self.failures.len()
        );
        self.columns.tell("in columns");
        if self.failures.is_empty() && self.pairs > 0 && self.columns.done > 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

/// Some requests of one book.
fn try_book(seed: u64) -> Count {
    let mut random = Random::new(seed);
    let book = generate::book(&mut random);
    let mut count = Count { books: 1, ..Count::default() };
    count.census.book(&book);
    let subject = match Subject::compile(&print::files(&book)) {
        Ok(subject) => subject,
        Err(problems) => {
            count.failures.push(Failure::Told(seed, format!("is refused by the compiler\n{problems}")));
            return count;
        }
    };
    let mut cross = cross::Cross::new(&subject.0);
    for _ in 0..REQUESTS_PER_BOOK {
        let request = generate::request(&book, &mut random);
        if let Ok(request) = tarif::Request::from_json(&print::request(&request)) {
            cross.compare(&request, &mut count.columns);
        }
        count.pairs += 1;
        if !differences(&subject, &book, &request, &mut count).is_empty() {
            count.failures.push(Failure::Differs(seed, Box::new((book.clone(), request))));
        }
    }
    let told = std::mem::take(&mut count.columns.differences);
    count.failures.extend(told.into_iter().map(|it| Failure::Told(seed, it)));
    count
}

/// Where the crate and the oracle differ.
fn differences(subject: &Subject, book: &Book, request: &Request, count: &mut Count) -> Vec<String> {
    let refusals = evaluate::refusals(book, request);
    let quote = subject.quote(&print::request(request));
    if refusals.is_empty() {
        let answer = evaluate::answer(book, request);
        count.lines += answer.lines.len();
        count.census.answer(request, &answer);
        count.valid_lines += answer.lines.iter().filter(|line| !line.invalid).count();
        return match quote {
            Ok(json) => compare::differences(&compare::of_crate(&json), &compare::of_oracle(&answer)),
            Err(errors) => vec![format!("the crate refuses the request: {}", errors.join("; "))],
        };
    }
    match quote {
        Err(errors) if refusals.iter().all(|code| errors.iter().any(|error| error.starts_with(code))) => {
            Vec::new()
        }
        Err(errors) => {
            vec![format!("the oracle refuses for {refusals:?}, the crate for: {}", errors.join("; "))]
        }
        Ok(_) => vec![format!("the oracle refuses for {refusals:?}, the crate gives a quote")],
    }
}

/// The smallest book and request that still differ in one of the same places, and how.
fn smallest(book: &Book, request: &Request) -> String {
    let told = |book: &Book, request: &Request| match Subject::compile(&print::files(book)) {
        // A book may become so small that it means nothing any more.
        Ok(subject) => {
            std::panic::catch_unwind(|| differences(&subject, book, request, &mut Count::default()))
                .unwrap_or_default()
        }
        Err(_) => Vec::new(),
    };
    let place = |told: &String| told.split(": ").next().map(str::to_owned);
    let first: Vec<Option<String>> = told(book, request).iter().map(place).collect();
    let differ =
        |book: &Book, request: &Request| told(book, request).iter().any(|told| first.contains(&place(told)));
    let (book, request) = shrink::shrink(book, request, &differ);
    format!("{}\n{}\n{}", shown(&book), print::request(&request), told(&book, &request).join("\n"))
}

fn shown(book: &Book) -> String {
    print::files(book).iter().map(|(path, text)| format!("// {path}\n{text}\n")).collect()
}
