//! W1 from file to file: `cargo bench --profile long --bench files`.
//!
//! NDJSON to NDJSON against the same rules written by hand, both in memory, and Parquet to Parquet on one thread
//! and on two. Everything is measured in one run, pass by pass in turn. `TARIF_ROWS` says how many requests
//! (200,000 without it), `TARIF_ROUNDS` how often each contender goes over them (7 without it).

#[path = "../w1/native.rs"]
mod native;
#[path = "../turns/mod.rs"]
mod turns;

use std::fs::File;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, Decimal128Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde_json::Value;
use tarif::Book;
use tarif::batch::{
    Form, ParquetTarget, Parts, Position, Pricer, Question, Source, Summary, Target, TextTarget, run,
};
use tarif::eval::Field;
use turns::{Contender, FIGURES, measure};

/// How many rows a record batch of the Parquet file has.
const BATCH_ROWS: usize = 65_536;

#[expect(clippy::disallowed_methods, reason = "a benchmark reads what it measures")]
fn read(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join(path)).expect("the data of W1 is there")
}

#[expect(clippy::disallowed_methods, reason = "a benchmark is told how much to measure")]
fn number_of(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Requests as a table: amounts as decimals, quantities as whole numbers, all else as texts.
fn table(requests: &[Value], rows: std::ops::Range<usize>) -> RecordBatch {
    let of_row = |row: usize, path: &str| -> String {
        let value = requests[row % requests.len()].pointer(path).unwrap_or(&Value::Null);
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    };
    let text = |path: &'static str| -> ArrayRef {
        Arc::new(rows.clone().map(|row| Some(of_row(row, path))).collect::<StringArray>())
    };
    let decimal = |path: &'static str| -> ArrayRef {
        let units = rows.clone().map(|row| {
            let number = of_row(row, path);
            let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
            format!("{whole}{part:0<4}").parse::<i128>().expect("a number with four places at most")
        });
        let decimals = Decimal128Array::from_iter_values(units);
        Arc::new(decimals.with_precision_and_scale(18, 4).expect("four places"))
    };
    let quantity = rows.clone().map(|row| of_row(row, "/lines/0/quantity").parse::<i64>().expect("whole"));
    let quantity: ArrayRef = Arc::new(quantity.collect::<Int64Array>());
    let ids: ArrayRef = Arc::new(rows.clone().map(|row| Some(format!("R{row:09}"))).collect::<StringArray>());
    RecordBatch::try_from_iter([
        ("id", ids),
        ("as_of", text("/as_of")),
        ("customer.tier", text("/customer/tier")),
        ("customer.region", text("/customer/region")),
        ("deal.terms", text("/deal/terms")),
        ("material_index", decimal("/market/material_index")),
        ("sku", text("/lines/0/options/sku")),
        ("finish", text("/lines/0/options/finish")),
        ("material", text("/lines/0/options/material")),
        ("controls", text("/lines/0/options/controls")),
        ("warranty", text("/lines/0/options/warranty")),
        ("quantity", quantity),
        ("discount", decimal("/lines/0/discount")),
    ])
    .expect("columns of one length")
}

/// A Parquet file in one part.
struct OnePart(PathBuf);

impl Parts for OnePart {
    type File = File;

    fn create(&mut self, _: u64) -> io::Result<File> {
        File::create(&self.0)
    }

    fn join(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }
}

fn batch(pricer: &Pricer<'_>, source: &mut Source<'_>, target: &mut dyn Target, threads: usize) -> u64 {
    let mut summary = Summary::default();
    run(pricer, source, target, threads, &mut summary, &mut |_, _| Ok(())).expect("a whole batch");
    target.end().expect("the output is written");
    assert_eq!(summary.in_columns, summary.rows, "all of W1 is done in columns");
    summary.rows
}

fn ndjson(pricer: &Pricer<'_>, document: &str, threads: usize) -> Vec<u8> {
    let mut source = Source::ndjson(black_box(document).as_bytes(), Position::default());
    let mut out = Vec::with_capacity(document.len() * 2);
    batch(pricer, &mut source, &mut TextTarget::new(&mut out, Form::Ndjson, 0), threads);
    out
}

fn parquet(pricer: &Pricer<'_>, input: &Path, output: &Path, threads: usize) -> u64 {
    let file = File::open(input).expect("the input is there");
    let mut source = Source::parquet(file, Position::default()).expect("Parquet");
    batch(pricer, &mut source, &mut ParquetTarget::new(OnePart(output.to_owned()), 0), threads)
}

fn main() {
    let (count, rounds) = (number_of("TARIF_ROWS", 200_000), number_of("TARIF_ROUNDS", 7).max(1));
    let (text, articles) = (read("tests/w1/requests.ndjson"), read("rules/w1/skus.csv"));
    let tables = native::Tables::load(&articles);
    let requests: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a request")).collect();
    let document: String = text.lines().cycle().take(count).flat_map(|line| [line, "\n"]).collect();

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("files");
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let (input, output) = (folder.join("requests.parquet"), folder.join("quotes.parquet"));
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let file = File::create(&input).expect("a file can be made");
    let schema = table(&requests, 0..1).schema();
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties)).expect("Parquet");
    for from in (0..count).step_by(BATCH_ROWS) {
        writer.write(&table(&requests, from..count.min(from + BATCH_ROWS))).expect("rows are written");
    }
    writer.close().expect("the file is whole");

    let book = Book::load(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/w1")).expect("the book is clean");
    let asking = |fields: &str| {
        let fields = fields.split(',').map(|it| Field::parse(book.ir(), it).expect("a field")).collect();
        Pricer::new(book.plan(), Question { fields, ..Question::default() })
    };
    let (all, net) = (asking(&format!("id,{FIGURES}")), asking("id,line.net"));
    let by_hand = |document: &str| {
        let mut out = Vec::with_capacity(document.len() * 2);
        for line in document.lines() {
            let input = native::parse(black_box(line));
            native::write(&mut out, input.request.id, &native::evaluate(&tables, &input));
        }
        out
    };
    assert!(by_hand(&document) == ndjson(&all, &document, 2), "both have one answer");

    let mut contenders = [
        Contender::new("NDJSON to NDJSON, by hand", 0, count, || drop(black_box(by_hand(&document)))),
        Contender::new("NDJSON to NDJSON, one thread", 0, count, || {
            drop(black_box(ndjson(&all, &document, 1)))
        }),
        Contender::new("NDJSON to NDJSON, two threads", 1, count, || {
            drop(black_box(ndjson(&all, &document, 2)))
        }),
        Contender::new("Parquet to Parquet, all, one thread", 0, count, || {
            parquet(&all, &input, &output, 1);
        }),
        Contender::new("Parquet to Parquet, all, two threads", 3, count, || {
            parquet(&all, &input, &output, 2);
        }),
        Contender::new("Parquet to Parquet, net, one thread", 0, count, || {
            parquet(&net, &input, &output, 1);
        }),
        Contender::new("Parquet to Parquet, net, two threads", 5, count, || {
            parquet(&net, &input, &output, 2);
        }),
    ];
    println!("{count} requests");
    measure(&mut contenders, rounds);
    std::fs::remove_dir_all(&folder).expect("the files can be removed");
}
