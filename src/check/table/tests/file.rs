//! Tables whose rows are in files.

use proptest::prelude::*;

use super::*;

fn file(source: &str, csv: &str) -> (Option<ir::Table>, Vec<Diagnostic>) {
    let file = crate::sheet::read(csv.as_bytes(), "t.csv", None, FileId(3)).map(Arc::new);
    check(source, Some(&file))
}

#[test]
fn a_file_is_read_by_the_names_of_its_columns() {
    let (table, problems) = file(
        "table t(r: region, m: kg) -> CNY from \"t.csv\"",
        "t,# who,r,m\n5,ann,east,from 0\n6 CNY,,east,from 5 t\nn/a,,north or south,any\n",
    );
    assert_eq!(said(&problems), [""; 0]);
    let table = table.expect("it is sound");
    let rows = &table.versions[0].rows;
    assert_eq!(rows.values[0], [Some(number("5")), Some(number("6")), None]);
    assert_eq!(rows.keys[1][1], band(Some(("5000", true)), None));
    assert_eq!(rows.places, ir::RowPlaces::Lines { file: "t.csv".into(), lines: vec![2, 3, 4] });
}

#[test]
fn columns_of_a_file_must_be_those_of_the_table() {
    let source = "table t(sku: text) -> { price: CNY, mass: kg } from \"t.csv\"";
    let (_, problems) = file(source, "sku,prise,mass\nA,1,2\n");
    assert_eq!(
        said(&problems),
        ["`t.csv` has a column `prise` that the table `t` does not name", "`t.csv` lacks a column `price`"]
    );
    assert_eq!(problems[0].help[0], "did you mean `price`?");
    assert_eq!(problems[0].labels[0].span.file, FileId(3));
    let (table, _) = file(source, "mass,sku,price\n2,A,1\n3,B,n/a\n");
    assert_eq!(table.map(|table| table.versions[0].reach.clone()), Some(vec![Reach::Listed]));
}

#[test]
fn broken_cells_of_a_file_are_marked_in_it() {
    let csv = "sku,t\nA,5%\nB,5\nC,\nA,7%\n";
    let (_, problems) = file("table t(sku: text) -> rate from \"t.csv\"", csv);
    assert_eq!(
        said(&problems),
        ["found the plain number `5`; expected a rate in per cent", "the cell is empty"]
    );
    assert_eq!(problems[0].labels[0].span, Span::new(FileId(3), 13, 14));
    let csv = "sku,t\nA,5%\nB,6%\nA,7%\nelse,0%\n";
    let (_, problems) = file("table t(sku: text) -> rate from \"t.csv\"", csv);
    assert_eq!(said(&problems), ["two rows answer for sku = \"A\""]);
    let marked: Vec<&str> = problems[0]
        .labels
        .iter()
        .map(|label| &csv[label.span.start as usize..label.span.end as usize])
        .collect();
    assert_eq!(marked, ["A,7%", "A,5%"]);
}

#[test]
fn an_else_row_of_a_file_stands_alone() {
    let source = "table t(sku: text, r: region) -> CNY from \"t.csv\"";
    let (table, _) = file(source, "sku,r,t\nA,east,1\nelse,,2\n");
    assert_eq!(
        table.map(|table| table.versions[0].rows.otherwise.clone()),
        Some(Some(vec![Some(number("2"))]))
    );
    let (_, problems) = file(source, "sku,r,t\nA,east,1\nelse,east,2\n");
    assert_eq!(said(&problems), ["a key beside `else`"]);
    let (_, problems) = check(source, None);
    assert_eq!(said(&problems), ["there is no file `t.csv`"]);
}

#[test]
fn two_hundred_thousand_rows_are_within_the_steps_of_the_proof() {
    let mut csv = String::from("sku,r,t\n");
    for row in 0..200_000 {
        csv.push_str(&format!("SKU-{row:06},any,{row}\n"));
    }
    let (table, problems) = file("table t(sku: text, r: region) -> CNY from \"t.csv\"", &csv);
    assert!(problems.is_empty());
    assert_eq!(table.map(|table| table.versions[0].rows.values[0].len()), Some(200_000));
}

#[test]
fn a_workbook_gives_the_rows_that_the_same_table_in_csv_gives() {
    let csv = include_bytes!("../../../../rules/fasteners/articles.csv");
    let xlsx = include_bytes!("../../../../rules/fasteners/articles.xlsx");
    let csv = crate::sheet::read(csv, "articles.csv", None, FileId(3)).expect("it is sound");
    let xlsx = crate::sheet::read(xlsx, "articles.xlsx", None, FileId(3)).expect("it is sound");
    assert_eq!((csv.width(), csv.row_count()), (xlsx.width(), xlsx.row_count()));
    for row in 0..csv.row_count() {
        for column in 0..csv.width() {
            assert_eq!(csv.cell(row, column), xlsx.cell(row, column), "{}", xlsx.place(row, column));
        }
    }
}

proptest! {
    #[test]
    fn any_cells_make_a_table_or_problems(cells in prop::collection::vec("[a-z0-9 .,%_eE+-]{0,12}|from [0-9]{1,3}|above 5 up to [0-9]|any|else|n/a|east or north", 0..24)) {
        let mut csv = String::from("r,m,t\n");
        for row in cells.chunks(3) {
            let quoted: Vec<String> = row.iter().map(|cell| format!("\"{cell}\"")).collect();
            csv.push_str(&quoted.join(","));
            csv.push('\n');
        }
        let (table, problems) = file("table t(r: region, m: kg) -> CNY from \"t.csv\"", &csv);
        prop_assert_eq!(table.is_none(), crate::diagnostic::has_errors(&problems));
    }
}
