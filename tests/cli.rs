//! The command as people use it: what it prints, where, and with which exit status it ends.

#![expect(clippy::disallowed_methods, reason = "these tests write the files that the command reads")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run of the command left behind.
#[derive(Debug)]
struct Ran {
    status: i32,
    out: String,
    err: String,
}

fn tarif(arguments: &[&str]) -> Ran {
    tarif_with(arguments, b"")
}

fn tarif_with(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tarif"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("the command reads");
    let input = input.to_vec();
    let feed = std::thread::spawn(move || {
        // A command that does not read its input closes it.
        let fed = stdin.write_all(&input);
        drop(fed);
    });
    let output = child.wait_with_output().expect("the command ends");
    feed.join().expect("the input is fed");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the command writes UTF-8");
    Ran { status: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// A folder that is gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("tarif-cli-{}-{name}", std::process::id()));
        let removed = std::fs::remove_dir_all(&path);
        drop(removed);
        std::fs::create_dir_all(&path).expect("a folder can be made");
        Folder(path)
    }

    fn with(name: &str, files: &[(&str, &[u8])]) -> Folder {
        let folder = Folder::new(name);
        for (path, bytes) in files {
            folder.write(path, bytes);
        }
        folder
    }

    fn write(&self, path: &str, bytes: &[u8]) -> &Folder {
        let file = self.0.join(path);
        std::fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a folder can be made");
        std::fs::write(file, bytes).expect("a file can be written");
        self
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("the path is UTF-8")
    }

    fn file(&self, path: &str) -> String {
        self.0.join(path).to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let removed = std::fs::remove_dir_all(&self.0);
        drop(removed);
    }
}

const BOOK: &[u8] = b"book shop \"Shop\" { currency EUR effective 2026-01-01 to 2026-12-31 }\n";

const PEN: &[u8] = b"product pen \"Pen\" { quantity 1 to 100 option ink: blue | red default blue }\n\
                     price pen { per unit { list = 2.50 EUR } }\n";

fn shop(name: &str) -> Folder {
    Folder::with(name, &[("book.tarif", BOOK), ("pen.tarif", PEN)])
}

fn request(line: &str) -> String {
    format!("{{ \"as_of\": \"2026-02-10\", \"lines\": [{line}] }}")
}

#[test]
fn a_new_book_is_clean_passes_its_tests_and_quotes_its_request() {
    let folder = Folder::new("new");
    let dir = folder.file("book");
    let made = tarif(&["new", &dir]);
    assert_eq!((made.status, made.err.as_str()), (0, ""), "{made:?}");
    let checked = tarif(&["check", &dir]);
    assert_eq!((checked.status, checked.out), (0, format!("{dir}: no problems\n")), "{}", checked.err);
    let tested = tarif(&["test", &dir]);
    assert_eq!(tested.status, 0, "{}{}", tested.out, tested.err);
    assert!(tested.out.contains("3 tests: all passed"), "{}", tested.out);
    let (request, market) = (format!("{dir}/request.json"), format!("{dir}/market.json"));
    let quoted = tarif(&["quote", &dir, &request, "--market", &market]);
    assert_eq!(quoted.status, 0, "{}{}", quoted.out, quoted.err);
    // 5 × 519.84 + 25, and 19 % tax on it: 2 624.20 + 498.60.
    assert!(quoted.out.contains("3 122.80"), "{}", quoted.out);
    let formatted = tarif(&["fmt", "--check", &dir]);
    assert_eq!((formatted.status, formatted.out.as_str()), (0, ""), "{formatted:?}");
}

#[test]
fn a_new_book_overwrites_nothing() {
    let folder = Folder::with("keep", &[("notes.txt", b"mine")]);
    let ran = tarif(&["new", folder.path()]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("is not empty"), "{}", ran.err);
    assert!(!Path::new(&folder.file("book.tarif")).exists());
}

#[test]
fn bad_usage_ends_with_two_and_help_with_zero() {
    assert_eq!(tarif(&["frobnicate"]).status, 2);
    assert_eq!(tarif(&["quote"]).status, 2);
    assert_eq!(tarif(&["--help"]).status, 0);
    assert!(tarif(&["--version"]).out.starts_with("tarif "));
}

#[test]
fn a_folder_that_is_no_book_is_told_from_a_book_with_problems() {
    let missing = tarif(&["check", "/there/is/no/such/folder"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.contains("there is no folder"), "{}", missing.err);
    let folder = Folder::with("nobook", &[("readme.txt", b"hello")]);
    let empty = tarif(&["check", folder.path()]);
    assert_eq!(empty.status, 2);
    assert!(empty.out.contains("E0001"), "{}", empty.out);
    let file = folder.file("readme.txt");
    let a_file = tarif(&["check", &file]);
    assert_eq!(a_file.status, 2);
    assert!(a_file.err.contains("is a file"), "{}", a_file.err);
}

#[test]
fn problems_of_a_book_end_with_one_in_text_and_json() {
    let folder = shop("problems");
    folder.write("more.tarif", b"\nproduct pencil {\n  quantity 1 to\n}\n");
    let text = tarif(&["check", folder.path()]);
    assert_eq!(text.status, 1, "{text:?}");
    assert!(text.out.contains("more.tarif:"), "{}", text.out);
    let json = tarif(&["check", "--format", "json", folder.path()]);
    assert_eq!(json.status, 1);
    let report: serde_json::Value = serde_json::from_str(&json.out).expect("the report is JSON");
    assert_eq!(report["tarif"], 1);
    assert_eq!(report["problems"][0]["file"], "more.tarif");
}

#[test]
fn warnings_are_shown_and_end_with_one_only_when_asked() {
    let folder = shop("warnings");
    folder.write("more.tarif", b"def spare(x: int) -> int = x\n");
    let ran = tarif(&["check", folder.path()]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.out.contains("W0201") && ran.out.contains("1 warning"), "{}", ran.out);
    assert_eq!(tarif(&["check", "--strict", folder.path()]).status, 1);
    assert_eq!(tarif(&["check", "--strict", shop("nowarnings").path()]).status, 0);
}

#[test]
fn a_file_that_is_not_utf8_is_named_with_its_line_and_byte() {
    let folder = shop("utf8");
    folder.write("bad.tarif", b"// a\n\xc3\x28\n");
    let ran = tarif(&["check", folder.path()]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("`bad.tarif` is not UTF-8 text: line 2, byte 6"), "{}", ran.out);
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_a_circle_end() {
    let folder = shop("links");
    std::os::unix::fs::symlink(folder.path(), folder.file("again")).expect("a link can be made");
    std::os::unix::fs::symlink("loop.tarif", folder.file("loop.tarif")).expect("a link can be made");
    let ran = tarif(&["check", folder.path()]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.out.contains("`again` cannot be read: it is a link to a folder"), "{}", ran.out);
    assert!(ran.out.contains("`loop.tarif` cannot be read"), "{}", ran.out);
}

#[test]
fn ten_thousand_nested_parentheses_are_refused_at_once() {
    let folder = shop("deep");
    let deep = format!("def f(x: int) -> int = {}x{}\n", "(".repeat(10_000), ")".repeat(10_000));
    folder.write("deep.tarif", deep.as_bytes());
    let ran = tarif(&["check", folder.path()]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("E0004"), "{}", ran.out);
    let request = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let ran = tarif_with(&["quote", shop("deepjson").path(), "-", "--format", "json"], request.as_bytes());
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("E0915"), "{}", ran.out);
}

#[test]
fn a_request_comes_from_a_file_or_from_the_standard_input() {
    let folder = shop("request");
    let asked = request(r#"{ "product": "pen", "quantity": 4 }"#);
    folder.write("request.json", asked.as_bytes());
    let from_file = tarif(&["quote", folder.path(), &folder.file("request.json"), "--format", "json"]);
    assert_eq!(from_file.status, 0, "{from_file:?}");
    let quote: serde_json::Value = serde_json::from_str(&from_file.out).expect("a quote is JSON");
    assert_eq!(quote["totals"]["total"], "10.00");
    assert_eq!(quote["lines"][0]["unit"]["waterfall"][0]["place"]["file"], "pen.tarif");
    assert_eq!(quote["lines"][0]["unit"]["waterfall"][0]["place"]["line"], 2);
    let from_pipe = tarif_with(&["quote", folder.path(), "-", "--format", "json"], asked.as_bytes());
    assert_eq!(from_pipe.out, from_file.out);
}

#[test]
fn a_bad_line_of_many_is_an_error_object_and_the_rest_goes_on() {
    let folder = shop("many");
    let good = |id: &str| {
        format!(
            "{{\"id\":\"{id}\",\"as_of\":\"2026-02-10\",\"lines\":[{{\"product\":\"pen\",\"quantity\":1}}]}}\n"
        )
    };
    let mut lines = good("a");
    lines.push_str("{\"id\": \"b\", \"as_of\": }\n");
    lines.push_str("{\"id\": \"c\", \"as_of\": \"2026-02-10\", \"lines\": [{\"product\": \"pin\"}]}\n\n");
    lines.push_str(&format!("{{\"id\": \"{}\"}}\n", "x".repeat(17 * 1024 * 1024)));
    lines.push_str(&good("e"));
    folder.write("many.ndjson", lines.as_bytes());
    let ran = tarif(&["quote", folder.path(), &folder.file("many.ndjson")]);
    assert_eq!(ran.status, 1, "{}", ran.err);
    let answers: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let statuses: Vec<_> = answers.iter().map(|answer| answer["status"].as_str().unwrap_or("")).collect();
    assert_eq!(statuses, ["ok", "error", "error", "error", "ok"]);
    assert_eq!(answers[1]["errors"][0]["code"], "E0901");
    assert_eq!(answers[2]["errors"][0]["path"], "lines[0].product");
    assert_eq!(answers[2]["id"], "c");
    assert_eq!(answers[3]["errors"][0]["code"], "E0915");
}

#[test]
fn senseless_numbers_are_refused_with_their_path() {
    let folder = shop("numbers");
    let quoted = |quantity: &str| {
        let asked = request(&format!(r#"{{ "product": "pen", "quantity": {quantity} }}"#));
        tarif_with(&["quote", folder.path(), "-", "--format", "json"], asked.as_bytes())
    };
    for quantity in ["0", "-1", "1e30", "1e400", "\"1e400\"", "\"NaN\"", "2.5", "\"many\"", "null", "true"] {
        let ran = quoted(quantity);
        assert_eq!(ran.status, 1, "{quantity}: {ran:?}");
        assert!(ran.out.contains("lines[0].quantity"), "{quantity}: {}", ran.out);
    }
    let ran = quoted("NaN");
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("`NaN` is no number"), "{}", ran.out);
}

#[test]
fn unknown_names_in_a_request_are_named_with_their_path_and_the_nearest() {
    let folder = shop("names");
    let quoted = |asked: &str| tarif_with(&["quote", folder.path(), "-"], asked.as_bytes());
    for (asked, path, near) in [
        (request(r#"{ "product": "pem" }"#), "lines[0].product", "pen"),
        (request(r#"{ "product": "pen", "options": { "inc": "red" } }"#), "lines[0].options.inc", "ink"),
        (request(r#"{ "product": "pen", "quantty": 3 }"#), "lines[0].quantty", "quantity"),
        (request(r#"{ "product": "pen" }"#).replace("as_of", "asof"), "asof", "as_of"),
    ] {
        let ran = quoted(&asked);
        assert_eq!(ran.status, 1, "{ran:?}");
        assert!(ran.err.contains(path), "{}", ran.err);
        assert!(ran.err.contains(&format!("`{near}`")), "{}", ran.err);
    }
}

#[test]
fn a_request_without_a_day_is_refused() {
    let folder = shop("day");
    let asked = r#"{ "lines": [{ "product": "pen" }] }"#;
    let ran = tarif_with(&["quote", folder.path(), "-", "--format", "json"], asked.as_bytes());
    assert_eq!(ran.status, 1);
    let answer: serde_json::Value = serde_json::from_str(&ran.out).expect("a refusal is JSON");
    assert_eq!(answer["errors"][0]["code"], "E0902");
    assert_eq!(answer["errors"][0]["path"], "as_of");
}

#[test]
fn a_schema_is_json_and_names_what_a_request_can_bring() {
    let folder = shop("schema");
    let ran = tarif(&["schema", folder.path(), "--of", "request"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    let schema: serde_json::Value = serde_json::from_str(&ran.out).expect("a schema is JSON");
    let pen = &schema["properties"]["lines"]["items"]["anyOf"][0];
    assert_eq!(pen["properties"]["product"]["const"], "pen");
    assert_eq!(pen["properties"]["options"]["properties"]["ink"]["default"], "blue");
    for of in ["quote", "both"] {
        let ran = tarif(&["schema", folder.path(), "--of", of]);
        assert_eq!(ran.status, 0);
        let schema: Result<serde_json::Value, _> = serde_json::from_str(&ran.out);
        assert!(schema.is_ok());
    }
}

#[test]
fn the_checked_form_is_printed_and_the_same_each_time() {
    let folder = shop("ir");
    let first = tarif(&["ir", folder.path()]);
    assert_eq!(first.status, 0, "{first:?}");
    assert!(first.out.contains("pen"));
    assert_eq!(first.out, tarif(&["ir", folder.path()]).out);
}

#[test]
fn codes_are_explained_listed_and_guessed() {
    let page = tarif(&["explain", "e0301"]);
    assert_eq!(page.status, 0);
    assert!(page.out.starts_with("# E0301 unit-mismatch\n"));
    assert_eq!(tarif(&["explain", "unit-mismatch"]).out, page.out);
    let unknown = tarif(&["explain", "unit-mismtch"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("did you mean `unit-mismatch`?"), "{}", unknown.err);
    assert!(tarif(&["explain", "--list"]).out.lines().count() > 100);
}

#[test]
fn completions_are_written_for_the_usual_shells() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ran = tarif(&["completions", shell]);
        assert_eq!(ran.status, 0);
        assert!(ran.out.contains("tarif"), "{shell}");
    }
}

#[test]
fn formatting_leaves_a_broken_file_as_it_is_and_mends_a_ragged_one() {
    let ragged = b"book   shop  {\n currency EUR\n\n\n\n effective 2026-01-01 to 2026-12-31 // all year\n}";
    let folder = Folder::with("fmt", &[("book.tarif", ragged), ("broken.tarif", b"product {{{\n")]);
    let before = |path: &str| std::fs::read(folder.file(path)).expect("the file can be read");
    let checked = tarif(&["fmt", "--check", &folder.file("book.tarif")]);
    assert_eq!(checked.status, 1, "{checked:?}");
    assert_eq!(before("book.tarif"), ragged);
    let ran = tarif(&["fmt", folder.path()]);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert_eq!(before("broken.tarif"), b"product {{{\n");
    let text = String::from_utf8(before("book.tarif")).expect("text");
    assert!(text.contains("// all year") && text.ends_with("}\n"), "{text}");
    assert_eq!(tarif(&["fmt", "--check", &folder.file("book.tarif")]).status, 0);
    let from_pipe = tarif_with(&["fmt", "-"], ragged);
    assert_eq!((from_pipe.status, from_pipe.out), (0, text));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_tarif"))
        .args(["explain", "--list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn lets_and_tables_of_days_are_proved_where_the_day_makes_no_difference_or_a_few() {
    let shop = |product: &str| {
        format!(
            "book b {{ currency EUR effective 2026-01-01 to 2027-12-31 }}\n\
             table sale(k: int, day: date) -> EUR optional {{ 1, from 2026-03-01 up to 2026-03-31: 9.99 }}\n\
             product item {{ given ends: date  option n: 1 to 9\n{product} }}\n\
             def later(day: date, n: int) -> date = day + n * 1 months\n\
             def apart(first: date, end: date) -> int = if later(first, year_of(end) - year_of(first)) > end then 0 else 1\n\
             price item {{ per unit {{ list = 1 EUR * n }} }}\n"
        )
    };
    let check = |name: &str, product: &str| {
        let folder = Folder::with(name, &[("b.tarif", shop(product).as_bytes())]);
        tarif(&["check", folder.path()])
    };
    let always = check("days_always", "let left = days(as_of to ends)\nlet special = sale(n, as_of)");
    assert!(!always.out.contains("W0505"), "{}", always.out);
    let looked_up = check("days_looked_up", "let special = sale(n, as_of)\nrequire given(special) or n > 3");
    assert!(!looked_up.out.contains("W0505"), "{}", looked_up.out);
    let added = check(
        "days_added",
        "let until = as_of + 12 months\nlet late = ends + n * 1 months\nlet left = apart(as_of, ends)",
    );
    assert!(!added.out.contains("W0505"), "{}", added.out);
    let far = check("days_far", "let until = as_of + n * 10_000 years");
    assert!(far.out.contains("W0505"), "{}", far.out);
    let compared = check("days_compared", "let until = as_of + n * 1 months\nrequire until < ends");
    assert!(!compared.out.contains("W0505"), "{}", compared.out);
    let of_request = check(
        "days_of_request",
        "given begins: date\nlet age = year_of(as_of) - year_of(begins)\nlet share = days(as_of to ends) / days(begins to ends)\n\
         require age >= 18\nrequire days(as_of to ends) / 1 day > n\nrequire begins < ends",
    );
    assert!(!of_request.out.contains("W0505"), "{}", of_request.out);
    let counted = check("days_counted", "require days(as_of to 2027-12-31) / 1 day > n");
    assert!(counted.out.contains("W0505"), "{}", counted.out);
}
