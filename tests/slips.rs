//! Slips put into the worked books, one at a time: each is an error that points at the line of the slip.
//!
//! Where the books are right, a letter too many in any word that is used more than once, another unit behind any
//! number, and a row taken out of any table must be noticed. One workspace takes all the edits, as an editor's
//! would, and in the end it finds the books as they were.

mod folder;

use std::path::Path;

use folder::{Checked, Files};

/// The books small enough to be checked some thousand times.
const BOOKS: &[&str] = &["cloud", "moulding", "press"];

/// Names that are declared and read by nobody, though another thing has the same name: misspelt they are as good.
const READ_BY_NOBODY: &[(&str, &str, &str)] = &[
    ("cloud", "policy.tarif", "segment"),
    ("cloud", "policy.tarif", "startup"),
    ("cloud", "policy.tarif", "partner"),
    ("cloud", "policy.tarif", "total"),
    ("moulding", "价格.tarif", "total"),
    ("moulding", "注塑件.tarif", "吨位"),
    ("press", "book.tarif", "press"),
    ("press", "policy.tarif", "total"),
    ("press", "press.tarif", "steel"),
];

/// One change of one file.
struct Slip {
    path: String,
    /// The line it is on, from 1.
    line: u32,
    /// The word or row that was changed.
    old: String,
    /// The file with the slip.
    text: String,
    /// What was changed to what.
    told: String,
}

#[test]
fn a_misspelt_word_is_noticed_on_its_line_or_where_the_word_is_used() {
    try_slips(misspellings, |slip, checked| {
        let word = slip.old.as_str();
        // A name misspelt where it is declared is missed where it is used.
        checked.problems.iter().filter(|problem| problem.is_error()).any(|problem| {
            let labels = problem.labels.iter();
            let marked = labels.map(|label| checked.text_at(label.span));
            let on_line = checked.place(problem) == (slip.path.clone(), slip.line);
            on_line || marked.clone().any(|text| text.contains(word)) || problem.message.contains(word)
        })
    });
}

#[test]
fn another_unit_behind_a_number_is_noticed_on_its_line() {
    try_slips(other_units, |slip, checked| {
        let errors = checked.problems.iter().filter(|problem| problem.is_error());
        errors.map(|problem| checked.place(problem)).any(|place| place == (slip.path.clone(), slip.line))
    });
}

#[test]
fn a_row_taken_out_of_a_table_is_noticed() {
    try_slips(lost_rows, |_, checked| {
        checked.problems.iter().any(|problem| ["E0401", "E0418"].contains(&problem.code.id()))
    });
}

/// Tries all slips of a kind in all books.
fn try_slips(slips: fn(&str, &str, &Files) -> Vec<Slip>, is_noticed: fn(&Slip, &Checked) -> bool) {
    let mut missed = Vec::new();
    let mut tried = 0;
    for book in BOOKS {
        let files = folder::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(book));
        let mut checked = folder::check(&files);
        let before = checked.drawn();
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".tarif")) {
            let text = std::str::from_utf8(bytes).expect("books are UTF-8");
            for slip in slips(path, text, &files) {
                tried += 1;
                checked.change(path, slip.text.as_bytes());
                let excused = READ_BY_NOBODY.contains(&(book, path.as_str(), slip.old.as_str()));
                if !excused && !is_noticed(&slip, &checked) {
                    missed.push(format!(
                        "rules/{book}/{path}:{}: {}\n{}",
                        slip.line,
                        slip.told,
                        checked.drawn()
                    ));
                }
            }
            checked.change(path, bytes);
        }
        assert_eq!(checked.drawn(), before, "rules/{book}: an edit taken back leaves no trace");
    }
    assert!(tried >= 7, "only {tried} slips were tried");
    assert!(missed.is_empty(), "{} of {tried} slips are not noticed:\n\n{}", missed.len(), missed.join("\n"));
}

/// A letter too many at the end of a word, for each word that the book has more than once.
fn misspellings(path: &str, text: &str, files: &Files) -> Vec<Slip> {
    let all: Vec<&str> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".tarif"))
        .flat_map(|(_, bytes)| {
            let text = std::str::from_utf8(bytes).expect("books are UTF-8");
            words(text).into_iter().filter_map(move |(start, end)| text.get(start..end))
        })
        .collect();
    let mut slips = Vec::new();
    for (start, end) in words(text) {
        let word = text.get(start..end).unwrap_or("");
        if all.iter().filter(|known| **known == word).count() > 1 {
            let change = (start, end, format!("{word}x"));
            slips.push(slip(path, text, change, format!("`{word}` misspelt")));
        }
    }
    slips
}

/// Money for another unit, and another unit for money, behind each number.
fn other_units(path: &str, text: &str, _files: &Files) -> Vec<Slip> {
    let mut slips = Vec::new();
    for (start, end) in words(text) {
        let unit = text.get(start..end).unwrap_or("");
        let before = text.get(..start).unwrap_or("");
        let is_unit =
            before.strip_suffix(' ').is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
        let mut number =
            before.trim_end().chars().rev().take_while(|c| c.is_ascii_digit() || "_.".contains(*c));
        let known = tarif::value::Currency::by_code(unit).is_some();
        let clause =
            ["because", "default", "each", "flat", "from", "per", "rounded", "step", "to", "up", "when"];
        if is_unit && number.next().is_some() && !clause.contains(&unit) {
            let other = if known { "kg" } else { "CNY" };
            slips.push(slip(path, text, (start, end, other.to_owned()), format!("`{unit}` for `{other}`")));
        }
    }
    slips
}

/// A line less, for each row of a table that stands in the book.
fn lost_rows(path: &str, text: &str, _files: &Files) -> Vec<Slip> {
    let mut slips = Vec::new();
    let (mut inside, mut offset) = (false, 0);
    for line in text.split_inclusive('\n') {
        let is_row = inside && line.contains('|') && !line.trim_start().starts_with('|');
        if is_row {
            let change = (offset, offset + line.len(), String::new());
            slips.push(slip(path, text, change, format!("`{}` taken out", line.trim())));
        }
        inside =
            if inside { !line.starts_with('}') } else { line.starts_with("table ") && line.ends_with("{\n") };
        offset += line.len();
    }
    slips
}

fn slip(path: &str, text: &str, (start, end, new): (usize, usize, String), told: String) -> Slip {
    let before = text.get(..start).unwrap_or("");
    let behind = text.get(end..).unwrap_or("");
    let line = u32::try_from(before.matches('\n').count()).unwrap_or(u32::MAX).saturating_add(1);
    let old = text.get(start..end).unwrap_or("").to_owned();
    Slip { path: path.to_owned(), line, old, text: format!("{before}{new}{behind}"), told }
}

/// The words of a text outside comments and quotes.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut characters = text.char_indices().peekable();
    let in_word = |c: char| c.is_alphanumeric() || c == '_';
    while let Some((start, character)) = characters.next() {
        match character {
            '"' => while characters.next_if(|(_, c)| *c != '"').is_some() {},
            '/' if text.get(start..).is_some_and(|rest| rest.starts_with("//")) => {
                while characters.next_if(|(_, c)| *c != '\n').is_some() {}
                continue;
            }
            c if in_word(c) => {
                let mut end = start + c.len_utf8();
                while let Some((at, c)) = characters.next_if(|(_, c)| in_word(*c)) {
                    end = at + c.len_utf8();
                }
                if !c.is_numeric() {
                    words.push((start, end));
                }
                continue;
            }
            _ => continue,
        }
        characters.next();
    }
    words
}
