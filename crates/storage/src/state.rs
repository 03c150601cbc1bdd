//! All that is stored as text, the same on both databases when they hold the same.

use sqlx::{AssertSqlSafe, Row as _};

use crate::{Result, Tx};

/// Gives the first column of every row as text.
macro_rules! texts {
    ($connection:expr, $sql:expr) => {
        sqlx::query_as($sql).fetch_all(&mut **$connection).await?.into_iter().map(|(name,): (String,)| name).collect()
    };
}

/// Gives every row of a table as one line; a column is a whole number, a text or null.
macro_rules! lines {
    ($connection:expr, $table:expr) => {{
        let rows =
            sqlx::query(AssertSqlSafe(format!("select * from {}", $table))).fetch_all(&mut **$connection).await?;
        let mut lines = Vec::new();
        for row in rows {
            let value = |column| match row.try_get::<Option<i64>, _>(column) {
                Ok(number) => Ok(format!("{number:?}")),
                Err(_) => row.try_get::<Option<String>, _>(column).map(|text| format!("{text:?}")),
            };
            let values = (0..row.len()).map(value).collect::<std::result::Result<Vec<_>, _>>()?;
            lines.push(format!("{} {}", $table, values.join(" ")));
        }
        lines
    }};
}

/// One line for each row of every table, with the table's name, in order.
pub async fn lines(tx: &mut Tx) -> Result<Vec<String>> {
    let tables: Vec<String> = match tx {
        Tx::Sqlite(connection) => texts!(connection, "select name from sqlite_master where type = 'table'"),
        Tx::Postgres(connection) => {
            texts!(connection, "select tablename::text from pg_tables where schemaname = current_schema()")
        }
    };
    let mut all: Vec<String> = Vec::new();
    for table in tables.iter().filter(|table| !table.starts_with("_sqlx") && !table.starts_with("sqlite_")) {
        all.extend(match tx {
            Tx::Sqlite(connection) => lines!(connection, table),
            Tx::Postgres(connection) => lines!(connection, table),
        });
    }
    all.sort();
    Ok(all)
}
