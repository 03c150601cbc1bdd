//! Handlers of long work: the list, one job with its progress bar, stop and resume.

use std::str::FromStr as _;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use dienhinh_domain::{
    access::{Action, may, may_read},
    calendar::format_instant,
    ids::{CycleId, JobId},
    jobs::{Job, JobKind, JobState},
    text::format_count,
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, cycles, jobs as rows, units};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    actions,
    views::{JobPage, JobView, JobsPage},
};
use crate::{
    app::App,
    cycles::pages::only_signed_in,
    dossiers::fill::words,
    web::{
        layout::{Place, Tone},
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// How many jobs a page has.
const PAGE: i64 = 30;

/// Where the list goes on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Filter {
    /// Only jobs asked for before this instant, in microseconds.
    before: Option<i64>,
}

/// The identity in an address; anything else is an address that leads nowhere.
pub(super) fn id(text: &str) -> Outcome<JobId> {
    JobId::from_str(text).map_err(|_| Problem::Missing("job"))
}

/// A job for somebody who works for its area, and its area.
pub(super) async fn readable(app: &App, tx: &mut Tx, visit: &Visit, job: &Job) -> Outcome<UnitAsOf> {
    let unit = units::get(tx, job.actor.scope, app.today()).await?.ok_or(Problem::Missing("unit"))?;
    may_read(visit.actor, &unit)?;
    Ok(unit)
}

/// `GET /jobs`: latest first.
pub(crate) async fn list(State(app): State<App>, visit: Visit, Query(filter): Query<Filter>) -> Outcome<Response> {
    only_signed_in(&visit)?;
    let before = filter.before.and_then(|at| Timestamp::from_microsecond(at).ok()).unwrap_or(Timestamp::MAX);
    let mut tx = app.db.read().await?;
    let found = rows::latest(&mut tx, before, PAGE).await?;
    let full = i64::try_from(found.len()).is_ok_and(|count| count == PAGE);
    let last = found.last().filter(|_| full).map(|job| job.asked_at.as_microsecond());
    let mut jobs = Vec::new();
    for job in &found {
        if let Ok(unit) = readable(&app, &mut tx, &visit, job).await {
            jobs.push(view(&app, &mut tx, &visit, job, &unit).await?);
        }
    }
    let shell = visit.shell_in(&app, &mut tx, visit.lang.t("jobs-title"), Some(Place::Overview)).await?;
    drop(tx);
    let older_href = last.map(|at| format!("/jobs?before={at}")).unwrap_or_default();
    reply::page(&JobsPage { shell, jobs, older_href })
}

/// `GET /jobs/{id}`.
pub(crate) async fn job(State(app): State<App>, visit: Visit, Path(job): Path<String>) -> Outcome<Response> {
    only_signed_in(&visit)?;
    let mut tx = app.db.read().await?;
    let job = rows::get(&mut tx, id(&job)?).await?.ok_or(Problem::Missing("job"))?;
    let unit = readable(&app, &mut tx, &visit, &job).await?;
    let job = view(&app, &mut tx, &visit, &job, &unit).await?;
    let shell = visit.shell_in(&app, &mut tx, job.title.clone(), Some(Place::Overview)).await?;
    drop(tx);
    reply::page(&JobPage { shell, job })
}

/// `POST /jobs/{id}/stop`.
pub(crate) async fn stop(State(app): State<App>, visit: Visit, Path(job): Path<String>) -> Outcome<Response> {
    let job = id(&job)?;
    let stopped = actions::stop(&app, visit.actor, job).await.map(|()| Said::done("done-job-stopped"));
    reply::after(&visit, stopped, &format!("/jobs/{job}"))
}

/// `POST /jobs/{id}/resume`.
pub(crate) async fn resume(State(app): State<App>, visit: Visit, Path(job): Path<String>) -> Outcome<Response> {
    let job = id(&job)?;
    let resumed = actions::resume(&app, visit.actor, job).await.map(|()| Said::done("done-job-resumed"));
    reply::after(&visit, resumed, &format!("/jobs/{job}"))
}

async fn view(app: &App, tx: &mut Tx, visit: &Visit, job: &Job, unit: &UnitAsOf) -> Outcome<JobView> {
    let (lang, progress) = (visit.lang, &job.progress);
    let (title, result_href) = about(app, tx, visit, job).await?;
    let count = format_count;
    let url = |action: Action, verb: &str, possible: bool| {
        let offered = possible && may(visit.actor, action, unit).is_ok();
        if offered { format!("/jobs/{}/{verb}", job.id) } else { String::new() }
    };
    let ended = job.ended_at.map(|at| lang.t1("job-ended", "at", format_instant(at))).unwrap_or_default();
    Ok(JobView {
        lang,
        href: format!("/jobs/{}", job.id),
        title,
        state: lang.look_up(&format!("job-state-{}", job.state.code()), &[]),
        tone: match job.state {
            JobState::Waiting | JobState::Stopped => Tone::Wait,
            JobState::Running => Tone::Info,
            JobState::Done => Tone::Ok,
            JobState::Failed => Tone::No,
        },
        done: progress.done,
        total: progress.total,
        counted: if progress.total > 0 {
            lang.t2("job-counted", "n", count(progress.done), "of", count(progress.total))
        } else {
            String::new()
        },
        effects: lang.t1("job-invited", "n", count(progress.effects)),
        asked: lang.t2(
            "job-asked",
            "who",
            lang.look_up(&format!("role-{}", job.actor.role.code()), &[]),
            "at",
            format_instant(job.asked_at),
        ),
        ended,
        is_open: job.state.is_open(),
        retried: (job.failures > 0 && job.state.is_open()).then(|| lang.t1("job-retried", "n", job.failures)),
        given_up: job.state == JobState::Failed,
        stop_url: url(Action::JobsStop, "stop", job.state.is_open()),
        resume_url: url(Action::JobsResume, "resume", matches!(job.state, JobState::Stopped | JobState::Failed)),
        result_href,
    })
}

/// What a job is about, and where its result is seen.
async fn about(app: &App, tx: &mut Tx, visit: &Visit, job: &Job) -> Outcome<(String, String)> {
    match job.kind {
        JobKind::CyclesInvite => {
            let id = CycleId::from_str(&job.subject).map_err(|_| Problem::Missing("cycle"))?;
            let cycle = cycles::get(tx, id).await?.ok_or(Problem::Missing("cycle"))?;
            let name = words::programme_year(visit.lang, &app.set_of(&cycle).set, cycle.year);
            Ok((visit.lang.t1("job-kind-cycles-invite", "cycle", name), format!("/cycles/{id}")))
        }
    }
}
