//! From the bytes of an XLSX to cells, within limits: the archive is inflated into nothing first, and the cells are
//! read one by one. A range over a whole sheet is never made: 1.4 kB can claim gigabytes of it.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use jiff::civil::Date;
use zip::ZipArchive;

use super::{Cell, Sheet, WorkbookError};

/// The most of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes of all its parts when inflated.
    pub inflated_bytes: u64,
    /// Parts of the archive.
    pub parts: usize,
    /// Sheets.
    pub sheets: usize,
    /// Rows of a sheet.
    pub rows: usize,
    /// Columns of a sheet.
    pub columns: usize,
    /// Bytes of the text of a cell.
    pub cell_bytes: usize,
    /// Bytes of the text of all cells.
    pub text_bytes: usize,
}

/// What a workbook of criteria stays far below.
pub const LIMITS: Limits = Limits {
    file_bytes: 4 << 20,
    inflated_bytes: 16 << 20,
    parts: 500,
    sheets: 50,
    rows: 2_000,
    columns: 100,
    cell_bytes: 20_000,
    text_bytes: 4 << 20,
};

fn too_large<T>(vi: impl Into<String>, en: impl Into<String>) -> Result<T, WorkbookError> {
    Err(WorkbookError::TooLarge { vi: vi.into(), en: en.into() })
}

fn damaged(cause: &impl ToString) -> WorkbookError {
    WorkbookError::NotAWorkbook { cause: cause.to_string() }
}

/// Reads every sheet of a workbook, the values of formulas as they were last computed.
pub fn read_workbook(bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, WorkbookError> {
    inflates_within(bytes, limits)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|cause| damaged(&cause))?;
    let names = book.sheet_names();
    if names.len() > limits.sheets {
        return too_large(
            format!("tệp có hơn {} trang", limits.sheets),
            format!("the file has more than {} sheets", limits.sheets),
        );
    }
    let mut text_bytes = 0;
    let mut sheets = Vec::new();
    for name in names {
        let rows = rows(&mut book, &name, limits, &mut text_bytes)?;
        sheets.push(Sheet { name, rows, ..Sheet::default() });
    }
    Ok(sheets)
}

/// Inflates every part into nothing: what a part says about its size is not believed.
fn inflates_within(bytes: &[u8], limits: &Limits) -> Result<(), WorkbookError> {
    let mib = |bytes: u64| bytes >> 20;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.file_bytes {
        let most = mib(limits.file_bytes);
        return too_large(format!("tệp lớn hơn {most} MiB"), format!("the file is larger than {most} MiB"));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|cause| damaged(&cause))?;
    if archive.len() > limits.parts {
        return too_large("tệp có quá nhiều phần bên trong", "the file has too many parts inside");
    }
    let mut left = limits.inflated_bytes;
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|cause| damaged(&cause))?.take(left + 1);
        let inflated = std::io::copy(&mut part, &mut std::io::sink()).map_err(|cause| damaged(&cause))?;
        if inflated > left {
            let most = mib(limits.inflated_bytes);
            return too_large(
                format!("nội dung giải nén lớn hơn {most} MiB"),
                format!("its inflated content is larger than {most} MiB"),
            );
        }
        left -= inflated;
    }
    Ok(())
}

fn rows(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    limits: &Limits,
    text_bytes: &mut usize,
) -> Result<Vec<Vec<Cell>>, WorkbookError> {
    let mut reader = match book.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // A chart on a sheet of its own has no cells.
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(Vec::new()),
        Err(error) => return Err(damaged(&error)),
    };
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    // The one way to formulas that keeps no table of them: a number in the file sets the length of that table.
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(|cause| damaged(&cause))? {
        let (row, column) = (index(found.pos.0), index(found.pos.1));
        let cell = match (cell(&found.value), found.formula) {
            (Cell::Empty, Some(_)) => Cell::Unreadable("=…".to_owned()),
            (cell, _) => cell,
        };
        if cell == Cell::Empty {
            continue;
        }
        if row >= limits.rows || column >= limits.columns {
            let (rows, columns) = (limits.rows, limits.columns);
            return too_large(
                format!(
                    "trang “{name}”: ô ở hàng {}, cột {} vượt {rows} hàng, {columns} cột; xóa ô này",
                    row + 1,
                    column + 1
                ),
                format!(
                    "sheet “{name}”: the cell in row {}, column {} lies beyond {rows} rows, {columns} columns; clear it",
                    row + 1,
                    column + 1
                ),
            );
        }
        let bytes = if let Cell::Text(text) | Cell::Unreadable(text) = &cell { text.len() } else { 0 };
        *text_bytes += bytes;
        if bytes > limits.cell_bytes || *text_bytes > limits.text_bytes {
            return too_large(
                format!("trang “{name}”, hàng {}, cột {}: văn bản quá dài", row + 1, column + 1),
                format!("sheet “{name}”, row {}, column {}: the text is too long", row + 1, column + 1),
            );
        }
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        if rows[row].len() <= column {
            rows[row].resize(column + 1, Cell::Empty);
        }
        rows[row][column] = cell;
    }
    Ok(rows)
}

fn index(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX - 1)
}

fn cell(value: &DataRef) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(number.to_string()),
        DataRef::Float(number) => shown(*number).map_or_else(|| Cell::Unreadable(number.to_string()), Cell::Number),
        DataRef::String(text) => text_cell(text),
        DataRef::SharedString(text) => text_cell(text),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::DateTime(time) => day(*time),
        DataRef::DateTimeIso(text) => {
            let date = text.strip_suffix("T00:00:00").unwrap_or(text);
            date.parse().ok().filter(|_| date.len() == 10).map_or_else(|| Cell::Unreadable(text.clone()), Cell::Date)
        }
        DataRef::DurationIso(text) => Cell::Unreadable(text.clone()),
        DataRef::Error(error) => Cell::Unreadable(error.to_string()),
    }
}

fn text_cell(text: &str) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
}

/// The fifteen digits that Excel shows of a number, without an exponent: `0.1 + 0.2` is 0.3.
fn shown(number: f64) -> Option<String> {
    let rounded: f64 = format!("{number:.14e}").parse().ok()?;
    (rounded.abs() < 1e15).then(|| if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() })
}

/// A day without a time of day.
fn day(time: ExcelDateTime) -> Cell {
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    let words = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
    let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
    let date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
    match date.filter(|_| time.is_datetime() && (hour, minute, second) == (0, 0, 0)) {
        Some(date) => Cell::Date(date),
        None => Cell::Unreadable(words),
    }
}
