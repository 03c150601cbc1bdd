//! Handlers of one's own account: which role to act in, the password, where else one is signed in.

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use dienhinh_domain::{
    Refused,
    access::accounts::{Grant, PASSWORD_CHARS_MIN},
    calendar::format_day,
    units::UnitAsOf,
};
use dienhinh_storage::access::factors;
use serde::Deserialize;

use super::begins_at;
use crate::{
    access::{
        accounts::units_of,
        sign_in::{self, Brought, Person},
        views::{OneselfPage, RoleView},
    },
    app::App,
    web::{
        lang::Lang,
        layout::FormError,
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// Who asks; the policy of the address saw to it that somebody does.
pub(super) fn oneself(visit: &Visit) -> Outcome<&Person> {
    visit.person.as_ref().ok_or_else(|| Refused::new("access.sign_in").into())
}

/// `GET /access/account`.
pub(crate) async fn page(State(app): State<App>, visit: Visit) -> Outcome<Response> {
    shown(&app, &visit, StatusCode::OK, None).await
}

async fn shown(app: &App, visit: &Visit, status: StatusCode, refused: Option<&Refused>) -> Outcome<Response> {
    let (person, lang) = (oneself(visit)?, visit.lang);
    let others = sign_in::others(app, person).await?;
    let mut tx = app.db.read().await?;
    let current = person.grant().map(|grant| grant.id);
    let mut roles = Vec::new();
    let units = units_of(app.today(), &mut tx, &person.grants).await?;
    for grant in &person.grants {
        roles.push(RoleView {
            is_current: Some(grant.id) == current,
            waits: !person.may_act_in(grant),
            ..role(lang, grant, units.get(&grant.scope))
        });
    }
    let put_away = factors::put_away(&mut tx, person.account.id).await?;
    let mut shell = visit.shell_in(app, &mut tx, lang.t("account-title"), None).await?;
    drop(tx);
    shell.errors.extend(refused.map(|refused| {
        let field = if refused.code == "access.old_password" { "#old" } else { "#password" };
        FormError { href: field.to_owned(), text: lang.why(refused) }
    }));
    // The way back from a form that was refused.
    "/access/account".clone_into(&mut shell.path);
    let (name, login) = (person.account.name.clone(), person.account.login.clone());
    let begins_href = person.grant().map_or("", |grant| begins_at(grant.role));
    let (has_factor, lacks_factor) = (person.account.has_factor, person.lacks_factor());
    reply::page_with(
        status,
        &OneselfPage {
            shell,
            name,
            login,
            roles,
            others,
            begins_href,
            min: PASSWORD_CHARS_MIN,
            has_factor,
            lacks_factor,
            put_away,
        },
    )
}

/// A role in words.
pub(super) fn role(lang: Lang, grant: &Grant, unit: Option<&UnitAsOf>) -> RoleView {
    let (unit, place) = unit.map(|unit| (unit.version.name.clone(), unit.place())).unwrap_or_default();
    let days = match grant.until {
        Some(until) => lang.t2("role-days", "from", format_day(grant.from), "until", format_day(until)),
        None => lang.t1("role-since", "from", format_day(grant.from)),
    };
    RoleView {
        id: grant.id.to_string(),
        role: lang.look_up(&format!("role-{}", grant.role.code()), &[]),
        unit,
        place,
        days,
        is_current: false,
        waits: false,
        may_end: false,
    }
}

/// Which role.
#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    grant: String,
}

/// `POST /access/account/role`: acts in another role from now on.
pub(crate) async fn choose(State(app): State<App>, visit: Visit, Form(chosen): Form<Chosen>) -> Outcome<Response> {
    let grant = chosen.grant.parse().map_err(|_| Problem::Missing("grant"))?;
    let actor = sign_in::choose(&app, oneself(&visit)?, grant).await?;
    Ok(Redirect::to(begins_at(actor.role)).into_response())
}

/// `POST /access/account/others`: signs out everywhere else.
pub(crate) async fn end_others(State(app): State<App>, visit: Visit) -> Outcome<Response> {
    let ended = sign_in::end_others(&app, oneself(&visit)?).await;
    let said = ended.map(|count| Said::done("done-others-ended").with("count", count.to_string()));
    reply::after(&visit, said, "/access/account")
}

/// The form for another password.
#[derive(Debug, Deserialize)]
pub(crate) struct PasswordFields {
    #[serde(default)]
    old: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `POST /access/account/password`.
pub(crate) async fn change_password(
    State(app): State<App>,
    visit: Visit,
    brought: Brought,
    Form(typed): Form<PasswordFields>,
) -> Outcome<Response> {
    let changed = if typed.password == typed.again {
        sign_in::change_password(&app, oneself(&visit)?, (&typed.old, &typed.password), &brought).await
    } else {
        Err(Refused::new("access.not_the_same").into())
    };
    match changed {
        Err(Problem::Refused(refused)) if !visit.wants_json => {
            let status = Problem::from(refused.clone()).status();
            shown(&app, &visit, status, Some(&refused)).await
        }
        changed => reply::after(&visit, changed.map(|()| Said::done("done-password")), "/access/account"),
    }
}
