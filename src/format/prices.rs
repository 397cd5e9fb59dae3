//! Waterfalls and the quote block.

use super::expressions::expr;
use super::flow::Flow;
use super::items::{field_line, narrowed};
use super::lines::{Columns, Line, Lines};
use super::products::member_line;
use super::quotes::gift_line;
use super::words::{any_type, because, clauses, labelled, quantity, round_to, text};
use crate::source::Span;
use crate::syntax::ast::{
    Clauses, Expr, Group, GroupKind, Price, QuoteAlert, QuoteBlock, Section, Step, StepKind,
};

/// A part of a block that the tree keeps in several lists, with the place where it stood.
enum Part<'a> {
    Line(Box<Line>),
    Section(&'static str, &'a Section),
    Step(&'a Step),
}

impl Lines<'_> {
    pub(super) fn price(&mut self, price: &Price, at: Span) {
        let head = Flow::of(format!("price {}", price.target.text));
        let mut parts: Vec<(u32, Part<'_>)> = Vec::new();
        for entry in &price.entries {
            parts.push((
                entry.name.span.start,
                Part::Line(Box::new(field_line("entry", entry, entry.name.span))),
            ));
        }
        let sections = [("per unit", &price.per_unit), ("per line", &price.per_line)];
        for (word, section) in sections {
            parts.extend(section.iter().map(|own| (own.span.start, Part::Section(word, own))));
        }
        self.parts(head, parts, at);
    }

    pub(super) fn quote(&mut self, quote: &QuoteBlock, at: Span) {
        let mut parts: Vec<(u32, Part<'_>)> = Vec::new();
        for entry in &quote.entries {
            parts.push((
                entry.name.span.start,
                Part::Line(Box::new(field_line("entry", entry, entry.name.span))),
            ));
        }
        parts.extend(quote.steps.iter().map(|step| (step.span.start, Part::Step(step))));
        parts.extend(
            quote.alerts.iter().map(|alert| (alert.span.start, Part::Line(Box::new(alert_line(alert))))),
        );
        parts.extend(
            quote.requirements.iter().map(|rule| (rule.span.start, Part::Line(Box::new(member_line(rule))))),
        );
        for (word, days) in [("valid", &quote.valid), ("follow up", &quote.follow_up)] {
            let Some(days) = days else { continue };
            let line = Line::plain(Flow::of(format!("{word} {}", quantity(days))), days.number.span);
            parts.push((days.number.span.start, Part::Line(Box::new(line))));
        }
        self.parts(Flow::of("quote"), parts, at);
    }

    fn parts(&mut self, head: Flow, mut parts: Vec<(u32, Part<'_>)>, at: Span) {
        parts.sort_by_key(|(start, _)| *start);
        self.open(Line::plain(head, at));
        for (_, part) in parts {
            match part {
                Part::Line(line) => self.push(*line),
                Part::Section(word, section) => self.section(word, section),
                Part::Step(step) => self.step(step),
            }
        }
        self.close("", at.end);
    }

    fn section(&mut self, word: &str, section: &Section) {
        if let [step] = section.steps.as_slice()
            && let Some(line) = step_line(step)
        {
            return self.block(Flow::of(word), vec![line], section.span, "");
        }
        self.open(Line::plain(Flow::of(word), section.span));
        for step in &section.steps {
            self.step(step);
        }
        self.close("", section.span.end);
    }

    pub(super) fn step(&mut self, step: &Step) {
        match &step.kind {
            StepKind::Group(group) => self.group(group, step.span),
            StepKind::EachLine(section) => self.section("each line", section),
            StepKind::Payable(payable) => {
                let label = payable.label.as_ref().map_or(String::new(), |label| format!(" {}", text(label)));
                self.section(&format!("payable{label}"), &payable.section);
            }
            StepKind::Taxes(taxes) => self.taxes(taxes, step.span),
            StepKind::Claims(claims) => self.claims(claims, step.span),
            _ => {
                if let Some(line) = step_line(step) {
                    self.push(line);
                }
            }
        }
    }

    fn group(&mut self, group: &Group, at: Span) {
        let word = match group.kind {
            GroupKind::Best => "best of",
            GroupKind::Worst => "worst of",
            GroupKind::First => "first of",
            GroupKind::All => "all of",
        };
        let name = group.name.as_ref().map_or(String::new(), |name| format!(" {}", name.text));
        let label = group.label.as_ref().map_or(String::new(), |label| format!(" {}", text(label)));
        let mut line = Line::plain(Flow::of(format!("{word}{name}{label}")), at);
        line.tails = clauses(&group.clauses);
        self.open(line);
        for step in &group.steps {
            self.step(step);
        }
        self.close("", at.end);
    }
}

/// A step that is no block.
fn step_line(step: &Step) -> Option<Line> {
    let at = step.span;
    Some(match &step.kind {
        StepKind::List { label, amount, clauses } => {
            let label = label.as_ref().map_or(String::new(), |label| format!(" {}", text(label)));
            equation(format!("list{label}"), amount, clauses, at)
        }
        StepKind::Change { less, name, label, amount, clauses } => {
            let word = if *less { "less" } else { "add" };
            equation(format!("{word} {}", labelled(name, label.as_ref())), amount, clauses, at)
        }
        StepKind::Bound { cap, name, label, amount, clauses } => {
            let word = if *cap { "cap" } else { "floor" };
            equation(format!("{word} {}", labelled(name, label.as_ref())), amount, clauses, at)
        }
        StepKind::Tax { name, label, within, amount, clauses } => {
            let within = if *within { " within" } else { "" };
            equation(format!("tax {}{within}", labelled(name, label.as_ref())), amount, clauses, at)
        }
        StepKind::Let { name, label, ty, amount, clauses } => {
            let ty = ty.as_ref().map_or(String::new(), |ty| format!(": {}", any_type(ty).one_line()));
            equation(format!("let {}{ty}", labelled(name, label.as_ref())), amount, clauses, at)
        }
        StepKind::Subtotal { name, label } => named("subtotal", &labelled(name, label.as_ref()), at),
        StepKind::Round(rounding) => named("round", &round_to(rounding), at),
        StepKind::Charge(charge) => {
            let head = format!("charge {}", labelled(&charge.name, charge.label.as_ref()));
            equation(head, &charge.amount, &charge.clauses, at)
        }
        StepKind::Gift(gift) => gift_line(gift, at),
        StepKind::Group(_)
        | StepKind::EachLine(_)
        | StepKind::Taxes(_)
        | StepKind::Claims(_)
        | StepKind::Payable(_) => return None,
    })
}

fn named(word: &str, rest: &str, at: Span) -> Line {
    Line::plain(Flow::of(format!("{word} {rest}")), at)
}

/// `less name "Label" = amount  when …`
pub(super) fn equation(head: String, amount: &Expr, own: &Clauses, at: Span) -> Line {
    let mut main = Flow::of("= ");
    main.append(expr(amount));
    let mut line = Line::plain(main, at);
    line.head = vec![head];
    line.tails = clauses(own);
    line.columns = Columns::Steps;
    line
}

fn alert_line(alert: &QuoteAlert) -> Line {
    let name = alert.name.as_ref().map_or(String::new(), |name| format!(" {}:", name.text));
    let word = if alert.hides { "hide lines" } else { "alert" };
    let mut main = Flow::of(format!("{word}{name}{} when ", narrowed(alert.narrowed_to.as_ref())));
    main.append(expr(&alert.when));
    let mut line = Line::plain(main, alert.span);
    line.tails.extend(because(alert.because.as_ref()));
    line
}
