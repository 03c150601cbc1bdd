//! Attempts to sign in, each under the keys of what was guessed at and from where.

use jiff::Timestamp;

use crate::{
    Result, Tx,
    dialect::{execute, fetch_optional},
};

/// Notes an attempt under a key.
pub async fn insert(tx: &mut Tx, id: &str, key: &str, at: Timestamp) -> Result<()> {
    execute!(tx, "insert into access_attempts (id, key, at) values ($1, $2, $3)", id, key, at.as_microsecond())?;
    Ok(())
}

/// When the latest attempt but `most - 1` was made under a key; none when there were fewer than `most` since an instant.
pub async fn nth_latest(tx: &mut Tx, key: &str, most: i64, since: Timestamp) -> Result<Option<Timestamp>> {
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "select at from access_attempts where key = $1 and at > $2 order by at desc limit 1 offset $3",
        key,
        since.as_microsecond(),
        most - 1,
    )?;
    row.map(|(at,)| crate::dialect::instant("access_attempts", "at", at)).transpose()
}

/// Takes an attempt out again, because it succeeded.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    execute!(tx, "delete from access_attempts where id = $1", id)?;
    Ok(())
}

/// Forgets those that were made before an instant.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "delete from access_attempts where at < $1", before.as_microsecond())
}
