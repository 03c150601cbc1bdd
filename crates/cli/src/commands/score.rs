//! `dienhinh score`: scores a table of units with a pack.
//!
//! Evaluation order: the units below first, then the table itself, then what is decided among the units of one parent.
//! A table with one mistake is rejected as a whole.

mod levels;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use dienhinh_engine::{Plan, Scores, Standing, Totals, standings};
use serde_json::{Value, json};

use self::levels::Level;
pub(super) use self::levels::by_group;
use super::{
    Rejected,
    table::{Table, UNIT},
};

/// Score a table of units with a pack.
#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// Folder of the pack or overlay.
    #[arg(long)]
    pack: PathBuf,
    /// Table with a column `unit` and one column for each figure.
    #[arg(long)]
    input: PathBuf,
    /// A pack with its table whose results are read: of the units below (a column `parent` names the unit above), or
    /// of the same units in another programme. May stand several times; their order does not matter.
    #[arg(long, value_name = "PACK=TABLE")]
    with: Vec<String>,
    /// Add the order of the units that have one parent. A pack with quotas always does.
    #[arg(long)]
    rank: bool,
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
    let mut levels = Vec::new();
    for given in &args.with {
        let (folder, file) = given
            .split_once('=')
            .ok_or_else(|| Rejected::Data(vec![format!("--with {given}: cần PACK=TABLE / PACK=TABLE is expected")]))?;
        levels.push(Level::open(Path::new(folder), Path::new(file))?);
    }
    levels.push(Level::open(&args.pack, &args.input)?);
    let Some(Level { plan, table, scores, .. }) = levels::scored(levels)?.pop() else { return Ok(()) };
    let standings = (args.rank || plan.has_quotas()).then(|| among_siblings(&plan, &table, &scores));
    let results = Results { plan: &plan, table: &table, scores: &scores, standings };
    let text = if args.json { results.as_json().to_string() + "\n" } else { results.as_csv()? };
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

/// How each unit stands among those with the same parent.
fn among_siblings(plan: &Plan, table: &Table, scores: &Scores) -> Vec<Standing> {
    let mut siblings: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, about) in table.about.iter().enumerate() {
        siblings.entry(&about.parent).or_default().push(row);
    }
    let mut all: BTreeMap<usize, Standing> = BTreeMap::new();
    for rows in siblings.into_values() {
        let totals: Vec<Totals> = rows.iter().map(|row| scores.totals[*row]).collect();
        all.extend(rows.into_iter().zip(standings(plan, &totals)));
    }
    all.into_values().collect()
}

/// What is written.
struct Results<'a> {
    plan: &'a Plan,
    table: &'a Table,
    scores: &'a Scores,
    standings: Option<Vec<Standing>>,
}

impl Results<'_> {
    fn as_csv(&self) -> Result<String, Rejected> {
        let (plan, scores) = (self.plan, self.scores);
        let failed = |cause: csv::Error| Rejected::Failed(cause.to_string());
        let mut writer = csv::Writer::from_writer(Vec::new());
        let ids = plan.criteria().iter().map(|criterion| criterion.id.as_str());
        let totals = ["met", "unmet", "no_data", "of", "points", "max_points", "class", "recognised"];
        let among: &[&str] = if self.standings.is_some() { &["rank", "final_class", "final_recognised"] } else { &[] };
        writer
            .write_record([UNIT].into_iter().chain(ids).chain(totals).chain(among.iter().copied()))
            .map_err(failed)?;
        for (row, unit) in self.table.units.iter().enumerate() {
            let outcomes = scores.outcomes.iter().map(|column| column[row].code().to_owned());
            let line = [unit.clone()].into_iter().chain(outcomes).chain(totals_of(plan, &scores.totals[row]));
            let among = self.final_of(row).map(|(rank, class, recognised)| {
                let rank = rank.map_or_else(String::new, |rank| rank.to_string());
                [rank, class.unwrap_or_default().to_owned(), recognised.to_owned()]
            });
            writer.write_record(line.chain(among.into_iter().flatten())).map_err(failed)?;
        }
        let bytes = writer.into_inner().map_err(|cause| Rejected::Failed(cause.to_string()))?;
        String::from_utf8(bytes).map_err(|cause| Rejected::Failed(cause.to_string()))
    }

    /// Rank, class and recognition of a row once all units of its parent are known.
    fn final_of(&self, row: usize) -> Option<(Option<usize>, Option<&str>, &'static str)> {
        let standing = self.standings.as_ref()?[row];
        let own = self.scores.totals[row];
        let recognised = match (own.recognised, standing.class) {
            (Some(true), None) => None,
            (Some(true), Some(class)) => Some(class >= self.plan.recognised_from()),
            (other, _) => other,
        };
        let totals = Totals { class: standing.class, recognised, ..own };
        Some((standing.rank, class(self.plan, &totals), self::recognised(&totals)))
    }

    fn as_json(&self) -> Value {
        let (plan, scores) = (self.plan, self.scores);
        let unit = |(row, unit): (usize, &String)| {
            let totals = &scores.totals[row];
            let outcomes: serde_json::Map<String, Value> = plan
                .criteria()
                .iter()
                .zip(&scores.outcomes)
                .map(|(criterion, column)| (criterion.id.clone(), json!(column[row].code())))
                .collect();
            let among = self
                .final_of(row)
                .map(|(rank, class, recognised)| json!({ "rank": rank, "class": class, "recognised": recognised }));
            json!({
                "unit": unit,
                "outcomes": outcomes,
                "totals": {
                    "met": totals.met,
                    "unmet": totals.unmet,
                    "no_data": totals.no_data,
                    "not_applicable": totals.not_applicable,
                    "of": totals.of,
                    "points": points(totals, totals.points_thousandths),
                    "max": points(totals, totals.max_thousandths),
                    "class": class(plan, totals),
                    "recognised": recognised(totals),
                },
                "final": among,
            })
        };
        json!({ "units": self.table.units.iter().enumerate().map(unit).collect::<Vec<_>>() })
    }
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
