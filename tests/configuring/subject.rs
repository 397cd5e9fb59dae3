//! The crate under test: a book as text in, answers out.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};
use tarif::diagnostic::{Severity, render};
use tarif::eval::Plan;
use tarif::workspace::Workspace;
use tarif::{Book as Compiled, Request};

use crate::model::{Book, Home, Slot, Ty, Val};
use crate::print;

/// A book that the crate has compiled.
pub struct Subject {
    pub plan: Arc<Plan>,
    pub workspace: Workspace,
    quotes: Compiled,
}

impl Subject {
    /// Compiles a book, or says what the compiler refuses.
    pub fn compile(book: &Book) -> Result<Subject, String> {
        let mut workspace = Workspace::new();
        workspace.set_file("things.tarif", print::book(book).as_bytes());
        let quotes = Compiled::from_workspace(&workspace).map_err(|_| {
            let mut problems = workspace.problems();
            problems.retain(|problem| problem.code.severity() == Severity::Error);
            render(&problems, workspace.places().sources(), false)
        })?;
        let checked = workspace.book().ok_or("there is no book")?;
        let plan = Arc::new(Plan::new(checked));
        Ok(Subject { plan, workspace, quotes })
    }

    /// The names of the rules that a line with these values breaks, and whether it can be sold at all. None where
    /// a request cannot say so.
    pub fn quote(&self, book: &Book, values: &[Val]) -> Option<(bool, Vec<String>)> {
        let mut request = Map::new();
        let (mut customer, mut quantity) = (Map::new(), json!(1));
        for (slot, value) in book.slots.iter().zip(values) {
            let json = || written(book, slot, *value);
            match slot.home {
                _ if *value == Val::Absent => {}
                Home::Quantity => quantity = json(),
                Home::Context => drop(customer.insert(slot.name.clone(), json())),
                Home::Fact => drop(request.insert(slot.name.clone(), json())),
                _ => {}
            }
            let is_input = matches!(slot.home, Home::Context | Home::Fact);
            // What is left out takes its default.
            if is_input && *value == Val::Absent && slot.default.is_some() {
                return None;
            }
        }
        let mut line = piece(book, values)?;
        line.insert("product".to_owned(), json!(print::PRODUCT));
        line.insert("quantity".to_owned(), quantity);
        request.insert("as_of".to_owned(), json!("2026-02-02"));
        if !customer.is_empty() {
            request.insert("customer".to_owned(), Json::Object(customer));
        }
        request.insert("lines".to_owned(), json!([line]));
        let request = Request::from_json(&Json::Object(request).to_string())
            .unwrap_or_else(|errors| panic!("the request cannot be read: {errors}"));
        let quote =
            self.quotes.quote(&request).unwrap_or_else(|errors| panic!("the request is refused: {errors}"));
        let json: Json = serde_json::from_str(&self.quotes.to_json(&quote)).expect("a quote is JSON");
        let violations = json["lines"][0]["violations"].as_array().expect("a list").clone();
        let names = violations.iter().filter_map(|one| one["name"].as_str().map(str::to_owned)).collect();
        Some((violations.is_empty(), names))
    }
}

/// The options and the pieces of a line, or of a piece; none where a request cannot say so.
fn piece(book: &Book, values: &[Val]) -> Option<Map<String, Json>> {
    let (mut options, mut parts) = (Map::new(), Map::new());
    for (slot, value) in book.slots.iter().zip(values).filter(|(slot, _)| slot.home == Home::Option) {
        match value {
            // What is left out takes its default.
            Val::Absent if slot.default.is_some() => return None,
            Val::Absent => {}
            value => drop(options.insert(slot.name.clone(), written(book, slot, *value))),
        }
    }
    for part in &book.parts {
        let Val::Num(count) = values[part.at] else { continue };
        let pieces = (0..count.to_integer() as usize).map(|at| piece(&part.product, &values[part.piece(at)]));
        let pieces = pieces.map(|piece| piece.map(Json::Object)).collect::<Option<Vec<Json>>>()?;
        parts.insert(part.name.clone(), Json::Array(pieces));
    }
    let mut written = Map::new();
    written.insert("options".to_owned(), Json::Object(options));
    if !parts.is_empty() {
        written.insert("parts".to_owned(), Json::Object(parts));
    }
    Some(written)
}

fn written(book: &Book, slot: &Slot, value: Val) -> Json {
    match (value, slot.ty) {
        (Val::Bool(truth), _) => json!(truth),
        (Val::Set(set), Ty::Set(of)) => json!(print::elements(book, set, of)),
        (Val::Row(row), _) => json!(print::key_of(row)),
        (Val::Num(number), Ty::Num(crate::model::Unit::None)) => {
            json!(print::decimal(number))
        }
        (value, ty) => json!(print::literal(book, value, ty)),
    }
}
