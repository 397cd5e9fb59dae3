//! Rows of results as NDJSON and as CSV.

use super::view::{Row, SHARE_PLACES, Style, Values, View, view};
use crate::eval::{Field, amount_text};
use crate::value::Exact;
use crate::wire;

/// Every reader takes whole numbers below this exactly from a JSON number.
const EVERY_READER: u64 = 1 << 53;

/// What begins each value of an NDJSON row: `{"id":`, `,"net":`.
#[derive(Debug)]
pub(super) struct JsonKeys(Vec<Vec<u8>>);

impl JsonKeys {
    pub fn new(fields: &[Field]) -> JsonKeys {
        let key = |(at, field): (usize, &Field)| {
            let mut key = vec![if at == 0 { b'{' } else { b',' }];
            wire::quoted(&field.name, &mut key);
            key.push(b':');
            key
        };
        JsonKeys(fields.iter().enumerate().map(key).collect())
    }
}

/// Writes a row as a line of NDJSON. A refused one has its number, its id and the reason.
pub(super) fn json_row(row: &Row<'_>, keys: &JsonKeys, out: &mut Vec<u8>) {
    if let Values::Refused { reason, .. } = row.values {
        out.extend_from_slice(b"{\"row\":");
        whole(row.number, out);
        if let Some(id) = row.id {
            out.extend_from_slice(b",\"id\":");
            wire::quoted(id, out);
        }
        out.extend_from_slice(b",\"error\":");
        wire::quoted(reason, out);
        out.extend_from_slice(b"}\n");
        return;
    }
    for (at, key) in keys.0.iter().enumerate() {
        out.extend_from_slice(key);
        json_value(&row.value(at), out);
    }
    if keys.0.is_empty() {
        out.push(b'{');
    }
    out.extend_from_slice(b"}\n");
}

fn json_value(value: &View<'_>, out: &mut Vec<u8>) {
    match value {
        View::Nothing => out.extend_from_slice(b"null"),
        View::Text(text) => wire::quoted(text, out),
        View::Owned(text) => wire::quoted(text, out),
        View::Flag(true) => out.extend_from_slice(b"true"),
        View::Flag(false) => out.extend_from_slice(b"false"),
        View::Names(names) => list(names.iter(), out, |name, out| wire::quoted(name, out)),
        View::OwnedNames(names) => list(names.iter(), out, |name, out| wire::quoted(name, out)),
        View::Chosen(names, bits) => {
            let chosen = names.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
            list(chosen, out, |(_, name), out| wire::quoted(name, out));
        }
        View::Lines(cells) => list(cells.iter(), out, |cell, out| json_value(&view(cell), out)),
        View::Scaled { units, scale: 0, style: Style::Number } if units.unsigned_abs() < EVERY_READER => {
            scaled(*units, 0, Style::Number, out);
        }
        View::Scaled { units, scale, style } => {
            out.push(b'"');
            scaled(*units, *scale, *style, out);
            out.push(b'"');
        }
        View::Exact(number, Style::Number)
            if number.to_i64().is_some_and(|it| it.unsigned_abs() < EVERY_READER) =>
        {
            out.extend_from_slice(number.to_string().as_bytes());
        }
        View::Exact(number, style) => wire::quoted(&exact(number, *style), out),
    }
}

fn list<T>(items: impl Iterator<Item = T>, out: &mut Vec<u8>, one: impl Fn(T, &mut Vec<u8>)) {
    out.push(b'[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        one(item, out);
    }
    out.push(b']');
}

/// The cells of a row of CSV, as text; names and values of several lines stand behind each other with `|`.
pub(super) fn csv_cell(value: &View<'_>, out: &mut Vec<u8>) {
    match value {
        View::Nothing => {}
        View::Text(text) => out.extend_from_slice(text.as_bytes()),
        View::Owned(text) => out.extend_from_slice(text.as_bytes()),
        View::Flag(true) => out.extend_from_slice(b"true"),
        View::Flag(false) => out.extend_from_slice(b"false"),
        View::Names(names) => joined(names.iter().map(|name| &**name), out),
        View::OwnedNames(names) => joined(names.iter().map(|name| &**name), out),
        View::Chosen(names, bits) => {
            let chosen = names.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
            joined(chosen.map(|(_, name)| &**name), out);
        }
        View::Lines(cells) => {
            for (at, cell) in cells.iter().enumerate() {
                if at > 0 {
                    out.push(b'|');
                }
                csv_cell(&view(cell), out);
            }
        }
        View::Scaled { units, scale, style } => scaled(*units, *scale, *style, out),
        View::Exact(number, style) => out.extend_from_slice(exact(number, *style).as_bytes()),
    }
}

fn joined<'n>(names: impl Iterator<Item = &'n str>, out: &mut Vec<u8>) {
    for (at, name) in names.enumerate() {
        if at > 0 {
            out.push(b'|');
        }
        out.extend_from_slice(name.as_bytes());
    }
}

fn exact(number: &Exact, style: Style) -> String {
    match style {
        Style::Amount(places) => amount_text(number, places),
        Style::Share => number.to_rounded_text(SHARE_PLACES),
        Style::Number => number.to_string(),
    }
}

/// Writes a text as JSON, or `null`.
pub(super) fn json_text(text: Option<&str>, out: &mut Vec<u8>) {
    match text {
        Some(text) => wire::quoted(text, out),
        None => out.extend_from_slice(b"null"),
    }
}

/// Writes a scaled number, digits behind the point only as far as they are needed or asked for.
fn scaled(units: i64, scale: u8, style: Style, out: &mut Vec<u8>) {
    let least = match style {
        Style::Amount(places) => places,
        Style::Share => SHARE_PLACES,
        Style::Number => 0,
    };
    let (mut digits, mut places) = (units.unsigned_abs(), u32::from(scale));
    while places > least && digits % 10 == 0 {
        digits /= 10;
        places -= 1;
    }
    if units < 0 {
        out.push(b'-');
    }
    // Written from the right: zeros that are asked for, digits, and at least one before the point.
    const ROOM: usize = 64;
    let mut text = [b'0'; ROOM];
    let (decimals, padding) = (places.max(least), least.saturating_sub(places));
    let (mut at, mut place) = (ROOM, 0);
    while at > 1 && (place <= decimals || digits > 0) {
        if place == decimals && decimals > 0 {
            at -= 1;
            text[at] = b'.';
        }
        at -= 1;
        if place >= padding {
            text[at] = b'0' + (digits % 10) as u8;
            digits /= 10;
        }
        place += 1;
    }
    out.extend_from_slice(&text[at..]);
}

fn whole(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(number.to_string().as_bytes());
}
