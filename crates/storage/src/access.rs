//! Accounts and what they were given, links to set a password, sessions, and attempts to sign in. What is secret lies here
//! as a hash only; whoever calls knows the rest.

pub mod attempts;
pub mod factors;
pub mod sessions;

use dienhinh_domain::{
    access::{
        Role,
        accounts::{Account, Grant, Purpose, State},
    },
    ids::{AccountId, GrantId, UnitId},
};
use jiff::Timestamp;

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, instant, one_of, parse, parse_optional, read, together},
};

const ACCOUNTS: &str = "access_accounts";
const GRANTS: &str = "access_grants";

/// What [`AccountRow`] is read from, of the accounts that a condition chooses.
macro_rules! accounts {
    ($condition:literal) => {
        concat!(
            "select id, login, name, password, state, made_at,
               (select count(*) from access_factors f where f.account_id = access_accounts.id) as factors
             from access_accounts where ",
            $condition,
        )
    };
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: String,
    login: String,
    name: String,
    password: String,
    state: String,
    made_at: i64,
    factors: i64,
}

impl AccountRow {
    fn read(self) -> Result<Account> {
        Ok(Account {
            id: parse(ACCOUNTS, "id", &self.id)?,
            login: self.login,
            name: self.name,
            state: read(ACCOUNTS, "state", &self.state, State::from_code(&self.state))?,
            has_password: !self.password.is_empty(),
            has_factor: self.factors > 0,
            made_at: instant(ACCOUNTS, "made_at", self.made_at)?,
        })
    }
}

/// Adds an account without a password, unless its login is taken: then nothing is done.
pub async fn insert(tx: &mut Tx, account: &Account) -> Result<bool> {
    let added = execute!(
        tx,
        "insert into access_accounts (id, login, name, password, state, made_at) values ($1, $2, $3, '', $4, $5)
         on conflict (login) do nothing",
        account.id.to_string(),
        &account.login,
        &account.name,
        account.state.code(),
        account.made_at.as_microsecond(),
    )?;
    Ok(added == 1)
}

/// One by its identity.
pub async fn get(tx: &mut Tx, id: AccountId) -> Result<Option<Account>> {
    let row = fetch_optional!(tx, AccountRow, accounts!("id = $1"), id.to_string(),)?;
    row.map(AccountRow::read).transpose()
}

/// One by what its owner signs in with, and its password as a PHC string; the text is empty while there is none.
pub async fn by_login(tx: &mut Tx, login: &str) -> Result<Option<(Account, String)>> {
    let row = fetch_optional!(tx, AccountRow, accounts!("login = $1"), login,)?;
    row.map(|row| {
        let password = row.password.clone();
        Ok((row.read()?, password))
    })
    .transpose()
}

/// Sets the password of an account.
pub async fn set_password(tx: &mut Tx, id: AccountId, phc: &str) -> Result<()> {
    execute!(tx, "update access_accounts set password = $2 where id = $1", id.to_string(), phc)?;
    Ok(())
}

/// Opens or closes an account.
pub async fn set_state(tx: &mut Tx, id: AccountId, state: State) -> Result<()> {
    execute!(tx, "update access_accounts set state = $2 where id = $1", id.to_string(), state.code())?;
    Ok(())
}

/// The accounts after a login, in the order of their logins, that were ever given a role on a unit that lies below one, or
/// lay there last; all of them where none is named. At most `limit`.
pub async fn list(tx: &mut Tx, below: Option<UnitId>, after: &str, limit: i64) -> Result<Vec<Account>> {
    let rows = match below {
        None => fetch_all!(tx, AccountRow, accounts!("login > $1 order by login limit $2"), after, limit,)?,
        Some(unit) => fetch_all!(
            tx,
            AccountRow,
            concat!(
                "with recursive last (unit_id, parent_id) as (
               select unit_id, parent_id from unit_versions v where not exists (
                 select 1 from unit_versions later where later.unit_id = v.unit_id and later.valid_from > v.valid_from)
             ),
             below (id) as (
               select id from units where id = $3
               union select unit_id from last join below on parent_id = below.id
             ) ",
                accounts!(
                    "login > $1 and id in (select account_id from access_grants where scope in (select id from below))
                     order by login limit $2"
                ),
            ),
            after,
            limit,
            unit.to_string(),
        )?,
    };
    rows.into_iter().map(AccountRow::read).collect()
}

/// Adds a role.
pub async fn insert_grant(tx: &mut Tx, grant: &Grant) -> Result<()> {
    execute!(
        tx,
        "insert into access_grants (id, account_id, role, scope, from_day, until_day, given_at, ended_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        grant.id.to_string(),
        grant.account.to_string(),
        grant.role.code(),
        grant.scope.to_string(),
        grant.from.to_string(),
        grant.until.map(|day| day.to_string()),
        grant.given_at.as_microsecond(),
        grant.ended_at.map(Timestamp::as_microsecond),
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
pub(crate) struct GrantRow {
    id: String,
    account_id: String,
    role: String,
    scope: String,
    from_day: String,
    until_day: Option<String>,
    given_at: i64,
    ended_at: Option<i64>,
}

impl GrantRow {
    fn read(self) -> Result<Grant> {
        Ok(Grant {
            id: parse(GRANTS, "id", &self.id)?,
            account: parse(GRANTS, "account_id", &self.account_id)?,
            role: read(GRANTS, "role", &self.role, Role::from_code(&self.role))?,
            scope: parse(GRANTS, "scope", &self.scope)?,
            from: parse(GRANTS, "from_day", &self.from_day)?,
            until: parse_optional(GRANTS, "until_day", self.until_day.as_deref())?,
            given_at: instant(GRANTS, "given_at", self.given_at)?,
            ended_at: self.ended_at.map(|at| instant(GRANTS, "ended_at", at)).transpose()?,
        })
    }
}

/// What some accounts were ever given, the oldest first.
pub async fn grants(tx: &mut Tx, accounts: &[AccountId]) -> Result<Vec<Grant>> {
    let sql = format!(
        "select id, account_id, role, scope, from_day, until_day, given_at, ended_at from access_grants
         where account_id {} order by given_at, id",
        one_of(tx, "$1")
    );
    let rows = fetch_all!(tx, GrantRow, sqlx::AssertSqlSafe(sql.as_str()), together(accounts))?;
    rows.into_iter().map(GrantRow::read).collect()
}

/// One role by its identity.
pub async fn grant(tx: &mut Tx, id: GrantId) -> Result<Option<Grant>> {
    let row = fetch_optional!(
        tx,
        GrantRow,
        "select id, account_id, role, scope, from_day, until_day, given_at, ended_at from access_grants where id = $1",
        id.to_string(),
    )?;
    row.map(GrantRow::read).transpose()
}

/// Takes a role away.
pub async fn end_grant(tx: &mut Tx, id: GrantId, at: Timestamp) -> Result<()> {
    execute!(
        tx,
        "update access_grants set ended_at = $2 where id = $1 and ended_at is null",
        id.to_string(),
        at.as_microsecond(),
    )?;
    Ok(())
}

/// A link to set a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// SHA-256 of what stands in it.
    pub sha256: String,
    /// Whose password.
    pub account: AccountId,
    /// Why.
    pub purpose: Purpose,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it can be used.
    pub until: Timestamp,
    /// When it was used, or replaced by another one.
    pub used_at: Option<Timestamp>,
}

/// Adds a link; those that the account had before cannot be used any more.
pub async fn insert_link(tx: &mut Tx, link: &Link) -> Result<()> {
    use_links(tx, link.account, link.made_at).await?;
    execute!(
        tx,
        "insert into access_links (sha256, account_id, purpose, made_at, until_at, used_at)
         values ($1, $2, $3, $4, $5, null)",
        &link.sha256,
        link.account.to_string(),
        link.purpose.code(),
        link.made_at.as_microsecond(),
        link.until.as_microsecond(),
    )?;
    Ok(())
}

/// Makes the links of an account useless.
pub async fn use_links(tx: &mut Tx, account: AccountId, at: Timestamp) -> Result<()> {
    execute!(
        tx,
        "update access_links set used_at = $2 where account_id = $1 and used_at is null",
        account.to_string(),
        at.as_microsecond(),
    )?;
    Ok(())
}

/// Makes what lets anybody in useless, but passwords: sessions, links, and browsers that are known.
pub async fn close_doors(tx: &mut Tx, at: Timestamp) -> Result<()> {
    execute!(tx, "delete from access_sessions")?;
    execute!(tx, "delete from access_devices")?;
    execute!(tx, "update access_links set used_at = $1 where used_at is null", at.as_microsecond())?;
    Ok(())
}

/// One link by the hash of what stands in it.
pub async fn link(tx: &mut Tx, sha256: &str) -> Result<Option<Link>> {
    const TABLE: &str = "access_links";
    let row: Option<(String, String, i64, i64, Option<i64>)> = fetch_optional!(
        tx,
        (String, String, i64, i64, Option<i64>),
        "select account_id, purpose, made_at, until_at, used_at from access_links where sha256 = $1",
        sha256,
    )?;
    row.map(|(account, purpose, made_at, until, used_at)| {
        Ok(Link {
            sha256: sha256.to_owned(),
            account: parse(TABLE, "account_id", &account)?,
            purpose: read(TABLE, "purpose", &purpose, Purpose::from_code(&purpose))?,
            made_at: instant(TABLE, "made_at", made_at)?,
            until: instant(TABLE, "until_at", until)?,
            used_at: used_at.map(|at| instant(TABLE, "used_at", at)).transpose()?,
        })
    })
    .transpose()
}
