//! Declarations: the book, uses, units, enumerations, contexts, market figures, functions, properties.

use super::expressions::expr;
use super::flow::Flow;
use super::lines::{Columns, Line, Lines};
use super::words::{any_type, choices, clauses, labelled, path, period, quantity, text};
use crate::source::Span;
use crate::syntax::ast::{
    Always, Book, BookCurrency, Context, Def, Exchange, Field, Index, ItemKind, Name, Quantity, UseTarget,
};

impl Lines<'_> {
    /// A declaration.
    pub(super) fn item(&mut self, kind: &ItemKind, at: Span) {
        let flow = match kind {
            ItemKind::Book(book) => return self.book(book, at),
            ItemKind::Context(context) => return self.context(context, at),
            ItemKind::Given(field) => {
                let line = field_line("given", field, at);
                return self.push(Line { columns: Columns::Alone, ..line });
            }
            ItemKind::Family(family) => return self.family(family, at),
            ItemKind::Product(product) => return self.product(product, at),
            ItemKind::Preset(preset) => return self.preset(preset, at),
            ItemKind::Guide(guide) => return self.guide(guide, at),
            ItemKind::Table(table) => return self.table(table, at),
            ItemKind::Tiers(tiers) => return self.tiers(tiers, at),
            ItemKind::Price(price) => return self.price(price, at),
            ItemKind::Quote(quote) => return self.quote(quote, at),
            ItemKind::Approvals(approvals) => return self.approvals(approvals, at),
            ItemKind::Test(test) => return self.test(test, at),
            ItemKind::Use(own) => match &own.target {
                UseTarget::Path(target) => Flow::of(format!("use {}", path(target))),
                UseTarget::Folder(folder) => Flow::of(format!("use {}", text(folder))),
            },
            ItemKind::Unit(unit) => {
                let size = unit.size.as_ref().map_or(String::new(), |size| format!(" = {}", quantity(size)));
                Flow::of(format!("unit {}{size}", labelled(&unit.name, unit.label.as_ref())))
            }
            ItemKind::Enum(own) => {
                let mut flow = Flow::of(format!("enum {}: ", labelled(&own.name, own.label.as_ref())));
                flow.append(choices(&own.values));
                flow
            }
            ItemKind::Index(index) => index_flow(index),
            ItemKind::Exchange(exchange) => exchange_flow(exchange),
            ItemKind::Def(def) => def_flow(def),
            ItemKind::Always(always) => always_flow(always),
        };
        self.push(Line::plain(flow, at));
    }

    fn book(&mut self, book: &Book, at: Span) {
        let head = Flow::of(format!("book {}", labelled(&book.name, book.label.as_ref())));
        let mut parts: Vec<(Span, String)> = Vec::new();
        if let Some(BookCurrency { name: first, .. }) = book.currencies.first() {
            let word = if book.currency_by_request { "currencies" } else { "currency" };
            let start = word_before(self.slice(0, first.span.start));
            parts.push((Span { start, ..first.span }, format!("{word} {}", currencies(&book.currencies))));
        }
        if let Some(days) = &book.effective {
            let start = word_before(self.slice(0, days.span.start));
            parts.push((Span { start, ..days.span }, format!("effective {}", period(days))));
        }
        parts.sort_by_key(|(span, _)| span.start);
        let inside: Vec<&str> = parts.iter().map(|(_, text)| text.as_str()).collect();
        let first = parts.first().map_or(at.end, |(span, _)| span.start);
        if let Some(flow) = self.one_line(&head, &inside.join("  "), first, at.end) {
            return self.push(Line::plain(flow, at));
        }
        self.open(Line::plain(head, at));
        for (span, text) in parts {
            self.push(Line::plain(Flow::of(text), span));
        }
        self.close("", at.end);
    }

    fn context(&mut self, context: &Context, at: Span) {
        let head = Flow::of(format!("context {}", labelled(&context.name, context.label.as_ref())));
        let lines = context.fields.iter().map(|field| field_line("", field, field.name.span)).collect();
        self.block(head, lines, at, "");
    }

    /// A block of lines that are no blocks themselves; a single one may stand on the line of the braces.
    pub(super) fn block(&mut self, head: Flow, lines: Vec<Line>, at: Span, behind: &str) {
        if let [line] = lines.as_slice() {
            let cells = line.head.iter().filter(|cell| !cell.is_empty()).cloned();
            let main = cells.chain([line.main.one_line()]).collect::<Vec<_>>().join(" ");
            let tails = line.tails.iter().map(Flow::one_line);
            let inside = [main].into_iter().chain(tails).collect::<Vec<_>>().join("  ");
            if let Some(mut flow) = self.one_line(&head, &inside, line.start, at.end) {
                flow.glue(behind);
                return self.push(Line::plain(flow, at));
            }
        }
        self.open(Line::plain(head, at));
        for line in lines {
            self.push(line);
        }
        self.close(behind, at.end);
    }
}

/// The offset of the last word of a text that ends before a blank.
fn word_before(text: &str) -> u32 {
    let text = text.trim_end();
    let start = text.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
    u32::try_from(start).unwrap_or(0)
}

/// A typed input; `word` is what it begins with, if anything.
pub(super) fn field_line(word: &str, field: &Field, at: Span) -> Line {
    let blank = if word.is_empty() { "" } else { " " };
    let colon = if field.label.is_some() { "" } else { ":" };
    let name = format!("{word}{blank}{}{colon}", field.name.text);
    let label = field.label.as_ref().map_or(String::new(), |label| format!("{}:", text(label)));
    let mut main = any_type(&field.ty);
    if field.clauses.optional.is_some() {
        main.glue(" optional");
    }
    let mut line = Line::plain(main, at);
    line.head = vec![name, label];
    line.tails = clauses(&field.clauses);
    line.columns = Columns::Field;
    line
}

fn max_age(flow: &mut Flow, age: Option<&Quantity>) {
    if let Some(age) = age {
        flow.part(&format!(" max_age {}", quantity(age)));
    }
}

fn index_flow(index: &Index) -> Flow {
    let mut flow = Flow::of(format!("index {}: ", labelled(&index.name, index.label.as_ref())));
    flow.append(any_type(&index.ty));
    max_age(&mut flow, index.max_age.as_ref());
    flow
}

fn exchange_flow(exchange: &Exchange) -> Flow {
    let mut flow = Flow::of(format!("exchange {} to {}", exchange.from.text, exchange.to.text));
    max_age(&mut flow, exchange.max_age.as_ref());
    flow
}

fn def_flow(def: &Def) -> Flow {
    let mut flow = Flow::of(format!("def {}", def.name.text));
    flow.open("(");
    for (at, parameter) in def.parameters.iter().enumerate() {
        if at > 0 {
            flow.glue(",").part("");
        }
        flow.glue(&format!("{}: ", parameter.name.text)).append(any_type(&parameter.ty));
    }
    flow.close(") -> ").append(any_type(&def.result));
    flow.glue(" =").part("").append(expr(&def.body));
    flow
}

fn always_flow(always: &Always) -> Flow {
    let mut flow =
        Flow::of(format!("always {}{}:", text(&always.title), narrowed(always.narrowed_to.as_ref())));
    flow.part("").append(expr(&always.condition));
    flow
}

/// ` for machines`
pub(super) fn narrowed(name: Option<&Name>) -> String {
    name.map_or(String::new(), |name| format!(" for {}", name.text))
}

/// `USD to 0.0001, EUR`
fn currencies(all: &[BookCurrency]) -> String {
    let one = |currency: &BookCurrency| match &currency.to {
        Some(to) => format!("{} to {}", currency.name.text, to.text),
        None => currency.name.text.to_string(),
    };
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}
