//! How cost grows: with the text, the declarations, the rows of tables, the lines of orders.
//! `cargo bench --bench scale -- [text] [check] [edit] [tables] [lines] [start]`; all without a name.
//!
//! Each figure is the least processor time of several runs, so that what else the machine does is little of it;
//! that of a start is the time that passed. The last column says by how much the cost of one grew against the row
//! above: 1 is linear.

mod books;

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tarif::source::FileId;
use tarif::workspace::{Fetched, Workspace};
use tarif::{Book, Request, syntax};

/// Runs of one kind go on for so long, and are at least two, and at most twenty.
const PATIENCE: Duration = Duration::from_secs(2);

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|it| !it.starts_with('-')).collect();
    // A process of its own for each table, so that its memory is its own.
    if let [word, rows] = wanted.as_slice()
        && word == "rows"
    {
        return table(rows.parse().expect("a number of rows"));
    }
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|it| it == name);
    let sections: [(&str, fn()); 6] = [
        ("text", text),
        ("check", check),
        ("edit", edit),
        ("tables", tables),
        ("lines", lines),
        ("start", start),
    ];
    for (name, section) in sections {
        if wants(name) {
            section();
            println!();
        }
    }
}

/// What work gives, and the processor time that it took. The system keeps that in steps of some milliseconds, if
/// at all: short work takes the time that passed.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    const SHORT: Duration = Duration::from_millis(20);
    let (before, (done, passed)) = (processor_time(), clocked(work));
    let own = processor_time().zip(before).and_then(|(after, before)| after.checked_sub(before));
    (done, own.filter(|_| passed > SHORT).unwrap_or(passed))
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn clocked<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// How long this thread has run on a processor.
fn processor_time() -> Option<Duration> {
    let told = std::fs::File::open("/proc/thread-self/schedstat").and_then(std::io::read_to_string).ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// The shortest time of a few runs; what they give is dropped outside of it.
fn shortest<T>(work: impl FnMut() -> T) -> Duration {
    shortest_by(work, |work| timed(work))
}

fn shortest_by<T, W: FnMut() -> T>(mut work: W, measure: impl Fn(&mut W) -> (T, Duration)) -> Duration {
    let (mut best, mut all) = (Duration::MAX, Duration::ZERO);
    for run in 0..20 {
        let (done, time) = measure(&mut work);
        drop(black_box(done));
        best = best.min(time);
        all += time;
        if run > 0 && all > PATIENCE {
            break;
        }
    }
    best
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads what it measures")]
fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .expect("the file is in the project")
}

fn text() {
    println!("| text | bytes | cut into declarations | to the tree |");
    println!("| --- | --- | --- | --- |");
    let rules = ["cloud/plans", "cloud/policy", "fasteners/fastener", "packaging/line", "packaging/machines"];
    let rules = rules.iter().chain(&["press/press", "press/policy", "press/press.test", "press/guide"]);
    let rules: String = rules.map(|path| read(&format!("rules/{path}.tarif"))).collect();
    let made: String = (0..1_000).map(books::group).collect();
    let mut row = String::from("v, from 10: 0.5%, \"text\": 1_250.50\n").repeat(20_000);
    row.insert_str(0, "table t(a: text, b: int, c: text) -> EUR {\n");
    row.push_str("}\n");
    let texts = [
        ("`rules/w1/policy.tarif`", read("rules/w1/policy.tarif").repeat(200)),
        ("eight files of `rules`", rules.repeat(20)),
        ("a book made up", made),
        ("a table of 20,000 rows in place", row),
    ];
    for (name, text) in texts {
        let split = shortest(|| syntax::split(&text));
        let parsed = shortest(|| syntax::parse_file(&text, FileId(0)));
        println!(
            "| {name} | {} | {} | {} |",
            text.len(),
            megabytes_a_second(text.len(), split),
            megabytes_a_second(text.len(), parsed)
        );
    }
}

fn megabytes_a_second(bytes: usize, time: Duration) -> String {
    let tenths = bytes as u128 * 10_000 / time.as_nanos().max(1);
    format!("{}.{} MB/s", tenths / 10, tenths % 10)
}

fn workspace(files: &[(String, String)]) -> Workspace {
    let mut workspace = Workspace::new();
    for (path, text) in files {
        workspace.set_file(path, text.as_bytes());
    }
    workspace
}

fn check() {
    println!("| a book with many … | how many | problems | checked in | of one, against the row above |");
    println!("| --- | --- | --- | --- | --- |");
    for shape in books::SHAPES {
        let mut before = None;
        for count in [100, 1_000, 10_000, 100_000].into_iter().filter(|count| *count <= shape.most) {
            let files = (shape.files)(count);
            let mut problems = Vec::new();
            let time = shortest(|| {
                let workspace = workspace(&files);
                problems = workspace.problems();
                workspace
            });
            println!(
                "| {} | {count} | {} | {} | {} |",
                shape.name,
                problems.len(),
                written(time),
                growth(before, (count, time))
            );
            if let Some(first) = problems.iter().find(|problem| problem.is_error()) {
                println!("  error: {}", first.message);
            }
            before = Some((count, time));
        }
    }
}

/// How the cost of one changed.
fn growth(before: Option<(usize, Duration)>, (count, time): (usize, Duration)) -> String {
    let Some((least, first)) = before else { return String::new() };
    let hundredths = time.as_nanos() * least as u128 * 100 / (first.as_nanos().max(1) * count as u128);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn edit() {
    println!("| an edit in a book of … declarations | how many | to fresh problems |");
    println!("| --- | --- | --- |");
    for shape in &books::SHAPES[..2] {
        for count in [1_000, 10_000] {
            let files = (shape.files)(count);
            let (path, text) = files.last().expect("a file");
            let edits = [
                ("a body", text.replacen("* 2", "* 2.5", 1)),
                ("a price", text.replacen("> 5", "> 10", 1)),
                ("a comment above", format!("// a line\n{text}")),
                ("a signature", text.replacen("0% to 20%", "0% to 30%", 1)),
                ("a declaration more", text.replacen("\ngiven", "\ndef more(x: int) -> int = x\n\ngiven", 1)),
            ];
            let mut workspace = workspace(&files);
            let _ = workspace.problems();
            for (what, edited) in edits {
                let versions = [edited.as_str(), text.as_str()];
                let mut turn = 0;
                let time = shortest(|| {
                    workspace.set_file(path, versions[turn % 2].as_bytes());
                    turn += 1;
                    workspace.problems().len()
                });
                println!("| {what}, {} | {count} | {} |", shape.name, written(time));
            }
        }
    }
}

fn tables() {
    println!(
        "| rows | CSV read to a checked book | memory of it | its lookup in a quote, another row each time |"
    );
    println!("| --- | --- | --- | --- |");
    let own = std::env::current_exe().expect("the program knows its place");
    for rows in ["200", "20000", "2000000"] {
        let status = Command::new(&own).args(["rows", rows]).status().expect("the program starts");
        assert!(status.success());
    }
}

fn table(rows: usize) {
    let csv: Arc<[u8]> = Arc::from(books::articles_csv(rows).into_bytes());
    let book = [(
        "book.tarif".to_owned(),
        format!("book t {{ currency EUR  effective 2026-01-01 to 2026-12-31 }}\n{}", books::articles()),
    )];
    let load = || {
        let mut workspace = workspace(&book);
        workspace.set_table("articles.csv", Fetched::Found(Arc::clone(&csv)));
        let problems = workspace.problems();
        assert!(problems.is_empty(), "{}", problems[0].message);
        workspace
    };
    let before = memory();
    let kept = load();
    let after = memory();
    let book = Book::from_workspace(&kept).expect("the book is clean");
    drop(kept);
    let load = shortest(load);
    let requests: Vec<Request> = (0..1_000)
        .map(|at| {
            let sku = books::sku(at * 7_919 % rows);
            let request = format!(
                r#"{{ "as_of": "2026-02-10", "lines": [{{ "product": "part", "quantity": 3, "options": {{ "sku": "{sku}" }} }}] }}"#
            );
            Request::from_json(&request).expect("a request")
        })
        .collect();
    for request in &requests {
        assert!(book.quote(request).is_ok_and(|quote| quote.totals.net.is_some()));
    }
    let quoted =
        shortest(|| requests.iter().map(|request| book.quote(request)).filter(Result::is_ok).count());
    println!(
        "| {rows} | {} | {} kB | {} |",
        written(load),
        after.saturating_sub(before),
        written(quoted / 1_000)
    );
}

/// The memory that the process has, in kB; nothing where the system does not say.
fn memory() -> u64 {
    let status =
        std::fs::File::open("/proc/self/status").and_then(std::io::read_to_string).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn lines() {
    let book =
        Book::load(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/press")).expect("the book is clean");
    println!(
        "| lines of an order | read from JSON | quoted | JSON to JSON | of one, against the row above |"
    );
    println!("| --- | --- | --- | --- | --- |");
    let mut before = None;
    for count in [1, 10, 100, 1_000, 10_000] {
        let json = books::order(count);
        let request = Request::from_json(&json).expect("a request");
        let read = shortest(|| Request::from_json(&json));
        let quoted = shortest(|| book.quote(&request));
        let through = shortest(|| book.quote_json(&json));
        println!(
            "| {count} | {} | {} | {} | {} |",
            written(read),
            written(quoted),
            written(through),
            growth(before, (count, through))
        );
        before = Some((count, through));
    }
}

fn start() {
    println!("| process | shortest of 20 |");
    println!("| --- | --- |");
    let quote: &[&str] = &["quote", "rules/press", "examples/press.json"];
    for (what, arguments) in [("tarif --version", &["--version"][..]), ("tarif quote", quote)] {
        let begin = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_tarif"));
            command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).stdout(Stdio::null());
            command.status().expect("the program starts")
        };
        let time = shortest_by(begin, |work| clocked(work));
        println!("| {what} | {} |", written(time));
    }
}

/// A duration with two or three digits that count.
fn written(time: Duration) -> String {
    let (nanos, mut text) = (time.as_nanos(), String::new());
    let written = match nanos {
        0..10_000 => write!(text, "{}.{:02} µs", nanos / 1_000, nanos % 1_000 / 10),
        10_000..1_000_000 => write!(text, "{} µs", nanos / 1_000),
        1_000_000..100_000_000 => write!(text, "{}.{} ms", nanos / 1_000_000, nanos % 1_000_000 / 100_000),
        100_000_000..10_000_000_000 => write!(text, "{} ms", nanos / 1_000_000),
        _ => write!(text, "{} s", nanos / 1_000_000_000),
    };
    written.map_or_else(|_| String::new(), |()| text)
}
