//! Handlers of units: the search, and the page of one unit.

mod card;
pub(crate) mod current;
mod run;

use std::str::FromStr as _;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use dienhinh_domain::{
    dossiers::State as Step,
    ids::UnitId,
    units::{UnitKind, UnitVersion, lower_first},
};
use dienhinh_storage::{Tx, units as stored};
use jiff::civil::Date;
use serde::Deserialize;

use self::current::Current;
use super::views::{UnitLine, UnitsPage};
use crate::{
    app::App,
    dossiers::fill::words,
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

/// What is searched for, or which list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Find {
    #[serde(default)]
    search: String,
    /// The unit whose units are listed; the visitor's own when absent.
    parent: Option<String>,
    /// Of one kind only, page by page.
    kind: Option<String>,
    /// The last unit of the page before.
    after: Option<String>,
}

/// The address of the list of the units of one kind below another, after one of them.
fn list_href(parent: UnitId, kind: UnitKind, after: Option<UnitId>) -> String {
    let after = after.map(|unit| format!("&after={unit}")).unwrap_or_default();
    format!("/units?parent={parent}&kind={}{after}", kind.code())
}

/// `GET /units`: units by name or code; without either, the units below one, all kinds at a glance or one page by page.
pub(crate) async fn search(State(app): State<App>, visit: Visit, Query(find): Query<Find>) -> Outcome<Response> {
    let (lang, today) = (visit.lang, app.today());
    let query = find.search.trim().to_owned();
    let mut tx = app.db.read().await?;
    let current = Current::load(&app, &mut tx).await?;
    let shown = if query.is_empty() {
        let parent = find.parent.as_deref().map_or(Ok(visit.actor.scope), id)?;
        let after = find.after.as_deref().map(id).transpose()?;
        match find.kind.as_deref().and_then(UnitKind::from_code) {
            Some(kind) => of_kind(&mut tx, lang, &current, parent, kind, after, today).await?,
            None => below(&mut tx, lang, &current, parent, today).await?,
        }
    } else {
        found(&mut tx, lang, &current, &query, today).await?
    };
    drop(tx);
    let Shown { units, summary, next_href } = shown;
    let shell = visit.shell(&app, lang.t("nav-units"), Some(Place::Units)).await?;
    let boundary = words::boundary_text(lang, today);
    reply::page(&UnitsPage { shell, query, summary, boundary, units, next_href })
}

/// What a list shows.
#[derive(Default)]
struct Shown {
    units: Vec<UnitLine>,
    summary: String,
    next_href: String,
}

/// The units that a search finds.
async fn found(tx: &mut Tx, lang: Lang, current: &Current, query: &str, today: Date) -> Outcome<Shown> {
    let found = stored::search(tx, query, today, FOUND_MAX).await?;
    let above = stored::above(tx, found.iter().map(|unit| unit.unit), today).await?;
    let place = |unit: &UnitVersion| above.get(&unit.unit).map(|above| words::place_text(above)).unwrap_or_default();
    let summary = found_text(lang, found.len());
    let standings = current.standings(tx, found).await?;
    let units = standings.iter().map(|(unit, state)| line(lang, unit, place(unit), *state)).collect();
    Ok(Shown { units, summary, next_href: String::new() })
}

/// The first units of each kind below one; below the top of everything where it has none.
async fn below(tx: &mut Tx, lang: Lang, current: &Current, parent: UnitId, today: Date) -> Outcome<Shown> {
    let own = stored::get(tx, parent, today).await?.ok_or(Problem::Missing("unit"))?.version;
    let mut top = own;
    let mut by_kind = current.children(tx, &top, today).await?;
    if by_kind.is_empty() {
        top = stored::roots(tx, today).await?.into_iter().next().ok_or(Problem::Missing("unit"))?;
        by_kind = current.children(tx, &top, today).await?;
    }
    let more = by_kind.iter().find(|(_, below)| below.more).map(|(kind, _)| *kind);
    let standings = by_kind.values().flat_map(|below| &below.units);
    let units: Vec<UnitLine> = standings.map(|(unit, state)| line(lang, unit, String::new(), *state)).collect();
    let summary = match more {
        Some(_) => lang.t1("unit-children-more", "n", units.len()),
        None => lang.t2("units-below", "n", units.len(), "unit", lower_first(&top.name)),
    };
    let next_href = more.map(|kind| list_href(top.unit, kind, None)).unwrap_or_default();
    Ok(Shown { units, summary, next_href })
}

/// A page of the units of one kind below another.
async fn of_kind(
    tx: &mut Tx,
    lang: Lang,
    current: &Current,
    parent: UnitId,
    kind: UnitKind,
    after: Option<UnitId>,
    today: Date,
) -> Outcome<Shown> {
    let top = stored::get(tx, parent, today).await?.ok_or(Problem::Missing("unit"))?;
    let mut units = stored::children_of_kind(tx, parent, kind, today, after, FOUND_MAX + 1).await?;
    let most = usize::try_from(FOUND_MAX).unwrap_or(usize::MAX);
    let more = units.len() > most;
    units.truncate(most);
    let last = units.last().filter(|_| more).map(|unit| unit.unit);
    let standings = current.standings(tx, units).await?;
    Ok(Shown {
        units: standings.iter().map(|(unit, state)| line(lang, unit, String::new(), *state)).collect(),
        summary: lang.t2("units-of-kind", "kind", words::kind_text(lang, kind), "unit", top.version.name),
        next_href: last.map(|last| list_href(parent, kind, Some(last))).unwrap_or_default(),
    })
}

fn found_text(lang: Lang, found: usize) -> String {
    match found {
        0 => lang.t("units-found-none"),
        n if i64::try_from(n).is_ok_and(|n| n >= FOUND_MAX) => lang.t1("units-found-first", "n", n),
        n => lang.t1("units-found", "n", n),
    }
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
    let current = Current::load(&app, &mut tx).await?;
    let runs = run::all(&app, &mut tx, visit.lang, visit.actor, current.cycles(), id).await?;
    let children = current.children(&mut tx, &unit.version, today).await?;
    drop(tx);
    let mut shell = visit.shell(&app, unit.version.name.clone(), Some(Place::Units)).await?;
    shell.subtitle = unit.place();
    reply::page(&card::page(&unit, &runs, &current, &children, shell))
}
