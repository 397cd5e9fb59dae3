//! Requests of one line straight from JSON into slots, for those who ask the same of millions.
//!
//! Only requests that say nothing but what the slots name are read this way, and only values without escapes;
//! for all others [`Shape::read`] says no, and the request is read as a whole.

use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// A value as the text of the request has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaf<'t> {
    /// A text, or a number as it is written.
    Text(&'t str),
    /// `true` or `false`
    Flag(bool),
    /// A list of texts.
    List(List<'t>),
    /// A figure of the market with its day.
    Dated(Dated<'t>),
}

/// A figure of the market with its day: an object, as JSON has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated<'t>(&'t str);

impl<'t> Dated<'t> {
    /// The figure, as [`Leaf::Text`] has it, and the day; none where they are written in another way.
    pub fn parts(self) -> Option<(&'t str, &'t str)> {
        let Figure { value, date } = serde_json::from_str(self.0).ok()?;
        match number(value.get())? {
            Leaf::Text(value) => Some((value, date)),
            _ => None,
        }
    }
}

/// A list of texts without escapes, as JSON has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List<'t>(&'t str);

impl<'t> List<'t> {
    /// The texts.
    pub fn texts(self) -> impl Iterator<Item = &'t str> {
        self.0.split('"').skip(1).step_by(2)
    }
}

/// How a request writes what is for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A text or a truth value.
    Plain,
    /// A number, bare or as a text.
    Number,
    /// A list of texts.
    List,
    /// A number, or an object with a number as its `value` and its `date`.
    Figure,
}

/// Where a request says what the slots are for.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    root: Vec<(Box<str>, Node)>,
}

#[derive(Clone, Debug)]
enum Node {
    Slot(usize, Form),
    Object(Vec<(Box<str>, Node)>),
    /// A list of one object.
    Only(Vec<(Box<str>, Node)>),
}

impl Shape {
    /// A shape in which each path is a slot, by its position. A step `[]` stands for the only element of a list.
    /// Of two equal paths the second is never filled.
    pub fn new<'n>(paths: impl IntoIterator<Item = (Vec<&'n str>, Form)>) -> Shape {
        let mut shape = Shape::default();
        for (slot, (path, form)) in paths.into_iter().enumerate() {
            add(&mut shape.root, &path, Node::Slot(slot, form));
        }
        shape
    }

    /// Reads a request; false where it has another shape, or is no JSON at all. The slots that it fills are those
    /// that it names.
    pub fn read<'t>(&self, text: &'t str, slots: &mut [Option<Leaf<'t>>]) -> bool {
        slots.fill(None);
        let mut source = serde_json::Deserializer::from_str(text);
        let seed = Fields { fields: &self.root, slots };
        seed.deserialize(&mut source).is_ok() && source.end().is_ok()
    }
}

fn add(fields: &mut Vec<(Box<str>, Node)>, path: &[&str], leaf: Node) {
    let [name, rest @ ..] = path else { return };
    let (is_list, rest) = match rest {
        ["[]", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let known = fields.iter().position(|(field, _)| **field == **name);
    if rest.is_empty() {
        if known.is_none() {
            fields.push(((*name).into(), leaf));
        }
        return;
    }
    let at = known.unwrap_or_else(|| {
        let inner = if is_list { Node::Only(Vec::new()) } else { Node::Object(Vec::new()) };
        fields.push(((*name).into(), inner));
        fields.len() - 1
    });
    if let Some((_, Node::Object(inner) | Node::Only(inner))) = fields.get_mut(at) {
        add(inner, rest, leaf);
    }
}

/// An object whose fields are known.
struct Fields<'s, 't> {
    fields: &'s [(Box<str>, Node)],
    slots: &'s mut [Option<Leaf<'t>>],
}

impl<'t> DeserializeSeed<'t> for Fields<'_, 't> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'t>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_map(self)
    }
}

impl<'t> Visitor<'t> for Fields<'_, 't> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<M: MapAccess<'t>>(self, mut map: M) -> Result<(), M::Error> {
        let mut next = 0;
        // More fields than bits are not kept track of: such a request is read as a whole.
        let mut met = 0_u128;
        while let Some(at) = map.next_key_seed(Key { fields: self.fields, next })? {
            let Some((_, node)) = self.fields.get(at) else {
                return Err(M::Error::custom("an unknown field"));
            };
            let bit = u32::try_from(at).ok().and_then(|at| 1_u128.checked_shl(at)).unwrap_or(0);
            if bit == 0 || met & bit != 0 {
                return Err(M::Error::custom("a field twice"));
            }
            met |= bit;
            next = at + 1;
            let slots = &mut *self.slots;
            match node {
                Node::Slot(slot, form) => {
                    let leaf = match form {
                        Form::Plain => map.next_value_seed(Plain)?,
                        form => {
                            let raw: &RawValue = map.next_value()?;
                            form.leaf(raw.get()).ok_or_else(|| M::Error::custom("another form"))?
                        }
                    };
                    if let Some(place) = slots.get_mut(*slot) {
                        *place = Some(leaf);
                    }
                }
                Node::Object(fields) => map.next_value_seed(Fields { fields, slots })?,
                Node::Only(fields) => map.next_value_seed(Only(Fields { fields, slots }))?,
            }
        }
        Ok(())
    }
}

impl Form {
    /// A value of this form; none of another.
    fn leaf(self, raw: &str) -> Option<Leaf<'_>> {
        match (self, raw.as_bytes()) {
            (Form::List, [b'[', inner @ .., b']']) => {
                let is_plain = !inner.iter().any(|byte| matches!(byte, b'\\' | b'[' | b'{'));
                // Between texts stand commas and blanks, and nothing else that is a value.
                let list = List(raw.get(1..raw.len() - 1)?);
                let between =
                    || raw.get(1..raw.len() - 1).into_iter().flat_map(|inner| inner.split('"').step_by(2));
                let is_texts =
                    is_plain && between().all(|between| between.trim().trim_matches(',').is_empty());
                is_texts.then_some(Leaf::List(list))
            }
            (Form::Figure, [b'{', ..]) => Some(Leaf::Dated(Dated(raw))),
            (Form::Number | Form::Figure, _) => number(raw),
            _ => None,
        }
    }
}

/// The fields of such a figure.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Figure<'t> {
    #[serde(borrow)]
    value: &'t RawValue,
    date: &'t str,
}

/// A bare number, or the inside of a text without escapes.
fn number(raw: &str) -> Option<Leaf<'_>> {
    match raw.as_bytes() {
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => raw.get(1..raw.len() - 1).map(Leaf::Text),
        [b'-' | b'0'..=b'9', ..] => Some(Leaf::Text(raw)),
        _ => None,
    }
}

/// A list of one object.
struct Only<'s, 't>(Fields<'s, 't>);

impl<'t> DeserializeSeed<'t> for Only<'_, 't> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'t>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_seq(self)
    }
}

impl<'t> Visitor<'t> for Only<'_, 't> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of one")
    }

    fn visit_seq<S: SeqAccess<'t>>(self, mut list: S) -> Result<(), S::Error> {
        if list.next_element_seed(self.0)?.is_none() {
            return Err(S::Error::custom("an empty list"));
        }
        match list.next_element::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(S::Error::custom("several lines")),
        }
    }
}

/// The position of a field; the number of fields for one that is not known.
struct Key<'s> {
    fields: &'s [(Box<str>, Node)],
    /// The one that is expected here.
    next: usize,
}

impl<'t> DeserializeSeed<'t> for Key<'_> {
    type Value = usize;

    fn deserialize<D: serde::Deserializer<'t>>(self, source: D) -> Result<usize, D::Error> {
        source.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = usize;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        if self.fields.get(self.next).is_some_and(|(field, _)| **field == *name) {
            return Ok(self.next);
        }
        Ok(self.fields.iter().position(|(field, _)| **field == *name).unwrap_or(self.fields.len()))
    }
}

/// A text without escapes, or a truth value.
struct Plain;

impl<'t> DeserializeSeed<'t> for Plain {
    type Value = Leaf<'t>;

    fn deserialize<D: serde::Deserializer<'t>>(self, source: D) -> Result<Leaf<'t>, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'t> Visitor<'t> for Plain {
    type Value = Leaf<'t>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a text or a truth value")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'t str) -> Result<Leaf<'t>, E> {
        Ok(Leaf::Text(text))
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Leaf<'t>, E> {
        Ok(Leaf::Flag(truth))
    }
}

/// Adds a text to a JSON document, with its quotes and escapes.
pub fn quoted(text: &str, out: &mut Vec<u8>) {
    // Writing into memory does not fail.
    let length = out.len();
    if serde_json::to_writer(&mut *out, text).is_err() {
        out.truncate(length);
        out.extend_from_slice(b"null");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape() -> Shape {
        let paths: [(&[&str], Form); 6] = [
            (&["id"], Form::Plain),
            (&["customer", "tier"], Form::Plain),
            (&["lines", "[]", "quantity"], Form::Number),
            (&["lines", "[]", "options", "glass"], Form::Plain),
            (&["lines", "[]", "options", "extras"], Form::List),
            (&["market", "steel"], Form::Figure),
        ];
        Shape::new(paths.map(|(path, form)| (path.to_vec(), form)))
    }

    fn read(text: &str) -> Option<Vec<Option<Leaf<'_>>>> {
        let mut slots = vec![None; 6];
        shape().read(text, &mut slots).then_some(slots)
    }

    #[test]
    fn a_request_of_one_line_is_read_in_any_order_of_its_fields() {
        let text =
            r#"{"lines":[{"options":{"glass":true},"quantity":4.10}],"customer":{"tier":"gold"},"id":"a"}"#;
        let found = [Leaf::Text("a"), Leaf::Text("gold"), Leaf::Text("4.10"), Leaf::Flag(true)];
        assert_eq!(read(text), Some([found.map(Some).to_vec(), vec![None; 2]].concat()));
        let some = r#" {"lines": [{"quantity": "8%"}]} "#;
        assert_eq!(read(some), Some(vec![None, None, Some(Leaf::Text("8%")), None, None, None]));
    }

    #[test]
    fn lists_of_texts_and_figures_with_their_day_are_read() {
        let slot = |text: &str, at: usize| {
            let read: Option<Vec<Option<Leaf<'_>>>> = read(text);
            read.and_then(|slots| {
                slots[at].map(|leaf| match leaf {
                    Leaf::List(list) => list.texts().collect::<Vec<_>>().join("|"),
                    Leaf::Dated(dated) => {
                        dated.parts().map_or("other".into(), |(value, date)| format!("{value} of {date}"))
                    }
                    Leaf::Text(text) => text.to_owned(),
                    Leaf::Flag(flag) => flag.to_string(),
                })
            })
        };
        let extras = |list: &str| slot(&format!(r#"{{"lines":[{{"options":{{"extras":{list}}}}}]}}"#), 4);
        assert_eq!(extras(r#"["a", "b,c" ]"#).as_deref(), Some("a|b,c"));
        assert_eq!(extras("[]").as_deref(), Some(""));
        for other in
            [r#"["a",1]"#, r#"["a",null]"#, r#"[["a"]]"#, r#"["\u0061"]"#, r#""a""#, "[true]", "null"]
        {
            assert_eq!(extras(other), None, "{other}");
        }
        let steel = |figure: &str| slot(&format!(r#"{{"market":{{"steel":{figure}}}}}"#), 5);
        let dated = r#"{ "date": "2026-02-09", "value": 4.10 }"#;
        assert_eq!(steel(dated).as_deref(), Some("4.10 of 2026-02-09"));
        assert_eq!(steel(r#""4.10""#).as_deref(), Some("4.10"));
        for other in [
            r#"{"value":"4.10"}"#,
            r#"{"value":"4.10","date":"2026-02-09","date":"2026-02-10"}"#,
            r#"{"value":"4.10","date":"2026-02-09","of":"b"}"#,
            r#"{"value":{},"date":"2026-02-09"}"#,
        ] {
            assert_eq!(steel(other).as_deref(), Some("other"), "{other}");
        }
        assert_eq!(steel("true"), None);
    }

    #[test]
    fn whatever_else_a_request_says_makes_it_one_to_read_as_a_whole() {
        for text in [
            r#"{"id":"a","lines":[{"quantity":1},{"quantity":2}]}"#,
            r#"{"id":"a","lines":[]}"#,
            r#"{"id":"a","id":"b"}"#,
            r#"{"id":"a","reason":"b"}"#,
            r#"{"id":"a\u0062"}"#,
            r#"{"id":7}"#,
            r#"{"lines":[{"quantity":null}]}"#,
            r#"{"id":"a"} x"#,
            r#"{"id":"a""#,
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
