//! What if a number of a set were another one (S6): the cycle scored twice, and which units change.
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
    ids::CycleId,
    programmes::{CriteriaSet, Parameter, adjusted, parameters},
};
use dienhinh_engine::{Outcome as Score, Plan, Totals, score};
use dienhinh_storage::cycles;
use serde::Deserialize;

use super::views::{ChangeView, ParameterView, WhatIfPage, WhatIfResult};
use crate::{
    app::App,
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
    let tried = (!asked.key.is_empty()).then(|| adjusted(set, &asked.key, &asked.value));
    let (result, wrong) = match tried {
        Some(Ok(changed)) => (Some(result(lang, &batch, &changed, &asked)?), None),
        Some(Err(refused)) => (None, Some(refused)),
        None => (None, None),
    };
    let title = lang.t("what-if-title");
    let mut shell = visit.shell(&app, title.clone(), Some(Place::Programmes)).await?;
    let error = wrong.as_ref().map(|refused| lang.look_up(&refused.text_key(), &refused.args));
    shell.errors = error.iter().map(|text| FormError { href: "#value".to_owned(), text: text.clone() }).collect();
    let page = WhatIfPage {
        shell,
        title,
        about: words::programme_year(lang, set, batch.cycle.year),
        programme_href: format!("/programmes/{code}"),
        cycle: batch.cycle.id.to_string(),
        parameters: parameters(set).iter().map(|parameter| parameter_view(lang, set, parameter, &asked.key)).collect(),
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

fn result(lang: Lang, batch: &Batch, changed: &CriteriaSet, asked: &Asked) -> Outcome<WhatIfResult> {
    let plan = Plan::compile(changed).map_err(|problems| Problem::Failed(format!("what if: {problems:?}")))?;
    let scores = score(&plan, &batch.inputs);
    let handed_in: Vec<usize> =
        (0..batch.entries.len()).filter(|row| batch.entries[*row].dossier.state.is_handed_in()).collect();
    let before = |row: usize| &batch.entries[row].totals;
    let after = |row: usize| &scores.totals[row];
    let count = |of: &dyn Fn(usize) -> Option<bool>| handed_in.iter().filter(|row| of(**row) == Some(true)).count();
    let criterion =
        parameters(changed).into_iter().find(|found| found.key == asked.key).and_then(|found| found.criterion);
    let mut titles = Vec::new();
    let mut criteria = Vec::new();
    for row in handed_in.iter().copied() {
        let entry = &batch.entries[row];
        if standing(before(row)) != standing(after(row)) {
            let [from, to] = [before(row), after(row)].map(|totals| class_text(lang, changed, totals));
            titles.push(change(entry, &from, &to, after(row).recognised == Some(true)));
        }
        if let Some(at) = criterion.filter(|at| entry.outcomes[*at] != scores.outcomes[*at][row]) {
            let outcome = |outcome: Score| crate::dossiers::views::parts::OutcomeView::from(outcome).text(lang);
            let (from, to) = (outcome(entry.outcomes[at]), outcome(scores.outcomes[at][row]));
            criteria.push(change(entry, &from, &to, scores.outcomes[at][row] == Score::Met));
        }
    }
    let numbers = [
        ("of", handed_in.len().to_string()),
        ("before", count(&|row| before(row).recognised).to_string()),
        ("after", count(&|row| after(row).recognised).to_string()),
    ];
    Ok(WhatIfResult {
        sentence: lang.look_up("what-if-result", &numbers),
        titles_heading: lang.t1("what-if-titles", "n", titles.len()),
        titles,
        criteria_heading: criterion.map(|at| {
            let number = changed.criteria[at].number;
            lang.t2("what-if-criteria", "number", number, "n", criteria.len())
        }),
        criteria,
    })
}

/// What a change is noticed by.
fn standing(totals: &Totals) -> (Option<usize>, Option<bool>) {
    (totals.class, totals.recognised)
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
