//! A Parquet file that appears whole or not at all.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties};

use crate::Fault;

/// A file that is being written, beside its place. Dropped before [`Sink::finish`] it leaves nothing behind.
pub struct Sink {
    writer: Option<ArrowWriter<File>>,
    aside: PathBuf,
    place: PathBuf,
}

impl Sink {
    /// Begins a file with columns as described.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(place: &Path, schema: SchemaRef) -> Result<Self, Fault> {
        let name = place.file_name().unwrap_or_default().to_string_lossy();
        let aside = place.with_file_name(format!(".{name}.part"));
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = File::create(&aside)
            .map_err(Fault::from)
            .and_then(|file| Ok(ArrowWriter::try_new(file, schema, Some(properties))?));
        let mut sink = Self { writer: None, aside, place: place.to_owned() };
        sink.writer = Some(writer?);
        Ok(sink)
    }

    /// Adds rows.
    ///
    /// # Errors
    /// When the columns are not those described, or the disk is full.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), Fault> {
        match &mut self.writer {
            Some(writer) => Ok(writer.write(batch)?),
            None => Ok(()),
        }
    }

    /// Ends the file and puts it in its place.
    ///
    /// # Errors
    /// When it cannot be written; nothing is left behind then.
    pub fn finish(mut self) -> Result<(), Fault> {
        if let Some(writer) = self.writer.take() {
            writer.close()?;
            fs::rename(&self.aside, &self.place)?;
        }
        Ok(())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // After a finished file there is nothing to remove, and the failure that is reported is the one that counts.
        drop(self.writer.take());
        let _ = fs::remove_file(&self.aside);
    }
}
