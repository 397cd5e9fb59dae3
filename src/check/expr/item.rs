//! `used[3].units`: something of the element of a list at a position, where there is one.

use super::{Checker, node};
use crate::check::errors;
use crate::check::scope::Elements;
use crate::check::types::optional;
use crate::format::expr_text;
use crate::ir::{
    self, Aggregate, AggregateKind, ElementPlace, ExprKind, Name, NumberKind, Place, Source, Ty,
};
use crate::syntax::ast;

impl Checker<'_, '_> {
    /// The element by itself where it is a plain value, else its field. It is missing where there is no element
    /// at the position.
    pub(super) fn item(
        &mut self,
        (list_tree, at): (&ast::Expr, &ast::Expr),
        field: Option<&ast::Name>,
        whole: &ast::Expr,
    ) -> Option<ir::Expr> {
        let source = self.source(list_tree);
        let at = self.check(at, Some(&Ty::number(NumberKind::Int)));
        let shown = expr_text(list_tree);
        let (of, list) = match source? {
            (Source::List(of), Elements::List(list)) => (of, list),
            _ => {
                self.problems.push(errors::no_positions(list_tree.span, &shown));
                return None;
            }
        };
        if !list.ordered {
            self.problems.push(errors::position_without_order(whole.span, &shown));
            return None;
        }
        let known = || -> Vec<&str> { list.fields.iter().map(|field| field.name.as_ref()).collect() };
        let found = match field {
            Some(field) if list.record => {
                let found = list.fields.iter().position(|it| it.name == field.text);
                if found.is_none() {
                    self.problems.push(errors::no_field_of_item(field, &shown, &known()));
                }
                found?
            }
            None if !list.record => 0,
            _ => {
                let known = if list.record { known() } else { Vec::new() };
                self.problems.push(errors::item_is_no_value(whole.span, &shown, &known));
                return None;
            }
        };
        let (own, position) = (list.fields.get(found)?, u16::try_from(found).ok()?);
        if let Ty::List(inner) = &own.ty {
            self.problems.push(errors::list_is_no_value(whole.span, &expr_text(whole), inner));
            return None;
        }
        let depth = u16::try_from(self.scope.elements.len()).ok()?;
        let read = ElementPlace::Field { at: position, name: field.map(|field| field.text.clone()) };
        let place = Place::Element { depth, element: Name::from(""), of: read };
        let body = Some(node(ExprKind::Read(place), own.ty.clone(), whole.span));
        let aggregate = Aggregate {
            // Of one element it is that element's, of whatever type it is.
            kind: AggregateKind::Max,
            source: Source::Item { list: of, at: Box::new(at?) },
            depth,
            filter: None,
            ranking: None,
            body,
            before: Vec::new(),
            text: Name::from(expr_text(whole)),
        };
        let ty = optional(own.ty.clone());
        Some(node(ExprKind::Aggregate(Box::new(aggregate)), ty, whole.span))
    }
}
