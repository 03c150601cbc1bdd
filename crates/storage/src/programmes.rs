//! The criteria sets an installation uses, kept as the text of their packs.

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all},
};

/// A criteria set as it was installed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredSet {
    /// Code of the set.
    pub code: String,
    /// Version of the set.
    pub version: String,
    /// The pack's text.
    pub pack: String,
    /// SHA-256 of the text.
    pub sha256: String,
}

/// Installs a version of a set. A version that is there already is left as it is: published versions
/// are succeeded, never edited.
pub async fn install(tx: &mut Tx, set: &StoredSet) -> Result<()> {
    execute!(
        tx,
        "insert into criteria_sets (code, version, pack, sha256) values ($1, $2, $3, $4)
         on conflict (code, version) do nothing",
        &set.code,
        &set.version,
        &set.pack,
        &set.sha256,
    )?;
    Ok(())
}

/// Every installed set and version.
pub async fn all(tx: &mut Tx) -> Result<Vec<StoredSet>> {
    fetch_all!(tx, StoredSet, "select code, version, pack, sha256 from criteria_sets order by code, version")
}
