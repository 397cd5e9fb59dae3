//! `test` blocks: a request written out, and what is expected of its quote.

use super::{Builder, Piece, Pieces, skip, take};
use crate::source::Span;
use crate::syntax::ast::{
    Assign, AssignValue, Element, Expectation, GivenContext, MarketValue, Test, TestLine, TestPiece,
};
use crate::syntax::errors;
use crate::syntax::grammar::Rule;

impl<'t> Builder<'t> {
    pub(super) fn test(&mut self, mut parts: Pieces<'t>) -> Option<Test> {
        skip(&mut parts, Rule::k_test);
        let mut test = Test {
            title: self.next_text(&mut parts)?,
            as_of: None,
            as_of_at: None,
            currency: None,
            market: Vec::new(),
            contexts: Vec::new(),
            facts: Vec::new(),
            entries: Vec::new(),
            lines: Vec::new(),
            expectations: Vec::new(),
        };
        for part in parts {
            let span = self.span(&part);
            match part.as_rule() {
                Rule::as_of => {
                    let day = self.date(&part.into_inner().last()?);
                    match test.as_of_at {
                        Some(first) => self.report(errors::twice(span, first, "as_of")),
                        None => test.as_of = Some(day),
                    }
                    test.as_of_at = test.as_of_at.or(Some(span));
                }
                Rule::currency => {
                    let name = self.name_of(&part.into_inner().last()?);
                    match &test.currency {
                        Some(known) => self.report(errors::twice(span, known.span, "currency")),
                        None => test.currency = Some(name),
                    }
                }
                Rule::market => test.market.push(self.market(part.into_inner(), span)?),
                Rule::given_context => test.contexts.push(self.given_context(part.into_inner())?),
                Rule::given_fact => test.facts.push(self.assign(part.into_inner().last()?)?),
                Rule::assign => test.entries.push(self.assign(part)?),
                Rule::test_line => test.lines.push(self.test_line(part.into_inner(), span)?),
                Rule::expect => {
                    let condition = self.expr(part.into_inner().last()?)?;
                    test.expectations.push(Expectation { condition, span });
                }
                _ => {}
            }
        }
        Some(test)
    }

    fn market(&mut self, mut parts: Pieces<'t>, span: Span) -> Option<MarketValue> {
        skip(&mut parts, Rule::k_market);
        let name = self.name(&mut parts)?;
        let to = if skip(&mut parts, Rule::k_to) { self.name(&mut parts) } else { None };
        let value = self.literal(parts.next()?)?;
        let on = if skip(&mut parts, Rule::k_on) { self.next_date(&mut parts) } else { None };
        Some(MarketValue { name, to, value, on, span })
    }

    fn given_context(&mut self, mut parts: Pieces<'t>) -> Option<GivenContext> {
        skip(&mut parts, Rule::k_given);
        let name = self.name(&mut parts)?;
        let fields = self.assigns(&mut parts)?;
        Some(GivenContext { name, fields })
    }

    fn test_line(&mut self, mut parts: Pieces<'t>, span: Span) -> Option<TestLine> {
        skip(&mut parts, Rule::k_line);
        let name = self.own_name(&mut parts);
        let product = self.name(&mut parts)?;
        let preset = take(&mut parts, Rule::from_preset);
        let preset = preset.and_then(|piece| piece.into_inner().last()).map(|piece| self.name_of(&piece));
        let (fields, pieces) = self.line_body(&mut parts)?;
        Some(TestLine { name, product, preset, fields, pieces, span })
    }

    pub(super) fn line_body(&mut self, parts: &mut Pieces<'t>) -> Option<(Vec<Assign>, Vec<TestPiece>)> {
        let (mut fields, mut pieces) = (Vec::new(), Vec::new());
        for part in take(parts, Rule::line_body).into_iter().flat_map(|piece| piece.into_inner()) {
            match part.as_rule() {
                Rule::assign => fields.push(self.assign(part)?),
                _ => pieces.push(self.test_piece(part)?),
            }
        }
        Some((fields, pieces))
    }

    fn test_piece(&mut self, piece: Piece<'t>) -> Option<TestPiece> {
        let span = self.span(&piece);
        let mut parts = piece.into_inner();
        skip(&mut parts, Rule::k_part);
        let name = self.own_name(&mut parts);
        let part = self.name(&mut parts)?;
        let (fields, pieces) = self.line_body(&mut parts)?;
        Some(TestPiece { name, part, fields, pieces, span })
    }

    pub(super) fn assigns(&mut self, parts: &mut Pieces<'t>) -> Option<Vec<Assign>> {
        let Some(piece) = take(parts, Rule::assigns) else { return Some(Vec::new()) };
        piece.into_inner().map(|piece| self.assign(piece)).collect()
    }

    fn assign(&mut self, piece: Piece<'t>) -> Option<Assign> {
        let mut parts = piece.into_inner();
        let name = self.name(&mut parts)?;
        let value = parts.next()?;
        if value.as_rule() != Rule::many {
            return Some(Assign { name, value: AssignValue::One(self.literal(value)?) });
        }
        let span = self.span(&value);
        let items: Vec<Piece<'t>> = value.into_inner().collect();
        let records = items.iter().filter(|item| item.as_rule() == Rule::element).count();
        let value = if records == 0 {
            AssignValue::Many(items.into_iter().map(|item| self.literal(item)).collect::<Option<_>>()?, span)
        } else {
            if let Some(plain) = items.iter().find(|item| item.as_rule() != Rule::element) {
                let at = self.span(plain);
                self.report(errors::unexpected(
                    at,
                    "a plain value stands among elements with fields",
                    "expected `{`",
                    "write all elements of a list alike: `[{ amount = 5 EUR }, { amount = 7 EUR }]`",
                ));
            }
            let records = items.into_iter().filter(|item| item.as_rule() == Rule::element);
            AssignValue::Elements(records.map(|item| self.element(item)).collect::<Option<_>>()?, span)
        };
        Some(Assign { name, value })
    }

    fn element(&mut self, piece: Piece<'t>) -> Option<Element> {
        let span = self.span(&piece);
        let fields = piece.into_inner().map(|piece| self.assign(piece)).collect::<Option<_>>()?;
        Some(Element { fields, span })
    }
}
