//! Handlers of the accounts of an area, for whoever gives roles there.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use dienhinh_domain::{
    Refused,
    access::{
        Role,
        accounts::{self as rules, Account, Grant, State as Standing},
    },
    calendar::{format_instant, parse_day},
    ids::{AccountId, UnitId},
};
use dienhinh_storage::{
    Tx, access,
    audit::{self, Of, Placed},
    units,
};
use serde::Deserialize;

use super::{oneself, second_factor::shown_for};
use crate::{
    access::{
        accounts::{self as actions, NewGrant, Visible, is_manageable, units_of, visible},
        guard::Who,
        second_factor::{asks, is_about_code, step_up},
        secrets::Secret,
        sign_in::Brought,
        views::{AccountPage, AccountView, AccountsPage, DoneView, InvitePage, LinkMadePage, RoleView, UnitChoice},
    },
    app::App,
    audit::pages::people,
    units::meant,
    web::{
        lang::Lang,
        layout::{Choice, FormError, Place},
        problem::{Outcome, Problem},
        reply::{self, Said},
        visit::Visit,
    },
};

/// How many accounts a page has.
const PAGE: usize = 50;

/// How many units are offered to choose from.
const UNITS_MAX: usize = 20;

/// How many entries of the record are shown of an account.
const ENTRIES: i64 = 20;

/// Where the list goes on.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: String,
}

/// `GET /access/accounts`: those that have or had a role in the area.
pub(crate) async fn list(State(app): State<App>, visit: Visit, Query(page): Query<After>) -> Outcome<Response> {
    let (lang, today) = (visit.lang, app.today());
    let mut tx = app.db.read().await?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut found = access::list(&mut tx, Some(visit.actor.scope), &page.after, limit).await?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let ids: Vec<AccountId> = found.iter().map(|account| account.id).collect();
    let mut grants = access::grants(&mut tx, &ids).await?;
    grants.retain(|grant| !grant.is_over(today));
    let units = units_of(today, &mut tx, &grants).await?;
    let role = |grant: &Grant| {
        let role = oneself::role(lang, grant, units.get(&grant.scope));
        format!("{} · {}", role.role, role.unit)
    };
    let view = |account: &Account| AccountView {
        href: format!("/access/accounts/{}", account.id),
        name: account.name.clone(),
        login: account.login.clone(),
        roles: grants.iter().filter(|grant| grant.account == account.id).map(role).collect(),
        state: state(lang, account),
    };
    let accounts = found.iter().map(view).collect();
    let next = found.last().filter(|_| more).map(|last| serde_urlencoded::to_string([("after", &last.login)]));
    let more_href = next.map(|next| format!("/access/accounts?{}", next.unwrap_or_default())).unwrap_or_default();
    let shell = visit.shell_in(&app, &mut tx, lang.t("accounts-title"), Some(Place::Accounts)).await?;
    drop(tx);
    reply::page(&AccountsPage { shell, accounts, more_href })
}

/// The state of an account as a key of the catalogue.
fn state(lang: Lang, account: &Account) -> String {
    lang.t(match (account.state, account.has_password) {
        (Standing::Disabled, _) => "account-disabled",
        (Standing::Active, false) => "account-invited",
        (Standing::Active, true) => "account-active",
    })
}

/// The form for a new account, or for one more role: which unit first.
#[derive(Debug, Default, Clone, Deserialize)]
pub(crate) struct Fields {
    #[serde(default)]
    login: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    until: String,
    /// The unit that was chosen.
    #[serde(default)]
    unit: String,
    /// What was typed to find it.
    #[serde(default)]
    find: String,
    /// The second factor, where it is asked for.
    #[serde(default)]
    code: String,
}

impl Fields {
    /// The role as it is to be given, or what is wrong with it.
    fn grant(&self, app: &App) -> Outcome<NewGrant> {
        let role = Role::from_code(&self.role).ok_or_else(|| Refused::new("access.role_missing"))?;
        let unit = self.unit.parse().map_err(|_| Refused::new("access.unit_missing"))?;
        let until = match self.until.trim() {
            "" => None,
            typed => Some(
                parse_day(typed, app.today()).ok_or_else(|| Refused::new("access.bad_until").with("value", typed))?,
            ),
        };
        Ok(NewGrant { role, unit, until })
    }

    /// The roles to choose from.
    fn roles(&self, lang: Lang) -> Vec<Choice> {
        let given = Role::ALL.into_iter().filter(|role| *role != Role::Public);
        given
            .map(|role| Choice {
                value: role.code().to_owned(),
                text: lang.look_up(&format!("role-{}", role.code()), &[]),
                chosen: role.code() == self.role,
            })
            .collect()
    }
}

/// `GET /access/accounts/new`.
pub(crate) async fn form(State(app): State<App>, visit: Visit, Query(fields): Query<Fields>) -> Outcome<Response> {
    invite_page(&app, &visit, StatusCode::OK, &fields, None).await
}

async fn invite_page(
    app: &App,
    visit: &Visit,
    status: StatusCode,
    fields: &Fields,
    refused: Option<&Refused>,
) -> Outcome<Response> {
    let lang = visit.lang;
    let mut tx = app.db.read().await?;
    let choice = unit_choice(app, &mut tx, visit, fields, "/access/accounts/new").await?;
    let mut shell = visit.shell_in(app, &mut tx, lang.t("accounts-new"), Some(Place::Accounts)).await?;
    drop(tx);
    shell.errors.extend(refused.map(|refused| said(refused, lang)));
    "/access/accounts/new".clone_into(&mut shell.path);
    let page = InvitePage {
        shell,
        choice,
        login: fields.login.clone(),
        name: fields.name.clone(),
        roles: fields.roles(lang),
        until: fields.until.clone(),
    };
    reply::page_with(status, &page)
}

/// What was wrong, with the field it is about.
fn said(refused: &Refused, lang: Lang) -> FormError {
    let field = match &*refused.code {
        "access.bad_name" => "#name",
        "access.bad_login" | "access.login_taken" => "#login",
        "access.bad_until" | "access.until_before_from" | "access.outlasts" => "#until",
        "access.unit_missing" => "#unit-find",
        _ if is_about_code(refused) => "#code",
        _ => "#role",
    };
    FormError { href: field.to_owned(), text: lang.why(refused) }
}

/// The unit of a role: the one that was chosen, or those to choose from, the own one first.
async fn unit_choice(app: &App, tx: &mut Tx, visit: &Visit, fields: &Fields, action: &str) -> Outcome<UnitChoice> {
    let (today, scope) = (app.today(), visit.actor.scope);
    let chosen = match fields.unit.parse::<UnitId>() {
        Ok(unit) => units::get(tx, unit, today).await?.filter(|unit| unit.within(scope)),
        Err(_) => None,
    };
    let mut offered = Vec::new();
    if chosen.is_none() {
        let own = units::get(tx, scope, today).await?;
        let found = if fields.find.trim().is_empty() {
            Vec::new()
        } else {
            let limit = i64::try_from(UNITS_MAX * 5).unwrap_or(i64::MAX);
            units::search(tx, &meant::expanded(&fields.find), today, limit).await?
        };
        let wanted: Vec<_> = found.iter().map(|version| (today, version.unit)).collect();
        let found_as_of = units::as_of(tx, wanted.into_iter()).await?;
        let inside = found.iter().filter_map(|version| found_as_of.get(&(today, version.unit)));
        let inside: Vec<_> = inside.filter(|unit| unit.within(scope)).take(UNITS_MAX).cloned().collect();
        let first = own.into_iter().filter(|_| fields.find.trim().is_empty());
        offered.extend(first.chain(inside).map(|unit| {
            let query = serde_urlencoded::to_string([("unit", unit.id().to_string())]).unwrap_or_default();
            (format!("{action}?{query}"), unit.version.name.clone(), unit.place())
        }));
    }
    let (unit, name, place) =
        chosen.map(|unit| (unit.id().to_string(), unit.version.name.clone(), unit.place())).unwrap_or_default();
    Ok(UnitChoice {
        asks_code: asks(app, visit),
        action: action.to_owned(),
        unit,
        name,
        place,
        find: fields.find.clone(),
        offered,
    })
}

/// `POST /access/accounts`: makes the account and shows its link, once.
pub(crate) async fn invite(
    State(app): State<App>,
    mut visit: Visit,
    brought: Brought,
    Form(fields): Form<Fields>,
) -> Outcome<Response> {
    let (cookies, invited) = match step_up(&app, &mut visit, &fields.code, &brought).await {
        Ok(cookies) => (cookies, invited(&app, &visit, &fields).await),
        Err(problem) => (None, Err(problem)),
    };
    let response = match invited {
        Ok((account, secret)) => link_made(&app, &visit, account, secret).await,
        Err(Problem::Refused(refused)) if is_said_in_form(&visit, &refused) => {
            let status = Problem::from(refused.clone()).status();
            invite_page(&app, &visit, status, &fields, Some(&refused)).await
        }
        Err(problem) => Err(problem),
    };
    // The session goes on under the name that the second factor gave it, whatever came of the rest.
    Ok((cookies, response).into_response())
}

async fn invited(app: &App, visit: &Visit, fields: &Fields) -> Outcome<(AccountId, Option<Secret>)> {
    let (login, name) = (rules::login(&fields.login)?, rules::name(&fields.name)?);
    actions::invite(app, &visit.who(), (&login, &name), fields.grant(app)?).await
}

/// Whether the form comes back with what was wrong; what somebody may not do at all has a page of its own.
fn is_said_in_form(visit: &Visit, refused: &Refused) -> bool {
    !visit.wants_json && !matches!(&*refused.code, "access.role" | "access.unit" | "access.beyond" | "access.oneself")
}

/// The page with a link that is shown once. The same request coming again finds that it was shown.
async fn link_made(app: &App, visit: &Visit, account: AccountId, secret: Option<Secret>) -> Outcome<Response> {
    let lang = visit.lang;
    let mut tx = app.db.read().await?;
    let found = access::get(&mut tx, account).await?.ok_or(Problem::Missing("account"))?;
    let mut shell = visit.shell_in(app, &mut tx, lang.t("link-made"), Some(Place::Accounts)).await?;
    drop(tx);
    // What is shown once has no address to come back to.
    shell.path = format!("/access/accounts/{account}");
    let path = secret.map(|secret| format!("/access/links/{}", secret.shown())).unwrap_or_default();
    reply::page(&LinkMadePage {
        shell,
        name: found.name,
        login: found.login,
        is_first: !found.has_password,
        link: if path.is_empty() { path } else { format!("{}{path}", visit.origin) },
        account_href: format!("/access/accounts/{account}"),
    })
}

fn id(text: &str) -> Outcome<AccountId> {
    text.parse().map_err(|_| Problem::Missing("account"))
}

/// `GET /access/accounts/{account}`.
pub(crate) async fn one(
    State(app): State<App>,
    visit: Visit,
    Path(account): Path<String>,
    Query(fields): Query<Fields>,
) -> Outcome<Response> {
    account_page(&app, &visit, id(&account)?, StatusCode::OK, &fields, None).await
}

async fn account_page(
    app: &App,
    visit: &Visit,
    account: AccountId,
    status: StatusCode,
    fields: &Fields,
    refused: Option<&Refused>,
) -> Outcome<Response> {
    let (lang, today, who) = (visit.lang, app.today(), visit.who());
    let mut tx = app.db.read().await?;
    let Visible { account: found, grants, units } = visible(app, &mut tx, &who, account).await?;
    let is_own = who.person.as_ref().is_some_and(|person| person.account.id == account);
    let role = |grant: &Grant| {
        let unit = units.get(&grant.scope);
        let may_end = !is_own && unit.is_some_and(|unit| unit.within(who.actor.scope));
        RoleView { may_end, ..oneself::role(lang, grant, unit) }
    };
    let roles = grants.iter().filter(|grant| !grant.is_over(today)).map(role).collect();
    let href = format!("/access/accounts/{account}");
    let choice = unit_choice(app, &mut tx, visit, fields, &href).await?;
    let is_manageable = is_manageable(app, &mut tx, &who, account).await?;
    let history = history(&mut tx, lang, account).await?;
    let mut shell = visit.shell_in(app, &mut tx, found.name.clone(), Some(Place::Accounts)).await?;
    drop(tx);
    shell.errors.extend(refused.map(|refused| said(refused, lang)));
    shell.path.clone_from(&href);
    let page = AccountPage {
        shell,
        state: state(lang, &found),
        name: found.name,
        login: found.login,
        href,
        roles,
        choice,
        new_roles: fields.roles(lang),
        until: fields.until.clone(),
        is_own,
        is_manageable,
        is_disabled: found.state == Standing::Disabled,
        forget_href: if found.has_factor { format!("/access/accounts/{account}/forget-factor") } else { String::new() },
        history,
    };
    reply::page_with(status, &page)
}

/// What was done to an account, the latest first.
async fn history(tx: &mut Tx, lang: Lang, account: AccountId) -> Outcome<Vec<DoneView>> {
    let entries = audit::latest(tx, Of::Subject(&account.to_string()), i64::MAX, ENTRIES).await?;
    let people = people(tx, &entries).await?;
    let view = |placed: &Placed| DoneView {
        at: format_instant(placed.entry.at),
        what: lang.look_up(&format!("did-{}", placed.entry.action.name().replace('.', "-")), &[]),
        role: lang.look_up(&format!("role-{}", placed.entry.author.code()), &[]),
        person: placed.entry.account.and_then(|account| people.get(&account).cloned()).unwrap_or_default(),
    };
    Ok(entries.iter().map(view).collect())
}

/// `POST /access/accounts/{account}/grants`: one more role.
pub(crate) async fn give(
    State(app): State<App>,
    mut visit: Visit,
    brought: Brought,
    Path(account): Path<String>,
    Form(fields): Form<Fields>,
) -> Outcome<Response> {
    let account = id(&account)?;
    let (cookies, given) = match step_up(&app, &mut visit, &fields.code, &brought).await {
        Ok(cookies) => (cookies, given(&app, &visit, account, &fields).await),
        Err(problem) => (None, Err(problem)),
    };
    let response = match given {
        Err(Problem::Refused(refused)) if is_said_in_form(&visit, &refused) => {
            let status = Problem::from(refused.clone()).status();
            account_page(&app, &visit, account, status, &fields, Some(&refused)).await
        }
        given => after(&visit, given, account, "done-role-given"),
    };
    Ok((cookies, response).into_response())
}

async fn given(app: &App, visit: &Visit, account: AccountId, fields: &Fields) -> Outcome<()> {
    actions::give(app, &visit.who(), account, fields.grant(app)?).await
}

/// What follows an action on an account. Where the second factor is to be shown anew, a button has no field for it: on to
/// its page, and back to the button.
fn after(visit: &Visit, done: Outcome<()>, account: AccountId, said: &str) -> Outcome<Response> {
    if let Err(Problem::Refused(refused)) = &done
        && refused.code == "access.step_up"
        && !visit.wants_json
    {
        return Ok(shown_for(&format!("/access/accounts/{account}")));
    }
    reply::after(visit, done.map(|()| Said::done(said)), &format!("/access/accounts/{account}"))
}

/// `POST /access/accounts/{account}/grants/{grant}/end`: takes a role away, at once.
pub(crate) async fn take(
    State(app): State<App>,
    visit: Visit,
    Path((account, grant)): Path<(String, String)>,
) -> Outcome<Response> {
    let account = id(&account)?;
    let grant = grant.parse().map_err(|_| Problem::Missing("grant"))?;
    let taken = actions::take(&app, &visit.who(), account, grant).await;
    after(&visit, taken, account, "done-role-taken")
}

/// `POST /access/accounts/{account}/link`: a new link, shown once.
pub(crate) async fn link(State(app): State<App>, visit: Visit, Path(account): Path<String>) -> Outcome<Response> {
    let account = id(&account)?;
    match actions::link(&app, &visit.who(), account).await {
        Ok(secret) => link_made(&app, &visit, account, secret).await,
        Err(problem) => after(&visit, Err(problem), account, ""),
    }
}

/// `POST /access/accounts/{account}/forget-factor`: its owner sets another one.
pub(crate) async fn forget_factor(
    State(app): State<App>,
    visit: Visit,
    Path(account): Path<String>,
) -> Outcome<Response> {
    let account = id(&account)?;
    let done = actions::forget_factor(&app, &visit.who(), account).await;
    after(&visit, done, account, "done-factor-forgotten")
}

/// `POST /access/accounts/{account}/disable`.
pub(crate) async fn disable(state: State<App>, visit: Visit, account: Path<String>) -> Outcome<Response> {
    put(state, visit, account, Standing::Disabled, "done-account-disabled").await
}

/// `POST /access/accounts/{account}/enable`.
pub(crate) async fn enable(state: State<App>, visit: Visit, account: Path<String>) -> Outcome<Response> {
    put(state, visit, account, Standing::Active, "done-account-enabled").await
}

async fn put(
    State(app): State<App>,
    visit: Visit,
    Path(account): Path<String>,
    standing: Standing,
    said: &str,
) -> Outcome<Response> {
    let (account, who): (AccountId, Who) = (id(&account)?, visit.who());
    let done = actions::set_state(&app, &who, account, standing).await;
    after(&visit, done, account, said)
}
