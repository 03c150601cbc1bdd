//! Spreadsheets that strangers send: bytes in, cells out, whatever the file calls itself.
//!
//! Reads XLSX, XLS (Excel 97 to 2003), HTML tables that were saved as `.xls`, and separated text. The content decides,
//! never a name. Every claim of a file is checked against [`Limits`] before it costs memory. What a cell means is not
//! known here: text is neither trimmed nor normalised, and old Vietnamese encodings (TCVN3, VNI) stay as they are, with
//! the name of the font beside them.

mod encoding;
mod error;
mod form;
mod grid;
mod html;
mod numbers;
mod separated;
mod xls;
mod xlsx;

use std::{collections::BTreeSet, ops::RangeInclusive, sync::Arc};

use jiff::civil::Date;

pub use error::SheetError;
use form::Seems;
use grid::Budget;

/// A file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// What the file was.
    pub form: Form,
    /// Its tables in their order, hidden ones too.
    pub tables: Vec<Table>,
}

/// What a file was, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Excel 2007 and later.
    Xlsx,
    /// Excel 97 to 2003.
    Xls,
    /// Tables of a web page.
    Html,
    /// Text with a separator between the columns.
    Separated {
        /// How its letters were written: "UTF-8", "UTF-16LE", "windows-1258", "windows-1252".
        encoding: &'static str,
        /// What stands between two columns.
        separator: char,
    },
}

/// A table: a sheet of a workbook, a table of a page, or the whole of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The name of the sheet, the number of a table of a page that has several; empty where there is none.
    pub name: String,
    /// Whether Excel does not show the sheet.
    pub hidden: bool,
    /// Days are counted from 1904; a number without a format of days is meant so too.
    pub counts_from_1904: bool,
    /// Its rows: the first is row 1 of the sheet, the last holds a value.
    pub rows: Vec<Row>,
    /// Columns that are not shown, from 0.
    pub hidden_columns: BTreeSet<usize>,
    /// Cells merged into one. They overlap so little that all of them together are not larger than the table.
    pub merges: Vec<Merge>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Whether it is not shown.
    pub hidden: bool,
    /// Its cells: the first stands in column A, the last holds a value.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What it holds.
    pub value: Value,
    /// The name of its font, where the file states one for the whole cell.
    pub font: Option<Arc<str>>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Text as it stands in the file.
    Text(String),
    /// A number in decimal digits, the fifteen that Excel shows, without an exponent; 98.5 where it shows 98.5%.
    Number(String),
    /// A day.
    Day(Date),
    /// Yes or no.
    Truth(bool),
    /// A formula whose value was never computed.
    NoValue,
    /// A day with a time of day, a time of day, or a duration: `2023-11-05 14:30:00`, `14:30:00`, `36:00:00`.
    Time(String),
    /// An error such as `#REF!`.
    Error(String),
}

impl Value {
    /// Text; nothing where it has no letter.
    fn of_text(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// Cells merged into one, rows and columns from 0; the value stays in the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Its rows.
    pub rows: RangeInclusive<usize>,
    /// Its columns.
    pub columns: RangeInclusive<usize>,
}

/// The most of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: usize,
    /// Parts of an XLSX.
    pub parts: usize,
    /// Bytes of what is read of an XLSX when inflated.
    pub inflated_bytes: u64,
    /// Bytes of the text of all cells; an XLSX and an XLS may keep as much again of strings that cells share.
    pub text_bytes: usize,
    /// Tables.
    pub tables: usize,
    /// Rows of a table.
    pub rows: usize,
    /// Columns of a table.
    pub columns: usize,
    /// Rows and cells that are kept of all tables, empty ones between others included.
    pub cells: usize,
    /// Merged regions of all tables.
    pub merges: usize,
    /// Bytes of the text of a cell.
    pub cell_bytes: usize,
}

/// For tables of a commune or a province.
pub const LIMITS: Limits = Limits {
    file_bytes: 20 << 20,
    parts: 5_000,
    inflated_bytes: 128 << 20,
    text_bytes: 32 << 20,
    tables: 200,
    rows: 100_000,
    columns: 250,
    cells: 2_000_000,
    merges: 20_000,
    cell_bytes: 32_767 * 4,
};

impl Limits {
    /// Whether so many texts that cells share, of so many bytes, may be kept.
    fn hold_shared(&self, texts: usize, bytes: usize) -> Result<(), SheetError> {
        if bytes <= self.text_bytes && texts <= self.cells {
            return Ok(());
        }
        Err(SheetError::too_large(
            "tệp có quá nhiều văn bản; hãy tách thành nhiều tệp",
            "the file has too much text; split it",
        ))
    }
}

/// Reads every table of a file; looks at the content, never at a name.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Book, SheetError> {
    if bytes.len() > limits.file_bytes {
        let most = limits.file_bytes >> 20;
        return Err(SheetError::too_large(
            format!("tệp lớn hơn {most} MiB; hãy tách thành nhiều tệp"),
            format!("the file is larger than {most} MiB; split it"),
        ));
    }
    let budget = &mut Budget::new(limits);
    let (form, tables) = match form::of(bytes)? {
        Seems::Zip => (Form::Xlsx, xlsx::read(bytes, budget)?),
        Seems::Compound => (Form::Xls, xls::read(bytes, budget)?),
        Seems::Html(text) => (Form::Html, html::read(&text, budget)?),
        Seems::Text { text, encoding } => {
            let (separator, table) = separated::read(&text, budget)?;
            (Form::Separated { encoding, separator }, vec![table])
        }
    };
    Ok(Book { form, tables })
}

#[cfg(test)]
mod tests;
