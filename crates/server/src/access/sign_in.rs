//! Signing in and out, and one's own password.
//!
//! Guessing is slowed and never locks out whoever signed in before: a browser that is known counts its own failures, so
//! that strangers who fail with somebody's login on the last day hold up strangers only (OWASP, device cookies).

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use dienhinh_domain::{
    Refused,
    access::{
        Action, Actor,
        accounts::{
            Account, GUESSES_MAX, GUESSES_WITHIN, Grant, IDLE, PASSWORD_CHARS_MAX, SESSION, State, check_password,
            login, normal_password,
        },
        factor::FRESH,
    },
    audit::sha256,
    ids::GrantId,
};
use dienhinh_storage::{
    Tx,
    access::{
        self, attempts,
        sessions::{self, Session},
    },
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    actions::{act, conclude_for_oneself},
    network, passwords,
    secrets::Secret,
};
use crate::{
    app::App,
    request::{self, Rights},
    web::problem::{Outcome, Problem},
};

/// The cookie of a session. Browsers take this name over HTTPS only, or on the machine itself, and let no other host set
/// it (RFC 6265bis, 4.1.3.2).
const SESSION_COOKIE: &str = "__Host-session";

/// The cookie by which a browser is known again.
const DEVICE_COOKIE: &str = "__Host-device";

/// How long a browser in which nobody signs in is known.
pub(crate) const DEVICE_KEPT: SignedDuration = SignedDuration::from_hours(365 * 24);

/// How exactly it is known when somebody was last there; a request that notes it writes.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// [`IDLE`], as exactly as it is known when somebody was last there.
pub(crate) const IDLE_AT_MOST: SignedDuration = SignedDuration::from_mins(IDLE.as_mins() + SEEN_EVERY.as_mins());

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Who.
    pub(crate) account: Account,
    /// What they may be today, the oldest first.
    pub(crate) grants: Vec<Grant>,
    session: Session,
}

impl Person {
    /// The role they act in: the one they chose, or the first that they may act in.
    pub(crate) fn grant(&self) -> Option<&Grant> {
        let usable = || self.grants.iter().filter(|grant| self.may_act_in(grant));
        usable().find(|grant| Some(grant.id) == self.session.grant).or_else(|| usable().next())
    }

    /// Whether a role can be acted in as they are signed in: not before the second factor of the account was shown, and
    /// where the role needs one, not without.
    pub(crate) fn may_act_in(&self, grant: &Grant) -> bool {
        self.session.factor_at.is_some() || !self.account.has_factor && !grant.role.needs_second_factor()
    }

    /// Whether they have a second factor and have not shown it yet: until then they are nobody.
    pub(crate) fn is_halfway(&self) -> bool {
        self.account.has_factor && self.session.factor_at.is_none()
    }

    /// Whether some of what they may be waits for the second factor.
    pub(crate) fn lacks_factor(&self) -> bool {
        self.is_halfway() || self.grants.iter().any(|grant| !self.may_act_in(grant))
    }

    /// Whether they showed their second factor a short while ago.
    pub(super) fn is_fresh(&self, app: &App) -> bool {
        self.session.factor_at.is_some_and(|at| app.now().duration_since(at) <= FRESH)
    }

    /// Whether they signed in within a time.
    pub(super) fn signed_in_within(&self, app: &App, time: SignedDuration) -> bool {
        app.now().duration_since(self.session.begun_at) <= time
    }

    /// SHA-256 of their session.
    pub(super) fn session_sha256(&self) -> &str {
        &self.session.sha256
    }

    /// On what their requests rest.
    pub(super) fn rights(&self) -> Rights {
        let grant = self.grant().map(|grant| grant.id);
        Rights { account: self.account.id, session: self.session.sha256.clone(), grant }
    }

    /// Whom they act as; without a role, as anyone.
    pub(crate) fn actor(&self) -> Actor {
        self.grant().map_or_else(Actor::anyone, Grant::actor)
    }
}

/// What a browser brought, as far as it tells who comes.
#[derive(Debug, Clone)]
pub(crate) struct Brought {
    /// The browser, where it is known.
    pub(crate) device: Option<Secret>,
    /// The session that was there before.
    pub(crate) session: Option<Secret>,
    /// From where it came.
    pub(crate) network: Option<String>,
}

impl FromRequestParts<App> for Brought {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let jar = CookieJar::from_headers(&parts.headers);
        let secret = |name| jar.get(name).and_then(|cookie| Secret::read(cookie.value()));
        let network = network::of(parts, &app.proxies);
        Ok(Self { device: secret(DEVICE_COOKIE), session: secret(SESSION_COOKIE), network })
    }
}

/// What a browser gets when somebody signed in.
#[derive(Debug)]
pub(crate) struct Begun {
    session: Secret,
    device: Option<Secret>,
}

impl Begun {
    /// New ones. A browser that is known to somebody is the same one for others; one that others use too is not to be known.
    fn new(app: &App, brought: &Brought, is_shared: bool) -> Self {
        let device = || brought.device.clone().unwrap_or_else(|| Secret::new(&*app.chance));
        Self { session: Secret::new(&*app.chance), device: (!is_shared).then(device) }
    }

    /// A session that goes on under another name, in the same browser.
    pub(super) fn again(app: &App, brought: &Brought) -> Self {
        Self { session: Secret::new(&*app.chance), device: brought.device.clone() }
    }

    /// Somebody who showed their second factor, in the session that goes on.
    pub(super) fn goes_on(&self, app: &App, person: &Person) -> Person {
        let now = app.now();
        let session =
            Session { sha256: self.session.hash(), seen_at: now, factor_at: Some(now), ..person.session.clone() };
        Person { session, ..person.clone() }
    }

    /// Puts the session that goes on in place of the one there was (ASVS 5.0, 7.2.4).
    pub(super) async fn replaces(&self, app: &App, tx: &mut Tx, person: &Person) -> Outcome<()> {
        sessions::end(tx, &person.session.sha256).await?;
        Ok(sessions::insert(tx, &self.goes_on(app, person).session).await?)
    }

    /// The cookies.
    pub(crate) fn cookies(&self) -> CookieJar {
        let jar = CookieJar::new().add(cookie(SESSION_COOKIE, self.session.shown(), ""));
        match &self.device {
            None => jar,
            Some(device) => {
                let kept = format!("; Max-Age={}", DEVICE_KEPT.as_secs());
                jar.add(cookie(DEVICE_COOKIE, device.shown(), &kept))
            }
        }
    }
}

/// The cookies of somebody who signed out.
pub(crate) fn no_session() -> CookieJar {
    CookieJar::new().add(cookie(SESSION_COOKIE, "", "; Max-Age=0"))
}

fn cookie(name: &str, value: &str, lasts: &str) -> Cookie<'static> {
    let text = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{lasts}");
    Cookie::parse(text).expect("a cookie of plain ASCII")
}

/// Who is signed in.
pub(super) async fn person(app: &App, jar: &CookieJar) -> Outcome<Option<Person>> {
    let Some(secret) = jar.get(SESSION_COOKIE).and_then(|cookie| Secret::read(cookie.value())) else {
        return Ok(None);
    };
    let now = app.now();
    let mut tx = app.db.read().await?;
    let Some(session) = sessions::get(&mut tx, &secret.hash()).await? else { return Ok(None) };
    let account = access::get(&mut tx, session.account).await?.filter(|account| account.state == State::Active);
    let Some(account) = account.filter(|_| !is_over(&session, now)) else { return Ok(None) };
    let mut grants = access::grants(&mut tx, &[account.id]).await?;
    drop(tx);
    grants.retain(|grant| grant.holds_on(app.today()));
    if now.duration_since(session.seen_at) > SEEN_EVERY
        && let Err(cause) = see(app, &session.sha256).await
    {
        // Whoever works while the disk is full goes on for as long as their session lasts.
        tracing::warn!(%cause, "it was not noted that somebody is there");
    }
    Ok(Some(Person { account, grants, session }))
}

/// Whether a session ended by itself.
fn is_over(session: &Session, now: Timestamp) -> bool {
    now.duration_since(session.begun_at) > SESSION || now.duration_since(session.seen_at) > IDLE_AT_MOST
}

async fn see(app: &App, session: &str) -> Result<(), dienhinh_storage::Failure> {
    let mut tx = app.db.write().await?;
    sessions::see(&mut tx, session, app.now()).await?;
    tx.commit().await
}

/// What somebody typed to sign in.
#[derive(Debug)]
pub(crate) struct Typed {
    pub(crate) login: String,
    pub(crate) password: String,
    /// Others use this browser too: it is not to be known again.
    pub(crate) is_shared: bool,
}

/// Signs somebody in. Says the same, after the same time, whether the account is not there, is closed, has no password
/// yet or has another one.
pub(crate) async fn begin(app: &App, typed: Typed, brought: &Brought) -> Outcome<Begun> {
    let login = login(&typed.login).ok();
    let mut tx = app.db.read().await?;
    let found = match &login {
        Some(login) => access::by_login(&mut tx, login).await?,
        None => None,
    };
    let known = match (&brought.device, &found) {
        (Some(device), Some((account, _))) if sessions::is_known(&mut tx, &device.hash(), account.id).await? => {
            Some(device)
        }
        _ => None,
    };
    drop(tx);
    let keys = if let Some(device) = known {
        vec![format!("device {}", device.hash())]
    } else {
        let typed: String = typed.login.trim().to_lowercase().chars().take(PASSWORD_CHARS_MAX).collect();
        let account = format!("account {}", login.unwrap_or(typed));
        std::iter::once(account).chain(brought.network.iter().map(|network| format!("network {network}"))).collect()
    };
    let attempt = attempt(app, &keys).await?;
    let (account, kept) = found.map_or((None, None), |(account, kept)| (Some(account), Some(kept)));
    let password = normal(&typed.password);
    let is_right = passwords::is_right(app, kept.clone(), password.clone()).await?;
    let account = account.filter(|account| is_right && account.state == State::Active);
    let account = account.ok_or_else(|| Refused::new("access.wrong"))?;
    let kept = kept.unwrap_or_default();
    let again = if passwords::is_outdated(&kept) { Some(passwords::hash(app, password).await?) } else { None };
    let begun = Begun::new(app, brought, typed.is_shared);
    let (attempt, again, account, kept, entered) = (&attempt, &again, &account, &kept, &begun);
    act(&app.db, &*app.chance, |mut tx| async move {
        // The password may have been changed, or the account closed, while it was checked.
        unchanged(&mut tx, account, kept, "access.wrong").await?;
        attempts::remove(&mut tx, attempt).await?;
        if let Some(phc) = again {
            access::set_password(&mut tx, account.id, phc).await?;
        }
        enter(app, &mut tx, account, entered, brought).await?;
        Ok::<(), Problem>(tx.commit().await?)
    })
    .await?;
    Ok(begun)
}

/// Refused where the password that was checked is not the account's any more, or the account is closed.
async fn unchanged(tx: &mut Tx, account: &Account, kept: &str, code: &'static str) -> Outcome<()> {
    let now = access::by_login(tx, &account.login).await?;
    let is_same = now.is_some_and(|(now, phc)| now.id == account.id && now.state == State::Active && phc == kept);
    if is_same { Ok(()) } else { Err(Refused::new(code).into()) }
}

/// A password as it is compared; one that is too long to be one is as good as any wrong one.
fn normal(typed: &str) -> String {
    // The longest, typed as letters and marks apart, has 16 bytes a character.
    if typed.len() > 16 * PASSWORD_CHARS_MAX { String::new() } else { normal_password(typed) }
}

/// Begins a session in a browser, and ends the one that was there.
async fn enter(app: &App, tx: &mut Tx, account: &Account, begun: &Begun, brought: &Brought) -> Outcome<()> {
    let now = app.now();
    if let Some(before) = &brought.session {
        sessions::end(tx, &before.hash()).await?;
    }
    let (sha256, account) = (begun.session.hash(), account.id);
    sessions::insert(tx, &Session { sha256, account, grant: None, begun_at: now, seen_at: now, factor_at: None })
        .await?;
    if let Some(device) = &begun.device {
        sessions::know_device(tx, &device.hash(), account, now).await?;
    }
    Ok(())
}

/// Notes an attempt under its keys before it is known whether it succeeds, so that many at once are counted too. Refused
/// with the minutes to wait where there were too many.
pub(super) async fn attempt(app: &App, keys: &[String]) -> Outcome<String> {
    let id = app.new_id().to_string();
    let keys: Vec<String> = keys.iter().map(|key| sha256(key.as_bytes())).collect();
    let (noted, keys) = (&id, &keys);
    // Most of those who are refused are refused without the one writer.
    few_enough(app, &mut app.db.read().await?, keys).await?;
    act(&app.db, &*app.chance, |mut tx| async move {
        few_enough(app, &mut tx, keys).await?;
        for key in keys {
            attempts::insert(&mut tx, noted, key, app.now()).await?;
        }
        Ok::<(), Problem>(tx.commit().await?)
    })
    .await?;
    Ok(id)
}

/// Refused with the minutes to wait where there were too many attempts under a key.
async fn few_enough(app: &App, tx: &mut Tx, keys: &[String]) -> Outcome<()> {
    let now = app.now();
    for key in keys {
        if let Some(at) = attempts::nth_latest(tx, key, GUESSES_MAX, now - GUESSES_WITHIN).await? {
            let minutes = ((at + GUESSES_WITHIN).duration_since(now).as_secs() + 59) / 60;
            let key: String = key.chars().take(8).collect();
            tracing::warn!(key, request = ?request::current(), "too many failures to sign in: another attempt was refused");
            return Err(Refused::new("access.too_many").with("minutes", minutes).into());
        }
    }
    Ok(())
}

/// Ends the session of a browser.
pub(crate) async fn end(app: &App, brought: &Brought) -> Outcome<()> {
    let Some(session) = &brought.session else { return Ok(()) };
    let mut tx = app.db.write().await?;
    sessions::end(&mut tx, &session.hash()).await?;
    Ok(tx.commit().await?)
}

/// Ends all other sessions of somebody.
pub(crate) async fn end_others(app: &App, person: &Person) -> Outcome<u64> {
    let mut tx = app.db.write().await?;
    let ended = sessions::end_others(&mut tx, person.account.id, &person.session.sha256).await?;
    tx.commit().await?;
    Ok(ended)
}

/// How many other sessions of somebody go on.
pub(crate) async fn others(app: &App, person: &Person) -> Outcome<usize> {
    let now = app.now();
    let sessions = sessions::of(&mut app.db.read().await?, person.account.id).await?;
    let goes_on = |session: &&Session| session.sha256 != person.session.sha256 && !is_over(session, now);
    Ok(sessions.iter().filter(goes_on).count())
}

/// Chooses the role that somebody acts in from now on. Refused: one that waits for the second factor. Missing: one that is
/// not theirs today.
pub(crate) async fn choose(app: &App, person: &Person, grant: GrantId) -> Outcome<Actor> {
    let chosen = person.grants.iter().find(|held| held.id == grant).ok_or(Problem::Missing("grant"))?;
    if !person.may_act_in(chosen) {
        return Err(Refused::new("access.second_factor").into());
    }
    let mut tx = app.db.write().await?;
    sessions::choose(&mut tx, &person.session.sha256, grant).await?;
    tx.commit().await?;
    Ok(chosen.actor())
}

/// The account that a link sets the password of. Refused: a link that is unknown, was used or is too old, all the same.
pub(crate) async fn of_link(app: &App, tx: &mut Tx, link: &str) -> Outcome<Account> {
    let over = || Problem::from(Refused::new("access.link_over"));
    let secret = Secret::read(link).ok_or_else(over)?;
    let link = access::link(tx, &secret.hash()).await?.filter(|link| link.used_at.is_none() && app.now() < link.until);
    let account = access::get(tx, link.ok_or_else(over)?.account).await?;
    account.filter(|account| account.state == State::Active).ok_or_else(over)
}

/// Sets a password with a link, ends every session there was, and signs in.
pub(crate) async fn set_by_link(
    app: &App,
    link: &str,
    (password, is_shared): (&str, bool),
    brought: &Brought,
) -> Outcome<Begun> {
    let account = of_link(app, &mut app.db.read().await?, link).await?;
    let password = normal_password(password);
    check_password(&password, &account)?;
    let phc = passwords::hash(app, password).await?;
    let begun = Begun::new(app, brought, is_shared);
    let (phc, entered) = (&phc, &begun);
    act(&app.db, &*app.chance, |mut tx| async move {
        // It may have been used meanwhile.
        let account = of_link(app, &mut tx, link).await?;
        access::use_links(&mut tx, account.id, app.now()).await?;
        change(&mut tx, &account, phc, ("", "")).await?;
        enter(app, &mut tx, &account, entered, brought).await?;
        let detail = json!({ "by": "link" });
        conclude_for_oneself(app, tx, account.id, Action::AccessSetPassword, &detail).await?;
        Ok::<(), Problem>(())
    })
    .await?;
    Ok(begun)
}

/// Changes somebody's own password, whose old one they know, and ends their other sessions.
pub(crate) async fn change_password(
    app: &App,
    person: &Person,
    (old, new): (&str, &str),
    brought: &Brought,
) -> Outcome<()> {
    let account = &person.account;
    let new = normal_password(new);
    check_password(&new, account)?;
    let attempt = attempt(app, &[format!("session {}", person.session.sha256)]).await?;
    let found = access::by_login(&mut app.db.read().await?, &account.login).await?;
    let kept = found.map(|(_, kept)| kept).unwrap_or_default();
    if !passwords::is_right(app, Some(kept.clone()), normal(old)).await? {
        return Err(Refused::new("access.old_password").into());
    }
    let phc = passwords::hash(app, new).await?;
    let device = brought.device.as_ref().map(Secret::hash).unwrap_or_default();
    let (attempt, phc, kept, device) = (&attempt, &phc, &kept, &device);
    act(&app.db, &*app.chance, |mut tx| async move {
        unchanged(&mut tx, account, kept, "access.old_password").await?;
        attempts::remove(&mut tx, attempt).await?;
        change(&mut tx, account, phc, (&person.session.sha256, device)).await?;
        let detail = json!({ "by": "password" });
        conclude_for_oneself(app, tx, account.id, Action::AccessSetPassword, &detail).await?;
        Ok::<(), Problem>(())
    })
    .await
}

/// Sets the password; whoever is signed in but in one session is not any more, and no browser but one is known.
async fn change(tx: &mut Tx, account: &Account, phc: &str, (session, device): (&str, &str)) -> Outcome<()> {
    access::set_password(tx, account.id, phc).await?;
    sessions::end_others(tx, account.id, session).await?;
    sessions::forget_devices(tx, account.id, device).await?;
    Ok(())
}
