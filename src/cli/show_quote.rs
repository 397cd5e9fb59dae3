//! A quote for people: what is sold, how its price came about, what it comes to, and who must agree.

use super::paper::{Look, Paper};
use super::show_approvals;
use crate::ir::{Book, GroupKind, Input, NumberKind, Ty};
use crate::quote::{
    Alert, Detail, Entry, EntryKind, Line, Offer, Outcome, Part, Payable, Quote, Raw, Request, Section,
    Shown, Status, Suggested, Totals, Violation,
};
use crate::value::{Exact, group_digits};
use crate::workspace::Places;

/// The quote as a page of text. `request` is what was asked, for the words about the customer.
pub(super) fn quote(quote: &Quote, request: &Request, book: &Book, places: &Places, color: bool) -> String {
    let mut page = Page { quote, places, paper: Paper::new(color), said: String::new() };
    page.head(request, book);
    for line in quote.lines.iter().filter(|line| !line.hidden) {
        page.line(line);
    }
    page.charges();
    page.totals(&quote.totals);
    page.remarks(0, &quote.violations, &quote.alerts, &quote.offers);
    page.approvals();
    page.paper.draw()
}

/// The part of the quote that one line is, or its totals.
pub(super) fn part(quote: &Quote, line: Option<usize>, places: &Places, color: bool) -> String {
    let mut page = Page { quote, places, paper: Paper::new(color), said: String::new() };
    match line.and_then(|at| quote.lines.get(at)) {
        Some(line) => page.line(line),
        None => {
            page.totals(&quote.totals);
            page.approvals();
        }
    }
    page.paper.draw()
}

/// `Frame h_frame`
fn named(value: &crate::quote::Value) -> String {
    format!("{} {}", value.label.as_ref().unwrap_or(&value.name), shown(&value.value))
}

struct Page<'a> {
    quote: &'a Quote,
    places: &'a Places,
    paper: Paper,
    /// Why a figure is not known, as it was said last: what follows from it is not explained again.
    said: String,
}

impl Page<'_> {
    fn head(&mut self, request: &Request, book: &Book) {
        let quote = self.quote;
        let name = book.label.as_ref().unwrap_or(&quote.book);
        let id = quote.id.as_ref().map_or(String::new(), |id| format!(" · quote {id}"));
        self.paper.words(0, &format!("{name}{id}"), Look::Strong);
        let until = quote.valid_until.map_or(String::new(), |date| format!(" · valid until {date}"));
        let follow = quote.follow_up.map_or(String::new(), |date| format!(" · follow up on {date}"));
        self.paper.words(
            0,
            &format!("as of {} · {}{until}{follow}", quote.as_of, quote.currency),
            Look::Plain,
        );
        for (name, value) in &request.fields {
            self.paper.words(0, &format!("{name}: {}", given(value, &Asked::of(book, name))), Look::Plain);
        }
        let (text, look) = match quote.status {
            Status::Ok => ("ready to be sent", Look::Good),
            Status::NeedsApproval => ("needs approval", Look::Warning),
            Status::Rejected => ("rejected: a rule of the price book forbids it", Look::Bad),
            Status::Invalid => ("invalid: it cannot be sold so", Look::Bad),
        };
        self.paper.words(0, text, look);
    }

    fn line(&mut self, line: &Line) {
        self.paper.blank();
        let name = line.label.as_ref().unwrap_or(&line.product);
        let quantity =
            line.quantity.as_ref().map_or(String::new(), |it| format!(" · quantity {}", shown(it)));
        let part_of = line.part_of.as_ref().map_or(String::new(), |of| format!(" · part of {of}"));
        let part_of = if line.gift { " · added by the price book".to_owned() } else { part_of };
        let mark = if line.invalid { " · invalid, not in the totals" } else { "" };
        let look = if line.invalid { Look::Bad } else { Look::Strong };
        self.paper.words(0, &format!("{}  {name}{quantity}{part_of}{mark}", line.id), look);
        if let Some(preset) = &line.preset {
            let label = preset.label.as_ref().unwrap_or(&preset.name);
            let options: Vec<&str> = preset.options.iter().map(AsRef::as_ref).collect();
            let what = if options.is_empty() { "nothing" } else { &options.join(", ") };
            self.paper.words(3, &format!("from {label}: {what}"), Look::Faint);
        }
        let options: Vec<String> = line.options.iter().map(named).collect();
        self.paper.items(3, &options, Look::Plain);
        let mut values: Vec<String> = line.values.iter().chain(&line.entries).map(named).collect();
        values.extend(line.reason.as_ref().map(|reason| format!("reason: {reason}")));
        self.paper.items(3, &values, Look::Plain);
        self.parts(3, &line.parts);
        if let Some(unit) = &line.unit {
            self.section("per unit", unit);
        }
        self.section("per line", &line.line);
        self.summary(3, [line.cost.as_ref(), line.margin.as_ref(), line.off_list.as_ref()]);
        self.suggestions(line);
        self.remarks(3, &line.violations, &line.alerts, &line.offers);
    }

    /// The lines that the book added without a product.
    fn charges(&mut self) {
        let quote = self.quote;
        for charge in &quote.charges {
            self.paper.blank();
            let name = charge.label.as_ref().unwrap_or(&charge.name);
            let net = self.amount(Some(&charge.net));
            self.paper.cells(0, [&format!("+  {name}"), "", "", &net], Look::Strong);
            if charge.section.entries.len() > 1 {
                self.waterfall(5, &charge.section);
            }
        }
    }

    /// The pieces that are included.
    fn parts(&mut self, indent: usize, parts: &[Part]) {
        for part in parts {
            let label = part.label.as_ref().unwrap_or(&part.name);
            for piece in &part.pieces {
                let count = if piece.quantity == Exact::ONE {
                    String::new()
                } else {
                    format!("{} × ", piece.quantity)
                };
                self.paper.words(indent, &format!("{label}: {count}{}", piece.place), Look::Plain);
                let of = piece.options.iter().chain(&piece.values).map(named);
                self.paper.items(indent + 2, &of.collect::<Vec<String>>(), Look::Faint);
                self.parts(indent + 2, &piece.parts);
            }
        }
    }

    fn section(&mut self, title: &str, section: &Section) {
        if section.entries.is_empty() && section.components.is_empty() {
            return;
        }
        self.paper.words(3, title, Look::Faint);
        for component in &section.components {
            let label = component.label.as_ref().unwrap_or(&component.name);
            let amount = self.amount(component.amount.as_ref());
            self.paper.cells(5, [&format!("cost: {label}"), &component.formula, &amount, ""], Look::Faint);
        }
        self.waterfall(5, section);
    }

    fn waterfall(&mut self, indent: usize, section: &Section) {
        for entry in &section.entries {
            self.entry(indent, entry);
        }
        if section.withheld {
            self.paper.words(indent, "steps that you may not see are left out", Look::Faint);
        }
    }

    fn entry(&mut self, indent: usize, entry: &Entry) {
        let indent = if entry.group.is_some() { indent + 2 } else { indent };
        let label = step_label(entry);
        match &entry.outcome {
            Outcome::Applied => {}
            Outcome::Skipped(reason) => {
                return self.paper.cells(indent, [&label, &format!("no: {reason}"), "", ""], Look::Faint);
            }
            Outcome::Unknown(reason) => {
                let reason = reason.to_string();
                let again = self.said == reason;
                let how = if again { String::new() } else { format!("unknown: {reason}") };
                self.said = reason;
                let look = if again { Look::Faint } else { Look::Bad };
                return self.paper.cells(indent, [&label, &how, "", "?"], look);
            }
        }
        let running = self.amount(entry.running.as_ref());
        let (amount, look) = match entry.kind {
            EntryKind::Subtotal => (String::new(), Look::Strong),
            EntryKind::Group(_) | EntryKind::Claims | EntryKind::Taxes => {
                return self.paper.cells(indent, [&label, &self.together(entry), "", ""], Look::Plain);
            }
            EntryKind::Start | EntryKind::List => (String::new(), Look::Plain),
            EntryKind::Let => {
                let amount = || self.amount(entry.contained.as_ref());
                (entry.shown.as_ref().map_or_else(amount, ToString::to_string), Look::Plain)
            }
            EntryKind::Tax if entry.contained.is_some() => {
                (format!("in it {}", self.amount(entry.contained.as_ref())), Look::Plain)
            }
            _ => (signed(&self.amount(Some(&entry.amount))), Look::Plain),
        };
        self.paper.cells(indent, [&label, &self.how(entry), &amount, &running], look);
        if let Some(because) = &entry.because {
            self.paper.words(indent + 2, because, Look::Faint);
        }
    }

    /// What several members come to, where more than one counts.
    fn together(&self, entry: &Entry) -> String {
        let several =
            matches!(entry.kind, EntryKind::Group(GroupKind::All) | EntryKind::Claims | EntryKind::Taxes);
        match entry.sum.as_ref().filter(|_| several) {
            Some(sum) => format!("together {}", self.amount(Some(sum))),
            None => String::new(),
        }
    }

    fn totals(&mut self, totals: &Totals) {
        self.paper.blank();
        let title = if totals.partial { "Totals, without the lines that are invalid" } else { "Totals" };
        self.paper.words(0, title, Look::Strong);
        self.waterfall(3, &totals.section);
        if totals.section.entries.is_empty() {
            let total = self.amount(totals.total.as_ref());
            self.paper.cells(3, ["Total", "", "", &total], Look::Strong);
        }
        if let Some(payable) = &totals.payable {
            self.payable(payable);
        }
        self.summary(3, [totals.cost.as_ref(), totals.margin.as_ref(), totals.off_list.as_ref()]);
    }

    /// What is to be paid, and what leads there from the total.
    fn payable(&mut self, payable: &Payable) {
        // The total stands above already where the book names it.
        let told = self.quote.totals.section.entries.last().is_some_and(|last| &*last.step == "total");
        for entry in payable.section.entries.iter().skip(usize::from(told)) {
            self.entry(3, entry);
        }
        if payable.section.withheld {
            self.paper.words(3, "steps that you may not see are left out", Look::Faint);
        }
        let label = payable.label.as_deref().unwrap_or("To be paid");
        let amount = self.amount(payable.amount.as_ref());
        self.paper.cells(3, [label, "", "", &amount], Look::Strong);
    }

    /// Cost, margin and what is off the list price, where they are known.
    fn summary(&mut self, indent: usize, [cost, margin, off_list]: [Option<&Exact>; 3]) {
        let share = |name: &str, share: &Exact| {
            let per_cent = share.checked_mul(&Exact::from(100)).unwrap_or_default();
            format!("{name} {} %", per_cent.to_rounded_text(2))
        };
        let mut words = Vec::new();
        words.extend(cost.map(|cost| format!("cost {}", self.amount(Some(cost)))));
        words.extend(margin.map(|margin| share("margin", margin)));
        words.extend(off_list.map(|off| share("off list", off)));
        self.paper.items(indent, &words, Look::Faint);
    }

    fn suggestions(&mut self, line: &Line) {
        for it in &line.suggestions {
            let because = it.because.as_ref().map_or(String::new(), |because| format!(": {because}"));
            let what = it.label.as_ref().unwrap_or_else(|| it.what());
            let words = match &it.of {
                Suggested::Product(_) => what.to_string(),
                Suggested::Option(_) => format!("{what} {}", it.value_label.as_deref().unwrap_or(&it.value)),
            };
            self.paper.words(3, &format!("suggested: {words}{because}"), Look::Plain);
        }
    }

    fn remarks(&mut self, indent: usize, violations: &[Violation], alerts: &[Alert], offers: &[Offer]) {
        for it in violations {
            let because = it.because.as_ref().map_or(String::new(), |because| format!(": {because}"));
            self.paper.words(indent, &format!("✗ {}{because}", it.message), Look::Bad);
            let path = it.path.as_ref().map(|path| format!("in the request at {path}"));
            let place =
                it.span.map(|span| self.places.place(span)).map(|it| format!("{}:{}", it.path, it.line));
            let found: Vec<String> =
                [Some(it.code.id().to_owned()), path, place].into_iter().flatten().collect();
            self.paper.words(indent + 2, &found.join(" · "), Look::Faint);
            if let Some(help) = &it.help {
                self.paper.words(indent + 2, help, Look::Plain);
            }
        }
        for it in alerts {
            self.paper.words(indent, &format!("! {}", it.message), Look::Warning);
        }
        for it in offers {
            let label = it.label.as_ref().unwrap_or(&it.step);
            self.paper.words(indent, &format!("almost: {label}: {}", it.message), Look::Plain);
        }
    }

    fn approvals(&mut self) {
        show_approvals::approvals(&mut self.paper, &self.quote.approvals);
    }

    /// What a step computes, and what the tables in it gave, unless that is the amount itself.
    fn how(&self, entry: &Entry) -> String {
        let mut text = entry.formula.as_ref().map_or(String::new(), |formula| formula.to_string());
        let whole = format!("{} {}", self.quote.amount(&entry.amount.abs()), self.quote.currency);
        let groups = entry.details.iter().filter(|detail| matches!(detail, Detail::Group { .. })).count();
        if groups > MOST_TIMES {
            text.push_str(&format!(" ({groups} groups)"));
            return text;
        }
        let found: Vec<String> = entry
            .details
            .iter()
            .map(|detail| match detail {
                Detail::Group { group, amount, .. } => {
                    format!("{group}: {}", self.amount(Some(&amount.abs())))
                }
                Detail::Row { value, .. } | Detail::Rows { value, .. } | Detail::Tiers { value, .. } => {
                    value.to_string()
                }
                Detail::Units { times, units, amounts } => {
                    let plural = |count: &Exact| if *count == Exact::ONE { "" } else { "s" };
                    let told = format!("{times} time{}, {units} unit{}", plural(times), plural(units));
                    match self.one_by_one(times, amounts) {
                        Some(sum) => format!("{sum}: {told}"),
                        None => told,
                    }
                }
            })
            .filter(|value| value.as_str() != whole)
            .collect();
        if !found.is_empty() {
            text.push_str(&format!(" ({})", found.join(", ")));
        }
        text
    }

    /// What a claim took off each time, where it was made several times: `2.34 + 2 × 1.69`.
    fn one_by_one(&self, times: &Exact, amounts: &[(Exact, Exact)]) -> Option<String> {
        if *times <= Exact::ONE || amounts.len() > MOST_TIMES {
            return None;
        }
        let told = amounts.iter().map(|(amount, often)| {
            let amount = self.amount(Some(amount));
            if *often == Exact::ONE { amount } else { format!("{often} × {amount}") }
        });
        Some(told.collect::<Vec<String>>().join(" + "))
    }

    /// An amount with its digits in groups; a question mark where it is not known.
    fn amount(&self, amount: Option<&Exact>) -> String {
        amount.map_or("?".to_owned(), |amount| group_digits(&self.quote.amount(amount), ' '))
    }
}

/// How many different amounts of a claim are shown one by one.
const MOST_TIMES: usize = 8;

/// How many values of a list are shown one by one.
const MOST_LISTED: usize = 12;

/// What a book asks for by a name at the top of a request.
enum Asked<'b> {
    /// A single value.
    Value(&'b Ty),
    /// The fields of a context.
    Fields(&'b [Input]),
    /// Something else.
    Other,
}

impl<'b> Asked<'b> {
    fn of(book: &'b Book, name: &str) -> Asked<'b> {
        let context = book.contexts.iter().find(|context| *context.name == *name);
        let value = || {
            book.facts.iter().map(AsRef::as_ref).chain(&book.quote.entries).find(|input| *input.name == *name)
        };
        match context {
            Some(context) => Asked::Fields(&context.fields),
            None => value().map_or(Asked::Other, |input| Asked::Value(&input.ty)),
        }
    }

    fn field(&self, name: &str) -> Asked<'b> {
        let Asked::Fields(fields) = self else { return Asked::Other };
        fields.iter().find(|field| *field.name == *name).map_or(Asked::Other, |field| Asked::Value(&field.ty))
    }

    fn is_rate(&self) -> bool {
        matches!(self, Asked::Value(ty) if matches!(ty.required(), Ty::Number(ty) if ty.kind == NumberKind::Rate))
    }
}

/// A value of the request as it was given, a rate in per cent; of a list of objects, or a long one, only how many
/// there are.
fn given(value: &Raw, asked: &Asked<'_>) -> String {
    match value {
        Raw::Null => "null".to_owned(),
        Raw::Bool(truth) => truth.to_string(),
        Raw::Number(text) | Raw::Text(text) if asked.is_rate() => {
            in_percent(text).unwrap_or_else(|| text.clone())
        }
        Raw::Number(text) | Raw::Text(text) => text.clone(),
        Raw::List(values)
            if values.iter().any(|it| matches!(it, Raw::Object(_))) || values.len() > MOST_LISTED =>
        {
            if values.len() == 1 { "1 element".to_owned() } else { format!("{} elements", values.len()) }
        }
        Raw::List(values) => values.iter().map(|it| given(it, &Asked::Other)).collect::<Vec<_>>().join(", "),
        Raw::Object(fields) => {
            let one = |(name, value): &(String, Raw)| format!("{name} {}", given(value, &asked.field(name)));
            fields.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        Raw::Typed(_) => String::new(),
    }
}

/// `8%` of `0.08`; nothing of what has its sign already.
fn in_percent(text: &str) -> Option<String> {
    let hundredfold = Exact::parse(text.trim()).ok()?.checked_mul(&Exact::from(100_u32)).ok()?;
    Some(format!("{hundredfold}%"))
}

fn shown(value: &Shown) -> String {
    match value {
        Shown::Bool(true) => "yes".to_owned(),
        Shown::Bool(false) => "no".to_owned(),
        Shown::Number(number) => group_digits(&number.to_string(), ' '),
        Shown::Text { text, label } => {
            label.as_ref().map_or_else(|| text.to_string(), |label| label.to_string())
        }
        Shown::Set(values) if values.is_empty() => "–".to_owned(),
        Shown::Set(values) => {
            let names = values.iter().map(|(name, label)| label.as_ref().unwrap_or(name).to_string());
            names.collect::<Vec<_>>().join(", ")
        }
    }
}

fn step_label(entry: &Entry) -> String {
    match (&entry.label, entry.kind) {
        (label, EntryKind::Withheld) => {
            format!("{}, with steps that are not shown", label.as_ref().unwrap_or(&entry.step))
        }
        (Some(label), _) => label.to_string(),
        (None, EntryKind::Start) if &*entry.step == "units" => "Unit price × quantity".to_owned(),
        (None, EntryKind::Start) if &*entry.step == "charge" => "Added".to_owned(),
        (None, EntryKind::Start) if &*entry.step == "total" => "Total".to_owned(),
        (None, EntryKind::Start) => "Lines".to_owned(),
        (None, EntryKind::List) => "List price".to_owned(),
        (None, EntryKind::Round) => "Rounding".to_owned(),
        (None, EntryKind::Group(_) | EntryKind::Claims | EntryKind::Taxes) => entry.kind.word().to_owned(),
        (None, _) => entry.step.to_string(),
    }
}

/// An amount with its sign, also where it is added.
fn signed(amount: &str) -> String {
    if amount.starts_with('-') || amount.starts_with('?') { amount.to_owned() } else { format!("+{amount}") }
}
