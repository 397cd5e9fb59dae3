//! The JSON Schema of answers about configurations: the same for every book, but for the book's own names.

use serde_json::Value;

use super::document::text;
use crate::ir::Book;

/// The schema without the names of a book.
const TEXT: &str = include_str!("configuration.schema.json");

/// The schema of the answers about a book's products.
pub(super) fn configuration(book: &Book) -> Value {
    let mut schema: Value = serde_json::from_str(TEXT).unwrap_or(Value::Null);
    let products: Vec<Value> = book.products.iter().map(|product| text(&product.name)).collect();
    if let Some(place) = schema.pointer_mut("/$defs/answer/properties/product")
        && !products.is_empty()
    {
        *place = serde_json::json!({ "enum": products });
    }
    schema
}
