//! From the bytes of an XLSX to cells, within limits, by the reader of [spreadsheets of strangers](crate::sheets).

use super::{Cell, Sheet, WorkbookError};
use crate::sheets::{self, Form, Limits, SheetError, Table, Value};

/// What a workbook of criteria stays far below.
pub const LIMITS: Limits = Limits {
    file_bytes: 4 << 20,
    parts: 500,
    inflated_bytes: 16 << 20,
    text_bytes: 4 << 20,
    tables: 50,
    rows: 2_000,
    columns: 100,
    cells: 400_000,
    merges: 2_000,
    cell_bytes: 20_000,
};

/// Reads every sheet of a workbook, the values of formulas as they were last computed.
pub fn read_workbook(bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, WorkbookError> {
    let book = sheets::read(bytes, limits).map_err(refused)?;
    if book.form != Form::Xlsx {
        let cause = "không phải gói .xlsx / not a package of .xlsx".to_owned();
        return Err(WorkbookError::NotAWorkbook { cause });
    }
    Ok(book.tables.into_iter().map(sheet).collect())
}

fn refused(error: SheetError) -> WorkbookError {
    match error {
        SheetError::TooLarge { vi, en } => WorkbookError::TooLarge { vi, en },
        other => WorkbookError::NotAWorkbook { cause: other.to_string() },
    }
}

fn sheet(table: Table) -> Sheet {
    let row = |row: sheets::Row| row.cells.into_iter().map(|cell| value(cell.value)).collect();
    Sheet { name: table.name, rows: table.rows.into_iter().map(row).collect(), ..Sheet::default() }
}

fn value(value: Value) -> Cell {
    match value {
        Value::Empty => Cell::Empty,
        Value::Text(text) => Cell::Text(text),
        Value::Number(digits) => Cell::Number(digits),
        Value::Day(day) => Cell::Date(day),
        Value::Truth(truth) => Cell::Truth(truth),
        Value::NoValue => Cell::Unreadable("=…".to_owned()),
        Value::Time(words) | Value::Error(words) => Cell::Unreadable(words),
    }
}
