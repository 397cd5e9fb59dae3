//! Requests put into blocks, slowly and plainly: each value is read as the evaluator reads it.

use tarif::columns::{Block, Port};
use tarif::eval::{Day, Plan};
use tarif::ir::{Input, Place, Product, Value};
use tarif::quote::{Raw, Request, RequestLine, read_value};

/// Puts a request of one line into a row. What the columns do not know defers the row.
pub fn fill(
    plan: &Plan,
    ports: &[Port],
    product: &Product,
    day: &Day,
    request: &Request,
    block: &mut Block,
    row: usize,
) {
    let line = &request.lines[0];
    let rare = request.lines.len() != 1
        || line.preset.is_some()
        || !line.parts.is_empty()
        || !request.approved.is_empty();
    block.deferred[row] |= rare;
    for (at, port) in ports.iter().enumerate() {
        if port.place == Place::AsOf {
            let value = port.lane_value(&Value::Date(day.as_of)).expect("a day");
            block.set(at, row, value);
            continue;
        }
        let Some(raw) = raw(product, &port.place, request, line) else { continue };
        let input = input(plan, product, &port.place);
        match read_value(plan, day, input, raw) {
            Ok(Value::Absent) if input.default.is_none() => {}
            Ok(value) => match port.lane_value(&value) {
                Some(value) => block.set(at, row, value),
                None => block.deferred[row] = true,
            },
            Err(_) => block.deferred[row] = true,
        }
    }
}

fn find<'r>(fields: &'r [(String, Raw)], name: &str) -> Option<&'r Raw> {
    fields.iter().find(|(field, _)| field == name).map(|(_, raw)| raw)
}

/// What a request says of a place.
fn raw<'r>(product: &Product, place: &Place, request: &'r Request, line: &'r RequestLine) -> Option<&'r Raw> {
    match place {
        Place::Context { context, field } => match find(&request.fields, context)? {
            Raw::Object(fields) => find(fields, field),
            _ => None,
        },
        Place::Fact(name) => find(&request.fields, name),
        Place::Index(name) => match find(&request.market, name)? {
            Raw::Object(fields) => find(fields, "value"),
            raw => Some(raw),
        },
        Place::Quantity => line.quantity.as_ref(),
        Place::Member(name) => {
            let beside = product.options.iter().any(|it| it.name == *name && it.with_line);
            find(if beside { &line.fields } else { &line.options }, name)
        }
        Place::Entry { level: tarif::ir::Level::Quote, name } => find(&request.fields, name),
        Place::Entry { name, .. } => find(&line.fields, name),
        _ => None,
    }
}

fn input<'p>(plan: &'p Plan, product: &'p Product, place: &Place) -> &'p Input {
    let book = plan.book();
    let price = book.prices.iter().find(|it| it.target == product.name);
    let price = price.or_else(|| book.prices.iter().find(|it| Some(&it.target) == product.family.as_ref()));
    let found = match place {
        Place::Context { context, field } => {
            let context = book.contexts.iter().find(|it| it.name == *context);
            context.and_then(|it| it.fields.iter().find(|it| it.name == *field))
        }
        Place::Fact(name) => book.facts.iter().map(|it| &**it).find(|it| it.name == *name),
        Place::Index(name) => book.indexes.iter().map(|it| &it.input).find(|it| it.name == *name),
        Place::Quantity => Some(&product.quantity),
        Place::Member(name) => product.options.iter().find(|it| it.name == *name),
        Place::Entry { level: tarif::ir::Level::Quote, name } => {
            book.quote.entries.iter().find(|it| it.name == *name)
        }
        Place::Entry { name, .. } => price.and_then(|it| it.entries.iter().find(|it| it.name == *name)),
        _ => None,
    };
    found.expect("an input of the book")
}
