//! A Parquet file, read batch by batch.

use std::fs::File;

use arrow_array::RecordBatch;
use parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};

use crate::{BATCH_ROWS, Fault};

/// An open Parquet file. Only its description has been read.
pub struct Source {
    builder: ParquetRecordBatchReaderBuilder<File>,
}

impl Source {
    /// Reads what a file says of itself.
    ///
    /// # Errors
    /// When it cannot be read or is not Parquet.
    pub fn open(file: File) -> Result<Self, Fault> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
        Ok(Self { builder })
    }

    /// Its columns, in their order.
    pub fn names(&self) -> Vec<String> {
        self.builder.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// How many rows it says it has.
    pub fn rows(&self) -> usize {
        usize::try_from(self.builder.metadata().file_metadata().num_rows()).unwrap_or_default()
    }

    /// The rows, with the columns that `wants` takes, in batches of [`BATCH_ROWS`].
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn batches(self, wants: impl Fn(&str) -> bool) -> Result<Batches, Fault> {
        let fields = self.builder.schema().fields().iter().enumerate();
        let roots = fields.filter(|(_, field)| wants(field.name())).map(|(at, _)| at);
        let mask = ProjectionMask::roots(self.builder.parquet_schema(), roots);
        let reader = self.builder.with_projection(mask).with_batch_size(BATCH_ROWS).build()?;
        Ok(Batches { reader })
    }
}

/// The batches of a file.
pub struct Batches {
    reader: ParquetRecordBatchReader,
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.reader.next()?.map_err(Fault::from))
    }
}
