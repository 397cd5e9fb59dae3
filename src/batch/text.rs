//! Rows of results as NDJSON and as CSV.

use super::view::{Row, Style, Values, View, chosen, view};
use crate::eval::{Field, amount_text};
use crate::ir::Name;
use crate::value::Exact;
use crate::wire;

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
    if let Values::Refused { number, reason, .. } = row.values {
        out.extend_from_slice(b"{\"row\":");
        whole(number, out);
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
        View::Chosen(names, bits) => list(chosen(names, *bits), out, |name, out| wire::quoted(name, out)),
        View::Lines(cells) => list(cells.iter(), out, |cell, out| json_value(&view(cell), out)),
        View::Scaled { units, scale: 0, style: Style::Number }
            if units.unsigned_abs() < wire::EVERY_READER =>
        {
            scaled(*units, 0, Style::Number, out);
        }
        View::Scaled { units, scale, style } => {
            out.push(b'"');
            scaled(*units, *scale, *style, out);
            out.push(b'"');
        }
        View::Exact(number, Style::Number)
            if number.to_i64().is_some_and(|it| it.unsigned_abs() < wire::EVERY_READER) =>
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
        View::Names(names) => joined(names.iter(), out),
        View::OwnedNames(names) => joined(names.iter(), out),
        View::Chosen(names, bits) => joined(chosen(names, *bits), out),
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

fn joined<'n>(names: impl Iterator<Item = &'n Name>, out: &mut Vec<u8>) {
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
        Style::Share => number.to_rounded_text(style.least_places()),
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
    let least = style.least_places();
    let (mut digits, mut places) = (units.unsigned_abs(), u32::from(scale));
    while places > least && digits % 10 == 0 {
        digits /= 10;
        places -= 1;
    }
    if units < 0 {
        out.push(b'-');
    }
    // Written from the right, two digits at a time where there are so many.
    const ROOM: usize = 64;
    let mut text = [b'0'; ROOM];
    let (decimals, padding) = (places.max(least) as usize, least.saturating_sub(places) as usize);
    let point = ROOM - decimals.min(ROOM - 24);
    let mut at = ROOM - padding.min(ROOM - 24);
    let mut put = |digit: u64, at: &mut usize| {
        // The point has a place of its own, one to the left of the decimals.
        if *at == point && decimals > 0 {
            *at -= 1;
            text[*at] = b'.';
        }
        *at -= 1;
        text[*at] = b'0' + digit as u8;
    };
    while digits >= 100 {
        let two = digits % 100;
        digits /= 100;
        put(two % 10, &mut at);
        put(two / 10, &mut at);
    }
    // At least one digit stands before the point.
    while digits > 0 || at >= point {
        put(digits % 10, &mut at);
        digits /= 10;
    }
    out.extend_from_slice(&text[at..]);
}

fn whole(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(number.to_string().as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(units: i64, scale: u8, style: Style) -> String {
        let mut out = Vec::new();
        scaled(units, scale, style, &mut out);
        String::from_utf8(out).expect("digits")
    }

    #[test]
    fn a_scaled_number_has_the_places_that_it_needs_and_those_that_are_asked_for() {
        assert_eq!(written(8236, 2, Style::Amount(2)), "82.36");
        assert_eq!(written(8_236_000, 5, Style::Amount(2)), "82.36");
        assert_eq!(written(8_236_001, 5, Style::Amount(2)), "82.36001");
        assert_eq!(written(7, 0, Style::Amount(2)), "7.00");
        assert_eq!(written(-5, 2, Style::Amount(2)), "-0.05");
        assert_eq!(written(0, 2, Style::Amount(2)), "0.00");
        assert_eq!(written(0, 6, Style::Number), "0");
        assert_eq!(written(100, 0, Style::Number), "100");
        assert_eq!(written(1_000_000, 3, Style::Number), "1000");
        assert_eq!(written(2948, 4, Style::Share), "0.2948");
        assert_eq!(written(-1, 1, Style::Share), "-0.1000");
        assert_eq!(written(123, 2, Style::Amount(0)), "1.23");
        assert_eq!(written(i64::MIN, 0, Style::Amount(3)), "-9223372036854775808.000");
        assert_eq!(written(i64::MAX, 18, Style::Number), "9.223372036854775807");
    }
}
