//! One visit to a page: who asks, in which language, where, and what the last action led to.

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{HeaderMap, HeaderValue, header, request::Parts},
};
use axum_extra::extract::cookie::CookieJar;
use dienhinh_domain::access::{Actor, Role};
use dienhinh_storage::{Tx, units};

use super::{
    LANGUAGE_COOKIE,
    lang::Lang,
    layout::{Crumb, NavLink, Place, Shell},
    problem::{Outcome, Problem},
    reply,
};
use crate::{
    access::{guard::Who, sign_in::Person},
    app::App,
};

/// What a handler knows of the person before it.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    pub(crate) lang: Lang,
    pub(crate) actor: Actor,
    /// Who is signed in; nobody for strangers and for the ready roles of the sample.
    pub(crate) person: Option<Person>,
    /// Path and query of the page.
    pub(crate) path: String,
    /// Scheme and host as the visitor's browser knows them.
    pub(crate) origin: String,
    /// The browser came over a line that is not encrypted, from another machine.
    pub(crate) is_open_line: bool,
    /// A program asks and not a person: answers are JSON.
    pub(crate) wants_json: bool,
    flash: Option<reply::Said>,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Who { actor, person } = Who::from_request_parts(parts, app).await?;
        let jar = CookieJar::from_headers(&parts.headers);
        let uri =
            parts.extensions.get::<OriginalUri>().map_or_else(|| parts.uri.clone(), |original| original.0.clone());
        Ok(Self {
            lang: language(&jar),
            actor,
            person,
            path: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            origin: origin(&parts.headers),
            is_open_line: is_open_line(&parts.headers),
            wants_json: wants_json(&parts.headers),
            flash: reply::said(&jar),
        })
    }
}

/// The language a visitor chose; Vietnamese until they do.
pub(crate) fn language(jar: &CookieJar) -> Lang {
    jar.get(LANGUAGE_COOKIE).and_then(|cookie| Lang::from_code(cookie.value())).unwrap_or_default()
}

/// Scheme and host of this server as the browser knows them: from the header that browsers send with forms, else from what
/// the proxy says.
fn origin(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    match text("origin") {
        "" | "null" => {
            let scheme = if text("x-forwarded-proto") == "https" { "https" } else { "http" };
            format!("{scheme}://{}", text("host"))
        }
        origin => origin.to_owned(),
    }
}

/// Whether a browser says that it came without encryption from another machine. Cookies that it takes over HTTPS only
/// would be thrown away.
fn is_open_line(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or_default();
    let Some(host) = origin.strip_prefix("http://") else { return false };
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name);
    !(name == "localhost" || name == "[::1]" || name.starts_with("127.") || name.ends_with(".localhost"))
}

/// Whether the client asked for JSON and not for a page.
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("json") && !accept.contains("text/html")
}

impl Visit {
    /// Who comes, for actions that ask for more than the role.
    pub(crate) fn who(&self) -> Who {
        Who { actor: self.actor, person: self.person.clone() }
    }

    /// Whether the visitor has this role.
    pub(crate) fn is(&self, role: Role) -> bool {
        self.actor.role == role
    }

    /// The frame of a page that belongs to a place of the navigation.
    pub(crate) async fn shell(&self, app: &App, title: String, current: Option<Place>) -> Outcome<Shell> {
        self.shell_in(app, &mut app.db.read().await?, title, current).await
    }

    /// [`shell`](Self::shell) for a page that is still reading: a transaction more costs more than what it reads.
    pub(crate) async fn shell_in(
        &self,
        app: &App,
        tx: &mut Tx,
        title: String,
        current: Option<Place>,
    ) -> Outcome<Shell> {
        let area = units::get(tx, self.actor.scope, app.today()).await?;
        let area = area.map(|unit| unit.version.name).unwrap_or_default();
        Ok(Shell { area, ..self.frame(app, title, current) })
    }

    /// [`shell`](Self::shell) for parts of a page: does not name the visitor's area.
    pub(crate) fn frame(&self, app: &App, title: String, current: Option<Place>) -> Shell {
        let flashes = self.flash.iter().map(|said| said.flash(self.lang)).collect();
        Shell {
            lang: self.lang,
            subtitle: String::new(),
            path: self.path.clone(),
            nav: self.navigation(),
            current,
            role: self.actor.role.code(),
            person: self.person.as_ref().map(|person| person.account.name.clone()).unwrap_or_default(),
            area: String::new(),
            crumbs: self.crumbs(current, &title),
            title,
            flashes,
            errors: Vec::new(),
            sample: app.sample,
        }
    }

    /// The entries that lead somewhere for this role, the most used first.
    fn navigation(&self) -> Vec<NavLink> {
        let places: &[(Place, &str)] = match self.actor.role {
            Role::Administrator => &[
                (Place::Accounts, "/access/accounts"),
                (Place::Units, "/units"),
                (Place::Programmes, "/programmes"),
                (Place::Recognition, "/recognition"),
            ],
            Role::Public => &[(Place::Portal, "/portal"), (Place::Units, "/units"), (Place::Programmes, "/programmes")],
            Role::UnitOfficer | Role::UnitLeader => &[
                (Place::Work, "/dossiers"),
                (Place::Programmes, "/programmes"),
                (Place::Units, "/units"),
                (Place::Plans, "/plans"),
                (Place::Recognition, "/recognition"),
                (Place::Audit, "/audit"),
            ],
            Role::Appraiser | Role::CouncilSecretary => &[
                (Place::Work, "/dossiers"),
                (Place::Overview, "/cycles"),
                (Place::Units, "/units"),
                (Place::Recognition, "/recognition"),
                (Place::Committees, "/committees"),
                (Place::Programmes, "/programmes"),
                (Place::Plans, "/plans"),
                (Place::Audit, "/audit"),
            ],
            Role::CouncilMember => &[
                (Place::Committees, "/committees"),
                (Place::Overview, "/cycles"),
                (Place::Recognition, "/recognition"),
                (Place::Programmes, "/programmes"),
                (Place::Units, "/units"),
                (Place::Audit, "/audit"),
            ],
        };
        places.iter().map(|(place, href)| NavLink { place: *place, href: (*href).to_owned() }).collect()
    }

    fn crumbs(&self, current: Option<Place>, title: &str) -> Vec<Crumb> {
        let here = Crumb { text: title.to_owned(), href: String::new() };
        let entry = current.and_then(|place| self.navigation().into_iter().find(|link| link.place == place));
        match entry {
            Some(link) if link.href != self.path.split('?').next().unwrap_or_default() => {
                vec![Crumb { text: self.lang.t(link.place.key()), href: link.href }, here]
            }
            _ => vec![here],
        }
    }
}
