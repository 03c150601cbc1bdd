//! Handlers of remedies: writing one plan, and the list of what is not met.

mod gaps;

use axum::{
    Form,
    extract::{Path, Query, State},
    response::Response,
};
use dienhinh_domain::{
    Refused,
    access::{Action, Role},
    calendar::parse_day,
    ids::{CycleId, DossierId},
    plans::{Cause, Plan},
};
use dienhinh_storage::{Tx, cycles, units};
use jiff::civil::Date;
use serde::Deserialize;

use self::gaps::{Gap, Show};
use super::{actions, views::PlansPage};
use crate::{
    app::App,
    cycles::pages::{latest_year, only_signed_in},
    dossiers::{
        actions::permitted,
        fill::words,
        pages::{PlanTyped, plan_refused},
        views::sheet::{ChipsView, FilterView},
    },
    web::{
        lang::Lang,
        layout::Place,
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// How many lines a page shows; the most urgent stand first.
const LINES_MAX: usize = 100;

/// How long a criterion may be in the words that narrow the list, in characters.
const CRITERION_CHARS: usize = 60;

/// `POST /dossiers/{id}/plans/{criterion}`: writes a plan, or shows the sheet with what was typed and what to
/// put right.
pub(crate) async fn save(
    State(app): State<App>,
    visit: Visit,
    Path((dossier, criterion)): Path<(String, String)>,
    Form(typed): Form<PlanTyped>,
) -> Outcome<Response> {
    let id: DossierId = dossier.parse().map_err(|_| Problem::Missing("dossier"))?;
    let outcome = match plan(id, &criterion, &typed, app.today()) {
        Ok(plan) => actions::save(&app, visit.actor, plan, typed.seen.as_deref()).await,
        Err(refused) => permitted(&app, visit.actor, Action::PlansSave, id).await.and(Err(refused.into())),
    };
    match outcome {
        Err(Problem::Refused(refused)) if !visit.wants_json && !refused.code.starts_with("access.") => {
            plan_refused(&app, &visit, id, &criterion, typed, refused).await
        }
        outcome => {
            let said = outcome.map(|()| Said::done("done-plan"));
            reply::after(&visit, said, &format!("/dossiers/{id}#{criterion}-plan"))
        }
    }
}

/// What the words of the form mean.
fn plan(dossier: DossierId, criterion: &str, typed: &PlanTyped, today: Date) -> Result<Plan, Refused> {
    let cause = Cause::from_code(&typed.cause).ok_or_else(|| Refused::new("plans.cause_missing"))?;
    let due_on = parse_day(&typed.due_on, today).ok_or_else(|| {
        let shown = if typed.due_on.trim().is_empty() { "–" } else { &typed.due_on };
        Refused::new("plans.bad_date").with("value", shown)
    })?;
    let (action, owner) = (typed.action.clone(), typed.owner.clone());
    Ok(Plan { dossier, criterion: criterion.to_owned(), cause, action, owner, due_on })
}

/// What narrows the list. The overview links here with everything behind one of its numbers.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    show: String,
    /// One cycle, and in it what was handed in.
    cycle: Option<String>,
    /// The units at or below one.
    area: Option<String>,
    /// A group of criteria.
    group: Option<String>,
    /// A criterion.
    criterion: Option<String>,
}

impl Filter {
    /// The address of the same list with another choice of [`Show`].
    fn href(&self, show: Show) -> String {
        let narrowing =
            [("cycle", &self.cycle), ("area", &self.area), ("group", &self.group), ("criterion", &self.criterion)];
        let mut fields = vec![("show", show.code())];
        fields.extend(narrowing.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))));
        format!("/plans?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }

    fn cycle(&self) -> Outcome<Option<CycleId>> {
        self.cycle.as_deref().map(str::parse).transpose().map_err(|_| Problem::Missing("cycle"))
    }

    fn holds(&self, gap: &Gap) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
        is(&self.cycle, &gap.cycle.to_string())
            && is(&self.group, &gap.group)
            && is(&self.criterion, &gap.criterion)
            && self.area.as_ref().is_none_or(|area| gap.above.contains(area))
    }
}

/// `GET /plans`: what is not met in the visitor's area, the most urgent first.
pub(crate) async fn list(State(app): State<App>, visit: Visit, Query(filter): Query<Filter>) -> Outcome<Response> {
    only_signed_in(&visit)?;
    let (lang, today) = (visit.lang, app.today());
    let mut tx = app.db.read().await?;
    let mut gaps = match visit.actor.role {
        Role::Public | Role::Administrator => Vec::new(),
        Role::UnitOfficer | Role::UnitLeader => gaps::of_unit(&app, &mut tx, lang, visit.actor.scope).await?,
        Role::Appraiser | Role::CouncilSecretary | Role::CouncilMember => {
            of_area(&app, &mut tx, &visit, &filter).await?
        }
    };
    let narrowed = narrowed(&app, &mut tx, lang, &filter).await?;
    drop(tx);
    gaps.retain(|gap| filter.holds(gap));
    gaps.sort_by_key(|gap| gap.urgency(today));
    let show = Show::from_code(&filter.show);
    let shown: Vec<&Gap> = gaps.iter().filter(|gap| show.shows(gap, today)).collect();
    let chips = Show::ALL.into_iter().map(|choice| FilterView {
        href: filter.href(choice),
        text: lang.look_up(&format!("show-{}", choice.code()), &[]),
        count: gaps.iter().filter(|gap| choice.shows(gap, today)).count(),
        current: choice == show,
    });
    let chips = ChipsView { lang, filters: chips.collect() };
    let planned = gaps.iter().filter(|gap| gap.plan.is_some()).count();
    let mut summary = vec![lang.t2("plans-summary", "n", gaps.len(), "planned", planned)];
    summary.extend(narrowed);
    if shown.len() > LINES_MAX {
        summary.push(lang.t1("plans-first", "n", LINES_MAX));
    }
    let lines = shown.into_iter().take(LINES_MAX).map(|gap| gap.line(lang, today)).collect();
    let shell = visit.shell(&app, lang.t("plans-title"), Some(Place::Plans)).await?;
    reply::page(&PlansPage { shell, summary: summary.join(" · "), chips, lines })
}

/// The gaps of one cycle, or of every cycle of the latest year.
async fn of_area(app: &App, tx: &mut Tx, visit: &Visit, filter: &Filter) -> Outcome<Vec<Gap>> {
    let chosen = match filter.cycle()? {
        Some(id) => vec![cycles::get(tx, id).await?.ok_or(Problem::Missing("cycle"))?],
        None => latest_year(cycles::all(tx).await?),
    };
    let mut found = Vec::new();
    for cycle in chosen {
        let handed_in_only = filter.cycle.is_some();
        found.extend(gaps::of_cycle(app, tx, visit.lang, cycle, visit.actor.scope, handed_in_only).await?);
    }
    Ok(found)
}

/// What the list is narrowed to, in words.
async fn narrowed(app: &App, tx: &mut Tx, lang: Lang, filter: &Filter) -> Outcome<Vec<String>> {
    let Some(id) = filter.cycle()? else { return Ok(Vec::new()) };
    let cycle = cycles::get(tx, id).await?.ok_or(Problem::Missing("cycle"))?;
    let set = &app.set_of(&cycle).set;
    let mut parts = vec![words::programme_year(lang, set, cycle.year)];
    if let Some(area) = &filter.area {
        let area = area.parse().map_err(|_| Problem::Missing("unit"))?;
        parts.extend(units::get(tx, area, cycle.last_day()).await?.map(|unit| unit.version.name));
    }
    let group = filter.group.as_ref().and_then(|id| set.groups.iter().find(|group| group.id == *id));
    parts.extend(group.map(|group| lang.of(&group.title).to_owned()));
    let criterion = filter.criterion.as_ref().and_then(|id| set.criterion(id));
    parts.extend(criterion.map(|criterion| words::cut(lang.of(&criterion.text), CRITERION_CHARS)));
    Ok(parts)
}
