//! A database of its own for each test.

use dienhinh_storage::Db;

/// A fresh database in a folder that goes away with the value.
pub struct Fresh {
    /// The database.
    pub db: Db,
    /// Its folder.
    pub folder: tempfile::TempDir,
}

/// Opens a fresh SQLite database.
///
/// # Panics
///
/// When the machine gives no temporary folder or the schema does not apply.
pub async fn fresh() -> Fresh {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let db = Db::open_sqlite(&folder.path().join("dienhinh.sqlite")).await.expect("a fresh database");
    Fresh { db, folder }
}
