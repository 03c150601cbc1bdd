//! Handlers of opening a cycle: what it would be, then open.

use axum::{
    Form,
    extract::{Query, State},
    response::Response,
};
use dienhinh_domain::{Refused, calendar::format_day, cycles::Cycle, text::format_count};
use serde::Deserialize;

use super::{
    actions, invite,
    views::{OpenPage, ProposedView},
};
use crate::{
    app::{App, latest_sets},
    dossiers::fill::words,
    web::{
        layout::{Choice, Place},
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// Which cycle.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    set: String,
    /// As typed.
    #[serde(default)]
    year: String,
}

impl Wanted {
    /// The year, or what is wrong with it.
    fn year(&self, app: &App) -> Result<i16, Refused> {
        self.year.trim().parse().map_err(|_| actions::bad_year(app))
    }
}

/// `GET /cycles/new`: which set and year, and what that would be.
pub(crate) async fn form(State(app): State<App>, visit: Visit, Query(wanted): Query<Wanted>) -> Outcome<Response> {
    actions::may_open(&app, &mut app.db.read().await?, visit.actor).await?;
    let shown = match wanted.set.as_str() {
        "" => Ok(None),
        _ => proposed(&app, &visit, &wanted).await.map(Some),
    };
    let (proposed, error) = match shown {
        Ok(proposed) => (proposed, String::new()),
        Err(Problem::Refused(refused)) => (None, visit.lang.why(&refused)),
        Err(problem) => return Err(problem),
    };
    let lang = visit.lang;
    let sets = latest_sets(&app.sets).into_iter().map(|loaded| Choice {
        value: loaded.set.code.clone(),
        text: lang.of(&loaded.set.short_title).to_owned(),
        chosen: loaded.set.code == wanted.set,
    });
    let years = actions::years(&app);
    let typed = if wanted.year.is_empty() { years.end().to_string() } else { wanted.year.clone() };
    let years = years.map(|year| Choice {
        value: year.to_string(),
        text: year.to_string(),
        chosen: year.to_string() == typed.trim(),
    });
    let (sets, years) = (sets.collect(), years.collect());
    let shell = visit.shell(&app, lang.t("cycles-open"), Some(Place::Overview)).await?;
    reply::page(&OpenPage { shell, sets, years, error, proposed })
}

async fn proposed(app: &App, visit: &Visit, wanted: &Wanted) -> Outcome<ProposedView> {
    let year = wanted.year(app)?;
    let mut tx = app.db.read().await?;
    let cycle = actions::proposed(app, &mut tx, visit.actor, &wanted.set, year).await?;
    let units = invite::count(&mut tx, &cycle, &app.installed(&cycle)?.set.kinds).await?;
    view(app, visit, &cycle, units)
}

fn view(app: &App, visit: &Visit, cycle: &Cycle, units: i64) -> Outcome<ProposedView> {
    let (lang, set) = (visit.lang, &app.installed(cycle)?.set);
    let kinds = set.kinds.iter().map(|kind| lang.look_up(&format!("unit-kind-{}", kind.code()), &[]));
    Ok(ProposedView {
        title: words::programme_year(lang, set, cycle.year),
        set: cycle.set_code.clone(),
        version: cycle.set_version.clone(),
        year: cycle.year.to_string(),
        assessed: format!("{} – {}", format_day(cycle.assessed.from), format_day(cycle.last_day())),
        registration_until: format_day(cycle.registration_until),
        due_on: format_day(cycle.due_on),
        kinds: kinds.collect::<Vec<_>>().join(", "),
        units: format_count(units),
    })
}

/// `POST /cycles`: opens it, and on to the work that invites its units.
pub(crate) async fn open(State(app): State<App>, visit: Visit, Form(wanted): Form<Wanted>) -> Outcome<Response> {
    let opened = match wanted.year(&app) {
        Ok(year) => actions::open(&app, visit.actor, &wanted.set, year).await,
        Err(refused) => Err(refused.into()),
    };
    match opened {
        Ok(job) => Ok(reply::back(&format!("/jobs/{job}"), &Said::done("done-cycle-opened"))),
        Err(problem) => {
            let fields = [("set", wanted.set.as_str()), ("year", wanted.year.as_str())];
            let to = format!("/cycles/new?{}", serde_urlencoded::to_string(fields).unwrap_or_default());
            reply::after(&visit, Err(problem), &to)
        }
    }
}
