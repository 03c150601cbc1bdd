//! Handlers of the steps of a dossier, and of its appraisal.

use std::collections::BTreeMap;

use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use dienhinh_domain::{
    Refused,
    access::{Role, may_read},
    ids::DossierId,
};

use super::{Filter, forms, id};
use crate::{
    app::App,
    dossiers::{
        actions::{self, Judged, Verdict},
        apart::is_interested,
        case::Case,
        fill::appraisal::{self as fill, Show, Writes, Wrong},
    },
    web::{
        layout::Place,
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// Back to the sheet after a step of the whole dossier.
fn after(visit: &Visit, outcome: Outcome<()>, dossier: DossierId, done: &str) -> Outcome<Response> {
    reply::after(visit, outcome.map(|()| Said::done(done)), &format!("/dossiers/{dossier}"))
}

/// `POST /dossiers/{id}/register`.
pub(crate) async fn register(State(app): State<App>, visit: Visit, Path(dossier): Path<String>) -> Outcome<Response> {
    let dossier = id(&dossier)?;
    let done = actions::register(&app, visit.actor, dossier).await;
    after(&visit, done, dossier, "done-registered")
}

/// `POST /dossiers/{id}/present`: to the leader.
pub(crate) async fn present(State(app): State<App>, visit: Visit, Path(dossier): Path<String>) -> Outcome<Response> {
    let dossier = id(&dossier)?;
    let done = actions::present(&app, visit.actor, dossier).await;
    after(&visit, done, dossier, "done-presented")
}

/// `POST /dossiers/{id}/withdraw`: back to the officer.
pub(crate) async fn withdraw(State(app): State<App>, visit: Visit, Path(dossier): Path<String>) -> Outcome<Response> {
    let dossier = id(&dossier)?;
    let done = actions::withdraw(&app, visit.actor, dossier).await;
    after(&visit, done, dossier, "done-withdrawn")
}

/// `POST /dossiers/{id}/submit`: frozen from here on.
pub(crate) async fn submit(State(app): State<App>, visit: Visit, Path(dossier): Path<String>) -> Outcome<Response> {
    let dossier = id(&dossier)?;
    let done = actions::submit(&app, visit.actor, dossier).await;
    after(&visit, done, dossier, "done-submitted")
}

/// `POST /dossiers/{id}/return`: back to the unit with every reason at once.
pub(crate) async fn send_back(State(app): State<App>, visit: Visit, Path(dossier): Path<String>) -> Outcome<Response> {
    let dossier = id(&dossier)?;
    let done = actions::send_back(&app, visit.actor, dossier).await.map(|()| Said::done("done-returned"));
    reply::after(&visit, done, &format!("/dossiers/{dossier}/appraisal"))
}

/// `POST /dossiers/{id}/appraise`: finished.
pub(crate) async fn appraise(State(app): State<App>, visit: Visit, Path(dossier): Path<String>) -> Outcome<Response> {
    let dossier = id(&dossier)?;
    let done = actions::appraise(&app, visit.actor, dossier).await.map(|()| Said::done("done-appraised"));
    reply::after(&visit, done, &format!("/dossiers/{dossier}/appraisal"))
}

/// Only those who appraise or decide see the appraisal while it is under way.
async fn appraised_case(app: &App, visit: &Visit, dossier: DossierId) -> Outcome<Case> {
    if visit.actor.role.is_of_a_unit() || visit.is(Role::Public) {
        return Err(Refused::new("access.role").with("roles", "appraiser,council_secretary").into());
    }
    let mut tx = app.db.read().await?;
    let case = Case::load(app, &mut tx, dossier).await?;
    may_read(visit.actor, &case.unit)?;
    Ok(case)
}

/// `GET /dossiers/{id}/appraisal`: both sides beside each other.
pub(crate) async fn appraisal(
    State(app): State<App>,
    visit: Visit,
    Path(dossier): Path<String>,
    Query(filter): Query<Filter>,
) -> Outcome<Response> {
    let case = appraised_case(&app, &visit, id(&dossier)?).await?;
    page(&app, &visit, &case, Show::from_code(&filter.show), None, StatusCode::OK).await
}

async fn page(
    app: &App,
    visit: &Visit,
    case: &Case,
    show: Show,
    wrong: Option<(&str, &Wrong)>,
    status: StatusCode,
) -> Outcome<Response> {
    let title = visit.lang.t1("appraisal-heading", "year", case.cycle.year);
    let mut tx = app.db.read().await?;
    let writes = match visit.is(Role::Appraiser) {
        true if is_interested(app, &mut tx, case).await? => Writes::Interested,
        true => Writes::Yes,
        false => Writes::No,
    };
    let mut shell = visit.shell_in(app, &mut tx, title, Some(Place::Work)).await?;
    drop(tx);
    shell.subtitle.clone_from(&case.unit.version.name);
    let page = fill::page(case, shell, visit.lang, writes, show, wrong)?;
    reply::page_with(status, &page)
}

/// `POST /dossiers/{id}/appraisal/{criterion}`: agree, correct or return one row.
pub(crate) async fn appraise_row(
    State(app): State<App>,
    visit: Visit,
    Path((dossier, criterion)): Path<(String, String)>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Outcome<Response> {
    let dossier = id(&dossier)?;
    let case = appraised_case(&app, &visit, dossier).await?;
    let row = case.criterion(&criterion)?;
    let value = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let (choice, reason) = (value("verdict").unwrap_or_default(), value("reason").unwrap_or_default().to_owned());
    let inputs = forms::figures(row, &fields);
    let outcome = match verdict(&criterion, choice, &reason, &inputs) {
        Ok(verdict) => {
            let seen = value("seen").map(str::to_owned);
            let verdicts = BTreeMap::from([(criterion.clone(), Judged { verdict, seen })]);
            actions::appraise_rows(&app, visit.actor, dossier, &verdicts).await
        }
        Err(refused) => Err(refused.into()),
    };
    let wrong = match outcome {
        Ok(()) => None,
        Err(Problem::Refused(refused)) if !visit.wants_json && !refused.code.starts_with("access.") => {
            let error = visit.lang.why(&refused);
            Some(Wrong { verdict: choice.to_owned(), reason, inputs, error })
        }
        Err(problem) => return Err(problem),
    };
    let case = appraised_case(&app, &visit, dossier).await?;
    let at = case.loaded.plan.criterion(&criterion).ok_or(Problem::Missing("criterion"))?;
    if headers.contains_key("hx-request") {
        // 200 also when refused: the enhancement swaps in what comes with success only.
        return reply::page(&fill::row_alone(&case, visit.lang, at, wrong.as_ref())?);
    }
    match wrong {
        Some(wrong) => {
            let wrong = Some((criterion.as_str(), &wrong));
            page(&app, &visit, &case, Show::All, wrong, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        None => {
            Ok(reply::back(&format!("/dossiers/{dossier}/appraisal?show=all#{criterion}"), &Said::done("done-saved")))
        }
    }
}

/// What the form's words mean.
fn verdict(criterion: &str, choice: &str, reason: &str, inputs: &BTreeMap<String, String>) -> Result<Verdict, Refused> {
    let judged = |value: &str| BTreeMap::from([(criterion.to_owned(), value.to_owned())]);
    let correct = |inputs| Verdict::Correct { inputs, reason: reason.to_owned() };
    match choice {
        "agree" => Ok(Verdict::Agree),
        "met" => Ok(correct(judged("1"))),
        "unmet" => Ok(correct(judged("0"))),
        "correct" => Ok(correct(inputs.clone())),
        "return" => Ok(Verdict::Return { reason: reason.to_owned() }),
        _ => Err(Refused::new("dossiers.verdict_missing")),
    }
}
