//! `dienhinh explain`: why a unit of a table stands as it does, and what differs from another table or version.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use dienhinh_domain::{
    programmes::CriteriaSet,
    text::{format_count, format_thousandths},
};
use dienhinh_engine::{Explanation, Language, Plan, Totals, difference, explain, explain::groups, lacking};
use serde_json::{Value, json};

use super::{
    Rejected, pack,
    score::{by_group, class, recognised},
    table::Table,
};

/// Explain how one unit of a table stands: figures, rule, comparison, outcome; groups, total, class, what is lacking.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Folder of the pack or overlay.
    #[arg(long)]
    pack: PathBuf,
    /// Table with a column `unit` and one column for each figure.
    #[arg(long)]
    input: PathBuf,
    /// The unit, as its row names it.
    #[arg(long)]
    unit: String,
    /// Another table to compare with: what was appraised, another year.
    #[arg(long, value_name = "TABLE")]
    against: Option<PathBuf>,
    /// Another version of the pack to compare with.
    #[arg(long, value_name = "DIR")]
    against_pack: Option<PathBuf>,
    /// Language of the sentences.
    #[arg(long, value_enum, default_value_t = Words::Vi)]
    lang: Words,
    /// Print one JSON object, with the sentences in both languages.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Words {
    Vi,
    En,
}

/// A unit with the pack that it is scored with.
struct Unit {
    set: CriteriaSet,
    plan: Plan,
    table: Table,
    row: usize,
    totals: Totals,
}

impl Unit {
    fn open(folder: &Path, file: &Path, unit: &str, others: &[&Plan]) -> Result<Self, Rejected> {
        let (set, plan) = pack::open(folder)?;
        let table = Table::open(&plan, others, file)?;
        let row = table.units.iter().position(|name| name == unit).ok_or_else(|| {
            let text = format!("không có đơn vị “{unit}” / there is no unit `{unit}`");
            Rejected::NotFound(format!("{}: {text}", file.display()))
        })?;
        let totals = by_group(&set, &plan, &table)?.totals[row];
        let group = table.about[row].unit_group.clone();
        let set = set.for_units(&group).unwrap_or(set);
        let plan = pack::compiled(&set)?;
        Ok(Self { set, plan, table, row, totals })
    }

    fn explain(&self, criterion: usize) -> Explanation {
        explain(&self.plan, &self.table.inputs, criterion, self.row)
    }

    /// The criterion of this side that one of a newer or older version stands for.
    fn like(&self, other: &Self, at: usize) -> Option<usize> {
        let wanted = &other.set.criteria[at];
        let stands_for = |id: &str| wanted.id == id || wanted.replaces.iter().any(|old| old == id);
        let replaced = |replaces: &[String]| replaces.contains(&wanted.id);
        self.set.criteria.iter().position(|own| replaced(&own.replaces) || stands_for(&own.id))
    }
}

pub(crate) fn run(args: &ExplainArgs) -> ExitCode {
    explained(args).map_or_else(super::refuse, |()| ExitCode::SUCCESS)
}

fn explained(args: &ExplainArgs) -> Result<(), Rejected> {
    let is_compared = args.against.is_some() || args.against_pack.is_some();
    let against_pack = args.against_pack.as_ref().unwrap_or(&args.pack);
    let against_plan = pack::open(against_pack)?.1;
    let unit = Unit::open(&args.pack, &args.input, &args.unit, &[&against_plan])?;
    let against = args.against.as_ref().unwrap_or(&args.input);
    let other = is_compared.then(|| Unit::open(against_pack, against, &args.unit, &[&unit.plan])).transpose()?;
    if args.json {
        super::say(&as_json(&args.unit, &unit, other.as_ref()).to_string());
        return Ok(());
    }
    let language = match args.lang {
        Words::Vi => Language::Vi,
        Words::En => Language::En,
    };
    match &other {
        Some(other) => print_difference(&args.unit, &unit, other, language),
        None => print(&args.unit, &unit, language),
    }
    Ok(())
}

fn pick(language: Language, vi: &str, en: &str) -> String {
    match language {
        Language::Vi => vi.to_owned(),
        Language::En => en.to_owned(),
    }
}

/// `Châu Hưng: đạt 32/34 tiêu chí, 96,5/100,0 điểm, recognised: yes`.
fn summary(name: &str, unit: &Unit, language: Language) -> String {
    let totals = &unit.totals;
    let (met, of) = (totals.met, totals.of);
    let mut parts = vec![pick(language, &format!("đạt {met}/{of} tiêu chí"), &format!("{met} of {of} criteria met"))];
    if totals.max_thousandths > 0 {
        let [points, max] =
            [totals.points_thousandths, totals.max_thousandths].map(|points| format_thousandths(points, 1));
        parts.push(format!("{points}/{max} {}", pick(language, "điểm", "points")));
    }
    parts.extend(class(&unit.plan, totals).map(|class| format!("{}: {class}", pick(language, "mức", "class"))));
    parts.push(format!("{}: {}", pick(language, "công nhận", "recognised"), recognised(totals)));
    format!("{name}: {}", parts.join(", "))
}

fn print(name: &str, unit: &Unit, language: Language) {
    super::say(&summary(name, unit, language));
    let reached = groups(&unit.plan, &unit.table.inputs, unit.row);
    for (at, group) in unit.set.groups.iter().enumerate() {
        let title = pick(language, &group.title.vi, &group.title.en);
        let points = match reached[at] {
            (_, 0) => String::new(),
            (points, cap) => format!(": {}/{}", format_thousandths(points, 1), format_thousandths(cap, 1)),
        };
        super::say(&format!("├ {title}{points}"));
        for (place, criterion) in unit.set.criteria.iter().enumerate().filter(|(_, one)| one.group == at) {
            let explanation = unit.explain(place);
            super::say(&format!("│ ├ {}. {}", criterion.number, explanation.sentence(language)));
            for (input, value) in &explanation.inputs {
                let value = value.map_or_else(|| "–".to_owned(), format_count);
                super::say(&format!(
                    "│ │   {} ({}): {value}",
                    pick(language, &input.label.vi, &input.label.en),
                    input.key
                ));
            }
        }
    }
    super::say(&format!("└ {}", lacking_words(unit, language)));
}

fn lacking_words(unit: &Unit, language: Language) -> String {
    let Some(lacks) = lacking(&unit.plan, &unit.table.inputs, unit.row) else {
        return pick(language, "Không thiếu gì: đã ở mức cao nhất.", "Nothing is lacking: the highest class.");
    };
    let title = &unit.set.classes[lacks.class - 1].title;
    let mut parts = Vec::new();
    if lacks.points_thousandths > 0 {
        let points = format_thousandths(lacks.points_thousandths, 1);
        parts.push(pick(language, &format!("{points} điểm"), &format!("{points} points")));
    }
    if lacks.met > 0 {
        let met = lacks.met;
        parts.push(pick(language, &format!("{met} tiêu chí"), &format!("{met} criteria")));
    }
    for (at, points) in &lacks.groups {
        let (title, points) = (&unit.set.groups[*at].title, format_thousandths(*points, 1));
        parts.push(pick(
            language,
            &format!("{points} điểm ở nhóm “{}”", title.vi),
            &format!("{points} points in the group `{}`", title.en),
        ));
    }
    if !lacks.criteria.is_empty() {
        let numbers: Vec<String> = lacks.criteria.iter().map(|at| unit.set.criteria[*at].number.to_string()).collect();
        let numbers = numbers.join(", ");
        parts.push(pick(
            language,
            &format!("tiêu chí {numbers} phải đạt"),
            &format!("criteria {numbers} are to be met"),
        ));
    }
    let head = pick(language, &format!("Còn thiếu để đạt “{}”", title.vi), &format!("Lacking for `{}`", title.en));
    // Nothing but figures that are missing stand between.
    let missing = pick(language, "số liệu chưa có", "figures that are missing");
    format!("{head}: {}.", if parts.is_empty() { missing } else { parts.join("; ") })
}

fn print_difference(name: &str, unit: &Unit, other: &Unit, language: Language) {
    super::say(&summary(name, unit, language));
    super::say(&format!("→ {}", summary(name, other, language)));
    for (number, sentence) in differences(unit, other, language) {
        super::say(&format!("{number}. {sentence}"));
    }
}

/// The number of each criterion that differs, with how; those that one side alone has as well.
fn differences(unit: &Unit, other: &Unit, language: Language) -> Vec<(u16, String)> {
    let mut found = Vec::new();
    for (at, criterion) in other.set.criteria.iter().enumerate() {
        match unit.like(other, at) {
            Some(before) => {
                let (left, right) = (unit.explain(before), other.explain(at));
                let differs = difference((&unit.set.criteria[before], &left), (criterion, &right));
                found.extend((!differs.is_empty()).then(|| (criterion.number, differs.sentence(language))));
            }
            None => found.push((
                criterion.number,
                format!(
                    "{} {}",
                    pick(language, "tiêu chí mới:", "new criterion:"),
                    other.explain(at).sentence(language)
                ),
            )),
        }
    }
    for (at, criterion) in unit.set.criteria.iter().enumerate() {
        if other.like(unit, at).is_none() {
            found.push((criterion.number, pick(language, "tiêu chí không còn.", "no longer a criterion.")));
        }
    }
    found
}

fn as_json(name: &str, unit: &Unit, other: Option<&Unit>) -> Value {
    let both = |of: &dyn Fn(Language) -> String| json!({ "vi": of(Language::Vi), "en": of(Language::En) });
    let criteria: Vec<Value> = unit
        .set
        .criteria
        .iter()
        .enumerate()
        .map(|(at, criterion)| {
            let explanation = unit.explain(at);
            let inputs = explanation.inputs.iter().map(|(input, value)| json!({ "key": input.key, "value": value }));
            json!({
                "id": criterion.id,
                "outcome": explanation.outcome.code(),
                "points_thousandths": explanation.points_thousandths,
                "inputs": inputs.collect::<Vec<_>>(),
                "sentence": both(&|language| explanation.sentence(language)),
            })
        })
        .collect();
    let differences = other.map(|other| {
        let (vi, en) = (differences(unit, other, Language::Vi), differences(unit, other, Language::En));
        let rows =
            vi.into_iter().zip(en).map(|((number, vi), (_, en))| json!({ "number": number, "vi": vi, "en": en }));
        rows.collect::<Vec<_>>()
    });
    json!({
        "unit": name,
        "summary": both(&|language| summary(name, unit, language)),
        "criteria": criteria,
        "lacking": both(&|language| lacking_words(unit, language)),
        "against": other.map(|other| both(&|language| summary(name, other, language))),
        "differences": differences,
    })
}
