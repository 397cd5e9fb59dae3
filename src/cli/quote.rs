//! `tarif quote`: requests in, quotes out.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use super::args::Format;
use super::border::{self, Fault};
use super::check::{Compiled, compile};
use super::progress::Progress;
use super::screen::{Outcome, Run, Screen, Stop};
use super::show_quote;
use crate::diagnostic::{codes, render};
use crate::eval::Plan;
use crate::load::reason;
use crate::quote::{self, Quote, Request, RequestError, Status};
use crate::source::{Sources, limits};
use crate::wire::{self, Line, Lines, Market};

/// Quotes the requests of a file, or of the standard input.
pub(super) fn quote(
    screen: Screen,
    book: &Path,
    request: &Path,
    market: Option<&Path>,
    format: Format,
) -> Run {
    let market = match market {
        Some(file) => read_market(screen, file)?,
        None => Ok(Market::default()),
    };
    let compiled = compile(screen, book)?;
    let (Ok(compiled), Ok(market)) = (compiled, market) else { return Ok(Outcome::Problems) };
    let plan = Plan::new(compiled.book.clone());
    let quoter = Quoter { screen, compiled: &compiled, plan: &plan, market: &market, format };
    let source = Source::open(request)?;
    let progress = Progress::of_bytes(screen, "quoting", source.bytes);
    if source.is_ndjson {
        return quoter.many(BufReader::new(progress.reading(source.reader)));
    }
    let mut text = Vec::new();
    let limit = limits::MAX_REQUEST_BYTES as u64 + 1;
    let mut reader = progress.reading(source.reader);
    io::Read::by_ref(&mut reader)
        .take(limit)
        .read_to_end(&mut text)
        .map_err(|error| unreadable(request, &error))?;
    if holds_several(&text) {
        return quoter.many(BufReader::new(Cursor::new(text).chain(reader)));
    }
    quoter.one(&text)
}

/// Where requests come from.
struct Source {
    reader: Box<dyn Read>,
    bytes: u64,
    is_ndjson: bool,
}

impl Source {
    fn open(path: &Path) -> Result<Source, Stop> {
        if path.as_os_str() == "-" {
            return Ok(Source { reader: Box::new(io::stdin()), bytes: 0, is_ndjson: false });
        }
        let file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let found = file.metadata().map_err(|error| unreadable(path, &error))?;
        if found.is_dir() {
            return Err(Stop::advised(
                format!("`{}` is a folder", path.display()),
                "name a file with a request, or `-` for the standard input",
            ));
        }
        let is_ndjson = path.extension().is_some_and(|ending| ending == "ndjson" || ending == "jsonl");
        Ok(Source { reader: Box::new(file), bytes: found.len(), is_ndjson })
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Stop {
    let shown = if path.as_os_str() == "-" {
        "the standard input".to_owned()
    } else {
        format!("`{}`", path.display())
    };
    Stop::failed(format!("cannot read {shown}: {}", reason(error)))
}

#[expect(clippy::disallowed_methods, reason = "the shell reads the disk")]
pub(super) fn read_market(screen: Screen, file: &Path) -> Result<Result<Market, ()>, Stop> {
    let bytes = std::fs::read(file).map_err(|error| unreadable(file, &error))?;
    Ok(Market::read(&bytes).map_err(|errors| {
        screen.complain(&format!("in `{}`:\n{}", file.display(), draw(&errors, screen.color_err())));
    }))
}

/// Whether a text is several JSON documents, one a line: the first line is one, and another line has text too.
fn holds_several(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let (Some(first), Some(_)) = (lines.next(), lines.next()) else { return false };
    let first = first.trim_ascii();
    first.starts_with(b"{") && first.ends_with(b"}")
}

/// Errors in a request, drawn for people.
pub(super) fn draw(errors: &[RequestError], color: bool) -> String {
    let problems: Vec<_> = errors.iter().map(RequestError::to_diagnostic).collect();
    render(&problems, &Sources::new(), color)
}

struct Quoter<'a> {
    screen: Screen,
    compiled: &'a Compiled,
    plan: &'a Plan,
    market: &'a Market,
    format: Format,
}

impl Quoter<'_> {
    /// One document: a quote as text or JSON.
    fn one(&self, bytes: &[u8]) -> Run {
        let request = wire::read_request_bytes(bytes);
        let id = request.as_ref().ok().and_then(|request| request.id.clone());
        let priced = request.and_then(|request| self.price(request));
        match priced {
            Ok((request, quote)) => {
                let text = match self.format {
                    Format::Json => self.json(&quote).pretty(),
                    Format::Text => {
                        let Compiled { book, places } = self.compiled;
                        show_quote::quote(&quote, &request, book, places, self.screen.color_out())
                    }
                };
                self.screen.print(&text)?;
                Ok(outcome(quote.status))
            }
            Err(errors) => {
                match self.format {
                    Format::Json => self.screen.print(&self.refusal(bytes, id, &errors).pretty())?,
                    Format::Text => self.screen.complain(&draw(&errors, self.screen.color_err())),
                }
                Ok(Outcome::Problems)
            }
        }
    }

    /// One document a line: one quote, or one object of errors, a line.
    fn many(&self, source: impl BufRead) -> Run {
        let mut worst = Outcome::Clean;
        for line in Lines::new(source) {
            let line =
                line.map_err(|error| Stop::failed(format!("cannot read the requests: {}", reason(&error))))?;
            let (text, outcome) = self.answer(&line);
            worst = worst.max(outcome);
            self.screen.print(&format!("{text}\n"))?;
        }
        Ok(worst)
    }

    fn answer(&self, line: &Line) -> (String, Outcome) {
        let bytes = match &line.content {
            Ok(bytes) => bytes,
            Err(too_long) => {
                let message = format!(
                    "line {} is {} bytes long and may be {}",
                    line.number,
                    too_long.bytes,
                    limits::MAX_REQUEST_LINE_BYTES
                );
                let error = RequestError::new(codes::REQUEST_TOO_LARGE, "", message)
                    .help("write one request a line, or send long requests in files of their own");
                return (wire::errors_to_json(None, &[error]).line(), Outcome::Problems);
            }
        };
        let request = wire::read_request_bytes(bytes);
        let id = request.as_ref().ok().and_then(|request| request.id.clone());
        match border::guarded(|| request.and_then(|request| self.price(request))) {
            Ok(Ok((_, quote))) => (self.json(&quote).line(), outcome(quote.status)),
            Ok(Err(errors)) => (self.refusal(bytes, id, &errors).line(), Outcome::Problems),
            Err(fault) => {
                let error = RequestError::new(codes::FAULT, "", fault.message()).help(Fault::help());
                (wire::errors_to_json(id.as_deref(), &[error]).line(), Outcome::CouldNotRun)
            }
        }
    }

    fn price(&self, mut request: Request) -> Result<(Request, Quote), Vec<RequestError>> {
        self.market.fill(&mut request);
        let quote = quote::quote(self.plan, &request)?;
        Ok((request, quote))
    }

    fn json(&self, quote: &Quote) -> wire::Document {
        wire::quote_to_json(quote, &|span| self.compiled.places.place(span))
    }

    fn refusal(&self, bytes: &[u8], id: Option<String>, errors: &[RequestError]) -> wire::Document {
        match (id, std::str::from_utf8(bytes)) {
            (None, Ok(text)) => wire::unread_to_json(text, errors),
            (id, _) => wire::errors_to_json(id.as_deref(), errors),
        }
    }
}

fn outcome(status: Status) -> Outcome {
    match status {
        Status::Ok | Status::NeedsApproval => Outcome::Clean,
        Status::Rejected | Status::Invalid => Outcome::Problems,
    }
}
