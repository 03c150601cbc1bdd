//! SQLite: one file, one writer, several readers.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    Connection as _, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Pools, Tx};
use crate::{Failure, Result, schema};

/// How long a writer waits for its turn before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections that only read; WAL lets them read while the one writer writes.
const READERS: u32 = 4;

/// How often a start that finds an upgrade under way waits for [`BUSY_TIMEOUT`] before it fails.
const UPGRADE_WAITS: u32 = 60;

/// Opens or makes the file, with the schema of a version.
pub(super) async fn open(file: &Path, version: i64) -> Result<Pools> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT);
    let pool = || {
        SqlitePoolOptions::new()
            .acquire_timeout(BUSY_TIMEOUT)
            // A file on this machine needs no fresh connections now and then. With the last one SQLite takes its log
            // away, and on a full disk there may be no room to make it again.
            .idle_timeout(None)
            .max_lifetime(None)
            .after_release(|connection, _| Box::pin(has_no_transaction(connection)))
    };
    let writer = pool().max_connections(1).connect_with(options.clone()).await?;
    assert_durable(&writer).await?;
    bring_up_to(&writer, version).await?;
    let readers = pool()
        .max_connections(READERS)
        .connect_with(options.create_if_missing(false).pragma("query_only", "on"))
        .await?;
    Ok(Pools::Sqlite { writer, readers })
}

/// Upgrades the schema in one transaction. It is begun before anything is looked at, so that of two that start at once
/// the second finds the work of the first.
async fn bring_up_to(writer: &SqlitePool, version: i64) -> Result<()> {
    let mut tx = Tx::Sqlite(writer.begin().await?);
    if !schema::is_behind(&mut tx, version).await? {
        return schema::validate(&mut tx).await;
    }
    drop(tx);
    let mut waits = 0;
    let mut tx = loop {
        match writer.begin_with("begin immediate").await.map_err(Failure::from) {
            Ok(transaction) => break Tx::Sqlite(transaction),
            Err(failure) if failure.is_unavailable() && waits < UPGRADE_WAITS => waits += 1,
            Err(failure) => return Err(failure),
        }
    };
    if schema::is_behind(&mut tx, version).await? {
        schema::upgrade(&mut tx, version).await?;
    }
    tx.commit().await
}

/// Whether a connection that comes back may be used again. On a full or failing disk SQLite ends a transaction by
/// itself, the rollback then has nothing to do and fails, and sqlx counts that transaction for ever: no other one could
/// begin on this connection.
async fn has_no_transaction(connection: &mut SqliteConnection) -> std::result::Result<bool, sqlx::Error> {
    // The rollback stands in a queue; an answer shows that it is through.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// WAL with anything less than FULL loses acknowledged commits at a power cut.
async fn assert_durable(pool: &SqlitePool) -> Result<()> {
    let (journal,): (String,) = sqlx::query_as("pragma journal_mode").fetch_one(pool).await?;
    let (synchronous,): (i64,) = sqlx::query_as("pragma synchronous").fetch_one(pool).await?;
    let unfit = |setting, needed, found| Err(Failure::Setting { setting, needed, found });
    if journal != "wal" {
        return unfit("journal_mode", "wal", journal);
    }
    if synchronous != 2 {
        return unfit("synchronous", "full", synchronous.to_string());
    }
    Ok(())
}

/// Opens an empty file beside the one that is meant.
pub(super) async fn open_aside(file: &Path, version: i64) -> Result<Pools> {
    for ending in ["", "-wal", "-shm"] {
        match fs::remove_file(with_ending(&aside(file), ending)) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => return Err(cause.into()),
            _ => {}
        }
    }
    open(&aside(file), version).await
}

/// Renames the file that was filled aside.
pub(super) fn put_in_place(file: &Path) -> Result<()> {
    fs::rename(aside(file), file)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(fs::File::open(folder)?.sync_all()?)
}

pub(super) fn aside(file: &Path) -> PathBuf {
    with_ending(file, ".loading")
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
