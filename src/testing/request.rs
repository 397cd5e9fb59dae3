//! The request of a test, as if it had been read.

use crate::ir::{self, Book, Element, Name, TestPart, Ty, Value};
use crate::quote::{Raw, Request, RequestLine, RequestPart};
use crate::value::Exact;

/// The request of a test.
pub fn request_of(test: &ir::Test, book: &Book) -> Request {
    let mut fields = contexts(test);
    fields.extend(test.facts.iter().map(|(name, value)| {
        let fact = book.facts.iter().find(|fact| fact.name == *name);
        (
            name.to_string(),
            fact.map_or_else(|| Raw::Typed(value.clone()), |fact| fact_of(&fact.ty, value, book)),
        )
    }));
    fields.extend(test.entries.iter().map(|(name, value)| (name.to_string(), Raw::Typed(value.clone()))));
    Request {
        id: None,
        as_of: Some(Raw::Typed(Value::Date(test.as_of))),
        currency: test.currency.as_ref().map(|code| Raw::Text(code.to_string())),
        market: market(test),
        reason: test.reason.as_ref().map(|reason| reason.to_string()),
        fields,
        lines: test.lines.iter().map(|line| line_of(line, book)).collect(),
        author: None,
        approved: Vec::new(),
    }
}

/// Fields of one context stand together, in the order written.
fn contexts(test: &ir::Test) -> Vec<(String, Raw)> {
    let mut contexts: Vec<(String, Vec<(String, Raw)>)> = Vec::new();
    for (context, field, value) in &test.contexts {
        let field = (field.to_string(), Raw::Typed(value.clone()));
        match contexts.iter_mut().find(|(name, _)| name == context.as_ref()) {
            Some((_, fields)) => fields.push(field),
            None => contexts.push((context.to_string(), vec![field])),
        }
    }
    contexts.into_iter().map(|(name, fields)| (name, Raw::Object(fields))).collect()
}

fn market(test: &ir::Test) -> Vec<(String, Raw)> {
    let dated = |value: &Exact, date| {
        Raw::Object(vec![
            ("value".to_owned(), Raw::Typed(Value::Number(value.clone()))),
            ("date".to_owned(), Raw::Typed(Value::Date(date))),
        ])
    };
    let indexes = test.market.iter().map(|(name, value, date)| (name.to_string(), dated(value, *date)));
    let rates = test.rates.iter().map(|(from, to, rate, date)| (format!("{from}/{to}"), dated(rate, *date)));
    indexes.chain(rates).collect()
}

fn line_of(line: &ir::TestLine, book: &Book) -> RequestLine {
    let option = |(name, value): &(Name, Value)| (name.to_string(), option_value(line, name, value, book));
    let entry = |(name, value): &(Name, Value)| (name.to_string(), Raw::Typed(value.clone()));
    let product = book.products.iter().find(|product| product.name == line.product);
    let given =
        |name: &Name| product.is_some_and(|it| it.options.iter().any(|it| it.with_line && it.name == *name));
    let (facts, options): (Vec<_>, Vec<_>) = line.options.iter().partition(|(name, _)| given(name));
    let fields = facts.into_iter().map(option).chain(line.entries.iter().map(entry));
    RequestLine {
        id: Some(line.id.to_string()),
        product: Some(Raw::Text(line.product.to_string())),
        quantity: Some(Raw::Typed(Value::Number(line.quantity.clone()))),
        preset: line.preset.as_ref().map(|preset| Raw::Text(preset.to_string())),
        fields: fields.collect(),
        options: options.into_iter().map(option).collect(),
        reason: line.reason.as_ref().map(|reason| reason.to_string()),
        parts: line.parts.iter().map(|(name, part)| (name.to_string(), part_of(part, book))).collect(),
    }
}

fn part_of(part: &TestPart, book: &Book) -> RequestPart {
    match part {
        TestPart::Count(count) => RequestPart::Count(Raw::Typed(Value::Number(count.clone()))),
        TestPart::Pieces(pieces) => {
            let piece = |piece: &ir::TestLine| RequestLine { product: None, ..line_of(piece, book) };
            RequestPart::Pieces(pieces.iter().map(piece).collect())
        }
    }
}

/// A fact; of a list every element by its fields, of which absent ones are left out.
fn fact_of(ty: &Ty, value: &Value, book: &Book) -> Raw {
    match (ty.required(), value) {
        (Ty::List(list), Value::List(elements)) => {
            let element = |element: &Element| match list.fields.as_slice() {
                [one] if !list.record => {
                    element.first().map_or(Raw::Null, |value| fact_of(&one.ty, value, book))
                }
                fields => {
                    let said =
                        fields.iter().zip(element.iter()).filter(|(_, value)| **value != Value::Absent);
                    Raw::Object(
                        said.map(|(it, value)| (it.name.to_string(), fact_of(&it.ty, value, book))).collect(),
                    )
                }
            };
            Raw::List(elements.iter().map(element).collect())
        }
        (Ty::Row(table), value) => row_key(table, value, book),
        (_, value) => Raw::Typed(value.clone()),
    }
}

/// A test names a row of a table by its key, as a request does.
fn option_value(line: &ir::TestLine, name: &str, value: &Value, book: &Book) -> Raw {
    let product = book.products.iter().find(|product| product.name == line.product);
    let option =
        product.and_then(|product| product.options.iter().find(|option| option.name.as_ref() == name));
    option.map_or_else(|| Raw::Typed(value.clone()), |option| fact_of(&option.ty, value, book))
}

fn row_key(table: &str, key: &Value, book: &Book) -> Raw {
    let table = book.tables.iter().find(|it| it.name.as_ref() == table);
    let ty = table.and_then(|table| table.keys.first()).map(|key| key.ty.required());
    match (key, ty) {
        (Value::Text(text), _) => Raw::Text(text.to_string()),
        (Value::Choice(at), Some(Ty::Choice(of))) => {
            let word = of.values.get(usize::from(*at)).map(|value| value.key.to_string());
            Raw::Text(word.unwrap_or_default())
        }
        (Value::Number(number), _) => Raw::Number(number.to_string()),
        (Value::Bool(bool), _) => Raw::Bool(*bool),
        (other, _) => Raw::Typed(other.clone()),
    }
}
