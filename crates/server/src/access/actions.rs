//! The frame of every action: one permission, one transaction, one audit entry.

use std::time::Duration;

use dienhinh_domain::{
    Refused,
    access::{Action, Actor, factor::FRESH, may},
    audit::{Author, Change, Entry, checkpoint::Key, hex, is_published},
    ids::{AccountId, UnitId},
    units::UnitAsOf,
};
use dienhinh_storage::{
    Db, Failure, Tx,
    access::sessions,
    audit,
    idempotency::{self, Kept},
};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    app::{App, Chance},
    request,
    web::problem::{Outcome, Problem},
};

/// How often an action runs when another one comes between each time.
const TRIES_MAX: u32 = 8;

/// The longest pause before the second try; it doubles from try to try.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// An error that may say that another transaction came between.
pub(crate) trait Overtaken {
    /// Whether the same action may succeed when it runs again as a whole.
    fn is_overtaken(&self) -> bool;
}

impl Overtaken for Failure {
    fn is_overtaken(&self) -> bool {
        self.is_serialization_failure()
    }
}

/// Runs an action in a write transaction. When another one came between, nothing of it was kept, and all of it runs
/// again: it loads, decides and writes anew. Whatever it does outside the transaction it does each time.
pub(crate) async fn act<T, E, F>(db: &Db, chance: &dyn Chance, action: impl Fn(Tx) -> F) -> Result<T, E>
where
    E: From<Failure> + Overtaken,
    F: Future<Output = Result<T, E>>,
{
    let mut tries = 1;
    loop {
        let done = match db.write().await {
            Ok(tx) => action(tx).await,
            Err(failure) => Err(failure.into()),
        };
        match done {
            Err(error) if error.is_overtaken() && tries < TRIES_MAX => {
                tokio::time::sleep(pause(tries, chance)).await;
                tries += 1;
            }
            done => return done,
        }
    }
}

/// A pause of chance length, so that two who overtook each other do not do so again.
fn pause(tries: u32, chance: &dyn Chance) -> Duration {
    let mut byte = [0];
    chance.fill(&mut byte);
    FIRST_PAUSE * 2_u32.pow(tries - 1) * u32::from(byte[0]) / 255
}

/// Asks for the permission. The only place that does.
pub(crate) fn permit(actor: Actor, action: Action, unit: &UnitAsOf) -> Outcome<()> {
    may(actor, action, unit).map_err(Into::into)
}

/// What an action did.
pub(crate) struct Done<'a> {
    pub(crate) action: Action,
    /// On which unit.
    pub(crate) unit: UnitId,
    /// On which thing.
    pub(crate) subject: String,
    /// With what.
    pub(crate) detail: &'a Value,
    /// The thing as it was, as canonical text; none where it is new.
    pub(crate) before: Option<String>,
    /// The thing as it is now.
    pub(crate) after: Option<String>,
}

/// What the request that is being answered came to, when it came before.
pub(crate) async fn first_outcome<T: DeserializeOwned>(tx: &mut Tx, actor: Actor) -> Outcome<Option<T>> {
    let Some(key) = request::key() else { return Ok(None) };
    let Some(kept) = idempotency::get(tx, &name(actor), &key.key).await? else { return Ok(None) };
    if kept.asked != key.asked {
        return Err(Refused::new("access.key_reused").into());
    }
    let outcome = serde_json::from_str(&kept.outcome)
        .map_err(|cause| Problem::Failed(format!("what came of {} cannot be read: {cause}", key.key)))?;
    request::note_repeated();
    Ok(Some(outcome))
}

/// Keeps what the request came to under its key, in the same transaction.
async fn keep_outcome<T: Serialize>(tx: &mut Tx, actor: Actor, outcome: &T, at: Timestamp) -> Outcome<()> {
    let Some(key) = request::key() else { return Ok(()) };
    let outcome = serde_json::to_string(outcome)
        .map_err(|cause| Problem::Failed(format!("what came of {} cannot be written: {cause}", key.key)))?;
    let kept = Kept { asked: key.asked, outcome };
    Ok(idempotency::insert(tx, &name(actor), &key.key, &kept, at).await?)
}

/// Whose key it is: nobody is answered with what another asked.
fn name(actor: Actor) -> String {
    let account = request::account().map(|account| format!(":{account}")).unwrap_or_default();
    format!("{}:{}{account}", actor.role.code(), actor.scope)
}

/// Writes the entry and makes the action durable: after this, it happened. Gives back the outcome, which is kept for
/// the same request coming again.
pub(crate) async fn conclude<T: Serialize>(
    app: &App,
    mut tx: Tx,
    actor: Actor,
    done: Done<'_>,
    outcome: T,
) -> Outcome<T> {
    if done.action.needs_fresh_factor() {
        let has_shown = match request::rights() {
            Some(rights) => sessions::has_shown(&mut tx, &rights.session, app.now() - FRESH).await?,
            // The ready roles of the sample have no account; anywhere else nobody acts without one.
            None => app.sample,
        };
        if !has_shown {
            return Err(Refused::new("access.step_up").into());
        }
    }
    let salt = salt(app, &mut tx, &done.subject).await?;
    let entry = Entry {
        at: app.now(),
        author: Author::Actor(actor),
        account: request::account(),
        action: done.action,
        unit: Some(done.unit),
        subject: done.subject,
        detail: done.detail.to_string(),
        request: request::current(),
        change: Change::salted(&salt, done.before.as_deref(), done.after.as_deref()),
    };
    keep_outcome(&mut tx, actor, &outcome, entry.at).await?;
    record(tx, &entry, &app.keys.signing).await?;
    Ok(outcome)
}

/// The salt of a thing in the record, made where there is none yet.
pub(crate) async fn salt(app: &App, tx: &mut Tx, subject: &str) -> Result<String, Failure> {
    let mut chance = [0; 16];
    app.chance.fill(&mut chance);
    audit::salt(tx, subject, &hex(&chance)).await
}

/// What the operator did to the installation, where no role is asked for.
pub(crate) struct DoneByOperator<'a> {
    pub(crate) at: Timestamp,
    pub(crate) action: Action,
    /// On which thing.
    pub(crate) subject: String,
    /// With what.
    pub(crate) detail: &'a Value,
    pub(crate) change: Change,
}

/// [`conclude`] for the operator.
pub(crate) async fn conclude_for_operator(tx: Tx, key: &Key, done: DoneByOperator<'_>) -> Result<(), Failure> {
    let entry = Entry {
        at: done.at,
        author: Author::Operator,
        account: None,
        action: done.action,
        unit: None,
        subject: done.subject,
        detail: done.detail.to_string(),
        request: None,
        change: done.change,
    };
    record(tx, &entry, key).await
}

/// [`conclude`] for somebody about their own account, where no role is asked for.
pub(crate) async fn conclude_for_oneself(
    app: &App,
    tx: Tx,
    account: AccountId,
    action: Action,
    detail: &Value,
) -> Result<(), Failure> {
    let entry = Entry {
        at: app.now(),
        author: Author::Oneself,
        account: Some(account),
        action,
        unit: None,
        subject: account.to_string(),
        detail: detail.to_string(),
        request: request::current(),
        change: Change::default(),
    };
    record(tx, &entry, &app.keys.signing).await
}

async fn record(mut tx: Tx, entry: &Entry, key: &Key) -> Result<(), Failure> {
    let head = audit::append(&mut tx, entry, key).await?;
    if is_published(entry.action) {
        audit::publish(&mut tx, &head).await?;
    }
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use dienhinh_storage::{DatabaseUrl, settings};

    use super::*;
    use crate::app::SystemChance;

    #[derive(Debug, PartialEq)]
    enum Told {
        Overtaken,
        Broken,
    }

    impl From<Failure> for Told {
        fn from(_: Failure) -> Self {
            Self::Broken
        }
    }

    impl Overtaken for Told {
        fn is_overtaken(&self) -> bool {
            *self == Self::Overtaken
        }
    }

    #[tokio::test]
    async fn an_overtaken_action_runs_again_as_a_whole_but_not_for_ever() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Db::open(&DatabaseUrl::Sqlite(folder.path().join("d.sqlite"))).await.expect("opened");
        for (overtaken, told, tries) in [(0, Ok(()), 1), (3, Ok(()), 4), (100, Err(Told::Overtaken), TRIES_MAX)] {
            let ran = &Cell::new(0);
            let done = act(&db, &SystemChance, |mut tx| async move {
                ran.set(ran.get() + 1);
                assert_eq!(settings::get(&mut tx, "name").await?, None, "nothing of an earlier try is there");
                settings::set(&mut tx, "name", "value").await?;
                if ran.get() <= overtaken { Err(Told::Overtaken) } else { Ok(()) }
            });
            assert_eq!((done.await, ran.get()), (told, tries));
        }
        let ran = Cell::new(0);
        let done = act(&db, &SystemChance, |_| async {
            ran.set(ran.get() + 1);
            Err::<(), _>(Told::Broken)
        });
        assert_eq!((done.await, ran.get()), (Err(Told::Broken), 1));
    }
}
