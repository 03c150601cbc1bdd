//! One statement text for every database, run through the [`Tx`](crate::Tx) at hand.
//!
//! The portable subset: `$1` parameters; ids as text; instants as 64-bit microseconds; days as ISO
//! text; JSON as text; booleans as 0 and 1; `on conflict … do update … returning`; common table
//! expressions; window functions; `nulls last` wherever what is ordered may be null. Never: `now()`,
//! arrays, `ilike`, casts — arithmetic belongs to the engine and folding of names to the domain.
//! `sum()` neither: of `bigint` it is `numeric` on PostgreSQL. `lower()` lowers ASCII letters only,
//! on both. Types in the schema: `text`, on PostgreSQL with `collate "C"`, and `bigint`.
//!
//! A statement that fails ends its transaction on PostgreSQL: nothing may follow it.

/// Runs a statement and gives the number of rows it touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Sqlite(connection) => sqlx::query($sql)
                $(.bind($bind))*
                .execute(&mut **connection)
                .await
                .map(|done| done.rows_affected())
                .map_err($crate::Failure::from),
            $crate::db::Tx::Postgres(connection) => {
                $crate::db::answered(sqlx::query($sql)$(.bind($bind))*.execute(&mut **connection))
                    .await
                    .map(|done| done.rows_affected())
            }
        }
    };
}

/// Gives the only row, or none.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Sqlite(connection) => sqlx::query_as::<_, $row>($sql)
                $(.bind($bind))*
                .fetch_optional(&mut **connection)
                .await
                .map_err($crate::Failure::from),
            $crate::db::Tx::Postgres(connection) => {
                $crate::db::answered(sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **connection)).await
            }
        }
    };
}

/// Gives every row. Callers bound the number by a key or a limit.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Sqlite(connection) => sqlx::query_as::<_, $row>($sql)
                $(.bind($bind))*
                .fetch_all(&mut **connection)
                .await
                .map_err($crate::Failure::from),
            $crate::db::Tx::Postgres(connection) => {
                $crate::db::answered(sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **connection)).await
            }
        }
    };
}

/// Inserts many rows with one statement, and gives the number of rows it added. Callers bound the number of rows: a
/// statement takes 32,766 values at most.
macro_rules! insert_rows {
    ($tx:expr, $into:expr, $rows:expr, |$row:ident, $value:ident: $type:ty| $bind:block, $end:expr $(,)?) => {
        match $tx {
            $crate::db::Tx::Sqlite(connection) => {
                let mut statement = sqlx::QueryBuilder::<sqlx::Sqlite>::new($into);
                statement.push_values($rows, |mut $row, $value: $type| $bind);
                let done = statement.push($end).build().execute(&mut **connection).await;
                done.map(|done| done.rows_affected()).map_err($crate::Failure::from)
            }
            $crate::db::Tx::Postgres(connection) => {
                let mut statement = sqlx::QueryBuilder::<sqlx::Postgres>::new($into);
                statement.push_values($rows, |mut $row, $value: $type| $bind);
                let done = $crate::db::answered(statement.push($end).build().execute(&mut **connection)).await;
                done.map(|done| done.rows_affected())
            }
        }
    };
}

pub(crate) use {execute, fetch_all, fetch_optional, insert_rows};

/// Reads a stored value, or says which column holds what it must not.
pub(crate) fn read<T>(table: &'static str, column: &'static str, value: &str, parsed: Option<T>) -> crate::Result<T> {
    parsed.ok_or_else(|| crate::Failure::Unreadable { table, column, value: value.to_owned() })
}

/// [`read`] for everything that is written with `to_string`.
pub(crate) fn parse<T: std::str::FromStr>(table: &'static str, column: &'static str, value: &str) -> crate::Result<T> {
    read(table, column, value, value.parse().ok())
}

/// [`parse`] for a column that may be null.
pub(crate) fn parse_optional<T: std::str::FromStr>(
    table: &'static str,
    column: &'static str,
    value: Option<&str>,
) -> crate::Result<Option<T>> {
    value.map(|value| parse(table, column, value)).transpose()
}

/// Reads a stored instant.
pub(crate) fn instant(table: &'static str, column: &'static str, microseconds: i64) -> crate::Result<jiff::Timestamp> {
    let parsed = jiff::Timestamp::from_microsecond(microseconds).ok();
    read(table, column, &microseconds.to_string(), parsed)
}
