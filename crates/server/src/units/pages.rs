//! Handlers of units: the search, and the page of one unit.

mod card;
pub(crate) mod current;

use std::{cmp::Reverse, str::FromStr as _};

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use dienhinh_domain::{
    access::may_read,
    dossiers::State as Step,
    ids::UnitId,
    units::{UnitVersion, lower_first},
};
use dienhinh_storage::{Tx, dossiers, recognition, units as stored};
use jiff::civil::Date;
use serde::Deserialize;

use self::{card::Run, current::Current};
use super::views::{UnitLine, UnitsPage};
use crate::{
    app::App,
    dossiers::{case::Case, fill::words},
    web::{
        lang::Lang,
        layout::{Place, Tone},
        problem::{Outcome, Problem},
        reply,
        visit::Visit,
    },
};

/// How many units a search shows: whoever has more types more.
const FOUND_MAX: i64 = 50;

/// The identity in an address; anything else is an address that leads nowhere.
pub(super) fn id(text: &str) -> Outcome<UnitId> {
    UnitId::from_str(text).map_err(|_| Problem::Missing("unit"))
}

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Find {
    #[serde(default)]
    search: String,
}

/// `GET /units`: units by name or code; without either, the units below the visitor's own.
pub(crate) async fn search(State(app): State<App>, visit: Visit, Query(find): Query<Find>) -> Outcome<Response> {
    let (lang, today) = (visit.lang, app.today());
    let query = find.search.trim().to_owned();
    let mut tx = app.db.read().await?;
    let current = Current::load(&app, &mut tx).await?;
    let mut units = Vec::new();
    let summary = if query.is_empty() {
        let (top, below) = area(&mut tx, visit.actor.scope, today).await?;
        for unit in &below {
            units.push(line(lang, unit, String::new(), current.state(&mut tx, unit).await?));
        }
        lang.t2("units-below", "n", below.len(), "unit", lower_first(&top))
    } else {
        let found = stored::search(&mut tx, &query, today, FOUND_MAX).await?;
        for unit in &found {
            let place = stored::get(&mut tx, unit.unit, today).await?.map(|unit| unit.place()).unwrap_or_default();
            units.push(line(lang, unit, place, current.state(&mut tx, unit).await?));
        }
        found_text(lang, found.len())
    };
    drop(tx);
    let shell = visit.shell(&app, lang.t("nav-units"), Some(Place::Units)).await?;
    let boundary = words::boundary_text(lang, today);
    reply::page(&UnitsPage { shell, query, summary, boundary, units })
}

fn found_text(lang: Lang, found: usize) -> String {
    match found {
        0 => lang.t("units-found-none"),
        n if i64::try_from(n).is_ok_and(|n| n >= FOUND_MAX) => lang.t1("units-found-first", "n", n),
        n => lang.t1("units-found", "n", n),
    }
}

/// Name and children of a unit; of the top of everything where it has none.
async fn area(tx: &mut Tx, scope: UnitId, today: Date) -> Outcome<(String, Vec<UnitVersion>)> {
    let below = stored::children(tx, scope, today).await?;
    if !below.is_empty() {
        let top = stored::get(tx, scope, today).await?.ok_or(Problem::Missing("unit"))?;
        return Ok((top.version.name, below));
    }
    let root = stored::roots(tx, today).await?.into_iter().next().ok_or(Problem::Missing("unit"))?;
    let below = stored::children(tx, root.unit, today).await?;
    Ok((root.name, below))
}

/// A unit in a list. Where its dossier stands is no secret, unlike what is written in it.
fn line(lang: Lang, unit: &UnitVersion, place: String, state: Option<Step>) -> UnitLine {
    UnitLine {
        href: format!("/units/{}", unit.unit),
        name: unit.name.clone(),
        place,
        kind: words::kind_text(lang, unit.kind),
        state: state.map(|state| words::state_text(lang, state)).unwrap_or_default(),
        tone: state.map_or(Tone::Plain, words::state_tone),
    }
}

/// `GET /units/{id}`: everything about one unit that the visitor may know.
pub(crate) async fn unit(State(app): State<App>, visit: Visit, Path(unit): Path<String>) -> Outcome<Response> {
    let (id, today) = (id(&unit)?, app.today());
    let mut tx = app.db.read().await?;
    let unit = stored::get(&mut tx, id, today).await?.ok_or(Problem::Missing("unit"))?;
    let mut runs = Vec::new();
    for dossier in dossiers::of_unit(&mut tx, id).await? {
        let case = Case::of(&app, &mut tx, dossier).await?;
        let readable = case.dossier.state.is_decided() || may_read(visit.actor, &case.unit).is_ok();
        let decision = match case.dossier.state {
            Step::Recognised => recognition::of_dossier(&mut tx, case.dossier.id).await?,
            _ => None,
        };
        runs.push(Run { case, readable, decision });
    }
    runs.sort_by_key(|run| Reverse((run.case.cycle.year, run.case.loaded.set.criteria.len())));
    let current = Current::load(&app, &mut tx).await?;
    let children = current.children(&mut tx, id, today).await?;
    drop(tx);
    let mut shell = visit.shell(&app, unit.version.name.clone(), Some(Place::Units)).await?;
    shell.subtitle = unit.place();
    reply::page(&card::page(&unit, &runs, &current, &children, shell)?)
}
