//! The world broke: the database cannot be reached, is full, or holds something that cannot be read.

/// A failure of storage, with its cause.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database refused or could not be reached.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database could not be upgraded: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The file of the database could not be moved or removed.
    #[error("the file of the database could not be put in place: {0}")]
    File(#[from] std::io::Error),
    /// The database is set up so that it may lose or change what it stores.
    #[error(
        "{setting} = {found}, cần {needed} để dữ liệu đã lưu không bị mất hoặc bị đổi; sửa cấu hình của máy chủ cơ sở \
         dữ liệu / {setting} = {found}; {needed} is needed so that nothing stored is lost or changed: change the \
         configuration of the database server"
    )]
    Setting {
        /// The setting.
        setting: &'static str,
        /// What it must be.
        needed: &'static str,
        /// What it is.
        found: String,
    },
    /// The schema was made by a newer version of this program.
    #[error(
        "cấu trúc dữ liệu phiên bản {found} do dienhinh {} tạo; đây là dienhinh {program}, chỉ biết đến phiên bản \
         {known}; hãy dùng dienhinh mới hơn / schema {found} was made by dienhinh {}; this is dienhinh {program}, which \
         knows up to {known}; use a newer dienhinh", made_by.as_deref().unwrap_or("mới hơn"),
        made_by.as_deref().unwrap_or("of a newer version")
    )]
    NewerSchema {
        /// The version of the schema.
        found: i64,
        /// The newest that this program knows.
        known: i64,
        /// The version of the program that made it, when it said so.
        made_by: Option<String>,
        /// The version of this program.
        program: &'static str,
    },
    /// A value or a column is of a kind that no table of the schema has.
    #[error("table {table}, column {column}: {found} is neither a whole number nor a text that belongs there")]
    Foreign {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// What was found.
        found: String,
    },
    /// A stored value is not what this version writes.
    #[error("table {table} holds an unreadable {column}: {value:?}")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What was found.
        value: String,
    },
}

/// PostgreSQL: `serialization_failure` and `deadlock_detected`.
const OVERTAKEN: [&str; 2] = ["40001", "40P01"];

/// PostgreSQL: `lock_not_available`, `query_canceled`, `idle_in_transaction_session_timeout`,
/// `too_many_connections`, `admin_shutdown`, `crash_shutdown`, `cannot_connect_now`. SQLite: `SQLITE_BUSY`.
const UNAVAILABLE: [&str; 8] = ["55P03", "57014", "25P03", "53300", "57P01", "57P02", "57P03", "5"];

/// PostgreSQL: `disk_full`. SQLite: `SQLITE_FULL`, and `SQLITE_IOERR_SHMSIZE`, where its index of the log cannot grow.
const FULL: [&str; 3] = ["53100", "13", "4874"];

/// PostgreSQL: `read_only_sql_transaction`, which a server says that only follows another one.
const READ_ONLY: &str = "25006";

/// SQLite: the kinds `SQLITE_READONLY`, `SQLITE_IOERR`, `SQLITE_CANTOPEN`. A disk that is set to read-only or fails
/// while the server runs shows itself as any of them.
const UNWRITABLE_KINDS: [i32; 3] = [8, 10, 14];

impl Failure {
    /// Whether the disk is full.
    pub fn is_full(&self) -> bool {
        self.has_code(&FULL)
    }

    /// Whether the disk does not take what is written, for another reason than being full.
    pub fn is_read_only(&self) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        let Some(code) = error.code() else { return false };
        if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_none() {
            return code == READ_ONLY;
        }
        // An extended code keeps its kind in the lowest byte.
        let kind = code.parse::<i32>().map(|code| code & 0xff);
        kind.is_ok_and(|kind| UNWRITABLE_KINDS.contains(&kind)) && !FULL.contains(&code.as_ref())
    }

    /// Whether another transaction came between. Nothing of this one was kept; run again as a whole it may succeed.
    pub fn is_serialization_failure(&self) -> bool {
        self.has_code(&OVERTAKEN)
    }

    /// Whether the database cannot be reached or is busy, so that it may do the same later.
    pub fn is_unavailable(&self) -> bool {
        let unreachable = matches!(self, Self::Database(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut));
        unreachable || self.has_code(&UNAVAILABLE)
    }

    fn has_code(&self, codes: &[&str]) -> bool {
        let Self::Database(sqlx::Error::Database(error)) = self else { return false };
        error.code().is_some_and(|code| codes.contains(&code.as_ref()))
    }
}
