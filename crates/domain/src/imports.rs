//! What the rows of a spreadsheet become: new units, or answers in dossiers. Decides row by row, and names at its cell
//! whatever stands against a row; what is there already comes from outside.

mod answers;
#[cfg(test)]
mod tests;
mod units;

use std::{collections::BTreeSet, sync::Arc};

pub use self::{
    answers::{Answers, Refusal, RowAnswers, Sheet, answers},
    units::{NewUnit, There, Units, units},
};
use crate::sheets::{Problem, Reading, Record};

/// No unit has a longer name, in characters.
pub const NAME_CHARS: usize = 300;

/// Which rows cannot be taken as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wrong {
    rows: BTreeSet<(Arc<str>, usize)>,
    /// Something is wrong with a table as a whole: no row of the file can be taken by itself.
    pub whole: bool,
}

impl Wrong {
    /// Those that have a problem.
    pub fn of<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Self {
        let mut wrong = Self::default();
        for problem in problems {
            match problem.spot {
                Some(spot) => {
                    wrong.rows.insert((Arc::clone(&problem.table), spot.row));
                }
                None => wrong.whole = true,
            }
        }
        wrong
    }

    /// Whether a record is one of them: a cell of its own row is wrong, or one that speaks for it.
    pub fn has(&self, record: &Record) -> bool {
        let mut rows = vec![record.row];
        rows.extend(record.fields.iter().filter_map(|field| field.spot).map(|spot| spot.row));
        rows.into_iter().any(|row| self.rows.contains(&(Arc::clone(&record.table), row)))
    }

    /// The rows, by table.
    pub fn rows(&self) -> impl Iterator<Item = (&str, usize)> {
        self.rows.iter().map(|(table, row)| (&**table, *row))
    }
}

/// The records that may be taken, each with its place among all.
fn sound(reading: &Reading) -> Vec<(usize, &Record)> {
    let wrong = Wrong::of(&reading.problems);
    reading.records.iter().enumerate().filter(|(_, record)| !wrong.has(record)).collect()
}
