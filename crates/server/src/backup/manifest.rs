//! What a backup says of itself, in its first entry.

use dienhinh_domain::audit::checkpoint::{Signed, Unsound};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How archives are written; a change that older programs cannot read raises it.
pub(super) const FORMAT: u32 = 1;

/// The version of this program.
pub(super) const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// The first entry of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// How the archive is written.
    pub format: u32,
    /// The version of the program that made it.
    pub product: String,
    /// The version of the schema.
    pub schema: i64,
    /// The kind of database it came from. It goes into either kind.
    pub database: String,
    /// When it was made.
    #[serde(with = "as_text")]
    pub made_at: Timestamp,
    /// The tables, each after those it points at.
    pub tables: Vec<TableContent>,
    /// The signed head of the record; none when the record is empty.
    pub checkpoint: Option<String>,
    /// The evidence files.
    pub evidence: EvidenceContent,
    /// Whether the private key is in it.
    pub private_key: bool,
}

/// What there is of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableContent {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of the values in each row.
    pub columns: Vec<String>,
    /// How many rows.
    pub rows: u64,
}

/// What there is of evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceContent {
    /// How many files.
    pub files: u64,
    /// How many bytes they have.
    pub bytes: u64,
}

/// An instant as its text, `2026-11-27T02:03:04Z`.
pub(super) mod as_text {
    use jiff::Timestamp;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(in super::super) fn serialize<S: Serializer>(instant: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(instant)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

impl Manifest {
    /// The signed head of the record.
    pub(super) fn head(&self) -> Result<Option<Signed>, Unsound> {
        self.checkpoint.as_deref().map(Signed::read).transpose()
    }

    /// How many rows there are in all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}
