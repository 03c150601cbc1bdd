//! `dienhinh score`: scores a table of units with a pack.
//!
//! The table is CSV: a column `unit` and one column for each figure (`c13.settled`), one row for each unit. An
//! empty cell is "no data". A table with one mistake is rejected as a whole, with row and column of each.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use dienhinh_domain::text::parse_count;
use dienhinh_engine::{BadValue, Inputs, Outcome, Plan, Scores, Totals, score};
use serde_json::{Value, json};

use super::pack;

/// Score a table of units with a pack.
#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// Folder of the pack.
    #[arg(long)]
    pack: PathBuf,
    /// Table with a column `unit` and one column for each figure.
    #[arg(long)]
    input: PathBuf,
    /// Where the results go; standard output when left out.
    #[arg(long)]
    output: Option<PathBuf>,
    /// Results as JSON instead of CSV.
    #[arg(long)]
    json: bool,
}

/// Why no result was written.
enum Rejected {
    NotFound(String),
    Data(Vec<String>),
    Failed(String),
}

pub(crate) fn run(args: &ScoreArgs) -> ExitCode {
    match score_table(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Rejected::NotFound(message)) => super::fail(super::NOT_FOUND, &message),
        Err(Rejected::Failed(message)) => super::fail(1, &message),
        Err(Rejected::Data(lines)) => {
            for line in &lines {
                super::note(line);
            }
            let count = lines.len();
            super::fail(super::REJECTED, &format!("{count} lỗi, chưa ghi gì / {count} mistakes, nothing was written"))
        }
    }
}

fn score_table(args: &ScoreArgs) -> Result<(), Rejected> {
    if !args.pack.join("pack.toml").exists() {
        let text = "không có pack.toml / there is no pack.toml";
        return Err(Rejected::NotFound(format!("{}: {text}", args.pack.display())));
    }
    let (_, plan) = pack::load(&args.pack)
        .map_err(|problems| Rejected::Data(problems.iter().map(|(file, found)| pack::line(file, found)).collect()))?;
    let bytes =
        fs::read(&args.input).map_err(|cause| Rejected::NotFound(format!("{}: {cause}", args.input.display())))?;
    let table = Table::read(&plan, &bytes).map_err(|mistakes| {
        Rejected::Data(mistakes.iter().map(|mistake| format!("{}: {mistake}", args.input.display())).collect())
    })?;
    for key in table.absent(&plan) {
        let text = "không có cột này: không có dữ liệu / no such column: no data";
        super::note(&format!("{}: {key}: {text}", args.input.display()));
    }
    let scores = score(&plan, &table.inputs);
    let text =
        if args.json { as_json(&plan, &table, &scores).to_string() + "\n" } else { as_csv(&plan, &table, &scores)? };
    let Some(file) = &args.output else {
        super::say(text.trim_end());
        return Ok(());
    };
    write_whole(file, &text).map_err(|cause| Rejected::Failed(format!("{}: {cause}", file.display())))
}

/// The file appears whole or not at all.
fn write_whole(file: &Path, text: &str) -> std::io::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let aside = file.with_file_name(format!(".{name}.part"));
    fs::write(&aside, text).and_then(|()| fs::rename(&aside, file)).inspect_err(|_| {
        // The failure that is reported is the one that counts.
        let _ = fs::remove_file(&aside);
    })
}

/// A table as it was read.
struct Table {
    units: Vec<String>,
    keys: Vec<String>,
    inputs: Inputs,
}

const UNIT: &str = "unit";

impl Table {
    /// Reads the table, or every mistake in it.
    fn read(plan: &Plan, bytes: &[u8]) -> Result<Self, Vec<String>> {
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
        let mut mistakes = check_headers(plan, &headers);
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
            keys: headers.iter().filter(|header| *header != UNIT).cloned().collect(),
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
            if cell.is_empty() {
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

    /// Figures of the set that the table has no column for.
    fn absent<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = &'a String> {
        plan.keys().iter().filter(|key| !self.keys.contains(key))
    }
}

fn check_headers(plan: &Plan, headers: &[String]) -> Vec<String> {
    let mut mistakes = Vec::new();
    if !headers.iter().any(|header| header == UNIT) {
        mistakes.push("dòng / row 1: thiếu cột `unit` / the column `unit` is missing".to_owned());
    }
    for (at, header) in headers.iter().enumerate() {
        let place = format!("dòng / row 1, cột / column {header}");
        if header != UNIT && !plan.keys().contains(header) {
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

fn as_csv(plan: &Plan, table: &Table, scores: &Scores) -> Result<String, Rejected> {
    let failed = |cause: csv::Error| Rejected::Failed(cause.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let ids = plan.criteria().iter().map(|criterion| criterion.id.as_str());
    let totals = ["met", "unmet", "no_data", "of", "points", "max_points", "recognised"];
    writer.write_record([UNIT].into_iter().chain(ids).chain(totals)).map_err(failed)?;
    for (row, unit) in table.units.iter().enumerate() {
        let outcomes = scores.outcomes.iter().map(|column| column[row].code().to_owned());
        let line = [unit.clone()].into_iter().chain(outcomes).chain(totals_of(&scores.totals[row]));
        writer.write_record(line).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|cause| Rejected::Failed(cause.to_string()))?;
    String::from_utf8(bytes).map_err(|cause| Rejected::Failed(cause.to_string()))
}

fn totals_of(totals: &Totals) -> [String; 7] {
    [
        totals.met.to_string(),
        totals.unmet.to_string(),
        totals.no_data.to_string(),
        totals.of.to_string(),
        points(totals, totals.points_thousandths).unwrap_or_default(),
        points(totals, totals.max_thousandths).unwrap_or_default(),
        recognised(totals).to_owned(),
    ]
}

/// A decimal, exact to a thousandth; none where the set gives no points.
fn points(totals: &Totals, thousandths: i64) -> Option<String> {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    let text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
    (totals.max_thousandths > 0).then_some(text)
}

fn recognised(totals: &Totals) -> &'static str {
    match Outcome::from(totals.recognised) {
        Outcome::Met => "yes",
        Outcome::Unmet => "no",
        Outcome::NoData => "open",
    }
}

fn as_json(plan: &Plan, table: &Table, scores: &Scores) -> Value {
    let unit = |(row, unit): (usize, &String)| {
        let totals = &scores.totals[row];
        let outcomes: serde_json::Map<String, Value> = plan
            .criteria()
            .iter()
            .zip(&scores.outcomes)
            .map(|(criterion, column)| (criterion.id.clone(), json!(column[row].code())))
            .collect();
        json!({
            "unit": unit,
            "outcomes": outcomes,
            "totals": {
                "met": totals.met,
                "unmet": totals.unmet,
                "no_data": totals.no_data,
                "of": totals.of,
                "points": points(totals, totals.points_thousandths),
                "max": points(totals, totals.max_thousandths),
                "recognised": recognised(totals),
            },
        })
    };
    json!({ "units": table.units.iter().enumerate().map(unit).collect::<Vec<_>>() })
}
