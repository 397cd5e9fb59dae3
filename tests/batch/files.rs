//! From Parquet, and to it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Decimal128Type;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::DataType;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tarif::Book;
use tarif::batch::{Form, Position, Pricer, Question, Source, Summary, TextTarget, run};
use tarif::eval::Field;

use super::{
    COLUMNS, W1, at_root, batch, complaint, expected_of_w1, folder, net, net_of, read, requests, rows, write,
};

#[test]
fn parquet_goes_in_and_comes_out() {
    let folder = folder("parquet");
    let (input, text, out) =
        (folder.join("in.parquet"), folder.join("out.ndjson"), folder.join("out.parquet"));
    let file = fs::File::create(&input).expect("a file can be made");
    let batches = requests(30);
    let mut writer = ArrowWriter::try_new(file, batches.schema(), None).expect("a Parquet file");
    writer.write(&batches).expect("rows are written");
    writer.close().expect("the file is whole");
    let ran = batch("rules/w1", &input, &text, &["--select", W1]);
    assert!(ran.status.success(), "{}", complaint(&ran));
    let expected: Vec<String> =
        read(at_root("tests/w1/expected.ndjson")).lines().take(30).map(str::to_owned).collect();
    assert_eq!(read(&text).lines().collect::<Vec<_>>(), expected);

    let ran = batch("rules/w1", &input, &out, &["--select", "id,line.net,margin", "--threads", "2"]);
    assert!(ran.status.success(), "{}", complaint(&ran));
    let file = fs::File::open(&out).expect("the output is there");
    let mut found = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("rows");
    let found = found.next().expect("a batch").expect("rows");
    assert_eq!(found.schema().field(1).data_type(), &DataType::Decimal128(18, 6), "the book's limits say so");
    let nets = found.column(1).as_primitive::<Decimal128Type>();
    for row in 0..30 {
        assert_eq!(nets.value_as_string(row), format!("{}0000", net(row)), "row {row}");
    }
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 3, "no parts are left");
}

/// The rows of a Parquet file with the net of each, as texts.
fn nets_of(file: &Path) -> Vec<(String, String)> {
    let file = fs::File::open(file).expect("the output is there");
    let batches = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("rows");
    let batches: Vec<RecordBatch> = batches.map(|batch| batch.expect("rows")).collect();
    let rows = batches.iter().flat_map(|batch| {
        let (ids, nets) =
            (batch.column(0).as_string::<i32>(), batch.column(1).as_primitive::<Decimal128Type>());
        (0..batch.num_rows()).map(|row| (ids.value(row).to_owned(), nets.value_as_string(row)))
    });
    rows.collect()
}

/// Threads read and write stretches of a group of rows; the rows of several groups, of which one is longer than a
/// stretch, keep their order, also where a batch goes on in the middle of a group.
#[test]
fn the_rows_of_a_long_parquet_file_keep_their_order_on_any_number_of_threads() {
    const GROUPS: [usize; 3] = [132_000, 500, 1_000];
    let folder = folder("stretches");
    let input = folder.join("in.parquet");
    let few = requests(500);
    let file = fs::File::create(&input).expect("a file can be made");
    let mut writer = ArrowWriter::try_new(file, few.schema(), None).expect("a Parquet file");
    let mut count = 0;
    for rows in GROUPS {
        for from in (0..rows).step_by(500) {
            let mut columns = few.columns().to_vec();
            let ids = (count + from..count + from + 500).map(|row| Some(format!("R{row}")));
            columns[0] = Arc::new(ids.collect::<StringArray>());
            writer
                .write(&RecordBatch::try_new(few.schema(), columns).expect("rows"))
                .expect("rows are written");
        }
        writer.flush().expect("a group ends");
        count += rows;
    }
    writer.close().expect("the file is whole");
    let nets: Vec<String> = (0..500).map(|row| format!("{}0000", net_of(&expected_of_w1(), row))).collect();
    let expected: Vec<(String, String)> =
        (0..count).map(|row| (format!("R{row}"), nets[row % 500].clone())).collect();
    for threads in ["1", "3"] {
        let out = folder.join(format!("{threads}.parquet"));
        let ran = batch("rules/w1", &input, &out, &["--select", "id,line.net", "--threads", threads]);
        assert!(ran.status.success(), "{}", complaint(&ran));
        assert!(nets_of(&out) == expected, "{threads} threads");
    }

    let book = Book::load(at_root("rules/w1")).expect("the book is clean");
    let fields = ["id", "line.net"].map(|it| Field::parse(book.ir(), it).expect("a field")).to_vec();
    let pricer = Pricer::new(book.plan(), Question { fields, ..Question::default() });
    for behind in [70_000, 131_999, 132_000, 132_500, count - 1, count] {
        let file = fs::File::open(&input).expect("the input is there");
        let at = Position { rows: behind as u64, bytes: 0 };
        let mut source = Source::parquet(file, at).expect("Parquet");
        let (mut out, mut summary) = (Vec::new(), Summary::default());
        let mut target = TextTarget::new(&mut out, Form::Csv, 1);
        run(&pricer, &mut source, &mut target, 2, &mut summary, &mut |_, _| Ok(())).expect("a whole batch");
        let text = String::from_utf8(out).expect("text");
        let ids: Vec<&str> = text.lines().map(|line| line.split(',').next().expect("an id")).collect();
        let wanted: Vec<&str> = expected[behind..].iter().map(|(id, _)| id.as_str()).collect();
        assert!(ids == wanted, "behind row {behind}");
    }
}

/// What the book allows here does not fit 64 bits with six places; it has all its digits.
#[test]
fn amounts_that_may_be_large_have_room_for_all_their_digits() {
    let folder = folder("digits");
    write(
        &folder.join("book.tarif"),
        "book typed {\n  currency EUR\n  effective 2026-01-01 to 2026-12-31\n}\n\
         product pump { quantity 1 to 1_000 }\n\
         price pump {\n  entry agreed \"Agreed\": 0 EUR to 1_000_000_000_000_000 EUR\n  per line {\n    \
         list \"Price\" = agreed * quantity rounded half_even to 0.01 EUR\n  }\n}\n",
    );
    let (input, out) = (folder.join("in.csv"), folder.join("out.parquet"));
    write(&input, "id,as_of,quantity,agreed\na,2026-05-01,1000,98765432109876.54\nb,2026-05-01,1,0.5\n");
    let ran = batch(&folder.to_string_lossy(), &input, &out, &["--select", "id,line.net"]);
    assert!(ran.status.success(), "{}", complaint(&ran));
    let found = nets_of(&out);
    let nets: Vec<&str> = found.iter().map(|(_, net)| net.as_str()).collect();
    assert_eq!(nets, ["98765432109876540.000000", "0.500000"]);
}

#[test]
fn figures_of_several_lines_are_refused_where_a_column_has_room_for_one() {
    let folder = folder("lines");
    let request = read(at_root("tests/w1/requests.ndjson")).lines().next().expect("a request").to_owned();
    let line =
        request.split_once("\"lines\":[").and_then(|(_, rest)| rest.strip_suffix("]}")).expect("a line");
    let two = format!("{line},{}", line.replacen("\"id\":\"1\"", "\"id\":\"2\"", 1));
    let (input, out) = (folder.join("in.ndjson"), folder.join("out.parquet"));
    write(&input, format!("{}\n", request.replace(line, &two)));
    let ran = batch("rules/w1", &input, &out, &["--select", "id,net"]);
    assert!(ran.status.success(), "{}", complaint(&ran));
    assert_eq!(nets_of(&out), [("Q000001".to_owned(), "780.320000".to_owned())]);

    let (out, again) = (folder.join("lines.parquet"), folder.join("again.ndjson"));
    batch("rules/w1", &input, &out, &["--select", "id,line.net"]);
    let file = fs::File::open(&out).expect("the output is there");
    let mut found = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("rows");
    let found = found.next().expect("a batch").expect("rows");
    assert!(found.column(1).is_null(0));
    let reason = found.column(2).as_string::<i32>().value(0).to_owned();
    assert!(reason.starts_with("the request has 2 lines"), "{reason}");

    // A row that an earlier batch refused stays refused, whatever else it says.
    write(
        &input.with_extension("csv"),
        format!("{},error\n{},\n{},no\n", COLUMNS.join(","), rows(2)[0].join(","), rows(2)[1].join(",")),
    );
    let ran = batch("rules/w1", &input.with_extension("csv"), &again, &["--select", "id,net"]);
    assert_eq!(ran.status.code(), Some(1), "{}", complaint(&ran));
    let text = read(&again);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], r#"{"id":"Q000001","net":"390.16"}"#);
    assert!(lines[1].contains("it was refused before: no"), "{}", lines[1]);
}

/// Few different texts in many rows are read with their dictionary; with it or without, each row says the same.
#[test]
fn a_column_of_few_texts_says_in_parquet_what_it_says_in_csv() {
    let folder = folder("dictionary");
    let (csv, parquet) = (folder.join("in.csv"), folder.join("in.parquet"));
    let mut table = rows(250).into_iter().cycle().take(4_000).collect::<Vec<_>>();
    let at = |name: &str| COLUMNS.iter().position(|column| *column == name).expect("a column");
    for (row, (column, value)) in [
        (3, ("sku", "SKU-NONE")),
        (600, ("customer.tier", "")),
        (601, ("customer.tier", "tin")),
        (1_500, ("material", "")),
        (3_999, ("discount", "0.9")),
    ] {
        table[row][at(column)] = value.to_owned();
    }
    let lines = table.iter().enumerate().map(|(row, cells)| format!("{},kept {}", cells.join(","), row % 2));
    let header = format!("{},note", COLUMNS.join(","));
    write(&csv, [header].into_iter().chain(lines).collect::<Vec<_>>().join("\n"));
    let column = |at: usize| {
        let texts = table.iter().map(|cells| Some(cells[at].as_str()).filter(|text| !text.is_empty()));
        Arc::new(texts.collect::<StringArray>()) as ArrayRef
    };
    let notes = (0..table.len()).map(|row| Some(format!("kept {}", row % 2)));
    let notes: ArrayRef = Arc::new(notes.collect::<StringArray>());
    let columns = COLUMNS.iter().enumerate().map(|(at, name)| (*name, column(at)));
    let columns =
        RecordBatch::try_from_iter(columns.chain([("note", notes)])).expect("columns of one length");
    let file = fs::File::create(&parquet).expect("a file can be made");
    let mut writer = ArrowWriter::try_new(file, columns.schema(), None).expect("a Parquet file");
    writer.write(&columns).expect("rows are written");
    writer.close().expect("the file is whole");

    let mut answers = Vec::new();
    for input in [&csv, &parquet] {
        for form in ["ndjson", "parquet"] {
            let out = folder.join(format!("out{}.{form}", answers.len()));
            let ran = batch("rules/w1", input, &out, &["--select", W1, "--keep", "note"]);
            assert!(ran.stderr.is_empty(), "{}", complaint(&ran));
            if form == "ndjson" {
                answers.push(read(&out));
                continue;
            }
            let file = fs::File::open(&out).expect("the output is there");
            let mut found =
                ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build().expect("rows");
            let found = found.next().expect("a batch").expect("rows");
            assert_eq!(found.column(0).as_string::<i32>().value(1), "kept 1");
        }
    }
    assert!(answers[0] == answers[1], "the two files have one answer");
    let expected = read(at_root("tests/w1/expected.ndjson"));
    let (first, answer) =
        (expected.lines().next().expect("a quote"), answers[1].lines().next().expect("a row"));
    assert_eq!(answer, first.replacen('{', "{\"note\":\"kept 0\",", 1));
    let of_row = |row: usize| answers[1].lines().nth(row).expect("a row");
    for (row, code) in [(3, "E0929"), (600, "E0907"), (601, "E0906"), (1_500, "E0917"), (3_999, "E0920")] {
        assert!(of_row(row).contains(code), "row {row}: {}", of_row(row));
    }
}
