//! Stretches of a Parquet file, each read by the thread that works on its rows.

use std::fmt;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Field as Column, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, Length};

use super::flow::BatchError;
use super::source::{CHUNK_ROWS, Position};

/// How many rows a stretch has at most: so few that threads share the rows of a small file, so many that what is
/// read once a stretch costs nothing.
const STRETCH_ROWS: usize = 131_072;

/// A Parquet file that several threads read.
pub(super) struct ParquetFile {
    reader: Shared,
    found: ArrowReaderMetadata,
}

/// Where the next stretch of a file begins.
pub(super) struct Stretches {
    file: Arc<ParquetFile>,
    /// The columns as the file has them.
    pub schema: SchemaRef,
    /// The group of rows, and how many of its rows are behind.
    group: usize,
    behind: usize,
    at: Position,
}

/// Rows of one group that stand one behind the other.
pub(super) struct Stretch {
    file: Arc<ParquetFile>,
    group: usize,
    from: usize,
    rows: usize,
}

impl fmt::Debug for Stretch {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stretch { group, from, rows, .. } = self;
        out.debug_struct("Stretch").field("group", group).field("from", from).field("rows", rows).finish()
    }
}

fn damaged(error: impl fmt::Display) -> BatchError {
    BatchError::Input(error.to_string())
}

impl Stretches {
    /// The stretches of a file behind a position.
    pub fn new(reader: impl Read + Seek + Send + 'static, at: Position) -> Result<Stretches, BatchError> {
        let reader = Shared::new(reader).map_err(BatchError::Reading)?;
        let options = ArrowReaderOptions::new();
        let found = ArrowReaderMetadata::load(&reader, options.clone()).map_err(damaged)?;
        let schema = found.schema().clone();
        let options = options.with_schema(with_dictionaries(&schema, found.metadata()));
        let found = ArrowReaderMetadata::try_new(found.metadata().clone(), options).map_err(damaged)?;
        let file = Arc::new(ParquetFile { reader, found });
        let mut stretches = Stretches { file, schema, group: 0, behind: 0, at };
        let mut passed = usize::try_from(at.rows).map_err(|_| damaged("too many rows"))?;
        while let Some(rows) = stretches.rows_of_group()?.filter(|rows| *rows <= passed) {
            passed -= rows;
            stretches.group += 1;
        }
        stretches.behind = passed;
        Ok(stretches)
    }

    /// How many rows the file has.
    pub fn rows(&self) -> u64 {
        self.file.found.metadata().file_metadata().num_rows().try_into().unwrap_or_default()
    }

    /// How many rows the group has that is next; none behind the last.
    fn rows_of_group(&self) -> Result<Option<usize>, BatchError> {
        let group = self.file.found.metadata().row_groups().get(self.group);
        let rows = group.map(|group| usize::try_from(group.num_rows())).transpose();
        rows.map_err(|_| damaged("a group of rows has fewer than no rows"))
    }

    /// The next stretch, with the number of its first row and where it ends; none at the end.
    pub fn next(&mut self) -> Result<Option<(Stretch, u64, Position)>, BatchError> {
        while let Some(all) = self.rows_of_group()? {
            if self.behind >= all {
                (self.group, self.behind) = (self.group + 1, 0);
                continue;
            }
            // The stretches of a group are about as long as each other.
            let left = all - self.behind;
            let rows = left.div_ceil(left.div_ceil(STRETCH_ROWS));
            let stretch = Stretch { file: self.file.clone(), group: self.group, from: self.behind, rows };
            let first = self.at.rows + 1;
            self.at.rows += rows as u64;
            self.behind += rows;
            return Ok(Some((stretch, first, self.at)));
        }
        Ok(None)
    }
}

impl Stretch {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Reads the rows.
    pub fn batches(&self) -> Result<impl Iterator<Item = Result<RecordBatch, BatchError>>, BatchError> {
        let ParquetFile { reader, found } = &*self.file;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(reader.clone(), found.clone());
        let rows = builder.with_row_groups(vec![self.group]).with_offset(self.from).with_limit(self.rows);
        let batches = rows.with_batch_size(CHUNK_ROWS).build().map_err(damaged)?;
        Ok(batches.map(|batch| batch.map_err(damaged)))
    }
}

trait ReadSeek: Read + Seek + Send {}

impl<R: Read + Seek + Send> ReadSeek for R {}

/// A reader that several threads use, each at a place of its own.
#[derive(Clone)]
struct Shared {
    reader: Arc<Mutex<dyn ReadSeek>>,
    len: u64,
}

impl Shared {
    fn new(mut reader: impl Read + Seek + Send + 'static) -> io::Result<Shared> {
        let len = reader.seek(SeekFrom::End(0))?;
        Ok(Shared { reader: Arc::new(Mutex::new(reader)), len })
    }

    /// Reads at a place.
    fn at<T>(&self, start: u64, read: impl FnOnce(&mut dyn Read) -> io::Result<T>) -> io::Result<T> {
        // Every use begins with its own place.
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.seek(SeekFrom::Start(start))?;
        read(&mut *reader)
    }
}

/// Bytes of a shared reader from a place on.
struct Behind {
    shared: Shared,
    at: u64,
}

impl Read for Behind {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.shared.at(self.at, |reader| reader.read(buffer))?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for Shared {
    type T = BufReader<Behind>;

    fn get_read(&self, start: u64) -> Result<BufReader<Behind>, ParquetError> {
        Ok(BufReader::new(Behind { shared: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let end = start.checked_add(length as u64).filter(|end| *end <= self.len);
        if end.is_none() {
            return Err(ParquetError::EOF("the file ends before what it announces".to_owned()));
        }
        let mut bytes = vec![0; length];
        self.at(start, |reader| reader.read_exact(&mut bytes))?;
        Ok(bytes.into())
    }
}

/// A column of texts that takes fewer bytes a row than this has few different texts, which stand in a dictionary.
const DICTIONARY_BYTES: i64 = 3;

/// The columns as they are read: texts of which there are few stay with their dictionary, so that each is looked
/// at once and not in every row.
fn with_dictionaries(schema: &SchemaRef, file: &ParquetMetaData) -> SchemaRef {
    let columns = file.file_metadata().schema_descr().columns();
    let is_short = |name: &str| {
        let at = columns.iter().position(|column| matches!(column.path().parts(), [only] if only == name));
        let chunks = |group: &RowGroupMetaData| {
            let chunk = at.and_then(|at| group.columns().get(at));
            chunk.is_some_and(|it| it.uncompressed_size() / DICTIONARY_BYTES < it.num_values())
        };
        file.num_row_groups() > 0 && file.row_groups().iter().all(chunks)
    };
    let column = |column: &Arc<Column>| match column.data_type() {
        DataType::Utf8 if is_short(column.name()) => {
            let of = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Arc::new(column.as_ref().clone().with_data_type(of))
        }
        _ => column.clone(),
    };
    let columns: Vec<Arc<Column>> = schema.fields().iter().map(column).collect();
    Arc::new(Schema::new_with_metadata(columns, schema.metadata().clone()))
}
