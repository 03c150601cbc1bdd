//! Workbooks: cells in, XLSX out, and an XLSX of a stranger back into cells.
//!
//! Knows sheets, cells and how they look; does not know what they say. Text stays text: nothing that is written
//! can become a formula. Reading has a budget for everything that a file can claim.

mod read;
mod write;

pub use read::{LIMITS, read_workbook};
pub use write::write_workbook;

use jiff::civil::Date;

use crate::sheets::Merge;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text.
    Text(String),
    /// A number in decimal digits.
    Number(String),
    /// A day.
    Date(Date),
    /// Yes or no.
    Truth(bool),
    /// An error, a time of day, a duration: its own words.
    Unreadable(String),
}

/// How a column looks and what Excel offers in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// Width in characters.
    pub width: u16,
    /// Numbers may be typed; otherwise Excel leaves what is typed as text.
    pub numbers: bool,
    /// Words to choose from, none where anything goes.
    pub choices: Vec<String>,
}

/// A sheet; its heading stays in sight.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// Rows of the heading beyond the first.
    pub more_heading_rows: usize,
    /// Cells that are one: rows and columns from 0. What they say stands in the first.
    pub merges: Vec<Merge>,
    /// Its columns.
    pub looks: Vec<Look>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
    /// Words to choose from in single cells: row and column from 0.
    pub choices: Vec<(usize, usize, Vec<String>)>,
    /// Cells marked as wrong, with what is said beside them: row and column from 0.
    pub marks: Vec<(usize, usize, String)>,
}

/// Why a workbook is not read or written. Texts are Vietnamese first, English second.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkbookError {
    /// Not an XLSX, or a damaged one.
    #[error(
        "không phải tệp .xlsx đọc được (lưu lại dạng .xlsx, không mật khẩu): {cause} / not a readable .xlsx (save it as .xlsx without a password): {cause}"
    )]
    NotAWorkbook {
        /// What the reader said.
        cause: String,
    },
    /// More than a workbook of criteria can have.
    #[error("{vi} / {en}")]
    TooLarge {
        /// What there is too much of, Vietnamese.
        vi: String,
        /// What there is too much of, English.
        en: String,
    },
    /// The writer refused: a name or a cell that XLSX cannot hold.
    #[error("không ghi được trang “{sheet}”: {cause} / the sheet “{sheet}” cannot be written: {cause}")]
    NotWritten {
        /// The sheet.
        sheet: String,
        /// What the writer said.
        cause: String,
    },
}

#[cfg(test)]
mod tests;
