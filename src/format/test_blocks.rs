//! `test` blocks.

use super::expressions::expr;
use super::flow::Flow;
use super::lines::{Line, Lines};
use super::words::{literal, text};
use crate::source::Span;
use crate::syntax::ast::{Assign, AssignValue, Element, MarketValue, Name, Test, TestPiece};

/// A part of a test, with the place where it stood.
enum Part<'a> {
    Line(Flow),
    Assigns(Flow, &'a [Assign], &'a [TestPiece]),
}

impl Lines<'_> {
    pub(super) fn test(&mut self, test: &Test, at: Span) {
        let mut parts: Vec<(Span, Part<'_>)> = Vec::new();
        if let Some(day) = test.as_of {
            parts.push((
                self.word_as_of(test.title.span.end, at.end),
                Part::Line(Flow::of(format!("as_of {day}"))),
            ));
        }
        if let Some(name) = &test.currency {
            parts.push((name.span, Part::Line(Flow::of(format!("currency {}", name.text)))));
        }
        parts.extend(test.market.iter().map(|own| (own.span, Part::Line(market(own)))));
        for own in &test.contexts {
            parts.push((
                own.name.span,
                Part::Assigns(Flow::of(format!("given {}", own.name.text)), &own.fields, &[]),
            ));
        }
        for own in &test.facts {
            let mut flow = Flow::of("given ");
            flow.append(assign_flow(own));
            parts.push((own.name.span, Part::Line(flow)));
        }
        for own in &test.entries {
            parts.push((own.name.span, Part::Line(Flow::of(assign(own)))));
        }
        for own in &test.lines {
            let name = own.name.as_ref().map_or(String::new(), |name| format!("{}: ", name.text));
            let preset = own.preset.as_ref().map_or(String::new(), |preset| format!(" from {}", preset.text));
            let head = Flow::of(format!("line {name}{}{preset}", own.product.text));
            parts.push((own.span, Part::Assigns(head, &own.fields, &own.pieces)));
        }
        for own in &test.expectations {
            let mut flow = Flow::of("expect ");
            flow.append(expr(&own.condition));
            parts.push((own.span, Part::Line(flow)));
        }
        parts.sort_by_key(|(span, _)| span.start);
        self.open(Line::plain(Flow::of(format!("test {}", text(&test.title))), at));
        for (span, part) in parts {
            match part {
                Part::Line(flow) => self.push(Line::plain(flow, span)),
                Part::Assigns(head, fields, pieces) => self.assigns(head, &within(fields, pieces), span),
            }
        }
        self.close("", at.end);
    }

    /// `{ level = gold, region = east }`, a line each if they do not fit on one.
    fn assigns(&mut self, mut head: Flow, fields: &[Inside<'_>], at: Span) {
        let inside = fields.iter().map(Inside::text).collect::<Vec<_>>().join(", ");
        let Some(first) = fields.first() else {
            head.glue(" {}");
            return self.push(Line::plain(head, at));
        };
        // The braces end where the part does; of a `given` only the name's place is known.
        let end = fields.last().map_or(at.end, |last| last.span().end).max(at.end);
        if let Some(flow) = self.one_line(&head, &inside, first.span().start, end) {
            return self.push(Line::plain(flow, Span { end, ..at }));
        }
        self.open(Line::plain(head, at));
        self.each_inside(fields);
        let behind = self.source.get(end as usize..).unwrap_or("");
        let brace = if end > at.end { behind.find('}').map_or(0, |found| found + 1) } else { 0 };
        self.close("", end.saturating_add(u32::try_from(brace).unwrap_or(0)));
    }

    /// A line each.
    pub(super) fn each_inside(&mut self, fields: &[Inside<'_>]) {
        for field in fields {
            match field {
                Inside::Field(field) => {
                    let span = Span { end: end_of(field), ..field.name.span };
                    self.push(Line::plain(assign_flow(field), span));
                }
                Inside::Piece(piece) if piece.fields.is_empty() && piece.pieces.is_empty() => {
                    self.push(Line::plain(Flow::of(piece_head(piece)), piece.span));
                }
                Inside::Piece(piece) => {
                    let inside = within(&piece.fields, &piece.pieces);
                    self.assigns(Flow::of(piece_head(piece)), &inside, piece.span);
                }
            }
        }
    }

    /// Where the `as_of` of a test stands; the tree keeps only its day.
    fn word_as_of(&self, from: u32, to: u32) -> Span {
        let text = self.slice(from, to);
        let blank_before =
            |at: usize| text.get(..at).is_some_and(|before| before.ends_with([' ', '\t', '\n', '{']));
        let found = text
            .match_indices("as_of")
            .map(|(at, _)| at)
            .find(|at| blank_before(*at) && !self.is_comment(from, *at));
        let start = from.saturating_add(found.and_then(|at| u32::try_from(at).ok()).unwrap_or(0));
        Span { start, end: start, ..Span::default() }
    }

    fn is_comment(&self, from: u32, at: usize) -> bool {
        let at = from.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        self.comments().iter().any(|comment| comment.span.start <= at && at < comment.span.end)
    }
}

/// What stands between the braces of a line, a piece or a preset.
pub(super) enum Inside<'a> {
    Field(&'a Assign),
    Piece(&'a TestPiece),
}

impl Inside<'_> {
    pub(super) fn span(&self) -> Span {
        match self {
            Inside::Field(field) => Span { end: end_of(field), ..field.name.span },
            Inside::Piece(piece) => piece.span,
        }
    }

    /// On one line.
    pub(super) fn text(&self) -> String {
        match self {
            Inside::Field(field) => assign(field),
            Inside::Piece(piece) => {
                let inside = within(&piece.fields, &piece.pieces);
                let inside: Vec<String> = inside.iter().map(Inside::text).collect();
                match inside.as_slice() {
                    [] => piece_head(piece),
                    inside => format!("{} {{ {} }}", piece_head(piece), inside.join(", ")),
                }
            }
        }
    }
}

/// Fields and pieces in the order written.
pub(super) fn within<'a>(fields: &'a [Assign], pieces: &'a [TestPiece]) -> Vec<Inside<'a>> {
    let mut inside: Vec<Inside<'a>> = fields.iter().map(Inside::Field).collect();
    inside.extend(pieces.iter().map(Inside::Piece));
    inside.sort_by_key(|it| it.span().start);
    inside
}

/// `part big: dies`
fn piece_head(piece: &TestPiece) -> String {
    let name = piece.name.as_ref().map_or_else(String::new, |name| format!("{}: ", name.text));
    format!("part {name}{}", piece.part.text)
}

fn end_of(assign: &Assign) -> u32 {
    assign.value.span().end
}

/// A setting; a line may break between the elements of a list.
fn assign_flow(own: &Assign) -> Flow {
    let AssignValue::Elements(elements, _) = &own.value else { return Flow::of(assign(own)) };
    let mut flow = Flow::of(format!("{} = ", own.name.text));
    flow.open("[");
    for (at, one) in elements.iter().enumerate() {
        match at {
            0 => flow.glue(&element(one)),
            _ => flow.glue(",").part(&element(one)),
        };
    }
    flow.close("]");
    flow
}

fn assign(assign: &Assign) -> String {
    let value = match &assign.value {
        AssignValue::One(value) => literal(value),
        AssignValue::Many(values, _) => {
            format!("[{}]", values.iter().map(literal).collect::<Vec<_>>().join(", "))
        }
        AssignValue::Elements(elements, _) => {
            format!("[{}]", elements.iter().map(element).collect::<Vec<_>>().join(", "))
        }
    };
    format!("{} = {value}", assign.name.text)
}

/// `{ at = 2026-01-03, amount = 5 EUR }`
fn element(element: &Element) -> String {
    match element.fields.as_slice() {
        [] => "{}".to_owned(),
        fields => format!("{{ {} }}", fields.iter().map(assign).collect::<Vec<_>>().join(", ")),
    }
}

fn market(own: &MarketValue) -> Flow {
    let to = own.to.as_ref().map_or(String::new(), |to: &Name| format!(" to {}", to.text));
    let on = own.on.map_or(String::new(), |on| format!(" on {on}"));
    Flow::of(format!("market {}{to} = {}{on}", own.name.text, literal(&own.value)))
}
