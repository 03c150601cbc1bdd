//! Rows of a CSV file. The delimiter is whichever the header has most of; a byte order mark does not matter.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Cursor, Read},
};

use dienhinh_domain::text::parse_count;
use dienhinh_engine::{BadValue, Plan};

use super::{NO_UNIT, Rows, STRETCH_ROWS, Table, UNIT, complaint, place_of};

/// No header is longer.
const HEADER_MAX_BYTES: u64 = 1 << 20;

/// The rows that are left.
pub(super) struct CsvRows {
    records: csv::StringRecordsIntoIter<Box<dyn Read>>,
}

/// Opens a file and reads its header.
pub(super) fn open(file: File) -> Result<(Vec<String>, Rows, Option<usize>), String> {
    let mut file = BufReader::new(file);
    let mut header = Vec::new();
    file.by_ref()
        .take(HEADER_MAX_BYTES)
        .read_until(b'\n', &mut header)
        .map_err(|cause| format!("không đọc được / cannot be read: {cause}"))?;
    let count = |mark: u8| header.split(|byte| *byte == mark).count();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|mark| count(*mark));
    let whole: Box<dyn Read> = Box::new(Cursor::new(header).chain(file));
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter.unwrap_or(b',')).trim(csv::Trim::All).from_reader(whole);
    let headers = reader.headers().map_err(|cause| broken(&cause))?.iter().map(str::to_owned).collect();
    Ok((headers, Rows::Csv(CsvRows { records: reader.into_records() }), None))
}

impl CsvRows {
    /// The next rows; none at the end. A row that cannot be read is a mistake, and there are more behind it.
    pub(super) fn next(
        &mut self,
        plan: &Plan,
        keys: Vec<String>,
        headers: &[String],
        mistakes: &mut Vec<String>,
    ) -> Option<Table> {
        let records: Vec<_> = self.records.by_ref().take(STRETCH_ROWS).collect();
        if records.is_empty() {
            return None;
        }
        let mut table = Table::of(plan, keys, records.len());
        for (row, record) in records.iter().enumerate() {
            match record {
                Ok(record) => take(&mut table, plan, row, headers, record, mistakes),
                Err(cause) => mistakes.push(broken(cause)),
            }
        }
        Some(table)
    }
}

/// Takes one row in. Rows are counted as a spreadsheet shows them: the header is 1.
fn take(
    table: &mut Table,
    plan: &Plan,
    row: usize,
    headers: &[String],
    record: &csv::StringRecord,
    mistakes: &mut Vec<String>,
) {
    let line = record.position().map_or(0, csv::Position::record);
    let line = usize::try_from(line).unwrap_or(usize::MAX).saturating_add(1);
    for (header, cell) in headers.iter().zip(record) {
        if header == UNIT && cell.is_empty() {
            mistakes.push(format!("{}: {NO_UNIT}", place_of(line, header)));
        }
        if table.take_text(row, header, cell) || cell.is_empty() || !plan.keys().contains(header) {
            continue;
        }
        let taken = parse_count(cell).ok_or(BadValue::OutOfRange);
        if let Err(bad) = taken.and_then(|value| table.inputs.set(plan, row, header, Some(value))) {
            mistakes.push(format!("{}: {}", place_of(line, header), complaint(cell, bad)));
        }
    }
}

fn broken(cause: &csv::Error) -> String {
    let row = cause.position().map_or_else(String::new, |at| format!("dòng / row {}: ", at.line()));
    match cause.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{row}có {len} ô, cần {expected_len} / has {len} cells, {expected_len} are needed")
        }
        csv::ErrorKind::Utf8 { .. } => format!(
            "{row}tệp không phải UTF-8; lưu lại dạng “CSV UTF-8” / the file is not UTF-8; save it as \"CSV UTF-8\""
        ),
        _ => format!("{row}không đọc được / cannot be read: {cause}"),
    }
}
