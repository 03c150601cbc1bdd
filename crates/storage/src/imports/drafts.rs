//! Spreadsheets that somebody is taking in: the file lies among the content of the store, what its columns mean here.

use dienhinh_domain::{
    access::Actor,
    ids::{CycleId, DraftId},
};
use jiff::Timestamp;

use crate::{
    Result, Tx,
    dialect::{actor, execute, fetch_optional, instant, parse, read},
};

const TABLE: &str = "import_drafts";

/// A spreadsheet that somebody is taking in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its identity.
    pub id: DraftId,
    /// Whose it is.
    pub by: Actor,
    /// The cycle that is to be answered.
    pub cycle: CycleId,
    /// The name of the file.
    pub file_name: String,
    /// SHA-256 of the file, 64 hex digits.
    pub sha256: String,
    /// How long the file is.
    pub bytes: u64,
    /// The map, TOML; empty until somebody said what the columns mean.
    pub map: String,
    /// When it came.
    pub made_at: Timestamp,
}

/// Adds one.
pub async fn insert(tx: &mut Tx, draft: &Draft) -> Result<()> {
    execute!(
        tx,
        "insert into import_drafts (id, role, scope, cycle_id, file_name, sha256, bytes, map, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        draft.id.to_string(),
        draft.by.role.code(),
        draft.by.scope.to_string(),
        draft.cycle.to_string(),
        &draft.file_name,
        &draft.sha256,
        i64::try_from(draft.bytes).unwrap_or(i64::MAX),
        &draft.map,
        draft.made_at.as_microsecond(),
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct DraftRow {
    role: String,
    scope: String,
    cycle_id: String,
    file_name: String,
    sha256: String,
    bytes: i64,
    map: String,
    made_at: i64,
}

impl DraftRow {
    fn read(self, id: DraftId) -> Result<Draft> {
        Ok(Draft {
            id,
            by: actor(TABLE, &self.role, &self.scope)?,
            cycle: parse(TABLE, "cycle_id", &self.cycle_id)?,
            file_name: self.file_name,
            sha256: self.sha256,
            bytes: read(TABLE, "bytes", &self.bytes.to_string(), u64::try_from(self.bytes).ok())?,
            map: self.map,
            made_at: instant(TABLE, "made_at", self.made_at)?,
        })
    }
}

/// One by its identity.
pub async fn get(tx: &mut Tx, id: DraftId) -> Result<Option<Draft>> {
    let row = fetch_optional!(
        tx,
        DraftRow,
        "select role, scope, cycle_id, file_name, sha256, bytes, map, made_at from import_drafts where id = $1",
        id.to_string(),
    )?;
    row.map(|row| row.read(id)).transpose()
}

/// Keeps what the columns of one mean.
pub async fn save_map(tx: &mut Tx, id: DraftId, map: &str) -> Result<()> {
    execute!(tx, "update import_drafts set map = $2 where id = $1", id.to_string(), map)?;
    Ok(())
}

/// Forgets those that came before an instant, and says how many they were.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "delete from import_drafts where made_at < $1", before.as_microsecond())
}
