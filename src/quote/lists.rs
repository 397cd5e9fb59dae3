//! A list as a request writes it → the elements that the book asks for, each slip with its path.

use super::bind::{Binder, joined};
use super::error::RequestError;
use super::read::found;
use super::request::Raw;
use crate::diagnostic::{codes, nearest};
use crate::ir::{Element, Input, ListField, ListTy, Ty, Value};
use crate::source::{Span, limits};

/// How many slips of one request are told of its lists.
const MOST_ERRORS: usize = 20;

impl Binder<'_> {
    /// The value of a list; none where something is wrong with it, which is told.
    pub(super) fn list(&mut self, list: &ListTy, raw: &Raw, path: &str) -> Option<Value> {
        let items = match raw {
            Raw::List(items) => items,
            raw => {
                let name = &list.name;
                let message = format!("`{name}` is {}, and a list is expected", found(raw));
                let error = self.error(codes::BAD_VALUE, path, message);
                error.help = Some(format!("write `\"{}\": [ … ]`, also for one element or none", last(path)));
                return None;
            }
        };
        if items.len() > limits::MAX_LIST_ELEMENTS {
            let most = limits::MAX_LIST_ELEMENTS;
            let message = format!("`{path}` has {} elements and may have {most}", items.len());
            self.error(codes::REQUEST_TOO_LARGE, path, message).help = Some("send several requests".into());
            return None;
        }
        let fields: Vec<Input> = list.fields.iter().map(input_of).collect();
        let told = self.errors.len();
        let mut elements: Vec<Element> = Vec::with_capacity(items.len());
        for (at, item) in items.iter().enumerate() {
            if self.errors.len() >= told.saturating_add(MOST_ERRORS) {
                return None;
            }
            let path = format!("{path}[{at}]");
            let element = match list.record {
                true => self.record(list, &fields, item, &path),
                false => fields.first().and_then(|field| Some([self.field_value(field, item, path)?].into())),
            };
            elements.extend(element);
        }
        (self.errors.len() == told).then(|| Value::List(elements.into()))
    }

    /// An element with named fields.
    fn record(&mut self, list: &ListTy, fields: &[Input], raw: &Raw, path: &str) -> Option<Element> {
        let Raw::Object(given) = raw else {
            let message =
                format!("an element of `{}` is {}, and an object is expected", list.name, found(raw));
            let names: Vec<String> = list.fields.iter().map(|it| format!("\"{}\": …", it.name)).collect();
            let error = self.error(codes::BAD_VALUE, path, message);
            error.help = Some(format!("write `{{ {} }}`", names.join(", ")));
            return None;
        };
        for (name, _) in given {
            if !list.fields.iter().any(|field| *field.name == **name) {
                let near = nearest(name, list.fields.iter().map(|field| &*field.name));
                let message = format!("an element of `{}` has no field `{name}`", list.name);
                let error = RequestError::new(codes::UNKNOWN_FIELD, joined(path, name), message);
                self.errors.push(error.did_you_mean(near));
            }
        }
        let mut values = Vec::with_capacity(list.fields.len());
        for field in fields {
            let own = joined(path, &field.name);
            match self.field(given, &field.name, path) {
                Some(raw) => values.extend(self.field_value(field, raw, own)),
                None => match &field.default {
                    Some(default) => values.push(default.clone()),
                    None if field.optional => values.push(Value::Absent),
                    None => {
                        let message = format!("`{own}` is not given and has no default");
                        self.error(codes::MISSING_VALUE, own, message);
                    }
                },
            }
        }
        (values.len() == list.fields.len()).then(|| values.into())
    }

    fn field_value(&mut self, field: &Input, raw: &Raw, path: String) -> Option<Value> {
        if let Ty::List(list) = &field.ty {
            return self.list(list, raw, &path);
        }
        match self.reader().input(field, raw) {
            Ok(value) => Some(value),
            Err(refusal) => {
                self.refuse(codes::BAD_VALUE, path, refusal);
                None
            }
        }
    }
}

/// A field of an element as an input.
fn input_of(field: &ListField) -> Input {
    Input {
        optional: matches!(field.ty, Ty::Optional(_)),
        default: field.default.clone(),
        ..Input::new(field.name.clone(), field.ty.clone(), field.domain.clone(), Span::default())
    }
}

/// The last name of a path.
fn last(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(_, name)| name)
}
