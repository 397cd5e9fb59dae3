//! The house keeps its plan: rooms, floors, file sizes, and code that cannot panic.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The rooms of each floor, from the ground. A room imports rooms of lower floors only.
const FLOORS: &[&[&str]] = &[
    &["source", "value", "logic"],
    &["diagnostic"],
    &["syntax", "ir", "sheet"],
    &["resolve", "format", "eval"],
    &["check", "quote", "configure", "columns"],
    &["workspace", "testing", "diff"],
    &["load", "wire", "ide"],
    &["batch"],
    &["cli", "lsp", "server"],
];

/// The crates that only one room knows.
const OWNED_CRATES: &[(&str, &str)] = &[
    ("arrow_array", "batch"),
    ("arrow_schema", "batch"),
    ("batsat", "logic"),
    ("calamine", "sheet"),
    ("csv_core", "sheet"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("codespan_reporting", "diagnostic"),
    ("indicatif", "cli"),
    ("jiff", "value"),
    ("num_integer", "value"),
    ("num_rational", "value"),
    ("num_traits", "value"),
    ("parquet", "batch"),
    ("pest", "syntax"),
    ("pest_derive", "syntax"),
    ("rust_decimal", "value"),
    ("salsa", "workspace"),
    ("ratatui", "cli"),
    ("serde_json", "wire"),
    ("strsim", "diagnostic"),
    ("zip", "sheet"),
];

/// What ends the program, or can.
const PANICS: &[&str] = &[".unwrap()", ".expect(", "panic!", "todo!", "unimplemented!", "unreachable!"];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "helper", "manager", "misc"];

const LONGEST_FILE: usize = 600;

#[test]
fn a_room_imports_rooms_of_lower_floors_only() {
    complain(source_files().iter().flat_map(upward_imports));
}

#[test]
fn every_room_has_a_floor() {
    let rooms: BTreeSet<String> = source_files().into_iter().filter_map(|file| file.room).collect();
    complain(rooms.iter().filter(|room| floor_of(room).is_none()).map(|room| {
        format!("src/{room}: give the room a floor in tests/house.rs and a line in ARCHITECTURE.md")
    }));
}

#[test]
fn a_crate_that_belongs_to_a_room_is_used_there_alone() {
    complain(source_files().iter().flat_map(foreign_crates));
}

#[test]
fn every_file_opens_with_a_sentence_about_itself() {
    let files = source_files();
    let silent = files.iter().filter(|file| !file.text.starts_with("//! "));
    complain(silent.map(|file| format!("{}:1: no `//!`", file.path)));
}

#[test]
fn no_file_is_longer_than_six_hundred_lines() {
    complain(source_files().iter().filter_map(|file| {
        let lines = file.text.lines().count();
        (lines > LONGEST_FILE).then(|| format!("{}: {lines} lines", file.path))
    }));
}

#[test]
fn code_outside_tests_cannot_panic_unless_an_invariant_says_why_not() {
    complain(source_files().iter().flat_map(unexplained_panics));
}

#[test]
fn no_file_has_a_name_that_says_nothing() {
    complain(source_files().iter().filter_map(|file| {
        let mut names = file.path.split('/').map(|name| name.trim_end_matches(".rs"));
        let empty = names.find(|name| EMPTY_NAMES.contains(name))?;
        Some(format!("{}: `{empty}` says nothing", file.path))
    }));
}

#[test]
fn no_unfinished_work_is_left_in_comments() {
    complain(source_files().iter().flat_map(|file| {
        let unfinished = |line: &str| ["TODO", "FIXME", "XXX"].iter().any(|mark| line.contains(mark));
        let lines = file.text.lines().enumerate().filter(move |(_, line)| unfinished(line));
        lines.map(|(at, line)| format!("{}:{}: {}", file.path, at + 1, line.trim()))
    }));
}

#[test]
fn an_import_from_the_same_or_a_higher_floor_is_caught() {
    let found = |path, text| upward_imports(&SourceFile::new(path, text));
    let grouped = found("src/syntax/tree.rs", "use crate::{source::{Span, FileId}, check::Checked};\n");
    assert_eq!(grouped, ["src/syntax/tree.rs:1: `syntax` imports `check`"]);
    let neighbour = found("src/eval/run.rs", "fn f() {\n    crate::resolve::names();\n}\n");
    assert_eq!(neighbour, ["src/eval/run.rs:2: `eval` imports `resolve`"]);
    assert!(found("src/eval/run.rs", "// crate::check::run\nlet a = \"crate::check\";\n").is_empty());
    assert!(found("src/eval/run.rs", "use crate::eval::Facts;\nuse crate::ir::Book;\n").is_empty());
    assert!(found("src/lib.rs", "pub use crate::check::check;\n").is_empty());
}

#[test]
fn a_crate_used_outside_its_room_is_caught() {
    let found = |text| foreign_crates(&SourceFile::new("src/eval/run.rs", text));
    assert_eq!(found("use salsa::Database;\n"), ["src/eval/run.rs:1: `salsa` belongs to `workspace`"]);
    assert_eq!(found("#[salsa::tracked]\n").len(), 1);
    assert!(found("use crate::value::jiff::Date;\nlet pest = my_pest::now();\n").is_empty());
    assert!(foreign_crates(&SourceFile::new("src/workspace/db.rs", "use salsa::Database;\n")).is_empty());
}

#[test]
fn a_panic_is_caught_outside_tests_and_where_no_invariant_is_stated() {
    let text = "fn f() {\n    a.unwrap();\n    // INVARIANT: b is there\n    b.unwrap();\n}\n\
                #[cfg(test)]\nmod tests {\n    fn g() { c.unwrap(); }\n}\nfn h() { panic!(\"x\") }\n";
    let found = unexplained_panics(&SourceFile::new("src/eval/run.rs", text));
    let places: Vec<_> = found.iter().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(places, ["src/eval/run.rs:2", "src/eval/run.rs:10"]);
}

#[test]
fn code_is_told_from_comments_and_quoted_text() {
    let blanked = |text: &str| code_only(text).trim_end().to_owned();
    assert_eq!(blanked("a // b"), "a");
    assert_eq!(blanked("a /* b /* c */ d */ e"), "a                   e");
    assert_eq!(blanked(r##"x = r#"a " b"# + y"##), "x =            + y");
    assert_eq!(blanked(r#"f("a\"b", '"', '\'')"#), "f(      ,    ,     )");
    assert_eq!(blanked("fn f<'a>(x: &'a str)"), "fn f<'a>(x: &'a str)");
}

/// A file of `src/`, read once.
struct SourceFile {
    /// From the package root, with `/`.
    path: String,
    /// The folder under `src/`; none for the front door and `main.rs`, which may import everything.
    room: Option<String>,
    text: String,
    /// The text with comments and quoted text blanked, line for line.
    code: String,
}

impl SourceFile {
    fn new(path: &str, text: &str) -> SourceFile {
        let parts: Vec<&str> = path.split('/').collect();
        let room = match parts.as_slice() {
            // The front door of the library: what embeds it sees all rooms.
            [_, "lib.rs" | "configuration.rs" | "pricer.rs" | "main.rs"] => None,
            // A room of one file, `src/room.rs`, is a room as well.
            [_, room, ..] => Some(room.trim_end_matches(".rs").to_owned()),
            _ => None,
        };
        SourceFile { path: path.to_owned(), room, text: text.to_owned(), code: code_only(text) }
    }

    fn place(&self, offset: usize) -> String {
        format!("{}:{}", self.path, self.code[..offset].matches('\n').count() + 1)
    }
}

fn floor_of(room: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&room))
}

fn upward_imports(file: &SourceFile) -> Vec<String> {
    let Some(room) = file.room.as_deref() else { return Vec::new() };
    let Some(own_floor) = floor_of(room) else { return Vec::new() };
    let mut found = Vec::new();
    for (at, path_start) in file.code.match_indices("crate::") {
        if file.code[..at].ends_with(is_word) {
            continue;
        }
        for other in first_names(&file.code[at + path_start.len()..]) {
            if other != room && floor_of(&other).is_some_and(|floor| floor >= own_floor) {
                found.push(format!("{}: `{room}` imports `{other}`", file.place(at)));
            }
        }
    }
    found
}

/// The first name of a path, or of each path of a `{…}` group.
fn first_names(path: &str) -> Vec<String> {
    let first = |text: &str| text.trim_start().chars().take_while(|found| is_word(*found)).collect();
    let Some(group) = path.strip_prefix('{') else { return vec![first(path)] };
    let (mut names, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, found) in group.char_indices() {
        match found {
            ',' | '}' if depth == 0 => {
                names.push(first(&group[start..at]));
                start = at + 1;
                if found == '}' {
                    break;
                }
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    names
}

fn foreign_crates(file: &SourceFile) -> Vec<String> {
    let Some(room) = file.room.as_deref() else { return Vec::new() };
    let mut found = Vec::new();
    for (name, owner) in OWNED_CRATES.iter().filter(|(_, owner)| *owner != room) {
        for (at, _) in file.code.match_indices(name) {
            let (before, after) = (&file.code[..at], &file.code[at + name.len()..]);
            // `crate::value::jiff` is a module of ours, `::jiff` is the crate.
            let inner = before.strip_suffix("::").is_some_and(|path| path.ends_with(is_word));
            let whole = !before.ends_with(is_word) && !after.starts_with(is_word) && !inner;
            if whole && (after.starts_with("::") || before.ends_with("use ")) {
                found.push(format!("{}: `{name}` belongs to `{owner}`", file.place(at)));
            }
        }
    }
    found
}

fn unexplained_panics(file: &SourceFile) -> Vec<String> {
    if file.path.ends_with("/tests.rs") || file.path.contains("/tests/") {
        return Vec::new();
    }
    let code = without_tests(&file.code);
    let lines: Vec<&str> = file.text.lines().collect();
    let explained = |at: usize| lines.get(at).is_some_and(|line| line.contains("// INVARIANT"));
    let mut found = Vec::new();
    for (at, line) in code.lines().enumerate() {
        let Some(panic) = PANICS.iter().find(|panic| line.contains(**panic)) else { continue };
        let excused = explained(at) || at.checked_sub(1).is_some_and(explained);
        if !excused {
            found.push(format!("{}:{}: `{panic}` without `// INVARIANT: …`", file.path, at + 1));
        }
    }
    found
}

/// The code with each item under `#[cfg(test)]` blanked.
fn without_tests(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        let (before, item) = rest.split_at(at);
        let mut depth = 0;
        let end = item.char_indices().find_map(|(at, found)| {
            match found {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            (depth == 0 && matches!(found, '}' | ';')).then_some(at + 1)
        });
        let (item, after) = item.split_at(end.unwrap_or(item.len()));
        out.push_str(before);
        out.extend(item.chars().filter(|found| *found == '\n'));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The text with comments and quoted text blanked; every line break stays where it is.
fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    while at < chars.len() {
        let end = match (chars[at], chars.get(at + 1)) {
            ('/', Some('/')) => line_end(&chars, at),
            ('/', Some('*')) => block_end(&chars, at),
            ('"', _) => quoted_end(&chars, at),
            ('r', Some('"' | '#')) if at == 0 || !is_word(chars[at - 1]) => raw_end(&chars, at),
            ('\'', Some('\\')) => quoted_end(&chars, at),
            ('\'', Some(_)) if chars.get(at + 2) == Some(&'\'') => at + 3,
            _ => at,
        };
        if end == at {
            out.push(chars[at]);
            at += 1;
        } else {
            let end = end.min(chars.len());
            out.extend(chars[at..end].iter().map(|found| if *found == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    out
}

fn line_end(chars: &[char], at: usize) -> usize {
    chars[at..].iter().position(|found| *found == '\n').map_or(chars.len(), |length| at + length)
}

/// The end of a block comment; block comments nest.
fn block_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut end) = (0, at);
    while end + 1 < chars.len() {
        match (chars[end], chars[end + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') if depth == 1 => return end + 2,
            ('*', '/') => depth -= 1,
            _ => {
                end += 1;
                continue;
            }
        }
        end += 2;
    }
    chars.len()
}

/// The end of a text or character that ends with the mark it begins with.
fn quoted_end(chars: &[char], at: usize) -> usize {
    let mut end = at + 1;
    while end < chars.len() && chars[end] != chars[at] {
        end += if chars[end] == '\\' { 2 } else { 1 };
    }
    end + 1
}

/// The end of `r#"…"#`; `at` itself where this is no raw text but a raw name.
fn raw_end(chars: &[char], at: usize) -> usize {
    let hashes = chars[at + 1..].iter().take_while(|found| **found == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return at;
    }
    let closes = |end: &usize| {
        let after = &chars[end + 1..];
        chars[*end] == '"' && after.len() >= hashes && after[..hashes].iter().all(|found| *found == '#')
    };
    (open + 1..chars.len()).find(closes).map_or(chars.len(), |end| end + 1 + hashes)
}

fn is_word(found: char) -> bool {
    found.is_alphanumeric() || found == '_'
}

/// Fails with all complaints at once.
fn complain(complaints: impl Iterator<Item = String>) {
    let complaints: Vec<String> = complaints.collect();
    assert!(complaints.is_empty(), "\n  {}\n", complaints.join("\n  "));
}

fn source_files() -> Vec<SourceFile> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join("src"), &mut paths);
    paths.sort();
    assert!(paths.len() > 10, "the sources were not found");
    paths.iter().map(|path| read(&root, path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder of a room can be read") {
        let path = entry.expect("an entry of a folder can be read").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this test is about the files on the disk")]
fn read(root: &Path, path: &Path) -> SourceFile {
    let text = std::fs::read_to_string(path).expect("a source file can be read");
    let shown = path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/");
    SourceFile::new(&shown, &text)
}
