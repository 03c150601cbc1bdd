//! Accounts for the operator at the command line: the first administrator comes from here only.

use std::sync::Arc;

use dienhinh_domain::{
    Refused,
    access::{
        Action, Role,
        accounts::{self as rules, Account, Grant, State},
    },
    audit::{Change, checkpoint::Key},
    calendar::day_in_vietnam,
    ids::{AccountId, GrantId, UnitId},
};
use dienhinh_storage::{
    Db, Failure, Tx,
    access::{self, factors},
    settings,
};
use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{
    accounts::{NewGrant, add, add_grant, forget, link_of, put, told, unit_of, units_of},
    actions::{DoneByOperator, Overtaken, act, conclude_for_operator},
    secrets::Secret,
};
use crate::{
    app::{SystemChance, SystemClock, new_id},
    start::{Installation, StartError},
    web::{lang::Lang, problem::Problem},
};

/// Under which name of the settings stands that people sign in here: the ready roles of the sample are over then.
pub(crate) const SIGNED_IN: &str = "access.signed_in";

/// Whether people sign in here.
pub(crate) async fn is_signed_in(tx: &mut Tx) -> Result<bool, Failure> {
    Ok(settings::get(tx, SIGNED_IN).await?.is_some())
}

/// An account that is to be made, as it was typed.
#[derive(Debug, Clone, Copy)]
pub struct NewAccount<'a> {
    /// What its owner types to sign in.
    pub login: &'a str,
    /// What they are called.
    pub name: &'a str,
    /// The first role.
    pub role: Role,
    /// The unit it reaches down from.
    pub unit: UnitId,
    /// Its last day.
    pub until: Option<Date>,
}

/// An account with what it may do today or later.
#[derive(Debug, Clone)]
pub struct ListedAccount {
    /// Who.
    pub account: Account,
    /// As what, and where: the role and the name of its unit.
    pub roles: Vec<(Grant, String)>,
}

/// Why nothing was done to an account.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The rules say no: why, in Vietnamese and English.
    #[error("{0}")]
    Refused(String),
    /// Nobody signs in with this.
    #[error("không có tài khoản “{0}” / there is no account “{0}”")]
    Unknown(String),
    /// The account has no such role today or later: those that it has, a line each.
    #[error("tài khoản không có vai trò này; đang có: / the account has no such role; it has:{0}")]
    NoRole(String),
    /// There is no such unit today.
    #[error("hôm nay không có đơn vị này / there is no such unit today")]
    NoUnit,
    /// The installation cannot be opened or written.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The world broke.
    #[error("{0}")]
    Failed(String),
    /// Another action came between, as often as it was tried.
    #[error("{0}")]
    Overtaken(String),
}

impl From<Problem> for AccountError {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::Refused(refused) => refused.into(),
            Problem::Missing("unit") => Self::NoUnit,
            Problem::Overtaken(cause) => Self::Overtaken(cause),
            problem => Self::Failed(format!("{problem:?}")),
        }
    }
}

impl From<Failure> for AccountError {
    fn from(failure: Failure) -> Self {
        Problem::from(failure).into()
    }
}

impl From<Refused> for AccountError {
    fn from(refused: Refused) -> Self {
        Self::Refused(format!("{} / {}", Lang::Vi.why(&refused), Lang::En.why(&refused)))
    }
}

impl Overtaken for AccountError {
    fn is_overtaken(&self) -> bool {
        matches!(self, Self::Overtaken(_))
    }
}

/// Makes an account and gives what its link ends in: `/access/links/…`. From the first one on, people sign in here.
pub async fn add_account(installation: &Installation, new: NewAccount<'_>) -> Result<String, AccountError> {
    let (login, name) = (rules::login(new.login)?, rules::name(new.name)?);
    let db = installation.open_database().await?;
    let done = async {
        let (keys, at) = installation.signing_now(&db, Arc::new(SystemClock)).await?;
        let account = Account::invited(AccountId::new(new_id(&SystemChance, at)), &login, &name, at);
        let wanted = NewGrant { role: new.role, unit: new.unit, until: new.until };
        let grant = wanted.given(new_id(&SystemChance, at), account.id, at);
        rules::can_be_given(grant.role, grant.from, grant.until)?;
        let secret = Secret::new(&SystemChance);
        let (account, grant, link, key) = (&account, &grant, &link_of(&secret, &account, at), &keys.signing);
        act(&db, &SystemChance, |mut tx| async move {
            unit_of(&mut tx, grant.scope, grant.from).await?;
            add(&mut tx, account, grant, link).await?;
            settings::set(&mut tx, SIGNED_IN, &at.to_string()).await?;
            conclude(tx, key, at, Action::AccessInvite, account.id, &told(grant)).await
        })
        .await?;
        Ok(secret.shown().to_owned())
    }
    .await;
    db.close().await;
    done
}

async fn conclude(
    tx: Tx,
    key: &Key,
    at: Timestamp,
    action: Action,
    account: AccountId,
    detail: &Value,
) -> Result<(), AccountError> {
    let done = DoneByOperator { at, action, subject: account.to_string(), detail, change: Change::default() };
    Ok(conclude_for_operator(tx, key, done).await?)
}

/// Makes a new link to set the password of an account, and gives what it ends in.
pub async fn account_link(installation: &Installation, login: &str) -> Result<String, AccountError> {
    let secret = Secret::new(&SystemChance);
    let shown = &secret;
    on(installation, login, async move |db, key, at, account| {
        act(db, &SystemChance, |mut tx| async move {
            let link = link_of(shown, account, at);
            access::insert_link(&mut tx, &link).await?;
            let detail = json!({ "purpose": link.purpose.code() });
            conclude(tx, key, at, Action::AccessLink, account.id, &detail).await
        })
        .await
    })
    .await?;
    Ok(secret.shown().to_owned())
}

/// Gives a role to an account, from today on.
pub async fn give_role(
    installation: &Installation,
    login: &str,
    role: Role,
    unit: UnitId,
    until: Option<Date>,
) -> Result<(), AccountError> {
    on(installation, login, async move |db, key, at, account| {
        let wanted = NewGrant { role, unit, until };
        let grant = &wanted.given(new_id(&SystemChance, at), account.id, at);
        rules::can_be_given(role, grant.from, until)?;
        act(db, &SystemChance, |mut tx| async move {
            unit_of(&mut tx, unit, grant.from).await?;
            add_grant(&mut tx, grant).await?;
            conclude(tx, key, at, Action::AccessGrant, account.id, &told(grant)).await
        })
        .await
    })
    .await
}

/// Takes a role from an account, at once, also one on a unit that is no more.
pub async fn end_role(installation: &Installation, login: &str, grant: GrantId) -> Result<(), AccountError> {
    on(installation, login, async move |db, key, at, account| {
        act(db, &SystemChance, |mut tx| async move {
            let held = roles(&mut tx, account.id, day_in_vietnam(at)).await?;
            let Some((ended, _)) = held.iter().find(|(held, _)| held.id == grant) else {
                let line = |(held, unit): &(Grant, String)| format!("\n  {}  {} · {unit}", held.id, held.role.code());
                return Err(AccountError::NoRole(held.iter().map(line).collect()));
            };
            access::end_grant(&mut tx, grant, at).await?;
            conclude(tx, key, at, Action::AccessEndGrant, account.id, &told(ended)).await
        })
        .await
    })
    .await
}

/// Takes its second factor from an account, which is signed out everywhere: its owner sets another one.
pub async fn forget_factor(installation: &Installation, login: &str) -> Result<(), AccountError> {
    on(installation, login, async move |db, key, at, account| {
        act(db, &SystemChance, |mut tx| async move {
            forget(&mut tx, account.id, at).await?;
            conclude(tx, key, at, Action::AccessForgetFactor, account.id, &json!({})).await
        })
        .await
    })
    .await
}

/// How many accounts with a second factor are looked for at once.
const FORGOTTEN_AT_ONCE: i64 = 100;

/// Takes their second factor from all accounts, when the key is lost with which these were set. Gives how many they were.
pub async fn forget_factors(installation: &Installation) -> Result<usize, AccountError> {
    let db = installation.open_database().await?;
    let done = async {
        let (keys, at) = installation.signing_now(&db, Arc::new(SystemClock)).await?;
        let (mut forgotten, keys) = (0, &keys);
        loop {
            let some = factors::holders(&mut db.read().await?, FORGOTTEN_AT_ONCE).await?;
            if some.is_empty() {
                return Ok(forgotten);
            }
            for account in &some {
                act(&db, &SystemChance, |mut tx| async move {
                    forget(&mut tx, *account, at).await?;
                    conclude(tx, &keys.signing, at, Action::AccessForgetFactor, *account, &json!({})).await
                })
                .await?;
            }
            forgotten += some.len();
        }
    }
    .await;
    db.close().await;
    done
}

/// Closes an account or opens it again.
pub async fn set_account_state(installation: &Installation, login: &str, state: State) -> Result<(), AccountError> {
    on(installation, login, async move |db, key, at, account| {
        act(db, &SystemChance, |mut tx| async move {
            put(&mut tx, account.id, state, at).await?;
            conclude(tx, key, at, state.action(), account.id, &json!({ "state": state.code() })).await
        })
        .await
    })
    .await
}

/// Does something to the account of a login.
async fn on(
    installation: &Installation,
    login: &str,
    what: impl AsyncFnOnce(&Db, &Key, Timestamp, &Account) -> Result<(), AccountError>,
) -> Result<(), AccountError> {
    let unknown = || AccountError::Unknown(login.to_owned());
    let read = rules::login(login).map_err(|_| unknown())?;
    let db = installation.open_database().await?;
    let done = async {
        let (keys, at) = installation.signing_now(&db, Arc::new(SystemClock)).await?;
        let found = access::by_login(&mut db.read().await?, &read).await?;
        let (account, _) = found.ok_or_else(unknown)?;
        what(&db, &keys.signing, at, &account).await
    }
    .await;
    db.close().await;
    done
}

/// How many accounts are read at once.
const PAGE: i64 = 500;

/// Every account, in the order of the logins.
pub async fn accounts(installation: &Installation) -> Result<Vec<ListedAccount>, AccountError> {
    let db = installation.open_database().await?;
    let listed = async {
        let (_, at) = installation.signing_now(&db, Arc::new(SystemClock)).await?;
        let mut tx = db.snapshot().await?;
        let mut listed: Vec<ListedAccount> = Vec::new();
        loop {
            let after = listed.last().map(|last| last.account.login.clone()).unwrap_or_default();
            let page = access::list(&mut tx, None, &after, PAGE).await?;
            if page.is_empty() {
                return Ok(listed);
            }
            for account in page {
                let roles = roles(&mut tx, account.id, day_in_vietnam(at)).await?;
                listed.push(ListedAccount { account, roles });
            }
        }
    }
    .await;
    db.close().await;
    listed
}

/// What an account may do today or later, with the name of each unit, or its last one.
async fn roles(tx: &mut Tx, account: AccountId, today: Date) -> Result<Vec<(Grant, String)>, AccountError> {
    let mut grants = access::grants(tx, &[account]).await?;
    grants.retain(|grant| !grant.is_over(today));
    let units = units_of(today, tx, &grants).await?;
    let named = |grant: Grant| {
        let name = units.get(&grant.scope).map(|unit| unit.version.name.clone()).unwrap_or_default();
        (grant, name)
    };
    Ok(grants.into_iter().map(named).collect())
}
