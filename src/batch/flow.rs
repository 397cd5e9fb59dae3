//! Chunks from a source through workers to a target, in their order, on one thread or several.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use arrow_array::RecordBatch;

use super::frame::{Columns, ERROR};
use super::group::{self, Encoding, Group};
use super::ndjson::Lines;
use super::pricer::{Pricer, Rows, Sink, Worker};
use super::source::{Chunk, Position, Source, Work};
use super::summary::Summary;
use super::table::{TableError, TablePricer, TableRows};
use super::target::Target;
use super::text::{JsonKeys, csv_cell, json_row, json_text};
use super::view::{Row, Values, View};
use crate::diagnostic::codes;
use crate::quote::RequestError;
use crate::source::limits;
use crate::wire;

/// How many bytes a row of an answer has, about.
const ROW_BYTES: usize = 256;

/// Why a batch ends before its end.
#[derive(Debug)]
pub enum BatchError {
    /// The input cannot be read.
    Reading(io::Error),
    /// The input is not what it should be.
    Input(String),
    /// The output cannot be written.
    Writing(io::Error),
    /// The output cannot be made.
    Output(String),
    /// Tarif itself is at fault: a worker ended in a panic.
    Fault,
}

/// The form of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a row.
    Ndjson,
    /// A row of names, and one line a row.
    Csv,
    /// Groups of rows of a Parquet file.
    Parquet,
}

/// What a chunk came to.
#[derive(Debug)]
pub(super) struct Piece {
    pub content: Content,
    pub summary: Summary,
    pub after: Position,
}

/// Rows of results, in the form that the target takes.
#[derive(Debug)]
pub enum Content {
    /// Whole lines.
    Bytes(Vec<u8>),
    /// Rows of a Parquet file.
    Group(Group),
}

/// How far a batch is.
#[derive(Clone, Debug)]
pub struct Progress<'a> {
    /// Where the input goes on.
    pub at: Position,
    /// What all rows so far came to.
    pub summary: &'a Summary,
}

/// What every worker knows.
struct Task<'p> {
    pricer: &'p Pricer<'p>,
    table: Option<&'p TablePricer<'p>>,
    form: Form,
    keys: JsonKeys,
    names: Vec<String>,
    /// What the fields become in a table.
    columns: Columns,
    /// How rows become groups, where the target takes groups.
    encoding: Option<Encoding>,
}

/// Prices all rows of a source into a target, in their order. `report` is called whenever the target has taken
/// rows; what it returns as an error ends the batch.
///
/// # Errors
///
/// An input that cannot be read, an output that cannot be written. Bad rows are rows of the output, and no
/// error.
pub fn run(
    pricer: &Pricer<'_>,
    source: &mut Source<'_>,
    target: &mut dyn Target,
    threads: usize,
    summary: &mut Summary,
    report: &mut dyn FnMut(&Progress<'_>, &mut dyn Target) -> io::Result<()>,
) -> Result<(), BatchError> {
    let form = target.form();
    let table = source.schema().map(|schema| match form {
        Form::Parquet => TablePricer::new(pricer, schema),
        Form::Ndjson | Form::Csv => TablePricer::for_text(pricer, schema),
    });
    let table = table.transpose().map_err(input)?;
    let names = match (&table, source.schema()) {
        (Some(table), Some(_)) => table.kept_names(),
        _ => Vec::new(),
    };
    let fields = &pricer.question.fields;
    let columns = table.as_ref().map_or_else(|| Columns::new(fields), |table| table.columns().clone());
    let encoding = (form == Form::Parquet).then(|| {
        let schema = table.as_ref().map_or_else(|| columns.schema(&[]), |table| table.schema().clone());
        columns.encoding(schema)
    });
    let encoding = encoding.transpose().map_err(output)?;
    let keys = JsonKeys::new(fields);
    let task = Task { pricer, table: table.as_ref(), form, keys, names, columns, encoding };
    source.make_chunks_for(form);
    let mut take = |piece: Piece, target: &mut dyn Target| -> Result<(), BatchError> {
        target.write(piece.content).map_err(BatchError::Writing)?;
        summary.add(piece.summary);
        report(&Progress { at: piece.after, summary }, target).map_err(BatchError::Writing)
    };
    target.begin(&task.header()).map_err(BatchError::Writing)?;
    if threads <= 1 {
        let mut worker = pricer.worker();
        while let Some(chunk) = source.next()? {
            take(task.work(&mut worker, chunk)?, target)?;
        }
        return Ok(());
    }
    thread::scope(|scope| {
        let hands: Vec<Hand> = (0..threads).map(|_| hire(scope, &task)).collect();
        let mut busy: VecDeque<&Hand> = VecDeque::new();
        let mut next = hands.iter().cycle();
        loop {
            let chunk = source.next()?;
            let is_end = chunk.is_none();
            if let (Some(chunk), Some(hand)) = (chunk, next.next()) {
                hand.to_do.send(chunk).map_err(|_| BatchError::Fault)?;
                busy.push_back(hand);
            }
            // Each hand has one chunk in work and one that waits.
            while busy.len() >= threads * 2 || is_end {
                let Some(hand) = busy.pop_front() else { return Ok(()) };
                take(hand.done.recv().map_err(|_| BatchError::Fault)??, target)?;
            }
        }
    })
}

/// A thread that works on chunks.
struct Hand {
    to_do: SyncSender<Chunk>,
    done: Receiver<Result<Piece, BatchError>>,
}

fn hire<'s>(scope: &'s thread::Scope<'s, '_>, task: &'s Task<'_>) -> Hand {
    let (to_do, work) = sync_channel::<Chunk>(2);
    let (give, done) = sync_channel(2);
    let work = move || {
        let mut worker = task.pricer.worker();
        for chunk in work {
            if give.send(task.work(&mut worker, chunk)).is_err() {
                return;
            }
        }
    };
    // Faults are caught by the name of the thread. Where none can be had, the channel is closed, and the first chunk
    // says so.
    let name = thread::current().name().unwrap_or("tarif").to_owned();
    let hired = thread::Builder::new().name(name).stack_size(limits::STACK_BYTES).spawn_scoped(scope, work);
    drop(hired);
    Hand { to_do, done }
}

fn output(error: impl fmt::Display) -> BatchError {
    BatchError::Output(error.to_string())
}

fn input(error: TableError) -> BatchError {
    match error {
        TableError::Columns(message) => BatchError::Input(message),
        TableError::Arrow(error) => output(error),
    }
}

impl Task<'_> {
    fn work(&self, worker: &mut Worker<'_>, chunk: Chunk) -> Result<Piece, BatchError> {
        let Chunk { work, first, after } = chunk;
        let mut made = match &self.encoding {
            Some(encoding) => Made::Group(encoding.group().map_err(output)?),
            None => Made::Bytes(Vec::with_capacity(work.answer_bytes())),
        };
        match work {
            Work::Lines(bytes) => self.rows(worker, &Lines::new(&bytes, first), None, &mut made)?,
            Work::TooLong(length) => {
                let message =
                    format!("the line is {length} bytes long and may be {}", limits::MAX_REQUEST_LINE_BYTES);
                let error = RequestError::new(codes::REQUEST_TOO_LARGE, "", message);
                let lines = Lines::refused(first, error.help("write one request a line"));
                self.rows(worker, &lines, None, &mut made)?;
            }
            Work::Table { batch, broken } => self.table(worker, (&batch, first, broken), &mut made)?,
            Work::Stretch(stretch) => {
                let mut first = first;
                for batch in stretch.batches()? {
                    let batch = batch?;
                    self.table(worker, (&batch, first, BTreeMap::new()), &mut made)?;
                    first += batch.num_rows() as u64;
                }
            }
        }
        let content = match made {
            Made::Bytes(bytes) => Content::Bytes(bytes),
            Made::Group(group) => Content::Group(group.finish().map_err(output)?),
        };
        Ok(Piece { content, summary: std::mem::take(&mut worker.summary), after })
    }

    /// Rows of a table, with the number of the first of them and those that are broken in themselves.
    fn table(
        &self,
        worker: &mut Worker<'_>,
        (batch, first, broken): (&RecordBatch, u64, BTreeMap<usize, String>),
        made: &mut Made,
    ) -> Result<(), BatchError> {
        let Some(table) = self.table else {
            return Err(BatchError::Input("rows of a table came without their columns".to_owned()));
        };
        let rows = table.rows(batch, first, broken).map_err(input)?;
        match made {
            Made::Group(group) => {
                let answer = table.price_with(worker, batch, &rows).map_err(input)?;
                group.add(&answer).map_err(output)
            }
            Made::Bytes(_) => self.rows(worker, &rows, Some(&rows), made),
        }
    }

    fn rows(
        &self,
        worker: &mut Worker<'_>,
        rows: &impl Rows,
        kept: Option<&TableRows<'_>>,
        made: &mut Made,
    ) -> Result<(), BatchError> {
        let fields = &self.pricer.question.fields;
        match made {
            Made::Group(group) => {
                let mut frame = self.columns.frame(rows.len());
                worker.all(rows, &mut frame);
                let answer = frame.finish(self.columns.schema(&[]), Vec::new()).map_err(output)?;
                group.add(&answer).map_err(output)
            }
            Made::Bytes(bytes) if self.form == Form::Csv => {
                let out = csv::WriterBuilder::new().from_writer(std::mem::take(bytes));
                let mut sink =
                    CsvSink { fields: fields.len(), kept, out, cell: Vec::new(), at: 0, failed: None };
                worker.all(rows, &mut sink);
                if let Some(error) = sink.failed {
                    return Err(output(error));
                }
                *bytes = sink.out.into_inner().map_err(output)?;
                Ok(())
            }
            Made::Bytes(bytes) => {
                worker.all(rows, &mut JsonSink { task: self, kept, out: bytes, at: 0 });
                Ok(())
            }
        }
    }

    /// What stands at the beginning of the output.
    fn header(&self) -> Header {
        let fields = &self.pricer.question.fields;
        match self.form {
            Form::Ndjson => Header::Nothing,
            Form::Csv => {
                let own = fields.iter().map(|field| field.name.to_string());
                let names = self.names.iter().cloned().chain(own).chain([ERROR.to_owned()]);
                let mut out = csv::Writer::from_writer(Vec::new());
                let written = out.write_record(names.collect::<Vec<_>>());
                Header::Bytes(written.ok().and_then(|()| out.into_inner().ok()).unwrap_or_default())
            }
            Form::Parquet => match &self.encoding {
                Some(encoding) => Header::Columns(encoding.clone()),
                None => Header::Nothing,
            },
        }
    }
}

/// What stands at the beginning of an output.
#[derive(Clone, Debug)]
pub enum Header {
    /// Nothing: of NDJSON.
    Nothing,
    /// A line of names.
    Bytes(Vec<u8>),
    /// The columns of a Parquet file, and how they are written.
    Columns(Encoding),
}

/// What a chunk comes to, in the making.
enum Made {
    Bytes(Vec<u8>),
    Group(group::Writing),
}

impl Work {
    /// How many bytes the answer about these rows has, about.
    fn answer_bytes(&self) -> usize {
        match self {
            Work::Lines(bytes) => bytes.len(),
            Work::TooLong(_) => 0,
            Work::Table { batch, .. } => batch.num_rows() * ROW_BYTES,
            Work::Stretch(stretch) => stretch.rows() * ROW_BYTES,
        }
    }
}

struct JsonSink<'a> {
    task: &'a Task<'a>,
    kept: Option<&'a TableRows<'a>>,
    out: &'a mut Vec<u8>,
    at: usize,
}

impl Sink for JsonSink<'_> {
    fn row(&mut self, row: &Row<'_>) {
        let begin = self.out.len();
        json_row(row, &self.task.keys, self.out);
        // What is carried over stands first: `{` and then the row without its own `{`.
        if let Some(kept) = self.kept.filter(|_| !self.task.names.is_empty()) {
            let own = self.out.split_off(begin);
            for (at, (name, value)) in self.task.names.iter().zip(kept.kept(self.at)).enumerate() {
                self.out.push(if at == 0 { b'{' } else { b',' });
                wire::quoted(name, self.out);
                self.out.push(b':');
                json_text(value.as_deref(), self.out);
            }
            match own.as_slice() {
                [b'{', b'}', ..] => {}
                _ => self.out.push(b','),
            }
            self.out.extend_from_slice(own.get(1..).unwrap_or_default());
        }
        self.at += 1;
    }
}

struct CsvSink<'a> {
    fields: usize,
    kept: Option<&'a TableRows<'a>>,
    out: csv::Writer<Vec<u8>>,
    cell: Vec<u8>,
    at: usize,
    failed: Option<csv::Error>,
}

impl CsvSink<'_> {
    fn cell(&mut self, value: &View<'_>) -> Result<(), csv::Error> {
        self.cell.clear();
        csv_cell(value, &mut self.cell);
        self.out.write_field(&self.cell)
    }

    fn write(&mut self, row: &Row<'_>) -> Result<(), csv::Error> {
        if let Some(kept) = self.kept {
            for value in kept.kept(self.at) {
                self.out.write_field(value.unwrap_or_default())?;
            }
        }
        for field in 0..self.fields {
            self.cell(&row.value(field))?;
        }
        let error = match row.values {
            Values::Refused { reason, .. } => reason,
            _ => "",
        };
        self.out.write_field(error)?;
        self.out.write_record(None::<&[u8]>)
    }
}

impl Sink for CsvSink<'_> {
    fn row(&mut self, row: &Row<'_>) {
        if let Err(error) = self.write(row) {
            self.failed.get_or_insert(error);
        }
        self.at += 1;
    }
}
