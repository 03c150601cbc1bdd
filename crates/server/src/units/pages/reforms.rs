//! Reforms of units: those that were carried out, and a plan that is looked through before somebody carries it out.

use std::{borrow::Cow, collections::BTreeMap, str::FromStr as _};

use axum::{
    extract::{Multipart, Path, Query, State, multipart::MultipartError},
    response::Response,
};
use dienhinh_domain::{
    Refused,
    access::works,
    calendar::{format_day, format_instant, parse_day},
    cycles::Cycle,
    ids::{CycleId, ReformId},
    units::{reform::PLAN_COLUMNS, register::Problem as Wrong},
};
use dienhinh_storage::{
    Tx, cycles,
    units::reforms::{self as stored, LeftOpen, Reform},
};
use jiff::civil::Date;
use serde::Deserialize;

use crate::{
    app::{App, beside},
    dossiers::fill::words,
    units::{
        reform_plan::plan_as_csv,
        reforms::{ReformError, look_through},
        views::reforms::{
            self as views, LeftView, OutlineView, PlanPage, ReformLine, ReformPage, ReformsPage, WrongView,
        },
    },
    web::{
        lang::Lang,
        layout::Place,
        problem::{Outcome, Problem},
        reply,
        visit::Visit,
    },
};

/// How many mistakes of a plan a page shows: whoever mends these sees the next.
const WRONG_MAX: usize = 100;

/// How many dossiers that are left open a page shows.
const LEFT_MAX: usize = 100;

/// The form has four parts.
const PARTS_MAX: usize = 10;

/// The plan of the sample: the reform of 1 July 2025 in Bạc Liêu.
const OF_SAMPLE: (&str, &str, &str) =
    ("2025-07-01", "1655/NQ-UBTVQH15", include_str!("../../../sample/reform_2025.csv"));

const MISSING: Problem = Problem::Missing("reform");

/// The identity in an address; anything else is an address that leads nowhere.
fn id(text: &str) -> Outcome<ReformId> {
    ReformId::from_str(text).map_err(|_| MISSING)
}

/// A reform by its identity in an address.
pub(in crate::units) async fn find(tx: &mut Tx, text: &str) -> Outcome<Reform> {
    let id = id(text)?;
    stored::all(tx).await?.into_iter().find(|reform| reform.id == id).ok_or(MISSING)
}

fn when(lang: Lang, reform: &Reform) -> String {
    lang.t2("reform-when", "day", format_day(reform.on), "applied", format_instant(reform.applied_at))
}

fn undone(lang: Lang, reform: &Reform) -> String {
    reform.undone_at.map(|at| lang.t1("reform-undone", "at", format_instant(at))).unwrap_or_default()
}

/// `GET /units/reforms`: the reforms that were carried out here.
pub(crate) async fn list(State(app): State<App>, visit: Visit) -> Outcome<Response> {
    let lang = visit.lang;
    let mut tx = app.db.read().await?;
    let line = |reform: &Reform| ReformLine {
        href: format!("/units/reforms/{}", reform.id),
        basis: reform.basis.clone(),
        when: when(lang, reform),
        undone: undone(lang, reform),
    };
    let reforms = stored::all(&mut tx).await?.iter().map(line).collect();
    let may_plan = works(visit.actor).is_ok();
    let shell = visit.shell_in(&app, &mut tx, lang.t("reforms-title"), Some(Place::Units)).await?;
    drop(tx);
    reply::page(&ReformsPage { shell, may_plan, reforms })
}

/// `GET /units/reforms/{id}`: what one of them did, unit by unit.
pub(crate) async fn one(State(app): State<App>, visit: Visit, Path(reform): Path<String>) -> Outcome<Response> {
    let lang = visit.lang;
    let mut tx = app.db.read().await?;
    let reform = find(&mut tx, &reform).await?;
    let (outline, moved) = stored::outline(&mut tx, reform.id).await?;
    let cycles: BTreeMap<CycleId, Cycle> =
        cycles::all(&mut tx).await?.into_iter().map(|cycle| (cycle.id, cycle)).collect();
    let mut left = stored::left_open(&mut tx, reform.id, words::whole(LEFT_MAX + 1)).await?;
    let left_more = if left.len() > LEFT_MAX { lang.t1("reform-left-first", "n", LEFT_MAX) } else { String::new() };
    left.truncate(LEFT_MAX);
    let left = left.iter().map(|left| left_view(&app, lang, left, &cycles, reform.on)).collect::<Outcome<_>>()?;
    let shell = visit.shell_in(&app, &mut tx, reform.basis.clone(), Some(Place::Units)).await?;
    drop(tx);
    reply::page(&ReformPage {
        shell,
        basis: reform.basis.clone(),
        when: when(lang, &reform),
        undone: undone(lang, &reform),
        counts: views::counts(lang, &outline, moved),
        plan_href: format!("/units/reforms/{}/plan.csv", reform.id),
        left,
        left_more,
        outline: OutlineView::of(lang, &outline, reform.on),
    })
}

fn left_view(app: &App, lang: Lang, left: &LeftOpen, cycles: &BTreeMap<CycleId, Cycle>, on: Date) -> Outcome<LeftView> {
    let cycle = cycles.get(&left.cycle).ok_or(Problem::Missing("cycle"))?;
    Ok(LeftView {
        unit: views::end(&left.unit, on),
        cycle: words::programme_year(lang, &app.installed(cycle)?.set, cycle.year),
        state: words::state_text(lang, left.state),
        tone: words::state_tone(left.state),
    })
}

/// `GET /units/reforms/{id}/plan.csv`: the rows of its plan.
pub(crate) async fn plan_csv(State(app): State<App>, Path(reform): Path<String>) -> Outcome<Response> {
    let plan = stored::plan_of(&mut app.db.read().await?, id(&reform)?).await?.ok_or(MISSING)?;
    Ok(reply::csv("plan", plan.trim_start_matches('\u{feff}').as_bytes()))
}

/// `GET /units/reforms/plan.csv`: a plan without rows, to be filled in.
pub(crate) async fn template() -> Response {
    reply::csv("plan", format!("{}\n", PLAN_COLUMNS.join(",")).as_bytes())
}

/// What the form begins with.
#[derive(Debug, Deserialize)]
pub(crate) struct Begin {
    /// The plan of the sample.
    sample: Option<String>,
}

/// What was typed.
#[derive(Debug, Default)]
struct Typed {
    day: String,
    basis: String,
    rows: String,
    file: Vec<u8>,
    file_name: String,
}

/// `GET /units/reforms/new`: the form of a plan.
pub(crate) async fn form(State(app): State<App>, visit: Visit, Query(begin): Query<Begin>) -> Outcome<Response> {
    works(visit.actor)?;
    let mut page = page(&app, &visit).await?;
    if begin.sample.is_some() && app.sample {
        (page.day, page.basis, page.rows) = (OF_SAMPLE.0.into(), OF_SAMPLE.1.into(), OF_SAMPLE.2.into());
    }
    reply::page(&page)
}

async fn page(app: &App, visit: &Visit) -> Outcome<PlanPage> {
    let shell = visit.shell(app, visit.lang.t("reform-plan"), Some(Place::Units)).await?;
    let sample_href = if app.sample { "/units/reforms/new?sample".to_owned() } else { String::new() };
    let empty = String::new;
    Ok(PlanPage {
        shell,
        day: empty(),
        basis: empty(),
        rows: empty(),
        file: empty(),
        trouble: empty(),
        sample_href,
        wrong: Vec::new(),
        wrong_more: empty(),
        preview: None,
    })
}

/// `POST /units/reforms/new`: what a plan would do, or everything that is wrong with it. Nothing is written.
pub(crate) async fn preview(State(app): State<App>, visit: Visit, form: Multipart) -> Outcome<Response> {
    works(visit.actor)?;
    let Typed { day, basis, rows, file, file_name } = read(form).await?;
    let lang = visit.lang;
    let file_read = if file.is_empty() { String::new() } else { lang.t1("reform-plan-file-read", "name", file_name) };
    let bytes = if file.is_empty() { rows.clone().into_bytes() } else { file };
    let mut page = PlanPage { day, basis, rows, file: file_read, ..page(&app, &visit).await? };
    let basis = page.basis.trim().to_owned();
    let day = parse_day(&page.day, app.today()).filter(|day| day.year() > 0);
    if let Some(on) = day {
        page.day = on.to_string();
    }
    page.trouble = match day {
        _ if bytes.trim_ascii().is_empty() => lang.t("reform-plan-no-rows"),
        None => lang.t("reform-plan-no-day"),
        Some(_) if basis.is_empty() => lang.t("reform-plan-no-basis"),
        Some(on) => {
            look(&app, lang, &mut page, (on, basis), bytes).await?;
            String::new()
        }
    };
    reply::page(&page)
}

async fn look(app: &App, lang: Lang, page: &mut PlanPage, (on, basis): (Date, String), bytes: Vec<u8>) -> Outcome<()> {
    let looked = match beside(move || plan_as_csv(&bytes).map(Cow::into_owned)).await? {
        Ok(rows) => look_through(&app.db, on, basis.clone(), rows).await?,
        Err(wrong) => Err(ReformError::Wrong(wrong)),
    };
    match looked {
        Ok((preview, outline)) => page.preview = Some(views::preview(lang, (&preview, &outline), (on, &basis))),
        Err(ReformError::Wrong(wrong)) => show_wrong(lang, page, &wrong),
        Err(ReformError::Failed(failure)) => return Err(failure.into()),
        Err(other) => return Err(Problem::Failed(other.to_string())),
    }
    Ok(())
}

fn show_wrong(lang: Lang, page: &mut PlanPage, wrong: &[Wrong]) {
    let view = |one: &Wrong| WrongView {
        place: match one.column {
            "*" => lang.t1("reform-plan-line", "line", one.line),
            column => lang.t2("reform-plan-cell", "line", one.line, "column", column),
        },
        what: lang.of(&one.what).to_owned(),
    };
    page.wrong = wrong.iter().take(WRONG_MAX).map(view).collect();
    page.wrong_more = views::more(lang, wrong.len(), WRONG_MAX);
}

async fn read(mut form: Multipart) -> Outcome<Typed> {
    let cut_off = |_: MultipartError| Refused::new("web.cut_off");
    let (mut typed, mut parts) = (Typed::default(), 0);
    while let Some(field) = form.next_field().await.map_err(cut_off)? {
        parts += 1;
        if parts > PARTS_MAX {
            return Err(Refused::new("web.too_many_fields").with("max", PARTS_MAX).into());
        }
        match field.name().unwrap_or_default() {
            "day" => typed.day = field.text().await.map_err(cut_off)?,
            "basis" => typed.basis = field.text().await.map_err(cut_off)?,
            "rows" => typed.rows = field.text().await.map_err(cut_off)?,
            "file" => {
                field.file_name().unwrap_or_default().clone_into(&mut typed.file_name);
                typed.file = field.bytes().await.map_err(cut_off)?.to_vec();
            }
            _ => {}
        }
    }
    Ok(typed)
}
