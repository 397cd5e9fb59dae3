//! The JSON Schemas that a book prints accept its requests and its quotes, and refuse what is neither.

#![expect(clippy::disallowed_methods, reason = "these tests read the examples")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use tarif::Book;
use tarif::wire::{SchemaOf, schema};

/// Judges a value by a schema: the keywords that our schemas use, and no others.
struct Judge<'a> {
    root: &'a Value,
}

impl Judge<'_> {
    fn accepts(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let Value::Object(keywords) = schema else { return Err(format!("{schema} is no schema")) };
        for (keyword, said) in keywords {
            self.keyword(keyword, said, schema, value).map_err(|why| format!("{why} in {}", short(value)))?;
        }
        Ok(())
    }

    fn keyword(&self, keyword: &str, said: &Value, schema: &Value, value: &Value) -> Result<(), String> {
        let ensure = |holds: bool| if holds { Ok(()) } else { Err(format!("`{keyword}` {}", short(said))) };
        match keyword {
            "$schema" | "$defs" | "$id" | "title" | "description" | "default" | "format" | "pattern" => {
                Ok(())
            }
            "$ref" => {
                let path = said.as_str().and_then(|path| path.strip_prefix('#')).expect("a local reference");
                self.accepts(self.root.pointer(path).expect("the reference leads somewhere"), value)
            }
            "type" => {
                let is = |name: &Value| match (name.as_str().expect("a type"), value) {
                    ("object", Value::Object(_))
                    | ("array", Value::Array(_))
                    | ("string", Value::String(_)) => true,
                    ("number", Value::Number(_)) | ("boolean", Value::Bool(_)) | ("null", Value::Null) => {
                        true
                    }
                    ("integer", Value::Number(number)) => !number.to_string().contains(['.', 'e']),
                    _ => false,
                };
                ensure(said.as_array().map_or_else(|| is(said), |names| names.iter().any(is)))
            }
            "const" => ensure(said == value),
            "enum" => ensure(said.as_array().expect("values").contains(value)),
            "anyOf" => {
                let schemas = said.as_array().expect("schemas");
                let found: Vec<_> = schemas.iter().map(|schema| self.accepts(schema, value)).collect();
                if found.iter().any(Result::is_ok) {
                    return Ok(());
                }
                let why: Vec<String> = found.into_iter().filter_map(Result::err).collect();
                Err(format!("none of: {}", why.join("; ")))
            }
            "oneOf" => {
                let schemas = said.as_array().expect("schemas");
                ensure(schemas.iter().filter(|schema| self.accepts(schema, value).is_ok()).count() == 1)
            }
            "properties" => {
                for (name, inner) in said.as_object().expect("properties") {
                    if let Some(value) = value.get(name) {
                        self.accepts(inner, value).map_err(|why| format!("{name}: {why}"))?;
                    }
                }
                Ok(())
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                for (name, value) in value.as_object().into_iter().flatten() {
                    if known.is_some_and(|known| known.contains_key(name)) {
                        continue;
                    }
                    match said {
                        Value::Bool(false) => return Err(format!("no field `{name}`")),
                        schema => self.accepts(schema, value).map_err(|why| format!("{name}: {why}"))?,
                    }
                }
                Ok(())
            }
            "required" => {
                let names = said.as_array().expect("names");
                let missing = names.iter().find(|name| value.get(name.as_str().expect("a name")).is_none());
                missing.map_or(Ok(()), |name| Err(format!("{name} is missing")))
            }
            "items" => {
                value.as_array().into_iter().flatten().try_for_each(|element| self.accepts(said, element))
            }
            "uniqueItems" => {
                let elements = value.as_array().map(Vec::as_slice).unwrap_or_default();
                ensure(elements.iter().enumerate().all(|(at, element)| !elements[..at].contains(element)))
            }
            "minimum" | "maximum" => {
                let number = |value: &Value| value.as_number().map(|number| exact(&number.to_string()));
                let (Some(value), Some(bound)) = (number(value), number(said)) else { return Ok(()) };
                ensure(if keyword == "minimum" { value >= bound } else { value <= bound })
            }
            other => Err(format!("the keyword `{other}` is not judged here")),
        }
    }
}

fn exact(digits: &str) -> tarif::value::Exact {
    tarif::value::Exact::parse(digits).expect("a number")
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file can be read")
}

/// The books of `rules/` that have requests of the same name under `examples/`, one request each.
fn examples() -> Vec<(String, Book, Vec<String>)> {
    let mut found = Vec::new();
    for name in ["press", "moulding", "cloud", "fasteners", "packaging"] {
        let book = Book::load(root().join("rules").join(name)).expect("the book is good");
        let one = root().join("examples").join(format!("{name}.json"));
        let many = root().join("examples").join(format!("{name}.ndjson"));
        let requests: Vec<String> = if one.exists() {
            vec![read(&one)]
        } else {
            read(&many).lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
        };
        assert!(!requests.is_empty(), "{name} has no request");
        found.push((name.to_owned(), book, requests));
    }
    found
}

#[test]
fn the_schema_of_requests_accepts_every_example_that_the_book_reads() {
    for (name, book, requests) in examples() {
        let schema = document(&schema(book.ir(), SchemaOf::Requests).pretty());
        let judge = Judge { root: &schema };
        for request in &requests {
            let refused = document(&book.quote_json(request))["status"] == "error";
            let accepted = judge.accepts(&schema, &document(request));
            assert!(refused || accepted.is_ok(), "{name}: {accepted:?}");
        }
    }
}

#[test]
fn the_schema_of_requests_refuses_what_no_request_has() {
    let (_, book, requests) = examples().remove(0);
    let schema = document(&schema(book.ir(), SchemaOf::Requests).pretty());
    let judge = Judge { root: &schema };
    let spoilt = |path: &str, value: Value| {
        let mut request = document(&requests[0]);
        *request.pointer_mut(path).expect("the example has this") = value;
        judge.accepts(&schema, &request)
    };
    assert!(spoilt("/lines/0/product", "pres".into()).is_err());
    assert!(spoilt("/lines/0/options", serde_json::json!({ "frames": "h_frame" })).is_err());
    assert!(spoilt("/customer", serde_json::json!({ "level": "golden" })).is_err());
    assert!(spoilt("/lines", serde_json::json!({})).is_err());
}

#[test]
fn the_schema_of_quotes_accepts_every_quote_and_every_refusal() {
    for (name, book, requests) in examples() {
        let schema = document(&schema(book.ir(), SchemaOf::Quotes).pretty());
        let judge = Judge { root: &schema };
        for request in &requests {
            let mut asked: Vec<String> = vec![request.clone()];
            // The same request with a value that makes the line invalid, and with one that makes no sense.
            let mut invalid = document(request);
            invalid["lines"][0]["quantity"] = "1000000000".into();
            asked.push(invalid.to_string());
            let mut senseless = document(request);
            senseless["lines"][0]["colour"] = "blue".into();
            asked.push(senseless.to_string());
            for request in asked {
                let answer = document(&book.quote_json(&request));
                judge.accepts(&schema, &answer).unwrap_or_else(|why| panic!("{name}: {why}\n{answer}"));
            }
        }
    }
}

/// What few quotes have: an amount to pay beside the total, and a requirement that is missed by so much.
#[test]
fn the_schema_of_quotes_accepts_what_is_to_be_paid_and_by_how_much_a_requirement_is_missed() {
    let text = "book b \"B\" { currency EUR  effective 2026-01-01 to 2026-12-31 }
given card: 0 EUR to 100 EUR default 0 EUR
product p { quantity 1 to 9 }
price p { per unit { list = 10 EUR } }
quote { require least: net >= 50 EUR because \"from 50 EUR on\"  payable \"To pay\" { less used = min(card, running) } }
";
    let book =
        Book::from_files([("book.tarif", text)]).unwrap_or_else(|error| panic!("the book is good: {error}"));
    let schema = document(&schema(book.ir(), SchemaOf::Quotes).pretty());
    let judge = Judge { root: &schema };
    for (quantity, key) in [(9, "payable"), (2, "off_by")] {
        let request =
            format!(r#"{{"as_of":"2026-05-01","card":5,"lines":[{{"product":"p","quantity":{quantity}}}]}}"#);
        let answer = document(&book.quote_json(&request));
        assert!(answer.to_string().contains(&format!("\"{key}\"")), "{answer}");
        judge.accepts(&schema, &answer).unwrap_or_else(|why| panic!("{why}\n{answer}"));
    }
}
