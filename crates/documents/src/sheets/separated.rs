//! Text with a separator between columns: which separator it is, and in which row of a spreadsheet each record stands.
//! Everything stays text.

use std::collections::BTreeMap;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{
    SheetError, Table, Value,
    grid::{Budget, Grid},
};

/// In the order in which they win a tie.
const SEPARATORS: [u8; 4] = [b'\t', b';', b',', b'|'];
/// Records and bytes that are looked at to find the separator.
const SAMPLE_RECORDS: usize = 50;
const SAMPLE_BYTES: usize = 256 << 10;
/// Columns of a sheet of Excel: a line may have so many empty ones.
const EXCEL_COLUMNS: usize = 16_384;
/// A record may be as long as so many of the longest cells.
const LONG_CELLS: usize = 16;

/// The separator and the table.
pub(super) fn read(text: &str, budget: &mut Budget) -> Result<(char, Table), SheetError> {
    // Old programs of DOS end a text with this letter.
    let (named, text) = named_separator(text.trim_end_matches('\u{1a}'));
    let separator = named.unwrap_or_else(|| likely_separator(text, budget));
    let mut grid = Grid::new(String::new(), false);
    let mut records = Records::new(text.as_bytes(), separator, budget);
    while let Some(row) = records.next()? {
        for (column, field) in records.fields().enumerate().filter(|(_, field)| !field.is_empty()) {
            let field = String::from_utf8_lossy(field);
            grid.put(budget, (row, column), Value::Text(field.into_owned()), None)?;
        }
    }
    Ok((char::from(separator), grid.finish()?))
}

/// Record after record in two buffers, which the text cannot make longer than they are here.
struct Records<'t> {
    core: Reader,
    text: &'t [u8],
    at: usize,
    /// The row in which the next record stands if no empty line comes before it.
    row: usize,
    bytes: Vec<u8>,
    most_bytes: usize,
    ends: Vec<usize>,
    columns: usize,
}

impl<'t> Records<'t> {
    fn new(text: &'t [u8], separator: u8, budget: &Budget) -> Self {
        let core = ReaderBuilder::new().delimiter(separator).build();
        let most_bytes = budget.limits.cell_bytes.saturating_mul(LONG_CELLS);
        let (bytes, ends) = (vec![0; 4_096], vec![0; EXCEL_COLUMNS + 1]);
        Self { core, text, at: 0, row: 0, bytes, most_bytes, ends, columns: 0 }
    }

    /// Reads a record and says in which row it stands; none at the end.
    fn next(&mut self) -> Result<Option<usize>, SheetError> {
        let row = self.row + blank_lines(self.text, self.at);
        let (mut length, mut columns) = (0, 0);
        loop {
            // One more line end behind the text changes nothing, but for a field whose quotes are open.
            let is_end = self.at == self.text.len();
            let input = if is_end { b"\n" } else { &self.text[self.at..] };
            let (bytes, ends) = (&mut self.bytes[length..], &mut self.ends[columns..]);
            let (result, read, written, ended) = self.core.read_record(input, bytes, ends);
            if is_end && written > 0 {
                return Err(SheetError::OpenQuote { row: row + 1 });
            }
            self.at += if is_end { 0 } else { read };
            length += written;
            columns += ended;
            self.columns = columns;
            match result {
                ReadRecordResult::InputEmpty if is_end => return Ok(None),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.bytes.len() < self.most_bytes => {
                    self.bytes.resize((self.bytes.len() * 2).min(self.most_bytes), 0);
                }
                ReadRecordResult::OutputFull => return Err(too_long(row)),
                ReadRecordResult::OutputEndsFull => return Err(too_wide(row)),
                ReadRecordResult::Record => {
                    self.row = row + 1;
                    return Ok(Some(row));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    /// The fields of the record that was read last.
    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let ends = &self.ends[..self.columns];
        let starts = std::iter::once(0).chain(ends.iter().copied());
        starts.zip(ends).map(|(start, end)| &self.bytes[start..*end])
    }
}

fn too_long(row: usize) -> SheetError {
    let row = row + 1;
    SheetError::too_large(
        format!("hàng {row}: văn bản quá dài; hãy xem lại dấu ngoặc kép"),
        format!("row {row}: the text is too long; check the quotes"),
    )
}

fn too_wide(row: usize) -> SheetError {
    let row = row + 1;
    SheetError::too_large(
        format!("hàng {row} có hơn {EXCEL_COLUMNS} cột"),
        format!("row {row} has more than {EXCEL_COLUMNS} columns"),
    )
}

/// Excel's own first line `sep=;`, which it does not show.
fn named_separator(text: &str) -> (Option<u8>, &str) {
    let named = text.strip_prefix("sep=").and_then(|rest| {
        let separator = *rest.as_bytes().first().filter(|byte| byte.is_ascii_punctuation() || **byte == b'\t')?;
        let rest = &rest[1..];
        Some((separator, rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?))
    });
    named.map_or((None, text), |(separator, rest)| (Some(separator), rest))
}

/// The one that gives the most records the same number of columns, at least two.
fn likely_separator(text: &str, budget: &Budget) -> u8 {
    let sample = &text.as_bytes()[..text.len().min(SAMPLE_BYTES)];
    let by_likelihood = SEPARATORS.iter().rev().max_by_key(|separator| consistency(sample, **separator, budget));
    *by_likelihood.unwrap_or(&b',')
}

/// How many of the first records have the most frequent number of columns, and that number.
fn consistency(sample: &[u8], separator: u8, budget: &Budget) -> (usize, usize) {
    let mut counts = BTreeMap::<usize, usize>::new();
    let mut records = Records::new(sample, separator, budget);
    for _ in 0..SAMPLE_RECORDS {
        let read = records.next();
        // What is far too wide was separated by something.
        if records.columns > 1 {
            *counts.entry(records.columns).or_default() += 1;
        }
        if !matches!(read, Ok(Some(_))) {
            break;
        }
    }
    counts.into_iter().map(|(columns, records)| (records, columns)).max().unwrap_or((0, 0))
}

/// Empty lines between the end of a record and the next one, which the reader of records passes over in silence.
fn blank_lines(text: &[u8], from: usize) -> usize {
    let is_end = |byte: &u8| *byte == b'\n' || *byte == b'\r';
    // A record ends behind its `\r`; the `\n` that belongs to it comes first here.
    let own = usize::from(from > 0 && text.get(from - 1) == Some(&b'\r') && text.get(from) == Some(&b'\n'));
    let ends: &[u8] = text.get(from + own..).unwrap_or_default();
    let ends = &ends[..ends.iter().take_while(|byte| is_end(byte)).count()];
    ends.len() - ends.windows(2).filter(|pair| pair == b"\r\n").count()
}
