//! The text of price books: what parses, and that every book of this repository does.

use std::path::{Path, PathBuf};

use tarif::diagnostic::render;
use tarif::source::Sources;
use tarif::syntax::{ItemWord, parse_file, split};

/// Every `.tarif` file of the repository, with its path below the root.
fn books() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> =
        ["rules", "examples", "tests/fixtures"].iter().map(|name| root.join(name)).collect();
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "tarif") {
                #[expect(clippy::disallowed_methods, reason = "a test reads the books it checks")]
                let text = std::fs::read_to_string(&path).expect("a book is UTF-8");
                let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_book_of_the_repository_parses_without_a_problem() {
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    for (path, text) in books() {
        let file = sources.add(path, text.as_str());
        let (tree, found) = parse_file(&text, file);
        assert_eq!(
            tree.items.len(),
            split(&text).iter().filter(|item| item.word != ItemWord::Comments).count()
        );
        problems.extend(found);
    }
    assert!(problems.is_empty(), "{}", render(&problems, &sources, false));
}

/// Texts with a slip, and the codes of what is said about them.
const SLIPS: &[(&str, &[&str])] = &[
    ("option x: a | b\n", &["E0102"]),
    ("producct press {\n}\n", &["E0102"]),
    ("enum a: b | c\nprodct press {\n}\nenum d: e | f\n", &["E0102"]),
    ("product press \"x\" in machines quantity 1 to 5 }", &["E0103"]),
    ("product press \"x\" in machines\n  quantity 1 to 5\n", &["E0101"]),
    ("product press {\n  cost {\n    steel = 1 CNY\n  option x: a | b\n}\nenum c: d | e\n", &["E0103"]),
    ("product press {\n  optoin force: a | b\n  option x a | b\n  let y 5\n}", &["E0101", "E0101", "E0101"]),
    ("product press {\n  option default: a | b\n}", &["E0114"]),
    ("product press {\n  option x: 100 mm to 800\n    mm\n  option y: a | b\n}", &["E0111"]),
    ("product press {\n  option x: 100mm | 200mm\n}", &["E0111", "E0111"]),
    ("product press {\n  option x: a | b < c\n}", &["E0101"]),
    ("product press {\n  let x =\n  option a: b | c\n}", &["E0101"]),
    ("product press {\n  part dies: 1 to 4 of die\n  option a: b | c\n}", &["E0118"]),
    ("product press {\n  exclude a = b when c = d\n}", &["E0101"]),
    ("product press {\n  option a: b | c default b default c\n}", &["E0115"]),
    ("product press {\n  option a: b | c because \"x\"\n}", &["E0117"]),
    ("product press {\n  require a == b && c <> d || e\n}", &["E0106", "E0106", "E0106", "E0106", "E0112"]),
    (
        "product press {\n  require a < b < c\n  require a and b or c\n  require a implies b implies c\n}",
        &["E0113", "E0112", "E0112"],
    ),
    ("price p { per unit { list = 5% of a + b } }", &["E0112"]),
    ("price p { per unit { list = a otherwise b * 2 } }", &["E0112"]),
    ("price p { per unit { list = a rounded up to 1 CNY + b } }", &["E0112"]),
    ("price p { per unit { list = if a then b else c rounded up to 1 CNY } }", &["E0112"]),
    ("price p { per unit { list = 1 + if a then b else c } }", &["E0101"]),
    (
        "price p {\n  per unit {\n    list = 21,000 CNY\n    add x = 8 % of list\n    add y = 5 CNY wehn a = b\n  }\n}",
        &["E0107", "E0111", "E0101"],
    ),
    ("price p { per unit { list = 5 CNY, add x = 5 CNY } }", &["E0101"]),
    ("price p { per unit { list = 5 CNY rounded to 1 CNY } }", &["E0101"]),
    ("price p { per unit { list = 5 CNY rounded halfup to 1 CNY } }", &["E0101"]),
    ("price p { per unit { less a = 5 CNY on lines where b } }", &["E0117"]),
    ("price p { per units { list = 5 CNY } }", &["E0101"]),
    ("price p { per unit { list = 5 CNY }  per unit { list = 6 CNY } }", &["E0115"]),
    (
        "def f(x: CNY) -> CNY = 1.234,56 + 1__0 + .5 + 5. + 007 + 1_00 + 1.2.3",
        &["E0107", "E0108", "E0108", "E0108", "E0108", "E0108", "E0108"],
    ),
    ("def f(x: CNY) -> CNY = 12345678901234567890123456789", &["E0109"]),
    ("def f(x: CNY) -> CNY = f(1,2) + 3e5", &["E0107", "E0108"]),
    ("def f(x CNY) -> CNY = x", &["E0101"]),
    ("def f(x: CNY) = x", &["E0101"]),
    ("def f(x: CNY) -> CNY = x +", &["E0101"]),
    ("def f(x: CNY) -> CNY = (x + 1", &["E0103"]),
    ("def f(x: CNY) -> CNY = x)", &["E0103"]),
    ("def f(x: CNY) -> CNY = sum(x for c in calls)", &["E0118"]),
    ("def f(d: date) -> days = d - 2026-02-30", &["E0110"]),
    ("def f(d: date) -> days = d - 2026-2-3", &["E0110"]),
    ("enum colour: red | \"blue\nenum size: s | m", &["E0104"]),
    ("enum colour \"a\\nb\": red | blue", &["E0101"]),
    ("enum colour “Colour”： red ｜ blue， green", &["E0105", "E0105", "E0105", "E0105", "E0101"]),
    ("enum colour: red\u{200B} | blue", &["E0119"]),
    ("index q: 1 CNY/kg to 20 CNY/kg maxage 7 days", &["E0101"]),
    (
        "table t(a.b) -> CNY {\n         | x | y\n  c      | 1 | 2\n  d      | 1\n  e      | 1 | 2 | 3\n  f g    | 1 | 2\n}",
        &["E0116", "E0116", "E0101"],
    ),
    ("table t(a.b) -> CNY {\n  a: 1\n  b 2\n  c: 3\n}", &["E0101"]),
    ("table t(a.b) sum -> CNY { a: 1 }", &["E0118"]),
    ("table t(a.b) -> CNY { a: 50mm }", &["E0111"]),
    ("tiers t(int) hole -> CNY { from 1: 2 }", &["E0101"]),
    ("book x { currency CNY efective 2026-01-01 to 2026-12-31 }", &["E0101"]),
    ("test \"x\" {\n  as_of 2026\n  line press { quantity: 3 }\n}", &["E0101", "E0101"]),
    ("approvals {\n  ask when x < 5\n  level a\n  rout climb\n  route clim\n}", &["E0101", "E0101", "E0101"]),
    ("given calls: list of { at: date }", &["E0118"]),
    ("guide choose \"Which?\" for press { }", &["E0118"]),
    ("# a comment\nenum a: b | c", &["E0101"]),
    ("enum a: 'b' | c", &["E0101"]),
    ("product p { require !a; }", &["E0101"]),
    ("context c { a: $5 to $6 }", &["E0101"]),
];

#[test]
fn each_slip_is_told_by_its_own_code_and_help() {
    let mut shown = String::new();
    let mut wrong = Vec::new();
    for (text, codes) in SLIPS {
        let mut sources = Sources::new();
        let file = sources.add("slip.tarif", *text);
        let (_, problems) = parse_file(text, file);
        let found: Vec<&str> = problems.iter().map(|problem| problem.code.id()).collect();
        if found != *codes {
            wrong.push(format!("{text}\n  expected {codes:?}, found {found:?}"));
        }
        shown.push_str(&render(&problems, &sources, false));
        shown.push_str("────────\n\n");
    }
    insta::assert_snapshot!(shown);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
