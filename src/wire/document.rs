//! A JSON document to be written, its fields in the order in which they were put.

use serde_json::{Map, Value};

/// A JSON document, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document(pub(super) Value);

impl Document {
    /// On one line, without a line break: a line of NDJSON.
    pub fn line(&self) -> String {
        self.0.to_string()
    }

    /// On many lines with indentation, and a line break at the end.
    pub fn pretty(&self) -> String {
        let text = serde_json::to_string_pretty(&self.0).unwrap_or_else(|_| self.0.to_string());
        text + "\n"
    }
}

/// An object under construction.
#[derive(Debug, Default)]
pub(super) struct Object(Map<String, Value>);

impl Object {
    /// Adds a field.
    pub(super) fn put(mut self, name: &str, value: impl Into<Value>) -> Object {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a field where there is a value.
    pub(super) fn maybe(self, name: &str, value: Option<impl Into<Value>>) -> Object {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }

    /// Adds the fields of another object.
    pub(super) fn and(mut self, other: Value) -> Object {
        if let Value::Object(fields) = other {
            self.0.extend(fields);
        }
        self
    }

    /// Adds a list where it is not empty.
    pub(super) fn list_if_any(self, name: &str, values: Vec<Value>) -> Object {
        if values.is_empty() { self } else { self.put(name, values) }
    }

    /// Adds a list, also an empty one.
    pub(super) fn list<'t, T: 't>(
        self,
        name: &str,
        items: impl IntoIterator<Item = &'t T>,
        one: impl Fn(&T) -> Value,
    ) -> Object {
        self.put(name, items.into_iter().map(one).collect::<Vec<Value>>())
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::Object(object.0)
    }
}

/// A text as a JSON value.
pub(super) fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}
