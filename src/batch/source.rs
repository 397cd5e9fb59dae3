//! Where rows come from: NDJSON, CSV, Parquet, each in chunks that one thread works on.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Seek};
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field as Column, Schema, SchemaRef};

use super::flow::{BatchError, Form};
use super::stretch::{Stretch, Stretches};
use crate::source::limits;

/// How many bytes of NDJSON make a chunk, about.
const CHUNK_BYTES: usize = 1 << 20;

/// How many rows of a table are worked on at once.
pub(super) const CHUNK_ROWS: usize = 4096;

/// How many times longer chunks are where each becomes a group of rows of a Parquet file.
const CHUNKS_A_GROUP: usize = 16;

/// A place in the input behind which the rest follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// How many rows stand before it; of NDJSON how many lines.
    pub rows: u64,
    /// How many bytes stand before it; nothing for Parquet.
    pub bytes: u64,
}

/// Some rows.
#[derive(Debug)]
pub(super) struct Chunk {
    pub work: Work,
    /// The number of the first row.
    pub first: u64,
    /// Where the next chunk begins.
    pub after: Position,
}

/// What rows are.
#[derive(Debug)]
pub(super) enum Work {
    /// Whole lines of NDJSON.
    Lines(Vec<u8>),
    /// A line of so many bytes, which are too many.
    TooLong(u64),
    /// Rows of a table.
    Table {
        batch: RecordBatch,
        /// Rows that are broken in themselves, by their position, with the reason.
        broken: BTreeMap<usize, String>,
    },
    /// Rows of a Parquet file that are not yet read.
    Stretch(Stretch),
}

/// Rows in chunks.
pub struct Source<'r>(Of<'r>);

enum Of<'r> {
    Lines(LineSource<'r>),
    Csv(Box<CsvSource<'r>>),
    Parquet(Stretches),
}

impl<'r> Source<'r> {
    /// NDJSON: the reader stands at `at`.
    pub fn ndjson(reader: impl BufRead + 'r, at: Position) -> Source<'r> {
        Source(Of::Lines(LineSource { reader: Box::new(reader), at, waiting: None, room: CHUNK_BYTES }))
    }

    /// CSV with a row of names; rows before `at` are passed over.
    ///
    /// # Errors
    ///
    /// A header that cannot be read.
    pub fn csv<R: Read + Seek + 'r>(reader: R, at: Position) -> Result<Source<'r>, BatchError> {
        CsvSource::new(reader, at).map(|source| Source(Of::Csv(Box::new(source))))
    }

    /// Parquet; rows before `at` are passed over.
    ///
    /// # Errors
    ///
    /// A file that is not Parquet, or is damaged.
    pub fn parquet(
        reader: impl Read + Seek + Send + 'static,
        at: Position,
    ) -> Result<Source<'r>, BatchError> {
        Stretches::new(reader, at).map(|stretches| Source(Of::Parquet(stretches)))
    }

    /// The columns; none of NDJSON.
    pub fn schema(&self) -> Option<&SchemaRef> {
        match &self.0 {
            Of::Lines(_) => None,
            Of::Csv(source) => Some(&source.schema),
            Of::Parquet(stretches) => Some(&stretches.schema),
        }
    }

    /// How many rows there are, where that is known beforehand.
    pub fn rows(&self) -> Option<u64> {
        match &self.0 {
            Of::Parquet(stretches) => Some(stretches.rows()),
            _ => None,
        }
    }

    /// Makes chunks as long as an output of this form takes them.
    pub(super) fn make_chunks_for(&mut self, form: Form) {
        let times = if form == Form::Parquet { CHUNKS_A_GROUP } else { 1 };
        match &mut self.0 {
            Of::Lines(source) => source.room = CHUNK_BYTES * times,
            Of::Csv(source) => source.room = CHUNK_ROWS * times,
            Of::Parquet(_) => {}
        }
    }

    /// The next chunk; none at the end.
    pub(super) fn next(&mut self) -> Result<Option<Chunk>, BatchError> {
        match &mut self.0 {
            Of::Lines(source) => source.next().map_err(BatchError::Reading),
            Of::Csv(source) => source.next(),
            Of::Parquet(stretches) => {
                let next = stretches.next()?;
                Ok(next.map(|(stretch, first, after)| Chunk { work: Work::Stretch(stretch), first, after }))
            }
        }
    }
}

struct LineSource<'r> {
    reader: Box<dyn BufRead + 'r>,
    at: Position,
    /// A chunk that was found behind the one that was given last.
    waiting: Option<Chunk>,
    /// How many bytes make a chunk, about.
    room: usize,
}

impl LineSource<'_> {
    /// As many whole lines as make a chunk; a line that is too long is passed over without being kept.
    fn next(&mut self) -> io::Result<Option<Chunk>> {
        if let Some(waiting) = self.waiting.take() {
            return Ok(Some(waiting));
        }
        let first = self.at.rows + 1;
        let mut bytes: Vec<u8> = Vec::with_capacity(self.room + self.room / 8);
        while bytes.len() < self.room {
            let room = limits::MAX_REQUEST_LINE_BYTES as u64 + 1;
            let before = bytes.len();
            let read = self.reader.by_ref().take(room).read_until(b'\n', &mut bytes)?;
            if read == 0 {
                break;
            }
            if bytes.last() != Some(&b'\n') && read as u64 == room {
                bytes.truncate(before);
                let last = self.at.rows;
                self.at.bytes += before as u64;
                let ahead = Chunk { work: Work::Lines(bytes), first, after: self.at };
                let long = read as u64 + self.pass_line()?;
                self.at = Position { rows: last + 1, bytes: self.at.bytes + long };
                let long = Chunk { work: Work::TooLong(long), first: last + 1, after: self.at };
                if before == 0 {
                    return Ok(Some(long));
                }
                self.waiting = Some(long);
                return Ok(Some(ahead));
            }
            self.at.rows += 1;
        }
        if bytes.is_empty() {
            return Ok(None);
        }
        self.at.bytes += bytes.len() as u64;
        Ok(Some(Chunk { work: Work::Lines(bytes), first, after: self.at }))
    }

    /// Passes over the rest of a line, and says how long it was.
    fn pass_line(&mut self) -> io::Result<u64> {
        let mut passed = 0;
        loop {
            let chunk = self.reader.fill_buf()?;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let count = end.map_or(chunk.len(), |at| at + 1);
            passed += count as u64;
            let ended = end.is_some() || chunk.is_empty();
            self.reader.consume(count);
            if ended {
                return Ok(passed);
            }
        }
    }
}

struct CsvSource<'r> {
    reader: csv::Reader<Box<dyn ReadSeek + 'r>>,
    schema: SchemaRef,
    at: Position,
    /// How many rows make a chunk.
    room: usize,
}

trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

impl<'r> CsvSource<'r> {
    fn new<R: Read + Seek + 'r>(reader: R, at: Position) -> Result<CsvSource<'r>, BatchError> {
        let reader: Box<dyn ReadSeek + 'r> = Box::new(reader);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(reader);
        let names = reader.headers().map_err(|error| BatchError::Input(error.to_string()))?;
        let names: Vec<String> =
            names.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        let columns: Vec<Column> = names.iter().map(|name| Column::new(name, DataType::Utf8, true)).collect();
        if at.bytes > 0 {
            let mut position = csv::Position::new();
            position.set_byte(at.bytes).set_record(at.rows);
            reader.seek(position).map_err(|error| BatchError::Input(error.to_string()))?;
        }
        Ok(CsvSource { reader, schema: Arc::new(Schema::new(columns)), at, room: CHUNK_ROWS })
    }

    fn next(&mut self) -> Result<Option<Chunk>, BatchError> {
        let width = self.schema.fields().len();
        let mut columns: Vec<StringBuilder> = (0..width).map(|_| StringBuilder::new()).collect();
        let (first, mut rows) = (self.at.rows + 1, 0);
        let mut broken = BTreeMap::new();
        let mut record = csv::ByteRecord::new();
        while rows < self.room {
            let found = self.reader.read_byte_record(&mut record);
            if !found.map_err(|error| BatchError::Input(error.to_string()))? {
                break;
            }
            if record.len() != width {
                let message = format!("the row has {} values, and there are {width} columns", record.len());
                broken.insert(rows, message);
            }
            for (at, column) in columns.iter_mut().enumerate() {
                match record.get(at).map(std::str::from_utf8) {
                    Some(Ok(text)) => column.append_value(text.trim()),
                    None => column.append_null(),
                    Some(Err(_)) => {
                        let name = self.schema.field(at).name();
                        broken.entry(rows).or_insert_with(|| format!("the value of `{name}` is not UTF-8"));
                        column.append_null();
                    }
                }
            }
            rows += 1;
        }
        if rows == 0 {
            return Ok(None);
        }
        self.at = Position { rows: self.at.rows + rows as u64, bytes: self.reader.position().byte() };
        let arrays = columns.into_iter().map(|mut column| Arc::new(column.finish()) as ArrayRef).collect();
        let batch = RecordBatch::try_new(self.schema.clone(), arrays);
        let batch = batch.map_err(|error| BatchError::Input(error.to_string()))?;
        Ok(Some(Chunk { work: Work::Table { batch, broken }, first, after: self.at }))
    }
}
