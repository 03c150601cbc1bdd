//! Cycles and their dossiers as JSON.
//!
//! Read-only. Of dossiers that are not decided, those in the area of who asks; what is written in them is not here.

use std::str::FromStr as _;

use axum::{
    Json,
    extract::{Path, Query, State},
};
use dienhinh_domain::{
    access::may_read,
    ids::{CycleId, DossierId, UnitId},
};
use dienhinh_storage::{
    cycles::{self as stored, figures},
    dossiers as dossier_rows, units,
};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::pages;
use crate::{
    access::guard::Who,
    api::{text, unit},
    app::App,
    web::problem::{Outcome, Problem},
};

/// How many dossiers one answer holds when nothing is asked for, and at most.
const LIMIT: i64 = 200;
const LIMIT_MAX: i64 = 500;

/// `GET /api/v1/cycles`: every cycle, latest year first.
pub(crate) async fn list(State(app): State<App>) -> Outcome<Json<Value>> {
    let mut tx = app.db.read().await?;
    let cycles = stored::all(&mut tx).await?;
    let roots: Vec<UnitId> = units::roots(&mut tx, app.today()).await?.into_iter().map(|unit| unit.unit).collect();
    let ids: Vec<CycleId> = cycles.iter().map(|cycle| cycle.id).collect();
    let totals = figures::totals(&mut tx, &ids, &roots).await?;
    let mut items = Vec::new();
    for cycle in cycles {
        let dossiers = totals.get(&cycle.id).copied().unwrap_or_default();
        items.push(json!({
            "id": cycle.id.to_string(),
            "programme": cycle.programme,
            "set": { "code": cycle.set_code, "version": cycle.set_version },
            "title": text(&app.set_of(&cycle).set.title),
            "year": cycle.year,
            "assessed_from": cycle.assessed.from.to_string(),
            "assessed_until": cycle.last_day().to_string(),
            "registration_until": cycle.registration_until.to_string(),
            "due_on": cycle.due_on.to_string(),
            "dossiers": dossiers,
        }));
    }
    Ok(Json(json!({ "items": items })))
}

/// Which page of a list.
#[derive(Debug, Deserialize)]
pub(crate) struct PageQuery {
    /// The last dossier of the page before.
    after: Option<String>,
    /// How many; unreadable is as good as absent.
    limit: Option<String>,
}

/// `GET /api/v1/cycles/{id}/dossiers`: in the order of their identities; `next` goes into `after`. A page has fewer than
/// were asked for where some are not for who asks.
pub(crate) async fn dossiers(
    State(app): State<App>,
    who: Who,
    Path(cycle): Path<String>,
    Query(page): Query<PageQuery>,
) -> Outcome<Json<Value>> {
    let after = page.after.as_deref().map(DossierId::from_str).transpose().map_err(|_| Problem::Missing("dossier"))?;
    let limit = page.limit.and_then(|limit| limit.parse().ok()).unwrap_or(LIMIT).clamp(1, LIMIT_MAX);
    let mut tx = app.db.read().await?;
    let cycle = stored::get(&mut tx, pages::id(&cycle)?).await?.ok_or(Problem::Missing("cycle"))?;
    // One more than asked for tells whether there is a next page.
    let mut found = dossier_rows::of_cycle(&mut tx, cycle.id, after, limit + 1).await?;
    let asked = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > asked;
    found.truncate(asked);
    let next = found.last().filter(|_| more).map(|dossier| dossier.id.to_string());
    let assessed: Vec<(Date, UnitId)> = found.iter().map(|dossier| (cycle.last_day(), dossier.unit)).collect();
    let assessed = units::as_of(&mut tx, assessed.into_iter()).await?;
    let mut items = Vec::new();
    for dossier in found {
        let assessed = assessed.get(&(cycle.last_day(), dossier.unit)).ok_or(Problem::Missing("unit"))?;
        if !dossier.state.is_decided() && may_read(who.actor, assessed).is_err() {
            continue;
        }
        items.push(json!({
            "id": dossier.id.to_string(),
            "state": dossier.state.code(),
            "round": dossier.round,
            "unit": unit(&assessed.version),
            "registered_on": dossier.registered_on.map(|day| day.to_string()),
            "submitted_at": dossier.submitted_at.map(|at| at.to_string()),
        }));
    }
    Ok(Json(json!({ "items": items, "next": next })))
}
