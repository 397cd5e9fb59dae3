//! Names, paths, texts, and values written out.

use std::sync::Arc;

use super::{Builder, Piece, Pieces, take};
use crate::source::Span;
use crate::syntax::ast::{Literal, LiteralKind, Name, Number, Path, Period, Quantity, Text, UnitExpr};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;
use crate::value::Date;

impl<'t> Builder<'t> {
    /// The next piece as a name.
    pub(super) fn name(&mut self, pieces: &mut Pieces<'t>) -> Option<Name> {
        let piece = take(pieces, Rule::name)?;
        Some(self.name_of(&piece))
    }

    pub(super) fn name_of(&self, piece: &Piece<'t>) -> Name {
        Name { text: Arc::from(piece.as_str()), span: self.span(piece) }
    }

    /// A name and the label behind it.
    pub(super) fn name_and_label(&mut self, pieces: &mut Pieces<'t>) -> Option<(Name, Option<Text>)> {
        let name = self.name(pieces)?;
        let label = self.label(pieces);
        Some((name, label))
    }

    /// The label that comes next, if one does.
    pub(super) fn label(&mut self, pieces: &mut Pieces<'t>) -> Option<Text> {
        let piece = take(pieces, Rule::label)?;
        Some(self.text(piece))
    }

    /// The text that comes next, if one does.
    pub(super) fn next_text(&mut self, pieces: &mut Pieces<'t>) -> Option<Text> {
        let piece = take(pieces, Rule::text)?;
        Some(self.text(piece))
    }

    /// A text without its quotes and escapes.
    pub(super) fn text(&mut self, piece: Piece<'t>) -> Text {
        let span = self.span(&piece);
        let written = piece.as_str();
        let inside = written.get(1..written.len().saturating_sub(1)).unwrap_or("");
        let text =
            if inside.contains('\\') { self.unescape(inside, span.start + 1, span) } else { inside.into() };
        Text { text, span }
    }

    fn unescape(&mut self, inside: &str, start: u32, span: Span) -> Arc<str> {
        let mut plain = String::with_capacity(inside.len());
        let mut characters = inside.char_indices();
        while let Some((at, character)) = characters.next() {
            if character != '\\' {
                plain.push(character);
                continue;
            }
            match characters.next() {
                Some((_, next @ ('"' | '\\'))) => plain.push(next),
                Some((_, next)) => {
                    let at = start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
                    let length = u32::try_from(1 + next.len_utf8()).unwrap_or(1);
                    let place = Span::new(span.file, at, at.saturating_add(length));
                    self.report(errors::bad_escape(place, &format!("\\{next}")));
                    plain.push(next);
                }
                None => {}
            }
        }
        plain.into()
    }

    /// A dotted name.
    pub(super) fn path(&mut self, piece: Piece<'t>) -> Path {
        let span = self.span(&piece);
        let parts = piece.into_inner();
        let mut names = Vec::with_capacity(parts.len());
        names.extend(parts.map(|part| self.name_of(&part)));
        Path { names, span }
    }

    /// A day; one that no calendar has is reported, and the first day of all stands in for it.
    pub(super) fn date(&mut self, piece: &Piece<'t>) -> Date {
        self.known_date(piece).unwrap_or(Date::MIN)
    }

    /// A day; one that no calendar has is reported.
    fn known_date(&mut self, piece: &Piece<'t>) -> Option<Date> {
        let text = piece.as_str();
        if let Ok(date) = Date::parse(text) {
            return Some(date);
        }
        let parts: Vec<&str> = text.split('-').collect();
        let help = match parts.as_slice() {
            [year, month, day] if month.len() < 2 || day.len() < 2 => {
                format!("write `{year}-{month:0>2}-{day:0>2}`: four digits, two and two")
            }
            [year, month, _] => last_day(year, month),
            _ => "a date is written year-month-day: `2026-01-31`".to_owned(),
        };
        self.report(errors::bad_date(self.span(piece), text, help));
        None
    }

    /// The day that comes next.
    pub(super) fn next_date(&mut self, pieces: &mut Pieces<'t>) -> Option<Date> {
        let piece = take(pieces, Rule::date)?;
        Some(self.date(&piece))
    }

    /// `A to B`, `from A`, `to B`.
    pub(super) fn period(&mut self, piece: Piece<'t>) -> Period {
        let span = self.span(&piece);
        let (mut from, mut to, mut behind_to) = (None, None, false);
        for part in piece.into_inner() {
            match part.as_rule() {
                Rule::k_to => behind_to = true,
                Rule::date if behind_to => to = self.known_date(&part),
                Rule::date => from = self.known_date(&part),
                _ => {}
            }
        }
        if let (Some(first), Some(last)) = (from, to)
            && last < first
        {
            self.report(errors::backward_period(span, &first.to_string(), &last.to_string()));
        }
        Period { from, to, span }
    }

    /// `amount` or `signed_amount` where a quantity, or a bare number, is wanted.
    pub(super) fn quantity_of(&mut self, piece: Piece<'t>) -> Option<Quantity> {
        let span = self.span(&piece);
        match self.amount(piece)? {
            LiteralKind::Number(number) => Some(Quantity { number, unit: None }),
            LiteralKind::Quantity(quantity) => Some(quantity),
            LiteralKind::Percent(number) => {
                let message = "a rate stands where an amount belongs";
                self.report(errors::unexpected(
                    span,
                    message,
                    "expected an amount",
                    "write it with its unit",
                ));
                Some(Quantity { number, unit: None })
            }
            _ => None,
        }
    }

    /// The amount that comes next, if one does.
    pub(super) fn next_quantity(&mut self, pieces: &mut Pieces<'t>) -> Option<Quantity> {
        let rule = pieces.peek()?.as_rule();
        if matches!(rule, Rule::amount | Rule::signed_amount) {
            self.quantity_of(pieces.next()?)
        } else {
            None
        }
    }

    /// `amount` or `signed_amount` where a number, a quantity or a rate is wanted.
    pub(super) fn amount_literal(&mut self, piece: Piece<'t>) -> Option<Literal> {
        let span = self.span(&piece);
        Some(Literal { kind: self.amount(piece)?, span })
    }

    /// A number alone, with a unit, or in percent.
    pub(super) fn amount(&mut self, piece: Piece<'t>) -> Option<LiteralKind> {
        let written = piece.as_str();
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        let digits = take(&mut parts, Rule::number)?;
        let (start, digits_span) = (span.start, self.span(&digits));
        let sign = match written.chars().next() {
            Some('−') => {
                let sign = Span::new(span.file, start, digits_span.start);
                self.report(errors::foreign_operator(sign, "−", "-"));
                "-"
            }
            Some('-') => "-",
            _ => "",
        };
        let value = self.number(digits.as_str(), digits_span);
        let value = if sign.is_empty() { value } else { value.neg() };
        let number = Number {
            value,
            text: if sign.is_empty() {
                digits.as_str().into()
            } else {
                format!("{sign}{}", digits.as_str()).into()
            },
            span: Span::new(span.file, start, digits_span.end),
        };
        let Some(tail) = parts.next() else { return Some(LiteralKind::Number(number)) };
        match tail.as_rule() {
            Rule::percent => Some(LiteralKind::Percent(number)),
            Rule::blank_percent => {
                self.report(errors::blank_before_percent(span, &format!("{}%", number.text)));
                Some(LiteralKind::Percent(number))
            }
            _ => Some(LiteralKind::Quantity(Quantity { number, unit: Some(self.unit(tail)) })),
        }
    }

    /// `CNY/kg`: names with `/` or `*` between them.
    pub(super) fn unit(&mut self, piece: Piece<'t>) -> UnitExpr {
        let span = self.span(&piece);
        let (written, begin) = (piece.as_str(), piece.as_span().start());
        let parts = piece.into_inner();
        let mut factors = Vec::with_capacity(parts.len());
        factors.extend(parts.map(|part| {
            let before = (part.as_span().start() - begin).checked_sub(1);
            let divides = before.and_then(|at| written.as_bytes().get(at)) == Some(&b'/');
            (self.name_of(&part), if divides { -1 } else { 1 })
        }));
        UnitExpr { factors, span }
    }

    /// A value, of whatever form.
    pub(super) fn literal(&mut self, piece: Piece<'t>) -> Option<Literal> {
        let span = self.span(&piece);
        let kind = match piece.as_rule() {
            Rule::value_or_word | Rule::first_word => return self.literal(piece.into_inner().next()?),
            Rule::date => LiteralKind::Date(self.date(&piece)),
            Rule::amount | Rule::signed_amount => self.amount(piece)?,
            Rule::text => LiteralKind::Text(self.text(piece).text),
            Rule::bool => LiteralKind::Bool(piece.as_str() == "true"),
            Rule::word | Rule::name => LiteralKind::Word(Arc::from(piece.as_str())),
            _ => return None,
        };
        Some(Literal { kind, span })
    }
}

/// What to say about a day that a month does not have.
fn last_day(year: &str, month: &str) -> String {
    let first = Date::parse(&format!("{year}-{month}-01"));
    match first {
        Ok(first) => format!("the last day of that month is `{year}-{month}-{}`", first.days_in_month()),
        Err(_) => "months run from 01 to 12, days from 01: `2026-01-31`".to_owned(),
    }
}
