//! The lists of a test's request: `[{ at = 2026-01-03, amount = 5 EUR }, …]`.

use super::request::{Reader, assigned};
use super::test_errors as errors;
use crate::check::describe;
use crate::check::expr::literal_value;
use crate::diagnostic::nearest;
use crate::ir::{Element, ListField, ListTy, Ty, Value};
use crate::source::Span;
use crate::syntax::ast::{self, AssignValue};

impl Reader<'_, '_> {
    /// The value of a list.
    pub(super) fn list(&mut self, name: &str, written: &AssignValue, list: &ListTy) -> Option<Value> {
        let elements: Vec<Option<Element>> = match written {
            // Brackets with nothing between them are a list of whatever is asked for.
            AssignValue::Many(values, _) if values.is_empty() => Vec::new(),
            AssignValue::Elements(elements, _) if list.record => {
                elements.iter().map(|element| self.record(list, element)).collect()
            }
            AssignValue::Many(values, _) if !list.record => {
                let field = list.fields.first()?;
                let plain = values.iter().map(|value| Some([self.plain(field, value)?].into()));
                plain.collect()
            }
            other => {
                let known: Vec<&str> = list.fields.iter().map(|field| field.name.as_ref()).collect();
                self.problems.push(errors::list_of_what(other.span(), name, list.record, &known));
                return None;
            }
        };
        let elements: Option<Vec<Element>> = elements.into_iter().collect();
        elements.map(|elements| Value::List(elements.into()))
    }

    fn plain(&mut self, field: &ListField, literal: &ast::Literal) -> Option<Value> {
        let value = literal_value(self.signatures, literal, field.ty.required(), false, self.problems)?;
        self.is_allowed(field, &value, literal.span).then_some(value)
    }

    fn record(&mut self, list: &ListTy, element: &ast::Element) -> Option<Element> {
        self.refuse_repeated(element.fields.iter().map(assigned));
        let known = || list.fields.iter().map(|field| field.name.as_ref());
        for written in &element.fields {
            if !known().any(|name| *name == *written.name.text) {
                let near = nearest(&written.name.text, known());
                self.problems.push(errors::unknown_field(&written.name, &list.name, near));
            }
        }
        let values = list.fields.iter().map(|field| self.field(field, element)).collect::<Vec<_>>();
        values.into_iter().collect()
    }

    /// What an element says of a field, else its default.
    fn field(&mut self, field: &ListField, element: &ast::Element) -> Option<Value> {
        let Some(written) = element.fields.iter().find(|it| it.name.text == field.name) else {
            if let Some(default) = &field.default {
                return Some(default.clone());
            }
            if let Ty::Optional(_) = field.ty {
                return Some(Value::Absent);
            }
            self.problems.push(errors::element_lacks(element.span, &field.name));
            return None;
        };
        let value = self.value_of(written, field.ty.required())?;
        self.is_allowed(field, &value, written.value.span()).then_some(value)
    }

    /// Whether a value is among those that a field allows; if not, that is reported.
    fn is_allowed(&mut self, field: &ListField, value: &Value, at: Span) -> bool {
        let (Value::Number(number), Ty::Number(ty)) = (value, field.ty.required()) else { return true };
        let allowed = field.domain.contains(number);
        if !allowed {
            let choices = describe::domain_around(&field.domain, ty, number);
            let shown = describe::number_of(number, ty);
            let problem = crate::check::errors::value_not_allowed(at, &field.name, &shown, choices);
            self.problems.push(problem);
        }
        allowed
    }
}
