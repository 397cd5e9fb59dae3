//! Rows that are lines of NDJSON, each a request.

use super::kernel::{AS_OF, CURRENCY, ID, LANES, PRODUCT, slots};
use super::lanes::Written;
use super::pricer::{Assigned, Rows, Worker};
use crate::diagnostic::codes;
use crate::ir::Book;
use crate::quote::{Raw, Request, RequestError};
use crate::source::limits;
use crate::value::Date;
use crate::wire::{self, Leaf};

/// How many rows of a block are read twice to learn which kernel they are for.
const MAX_LOOKED_AT: usize = 32;

/// How long a request of one line is, about.
const USUAL_LINE_BYTES: usize = 256;

/// Whole lines of an NDJSON document.
pub(super) struct Lines<'t> {
    lines: Vec<Line<'t>>,
}

struct Line<'t> {
    /// Its number in the whole input.
    number: u64,
    /// Bytes that are no text, or too many, are a refusal.
    text: Result<&'t str, Box<RequestError>>,
    /// The same document without escapes, where the line has some that can be left out.
    plain: Option<Box<str>>,
}

impl<'t> Lines<'t> {
    /// The lines of a piece of a document whose first line has this number. Blank ones are passed over.
    pub fn new(bytes: &'t [u8], first: u64) -> Lines<'t> {
        let mut lines = Vec::with_capacity(bytes.len() / USUAL_LINE_BYTES);
        let (mut begin, mut number) = (0, first);
        for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
            let line = bytes.get(begin..end).unwrap_or_default();
            if !line.trim_ascii().is_empty() {
                let text = text(line).map_err(Box::new);
                let plain =
                    text.as_ref().ok().and_then(|text| without_escapes(text)).map(String::into_boxed_str);
                lines.push(Line { number, text, plain });
            }
            (begin, number) = (end + 1, number + 1);
        }
        Lines { lines }
    }

    /// One line that is refused without being looked at.
    pub fn refused(number: u64, error: RequestError) -> Lines<'static> {
        Lines { lines: vec![Line { number, text: Err(Box::new(error)), plain: None }] }
    }
}

/// A JSON document with the characters outside of ASCII that it writes as `\u8be2`, as many programs write all
/// of them; none where it has none, and where it has other escapes.
fn without_escapes(text: &str) -> Option<String> {
    memchr::memchr(b'\\', text.as_bytes())?;
    let mut pieces = text.split("\\u");
    let mut plain = String::with_capacity(text.len());
    plain.push_str(pieces.next()?);
    let mut high: Option<u16> = None;
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(4)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let unit = u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        let found = match high.take() {
            Some(high) => char::decode_utf16([high, unit]).next()?.ok()?,
            None if (0xD800..0xDC00).contains(&unit) && rest.is_empty() => {
                high = Some(unit);
                continue;
            }
            None => char::from_u32(unit.into())?,
        };
        if found.is_ascii() {
            return None;
        }
        plain.push(found);
        plain.push_str(rest);
    }
    (high.is_none() && !plain.contains('\\')).then_some(plain)
}

fn text(line: &[u8]) -> Result<&str, RequestError> {
    if line.len() > limits::MAX_REQUEST_LINE_BYTES {
        let message =
            format!("the line is {} bytes long and may be {}", line.len(), limits::MAX_REQUEST_LINE_BYTES);
        return Err(RequestError::new(codes::REQUEST_TOO_LARGE, "", message).help("write one request a line"));
    }
    std::str::from_utf8(line).map_err(|error| {
        let message = format!("the request is not UTF-8 at byte {}", error.valid_up_to() + 1);
        RequestError::new(codes::NOT_UTF8, "", message).help("save the file as UTF-8")
    })
}

impl Rows for Lines<'_> {
    fn len(&self) -> usize {
        self.lines.len()
    }

    fn number(&self, row: usize) -> u64 {
        self.lines.get(row).map_or(0, |line| line.number)
    }

    fn request(&self, row: usize) -> Result<Request, (RequestError, Option<String>)> {
        let Some(line) = self.lines.get(row) else {
            return Err((RequestError::new(codes::BAD_VALUE, "", "there is no such line"), None));
        };
        let text = line.text.as_ref().map_err(|error| (RequestError::clone(error), None))?;
        wire::read_request(text).map_err(|errors| (super::pricer::first(errors), wire::id_of(text)))
    }

    fn assign<'r>(
        &'r self,
        from: usize,
        to: usize,
        worker: &mut Worker<'_>,
        assigned: &mut Vec<Assigned<'r>>,
    ) {
        let mut found: Vec<Option<Leaf<'r>>> = Vec::new();
        let mut days = Days { plan_day: worker.pricer.question.as_of, last: None };
        let mut last = None;
        let mut looked_at = 0;
        for line in self.lines.get(from..to).unwrap_or_default() {
            let text = line.plain.as_deref().or(line.text.as_ref().ok().copied());
            let row = text.and_then(|text| {
                if last.is_none() && looked_at < MAX_LOOKED_AT {
                    looked_at += 1;
                    last = kernel_of(text, worker);
                }
                let (row, open) = assign(text, worker, &mut found, &mut days, last?)?;
                last = Some(open);
                Some(row)
            });
            assigned.push(row.unwrap_or_default());
        }
    }
}

/// The kernel for the first line of a request, wherever the request says what it is about.
fn kernel_of(text: &str, worker: &mut Worker<'_>) -> Option<usize> {
    let request = wire::read_request(text).ok()?;
    let plan = worker.pricer.plan;
    let written = |raw: Option<&Raw>| match raw {
        Some(Raw::Text(text)) => Some(Some(text.clone())),
        Some(_) => None,
        None => Some(None),
    };
    let product = plan.find_product(&written(request.lines.first()?.product.as_ref())??)?;
    let currency = currency(plan.book(), written(request.currency.as_ref())?.as_deref())?;
    let day = match written(request.as_of.as_ref())? {
        Some(text) => Date::parse(&text).ok()?,
        None => worker.pricer.question.as_of?,
    };
    worker.open(product, currency, day)
}

/// Puts a request into the lanes of the kernel that it is for, where there is one. The kernel that was used last
/// is tried first.
fn assign<'r>(
    text: &'r str,
    worker: &mut Worker<'_>,
    found: &mut Vec<Option<Leaf<'r>>>,
    days: &mut Days<'r>,
    last: usize,
) -> Option<(Assigned<'r>, usize)> {
    let plan = worker.pricer.plan;
    let book = plan.book();
    let mut open = last;
    for attempt in 0..2 {
        let kernel = worker.kernel(open)?.clone();
        found.resize(slots(&kernel.program), None);
        let is_read = kernel.shape.read(text, found);
        // What stands around the lanes are texts, the id of the line behind them too; anything else is refused.
        let (around, line) = (found.iter().take(LANES), found.get(slots(&kernel.program) - 1));
        if around.chain(line).flatten().any(|leaf| !matches!(leaf, Leaf::Text(_))) {
            return None;
        }
        let slot = |at: usize| match found.get(at) {
            Some(Some(Leaf::Text(text))) => Some(*text),
            _ => None,
        };
        let product = plan.find_product(slot(PRODUCT)?)?;
        let currency = currency(book, slot(CURRENCY))?;
        let day = days.day(slot(AS_OF))?;
        if !is_read || !kernel.is_for(product, currency, day) {
            // A kernel of another product may know the fields that this one does not.
            let other = worker.open(product, currency, day)?;
            if attempt > 0 || other == open {
                return None;
            }
            open = other;
            continue;
        }
        let row = worker.push(open, day)?;
        let id = slot(ID);
        let block = worker.block(open)?;
        for (lane, filler) in kernel.fillers.iter().enumerate() {
            let written = match found.get(LANES + lane).copied().flatten() {
                Some(Leaf::Text(text)) => Written::Text(text),
                Some(Leaf::Flag(truth)) => Written::Flag(truth),
                Some(Leaf::List(list)) => Written::List(list),
                Some(Leaf::Dated(dated)) => match dated.parts() {
                    Some((value, date)) => Written::Dated { value, date },
                    None => {
                        block.deferred[row] = true;
                        continue;
                    }
                },
                None => continue,
            };
            match filler.fill(written, day) {
                Some(value) => block.set(lane, row, value),
                None => block.deferred[row] = true,
            }
        }
        return Some((Assigned { place: Some((open, row)), id }, open));
    }
    None
}

/// The position of a currency; none for one that the book does not have, and where one is missing.
pub(super) fn currency(book: &Book, name: Option<&str>) -> Option<u16> {
    match name {
        None if book.currency_by_request => None,
        None => Some(0),
        Some(code) => {
            let at = book.currencies.iter().position(|known| **known == *code)?;
            u16::try_from(at).ok()
        }
    }
}

/// Days as they are written; the one met last is remembered.
pub(super) struct Days<'r> {
    /// The day of rows that do not say one.
    pub plan_day: Option<Date>,
    pub last: Option<(&'r str, Date)>,
}

impl<'r> Days<'r> {
    pub fn day(&mut self, text: Option<&'r str>) -> Option<Date> {
        let Some(text) = text else { return self.plan_day };
        match self.last {
            Some((last, day)) if last == text => Some(day),
            _ => {
                let day = Date::parse(text).ok()?;
                self.last = Some((text, day));
                Some(day)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_outside_of_ascii_are_written_out() {
        let plain = |text: &str| without_escapes(text);
        assert_eq!(plain(r#"{"id":"\u8be2\u4EF7-1"}"#).as_deref(), Some(r#"{"id":"询价-1"}"#));
        assert_eq!(plain(r#"{"\ud83d\ude00":1}"#).as_deref(), Some(r#"{"😀":1}"#));
        for left in [
            r#"{"id":"a"}"#,
            r#"{"id":"\u0041"}"#,
            r#"{"id":"\u0022"}"#,
            r#"{"id":"\n\u8be2"}"#,
            r#"{"id":"\\u8be2"}"#,
            r#"{"id":"\u+abc"}"#,
            r#"{"id":"\u8b"#,
            r#"{"id":"\ud83d"}"#,
            r#"{"id":"\ud83d \ude00"}"#,
            r#"{"id":"\ude00"}"#,
            r#"{"id":"\u8b询"}"#,
        ] {
            assert_eq!(plain(left), None, "{left}");
        }
    }
}
