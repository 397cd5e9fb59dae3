//! `tarif batch`: files of requests in, files of results out.

mod journal;
mod parts;
mod show;

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread;

use super::args::Batch;
use super::check::compile;
use super::progress::Progress;
use super::quote::{read_market, unreadable};
use super::screen::{Outcome, Run, Screen, Stop};
use crate::batch::{
    self, BatchError, Form, ParquetTarget, Position, Pricer, Question, Source, Target, TextTarget,
};
use crate::eval::{Field, Plan};
use crate::load::reason;
use crate::value::Date;
use crate::wire::Market;
use journal::Journal;
use parts::FileParts;

/// After how many rows a text output is made sure, and written down how far the batch is.
const ROWS_BETWEEN_NOTES: u64 = 20_000;

/// The same of a Parquet output, of which each such piece is a file of its own until the end.
const ROWS_BETWEEN_PARTS: u64 = 1_000_000;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Ndjson,
    Csv,
    Parquet,
}

/// Prices the rows of a file into another.
pub(super) fn batch(screen: Screen, args: &Batch) -> Run {
    let (from, to) = (kind(&args.input)?, kind(&args.output)?);
    let market = match &args.market {
        Some(file) => read_market(screen, file)?,
        None => Ok(Market::default()),
    };
    let (Ok(compiled), Ok(market)) = (compile(screen, &args.book)?, market) else {
        return Ok(Outcome::Problems);
    };
    let plan = Plan::new(compiled.book.clone());
    let question = question(args, &plan, market)?;
    if from == Kind::Ndjson && !question.keep.is_empty() {
        return Err(Stop::advised(
            "`--keep` carries over columns, and NDJSON has none",
            "name inputs in `--select`, such as `customer.tier`",
        ));
    }
    let size = File::open(&args.input).and_then(|file| file.metadata());
    let size = size.map_err(|error| unreadable(&args.input, &error))?.len();
    let began = Journal::new(args, &plan, size);
    let journal = match args.resume {
        true => began.resume()?,
        false => {
            began.must_be_new(&args.output)?;
            began
        }
    };
    let mut source = open_source(args, from, journal.at)?;
    let pricer = Pricer::new(&plan, question);
    let mut run = Running { screen, args, pricer: &pricer, journal, size };
    match to {
        Kind::Parquet => {
            let parts = FileParts::new(&args.output);
            let mut target = ParquetTarget::new(parts, run.journal.output);
            run.rows(&mut source, &mut target, ROWS_BETWEEN_PARTS)
        }
        kind => {
            let form = if kind == Kind::Csv { Form::Csv } else { Form::Ndjson };
            let file = open_text(&args.output, run.journal.output)
                .map_err(|error| unwritable(&args.output, &error))?;
            let mut target = TextTarget::new(BufWriter::new(file), form, run.journal.output);
            run.rows(&mut source, &mut target, ROWS_BETWEEN_NOTES)
        }
    }
}

struct Running<'a> {
    screen: Screen,
    args: &'a Batch,
    pricer: &'a Pricer<'a>,
    journal: Journal,
    /// How many bytes the input has.
    size: u64,
}

impl Running<'_> {
    fn rows(&mut self, source: &mut Source<'_>, target: &mut dyn Target, between: u64) -> Run {
        let all_rows = source.rows();
        let progress = Progress::of_bytes(self.screen, "pricing", all_rows.unwrap_or(self.size));
        let threads = self
            .args
            .threads
            .map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
        let mut summary = std::mem::take(&mut self.journal.summary);
        let mut noted = self.journal.at.rows;
        let journal = &mut self.journal;
        let ended = batch::run(self.pricer, source, target, threads, &mut summary, &mut |found, target| {
            progress.set(if all_rows.is_some() { found.at.rows } else { found.at.bytes });
            if found.at.rows.saturating_sub(noted) >= between {
                noted = found.at.rows;
                let output = target.settle()?;
                journal.note(found.at, output, found.summary)?;
            }
            Ok(())
        });
        ended.map_err(|error| stopped(self.args, error))?;
        target.end().map_err(|error| unwritable(&self.args.output, &error))?;
        self.journal.forget();
        drop(progress);
        self.screen.print(&show::summary(&summary, self.pricer.book()))?;
        Ok(if summary.refusals() > 0 { Outcome::Problems } else { Outcome::Clean })
    }
}

fn stopped(args: &Batch, error: BatchError) -> Stop {
    let (input, output) = (args.input.display(), args.output.display());
    match error {
        BatchError::Reading(error) => unreadable(&args.input, &error),
        BatchError::Input(message) => Stop::failed(format!("in `{input}`: {message}")),
        BatchError::Writing(error) => unwritable(&args.output, &error),
        BatchError::Output(message) => Stop::failed(format!("cannot write `{output}`: {message}")),
        BatchError::Fault => Stop::failed("this is a fault in tarif itself: a thread ended early"),
    }
}

fn kind(file: &Path) -> Result<Kind, Stop> {
    let ending = file.extension().and_then(|ending| ending.to_str()).map(str::to_lowercase);
    match ending.as_deref() {
        Some("ndjson" | "jsonl") => Ok(Kind::Ndjson),
        Some("csv") => Ok(Kind::Csv),
        Some("parquet") => Ok(Kind::Parquet),
        _ => Err(Stop::advised(
            format!("the name `{}` does not say what the file is", file.display()),
            "let it end in `.ndjson`, `.csv` or `.parquet`",
        )),
    }
}

fn question(args: &Batch, plan: &Plan, market: Market) -> Result<Question, Stop> {
    let mut fields: Vec<Field> = Vec::new();
    for text in args.select.iter().filter(|text| !text.trim().is_empty()) {
        let field = Field::parse(plan.book(), text).map_err(Stop::failed)?;
        if fields.iter().any(|other| other.name == field.name) {
            let message = format!("two fields are called `{}`", field.name);
            return Err(Stop::advised(message, "give one another name: `NAME=FIELD`"));
        }
        fields.push(field);
    }
    let as_of = match &args.as_of {
        Some(text) => match Date::parse(text) {
            Ok(day) => Some(day),
            Err(error) => return Err(Stop::failed(format!("`--as-of {text}`: `{text}` {error}"))),
        },
        None => None,
    };
    Ok(Question { fields, product: args.product.clone(), as_of, keep: args.keep.clone(), market })
}

fn open_source<'f>(args: &Batch, kind: Kind, at: Position) -> Result<Source<'f>, Stop> {
    let unreadable = |error: io::Error| unreadable(&args.input, &error);
    let mut file = File::open(&args.input).map_err(unreadable)?;
    let opened = match kind {
        Kind::Ndjson => {
            file.seek(SeekFrom::Start(at.bytes)).map_err(unreadable)?;
            Ok(Source::ndjson(BufReader::with_capacity(1 << 17, file), at))
        }
        Kind::Csv => Source::csv(file, at),
        Kind::Parquet => Source::parquet(file, at),
    };
    opened.map_err(|error| stopped(args, error))
}

/// The output, cut off behind so many bytes.
fn open_text(output: &Path, written: u64) -> io::Result<File> {
    let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(output)?;
    if file.metadata()?.len() < written {
        return Err(io::Error::other("it is shorter than it was; remove it and what stands beside it"));
    }
    file.set_len(written)?;
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}

fn unwritable(output: &Path, error: &io::Error) -> Stop {
    let help = "make room or name another file; `--resume` goes on where the batch ended";
    Stop::advised(format!("cannot write `{}`: {}", output.display(), reason(error)), help)
}

/// A file beside the output: its name with an ending behind it.
fn beside(output: &Path, ending: &str) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_file_says_what_it_is() {
        assert_eq!(kind(Path::new("a/b.NDJSON")).ok(), Some(Kind::Ndjson));
        assert_eq!(kind(Path::new("b.parquet")).ok(), Some(Kind::Parquet));
        assert!(kind(Path::new("b.json")).is_err());
        assert_eq!(beside(Path::new("x/out.csv"), ".progress"), Path::new("x/out.csv.progress"));
    }
}
