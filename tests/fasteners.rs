//! The distributor's twenty thousand articles give the same quotes from CSV as from XLSX.

use std::path::PathBuf;

use tarif::{Book, Request};

#[expect(clippy::disallowed_methods, reason = "the test reads the files of a book")]
fn files() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules/fasteners");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("the book is there")
        .map(|entry| {
            let path = entry.expect("an entry of the folder").path();
            let name = path.file_name().expect("a file name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("a file of the book"))
        })
        .collect();
    files.sort();
    files
}

/// The book with its articles in the workbook.
fn from_workbook() -> Book {
    let files = files().into_iter().map(|(name, bytes)| match name.as_str() {
        "book.tarif" => {
            let text = String::from_utf8(bytes).expect("the book is text");
            assert!(text.contains("\"articles.csv\""), "the book names its articles");
            (name, text.replace("\"articles.csv\"", "\"articles.xlsx\" sheet \"articles\"").into_bytes())
        }
        _ => (name, bytes),
    });
    Book::from_files(files).expect("the book of the workbook is clean")
}

/// What a quote says, without the marks of the book that it was made with.
fn figures(book: &Book, request: &Request) -> String {
    let quote = book.quote(request).expect("a quote");
    let line = &quote.lines[0];
    format!(
        "{:?} {:?} {:?} {:?} {:?}",
        line.options, line.values, line.list, line.applied, quote.totals.total
    )
}

#[test]
fn csv_and_xlsx_give_the_same_quote_for_each_five_hundredth_article() {
    let (csv, xlsx) = (Book::from_files(files()).expect("the book of the CSV is clean"), from_workbook());
    let (_, articles) = files().into_iter().find(|(name, _)| name == "articles.csv").expect("the articles");
    let articles = String::from_utf8(articles).expect("the articles are text");
    let skus: Vec<&str> = articles.lines().skip(1).filter_map(|row| row.split(',').next()).collect();
    assert_eq!(skus.len(), 20_000);
    for (at, sku) in skus.iter().enumerate().step_by(500) {
        let request = format!(
            r#"{{ "as_of": "2026-03-02", "customer": {{ "region": "eu" }},
                 "lines": [{{ "product": "fastener", "quantity": {}, "options": {{ "sku": "{sku}" }} }}] }}"#,
            1 + at * 7
        );
        let request = Request::from_json(&request).expect("a request");
        assert_eq!(figures(&csv, &request), figures(&xlsx, &request), "article {sku}");
    }
}
