//! `dienhinh what-if`: another number, or another version of a pack, on a table of units, and who stands otherwise.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use clap::Args;
use dienhinh_domain::programmes::{CriteriaSet, adjusted, parameters};
use dienhinh_engine::{Plan, Scores};
use serde_json::{Value, json};

use super::{
    Rejected, pack,
    score::{by_group, class, recognised},
    table::Table,
};

/// Try another number or version of a pack on a table: "who loses the title if 70 % becomes 80 %?"
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("tried").required(true).args(["set", "version"])))]
pub(crate) struct WhatIfArgs {
    /// Folder of the pack or overlay; it is not changed.
    #[arg(long)]
    pack: PathBuf,
    /// Table with a column `unit` and one column for each figure.
    #[arg(long)]
    input: PathBuf,
    /// The number and what to try: `c04.recognised=80/100`.
    #[arg(long, value_name = "KEY=VALUE")]
    set: Option<String>,
    /// Folder of the version to try instead.
    #[arg(long, value_name = "DIR")]
    version: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// A unit that stands otherwise.
struct Changed<'a> {
    unit: &'a str,
    before: &'a str,
    after: &'a str,
}

pub(crate) fn run(args: &WhatIfArgs) -> ExitCode {
    compare(args).map_or_else(super::refuse, |()| ExitCode::SUCCESS)
}

fn compare(args: &WhatIfArgs) -> Result<(), Rejected> {
    let (set, plan) = pack::open(&args.pack)?;
    let (other_set, other) = match (&args.set, &args.version) {
        (Some(tried), _) => with_number(&set, tried)?,
        (None, Some(folder)) => pack::open(folder)?,
        (None, None) => return Err(Rejected::Data(vec!["--set, --version?".to_owned()])),
    };
    let table = Table::open(&plan, &[&other], &args.input)?;
    table.name_absent(&plan, &args.input);
    let same = Table::open(&other, &[&plan], &args.input)?;
    let (before, after) = (by_group(&set, &plan, &table)?, by_group(&other_set, &other, &same)?);
    let rows = table.units.iter().enumerate().map(|(row, unit)| Changed {
        unit,
        before: standing(&plan, &before, row),
        after: standing(&other, &after, row),
    });
    let changed: Vec<Changed> = rows.filter(|row| row.before != row.after).collect();
    if args.json {
        super::say(&as_json(args, table.units.len(), &changed).to_string());
    } else {
        print(table.units.len(), &changed);
    }
    Ok(())
}

/// The plan of the set with one number changed, or which numbers there are.
fn with_number(set: &CriteriaSet, tried: &str) -> Result<(CriteriaSet, Plan), Rejected> {
    let (key, value) = tried.split_once('=').unwrap_or((tried, ""));
    let tried = adjusted(set, key.trim(), value).map_err(|refused| {
        let known = parameters(set).into_iter().map(|parameter| format!("{}={}", parameter.key, parameter.current));
        let known = known.collect::<Vec<_>>().join(", ");
        let text = match &*refused.code {
            "programmes.bad_value" => {
                "giá trị này không dùng được; bộ tiêu chí có / this value cannot stand; there are"
            }
            _ => "bộ tiêu chí không có số này, chỉ có / the set has no such number, only",
        };
        Rejected::Data(vec![format!("--set {tried}: {text}: {known}")])
    })?;
    let plan = pack::compiled(&tried)?;
    Ok((tried, plan))
}

/// The class where the set has classes, else whether the unit is recognised.
fn standing<'a>(plan: &'a Plan, scores: &Scores, row: usize) -> &'a str {
    let totals = &scores.totals[row];
    class(plan, totals).unwrap_or_else(|| recognised(totals))
}

fn print(units: usize, changed: &[Changed]) {
    for row in changed {
        super::say(&format!("{}: {} → {}", row.unit, row.before, row.after));
    }
    for ((before, after), count) in counts(changed) {
        super::say(&format!("{before} → {after}: {count}"));
    }
    let count = changed.len();
    super::say(&format!("{count}/{units} đơn vị thay đổi / {count} of {units} units change"));
}

/// How many units go from where to where.
fn counts<'a>(changed: &[Changed<'a>]) -> BTreeMap<(&'a str, &'a str), usize> {
    let mut counts = BTreeMap::new();
    for row in changed {
        *counts.entry((row.before, row.after)).or_default() += 1;
    }
    counts
}

fn as_json(args: &WhatIfArgs, units: usize, changed: &[Changed]) -> Value {
    let rows = changed.iter().map(|row| json!({ "unit": row.unit, "before": row.before, "after": row.after }));
    let counts = counts(changed).into_iter();
    let counts = counts.map(|((before, after), units)| json!({ "before": before, "after": after, "units": units }));
    json!({
        "set": args.set,
        "version": args.version.as_ref().map(|folder| folder.display().to_string()),
        "units": units,
        "counts": counts.collect::<Vec<_>>(),
        "changed": rows.collect::<Vec<_>>(),
    })
}
