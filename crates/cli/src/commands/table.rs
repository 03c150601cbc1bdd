//! A table of units and their figures, from a CSV or a Parquet file.
//!
//! A column `unit` and one column for each figure (`c13.settled`), one row for each unit. An empty cell is "no
//! data". Columns that say more of a unit may stand beside them: see [`About`]. A table with one mistake is rejected
//! as a whole, with row and column of each. A file is read in stretches of rows, so its size does not matter to who
//! needs no more than one at a time.

mod csv_rows;
mod parquet_rows;

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use dienhinh_engine::{BadValue, Inputs, Plan};

use self::{csv_rows::CsvRows, parquet_rows::ParquetRows};
use super::Rejected;

/// Rows that are read together.
pub(super) const STRETCH_ROWS: usize = dienhinh_tables::BATCH_ROWS;

/// After so many mistakes the rest of a file is not looked through for more.
const MISTAKES_NAMED: usize = 1000;

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

/// A table as it was read, or a stretch of it.
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
    /// Reads a whole file. Columns of `others` that the plan does not have are left out.
    pub(super) fn open(plan: &Plan, others: &[&Plan], file: &Path) -> Result<Self, Rejected> {
        let mut stretches = Stretches::open(plan, others, file)?;
        let mut whole = Self::of(plan, stretches.keys(plan), 0);
        while let Some(next) = stretches.next(plan)? {
            whole.append(next);
        }
        Ok(whole)
    }

    /// Rows about which nothing is known yet.
    fn of(plan: &Plan, keys: Vec<String>, rows: usize) -> Self {
        Self {
            units: vec![String::new(); rows],
            about: vec![About::default(); rows],
            keys,
            inputs: Inputs::empty(plan, rows),
        }
    }

    fn append(&mut self, next: Self) {
        self.units.extend(next.units);
        self.about.extend(next.about);
        self.inputs.append(next.inputs);
    }

    /// Takes the text of a cell that says something of the unit. False when it is none of these columns.
    fn take_text(&mut self, row: usize, header: &str, cell: &str) -> bool {
        if header == UNIT {
            cell.clone_into(&mut self.units[row]);
            return true;
        }
        let about = self.about[row].cell(header);
        about.map(|about| cell.clone_into(about)).is_some()
    }

    /// Names, beside the result, the figures of the set that the table has no column for.
    pub(super) fn name_absent(&self, plan: &Plan, file: &Path) {
        for key in plan.keys().iter().filter(|key| !self.keys.contains(key)) {
            let text = "không có cột này: không có dữ liệu / no such column: no data";
            super::note(&format!("{}: {key}: {text}", file.display()));
        }
    }
}

/// A file that is read in stretches. Its columns are in order.
pub(super) struct Stretches {
    file: PathBuf,
    headers: Vec<String>,
    rows: Rows,
    /// Rows of it that were read.
    read: usize,
    /// How many it says it has.
    total: Option<usize>,
}

enum Rows {
    Csv(CsvRows),
    Parquet(ParquetRows),
}

/// Whether a file is one by its name.
pub(super) fn is_parquet(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"))
}

impl Stretches {
    /// Opens a file and looks at its columns. Those of `others` that the plan does not have are left out.
    pub(super) fn open(plan: &Plan, others: &[&Plan], file: &Path) -> Result<Self, Rejected> {
        let opened = File::open(file).map_err(|cause| Rejected::NotFound(format!("{}: {cause}", file.display())))?;
        let opened = if is_parquet(file) { parquet_rows::open(opened) } else { csv_rows::open(opened) };
        let (headers, rows, total) = opened.map_err(|mistake| rejected(file, &[mistake]))?;
        let mistakes = check_headers(plan, others, &headers);
        if !mistakes.is_empty() {
            return Err(rejected(file, &mistakes));
        }
        Ok(Self { file: file.to_owned(), headers, rows, read: 0, total })
    }

    /// How many rows were read, and of how many where the file says so.
    pub(super) fn progress(&self) -> (usize, Option<usize>) {
        (self.read, self.total)
    }

    /// The columns of figures.
    pub(super) fn keys(&self, plan: &Plan) -> Vec<String> {
        self.headers.iter().filter(|header| plan.keys().contains(header)).cloned().collect()
    }

    /// The next rows; none at the end. After a mistake the rest is looked through for others.
    pub(super) fn next(&mut self, plan: &Plan) -> Result<Option<Table>, Rejected> {
        let mut mistakes = Vec::new();
        match self.read_next(plan, &mut mistakes) {
            Some(table) if mistakes.is_empty() => return Ok(Some(table)),
            None if mistakes.is_empty() && self.read > 0 => return Ok(None),
            None if mistakes.is_empty() => mistakes.push("không có dòng nào / there are no rows".to_owned()),
            _ => while mistakes.len() < MISTAKES_NAMED && self.read_next(plan, &mut mistakes).is_some() {},
        }
        Err(rejected(&self.file, &mistakes))
    }

    fn read_next(&mut self, plan: &Plan, mistakes: &mut Vec<String>) -> Option<Table> {
        let first = self.read;
        let keys = self.keys(plan);
        let table = match &mut self.rows {
            Rows::Csv(rows) => rows.next(plan, keys, &self.headers, mistakes),
            Rows::Parquet(rows) => rows.next(plan, keys, &self.headers, first, mistakes),
        }?;
        self.read += table.units.len();
        Some(table)
    }
}

fn rejected(file: &Path, mistakes: &[String]) -> Rejected {
    let place = file.display();
    Rejected::Data(mistakes.iter().map(|mistake| format!("{place}: {mistake}")).collect())
}

/// The place of a cell as people look for it.
fn place_of(row: usize, header: &str) -> String {
    format!("dòng / row {row}, cột / column {header}")
}

/// What is wrong with a figure.
fn complaint(cell: &str, bad: BadValue) -> String {
    match bad {
        BadValue::NotAJudgement => format!("“{cell}”: ghi 1 (đạt) hoặc 0 (chưa đạt) / 1 (met) or 0 (not met)"),
        _ => format!(
            "“{cell}”: cần số nguyên không âm, để trống khi chưa có số liệu / a whole number from 0, or empty for no data"
        ),
    }
}

const NO_UNIT: &str = "chưa ghi đơn vị / the unit is missing";

fn check_headers(plan: &Plan, others: &[&Plan], headers: &[String]) -> Vec<String> {
    let mut mistakes = Vec::new();
    if !headers.iter().any(|header| header == UNIT) {
        mistakes.push("dòng / row 1: thiếu cột `unit` / the column `unit` is missing".to_owned());
    }
    for (at, header) in headers.iter().enumerate() {
        let place = place_of(1, header);
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
