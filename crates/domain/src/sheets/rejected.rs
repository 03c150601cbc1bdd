//! The rows that were not taken, with what is wrong in each: to be mended and sent again.

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{
    Kind, Map, Merge, Problem, Reading, Record, Spot, Table, TableRead, Value, days::from_1904, letters::Letters,
};

/// What stands above the column with the reasons.
pub(super) const REASONS: &str = "Lỗi";

/// So many columns of a row are given back, and those that the map wants.
const COLUMNS: usize = 200;

/// The rows of one table that were not taken, below its heading. All text is Unicode.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rejected {
    /// The name of the table.
    pub name: String,
    /// How many of the rows are the heading.
    pub heading: usize,
    /// The heading, then the rows; the last column says what is wrong.
    pub rows: Vec<Vec<Value>>,
    /// Cells of the heading that are one.
    pub merges: Vec<Merge>,
    /// Cells that are wrong, row and column from 0, with the reason.
    pub marks: Vec<(usize, usize, String)>,
}

/// The rows of some tables on which something is wrong; a table without any is left out. What a row took from the cells
/// above it stands in the row itself.
pub fn rejected(map: &Map, tables: &[Table], reading: &Reading) -> Vec<Rejected> {
    let of_table = |read: &TableRead| {
        let table = tables.iter().find(|table| table.name == read.name_in_file)?;
        let of_table = |record: &&Record| record.table == read.table;
        let mut takers: BTreeMap<Spot, Vec<usize>> = BTreeMap::new();
        for record in reading.records.iter().filter(of_table) {
            for spot in record.fields.iter().filter_map(|field| field.spot) {
                takers.entry(spot).or_default().push(record.row);
            }
        }
        let mut wrong: BTreeMap<usize, Vec<&Problem>> = BTreeMap::new();
        for problem in reading.problems.iter().filter(|problem| problem.table == read.table) {
            let Some(spot) = problem.spot.filter(|spot| spot.row > *read.heading_rows.end()) else { continue };
            for row in takers.get(&spot).map_or(&[spot.row][..], Vec::as_slice) {
                wrong.entry(*row).or_default().push(problem);
            }
        }
        (!wrong.is_empty()).then(|| written(map, table, read, reading, &wrong))
    };
    reading.tables.iter().filter_map(of_table).collect()
}

fn written(
    map: &Map,
    table: &Table,
    read: &TableRead,
    reading: &Reading,
    wrong: &BTreeMap<usize, Vec<&Problem>>,
) -> Rejected {
    let letters = Letters::of(table);
    let (first, last) = (read.heading_rows.start() - 1, read.heading_rows.end() - 1);
    let records: BTreeMap<usize, &Record> =
        reading.records.iter().filter(|record| record.table == read.table).map(|record| (record.row, record)).collect();
    let of_map = records.values().flat_map(|record| &record.fields).filter_map(|field| field.spot);
    let heading = table.rows.get(first..=last).unwrap_or_default();
    // The whole width for each row would be far more than the file.
    let width = heading.iter().map(|row| row.cells.len().min(COLUMNS)).chain(of_map.map(|spot| spot.column)).max();
    let width = width.unwrap_or_default();
    let line = |row: usize| (0..width).map(|column| value(table, letters, row, column)).collect::<Vec<_>>();
    let mut result = Rejected { name: read.table.to_string(), heading: last + 1 - first, ..Rejected::default() };
    for row in first..=last {
        let reasons = if row == first { Value::Text(REASONS.to_owned()) } else { Value::Empty };
        result.rows.push(line(row).into_iter().chain([reasons]).collect());
    }
    for merge in &table.merges {
        let in_heading = first <= *merge.rows.start() && *merge.rows.end() <= last;
        let is_several = merge.rows.start() < merge.rows.end() || merge.columns.start() < merge.columns.end();
        let rows = merge.rows.start().saturating_sub(first)..=merge.rows.end().saturating_sub(first);
        let merge = Merge { rows, columns: merge.columns.clone() };
        let is_shown = *merge.columns.end() < width;
        if in_heading && is_several && is_shown && !result.merges.iter().any(|other| overlap(other, &merge)) {
            result.merges.push(merge);
        }
    }
    for (row, problems) in wrong {
        let mut cells = line(row - 1);
        let fields = records.get(row).map_or(&[][..], |record| &record.fields);
        for (column, field) in map.columns.iter().zip(fields) {
            let Some(spot) = field.spot else { continue };
            let Some(cell) = cells.get_mut(spot.column - 1) else { continue };
            if spot.row != *row {
                *cell = value(table, letters, spot.row - 1, spot.column - 1);
            }
            if let (true, Kind::Day | Kind::Month, Value::Number(days)) =
                (table.counts_from_1904, &column.kind, &mut *cell)
            {
                // A workbook that is written counts from 1900.
                *days = from_1904(days).unwrap_or_else(|| std::mem::take(days));
            }
        }
        let at = result.rows.len();
        for problem in problems {
            let column = problem.spot.map_or(width, |spot| (spot.column - 1).min(width));
            result.marks.push((at, column, reason(problem)));
        }
        let reasons: Vec<String> = problems.iter().map(|problem| reason(problem)).collect();
        cells.push(Value::Text(reasons.join("\n")));
        result.rows.push(cells);
    }
    result
}

fn overlap(one: &Merge, other: &Merge) -> bool {
    let meet = |one: &RangeInclusive<usize>, other: &RangeInclusive<usize>| {
        one.start() <= other.end() && other.start() <= one.end()
    };
    meet(&one.rows, &other.rows) && meet(&one.columns, &other.columns)
}

fn reason(problem: &Problem) -> String {
    format!("{} / {}", problem.what.vi, problem.what.en)
}

fn value(table: &Table, letters: Letters, row: usize, column: usize) -> Value {
    let Some(cell) = table.cell(row, column) else { return Value::Empty };
    match &cell.value {
        Value::Text(_) => letters.text(cell).map_or(Value::Empty, Value::Text),
        // The reason says what it was.
        Value::NoValue => Value::Empty,
        other => other.clone(),
    }
}
