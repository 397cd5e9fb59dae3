//! Prices a table in memory: Arrow record batches in, record batches out.
//!
//! ```sh
//! cargo run --example arrow
//! ```

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use tarif::Book;
use tarif::batch::{Pricer, Question, TablePricer};
use tarif::eval::Field;
use tarif::value::Date;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let book = Book::load(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/w1"))?;

    // What is asked of every row, and the day of rows that do not say one.
    let fields = ["id", "line.net", "margin", "approvals"];
    let fields: Result<Vec<Field>, String> =
        fields.iter().map(|text| Field::parse(book.ir(), text)).collect();
    let question = Question { fields: fields?, as_of: Date::parse("2026-03-01").ok(), ..Question::default() };
    let pricer = Pricer::new(book.plan(), question);

    let text = |values: [&'static str; 2]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
    let orders = RecordBatch::try_from_iter([
        ("id", text(["a", "b"])),
        ("customer.tier", text(["gold", "silver"])),
        ("customer.region", text(["eu", "us"])),
        ("deal.terms", text(["net30", "prepaid"])),
        ("material_index", text(["2.80", "2.80"])),
        ("sku", text(["SKU-00014", "SKU-00096"])),
        ("finish", text(["painted", "raw"])),
        ("material", text(["std", "stainless"])),
        ("controls", text(["basic", "basic"])),
        ("warranty", text(["y2", "y1"])),
        ("quantity", Arc::new(Int64Array::from(vec![12, 400])) as ArrayRef),
    ])?;

    let table = TablePricer::new(&pricer, &orders.schema())?;
    let (prices, summary) = table.price(&orders, 1)?;
    println!("{prices:?}");
    println!("{} rows, {} of them in columns", summary.rows, summary.in_columns);
    Ok(())
}
