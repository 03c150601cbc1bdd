//! All that is stored as text, the same on both databases when they hold the same.

use serde_json::Value;

use crate::{Result, Tx, rows};

/// One line for each row of every table, with the table's name, in order.
pub async fn lines(tx: &mut Tx) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for table in rows::tables(tx).await? {
        let mut found = rows::read(tx, &table);
        while let Some(row) = found.next().await? {
            let values: Vec<String> = row.iter().map(text).collect();
            all.push(format!("{} {}", table.name, values.join(" ")));
        }
    }
    all.sort();
    Ok(all)
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::String(text) => format!("Some({text:?})"),
        number => format!("Some({number})"),
    }
}
