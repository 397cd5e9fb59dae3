//! A request held against a book: every name known, every value of its type, or an error with its path.

use super::error::RequestError;
use super::read::{Reader, Refusal, SEARCHED_KEYS, found};
use super::request::{Raw, Request};
use crate::diagnostic::{Code, codes, nearest};
use crate::eval::{Cell, Day, Facts, Fault, Given, Plan};
use crate::ir::{Book, Index, Input, NumberKind, Place, Ty, Value};
use crate::value::Date;

/// The fields of a request that every book has.
const FIELDS: [&str; 8] = ["id", "as_of", "currency", "market", "reason", "author", "lines", "approved"];

/// The facts of a request.
///
/// # Errors
///
/// All that makes it senseless.
pub(super) fn bind(plan: &Plan, request: &Request) -> Result<Facts, Vec<RequestError>> {
    let mut errors = Vec::new();
    let as_of = as_of(plan.book(), request, &mut errors);
    let day = Day {
        as_of: as_of.or(plan.book().effective.from).unwrap_or(Date::MIN),
        currency: currency(plan.book(), request, &mut errors),
        rates: vec![None; plan.book().exchanges.len()],
    };
    let mut binder = Binder {
        plan,
        request,
        day,
        day_is_known: as_of.is_some(),
        inputs: vec![Cell::Empty; plan.input_count()],
        errors,
        searches: std::cell::Cell::new(SEARCHED_KEYS),
    };
    binder.fixed();
    binder.contexts_and_facts();
    binder.market();
    binder.unknown_fields();
    let entries = binder.quote_entries();
    let lines = binder.lines();
    let Binder { inputs, errors, day, .. } = binder;
    if !errors.is_empty() {
        return Err(errors);
    }
    let has_reason = request.reason.as_ref().is_some_and(|reason| !reason.trim().is_empty());
    Ok(Facts { day, inputs, explained: true, has_reason, faults: Vec::new(), entries, lines })
}

/// The day of the quote; none where the request does not say one that can be read.
fn as_of(book: &Book, request: &Request, errors: &mut Vec<RequestError>) -> Option<Date> {
    let date = match &request.as_of {
        None => {
            let error = RequestError::new(
                codes::MISSING_AS_OF,
                "as_of",
                "the request does not say the day that it is for",
            );
            errors.push(error.help("add `\"as_of\": \"2026-01-31\"` with the day of the quote"));
            return None;
        }
        Some(Raw::Typed(Value::Date(date))) => *date,
        Some(Raw::Text(text)) => match Date::parse(text) {
            Ok(date) => date,
            Err(error) => {
                errors.push(RequestError::new(codes::BAD_VALUE, "as_of", format!("`{text}` {error}")));
                return None;
            }
        },
        Some(raw) => {
            let message = format!("`as_of` is {}, and a date such as \"2026-01-31\" is expected", found(raw));
            errors.push(RequestError::new(codes::BAD_VALUE, "as_of", message));
            return None;
        }
    };
    errors.extend(outside_book(book, date));
    Some(date)
}

/// The problem of a day on which the book makes no quotes.
pub fn outside_book(book: &Book, date: Date) -> Option<RequestError> {
    if book.effective.holds(date) {
        return None;
    }
    let (from, to) = (book.effective.from, book.effective.to);
    let days = match (from, to) {
        (Some(from), Some(to)) => format!("from {from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, to) => format!("up to {}", to.unwrap_or(Date::MAX)),
    };
    let message = format!("{date} lies outside the days of the book, which makes quotes {days}");
    Some(RequestError::new(codes::OUTSIDE_EFFECTIVE, "as_of", message))
}

/// The position of the request's currency in the book's.
fn currency(book: &Book, request: &Request, errors: &mut Vec<RequestError>) -> u16 {
    let known = || book.currencies.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ");
    let found = match &request.currency {
        None if book.currency_by_request => {
            let error =
                RequestError::new(codes::MISSING_VALUE, "currency", "the request does not say its currency");
            errors.push(error.help(format!("add `currency`, one of {}", known())));
            return 0;
        }
        None => return 0,
        Some(Raw::Text(code)) => book.currencies.iter().position(|known| **known == **code),
        Some(Raw::Typed(Value::Choice(at))) => Some(usize::from(*at)),
        Some(_) => None,
    };
    let position = found.filter(|at| *at < book.currencies.len()).and_then(|at| u16::try_from(at).ok());
    position.unwrap_or_else(|| {
        let given = request.currency.as_ref().map(self::found).unwrap_or_default();
        let message = format!("`currency` is {given}, and the book makes quotes in {}", known());
        errors.push(RequestError::new(codes::BAD_VALUE, "currency", message));
        0
    })
}

/// The work on one request.
pub(super) struct Binder<'a> {
    pub(super) plan: &'a Plan,
    pub(super) request: &'a Request,
    day: Day,
    /// Without a day of the quote nothing can be said about an age.
    day_is_known: bool,
    inputs: Vec<Cell>,
    pub(super) errors: Vec<RequestError>,
    searches: std::cell::Cell<usize>,
}

impl<'a> Binder<'a> {
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader { plan: self.plan, day: &self.day, searches: &self.searches }
    }

    pub(super) fn error(
        &mut self,
        code: Code,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> &mut RequestError {
        self.errors.push(RequestError::new(code, path, message));
        let last = self.errors.len() - 1;
        &mut self.errors[last]
    }

    fn set(&mut self, place: &Place, value: Value) {
        if let Some(cell) = self.plan.find_input(place).and_then(|at| self.inputs.get_mut(at)) {
            *cell = Cell::Known(value);
        }
    }

    fn fixed(&mut self) {
        self.set(&Place::AsOf, Value::Date(self.day.as_of));
        self.set(&Place::Currency, Value::Choice(self.day.currency));
    }

    /// A field by its name; a second one of that name is an error.
    pub(super) fn field<'f>(
        &mut self,
        fields: &'f [(String, Raw)],
        name: &str,
        path: &str,
    ) -> Option<&'f Raw> {
        let mut found = fields.iter().filter(|(field, _)| field == name);
        let first = found.next().map(|(_, raw)| raw);
        if found.next().is_some() {
            let path = joined(path, name);
            self.error(codes::REPEATED_FIELD, path, format!("`{name}` is given twice"));
        }
        first
    }

    fn keep(&mut self, slot: Option<usize>, value: Value) {
        if let Some(cell) = slot.and_then(|at| self.inputs.get_mut(at)) {
            *cell = Cell::Known(value);
        }
    }

    fn contexts_and_facts(&mut self) {
        let book = self.plan.book();
        let request = self.request;
        let mut slots = self.plan.input_slots().iter().copied();
        for context in &book.contexts {
            let given = match self.field(&request.fields, &context.name, "") {
                None => &[][..],
                Some(Raw::Object(fields)) => fields.as_slice(),
                Some(raw) => {
                    let message = format!("`{}` is {}, and an object is expected", context.name, found(raw));
                    self.error(codes::BAD_VALUE, &*context.name, message);
                    slots.by_ref().take(context.fields.len()).for_each(drop);
                    continue;
                }
            };
            for field in &context.fields {
                let raw = self.field(given, &field.name, &context.name);
                self.known(field, raw, slots.next(), || format!("{}.{}", context.name, field.name));
            }
            for (name, _) in given {
                if !context.fields.iter().any(|field| *field.name == **name) {
                    let path = format!("{}.{name}", context.name);
                    let near = nearest(name, context.fields.iter().map(|field| &*field.name));
                    let message = format!("`{}` has no field `{name}`", context.name);
                    self.errors
                        .push(RequestError::new(codes::UNKNOWN_FIELD, path, message).did_you_mean(near));
                }
            }
        }
        for fact in &book.facts {
            let raw = self.field(&request.fields, &fact.name, "");
            let author = self.author_as(fact);
            let raw = raw.or(author.as_ref());
            self.known(fact, raw, slots.next(), || fact.name.to_string());
        }
    }

    /// The author of the quote, for an input of that name.
    fn author_as(&self, input: &Input) -> Option<Raw> {
        self.request.author.clone().filter(|_| &*input.name == "author").map(Raw::Text)
    }

    /// A context field or a fact: what was given, else the default.
    fn known(
        &mut self,
        input: &Input,
        raw: Option<&Raw>,
        slot: Option<usize>,
        path: impl FnOnce() -> String,
    ) {
        let value = match raw {
            Some(raw) if input.ty.list().is_some() => {
                let list = input.ty.list().and_then(|list| self.list(list, raw, &path()));
                if let Some(list) = list {
                    self.keep(slot, list);
                }
                return;
            }
            Some(raw) => match self.reader().input(input, raw) {
                Ok(value) => value,
                Err(refusal) => return self.refuse(codes::BAD_VALUE, path(), refusal),
            },
            None => match &input.default {
                Some(default) => default.clone(),
                None if input.optional || matches!(input.ty, Ty::Optional(_)) => Value::Absent,
                None if matches!(input.ty, Ty::Set(_)) => Value::Set(0),
                None => {
                    let path = path();
                    let message = format!("`{path}` is not given and has no default");
                    let choices = match &input.ty {
                        Ty::List(_) => Some("`[]` where there is nothing in it".into()),
                        _ => self.plan.choices(&self.day, input),
                    };
                    let error = self.error(codes::MISSING_VALUE, &*path, message);
                    error.help = choices.map(|choices| format!("add it: {choices}"));
                    return;
                }
            },
        };
        self.keep(slot, value);
    }

    pub(super) fn refuse(&mut self, code: Code, path: String, refusal: Refusal) {
        let (Refusal::Type { message, help } | Refusal::Range { message, help, .. }) = refusal;
        self.errors.push(RequestError { code, path, message, help });
    }

    /// Index values and exchange rates.
    fn market(&mut self) {
        let (book, market) = (self.plan.book(), &self.request.market);
        let before = self.plan.input_slots().len().saturating_sub(book.indexes.len());
        for (index, slot) in book.indexes.iter().zip(self.plan.input_slots().iter().skip(before)) {
            let name = &index.input.name;
            if let Some(raw) = self.field(market, name, "market") {
                self.index(index, raw, *slot, format!("market.{name}"));
            } else {
                let message = format!("the request brings no value of the index `{name}`");
                let help = format!("add `\"{name}\"` to the request's `market`");
                let fault = Fault::new(codes::MISSING_MARKET, message).at(index.input.span).help(help);
                if let Some(cell) = self.inputs.get_mut(*slot) {
                    *cell = Cell::Gap(fault.in_request("market").gap());
                }
            }
        }
        for (at, pair) in book.exchanges.iter().enumerate() {
            let name = format!("{}/{}", pair.from, pair.to);
            let Some(raw) = self.field(market, &name, "market") else { continue };
            let path = format!("market.{name}");
            let Some(raw) = self.dated(&name, raw, pair.max_age_days, &path) else { continue };
            let ty = Ty::number(NumberKind::Plain);
            match self.reader().value(&name, &ty, raw) {
                Ok(Value::Number(rate)) if rate.is_positive() => self.day.rates[at] = Some(rate),
                Ok(_) => {
                    let message = format!("the exchange rate `{name}` is not above zero");
                    self.error(codes::MARKET_OUT_OF_RANGE, path, message);
                }
                Err(refusal) => self.refuse(codes::BAD_VALUE, path, refusal),
            }
        }
        self.unknown_market();
    }

    fn index(&mut self, index: &Index, raw: &Raw, slot: usize, path: String) {
        let name = &index.input.name;
        let Some(raw) = self.dated(name, raw, index.max_age_days, &path) else { return };
        match self.reader().input(&index.input, raw) {
            Ok(value) => self.keep(Some(slot), value),
            Err(refusal @ Refusal::Type { .. }) => self.refuse(codes::BAD_VALUE, path, refusal),
            Err(refusal) => self.refuse(codes::MARKET_OUT_OF_RANGE, path, refusal),
        }
    }

    /// The value of a market figure whose date, if it must have one, is not too old.
    fn dated<'r>(&mut self, name: &str, raw: &'r Raw, max_age: Option<u32>, path: &str) -> Option<&'r Raw> {
        let (value, date) = match raw {
            Raw::Object(fields) => {
                let mut value = None;
                let mut date = None;
                for (field, raw) in fields {
                    let place = match field.as_str() {
                        "value" => &mut value,
                        "date" => &mut date,
                        other => {
                            let near = nearest(other, ["value", "date"]);
                            let message = format!("a market figure has no field `{other}`");
                            let error =
                                RequestError::new(codes::UNKNOWN_FIELD, format!("{path}.{other}"), message);
                            self.errors.push(error.did_you_mean(near));
                            continue;
                        }
                    };
                    if place.replace(raw).is_some() {
                        self.error(
                            codes::REPEATED_FIELD,
                            format!("{path}.{field}"),
                            format!("`{field}` is given twice"),
                        );
                    }
                }
                (value, date)
            }
            raw => (Some(raw), None),
        };
        let Some(value) = value else {
            let message = format!("`{name}` has no `value`");
            self.error(codes::MISSING_VALUE, format!("{path}.value"), message);
            return None;
        };
        self.fresh(name, date, max_age, path).then_some(value)
    }

    /// Whether a market figure of a date counts on the day of the quote.
    fn fresh(&mut self, name: &str, date: Option<&Raw>, max_age: Option<u32>, path: &str) -> bool {
        let as_of = self.day.as_of;
        let date = match (date, max_age) {
            (None, None) => return true,
            (None, Some(most)) => {
                let message = format!("`{name}` has no date, and may be at most {most} days old");
                let help = format!("write `\"{name}\": {{ \"value\": …, \"date\": \"{as_of}\" }}`");
                self.error(codes::STALE_MARKET, path, message).help = Some(help);
                return false;
            }
            (Some(raw), _) => match self.reader().value("date", &Ty::Date, raw) {
                Ok(Value::Date(date)) => date,
                Ok(_) => return false,
                Err(refusal) => {
                    self.refuse(codes::BAD_VALUE, format!("{path}.date"), refusal);
                    return false;
                }
            },
        };
        if !self.day_is_known {
            return true;
        }
        let age = date.days_until(as_of);
        let message = if age < 0 {
            format!("`{name}` is of {date}, which is after the day of the quote, {as_of}")
        } else if max_age.is_some_and(|most| i64::from(most) < age) {
            let most = max_age.unwrap_or_default();
            format!("`{name}` is of {date}, {age} days before {as_of}; it may be at most {most} days old")
        } else {
            return true;
        };
        self.error(codes::STALE_MARKET, format!("{path}.date"), message);
        false
    }

    fn unknown_market(&mut self) {
        let book = self.plan.book();
        let pairs: Vec<String> =
            book.exchanges.iter().map(|pair| format!("{}/{}", pair.from, pair.to)).collect();
        let known: Vec<&str> = book
            .indexes
            .iter()
            .map(|index| &*index.input.name)
            .chain(pairs.iter().map(String::as_str))
            .collect();
        for (name, _) in &self.request.market {
            if !known.contains(&name.as_str()) {
                let message = format!("the book has no index and no exchange rate `{name}`");
                let error = RequestError::new(codes::UNKNOWN_FIELD, format!("market.{name}"), message);
                self.errors.push(error.did_you_mean(nearest(name, known.iter().copied())));
            }
        }
    }

    fn unknown_fields(&mut self) {
        let book = self.plan.book();
        let contexts = book.contexts.iter().map(|it| &*it.name);
        let inputs =
            book.facts.iter().map(|it| &*it.name).chain(book.quote.entries.iter().map(|it| &*it.name));
        let known: Vec<&str> = contexts.chain(inputs).collect();
        for (name, _) in &self.request.fields {
            if !known.contains(&name.as_str()) {
                if name == "author" {
                    let message = "`author` is the name of a person, a text in quotes";
                    self.errors.push(RequestError::new(codes::BAD_VALUE, name, message));
                    continue;
                }
                let near = nearest(name, known.iter().copied().chain(FIELDS));
                let error =
                    RequestError::new(codes::UNKNOWN_FIELD, name, format!("a request has no field `{name}`"));
                self.errors.push(error.did_you_mean(near));
            }
        }
    }

    fn quote_entries(&mut self) -> Vec<Given> {
        let (book, request) = (self.plan.book(), self.request);
        let entries = book.quote.entries.iter();
        entries
            .map(|entry| {
                match self.field(&request.fields, &entry.name, "").or(self.author_as(entry).as_ref()) {
                    None => Given::Silent,
                    Some(raw) => self.given(entry, raw, || entry.name.to_string(), codes::ENTRY_OUT_OF_RANGE),
                }
            })
            .collect()
    }

    /// The value of an option or an entry. A value of another type is an error of the request; one that is
    /// not allowed is a fault of the line.
    pub(super) fn given(
        &mut self,
        input: &Input,
        raw: &Raw,
        path: impl FnOnce() -> String,
        code: Code,
    ) -> Given {
        match self.reader().input(input, raw) {
            Ok(value) => Given::Value(value),
            Err(refusal @ Refusal::Type { .. }) => {
                self.refuse(codes::BAD_VALUE, path(), refusal);
                Given::Silent
            }
            Err(Refusal::Range { message, help, number }) => {
                let mut fault = Fault::new(code, message).at(input.span).in_request(path());
                fault.help = help;
                match number {
                    Some(number) if code != codes::VALUE_NOT_OFFERED => Given::Doubtful(number, fault.gap()),
                    _ => Given::Bad(fault.gap()),
                }
            }
        }
    }
}

/// A path with a name behind.
pub(super) fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
