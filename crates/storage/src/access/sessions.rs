//! Who is signed in, and in which browsers they were before.

use dienhinh_domain::ids::{AccountId, GrantId};
use jiff::Timestamp;

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, instant, parse, parse_optional},
};

const TABLE: &str = "access_sessions";

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of what the cookie holds.
    pub sha256: String,
    /// Who.
    pub account: AccountId,
    /// The role they chose to act in.
    pub grant: Option<GrantId>,
    /// Since when.
    pub begun_at: Timestamp,
    /// When they were last there, to some minutes.
    pub seen_at: Timestamp,
    /// When they last showed their second factor in it.
    pub factor_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    sha256: String,
    account_id: String,
    grant_id: Option<String>,
    begun_at: i64,
    seen_at: i64,
    factor_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Session> {
        Ok(Session {
            sha256: self.sha256,
            account: parse(TABLE, "account_id", &self.account_id)?,
            grant: parse_optional(TABLE, "grant_id", self.grant_id.as_deref())?,
            begun_at: instant(TABLE, "begun_at", self.begun_at)?,
            seen_at: instant(TABLE, "seen_at", self.seen_at)?,
            factor_at: self.factor_at.map(|at| instant(TABLE, "factor_at", at)).transpose()?,
        })
    }
}

/// Begins one.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<()> {
    execute!(
        tx,
        "insert into access_sessions (sha256, account_id, grant_id, begun_at, seen_at, factor_at)
         values ($1, $2, $3, $4, $5, $6)",
        &session.sha256,
        session.account.to_string(),
        session.grant.map(|grant| grant.to_string()),
        session.begun_at.as_microsecond(),
        session.seen_at.as_microsecond(),
        session.factor_at.map(Timestamp::as_microsecond),
    )?;
    Ok(())
}

/// One by the hash of what its cookie holds.
pub async fn get(tx: &mut Tx, sha256: &str) -> Result<Option<Session>> {
    let row = fetch_optional!(
        tx,
        Row,
        "select sha256, account_id, grant_id, begun_at, seen_at, factor_at from access_sessions where sha256 = $1",
        sha256,
    )?;
    row.map(Row::read).transpose()
}

/// Those of an account, the latest first.
pub async fn of(tx: &mut Tx, account: AccountId) -> Result<Vec<Session>> {
    let rows = fetch_all!(
        tx,
        Row,
        "select sha256, account_id, grant_id, begun_at, seen_at, factor_at from access_sessions where account_id = $1
         order by seen_at desc, sha256 limit 100",
        account.to_string(),
    )?;
    rows.into_iter().map(Row::read).collect()
}

/// Whether a session is there, its account is open, and a role that it acts in was not taken away.
pub async fn still_holds(tx: &mut Tx, sha256: &str, grant: Option<GrantId>) -> Result<bool> {
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "select s.seen_at from access_sessions s join access_accounts a on a.id = s.account_id
         where s.sha256 = $1 and a.state = 'active' and ($2 = ''
           or exists (select 1 from access_grants g where g.id = $2 and g.account_id = a.id and g.ended_at is null))",
        sha256,
        grant.map(|grant| grant.to_string()).unwrap_or_default(),
    )?;
    Ok(row.is_some())
}

/// Whether the second factor was shown in a session at an instant or later.
pub async fn has_shown(tx: &mut Tx, sha256: &str, since: Timestamp) -> Result<bool> {
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "select factor_at from access_sessions where sha256 = $1 and factor_at >= $2",
        sha256,
        since.as_microsecond(),
    )?;
    Ok(row.is_some())
}

/// Notes that somebody is there.
pub async fn see(tx: &mut Tx, sha256: &str, at: Timestamp) -> Result<()> {
    execute!(tx, "update access_sessions set seen_at = $2 where sha256 = $1", sha256, at.as_microsecond())?;
    Ok(())
}

/// Chooses the role that somebody acts in.
pub async fn choose(tx: &mut Tx, sha256: &str, grant: GrantId) -> Result<()> {
    execute!(tx, "update access_sessions set grant_id = $2 where sha256 = $1", sha256, grant.to_string())?;
    Ok(())
}

/// Ends one.
pub async fn end(tx: &mut Tx, sha256: &str) -> Result<()> {
    execute!(tx, "delete from access_sessions where sha256 = $1", sha256)?;
    Ok(())
}

/// Ends all of an account but one, and says how many they were.
pub async fn end_others(tx: &mut Tx, account: AccountId, but: &str) -> Result<u64> {
    execute!(tx, "delete from access_sessions where account_id = $1 and sha256 <> $2", account.to_string(), but)
}

/// Forgets those that were last seen before an instant.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "delete from access_sessions where seen_at < $1", before.as_microsecond())
}

/// Knows a browser in which somebody signed in.
pub async fn know_device(tx: &mut Tx, sha256: &str, account: AccountId, at: Timestamp) -> Result<()> {
    execute!(
        tx,
        "insert into access_devices (sha256, account_id, seen_at) values ($1, $2, $3)
         on conflict (sha256, account_id) do update set seen_at = excluded.seen_at",
        sha256,
        account.to_string(),
        at.as_microsecond(),
    )?;
    Ok(())
}

/// Whether somebody signed in in a browser before.
pub async fn is_known(tx: &mut Tx, sha256: &str, account: AccountId) -> Result<bool> {
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "select seen_at from access_devices where sha256 = $1 and account_id = $2",
        sha256,
        account.to_string(),
    )?;
    Ok(row.is_some())
}

/// Forgets the browsers of an account but one.
pub async fn forget_devices(tx: &mut Tx, account: AccountId, but: &str) -> Result<()> {
    execute!(tx, "delete from access_devices where account_id = $1 and sha256 <> $2", account.to_string(), but)?;
    Ok(())
}

/// Forgets browsers in which nobody signed in since an instant.
pub async fn forget_old_devices(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, "delete from access_devices where seen_at < $1", before.as_microsecond())
}
