//! A quote as JSON.
//!
//! Every figure is a text with all its digits. Fields stand always in the same order; one that has nothing to
//! say is left out, except figures, which are `null` where they cannot be known.

use std::collections::HashMap;

use serde_json::Value;

use super::approvals;
use super::document::{Document, Fields, Object, Written, quoted};
use crate::eval::{SHARE_PLACES, write_amount};
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
    Document::written(|it| writer.quote(it))
}

struct Writer<'a> {
    quote: &'a Quote,
    place: &'a dyn Fn(Span) -> Place,
}

/// An amount in the quote's currency.
struct Amount<'a>(&'a Exact, u32);

/// A share such as a margin, rounded for reading; comparisons were made with the exact one.
struct Share<'a>(&'a Exact);

/// A whole number of moderate size as a JSON number, which every reader takes exactly; else a text.
struct Count<'a>(&'a Exact);

impl Written for Amount<'_> {
    fn write(self, out: &mut String) {
        out.push('"');
        write_amount(self.0, self.1, out);
        out.push('"');
    }
}

impl Written for Share<'_> {
    fn write(self, out: &mut String) {
        out.push('"');
        self.0.write_rounded(SHARE_PLACES.into(), out);
        out.push('"');
    }
}

impl Written for Count<'_> {
    fn write(self, out: &mut String) {
        match self.0.to_i64() {
            Some(whole) if whole.unsigned_abs() < EVERY_READER => {
                self.0.write_decimal(0, out);
            }
            _ => quoted(&self.0.to_string(), out),
        }
    }
}

impl Written for &Shown {
    fn write(self, out: &mut String) {
        match self {
            Shown::Bool(truth) => truth.write(out),
            Shown::Number(exact) => Count(exact).write(out),
            Shown::Text { text, .. } => text.write(out),
            Shown::Set(values) => {
                let mut before = '[';
                for (key, _) in values {
                    out.push(before);
                    quoted(key, out);
                    before = ',';
                }
                out.push_str(if values.is_empty() { "[]" } else { "]" });
            }
        }
    }
}

impl Writer<'_> {
    fn quote(&self, it: &mut Fields<'_>) {
        let quote = self.quote;
        it.put("tarif", FORMAT_VERSION)
            .maybe("id", quote.id.as_deref())
            .put("status", quote.status.word())
            .object("book", |it| {
                it.put("name", &*quote.book).put("hash", &*quote.book_hash);
            })
            .put("as_of", quote.as_of.to_string())
            .put("currency", &*quote.currency);
        // Behind the lines stand those that the book added without a product.
        let lines = quote.lines.iter().map(Ok).chain(quote.charges.iter().map(Err));
        it.list("lines", lines, |line, it| match line {
            Ok(line) => self.line(line, it),
            Err(charge) => self.charge(charge, it),
        });
        it.object("totals", |it| self.totals(&quote.totals, it))
            .object("approvals", |it| approvals::approvals(&quote.approvals, self.place, it))
            .maybe("valid_until", quote.valid_until.map(|date| date.to_string()))
            .maybe("follow_up", quote.follow_up.map(|date| date.to_string()))
            .list("violations", &quote.violations, |violation, it| self.violation(violation, it))
            .list("alerts", &quote.alerts, |alert, it| self.alert(alert, it))
            .list("offers", &quote.offers, |offer, it| self.offer(offer, it));
    }

    fn charge(&self, charge: &Charge, it: &mut Fields<'_>) {
        it.put("charge", true)
            .put("step", &*charge.name)
            .maybe("label", charge.label.as_deref())
            .put("net", self.amount(&charge.net))
            .maybe("because", charge.because.as_deref())
            .list("waterfall", &charge.section.entries, |entry, it| self.entry(entry, it))
            .maybe("withheld", charge.section.withheld.then_some(true));
        self.place(charge.span, it);
    }

    fn line(&self, line: &Line, it: &mut Fields<'_>) {
        it.put("id", line.id.as_str())
            .maybe("part_of", line.part_of.as_deref())
            .maybe("gift", line.gift.then_some(true))
            .maybe("hidden", line.hidden.then_some(true))
            .put("product", &*line.product)
            .maybe("label", line.label.as_deref())
            .put("status", if line.invalid { "invalid" } else { "ok" })
            .put("quantity", line.quantity.as_ref());
        preset(line.preset.as_ref(), it);
        it.object("options", |it| named(&line.options, it))
            .object("entries", |it| named(&line.entries, it))
            .maybe("reason", line.reason.as_deref())
            .list("values", &line.values, labelled);
        parts(&line.parts, it);
        if let Some(section) = &line.unit {
            it.object("unit", |it| self.section(section, it));
        }
        it.object("line", |it| self.section(&line.line, it))
            .put("list", self.figure(line.list.as_ref()))
            .put("cost", self.figure(line.cost.as_ref()))
            .put("net", self.figure(line.net.as_ref()))
            .list_if_any("tax", &line.taxes, |tax, it| self.tax(tax, it))
            .put("margin", line.margin.as_ref().map(Share))
            .put("off_list", line.off_list.as_ref().map(Share))
            .texts("applied", line.applied.iter().map(|name| &**name))
            .list("violations", &line.violations, |violation, it| self.violation(violation, it))
            .list("alerts", &line.alerts, |alert, it| self.alert(alert, it))
            .list("suggestions", &line.suggestions, |suggestion, it| self.suggestion(suggestion, it))
            .list("offers", &line.offers, |offer, it| self.offer(offer, it));
    }

    fn section(&self, section: &Section, it: &mut Fields<'_>) {
        it.put("list", self.figure(section.list.as_ref()))
            .put("cost", self.figure(section.cost.as_ref()))
            .put("net", self.figure(section.net.as_ref()));
        self.section_parts(section, it);
    }

    /// What the sections of units, lines and the quote have in common.
    fn section_parts(&self, section: &Section, it: &mut Fields<'_>) {
        it.object("figures", |it| self.figures(&section.figures, it))
            .list("cost_components", &section.components, |component, it| self.component(component, it))
            .list("waterfall", &section.entries, |entry, it| self.entry(entry, it))
            .maybe("withheld", section.withheld.then_some(true));
    }

    /// Figures by name. Of several with one name the last counts, at the place of the first.
    fn figures(&self, figures: &[Figure], it: &mut Fields<'_>) {
        let mut last: HashMap<&str, &Figure> = HashMap::new();
        let repeated = figures.len() > 1 && {
            last.extend(figures.iter().map(|figure| (&*figure.name, figure)));
            last.len() < figures.len()
        };
        for figure in figures {
            let figure = match repeated {
                false => figure,
                true => match last.remove(&*figure.name) {
                    Some(figure) => figure,
                    None => continue,
                },
            };
            match &figure.shown {
                Some(shown) => it.own(&figure.name, shown),
                None => it.own(&figure.name, self.figure(figure.amount.as_ref())),
            };
        }
    }

    fn totals(&self, totals: &Totals, it: &mut Fields<'_>) {
        it.put("list", self.figure(totals.list.as_ref()))
            .put("cost", self.figure(totals.cost.as_ref()))
            .put("net", self.figure(totals.net.as_ref()))
            .list("tax", &totals.taxes, |tax, it| self.tax(tax, it))
            .put("total", self.figure(totals.total.as_ref()));
        if let Some(payable) = &totals.payable {
            it.object("payable", |it| self.payable(payable, it));
        }
        it.put("margin", totals.margin.as_ref().map(Share))
            .put("off_list", totals.off_list.as_ref().map(Share))
            .put("partial", totals.partial);
        self.section_parts(&totals.section, it);
    }

    /// What is to be paid, and the steps that lead there from the total.
    fn payable(&self, payable: &Payable, it: &mut Fields<'_>) {
        it.maybe("label", payable.label.as_deref())
            .put("amount", self.figure(payable.amount.as_ref()))
            .object("figures", |it| self.figures(&payable.section.figures, it))
            .list("waterfall", &payable.section.entries, |entry, it| self.entry(entry, it))
            .maybe("withheld", payable.section.withheld.then_some(true));
    }

    fn tax(&self, tax: &Tax, it: &mut Fields<'_>) {
        it.put("name", &*tax.name)
            .maybe("label", tax.label.as_deref())
            .put("amount", self.amount(&tax.amount))
            .put("within", tax.within);
    }

    fn entry(&self, entry: &Entry, it: &mut Fields<'_>) {
        let (outcome, reason) = match &entry.outcome {
            Outcome::Applied => ("applied", None),
            Outcome::Skipped(reason) => ("skipped", Some(reason)),
            Outcome::Unknown(reason) => ("unknown", Some(reason)),
        };
        it.put("step", &*entry.step)
            .maybe("label", entry.label.as_deref())
            .put("kind", entry.kind.word())
            .maybe("group", entry.group.as_deref())
            .put("outcome", outcome)
            .maybe("reason", reason)
            .put("amount", self.amount(&entry.amount))
            .put("running", self.figure(entry.running.as_ref()));
        match (&entry.shown, &entry.contained) {
            (Some(shown), _) => it.put("contained", shown),
            (None, contained) => it.maybe("contained", self.figure(contained.as_ref())),
        };
        it.maybe("sum", self.figure(entry.sum.as_ref()))
            .maybe("left_over", self.figure(entry.left_over.as_ref()))
            .maybe("bound", self.figure(entry.bound.as_ref()))
            .maybe("formula", entry.formula.as_deref())
            .list_if_any("inputs", &entry.inputs, input)
            .list_if_any("details", &entry.details, |detail, it| self.detail(detail, it))
            .maybe("because", entry.because.as_deref());
        if let Some(span) = entry.span {
            self.place(span, it);
        }
    }

    fn detail(&self, detail: &Detail, it: &mut Fields<'_>) {
        match detail {
            Detail::Row { table, value, place } => {
                it.put("table", &**table).put("value", value);
                self.row_place(place, it);
            }
            Detail::Rows { table, policy, value, rows } => {
                it.put("table", &**table).put("policy", *policy).put("value", value);
                it.list("rows", rows, |(value, place), it| {
                    it.put("value", value);
                    self.row_place(place, it);
                });
            }
            Detail::Units { times, units, amounts } => {
                it.put("times", Count(times)).put("units", Count(units));
                it.list("amounts", amounts, |(amount, times), it| {
                    it.put("times", Count(times)).put("amount", self.amount(amount));
                });
            }
            Detail::Group { group, lines, amount, inputs, details } => {
                it.put("group", group).put("lines", *lines).put("amount", self.amount(amount));
                it.list_if_any("inputs", inputs, input);
                it.list_if_any("details", details, |detail, it| self.detail(detail, it));
            }
            Detail::Tiers { tiers, quantity, value, parts } => {
                it.put("tiers", &**tiers).put("quantity", quantity).put("value", value);
                it.list("parts", parts, |part, it| {
                    it.put("tier", &part.tier)
                        .put("units", Count(&part.units))
                        .put("price", &part.price)
                        .put("amount", &part.amount);
                    self.place(part.span, it);
                });
            }
        }
    }

    fn row_place(&self, place: &RowPlace, it: &mut Fields<'_>) {
        match place {
            RowPlace::Span(span) => self.place(*span, it),
            RowPlace::File { file, line } => put_file(file, *line, it),
        }
    }

    fn component(&self, component: &Component, it: &mut Fields<'_>) {
        it.put("name", &*component.name)
            .maybe("label", component.label.as_deref())
            .put("amount", self.figure(component.amount.as_ref()))
            .put("formula", &*component.formula)
            .list_if_any("inputs", &component.inputs, input)
            .maybe("because", component.because.as_deref());
        self.place(component.span, it);
    }

    fn violation(&self, violation: &Violation, it: &mut Fields<'_>) {
        it.put("code", violation.code.id())
            .put("name", &*violation.name)
            .put("message", violation.message.as_str())
            .maybe("piece", violation.piece.as_deref())
            .maybe("off_by", violation.off_by.as_deref())
            .maybe("because", violation.because.as_deref())
            .maybe("help", violation.help.as_deref())
            .maybe("path", violation.path.as_deref());
        if let Some(span) = violation.span {
            self.place(span, it);
        }
    }

    fn alert(&self, alert: &Alert, it: &mut Fields<'_>) {
        it.maybe("name", alert.name.as_deref()).put("message", alert.message.as_str());
        if let Some(span) = alert.span {
            self.place(span, it);
        }
    }

    fn suggestion(&self, suggestion: &Suggestion, it: &mut Fields<'_>) {
        it.put("text", suggestion.text.as_str());
        match &suggestion.of {
            Suggested::Option(option) => it.put("option", &**option),
            Suggested::Product(product) => it.put("product", &**product),
        };
        it.maybe("label", suggestion.label.as_deref())
            .put("value", suggestion.value.as_str())
            .maybe("value_label", suggestion.value_label.as_deref())
            .maybe("because", suggestion.because.as_deref());
        self.place(suggestion.span, it);
    }

    fn offer(&self, offer: &Offer, it: &mut Fields<'_>) {
        it.put("step", &*offer.step).maybe("label", offer.label.as_deref()).put("message", &offer.message);
        self.place(offer.span, it);
    }

    fn amount<'e>(&self, amount: &'e Exact) -> Amount<'e> {
        Amount(amount, self.quote.places)
    }

    /// An amount, where it is known.
    fn figure<'e>(&self, amount: Option<&'e Exact>) -> Option<Amount<'e>> {
        amount.map(|amount| self.amount(amount))
    }

    fn place(&self, span: Span, it: &mut Fields<'_>) {
        put_place(self.place, span, it);
    }
}

/// Says where a span lies.
pub(super) fn put_place(place: &dyn Fn(Span) -> Place, span: Span, it: &mut Fields<'_>) {
    let place = place(span);
    put_file(&place.path, place.line, it);
}

fn put_file(file: &str, line: u32, it: &mut Fields<'_>) {
    it.object("place", |it| {
        it.put("file", file).put("line", line);
    });
}

/// Where something lies, in a document that is a tree.
pub(super) fn place_of(file: &str, line: u32) -> Object {
    Object::default().put("file", file).put("line", line)
}

fn named(values: &[crate::quote::Value], it: &mut Fields<'_>) {
    for value in values {
        it.own(&value.name, &value.value);
    }
}

fn labelled(value: &crate::quote::Value, it: &mut Fields<'_>) {
    it.put("name", &*value.name).maybe("label", value.label.as_deref()).put("value", &value.value);
}

/// Parts by name, each with its pieces; nothing where there are none.
fn parts(parts: &[Part], it: &mut Fields<'_>) {
    if !parts.is_empty() {
        it.object("parts", |it| {
            for part in parts {
                it.own_list(&part.name, &part.pieces, piece);
            }
        });
    }
}

fn piece(piece: &Piece, it: &mut Fields<'_>) {
    it.put("quantity", Count(&piece.quantity));
    preset(piece.preset.as_ref(), it);
    it.object("options", |it| named(&piece.options, it)).list("values", &piece.values, labelled);
    parts(&piece.parts, it);
}

fn preset(preset: Option<&Preset>, it: &mut Fields<'_>) {
    let Some(preset) = preset else { return };
    it.object("preset", |it| {
        it.put("name", &*preset.name)
            .maybe("label", preset.label.as_deref())
            .texts("options", preset.options.iter().map(|name| &**name));
    });
}

fn input(read: &Read, it: &mut Fields<'_>) {
    it.put("text", &*read.text).put("value", &read.value);
}

/// A whole number of moderate size as a JSON number, which every reader takes exactly; else a text.
pub(super) fn number(exact: &Exact) -> Value {
    match exact.to_i64() {
        Some(whole) if whole.unsigned_abs() < EVERY_READER => Value::from(whole),
        _ => Value::String(exact.to_string()),
    }
}
