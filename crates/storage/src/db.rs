//! Opening a database, bringing its schema up to date, and the transactions everything runs in.

use std::{path::Path, time::Duration};

use sqlx::{
    Sqlite, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Failure, Result};

/// How long a writer waits for its turn before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections that only read; WAL lets them read while the one writer writes.
const READERS: u32 = 4;

/// An open database.
#[derive(Debug, Clone)]
pub struct Db {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// A transaction; what is not committed is rolled back.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
}

impl Db {
    /// Opens or makes the SQLite file, asserts that it keeps what it acknowledges, and upgrades it.
    pub async fn open_sqlite(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        assert_durable(&writer).await?;
        sqlx::migrate!("./migrations/sqlite").run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options.create_if_missing(false).pragma("query_only", "on"))
            .await?;
        Ok(Self { writer, readers })
    }

    /// Begins a transaction that may write. There is one writer: the next one waits here.
    pub async fn write(&self) -> Result<Tx> {
        Ok(Tx::Sqlite(self.writer.begin_with("begin immediate").await?))
    }

    /// Begins a transaction that only reads, all of it as of one moment.
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx::Sqlite(self.readers.begin().await?))
    }

    /// Closes every connection, writing the log back into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

impl Tx {
    /// Makes everything done in it durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await.map_err(Failure::from),
        }
    }
}

/// WAL with anything less than FULL loses acknowledged commits at a power cut.
async fn assert_durable(pool: &SqlitePool) -> Result<()> {
    let (journal,): (String,) = sqlx::query_as("pragma journal_mode").fetch_one(pool).await?;
    let (synchronous,): (i64,) = sqlx::query_as("pragma synchronous").fetch_one(pool).await?;
    let unsafe_setting = |setting, needed, found| Err(Failure::Unsafe { setting, needed, found });
    if journal != "wal" {
        return unsafe_setting("journal_mode", "wal", journal);
    }
    if synchronous != 2 {
        return unsafe_setting("synchronous", "full", synchronous.to_string());
    }
    Ok(())
}
