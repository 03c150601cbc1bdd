//! Whole tables as rows of values, out and in: one reader and one writer for every table of the schema.
//!
//! Rows come one at a time, so that no table lies in memory. Does not know what a column means.

use std::time::Duration;

use futures_util::{StreamExt as _, stream::BoxStream};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row as _};
use tokio::time::timeout;

use crate::{
    Failure, Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, insert_rows},
};

/// How long the database may take to the next row. Sorting a large table comes before the first one.
const NEXT_TIMEOUT: Duration = Duration::from_mins(2);

/// Values in one statement; SQLite takes 32,766.
const VALUES_MAX: usize = 4_096;

/// A table as the schema has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<Column>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// A whole number; else a text.
    pub is_number: bool,
    /// Its place in the primary key, from 1; 0 when it is not in it.
    key_place: i64,
}

impl Table {
    fn quoted(names: impl Iterator<Item = String>) -> String {
        names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
    }

    fn names(&self) -> String {
        Self::quoted(self.columns.iter().map(|column| column.name.clone()))
    }

    fn key(&self) -> String {
        let mut key: Vec<&Column> = self.columns.iter().filter(|column| column.key_place > 0).collect();
        key.sort_by_key(|column| column.key_place);
        Self::quoted(key.into_iter().map(|column| column.name.clone()))
    }

    /// The table with its columns in another order; none when they are not the same columns.
    pub fn ordered(&self, names: &[String]) -> Option<Self> {
        let column = |name: &String| self.columns.iter().find(|column| column.name == *name).cloned();
        let columns: Option<Vec<Column>> = names.iter().map(column).collect();
        columns
            .filter(|columns| columns.len() == self.columns.len())
            .map(|columns| Self { name: self.name.clone(), columns })
    }
}

/// The tables of the schema, each after those whose rows it points at.
pub async fn tables(tx: &mut Tx) -> Result<Vec<Table>> {
    let rows: Vec<(String, String, String, i64)> = match tx {
        Tx::Sqlite(_) => fetch_all!(
            tx,
            (String, String, String, i64),
            "select m.name, c.name, lower(c.type), c.pk
             from sqlite_master m join pragma_table_info(m.name) c
             where m.type = 'table' and m.name not like '\\_sqlx%' escape '\\' and m.name not like 'sqlite\\_%' escape '\\'
             order by m.name, c.cid",
        )?,
        Tx::Postgres(_) => fetch_all!(
            tx,
            (String, String, String, i64),
            "select c.relname::text, a.attname::text, format_type(a.atttypid, null)::text,
               coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint
             from pg_class c
             join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             left join pg_index i on i.indrelid = c.oid and i.indisprimary
             where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
               and c.relname not like '\\_sqlx%' escape '\\'
             order by c.relname collate \"C\", a.attnum",
        )?,
    };
    let mut tables: Vec<Table> = Vec::new();
    for (table, name, kind, key_place) in rows {
        let is_number = match kind.as_str() {
            "bigint" => true,
            "text" => false,
            _ => return Err(Failure::Foreign { table, column: name, found: kind }),
        };
        if tables.last().is_none_or(|last| last.name != table) {
            tables.push(Table { name: table, columns: Vec::new() });
        }
        if let Some(last) = tables.last_mut() {
            last.columns.push(Column { name, is_number, key_place });
        }
    }
    let references = references(tx).await?;
    Ok(in_order(tables, &references))
}

/// The tables that cannot be written back one after the other, or whose rows have no order.
#[cfg(feature = "testing")]
pub async fn unordered(tx: &mut Tx) -> Result<Vec<String>> {
    let (tables, references) = (tables(tx).await?, references(tx).await?);
    let place = |name: &str| tables.iter().position(|table| table.name == name);
    let backward = references.iter().filter(|(from, to)| place(from) <= place(to)).map(|(from, _)| from.clone());
    let keyless = tables.iter().filter(|table| table.key().is_empty()).map(|table| table.name.clone());
    Ok(backward.chain(keyless).collect())
}

/// Which table points at which.
async fn references(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    match tx {
        Tx::Sqlite(_) => fetch_all!(
            tx,
            (String, String),
            "select m.name, f.\"table\" from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table'",
        ),
        Tx::Postgres(_) => fetch_all!(
            tx,
            (String, String),
            "select c.relname::text, f.relname::text
             from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
             where k.contype = 'f' and k.connamespace = current_schema()::regnamespace",
        ),
    }
}

/// Each table after those it points at. What goes in a circle comes last, and cannot be written back.
fn in_order(mut left: Vec<Table>, references: &[(String, String)]) -> Vec<Table> {
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |table: &Table| {
            references.iter().any(|(from, to)| {
                *from == table.name && *to != table.name && left.iter().any(|other| other.name == *to)
            })
        };
        let Some(place) = left.iter().position(|table| !waits(table)) else { break };
        ordered.push(left.remove(place));
    }
    ordered.extend(left);
    ordered
}

/// Rows on their way out of the database.
pub struct Rows<'a>(BoxStream<'a, Result<Vec<Value>>>);

impl Rows<'_> {
    /// The next row; none after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<Value>>> {
        timed(async { self.0.next().await.transpose() }).await
    }
}

/// The texts of a row, one after the other; none for what is none, and after the last.
pub(crate) fn texts(row: Vec<Value>) -> impl FnMut() -> Option<String> {
    let mut cells = row.into_iter().map(|cell| match cell {
        Value::String(text) => Some(text),
        _ => None,
    });
    move || cells.next().flatten()
}

async fn timed<T>(answer: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(NEXT_TIMEOUT, answer).await.map_err(|_| Failure::Database(sqlx::Error::PoolTimedOut))?
}

/// Every row of a table, in the order of its key: whole numbers, texts and nulls.
pub fn read<'a>(tx: &'a mut Tx, table: &Table) -> Rows<'a> {
    let sql = format!("select {} from \"{}\" order by {}", table.names(), table.name, table.key());
    stream(tx, sql, table.columns.iter().map(|column| column.is_number).collect())
}

/// The rows of a statement, of which is known in which columns there are numbers.
pub(crate) fn stream(tx: &mut Tx, sql: String, are_numbers: Vec<bool>) -> Rows<'_> {
    crate::statements::note();
    macro_rules! rows {
        ($connection:expr) => {
            Rows(
                sqlx::query(AssertSqlSafe(sql))
                    .fetch(&mut **$connection)
                    .map(move |row| {
                        let row = row?;
                        let value = |(place, is_number): (usize, &bool)| {
                            if *is_number {
                                row.try_get::<Option<i64>, _>(place).map(Value::from)
                            } else {
                                row.try_get::<Option<String>, _>(place).map(Value::from)
                            }
                        };
                        Ok(are_numbers.iter().enumerate().map(value).collect::<std::result::Result<_, _>>()?)
                    })
                    .boxed(),
            )
        };
    }
    match tx {
        Tx::Sqlite(connection) => rows!(connection),
        Tx::Postgres(connection) => rows!(connection),
    }
}

/// How many rows a table has.
pub async fn count(tx: &mut Tx, table: &Table) -> Result<u64> {
    let sql = format!("select count(*) from \"{}\"", table.name);
    let row = stream(tx, sql, vec![true]).next().await?;
    Ok(row.and_then(|row| row.first().and_then(Value::as_u64)).unwrap_or_default())
}

/// Whether a table has no row.
pub async fn is_empty(tx: &mut Tx, table: &Table) -> Result<bool> {
    let sql = AssertSqlSafe(format!("select 1 from \"{}\" limit 1", table.name));
    let row: Option<(i32,)> = fetch_optional!(tx, (i32,), sql)?;
    Ok(row.is_none())
}

/// Takes every row out of a table.
pub async fn clear(tx: &mut Tx, table: &Table) -> Result<()> {
    execute!(tx, AssertSqlSafe(format!("delete from \"{}\"", table.name)))?;
    Ok(())
}

/// Writes rows as [`read`] gives them. A value of another kind than its column has is refused.
pub async fn insert(tx: &mut Tx, table: &Table, rows: &[Vec<Value>]) -> Result<()> {
    for row in rows {
        fits(table, row)?;
    }
    let into = format!("insert into \"{}\" ({}) ", table.name, table.names());
    for rows in rows.chunks((VALUES_MAX / table.columns.len().max(1)).max(1)) {
        insert_rows!(
            tx,
            into.as_str(),
            rows,
            |bound, row: &Vec<Value>| {
                for (column, value) in table.columns.iter().zip(row) {
                    if column.is_number {
                        bound.push_bind(value.as_i64());
                    } else {
                        bound.push_bind(value.as_str().map(str::to_owned));
                    }
                }
            },
            "",
        )?;
    }
    Ok(())
}

/// Whether each value is of the kind of its column.
fn fits(table: &Table, row: &[Value]) -> Result<()> {
    if row.len() != table.columns.len() {
        return Err(foreign(table, None, &Value::from(row)));
    }
    let wrong = table.columns.iter().zip(row).find(|(column, value)| {
        !(value.is_null() || if column.is_number { value.is_i64() } else { value.is_string() })
    });
    wrong.map_or(Ok(()), |(column, value)| Err(foreign(table, Some(column), value)))
}

fn foreign(table: &Table, column: Option<&Column>, value: &Value) -> Failure {
    let mut found = value.to_string();
    found.truncate(found.floor_char_boundary(80));
    let column = column.map_or_else(|| "*".to_owned(), |column| column.name.clone());
    Failure::Foreign { table: table.name.clone(), column, found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_after_those_it_points_at() {
        let tables = ["answers", "dossiers", "units"].map(|name| Table { name: name.to_owned(), columns: Vec::new() });
        let points = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        let references = [points("answers", "dossiers"), points("dossiers", "units"), points("units", "units")];
        let names: Vec<String> = in_order(tables.to_vec(), &references).into_iter().map(|table| table.name).collect();
        assert_eq!(names, ["units", "dossiers", "answers"]);
    }
}
