//! What is known of each proof. The bytes lie in the evidence store, named by their hash.

use dienhinh_domain::{
    evidence::Evidence,
    ids::{CycleId, DossierId, EvidenceId},
};
use jiff::Timestamp;

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, instant, one_of, parse, parse_optional, read, together},
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
    of_dossiers(tx, std::iter::once(dossier)).await
}

/// The proofs of some dossiers, in the order they came. Callers bound their number.
pub async fn of_dossiers(tx: &mut Tx, ids: impl Iterator<Item = DossierId>) -> Result<Vec<Evidence>> {
    let sql = format!(
        "select id, dossier_id, criterion, sha256, file_name, media, bytes, effective_on, pointer, uploaded_at
         from evidence where dossier_id {} and removed_at is null order by uploaded_at, id",
        one_of(tx, "$1"),
    );
    let rows = fetch_all!(tx, EvidenceRow, sqlx::AssertSqlSafe(sql.as_str()), together(ids))?;
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

/// What a store must hold for one proof, also for one that was taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// SHA-256 of the content.
    pub sha256: String,
    /// The proof.
    pub id: EvidenceId,
    /// The dossier it belongs to.
    pub dossier: DossierId,
    /// The criterion it proves.
    pub criterion: String,
    /// What the file is called.
    pub file_name: String,
    /// How long the content is.
    pub bytes: u64,
}

#[derive(sqlx::FromRow)]
struct NamedRow {
    sha256: String,
    id: String,
    dossier_id: String,
    criterion: String,
    file_name: String,
    bytes: i64,
}

impl NamedRow {
    fn read(self) -> Result<Named> {
        Ok(Named {
            id: parse(TABLE, "id", &self.id)?,
            dossier: parse(TABLE, "dossier_id", &self.dossier_id)?,
            bytes: read(TABLE, "bytes", &self.bytes.to_string(), u64::try_from(self.bytes).ok())?,
            sha256: self.sha256,
            criterion: self.criterion,
            file_name: self.file_name,
        })
    }
}

/// Everything that rows name, in the order of its hashes, after the one that was last.
pub async fn named(tx: &mut Tx, after: Option<&Named>, limit: i64) -> Result<Vec<Named>> {
    let (sha256, id) = after.map(|last| (last.sha256.clone(), last.id.to_string())).unwrap_or_default();
    let rows = fetch_all!(
        tx,
        NamedRow,
        "select sha256, id, dossier_id, criterion, file_name, bytes from evidence
         where (sha256, id) > ($1, $2) order by sha256, id limit $3",
        sha256,
        id,
        limit,
    )?;
    rows.into_iter().map(NamedRow::read).collect()
}

/// Whether a row names this content: a proof, also one that was taken off, or a spreadsheet that is being taken in.
pub async fn is_named(tx: &mut Tx, sha256: &str) -> Result<bool> {
    let row = fetch_optional!(
        tx,
        (String,),
        "select id from evidence where sha256 = $1 union all select id from import_drafts where sha256 = $1 limit 1",
        sha256,
    )?;
    Ok(row.is_some())
}

/// The hashes that rows name, from one text up to another.
pub async fn hashes(tx: &mut Tx, from: &str, until: &str) -> Result<Vec<String>> {
    let rows = fetch_all!(
        tx,
        (String,),
        "select sha256 from evidence where sha256 >= $1 and sha256 < $2
         union select sha256 from import_drafts where sha256 >= $1 and sha256 < $2",
        from,
        until
    )?;
    Ok(rows.into_iter().map(|(sha256,)| sha256).collect())
}

/// The dossier, criterion and length of what was received under an id, also when it was taken off since.
pub async fn received(tx: &mut Tx, id: EvidenceId) -> Result<Option<(DossierId, String, u64)>> {
    let row = fetch_optional!(
        tx,
        (String, String, i64),
        "select dossier_id, criterion, bytes from evidence where id = $1",
        id.to_string(),
    )?;
    row.map(|(dossier, criterion, bytes)| {
        let length = read(TABLE, "bytes", &bytes.to_string(), u64::try_from(bytes).ok())?;
        Ok((parse(TABLE, "dossier_id", &dossier)?, criterion, length))
    })
    .transpose()
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
