//! PostgreSQL: a schema of its own in a database on a server, shared by any number of processes.
//!
//! Whatever the server or the network does, a transaction begins or fails within [`ANSWER_TIMEOUT`], and so does each
//! of its statements: a page that fails and the page that says so are there within ten seconds. What the operator does
//! to an installation may [take longer](PostgresTx::lift_limits).

use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use sqlx::{
    Connection as _, Error, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

use super::{Pools, Tx};
use crate::{Failure, Result, schema};

/// Everything lies in this schema of the database.
pub(super) const SCHEMA: &str = "dienhinh";

/// The schema that is filled aside.
pub(super) const ASIDE: &str = "dienhinh_loading";

/// How long a caller waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a caller waits for the answer to a statement. The server gives up earlier ([`LIMITS`]) unless it is
/// frozen or cut off.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(4);

/// How long a connection that comes back to the pool may take to show that it is alive.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(2);

/// A connection that lay unused no longer than this is taken without a question to the server.
const FRESH: Duration = Duration::from_secs(1);

/// What the server does by itself: a wait for a lock ends, a statement ends, and a process that fell silent in the
/// middle of a transaction holds up the writers no longer than this.
const LIMITS: [(&str, &str); 3] =
    [("lock_timeout", "3s"), ("statement_timeout", "3s"), ("idle_in_transaction_session_timeout", "10s")];

/// Statements here are short and walk along indexes, whatever their parameters. The server would plan half of them anew
/// each time, and compile a recursive one first because of what it guesses of it; both take longer than to run it.
const PLANS: [(&str, &str); 2] = [("jit", "off"), ("plan_cache_mode", "force_generic_plan")];

/// Connections that write: one does, the others wait or are on their way back.
const WRITERS: u32 = 4;

/// Connections that only read.
const READERS: u32 = 8;

/// The oldest version that still gets corrections.
const VERSION_MIN: i64 = 140_000;

/// Under this number of the server's advisory locks a schema is made or upgraded.
const UPGRADE_LOCK: i64 = 0x64_69_65_6e_68_69_6e_68;

/// A transaction, and whether its statements end in time.
#[derive(Debug)]
pub struct PostgresTx {
    transaction: Transaction<'static, Postgres>,
    is_limited: bool,
}

impl PostgresTx {
    const fn new(transaction: Transaction<'static, Postgres>) -> Self {
        Self { transaction, is_limited: true }
    }

    /// Lifts [`LIMITS`] and [`ANSWER_TIMEOUT`] for the rest of it.
    pub(super) async fn lift_limits(&mut self) -> Result<()> {
        for (limit, _) in LIMITS {
            run(self, &format!("set local {limit} = 0")).await?;
        }
        self.is_limited = false;
        Ok(())
    }

    /// Whether its statements end in time.
    pub(crate) const fn is_limited(&self) -> bool {
        self.is_limited
    }

    pub(super) async fn commit(self) -> Result<()> {
        in_time(self.is_limited, self.transaction.commit()).await
    }
}

impl Deref for PostgresTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.transaction
    }
}

impl DerefMut for PostgresTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

/// Opens a schema with the tables of a version, making it when it is not there.
pub(super) async fn open(server: &PgConnectOptions, schema: &'static str, version: i64) -> Result<Pools> {
    let server = server.clone().application_name("dienhinh").options([("search_path", schema)]);
    let mut connection = connect(&server).await?;
    assert_durable(&mut connection).await?;
    connection.close().await?;
    let server = server.options(LIMITS).options(PLANS);
    let pool = |connections| {
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .before_acquire(|connection, about| {
                Box::pin(async move {
                    // It showed that it is alive when it came back.
                    if about.idle_for < FRESH {
                        return Ok(true);
                    }
                    timeout(RELEASE_TIMEOUT, connection.ping()).await.map_err(silent)?.map(|()| true)
                })
            })
            .after_release(|connection, _| {
                Box::pin(async { timeout(RELEASE_TIMEOUT, connection.ping()).await.map_err(silent)?.map(|()| true) })
            })
            .connect_lazy_with(server.clone())
    };
    let (writers, readers) = (pool(WRITERS), pool(READERS));
    bring_up_to(&writers, schema, version).await?;
    Ok(Pools::Postgres { writers, readers })
}

/// Makes and upgrades the schema in one transaction. Whoever starts meanwhile waits at the lock, and finds it done.
async fn bring_up_to(writers: &PgPool, schema: &str, version: i64) -> Result<()> {
    let mut tx = Tx::Postgres(PostgresTx::new(answered(writers.begin()).await?));
    if !schema::is_behind(&mut tx, version).await? {
        return schema::validate(&mut tx).await;
    }
    drop(tx);
    let mut transaction = PostgresTx::new(answered(writers.begin()).await?);
    transaction.lift_limits().await?;
    sqlx::query("select pg_advisory_xact_lock($1)").bind(UPGRADE_LOCK).execute(&mut *transaction).await?;
    if !has_schema(&mut transaction, schema).await? {
        run(&mut transaction, &format!("create schema {schema}")).await?;
    }
    let mut tx = Tx::Postgres(transaction);
    if schema::is_behind(&mut tx, version).await? {
        schema::upgrade(&mut tx, version).await?;
    }
    tx.commit().await
}

async fn connect(server: &PgConnectOptions) -> Result<PgConnection> {
    answered(PgConnection::connect_with(server)).await
}

/// A server that is set otherwise loses acknowledged commits at a crash or a power cut, or cannot hold Vietnamese.
async fn assert_durable(connection: &mut PgConnection) -> Result<()> {
    for (setting, allowed, needed) in [
        ("fsync", &["on"][..], "on"),
        ("full_page_writes", &["on"], "on"),
        ("synchronous_commit", &["on", "remote_apply"], "on"),
        ("server_encoding", &["UTF8"], "UTF8"),
    ] {
        let found = current_setting(connection, setting).await?;
        if !allowed.contains(&found.as_str()) {
            return Err(Failure::Setting { setting, needed, found });
        }
    }
    let version = current_setting(connection, "server_version_num").await?;
    if version.parse().is_ok_and(|version: i64| version >= VERSION_MIN) {
        return Ok(());
    }
    let found = current_setting(connection, "server_version").await?;
    Err(Failure::Setting { setting: "server_version", needed: "14", found })
}

async fn current_setting(connection: &mut PgConnection, name: &str) -> Result<String> {
    let row = sqlx::query_as("select current_setting($1)").bind(name).fetch_one(connection);
    answered(row).await.map(|(value,): (String,)| value)
}

async fn has_schema(connection: &mut PgConnection, schema: &str) -> Result<bool> {
    let row = sqlx::query_as("select to_regnamespace($1) is not null").bind(schema).fetch_one(connection);
    answered(row).await.map(|(there,): (bool,)| there)
}

/// Runs statements on schemas, whose names cannot be parameters.
async fn run(connection: &mut PgConnection, statements: &str) -> Result<()> {
    answered(sqlx::raw_sql(sqlx::AssertSqlSafe(statements)).execute(connection)).await.map(|_| ())
}

/// Whether the schema is there.
pub(super) async fn exists(server: &PgConnectOptions) -> Result<bool> {
    let mut connection = connect(server).await?;
    has_schema(&mut connection, SCHEMA).await
}

/// Opens an empty schema beside the one that is meant.
pub(super) async fn open_aside(server: &PgConnectOptions, version: i64) -> Result<Pools> {
    let mut connection = connect(server).await?;
    run(&mut connection, &format!("drop schema if exists {ASIDE} cascade")).await?;
    connection.close().await?;
    open(server, ASIDE, version).await
}

/// Renames the schema that was filled aside.
pub(super) async fn put_in_place(server: &PgConnectOptions) -> Result<()> {
    let mut connection = connect(server).await?;
    run(&mut connection, &format!("alter schema {ASIDE} rename to {SCHEMA}")).await
}

/// Begins a transaction that may write, when no other one does.
///
/// Every action appends to one chain, so that two at once would always overtake each other. They take turns as on
/// SQLite instead. The lock comes first: with it the transaction sees everything the one before left. Any table
/// would do; this one is so small that no vacuum ever waits for it.
pub(super) async fn write(writers: &PgPool) -> Result<PostgresTx> {
    answered(async {
        let mut transaction = begin(writers, "begin isolation level serializable").await?;
        sqlx::query("lock table settings in share row exclusive mode").execute(&mut *transaction).await?;
        Ok(PostgresTx::new(transaction))
    })
    .await
}

/// Begins a transaction that only reads.
pub(super) async fn read(readers: &PgPool) -> Result<PostgresTx> {
    answered(begin(readers, "begin isolation level repeatable read, read only")).await.map(PostgresTx::new)
}

/// Begins a transaction, on another connection where the one at hand was ended since it came back.
async fn begin(pool: &PgPool, statement: &'static str) -> std::result::Result<Transaction<'static, Postgres>, Error> {
    let mut others = pool.size();
    loop {
        match pool.begin_with(statement).await {
            Err(error) if others > 0 && is_gone(&error) => others -= 1,
            begun => return begun,
        }
    }
}

/// Whether the server, or the way to it, ended the connection.
fn is_gone(error: &Error) -> bool {
    match error {
        Error::Io(_) => true,
        Error::Database(told) => told.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}

/// Waits for the answer to a statement of a transaction.
pub(crate) async fn in_time<T>(
    is_limited: bool,
    answer: impl Future<Output = std::result::Result<T, Error>>,
) -> Result<T> {
    if is_limited { answered(answer).await } else { Ok(answer.await?) }
}

/// Waits for an answer, but not for ever.
async fn answered<T>(answer: impl Future<Output = std::result::Result<T, Error>>) -> Result<T> {
    Ok(timeout(ANSWER_TIMEOUT, answer).await.map_err(silent)??)
}

fn silent(_: tokio::time::error::Elapsed) -> Error {
    Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "the server does not answer"))
}
