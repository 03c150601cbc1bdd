//! The table of a plan: as CSV, or as people have it, a spreadsheet or what was copied from one.

use std::borrow::Cow;

use dienhinh_documents::sheets::{LIMITS, Row, SheetError, Table, Value, read};
use dienhinh_domain::{
    text::nfc,
    units::{
        reform::PLAN_COLUMNS,
        register::{File, Problem},
    },
};

/// A plan as CSV in UTF-8, row by row: row 7 of a sheet is line 7.
pub(super) fn as_csv(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Problem> {
    if is_csv(bytes) {
        return Ok(Cow::Borrowed(bytes));
    }
    let book = read(bytes, &LIMITS).map_err(|error| unreadable(&error))?;
    let shown = || book.tables.iter().filter(|table| !table.hidden);
    let table = shown().find(|table| is_plan(table)).or_else(|| shown().next());
    Ok(Cow::Owned(table.map(written).unwrap_or_default()))
}

/// Whether it is CSV already, or meant to be: with commas in its first line.
fn is_csv(bytes: &[u8]) -> bool {
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    header.contains(&b',')
        && str::from_utf8(header).is_ok_and(|header| PLAN_COLUMNS.iter().any(|one| header.contains(one)))
}

fn unreadable(error: &SheetError) -> Problem {
    let text = error.to_string();
    let (vi, en) = text.split_once(" / ").unwrap_or((&text, &text));
    Problem::of_row(File::Plan, 1, vi.to_owned(), en.to_owned())
}

fn is_plan(table: &Table) -> bool {
    table.rows.first().is_some_and(|row| PLAN_COLUMNS.iter().all(|column| texts(row).any(|text| text == *column)))
}

fn written(table: &Table) -> Vec<u8> {
    let columns = table.rows.first().map_or(0, |row| row.cells.len());
    let mut text = Vec::new();
    for row in &table.rows {
        let mut cells: Vec<String> = texts(row).collect();
        if cells.iter().all(String::is_empty) {
            text.push(b'\n');
            continue;
        }
        cells.resize(cells.len().max(columns), String::new());
        let mut line = csv::Writer::from_writer(&mut text);
        line.write_record(&cells).expect("memory takes every row");
        line.flush().expect("memory takes every row");
    }
    text
}

/// The cells of a row, each on one line.
fn texts(row: &Row) -> impl Iterator<Item = String> {
    row.cells.iter().map(|cell| match &cell.value {
        Value::Text(text) => nfc(&text.split_whitespace().collect::<Vec<_>>().join(" ")),
        Value::Number(number) => number.clone(),
        Value::Day(day) => day.to_string(),
        Value::Truth(truth) => truth.to_string(),
        Value::Time(text) | Value::Error(text) => text.clone(),
        Value::Empty | Value::NoValue => String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(text: &str) -> String {
        String::from_utf8(as_csv(text.as_bytes()).expect("read").into_owned()).expect("text")
    }

    #[test]
    fn what_was_copied_from_a_spreadsheet_becomes_csv_row_by_row() {
        let columns = PLAN_COLUMNS.join("\t");
        let rows = "abolish\t958\t\"Huyện  Vĩnh\nLợi, cũ\"\t\t\t\t\t95\n\nabolish\t959\t\t\t\t\t\t95\n";
        let expected = "abolish,958,\"Huyện Vĩnh Lợi, cũ\",,,,,95,,,,\n\nabolish,959,,,,,,95,,,,\n";
        assert_eq!(csv(&format!("{columns}\n{rows}")), format!("{}\n{expected}", PLAN_COLUMNS.join(",")));
    }

    #[test]
    fn csv_stays_what_it_is_and_what_is_no_table_is_named() {
        let plan = format!("\u{feff}{}\nabolish,958\n", PLAN_COLUMNS.join(","));
        assert_eq!(csv(&plan), plan);
        let problem = as_csv(b"%PDF-1.7 is no table").expect_err("a paper");
        assert!(problem.what.vi.contains("không phải bảng tính") && problem.what.en.contains("not a spreadsheet"));
    }
}
