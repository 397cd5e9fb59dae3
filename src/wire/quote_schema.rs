//! The JSON Schema of quotes and refusals: the same for every book, but for the book's own names.

use serde_json::Value;

use super::document::text;
use crate::ir::Book;

/// The schema without the names of a book.
const TEXT: &str = include_str!("quote.schema.json");

/// The schema of the quotes and refusals of a book.
pub(super) fn quote(book: &Book) -> Value {
    let mut schema: Value = serde_json::from_str(TEXT).unwrap_or(Value::Null);
    let mut name = |path: &str, value: Value| {
        if let Some(place) = schema.pointer_mut(path) {
            *place = value;
        }
    };
    let constant = |value: &str| serde_json::json!({ "const": value });
    name("/$defs/book/properties/name", constant(&book.name));
    let currencies: Vec<Value> = book.currencies.iter().map(|code| text(code)).collect();
    name("/$defs/quote/properties/currency", serde_json::json!({ "enum": currencies }));
    let products: Vec<Value> = book.products.iter().map(|product| text(&product.name)).collect();
    if !products.is_empty() {
        name("/$defs/line/properties/product", serde_json::json!({ "enum": products }));
    }
    schema
}
