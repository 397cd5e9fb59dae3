//! Types: names, units, lists of values, ranges, sets.

use super::{Builder, Piece, Pieces, clauses, take};
use crate::source::Span;
use crate::syntax::ast::{Choice, Choices, ListElements, ListType, LiteralKind, Type, TypeKind};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;

impl<'t> Builder<'t> {
    /// The type that comes next, if one does.
    pub(super) fn next_type(&mut self, pieces: &mut Pieces<'t>) -> Option<Type> {
        let piece = take(pieces, Rule::any_type)?;
        self.any_type(piece)
    }

    /// A type with or without `optional` behind it.
    pub(super) fn optional_type(&mut self, pieces: &mut Pieces<'t>) -> Option<Type> {
        let piece = take(pieces, Rule::optional_type)?;
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let ty = self.next_type(&mut parts)?;
        if take(&mut parts, Rule::k_optional).is_none() {
            return Some(ty);
        }
        Some(Type { kind: TypeKind::Optional(Box::new(ty)), span })
    }

    pub(super) fn any_type(&mut self, piece: Piece<'t>) -> Option<Type> {
        let span = self.span(&piece);
        let form = piece.into_inner().next()?;
        self.type_of(form, span)
    }

    fn type_of(&mut self, form: Piece<'t>, span: Span) -> Option<Type> {
        let rule = form.as_rule();
        let kind = match rule {
            Rule::unit_product => TypeKind::Unit(self.unit(form)),
            Rule::choices => TypeKind::Choices(self.choices(form)?),
            Rule::range_or_list => self.range_or_list(form, span)?,
            Rule::dotted_type => TypeKind::Named(self.path(form.into_inner().next()?)),
            Rule::key_of => {
                let mut parts = form.into_inner();
                take(&mut parts, Rule::k_key)?;
                take(&mut parts, Rule::k_of)?;
                TypeKind::KeyOf(self.name(&mut parts)?)
            }
            Rule::list_of => TypeKind::List(Box::new(self.list_of(form.into_inner())?)),
            Rule::any_of => {
                let inner = form.into_inner().last()?;
                let inner_span = self.span(&inner);
                TypeKind::Set(Box::new(self.type_of(inner, inner_span)?))
            }
            _ => return None,
        };
        Some(Type { kind, span })
    }

    fn list_of(&mut self, mut parts: Pieces<'t>) -> Option<ListType> {
        take(&mut parts, Rule::k_list)?;
        take(&mut parts, Rule::k_of)?;
        let of = parts.next()?;
        let elements = match of.as_rule() {
            Rule::list_record => {
                let (mut pieces, mut fields) = (of.into_inner(), Vec::new());
                while pieces.peek().is_some() {
                    fields.push(self.field(&mut pieces, &clauses::FIELD)?);
                }
                ListElements::Record(fields)
            }
            _ => ListElements::Values(self.any_type(of)?),
        };
        let ordered = parts.next().map(|piece| self.span(&piece));
        Some(ListType { elements, ordered })
    }

    fn range_or_list(&mut self, form: Piece<'t>, span: Span) -> Option<TypeKind> {
        let mut parts = form.into_inner();
        let first = self.choice(parts.next()?)?;
        let Some(tail) = parts.next() else {
            return Some(TypeKind::Choices(Choices { values: vec![first], ranked: false, span }));
        };
        if tail.as_rule() != Rule::range_tail {
            return Some(TypeKind::Choices(self.tail(first, tail, span)?));
        }
        if let Some(label) = first.label {
            let message = "a label stands inside a range";
            self.report(errors::unexpected(label.span, message, "", "labels belong to the values of a list"));
        }
        if let LiteralKind::Word(word) = &first.value.kind {
            let message = format!("a range begins with the word `{word}`");
            let help =
                "a range runs from one number, amount or date to another; a list of values is parted by `|`";
            self.report(errors::unexpected(first.value.span, message, "expected a number", help));
        }
        let mut ends = tail.into_inner();
        take(&mut ends, Rule::k_to)?;
        let to = Box::new(self.literal(ends.next()?)?);
        let step = match take(&mut ends, Rule::k_step) {
            Some(_) => Some(Box::new(self.literal(ends.next()?)?)),
            None => None,
        };
        Some(TypeKind::Range { from: Box::new(first.value), to, step })
    }

    /// The list of an `enum` declaration or of `any of`.
    pub(super) fn choices(&mut self, piece: Piece<'t>) -> Option<Choices> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let first = self.choice(parts.next()?)?;
        match parts.next() {
            Some(tail) => self.tail(first, tail, span),
            None => Some(Choices { values: vec![first], ranked: false, span }),
        }
    }

    fn tail(&mut self, first: Choice, tail: Piece<'t>, span: Span) -> Option<Choices> {
        let ranked = tail.as_rule() == Rule::ranked_tail;
        let mut values = vec![first];
        for piece in tail.into_inner() {
            values.push(self.choice(piece)?);
        }
        Some(Choices { values, ranked, span })
    }

    fn choice(&mut self, piece: Piece<'t>) -> Option<Choice> {
        let mut parts = piece.into_inner();
        let value = self.literal(parts.next()?)?;
        let label = self.label(&mut parts);
        Some(Choice { value, label })
    }
}
