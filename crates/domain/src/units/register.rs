//! The list of units as files: versions in one, successions in the other. What a row means, and whether all rows
//! together make sense.
//!
//! Opens no file: cells come as text. Units are named by the keys of the list's source here; identities of ours come
//! when they are kept. The columns are described in `docs/guide/units.md`.

mod check;
mod merge;
mod read;
#[cfg(test)]
mod tests;

use jiff::civil::Date;

pub(super) use self::read::Cells;
pub use self::{
    check::check,
    merge::{Changes, merge},
    read::{edge, missing_columns, version},
};
use super::{BEGINNING, Level, UnitKind, succession::Succession};
use crate::{calendar::Period, programmes::Text};

/// The columns of the file of versions.
pub const VERSION_COLUMNS: [&str; 12] = [
    "uid",
    "level",
    "code",
    "alt_code",
    "kind",
    "name",
    "full_name",
    "parent_uid",
    "valid_from",
    "valid_to",
    "basis_from",
    "basis_to",
];

/// The columns of the file of successions.
pub const EDGE_COLUMNS: [&str; 14] = [
    "effective_date",
    "level",
    "predecessor_uid",
    "predecessor_code",
    "successor_uid",
    "successor_code",
    "relation",
    "portion",
    "area_portion",
    "population_portion",
    "code_inherited",
    "legal_basis",
    "clause",
    "evidence",
];

/// The columns of the list as of a day.
pub const VIEW_COLUMNS: [&str; 12] = [
    "uid",
    "level",
    "code",
    "alt_code",
    "kind",
    "name",
    "full_name",
    "parent_uid",
    "parent_code",
    "province_code",
    "valid_from",
    "valid_to",
];

/// Which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum File {
    /// `--register`.
    Versions,
    /// `--successions`.
    Edges,
    /// The plan of a [reform](super::reform).
    Plan,
}

/// What is wrong in a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// In which file.
    pub file: File,
    /// In which line of it, from 1, the header being the first.
    pub line: u64,
    /// In which column; `*` for the row as a whole.
    pub column: &'static str,
    /// What is wrong and what to do.
    pub what: Text,
}

impl Problem {
    /// Something is wrong with a row as a whole.
    pub fn of_row(file: File, line: u64, vi: String, en: String) -> Self {
        Self::new(file, line, "*", vi, en)
    }

    pub(super) fn new(
        file: File,
        line: u64,
        column: &'static str,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { file, line, column, what: Text { vi: vi.into(), en: en.into() } }
    }
}

/// What a unit was during one stretch of time, as a row says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Where the row stands; 0 for what was kept before.
    pub line: u64,
    /// The source's key of the unit.
    pub uid: String,
    /// What kind it is.
    pub kind: UnitKind,
    /// Its official code.
    pub code: String,
    /// A code that others publish for it.
    pub alt_code: Option<String>,
    /// Its name with its kind.
    pub full_name: String,
    /// The source's key of the unit above.
    pub parent: Option<String>,
    /// When it holds; from [`BEGINNING`] where the file does not say from when.
    pub valid: Period,
    /// The legal document it begins by.
    pub basis_from: Option<String>,
    /// The legal document it ends by.
    pub basis_until: Option<String>,
}

impl Version {
    /// How high the unit stands.
    pub fn level(&self) -> Level {
        self.kind.level()
    }

    /// The day the row says it begins on, as the row writes it: empty where it does not say.
    pub fn from_text(&self) -> String {
        day_text((self.valid.from != BEGINNING).then_some(self.valid.from))
    }
}

/// One unit took over from another, as a row says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Where the row stands; 0 for what was kept before.
    pub line: u64,
    /// The level of the predecessor.
    pub level: Level,
    /// The source's key of the unit that gave.
    pub predecessor: String,
    /// Its code on the day before.
    pub predecessor_code: String,
    /// The source's key of the unit that took over.
    pub successor: String,
    /// Its code on the day.
    pub successor_code: String,
    /// When, how and by which law.
    pub succession: Succession,
}

/// A day as the files write it; empty for none.
pub fn day_text(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}
