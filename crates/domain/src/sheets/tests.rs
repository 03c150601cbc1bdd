//! Tables typed by hand and what must come of them.

mod hostile;
mod maps;
mod samples;
mod traps;
mod units;
mod values;

use std::sync::Arc;

use super::*;

/// A table whose rows are lines of cells parted by `|`. A cell is text, or what its prefix says: `n:` a number, `d:` a
/// day, `h:` a time, `e:` an error, `t:` true, `f:` a formula without a value. A line that begins with `~` is hidden; `⏎` breaks a
/// line inside a cell.
fn table(name: &str, font: Option<&str>, lines: &str) -> Table {
    let font: Option<Arc<str>> = font.map(Arc::from);
    let row = |line: &str| {
        let hidden = line.starts_with('~');
        let cells = line.trim_start_matches('~').split('|').map(|text| cell(text, font.as_ref()));
        Row { hidden, cells: cells.collect() }
    };
    Table { name: name.to_owned(), rows: lines.lines().map(row).collect(), ..Table::default() }
}

fn cell(text: &str, font: Option<&Arc<str>>) -> Cell {
    let value = match text.split_at_checked(2) {
        Some(("n:", number)) => Value::Number(number.to_owned()),
        Some(("d:", day)) => Value::Day(day.parse().unwrap()),
        Some(("e:", error)) => Value::Error(error.to_owned()),
        Some(("h:", time)) => Value::Time(time.to_owned()),
        Some(("t:", _)) => Value::Truth(true),
        Some(("f:", _)) => Value::NoValue,
        _ if text.is_empty() => Value::Empty,
        _ => Value::Text(text.replace('⏎', "\n")),
    };
    Cell { value, font: font.cloned() }
}

/// Cells that are one, by their first and last: `A4`, `A6`.
fn merge(first: &str, last: &str) -> Merge {
    let spot = |name: &str| {
        let letter = usize::from(name.as_bytes()[0] - b'A');
        (name[1..].parse::<usize>().unwrap() - 1, letter)
    };
    let ((row, column), (last_row, last_column)) = (spot(first), spot(last));
    Merge { rows: row..=last_row, columns: column..=last_column }
}

/// A record in one line: its fields as text, what was before or lies around a place behind it.
fn line(record: &Record) -> String {
    let text = |field: &Field| match &field.value {
        FieldValue::Place(place) => place_line(place),
        other => other.to_string(),
    };
    record.fields.iter().map(text).collect::<Vec<_>>().join("|")
}

fn place_line(place: &Place) -> String {
    let within = place.within.iter().flat_map(|name| [" < ", name]);
    let former = place.former.iter().flat_map(|name| [" << ", name]);
    [place.name.as_str()].into_iter().chain(within).chain(former).collect()
}

fn lines(reading: &Reading) -> Vec<String> {
    reading.records.iter().map(line).collect()
}

/// Problems in one line each: the cell, the field, what was found.
fn places(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|problem| format!("{} {} {}", problem.cell(), problem.field, problem.found)).collect()
}

fn map(text: &str) -> Map {
    Map::read(text).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// A map of a name and one more column `it`.
fn map_of(value: &str, more: &str) -> Map {
    let name = "[[column]]\nfield = \"name\"\ntitles = [\"Tên\"]\nvalue = { kind = \"text\" }\n";
    let it = format!("[[column]]\nfield = \"it\"\ntitles = [\"Cột\"]\nvalue = {value}\n{more}\n");
    map(&format!("name = \"m\"\n{name}{it}"))
}
