//! Handlers of the overview: one cycle in the reader's area.

use std::{cmp::Reverse, str::FromStr as _};

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Redirect, Response},
};
use dienhinh_domain::{access::works, cycles::Cycle, ids::CycleId};
use dienhinh_storage::{
    Tx,
    cycles::{self as stored, figures},
};

use super::{
    fill::{self, parts::Figures},
    views::CycleLink,
};
use crate::{
    app::App,
    dossiers::fill::words,
    web::{
        layout::Place,
        problem::{Outcome, Problem},
        reply,
        visit::Visit,
    },
};

/// The identity in an address; anything else is an address that leads nowhere.
pub(super) fn id(text: &str) -> Outcome<CycleId> {
    CycleId::from_str(text).map_err(|_| Problem::Missing("cycle"))
}

/// Figures of dossiers that are not decided are working papers.
pub(crate) fn only_signed_in(visit: &Visit) -> Outcome<()> {
    Ok(works(visit.actor)?)
}

/// `GET /cycles`: on to the largest cycle of the latest year in the reader's area.
pub(crate) async fn latest(State(app): State<App>, visit: Visit) -> Outcome<Response> {
    only_signed_in(&visit)?;
    let mut tx = app.db.read().await?;
    let cycles = latest_year(stored::all(&mut tx).await?);
    let ids: Vec<CycleId> = cycles.iter().map(|cycle| cycle.id).collect();
    let totals = figures::totals(&mut tx, &ids, &[visit.actor.scope]).await?;
    let total = |id: &CycleId| totals.get(id).copied().unwrap_or_default();
    let mut largest: Option<CycleId> = None;
    for id in ids {
        if largest.is_none_or(|largest| total(&id) > total(&largest)) {
            largest = Some(id);
        }
    }
    let id = largest.ok_or(Problem::Missing("cycle"))?;
    Ok(Redirect::to(&format!("/cycles/{id}")).into_response())
}

/// The cycles of the latest year that has any.
pub(crate) fn latest_year(cycles: Vec<Cycle>) -> Vec<Cycle> {
    let year = cycles.iter().map(|cycle| cycle.year).max();
    cycles.into_iter().filter(|cycle| Some(cycle.year) == year).collect()
}

/// `GET /cycles/{id}`: the cycle at a glance. Whoever works for a unit sees the unit and what lies below it.
pub(crate) async fn overview(State(app): State<App>, visit: Visit, Path(cycle): Path<String>) -> Outcome<Response> {
    only_signed_in(&visit)?;
    let mut tx = app.db.read().await?;
    let cycle = stored::get(&mut tx, id(&cycle)?).await?.ok_or(Problem::Missing("cycle"))?;
    let choices = choices(&app, &visit, &mut tx, &cycle).await?;
    let title = words::programme_year(visit.lang, &app.set_of(&cycle).set, cycle.year);
    let figures = Figures::load(&app, &mut tx, cycle, visit.actor.scope).await?;
    let shell = visit.shell_in(&app, &mut tx, title, Some(Place::Overview)).await?;
    drop(tx);
    reply::page(&fill::page(&figures, choices, shell, visit.actor.role, app.now()))
}

/// Cycles of the same year, and earlier and later ones of the same criteria set; of each year the largest set
/// first.
async fn choices(app: &App, visit: &Visit, tx: &mut Tx, shown: &Cycle) -> Outcome<Vec<CycleLink>> {
    let mut cycles = stored::all(tx).await?;
    cycles.retain(|cycle| cycle.year == shown.year || cycle.set_code == shown.set_code);
    cycles.sort_by_key(|cycle| Reverse((cycle.year, app.set_of(cycle).set.criteria.len())));
    let link = |cycle: &Cycle| CycleLink {
        href: format!("/cycles/{}", cycle.id),
        text: words::programme_year(visit.lang, &app.set_of(cycle).set, cycle.year),
        current: cycle.id == shown.id,
    };
    Ok(cycles.iter().map(link).collect())
}
