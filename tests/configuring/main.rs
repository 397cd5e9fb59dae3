//! Small random products, configured by the crate and by trying every configuration. No answer may differ.
//!
//! `cargo test --test configuring` tries some; `-- --products 50000 --seed 7` as many as wanted; `--product 123` the
//! product of one seed, and prints it.

mod ask;
mod brute;
mod check;
mod evaluate;
mod generate;
mod handle;
mod model;
mod print;
mod proofs;
#[path = "../oracle/random.rs"]
mod random;
mod shrink;
mod subject;

use std::process::ExitCode;

use ask::Ask;
use brute::{Kind, Space};
use handle::Handle;
use model::{Book, Val};
use random::Random;
use subject::Subject;

const USUAL_PRODUCTS: u64 = 2_000;
const CHOICES_PER_PRODUCT: u64 = 4;
const SHOWN_FAILURES: usize = 5;
const PRODUCTS_AT_A_TIME: u64 = 200;

struct Arguments {
    products: u64,
    seed: u64,
    product: Option<u64>,
}

fn main() -> ExitCode {
    let Some(arguments) = arguments() else { return ExitCode::SUCCESS };
    if let Some(seed) = arguments.product {
        println!("{}", print::book(&generate::book(&mut Random::new(seed))));
    }
    let seeds = match arguments.product {
        Some(product) => product..product + 1,
        None => arguments.seed..arguments.seed + arguments.products,
    };
    let mut count = Count::default();
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get() as u64);
    let mut first = seeds.start;
    // Some at a time, so that the first that differ are the same however many threads there are.
    while first < seeds.end && count.failures.len() < SHOWN_FAILURES {
        let until = seeds.end.min(first + PRODUCTS_AT_A_TIME);
        let tried: Vec<Vec<(u64, Tried)>> = std::thread::scope(|scope| {
            let own = |thread: u64| (first..until).skip(thread as usize).step_by(threads as usize);
            let started: Vec<_> =
                (0..threads).map(|thread| scope.spawn(move || own(thread).map(tried).collect())).collect();
            started.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
        });
        let mut tried: Vec<(u64, Tried)> = tried.into_iter().flatten().collect();
        tried.sort_by_key(|(seed, _)| *seed);
        tried.into_iter().for_each(|(seed, tried)| count.add(seed, tried));
        first = until;
    }
    count.tell()
}

/// None where the harness of cargo asks for something that this has nothing to say to.
fn arguments() -> Option<Arguments> {
    let mut arguments = Arguments { products: USUAL_PRODUCTS, seed: 1, product: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number =
            || words.next().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{word} NUMBER"));
        match word.as_str() {
            "--products" => arguments.products = number(),
            "--seed" => arguments.seed = number(),
            "--product" => arguments.product = Some(number()),
            "--list" => {
                println!("configuring: test");
                return None;
            }
            filter if !filter.starts_with('-') && !"configuring".contains(filter) => return None,
            _ => {}
        }
    }
    Some(arguments)
}

#[derive(Default)]
struct Tried {
    worlds: usize,
    valid: usize,
    quotes: usize,
    asked: usize,
    ranked: bool,
    wrong: Vec<String>,
}

#[derive(Default)]
struct Count {
    products: usize,
    buildable: usize,
    worlds: usize,
    valid: usize,
    quotes: usize,
    asked: usize,
    ranked: usize,
    failures: Vec<(u64, Vec<String>)>,
}

impl Count {
    fn add(&mut self, seed: u64, tried: Tried) {
        self.products += 1;
        self.buildable += usize::from(tried.valid > 0);
        self.worlds += tried.worlds;
        self.valid += tried.valid;
        self.quotes += tried.quotes;
        self.asked += tried.asked;
        self.ranked += usize::from(tried.ranked);
        if !tried.wrong.is_empty() {
            self.failures.push((seed, tried.wrong));
        }
    }

    fn tell(&self) -> ExitCode {
        for (seed, wrong) in &self.failures {
            println!("--product {seed}\n  {}\n", wrong.join("\n  "));
        }
        println!(
            "configuring: {} products ({} buildable, {} ranked by price), {} configurations ({} valid), \
             {} sets of choices, {} quotes; {} differ",
            self.products,
            self.buildable,
            self.ranked,
            self.worlds,
            self.valid,
            self.asked,
            self.quotes,
            self.failures.len()
        );
        if self.failures.is_empty() && self.products > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// A product with choices, and what makes them differ.
#[derive(Clone)]
struct Case {
    book: Book,
    asks: Vec<Ask>,
    /// Of what is random in the asking.
    seed: u64,
}

/// A product by its seed; that it panics is wrong as well.
fn tried(seed: u64) -> (u64, Tried) {
    let tried = std::panic::catch_unwind(|| try_product(seed));
    (seed, tried.unwrap_or_else(|_| Tried { wrong: vec!["it panics".to_owned()], ..Tried::default() }))
}

fn try_product(seed: u64) -> Tried {
    let mut random = Random::new(seed);
    let book = generate::book(&mut random);
    let space = Space::of(&book);
    let mut tried = Tried { worlds: space.worlds.len(), valid: space.valid.len(), ..Tried::default() };
    let subject = match Subject::compile(&book) {
        Ok(subject) => subject,
        Err(problems) => {
            tried.wrong.push(format!("is refused by the compiler\n{problems}"));
            return tried;
        }
    };
    tried.quotes = quotes(&book, &space, &subject, &mut random, &mut tried.wrong);
    let unproved = proofs::differences(&book, &space, &subject.workspace);
    if !unproved.is_empty() {
        let case = Case { book: book.clone(), asks: Vec::new(), seed };
        tried.wrong.push(shrink::told(&case, &unproved));
    }
    let made =
        Handle::new(&book, &space, &subject.plan).and_then(|handle| Ok((check::valid_of(&handle)?, handle)));
    let (valid, handle) = match made {
        Ok(made) => made,
        Err(why) => {
            tried.wrong.push(why);
            return tried;
        }
    };
    tried.ranked = handle.model.list_price().is_ok();
    for turn in 0..CHOICES_PER_PRODUCT {
        let slots = if turn == 0 { Vec::new() } else { handle.slots() };
        let asks = ask::choices(&book, &space, &slots, &mut random);
        let seed = seed.wrapping_mul(CHOICES_PER_PRODUCT).wrapping_add(turn);
        let differences = check::differences(&handle, &valid, &asks, seed);
        tried.asked += 1;
        if !differences.is_empty() {
            let case = Case { book: book.clone(), asks, seed };
            tried.wrong.push(shrink::told(&case, &differences));
            break;
        }
    }
    tried
}

/// Where the two differ about a case; nothing where the case is no case.
fn differences(case: &Case) -> Vec<String> {
    let space = Space::of(&case.book);
    let Ok(subject) = Subject::compile(&case.book) else { return Vec::new() };
    let unproved = match case.asks.is_empty() {
        true => proofs::differences(&case.book, &space, &subject.workspace),
        false => Vec::new(),
    };
    if !unproved.is_empty() {
        return unproved;
    }
    let Ok(handle) = Handle::new(&case.book, &space, &subject.plan) else { return Vec::new() };
    if case.asks.iter().any(|ask| handle.ids[ask.slot].is_none()) {
        return Vec::new();
    }
    match check::valid_of(&handle) {
        Ok(valid) => check::differences(&handle, &valid, &case.asks, case.seed),
        Err(_) => Vec::new(),
    }
}

/// A line is valid exactly where its configuration is, and breaks the same rules.
fn quotes(
    book: &Book,
    space: &Space,
    subject: &Subject,
    random: &mut Random,
    wrong: &mut Vec<String>,
) -> usize {
    let mut asked = 0;
    for _ in 0..6 {
        let at = match random.chance(50) && !space.valid.is_empty() {
            true => *random.pick(&space.valid),
            false => random.between(0, space.worlds.len() as i64 - 1) as usize,
        };
        let values: &[Val] = &space.worlds[at];
        // A request cannot say what does not exist, nor leave out what does.
        let impossible = space.broken[at] & space.mask(|cause| cause.kind == Kind::Exists) != 0;
        if impossible {
            continue;
        }
        let Some((valid, names)) = subject.quote(book, values) else { continue };
        asked += 1;
        let rules = space.causes.iter().enumerate().filter(|(bit, _)| space.broken[at] >> bit & 1 == 1);
        let broken: Vec<&str> = rules
            .filter(|(_, cause)| cause.kind == Kind::Rule)
            .map(|(_, cause)| cause.name.as_str())
            .collect();
        if valid != (space.broken[at] == 0)
            || names.iter().any(|name| !name.starts_with('E') && !broken.contains(&name.as_str()))
        {
            wrong.push(format!(
                "{values:?}: the quote is {} and breaks {names:?}, the oracle has {} and {broken:?}",
                if valid { "valid" } else { "invalid" },
                if space.broken[at] == 0 { "valid" } else { "invalid" },
            ));
        }
    }
    asked
}
