//! The worker of a server: takes the job that is due and does it step by step.
//!
//! A step is one transaction: the work, the progress and the entry in the record. Servers that share a database share
//! the work; a job belongs to one of them as long as its lease runs, and a step of one that lost it changes nothing.

use std::time::Duration;

use dienhinh_domain::{
    access::Action,
    ids::JobId,
    jobs::{Job, JobKind, JobState, LEASE, Progress},
};
use dienhinh_storage::{Tx, jobs as rows};
use serde_json::Value;

use crate::{
    access::actions::{Done, act, conclude},
    app::App,
    cycles,
    web::problem::{Outcome, Problem},
};

/// How often a server without work looks for some: other servers put work there without ringing the bell of this one.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What a step did.
pub(crate) struct Step {
    /// How far the job is now.
    pub(crate) progress: Progress,
    /// Nothing is left.
    pub(crate) is_last: bool,
    /// What goes into the record; none where nothing was changed.
    pub(crate) entry: Option<(Action, Value)>,
}

/// Works until it is dropped.
pub async fn work(app: App) {
    let name = app.new_id().to_string();
    loop {
        match turn(&app, &name).await {
            Ok(true) => {}
            Ok(false) => {
                // Whether the bell rang or the time is over: somebody looks.
                let _ = tokio::time::timeout(LOOK_EVERY, app.bell.notified()).await;
            }
            Err(problem) => {
                tracing::error!(?problem, "no job could be taken; it is tried again");
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Takes a job that is due and works on it until it ends, fails or is taken away. False when none is due.
async fn turn(app: &App, worker: &str) -> Outcome<bool> {
    let mut tx = app.db.read().await?;
    if rows::next(&mut tx, app.now()).await?.is_none() {
        return Ok(false);
    }
    drop(tx);
    let Some(id) = claim(app, worker).await? else { return Ok(false) };
    loop {
        // In a task of its own, so that a step that panics fails and the worker goes on.
        let (of_step, name) = (app.clone(), worker.to_owned());
        let stepped = tokio::spawn(async move { step(&of_step, &name, id).await }).await;
        match stepped.unwrap_or_else(|cause| Err(Problem::Failed(format!("a step ended badly: {cause}")))) {
            Ok(true) => {}
            Ok(false) => return Ok(true),
            Err(problem) => {
                tracing::error!(%id, ?problem, "a step failed");
                fail(app, worker, id).await?;
                return Ok(true);
            }
        }
    }
}

async fn claim(app: &App, worker: &str) -> Outcome<Option<JobId>> {
    act(&app.db, &*app.chance, |mut tx| async move {
        let now = app.now();
        let Some(job) = rows::next(&mut tx, now).await? else { return Ok(None) };
        let job = Job { state: JobState::Running, ..job };
        rows::save(&mut tx, &job, worker, now + LEASE, now).await?;
        tx.commit().await?;
        Ok(Some(job.id))
    })
    .await
}

/// Does the next step. False when there is none: the job is done, was stopped, or is another server's.
async fn step(app: &App, worker: &str, id: JobId) -> Outcome<bool> {
    act(&app.db, &*app.chance, |mut tx| async move {
        let Some(job) = rows::held(&mut tx, id, worker).await? else { return Ok(false) };
        let Step { progress, is_last, entry } = match job.kind {
            JobKind::CyclesInvite => cycles::invite::step(app, &mut tx, &job).await?,
        };
        let now = app.now();
        let job = job.stepped(progress, is_last, now);
        rows::save(&mut tx, &job, worker, now + LEASE, now).await?;
        match entry {
            Some((action, detail)) => record(app, tx, &job, action, &detail).await?,
            None => tx.commit().await?,
        }
        Ok(job.state == JobState::Running)
    })
    .await
}

/// Writes the entry in the name of who asked for the job.
async fn record(app: &App, tx: Tx, job: &Job, action: Action, detail: &Value) -> Outcome<()> {
    let (unit, subject) = (job.actor.scope, job.subject.clone());
    conclude(app, tx, job.actor, Done { action, unit, subject, detail, before: None, after: None }, ()).await
}

/// Lets the job wait for another try, or gives it up.
async fn fail(app: &App, worker: &str, id: JobId) -> Outcome<()> {
    act(&app.db, &*app.chance, |mut tx| async move {
        let Some(job) = rows::held(&mut tx, id, worker).await? else { return Ok(()) };
        let now = app.now();
        let job = job.failed(now);
        rows::save(&mut tx, &job, worker, now, now + job.pause()).await?;
        Ok(tx.commit().await?)
    })
    .await
}
