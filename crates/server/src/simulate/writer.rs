//! Rows on their way into their tables: gathered, and written many at a time.

use dienhinh_storage::{
    Result, Tx,
    rows::{self, Table},
};
use serde_json::Value;

/// How many rows are gathered before they are written.
const ROWS_MAX: usize = 4_000;

pub(super) const UNITS: usize = 0;
pub(super) const VERSIONS: usize = 1;
pub(super) const DOSSIERS: usize = 2;
pub(super) const ANSWERS: usize = 3;
pub(super) const PLANS: usize = 4;
pub(super) const DECISIONS: usize = 5;
pub(super) const ITEMS: usize = 6;
pub(super) const COUNTERS: usize = 7;

/// The tables that are filled, each after those it points at, with their columns in the order of the rows.
const TABLES: [(&str, &[&str]); 8] = [
    ("units", &["id"]),
    (
        "unit_versions",
        &[
            "unit_id",
            "valid_from",
            "valid_until",
            "name",
            "search_key",
            "sort_key",
            "kind",
            "code",
            "parent_id",
            "illustrative",
            "alt_code",
            "basis_from",
            "basis_until",
            "begun_by",
            "ended_by",
        ],
    ),
    (
        "dossiers",
        &[
            "id",
            "unit_id",
            "cycle_id",
            "state",
            "round",
            "registered_on",
            "submitted_at",
            "frozen_sha256",
            "marks",
            "fulfils",
        ],
    ),
    ("dossier_answers", &["dossier_id", "criterion", "stage", "inputs", "note", "revision", "at"]),
    ("plans", &["dossier_id", "criterion", "cause", "action", "owner", "due_on"]),
    (
        "decisions",
        &[
            "id",
            "issuing_unit_id",
            "year",
            "number",
            "issuer",
            "place",
            "signed_on",
            "capacity",
            "signatory",
            "legal_bases",
        ],
    ),
    (
        "decision_items",
        &[
            "decision_id",
            "dossier_id",
            "round",
            "recognised",
            "judged_sha256",
            "certificate_id",
            "certificate_code",
            "attested",
        ],
    ),
    ("decision_counters", &["issuing_unit_id", "year", "last_number"]),
];

/// Rows for every table.
pub(super) struct Writer {
    tables: Vec<Table>,
    waiting: Vec<Vec<Vec<Value>>>,
    written: Vec<u64>,
    gathered: usize,
}

impl Writer {
    /// Finds the tables.
    pub(super) async fn open(tx: &mut Tx) -> Result<Self> {
        let known = rows::tables(tx).await?;
        let table = |(name, columns): &(&str, &[&str])| {
            let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
            known.iter().find(|table| table.name == *name).and_then(|table| table.ordered(&columns))
        };
        let tables: Option<Vec<Table>> = TABLES.iter().map(table).collect();
        let tables = tables.ok_or_else(|| dienhinh_storage::Failure::Foreign {
            table: "units".to_owned(),
            column: "*".to_owned(),
            found: "another schema".to_owned(),
        })?;
        Ok(Self { tables, waiting: vec![Vec::new(); TABLES.len()], written: vec![0; TABLES.len()], gathered: 0 })
    }

    /// Takes a row for a table.
    pub(super) fn add(&mut self, table: usize, row: Vec<Value>) {
        self.waiting[table].push(row);
        self.written[table] += 1;
        self.gathered += 1;
    }

    /// Writes what waits once it is much.
    pub(super) async fn relieve(&mut self, tx: &mut Tx) -> Result<()> {
        if self.gathered < ROWS_MAX { Ok(()) } else { self.flush(tx).await }
    }

    /// Writes everything.
    pub(super) async fn flush(&mut self, tx: &mut Tx) -> Result<()> {
        for (table, waiting) in self.tables.iter().zip(&mut self.waiting) {
            rows::insert(tx, table, waiting).await?;
            waiting.clear();
        }
        self.gathered = 0;
        Ok(())
    }

    /// How many rows a table was given.
    pub(super) fn written(&self, table: usize) -> u64 {
        self.written[table]
    }
}
