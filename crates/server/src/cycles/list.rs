//! The list of a cycle's dossiers in one area: any page, filter and order costs the same, however many there are.

use std::str::FromStr as _;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use dienhinh_domain::{
    calendar::{day_in_vietnam, format_day},
    cycles::Cycle,
    dossiers::State as Step,
    ids::{CycleId, DossierId, UnitId},
    text::format_count,
    units::{Level, UnitVersion},
};
use dienhinh_storage::{
    Tx,
    cycles::{self as stored, figures},
    dossiers::list::{self, Listed, Sort, Wanted},
    units,
};
use serde::Deserialize;

use super::{
    pages::{id, only_signed_in},
    views::{ListLine, ListPage},
};
use crate::{
    app::App,
    dossiers::fill::words,
    web::{
        lang::Lang,
        layout::{Choice, Place},
        problem::{Outcome, Problem},
        reply,
        visit::Visit,
    },
};

/// How many dossiers a page shows.
const LINES_MAX: usize = 50;

/// What narrows and orders the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Where the dossiers stand; anything unknown is any state.
    #[serde(default)]
    state: String,
    /// In which area; the reader's own when absent.
    area: Option<String>,
    /// `submitted` for the latest first; by name otherwise.
    #[serde(default)]
    sort: String,
    /// The last dossier of the page before.
    after: Option<String>,
}

/// The two orders by the word in the address.
const SORTS: [(&str, Sort); 2] = [("name", Sort::Name), ("submitted", Sort::Submitted)];

impl Asked {
    fn state(&self) -> Option<Step> {
        Step::from_code(&self.state)
    }

    fn sort(&self) -> (&'static str, Sort) {
        SORTS.into_iter().find(|(word, _)| *word == self.sort).unwrap_or(SORTS[0])
    }

    fn area(&self, own: UnitId) -> Outcome<UnitId> {
        let area = self.area.as_deref().filter(|area| !area.is_empty());
        area.map_or(Ok(own), |area| UnitId::from_str(area).map_err(|_| Problem::Missing("unit")))
    }

    /// The address of a page of this list.
    fn href(&self, cycle: CycleId, area: UnitId, after: Option<DossierId>) -> String {
        let (area, after) = (area.to_string(), after.map(|after| after.to_string()));
        let mut fields = vec![("area", area.as_str()), ("sort", self.sort().0)];
        fields.extend(self.state().map(|state| ("state", state.code())));
        fields.extend(after.as_deref().map(|after| ("after", after)));
        format!("/cycles/{cycle}/dossiers?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }
}

/// `GET /cycles/{id}/dossiers`: where the dossiers of an area stand, page by page.
pub(crate) async fn dossiers(
    State(app): State<App>,
    visit: Visit,
    Path(cycle): Path<String>,
    Query(asked): Query<Asked>,
) -> Outcome<Response> {
    only_signed_in(&visit)?;
    let lang = visit.lang;
    let after = asked.after.as_deref().map(DossierId::from_str).transpose().map_err(|_| Problem::Missing("dossier"))?;
    let mut tx = app.db.read().await?;
    let cycle = stored::get(&mut tx, id(&cycle)?).await?.ok_or(Problem::Missing("cycle"))?;
    let area = asked.area(visit.actor.scope)?;
    let top = units::get(&mut tx, area, cycle.last_day()).await?.ok_or(Problem::Missing("unit"))?.version;
    let counts = figures::counts(&mut tx, cycle.id, &[area]).await?;
    let wanted = Wanted { area, cycle: &cycle, state: asked.state(), sort: asked.sort().1 };
    // One more than shown tells whether there is a next page.
    let limit = i64::try_from(LINES_MAX + 1).unwrap_or(i64::MAX);
    let mut found = list::page(&mut tx, wanted, after, limit).await?;
    let more = found.len() > LINES_MAX;
    found.truncate(LINES_MAX);
    let lines = lines(&mut tx, lang, &cycle, area, &found).await?;
    let areas = areas(&mut tx, visit.actor.scope, &top, &cycle).await?;
    let title = words::programme_year(lang, &app.set_of(&cycle).set, cycle.year);
    let heading = lang.t1("list-title", "cycle", title);
    let shell = visit.shell_in(&app, &mut tx, heading, Some(Place::Overview)).await?;
    drop(tx);
    let last = found.last().filter(|_| more).map(|row| row.dossier);
    let total: i64 = counts
        .iter()
        .filter(|count| asked.state().is_none_or(|state| count.state == state))
        .map(|count| count.dossiers)
        .sum();
    reply::page(&ListPage {
        shell,
        action: format!("/cycles/{}/dossiers", cycle.id),
        overview_href: format!("/cycles/{}", cycle.id),
        summary: lang.t2("list-summary", "n", format_count(total), "area", &top.name),
        states: states(lang, &asked),
        areas,
        sorts: sorts(lang, &asked),
        lines,
        first_href: if after.is_some() { asked.href(cycle.id, area, None) } else { String::new() },
        next_href: last.map(|last| asked.href(cycle.id, area, Some(last))).unwrap_or_default(),
    })
}

async fn lines(tx: &mut Tx, lang: Lang, cycle: &Cycle, area: UnitId, found: &[Listed]) -> Outcome<Vec<ListLine>> {
    let above = units::above(tx, found.iter().map(|row| row.unit), cycle.last_day()).await?;
    let line = |row: &Listed| {
        // What lies above the area is the same in every line.
        let way: &[UnitVersion] = above.get(&row.unit).map(Vec::as_slice).unwrap_or_default();
        let until = way.iter().position(|unit| unit.unit == area).unwrap_or(way.len());
        ListLine {
            href: format!("/units/{}", row.unit),
            name: row.name.clone(),
            place: words::place_text(&way[..until]),
            kind: words::kind_text(lang, row.kind),
            submitted: row.submitted_at.map(|at| format_day(day_in_vietnam(at))).unwrap_or_default(),
            state: words::state_text(lang, row.state),
            tone: words::state_tone(row.state),
        }
    };
    Ok(found.iter().map(line).collect())
}

fn states(lang: Lang, asked: &Asked) -> Vec<Choice> {
    let any = Choice { value: String::new(), text: lang.t("show-all"), chosen: asked.state().is_none() };
    let choice = |state: Step| Choice {
        value: state.code().to_owned(),
        text: words::state_text(lang, state),
        chosen: asked.state() == Some(state),
    };
    std::iter::once(any).chain(Step::ALL.map(choice)).collect()
}

fn sorts(lang: Lang, asked: &Asked) -> Vec<Choice> {
    let choice = |(word, sort): (&str, Sort)| Choice {
        value: word.to_owned(),
        text: lang.look_up(&format!("list-sort-{word}"), &[]),
        chosen: asked.sort().1 == sort,
    };
    SORTS.into_iter().map(choice).collect()
}

/// The areas to choose from: the reader's own, what lies next below it, and the one that is shown.
async fn areas(tx: &mut Tx, own: UnitId, shown: &UnitVersion, cycle: &Cycle) -> Outcome<Vec<Choice>> {
    let choice = |unit: &UnitVersion| Choice {
        value: unit.unit.to_string(),
        text: unit.name.clone(),
        chosen: unit.unit == shown.unit,
    };
    let mut choices = Vec::new();
    if let Some(top) = units::get(tx, own, cycle.last_day()).await? {
        choices.push(choice(&top.version));
        if top.version.kind.level() <= Level::District {
            let below = units::children(tx, own, cycle.last_day()).await?;
            choices.extend(below.iter().filter(|unit| unit.kind.level() <= Level::Commune).map(choice));
        }
    }
    if !choices.iter().any(|choice| choice.chosen) {
        choices.push(choice(shown));
    }
    Ok(choices)
}
