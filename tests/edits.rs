//! Whatever series of edits led to some files: the workspace says what a fresh one says of them.

#[path = "oracle/random.rs"]
#[expect(dead_code, reason = "the oracle uses the rest")]
mod random;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use random::Random;
use tarif::ir;
use tarif::workspace::{Fetched, Workspace};

type Files = Vec<(String, String)>;

/// The files of a folder.
#[expect(clippy::disallowed_methods, reason = "a test reads the books of the project")]
fn folder(path: &str) -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let entries = std::fs::read_dir(&folder).expect("the folder is in the project");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let is_text = |path: &&PathBuf| path.extension().is_some_and(|it| it == "tarif" || it == "csv");
    let read = |path: &PathBuf| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).expect("a text"))
    };
    paths.iter().filter(is_text).map(read).collect()
}

/// A book of two products, a family, functions that call each other, and names that nothing uses.
fn made_up(groups: usize) -> Files {
    let mut files = vec![(
        "book.tarif".to_owned(),
        "book made \"Made\" { currency EUR  effective 2026-01-01 to 2026-12-31 }\n\n\
         family pens {\n  quantity 1 to 500\n  option ink: blue | red default blue\n  let strength = 2\n\
         \x20 require no_red: ink = blue when strength > 3\n}\n\n\
         price pens {\n  per unit { list = price_of(ink) }\n  per line { less volume = 5% of running when quantity > 100\n\
         \x20   round half_even to 0.01 EUR }\n}\n\n\
         table price_of(pens.ink) -> EUR { blue: 1, red: 1.20 }\n\n\
         quote { tax vat = 19% of running rounded half_even to 0.01 EUR }\n\n\
         approvals { level boss  ask boss when line.net > 500 EUR }\n\n\
         always \"something is paid\": line.net > 0 EUR\n\n\
         def lonely(x: int) -> int = x\n"
            .to_owned(),
    )];
    for at in 0..groups {
        let before = if at == 0 { "x * 2".to_owned() } else { format!("f{}(x) + 1 EUR", at - 1) };
        files.push((
            format!("part{at}.tarif"),
            format!(
                "// The part {at}.\nenum kind{at}: plain{at} | fine{at}\n\n\
                 def f{at}(x: EUR) -> EUR = {before}\n\n\
                 product pen{at} \"Pen {at}\" in pens {{ }}\n\n\
                 product box{at} \"Box {at}\" {{\n  quantity 1 to 50\n  option kind: kind{at} default plain{at}\n\
                 \x20 option size: 1 to 9 default 2\n  let double = size * 2\n  let more: int = double + 1\n\
                 \x20 require small: more < 30 when kind = fine{at}\n  cost {{ base = f{at}(2 EUR) * size }}\n}}\n\n\
                 table list{at}(box{at}.kind) -> EUR {{ plain{at}: 10, fine{at}: 12.50 }}\n\n\
                 tiers break{at}(int) whole -> rate {{ from 1: 0%, from 10: 3%, from 40: 7% }}\n\n\
                 price box{at} {{\n  per unit {{\n    list = list{at}(kind) + f{at}(1 EUR)\n\
                 \x20   less pieces = break{at}(quantity) of running\n    round half_even to 0.01 EUR\n  }}\n}}\n\n\
                 preset usual{at} of box{at} {{ kind = fine{at}, size = 3 }}\n\n\
                 test \"box {at} has a price\" {{\n  as_of 2026-02-10\n  line box{at} {{ quantity = 3 }}\n\
                 \x20 expect line.net = 36 EUR\n}}\n"
            ),
        ));
    }
    files
}

fn set(workspace: &mut Workspace, (path, text): &(String, String)) {
    match path.ends_with(".tarif") {
        true => workspace.set_file(path, text.as_bytes()),
        false => workspace.set_table(path, Fetched::Found(Arc::from(text.as_bytes()))),
    }
}

fn workspace(files: &[(String, String)]) -> Workspace {
    let mut workspace = Workspace::new();
    files.iter().for_each(|file| set(&mut workspace, file));
    workspace
}

/// One edit of the files: of a number, of words, of lines, of whole declarations, or back to what was.
fn edit(random: &mut Random, files: &mut Files, original: &Files) {
    let at = random.between(0, files.len() as i64 - 1) as usize;
    let other = random.between(0, files.len() as i64 - 1) as usize;
    let text = files[at].1.clone();
    let place = |random: &mut Random, length: usize| random.between(0, length.max(1) as i64 - 1) as usize;
    let edited = match random.between(1, 10) {
        1 => {
            let digits: Vec<usize> =
                text.match_indices(|it: char| it.is_ascii_digit()).map(|(at, _)| at).collect();
            match digits.is_empty() {
                true => return,
                false => {
                    let at = digits[place(random, digits.len())];
                    let number = random.pick(&["0", "1", "7", "25", "300"]);
                    format!("{}{number}{}", &text[..at], &text[at + 1..])
                }
            }
        }
        2 | 3 => {
            let mut words: Vec<&str> = text.split_inclusive([' ', '\n', '(', ')', ',', ':']).collect();
            let (one, two) = (place(random, words.len()), place(random, words.len()));
            match random.between(1, 3) {
                _ if words.is_empty() => return,
                1 => drop(words.remove(one)),
                2 => words.insert(one, words[two]),
                _ => words.swap(one, two),
            }
            words.concat()
        }
        4 => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (one, two) = (place(random, lines.len()), place(random, lines.len()));
            match random.between(1, 4) {
                _ if lines.is_empty() => return,
                1 => drop(lines.remove(one)),
                2 => lines.insert(one, lines[two]),
                3 => lines.swap(one, two),
                _ => lines.insert(one, "// a remark\n"),
            }
            lines.concat()
        }
        5 | 6 => {
            let mut parts: Vec<&str> = text.split("\n\n").collect();
            let (one, two) = (place(random, parts.len()), place(random, parts.len()));
            match random.between(1, 5) {
                1 => drop(parts.remove(one)),
                2 => parts.insert(one, parts[two]),
                3 => parts.swap(one, two),
                4 => parts.insert(one, "// a remark of its own"),
                _ if files[at].0.ends_with(".tarif") && files[other].0.ends_with(".tarif") && at != other => {
                    let moved = parts.remove(one).to_owned();
                    let rest = parts.join("\n\n");
                    files[other].1.push_str(&format!("\n\n{moved}\n"));
                    files[at].1 = rest;
                    return;
                }
                _ => return,
            }
            parts.join("\n\n")
        }
        _ => original[at].1.clone(),
    };
    files[at].1 = edited;
}

/// Edits the files again and again, and holds the workspace against a fresh one after each time.
fn hold(name: &str, original: &Files, seed: u64, times: usize) {
    let mut random = Random::new(seed);
    let mut files = original.clone();
    let mut edited = workspace(&files);
    let _ = edited.problems();
    let mut sound = 0;
    for time in 0..times {
        // All is mended now and then: what only sound books are asked is asked too.
        match time % 4 {
            3 => files = original.clone(),
            _ => (0..random.between(1, 3)).for_each(|_| edit(&mut random, &mut files, original)),
        }
        files.iter().for_each(|file| set(&mut edited, file));
        let fresh = workspace(&files);
        assert_eq!(edited.wanted(), fresh.wanted(), "{name}, seed {seed}, edit {time}");
        assert_eq!(edited.problems(), fresh.problems(), "{name}, seed {seed}, edit {time}");
        // The marks of places count the declarations ever seen; what the book says is its text.
        let said = |workspace: &Workspace| workspace.book().map(|book| (book.hash.clone(), ir::print(&book)));
        assert_eq!(said(&edited), said(&fresh), "{name}, seed {seed}, edit {time}");
        sound += usize::from(fresh.book().is_some());
    }
    assert!(sound * 5 > times, "{name}: only {sound} of {times} states were a book");
}

#[test]
fn a_book_made_up_is_checked_after_edits_as_if_it_were_new() {
    let files = made_up(6);
    assert_eq!(workspace(&files).problems().iter().filter(|it| it.is_error()).count(), 0);
    (0..6).for_each(|seed| hold("made up", &files, seed, 40));
}

#[test]
fn the_books_of_the_project_are_checked_after_edits_as_if_they_were_new() {
    for name in ["cloud", "moulding", "packaging", "press", "w1"] {
        hold(name, &folder(&format!("rules/{name}")), 1, 16);
    }
}

#[test]
fn the_books_of_tests_are_checked_after_edits_as_if_they_were_new() {
    for (at, file) in folder("tests/quotes").into_iter().enumerate() {
        hold(&file.0.clone(), &vec![file], at as u64, 16);
    }
}
