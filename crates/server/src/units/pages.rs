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
    units::{UnitAsOf, UnitKind, UnitVersion, lower_first},
};
use dienhinh_storage::{
    Tx,
    units::{self as stored, history::Chapter},
};
use jiff::civil::Date;
use serde::Deserialize;

use self::current::Current;
use super::{
    crosswalk::{self, Lineage},
    views::{CrosswalkPage, CrosswalkUnit, UnitLine, UnitsPage, lineage},
};
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

/// Which day is looked at.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct AsOf {
    /// Like `2025-06-30`; unreadable is as good as absent.
    as_of: Option<String>,
}

impl AsOf {
    /// The day, where one was asked for.
    pub(super) fn day(&self) -> Option<Date> {
        self.as_of.as_deref().and_then(|day| day.parse().ok())
    }
}

/// A unit as of a day, or as of the nearest day on which it was there.
pub(super) async fn near(tx: &mut Tx, lineage: &Lineage, wanted: Date) -> Outcome<UnitAsOf> {
    let there = |chapter: &&Chapter| chapter.version.valid.contains(wanted);
    let chapters = &lineage.chapters;
    let before = |chapter: &&Chapter| chapter.version.valid.until.is_some_and(|until| until <= wanted);
    let day = if chapters.iter().any(|chapter| there(&chapter)) {
        wanted
    } else if let Some(last) = chapters.iter().rev().find(before).and_then(|chapter| chapter.version.valid.until) {
        crosswalk::eve(last)
    } else {
        chapters.first().map_or(wanted, |chapter| chapter.version.valid.from)
    };
    stored::get(tx, lineage.unit, day).await?.ok_or(Problem::Missing("unit"))
}

/// `GET /units/{id}`: everything about one unit that the visitor may know, today or as of a day. A unit that is closed
/// is shown as it was on its last day.
pub(crate) async fn unit(
    State(app): State<App>,
    visit: Visit,
    Path(unit): Path<String>,
    Query(as_of): Query<AsOf>,
) -> Outcome<Response> {
    let (id, asked) = (id(&unit)?, as_of.day());
    let mut tx = app.db.read().await?;
    let lineage = crosswalk::of_units(&mut tx, &[id]).await?.pop().ok_or(Problem::Missing("unit"))?;
    let wanted = asked.unwrap_or_else(|| app.today());
    let unit = near(&mut tx, &lineage, wanted).await?;
    let current = Current::load(&app, &mut tx).await?;
    let runs = run::all(&app, &mut tx, visit.lang, visit.actor, current.cycles(), id).await?;
    let children = current.children(&mut tx, &unit.version, unit.as_of).await?;
    drop(tx);
    let mut shell = visit.shell(&app, unit.version.name.clone(), Some(Place::Units)).await?;
    shell.subtitle = unit.place();
    let day = card::Shown { lineage: &lineage, asked, wanted };
    reply::page(&card::page(&unit, &day, &runs, &current, &children, shell))
}

/// Which code or name is looked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Crossed {
    #[serde(default)]
    q: String,
    /// Only units that bore it on this day.
    date: Option<String>,
}

impl Crossed {
    /// The units; none when nothing is looked for.
    pub(super) async fn find(&self, app: &App) -> Outcome<Vec<Lineage>> {
        let on = self.date.as_deref().and_then(|day| day.parse().ok());
        let mut tx = app.db.read().await?;
        Ok(crosswalk::find(&mut tx, self.q.trim(), on).await?)
    }

    /// What was typed.
    pub(super) fn typed(&self) -> &str {
        self.q.trim()
    }
}

/// `GET /crosswalk`: every unit that ever bore a code or name, with what it came from and what it became.
pub(crate) async fn crosswalk(
    State(app): State<App>,
    visit: Visit,
    Query(crossed): Query<Crossed>,
) -> Outcome<Response> {
    let lang = visit.lang;
    let found = crossed.find(&app).await?;
    let query = crossed.typed().to_owned();
    let summary = if query.is_empty() { String::new() } else { found_text(lang, found.len()) };
    let csv = serde_urlencoded::to_string([("q", &query)]).unwrap_or_default();
    let csv_href = if found.is_empty() { String::new() } else { format!("/crosswalk.csv?{csv}") };
    let units = found.iter().filter_map(|lineage| crossed_unit(lang, lineage)).collect();
    let shell = visit.shell(&app, lang.t("crosswalk-title"), Some(Place::Units)).await?;
    reply::page(&CrosswalkPage { shell, query, summary, csv_href, units })
}

fn crossed_unit(lang: Lang, lineage: &Lineage) -> Option<CrosswalkUnit> {
    let last = &lineage.chapters.last()?.version;
    let code = last.code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    Some(CrosswalkUnit {
        href: format!("/units/{}", lineage.unit),
        name: format!("{}{code}", last.name),
        lineage: lineage::view(lang, lineage, None),
    })
}

/// `GET /crosswalk.csv`: the same as a table, a row a succession.
pub(crate) async fn crosswalk_csv(State(app): State<App>, Query(crossed): Query<Crossed>) -> Outcome<Response> {
    let found = crossed.find(&app).await?;
    let mut table = Vec::new();
    crosswalk::crosswalk_csv(&found, &mut table).map_err(|cause| Problem::Failed(cause.to_string()))?;
    Ok(reply::csv("crosswalk", &table))
}
