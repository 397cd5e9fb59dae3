//! The canonical layout: what it looks like, and the laws it keeps.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tarif::format::format;
use tarif::source::FileId;
use tarif::syntax::ast::File;
use tarif::syntax::{outline, parse_file, same_tree};

/// The tree of a text without a problem.
fn tree(text: &str) -> File {
    let (tree, problems) = parse_file(text, FileId(0));
    assert_eq!(problems, [], "{text}");
    tree
}

fn formatted(text: &str) -> String {
    format(text, &tree(text))
}

/// The comments of a file, sorted: a comment may move and is never lost.
fn comments(file: &File) -> Vec<String> {
    let inside = file.items.iter().flat_map(|item| &item.comments);
    let words = |text: &str| text.trim_start_matches(['/', ' ']).to_owned();
    let all = inside.chain(&file.trailing_comments).map(|comment| words(&comment.text));
    let mut all: Vec<String> = all.collect();
    all.sort();
    all
}

/// The laws: one tree, every comment, nothing more to do the second time.
fn keeps_the_laws(text: &str) {
    let before = tree(text);
    let once = format(text, &before);
    let after = tree(&once);
    if !same_tree(&before, &after) {
        for (one, other) in before.items.iter().zip(&after.items) {
            assert_eq!(outline(&one.kind), outline(&other.kind), "{text}\n────\n{once}");
            assert_eq!(one.doc, other.doc, "{text}\n────\n{once}");
        }
        panic!("not the same declarations:\n{text}\n────\n{once}");
    }
    assert_eq!(comments(&before), comments(&after), "{text}\n────\n{once}");
    assert_eq!(format(&once, &after), once, "formatting twice changed:\n{text}");
}

/// Every `.tarif` file of the repository.
fn books() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> =
        ["rules", "examples", "tests/fixtures/syntax"].map(|name| root.join(name)).to_vec();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "tarif") {
                #[expect(clippy::disallowed_methods, reason = "a test reads the books it checks")]
                found.push(std::fs::read_to_string(&path).expect("a book is UTF-8"));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_book_of_the_repository_keeps_its_tree_and_its_comments() {
    let books = books();
    assert!(books.len() > 10);
    for text in books {
        keeps_the_laws(&text);
    }
}

#[test]
fn press_looks_as_its_author_would_have_it() {
    let text =
        [include_str!("../rules/press/press.tarif"), include_str!("../rules/press/policy.tarif")].join("\n");
    insta::assert_snapshot!(formatted(&text));
}

/// A book with every blank run replaced by one of `blanks`, in turn, where a line may break: not in quotes,
/// comments or grids, nor between a number and its unit.
fn shaken(text: &str, blanks: &[&str]) -> String {
    let mut out = String::new();
    let mut turn = 0;
    for line in text.split_inclusive('\n') {
        let mut quoted = false;
        let stays = line.contains('|') || line.contains("//");
        let mut rest = line.char_indices().peekable();
        while let Some((at, character)) = rest.next() {
            quoted ^= character == '"';
            let is_gap = character == ' ' && !quoted && !stays && !line[..at].trim().is_empty();
            let next = line[at + character.len_utf8()..].trim_start_matches(' ');
            let before = line[..at].chars().next_back();
            let unit = before.is_some_and(|c| c.is_ascii_digit()) && next.starts_with(char::is_alphabetic);
            if !is_gap || unit || next.trim().is_empty() || turn >= blanks.len() * 40 {
                out.push(character);
                continue;
            }
            out.push_str(blanks[turn % blanks.len()]);
            turn += 1;
            while rest.peek().is_some_and(|(_, next)| *next == ' ') {
                rest.next();
            }
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_book_shaken_out_of_its_layout_keeps_its_tree_and_its_comments(
        blanks in prop::collection::vec(
            prop::sample::select(vec![" ", " ", " ", "  ", "\n    ", "\n\n\n    ", " // c\n      ", " /// d\n     ", "\n  // own\n   "]),
            1..30,
        ),
        book in 0_usize..100,
    ) {
        let books = books();
        let text = shaken(&books[book % books.len()], &blanks);
        let (_, problems) = parse_file(&text, FileId(0));
        prop_assume!(problems.is_empty());
        keeps_the_laws(&text);
    }
}

#[test]
fn comments_stay_at_their_place() {
    let text = "// first\n\n\n/// A box.\nproduct box { // behind the brace\n// before a member\nquantity 1 to 5 // behind it\n\n\n\n\
                // before the next\noption a: b | // in the middle\n  c // at its end\n// before the brace\n} // after\n\n// the end\n";
    insta::assert_snapshot!(formatted(text));
    keeps_the_laws(text);
}

#[test]
fn long_lines_wrap_at_their_clauses_and_then_at_operators_and_bars() {
    let text = "product p {\n option colour \"Colour of the paint\": red \"Red\" | green \"Green\" | blue \"Blue\" | \
                yellow \"Yellow\" | orange \"Orange\" | purple \"Purple\" default red when painted\n\
                require colour = red and painted or (colour = green and painted) implies \
                (colour != blue and colour != yellow and colour != orange) because \"a long reason, so that it wraps\"\n}\n\
                def f(a: CNY) -> CNY = min(a * 12345, a * 23456, a * 34567) + max(a * 45678, a * 56789) + clamp(a, 1 CNY, 2 CNY)\n";
    let text = text.replace("red and painted or (", "red or (");
    insta::assert_snapshot!(formatted(&text));
    keeps_the_laws(&text);
}

#[test]
fn columns_stand_under_each_other_where_characters_are_wide() {
    let text = "table 单价(材质, 班次: text) -> CNY {\n | 白班 | 夜班 | \"third\"\n 聚丙烯 | 1 | 20_000 | n/a\n 尼龙 | 3 | 4 | 5\n}\n\
                price 注塑件 { per unit { list \"单价\" = 5 CNY\n add 夜班费 \"夜班\" = 1 CNY\n less a = 2 CNY } }\n";
    insta::assert_snapshot!(formatted(text));
    keeps_the_laws(text);
}

#[test]
fn a_declaration_that_does_not_parse_is_left_as_it_was() {
    let text = "enum a:b|c\nenum d: e |   \n\n\nproduct p {\n  option   x y\n}\nenum f:g|h\n";
    let (tree, problems) = parse_file(text, FileId(0));
    assert_eq!(problems.len(), 2);
    assert_eq!(
        format(text, &tree),
        "enum a: b | c\n\nenum d: e |\n\nproduct p {\n  option   x y\n}\n\nenum f: g | h\n"
    );
}

#[test]
fn every_construct_has_its_layout() {
    insta::assert_snapshot!(formatted(include_str!("fixtures/syntax/every_construct.tarif")));
}
