//! Chunks from a source through workers to a target, in their order, on one thread or several.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::frame::{self, Frame};
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
    /// Record batches, for Parquet.
    Table,
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
    /// Rows of a table.
    Table(RecordBatch),
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
    let table = match source.schema() {
        Some(schema) => Some(TablePricer::new(pricer, schema).map_err(input)?),
        None => None,
    };
    let names = match (&table, source.schema()) {
        (Some(table), Some(_)) => table.kept_names(),
        _ => Vec::new(),
    };
    let fields = &pricer.question.fields;
    let task =
        Task { pricer, table: table.as_ref(), form: target.form(), keys: JsonKeys::new(fields), names };
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

fn input(error: TableError) -> BatchError {
    match error {
        TableError::Columns(message) => BatchError::Input(message),
        TableError::Arrow(error) => BatchError::Output(error.to_string()),
    }
}

impl Task<'_> {
    fn work(&self, worker: &mut Worker<'_>, chunk: Chunk) -> Result<Piece, BatchError> {
        let Chunk { work, first, after } = chunk;
        let content = match work {
            Work::Lines(bytes) => {
                let lines = Lines::new(&bytes, first);
                self.rows(worker, &lines, None, bytes.len())?
            }
            Work::TooLong(length) => {
                let message =
                    format!("the line is {length} bytes long and may be {}", limits::MAX_REQUEST_LINE_BYTES);
                let error = RequestError::new(codes::REQUEST_TOO_LARGE, "", message);
                let lines = Lines::refused(first, error.help("write one request a line"));
                self.rows(worker, &lines, None, 0)?
            }
            Work::Table { batch, broken } => {
                let Some(table) = self.table else {
                    return Err(BatchError::Input("rows of a table came without their columns".to_owned()));
                };
                let rows = table.rows(&batch, first, broken).map_err(input)?;
                match self.form {
                    Form::Table => Content::Table(table.price_with(worker, &batch, &rows).map_err(input)?),
                    _ => self.rows(worker, &rows, Some(&rows), batch.num_rows() * 256)?,
                }
            }
        };
        Ok(Piece { content, summary: std::mem::take(&mut worker.summary), after })
    }

    fn rows(
        &self,
        worker: &mut Worker<'_>,
        rows: &impl Rows,
        kept: Option<&TableRows<'_>>,
        room: usize,
    ) -> Result<Content, BatchError> {
        let fields = &self.pricer.question.fields;
        match self.form {
            Form::Ndjson => {
                let mut sink = JsonSink { task: self, kept, out: Vec::with_capacity(room), at: 0 };
                worker.all(rows, &mut sink);
                Ok(Content::Bytes(sink.out))
            }
            Form::Csv => {
                let out = csv::WriterBuilder::new().from_writer(Vec::with_capacity(room));
                let mut sink =
                    CsvSink { fields: fields.len(), kept, out, cell: Vec::new(), at: 0, failed: None };
                worker.all(rows, &mut sink);
                if let Some(error) = sink.failed {
                    return Err(BatchError::Output(error.to_string()));
                }
                let bytes = sink.out.into_inner().map_err(|error| BatchError::Output(error.to_string()))?;
                Ok(Content::Bytes(bytes))
            }
            Form::Table => {
                let mut frame = Frame::new(fields, rows.len());
                worker.all(rows, &mut frame);
                let schema = frame::schema(&[], fields);
                let batch = frame.finish(schema, Vec::new());
                batch.map(Content::Table).map_err(|error| BatchError::Output(error.to_string()))
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
                let names = self.names.iter().cloned().chain(own).chain([frame::ERROR.to_owned()]);
                let mut out = csv::Writer::from_writer(Vec::new());
                let written = out.write_record(names.collect::<Vec<_>>());
                Header::Bytes(written.ok().and_then(|()| out.into_inner().ok()).unwrap_or_default())
            }
            Form::Table => Header::Schema(match self.table {
                Some(table) => table.schema().clone(),
                None => frame::schema(&[], fields),
            }),
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
    /// The columns of a table.
    Schema(SchemaRef),
}

struct JsonSink<'a> {
    task: &'a Task<'a>,
    kept: Option<&'a TableRows<'a>>,
    out: Vec<u8>,
    at: usize,
}

impl Sink for JsonSink<'_> {
    fn row(&mut self, row: &Row<'_>) {
        let begin = self.out.len();
        json_row(row, &self.task.keys, &mut self.out);
        // What is carried over stands first: `{` and then the row without its own `{`.
        if let Some(kept) = self.kept.filter(|_| !self.task.names.is_empty()) {
            let own = self.out.split_off(begin);
            for (at, (name, value)) in self.task.names.iter().zip(kept.kept(self.at)).enumerate() {
                self.out.push(if at == 0 { b'{' } else { b',' });
                wire::quoted(name, &mut self.out);
                self.out.push(b':');
                json_text(value.as_deref(), &mut self.out);
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
