//! What if a number of a set were another one, or another version of it counted (S6): the cycle scored twice, and which
//! units change.
//!
//! A question only: nothing is stored, and the cycle stays with its set.

use std::str::FromStr as _;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use dienhinh_domain::{
    Refused,
    access::Role,
    calendar::format_day,
    ids::CycleId,
    programmes::{CriteriaSet, Parameter, adjusted, parameters},
};
use dienhinh_engine::{Outcome as Score, Plan, Scores, Totals, score};
use dienhinh_storage::cycles;
use serde::Deserialize;

use super::views::{ChangeView, ParameterView, VersionChoice, WhatIfPage, WhatIfResult};
use crate::{
    app::{App, LoadedSet},
    cycles::fill::batch::{Batch, Entry},
    dossiers::fill::words,
    web::{
        lang::Lang,
        layout::{FormError, Place, Tone},
        problem::{Outcome, Problem},
        reply,
        visit::Visit,
    },
};

/// What is asked.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    cycle: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    version: String,
}

/// `GET /programmes/{code}/what-if`: for those who appraise or decide.
pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Outcome<Response> {
    if !matches!(visit.actor.role, Role::Appraiser | Role::CouncilSecretary) {
        return Err(Refused::new("access.role").with("roles", "appraiser,council_secretary").into());
    }
    let batch = batch(&app, &visit, &code, &asked.cycle).await?;
    let set = &batch.loaded.set;
    let lang = visit.lang;
    let tried = match (asked.version.as_str(), asked.key.as_str()) {
        ("", "") => None,
        ("", key) => Some(Tried::number(&batch, key, &asked.value)),
        (version, _) => {
            let mut others = app.versions_of(&code);
            let other = others.find(|other| other.set.version == version).ok_or(Problem::Missing("programme"))?;
            Some(Ok(Tried::version(lang, &batch, other)))
        }
    };
    let (result, wrong) = match tried {
        Some(Ok(tried)) => (Some(result(lang, &batch, &tried)), None),
        Some(Err(refused)) => (None, Some(refused)),
        None => (None, None),
    };
    let title = lang.t("what-if-title");
    let mut shell = visit.shell(&app, title.clone(), Some(Place::Programmes)).await?;
    let error = wrong.as_ref().map(|refused| lang.why(refused));
    shell.errors = error.iter().map(|text| FormError { href: "#value".to_owned(), text: text.clone() }).collect();
    let page = WhatIfPage {
        shell,
        title,
        about: words::programme_year(lang, set, batch.cycle.year),
        programme_href: format!("/programmes/{code}"),
        cycle: batch.cycle.id.to_string(),
        parameters: parameters(set).iter().map(|parameter| parameter_view(lang, set, parameter, &asked.key)).collect(),
        versions: other_versions(&app, set, &asked.version),
        value: asked.value,
        error: error.unwrap_or_default(),
        result,
    };
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    reply::page_with(status, &page)
}

/// The cycle that is asked about: the named one of this set, or its latest.
async fn batch(app: &App, visit: &Visit, code: &str, cycle: &str) -> Outcome<Batch> {
    let mut tx = app.db.read().await?;
    let of_set = cycles::all(&mut tx).await?.into_iter().filter(|found| found.set_code == code);
    let mut wanted = of_set.filter(|found| cycle.is_empty() || CycleId::from_str(cycle).is_ok_and(|id| found.id == id));
    let cycle = wanted.next().ok_or(Problem::Missing("cycle"))?;
    Batch::load(app, &mut tx, cycle, visit.actor.scope).await
}

fn parameter_view(lang: Lang, set: &CriteriaSet, parameter: &Parameter, chosen: &str) -> ParameterView {
    let text = match parameter.criterion.map(|at| &set.criteria[at]) {
        Some(criterion) => format!("{}. {}", criterion.number, words::cut(lang.of(&criterion.text), 70)),
        None => lang.t("what-if-min-met"),
    };
    let key = parameter.key.rsplit('.').next().unwrap_or_default();
    let what = lang.look_up(&format!("what-if-{}", key.replace('_', "-")), &[]);
    ParameterView {
        key: parameter.key.clone(),
        text: if parameter.criterion.is_some() {
            format!("{text} ({what} {})", parameter.current)
        } else {
            format!("{text} ({})", parameter.current)
        },
        chosen: parameter.key == chosen,
    }
}

/// The versions of the set beside the one of the cycle, the oldest first.
fn other_versions(app: &App, set: &CriteriaSet, chosen: &str) -> Vec<VersionChoice> {
    let mut others: Vec<&CriteriaSet> = app.versions_of(&set.code).map(|other| &other.set).collect();
    others.retain(|other| other.version != set.version);
    others.sort_by(|left, right| left.by_age(right));
    let choice = |other: &CriteriaSet| VersionChoice {
        version: other.version.clone(),
        valid_from: format_day(other.valid_from),
        chosen: other.version == chosen,
    };
    others.into_iter().map(choice).collect()
}

/// The cycle scored as if something else counted.
struct Tried {
    set: CriteriaSet,
    scores: Scores,
    /// The criterion whose number was changed, in both sets.
    criterion: Option<usize>,
    /// What is to be known beside the result; empty when nothing is.
    note: String,
}

impl Tried {
    fn number(batch: &Batch, key: &str, value: &str) -> Result<Self, Refused> {
        let set = adjusted(&batch.loaded.set, key, value)?;
        // A set in order with one number changed to one that may stand there has no more points and no other columns.
        let plan = Plan::compile(&set).map_err(|_| Refused::new("programmes.unknown_parameter").with("key", key))?;
        let criterion = parameters(&set).into_iter().find(|found| found.key == key).and_then(|found| found.criterion);
        Ok(Self { scores: score(&plan, &batch.inputs), set, criterion, note: String::new() })
    }

    fn version(lang: Lang, batch: &Batch, other: &LoadedSet) -> Self {
        let (inputs, asked) = batch.inputs.for_version(&batch.loaded.plan, &other.plan);
        let note = if asked.is_empty() { String::new() } else { lang.t1("what-if-version-asks", "n", asked.len()) };
        Self { scores: score(&other.plan, &inputs), set: other.set.clone(), criterion: None, note }
    }
}

fn result(lang: Lang, batch: &Batch, tried: &Tried) -> WhatIfResult {
    let handed_in: Vec<usize> =
        (0..batch.entries.len()).filter(|row| batch.entries[*row].dossier.state.is_handed_in()).collect();
    let before = |row: usize| &batch.entries[row].totals;
    let after = |row: usize| &tried.scores.totals[row];
    let count = |of: &dyn Fn(usize) -> Option<bool>| handed_in.iter().filter(|row| of(**row) == Some(true)).count();
    let mut titles = Vec::new();
    let mut criteria = Vec::new();
    for row in handed_in.iter().copied() {
        let entry = &batch.entries[row];
        let (from, to) = (class_text(lang, &batch.loaded.set, before(row)), class_text(lang, &tried.set, after(row)));
        if from != to || before(row).recognised != after(row).recognised {
            titles.push(change(entry, &from, &to, after(row).recognised == Some(true)));
        }
        if let Some(at) = tried.criterion.filter(|at| entry.outcomes[*at] != tried.scores.outcomes[*at][row]) {
            let outcome = |outcome: Score| crate::dossiers::views::parts::OutcomeView::from(outcome).text(lang);
            let (from, to) = (outcome(entry.outcomes[at]), outcome(tried.scores.outcomes[at][row]));
            criteria.push(change(entry, &from, &to, tried.scores.outcomes[at][row] == Score::Met));
        }
    }
    let numbers = [
        ("of", handed_in.len().to_string()),
        ("before", count(&|row| before(row).recognised).to_string()),
        ("after", count(&|row| after(row).recognised).to_string()),
    ];
    WhatIfResult {
        sentence: lang.look_up("what-if-result", &numbers),
        note: tried.note.clone(),
        titles_heading: lang.t1("what-if-titles", "n", titles.len()),
        titles,
        criteria_heading: tried.criterion.map(|at| {
            let number = tried.set.criteria[at].number;
            lang.t2("what-if-criteria", "number", number, "n", criteria.len())
        }),
        criteria,
    }
}

fn class_text(lang: Lang, set: &CriteriaSet, totals: &Totals) -> String {
    if set.classes.len() < 2 {
        return words::rules_text(lang, totals.recognised).0;
    }
    match totals.class {
        None => lang.t("class-open"),
        Some(0) => lang.t("class-none"),
        Some(class) => lang.of(&set.classes[class - 1].title).to_owned(),
    }
}

fn change(entry: &Entry, from: &str, to: &str, better: bool) -> ChangeView {
    ChangeView {
        unit: entry.unit.version.name.clone(),
        place: words::place_text(&entry.unit.ancestors),
        href: format!("/dossiers/{}", entry.dossier.id),
        text: format!("{from} → {to}"),
        tone: if better { Tone::Ok } else { Tone::No },
    }
}
