//! JSON Schemas (draft 2020-12) of the requests to a book and of its quotes, for forms and for other programs.
//!
//! A schema of requests accepts every request that the book can read and names what it can bring: contexts,
//! facts, market figures, entries, products with their options and values. What hangs on more than one field,
//! such as a constraint, is the book's to judge.

use std::str::FromStr;

use serde_json::Value;

use super::configuration_schema;
use super::document::{Document, Object, text};
use super::quote_schema;
use crate::ir::{
    Book, Context, Domain, EnumTy, Index, Input, ListTy, NumberKind, NumberTy, Part, PartsPrice, Preset,
    Product, Ty,
};
use crate::source::limits;
use crate::value::Exact;

/// The dialect of all schemas.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A decimal number in a text.
const NUMBER: &str = r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?";

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaOf {
    /// The requests that a book reads.
    Requests,
    /// The quotes that it gives, and its refusals.
    Quotes,
    /// Requests and quotes, as `$defs` named `request` and `quote`.
    Both,
    /// Answers about configurations; the same for every book.
    Configurations,
}

/// The schema of a book's requests, quotes, or both.
pub fn schema(book: &Book, of: SchemaOf) -> Document {
    let head = Object::default().put("$schema", DIALECT);
    let name = book.label.as_ref().unwrap_or(&book.name);
    Document::of(match of {
        SchemaOf::Requests => request(head.put("title", format!("Request to {name}")), book).into(),
        SchemaOf::Quotes => {
            head.put("title", format!("Quote of {name}")).and(quote_schema::quote(book)).into()
        }
        SchemaOf::Configurations => {
            let title = format!("Configuration of {name}");
            head.put("title", title).and(configuration_schema::configuration(book)).into()
        }
        SchemaOf::Both => {
            let quotes =
                Object::default().put("title", format!("Quote of {name}")).and(quote_schema::quote(book));
            let requests = request(Object::default().put("title", format!("Request to {name}")), book);
            // Each part keeps its own definitions: as a resource of its own it has an identity.
            let parts = Object::default()
                .put("request", requests.put("$id", "request"))
                .put("quote", quotes.put("$id", "quote"));
            let either: Vec<Value> =
                ["request", "quote"].map(|part| Object::default().put("$ref", part).into()).to_vec();
            head.put("title", name.to_string()).put("anyOf", either).put("$defs", parts).into()
        }
    })
}

/// A schema of one type.
fn of_type(name: &str) -> Object {
    Object::default().put("type", name)
}

/// A list of which every element follows a schema.
fn list_of(items: impl Into<Value>) -> Object {
    of_type("array").put("items", items)
}

fn request(head: Object, book: &Book) -> Object {
    let mut fields = Fields::default();
    fields.add("id", of_type("string").put("description", "comes back on the quote"), false);
    fields.add("as_of", of_type("string").put("format", "date").put("description", effective(book)), true);
    if book.currency_by_request {
        let codes: Vec<Value> = book.currencies.iter().map(|code| text(code)).collect();
        fields.add("currency", Object::default().put("enum", codes), true);
    }
    for it in &book.contexts {
        fields.add(&it.name, context(it), it.fields.iter().any(is_required));
    }
    for it in &book.facts {
        fields.add(&it.name, input(it), is_required(it));
    }
    if !book.indexes.is_empty() || !book.exchanges.is_empty() {
        fields.add("market", market(book), false);
    }
    for it in &book.quote.entries {
        fields.add(&it.name, input(it), is_required(it));
    }
    fields.add("reason", of_type("string"), false);
    let has_price = |product: &Product| {
        let of = |name: &str| book.prices.iter().any(|price| *price.target == *name);
        of(&product.name) || product.family.as_deref().is_some_and(of)
    };
    let sold = book.products.iter().filter(|product| has_price(product));
    let lines: Vec<Value> = sold.map(|product| line(book, product).into()).collect();
    fields.add("lines", list_of(Object::default().put("anyOf", lines)), true);
    if !book.has_author() {
        let author = of_type("string").put("description", "who makes the quote, and cannot sign it");
        fields.add("author", author, false);
    }
    fields.add("approved", approved(), false);
    fields.into_object(head).maybe("$defs", pieces(book))
}

/// Signed requirements: what a quote writes of them, and who signed.
fn approved() -> Object {
    let by = of_type("string").put("description", "the person who signed");
    let hash = of_type("string").put("description", "that of the requirement, as the quote wrote it");
    let signed = of_type("object")
        .put("properties", Object::default().put("by", by).put("hash", hash))
        .put("required", vec![text("hash")]);
    list_of(signed).put("description", "requirements of an earlier quote that were signed")
}

fn effective(book: &Book) -> String {
    let period = &book.effective;
    match (period.from, period.to) {
        (Some(from), Some(to)) => format!("the day of the quote, {from} to {to}"),
        (Some(from), None) => format!("the day of the quote, from {from} on"),
        (None, Some(to)) => format!("the day of the quote, up to {to}"),
        (None, None) => "the day of the quote".to_owned(),
    }
}

/// Fields of an object that has no others.
#[derive(Default)]
struct Fields {
    properties: Object,
    required: Vec<Value>,
}

impl Fields {
    fn add(&mut self, name: &str, schema: Object, required: bool) {
        let properties = std::mem::take(&mut self.properties);
        self.properties = properties.put(name, schema);
        if required {
            self.required.push(text(name));
        }
    }

    fn into_object(self, head: Object) -> Object {
        head.put("type", "object")
            .put("properties", self.properties)
            .list_if_any("required", self.required)
            .put("additionalProperties", false)
    }
}

/// Whether a request must bring an input.
fn is_required(input: &Input) -> bool {
    input.default.is_none() && !matches!(input.ty, Ty::Optional(_)) && input.when.is_none()
}

fn context(context: &Context) -> Object {
    let mut fields = Fields::default();
    for it in &context.fields {
        fields.add(&it.name, input(it), is_required(it));
    }
    let head = Object::default().maybe("title", context.label.as_deref());
    fields.into_object(head)
}

fn market(book: &Book) -> Object {
    let mut fields = Fields::default();
    for it in &book.indexes {
        fields.add(&it.input.name, index(it), false);
    }
    for it in &book.exchanges {
        let rate =
            number(&NumberTy { unit: crate::value::Unit::none(), kind: NumberKind::Plain }, &Domain::All);
        fields.add(&format!("{}/{}", it.from, it.to), dated(rate, it.max_age_days), false);
    }
    fields.into_object(Object::default())
}

fn index(index: &Index) -> Object {
    let title = index.input.label.as_deref();
    dated(input(&index.input), index.max_age_days).maybe("title", title)
}

/// A market figure: bare, or with its date; with it only, where its age counts.
fn dated(figure: Object, max_age_days: Option<u32>) -> Object {
    let mut fields = Fields::default();
    let bare = Value::from(figure);
    fields.properties = Object::default().put("value", bare.clone());
    fields.required.push(text("value"));
    fields.add("date", of_type("string").put("format", "date"), max_age_days.is_some());
    let with_date = Value::from(fields.into_object(Object::default()));
    match max_age_days {
        Some(days) => {
            let age = format!("at most {days} days old on the day of the quote");
            Object::default().put("description", age).put("anyOf", vec![with_date])
        }
        None => Object::default().put("anyOf", vec![bare, with_date]),
    }
}

fn line(book: &Book, product: &Product) -> Object {
    let mut fields = Fields::default();
    fields.add("id", of_type("string").put("description", "the line's number when left out"), false);
    fields.add("product", Object::default().put("const", &*product.name), true);
    fields.add("quantity", input(&product.quantity), true);
    configuration(book, product, true, &mut fields);
    fields.into_object(Object::default().maybe("title", product.label.as_deref()))
}

/// What lines and pieces have in common; who has a price of its own has entries.
fn configuration(book: &Book, product: &Product, priced: bool, fields: &mut Fields) {
    let presets: Vec<Value> = book.presets_of(product).map(|preset| preset_choice(preset)).collect();
    if !presets.is_empty() {
        fields.add("preset", Object::default().put("oneOf", presets), false);
    }
    let mut options = Fields::default();
    for it in product.options.iter().filter(|it| it.with_line) {
        fields.add(&it.name, input(it), is_required(it));
    }
    for it in product.options.iter().filter(|it| !it.with_line) {
        options.add(&it.name, input(it), false);
    }
    fields.add("options", options.into_object(Object::default()), false);
    if !product.parts.is_empty() {
        let priced = priced && product.parts_price == Some(PartsPrice::Priced);
        let mut parts = Fields::default();
        for it in &product.parts {
            parts.add(&it.name, part(book, it, priced), false);
        }
        fields.add("parts", parts.into_object(Object::default()), false);
    }
    let own = book.prices.iter().find(|price| price.target == product.name);
    let family = || book.prices.iter().find(|price| Some(&price.target) == product.family.as_ref());
    for it in own.or_else(family).filter(|_| priced).map_or(&[][..], |price| &price.entries) {
        fields.add(&it.name, input(it), false);
    }
    fields.add("reason", of_type("string"), false);
}

/// A part: a number of pieces, or each piece by the definition of its product.
fn part(book: &Book, part: &Part, priced: bool) -> Object {
    let at = book.products.iter().position(|product| product.name == part.product).unwrap_or_default();
    let piece = Object::default().put("$ref", format!("#/$defs/{}", piece_name(at, priced)));
    let count = count().put("description", "so many pieces without a choice");
    let counts = match (part.least, part.most) {
        (least, most) if least == most => format!("exactly {least}"),
        (least, most) => format!("{least} to {most}"),
    };
    let head = Object::default().maybe("title", part.label.as_deref()).put("description", counts);
    head.put("anyOf", vec![Value::from(list_of(piece)), Value::from(count)])
}

fn count() -> Object {
    number(&NumberTy { unit: crate::value::Unit::none(), kind: NumberKind::Int }, &Domain::All)
}

/// The name of the definition of a piece, by the position of its product.
fn piece_name(at: usize, priced: bool) -> String {
    if priced { format!("piece_{at}") } else { format!("included_piece_{at}") }
}

/// The definitions of all pieces: each product once, however often it is a part.
fn pieces(book: &Book) -> Option<Object> {
    let mut found = None;
    for (at, product) in book.products.iter().enumerate() {
        for priced in [true, false] {
            let is_piece = book.products.iter().any(|bundle| {
                let own = bundle.parts_price == Some(PartsPrice::Priced);
                bundle.parts.iter().any(|part| part.product == product.name) && (own || !priced)
            });
            if !is_piece {
                continue;
            }
            let mut fields = Fields::default();
            fields.add("id", of_type("string"), false);
            fields.add("quantity", count().put("description", "so many alike pieces"), false);
            configuration(book, product, priced, &mut fields);
            let schema = fields.into_object(Object::default().maybe("title", product.label.as_deref()));
            found = Some(found.unwrap_or_else(Object::default).put(&piece_name(at, priced), schema));
        }
    }
    found
}

fn preset_choice(preset: &Preset) -> Value {
    let one = Object::default().put("const", &*preset.name).maybe("title", preset.label.as_deref());
    one.maybe("description", preset.because.as_deref()).into()
}

/// The schema of the values of an input.
fn input(input: &Input) -> Object {
    let schema = of_ty(input.ty.required(), &input.domain);
    let schema = if input.optional {
        Object::default().put("anyOf", vec![Value::from(schema), of_type("null").into()])
    } else {
        schema
    };
    let schema = schema.maybe("title", input.label.as_deref());
    let default = input.default.as_ref().and_then(|value| constant(value, input.ty.required()));
    schema.maybe("default", default)
}

fn of_ty(ty: &Ty, domain: &Domain) -> Object {
    match ty {
        Ty::Bool => of_type("boolean"),
        Ty::Text => of_type("string"),
        Ty::Date => of_type("string").put("format", "date"),
        Ty::Number(number_ty) => number(number_ty, domain),
        Ty::Choice(of) => choice(of),
        Ty::Set(of) => list_of(choice(of)).put("uniqueItems", true),
        Ty::Row(table) => Object::default()
            .put("type", vec![text("string"), text("number")])
            .put("description", format!("a key of the table `{table}`")),
        Ty::Optional(inner) => of_ty(inner, domain),
        Ty::List(list) => list_schema(list),
        Ty::Names => list_of(of_type("string")),
    }
}

/// A list: of objects with all their fields, or of plain values.
fn list_schema(list: &ListTy) -> Object {
    let in_order = list.ordered.then_some("in order");
    let items = match list.fields.as_slice() {
        [one] if !list.record => of_ty(&one.ty, &one.domain),
        many => {
            let mut fields = Fields::default();
            for it in many {
                let schema = of_ty(it.ty.required(), &it.domain);
                let schema = match it.ty {
                    Ty::Optional(_) => {
                        Object::default().put("anyOf", vec![Value::from(schema), of_type("null").into()])
                    }
                    _ => schema,
                };
                let default = it.default.as_ref().and_then(|value| constant(value, it.ty.required()));
                let schema = schema.maybe("title", it.label.as_deref()).maybe("default", default);
                fields.add(&it.name, schema, it.default.is_none() && !matches!(it.ty, Ty::Optional(_)));
            }
            fields.into_object(Object::default())
        }
    };
    list_of(items).put("maxItems", limits::MAX_LIST_ELEMENTS).maybe("description", in_order)
}

fn choice(of: &EnumTy) -> Object {
    if of.values.iter().all(|value| value.label.is_none()) {
        return Object::default()
            .put("enum", of.values.iter().map(|value| text(&value.key)).collect::<Vec<_>>());
    }
    let one =
        |key: &str, label: Option<&str>| Object::default().put("const", key).maybe("title", label).into();
    let values: Vec<Value> = of.values.iter().map(|it| one(&it.key, it.label.as_deref())).collect();
    Object::default().put("oneOf", values)
}

/// A number: itself, or a text that may carry its unit.
fn number(ty: &NumberTy, domain: &Domain) -> Object {
    let kind = if ty.kind == NumberKind::Int { "integer" } else { "number" };
    let bare = match domain {
        Domain::All => of_type(kind),
        Domain::Numbers(values) => {
            let values: Vec<Value> = values.iter().filter_map(|(value, _)| json_number(value)).collect();
            Object::default().put("enum", values)
        }
        Domain::Range { from, to, .. } => {
            of_type(kind).maybe("minimum", json_number(from)).maybe("maximum", json_number(to))
        }
    };
    let (pattern, description) = match ty.kind {
        NumberKind::Rate => (format!("^{NUMBER}%?$"), Some("a share: `\"8%\"`, or 0.08".to_owned())),
        _ if ty.unit.is_none() => (format!("^{NUMBER}$"), None),
        _ => {
            let unit = ty.unit.to_string();
            (
                format!("^{NUMBER}( \\S+)?$"),
                Some(format!("in {unit}; a text may carry another unit of the same kind")),
            )
        }
    };
    let in_text = of_type("string").put("pattern", pattern);
    Object::default().put("anyOf", vec![Value::from(bare), in_text.into()]).maybe("description", description)
}

/// A number in all its digits; nothing for one whose decimals have no end.
fn json_number(number: &Exact) -> Option<Value> {
    let digits = number.to_decimal_text(0)?;
    serde_json::Number::from_str(&digits).ok().map(Value::Number)
}

/// A constant as a request would write it.
fn constant(value: &crate::ir::Value, ty: &Ty) -> Option<Value> {
    use crate::ir::Value as Constant;
    match (value, ty) {
        (Constant::Bool(truth), _) => Some(Value::Bool(*truth)),
        (Constant::Number(number), _) => json_number(number),
        (Constant::Text(it), _) => Some(text(it)),
        (Constant::List(elements), _) if elements.is_empty() => Some(Value::Array(Vec::new())),
        (Constant::Date(date), _) => Some(Value::String(date.to_string())),
        (Constant::Choice(at), Ty::Choice(of)) => of.values.get(usize::from(*at)).map(|it| text(&it.key)),
        (Constant::Set(set), Ty::Set(of)) => {
            let held = of
                .values
                .iter()
                .enumerate()
                .filter(|(at, _)| set.checked_shr(*at as u32).unwrap_or(0) & 1 == 1);
            Some(held.map(|(_, it)| text(&it.key)).collect())
        }
        _ => None,
    }
}
