//! Handlers of units: the search, and the page of one unit.

mod card;
pub(crate) mod current;
pub(crate) mod reforms;
mod run;
pub(crate) mod tree;

use std::{collections::BTreeMap, str::FromStr as _};

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
    units::{self as stored, boundaries, history::Chapter},
};
use jiff::civil::Date;
use serde::Deserialize;

use self::current::Current;
use super::{
    crosswalk::{self, Lineage},
    meant,
    views::{CrosswalkPage, CrosswalkUnit, UnitLine, UnitPage, UnitsPage, lineage, map::MapView},
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

/// How many units are looked at for a map: no two of the country have more below them.
const ON_MAP_MAX: i64 = 600;

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
    #[serde(flatten)]
    as_of: AsOf,
}

/// The address of the list of the units of one kind below another, as of a day that was asked for, after one of them.
fn list_href(parent: UnitId, kind: UnitKind, as_of: Option<Date>, after: Option<UnitId>) -> String {
    let as_of = as_of.map(|day| format!("&as_of={day}")).unwrap_or_default();
    let after = after.map(|unit| format!("&after={unit}")).unwrap_or_default();
    format!("/units?parent={parent}&kind={}{as_of}{after}", kind.code())
}

/// `GET /units`: units by name or code; without either, the units below one, all kinds at a glance or one page by page.
pub(crate) async fn search(State(app): State<App>, visit: Visit, Query(find): Query<Find>) -> Outcome<Response> {
    let asked = find.as_of.day();
    let look = Look { lang: visit.lang, asked, day: asked.unwrap_or_else(|| app.today()) };
    let query = find.search.trim().to_owned();
    let mut tx = app.db.read().await?;
    let current = Current::load(&app, &mut tx).await?;
    let shown = if query.is_empty() {
        let parent = find.parent.as_deref().map_or(Ok(visit.actor.scope), id)?;
        let after = find.after.as_deref().map(id).transpose()?;
        match find.kind.as_deref().and_then(UnitKind::from_code) {
            Some(kind) => look.of_kind(&mut tx, &current, parent, kind, after).await?,
            None => look.below(&mut tx, &current, parent).await?,
        }
    } else {
        look.found(&mut tx, &current, &query).await?
    };
    let shell = visit.shell_in(&app, &mut tx, look.lang.t("nav-units"), Some(Place::Units)).await?;
    drop(tx);
    let Shown { units, summary, offers, next_href } = shown;
    let boundary = words::boundary_text(look.lang, look.day);
    let as_of = asked.map(|day| day.to_string()).unwrap_or_default();
    reply::page(&UnitsPage { shell, query, summary, as_of, boundary, offers, units, next_href })
}

/// What a list shows.
#[derive(Default)]
struct Shown {
    units: Vec<UnitLine>,
    summary: String,
    /// Searches for what may have been meant.
    offers: Vec<(String, String)>,
    next_href: String,
}

/// A look at units as of a day.
struct Look {
    lang: Lang,
    day: Date,
    /// The day, if it was asked for: links lead on to the same one.
    asked: Option<Date>,
}

impl Look {
    /// The units that a search finds.
    async fn found(&self, tx: &mut Tx, current: &Current, query: &str) -> Outcome<Shown> {
        let found = stored::search(tx, &meant::expanded(query), self.day, FOUND_MAX).await?;
        let mut offers = Vec::new();
        if found.is_empty() {
            for meaning in meant::meanings(query) {
                if !stored::search(tx, &meaning, self.day, 1).await?.is_empty() {
                    offers.push(self.offer(meaning));
                }
            }
        }
        let above = stored::above(tx, found.iter().map(|unit| unit.unit), self.day).await?;
        let place =
            |unit: &UnitVersion| above.get(&unit.unit).map(|above| words::place_text(above)).unwrap_or_default();
        let most = usize::try_from(FOUND_MAX).unwrap_or(usize::MAX);
        let summary = found_text(self.lang, found.len(), found.len() >= most);
        let standings = current.standings(tx, found).await?;
        let units = standings.iter().map(|(unit, state)| self.line(unit, place(unit), *state)).collect();
        Ok(Shown { units, summary, offers, next_href: String::new() })
    }

    /// The search for what may have been meant.
    fn offer(&self, meaning: String) -> (String, String) {
        let fields = [("search", Some(meaning.clone())), ("as_of", self.asked.map(|day| day.to_string()))];
        let query = serde_urlencoded::to_string(fields).unwrap_or_default();
        (format!("/units?{query}"), meaning)
    }

    /// The first units of each kind below one; below the top of everything where it has none.
    async fn below(&self, tx: &mut Tx, current: &Current, parent: UnitId) -> Outcome<Shown> {
        let own = stored::get(tx, parent, self.day).await?.map(|own| own.version);
        let mut by_kind = match &own {
            Some(own) => current.children(tx, own, self.day).await?,
            None => BTreeMap::new(),
        };
        let top = if let Some(own) = own.filter(|_| !by_kind.is_empty()) {
            own
        } else {
            let top = stored::roots(tx, self.day).await?.into_iter().next().ok_or(Problem::Missing("unit"))?;
            by_kind = current.children(tx, &top, self.day).await?;
            top
        };
        let more = by_kind.iter().find(|(_, below)| below.more).map(|(kind, _)| *kind);
        let standings = by_kind.values().flat_map(|below| &below.units);
        let units: Vec<UnitLine> = standings.map(|(unit, state)| self.line(unit, String::new(), *state)).collect();
        let summary = match more {
            Some(_) => self.lang.t1("unit-children-more", "n", units.len()),
            None => self.lang.t2("units-below", "n", units.len(), "unit", lower_first(&top.name)),
        };
        let next_href = more.map(|kind| list_href(top.unit, kind, self.asked, None)).unwrap_or_default();
        Ok(Shown { units, summary, next_href, ..Shown::default() })
    }

    /// A page of the units of one kind below another.
    async fn of_kind(
        &self,
        tx: &mut Tx,
        current: &Current,
        parent: UnitId,
        kind: UnitKind,
        after: Option<UnitId>,
    ) -> Outcome<Shown> {
        let top = stored::get(tx, parent, self.day).await?.ok_or(Problem::Missing("unit"))?;
        let mut units = stored::children_of_kind(tx, parent, kind, self.day, after, FOUND_MAX + 1).await?;
        let most = usize::try_from(FOUND_MAX).unwrap_or(usize::MAX);
        let more = units.len() > most;
        units.truncate(most);
        let last = units.last().filter(|_| more).map(|unit| unit.unit);
        let standings = current.standings(tx, units).await?;
        Ok(Shown {
            units: standings.iter().map(|(unit, state)| self.line(unit, String::new(), *state)).collect(),
            summary: self.lang.t2("units-of-kind", "kind", words::kind_text(self.lang, kind), "unit", top.version.name),
            next_href: last.map(|last| list_href(parent, kind, self.asked, Some(last))).unwrap_or_default(),
            offers: Vec::new(),
        })
    }

    /// A unit in the list.
    fn line(&self, unit: &UnitVersion, place: String, state: Option<Step>) -> UnitLine {
        line(self.lang, unit, &suffix(self.asked), place, state)
    }
}

/// How many were found, and whether there may be more.
fn found_text(lang: Lang, found: usize, more: bool) -> String {
    match found {
        0 => lang.t("units-found-none"),
        n if more => lang.t1("units-found-first", "n", n),
        n => lang.t1("units-found", "n", n),
    }
}

/// A unit in a list. Where its dossier stands is no secret, unlike what is written in it.
fn line(lang: Lang, unit: &UnitVersion, as_of: &str, place: String, state: Option<Step>) -> UnitLine {
    UnitLine {
        href: format!("/units/{}{as_of}", unit.unit),
        name: unit.name.clone(),
        place,
        kind: words::kind_text(lang, unit.kind),
        state: state.map(|state| words::state_text(lang, state)).unwrap_or_default(),
        tone: state.map_or(Tone::Plain, words::state_tone),
    }
}

/// What goes behind the address of a unit that is to be shown as of a day.
fn suffix(as_of: Option<Date>) -> String {
    as_of.map(|day| format!("?as_of={day}")).unwrap_or_default()
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
    let map = map(&mut tx, &unit, asked).await?;
    let mut shell = visit.shell_in(&app, &mut tx, unit.version.name.clone(), Some(Place::Units)).await?;
    drop(tx);
    shell.subtitle = unit.place();
    let day = card::Shown { lineage: &lineage, asked, wanted };
    reply::page(&UnitPage { map, ..card::page(&unit, &day, &runs, &current, &children, shell) })
}

/// The units below one in their outlines; where none is known, those beside it.
async fn map(tx: &mut Tx, unit: &UnitAsOf, asked: Option<Date>) -> Outcome<Option<MapView>> {
    let parents: Vec<UnitId> = [unit.id()].into_iter().chain(unit.version.parent).collect();
    let found = boundaries::below(tx, parents.into_iter(), unit.as_of, ON_MAP_MAX).await?;
    let (mut shown, beside): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.parent == unit.id());
    if shown.is_empty() && beside.iter().any(|one| one.unit == unit.id()) {
        shown = beside;
    }
    Ok(MapView::of(&shown, unit.id(), |unit| format!("/units/{unit}{}", suffix(asked))))
}

/// Which code or name is looked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Crossed {
    #[serde(default)]
    q: String,
    /// Only units that bore it on this day.
    date: Option<String>,
    /// How many units an answer for programs holds; unreadable is as good as absent.
    limit: Option<String>,
}

impl Crossed {
    /// The units, at most `limit`; none when nothing is looked for.
    pub(super) async fn find(&self, tx: &mut Tx, limit: i64) -> Outcome<Vec<Lineage>> {
        let on = self.date.as_deref().and_then(|day| day.parse().ok());
        Ok(crosswalk::find(tx, self.typed(), on, limit).await?)
    }

    /// How many units are asked for.
    pub(super) fn limit(&self) -> i64 {
        let asked = self.limit.as_deref().and_then(|limit| limit.parse().ok());
        asked.unwrap_or(crosswalk::SHOWN).clamp(1, crosswalk::FOUND_MAX)
    }

    /// What may have been meant, where it leads to something.
    async fn offers(&self, tx: &mut Tx) -> Outcome<Vec<(String, String)>> {
        let mut offers = Vec::new();
        for meaning in meant::meanings(self.typed()) {
            if !crosswalk::find(tx, &meaning, None, 1).await?.is_empty() {
                let query = serde_urlencoded::to_string([("q", &meaning)]).unwrap_or_default();
                offers.push((format!("/crosswalk?{query}"), meaning));
            }
        }
        Ok(offers)
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
    let mut tx = app.db.read().await?;
    let mut found = crossed.find(&mut tx, crosswalk::SHOWN + 1).await?;
    let shown = usize::try_from(crosswalk::SHOWN).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    let query = crossed.typed().to_owned();
    let summary = if query.is_empty() { String::new() } else { found_text(lang, found.len(), more) };
    let csv = serde_urlencoded::to_string([("q", &query)]).unwrap_or_default();
    let csv_href = if found.is_empty() { String::new() } else { format!("/crosswalk.csv?{csv}") };
    let offers = if found.is_empty() { crossed.offers(&mut tx).await? } else { Vec::new() };
    let units = found.iter().filter_map(|lineage| crossed_unit(lang, lineage)).collect();
    let shell = visit.shell_in(&app, &mut tx, lang.t("crosswalk-title"), Some(Place::Units)).await?;
    drop(tx);
    reply::page(&CrosswalkPage { shell, query, summary, offers, csv_href, units })
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

/// `GET /crosswalk.csv`: up to fifty units as a table, a row a succession.
pub(crate) async fn crosswalk_csv(State(app): State<App>, Query(crossed): Query<Crossed>) -> Outcome<Response> {
    let found = crossed.find(&mut app.db.read().await?, crosswalk::FOUND_MAX).await?;
    let mut table = Vec::new();
    crosswalk::crosswalk_csv(&found, &mut table).map_err(|cause| Problem::Failed(cause.to_string()))?;
    Ok(reply::csv("crosswalk", &table))
}
