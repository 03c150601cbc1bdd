//! Rows of a Parquet file. Figures are whole numbers or truth values, everything about the unit is text; null is "no
//! data".

use std::fs::File;

use dienhinh_engine::Plan;
use dienhinh_tables::{Batches, Source, array::RecordBatch, figures, texts};

use super::{NO_UNIT, Rows, Table, UNIT, complaint, place_of};

/// The rows that are left.
pub(super) struct ParquetRows {
    batches: Batches,
}

/// Opens a file and reads what it says of itself.
pub(super) fn open(file: File) -> Result<(Vec<String>, Rows, Option<usize>), String> {
    let unreadable = |cause| format!("không phải tệp Parquet đọc được / not a Parquet file that can be read: {cause}");
    let source = Source::open(file).map_err(unreadable)?;
    let (headers, total) = (source.names(), source.rows());
    let batches = source.batches(|_| true).map_err(unreadable)?;
    Ok((headers, Rows::Parquet(ParquetRows { batches }), Some(total)))
}

impl ParquetRows {
    /// The next rows; none at the end. `first` of the file's rows went before.
    pub(super) fn next(
        &mut self,
        plan: &Plan,
        keys: Vec<String>,
        headers: &[String],
        first: usize,
        mistakes: &mut Vec<String>,
    ) -> Option<Table> {
        let batch = match self.batches.next()? {
            Ok(batch) => batch,
            Err(cause) => {
                mistakes.push(format!("không đọc được / cannot be read: {cause}"));
                return None;
            }
        };
        let mut table = Table::of(plan, keys, batch.num_rows());
        for header in headers {
            take(&mut table, plan, header, &batch, first, mistakes);
        }
        Some(table)
    }
}

/// Takes one column in. Rows are counted from 1; there is no header among them.
fn take(table: &mut Table, plan: &Plan, header: &str, batch: &RecordBatch, first: usize, mistakes: &mut Vec<String>) {
    let Some(column) = batch.column_by_name(header) else { return };
    let mut other_type = |wanted: &str| {
        let kind = column.data_type();
        mistakes.push(format!("cột / column {header}: {kind}: {wanted}"));
    };
    if !plan.keys().iter().any(|key| key == header) {
        let Some(texts) = texts(column) else { return other_type("cần chữ / text is expected") };
        for (row, text) in texts.iter().enumerate() {
            table.take_text(row, header, text);
            if header == UNIT && text.is_empty() {
                mistakes.push(format!("{}: {NO_UNIT}", place_of(first + row + 1, header)));
            }
        }
        return;
    }
    let Some(figures) = figures(column) else {
        return other_type("cần số nguyên / whole numbers are expected");
    };
    for (row, figure) in figures.into_iter().enumerate() {
        if let Err(bad) = table.inputs.set(plan, row, header, figure) {
            let cell = figure.map_or_else(String::new, |figure| figure.to_string());
            mistakes.push(format!("{}: {}", place_of(first + row + 1, header), complaint(&cell, bad)));
        }
    }
}
