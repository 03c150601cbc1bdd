//! Opening a database, bringing its schema up to date, and the transactions everything runs in.

mod postgres;
mod sqlite;

use sqlx::{PgPool, Sqlite, SqlitePool};

pub use self::postgres::PostgresTx;
pub(crate) use self::postgres::in_time;
use crate::{DatabaseUrl, Failure, Result, schema};

/// An open database.
#[derive(Debug, Clone)]
pub struct Db(Pools);

/// Connections that write and connections that only read, so that neither can use up the other's.
#[derive(Debug, Clone)]
enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres { writers: PgPool, readers: PgPool },
}

/// A transaction; what is not committed is rolled back.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(PostgresTx),
}

impl Db {
    /// Opens the database, making it when it is not there, asserts that it keeps what it acknowledges, and
    /// upgrades it.
    pub async fn open(url: &DatabaseUrl) -> Result<Self> {
        Self::open_at(url, schema::latest()).await
    }

    /// Opens a database and upgrades it no further than to a version of the schema.
    async fn open_at(url: &DatabaseUrl, version: i64) -> Result<Self> {
        match url {
            DatabaseUrl::Sqlite(file) => sqlite::open(file, version).await,
            DatabaseUrl::Postgres(server) => postgres::open(server, postgres::SCHEMA, version).await,
        }
        .map(Self)
    }

    /// Opens a database as an earlier version of this program left it, to try the way from there.
    #[cfg(feature = "testing")]
    pub async fn open_as_of(url: &DatabaseUrl, version: i64) -> Result<Self> {
        Self::open_at(url, version).await
    }

    /// Whether there is something to open.
    pub async fn exists(url: &DatabaseUrl) -> Result<bool> {
        match url {
            DatabaseUrl::Sqlite(file) => Ok(file.exists()),
            DatabaseUrl::Postgres(server) => postgres::exists(server).await,
        }
    }

    /// Opens an empty database aside, to be filled and then [put in place](Self::put_in_place). What an earlier
    /// attempt left there is removed.
    pub async fn open_aside(url: &DatabaseUrl) -> Result<Self> {
        Self::open_aside_at(url, schema::latest()).await
    }

    /// [`open_aside`](Self::open_aside) with an earlier version of the schema.
    pub async fn open_aside_at(url: &DatabaseUrl, version: i64) -> Result<Self> {
        match url {
            DatabaseUrl::Sqlite(file) => sqlite::open_aside(file, version).await,
            DatabaseUrl::Postgres(server) => postgres::open_aside(server, version).await,
        }
        .map(Self)
    }

    /// Closes a database that was opened aside with an earlier version, upgrades it, and opens it again.
    pub async fn upgrade_aside(self, url: &DatabaseUrl) -> Result<Self> {
        self.close().await;
        match url {
            DatabaseUrl::Sqlite(file) => sqlite::open(&sqlite::aside(file), schema::latest()).await,
            DatabaseUrl::Postgres(server) => postgres::open(server, postgres::ASIDE, schema::latest()).await,
        }
        .map(Self)
    }

    /// Closes a database that was opened aside and puts it in place in one step: killed at any moment, there is the
    /// whole of it or none.
    pub async fn put_in_place(self, url: &DatabaseUrl) -> Result<()> {
        self.close().await;
        match url {
            DatabaseUrl::Sqlite(file) => sqlite::put_in_place(file),
            DatabaseUrl::Postgres(server) => postgres::put_in_place(server).await,
        }
    }

    /// Begins a transaction that may write. There is one writer, over every server of the installation: the next one
    /// waits here.
    pub async fn write(&self) -> Result<Tx> {
        match &self.0 {
            Pools::Sqlite { writer, .. } => Ok(Tx::Sqlite(writer.begin_with("begin immediate").await?)),
            Pools::Postgres { writers, .. } => Ok(Tx::Postgres(postgres::write(writers).await?)),
        }
    }

    /// Begins a transaction that only reads, all of it as of one moment.
    pub async fn read(&self) -> Result<Tx> {
        match &self.0 {
            Pools::Sqlite { readers, .. } => Ok(Tx::Sqlite(readers.begin().await?)),
            Pools::Postgres { readers, .. } => Ok(Tx::Postgres(postgres::read(readers).await?)),
        }
    }

    /// [`read`](Self::read) for as long as it takes: nothing ends it but its end.
    pub async fn snapshot(&self) -> Result<Tx> {
        let mut tx = self.read().await?;
        if let Tx::Postgres(connection) = &mut tx {
            connection.lift_limits().await?;
        }
        Ok(tx)
    }

    /// [`write`](Self::write) for as long as it takes: by the operator, while nobody else needs to write.
    pub async fn write_long(&self) -> Result<Tx> {
        let mut tx = self.write().await?;
        if let Tx::Postgres(connection) = &mut tx {
            connection.lift_limits().await?;
        }
        Ok(tx)
    }

    /// Lets PostgreSQL look at what lies in its tables, so that it plans well right after a large load. SQLite plans
    /// better without: where it knows that a table is large, it reads all of it before it walks along its index.
    pub async fn analyze(&self) -> Result<()> {
        if let Pools::Sqlite { .. } = &self.0 {
            return Ok(());
        }
        let mut tx = self.write_long().await?;
        crate::dialect::execute!(&mut tx, "analyze")?;
        tx.commit().await
    }

    /// What kind of database it is.
    pub fn kind(&self) -> &'static str {
        match &self.0 {
            Pools::Sqlite { .. } => "SQLite",
            Pools::Postgres { .. } => "PostgreSQL",
        }
    }

    /// What was asserted when it was opened.
    pub fn durability(&self) -> &'static str {
        match &self.0 {
            Pools::Sqlite { .. } => "SQLite: WAL, synchronous=FULL",
            Pools::Postgres { .. } => "PostgreSQL: fsync, synchronous_commit, full_page_writes",
        }
    }

    /// Closes every connection; on SQLite this writes the log back into the file.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres { writers, readers } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }
}

impl Tx {
    /// Makes everything done in it durable.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await.map_err(Failure::from),
            Self::Postgres(transaction) => transaction.commit().await,
        }
    }
}
