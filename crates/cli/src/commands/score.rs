//! `dienhinh score`: scores a table of units with a pack.
//!
//! Evaluation order: the units below first, then the table itself, then what is decided among the units of one parent.
//! A table with one mistake is rejected as a whole. Where no row needs another one and results go into a
//! file, memory does not grow with the table.

mod levels;
mod output;
mod stream;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use dienhinh_engine::{Plan, Scores, Standing, Totals, standings};

pub(super) use self::levels::by_group;
use self::{
    levels::Level,
    output::{Output, Results},
};
use super::{
    Rejected, pack,
    table::{Table, is_parquet},
};

/// Score a table of units with a pack.
#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// Folder of the pack or overlay.
    #[arg(long)]
    pack: PathBuf,
    /// Table with a column `unit` and one column for each figure: CSV, or Parquet when its name ends in `.parquet`.
    #[arg(long)]
    input: PathBuf,
    /// A pack with its table whose results are read: of the units below (a column `parent` names the unit above), or
    /// of the same units in another programme. May stand several times; their order does not matter.
    #[arg(long, value_name = "PACK=TABLE")]
    with: Vec<String>,
    /// Add the order of the units that have one parent. A pack with quotas always does.
    #[arg(long)]
    rank: bool,
    /// Where the results go, as Parquet when its name ends in `.parquet`; standard output when left out.
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
    let file = args.output.as_deref();
    if args.json && file.is_some_and(is_parquet) {
        let text = "--json không ghi ra tệp .parquet / --json does not go into a .parquet file";
        return Err(Rejected::Data(vec![text.to_owned()]));
    }
    let (set, plan) = pack::open(&args.pack)?;
    let rows_stand_alone = args.with.is_empty() && !args.rank && !plan.has_quotas();
    // What goes to standard output cannot be taken back: there a mistake in the last row must be known first.
    if let Some(file) = file.filter(|_| rows_stand_alone && !args.json) {
        return stream::run(&set, &plan, &args.input, file);
    }
    let mut levels = Vec::new();
    for given in &args.with {
        let (folder, file) = given
            .split_once('=')
            .ok_or_else(|| Rejected::Data(vec![format!("--with {given}: cần PACK=TABLE / PACK=TABLE is expected")]))?;
        levels.push(Level::open(Path::new(folder), Path::new(file))?);
    }
    levels.push(Level::read(set, plan, &args.input)?);
    let Some(Level { plan, table, scores, .. }) = levels::scored(levels)?.pop() else { return Ok(()) };
    let standings = (args.rank || plan.has_quotas()).then(|| among_siblings(&plan, &table, &scores));
    let results = Results { plan: &plan, table: &table, scores: &scores, standings };
    if args.json {
        let text = results.as_json().to_string();
        return match file {
            None => {
                super::say(&text);
                Ok(())
            }
            Some(file) => {
                pack::write_file(file, (text + "\n").as_bytes()).map_err(|cause| output::failed(file, &cause))
            }
        };
    }
    let mut output = Output::open(file)?;
    output.write(&results, true)?;
    output.finish()
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
