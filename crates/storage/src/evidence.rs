//! What is known of each proof. The bytes lie in the evidence store, named by their hash.

use dienhinh_domain::{
    evidence::Evidence,
    ids::{CycleId, DossierId, EvidenceId},
};
use jiff::Timestamp;

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, instant, parse, parse_optional, read},
    rows::{Rows, stream},
};

const TABLE: &str = "evidence";

#[derive(sqlx::FromRow)]
struct EvidenceRow {
    id: String,
    dossier_id: String,
    criterion: String,
    sha256: String,
    file_name: String,
    media: String,
    bytes: i64,
    effective_on: Option<String>,
    pointer: String,
    uploaded_at: i64,
}

impl EvidenceRow {
    fn read(self) -> Result<Evidence> {
        Ok(Evidence {
            id: parse(TABLE, "id", &self.id)?,
            dossier: parse(TABLE, "dossier_id", &self.dossier_id)?,
            bytes: read(TABLE, "bytes", &self.bytes.to_string(), u64::try_from(self.bytes).ok())?,
            effective_on: parse_optional(TABLE, "effective_on", self.effective_on.as_deref())?,
            uploaded_at: instant(TABLE, "uploaded_at", self.uploaded_at)?,
            criterion: self.criterion,
            sha256: self.sha256,
            file_name: self.file_name,
            media: self.media,
            pointer: self.pointer,
        })
    }
}

/// Adds a proof whose bytes are already durable in the store.
pub async fn insert(tx: &mut Tx, evidence: &Evidence) -> Result<()> {
    execute!(
        tx,
        "insert into evidence
           (id, dossier_id, criterion, sha256, file_name, media, bytes, effective_on, pointer, uploaded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        evidence.id.to_string(),
        evidence.dossier.to_string(),
        &evidence.criterion,
        &evidence.sha256,
        &evidence.file_name,
        &evidence.media,
        i64::try_from(evidence.bytes).unwrap_or(i64::MAX),
        evidence.effective_on.map(|day| day.to_string()),
        &evidence.pointer,
        evidence.uploaded_at.as_microsecond(),
    )?;
    Ok(())
}

/// A proof that was not taken off.
pub async fn get(tx: &mut Tx, id: EvidenceId) -> Result<Option<Evidence>> {
    let row = fetch_optional!(
        tx,
        EvidenceRow,
        "select id, dossier_id, criterion, sha256, file_name, media, bytes, effective_on, pointer, uploaded_at
         from evidence where id = $1 and removed_at is null",
        id.to_string(),
    )?;
    row.map(EvidenceRow::read).transpose()
}

/// The proofs of a dossier, in the order they came.
pub async fn of_dossier(tx: &mut Tx, dossier: DossierId) -> Result<Vec<Evidence>> {
    let rows = fetch_all!(
        tx,
        EvidenceRow,
        "select id, dossier_id, criterion, sha256, file_name, media, bytes, effective_on, pointer, uploaded_at
         from evidence where dossier_id = $1 and removed_at is null order by uploaded_at, id",
        dossier.to_string(),
    )?;
    rows.into_iter().map(EvidenceRow::read).collect()
}

/// The hash of every file that a row names, and how many bytes it has; each once, in the order of the hashes. Files of
/// proofs that were taken off are among them.
pub fn files(tx: &mut Tx) -> Rows<'_> {
    stream(tx, "select distinct sha256, bytes from evidence order by sha256".to_owned(), vec![false, true])
}

/// The dossiers and criteria of a cycle that have at least one proof.
pub async fn proven_in_cycle(tx: &mut Tx, cycle: CycleId) -> Result<Vec<(DossierId, String)>> {
    let rows: Vec<(String, String)> = fetch_all!(
        tx,
        (String, String),
        "select distinct e.dossier_id, e.criterion from dossiers d join evidence e on e.dossier_id = d.id
         where d.cycle_id = $1 and e.removed_at is null",
        cycle.to_string(),
    )?;
    rows.into_iter().map(|(dossier, criterion)| Ok((parse(TABLE, "dossier_id", &dossier)?, criterion))).collect()
}

/// Takes a proof off; the row and the bytes stay for the record. False when it was off already.
pub async fn remove(tx: &mut Tx, id: EvidenceId, at: Timestamp) -> Result<bool> {
    let rows = execute!(
        tx,
        "update evidence set removed_at = $2 where id = $1 and removed_at is null",
        id.to_string(),
        at.as_microsecond(),
    )?;
    Ok(rows > 0)
}
