//! What the rows of a spreadsheet become: new units, or answers in dossiers. Decides row by row, and names at its cell
//! whatever stands against a row; what is there already comes from outside.

mod answers;
pub mod form;
#[cfg(test)]
mod tests;
mod units;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

pub use self::{
    answers::{Answers, Refusal, RowAnswers, Sheet, answers},
    units::{NewUnit, There, Units, units},
};
use crate::{
    programmes::Text,
    sheets::{Reading, Record, both},
};

/// No unit has a longer name, in characters.
pub const NAME_CHARS: usize = 300;

/// Which rows cannot be taken as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wrong {
    rows: BTreeSet<(Arc<str>, usize)>,
    /// Something is wrong with a table or a column as a whole: no row of the file can be taken by itself.
    pub whole: bool,
}

impl Wrong {
    /// Those that have a problem. What is wrong in or above the heading of a table concerns all of them, and so does a table
    /// that was not read.
    pub fn of(reading: &Reading) -> Self {
        let tables = reading.tables.iter().map(|read| (&*read.table, *read.heading_rows.end()));
        let headings: BTreeMap<&str, usize> = tables.collect();
        let mut wrong = Self::default();
        for problem in &reading.problems {
            let is_below = |row: &usize| headings.get(&*problem.table).is_some_and(|last| row > last);
            match problem.spot.map(|spot| spot.row).filter(is_below) {
                Some(row) => {
                    wrong.rows.insert((Arc::clone(&problem.table), row));
                }
                None => wrong.whole = true,
            }
        }
        wrong
    }

    /// Whether a record is one of them: a cell of its own row is wrong, or one that speaks for it.
    pub fn has(&self, record: &Record) -> bool {
        record.rows().any(|row| self.rows.contains(&(Arc::clone(&record.table), row)))
    }

    /// The rows, by table.
    pub fn rows(&self) -> impl Iterator<Item = (&str, usize)> {
        self.rows.iter().map(|(table, row)| (&**table, *row))
    }
}

/// The records that may be taken, each with its place among all.
fn sound(reading: &Reading) -> Vec<(usize, &Record)> {
    let wrong = Wrong::of(reading);
    reading.records.iter().enumerate().filter(|(_, record)| !wrong.has(record)).collect()
}

/// `hàng 5 của “Biểu 1”`.
fn row_name(record: &Record) -> Text {
    let (row, table) = (record.row, &record.table);
    if table.is_empty() {
        return both(format!("hàng {row}"), format!("row {row}"));
    }
    both(format!("hàng {row} của “{table}”"), format!("row {row} of “{table}”"))
}
