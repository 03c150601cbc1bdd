//! Tables at the edge of the engine: Parquet files as Arrow record batches, figures of a batch as columns of the
//! engine, and results as record batches.
//!
//! Batches go by one after the other, so memory does not grow with the file. What a column means is not known here.

mod convert;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use arrow_array as array;
pub use arrow_schema as schema;

pub use convert::{NotFigures, columns, figures, record, texts};
pub use read::{Batches, Source};
pub use write::Sink;

/// Why a table could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// What it holds is not Parquet, or not of a kind that is read.
    #[error(transparent)]
    Content(#[from] parquet::errors::ParquetError),
    /// A batch could not be decoded.
    #[error(transparent)]
    Batch(#[from] arrow_schema::ArrowError),
}

/// Rows that are read, scored and written together: a few blocks of the engine.
pub const BATCH_ROWS: usize = 65_536;
