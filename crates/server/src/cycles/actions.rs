//! The verb of cycles: open.

use std::ops::RangeInclusive;

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    cycles::Cycle,
    ids::{CycleId, JobId},
    jobs::{Job, JobKind},
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, cycles as rows, jobs, units};
use serde_json::json;

use crate::{
    access::actions::{Done, conclude, permit},
    app::App,
    web::problem::{Outcome, Problem},
};

/// Opens a cycle and asks for the invitation of its units. Refused: the year is far away, no version of the set is
/// valid in it, the set has a cycle of that year, somebody else is above.
pub(crate) async fn open(app: &App, actor: Actor, set: &str, year: i16) -> Outcome<JobId> {
    let opened = app.act(actor, |mut tx| async move {
        let cycle = proposed(app, &mut tx, actor, set, year).await?;
        rows::insert(&mut tx, &cycle).await?;
        let (id, subject) = (JobId::new(app.new_id()), cycle.id.to_string());
        jobs::insert(&mut tx, &Job::new(id, JobKind::CyclesInvite, actor, subject.clone(), app.now())).await?;
        let detail =
            json!({ "set": cycle.set_code, "version": cycle.set_version, "year": year, "job": id.to_string() });
        let (unit, after) = (actor.scope, Some(text(&cycle)));
        let done = Done { action: Action::CyclesOpen, unit, subject, detail: &detail, before: None, after };
        conclude(app, tx, actor, done, id).await
    });
    let job = opened.await?;
    app.bell.notify_one();
    Ok(job)
}

/// Asks for the permission and gives the unit for which the actor opens cycles.
pub(crate) async fn may_open(app: &App, tx: &mut Tx, actor: Actor) -> Outcome<UnitAsOf> {
    let unit = units::get(tx, actor.scope, app.today()).await?.ok_or(Problem::Missing("unit"))?;
    permit(actor, Action::CyclesOpen, &unit)?;
    Ok(unit)
}

/// The years in which a cycle can be opened today.
pub(crate) fn years(app: &App) -> RangeInclusive<i16> {
    let now = app.today().year();
    now - 1..=now + 1
}

/// Why another year is refused.
pub(crate) fn bad_year(app: &App) -> Refused {
    let years = years(app);
    Refused::new("cycles.bad_year").with("from", years.start()).with("until", years.end())
}

/// The cycle as it would be opened, with the version of the set that is valid when it ends.
pub(crate) async fn proposed(app: &App, tx: &mut Tx, actor: Actor, set: &str, year: i16) -> Outcome<Cycle> {
    let top = may_open(app, tx, actor).await?;
    if let Some(above) = top.ancestors.last() {
        return Err(Refused::new("cycles.not_at_the_top").with("unit", &above.name).into());
    }
    if !years(app).contains(&year) {
        return Err(bad_year(app).into());
    }
    if app.latest_set(set).is_none() {
        return Err(Problem::Missing("set"));
    }
    let id = CycleId::new(app.new_id());
    let of_version = |loaded: &std::sync::Arc<crate::app::LoadedSet>| {
        let cycle = loaded.set.cycle(id, year);
        (loaded.set.valid_from <= cycle.last_day()).then_some((loaded.clone(), cycle))
    };
    let newest =
        app.versions_of(set).filter_map(of_version).max_by(|(left, _), (right, _)| left.set.by_age(&right.set));
    let (_, cycle) = newest.ok_or_else(|| Refused::new("cycles.no_version").with("year", year))?;
    if rows::all(tx).await?.iter().any(|known| known.set_code == cycle.set_code && known.year == year) {
        return Err(Refused::new("cycles.exists").with("year", year).into());
    }
    Ok(cycle)
}

/// Canonical JSON of a cycle, for the record's hash of it.
fn text(cycle: &Cycle) -> String {
    json!({
        "format": "dienhinh.cycle.v1",
        "cycle": cycle.id.to_string(),
        "set": cycle.set_code,
        "version": cycle.set_version,
        "year": cycle.year,
        "assessed_from": cycle.assessed.from.to_string(),
        "assessed_until": cycle.last_day().to_string(),
        "registration_until": cycle.registration_until.to_string(),
        "due_on": cycle.due_on.to_string(),
    })
    .to_string()
}
