//! The verbs of long work: stop, resume. Asking for it belongs to the room whose work it is.

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    ids::JobId,
    jobs::Job,
};
use dienhinh_storage::{Tx, jobs as rows, units};
use serde_json::json;

use crate::{
    access::actions::{Done, conclude, permit},
    app::App,
    web::problem::{Outcome, Problem},
};

/// Stops it after the step under way. Refused: it has come to an end.
pub(crate) async fn stop(app: &App, actor: Actor, id: JobId) -> Outcome<()> {
    change(app, actor, id, Action::JobsStop, |job| job.stop(app.now())).await
}

/// Lets it go on where it stands. Refused: it was neither stopped nor given up.
pub(crate) async fn resume(app: &App, actor: Actor, id: JobId) -> Outcome<()> {
    change(app, actor, id, Action::JobsResume, Job::resume).await?;
    app.bell.notify_one();
    Ok(())
}

async fn change(
    app: &App,
    actor: Actor,
    id: JobId,
    action: Action,
    change: impl Fn(Job) -> Result<Job, Refused>,
) -> Outcome<()> {
    let change = &change;
    app.act(actor, |mut tx| async move {
        let job = rows::get(&mut tx, id).await?.ok_or(Problem::Missing("job"))?;
        permit_on(app, &mut tx, actor, action, &job).await?;
        let (before, job) = (job.state, change(job)?);
        let now = app.now();
        rows::save(&mut tx, &job, "", now, now).await?;
        let detail = json!({ "job": job.id.to_string(), "from": before.code(), "to": job.state.code() });
        let (unit, subject) = (job.actor.scope, job.subject.clone());
        let done = Done { action, unit, subject, detail: &detail, before: None, after: None };
        conclude(app, tx, actor, done, ()).await
    })
    .await
}

/// A job is of the area for which it was asked.
async fn permit_on(app: &App, tx: &mut Tx, actor: Actor, action: Action, job: &Job) -> Outcome<()> {
    let unit = units::get(tx, job.actor.scope, app.today()).await?.ok_or(Problem::Missing("unit"))?;
    permit(actor, action, &unit)
}
