//! Units as JSON: the search, and one unit with its children and results.
//!
//! Read-only and open. Says where dossiers stand and never what is written in them.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use dienhinh_domain::units::UnitVersion;
use dienhinh_storage::{dossiers, units as stored};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    crosswalk, meant,
    pages::{
        self, AsOf, Crossed,
        current::{Current, registered},
    },
    reforms,
};
use crate::{
    api,
    app::App,
    dossiers::fill::words,
    web::problem::{Outcome, Problem},
};

/// How many units one answer holds.
const FOUND_MAX: i64 = 50;

/// What is searched for.
#[derive(Debug, Deserialize)]
pub(crate) struct Find {
    #[serde(default)]
    search: String,
    /// How many; unreadable is as good as absent.
    limit: Option<String>,
}

/// `GET /api/v1/units`: units by name or code, the best first; nothing when nothing is searched for.
pub(crate) async fn search(State(app): State<App>, Query(find): Query<Find>) -> Outcome<Json<Value>> {
    let today = app.today();
    let limit = find.limit.and_then(|limit| limit.parse().ok()).unwrap_or(FOUND_MAX).clamp(1, FOUND_MAX);
    let mut tx = app.db.read().await?;
    let found = match find.search.trim() {
        "" => Vec::new(),
        typed => stored::search(&mut tx, &meant::expanded(typed), today, limit).await?,
    };
    let above = stored::above(&mut tx, found.iter().map(|unit| unit.unit), today).await?;
    let place = |unit: &UnitVersion| above.get(&unit.unit).map(|above| words::place_text(above)).unwrap_or_default();
    let items: Vec<Value> = found.iter().map(|unit| with_place(unit, place(unit))).collect();
    Ok(Json(json!({ "as_of": today.to_string(), "items": items })))
}

fn with_place(unit: &UnitVersion, place: String) -> Value {
    let mut value = api::unit(unit);
    value["place"] = Value::String(place);
    value
}

/// `GET /api/v1/units/{id}/crosswalk`: what it was, what it came from and what it became.
pub(crate) async fn lineage(State(app): State<App>, Path(unit): Path<String>) -> Outcome<Json<Value>> {
    let id = pages::id(&unit)?;
    let mut tx = app.db.read().await?;
    let lineage = crosswalk::of_units(&mut tx, &[id]).await?.pop().ok_or(Problem::Missing("unit"))?;
    Ok(Json(crosswalk::one_json(&lineage)))
}

/// `GET /api/v1/crosswalk`: the units that ever bore a code or name, ten of them unless more are asked for.
pub(crate) async fn crosswalk(State(app): State<App>, Query(crossed): Query<Crossed>) -> Outcome<Json<Value>> {
    let found = crossed.find(&mut app.db.read().await?, crossed.limit()).await?;
    Ok(Json(crosswalk::crosswalk_json(crossed.typed(), &found)))
}

/// `GET /api/v1/units/reforms`: the reforms that were carried out here, the latest first.
pub(crate) async fn reforms(State(app): State<App>) -> Outcome<Json<Value>> {
    let found = stored::reforms::all(&mut app.db.read().await?).await?;
    Ok(Json(json!({ "items": found.iter().map(reforms::reform_json).collect::<Vec<_>>() })))
}

/// `GET /api/v1/units/reforms/{id}`: one of them, with who came of whom; nothing of one that was taken back.
pub(crate) async fn reform(State(app): State<App>, Path(reform): Path<String>) -> Outcome<Json<Value>> {
    let mut tx = app.db.read().await?;
    let reform = pages::reforms::find(&mut tx, &reform).await?;
    let (outline, moved) = stored::reforms::outline(&mut tx, reform.id).await?;
    Ok(Json(reforms::one_json(&reform, &outline, moved)))
}

/// `GET /api/v1/units/{id}`: today, or as of a day; a unit that is closed as of its last day.
pub(crate) async fn unit(
    State(app): State<App>,
    Path(unit): Path<String>,
    Query(as_of): Query<AsOf>,
) -> Outcome<Json<Value>> {
    let id = pages::id(&unit)?;
    let mut tx = app.db.read().await?;
    let lineage = crosswalk::of_units(&mut tx, &[id]).await?.pop().ok_or(Problem::Missing("unit"))?;
    let unit = pages::near(&mut tx, &lineage, as_of.day().unwrap_or_else(|| app.today())).await?;
    let today = unit.as_of;
    let current = Current::load(&app, &mut tx).await?;
    let mut children = Map::new();
    for (kind, below) in current.children(&mut tx, &unit.version, today).await? {
        // Of the first of many nobody could tell what the figures are of.
        let registered = (current.assesses(kind) && !below.more).then(|| registered(&below.units));
        let count = (!below.more).then_some(below.units.len());
        let figures = json!({ "count": count, "registered": registered });
        children.insert(kind.code().to_owned(), figures);
    }
    let mut results = Vec::new();
    for dossier in dossiers::of_unit(&mut tx, id).await? {
        let cycle = current.cycles().get(&dossier.cycle).ok_or(Problem::Missing("cycle"))?;
        results.push(json!({
            "dossier": dossier.id.to_string(),
            "cycle": cycle.id.to_string(),
            "programme": cycle.programme,
            "year": cycle.year,
            "state": dossier.state.code(),
        }));
    }
    Ok(Json(json!({
        "unit": api::unit(&unit.version),
        "as_of": today.to_string(),
        "valid_from": crosswalk::known(unit.version.valid.from),
        "valid_to": unit.version.valid.until.map(|day| day.to_string()),
        "ancestors": unit.ancestors.iter().map(api::unit).collect::<Vec<_>>(),
        "children": children,
        "results": results,
    })))
}
