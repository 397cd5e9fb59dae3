//! Everything shown to people is run: the examples of the reference, the tutorial and the README with all their
//! outputs, the page of each problem code, the worked books and the requests.
//!
//! `TARIF_DOCS=update cargo test --test docs` writes what the commands print into the documents.

mod folder;
mod markdown;
mod recipes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use folder::Files;
use markdown::sections;
use tarif::diagnostic::{Code, Page};

/// Pages without an example, each with the reason.
const NO_EXAMPLE: &[(&str, &str)] = &[
    ("E0001", "an empty folder cannot be written as a block"),
    ("E0002", "a page is UTF-8"),
    ("E0003", "16 MiB are too long for a page"),
    ("E0004", "two hundred brackets are too long for a page"),
    ("E0005", "200,000 declarations are too long for a page"),
    ("E0008", "an unreadable file cannot be written as a block"),
    ("E0118", "no part of the language waits to be built"),
    ("E0409", "five million rows are too long for a page"),
    ("E0419", "a formula stands in a workbook, which is no text"),
    ("E0505", "129 values are too long for a page"),
    ("E0913", "the check rules it out in books that fit on a page"),
    ("E0914", "the check rules it out in books that fit on a page"),
    ("E0915", "64 MiB are too long for a page"),
    ("E0924", "the check rules it out in books that fit on a page"),
    ("E0925", "the check rules it out in books that fit on a page"),
    ("E0930", "the check rules it out in books that fit on a page"),
    ("E0942", "it stands beside the problem of another line, which has its own code"),
    ("E0950", "a search that is too long needs a book that is too long for a page"),
    ("E0951", "a command about a configuration raises it, and no request"),
    ("E0952", "a command about a configuration raises it, and no request"),
    ("E0999", "a fault that is known is mended"),
    ("W0505", "what outgrows the solver is too long for a page"),
];

/// Codes that this version does not raise yet, each with what is missing.
const NOT_RAISED_YET: &[(&str, &str)] = &[];

/// Codes that the book's own tests raise, so that `tarif test` shows them and `tarif check` does not.
const RAISED_BY_TESTS: &[&str] = &["E0801", "E0803"];

/// Requests of `examples/` that are refused on purpose: the file and how many of its lines.
const REFUSED_REQUESTS: &[(&str, usize)] = &[("fasteners.ndjson", 1)];

/// What a command wrote and how it ended.
struct Run {
    stdout: String,
    stderr: String,
    status: Option<i32>,
}

impl Run {
    /// What a reader of the terminal sees.
    fn shown(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

fn tarif(arguments: &[&str], folder: &Path) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_tarif"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the command runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Run { stdout: text(output.stdout), stderr: text(output.stderr), status: output.status.code() }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// An empty folder for one test to write into.
fn fresh_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs").join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("a folder of this test");
    }
    std::fs::create_dir_all(&folder).expect("a folder for this test");
    folder
}

#[expect(clippy::disallowed_methods, reason = "the documents stand in files")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[expect(clippy::disallowed_methods, reason = "the books of documents are run from files")]
fn write(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder for the file");
    std::fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

fn write_all(folder: &Path, files: &Files) {
    for (path, bytes) in files {
        write(&folder.join(path), bytes);
    }
}

fn complain(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n\n"));
}

// ── documents made of small books ────────────────────────────────────────────────────────────────────────────

#[test]
fn the_examples_of_the_reference_are_clean_and_their_tests_pass() {
    for block in sections(&read(&root().join("docs/language.md"))).iter().flat_map(|section| &section.blocks)
    {
        let is_book =
            block.language != "tarif" || block.text.starts_with("book ") || block.text.contains("\nbook ");
        assert!(is_book, "docs/language.md:{}: no complete book", block.line);
    }
    let (tried, complaints) = recipes::try_books("docs/language.md");
    assert!(tried >= 4, "only {tried} examples were found");
    complain(complaints);
}

#[test]
fn the_recipes_of_the_cookbook_are_clean_and_their_tests_pass() {
    let (tried, complaints) = recipes::try_books("docs/cookbook.md");
    assert!(tried >= 50, "only {tried} recipes were found");
    complain(complaints);
}

#[test]
fn the_examples_about_semantics_are_clean_and_their_tests_pass() {
    let (tried, complaints) = recipes::try_books("docs/semantics.md");
    assert!(tried >= 10, "only {tried} examples were found");
    complain(complaints);
}

#[test]
fn the_cookbook_lists_all_recipes_and_prints_what_it_shows() {
    let path = root().join("docs/cookbook.md");
    let written = read(&path);
    let rewritten = recipes::with_contents(&written);
    if is_update() {
        write(&path, rewritten.as_bytes());
    } else {
        assert!(written == rewritten, "TARIF_DOCS=update writes the contents of the cookbook anew");
    }
    run_document("docs/cookbook.md", &fresh_folder("cookbook"));
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    let documents = ["README.md", "docs/language.md", "docs/cookbook.md", "docs/semantics.md"];
    complain(documents.iter().flat_map(|document| recipes::broken_links(document)).collect());
}

#[test]
fn the_requests_of_the_reference_are_json() {
    let text = read(&root().join("docs/language.md"));
    for block in sections(&text).iter().flat_map(|section| &section.blocks) {
        if block.language == "json" {
            let read: Result<serde_json::Value, _> = serde_json::from_str(&block.text);
            assert!(read.is_ok(), "docs/language.md:{}: {}", block.line, block.text);
        }
    }
}

// ── documents with commands ──────────────────────────────────────────────────────────────────────────────────

#[test]
fn the_tutorial_prints_what_it_shows() {
    let folder = fresh_folder("tutorial");
    run_document("docs/tutorial.md", &folder);
}

#[test]
fn the_page_about_configuring_prints_what_it_shows() {
    run_document("docs/configure.md", root());
}

#[test]
fn the_readme_prints_what_it_shows() {
    let folder = fresh_folder("readme");
    for name in ["rules", "examples"] {
        write_all(&folder.join(name), &folder::read(&root().join(name)));
    }
    run_document("README.md", &folder);
}

#[test]
fn the_parts_of_books_that_the_readme_shows_stand_in_them() {
    for block in sections(&read(&root().join("README.md"))).iter().flat_map(|section| &section.blocks) {
        let Some(path) = block.words.iter().find_map(|word| word.strip_prefix("from=")) else { continue };
        let text = read(&root().join(path));
        let mut lines = text.lines();
        for line in block.text.lines() {
            let place = format!("README.md:{}", block.line);
            assert!(lines.any(|other| other == line), "{place}: `{line}` is not next in {path}");
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever changes an output asks for the documents to be rewritten"
)]
fn is_update() -> bool {
    std::env::var("TARIF_DOCS").is_ok_and(|value| value == "update")
}

/// Writes the files that a document shows, runs its commands, and compares what they print.
fn run_document(path: &str, folder: &Path) {
    let written = read(&root().join(path));
    let rewritten = rewrite(&written, folder);
    if is_update() {
        write(&root().join(path), rewritten.as_bytes());
    } else if written != rewritten {
        let first = written.lines().zip(rewritten.lines()).position(|(one, other)| one != other);
        let line = first.unwrap_or(written.lines().count().min(rewritten.lines().count())) + 1;
        let context: Vec<&str> = rewritten.lines().skip(line.saturating_sub(4)).take(30).collect();
        panic!(
            "{path}:{line} shows something else than is printed (TARIF_DOCS=update writes it):\n{}",
            context.join("\n")
        );
    }
}

/// The document with the outputs of its commands, run in the order in which they stand.
fn rewrite(text: &str, folder: &Path) -> String {
    let mut out = String::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((at, line)) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(fence) = line.strip_prefix("```").filter(|fence| !fence.is_empty()) else { continue };
        let inside: Vec<&str> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
        let path = fence.split_whitespace().find_map(|word| word.strip_prefix("path="));
        match (fence.split_whitespace().next(), path) {
            (Some("console"), _) => out.push_str(&run_console(&inside, folder, at + 2)),
            (Some("diff"), Some(path)) => {
                change(&folder.join(path), &inside);
                push_lines(&mut out, &inside);
            }
            (_, Some(path)) => {
                let mut content = String::new();
                push_lines(&mut content, &inside);
                write(&folder.join(path), content.as_bytes());
                push_lines(&mut out, &inside);
            }
            (_, None) => push_lines(&mut out, &inside),
        }
        out.push_str("```\n");
    }
    out
}

fn push_lines(out: &mut String, lines: &[&str]) {
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
}

/// The commands of a block, each followed by what it prints; those of `cargo` keep what stands there.
fn run_console(lines: &[&str], folder: &Path, number: usize) -> String {
    let mut out = String::new();
    let mut kept = false;
    for line in lines {
        let Some(command) = line.strip_prefix("$ ") else {
            if kept {
                push_lines(&mut out, &[line]);
            }
            continue;
        };
        push_lines(&mut out, &[line]);
        let words = shell_words(command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.split_first() {
            Some((&"tarif", arguments)) => {
                kept = false;
                let shown = tarif(arguments, folder).shown();
                push_lines(&mut out, &shown.lines().map(str::trim_end).collect::<Vec<_>>());
            }
            Some((&"cargo", _)) => kept = true,
            _ => panic!("line {number}: no test can run `{command}`"),
        }
    }
    out
}

/// The words of a command; what stands in double quotes is one word.
fn shell_words(command: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut quoted, mut open) = (false, false);
    for letter in command.chars() {
        if letter == ' ' && !quoted {
            open = false;
            continue;
        }
        if !open {
            words.push(String::new());
            open = true;
        }
        match (letter, words.last_mut()) {
            ('"', _) => quoted = !quoted,
            (letter, Some(word)) => word.push(letter),
            _ => {}
        }
    }
    words
}

/// Takes the lines with `-` out of a file and puts those with `+` in their place.
fn change(path: &Path, lines: &[&str]) {
    let pick = |mark: char| -> String {
        let picked = lines.iter().filter_map(|line| line.strip_prefix(mark));
        picked.flat_map(|line| [line, "\n"]).collect()
    };
    let (old, new, text) = (pick('-'), pick('+'), read(path));
    assert_eq!(text.matches(&old).count(), 1, "{}: these lines stand there once: {old}", path.display());
    write(path, text.replace(&old, &new).as_bytes());
}

// ── the pages of problem codes ───────────────────────────────────────────────────────────────────────────────

#[test]
fn every_page_has_an_example_or_a_reason_for_none() {
    let without: Vec<&str> =
        Code::all().iter().filter(|code| Page::of(**code).raises.is_empty()).map(|code| code.id()).collect();
    let excused: Vec<&str> = NO_EXAMPLE.iter().map(|(code, _)| *code).collect();
    assert_eq!(without, excused);
}

#[test]
fn the_example_of_every_page_raises_its_code_and_no_other_and_the_mended_one_none() {
    let mut complaints = Vec::new();
    for code in Code::all() {
        let page = Page::of(*code);
        let waits = NOT_RAISED_YET.iter().any(|(waiting, _)| *waiting == code.id());
        // Whoever teaches the compiler to raise one of these takes it off the list.
        let raised = Some(code.id()).filter(|_| !waits);
        for (blocks, expected) in [(&page.raises, raised), (&page.mended, None)] {
            if blocks.is_empty() {
                continue;
            }
            let (found, shown) = raised_by(*code, blocks);
            let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
            if found != expected {
                let which = if expected.is_empty() { "mended" } else { "raises it" };
                complaints.push(format!("── {code}, {which}: {found:?}\n{shown}"));
            }
        }
    }
    complain(complaints);
}

/// The codes that an example raises, and how they are shown.
fn raised_by(code: Code, blocks: &[tarif::diagnostic::Block]) -> (BTreeSet<String>, String) {
    let mut files = Files::new();
    let mut request = None;
    let home = folder::home_of(blocks.first().and_then(|block| block.path.as_deref()));
    for block in blocks {
        match (block.language.as_str(), &block.path) {
            ("json", None) => request = Some(block.text.as_str()),
            (_, path) => {
                files.insert(folder::path_from(home, path.as_deref()), block.text.clone().into_bytes());
            }
        }
    }
    let checked = folder::check_in(&files, home);
    let mut found: BTreeSet<String> =
        checked.problems.iter().map(|problem| problem.code.id().to_owned()).collect();
    let mut shown = checked.drawn();
    let of_tests = RAISED_BY_TESTS.contains(&code.id());
    if found.is_empty() && (request.is_some() || of_tests) {
        let folder = fresh_folder(&format!("page-{code}"));
        write_all(&folder, &files);
        let run = match request {
            Some(request) => {
                write(&folder.join("request.json"), request.as_bytes());
                tarif(&["quote", ".", "request.json", "--format", "json"], &folder)
            }
            None => tarif(&["test", "."], &folder),
        };
        shown.push_str(&run.shown());
        found = codes_in(&run.shown());
    }
    (found, shown)
}

/// The problem codes that an output names.
fn codes_in(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.filter(|word| Code::find(word).is_some_and(|code| code.id() == *word)).map(str::to_owned).collect()
}

// ── the worked books and their requests ──────────────────────────────────────────────────────────────────────

/// The folders of `rules/` that are books of their own; `std` is there for others to use.
fn books() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("rules")).expect("the folder of the worked books");
    let mut books: Vec<String> = entries
        .map(|entry| entry.expect("an entry of the folder"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("a name in UTF-8"))
        .filter(|name| name != "std")
        .collect();
    books.sort();
    books
}

#[test]
fn the_worked_books_are_laid_out_as_the_formatter_lays_them_out() {
    let run = tarif(&["fmt", "--check", "rules"], root());
    assert_eq!(run.status, Some(0), "{}", run.shown());
}

#[test]
fn the_tests_of_the_worked_books_pass() {
    let mut complaints = Vec::new();
    for book in books() {
        let run = tarif(&["test", &format!("rules/{book}")], root());
        if run.status != Some(0) {
            complaints.push(format!("rules/{book}:\n{}", run.shown()));
        }
    }
    complain(complaints);
}

#[test]
fn the_requests_beside_the_books_are_quoted() {
    let entries = std::fs::read_dir(root().join("examples")).expect("the folder of the requests");
    let mut tried = 0;
    for entry in entries {
        let name = entry.expect("an entry of the folder").file_name().into_string().expect("a name in UTF-8");
        let Some((book, ending)) = name.rsplit_once('.') else { continue };
        let is_batch = match ending {
            "json" => false,
            "ndjson" => true,
            _ => continue,
        };
        tried += 1;
        let (book, request) = (format!("rules/{book}"), format!("examples/{name}"));
        let run = tarif(&["quote", &book, &request, "--format", "json"], root());
        let answers: Vec<serde_json::Value> = if is_batch {
            run.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
        } else {
            vec![serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{request}: {}", run.shown()))]
        };
        let refused = answers.iter().filter(|answer| answer.get("errors").is_some()).count();
        let expected = REFUSED_REQUESTS.iter().find(|(file, _)| *file == name).map_or(0, |(_, count)| *count);
        assert_eq!(refused, expected, "{request}: {}", run.shown());
        assert_eq!(run.status, Some(i32::from(expected > 0)), "{request}: {}", run.shown());
    }
    assert!(tried >= 4, "only {tried} requests were found");
}
