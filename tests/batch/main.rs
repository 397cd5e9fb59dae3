//! `tarif batch` and the library's pricing of record batches, held against what another program worked out.

mod files;
mod written;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use serde_json::Value;
use tarif::Book;
use tarif::batch::{Pricer, Question, TablePricer};
use tarif::eval::Field;

/// The fields of `expected.ndjson`, under its names.
const W1: &str = "id,list_unit=unit.list_unit,gross=line.gross,after_volume=line.after_volume,\
                  after_tier=line.after_tier,after_region=line.after_region,after_terms=line.after_terms,\
                  after_rep=line.after_rep,unit_cost=unit.cost,cost=line.cost,floor=line.minimum.bound,\
                  net=line.net,margin=line.margin,floored=line.minimum.applied,violations,approvals";

const COLUMNS: [&str; 13] = [
    "id",
    "as_of",
    "customer.tier",
    "customer.region",
    "deal.terms",
    "material_index",
    "quantity",
    "sku",
    "finish",
    "material",
    "controls",
    "warranty",
    "discount",
];

fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[expect(clippy::disallowed_methods, reason = "tests read their data")]
fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).expect("the file is there")
}

#[expect(clippy::disallowed_methods, reason = "tests write their data")]
fn write(path: &Path, content: impl AsRef<[u8]>) {
    fs::write(path, content).expect("the file can be written");
}

/// An empty folder of the test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("batch").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an old folder can be removed");
    }
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

fn batch(book: &str, input: &Path, output: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tarif"));
    command.args(["batch", book, "--input"]).arg(input).arg("--output").arg(output).args(more);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("the command runs")
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The first requests of W1 as the values of [`COLUMNS`].
fn rows(count: usize) -> Vec<Vec<String>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let row = |line: &str| {
        let request: Value = serde_json::from_str(line).expect("a request of W1");
        let line = &request["lines"][0];
        let options = &line["options"];
        let values = [
            &request["id"],
            &request["as_of"],
            &request["customer"]["tier"],
            &request["customer"]["region"],
            &request["deal"]["terms"],
            &request["market"]["material_index"],
            &line["quantity"],
            &options["sku"],
            &options["finish"],
            &options["material"],
            &options["controls"],
            &options["warranty"],
            &line["discount"],
        ];
        values.map(text).to_vec()
    };
    read(at_root("tests/w1/requests.ndjson")).lines().take(count).map(row).collect()
}

fn expected_of_w1() -> Vec<String> {
    read(at_root("tests/w1/expected.ndjson")).lines().map(str::to_owned).collect()
}

/// The net that is expected of a line of W1, by its position.
fn net(row: usize) -> String {
    net_of(&expected_of_w1(), row)
}

fn net_of(expected: &[String], row: usize) -> String {
    let expected: Value = serde_json::from_str(&expected[row]).expect("JSON");
    expected["net"].as_str().expect("a figure").to_owned()
}

fn as_csv(rows: &[Vec<String>]) -> String {
    let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
    format!("{}\n{}\n", COLUMNS.join(","), lines.join("\n"))
}

/// Requests of W1 as a table, numbers as whole numbers and decimals as texts.
fn requests(count: usize) -> RecordBatch {
    let rows = rows(count);
    let columns = COLUMNS.iter().enumerate().map(|(at, name)| {
        let texts = || rows.iter().map(|row| row[at].as_str());
        let whole = || texts().map(|text| text.parse::<i64>().expect("whole")).collect::<Int64Array>();
        let column: ArrayRef = match *name {
            "quantity" => Arc::new(whole()),
            _ => Arc::new(texts().map(Some).collect::<StringArray>()),
        };
        (*name, column)
    });
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}

#[test]
fn every_row_of_w1_comes_out_byte_for_byte_on_any_number_of_threads() {
    let folder = folder("w1");
    for threads in ["1", "3"] {
        let out = folder.join(format!("{threads}.ndjson"));
        let ran = batch(
            "rules/w1",
            &at_root("tests/w1/requests.ndjson"),
            &out,
            &["--select", W1, "--threads", threads],
        );
        assert!(ran.status.success(), "{}", complaint(&ran));
        assert_eq!(read(&out), read(at_root("tests/w1/expected.ndjson")), "{threads} threads");
    }
}

#[test]
fn a_csv_file_gives_what_the_same_requests_give_as_ndjson() {
    let folder = folder("csv");
    let (input, out) = (folder.join("in.csv"), folder.join("out.ndjson"));
    write(&input, as_csv(&rows(60)));
    let ran = batch("rules/w1", &input, &out, &["--select", W1]);
    assert!(ran.status.success(), "{}", complaint(&ran));
    let expected: Vec<String> =
        read(at_root("tests/w1/expected.ndjson")).lines().take(60).map(str::to_owned).collect();
    assert_eq!(read(&out).lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_bad_row_becomes_a_row_with_its_reason_and_the_rest_goes_on() {
    let folder = folder("bad");
    let mut rows = rows(4);
    rows[1][8] = "purple".into();
    rows[2][6] = "NaN".into();
    let mut text = as_csv(&rows).into_bytes();
    text.extend_from_slice(b"only,two\n\xff,2026-01-15,,,,,,,,,,,\n");
    let (input, out) = (folder.join("in.csv"), folder.join("out.csv"));
    write(&input, text);
    let ran = batch("rules/w1", &input, &out, &["--select", "id,line.net", "--threads", "2"]);
    assert_eq!(ran.status.code(), Some(1), "refused rows are problems");
    let text = read(&out);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "id,line.net,error");
    assert_eq!(lines[1], format!("{},{},", rows[0][0], net(0)));
    assert!(
        lines[2].starts_with(&format!("{},,", rows[1][0])) && lines[2].contains("purple"),
        "{}",
        lines[2]
    );
    assert!(lines[3].starts_with(&format!("{},,", rows[2][0])) && lines[3].contains("NaN"), "{}", lines[3]);
    assert_eq!(lines[4], format!("{},{},", rows[3][0], net(3)));
    assert!(lines[5].contains("the row has 2 values, and there are 13 columns"), "{}", lines[5]);
    assert!(lines[6].contains("the value of `id` is not UTF-8"), "{}", lines[6]);
    let summary = String::from_utf8_lossy(&ran.stdout).into_owned();
    let counted =
        |what: &str| summary.lines().any(|line| line.split_whitespace().eq(what.split_whitespace()));
    assert!(counted("rows 6") && counted("refused 4"), "{summary}");
}

#[test]
fn ndjson_keeps_its_bad_lines_in_their_places() {
    let folder = folder("bad_ndjson");
    let all = read(at_root("tests/w1/requests.ndjson"));
    let lines: Vec<&str> = all.lines().collect();
    let text =
        format!("{}\n\n{{\"id\":\"x\",\n{}\n{{\"id\":\"y\",\"as_of\":\"2026-01-15\"}}", lines[0], lines[3]);
    let (input, out) = (folder.join("in.ndjson"), folder.join("out.ndjson"));
    write(&input, text);
    let ran = batch("rules/w1", &input, &out, &["--select", "id,net=line.net"]);
    assert_eq!(ran.status.code(), Some(1));
    let found: Vec<Value> =
        read(&out).lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert_eq!(found.len(), 4, "a blank line is no row");
    assert_eq!((&found[0]["net"], &found[2]["net"]), (&Value::from(net(0)), &Value::from(net(3))));
    assert_eq!(found[1]["row"], 3);
    assert_eq!((&found[3]["row"], &found[3]["id"]), (&Value::from(5), &Value::from("y")));
    assert!(found[3]["error"].as_str().is_some_and(|text| text.contains("no `lines`")), "{}", found[3]);
}

#[test]
fn several_lines_give_their_figures_in_order_and_what_is_kept_is_carried_over() {
    let folder = folder("several");
    let request = read(at_root("examples/press.json"));
    let mut request: Value = serde_json::from_str(&request).expect("the example is JSON");
    let line = request["lines"][0].clone();
    request["lines"] = Value::from(vec![line.clone(), line]);
    let (input, out) = (folder.join("in.ndjson"), folder.join("out.ndjson"));
    write(&input, format!("{request}\n"));
    let ran = batch("rules/press", &input, &out, &["--select", "status,line.net"]);
    assert!(ran.status.success(), "{}", complaint(&ran));
    let found: Value = serde_json::from_str(&read(&out)).expect("one row");
    let nets = found["line.net"].as_array().expect("a list of both lines");
    assert_eq!(nets.len(), 2);
    assert_eq!(nets[0], nets[1]);

    let csv = folder.join("in.csv");
    let mut rows = rows(2);
    rows.iter_mut().for_each(|row| row.push("\"north, old\"".into()));
    let text = as_csv(&rows).replacen("discount\n", "discount,area\n", 1);
    write(&csv, text);
    let refused = batch("rules/w1", &csv, &folder.join("a.csv"), &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(complaint(&refused).contains("`--keep area`"), "{}", complaint(&refused));
    let twice = batch("rules/w1", &csv, &folder.join("c.csv"), &["--keep", "area", "--select", "area=net"]);
    assert!(complaint(&twice).contains("two columns of the results"), "{}", complaint(&twice));
    let kept = batch("rules/w1", &csv, &folder.join("b.ndjson"), &["--keep", "area", "--select", "line.net"]);
    assert!(kept.status.success(), "{}", complaint(&kept));
    let first = read(folder.join("b.ndjson"));
    assert_eq!(first.lines().next(), Some(r#"{"area":"north, old","line.net":"390.16"}"#));
}

#[test]
fn a_batch_goes_on_where_it_was_interrupted_and_only_with_what_it_was_begun_with() {
    let folder = folder("resume");
    let (input, whole) = (folder.join("in.csv"), folder.join("whole.csv"));
    write(&input, as_csv(&rows(50)));
    let ran = batch("rules/w1", &input, &whole, &["--select", "id,line.net"]);
    assert!(ran.status.success(), "{}", complaint(&ran));
    let whole = read(&whole);

    // As if it had ended behind the twentieth row, with half a row more written.
    let (out, journal) = (folder.join("out.csv"), folder.join("out.csv.progress"));
    let done: usize = whole.split_inclusive('\n').take(21).map(str::len).sum();
    let read_so_far: usize = read(&input).split_inclusive('\n').take(21).map(str::len).sum();
    write(&out, &whole[..done + 5]);
    let hash = Book::load(at_root("rules/w1")).expect("the book is clean").ir().hash.clone();
    let size = read(&input).len();
    let noted = format!(
        "book {hash}\ninput {size} bytes\nselect id,line.net\nkeep \nproduct \nas_of \nmarket \n\
         rows 20\nbytes {read_so_far}\noutput {done}\npriced 20\nin_columns 0\nquotes ok 20\n\
         total EUR 100.00\nend\n"
    );
    write(&journal, &noted);
    let other = batch("rules/w1", &input, &out, &["--select", "id,net", "--resume"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(complaint(&other).contains("another `select`"), "{}", complaint(&other));
    let anew = batch("rules/w1", &input, &out, &["--select", "id,line.net"]);
    assert!(complaint(&anew).contains("exists already"), "{}", complaint(&anew));
    let resumed = batch("rules/w1", &input, &out, &["--select", "id,line.net", "--resume"]);
    assert!(resumed.status.success(), "{}", complaint(&resumed));
    assert_eq!(read(&out), whole);
    assert!(!journal.exists(), "a batch at its end leaves nothing beside its output");
    let summary = String::from_utf8_lossy(&resumed.stdout).into_owned();
    assert!(summary.lines().any(|line| line.split_whitespace().eq(["rows", "50"])), "{summary}");

    write(&out, &whole[..done]);
    write(&journal, &noted[..noted.len() - 5]);
    let broken = batch("rules/w1", &input, &out, &["--select", "id,line.net", "--resume"]);
    assert!(complaint(&broken).contains("is broken"), "{}", complaint(&broken));
}

#[test]
fn record_batches_are_priced_by_the_library() {
    let book = Book::load(at_root("rules/w1")).expect("the book is clean");
    let batch = requests(40);
    let fields = ["line.net", "margin=line.margin", "violations"];
    let fields = fields.map(|text| Field::parse(book.ir(), text).expect("a field")).to_vec();
    let pricer = Pricer::new(book.plan(), Question { fields, ..Question::default() });
    let pricing = TablePricer::new(&pricer, &batch.schema()).expect("columns that the book knows");
    let (prices, summary) = pricing.price(&batch, 1).expect("a batch of that schema");
    assert_eq!(summary.rows, 40);
    let nets = prices.column(0).as_primitive::<Decimal128Type>();
    for row in 0..40 {
        assert_eq!(nets.value_as_string(row), format!("{}0000", net(row)), "row {row}");
        assert!(prices.column(3).is_null(row), "no row is refused");
    }

    let floats: ArrayRef = Arc::new(Float64Array::from(vec![1.5]));
    let floats = RecordBatch::try_from_iter([("quantity", floats)]).expect("a column");
    let refused = TablePricer::new(&pricer, &floats.schema());
    let message = refused.expect_err("floats are not exact").to_string();
    assert!(message.contains("not exact"), "{message}");
}

#[test]
fn truths_and_sets_are_written_in_csv_and_ids_may_be_numbers() {
    let folder = folder("forms");
    let book = "book shop { currency EUR  effective 2026-01-01 to 2026-12-31 }\n\
                product door {\n  quantity 1 to 9\n  option glass: bool\n  option extras: any of bell | lock | eye\n}\n\
                price door { per unit {\n\
                  list = 100 EUR\n\
                  add pane = 30 EUR when glass\n\
                  add keys = 5 EUR when lock in extras\n\
                } }\n";
    write(&folder.join("book.tarif"), book);
    let (input, out) = (folder.join("in.csv"), folder.join("out.csv"));
    write(&input, "id,quantity,glass,extras\n7,1,true,bell|lock\n8,2,FALSE,eye\n9,1,maybe,\n");
    let shop = folder.to_str().expect("a path");
    let ran = batch(shop, &input, &out, &["--select", "id,net", "--as-of", "2026-02-02"]);
    assert_eq!(ran.status.code(), Some(1), "{}", complaint(&ran));
    let text = read(&out);
    let lines: Vec<&str> = text.lines().collect();
    // 100 + 30 + 5, and two of 100.
    assert_eq!(lines[..3], ["id,net,error", "7,135.00,", "8,200.00,"]);
    assert!(lines[3].starts_with("9,,") && lines[3].contains("glass"), "{}", lines[3]);
}

#[test]
fn what_a_row_says_in_another_type_is_refused_and_never_passed_over() {
    let book = Book::load(at_root("rules/w1")).expect("the book is clean");
    let fields = ["id", "line.net"].map(|text| Field::parse(book.ir(), text).expect("a field")).to_vec();
    let as_of = tarif::value::Date::parse("2026-01-15").ok();
    let pricer = Pricer::new(book.plan(), Question { fields, as_of, ..Question::default() });
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![20_260_115, 20_260_116]));
    let with = |name: &str| {
        let columns = COLUMNS.iter().zip(requests(2).columns().to_vec());
        let columns = columns.map(|(it, column)| (*it, if *it == name { numbers.clone() } else { column }));
        let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
        let pricing = TablePricer::new(&pricer, &batch.schema()).expect("columns that the book knows");
        pricing.price(&batch, 1).expect("a batch of that schema").0
    };
    // A day that is a number is no day, and the day of the question does not stand in for it.
    let refused = with("as_of");
    assert!((0..2).all(|row| !refused.column(2).is_null(row) && refused.column(1).is_null(row)));
    // An id that is a number comes back.
    let prices = with("id");
    assert_eq!(prices.column(0).as_string::<i32>().value(1), "20260116");
    assert_eq!(
        prices.column(1).as_primitive::<Decimal128Type>().value_as_string(0),
        format!("{}0000", net(0))
    );

    let folder = folder("types");
    let line = read(at_root("tests/w1/requests.ndjson")).lines().next().expect("a request").to_owned();
    let with = |field: &str| line.replacen('{', &format!("{{{field},"), 1);
    let named = |text: String| text.replacen(r#""id":"Q000001""#, r#""id":true"#, 1);
    let rows = [line.clone(), with(r#""currency":true"#), named(line.clone())].join("\n");
    let (input, out) = (folder.join("in.ndjson"), folder.join("out.ndjson"));
    write(&input, rows);
    let ran = batch("rules/w1", &input, &out, &["--select", "line.net", "--as-of", "2026-01-15"]);
    assert_eq!(ran.status.code(), Some(1), "{}", complaint(&ran));
    let text = read(&out);
    let refused: Vec<bool> = text.lines().map(|line| line.contains("\"error\"")).collect();
    assert_eq!(refused, [false, true, true], "{text}");
}

#[test]
fn rows_of_many_products_and_days_keep_their_own_prices_and_their_order() {
    const PRODUCTS: usize = 90;
    let folder = folder("many");
    let book = folder.join("book");
    fs::create_dir_all(&book).expect("a folder can be made");
    let product = |at: usize| {
        format!(
            "product p{at} \"P{at}\" {{\n  option width \"Width\": 1 to 9 step 1\n}}\n\
             price p{at} {{\n  per unit {{ list \"List\" = ({at} + width) * 1 EUR }}\n}}\n"
        )
    };
    let products: String = (0..PRODUCTS).map(product).collect();
    write(
        &book.join("book.tarif"),
        format!(
            "book many \"Many\" {{\n  currency EUR\n  effective 2026-01-01 to 2026-12-31\n}}\n{products}"
        ),
    );
    // Each row another product; every seventh on a day on which the book does not hold.
    let row = |row: usize| {
        let day = if row.is_multiple_of(7) { "2027-05-01" } else { "2026-05-01" };
        (day, format!("p{}", (row * 37) % PRODUCTS), row % 9 + 1, row % 5 + 1)
    };
    let csv = |(day, product, width, quantity): (&str, String, usize, usize)| {
        format!("{day},{product},{width},{quantity}\n")
    };
    let json = |(day, product, width, quantity): (&str, String, usize, usize)| {
        format!(
            "{{\"as_of\":\"{day}\",\"lines\":[{{\"product\":\"{product}\",\"quantity\":\"{quantity}\",\"options\":{{\"width\":\"{width}\"}}}}]}}\n"
        )
    };
    let rows = 1500;
    let texts = [
        (
            "in.csv",
            format!("as_of,product,width,quantity\n{}", (0..rows).map(|at| csv(row(at))).collect::<String>()),
        ),
        ("in.ndjson", (0..rows).map(|at| json(row(at))).collect()),
    ];
    for (name, text) in texts {
        let (input, out) = (folder.join(name), folder.join(format!("{name}.out.ndjson")));
        write(&input, text);
        let ran = batch(&book.to_string_lossy(), &input, &out, &["--select", "net=line.net"]);
        assert_eq!(ran.status.code(), Some(1), "{}", complaint(&ran));
        let found: Vec<Value> =
            read(&out).lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
        assert_eq!(found.len(), rows);
        for (at, found) in found.iter().enumerate() {
            if at.is_multiple_of(7) {
                assert!(found["error"].as_str().is_some_and(|text| text.contains("2026-12-31")), "{found}");
            } else {
                let net = ((at * 37) % PRODUCTS + at % 9 + 1) * (at % 5 + 1);
                assert_eq!(found["net"], format!("{net}.00"), "row {at} of {name}");
            }
        }
    }
}

/// A book whose taxes are contained in the price, or are reckoned line by line, and whose product shows a value.
const TAXED: &str = "book b \"B\" { currency EUR  effective 2026-01-01 to 2026-12-31 }
product p {
  option price: 10 EUR | 20 EUR
  let area \"Area\": m2 = 2 m2
}
price p { per unit { list = price } }
quote {
  less card \"Card\" = 1 EUR
  subtotal net
  tax levy within = net * 19 / 119 rounded half_up to 0.01 EUR
  each line { tax vat = 19% of running rounded half_up to 0.01 EUR }
  subtotal total
}
";

#[test]
fn taxes_are_told_as_the_quote_tells_them_and_values_too() {
    let folder = folder("taxed");
    write(&folder.join("book.tarif"), TAXED);
    let line = |price: &str| format!(r#"{{"product":"p","quantity":1,"options":{{"price":{price}}}}}"#);
    let request = |lines: &[String]| format!("{{\"as_of\":\"2026-05-01\",\"lines\":[{}]}}", lines.join(","));
    let (one, two) = (request(&[line("20")]), request(&[line("10"), line("20")]));
    let (input, output) = (folder.join("in.ndjson"), folder.join("out.ndjson"));
    write(&input, format!("{one}\n{two}\n"));
    let asked = "quote.levy,quote.vat,line.vat,tax,area";
    let ran = batch(folder.to_str().expect("a path"), &input, &output, &["--select", asked]);
    assert!(ran.status.success(), "{}", complaint(&ran));
    // 19 of 20 less 1: 3.03 of it is tax; 19 % of 19 is 3.61. Of 10 and 20 less 1, by value: 9.67 and 19.33.
    assert_eq!(
        read(&output).lines().collect::<Vec<_>>(),
        [
            r#"{"quote.levy":"3.03","quote.vat":"3.61","line.vat":"3.61","tax":"3.61","area":"2 m2"}"#,
            r#"{"quote.levy":"4.63","quote.vat":"5.51","line.vat":["1.84","3.67"],"tax":"5.51","area":["2 m2","2 m2"]}"#,
        ]
    );
}
