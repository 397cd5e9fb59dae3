//! A JSON document to be written, its fields in the order in which they were put: as a tree, or straight as text.

use serde_json::{Map, Value};

use crate::value::{Exact, Said};

/// A JSON document, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document(Body);

/// A tree, or the text on one line where the document is large and written often.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Body {
    Tree(Value),
    Line(String),
}

impl Document {
    /// The document of a tree.
    pub(super) fn of(tree: Value) -> Document {
        Document(Body::Tree(tree))
    }

    /// The document of an object that is written straight as text.
    pub(super) fn written(object: impl FnOnce(&mut Fields<'_>)) -> Document {
        let mut text = String::with_capacity(USUAL_BYTES);
        in_braces(&mut text, object);
        Document(Body::Line(text))
    }

    /// On one line, without a line break: a line of NDJSON.
    pub fn line(&self) -> String {
        match &self.0 {
            Body::Tree(tree) => tree.to_string(),
            Body::Line(line) => line.clone(),
        }
    }

    /// As [`Document::line`], where the document is not needed any more.
    pub fn into_line(self) -> String {
        match self.0 {
            Body::Tree(tree) => tree.to_string(),
            Body::Line(line) => line,
        }
    }

    /// On many lines with indentation, and a line break at the end.
    pub fn pretty(&self) -> String {
        let text = match &self.0 {
            Body::Tree(tree) => serde_json::to_string_pretty(tree).unwrap_or_else(|_| tree.to_string()),
            Body::Line(line) => indented(line),
        };
        text + "\n"
    }
}

/// A document on one line, on many lines.
fn indented(line: &str) -> String {
    let mut text = String::with_capacity(line.len() * 2);
    let (mut depth, mut in_text, mut is_escaped) = (0_usize, false, false);
    let new_line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    let mut before = ' ';
    for found in line.chars() {
        let ends = matches!(found, '}' | ']') && !in_text;
        if ends {
            depth = depth.saturating_sub(1);
        }
        let is_empty = ends && matches!(before, '{' | '[');
        if !in_text && (ends && !is_empty || matches!(before, '{' | '[' | ',') && !ends) {
            new_line(&mut text, depth);
        }
        text.push(found);
        match found {
            '"' if !is_escaped => in_text = !in_text,
            ':' if !in_text => text.push(' '),
            '{' | '[' if !in_text => depth += 1,
            _ => {}
        }
        is_escaped = in_text && found == '\\' && !is_escaped;
        before = if in_text || found == '"' { ' ' } else { found };
    }
    text
}

/// Room for a quote of one line.
const USUAL_BYTES: usize = 16_384;

/// The fields of an object that is written as text. Each name is put once. Names that the format fixes have nothing
/// to escape; those of a book are put as its own.
pub(super) struct Fields<'o> {
    out: &'o mut String,
    is_first: bool,
}

/// What can be the value of a field.
pub(super) trait Written {
    /// Adds the value.
    fn write(self, out: &mut String);
}

impl Fields<'_> {
    fn name(&mut self, name: &'static str) {
        debug_assert!(is_plain(name.as_bytes()), "a name of the format has nothing to escape");
        self.out.push_str(if self.is_first { "\"" } else { ",\"" });
        self.is_first = false;
        self.out.push_str(name);
        self.out.push_str("\":");
    }

    fn own_name(&mut self, name: &str) {
        if !self.is_first {
            self.out.push(',');
        }
        self.is_first = false;
        quoted(name, self.out);
        self.out.push(':');
    }

    /// Adds a field.
    pub fn put(&mut self, name: &'static str, value: impl Written) -> &mut Self {
        self.name(name);
        value.write(self.out);
        self
    }

    /// Adds a field with a name of the book.
    pub fn own(&mut self, name: &str, value: impl Written) -> &mut Self {
        self.own_name(name);
        value.write(self.out);
        self
    }

    /// Adds a field where there is a value.
    pub fn maybe(&mut self, name: &'static str, value: Option<impl Written>) -> &mut Self {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }

    /// Adds an object.
    pub fn object(&mut self, name: &'static str, object: impl FnOnce(&mut Fields<'_>)) -> &mut Self {
        self.name(name);
        in_braces(self.out, object);
        self
    }

    /// Adds a list of objects, also an empty one.
    pub fn list<T>(
        &mut self,
        name: &'static str,
        items: impl IntoIterator<Item = T>,
        mut one: impl FnMut(T, &mut Fields<'_>),
    ) -> &mut Self {
        self.name(name);
        in_brackets(self.out, items, |item, out| in_braces(out, |object| one(item, object)));
        self
    }

    /// Adds a list of objects under a name of the book.
    pub fn own_list<T>(&mut self, name: &str, items: &[T], one: impl Fn(&T, &mut Fields<'_>)) -> &mut Self {
        self.own_name(name);
        in_brackets(self.out, items, |item, out| in_braces(out, |object| one(item, object)));
        self
    }

    /// Adds a list of objects where it is not empty.
    pub fn list_if_any<T>(
        &mut self,
        name: &'static str,
        items: &[T],
        mut one: impl FnMut(&T, &mut Fields<'_>),
    ) -> &mut Self {
        match items.is_empty() {
            true => self,
            false => self.list(name, items, |item, object| one(item, object)),
        }
    }

    /// Adds a list of texts, also an empty one.
    pub fn texts<'t>(&mut self, name: &'static str, items: impl IntoIterator<Item = &'t str>) -> &mut Self {
        self.name(name);
        in_brackets(self.out, items, quoted);
        self
    }
}

fn in_braces(out: &mut String, object: impl FnOnce(&mut Fields<'_>)) {
    out.push('{');
    object(&mut Fields { out, is_first: true });
    out.push('}');
}

fn in_brackets<T>(out: &mut String, items: impl IntoIterator<Item = T>, mut one: impl FnMut(T, &mut String)) {
    out.push('[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        one(item, out);
    }
    out.push(']');
}

/// Adds a text with its quotes and escapes.
pub(super) fn quoted(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    match is_plain(text.as_bytes()) {
        true => out.push_str(text),
        false => text.chars().for_each(|found| escaped(found, out)),
    }
    out.push('"');
}

/// Whether a text has nothing to escape.
fn is_plain(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk() else { return !text.iter().any(|byte| is_special(*byte)) };
    let (chunks, _) = text.as_chunks();
    !chunks.iter().any(|chunk| has_special(*chunk)) && !has_special(*last)
}

/// Whether one of eight bytes is special: all are looked at at once, each in its place of a number.
fn has_special(bytes: [u8; 8]) -> bool {
    const EACH: u64 = u64::from_ne_bytes([1; 8]);
    let bytes = u64::from_ne_bytes(bytes);
    let below = |bytes: u64, bound: u8| bytes.wrapping_sub(EACH * u64::from(bound)) & !bytes & (EACH << 7);
    let is = |byte: u8| below(bytes ^ (EACH * u64::from(byte)), 1);
    below(bytes, b' ') | is(b'"') | is(b'\\') != 0
}

fn is_special(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

/// Adds a character as it stands in a text.
fn escaped(found: char, out: &mut String) {
    match found {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        control if control < ' ' => {
            let digit = |number: u32| char::from_digit(number, 16).unwrap_or('0');
            let number = u32::from(control);
            out.push_str("\\u00");
            out.extend([digit(number >> 4), digit(number & 15)]);
        }
        other => out.push(other),
    }
}

impl Written for &str {
    fn write(self, out: &mut String) {
        quoted(self, out);
    }
}

impl Written for String {
    fn write(self, out: &mut String) {
        quoted(&self, out);
    }
}

impl Written for &Said {
    fn write(self, out: &mut String) {
        out.push('"');
        let from = out.len();
        self.add_to(out);
        // Values as text have hardly ever something to escape.
        if !is_plain(out.as_bytes().get(from..).unwrap_or_default()) {
            let text = out.split_off(from);
            text.chars().for_each(|found| escaped(found, out));
        }
        out.push('"');
    }
}

impl Written for bool {
    fn write(self, out: &mut String) {
        out.push_str(if self { "true" } else { "false" });
    }
}

impl Written for u32 {
    fn write(self, out: &mut String) {
        Exact::from(self).write_decimal(0, out);
    }
}

impl Written for usize {
    fn write(self, out: &mut String) {
        out.push_str(&self.to_string());
    }
}

impl<W: Written> Written for Option<W> {
    fn write(self, out: &mut String) {
        match self {
            Some(value) => value.write(out),
            None => out.push_str("null"),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree with all that could stand in the way, and the same written straight as text.
    fn both() -> [Document; 2] {
        let tricky = "a \"b\\ {[,:]}\n\r\t\u{8}\u{c}\u{1}\u{1f}\u{7f} \u{e4}\u{1f600}";
        let empty: [(); 0] = [];
        let written = Document::written(|it| {
            it.put("text", tricky).own(tricky, true).put("number", 12_u32).put("nothing", None::<bool>);
            it.object("inner", |it| {
                it.texts("texts", ["one", tricky]).maybe("left_out", None::<&str>);
                it.list("empty", &empty, |(), _| {}).list_if_any("none", &empty, |(), _| {});
            });
            it.object("hollow", |_| {}).list("list", [1_u32, 2], |number, it| {
                it.put("of", number);
            });
        });
        let of = |number: u32| Value::from(Object::default().put("of", number));
        let inner =
            Object::default().put("texts", vec![text("one"), text(tricky)]).put("empty", Vec::<Value>::new());
        let tree = Object::default()
            .put("text", tricky)
            .put(tricky, true)
            .put("number", 12_u32)
            .put("nothing", Value::Null)
            .put("inner", inner)
            .put("hollow", Object::default())
            .put("list", vec![of(1), of(2)]);
        [written, Document::of(tree.into())]
    }

    #[test]
    fn a_byte_to_escape_is_found_wherever_it_stands() {
        for length in 0..40 {
            for special in ["\"", "\\", "\n", "\u{1f}"] {
                for at in 0..length {
                    let mut text = "\u{7f}~ \u{e4}!#[]^".repeat(5);
                    text = text.chars().take(length).collect();
                    assert!(is_plain(text.as_bytes()));
                    let from = text.char_indices().nth(at).map_or(0, |(from, _)| from);
                    text.insert_str(from, special);
                    assert!(!is_plain(text.as_bytes()), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_written_straight_as_text_reads_like_the_tree() {
        let [written, tree] = both();
        assert_eq!(written.line(), tree.line());
        assert_eq!(written.pretty(), tree.pretty());
        assert_eq!(written.into_line(), tree.into_line());
    }
}
