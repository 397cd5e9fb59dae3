//! A JSON document into a request: its shape only; what the fields mean is held against the book later.

use super::json::{self, join};
use crate::diagnostic::codes;
use crate::quote::{Raw, Request, RequestError, RequestLine, RequestPart, Signed, SignedValue};
use crate::source::limits;

/// Reads a request from JSON text.
///
/// Numbers are kept digit for digit. Fields that are not known here are kept with the rest: which contexts,
/// facts and entries there are is the book's to say.
///
/// # Errors
///
/// Text that is not JSON, with line and column; fields given twice; a shape that no request has; more than the
/// limits allow. All problems of shape are named at once, each with its path.
pub fn read_request(text: &str) -> Result<Request, Vec<RequestError>> {
    request(json::read(text)?)
}

/// Reads a request from bytes, which must be UTF-8 text; see [`read_request`].
///
/// # Errors
///
/// As for [`read_request`], and bytes that are no text, with line and byte.
pub fn read_request_bytes(bytes: &[u8]) -> Result<Request, Vec<RequestError>> {
    let text = json::decode(bytes).map_err(|error| vec![error])?;
    read_request(text)
}

/// Reads what a request says beside its lines, which may be missing; see [`read_request_bytes`].
///
/// # Errors
///
/// As for [`read_request_bytes`].
pub fn read_context(bytes: &[u8]) -> Result<Request, Vec<RequestError>> {
    let text = json::decode(bytes).map_err(|error| vec![error])?;
    shaped(json::read(text)?).map(|(request, _)| request)
}

/// Reads a document of market figures and fills in those that a request does not carry.
///
/// The document is `{"q235": "4.10", …}`, or that under `market`. A figure that the request carries stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Market(Vec<(String, Raw)>);

impl Market {
    /// Reads the document.
    ///
    /// # Errors
    ///
    /// As for [`read_request`].
    pub fn read(bytes: &[u8]) -> Result<Market, Vec<RequestError>> {
        let text = json::decode(bytes).map_err(|error| vec![error])?;
        let mut fields = match json::read(text)? {
            Raw::Object(fields) => fields,
            other => return Err(vec![wrong_shape("", "the market document", "an object", &other)]),
        };
        if let [(name, Raw::Object(_))] = fields.as_slice()
            && name == "market"
            && let Some((_, Raw::Object(inner))) = fields.pop()
        {
            return Ok(Market(inner));
        }
        Ok(Market(fields))
    }

    /// A figure, as it is written; none where the document has none of that name.
    pub fn get(&self, name: &str) -> Option<&Raw> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, raw)| raw)
    }

    /// Adds the figures that the request does not carry.
    pub fn fill(&self, request: &mut Request) {
        for (name, value) in &self.0 {
            if !request.market.iter().any(|(known, _)| known == name) {
                request.market.push((name.clone(), value.clone()));
            }
        }
    }
}

/// The id of a document that was refused, if one can be read from it.
pub fn id_of(text: &str) -> Option<String> {
    match json::read(text) {
        Ok(Raw::Object(fields)) => fields.into_iter().find_map(|(name, value)| match value {
            Raw::Text(id) if name == "id" => Some(id),
            _ => None,
        }),
        _ => None,
    }
}

fn request(document: Raw) -> Result<Request, Vec<RequestError>> {
    let (request, has_lines) = shaped(document)?;
    if has_lines {
        return Ok(request);
    }
    let error = RequestError::new(codes::MISSING_VALUE, "lines", "the request has no `lines`");
    Err(vec![error.help("say what is to be quoted: `\"lines\": [{ \"product\": … }]`")])
}

/// The shape of a request, and whether it has lines.
fn shaped(document: Raw) -> Result<(Request, bool), Vec<RequestError>> {
    let mut reader = Reader::default();
    let mut request = Request::default();
    let fields = match document {
        Raw::Object(fields) => fields,
        other => return Err(vec![wrong_shape("", "a request", "an object", &other)]),
    };
    let mut has_lines = false;
    for (name, value) in fields {
        match name.as_str() {
            "id" => request.id = reader.text("id", value),
            "as_of" => request.as_of = Some(value),
            "currency" => request.currency = Some(value),
            "market" => request.market = reader.object("market", value),
            "reason" => request.reason = reader.text("reason", value),
            // A book may have an input of that name, of another type.
            "author" if matches!(value, Raw::Text(_)) => request.author = reader.person("author", value),
            "lines" => {
                has_lines = true;
                request.lines = reader.lines(value);
            }
            "approved" => request.approved = reader.approved(value),
            _ => request.fields.push((name, value)),
        }
    }
    if reader.errors.is_empty() { Ok((request, has_lines)) } else { Err(reader.errors) }
}

/// Collects what is wrong with the shape.
#[derive(Default)]
struct Reader {
    errors: Vec<RequestError>,
}

impl Reader {
    fn text(&mut self, path: &str, value: Raw) -> Option<String> {
        match value {
            Raw::Text(text) => Some(text),
            other => {
                let what = format!("`{}`", last_name(path));
                self.errors.push(wrong_shape(path, &what, "a text in quotes", &other));
                None
            }
        }
    }

    /// The name of a person, which is not empty.
    fn person(&mut self, path: &str, value: Raw) -> Option<String> {
        let name = self.text(path, value)?;
        if name.trim().is_empty() {
            let message = format!("`{}` is the name of a person; this is empty", last_name(path));
            let error = RequestError::new(codes::BAD_VALUE, path, message);
            self.errors.push(error.help("write the name, or leave the field out"));
            return None;
        }
        Some(name)
    }

    fn object(&mut self, path: &str, value: Raw) -> Vec<(String, Raw)> {
        match value {
            Raw::Object(fields) => fields,
            other => {
                let what = format!("`{}`", last_name(path));
                self.errors.push(wrong_shape(path, &what, "an object", &other));
                Vec::new()
            }
        }
    }

    fn list(&mut self, path: &str, value: Raw) -> Vec<Raw> {
        match value {
            Raw::List(values) => values,
            other => {
                let what = format!("`{}`", last_name(path));
                self.errors.push(wrong_shape(path, &what, "a list", &other));
                Vec::new()
            }
        }
    }

    fn lines(&mut self, value: Raw) -> Vec<RequestLine> {
        let lines = self.list("lines", value);
        if lines.len() > limits::MAX_LINES_PER_REQUEST {
            let message = format!(
                "the request has {} lines and may have {}",
                lines.len(),
                limits::MAX_LINES_PER_REQUEST
            );
            let error = RequestError::new(codes::REQUEST_TOO_LARGE, "lines", message);
            self.errors.push(error.help("send several requests"));
            return Vec::new();
        }
        lines.into_iter().enumerate().map(|(at, line)| self.line(&format!("lines[{at}]"), line)).collect()
    }

    fn line(&mut self, path: &str, value: Raw) -> RequestLine {
        let mut line = RequestLine::default();
        let fields = match value {
            Raw::Object(fields) => fields,
            other => {
                self.errors.push(wrong_shape(path, "a line", "an object", &other));
                return line;
            }
        };
        for (name, value) in fields {
            match name.as_str() {
                "id" => line.id = self.text(&join(path, "id"), value),
                "product" => line.product = Some(value),
                "quantity" => line.quantity = Some(value),
                "preset" => line.preset = Some(value),
                "options" => line.options = self.object(&join(path, "options"), value),
                "reason" => line.reason = self.text(&join(path, "reason"), value),
                "parts" => line.parts = self.parts(&join(path, "parts"), value),
                _ => line.fields.push((name, value)),
            }
        }
        line
    }

    /// `parts`: by name, a number of pieces or a list of them.
    fn parts(&mut self, path: &str, value: Raw) -> Vec<(String, RequestPart)> {
        let mut parts = Vec::new();
        for (name, value) in self.object(path, value) {
            let path = join(path, &name);
            match value {
                Raw::List(pieces) => {
                    let pieces = pieces.into_iter().enumerate();
                    let pieces = pieces.map(|(at, piece)| self.line(&format!("{path}[{at}]"), piece));
                    parts.push((name, RequestPart::Pieces(pieces.collect())));
                }
                Raw::Number(_) | Raw::Text(_) => parts.push((name, RequestPart::Count(value))),
                other => {
                    let what = format!("`{name}`");
                    self.errors.push(wrong_shape(
                        &path,
                        &what,
                        "a number of pieces or a list of them",
                        &other,
                    ));
                }
            }
        }
        parts
    }

    /// `approved`: requirements as an earlier quote wrote them. What a quote writes beside is passed over, so
    /// that the quote's own `requirements` can be sent back as they are.
    fn approved(&mut self, value: Raw) -> Vec<Signed> {
        let entries = self.list("approved", value);
        entries
            .into_iter()
            .enumerate()
            .map(|(at, entry)| self.signed(&format!("approved[{at}]"), entry))
            .collect()
    }

    fn signed(&mut self, path: &str, value: Raw) -> Signed {
        let mut signed = Signed::default();
        for (name, value) in self.object(path, value) {
            let field = join(path, &name);
            match name.as_str() {
                // A rule that rejects asks nobody; sent back, it counts nowhere.
                "who" if value == Raw::Null => {}
                "who" => signed.who = self.text(&field, value).unwrap_or_default(),
                "by" => signed.by = self.person(&field, value),
                "rule" => signed.rule = self.text(&field, value).unwrap_or_default(),
                "hash" => signed.hash = self.text(&field, value).unwrap_or_default(),
                "tested" => {
                    for (at, value) in self.list(&field, value).into_iter().enumerate() {
                        let tested = self.tested(&format!("{field}[{at}]"), value);
                        signed.tested.push(tested);
                    }
                }
                _ => {}
            }
        }
        if signed.hash.is_empty() {
            let error = RequestError::new(
                codes::MISSING_VALUE,
                path,
                "an approval without the `hash` it is bound to",
            );
            self.errors.push(error.help("send back the requirements of the earlier quote as they are"));
        }
        signed
    }

    fn tested(&mut self, path: &str, value: Raw) -> SignedValue {
        let mut tested = SignedValue::default();
        for (name, value) in self.object(path, value) {
            let field = join(path, &name);
            match name.as_str() {
                "line" => tested.line = self.text(&field, value),
                "what" => tested.what = self.text(&field, value).unwrap_or_default(),
                "against" => {
                    tested.against = match value {
                        Raw::Number(number) => Some(number),
                        Raw::Null => None,
                        other => self.text(&field, other),
                    }
                }
                "value" => {
                    tested.value = match value {
                        Raw::Number(number) => number,
                        // Not for the eyes of the one who asked: the hash alone decides.
                        Raw::Null => String::new(),
                        other => self.text(&field, other).unwrap_or_default(),
                    }
                }
                _ => {}
            }
        }
        tested
    }
}

/// The last name of a path, or the path itself where it ends with a position.
fn last_name(path: &str) -> &str {
    let name = path.rsplit_once('.').map_or(path, |(_, name)| name);
    if name.ends_with(']') { path } else { name }
}

fn wrong_shape(path: &str, what: &str, expected: &str, found: &Raw) -> RequestError {
    let found = match found {
        Raw::Null => "`null`",
        Raw::Bool(_) => "a truth value",
        Raw::Number(_) => "a number",
        Raw::Text(_) => "a text",
        Raw::List(_) => "a list",
        Raw::Object(_) => "an object",
        Raw::Typed(_) => "a value",
    };
    RequestError::new(codes::BAD_VALUE, path, format!("{what} is {expected}; this is {found}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<(String, String)> {
        let found = read_request(text).expect_err("the request is refused");
        found.into_iter().map(|error| (error.path, error.message)).collect()
    }

    #[test]
    fn known_fields_find_their_place_and_all_others_are_kept() {
        let request = read_request(
            r#"{ "id": "Q-1", "as_of": "2026-02-10", "customer": {"level": "gold"}, "prior": 3.0,
                 "market": {"q235": 4.10},
                 "lines": [{"product": "press", "quantity": 3, "options": {"force": 160}, "discount": "4%"}] }"#,
        )
        .expect("the request is good");
        assert_eq!(request.id.as_deref(), Some("Q-1"));
        assert_eq!(request.as_of, Some(Raw::Text("2026-02-10".to_owned())));
        let names: Vec<_> = request.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["customer", "prior"]);
        assert_eq!(request.fields[1].1, Raw::Number("3.0".to_owned()));
        assert_eq!(request.market, [("q235".to_owned(), Raw::Number("4.10".to_owned()))]);
        let line = &request.lines[0];
        assert_eq!(line.options, [("force".to_owned(), Raw::Number("160".to_owned()))]);
        assert_eq!(line.fields, [("discount".to_owned(), Raw::Text("4%".to_owned()))]);
    }

    #[test]
    fn every_wrong_shape_is_named_with_its_path() {
        let found = errors(r#"{"id": 7, "market": [], "lines": [3, {"options": "x", "id": null}]}"#);
        let expected = [
            ("id", "`id` is a text in quotes; this is a number"),
            ("market", "`market` is an object; this is a list"),
            ("lines[0]", "a line is an object; this is a number"),
            ("lines[1].options", "`options` is an object; this is a text"),
            ("lines[1].id", "`id` is a text in quotes; this is `null`"),
        ];
        assert_eq!(found, expected.map(|(path, text)| (path.to_owned(), text.to_owned())));
    }

    #[test]
    fn a_request_without_lines_is_refused_and_one_with_none_is_left_to_the_book() {
        assert_eq!(errors("{}"), [("lines".to_owned(), "the request has no `lines`".to_owned())]);
        assert!(read_request(r#"{"lines": []}"#).is_ok());
        assert_eq!(errors("[]")[0].1, "a request is an object; this is a list");
    }

    #[test]
    fn the_market_document_fills_what_the_request_does_not_carry() {
        let market = Market::read(br#"{"market": {"q235": "4.10", "resin": "9"}}"#).expect("a document");
        let mut request = read_request(r#"{"market": {"q235": "5"}, "lines": []}"#).expect("a request");
        market.fill(&mut request);
        let text = |value: &str| Raw::Text(value.to_owned());
        assert_eq!(request.market, [("q235".to_owned(), text("5")), ("resin".to_owned(), text("9"))]);
        let bare = Market::read(br#"{"q235": "4.10"}"#).expect("a document");
        assert_eq!(bare.0.len(), 1);
    }

    #[test]
    fn requirements_of_a_quote_can_be_sent_back_as_they_are() {
        let request = read_request(
            r#"{"lines": [], "approved": [{"who": "director", "rule": "line.margin < 15%", "hash": "ab",
                "label": "Director", "lines": ["1"],
                "tested": [{"line": "1", "what": "line.margin", "value": "0.12", "operator": "<"}]}]}"#,
        )
        .expect("a request");
        assert_eq!(request.approved[0].who, "director");
        assert_eq!(request.approved[0].tested[0].value, "0.12");
    }
}
