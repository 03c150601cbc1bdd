//! Where work begins, the language, and the ready roles of the sample; signing in and accounts below.

pub(crate) mod accounts;
pub(crate) mod oneself;
pub(crate) mod second_factor;
pub(crate) mod sign_in;

use std::str::FromStr as _;

use axum::{
    Form,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use dienhinh_domain::{access::Role, ids::UnitId};
use dienhinh_storage::settings;
use serde::Deserialize;

use super::{guard::READY_ROLE, sign_in::no_session};
use crate::{
    app::App,
    sample,
    web::{
        problem::{Outcome, Problem},
        visit::Visit,
    },
};

/// A unit of the sample by its name in the settings.
pub(crate) async fn sample_unit(app: &App, name: &str) -> Outcome<UnitId> {
    let mut tx = app.db.read().await?;
    let stored = settings::get(&mut tx, name).await?.ok_or(Problem::Missing("unit"))?;
    UnitId::from_str(&stored).map_err(|_| Problem::Missing("unit"))
}

/// `GET /`: where a visitor's work begins; for whoever may do nothing before, at the second factor.
pub(crate) async fn start(visit: Visit) -> Redirect {
    if visit.person.as_ref().is_some_and(|person| person.lacks_factor() && person.grant().is_none()) {
        return Redirect::to(second_factor::SHOW);
    }
    Redirect::to(begins_at(visit.actor.role))
}

/// The page on which the work of a role begins.
pub(crate) fn begins_at(role: Role) -> &'static str {
    match role {
        Role::Public => "/portal",
        Role::Administrator => "/access/accounts",
        Role::UnitOfficer | Role::UnitLeader | Role::Appraiser | Role::CouncilSecretary => "/dossiers",
        Role::CouncilMember => "/committees",
    }
}

/// The form of the strip.
#[derive(Debug, Deserialize)]
pub(crate) struct RoleForm {
    role: String,
    /// The unit to play the role in; the sample's own when absent.
    unit: Option<String>,
    /// Where to go back to.
    back: Option<String>,
}

/// `POST /access/role`: plays another ready role of the sample, and is signed in no longer.
pub(crate) async fn switch_role(
    State(app): State<App>,
    jar: CookieJar,
    Form(form): Form<RoleForm>,
) -> Outcome<Response> {
    if !app.sample {
        return Err(Problem::Missing("page"));
    }
    let role = Role::from_code(&form.role).ok_or(Problem::Missing("role"))?;
    let chosen = form.unit.as_deref().and_then(|unit| UnitId::from_str(unit).ok());
    let scope = match chosen {
        Some(unit) if role.is_of_a_unit() => unit,
        _ if role.is_of_a_unit() => sample_unit(&app, sample::TOWN).await?,
        _ => sample_unit(&app, sample::PROVINCE).await?,
    };
    let value = format!("{}:{scope}", role.code());
    let cookie = Cookie::build((READY_ROLE, value)).path("/").http_only(true).same_site(SameSite::Lax);
    let back = form.back.filter(|back| is_local(back)).map_or_else(|| "/".to_owned(), |back| fitting(role, back));
    Ok((no_session(), jar.add(cookie), Redirect::to(&back)).into_response())
}

/// The page to go on with in another role: the same one, unless that role has nothing to see there.
fn fitting(role: Role, back: String) -> String {
    let path = back.split('?').next().unwrap_or_default();
    let is_in = |rooms: &[&str]| rooms.iter().any(|room| path.starts_with(room));
    match role {
        Role::Public if !is_in(&["/units", "/programmes", "/recognition"]) => begins_at(role).to_owned(),
        Role::Administrator if !is_in(&["/units", "/programmes", "/recognition", "/access/accounts"]) => {
            begins_at(role).to_owned()
        }
        _ if role != Role::Public && role != Role::Administrator && is_in(&["/access"]) => "/".to_owned(),
        Role::UnitLeader | Role::Appraiser | Role::CouncilSecretary | Role::CouncilMember if is_in(&["/imports"]) => {
            "/".to_owned()
        }
        Role::UnitOfficer | Role::UnitLeader | Role::CouncilMember => {
            path.strip_suffix("/appraisal").map_or(back.clone(), str::to_owned)
        }
        _ => back,
    }
}

/// The form of the language switch.
#[derive(Debug, Deserialize)]
pub(crate) struct LanguageForm {
    lang: String,
    back: Option<String>,
}

/// `POST /access/language`: shows pages in the other language.
pub(crate) async fn switch_language(jar: CookieJar, Form(form): Form<LanguageForm>) -> Response {
    let lang = if form.lang == "en" { "en" } else { "vi" };
    let cookie = Cookie::build((crate::web::LANGUAGE_COOKIE, lang)).path("/").http_only(true).same_site(SameSite::Lax);
    let back = form.back.filter(|back| is_local(back)).unwrap_or_else(|| "/".to_owned());
    (jar.add(cookie), Redirect::to(&back)).into_response()
}

/// A way back leads to this server only: `//host` and `/\host` would lead elsewhere.
pub(super) fn is_local(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains('\\') && !path.contains(|c: char| c.is_control())
}

#[cfg(test)]
mod tests {
    use super::{fitting, is_local};
    use dienhinh_domain::access::Role;

    #[test]
    fn another_role_goes_on_where_it_may() {
        for (role, back, onward) in [
            (Role::UnitLeader, "/dossiers/1?show=all", "/dossiers/1?show=all"),
            (Role::UnitLeader, "/dossiers/1/appraisal?show=all", "/dossiers/1"),
            (Role::Appraiser, "/dossiers/1/appraisal", "/dossiers/1/appraisal"),
            (Role::Appraiser, "/imports/1/check", "/"),
            (Role::UnitOfficer, "/imports", "/imports"),
            (Role::Public, "/dossiers/1", "/portal"),
            (Role::Administrator, "/dossiers/1", "/access/accounts"),
            (Role::Administrator, "/access/accounts/1", "/access/accounts/1"),
            (Role::UnitOfficer, "/access/accounts/1", "/"),
            (Role::Public, "/units/1", "/units/1"),
        ] {
            assert_eq!(fitting(role, back.to_owned()), onward);
        }
    }

    #[test]
    fn the_way_back_never_leaves_this_server() {
        for (path, local) in [
            ("/dossiers/1?show=todo", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("/a\r\nSet-Cookie: b=c", false),
            ("", false),
        ] {
            assert_eq!(is_local(path), local, "{path:?}");
        }
    }
}
