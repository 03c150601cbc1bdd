//! All that is stored as text, the same on both databases when they hold the same.

use serde_json::Value;

use crate::{Result, Tx, rows};

/// One line for each row of every table, with the table's name, in order.
pub async fn lines(tx: &mut Tx) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for table in rows::tables(tx).await? {
        let mut found = rows::read(tx, &table);
        while let Some(row) = found.next().await? {
            all.push(format!("{} {}", table.name, Value::from(row)));
        }
    }
    all.sort();
    Ok(all)
}
