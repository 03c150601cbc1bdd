//! The worked examples of a pack: figures in, result out. Running them is the engine's work.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{Problem, Text, parse::unreadable};

/// One worked example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Line in the file, from 1.
    pub line: usize,
    /// What it shows.
    pub name: String,
    /// The group of units it is about, by its id; none for the set as it stands.
    pub unit_group: Option<String>,
    /// The unit above, by any name: cases of one parent are its units, which quotas and ranks weigh against each
    /// other.
    pub parent: Option<String>,
    /// Figures by input key.
    pub inputs: BTreeMap<String, i64>,
    /// What every criterion is of which no figure is given.
    pub rest: Rest,
    /// Expected outcome by criterion: `met`, `unmet`, `no_data`, `not_applicable`.
    pub outcomes: BTreeMap<String, String>,
    /// Expected number of criteria met.
    pub met: Option<usize>,
    /// Expected number not met.
    pub unmet: Option<usize>,
    /// Expected number without data.
    pub no_data: Option<usize>,
    /// Expected number that do not apply.
    pub not_applicable: Option<usize>,
    /// Expected points, as written in the file: `96` or `95.5`.
    pub points: Option<String>,
    /// Expected class by its id; `none` and `open` as well.
    pub class: Option<String>,
    /// Expected answer of the rules of recognition: `yes`, `no`, `open`; `deferred` where a condition puts the title off.
    pub recognised: Option<String>,
    /// Expected rank among the units of its parent, from 1.
    pub rank: Option<usize>,
    /// Expected class after the quotas.
    pub final_class: Option<String>,
    /// Expected explanation in Vietnamese, by criterion.
    pub says: BTreeMap<String, String>,
}

/// What the criteria are that a case does not speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// Figures that just meet each of them.
    Met,
    /// No figures.
    #[default]
    Missing,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCases {
    case: Vec<RawCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    name: Spanned<String>,
    unit_group: Option<String>,
    parent: Option<String>,
    #[serde(default)]
    inputs: BTreeMap<String, i64>,
    #[serde(default)]
    rest: Rest,
    #[serde(default)]
    outcomes: BTreeMap<String, String>,
    met: Option<usize>,
    unmet: Option<usize>,
    no_data: Option<usize>,
    not_applicable: Option<usize>,
    points: Option<RawPoints>,
    class: Option<String>,
    recognised: Option<String>,
    rank: Option<usize>,
    final_class: Option<String>,
    #[serde(default)]
    says: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawPoints {
    Whole(i64),
    Decimal(String),
}

/// Reads `cases.toml`. A case that expects nothing is a mistake: it could not fail.
pub fn parse_cases(text: &str) -> Result<Vec<Case>, Vec<Problem>> {
    let raw: RawCases = toml::from_str(text).map_err(|error| vec![unreadable(text, &error)])?;
    let mut problems = Vec::new();
    let mut cases = Vec::new();
    for raw in raw.case {
        let line = text[..raw.name.span().start].matches('\n').count() + 1;
        let counts = [raw.met, raw.unmet, raw.no_data, raw.not_applicable, raw.rank];
        let expects = !raw.outcomes.is_empty()
            || counts.iter().any(Option::is_some)
            || raw.points.is_some()
            || raw.class.is_some()
            || raw.recognised.is_some()
            || raw.final_class.is_some()
            || !raw.says.is_empty();
        if !expects {
            let what = Text {
                vi: "trường hợp không nêu kết quả nào".into(), en: "the case expects nothing".into()
            };
            problems.push(Problem { line: Some(line), what });
        }
        cases.push(Case {
            line,
            name: raw.name.into_inner(),
            unit_group: raw.unit_group,
            parent: raw.parent,
            inputs: raw.inputs,
            rest: raw.rest,
            outcomes: raw.outcomes,
            met: raw.met,
            unmet: raw.unmet,
            no_data: raw.no_data,
            not_applicable: raw.not_applicable,
            points: raw.points.map(|points| match points {
                RawPoints::Whole(whole) => whole.to_string(),
                RawPoints::Decimal(text) => text,
            }),
            class: raw.class,
            recognised: raw.recognised,
            rank: raw.rank,
            final_class: raw.final_class,
            says: raw.says,
        });
    }
    if problems.is_empty() { Ok(cases) } else { Err(problems) }
}
