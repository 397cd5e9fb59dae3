//! Where results go.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::ParquetMetaDataReader;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::ChunkReader;
use parquet::file::writer::SerializedFileWriter;

use super::flow::{Content, Form, Header};
use super::group::Encoding;

/// Where results go, in their order.
pub trait Target {
    /// In which form it takes them.
    fn form(&self) -> Form;

    /// Takes what stands at the beginning.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    fn begin(&mut self, header: &Header) -> io::Result<()>;

    /// Takes rows.
    ///
    /// # Errors
    ///
    /// Where they cannot be written.
    fn write(&mut self, content: Content) -> io::Result<()>;

    /// Takes what stands at the end, and makes sure that all is written.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    fn end(&mut self) -> io::Result<()>;

    /// Makes sure that all that was taken so far is written, and says where to go on: a number that the next
    /// target of the same output is made with.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    fn settle(&mut self) -> io::Result<u64>;
}

/// NDJSON or CSV.
#[derive(Debug)]
pub struct TextTarget<W: Write> {
    out: W,
    form: Form,
    written: u64,
    /// What stands at the beginning is there already.
    begun: bool,
}

impl<W: Write> TextTarget<W> {
    /// A target that goes on behind so many bytes.
    pub fn new(out: W, form: Form, written: u64) -> TextTarget<W> {
        TextTarget { out, form, written, begun: written > 0 }
    }
}

impl<W: Write> Target for TextTarget<W> {
    fn form(&self) -> Form {
        self.form
    }

    fn begin(&mut self, header: &Header) -> io::Result<()> {
        if let Header::Bytes(bytes) = header
            && !self.begun
        {
            self.out.write_all(bytes)?;
            self.written += bytes.len() as u64;
        }
        Ok(())
    }

    fn write(&mut self, content: Content) -> io::Result<()> {
        if let Content::Bytes(bytes) = content {
            self.out.write_all(&bytes)?;
            self.written += bytes.len() as u64;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn settle(&mut self) -> io::Result<u64> {
        self.out.flush()?;
        Ok(self.written)
    }
}

/// One Parquet file, written in parts of many row groups; each part is whole in itself.
pub struct ParquetTarget<P: Parts> {
    parts: P,
    encoding: Option<Encoding>,
    writer: Option<SerializedFileWriter<P::File>>,
    /// How many parts are finished.
    finished: u64,
}

/// Where the parts of a Parquet file are kept until they become one.
pub trait Parts {
    /// A part.
    type File: Write + Send;

    /// A new, empty part.
    ///
    /// # Errors
    ///
    /// Where it cannot be made.
    fn create(&mut self, number: u64) -> io::Result<Self::File>;

    /// Makes one file of so many parts.
    ///
    /// # Errors
    ///
    /// Where that cannot be done.
    fn join(&mut self, count: u64) -> io::Result<()>;
}

impl<P: Parts> ParquetTarget<P> {
    /// A file of which so many parts are finished.
    pub fn new(parts: P, finished: u64) -> ParquetTarget<P> {
        ParquetTarget { parts, encoding: None, writer: None, finished }
    }

    fn writer(&mut self) -> io::Result<&mut SerializedFileWriter<P::File>> {
        let writer = match self.writer.take() {
            Some(writer) => writer,
            None => {
                let encoding = self.encoding.as_ref();
                let encoding = encoding.ok_or_else(|| io::Error::other("rows came without columns"))?;
                encoding.file(self.parts.create(self.finished)?)?
            }
        };
        Ok(self.writer.insert(writer))
    }

    fn close(&mut self) -> io::Result<()> {
        if let Some(writer) = self.writer.take() {
            writer.close()?;
            self.finished += 1;
        }
        Ok(())
    }
}

impl<P: Parts> Target for ParquetTarget<P> {
    fn form(&self) -> Form {
        Form::Parquet
    }

    fn begin(&mut self, header: &Header) -> io::Result<()> {
        if let Header::Columns(encoding) = header {
            self.encoding = Some(encoding.clone());
        }
        Ok(())
    }

    fn write(&mut self, content: Content) -> io::Result<()> {
        match content {
            Content::Group(group) => group.append_to(self.writer()?),
            Content::Bytes(_) => Ok(()),
        }
    }

    fn end(&mut self) -> io::Result<()> {
        // A file without rows still has its columns.
        if self.finished == 0 {
            self.writer()?;
        }
        self.close()?;
        self.parts.join(self.finished)
    }

    fn settle(&mut self) -> io::Result<u64> {
        self.close()?;
        Ok(self.finished)
    }
}

/// Makes one Parquet file of parts of the same columns, without unpacking them.
///
/// # Errors
///
/// A part that is damaged, and an output that cannot be written.
pub fn join<R: ChunkReader + 'static>(parts: &[R], out: impl Write + Send) -> io::Result<()> {
    let mut writer: Option<SerializedFileWriter<_>> = None;
    let mut out = Some(out);
    for part in parts {
        let found = ParquetMetaDataReader::new().parse_and_finish(part)?;
        let writer = match &mut writer {
            Some(writer) => writer,
            none => {
                let properties = WriterProperties::builder()
                    .set_key_value_metadata(found.file_metadata().key_value_metadata().cloned())
                    .build();
                let Some(out) = out.take() else { break };
                let schema = found.file_metadata().schema_descr().root_schema_ptr();
                none.insert(SerializedFileWriter::new(out, schema, Arc::new(properties))?)
            }
        };
        for group in found.row_groups() {
            let mut joined = writer.next_row_group()?;
            for column in group.columns() {
                let bytes_written = column.compressed_size().try_into().unwrap_or_default();
                let rows_written = group.num_rows().try_into().unwrap_or_default();
                let closed = ColumnCloseResult {
                    bytes_written,
                    rows_written,
                    metadata: column.clone(),
                    bloom_filter: None,
                    column_index: None,
                    offset_index: None,
                };
                joined.append_column(part, closed)?;
            }
            joined.close()?;
        }
    }
    match writer {
        Some(writer) => Ok(writer.close().map(drop)?),
        None => Ok(()),
    }
}
