//! From Parquet to Parquet, and the same reading and writing without scoring.

use std::{
    fs::File,
    num::NonZeroUsize,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use dienhinh_engine::{
    batch::{Results, score_columns},
    program::Program,
};
use dienhinh_tables::{Sink, Source, array::RecordBatch, columns, record};

use crate::export::{column_name, leaf_name};

/// Scores a file into another one, batch by batch.
pub(crate) fn score(program: &Program, threads: NonZeroUsize, from: &Path, to: &Path) -> Result<Duration> {
    let begun = Instant::now();
    let figures: Vec<String> = (0..program.columns).map(column_name).collect();
    let leaves: Vec<String> = (0..program.leaves.len()).map(leaf_name).collect();
    let mut sink: Option<Sink<File>> = None;
    for batch in Source::open(File::open(from)?)?.batches(|name| figures.iter().any(|known| known == name))? {
        let columns = columns(&batch?, &figures).map_err(|refused| anyhow!("{refused:?}"))?;
        let mut results = Results::of(columns.rows(), leaves.len());
        score_columns(program, &columns, threads, &mut results).map_err(|refused| anyhow!("{refused:?}"))?;
        let scored = record(results, leaves.len(), &leaves)?;
        if sink.is_none() {
            sink = Some(Sink::new(File::create(to)?, scored.schema())?);
        }
        if let Some(sink) = &mut sink {
            sink.write(&scored)?;
        }
    }
    if let Some(sink) = sink {
        sink.finish()?;
    }
    Ok(begun.elapsed())
}

/// Reads the figures and writes results that are there already.
pub(crate) fn copy(from: &Path, results: &[RecordBatch], to: &Path) -> Result<Duration> {
    let begun = Instant::now();
    let mut sink = Sink::new(File::create(to)?, results[0].schema())?;
    for (batch, results) in Source::open(File::open(from)?)?.batches(|_| true)?.zip(results) {
        std::hint::black_box(batch?);
        sink.write(results)?;
    }
    sink.finish()?;
    Ok(begun.elapsed())
}

/// The rows of a file, in memory.
pub(crate) fn rows(file: &Path) -> Result<Vec<RecordBatch>> {
    Source::open(File::open(file)?)?.batches(|_| true)?.map(|batch| Ok(batch?)).collect()
}
