//! `dienhinh score`: scores a table of units with a pack.
//!
//! A table with one mistake is rejected as a whole.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use dienhinh_engine::{Plan, Scores, Totals, score};
use serde_json::{Value, json};

use super::{
    Rejected, pack,
    table::{Table, UNIT},
};

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

pub(crate) fn run(args: &ScoreArgs) -> ExitCode {
    score_table(args).map_or_else(super::refuse, |()| ExitCode::SUCCESS)
}

fn score_table(args: &ScoreArgs) -> Result<(), Rejected> {
    let (_, plan) = pack::open(&args.pack)?;
    let table = Table::open(&plan, &[], &args.input)?;
    table.name_absent(&plan, &args.input);
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

fn as_csv(plan: &Plan, table: &Table, scores: &Scores) -> Result<String, Rejected> {
    let failed = |cause: csv::Error| Rejected::Failed(cause.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let ids = plan.criteria().iter().map(|criterion| criterion.id.as_str());
    let totals = ["met", "unmet", "no_data", "of", "points", "max_points", "class", "recognised"];
    writer.write_record([UNIT].into_iter().chain(ids).chain(totals)).map_err(failed)?;
    for (row, unit) in table.units.iter().enumerate() {
        let outcomes = scores.outcomes.iter().map(|column| column[row].code().to_owned());
        let line = [unit.clone()].into_iter().chain(outcomes).chain(totals_of(plan, &scores.totals[row]));
        writer.write_record(line).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|cause| Rejected::Failed(cause.to_string()))?;
    String::from_utf8(bytes).map_err(|cause| Rejected::Failed(cause.to_string()))
}

fn totals_of(plan: &Plan, totals: &Totals) -> [String; 8] {
    [
        totals.met.to_string(),
        totals.unmet.to_string(),
        totals.no_data.to_string(),
        totals.of.to_string(),
        points(totals, totals.points_thousandths).unwrap_or_default(),
        points(totals, totals.max_thousandths).unwrap_or_default(),
        class(plan, totals).unwrap_or_default().to_owned(),
        recognised(totals).to_owned(),
    ]
}

/// A decimal, exact to a thousandth; none where the set gives no points.
fn points(totals: &Totals, thousandths: i64) -> Option<String> {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    let text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
    (totals.max_thousandths > 0).then_some(text)
}

/// The id of the class, `none` below the lowest, `open` while missing data leave it so; nothing where the set has
/// no classes.
pub(super) fn class<'a>(plan: &'a Plan, totals: &Totals) -> Option<&'a str> {
    let classes = plan.class_ids();
    let at = |class: usize| class.checked_sub(1).map_or("none", |at| &classes[at]);
    (classes.len() > 1).then(|| totals.class.map_or("open", at))
}

/// `deferred` where a condition puts the title off.
pub(super) fn recognised(totals: &Totals) -> &'static str {
    match totals.recognised {
        Some(false) if totals.is_deferred => "deferred",
        Some(true) => "yes",
        Some(false) => "no",
        None => "open",
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
                "class": class(plan, totals),
                "recognised": recognised(totals),
            },
        })
    };
    json!({ "units": table.units.iter().enumerate().map(unit).collect::<Vec<_>>() })
}
