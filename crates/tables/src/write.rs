//! A Parquet file, written batch by batch.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties};

use crate::Fault;

/// A file that is being written. It is a table only once it is finished.
pub struct Sink<W: Write + Send> {
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> Sink<W> {
    /// Begins a file with columns as described.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn new(place: W, schema: SchemaRef) -> Result<Self, Fault> {
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        Ok(Self { writer: ArrowWriter::try_new(place, schema, Some(properties))? })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When the columns are not those described, or the disk is full.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
        Ok(self.writer.write(batch)?)
    }

    /// Ends the file and gives the place back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(self) -> Result<W, Fault> {
        Ok(self.writer.into_inner()?)
    }
}
