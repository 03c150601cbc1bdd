//! Handlers of imports by officers (S13): a file, what its columns mean, what is wrong with it, and only then the import.

mod forms;

use std::str::FromStr as _;

use axum::{
    Form,
    extract::{Multipart, Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use dienhinh_domain::{
    Refused,
    access::{Action, holds},
    calendar::format_instant,
    ids::{CycleId, DraftId, ImportId},
    text::format_count,
};
use dienhinh_storage::{
    Tx,
    cycles::{self, figures},
    imports::{self as stored, Import},
};
use serde::Deserialize;

use self::forms::{Came, Chosen};
use super::{
    drafts::{self, FORM_LIMITS},
    empty_form,
    views::{CheckPage, ColumnsPage, CycleChoice, DoneLine, ImportsPage},
};
use crate::{
    app::App,
    dossiers::fill::words::{self, whole},
    web::{
        layout::Place,
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// How large the body of an upload may be: the file and what surrounds it.
pub(crate) const UPLOAD_BYTES_MAX: usize = FORM_LIMITS.file_bytes + 64 * 1024;

/// How many imports of one's own a page lists.
const LISTED: i64 = 50;

const MISSING: Problem = Problem::Missing("import");

fn id(text: &str) -> Outcome<DraftId> {
    DraftId::from_str(text).map_err(|_| MISSING)
}

/// `GET /imports`: a file for a cycle, an empty form of it, and what was taken in before.
pub(crate) async fn list(State(app): State<App>, visit: Visit) -> Outcome<Response> {
    holds(visit.actor, Action::ImportsTake)?;
    let lang = visit.lang;
    let mut tx = app.db.read().await?;
    let cycles = choices(&app, &visit, &mut tx).await?;
    let done = stored::latest_of(&mut tx, visit.actor, LISTED).await?;
    let done = done.iter().map(|import| done_line(&visit, import)).collect();
    let shell = visit.shell_in(&app, &mut tx, lang.t("imports-title"), Some(Place::Work)).await?;
    drop(tx);
    reply::page(&ImportsPage { shell, cycles, max_mb: FORM_LIMITS.file_bytes >> 20, done })
}

/// The cycles in which units of the visitor's area have dossiers, the latest first.
async fn choices(app: &App, visit: &Visit, tx: &mut Tx) -> Outcome<Vec<CycleChoice>> {
    let mut all = cycles::all(tx).await?;
    all.sort_by_key(|cycle| std::cmp::Reverse(cycle.year));
    let ids: Vec<CycleId> = all.iter().map(|cycle| cycle.id).collect();
    let totals = figures::totals(tx, &ids, &[visit.actor.scope]).await?;
    let choice = |cycle: &dienhinh_domain::cycles::Cycle| {
        let dossiers = *totals.get(&cycle.id).filter(|dossiers| **dossiers > 0)?;
        let set = app.installed(cycle).map(|loaded| words::programme_year(visit.lang, &loaded.set, cycle.year));
        Some(set.map(|text| CycleChoice {
            id: cycle.id.to_string(),
            text,
            units: visit.lang.t1("imports-units", "n", format_count(dossiers)),
        }))
    };
    all.iter().filter_map(choice).collect()
}

fn done_line(visit: &Visit, import: &Import) -> DoneLine {
    let lang = visit.lang;
    DoneLine {
        file: import.file_name.clone(),
        about: lang.t2("imports-done", "rows", format_count(import.written), "at", format_instant(import.made_at)),
        undone: import.undone_at.map(|at| lang.t1("imports-undone", "at", format_instant(at))).unwrap_or_default(),
        undo_action: format!("/imports/{}/undo", import.id),
    }
}

/// Which cycle.
#[derive(Debug, Deserialize)]
pub(crate) struct OfCycle {
    cycle: String,
}

/// `GET /imports/form.xlsx`: an empty form for the units of the visitor's area, with the figures that are there.
pub(crate) async fn form(State(app): State<App>, visit: Visit, Query(of): Query<OfCycle>) -> Outcome<Response> {
    holds(visit.actor, Action::ImportsTake)?;
    let cycle = CycleId::from_str(&of.cycle).map_err(|_| Problem::Missing("cycle"))?;
    let workbook = empty_form::workbook(&app, visit.actor, cycle).await?;
    Ok(reply::xlsx("bieu-nhap", workbook))
}

/// `POST /imports`: a file came.
pub(crate) async fn add(State(app): State<App>, visit: Visit, form: Multipart) -> Outcome<Response> {
    holds(visit.actor, Action::ImportsTake)?;
    let added = async {
        let Came { cycle, file } = forms::came(&app, form).await?;
        let cycle = CycleId::from_str(&cycle).map_err(|_| Problem::Missing("cycle"))?;
        drafts::add(&app, (visit.actor, visit.lang), cycle, file).await
    };
    match added.await {
        Ok(id) => Ok(Redirect::to(&format!("/imports/{id}")).into_response()),
        Err(problem) => reply::after(&visit, Err(problem), "/imports"),
    }
}

/// `GET /imports/{id}`: which table, where its heading is, and what its columns mean.
pub(crate) async fn columns(
    State(app): State<App>,
    visit: Visit,
    Path(draft): Path<String>,
    Query(looked): Query<forms::Looked>,
) -> Outcome<Response> {
    let opened = drafts::open(&app, (visit.actor, visit.lang), id(&draft)?).await?;
    let (opened, chooser) = opened.chooser(&app, looked.at()).await?;
    let shell = visit.shell(&app, visit.lang.t("imports-columns"), Some(Place::Work)).await?;
    reply::page(&ColumnsPage::of(&app, shell, &opened, &chooser, String::new())?)
}

/// `POST /imports/{id}`: what they mean was said.
pub(crate) async fn choose(
    State(app): State<App>,
    visit: Visit,
    Path(draft): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Outcome<Response> {
    let said = Chosen::of(fields);
    let opened = drafts::open(&app, (visit.actor, visit.lang), id(&draft)?).await?;
    let (opened, mut chooser) = opened.chooser(&app, said.looked.at()).await?;
    chooser.chosen = said.columns;
    match opened.choose(&app, &chooser).await {
        Ok(()) => Ok(Redirect::to(&format!("/imports/{draft}/check")).into_response()),
        Err(Problem::Refused(refused)) if !visit.wants_json => {
            let shell = visit.shell(&app, visit.lang.t("imports-columns"), Some(Place::Work)).await?;
            let trouble = visit.lang.why(&refused);
            reply::page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &ColumnsPage::of(&app, shell, &opened, &chooser, trouble)?,
            )
        }
        Err(problem) => Err(problem),
    }
}

/// `GET /imports/{id}/check`: what would be written, and everything that is wrong or doubtful.
pub(crate) async fn check(State(app): State<App>, visit: Visit, Path(draft): Path<String>) -> Outcome<Response> {
    let lang = visit.lang;
    let opened = drafts::open(&app, (visit.actor, lang), id(&draft)?).await?;
    if opened.draft.map.is_empty() {
        return Ok(Redirect::to(&format!("/imports/{draft}")).into_response());
    }
    let (of_draft, cycle) = (opened.draft.clone(), opened.cycle.clone());
    let shell = visit.shell(&app, lang.t("imports-check"), Some(Place::Work)).await?;
    let imported = match drafts::check(&app, visit.actor, opened).await? {
        Ok(imported) => imported,
        Err(error) => return reply::after(&visit, Err(drafts::told(lang, error)), &format!("/imports/{draft}")),
    };
    reply::page(&CheckPage::of(shell, &app.installed(&cycle)?.set, &of_draft, &imported))
}

/// `GET /imports/{id}/rejected.xlsx`: the rows with mistakes, to be mended.
pub(crate) async fn rejected(State(app): State<App>, visit: Visit, Path(draft): Path<String>) -> Outcome<Response> {
    let opened = drafts::open(&app, (visit.actor, visit.lang), id(&draft)?).await?;
    let imported = drafts::check(&app, visit.actor, opened).await?;
    let imported = imported.map_err(|error| drafts::told(visit.lang, error))?;
    match imported.rejected_rows {
        Ok(Some(rows)) => Ok(reply::xlsx("hang-loi", rows)),
        Ok(None) => Err(Refused::new("imports.no_mistakes").into()),
        Err(cause) => Err(Problem::Failed(cause)),
    }
}

/// What is taken.
#[derive(Debug, Deserialize)]
pub(crate) struct Rows {
    /// Sound rows are taken where others are wrong.
    only_sound: Option<String>,
    /// By which choice of columns it was checked.
    #[serde(default)]
    checked: String,
}

/// `POST /imports/{id}/take`: takes it in.
pub(crate) async fn take(
    State(app): State<App>,
    visit: Visit,
    Path(draft): Path<String>,
    Form(rows): Form<Rows>,
) -> Outcome<Response> {
    let taken =
        drafts::take_in(&app, (visit.actor, visit.lang), id(&draft)?, (rows.only_sound.is_some(), &rows.checked)).await;
    let said = taken.map(|taken| Said::done("done-import").with("rows", format_count(whole(taken.written))));
    let to = if said.is_ok() && rows.only_sound.is_none() {
        "/imports".to_owned()
    } else {
        format!("/imports/{draft}/check")
    };
    reply::after(&visit, said, &to)
}

/// `POST /imports/{id}/undo`: takes an import back.
pub(crate) async fn undo(State(app): State<App>, visit: Visit, Path(import): Path<String>) -> Outcome<Response> {
    let import = ImportId::from_str(&import).map_err(|_| MISSING)?;
    let undone = drafts::take_back(&app, visit.actor, import).await.and_then(|undone| {
        let (restored, kept) = (undone.restored, undone.kept.len());
        if restored == 0 {
            return Err(Refused::new("imports.nothing_back").with("kept", kept).into());
        }
        let counts = |count| format_count(whole(count));
        let said = Said::done(if kept == 0 { "done-import-undone" } else { "done-import-undone-but" });
        Ok(said.with("rows", counts(restored)).with("kept", counts(kept)))
    });
    reply::after(&visit, undone, "/imports")
}
