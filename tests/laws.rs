//! Laws that every book keeps, tried on the random books of the oracle.

#[path = "oracle/generate/mod.rs"]
mod generate;
#[expect(dead_code, reason = "the oracle uses the rest")]
#[path = "oracle/model/mod.rs"]
mod model;
#[path = "oracle/number.rs"]
#[expect(dead_code, reason = "the oracle uses the rest")]
mod number;
#[path = "oracle/print/mod.rs"]
mod print;
#[path = "oracle/random.rs"]
mod random;
#[path = "oracle/subject.rs"]
mod subject;

use std::sync::Arc;

use random::Random;
use serde_json::Value;
use subject::Subject;
use tarif::ir;
use tarif::source::FileId;
use tarif::workspace::{Fetched, Workspace};

type Files = Vec<(String, String)>;

const BOOKS: u64 = 25;

/// The files of a random book and some requests for it.
fn book(seed: u64) -> (Files, Vec<String>) {
    let mut random = Random::new(seed);
    let book = generate::book(&mut random);
    let requests = (0..4).map(|_| print::request(&generate::request(&book, &mut random)));
    (print::files(&book), requests.collect())
}

/// The answers to requests, without what speaks of places in files.
fn answers(subject: &Subject, requests: &[String]) -> Vec<Result<Value, Vec<String>>> {
    let quote = |request: &String| {
        subject.quote(request).map(|mut json| {
            forget_places(&mut json);
            json
        })
    };
    requests.iter().map(quote).collect()
}

fn forget_places(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.shift_remove("place");
            fields.shift_remove("hash");
            fields.values_mut().for_each(forget_places);
        }
        Value::Array(values) => values.iter_mut().for_each(forget_places),
        _ => {}
    }
}

/// The declarations of a text, each with the blank lines behind it.
fn declarations(text: &str) -> Vec<String> {
    text.split("\n\n").map(|part| format!("{}\n", part.trim_matches('\n'))).collect()
}

fn compiled(files: &[(String, String)]) -> Subject {
    Subject::compile(files).unwrap_or_else(|problems| panic!("the compiler refuses the book\n{problems}"))
}

fn workspace(files: &[(String, String)]) -> Workspace {
    let mut workspace = Workspace::new();
    files.iter().for_each(|file| set(&mut workspace, file));
    workspace
}

fn set(workspace: &mut Workspace, (path, text): &(String, String)) {
    match path.ends_with(".tarif") {
        true => workspace.set_file(path, text.as_bytes()),
        false => workspace.set_table(path, Fetched::Found(Arc::from(text.as_bytes()))),
    }
}

#[test]
fn the_order_of_declarations_changes_nothing() {
    for seed in 0..BOOKS {
        let (files, requests) = book(seed);
        let expected = answers(&compiled(&files), &requests);
        let mut random = Random::new(seed);
        let shuffled: Files = files
            .iter()
            .map(|(path, text)| {
                let mut parts = declarations(text);
                if path.ends_with(".tarif") {
                    random.shuffle(&mut parts);
                }
                (path.clone(), parts.join("\n"))
            })
            .collect();
        assert_eq!(answers(&compiled(&shuffled), &requests), expected, "--book {seed}");
    }
}

/// The canonical layout of a file.
fn formatted(text: &str) -> String {
    let (file, problems) = tarif::syntax::parse_file(text, FileId(0));
    assert!(problems.is_empty(), "{problems:?} in\n{text}");
    tarif::format::format(text, &file)
}

#[test]
fn the_canonical_layout_is_reached_at_once_and_means_the_same() {
    for seed in 0..BOOKS {
        let (files, requests) = book(seed);
        let expected = answers(&compiled(&files), &requests);
        let mut tidy = files.clone();
        for (path, text) in tidy.iter_mut().filter(|(path, _)| path.ends_with(".tarif")) {
            let once = formatted(text);
            assert_eq!(formatted(&once), once, "--book {seed}, {path}");
            *text = once;
        }
        assert_eq!(answers(&compiled(&tidy), &requests), expected, "--book {seed}");
    }
}

#[test]
fn a_book_that_was_edited_into_shape_is_the_book() {
    for seed in 0..BOOKS {
        let (files, requests) = book(seed);
        let (others, _) = book(seed + 1_000);
        let mut edited = workspace(&others);
        let _ = edited.problems();
        for (path, _) in &others {
            edited.remove_file(path);
        }
        let mut random = Random::new(seed);
        for (path, text) in &files {
            // First without some of its lines, then whole.
            let lines: Vec<&str> = text.lines().filter(|_| !random.chance(20)).collect();
            set(&mut edited, &(path.clone(), lines.join("\n")));
            let _ = edited.problems();
            set(&mut edited, &(path.clone(), text.clone()));
        }
        let fresh = workspace(&files);
        assert_eq!(edited.problems(), fresh.problems(), "--book {seed}");
        // The marks of places count the declarations ever seen; what the book says is its text.
        let said = |workspace: &Workspace| workspace.book().map(|book| ir::print(&book));
        assert_eq!(said(&edited), said(&fresh), "--book {seed}");
        // And the places that its quotes name.
        let quotes = |workspace: &Workspace| -> Vec<String> {
            let book = tarif::Book::from_workspace(workspace).expect("a book without errors");
            requests.iter().map(|request| book.quote_json(request)).collect()
        };
        assert_eq!(quotes(&edited), quotes(&fresh), "--book {seed}");
    }
}

/// Text with some slips: pieces lost, doubled, swapped, or replaced by what means something elsewhere.
fn with_slips(random: &mut Random, text: &str) -> String {
    const BITS: [&str; 16] = [
        "{",
        "}",
        "(",
        ")",
        "\"",
        "|",
        "0",
        "-1",
        "n/a",
        "else",
        "when",
        "%",
        "…",
        " EUR",
        "list",
        "999999999999999999999",
    ];
    let mut words: Vec<&str> = text.split_inclusive([' ', '\n', '(', ')', ',', ':']).collect();
    for _ in 0..random.between(1, 4) {
        let at = random.between(0, words.len() as i64 - 1) as usize;
        match random.between(1, 4) {
            1 => words[at] = "",
            2 => words.insert(at, *random.pick::<&str>(&BITS)),
            3 => words.insert(at, words[random.between(0, words.len() as i64 - 1) as usize]),
            _ => {
                let other = random.between(0, words.len() as i64 - 1) as usize;
                words.swap(at, other);
            }
        }
    }
    words.concat()
}

#[test]
fn a_slip_in_a_book_is_a_problem_or_another_book_and_never_a_panic() {
    for seed in 0..BOOKS {
        let (files, requests) = book(seed);
        let mut random = Random::new(seed);
        for _ in 0..6 {
            let at = random.between(0, files.len() as i64 - 1) as usize;
            let mut slipped = files.clone();
            slipped[at].1 = with_slips(&mut random, &files[at].1);
            let told = Subject::compile(&slipped).map(|subject| answers(&subject, &requests));
            assert!(told.is_ok() || told.is_err_and(|problems| !problems.is_empty()), "--book {seed}");
        }
    }
}

#[test]
fn a_slip_in_a_request_is_told_and_never_a_panic() {
    for seed in 0..BOOKS {
        let (files, requests) = book(seed);
        let subject = compiled(&files);
        let mut random = Random::new(seed);
        for request in requests.iter().cycle().take(40) {
            let slipped = with_slips(&mut random, request);
            if let Err(errors) = subject.quote(&slipped) {
                assert!(!errors.is_empty(), "--book {seed}: {slipped}");
            }
        }
    }
}
