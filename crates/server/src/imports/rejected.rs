//! The rows that were not taken, as a workbook to be mended and imported again.

use std::collections::BTreeSet;

use dienhinh_documents::{
    sheets::Merge,
    workbooks::{Cell, Look, Sheet, WorkbookError, write_workbook},
};
use dienhinh_domain::sheets::{Rejected, Value};

/// The width of the column with the reasons, and of the others, in characters.
const WIDTHS: (u16, u16) = (70, 16);

/// A name of a sheet has no more characters.
const NAME_CHARS: usize = 31;

/// Writes the rows, one sheet for each table that has some.
pub(super) fn workbook(tables: Vec<Rejected>) -> Result<Vec<u8>, WorkbookError> {
    let mut names = BTreeSet::new();
    let sheets: Vec<Sheet> = tables.into_iter().map(|table| sheet(table, &mut names)).collect();
    write_workbook(&sheets)
}

fn sheet(table: Rejected, names: &mut BTreeSet<String>) -> Sheet {
    let width = table.rows.first().map_or(0, Vec::len);
    let look = |at| {
        let width = if at + 1 == width { WIDTHS.0 } else { WIDTHS.1 };
        Look { width, numbers: true, choices: Vec::new() }
    };
    Sheet {
        name: name(&table.name, names),
        more_heading_rows: table.heading.saturating_sub(1),
        merges: table.merges.into_iter().map(|merge| Merge { rows: merge.rows, columns: merge.columns }).collect(),
        looks: (0..width).map(look).collect(),
        rows: table.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
        choices: Vec::new(),
        marks: table.marks,
    }
}

/// A name that Excel takes and that no other sheet has.
fn name(wanted: &str, names: &mut BTreeSet<String>) -> String {
    let allowed = |letter: &char| !"[]:*?/\\".contains(*letter) && !letter.is_control();
    let cleaned: String = wanted.chars().filter(allowed).collect();
    let cleaned = cleaned.trim().trim_matches('\'');
    let base = if cleaned.is_empty() { "Bảng" } else { cleaned };
    let cut = |most: usize| base.chars().take(most).collect::<String>();
    let numbered = (2..).map(|number: usize| {
        let number = format!(" {number}");
        cut(NAME_CHARS.saturating_sub(number.len())) + &number
    });
    let free = std::iter::once(cut(NAME_CHARS)).chain(numbered).find(|name| !names.contains(&name.to_lowercase()));
    let name = free.unwrap_or_else(|| cut(NAME_CHARS));
    names.insert(name.to_lowercase());
    name
}

fn cell(value: Value) -> Cell {
    match value {
        Value::Empty | Value::NoValue => Cell::Empty,
        Value::Text(text) | Value::Time(text) | Value::Error(text) => Cell::Text(text),
        Value::Number(digits) => Cell::Number(digits),
        Value::Day(day) => Cell::Date(day),
        Value::Truth(truth) => Cell::Truth(truth),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_sheets_are_such_that_excel_takes_them() {
        let mut names = BTreeSet::new();
        let long = "Danh sách cơ quan, doanh nghiệp, cơ sở giáo dục";
        let made = ["", "", "Biểu 01/2023", "BIỂU 012023", long, long].map(|wanted| name(wanted, &mut names));
        let cut = ["Danh sách cơ quan, doanh nghiệp", "Danh sách cơ quan, doanh nghi 2"];
        assert_eq!(made, ["Bảng", "Bảng 2", "Biểu 012023", "BIỂU 012023 2", cut[0], cut[1]]);
    }
}
