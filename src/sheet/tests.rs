//! Files as they come from spreadsheet programs, good and bad; the expected cells are read off by eye.

use std::io::{Cursor, Write as _};

use super::*;
use crate::diagnostic::codes;

const FILE: FileId = FileId(7);

fn csv(text: &str) -> Sheet {
    read(text.as_bytes(), "t.csv", None, FILE).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn rows(sheet: &Sheet) -> Vec<Vec<String>> {
    let row = |row| (0..sheet.width()).map(|column| sheet.cell(row, column).into_owned()).collect();
    (0..sheet.row_count()).map(row).collect()
}

fn messages(bytes: &[u8], path: &str) -> Vec<String> {
    let problems = read(bytes, path, None, FILE).err().unwrap_or_default();
    problems.into_iter().map(|problem| problem.message).collect()
}

#[test]
fn cells_keep_commas_breaks_and_quotes_that_are_quoted() {
    let sheet = csv("name,price\r\n\"a, b\",1\r\n\"3\"\" pipe\",2\n\"two\nlines\", 3 \nlast,4");
    assert_eq!(sheet.header(1), "price");
    assert_eq!(rows(&sheet), [["a, b", "1"], ["3\" pipe", "2"], ["two\nlines", "3"], ["last", "4"]]);
    assert_eq!((0..4).map(|row| sheet.line(row)).collect::<Vec<_>>(), [2, 3, 4, 6]);
}

#[test]
fn a_byte_order_mark_and_blank_lines_are_passed_over() {
    let sheet = csv("\u{feff}k,v\n\na,1\n,\n\nb,2\n\n");
    assert_eq!(sheet.header(0), "k");
    assert_eq!(rows(&sheet), [["a", "1"], ["b", "2"]]);
    assert_eq!((sheet.line(0), sheet.line(1)), (3, 6));
}

#[test]
fn a_cell_knows_its_bytes_in_the_file() {
    let text = "k,v\n  a ,\"b \"\n,2\n";
    let sheet = csv(text);
    let at = |row, column| sheet.span(row, column).map(|span| &text[span.start as usize..span.end as usize]);
    assert_eq!((at(0, 0), at(0, 1)), (Some("a"), Some("\"b \"")));
    assert_eq!((at(1, 0), at(1, 1)), (Some(""), Some("2")));
}

#[test]
fn rows_of_another_width_are_named_with_their_line() {
    let found = messages(b"k,v\na,1\nb,1,250\nc\n", "t.csv");
    assert_eq!(found, ["line 3 has 3 cells; the header has 2", "line 4 has 1 cell; the header has 2"]);
}

#[test]
fn quotes_that_do_not_pair_are_refused() {
    assert_eq!(messages(b"k,v\n\"a,1\nb,2\n", "t.csv"), ["a cell begins with a quote and no quote ends it"]);
    assert_eq!(messages(b"k,v\na\"b,1\n", "t.csv"), ["a quote inside a cell that does not begin with one"]);
    assert_eq!(messages(b"k,v\n\"a\"b,1\n", "t.csv"), ["text after the quote that ends a cell"]);
}

#[test]
fn other_separators_and_encodings_are_named() {
    assert_eq!(messages(b"k;v\na;1\n", "t.csv"), ["the cells of `t.csv` are parted by `;`; expected commas"]);
    assert_eq!(
        messages(b"k\tv\na\t1\n", "t.csv"),
        ["the cells of `t.csv` are parted by tabs; expected commas"]
    );
    assert_eq!(
        messages(b"k,v\na,\xb5\n", "t.csv"),
        ["`t.csv` is not UTF-8 text: line 2, byte 3 of the line"]
    );
    assert_eq!(messages(b"\xff\xfek\0", "t.csv"), ["`t.csv` is written in UTF-16; expected UTF-8"]);
    assert_eq!(
        messages(b"k,v\na,\0\n", "t.csv"),
        ["`t.csv` holds a zero byte in line 2, so it is no text file"]
    );
    assert_eq!(messages(b"PK\x03\x04...", "t.csv").len(), 1);
    assert_eq!(messages(b"k,v\ra,1\r", "t.csv").len(), 1);
}

#[test]
fn files_without_rows_or_names_are_refused() {
    assert_eq!(messages(b"", "t.csv"), ["`t.csv` is empty; expected a header line and rows"]);
    assert_eq!(messages(b"\n,\n", "t.csv"), ["`t.csv` is empty; expected a header line and rows"]);
    assert_eq!(messages(b"k,v\n", "t.csv"), ["`t.csv` has a header and no rows"]);
    assert_eq!(messages(b"k,\na,1\n", "t.csv"), ["column 2 has no name in the header"]);
    assert_eq!(messages(b"k,k\na,1\n", "t.csv"), ["two columns are named `k`: t.csv, columns 1 and 2"]);
    assert_eq!(messages(b"k,v\n", "t.ods"), ["`t.ods` is neither a `.csv` nor an `.xlsx` file"]);
}

#[test]
fn only_the_first_problems_are_shown_and_the_rest_counted() {
    let text = format!("k,v\n{}", "a\n".repeat(150));
    let problems = read(text.as_bytes(), "t.csv", None, FILE).unwrap_err();
    assert_eq!(problems.len(), 20);
    assert_eq!(problems[19].notes, ["and 130 more problems in this file"]);
}

/// Packs a workbook with one sheet `Prices` of the given cells and a chart-free rest. Style 1 is per cent,
/// style 2 a date, style 3 a date with time.
fn workbook(sheet: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    let package = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let relations = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let book = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Prices" sheetId="1" r:id="r1"/></sheets></workbook>"#;
    let styles = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{sheet}</worksheet>"#
    );
    for (name, text) in [
        ("[Content_Types].xml", types),
        ("_rels/.rels", package),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", relations),
        ("xl/styles.xml", styles),
        ("xl/worksheets/sheet1.xml", &sheet),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part begins");
        zip.write_all(text.as_bytes()).expect("a part is written");
    }
    zip.finish().expect("the workbook is complete").into_inner()
}

fn text_cell(name: &str, text: &str) -> String {
    format!(r#"<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

fn row(number: u32, cells: &str) -> String {
    format!(r#"<row r="{number}">{cells}</row>"#)
}

/// A header in row 3, from column B on, and the rows below.
fn sheet(rows: &str) -> Vec<u8> {
    let header = row(3, &(text_cell("B3", "sku") + &text_cell("C3", "price") + &text_cell("D3", "# remark")));
    workbook(&format!("<sheetData>{header}{rows}</sheetData>"))
}

#[test]
fn a_workbook_gives_the_decimals_that_were_typed() {
    let first = row(4, &(text_cell("B4", " A1 ") + r#"<c r="C4"><v>0.10000000000000001</v></c>"#));
    let second = row(6, r#"<c r="B6"><v>1001</v></c><c r="C6" s="1"><v>7.4999999999999997E-2</v></c>"#);
    let third = row(7, r#"<c r="B7" t="b"><v>1</v></c><c r="C7" s="2"><v>46054</v></c>"#);
    let sheet =
        read(&sheet(&(first + &second + &third)), "p.xlsx", Some("Prices"), FILE).expect("it is sound");
    assert_eq!(rows(&sheet), [["A1", "0.1", ""], ["1001", "7.5%", ""], ["true", "2026-02-01", ""]]);
    let forms = [sheet.cell_form(1, 1), sheet.cell_form(2, 0), sheet.cell_form(2, 1)];
    assert_eq!(forms, [CellForm::Plain, CellForm::Bool, CellForm::Date]);
    assert_eq!(sheet.place(1, 1), "p.xlsx, sheet Prices, cell C6");
    assert_eq!(sheet.row_place(1), "p.xlsx, sheet Prices, row 6");
    assert_eq!(sheet.span(1, 1), None);
}

#[test]
fn formulas_errors_times_and_computed_digits_are_refused_with_their_cell() {
    let cells = [
        r#"<c r="B4"><f>A1</f><v>5</v></c><c r="C4" t="e"><v>#N/A</v></c><c r="D4"><f>1+1</f><v>2</v></c>"#,
        r#"<c r="B5" s="3"><v>46054.5</v></c><c r="C5"><v>0.30000000000000004</v></c><c r="E5"><v>1</v></c>"#,
    ];
    let bytes = sheet(&(row(4, cells[0]) + &row(5, cells[1])));
    assert_eq!(
        messages(&bytes, "p.xlsx"),
        [
            "p.xlsx, sheet Prices, cell C4 (`price`) holds the error `#N/A`; expected a value",
            "p.xlsx, sheet Prices, cell B5 holds a time of day; expected a date or a value",
            "p.xlsx, sheet Prices, cell C5 holds 0.30000000000000004, which has more digits than the sheet shows (15)",
            "p.xlsx, sheet Prices, cell E5 holds a value and has no header; the header reaches from B to D",
            "p.xlsx, sheet Prices, cell B4 (`sku`) holds a formula; expected a value",
        ]
    );
}

#[test]
fn merged_cells_are_refused() {
    let header = row(1, &(text_cell("A1", "sku") + &text_cell("B1", "price")));
    let rows = row(2, &(text_cell("A2", "x") + r#"<c r="B2"><v>1</v></c>"#));
    let bytes = workbook(&format!(
        r#"<sheetData>{header}{rows}</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>"#
    ));
    let found = messages(&bytes, "p.xlsx");
    assert_eq!(found, ["p.xlsx, sheet Prices, cells A2 to A3 are merged; expected one value in each cell"]);
}

#[test]
fn an_unknown_sheet_is_named_with_the_nearest() {
    let problems = read(&sheet(""), "p.xlsx", Some("Price"), FILE).unwrap_err();
    assert_eq!(problems[0].message, "`p.xlsx` has no sheet `Price`");
    assert_eq!(problems[0].help, ["did you mean `Prices`?"]);
}

#[test]
fn a_damaged_workbook_is_refused_wherever_it_is_cut() {
    let whole = sheet(&row(4, &(text_cell("B4", "A1") + r#"<c r="C4"><v>5</v></c>"#)));
    assert!(read(&whole, "p.xlsx", None, FILE).is_ok());
    for length in 0..whole.len() {
        let problems = read(&whole[..length], "p.xlsx", None, FILE).expect_err("it is cut off");
        assert_eq!(problems[0].code, codes::BAD_TABLE_FILE);
    }
}

#[test]
fn any_bytes_are_read_or_refused_without_a_panic() {
    let whole = sheet(&row(4, &(text_cell("B4", "A1") + r#"<c r="C4"><v>5</v></c>"#)));
    let mut state = 1_u64;
    for _ in 0..2_000 {
        let mut bytes = whole.clone();
        for _ in 0..3 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (state >> 33) as usize % bytes.len();
            bytes[at] = (state >> 20) as u8;
        }
        let _ = read(&bytes, "p.xlsx", None, FILE);
        let _ = read(&bytes, "p.csv", None, FILE);
    }
}

#[test]
fn columns_are_lettered_as_in_a_sheet() {
    assert_eq!([0, 25, 26, 701, 702].map(column_letters), ["A", "Z", "AA", "ZZ", "AAA"]);
}
