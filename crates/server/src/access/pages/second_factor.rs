//! Handlers of the second factor: showing it after the password, and setting one.

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use dienhinh_documents::square::drawing;
use dienhinh_domain::Refused;
use serde::Deserialize;

use super::{is_local, oneself::oneself, sign_in::Onward};
use crate::{
    access::{
        second_factor as factor,
        sign_in::Brought,
        views::{FactorCodesPage, FactorLatePage, FactorPage, NewFactorPage},
    },
    app::App,
    web::{
        layout::FormError,
        problem::{Outcome, Problem},
        reply,
        visit::Visit,
    },
};

/// Where it is shown.
pub(crate) const SHOW: &str = "/access/second-factor";

/// Where one is set.
const SET: &str = "/access/second-factor/new";

/// A page of these with the way back.
fn with_back(page: &str, back: &str) -> String {
    let back = serde_urlencoded::to_string([("back", back)]).unwrap_or_default();
    format!("{page}?{back}")
}

fn onward_to(back: &str) -> &str {
    if is_local(back) { back } else { "/" }
}

/// On to showing the factor, and back to a page.
pub(super) fn shown_for(page: &str) -> Response {
    Redirect::to(&with_back(SHOW, page)).into_response()
}

/// The form with the code.
#[derive(Default, Deserialize)]
pub(crate) struct CodeFields {
    #[serde(default)]
    code: String,
    #[serde(default)]
    back: String,
}

/// `GET /access/second-factor`: the form for the code; whoever has no second factor goes on to set one.
pub(crate) async fn form(State(app): State<App>, visit: Visit, Query(onward): Query<Onward>) -> Outcome<Response> {
    if !oneself(&visit)?.account.has_factor {
        return Ok(Redirect::to(&with_back(SET, &onward.back)).into_response());
    }
    page(&app, &visit, StatusCode::OK, onward.back, None).await
}

async fn page(
    app: &App,
    visit: &Visit,
    status: StatusCode,
    back: String,
    refused: Option<&Refused>,
) -> Outcome<Response> {
    let mut shell = visit.shell(app, visit.lang.t("factor-title"), None).await?;
    shell.path = with_back(SHOW, &back);
    shell.errors.extend(refused.map(|refused| FormError { href: "#code".to_owned(), text: visit.lang.why(refused) }));
    reply::page_with(status, &FactorPage { shell, back })
}

/// `POST /access/second-factor`: on, or the form again.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    brought: Brought,
    Form(fields): Form<CodeFields>,
) -> Outcome<Response> {
    match factor::show(&app, oneself(&visit)?, &fields.code, &brought).await {
        Ok(begun) => Ok((begun.cookies(), Redirect::to(onward_to(&fields.back))).into_response()),
        Err(Problem::Refused(refused)) if !visit.wants_json && factor::is_about_code(&refused) => {
            let status = Problem::from(refused.clone()).status();
            page(&app, &visit, status, fields.back, Some(&refused)).await
        }
        Err(problem) => Err(problem),
    }
}

/// `GET /access/second-factor/new`: what an app needs, and the form for its first code.
pub(crate) async fn new(State(app): State<App>, visit: Visit, Query(onward): Query<Onward>) -> Outcome<Response> {
    let person = oneself(&visit)?;
    match factor::may_set(&app, person) {
        Err(refused) if refused.code == "access.step_up" => Ok(shows_first(&onward.back)),
        Err(refused) => {
            let shell = visit.shell(&app, visit.lang.t("factor-set-title"), None).await?;
            let page = FactorLatePage { shell, why: visit.lang.why(&refused) };
            reply::page_with(Problem::from(refused).status(), &page)
        }
        Ok(()) => new_page(&app, &visit, StatusCode::OK, onward.back, None).await,
    }
}

async fn new_page(
    app: &App,
    visit: &Visit,
    status: StatusCode,
    back: String,
    refused: Option<&Refused>,
) -> Outcome<Response> {
    let person = oneself(visit)?;
    let setup = factor::setup(app, person)?;
    let mut shell = visit.shell(app, visit.lang.t("factor-set-title"), None).await?;
    shell.path = with_back(SET, &back);
    shell.errors.extend(refused.map(|refused| FormError { href: "#code".to_owned(), text: visit.lang.why(refused) }));
    let (square, replaces) = (square(&setup.address)?, person.account.has_factor);
    let secret = in_fours(&setup.secret);
    let page = NewFactorPage { shell, address: setup.address, square, secret, replaces, back };
    reply::page_with(status, &page)
}

/// A secret as people type it.
fn in_fours(secret: &str) -> String {
    let signs: Vec<char> = secret.chars().collect();
    signs.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// On to showing the factor there is, and back to setting another one.
fn shows_first(back: &str) -> Response {
    shown_for(&with_back(SET, back))
}

/// The address as a drawing that a telephone reads from the screen.
fn square(address: &str) -> Outcome<String> {
    drawing(address).map_err(|cause| Problem::Failed(format!("a square code cannot be drawn: {cause}")))
}

/// `POST /access/second-factor/new`: sets it, and shows the codes to put away this once.
pub(crate) async fn set(
    State(app): State<App>,
    visit: Visit,
    brought: Brought,
    Form(fields): Form<CodeFields>,
) -> Outcome<Response> {
    let person = oneself(&visit)?;
    // Before anything is set: what is shown once must not be lost to a page that cannot be put together.
    let mut shell = visit.shell(&app, visit.lang.t("factor-codes-title"), None).await?;
    // It has no address to come back to.
    "/access/account".clone_into(&mut shell.path);
    match factor::set(&app, person, &fields.code, &brought).await {
        Ok((codes, begun)) => {
            let (login, onward) = (person.account.login.clone(), onward_to(&fields.back).to_owned());
            let page = reply::page(&FactorCodesPage { shell, login, codes, onward });
            Ok((begun.cookies(), page).into_response())
        }
        Err(Problem::Refused(refused)) if !visit.wants_json && refused.code == "access.step_up" => {
            Ok(shows_first(&fields.back))
        }
        Err(Problem::Refused(refused)) if !visit.wants_json && factor::is_about_code(&refused) => {
            let status = Problem::from(refused.clone()).status();
            new_page(&app, &visit, status, fields.back, Some(&refused)).await
        }
        Err(problem) => Err(problem),
    }
}
