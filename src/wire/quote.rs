//! A quote as JSON.
//!
//! Every figure is a text with all its digits. Fields stand always in the same order; one that has nothing to
//! say is left out, except figures, which are `null` where they cannot be known.

use serde_json::Value;

use super::approvals;
use super::document::{Document, Object, text};
use crate::eval::SHARE_PLACES;
use crate::quote::{
    Alert, Charge, Component, Detail, Entry, Figure, Line, Offer, Outcome, Part, Payable, Piece, Preset,
    Quote, Read, RowPlace, Section, Shown, Suggested, Suggestion, Tax, Totals, Violation,
};
use crate::source::{Place, Span};
use crate::value::Exact;

/// The version of the form of all JSON that leaves: the field `tarif`. A change that could break a reader
/// raises it.
pub const FORMAT_VERSION: u32 = 1;

/// Every reader takes whole numbers below this, and above its negative, exactly from a JSON number.
pub const EVERY_READER: u64 = 1 << 53;

/// A quote as JSON; `place` says where a span of the book lies.
pub fn quote_to_json(quote: &Quote, place: &dyn Fn(Span) -> Place) -> Document {
    let writer = Writer { quote, place };
    Document(writer.quote())
}

struct Writer<'a> {
    quote: &'a Quote,
    place: &'a dyn Fn(Span) -> Place,
}

impl Writer<'_> {
    fn quote(&self) -> Value {
        let quote = self.quote;
        let book = Object::default().put("name", &*quote.book).put("hash", &*quote.book_hash);
        Object::default()
            .put("tarif", FORMAT_VERSION)
            .maybe("id", quote.id.as_deref())
            .put("status", quote.status.word())
            .put("book", book)
            .put("as_of", quote.as_of.to_string())
            .put("currency", &*quote.currency)
            .put("lines", self.lines())
            .put("totals", self.totals(&quote.totals))
            .put("approvals", approvals::approvals(&quote.approvals, self.place))
            .maybe("valid_until", quote.valid_until.map(|date| date.to_string()))
            .maybe("follow_up", quote.follow_up.map(|date| date.to_string()))
            .list("violations", &quote.violations, |violation| self.violation(violation))
            .list("alerts", &quote.alerts, |alert| self.alert(alert))
            .list("offers", &quote.offers, |offer| self.offer(offer))
            .into()
    }

    /// The lines, and behind them those that the book added without a product.
    fn lines(&self) -> Vec<Value> {
        let lines = self.quote.lines.iter().map(|line| self.line(line));
        lines.chain(self.quote.charges.iter().map(|charge| self.charge(charge))).collect()
    }

    fn charge(&self, charge: &Charge) -> Value {
        Object::default()
            .put("charge", true)
            .put("step", &*charge.name)
            .maybe("label", charge.label.as_deref())
            .put("net", self.quote.amount(&charge.net))
            .maybe("because", charge.because.as_deref())
            .list("waterfall", &charge.section.entries, |entry| self.entry(entry))
            .maybe("withheld", charge.section.withheld.then_some(true))
            .put("place", self.place(charge.span))
            .into()
    }

    fn line(&self, line: &Line) -> Value {
        Object::default()
            .put("id", line.id.as_str())
            .maybe("part_of", line.part_of.as_deref())
            .maybe("gift", line.gift.then_some(true))
            .maybe("hidden", line.hidden.then_some(true))
            .put("product", &*line.product)
            .maybe("label", line.label.as_deref())
            .put("status", if line.invalid { "invalid" } else { "ok" })
            .put("quantity", line.quantity.as_ref().map(shown))
            .maybe("preset", line.preset.as_ref().map(preset))
            .put("options", named(&line.options))
            .put("entries", named(&line.entries))
            .maybe("reason", line.reason.as_deref())
            .list("values", &line.values, labelled)
            .maybe("parts", parts(&line.parts))
            .maybe("unit", line.unit.as_ref().map(|section| self.section(section)))
            .put("line", self.section(&line.line))
            .put("list", self.figure(line.list.as_ref()))
            .put("cost", self.figure(line.cost.as_ref()))
            .put("net", self.figure(line.net.as_ref()))
            .list_if_any("tax", line.taxes.iter().map(|tax| self.tax(tax)).collect())
            .put("margin", share(line.margin.as_ref()))
            .put("off_list", share(line.off_list.as_ref()))
            .list("applied", &line.applied, |name| text(name))
            .list("violations", &line.violations, |violation| self.violation(violation))
            .list("alerts", &line.alerts, |alert| self.alert(alert))
            .list("suggestions", &line.suggestions, |suggestion| self.suggestion(suggestion))
            .list("offers", &line.offers, |offer| self.offer(offer))
            .into()
    }

    fn section(&self, section: &Section) -> Object {
        let object = Object::default()
            .put("list", self.figure(section.list.as_ref()))
            .put("cost", self.figure(section.cost.as_ref()))
            .put("net", self.figure(section.net.as_ref()));
        self.section_parts(object, section)
    }

    /// What the sections of units, lines and the quote have in common.
    fn section_parts(&self, object: Object, section: &Section) -> Object {
        object
            .put("figures", self.figures(&section.figures))
            .list("cost_components", &section.components, |component| self.component(component))
            .list("waterfall", &section.entries, |entry| self.entry(entry))
            .maybe("withheld", section.withheld.then_some(true))
    }

    fn figures(&self, figures: &[Figure]) -> Object {
        let amount = |figure: &Figure| match &figure.shown {
            Some(shown) => text(shown),
            None => self.figure(figure.amount.as_ref()),
        };
        figures.iter().fold(Object::default(), |object, it| object.put(&it.name, amount(it)))
    }

    fn totals(&self, totals: &Totals) -> Object {
        let object = Object::default()
            .put("list", self.figure(totals.list.as_ref()))
            .put("cost", self.figure(totals.cost.as_ref()))
            .put("net", self.figure(totals.net.as_ref()))
            .list("tax", &totals.taxes, |tax| self.tax(tax))
            .put("total", self.figure(totals.total.as_ref()))
            .maybe("payable", totals.payable.as_ref().map(|payable| self.payable(payable)))
            .put("margin", share(totals.margin.as_ref()))
            .put("off_list", share(totals.off_list.as_ref()))
            .put("partial", totals.partial);
        self.section_parts(object, &totals.section)
    }

    /// What is to be paid, and the steps that lead there from the total.
    fn payable(&self, payable: &Payable) -> Object {
        let object = Object::default()
            .maybe("label", payable.label.as_deref())
            .put("amount", self.figure(payable.amount.as_ref()));
        object
            .put("figures", self.figures(&payable.section.figures))
            .list("waterfall", &payable.section.entries, |entry| self.entry(entry))
            .maybe("withheld", payable.section.withheld.then_some(true))
    }

    fn tax(&self, tax: &Tax) -> Value {
        Object::default()
            .put("name", &*tax.name)
            .maybe("label", tax.label.as_deref())
            .put("amount", self.quote.amount(&tax.amount))
            .put("within", tax.within)
            .into()
    }

    fn entry(&self, entry: &Entry) -> Value {
        let (outcome, reason) = match &entry.outcome {
            Outcome::Applied => ("applied", None),
            Outcome::Skipped(reason) => ("skipped", Some(reason.as_str())),
            Outcome::Unknown(reason) => ("unknown", Some(reason.as_str())),
        };
        let contained = entry.contained.as_ref().map(|amount| self.quote.amount(amount));
        let contained = entry.shown.clone().or(contained);
        Object::default()
            .put("step", &*entry.step)
            .maybe("label", entry.label.as_deref())
            .put("kind", entry.kind.word())
            .maybe("group", entry.group.as_deref())
            .put("outcome", outcome)
            .maybe("reason", reason)
            .put("amount", self.quote.amount(&entry.amount))
            .put("running", self.figure(entry.running.as_ref()))
            .maybe("contained", contained)
            .maybe("sum", entry.sum.as_ref().map(|amount| self.quote.amount(amount)))
            .maybe("left_over", entry.left_over.as_ref().map(|amount| self.quote.amount(amount)))
            .maybe("bound", entry.bound.as_ref().map(|amount| self.quote.amount(amount)))
            .maybe("formula", entry.formula.as_deref())
            .list_if_any("inputs", inputs(&entry.inputs))
            .list_if_any("details", entry.details.iter().map(|detail| self.detail(detail)).collect())
            .maybe("because", entry.because.as_deref())
            .maybe("place", entry.span.map(|span| self.place(span)))
            .into()
    }

    fn detail(&self, detail: &Detail) -> Value {
        match detail {
            Detail::Row { table, value, place } => Object::default()
                .put("table", &**table)
                .put("value", value.as_str())
                .put("place", self.row_place(place))
                .into(),
            Detail::Rows { table, policy, value, rows } => Object::default()
                .put("table", &**table)
                .put("policy", *policy)
                .put("value", value.as_str())
                .list("rows", rows, |(value, place)| {
                    Object::default().put("value", value.as_str()).put("place", self.row_place(place)).into()
                })
                .into(),
            Detail::Units { times, units, amounts } => Object::default()
                .put("times", number(times))
                .put("units", number(units))
                .list("amounts", amounts, |(amount, times)| {
                    Object::default()
                        .put("times", number(times))
                        .put("amount", self.quote.amount(amount))
                        .into()
                })
                .into(),
            Detail::Group { group, lines, amount, inputs: read, details } => Object::default()
                .put("group", group.as_str())
                .put("lines", *lines)
                .put("amount", self.quote.amount(amount))
                .list_if_any("inputs", inputs(read))
                .list_if_any("details", details.iter().map(|detail| self.detail(detail)).collect())
                .into(),
            Detail::Tiers { tiers, quantity, value, parts } => Object::default()
                .put("tiers", &**tiers)
                .put("quantity", quantity.as_str())
                .put("value", value.as_str())
                .list("parts", parts, |part| {
                    Object::default()
                        .put("tier", part.tier.as_str())
                        .put("units", number(&part.units))
                        .put("price", part.price.as_str())
                        .put("amount", part.amount.as_str())
                        .put("place", self.place(part.span))
                        .into()
                })
                .into(),
        }
    }

    fn row_place(&self, place: &RowPlace) -> Object {
        match place {
            RowPlace::Span(span) => self.place(*span),
            RowPlace::File { file, line } => place_of(file, *line),
        }
    }

    fn component(&self, component: &Component) -> Value {
        Object::default()
            .put("name", &*component.name)
            .maybe("label", component.label.as_deref())
            .put("amount", self.figure(component.amount.as_ref()))
            .put("formula", &*component.formula)
            .list_if_any("inputs", inputs(&component.inputs))
            .maybe("because", component.because.as_deref())
            .put("place", self.place(component.span))
            .into()
    }

    fn violation(&self, violation: &Violation) -> Value {
        Object::default()
            .put("code", violation.code.id())
            .put("name", &*violation.name)
            .put("message", violation.message.as_str())
            .maybe("piece", violation.piece.as_deref())
            .maybe("off_by", violation.off_by.as_deref())
            .maybe("because", violation.because.as_deref())
            .maybe("help", violation.help.as_deref())
            .maybe("path", violation.path.as_deref())
            .maybe("place", violation.span.map(|span| self.place(span)))
            .into()
    }

    fn alert(&self, alert: &Alert) -> Value {
        Object::default()
            .maybe("name", alert.name.as_deref())
            .put("message", alert.message.as_str())
            .maybe("place", alert.span.map(|span| self.place(span)))
            .into()
    }

    fn suggestion(&self, suggestion: &Suggestion) -> Value {
        let object = Object::default().put("text", suggestion.text.as_str());
        let object = match &suggestion.of {
            Suggested::Option(option) => object.put("option", &**option),
            Suggested::Product(product) => object.put("product", &**product),
        };
        object
            .maybe("label", suggestion.label.as_deref())
            .put("value", suggestion.value.as_str())
            .maybe("value_label", suggestion.value_label.as_deref())
            .maybe("because", suggestion.because.as_deref())
            .put("place", self.place(suggestion.span))
            .into()
    }

    fn offer(&self, offer: &Offer) -> Value {
        Object::default()
            .put("step", &*offer.step)
            .maybe("label", offer.label.as_deref())
            .put("message", offer.message.as_str())
            .put("place", self.place(offer.span))
            .into()
    }

    fn figure(&self, amount: Option<&Exact>) -> Value {
        amount.map_or(Value::Null, |amount| Value::String(self.quote.amount(amount)))
    }

    fn place(&self, span: Span) -> Object {
        place_in(self.place, span)
    }
}

/// Where a span lies.
pub(super) fn place_in(place: &dyn Fn(Span) -> Place, span: Span) -> Object {
    let place = place(span);
    place_of(&place.path, place.line)
}

pub(super) fn place_of(file: &str, line: u32) -> Object {
    Object::default().put("file", file).put("line", line)
}

fn named(values: &[crate::quote::Value]) -> Object {
    values.iter().fold(Object::default(), |object, it| object.put(&it.name, shown(&it.value)))
}

fn labelled(value: &crate::quote::Value) -> Value {
    Object::default()
        .put("name", &*value.name)
        .maybe("label", value.label.as_deref())
        .put("value", shown(&value.value))
        .into()
}

/// Parts by name, each with its pieces; nothing where there are none.
fn parts(parts: &[Part]) -> Option<Object> {
    let listed = |part: &Part| part.pieces.iter().map(piece).collect::<Vec<Value>>();
    let all = parts.iter().fold(Object::default(), |object, part| object.put(&part.name, listed(part)));
    (!parts.is_empty()).then_some(all)
}

fn piece(piece: &Piece) -> Value {
    Object::default()
        .put("quantity", shown(&Shown::Number(piece.quantity.clone())))
        .maybe("preset", piece.preset.as_ref().map(preset))
        .put("options", named(&piece.options))
        .list("values", &piece.values, labelled)
        .maybe("parts", parts(&piece.parts))
        .into()
}

fn preset(preset: &Preset) -> Object {
    Object::default().put("name", &*preset.name).maybe("label", preset.label.as_deref()).list(
        "options",
        &preset.options,
        |name| text(name),
    )
}

fn inputs(read: &[Read]) -> Vec<Value> {
    let one = |it: &Read| Object::default().put("text", &*it.text).put("value", it.value.as_str()).into();
    read.iter().map(one).collect()
}

/// A share such as a margin, rounded for reading; comparisons were made with the exact one.
fn share(share: Option<&Exact>) -> Value {
    share.map_or(Value::Null, |share| Value::String(share.to_rounded_text(SHARE_PLACES.into())))
}

fn shown(value: &Shown) -> Value {
    match value {
        Shown::Bool(truth) => Value::Bool(*truth),
        Shown::Number(exact) => number(exact),
        Shown::Text { text, .. } => Value::String(text.clone()),
        Shown::Set(values) => values.iter().map(|value| text(&value.0)).collect(),
    }
}

/// A whole number of moderate size as a JSON number, which every reader takes exactly; else a text.
pub(super) fn number(exact: &Exact) -> Value {
    match exact.to_i64() {
        Some(whole) if whole.unsigned_abs() < EVERY_READER => Value::from(whole),
        _ => Value::String(exact.to_string()),
    }
}
