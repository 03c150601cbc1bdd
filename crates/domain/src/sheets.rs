//! Records out of the tables that communes send: which columns are meant says a [`Map`], and what a cell says is read
//! by its kind of value.
//!
//! Knows no file format: tables come as cells. Knows no register either: names of places come out as names, and which
//! units they mean is put in by who has one. Nothing is
//! dropped silently; whatever gives no record stands among the problems or among what was skipped.

mod captions;
mod columns;
mod days;
mod fields;
mod heading;
mod letters;
mod map;
mod numbers;
mod places;
mod read;
mod rejected;
mod rows;
mod seen;
#[cfg(test)]
mod tests;
mod totals;
mod units;
mod words;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::RangeInclusive,
    sync::Arc,
};

use jiff::civil::Date;

pub use self::{
    map::{Choice, Column, IntoAnswers, IntoInput, IntoUnits, Kind, KindOf, Map, MarkWord, Refusal, Target, Title},
    places::Place,
    read::read,
    rejected::{Rejected, rejected},
    seen::{Question, Seen, SeenColumn, heading_of, reads_as_chosen, see},
    units::{Frame, UnitRule, mentions, settle},
};
use crate::{
    calendar::format_day,
    programmes::{Text, sheets::Place as Address},
    text::legacy::Encoding,
    units::UnitAsOf,
};

/// A sheet of cells as it was sent.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Its name as the file has it.
    pub name: String,
    /// Not shown to who opens the file.
    pub hidden: bool,
    /// Its rows from the top; one may be shorter than others.
    pub rows: Vec<Row>,
    /// Columns that are not shown, from 0. They are read.
    pub hidden_columns: BTreeSet<usize>,
    /// Cells that are one.
    pub merges: Vec<Merge>,
    /// Days without a format are numbers that count from 1904 and not from 1900.
    pub counts_from_1904: bool,
}

/// A row of cells.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Not shown. It is read, and its record says so.
    pub hidden: bool,
    /// Its cells from the left.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    /// What it holds.
    pub value: Value,
    /// The name of its font, where the file says it.
    pub font: Option<Arc<str>>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// Text as it stands there.
    Text(String),
    /// A number in decimal digits with a dot: `25`, `0.7`.
    Number(String),
    /// A day.
    Day(Date),
    /// A day with a time of day, or a time, in words: `2023-11-05 14:30:00`.
    Time(String),
    /// Yes or no.
    Truth(bool),
    /// A formula whose value was never kept.
    NoValue,
    /// A formula that failed: `#REF!`.
    Error(String),
}

impl Value {
    /// Nothing in it but blanks.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// What a reader sees in it.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Number(text) | Self::Time(text) | Self::Error(text) => text.clone(),
            Self::Day(day) => format_day(*day),
            Self::Truth(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
            Self::NoValue => "=…".to_owned(),
        }
    }
}

/// Cells that are one; what they hold stands in the first. Numbers from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// From row to row.
    pub rows: RangeInclusive<usize>,
    /// From column to column.
    pub columns: RangeInclusive<usize>,
}

/// Where a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Row, from 1.
    pub row: usize,
    /// Column, from 1.
    pub column: usize,
}

impl Spot {
    /// Of a cell numbered from 0.
    pub(crate) fn at(row: usize, column: usize) -> Self {
        Self { row: row + 1, column: column + 1 }
    }
}

impl fmt::Display for Spot {
    /// `F5`.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&Address { sheet: String::new(), row: self.row, column: self.column }.address())
    }
}

/// Whether a cell is to be mended, or only to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The value was not taken; somebody must say what it is.
    Error,
    /// The value was taken in the way that the message says.
    Warning,
}

/// What is wrong or doubtful, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad.
    pub severity: Severity,
    /// Name of the table in Unicode; empty where no table is meant.
    pub table: Arc<str>,
    /// The cell; none where the table as a whole is meant.
    pub spot: Option<Spot>,
    /// Field of the record; empty where none is meant.
    pub field: Arc<str>,
    /// What stands there.
    pub found: String,
    /// What should.
    pub expected: Text,
    /// All of it as a sentence.
    pub what: Text,
}

impl Problem {
    /// The cell as `F5`; empty where the table as a whole is meant.
    pub fn cell(&self) -> String {
        self.spot.map(|spot| spot.to_string()).unwrap_or_default()
    }
}

/// What a field says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldValue {
    /// Nothing was reported, or it could not be read.
    Null,
    /// Text, a word of a choice or a mark, a code.
    Text(String),
    /// A count.
    Whole(i64),
    /// An exact decimal with a dot, without zeros at its ends: `-1200000`, `71.25`.
    Decimal(String),
    /// A day.
    Day(Date),
    /// A month.
    Month {
        /// Its year.
        year: i16,
        /// From 1 to 12.
        month: i8,
    },
    /// A place by its name.
    Place(Place),
}

impl FieldValue {
    /// A count or a decimal in thousandths, where it is one and has no finer part.
    pub fn thousandths(&self) -> Option<i64> {
        match self {
            Self::Whole(whole) => whole.checked_mul(1000),
            Self::Decimal(digits) => numbers::thousandths(digits),
            _ => None,
        }
    }
}

impl fmt::Display for FieldValue {
    /// `2025-07` for a month, nothing for nothing.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Text(text) | Self::Decimal(text) => to.write_str(text),
            Self::Whole(whole) => write!(to, "{whole}"),
            Self::Day(day) => write!(to, "{day}"),
            Self::Month { year, month } => write!(to, "{year:04}-{month:02}"),
            Self::Place(place) => to.write_str(&place.name),
        }
    }
}

/// A field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in the map.
    pub name: Arc<str>,
    /// What it says.
    pub value: FieldValue,
    /// Where it says it; none where the table has no such column.
    pub spot: Option<Spot>,
}

/// A row of a table as what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Name of the table in Unicode.
    pub table: Arc<str>,
    /// Row, from 1.
    pub row: usize,
    /// The row is not shown to who opens the file.
    pub hidden_row: bool,
    /// One for each column of the map, in its order.
    pub fields: Vec<Field>,
    /// The units of the register that its fields name, by the field with the name, once they were looked up.
    pub units: BTreeMap<String, UnitAsOf>,
    /// The number (from 1, among all records) of the first with the same key.
    pub duplicate_of: Option<usize>,
    /// Why the map does not want it.
    pub refused: Option<Text>,
}

impl Record {
    /// What a field says; nothing for a name that the map does not have.
    pub fn get(&self, name: &str) -> Option<&FieldValue> {
        self.fields.iter().find(|field| &*field.name == name).map(|field| &field.value)
    }

    /// The rows from which it comes: its own, and those whose cells speak for it.
    pub fn rows(&self) -> impl Iterator<Item = usize> {
        [self.row].into_iter().chain(self.fields.iter().filter_map(|field| field.spot).map(|spot| spot.row))
    }

    /// What is wrong with one of its fields, at its cell.
    pub fn problem(&self, field: &str, expected: Text, what: Text) -> Problem {
        let at = self.fields.iter().find(|of_record| &*of_record.name == field);
        Problem {
            severity: Severity::Error,
            table: Arc::clone(&self.table),
            spot: at.and_then(|field| field.spot),
            field: field.into(),
            found: at.map(|field| field.value.to_string()).unwrap_or_default(),
            expected,
            what,
        }
    }
}

/// How a table was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRead {
    /// Its name in Unicode.
    pub table: Arc<str>,
    /// Its name as the file has it.
    pub name_in_file: String,
    /// The rows of the heading from 1, with the row of numbers below it.
    pub heading_rows: RangeInclusive<usize>,
    /// For what its text was written.
    pub encoding: Encoding,
    /// The first row that gave a record, from 1.
    pub first_row: Option<usize>,
    /// The last row that gave a record, from 1.
    pub last_row: Option<usize>,
    /// Fields of the map for which it has no column.
    pub missing: Vec<Arc<str>>,
    /// Some texts as they were and as they were read.
    pub before_after: Vec<(String, String)>,
}

/// What gave no record and is no problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Name of the table in Unicode.
    pub table: Arc<str>,
    /// Row, from 1; none for the table as a whole.
    pub row: Option<usize>,
    /// What stands in it.
    pub shown: String,
    /// Why.
    pub why: Text,
}

/// All that came of the tables of one file.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The tables that were read.
    pub tables: Vec<TableRead>,
    /// What they say.
    pub records: Vec<Record>,
    /// What must be mended, by table, row and column.
    pub problems: Vec<Problem>,
    /// What should be looked at, by table, row and column.
    pub warnings: Vec<Problem>,
    /// What was left out, by table and row.
    pub skipped: Vec<Skipped>,
}

impl Reading {
    /// Puts what was found later where it belongs: by table, row and column, doubts among the warnings.
    pub fn put_in_order(&mut self) {
        self.warnings.extend(self.problems.extract_if(.., |problem| problem.severity == Severity::Warning));
        let order: BTreeMap<&str, usize> =
            self.tables.iter().enumerate().map(|(at, read)| (&*read.table, at)).collect();
        for problems in [&mut self.problems, &mut self.warnings] {
            problems.sort_by_key(|problem| (order.get(&*problem.table).copied().unwrap_or(usize::MAX), problem.spot));
        }
    }
}

pub(crate) fn both(vi: impl Into<String>, en: impl Into<String>) -> Text {
    Text { vi: vi.into(), en: en.into() }
}
