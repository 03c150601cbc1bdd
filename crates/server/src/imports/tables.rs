//! From the cells of a file to the cells of which the domain makes records.

use dienhinh_documents::sheets as file;
use dienhinh_domain::sheets as domain;

/// The tables of a file.
pub fn tables_of(book: file::Book) -> Vec<domain::Table> {
    book.tables.into_iter().map(table).collect()
}

fn table(table: file::Table) -> domain::Table {
    let merge = |merge: file::Merge| domain::Merge { rows: merge.rows, columns: merge.columns };
    domain::Table {
        name: table.name,
        hidden: table.hidden,
        rows: table.rows.into_iter().map(row).collect(),
        hidden_columns: table.hidden_columns,
        counts_from_1904: table.counts_from_1904,
        merges: table.merges.into_iter().map(merge).collect(),
    }
}

fn row(row: file::Row) -> domain::Row {
    let cell = |cell: file::Cell| domain::Cell { value: value(cell.value), font: cell.font };
    domain::Row { hidden: row.hidden, cells: row.cells.into_iter().map(cell).collect() }
}

fn value(value: file::Value) -> domain::Value {
    match value {
        file::Value::Empty => domain::Value::Empty,
        file::Value::Text(text) => domain::Value::Text(text),
        file::Value::Number(digits) => domain::Value::Number(digits),
        file::Value::Day(day) => domain::Value::Day(day),
        file::Value::Truth(truth) => domain::Value::Truth(truth),
        file::Value::Time(words) => domain::Value::Time(words),
        file::Value::NoValue => domain::Value::NoValue,
        file::Value::Error(error) => domain::Value::Error(error),
    }
}
