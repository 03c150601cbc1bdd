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

use dienhinh_domain::access::{Actor, Role};

/// Runs a statement and gives the number of rows it touched.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {{
        $crate::statements::note();
        match $tx {
            $crate::db::Tx::Sqlite(connection) => sqlx::query($sql)
                $(.bind($bind))*
                .execute(&mut **connection)
                .await
                .map(|done| done.rows_affected())
                .map_err($crate::Failure::from),
            $crate::db::Tx::Postgres(connection) => {
                let is_limited = connection.is_limited();
                $crate::db::in_time(is_limited, sqlx::query($sql)$(.bind($bind))*.execute(&mut **connection))
                    .await
                    .map(|done| done.rows_affected())
            }
        }
    }};
}

/// Gives the only row, or none.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        $crate::statements::note();
        match $tx {
            $crate::db::Tx::Sqlite(connection) => sqlx::query_as::<_, $row>($sql)
                $(.bind($bind))*
                .fetch_optional(&mut **connection)
                .await
                .map_err($crate::Failure::from),
            $crate::db::Tx::Postgres(connection) => {
                let is_limited = connection.is_limited();
                let rows = sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **connection);
                $crate::db::in_time(is_limited, rows).await
            }
        }
    }};
}

/// Gives every row. Callers bound the number by a key or a limit.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {{
        $crate::statements::note();
        match $tx {
            $crate::db::Tx::Sqlite(connection) => sqlx::query_as::<_, $row>($sql)
                $(.bind($bind))*
                .fetch_all(&mut **connection)
                .await
                .map_err($crate::Failure::from),
            $crate::db::Tx::Postgres(connection) => {
                let is_limited = connection.is_limited();
                let rows = sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **connection);
                $crate::db::in_time(is_limited, rows).await
            }
        }
    }};
}

/// Inserts many rows with one statement, and gives the number of rows it added. Callers bound the number of rows: a
/// statement takes 32,766 values at most.
macro_rules! insert_rows {
    ($tx:expr, $into:expr, $rows:expr, |$row:ident, $value:ident: $type:ty| $bind:block, $end:expr $(,)?) => {{
        $crate::statements::note();
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
                let is_limited = connection.is_limited();
                let done =
                    $crate::db::in_time(is_limited, statement.push($end).build().execute(&mut **connection)).await;
                done.map(|done| done.rows_affected())
            }
        }
    }};
}

pub(crate) use {execute, fetch_all, fetch_optional, insert_rows};

/// Identities as one parameter: JSON, since the databases share no arrays.
pub(crate) fn together<T: ToString>(ids: impl IntoIterator<Item = T>) -> String {
    serde_json::Value::from(ids.into_iter().map(|id| id.to_string()).collect::<Vec<_>>()).to_string()
}

/// The condition that a column is one of the identities in a parameter written by [`together`]. PostgreSQL takes them as
/// an array: of a list of unknown length it would rather read the whole table than look each one up.
pub(crate) fn one_of(tx: &crate::Tx, parameter: &str) -> String {
    match tx {
        crate::Tx::Sqlite(_) => format!("in (select value from json_each({parameter}))"),
        crate::Tx::Postgres(_) => format!("= any (array(select json_array_elements_text({parameter}::json)))"),
    }
}

/// The condition that a column is one of the few values that a sub-query gives. PostgreSQL takes an array for small and
/// looks each of its values up; of the rows of a sub-query it fears so many that it would rather read the whole table.
pub(crate) fn among(tx: &crate::Tx, query: &str) -> String {
    match tx {
        crate::Tx::Sqlite(_) => format!("in ({query})"),
        crate::Tx::Postgres(_) => format!("= any (array({query}))"),
    }
}

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

/// Reads somebody whom a table keeps in its columns `role` and `scope`.
pub(crate) fn actor(table: &'static str, role: &str, scope: &str) -> crate::Result<Actor> {
    let role = read(table, "role", role, Role::from_code(role))?;
    Ok(Actor { role, scope: parse(table, "scope", scope)? })
}

/// Reads a stored instant.
pub(crate) fn instant(table: &'static str, column: &'static str, microseconds: i64) -> crate::Result<jiff::Timestamp> {
    let parsed = jiff::Timestamp::from_microsecond(microseconds).ok();
    read(table, column, &microseconds.to_string(), parsed)
}
