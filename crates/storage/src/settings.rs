//! Single values of an installation, by name.

use crate::{
    Result, Tx,
    dialect::{execute, fetch_optional},
};

/// The value under a name.
pub async fn get(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let row: Option<(String,)> = fetch_optional!(tx, (String,), "select value from settings where name = $1", name)?;
    Ok(row.map(|(value,)| value))
}

/// Writes a value under a name, replacing the one before.
pub async fn set(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    execute!(
        tx,
        "insert into settings (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
        name,
        value,
    )?;
    Ok(())
}
