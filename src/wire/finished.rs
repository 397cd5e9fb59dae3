//! A whole configuration as the line of a request, and requests back into JSON.

use std::str::FromStr;

use serde_json::Value as Json;

use super::document::{Document, Object, text};
use crate::configure::{Completion, Model, Slot, SlotId, SlotKind, Standing, Words};
use crate::eval::set_holds;
use crate::ir::{Book, NumberKind, Product, Ty, Value};
use crate::quote::{Raw, Request, RequestLine, RequestPart, Signed, SignedValue};
use crate::value::Exact;

/// The line of a request that a whole configuration is. Nothing is left to a default of the book, so that the line
/// stays what it is when the book changes; what is absent is left out, unless a default would bring it back.
pub fn line_of(model: &Model, words: &Words<'_>, completion: &Completion) -> RequestLine {
    let mut line =
        RequestLine { product: Some(Raw::Text(model.product.to_string())), ..RequestLine::default() };
    // A part stands before its pieces, so its pieces are there when their options come.
    for it in &completion.slots {
        let Some(slot) = model.slot(it.slot) else { continue };
        let raw = match &it.value {
            Value::Absent if slot.optional && slot.default.is_some() => Raw::Null,
            Value::Absent => continue,
            value => raw(slot, words, value, it.slot),
        };
        let (pieces, name) = slot.path.rsplit_once('.').unwrap_or(("", &slot.path));
        match (slot.kind, &it.value) {
            (SlotKind::Quantity, _) => line.quantity = Some(raw),
            (SlotKind::Option, _) => {
                if let Some(piece) = piece(&mut line, pieces) {
                    piece.options.push((name.to_owned(), raw));
                }
            }
            (SlotKind::LineFact, _) if it.standing == Standing::Chosen => {
                if let Some(piece) = piece(&mut line, pieces) {
                    piece.fields.push((name.to_owned(), raw));
                }
            }
            (SlotKind::PartCount, Value::Number(count)) => {
                let count = count.to_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
                if let Some(piece) = piece(&mut line, pieces) {
                    let pieces = vec![RequestLine::default(); count];
                    piece.parts.push((name.to_owned(), RequestPart::Pieces(pieces)));
                }
            }
            _ => {}
        }
    }
    let book = model.plan.book();
    if let Some(product) = book.products.iter().find(|product| product.name == model.product) {
        let quantity = match &line.quantity {
            Some(Raw::Number(digits)) => Exact::parse(digits).unwrap_or(Exact::ONE),
            _ => Exact::ONE,
        };
        put_together(book, product, &quantity, &mut line);
    }
    line
}

/// Puts alike pieces together where one by one they cannot be ordered, or where nothing is chosen for any: as many
/// as their product can be ordered of, so many bundles being ordered.
fn put_together(book: &Book, product: &Product, bundles: &Exact, line: &mut RequestLine) {
    for (name, part) in &mut line.parts {
        let of = product.parts.iter().find(|part| part.name.as_ref() == name.as_str());
        let of = of.and_then(|part| book.products.iter().find(|product| product.name == part.product));
        let (RequestPart::Pieces(pieces), Some(of)) = (&mut *part, of) else { continue };
        let mut alike: Vec<(RequestLine, usize)> = Vec::new();
        for mut piece in std::mem::take(pieces) {
            put_together(book, of, bundles, &mut piece);
            match alike.iter_mut().find(|(known, _)| *known == piece) {
                Some((_, count)) => *count += 1,
                None => alike.push((piece, 1)),
            }
        }
        let fits = |count: usize| {
            let ordered = bundles.checked_mul(&Exact::from(u64::try_from(count).unwrap_or(u64::MAX)));
            ordered.is_ok_and(|ordered| of.quantity.domain.contains(&ordered))
        };
        let are_plain = alike.iter().all(|(piece, _)| *piece == RequestLine::default());
        let stay_single = fits(1) && !are_plain;
        for (piece, count) in alike {
            let groups = if stay_single { vec![1; count] } else { groups(count, &fits) };
            pieces.extend(groups.into_iter().map(|group| {
                let quantity = (group > 1).then(|| Raw::Number(group.to_string()));
                RequestLine { quantity, ..piece.clone() }
            }));
        }
        if let [RequestLine { quantity: Some(count), .. }] = pieces.as_slice()
            && are_plain
        {
            *part = RequestPart::Count(count.clone());
        }
    }
}

/// Parts a number of alike pieces into as few groups as each can be ordered in; one by one where there is no way.
fn groups(count: usize, fits: &impl Fn(usize) -> bool) -> Vec<usize> {
    for groups in 1..=count {
        // Groups of nearly one size: if any sizes fit a range, these do.
        let (each, larger) = (count / groups, count % groups);
        if fits(each) && (larger == 0 || fits(each + 1)) {
            return (0..groups).map(|at| each + usize::from(at < larger)).collect();
        }
    }
    vec![1; count]
}

/// The piece at a path such as `dies[1].pins[2]`; the line itself at the empty one. None where there is no such
/// piece.
fn piece<'l>(line: &'l mut RequestLine, path: &str) -> Option<&'l mut RequestLine> {
    let mut at = line;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let (name, number) = step.strip_suffix(']')?.split_once('[')?;
        let (_, part) = at.parts.iter_mut().find(|(known, _)| known == name)?;
        let RequestPart::Pieces(pieces) = part else { return None };
        at = pieces.get_mut(number.parse::<usize>().ok()?.checked_sub(1)?)?;
    }
    Some(at)
}

/// A request with a whole configuration as its one line, and what another request says beside its lines. What was
/// chosen of the customer and the like stands in it too; what is merely possible does not.
pub fn request_with(
    around: Option<&Request>,
    model: &Model,
    words: &Words<'_>,
    completion: &Completion,
) -> Request {
    let mut request = Request::default();
    if let Some(around) = around {
        request.id.clone_from(&around.id);
        request.currency.clone_from(&around.currency);
        request.market.clone_from(&around.market);
        request.reason.clone_from(&around.reason);
        request.author.clone_from(&around.author);
        request.fields.clone_from(&around.fields);
    }
    request.as_of = Some(Raw::Text(model.day.to_string()));
    for it in completion.slots.iter().filter(|it| it.standing == Standing::Chosen) {
        let Some(slot) = model.slot(it.slot).filter(|_| it.value != Value::Absent) else { continue };
        let raw = raw(slot, words, &it.value, it.slot);
        match (slot.kind, slot.path.split_once('.')) {
            (SlotKind::Context, Some((context, name))) => match field(&mut request.fields, context) {
                Raw::Object(fields) => *field(fields, name) = raw,
                other => *other = Raw::Object(vec![(name.to_owned(), raw)]),
            },
            (SlotKind::Context, None) => request.currency = Some(raw),
            (SlotKind::Fact, _) => *field(&mut request.fields, &slot.path) = raw,
            // A figure that came with its date keeps it.
            (SlotKind::Index, _) => match field(&mut request.market, &slot.path) {
                Raw::Object(fields) => *field(fields, "value") = raw,
                other => *other = raw,
            },
            _ => {}
        }
    }
    request.lines = vec![line_of(model, words, completion)];
    request
}

/// The place of a field; an empty one where there was none.
fn field<'f>(fields: &'f mut Vec<(String, Raw)>, name: &str) -> &'f mut Raw {
    let at = fields.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
        fields.push((name.to_owned(), Raw::Null));
        fields.len() - 1
    });
    &mut fields[at].1
}

fn raw(slot: &Slot, words: &Words<'_>, value: &Value, id: SlotId) -> Raw {
    match (value, slot.ty.required()) {
        (Value::Bool(truth), _) => Raw::Bool(*truth),
        (Value::Number(number), Ty::Number(of)) if of.unit.is_none() && of.kind != NumberKind::Rate => {
            Raw::Number(number.to_string())
        }
        (Value::Set(set), Ty::Set(of)) => {
            let held = of.values.iter().enumerate().filter(|(at, _)| set_holds(*set, *at));
            Raw::List(held.map(|(_, value)| Raw::Text(value.key.to_string())).collect())
        }
        _ => Raw::Text(words.written(id, value)),
    }
}

/// A request as JSON, which [`read_request`](super::read_request) reads back.
pub fn request_to_json(request: &Request) -> Document {
    let maybe = |raw: &Option<Raw>| raw.as_ref().map(json);
    let mut object = Object::default()
        .maybe("id", request.id.as_deref())
        .maybe("as_of", maybe(&request.as_of))
        .maybe("currency", maybe(&request.currency));
    for (name, raw) in &request.fields {
        object = object.put(name, json(raw));
    }
    if !request.market.is_empty() {
        object = object.put("market", fields(&request.market));
    }
    let object = object
        .maybe("reason", request.reason.as_deref())
        .maybe("author", request.author.as_deref())
        .list("lines", &request.lines, line)
        .list_if_any("approved", request.approved.iter().map(signed).collect());
    Document::of(object.into())
}

/// A line as a request has it.
pub(super) fn line(line: &RequestLine) -> Json {
    let maybe = |raw: &Option<Raw>| raw.as_ref().map(json);
    let mut object = Object::default()
        .maybe("id", line.id.as_deref())
        .maybe("product", maybe(&line.product))
        .maybe("quantity", maybe(&line.quantity))
        .maybe("preset", maybe(&line.preset));
    if !line.options.is_empty() {
        object = object.put("options", fields(&line.options));
    }
    if !line.parts.is_empty() {
        let parts =
            line.parts.iter().fold(Object::default(), |object, (name, it)| object.put(name, part(it)));
        object = object.put("parts", parts);
    }
    for (name, raw) in &line.fields {
        object = object.put(name, json(raw));
    }
    object.maybe("reason", line.reason.as_deref()).into()
}

/// Pieces without a choice are a number.
fn part(part: &RequestPart) -> Json {
    match part {
        RequestPart::Count(count) => json(count),
        RequestPart::Pieces(pieces) if pieces.iter().all(|piece| *piece == RequestLine::default()) => {
            Json::from(pieces.len())
        }
        RequestPart::Pieces(pieces) => pieces.iter().map(line).collect(),
    }
}

fn signed(signed: &Signed) -> Json {
    let tested = |it: &SignedValue| -> Json {
        let object = Object::default().maybe("line", it.line.as_deref());
        let object = object.put("what", it.what.as_str()).put("value", it.value.as_str());
        object.maybe("against", it.against.as_deref()).into()
    };
    Object::default()
        .put("who", signed.who.as_str())
        .maybe("by", signed.by.as_deref())
        .put("rule", signed.rule.as_str())
        .put("hash", signed.hash.as_str())
        .list("tested", &signed.tested, tested)
        .into()
}

fn fields(fields: &[(String, Raw)]) -> Object {
    fields.iter().fold(Object::default(), |object, (name, raw)| object.put(name, json(raw)))
}

fn json(raw: &Raw) -> Json {
    match raw {
        Raw::Null | Raw::Typed(_) => Json::Null,
        Raw::Bool(truth) => Json::Bool(*truth),
        Raw::Number(digits) => {
            serde_json::Number::from_str(digits).map_or_else(|_| text(digits), Json::Number)
        }
        Raw::Text(it) => text(it),
        Raw::List(items) => items.iter().map(json).collect(),
        Raw::Object(inner) => fields(inner).into(),
    }
}
