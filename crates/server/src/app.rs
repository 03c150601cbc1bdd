//! What every request may use: the database, the evidence store, the clock, chance, the criteria sets.

use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

use dienhinh_documents::Renderer;
use dienhinh_domain::{
    Refused,
    access::Actor,
    calendar,
    cycles::Cycle,
    ids::UnitId,
    programmes::{CriteriaSet, parse},
};
use dienhinh_engine::Plan;
use dienhinh_storage::{Db, Failure, Tx, access::sessions, blobs::Blobs, programmes::StoredSet};
use jiff::{Timestamp, civil::Date};
use serde::de::DeserializeOwned;
use tokio::sync::{Notify, OnceCell, Semaphore};
use uuid::Uuid;

use crate::{
    access::{
        actions::{act, first_outcome},
        second_factor::FactorKey,
    },
    audit::keys::Keys,
    request,
    web::problem::{Outcome, Problem},
};

/// Tells the time. The only one who may.
pub trait Clock: Send + Sync {
    /// This instant.
    fn now(&self) -> Timestamp;
}

/// Gives bytes nobody can foresee.
pub trait Chance: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The machine's own clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the clock is read")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that shows another day and runs on from there: the sample lives in November 2023.
pub struct ShiftedClock {
    /// What runs.
    pub inner: Arc<dyn Clock>,
    /// What the inner clock showed when this one showed `shown`.
    pub since: Timestamp,
    /// Where this one began.
    pub shown: Timestamp,
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        let passed = self.inner.now().as_microsecond() - self.since.as_microsecond();
        let now = self.shown.as_microsecond().saturating_add(passed.max(0));
        Timestamp::from_microsecond(now).unwrap_or(self.shown)
    }
}

/// The machine's own source of chance.
#[derive(Debug)]
pub struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, buffer: &mut [u8]) {
        // A machine without a source of chance must not hand out identities.
        getrandom::fill(buffer).expect("the machine has a source of chance");
    }
}

/// A criteria set, ready to be shown and scored.
#[derive(Debug)]
pub(crate) struct LoadedSet {
    /// As its author wrote it.
    pub(crate) set: CriteriaSet,
    /// As the engine scores it.
    pub(crate) plan: Plan,
}

/// The sets of an installation by code and version.
pub(crate) type Sets = BTreeMap<(String, String), Arc<LoadedSet>>;

/// Units of the sample for whom its ready roles work. They never change, and are looked up once.
#[derive(Default)]
pub(crate) struct Ready {
    /// Whose officer looks at pages.
    pub(crate) town: OnceCell<UnitId>,
    /// The one above all others, whose secretary asks for JSON.
    pub(crate) top: OnceCell<UnitId>,
}

/// Everything a request may use; cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) db: Db,
    pub(crate) blobs: Blobs,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) sets: Arc<Sets>,
    pub(crate) papers: Arc<Renderer>,
    /// What the record is signed with.
    pub(crate) keys: Arc<Keys>,
    /// What second factors are derived with.
    pub(crate) factor_key: Arc<FactorKey>,
    /// The clock of the machine: what telephones show, also where the sample's day is another one.
    pub(crate) wall: Arc<dyn Clock>,
    /// Held by whoever checks a password: one at a time, so that one core at most is taken from the others.
    pub(crate) hashing: Arc<Semaphore>,
    /// Rung when there is work for the worker of this server.
    pub(crate) bell: Arc<Notify>,
    /// Whom a visitor of the sample is who has not chosen a role yet.
    pub(crate) ready: Arc<Ready>,
    /// The proxies that stand before the server, whose word on where a client comes from is taken.
    pub(crate) proxies: Arc<[IpAddr]>,
    /// The sample is served: a strip offers ready roles, and everything bears "DỮ LIỆU MẪU".
    pub(crate) sample: bool,
}

/// A new identity: UUIDv7 of an instant.
pub(crate) fn new_id(chance: &dyn Chance, at: Timestamp) -> Uuid {
    let mut bytes = [0; 10];
    chance.fill(&mut bytes);
    let millis = u64::try_from(at.as_millisecond()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}

/// Does what takes long beside the requests that wait for a turn, and not among them.
pub(crate) async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Outcome<T> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked.map_err(|cause| Problem::Failed(format!("work beside the requests broke off: {cause}")))
}

impl App {
    /// The instant, the same for everything one action does.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The day in Việt Nam.
    pub(crate) fn today(&self) -> Date {
        calendar::day_in_vietnam(self.now())
    }

    /// A new identity: UUIDv7 of this instant.
    pub(crate) fn new_id(&self) -> Uuid {
        new_id(&*self.chance, self.now())
    }

    /// [`act`] with this database. A request that came before, with the same key, is not carried out again: it is
    /// answered with what came of it. One request is one action. What somebody's session and role rest on is asked for in
    /// the same transaction: what was taken away while the request waited or sent its file is not used any more.
    pub(crate) async fn act<T, F>(&self, actor: Actor, action: impl Fn(Tx) -> F) -> Outcome<T>
    where
        T: DeserializeOwned,
        F: Future<Output = Outcome<T>>,
    {
        let action = &action;
        act(&self.db, &*self.chance, move |mut tx| async move {
            if let Some(rights) = request::rights()
                && !sessions::still_holds(&mut tx, &rights.session, rights.grant).await?
            {
                return Err(Refused::new("access.sign_in").into());
            }
            match first_outcome(&mut tx, actor).await? {
                Some(first) => Ok(first),
                None => action(tx).await,
            }
        })
        .await
    }

    /// Sixty-four bits nobody can foresee.
    pub(crate) fn new_code(&self) -> u64 {
        let mut chance = [0; 8];
        self.chance.fill(&mut chance);
        u64::from_be_bytes(chance)
    }

    /// The set a cycle is pinned to.
    ///
    /// # Panics
    ///
    /// When the set is not installed, which the database's foreign key rules out.
    pub(crate) fn set_of(&self, cycle: &Cycle) -> &Arc<LoadedSet> {
        self.installed(cycle).expect("a cycle names an installed set")
    }

    /// [`set_of`](Self::set_of) for work that may reach a server which has not read a new set yet.
    pub(crate) fn installed(&self, cycle: &Cycle) -> Outcome<&Arc<LoadedSet>> {
        let key = (cycle.set_code.clone(), cycle.set_version.clone());
        let missing = || Problem::Failed(format!("{} {} is not loaded; restart the server", key.0, key.1));
        self.sets.get(&key).ok_or_else(missing)
    }

    /// The installed versions of a set.
    pub(crate) fn versions_of(&self, code: &str) -> impl Iterator<Item = &Arc<LoadedSet>> {
        versions_of(&self.sets, code)
    }

    /// The latest installed version of a set.
    pub(crate) fn latest_set(&self, code: &str) -> Option<&Arc<LoadedSet>> {
        latest_set(&self.sets, code)
    }
}

/// The latest version of a set.
pub(crate) fn latest_set<'a>(sets: &'a Sets, code: &str) -> Option<&'a Arc<LoadedSet>> {
    versions_of(sets, code).max_by(|left, right| left.set.by_age(&right.set))
}

fn versions_of<'a>(sets: &'a Sets, code: &str) -> impl Iterator<Item = &'a Arc<LoadedSet>> {
    let from = (code.to_owned(), String::new());
    sets.range(from..).take_while(move |((found, _), _)| found == code).map(|(_, set)| set)
}

/// The latest version of each set, in the order of their codes.
pub(crate) fn latest_sets(sets: &Sets) -> Vec<&Arc<LoadedSet>> {
    let mut codes: Vec<&str> = sets.keys().map(|(code, _)| code.as_str()).collect();
    codes.dedup();
    codes.into_iter().filter_map(|code| latest_set(sets, code)).collect()
}

/// Reads and compiles every installed set. A set that was accepted once and cannot be read now is a
/// failure of the world.
pub(crate) fn load_sets(stored: &[StoredSet]) -> Result<Sets, Failure> {
    let unreadable = |set: &StoredSet, value: String| Failure::Unreadable {
        table: "criteria_sets",
        column: "pack",
        value: format!("{} {}: {value}", set.code, set.version),
    };
    let mut sets = Sets::new();
    for stored in stored {
        let set = parse(&stored.code, &stored.pack).map_err(|problems| unreadable(stored, format!("{problems:?}")))?;
        let plan = Plan::compile(&set).map_err(|problems| unreadable(stored, format!("{problems:?}")))?;
        sets.insert((stored.code.clone(), stored.version.clone()), Arc::new(LoadedSet { set, plan }));
    }
    Ok(sets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(version: &str, valid_from: &str) -> StoredSet {
        let pack = include_str!("../../../packs/circular-124-school/pack.toml");
        let changed = pack.replacen("version = \"1\"", &format!("version = \"{version}\""), 1);
        let day = parse("circular-124-school", pack).expect("a pack").valid_from;
        let changed = changed.replacen(&format!("valid_from = {day}"), &format!("valid_from = {valid_from}"), 1);
        StoredSet {
            code: "circular-124-school".to_owned(),
            version: version.to_owned(),
            pack: changed,
            sha256: String::new(),
        }
    }

    #[test]
    fn the_latest_version_is_the_one_valid_last_then_the_one_with_the_higher_number() {
        for (versions, latest) in [
            (&[("2", "2024-01-01"), ("10", "2024-01-01"), ("9", "2024-01-01")][..], "10"),
            (&[("2", "2025-01-01"), ("10", "2024-01-01")], "2"),
            (&[("2023.9", "2023-06-01"), ("2023.10", "2023-06-01")], "2023.10"),
        ] {
            let stored: Vec<StoredSet> = versions.iter().map(|(version, day)| stored(version, day)).collect();
            let sets = load_sets(&stored).expect("every set is in order");
            assert_eq!(sets.len(), versions.len());
            let found = latest_set(&sets, "circular-124-school").expect("a version");
            assert_eq!(found.set.version, latest, "{versions:?}");
            assert_eq!(latest_sets(&sets).len(), 1);
        }
    }
}
