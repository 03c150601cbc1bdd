//! A table of units and their figures, from a CSV file.
//!
//! A column `unit` and one column for each figure (`c13.settled`), one row for each unit. An empty cell is "no
//! data". Columns that say more of a unit may stand beside them: see [`About`]. A table with one mistake is rejected
//! as a whole, with row and column of each.

use std::{fs, path::Path};

use dienhinh_domain::text::parse_count;
use dienhinh_engine::{BadValue, Inputs, Plan};

use super::Rejected;

/// What else a table says of a unit; empty where it says nothing.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    /// The unit above, by its name.
    pub(super) parent: String,
    /// The kind of unit, where the set is for several.
    pub(super) kind: String,
    /// The group of units whose numbers are its own.
    pub(super) unit_group: String,
    /// Whether it registered: `1` or nothing, or `0`.
    pub(super) registered: String,
}

impl About {
    /// The columns.
    const COLUMNS: [&str; 4] = ["parent", "kind", "unit_group", "registered"];

    fn cell(&mut self, column: &str) -> Option<&mut String> {
        match column {
            "parent" => Some(&mut self.parent),
            "kind" => Some(&mut self.kind),
            "unit_group" => Some(&mut self.unit_group),
            "registered" => Some(&mut self.registered),
            _ => None,
        }
    }
}

/// A table as it was read.
pub(super) struct Table {
    /// Their names, in the order of the rows.
    pub(super) units: Vec<String>,
    /// What else it says of them, in the same order.
    pub(super) about: Vec<About>,
    /// Its columns of figures.
    pub(super) keys: Vec<String>,
    pub(super) inputs: Inputs,
}

/// The column that names the unit.
pub(super) const UNIT: &str = "unit";

impl Table {
    /// Reads a file. Columns of `others` that the plan does not have are left out.
    pub(super) fn open(plan: &Plan, others: &[&Plan], file: &Path) -> Result<Self, Rejected> {
        let place = file.display();
        let bytes = fs::read(file).map_err(|cause| Rejected::NotFound(format!("{place}: {cause}")))?;
        Self::read(plan, others, &bytes)
            .map_err(|mistakes| Rejected::Data(mistakes.iter().map(|mistake| format!("{place}: {mistake}")).collect()))
    }

    /// Reads the table, or every mistake in it.
    fn read(plan: &Plan, others: &[&Plan], bytes: &[u8]) -> Result<Self, Vec<String>> {
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| {
            vec![
                "tệp không phải UTF-8; lưu lại dạng “CSV UTF-8” / the file is not UTF-8; save it as \"CSV UTF-8\""
                    .to_owned(),
            ]
        })?;
        let text = text.trim_start_matches('\u{feff}');
        let header = text.lines().next().unwrap_or_default();
        let delimiter =
            [b',', b';', b'\t'].into_iter().max_by_key(|mark| header.bytes().filter(|byte| byte == mark).count());
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter.unwrap_or(b','))
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let unreadable = |cause: &csv::Error| vec![broken(cause)];
        let headers: Vec<String> =
            reader.headers().map_err(|cause| unreadable(&cause))?.iter().map(str::to_owned).collect();
        let mut mistakes = check_headers(plan, others, &headers);
        let mut rows = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => rows.push(record),
                Err(cause) => mistakes.push(broken(&cause)),
            }
        }
        if rows.is_empty() && mistakes.is_empty() {
            mistakes.push("không có dòng nào / there are no rows".to_owned());
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let mut table = Self {
            units: Vec::new(),
            about: vec![About::default(); rows.len()],
            keys: headers.iter().filter(|header| plan.keys().contains(header)).cloned().collect(),
            inputs: Inputs::empty(plan, rows.len()),
        };
        for (row, record) in rows.iter().enumerate() {
            mistakes.extend(table.take(plan, row, &headers, record));
        }
        if mistakes.is_empty() { Ok(table) } else { Err(mistakes) }
    }

    /// Takes one row in, and gives its mistakes. Rows are counted as a spreadsheet shows them: the header is 1.
    fn take(&mut self, plan: &Plan, row: usize, headers: &[String], record: &csv::StringRecord) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (header, cell) in headers.iter().zip(record) {
            let place = format!("dòng / row {}, cột / column {header}", row + 2);
            if header == UNIT {
                if cell.is_empty() {
                    mistakes.push(format!("{place}: chưa ghi đơn vị / the unit is missing"));
                }
                self.units.push(cell.to_owned());
                continue;
            }
            if let Some(about) = self.about[row].cell(header) {
                cell.clone_into(about);
            }
            if cell.is_empty() || !plan.keys().contains(header) {
                continue;
            }
            let taken = parse_count(cell).ok_or(BadValue::OutOfRange);
            let taken = taken.and_then(|value| self.inputs.set(plan, row, header, Some(value)));
            match taken {
                Ok(()) => {}
                Err(BadValue::NotAJudgement) => {
                    mistakes.push(format!("{place}: “{cell}”: ghi 1 (đạt) hoặc 0 (chưa đạt) / 1 (met) or 0 (not met)"));
                }
                Err(_) => mistakes.push(format!(
                    "{place}: “{cell}”: cần số nguyên không âm, để trống khi chưa có số liệu / a whole number from 0, or empty for no data"
                )),
            }
        }
        mistakes
    }

    /// Names, beside the result, the figures of the set that the table has no column for.
    pub(super) fn name_absent(&self, plan: &Plan, file: &Path) {
        for key in plan.keys().iter().filter(|key| !self.keys.contains(key)) {
            let text = "không có cột này: không có dữ liệu / no such column: no data";
            super::note(&format!("{}: {key}: {text}", file.display()));
        }
    }
}

fn check_headers(plan: &Plan, others: &[&Plan], headers: &[String]) -> Vec<String> {
    let mut mistakes = Vec::new();
    if !headers.iter().any(|header| header == UNIT) {
        mistakes.push("dòng / row 1: thiếu cột `unit` / the column `unit` is missing".to_owned());
    }
    for (at, header) in headers.iter().enumerate() {
        let place = format!("dòng / row 1, cột / column {header}");
        let is_about = header == UNIT || About::COLUMNS.contains(&header.as_str());
        if !is_about && ![plan].iter().chain(others).any(|plan| plan.keys().contains(header)) {
            mistakes.push(format!("{place}: bộ tiêu chí không có cột này / the criteria set has no such column"));
        }
        if headers[..at].contains(header) {
            mistakes.push(format!("{place}: cột bị trùng / the column stands twice"));
        }
    }
    mistakes
}

fn broken(cause: &csv::Error) -> String {
    let row = cause.position().map_or_else(String::new, |at| format!("dòng / row {}: ", at.line()));
    match cause.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{row}có {len} ô, cần {expected_len} / has {len} cells, {expected_len} are needed")
        }
        _ => format!("{row}không đọc được / cannot be read: {cause}"),
    }
}
