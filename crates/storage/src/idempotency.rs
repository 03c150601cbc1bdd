//! What actions came to, by the key their request bore. A request that comes again finds it here.

use jiff::Timestamp;

use crate::{
    Result, Tx,
    dialect::{execute, fetch_optional},
};

/// What an action came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// SHA-256 of the request, as hex digits.
    pub asked: String,
    /// JSON.
    pub outcome: String,
}

/// Keeps what an action of somebody came to. Called once for a key, in the transaction of the action.
pub async fn insert(tx: &mut Tx, actor: &str, key: &str, kept: &Kept, at: Timestamp) -> Result<()> {
    execute!(
        tx,
        "insert into idempotency_keys (actor, key, asked, outcome, at) values ($1, $2, $3, $4, $5)",
        actor,
        key,
        &kept.asked,
        &kept.outcome,
        at.as_microsecond(),
    )?;
    Ok(())
}

/// What came of the action of somebody under a key.
pub async fn get(tx: &mut Tx, actor: &str, key: &str) -> Result<Option<Kept>> {
    let row: Option<(String, String)> = fetch_optional!(
        tx,
        (String, String),
        "select asked, outcome from idempotency_keys where actor = $1 and key = $2",
        actor,
        key,
    )?;
    Ok(row.map(|(asked, outcome)| Kept { asked, outcome }))
}

/// Forgets what was kept before an instant, and says how much it was.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "delete from idempotency_keys where at < $1", before.as_microsecond())
}
