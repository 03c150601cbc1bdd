//! Handlers of signing in and out, and of the link with which somebody sets a password.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use dienhinh_domain::{Refused, access::accounts::PASSWORD_CHARS_MIN};
use serde::Deserialize;

use super::is_local;
use crate::{
    access::{
        sign_in::{self, Brought, Typed},
        views::{LinkPage, SignInPage},
    },
    app::App,
    web::{
        layout::FormError,
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// Where to go on to.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Onward {
    #[serde(default)]
    pub(super) back: String,
}

/// `GET /access/sign-in`: the form; whoever is signed in goes on.
pub(crate) async fn form(State(app): State<App>, visit: Visit, Query(onward): Query<Onward>) -> Outcome<Response> {
    if visit.person.is_some() {
        return Ok(Redirect::to(&onward_to(&onward.back)).into_response());
    }
    page(&app, &visit, StatusCode::OK, SignInFields { back: onward.back, ..SignInFields::default() }, None).await
}

/// Only ways within this server lead on.
fn onward_to(back: &str) -> String {
    if is_local(back) { back.to_owned() } else { "/".to_owned() }
}

/// The form.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct SignInFields {
    #[serde(default)]
    login: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    shared: Option<String>,
    #[serde(default)]
    back: String,
}

/// `POST /access/sign-in`: in, or the form again with what was wrong.
pub(crate) async fn begin(
    State(app): State<App>,
    visit: Visit,
    brought: Brought,
    Form(fields): Form<SignInFields>,
) -> Outcome<Response> {
    needs_https(&visit)?;
    let typed =
        Typed { login: fields.login.clone(), password: fields.password.clone(), is_shared: fields.shared.is_some() };
    match sign_in::begin(&app, typed, &brought).await {
        Ok(begun) => Ok((begun.cookies(), Redirect::to(&onward_to(&fields.back))).into_response()),
        Err(Problem::Refused(refused)) if !visit.wants_json => {
            let status = Problem::from(refused.clone()).status();
            page(&app, &visit, status, fields, Some(&refused)).await
        }
        Err(problem) => Err(problem),
    }
}

/// A browser would throw the cookie away: nobody could sign in, and would not be told why.
fn needs_https(visit: &Visit) -> Outcome<()> {
    if visit.is_open_line { Err(Refused::new("access.needs_https").into()) } else { Ok(()) }
}

async fn page(
    app: &App,
    visit: &Visit,
    status: StatusCode,
    fields: SignInFields,
    refused: Option<&Refused>,
) -> Outcome<Response> {
    let mut shell = visit.shell(app, visit.lang.t("sign-in"), None).await?;
    shell.errors.extend(refused.map(|refused| FormError { href: "#login".to_owned(), text: visit.lang.why(refused) }));
    let SignInFields { login, shared, back, .. } = fields;
    reply::page_with(status, &SignInPage { shell, login, is_shared: shared.is_some(), back })
}

/// `POST /access/sign-out`.
pub(crate) async fn end(State(app): State<App>, brought: Brought) -> Outcome<Response> {
    sign_in::end(&app, &brought).await?;
    let onward = reply::back("/access/sign-in", &Said::done("done-signed-out"));
    Ok((sign_in::no_session(), onward).into_response())
}

/// `GET /access/links/{link}`: the form for a password.
pub(crate) async fn link(State(app): State<App>, visit: Visit, Path(link): Path<String>) -> Outcome<Response> {
    link_page(&app, &visit, &link, StatusCode::OK, None).await
}

async fn link_page(
    app: &App,
    visit: &Visit,
    link: &str,
    status: StatusCode,
    refused: Option<&Refused>,
) -> Outcome<Response> {
    let account = sign_in::of_link(app, &mut app.db.read().await?, link).await?;
    let mut shell = visit.shell(app, visit.lang.t("link-title"), None).await?;
    // What stands in the address is secret: it goes into no other form of the page.
    "/".clone_into(&mut shell.path);
    shell
        .errors
        .extend(refused.map(|refused| FormError { href: "#password".to_owned(), text: visit.lang.why(refused) }));
    let page =
        LinkPage { shell, name: account.name, login: account.login, link: link.to_owned(), min: PASSWORD_CHARS_MIN };
    reply::page_with(status, &page)
}

/// The form for a new password.
#[derive(Debug, Deserialize)]
pub(crate) struct NewPassword {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    shared: Option<String>,
}

/// `POST /access/links/{link}`: sets the password and signs in.
pub(crate) async fn set_by_link(
    State(app): State<App>,
    visit: Visit,
    brought: Brought,
    Path(link): Path<String>,
    Form(typed): Form<NewPassword>,
) -> Outcome<Response> {
    needs_https(&visit)?;
    let set = if typed.password == typed.again {
        sign_in::set_by_link(&app, &link, (&typed.password, typed.shared.is_some()), &brought).await
    } else {
        Err(Refused::new("access.not_the_same").into())
    };
    match set {
        Ok(begun) => {
            let onward = reply::back("/access/account", &Said::done("done-password"));
            Ok((begun.cookies(), onward).into_response())
        }
        Err(Problem::Refused(refused)) if !visit.wants_json && refused.code != "access.link_over" => {
            link_page(&app, &visit, &link, StatusCode::UNPROCESSABLE_ENTITY, Some(&refused)).await
        }
        Err(problem) => Err(problem),
    }
}
