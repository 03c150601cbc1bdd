//! What every address asks of whoever comes, before its handler runs; and who that is.
//!
//! The router cannot name an address without a [`Policy`]. What a policy says of the unit that a thing belongs to is asked
//! by the action or the handler, which have loaded the thing; a test compares what they do with what is declared here.

use std::{convert::Infallible, str::FromStr as _};

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts, Request, State},
    handler::Handler,
    http::{Method, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse as _, Redirect, Response},
    routing::{MethodFilter, MethodRouter, Route, on},
};
use axum_extra::extract::cookie::CookieJar;
use dienhinh_domain::{
    Refused,
    access::{Action, Actor, Role, holds, works},
    ids::UnitId,
};
use dienhinh_storage::units;

use super::{
    pages::sample_unit,
    sign_in::{self, Person},
};
use crate::{
    app::App,
    request, sample,
    web::{
        problem::{Outcome, Problem},
        visit::wants_json,
    },
};

/// What an address asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Nothing: what is public, and the way in.
    Anyone,
    /// A role in the work, whichever.
    Works,
    /// To see the working papers of the unit that the thing in the address belongs to.
    Reads,
    /// The same as long as it is not decided; then it is public.
    ReadsUndecided,
    /// To hold an action and to reach the unit that the thing in the address belongs to.
    May(Action),
    /// To hold an action; on which units is asked for each thing that the request names.
    Holds(Action),
    /// To hold an action or another one.
    HoldsOneOf(&'static [Action]),
    /// An account of one's own, in whatever role, or in none.
    Oneself,
    /// The password of an account of one's own, and no second factor yet: the way to it.
    Halfway,
}

impl Policy {
    /// Whether somebody in a role comes in at all.
    fn admits(self, actor: Actor, person: Option<&Person>) -> Result<(), Refused> {
        match self {
            Self::Anyone | Self::ReadsUndecided => Ok(()),
            Self::Works | Self::Reads => works(actor),
            Self::May(action) | Self::Holds(action) => holds(actor, action),
            Self::HoldsOneOf(actions) => {
                actions.iter().map(|action| holds(actor, *action)).reduce(Result::or).unwrap_or(Ok(()))
            }
            Self::Oneself | Self::Halfway => match person {
                None => Err(Refused::new("access.sign_in")),
                Some(person) if self == Self::Oneself && person.is_halfway() => {
                    Err(Refused::new("access.second_factor"))
                }
                Some(_) => Ok(()),
            },
        }
    }

    /// Whether somebody would come in with a role that waits for their second factor, and with nothing else.
    fn waits_for_factor(self, person: &Person) -> bool {
        let admits = |actor| self.admits(actor, Some(person)).is_ok();
        let mut waiting = person.grants.iter().filter(|grant| !person.may_act_in(grant));
        person.is_halfway() || waiting.any(|grant| admits(grant.actor())) && !admits(person.actor())
    }
}

/// An address of the product with what it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The method.
    pub method: Method,
    /// The address, with names in braces where it varies.
    pub path: &'static str,
    /// What it asks.
    pub policy: Policy,
}

/// Addresses that are put together, each with what it asks.
pub(crate) struct Addresses {
    app: App,
    router: Router<App>,
    declared: Vec<Declared>,
}

impl Addresses {
    /// None yet.
    pub(crate) fn new(app: &App) -> Self {
        Self { app: app.clone(), router: Router::new(), declared: Vec::new() }
    }

    /// A page or a file.
    pub(crate) fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, policy: Policy, handler: H) -> Self {
        self.on(&Method::GET, path, policy, handler)
    }

    /// A form.
    pub(crate) fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, policy: Policy, handler: H) -> Self {
        self.on(&Method::POST, path, policy, handler)
    }

    /// A form whose body may be as long as this.
    pub(crate) fn post_up_to<H: Handler<T, App>, T: 'static>(
        self,
        path: &'static str,
        policy: Policy,
        bytes_max: usize,
        handler: H,
    ) -> Self {
        let route = on(MethodFilter::POST, handler).layer(DefaultBodyLimit::max(bytes_max));
        self.add(&Method::POST, path, policy, route)
    }

    /// Any method.
    pub(crate) fn on<H: Handler<T, App>, T: 'static>(
        self,
        method: &Method,
        path: &'static str,
        policy: Policy,
        handler: H,
    ) -> Self {
        let filter = MethodFilter::try_from(method.clone()).expect("a method of HTTP");
        self.add(method, path, policy, on(filter, handler))
    }

    fn add(mut self, method: &Method, path: &'static str, policy: Policy, route: MethodRouter<App>) -> Self {
        let gate = Gate { app: self.app.clone(), policy };
        let guarded = route.route_layer(middleware::from_fn_with_state(gate, guard));
        self.declared.push(Declared { method: method.clone(), path, policy });
        Self { router: self.router.route(path, guarded), ..self }
    }

    /// Puts a layer around all of them.
    pub(crate) fn layered<L>(self, layer: L) -> Self
    where
        L: tower::Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: tower::Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as tower::Service<Request>>::Response: axum::response::IntoResponse + 'static,
        <L::Service as tower::Service<Request>>::Future: Send + 'static,
    {
        Self { router: self.router.layer(layer), ..self }
    }

    /// These and others.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.declared.extend(others.declared);
        Self { router: self.router.merge(others.router), ..self }
    }

    /// What they ask, one by one.
    pub(crate) fn declared(self) -> Vec<Declared> {
        self.declared
    }

    /// The way to their handlers.
    pub(crate) fn router(self) -> Router<App> {
        self.router
    }
}

/// What stands before one address.
#[derive(Clone)]
struct Gate {
    app: App,
    policy: Policy,
}

async fn guard(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if gate.policy == Policy::Anyone {
        // What is public costs no question who it is; its pages ask where they want to know.
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let who = match Who::find(&parts, &gate.app).await {
        Ok(who) => who,
        Err(problem) => return problem.into_response(),
    };
    let lacks = match &who.person {
        None if !gate.app.sample => Some(Lacks::Session),
        Some(person) if gate.policy.waits_for_factor(person) => Some(Lacks::Factor),
        _ => None,
    };
    let lacking = lacks.map(|lacks| (Asked::of(&parts), lacks));
    if let Err(refused) = gate.policy.admits(who.actor, who.person.as_ref()) {
        return lacking.map_or_else(|| Problem::from(refused).into_response(), |(asked, lacks)| asked.onward(lacks));
    }
    parts.extensions.insert(who);
    let response = next.run(Request::from_parts(parts, body)).await;
    match (response.extensions().get::<Problem>(), lacking) {
        (Some(Problem::Refused(refused)), Some((asked, lacks)))
            if matches!(&*refused.code, "access.unit" | "access.role") =>
        {
            asked.onward(lacks)
        }
        _ => response,
    }
}

/// What somebody lacks to be let in.
#[derive(Clone, Copy)]
enum Lacks {
    /// They are not signed in.
    Session,
    /// They have not shown their second factor, or have none.
    Factor,
}

/// What somebody asked for who lacks something.
struct Asked {
    address: String,
    /// A person wanted to look at a page.
    is_page: bool,
}

impl Asked {
    fn of(parts: &Parts) -> Self {
        let address = parts.uri.path_and_query().map_or("/", |address| address.as_str()).to_owned();
        let is_look = matches!(parts.method, Method::GET | Method::HEAD);
        let is_page = is_look && !address.starts_with("/api/") && !wants_json(&parts.headers);
        Self { address, is_page }
    }

    /// On to the page where they get what they lack, and back from there; programs and forms are told.
    fn onward(&self, lacks: Lacks) -> Response {
        let (code, page) = match lacks {
            Lacks::Session => ("access.sign_in", "/access/sign-in"),
            Lacks::Factor => ("access.second_factor", "/access/second-factor"),
        };
        if !self.is_page {
            return Problem::from(Refused::new(code)).into_response();
        }
        let back = serde_urlencoded::to_string([("back", &self.address)]).unwrap_or_default();
        Redirect::to(&format!("{page}?{back}")).into_response()
    }
}

/// Who comes.
#[derive(Debug, Clone)]
pub(crate) struct Who {
    /// As what.
    pub(crate) actor: Actor,
    /// With which account; none for strangers and for the ready roles of the sample.
    pub(crate) person: Option<Person>,
}

/// The cookie that says which ready role of the sample is played: `role:unit`.
pub(super) const READY_ROLE: &str = "actor";

impl Who {
    async fn find(parts: &Parts, app: &App) -> Outcome<Self> {
        let jar = CookieJar::from_headers(&parts.headers);
        if let Some(person) = sign_in::person(app, &jar).await? {
            request::rests_on(person.rights());
            return Ok(Self { actor: person.actor(), person: Some(person) });
        }
        if !app.sample {
            return Ok(Self { actor: Actor::anyone(), person: None });
        }
        if let Some(actor) = jar.get(READY_ROLE).and_then(|cookie| read(cookie.value())) {
            return Ok(Self { actor, person: None });
        }
        // Programs see what the council at the top sees; whoever looks at pages begins where the work does.
        let (role, scope) = if parts.uri.path().starts_with("/api/") {
            let top = app.ready.top.get_or_try_init(|| top(app)).await?;
            (Role::CouncilSecretary, *top)
        } else {
            let town = app.ready.town.get_or_try_init(|| sample_unit(app, sample::TOWN)).await?;
            (Role::UnitOfficer, *town)
        };
        Ok(Self { actor: Actor { role, scope }, person: None })
    }
}

impl FromRequestParts<App> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match parts.extensions.get::<Self>() {
            Some(known) => Ok(known.clone()),
            None => Self::find(parts, app).await,
        }
    }
}

/// The unit above all others.
async fn top(app: &App) -> Outcome<UnitId> {
    let roots = units::roots(&mut app.db.read().await?, app.today()).await?;
    Ok(roots.first().ok_or(Problem::Missing("unit"))?.unit)
}

fn read(cookie: &str) -> Option<Actor> {
    let (role, unit) = cookie.split_once(':')?;
    Some(Actor { role: Role::from_code(role)?, scope: UnitId::from_str(unit).ok()? })
}
