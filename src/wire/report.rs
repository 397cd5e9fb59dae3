//! What is not a quote, as JSON: refusals of requests, problems of a book, results of its tests.

use serde_json::Value;

use super::document::{Document, Object};
use super::quote::{FORMAT_VERSION, place_of};
use super::request::id_of;
use crate::diagnostic::Report;
use crate::quote::RequestError;
use crate::source::{Place, Span};
use crate::testing::{self, Failure, PropertyOutcome, Tested};

/// The answer to a request that was refused.
pub fn errors_to_json(id: Option<&str>, errors: &[RequestError]) -> Document {
    let object = Object::default().put("tarif", FORMAT_VERSION).maybe("id", id).put("status", "error");
    Document::of(object.list("errors", errors, error).into())
}

/// As [`errors_to_json`], for a text that could not be read as a request: its id is looked for in it.
pub fn unread_to_json(request: &str, errors: &[RequestError]) -> Document {
    errors_to_json(id_of(request).as_deref(), errors)
}

/// The problems of a book.
pub fn report_to_json(report: &Report) -> Document {
    let report = serde_json::to_value(report).unwrap_or(Value::Null);
    let object = Object::default().put("tarif", FORMAT_VERSION);
    match report {
        Value::Object(fields) => Document::of(
            fields.into_iter().fold(object, |object, (name, value)| object.put(&name, value)).into(),
        ),
        other => Document::of(object.put("problems", other).into()),
    }
}

/// What came of the tests and properties of a book; `place` says where a span of the book lies.
pub fn tested_to_json(tested: &Tested, place: &dyn Fn(Span) -> Place) -> Document {
    let at = |span: Span| {
        let place = place(span);
        place_of(&place.path, place.line)
    };
    let failure = |failure: &Failure| -> Value {
        Object::default()
            .put("message", failure.problem.message.as_str())
            .put("expected", &*failure.expected)
            .put("found", failure.found.as_str())
            .maybe("place", failure.problem.span().map(at))
            .into()
    };
    let test = |test: &testing::Outcome| -> Value {
        let object = Object::default().put("title", &*test.title).put("passed", test.passed());
        object.put("place", at(test.span)).list("failures", &test.failures, failure).into()
    };
    let property = |it: &PropertyOutcome| -> Value {
        Object::default()
            .put("title", &*it.title)
            .put("holds", it.holds())
            .put("tried", it.tried)
            .put("place", at(it.span))
            .maybe("refuted", it.refuted.as_ref().map(|problem| problem.message.as_str()))
            .into()
    };
    let object = Object::default().put("tarif", FORMAT_VERSION).put("passed", tested.passed());
    let object = object.list("tests", &tested.tests, test);
    Document::of(object.list("properties", &tested.properties, property).into())
}

fn error(error: &RequestError) -> Value {
    let object = Object::default().put("code", error.code.id()).put("path", error.path.as_str());
    object.put("message", error.message.as_str()).maybe("help", error.help.as_deref()).into()
}
