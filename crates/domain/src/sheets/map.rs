//! Which columns of a table are meant and what their cells say: a short TOML file for each form that is sent.
//!
//! Checks itself when it is read; every mistake is named, not the first alone.

mod raw;
mod target;

use std::sync::Arc;

pub use self::target::{IntoAnswers, IntoInput, IntoUnits, KindOf, Target};
use super::{heading::cut, units::UnitRule, words::key};
use crate::programmes::{Problem, Text};

/// A form that communes fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// Its name.
    pub name: String,
    /// The tables to read; where none is named, every table that is not hidden and has the heading.
    pub tables: Vec<String>,
    /// The first and the last row of the heading, from 1, where it is not to be looked for.
    pub heading: Option<(usize, usize)>,
    /// The fields that tell records apart; two records that agree in all of them are the same one twice.
    pub key: Vec<String>,
    /// Whether rows of totals are compared with what stands above them.
    pub check_totals: bool,
    /// Its columns, in the order of the fields of a record.
    pub columns: Vec<Column>,
    /// Which fields name units of the register.
    pub units: Vec<UnitRule>,
    /// What becomes of the records; a form without it is only read.
    pub target: Option<Target>,
}

impl Map {
    /// Reads a map from TOML.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        raw::read(text)
    }
}

/// A column, or several of which one has a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in records.
    pub field: Arc<str>,
    /// What may stand above it; nothing for marks, which have their own.
    pub titles: Vec<Title>,
    /// What its cells say.
    pub kind: Kind,
    /// An empty cell is a problem.
    pub required: bool,
    /// An empty cell says what the one above says.
    pub fill: bool,
    /// Words that stand for an empty cell.
    pub none: Vec<String>,
    /// Values that the form is not for.
    pub refuse: Option<Refusal>,
}

/// What may stand above a column: `Số hộ`, or with what stands above that, `Kết quả / Đạt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// As the map has it.
    pub text: String,
    /// Its parts from above as they are compared.
    pub(super) parts: Vec<String>,
}

impl Title {
    /// A title; none where a part says nothing.
    pub(super) fn of(text: &str) -> Option<Self> {
        let parts: Vec<String> = text.split(" / ").map(|part| cut(key(part))).collect();
        let says_something = parts.iter().all(|part| !part.is_empty());
        says_something.then(|| Self { text: text.to_owned(), parts })
    }
}

/// What the cells of a column say, and so how they are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text in one line.
    Text {
        /// Only what stands before the first line break.
        first_line: bool,
    },
    /// A whole number of things.
    Count,
    /// A number with a fraction.
    Decimal,
    /// An amount of đồng.
    Money,
    /// A day.
    Day,
    /// A month.
    Month,
    /// One of several columns has a mark.
    Mark(Vec<MarkWord>),
    /// One of several words.
    Choice(Vec<Choice>),
    /// Digits that are no number.
    Code {
        /// How many; zeros at the front are added or taken away.
        digits: Option<usize>,
        /// A branch may follow: `-001`.
        suffix: bool,
    },
    /// The name of a place.
    UnitName {
        /// The kind of place that is meant where the cell names none.
        bare: Option<String>,
    },
}

impl Kind {
    /// The words of all kinds, as maps write them.
    pub const CODES: [&str; 10] =
        ["text", "count", "decimal", "money", "day", "month", "mark", "choice", "code", "unit_name"];

    /// A number that may be summed, and that nobody means twice where two rows share a cell.
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Count | Self::Decimal | Self::Money)
    }
}

/// A column of marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkWord {
    /// What a mark in it means.
    pub word: String,
    /// What may stand above it.
    pub titles: Vec<Title>,
}

/// A word of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// As records have it.
    pub word: String,
    /// How people write it, the word itself among them, as it is compared.
    pub(super) said: Vec<String>,
    /// How people write it, to be shown.
    pub shown: String,
}

/// Values that the form is not for: the record is given and says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Which, as they are compared.
    pub(super) words: Vec<String>,
    /// Why.
    pub why: Text,
}
