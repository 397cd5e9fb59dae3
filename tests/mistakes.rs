//! Small wrong books, each refused with the right message on the right line and with no other.
//!
//! `tests/mistakes/*.md` holds them by theme. A case is a heading and the files of a book:
//!
//! - a ` ```tarif ` block is `book.tarif`, or what its fence says with `path=`; other blocks are tables. The
//!   block ` ```tarif prelude ` of a theme is `base.tarif` in all its books, but for those whose first block is
//!   `alone`. With a path like `shop/book.tarif` the book is the folder of the first block.
//! - `//~ E0301 E0302` ends a line on which these problems are found; `at prices.csv:3 E0405` below the blocks says
//!   it for a line that cannot carry a comment. Errors must be exactly these; of warnings, these must be there, and
//!   in the theme `configurations` exactly these of W05xx.
//! - `says: "…"` is a text that the message, a label, a note or the help of a problem must hold.

mod folder;
mod markdown;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use folder::{Checked, Files};
use markdown::{Block, Section, sections};

const PRELUDE: &str = "base.tarif";

/// A problem that is expected: path, line from 1, code.
type Expected = (String, u32, String);

struct Case {
    name: String,
    /// The name of the book's folder, where files beside it count.
    home: Option<String>,
    files: Files,
    problems: BTreeSet<Expected>,
    says: Vec<String>,
    /// Warnings about configurations must be exactly those expected.
    exact: bool,
}

/// One test for each theme, so that they run side by side and fail by name.
macro_rules! themes {
    ($($theme:ident: $sentence:ident,)+) => {
        const THEMES: &[&str] = &[$(stringify!($theme)),+];
        $(
            #[test]
            fn $sentence() {
                try_theme(stringify!($theme));
            }
        )+
    };
}

themes! {
    approvals: mistakes_in_approvals_are_caught_where_they_are,
    configurations: what_no_configuration_can_be_is_caught_where_it_is,
    currencies: mistakes_with_currencies_are_caught_where_they_are,
    cycles: circles_and_figures_read_too_early_are_caught_where_they_are,
    dates: mistakes_with_dates_and_versions_are_caught_where_they_are,
    files: mistakes_in_files_are_caught_where_they_are,
    guides: mistakes_in_presets_and_guides_are_caught_where_they_are,
    lists: mistakes_with_lists_are_caught_where_they_are,
    names: mistakes_in_names_are_caught_where_they_are,
    options: mistakes_in_products_are_caught_where_they_are,
    parts: mistakes_in_parts_are_caught_where_they_are,
    prices: mistakes_in_prices_are_caught_where_they_are,
    quote: mistakes_in_the_quote_are_caught_where_they_are,
    syntax: mistakes_in_writing_are_caught_where_they_are,
    tables: mistakes_in_tables_are_caught_where_they_are,
    tests: mistakes_in_tests_are_caught_where_they_are,
    tiers: mistakes_in_tiers_are_caught_where_they_are,
    types: mistakes_in_types_are_caught_where_they_are,
    units: mistakes_with_units_are_caught_where_they_are,
    warnings: doubts_are_raised_where_they_are,
}

#[test]
fn every_theme_is_tried_and_no_case_is_told_twice() {
    let mut found: Vec<String> = std::fs::read_dir(folder_of_cases())
        .expect("the folder of the cases")
        .filter_map(|entry| entry.expect("an entry of the folder").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .collect();
    found.sort();
    assert_eq!(found, THEMES);
    let mut names = BTreeSet::new();
    for case in THEMES.iter().flat_map(|theme| cases(theme)) {
        assert!(names.insert(case.name.clone()), "two cases are named `{}`", case.name);
    }
    assert!(names.len() >= 140, "the corpus has only {} cases", names.len());
}

#[test]
fn the_books_in_rules_raise_no_false_alarm() {
    let mut alarms = Vec::new();
    for book in books_in_rules() {
        let name = book.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let checked = folder::check(&folder::read(&book));
        if !checked.problems.is_empty() {
            alarms.push(format!("rules/{name}:\n{}", checked.drawn()));
        }
    }
    assert!(alarms.is_empty(), "{}", alarms.join("\n"));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder_of_cases() -> PathBuf {
    root().join("tests/mistakes")
}

/// The folders of `rules/` that are books of their own; `std` is there for others to use.
fn books_in_rules() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("rules")).expect("the folder of the worked books");
    let mut books: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry of the folder").path()).collect();
    books.retain(|path| path.is_dir() && !path.ends_with("std"));
    books.sort();
    books
}

#[expect(clippy::disallowed_methods, reason = "the cases stand in files")]
fn cases(theme: &str) -> Vec<Case> {
    let path = folder_of_cases().join(format!("{theme}.md"));
    let text = std::fs::read_to_string(&path).expect("a theme");
    let sections = sections(&text);
    let prelude = sections.iter().flat_map(|section| &section.blocks).find(|block| block.says("prelude"));
    let is_case = |section: &&Section| section.blocks.iter().any(|block| !block.says("prelude"));
    sections.iter().filter(is_case).map(|section| Case::of(section, prelude)).collect()
}

impl Case {
    fn of(section: &Section, prelude: Option<&Block>) -> Case {
        let first = section.blocks.first().expect("a case has a block");
        let home = folder::home_of(first.path.as_deref());
        let mut case = Case {
            name: section.heading.clone(),
            home: home.map(str::to_owned),
            files: Files::new(),
            problems: BTreeSet::new(),
            says: Vec::new(),
            exact: false,
        };
        for block in &section.blocks {
            case.add(block, home);
        }
        if let Some(prelude) = prelude.filter(|_| !first.says("alone")) {
            case.files.insert(PRELUDE.to_owned(), prelude.text.clone().into_bytes());
        }
        for (_, line) in &section.prose {
            if let Some(text) = line.strip_prefix("says: \"").and_then(|rest| rest.strip_suffix('"')) {
                case.says.push(text.to_owned());
            } else if let Some(rest) = line.strip_prefix("at ") {
                case.expect_at(rest);
            } else {
                assert!(line.is_empty(), "in `{}`: what does `{line}` mean?", case.name);
            }
        }
        case
    }

    fn add(&mut self, block: &Block, home: Option<&str>) {
        let path = folder::path_from(home, block.path.as_deref());
        let mut text = String::new();
        for (line, number) in block.text.lines().zip(1..) {
            let (kept, codes) = line.split_once("//~").unwrap_or((line, ""));
            for code in codes.split_whitespace() {
                self.problems.insert((path.clone(), number, code.to_owned()));
            }
            text.push_str(kept.trim_end());
            text.push('\n');
        }
        self.files.insert(path, text.into_bytes());
    }

    fn expect_at(&mut self, place: &str) {
        let mut words = place.split_whitespace();
        let found = words.next().and_then(|place| place.rsplit_once(':'));
        let (path, line) = found.unwrap_or_else(|| panic!("in `{}`: `at {place}` names no line", self.name));
        let line = line.parse().unwrap_or_else(|_| panic!("in `{}`: `at {place}` names no line", self.name));
        self.problems.extend(words.map(|code| (path.to_owned(), line, code.to_owned())));
    }

    /// What is wrong with the answer of the check; empty if nothing is.
    fn complaints(&self, checked: &Checked) -> Vec<String> {
        let of = |errors: bool| -> BTreeSet<Expected> {
            let problems = checked.problems.iter().filter(|problem| problem.is_error() == errors);
            let place = |problem| checked.place(problem);
            problems
                .map(|problem| (place(problem), problem))
                .map(|((path, line), problem)| (path, line, problem.code.id().to_owned()))
                .collect()
        };
        let (errors, warnings) = (of(true), of(false));
        let expected = |code: &str| self.problems.iter().any(|(_, _, known)| known == code);
        let mut complaints = Vec::new();
        for missing in self.problems.iter().filter(|one| !errors.contains(one) && !warnings.contains(one)) {
            complaints.push(format!("not found: {}:{} {}", missing.0, missing.1, missing.2));
        }
        // What is proved of configurations must be exact: a false alarm there sends an author looking for nothing.
        let proved = warnings.iter().filter(|(_, _, code)| self.exact && code.starts_with("W05"));
        for found in proved.filter(|one| !self.problems.contains(one)) {
            complaints.push(format!("not expected: {}:{} {}", found.0, found.1, found.2));
        }
        for found in errors.difference(&self.problems) {
            complaints.push(format!("not expected: {}:{} {}", found.0, found.1, found.2));
        }
        let said: Vec<&str> = checked
            .problems
            .iter()
            .filter(|problem| expected(problem.code.id()))
            .flat_map(|problem| {
                let labels = problem.labels.iter().map(|label| label.text.as_str());
                labels
                    .chain([problem.message.as_str()])
                    .chain(problem.notes.iter().map(String::as_str))
                    .chain(problem.help.iter().map(String::as_str))
            })
            .collect();
        for text in self.says.iter().filter(|text| !said.iter().any(|said| said.contains(text.as_str()))) {
            complaints.push(format!("never said: {text}"));
        }
        for problem in &checked.problems {
            complaints.extend(complaint_about_style(&problem.message));
        }
        complaints
    }
}

/// What is wrong with how a message is written.
fn complaint_about_style(message: &str) -> Option<String> {
    let starts_low = message.starts_with(|first: char| !first.is_uppercase());
    let is_plain = !message.contains('\n') && !message.ends_with('.') && !message.ends_with('!');
    let foreign = ["::", "Some(", "None", "Span", "i128", "usize", "Ty ", "{", "  "];
    let quoted_apart: String = message.split('`').step_by(2).collect::<Vec<_>>().join("_");
    let speaks_rust = foreign.iter().find(|word| quoted_apart.contains(*word));
    match (starts_low && is_plain && message.matches('`').count().is_multiple_of(2), speaks_rust) {
        (true, None) => None,
        _ => Some(format!("not in the style of the house: {message}")),
    }
}

fn try_theme(theme: &str) {
    let mut cases = cases(theme);
    let mut failures = Vec::new();
    for case in &mut cases {
        case.exact = theme == "configurations";
        let checked = folder::check_in(&case.files, case.home.as_deref());
        let complaints = case.complaints(&checked);
        if !complaints.is_empty() {
            let name = &case.name;
            failures.push(format!("── {name}\n   {}\n{}", complaints.join("\n   "), checked.drawn()));
        }
    }
    let (failed, all) = (failures.len(), cases.len());
    assert!(
        failures.is_empty(),
        "{failed} of {all} in tests/mistakes/{theme}.md:\n\n{}",
        failures.join("\n")
    );
}
