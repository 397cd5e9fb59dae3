//! Groups of rows of a Parquet file, each made by the thread that worked out its rows.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

/// How rows of some columns become bytes of a Parquet file.
#[derive(Clone)]
pub struct Encoding {
    schema: SchemaRef,
    properties: Arc<WriterProperties>,
    groups: Arc<ArrowRowGroupWriterFactory>,
}

/// How a column is encoded whose values mostly differ from row to row: a dictionary would only cost time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// As they are, and compressed.
    Plain,
    /// Whole numbers of 64 bits by their differences, in as few bits as they need, which leaves a compression
    /// little to do.
    Differences,
}

/// A finished group of rows, ready to be put behind others.
pub struct Group {
    columns: Vec<ArrowColumnChunk>,
}

/// A group of rows in the making.
pub(super) struct Writing {
    schema: SchemaRef,
    columns: Vec<ArrowColumnWriter>,
}

impl fmt::Debug for Encoding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Encoding").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Group").field("columns", &self.columns.len()).finish()
    }
}

impl Encoding {
    /// The encoding of rows of these columns, of which some are encoded in a way of their own.
    pub(super) fn new<'n>(
        schema: SchemaRef,
        ways: impl IntoIterator<Item = (&'n str, Way)>,
    ) -> Result<Encoding, ParquetError> {
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk);
        for (name, way) in ways {
            let column = ColumnPath::from(name);
            properties = properties.set_column_dictionary_enabled(column.clone(), false);
            if way == Way::Differences {
                properties = properties
                    .set_column_encoding(column.clone(), parquet::basic::Encoding::DELTA_BINARY_PACKED)
                    .set_column_compression(column, Compression::UNCOMPRESSED);
            }
        }
        let properties = Arc::new(properties.build());
        let (_, groups) = begun(io::sink(), &schema, &properties)?;
        Ok(Encoding { schema, properties, groups: Arc::new(groups) })
    }

    /// The columns.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// A file that takes groups.
    pub(super) fn file<W: Write + Send>(&self, out: W) -> io::Result<SerializedFileWriter<W>> {
        Ok(begun(out, &self.schema, &self.properties)?.0)
    }

    /// A group without rows.
    pub(super) fn group(&self) -> Result<Writing, ParquetError> {
        Ok(Writing { schema: self.schema.clone(), columns: self.groups.create_column_writers(0)? })
    }
}

fn begun<W: Write + Send>(
    out: W,
    schema: &SchemaRef,
    properties: &WriterProperties,
) -> Result<(SerializedFileWriter<W>, ArrowRowGroupWriterFactory), ParquetError> {
    ArrowWriter::try_new(out, schema.clone(), Some(properties.clone()))?.into_serialized_writer()
}

impl Writing {
    /// Puts rows behind those that are there.
    pub fn add(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        let mut columns = self.columns.iter_mut();
        for (field, array) in self.schema.fields().iter().zip(batch.columns()) {
            for leaf in compute_leaves(field, array)? {
                if let Some(column) = columns.next() {
                    column.write(&leaf)?;
                }
            }
        }
        Ok(())
    }

    /// The finished group.
    pub fn finish(self) -> Result<Group, ParquetError> {
        let columns = self.columns.into_iter().map(ArrowColumnWriter::close);
        Ok(Group { columns: columns.collect::<Result<_, _>>()? })
    }
}

impl Group {
    /// Puts the group behind those that a file has.
    pub(super) fn append_to<W: Write + Send>(self, file: &mut SerializedFileWriter<W>) -> io::Result<()> {
        let mut group = file.next_row_group()?;
        for column in self.columns {
            column.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }
}
