//! The verbs of accounts: invite, give a role and take it away, a new link, close and open again. Whoever gives roles
//! gives no more than they have; the operator at the command line has all.

use std::collections::{BTreeMap, BTreeSet};

use dienhinh_domain::{
    Refused,
    access::{
        Action, Role,
        accounts::{Account, Giver, Grant, Held, Purpose, State, Wanted, may_give, may_manage},
    },
    calendar::{Period, day_in_vietnam},
    ids::{AccountId, GrantId, UnitId},
    units::UnitAsOf,
};
use dienhinh_storage::{
    Tx,
    access::{self, Link, factors, sessions},
    units::{self, history},
};
use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    actions::{Done, conclude},
    guard::Who,
    secrets::Secret,
};
use crate::{
    app::App,
    web::problem::{Outcome, Problem},
};

/// A role that somebody is to get, as it was typed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewGrant {
    pub(crate) role: Role,
    pub(crate) unit: UnitId,
    /// The last day; none while it holds on.
    pub(crate) until: Option<Date>,
}

impl NewGrant {
    /// The same as it is kept, from the day of an instant on.
    pub(super) fn given(self, id: Uuid, account: AccountId, at: Timestamp) -> Grant {
        Grant {
            id: GrantId::new(id),
            account,
            role: self.role,
            scope: self.unit,
            from: day_in_vietnam(at),
            until: self.until,
            given_at: at,
            ended_at: None,
        }
    }
}

/// As whom somebody gives roles. Refused: a ready role of the sample, which anybody can play; what it gave would outlast the
/// sample.
fn giver(who: &Who) -> Result<Giver, Refused> {
    let person = who.person.as_ref().ok_or_else(|| Refused::new("access.ready_role"))?;
    let until = person.grant().and_then(|grant| grant.until);
    Ok(Giver { actor: who.actor, account: Some(person.account.id), until })
}

/// The link that a secret makes for an account: to its first password, or to another one.
pub(super) fn link_of(secret: &Secret, account: &Account, made_at: Timestamp) -> Link {
    let purpose = if account.has_password { Purpose::Reset } else { Purpose::Invitation };
    Link {
        sha256: secret.hash(),
        account: account.id,
        purpose,
        made_at,
        until: made_at + purpose.lasts(),
        used_at: None,
    }
}

/// Makes an account with a first role, and the link to set its password, which is shown this once. None where the same
/// request came before: its link was shown then.
pub(crate) async fn invite(
    app: &App,
    who: &Who,
    (login, name): (&str, &str),
    first: NewGrant,
) -> Outcome<(AccountId, Option<Secret>)> {
    let (now, from) = (app.now(), app.today());
    let id = AccountId::new(app.new_id());
    let account = Account::invited(id, login, name, now);
    let secret = Secret::new(&*app.chance);
    let (account, link) = (&account, &link_of(&secret, &account, now));
    let made = app
        .act(who.actor, |mut tx| async move {
            let unit = unit_of(&mut tx, first.unit, from).await?;
            may_give(giver(who)?, Wanted { account: None, role: first.role, unit: &unit, from, until: first.until })?;
            let grant = first.given(app.new_id(), account.id, now);
            add(&mut tx, account, &grant, link).await?;
            let detail = told(&grant);
            let done = done(Action::AccessInvite, first.unit, account.id, &detail);
            conclude(app, tx, who.actor, done, account.id).await
        })
        .await?;
    Ok((made, (made == id).then_some(secret)))
}

/// Adds an account with a first role and a link. Refused: its login is taken.
pub(super) async fn add(tx: &mut Tx, account: &Account, grant: &Grant, link: &Link) -> Outcome<()> {
    if !access::insert(tx, account).await? {
        return Err(Refused::new("access.login_taken").with("login", &account.login).into());
    }
    access::insert_grant(tx, grant).await?;
    Ok(access::insert_link(tx, link).await?)
}

/// What the record says of a role that was given or taken away.
pub(super) fn told(grant: &Grant) -> Value {
    json!({
        "grant": grant.id.to_string(),
        "role": grant.role.code(),
        "scope": grant.scope.to_string(),
        "from": grant.from.to_string(),
        "until": grant.until.map(|day| day.to_string()),
    })
}

fn done(action: Action, unit: UnitId, account: AccountId, detail: &Value) -> Done<'_> {
    Done { action, unit, subject: account.to_string(), detail, before: None, after: None }
}

pub(super) async fn unit_of(tx: &mut Tx, unit: UnitId, on: Date) -> Outcome<UnitAsOf> {
    units::get(tx, unit, on).await?.ok_or(Problem::Missing("unit"))
}

/// Gives a role to somebody who has an account.
pub(crate) async fn give(app: &App, who: &Who, account: AccountId, wanted: NewGrant) -> Outcome<()> {
    app.act(who.actor, |mut tx| async move {
        let from = app.today();
        visible(app, &mut tx, who, account).await?;
        let unit = unit_of(&mut tx, wanted.unit, from).await?;
        let asked = Wanted { account: Some(account), role: wanted.role, unit: &unit, from, until: wanted.until };
        may_give(giver(who)?, asked)?;
        let grant = wanted.given(app.new_id(), account, app.now());
        add_grant(&mut tx, &grant).await?;
        let detail = told(&grant);
        conclude(app, tx, who.actor, done(Action::AccessGrant, wanted.unit, account, &detail), ()).await
    })
    .await
}

/// Adds a role to those of an account. Refused: it has the same one.
pub(super) async fn add_grant(tx: &mut Tx, grant: &Grant) -> Outcome<()> {
    let held = access::grants(tx, &[grant.account]).await?;
    let same = |held: &Grant| held.role == grant.role && held.scope == grant.scope && !held.is_over(grant.from);
    if held.iter().any(same) {
        return Err(Refused::new("access.has_role").into());
    }
    Ok(access::insert_grant(tx, grant).await?)
}

/// Takes a role from somebody, at once. Refused: a role outside one's own area, and one's own.
pub(crate) async fn take(app: &App, who: &Who, account: AccountId, grant: GrantId) -> Outcome<()> {
    app.act(who.actor, |mut tx| async move {
        let held = access::grant(&mut tx, grant).await?.filter(|held| held.account == account);
        let held = held.filter(|held| !held.is_over(app.today())).ok_or(Problem::Missing("grant"))?;
        let ended = held_as(app, &mut tx, std::slice::from_ref(&held)).await?;
        may_manage(giver(who)?, account, Action::AccessEndGrant, &ended)?;
        access::end_grant(&mut tx, grant, app.now()).await?;
        let detail = told(&held);
        conclude(app, tx, who.actor, done(Action::AccessEndGrant, held.scope, account, &detail), ()).await
    })
    .await
}

/// Makes a new link to set the password of an account; none where the same request came before.
pub(crate) async fn link(app: &App, who: &Who, account: AccountId) -> Outcome<Option<Secret>> {
    let (id, secret) = (app.new_id().to_string(), Secret::new(&*app.chance));
    let (own, shown) = (&id, &secret);
    let made: String = app
        .act(who.actor, |mut tx| async move {
            let found = manageable(app, &mut tx, who, account, Action::AccessLink).await?;
            if found.state == State::Disabled {
                return Err(Refused::new("access.closed").into());
            }
            let link = link_of(shown, &found, app.now());
            access::insert_link(&mut tx, &link).await?;
            let detail = json!({ "purpose": link.purpose.code() });
            let done = done(Action::AccessLink, who.actor.scope, account, &detail);
            conclude(app, tx, who.actor, done, own.clone()).await
        })
        .await?;
    Ok((made == id).then_some(secret))
}

/// Takes its second factor from an account, which is signed out everywhere: its owner sets another one.
pub(crate) async fn forget_factor(app: &App, who: &Who, account: AccountId) -> Outcome<()> {
    let action = Action::AccessForgetFactor;
    app.act(who.actor, |mut tx| async move {
        manageable(app, &mut tx, who, account, action).await?;
        forget(&mut tx, account, app.now()).await?;
        conclude(app, tx, who.actor, done(action, who.actor.scope, account, &json!({})), ()).await
    })
    .await
}

/// Forgets a second factor and ends every session and link: what was begun with it must not go on without.
pub(super) async fn forget(tx: &mut Tx, account: AccountId, now: Timestamp) -> Outcome<()> {
    factors::remove(tx, account).await?;
    sessions::end_others(tx, account, "").await?;
    access::use_links(tx, account, now).await?;
    Ok(())
}

/// Closes an account or opens it again. Closed, it is signed out everywhere.
pub(crate) async fn set_state(app: &App, who: &Who, account: AccountId, state: State) -> Outcome<()> {
    let action = state.action();
    app.act(who.actor, |mut tx| async move {
        manageable(app, &mut tx, who, account, action).await?;
        put(&mut tx, account, state, app.now()).await?;
        let detail = json!({ "state": state.code() });
        conclude(app, tx, who.actor, done(action, who.actor.scope, account, &detail), ()).await
    })
    .await
}

/// Sets the state. A closed account has no session and no link.
pub(super) async fn put(tx: &mut Tx, account: AccountId, state: State, now: Timestamp) -> Outcome<()> {
    access::set_state(tx, account, state).await?;
    if state == State::Disabled {
        sessions::end_others(tx, account, "").await?;
        access::use_links(tx, account, now).await?;
    }
    Ok(())
}

/// An account that somebody may close, open again or give a new link: all it may do lies in their area.
async fn manageable(app: &App, tx: &mut Tx, who: &Who, account: AccountId, action: Action) -> Outcome<Account> {
    let found = access::get(tx, account).await?.ok_or(Problem::Missing("account"))?;
    let held = held(app, tx, account).await?;
    may_manage(giver(who)?, account, action, &held)?;
    Ok(found)
}

/// Whether [`link`] and [`set_state`] would let somebody.
pub(crate) async fn is_manageable(app: &App, tx: &mut Tx, who: &Who, account: AccountId) -> Outcome<bool> {
    match manageable(app, tx, who, account, Action::AccessDisable).await {
        Ok(_) => Ok(true),
        Err(Problem::Refused(_)) => Ok(false),
        Err(problem) => Err(problem),
    }
}

/// The roles of an account that are not over; all it ever had where all are over.
async fn held(app: &App, tx: &mut Tx, account: AccountId) -> Outcome<Vec<Held>> {
    let today = app.today();
    let mut grants = access::grants(tx, &[account]).await?;
    if grants.iter().any(|grant| !grant.is_over(today)) {
        grants.retain(|grant| !grant.is_over(today));
    }
    held_as(app, tx, &grants).await
}

async fn held_as(app: &App, tx: &mut Tx, grants: &[Grant]) -> Outcome<Vec<Held>> {
    let units = units_of(app.today(), tx, grants).await?;
    let held = |grant: &Grant| {
        let unit = units.get(&grant.scope).ok_or(Problem::Missing("unit"))?;
        Ok(Held { unit: unit.clone(), until: grant.until })
    };
    grants.iter().map(held).collect()
}

/// The units of some roles, each as it is today, or as it last was: a role on a unit that was merged away still says
/// something of its dossiers.
pub(crate) async fn units_of(today: Date, tx: &mut Tx, grants: &[Grant]) -> Outcome<BTreeMap<UnitId, UnitAsOf>> {
    let mut found = units::as_of(tx, grants.iter().map(|grant| (today, grant.scope))).await?;
    let gone: BTreeSet<UnitId> = grants.iter().map(|grant| grant.scope).collect();
    let gone: Vec<UnitId> = gone.into_iter().filter(|unit| !found.contains_key(&(today, *unit))).collect();
    if !gone.is_empty() {
        let chapters = history::chapters(tx, &gone).await?;
        let last = chapters.into_values().filter_map(|mut chapters| chapters.pop()).map(|chapter| chapter.version);
        let last_day = |valid: Period| valid.until.and_then(|until| until.yesterday().ok()).unwrap_or(valid.from);
        found.extend(units::as_of(tx, last.map(|version| (last_day(version.valid), version.unit))).await?);
    }
    Ok(found.into_iter().map(|((_, unit), then)| (unit, then)).collect())
}

/// An account that has or had a role in somebody's area.
pub(crate) struct Visible {
    pub(crate) account: Account,
    /// All it was ever given.
    pub(crate) grants: Vec<Grant>,
    /// The units of these.
    pub(crate) units: BTreeMap<UnitId, UnitAsOf>,
}

/// An account for somebody in whose area it has or had a role.
pub(crate) async fn visible(app: &App, tx: &mut Tx, who: &Who, account: AccountId) -> Outcome<Visible> {
    let account = access::get(tx, account).await?.ok_or(Problem::Missing("account"))?;
    let grants = access::grants(tx, &[account.id]).await?;
    let units = units_of(app.today(), tx, &grants).await?;
    if units.values().any(|unit| unit.within(who.actor.scope)) {
        Ok(Visible { account, grants, units })
    } else {
        Err(Refused::new("access.beyond").into())
    }
}
