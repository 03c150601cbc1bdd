//! The versions of the schema: the one this program writes, the way up to it, and the refusal of a newer one.
//!
//! A whole upgrade is one transaction on either database, whatever number of migrations it runs: killed at any moment
//! the schema is the old one or the new one. Who starts meanwhile waits for its end, and finds nothing left to do.

use sqlx::migrate::Migrator;

use crate::{Failure, Result, Tx, dialect::fetch_optional, settings};

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// Under which name of the settings stands the version of the program that made the schema what it is.
const MADE_BY: &str = "schema.made_by";

/// The version of this program.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// The version of the schema that this program writes.
pub fn latest() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The version of the schema that is there; 0 when there is none yet.
pub async fn version(tx: &mut Tx) -> Result<i64> {
    let made: Option<(i64,)> = match tx {
        Tx::Sqlite(_) => fetch_optional!(
            tx,
            (i64,),
            "select count(*) from sqlite_master where type = 'table' and name = '_sqlx_migrations'"
        )?,
        Tx::Postgres(_) => fetch_optional!(
            tx,
            (i64,),
            "select count(*) from pg_tables where schemaname = current_schema() and tablename = '_sqlx_migrations'"
        )?,
    };
    if made == Some((0,)) {
        return Ok(0);
    }
    let row: Option<(Option<i64>,)> = fetch_optional!(tx, (Option<i64>,), "select max(version) from _sqlx_migrations")?;
    Ok(row.and_then(|(version,)| version).unwrap_or_default())
}

/// Whether there is something to do before this program may use the schema. A newer schema is refused.
pub(crate) async fn is_behind(tx: &mut Tx, target: i64) -> Result<bool> {
    let found = version(tx).await?;
    if found > latest() {
        let made_by = settings::get(tx, MADE_BY).await?;
        return Err(Failure::NewerSchema { found, known: latest(), made_by, program: PROGRAM });
    }
    Ok(found < target)
}

/// Runs the migrations up to a version and says who did. Nobody else may be upgrading: the caller holds the lock.
pub(crate) async fn upgrade(tx: &mut Tx, target: i64) -> Result<()> {
    migrate(tx, target).await?;
    settings::set(tx, MADE_BY, PROGRAM).await
}

/// Compares the migrations that were run with those this program knows.
pub(crate) async fn validate(tx: &mut Tx) -> Result<()> {
    let there = version(tx).await?;
    migrate(tx, there).await
}

/// `run_direct` and not `run_to`, whose bounds keep the future from being sent to another thread.
async fn migrate(tx: &mut Tx, target: i64) -> Result<()> {
    match tx {
        Tx::Sqlite(connection) => SQLITE.run_direct(Some(target), &mut **connection, false).await?,
        Tx::Postgres(connection) => POSTGRES.run_direct(Some(target), &mut **connection, false).await?,
    }
    Ok(())
}

/// Makes a schema look as if a newer version of this program had made it.
#[cfg(feature = "testing")]
pub async fn pretend(db: &crate::Db, newer: i64, made_by: &str) -> Result<()> {
    let mut tx = db.write().await?;
    crate::dialect::execute!(&mut tx, "update _sqlx_migrations set version = $1 where version = $2", newer, latest())?;
    settings::set(&mut tx, MADE_BY, made_by).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A migration outside a transaction could be cut off in its middle.
    #[test]
    fn every_migration_runs_in_the_transaction() {
        for migration in SQLITE.iter().chain(POSTGRES.iter()) {
            assert!(!migration.no_tx, "{} {}", migration.version, migration.description);
        }
        assert_eq!(POSTGRES.iter().map(|migration| migration.version).max(), Some(latest()));
    }
}
