//! Handlers of dossiers: take the request apart, call the action, show what came of it.

mod forms;
mod steps;

use std::{cmp::Reverse, collections::BTreeMap, str::FromStr as _};

use axum::{
    Form, Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use dienhinh_domain::{
    Refused,
    access::{Action, Actor, Role, may, may_read},
    calendar::time_of_day,
    dossiers::{Dossier, Stage, State as Step},
    ids::{DossierId, UnitId},
};
use dienhinh_storage::{Tx, cycles, dossiers as stored};
use serde::Deserialize;

use super::{
    actions::{self, Answered, Typed as TypedRow},
    case::Case,
    fill::{
        self, print,
        rows::{PlanFields, Typed},
        sheet::{Reader, Show, Sight},
    },
    papers,
    views::{
        replies::{ConflictReply, RefusedReply, SavedReply},
        sheet::SheetPage,
    },
};
use crate::{
    access::pages::begins_at,
    app::App,
    appeals::actions::may_appeal,
    web::{
        layout::{FormError, Place},
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

pub(crate) use steps::{appraisal, appraise, appraise_row, present, register, send_back, submit, withdraw};

/// How many dossiers *my work* lists; a reader's area may hold thousands.
const WORK_MAX: i64 = 40;

/// The identity in an address; anything else is an address that leads nowhere.
pub(crate) fn id(text: &str) -> Outcome<DossierId> {
    DossierId::from_str(text).map_err(|_| Problem::Missing("dossier"))
}

/// Filters in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    show: String,
}

/// `GET /dossiers`: my work.
pub(crate) async fn work(State(app): State<App>, visit: Visit) -> Outcome<Response> {
    let role = visit.actor.role;
    let mut tx = app.db.read().await?;
    let dossiers = match role {
        Role::Public | Role::Administrator | Role::CouncilMember => {
            return Ok(axum::response::Redirect::to(begins_at(role)).into_response());
        }
        Role::UnitOfficer | Role::UnitLeader => stored::of_unit(&mut tx, visit.actor.scope).await?,
        Role::Appraiser => in_states(&mut tx, visit.actor.scope, &[Step::Submitted, Step::Returned], WORK_MAX).await?,
        Role::CouncilSecretary => {
            in_states(&mut tx, visit.actor.scope, &[Step::Appealed, Step::Appraised], WORK_MAX).await?
        }
    };
    let mut cases = Case::many(&app, &mut tx, dossiers).await?;
    cases.retain(|case| may_read(visit.actor, &case.unit).is_ok());
    let shell = visit.shell_in(&app, &mut tx, visit.lang.t("nav-work"), Some(Place::Work)).await?;
    drop(tx);
    reply::page(&fill::work::page(&cases, shell, visit.lang, visit.actor, app.today())?)
}

/// The dossiers of an area that stand in some states, of each state at most `limit`, the latest submitted ones.
pub(crate) async fn in_states(tx: &mut Tx, area: UnitId, states: &[Step], limit: i64) -> Outcome<Vec<Dossier>> {
    let cycles = cycles::all(tx).await?;
    let mut found = Vec::new();
    for state in states {
        let mut latest = Vec::new();
        for cycle in &cycles {
            latest.extend(stored::list::in_state(tx, area, cycle.id, *state, limit).await?);
        }
        latest.sort_by_key(|dossier: &Dossier| (Reverse(dossier.submitted_at), dossier.id));
        latest.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        found.extend(latest);
    }
    Ok(found)
}

/// Reads a dossier for somebody who may see it: decided ones are public, the others are working papers.
pub(super) async fn readable(app: &App, actor: Actor, id: DossierId) -> Outcome<Case> {
    let mut tx = app.db.read().await?;
    let case = Case::load(app, &mut tx, id).await?;
    if !case.dossier.state.is_decided() {
        may_read(actor, &case.unit)?;
    }
    Ok(case)
}

/// What the visitor may do with a sheet.
fn reader(app: &App, visit: &Visit, case: &Case) -> Reader {
    let of_the_unit = visit.actor.role.is_of_a_unit() && visit.actor.scope == case.unit.id();
    Reader {
        lang: visit.lang,
        role: visit.actor.role,
        may_write: of_the_unit && visit.is(Role::UnitOfficer),
        may_plan: of_the_unit,
        sight: if may_read(visit.actor, &case.unit).is_ok() { Sight::Papers } else { Sight::Public },
        today: app.today(),
    }
}

/// `GET /dossiers/{id}`: the self-scoring sheet.
pub(crate) async fn sheet(
    State(app): State<App>,
    visit: Visit,
    Path(dossier): Path<String>,
    Query(filter): Query<Filter>,
) -> Outcome<Response> {
    let case = readable(&app, visit.actor, id(&dossier)?).await?;
    reply::page(&sheet_page(&app, &visit, &case, Show::from_code(&filter.show), &Typed::default()).await?)
}

fn sheet_title(visit: &Visit, case: &Case) -> String {
    visit.lang.t1("sheet-heading", "year", case.cycle.year)
}

async fn sheet_page(app: &App, visit: &Visit, case: &Case, show: Show, typed: &Typed) -> Outcome<SheetPage> {
    let mut reader = reader(app, visit, case);
    let mut tx = app.db.read().await?;
    if may(visit.actor, Action::AppealsFile, &case.unit).is_ok() && may_appeal(app, &mut tx, case).await? {
        reader.sight = Sight::Appealing;
    }
    let shell = visit.shell_in(app, &mut tx, sheet_title(visit, case), Some(Place::Work)).await?;
    drop(tx);
    let mut page = fill::sheet::page(case, shell, reader, show, typed)?;
    page.shell.subtitle = page.due.as_ref().map_or_else(|| case.unit.version.name.clone(), |due| due.text.clone());
    page.shell.errors = typed.errors.iter().map(|(field, text)| error(field, text)).collect();
    Ok(page)
}

/// The link from the summary of errors to the field.
fn error(field: &str, text: &str) -> FormError {
    // Figures have an id of their own; texts, plans and whole rows are found by their name.
    let is_figure = match field.rsplit_once('.') {
        Some((_, part)) => !matches!(part, "note" | "reply"),
        None => false,
    };
    let href = if is_figure { format!("#{field}-in") } else { format!("#{field}") };
    FormError { href, text: text.to_owned() }
}

/// `GET /dossiers/{id}/print`: the whole sheet as one table.
pub(crate) async fn print(State(app): State<App>, visit: Visit, Path(dossier): Path<String>) -> Outcome<Response> {
    let case = readable(&app, visit.actor, id(&dossier)?).await?;
    let shell = visit.shell(&app, sheet_title(&visit, &case), Some(Place::Work)).await?;
    reply::page(&print::page(&case, shell, visit.lang)?)
}

/// `GET /dossiers/{id}/score-sheet.pdf`.
pub(crate) async fn score_sheet(
    State(app): State<App>,
    visit: Visit,
    Path(dossier): Path<String>,
) -> Outcome<Response> {
    let case = readable(&app, visit.actor, id(&dossier)?).await?;
    let paper = papers::score_sheet(&app, &case)?;
    Ok(reply::pdf("phieu-tu-cham-diem", crate::recognition::papers::print(&app, paper).await?))
}

/// `POST /dossiers/{id}/answers`: one group of rows, from the button that stands in for scripts.
pub(crate) async fn answer_group(
    State(app): State<App>,
    visit: Visit,
    Path(dossier): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Outcome<Response> {
    let dossier = id(&dossier)?;
    let form = |case: &Case| Ok(forms::rows(case, &fields));
    let left = actions::answer(&app, visit.actor, dossier, form).await?;
    let case = now(&app, &visit, dossier, left.case).await?;
    let typed = unsaved(&visit, &case, &forms::rows(&case, &fields), &left.outcome);
    if typed.errors.is_empty() {
        let group = fields.iter().find(|(name, _)| name == "group").map(|(_, value)| value.as_str());
        let group = group.filter(|group| case.loaded.set.groups.iter().any(|known| known.id == **group));
        let to = format!("/dossiers/{dossier}{}", group.map(|group| format!("#{group}")).unwrap_or_default());
        return Ok(reply::back(&to, &Said::done("done-saved")));
    }
    let page = sheet_page(&app, &visit, &case, Show::All, &typed).await?;
    reply::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// What could not be stored, as it was typed, with the words beside it.
fn unsaved(
    visit: &Visit,
    case: &Case,
    rows: &BTreeMap<String, TypedRow>,
    answered: &BTreeMap<String, Answered>,
) -> Typed {
    let mut typed = Typed::default();
    for (criterion, result) in answered {
        let (field, text) = match result {
            Answered::Saved(_) | Answered::Unchanged(_) => continue,
            Answered::Conflict => (criterion.clone(), visit.lang.t("save-conflict")),
            Answered::Refused { input, refused } => {
                (input.clone().unwrap_or_else(|| criterion.clone()), visit.lang.why(refused))
            }
        };
        let number = case.loaded.set.criterion(criterion).map_or(0, |criterion| criterion.number);
        let place = visit.lang.t1("criterion-n", "n", number);
        typed.errors.insert(field, format!("{place}: {text}"));
        if let Some(row) = rows.get(criterion) {
            typed.values.extend(forms::fields(criterion, row));
        }
    }
    typed
}

/// `POST /dossiers/{id}/answers/{criterion}`: one row, from the script that saves while people type.
pub(crate) async fn answer_row(
    State(app): State<App>,
    visit: Visit,
    Path((dossier, criterion)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Outcome<Response> {
    let dossier = id(&dossier)?;
    let form = |case: &Case| {
        let row = forms::row(case.criterion(&criterion)?, &fields);
        Ok(BTreeMap::from([(criterion.clone(), row)]))
    };
    let left = actions::answer(&app, visit.actor, dossier, form).await?;
    match left.outcome.get(&criterion) {
        Some(Answered::Refused { input, refused }) => {
            let text = visit.lang.why(refused);
            let errors = input.iter().map(|field| (field.clone(), text.clone())).collect();
            let status = Problem::from(refused.clone()).status();
            // 409 is the script's word for "somebody else wrote it"; a locked row is another "no".
            let status = if status == StatusCode::CONFLICT { StatusCode::FORBIDDEN } else { status };
            Ok((status, Json(RefusedReply { message: text, errors })).into_response())
        }
        Some(Answered::Conflict) => {
            let case = now(&app, &visit, dossier, left.case).await?;
            let stored = case.answer(&criterion, Stage::SelfAssessed).cloned().unwrap_or_default();
            let theirs = forms::stored_fields(&criterion, &stored);
            let message = visit.lang.t("save-conflict");
            let reply = ConflictReply { message, revision: stored.revision, theirs };
            Ok((StatusCode::CONFLICT, Json(reply)).into_response())
        }
        _ => saved_row(&app, &visit, dossier, left.case, &criterion).await,
    }
}

/// The dossier as an action left it, read where the action does not say.
async fn now(app: &App, visit: &Visit, dossier: DossierId, left: Option<Case>) -> Outcome<Case> {
    match left {
        Some(case) => Ok(case),
        None => readable(app, visit.actor, dossier).await,
    }
}

/// The parts of the page that a stored row changes. `left` is the dossier after that, where it is known.
pub(crate) async fn saved_row(
    app: &App,
    visit: &Visit,
    dossier: DossierId,
    left: Option<Case>,
    criterion: &str,
) -> Outcome<Response> {
    let case = now(app, visit, dossier, left).await?;
    let shell = visit.frame(app, sheet_title(visit, &case), Some(Place::Work));
    let page = fill::sheet::page(&case, shell, reader(app, visit, &case), Show::All, &Typed::default())?;
    let saved = SavedReply::of(&page, criterion, time_of_day(app.now())).ok_or(Problem::Missing("criterion"))?;
    Ok(Json(saved).into_response())
}

/// A plan as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PlanTyped {
    pub(crate) cause: String,
    pub(crate) action: String,
    pub(crate) owner: String,
    pub(crate) due_on: String,
    /// The plan that the form showed.
    pub(crate) seen: Option<String>,
}

/// The sheet again with a plan that could not be stored, so that nothing typed is lost.
pub(crate) async fn plan_refused(
    app: &App,
    visit: &Visit,
    id: DossierId,
    criterion: &str,
    typed: PlanTyped,
    refused: Refused,
) -> Outcome<Response> {
    let case = readable(app, visit.actor, id).await?;
    case.criterion(criterion)?;
    let text = visit.lang.why(&refused);
    let field = match &*refused.code {
        "plans.bad_date" => "due",
        "plans.cause_missing" => "cause",
        _ => "action",
    };
    let PlanTyped { cause, action, owner, due_on, .. } = typed;
    let typed = Typed {
        errors: BTreeMap::from([(format!("{criterion}-{field}"), text)]),
        plan: Some((criterion.to_owned(), PlanFields { cause, action, owner, due_on })),
        ..Typed::default()
    };
    let page = sheet_page(app, visit, &case, Show::All, &typed).await?;
    reply::page_with(Problem::from(refused).status(), &page)
}
