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
    /// The database does not keep what it acknowledges.
    #[error("the database is set to {found} for {setting}; {needed} is needed so that nothing acknowledged is lost")]
    Unsafe {
        /// The setting.
        setting: &'static str,
        /// What it must be.
        needed: &'static str,
        /// What it is.
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
