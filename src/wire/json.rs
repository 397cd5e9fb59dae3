//! JSON text into a tree that loses nothing: numbers as they were written, fields in their order, each
//! field once.
//!
//! Numbers never pass through a float. A field that is given twice is a problem and not a choice; a document
//! that is too deep or too long is refused before any work grows with it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use crate::diagnostic::{Code, codes};
use crate::quote::{Raw, RequestError};
use crate::source::limits;

/// A problem of the whole document; no help where that would say nothing.
fn whole(code: Code, message: impl Into<String>, help: &str) -> RequestError {
    let error = RequestError::new(code, "", message);
    if help.is_empty() { error } else { error.help(help) }
}

/// Bytes as text; a byte order mark at the start is dropped.
pub(super) fn decode(bytes: &[u8]) -> Result<&str, RequestError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("the request is not UTF-8: line {line}, byte {}", error.valid_up_to() + 1);
        whole(codes::NOT_UTF8, message, "save the file as UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Reads one JSON document.
///
/// All fields that are given twice are named at once; the other problems end the reading.
pub(super) fn read(text: &str) -> Result<Raw, Vec<RequestError>> {
    if text.len() > limits::MAX_REQUEST_BYTES {
        let message =
            format!("the request is {} bytes long and may be {}", text.len(), limits::MAX_REQUEST_BYTES);
        return Err(vec![whole(
            codes::REQUEST_TOO_LARGE,
            message,
            "send one request for each quote, or write them as NDJSON, one a line",
        )]);
    }
    let mut reader = Reader { repeated: Vec::new(), too_deep: None };
    let mut source = serde_json::Deserializer::from_str(text);
    // The depth is counted by `Reader`, whose limit lies well below that of the stack.
    let seed = Seed { reader: &mut reader, step: &Step::Root, depth: 0 };
    let value = seed.deserialize(&mut source).and_then(|value| source.end().map(|()| value));
    match value {
        Ok(value) if reader.repeated.is_empty() => Ok(value),
        Ok(_) => Err(reader.repeated),
        Err(error) => Err(vec![reader.too_deep.unwrap_or_else(|| not_json(text, &error))]),
    }
}

/// The problem of a text that is not JSON, with its line and column and, for usual slips, the mend.
fn not_json(text: &str, error: &serde_json::Error) -> RequestError {
    if text.trim().is_empty() {
        return whole(codes::NOT_JSON, "the request is empty", "a request is a JSON object");
    }
    let said = error.to_string();
    let reason = said.rsplit_once(" at line ").map_or(said.as_str(), |(reason, _)| reason);
    let line_text = text.split('\n').nth(error.line().saturating_sub(1)).unwrap_or("");
    let at = floor_boundary(line_text, error.column().saturating_sub(1));
    let (before, after) = line_text.split_at(at);
    let column = before.chars().count() + 1;
    let (found, help) = match reason {
        "trailing comma" => ("a comma before the end of a list".to_owned(), "take the last comma away"),
        _ => slip(before, after, error.is_eof()),
    };
    let reason = if found.is_empty() { in_our_words(reason).into_owned() } else { found };
    let message = format!("the request is not JSON: line {}, column {column}: {reason}", error.line());
    whole(codes::NOT_JSON, message, help)
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What a usual slip looks like at the place where reading stopped, and its mend.
fn slip(before: &str, after: &str, ended: bool) -> (String, &'static str) {
    if ended {
        return ("the text ends too early".to_owned(), "close every `{`, `[` and `\"`");
    }
    let stands = |word: &str| {
        after.starts_with(word) || before.ends_with(word) || around(before, after).eq_ignore_ascii_case(word)
    };
    let not_finite = ["NaN", "-NaN", "Infinity", "-Infinity", "inf", "-inf"];
    if let Some(word) = not_finite.iter().find(|word| stands(word)) {
        return (format!("`{word}` is no number"), "write a decimal number such as `12.50`");
    }
    if ["None", "nil", "undefined"].iter().any(|word| stands(word)) {
        return (String::new(), "leave the field out where there is no value");
    }
    if ["True", "False"].iter().any(|word| stands(word)) {
        return (String::new(), "write `true` and `false` in lower case");
    }
    if after.starts_with('\'') {
        return ("a single quote".to_owned(), "write texts in double quotes");
    }
    if after.starts_with("//") || after.starts_with("/*") || after.starts_with('#') {
        return ("a comment".to_owned(), "JSON has no comments");
    }
    if after.starts_with(['“', '”', '：', '，']) {
        return ("a full-width mark".to_owned(), "write plain `\"`, `:` and `,`");
    }
    if after.starts_with('+') {
        return ("`+` before a number".to_owned(), "write the number without `+`");
    }
    (String::new(), "")
}

/// The word that a place stands in.
fn around(before: &str, after: &str) -> String {
    let is_word = |found: char| found.is_alphanumeric() || found == '_' || found == '-';
    let start = before.char_indices().rev().take_while(|(_, found)| is_word(*found)).last();
    let head = start.map_or("", |(at, _)| before.get(at..).unwrap_or(""));
    let tail: String = after.chars().take_while(|found| is_word(*found)).collect();
    format!("{head}{tail}")
}

/// What the reading crate says, without the words of its own world.
fn in_our_words(reason: &str) -> Cow<'_, str> {
    match reason {
        "expected value" | "expected ident" => Cow::Borrowed("a value is expected"),
        "key must be a string" => Cow::Borrowed("a field's name in double quotes is expected"),
        "trailing characters" => Cow::Borrowed("the document has ended and more text follows"),
        "invalid number" => Cow::Borrowed("this is no number"),
        "invalid escape" => Cow::Borrowed("this is no escape"),
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" => {
            Cow::Borrowed("this is half of a character")
        }
        other if other.starts_with("control character") => {
            Cow::Borrowed("a line break or another control character inside a text")
        }
        other => Cow::Borrowed(other),
    }
}

/// What the reading of a document collects.
struct Reader {
    repeated: Vec<RequestError>,
    too_deep: Option<RequestError>,
}

/// The way from the document to a value; made into text only where a problem needs it.
enum Step<'a> {
    Root,
    Field(&'a Step<'a>, &'a str),
    Element(&'a Step<'a>, usize),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Root => Ok(()),
            Step::Field(Step::Root, name) => out.write_str(&field_text(name)),
            Step::Field(parent, name) if is_plain(name) => write!(out, "{parent}.{name}"),
            Step::Field(parent, name) => write!(out, "{parent}{}", field_text(name)),
            Step::Element(parent, at) => write!(out, "{parent}[{at}]"),
        }
    }
}

/// A path one field further.
pub(super) fn join(path: &str, field: &str) -> String {
    match (path.is_empty(), is_plain(field)) {
        (false, true) => format!("{path}.{field}"),
        _ => format!("{path}{}", field_text(field)),
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|found| found.is_alphanumeric() || found == '_')
}

fn field_text(name: &str) -> String {
    if is_plain(name) { name.to_owned() } else { format!("[{name:?}]") }
}

/// Reads one value at its place.
struct Seed<'r, 's> {
    reader: &'r mut Reader,
    step: &'s Step<'s>,
    depth: usize,
}

impl Seed<'_, '_> {
    fn enter<E: serde::de::Error>(&mut self) -> Result<usize, E> {
        if self.depth < limits::MAX_JSON_DEPTH {
            return Ok(self.depth + 1);
        }
        let message =
            format!("arrays and objects nest deeper than the {} levels allowed", limits::MAX_JSON_DEPTH);
        let error = RequestError::new(codes::REQUEST_TOO_LARGE, self.step.to_string(), message);
        self.reader.too_deep = Some(error.help("a request needs no more than a few levels"));
        Err(E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Raw;

    fn deserialize<D: serde::Deserializer<'de>>(self, source: D) -> Result<Raw, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = Raw;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Raw, A::Error> {
        let depth = self.enter()?;
        let mut values = Vec::new();
        loop {
            let step = Step::Element(self.step, values.len());
            match list.next_element_seed(Seed { reader: self.reader, step: &step, depth })? {
                Some(value) => values.push(value),
                None => return Ok(Raw::List(values)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Raw, A::Error> {
        let Some(first) = map.next_key::<String>()? else { return Ok(Raw::Object(Vec::new())) };
        let mut fields: Vec<(String, Raw)> = Vec::new();
        if first == NUMBER_TOKEN {
            match map.next_value_seed(NumberSeed)? {
                Raw::Number(number) => return Ok(Raw::Number(number)),
                other => fields.push((first, other)),
            }
        } else {
            self.field(&mut map, first, &mut fields)?;
        }
        while let Some(name) = map.next_key::<String>()? {
            self.field(&mut map, name, &mut fields)?;
        }
        Ok(Raw::Object(fields))
    }
}

impl Seed<'_, '_> {
    /// Reads the value of one field, unless the object has a field of this name already.
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        map: &mut A,
        name: String,
        fields: &mut Vec<(String, Raw)>,
    ) -> Result<(), A::Error> {
        let depth = self.enter()?;
        let step = Step::Field(self.step, &name);
        let value = map.next_value_seed(Seed { reader: self.reader, step: &step, depth })?;
        if fields.iter().any(|(known, _)| *known == name) {
            let message = format!("`{name}` is given twice");
            let error = RequestError::new(codes::REPEATED_FIELD, step.to_string(), message);
            self.reader.repeated.push(error.help("keep one of the two"));
        } else {
            fields.push((name, value));
        }
        Ok(())
    }
}

/// How the reading crate hands over a number that it has not read: an object with this one field.
const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// Tells a number, which comes as an owned text, from an object of the user that happens to have a field of
/// that name, whose text comes borrowed.
struct NumberSeed;

impl<'de> DeserializeSeed<'de> for NumberSeed {
    type Value = Raw;

    fn deserialize<D: serde::Deserializer<'de>>(self, source: D) -> Result<Raw, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NumberSeed {
    type Value = Raw;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a number")
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Number(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> RequestError {
        read(text).expect_err("the text is not a good document").remove(0)
    }

    fn number(digits: &str) -> Raw {
        Raw::Number(digits.to_owned())
    }

    #[test]
    fn numbers_keep_every_digit_that_was_written() {
        let digits = ["0.1", "12345678901234567890.123456789", "1e+400", "-0", "1.50", "1e-3", "7", "-7"];
        for text in digits {
            assert_eq!(read(text), Ok(number(text)));
        }
        let long = "9".repeat(50);
        assert_eq!(read(&long), Ok(number(&long)));
        assert_eq!(read("1E400"), Ok(number("1e+400")));
    }

    #[test]
    fn an_object_with_the_reading_crates_own_field_is_an_object() {
        let text = r#"{"$serde_json::private::Number": "12"}"#;
        let fields = vec![(NUMBER_TOKEN.to_owned(), Raw::Text("12".to_owned()))];
        assert_eq!(read(text), Ok(Raw::Object(fields)));
    }

    #[test]
    fn fields_stay_in_their_order() {
        let value = read(r#"{"b": 1, "a": [true, null, "x\u00e9"]}"#);
        let list = Raw::List(vec![Raw::Bool(true), Raw::Null, Raw::Text("xé".to_owned())]);
        assert_eq!(value, Ok(Raw::Object(vec![("b".to_owned(), number("1")), ("a".to_owned(), list)])));
    }

    #[test]
    fn every_field_given_twice_is_named_with_its_path() {
        let found = read(r#"{"lines": [{"a": 1, "a": 2}, {"x y": {"b": 1, "b": 1}}]}"#).expect_err("twice");
        let paths: Vec<_> = found.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["lines[0].a", "lines[1][\"x y\"].b"]);
        assert_eq!(found[0].code, codes::REPEATED_FIELD);
    }

    #[test]
    fn a_document_that_nests_too_deep_is_refused_and_not_followed() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let found = problem(&deep);
        assert_eq!(found.code, codes::REQUEST_TOO_LARGE);
        assert!(found.path.starts_with("[0][0]"), "{}", found.path);
        let allowed = format!("{}{}", "[".repeat(64), "]".repeat(64));
        assert!(read(&allowed).is_ok());
    }

    #[test]
    fn a_slip_is_named_with_its_line_column_and_mend() {
        let found = problem("{\n  \"价\": 1,\n}");
        assert_eq!(
            found.message,
            "the request is not JSON: line 3, column 1: a comma before the end of a list"
        );
        let found = problem("{\"价\": NaN}");
        assert_eq!(found.message, "the request is not JSON: line 1, column 7: `NaN` is no number");
        let found = problem("{\"a\": 'x'}");
        assert_eq!(found.help.as_deref(), Some("write texts in double quotes"));
        let found = problem("{\"a\": 1");
        assert!(found.message.ends_with("the text ends too early"), "{}", found.message);
        assert!(problem("").message.ends_with("is empty"));
        assert!(problem("{} {}").message.ends_with("more text follows"));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_refused_with_their_place() {
        let found = decode(b"{\n\"a\": \"\xff\"}").expect_err("not UTF-8");
        assert_eq!(found.message, "the request is not UTF-8: line 2, byte 9");
        assert_eq!(decode(b"\xef\xbb\xbf{}"), Ok("{}"));
    }
}
