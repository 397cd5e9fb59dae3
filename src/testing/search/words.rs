//! A request written as a test of a book, on one line, so that it can be copied and run.

use crate::eval::Plan;
use crate::ir::{Book, Input, Name, NumberKind, Test, TestLine, TestPart, Ty, Value};
use crate::value::Exact;

/// The request of a test: `as_of 2026-01-01  line press { quantity = 50 }`.
pub(crate) fn test_text(test: &Test, plan: &Plan) -> String {
    let book = plan.book();
    let mut parts = vec![format!("as_of {}", test.as_of)];
    parts.extend(test.currency.iter().map(|currency| format!("currency {currency}")));
    for (name, value, _) in &test.market {
        let index = book.indexes.iter().find(|index| index.input.name == *name);
        let value = value_text(&Value::Number(value.clone()), index.map(|index| &index.input.ty), book);
        parts.push(format!("market {name} = {value}"));
    }
    parts.extend(
        test.rates.iter().map(|(from, to, rate, _)| format!("market {from} to {to} = {}", number(rate))),
    );
    for context in &book.contexts {
        let given = test.contexts.iter().filter(|(name, ..)| *name == context.name);
        let given = given.map(|(_, field, value)| assign(field, value, &context.fields, book));
        let given: Vec<String> = given.collect();
        if !given.is_empty() {
            parts.push(format!("given {} {{ {} }}", context.name, given.join(", ")));
        }
    }
    for (name, value) in &test.facts {
        let fact = book.facts.iter().find(|fact| fact.name == *name);
        parts.push(format!("given {name} = {}", value_text(value, fact.map(|fact| &fact.ty), book)));
    }
    parts.extend(test.entries.iter().map(|(name, value)| assign(name, value, &book.quote.entries, book)));
    parts.extend(test.lines.iter().map(|line| line_text(line, book)));
    parts.join("  ")
}

fn line_text(line: &TestLine, book: &Book) -> String {
    let product = book.products.iter().find(|product| product.name == line.product);
    let quantity = product.map(|product| &product.quantity.ty);
    let quantity = value_text(&Value::Number(line.quantity.clone()), quantity, book);
    let mut fields = vec![format!("quantity = {quantity}")];
    let options = product.map(|product| product.options.as_slice()).unwrap_or_default();
    fields.extend(line.options.iter().map(|(name, value)| assign(name, value, options, book)));
    let family = product.and_then(|product| product.family.as_ref());
    let own = book.prices.iter().find(|price| price.target == line.product);
    let price = own.or_else(|| book.prices.iter().find(|price| Some(&price.target) == family));
    let entries = price.map(|price| price.entries.as_slice()).unwrap_or_default();
    fields.extend(line.entries.iter().map(|(name, value)| assign(name, value, entries, book)));
    if entries.iter().any(|entry| entry.reason_required) {
        fields.extend(line.reason.iter().map(|reason| format!("reason = \"{reason}\"")));
    }
    fields.extend(pieces_text(line, book));
    format!("line {} {{ {} }}", line.product, fields.join(", "))
}

/// The pieces of the parts of a line, each as a test writes it.
fn pieces_text(line: &TestLine, book: &Book) -> Vec<String> {
    let mut texts = Vec::new();
    for (part, said) in &line.parts {
        match said {
            TestPart::Count(count) => texts.push(format!("{part} = {}", number(count))),
            TestPart::Pieces(pieces) => {
                texts.extend(pieces.iter().map(|piece| piece_text(part, piece, book)));
            }
        }
    }
    texts
}

fn piece_text(part: &Name, piece: &TestLine, book: &Book) -> String {
    let product = book.products.iter().find(|product| product.name == piece.product);
    let options = product.map(|product| product.options.as_slice()).unwrap_or_default();
    let mut fields = vec![format!("quantity = {}", number(&piece.quantity))];
    fields.extend(piece.options.iter().map(|(name, value)| assign(name, value, options, book)));
    fields.extend(pieces_text(piece, book));
    format!("part {part} {{ {} }}", fields.join(", "))
}

fn assign(name: &Name, value: &Value, inputs: &[Input], book: &Book) -> String {
    let input = inputs.iter().find(|input| input.name == *name);
    format!("{name} = {}", value_text(value, input.map(|input| &input.ty), book))
}

fn value_text(value: &Value, ty: Option<&Ty>, book: &Book) -> String {
    match (value, ty.map(Ty::required)) {
        (value, Some(Ty::Row(table))) => {
            let table = book.tables.iter().find(|it| it.name == *table);
            let key = table.and_then(|table| table.keys.first()).map(|key| key.ty.required());
            // A key is never a row of another table.
            value_text(value, key.filter(|key| !matches!(key, Ty::Row(_))), book)
        }
        (Value::Bool(truth), _) => truth.to_string(),
        (Value::Text(text), _) => format!("\"{text}\""),
        (Value::Date(date), _) => date.to_string(),
        (Value::Number(value), Some(Ty::Number(ty))) if !ty.unit.is_none() => {
            format!("{} {}", number(value), ty.unit)
        }
        (Value::Number(value), Some(Ty::Number(ty))) if ty.kind == NumberKind::Rate => {
            format!(
                "{}%",
                value.checked_mul(&Exact::from(100_i32)).map_or_else(|_| number(value), |it| number(&it))
            )
        }
        (Value::Number(value), _) => number(value),
        (Value::Choice(at), Some(Ty::Choice(of))) => {
            of.values.get(usize::from(*at)).map_or_else(String::new, |value| word(&value.key))
        }
        (Value::Set(set), Some(Ty::Set(of))) => {
            let held =
                of.values.iter().zip(0_u32..).filter(|(_, at)| set.checked_shr(*at).unwrap_or(0) & 1 == 1);
            let held: Vec<String> = held.map(|(value, _)| word(&value.key)).collect();
            format!("[{}]", held.join(", "))
        }
        _ => "…".to_owned(),
    }
}

fn number(value: &Exact) -> String {
    value.to_string()
}

/// A value of an enumeration: a word, or in quotes where it is none.
fn word(key: &str) -> String {
    let is_word = key.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
        && !key.starts_with(|letter: char| letter.is_numeric());
    if is_word { key.to_owned() } else { format!("\"{key}\"") }
}
