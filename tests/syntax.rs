//! The text of price books: what parses, and that every book of this repository does.

use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tarif::diagnostic::{Code, Page, render};
use tarif::source::{FileId, Sources, Span, limits};
use tarif::syntax::{ItemWord, NO_UNIT, RESERVED, parse_file, parse_item, split};

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
    ("product press {\n  part dies: 1 to 4 die\n  option a: b | c\n}", &["E0101"]),
    ("product press {\n  part dies: 1 to 4 of die  default 2\n  option a: b | c\n}", &["E0117"]),
    ("product press {\n  parts free\n  option a: b | c\n}", &["E0101"]),
    ("product press {\n  exclude a = b when c = d\n}", &["E0101"]),
    ("product press {\n  option a: b | c default b default c\n}", &["E0115"]),
    ("product press {\n  option a: b | c because \"x\"\n}", &["E0117"]),
    ("product press {\n  require a == b && c <> d || e\n}", &["E0106", "E0106", "E0106", "E0106", "E0112"]),
    (
        "product press {\n  require a < b < c\n  require a and b or c\n  require a implies b implies c\n}",
        &["E0113", "E0112", "E0112"],
    ),
    ("price p { per unit { list = 5% of a + b } }", &["E0112"]),
    ("price p { per unit { list = price_at markup 30% of cost - 5 CNY } }", &["E0112"]),
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
    ("def f(x: CNY) -> CNY = sum(x for c calls)", &["E0101"]),
    ("def f(x: CNY) -> CNY = max(x, sum(c.a for c in calls), c.b for c in calls)", &["E0101"]),
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
    ("table t(a.b) -> CNY { a: 50mm }", &["E0111"]),
    ("tiers t(int) hole -> CNY { from 1: 2 }", &["E0101"]),
    ("book x { currency CNY efective 2026-01-01 to 2026-12-31 }", &["E0101"]),
    ("test \"x\" {\n  as_of 2026\n  line press { quantity: 3 }\n}", &["E0101", "E0101"]),
    ("approvals {\n  ask when x < 5\n  level a\n  rout climb\n  route clim\n}", &["E0101", "E0101", "E0101"]),
    ("given calls: list of { at date }", &["E0101"]),
    ("given calls: list of { at: date } in ordre", &["E0101"]),
    ("test \"x\" {\n  as_of 2026-01-01\n  given calls = [{ at = 2026-01-03 }, 5]\n}", &["E0101"]),
    ("guide choose \"Which?\" for press { }", &["E0101"]),
    (
        "guide press {\n  question a: x | y {\n    x: force = 3\n    y: sett b = 4\n  }\n  qestion b: bool\n}",
        &["E0101", "E0101", "E0101"],
    ),
    ("guide press { question a: bool default true }", &["E0117"]),
    ("preset small of press {\n  force: 63 tf\n  frame = c_frame\n}", &["E0101"]),
    ("preset small press { force = 63 tf }", &["E0101"]),
    ("# a comment\nenum a: b | c", &["E0101"]),
    ("enum a: 'b' | c", &["E0101"]),
    ("product p { require !a; }", &["E0106"]),
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

/// The codes a text of one file is told.
fn codes_of(text: &str) -> Vec<&'static str> {
    parse_file(text, FileId(0)).1.iter().map(|problem| problem.code.id()).collect()
}

#[test]
fn each_page_of_a_syntax_problem_raises_it_and_the_mended_example_does_not() {
    let mut wrong = Vec::new();
    for code in Code::all() {
        let page = Page::of(*code);
        let is_syntax = code.id().starts_with("E01") || code.id() == "E0004";
        for (blocks, raises) in [(&page.raises, is_syntax), (&page.mended, false)] {
            let texts = blocks.iter().filter(|block| block.language == "tarif");
            let mut found: Vec<&str> = texts.flat_map(|block| codes_of(&block.text)).collect();
            found.dedup();
            let expected = if raises && !blocks.is_empty() { vec![code.id()] } else { Vec::new() };
            // A period that runs backward is found here, other ranges where types are known.
            let early = code.id() == "E0320" && found == ["E0320"];
            if found != expected && !early {
                wrong.push(format!("{code}: expected {expected:?}, found {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The fenced blocks of a Markdown text whose language is `tarif`.
fn fenced(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(_)) => found.extend(open.take().filter(|block| !block.is_empty())),
            (Some(block), None) => block.push_str(&format!("{line}\n")),
            (None, Some(fence)) if fence.starts_with("tarif") => open = Some(String::new()),
            _ => {}
        }
    }
    found
}

#[test]
fn every_book_in_the_documents_parses_without_a_problem() {
    for document in [include_str!("../docs/language.md"), include_str!("../docs/tutorial.md")] {
        for block in fenced(document) {
            assert_eq!(codes_of(&block), Vec::<&str>::new(), "{block}");
        }
    }
}

#[test]
fn the_reserved_words_are_those_the_grammar_refuses_as_names() {
    for word in RESERVED {
        assert_eq!(codes_of(&format!("context c {{\n  {word}: a | b\n}}")), ["E0114"], "{word}");
        assert_eq!(codes_of(&format!("enum e: a | {word}")), Vec::<&str>::new(), "{word}");
    }
    assert!(RESERVED.is_sorted());
    for word in
        ["list", "line", "unit", "quote", "cost", "price", "floor", "any", "rest", "sheet", "orders", "inner"]
    {
        assert_eq!(codes_of(&format!("context c {{\n  {word}: a | b\n}}")), Vec::<&str>::new(), "{word}");
        assert_eq!(
            codes_of(&format!("def f(x: CNY) -> CNY = {word} + {word}.of")),
            Vec::<&str>::new(),
            "{word}"
        );
    }
}

#[test]
fn words_that_cannot_follow_a_number_are_refused_as_names_of_units() {
    let grammar = include_str!("../grammar/tarif.pest");
    let rule =
        grammar.split("no_unit = _{").nth(1).and_then(|rest| rest.split('}').next()).expect("the rule");
    let mut listed: Vec<&str> = rule.split('"').skip(1).step_by(2).collect();
    listed.sort_unstable();
    assert_eq!(listed, NO_UNIT, "the list of the grammar and that of the library are one");
    for word in NO_UNIT {
        assert_eq!(codes_of(&format!("unit {word} = 5 kg")), ["E0114"], "{word}");
        assert!(!codes_of(&format!("unit box = 5 {word}")).is_empty(), "{word}");
    }
    for word in ["box", "part", "parts", "set", "effective_day", "pallet", "台"] {
        assert_eq!(
            codes_of(&format!("unit {word} = 5 kg\nunit many = 5 {word}")),
            Vec::<&str>::new(),
            "{word}"
        );
    }
}

#[test]
fn brackets_nest_as_deep_as_the_limit_and_no_deeper() {
    let nested = |depth: usize| format!("def f(x: CNY) -> CNY = {}x{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(codes_of(&nested(limits::MAX_NESTING - 1)), Vec::<&str>::new());
    assert_eq!(codes_of(&nested(limits::MAX_NESTING + 1)), ["E0004"]);
    assert_eq!(codes_of(&nested(100_000)), ["E0004"]);
}

#[test]
fn chains_without_end_are_refused_and_not_a_crash() {
    for (first, more) in
        [("1", " + 1"), ("1", " - -1"), ("a", " otherwise a"), ("5%", " of 5%"), ("a", " = a or a")]
    {
        let text = format!("def f(x: CNY) -> CNY = {first}{}", more.repeat(20_000));
        assert!(codes_of(&text).contains(&"E0004"), "{more}");
    }
    for more in ["not ", "-", "if a then b else "] {
        let text = format!("def f(x: CNY) -> CNY = {}x", more.repeat(20_000));
        assert!(codes_of(&text).contains(&"E0004"), "{more}");
    }
    let groups = format!("quote {{ {}", "best of { ".repeat(100_000));
    assert_eq!(codes_of(&groups), ["E0004"]);
}

#[test]
fn a_broken_declaration_never_hides_the_next() {
    let text = "product a {\n  option x: b | c\n  cost {\nproduct d {\n  quantity 1 to\n}\nenum e: f | g\n";
    let (tree, problems) = parse_file(text, FileId(0));
    let codes: Vec<&str> = problems.iter().map(|problem| problem.code.id()).collect();
    assert_eq!(codes, ["E0103", "E0101"]);
    assert_eq!(tree.items.iter().map(|item| item.broken).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn comments_belong_to_the_declaration_after_them_and_docs_are_told_apart() {
    let text = "// about the file\n\n/// A colour.\n/// Of paint.\nenum colour: red | blue // trailing\n\n// the end\n";
    let (tree, problems) = parse_file(text, FileId(0));
    assert_eq!(problems, []);
    let [item] = tree.items.as_slice() else { panic!("one item") };
    assert_eq!(item.doc.as_deref(), Some("A colour.\nOf paint."));
    let comments: Vec<(&str, bool)> =
        item.comments.iter().map(|comment| (&*comment.text, comment.own_line)).collect();
    assert_eq!(
        comments,
        [
            ("// about the file", true),
            ("/// A colour.", true),
            ("/// Of paint.", true),
            ("// trailing", false),
        ]
    );
    assert_eq!(tree.trailing_comments.len(), 1);
}

#[test]
fn an_item_parsed_alone_has_the_spans_it_has_in_its_file() {
    let text = "enum a: b | c\n\nenum d: e | f\n";
    let (tree, _) = parse_file(text, FileId(3));
    let parts = split(text);
    let (item, _) = parse_item(&text[parts[1].start..parts[1].end], FileId(3), 15);
    assert_eq!(Some(&tree.items[1]), item.as_ref());
    assert_eq!((tree.items[1].span.start, tree.items[1].span.end), (15, 28));
}

/// Pieces of the language, joined at random: near enough to books to reach deep into the parser.
fn scraps() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "product",
        "press",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "option",
        ":",
        "=",
        "|",
        "<",
        "a",
        "b",
        "\"x\"",
        "\"",
        "1",
        "2_000",
        "5%",
        "kg",
        "CNY/kg",
        "2026-02-30",
        "when",
        "default",
        "of",
        "and",
        "or",
        "not",
        "-",
        "+",
        "*",
        "/",
        "if",
        "then",
        "else",
        "by",
        "\n",
        "\n\n",
        "// c",
        "//",
        "，",
        "“",
        "”",
        "price",
        "per",
        "unit",
        "list",
        "table",
        "->",
        "from",
        "to",
        "tiers",
        "graduated",
        ",",
        ".",
        "less",
        "rounded",
        "up",
        "quote",
        "液压机",
        "\u{FEFF}",
        "approvals",
        "ask",
        "test",
        "line",
        "expect",
        "given",
        "enum",
        "\\",
        "best of",
        "n/a",
        "any",
        "else:",
        "\t",
    ]);
    prop::collection::vec((words, prop::bool::ANY), 0..60).prop_map(|words| {
        words
            .iter()
            .map(|(word, blank)| if *blank { format!("{word} ") } else { (*word).to_owned() })
            .collect()
    })
}

/// What must hold for every text: nothing panics, spans lie inside and on characters, nothing is lost.
fn check_any_text(text: &str) {
    let (tree, problems) = parse_file(text, FileId(0));
    let inside =
        |span: Span| text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize);
    for problem in &problems {
        assert!(problem.span().is_some_and(inside), "{problem:?}\n{text:?}");
        assert!(problem.labels.iter().all(|label| inside(label.span)), "{problem:?}\n{text:?}");
    }
    for item in &tree.items {
        assert!(inside(item.span));
    }
    let mut last = 0;
    for item in split(text) {
        assert!(text[last..item.start].trim().trim_start_matches('\u{FEFF}').is_empty());
        last = item.end;
    }
    assert!(text[last..].trim().trim_start_matches('\u{FEFF}').is_empty());
    let declared = split(text).iter().filter(|item| item.word != ItemWord::Comments).count();
    assert!(tree.items.len() == declared || !problems.is_empty(), "{text:?}");
    let mut sources = Sources::new();
    sources.add("any.tarif", text);
    let _drawn = render(&problems, &sources, false);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn scraps_of_the_language_parse_without_panic(text in scraps()) {
        check_any_text(&text);
    }

    #[test]
    fn any_characters_parse_without_panic(text in any::<String>()) {
        check_any_text(&text);
    }

    #[test]
    fn a_book_with_a_piece_cut_out_parses_without_panic(from in 0_usize..6_000, length in 0_usize..300) {
        let text = include_str!("../rules/press/press.tarif");
        let policy = include_str!("../rules/press/policy.tarif");
        let whole = format!("{text}{policy}");
        let kept = whole.char_indices().filter(|(at, _)| *at < from || *at >= from + length);
        check_any_text(&kept.map(|(_, character)| character).collect::<String>());
    }
}
