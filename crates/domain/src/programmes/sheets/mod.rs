//! A criteria set and its cases as the sheets of a workbook, and back: for people who live in Excel.
//!
//! [`sheets_of`] lays a set out in rows of cells, [`Draft::of`] reads such rows and names every mistake by its
//! cell. What the sheets say goes through [`super::parse()`] like any other pack, so a rule has one reader only.
//! Does not know the XLSX format: cells come and go as values.

mod cells;
mod export;
mod guide;
mod import;
mod kinds;
mod layout;
mod rules;
mod table;

use jiff::civil::Date;

pub use export::{lost_nothing, sheets_of};
pub use guide::guide;
pub use import::Draft;
pub use layout::{Column, ENTRIES, Entry, Holds, LAYOUTS, Layout};

use super::Text;
use crate::text::nfc;

/// The column that an annotated copy has more; it is not read back.
pub const PROBLEMS: &str = "problems";

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text as it stands there.
    Text(String),
    /// A number in decimal digits, as the workbook shows it: `25`, `0.7`.
    Number(String),
    /// A day.
    Date(Date),
    /// Yes or no.
    Truth(bool),
    /// What has no value here, in its own words: `#REF!`, a time of day.
    Unreadable(String),
}

impl Cell {
    /// What a reader sees in it.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Number(text) | Self::Unreadable(text) => text.clone(),
            Self::Date(day) => day.to_string(),
            Self::Truth(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        }
    }

    /// Nothing in it but blanks.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }
}

/// The key of a sheet: the word in brackets at the end of its name, or the name itself.
pub fn key_of(name: &str) -> String {
    let name = nfc(name);
    let word = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(_, word)| word.to_owned());
    word.unwrap_or(name)
}

/// A sheet of cells; its first row names the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name, with its key in brackets: `Tiêu chí (criteria)`.
    pub name: String,
    /// Its rows from the top; a row may be shorter than others.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Name of the sheet.
    pub sheet: String,
    /// Row, from 1.
    pub row: usize,
    /// Column, from 1.
    pub column: usize,
}

impl Place {
    /// `F5`.
    pub fn address(&self) -> String {
        let (mut left, mut letters) = (self.column, Vec::new());
        while left > 0 {
            letters.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or_default()));
            left = (left - 1) / 26;
        }
        let letters: String = letters.into_iter().rev().collect();
        format!("{letters}{}", self.row)
    }
}

/// A mistake in a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellProblem {
    /// Where.
    pub place: Place,
    /// Name of the column; empty where it has none.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What is wrong, what is expected.
    pub what: Text,
}

#[cfg(test)]
mod tests;
