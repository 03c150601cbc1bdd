//! Which request is being answered: an identity for the log, the answer and the record, and the key by which it is
//! known when it comes again.

use std::sync::Mutex;

use dienhinh_domain::{
    audit::sha256,
    ids::{AccountId, GrantId},
};
use uuid::Uuid;

/// By what a request is known when it comes again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// As the client chose it.
    pub(crate) key: String,
    /// SHA-256 over all that the request asks for, as hex digits.
    pub(crate) asked: String,
}

struct Current {
    id: Uuid,
    key: Mutex<Option<Key>>,
    repeated: Mutex<bool>,
    rights: Mutex<Option<Rights>>,
}

/// On what a request rests that somebody makes who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rights {
    /// Whose account.
    pub(crate) account: AccountId,
    /// SHA-256 of the session.
    pub(crate) session: String,
    /// The role they act in.
    pub(crate) grant: Option<GrantId>,
}

tokio::task_local! {
    static CURRENT: Current;
}

/// Answers a request under its identity.
pub(crate) async fn within<T>(id: Uuid, answer: impl Future<Output = T>) -> T {
    let current = Current { id, key: Mutex::default(), repeated: Mutex::default(), rights: Mutex::default() };
    CURRENT.scope(current, answer).await
}

/// The request that is being answered; none while the sample is loaded and where the operator acts.
pub(crate) fn current() -> Option<Uuid> {
    CURRENT.try_with(|current| current.id).ok()
}

/// Notes on what the request rests.
pub(crate) fn rests_on(rights: Rights) {
    let _ = CURRENT.try_with(|current| *locked(&current.rights) = Some(rights));
}

/// On what the request that is being answered rests; none for strangers, for the ready roles of the sample and outside of
/// requests.
pub(crate) fn rights() -> Option<Rights> {
    CURRENT.try_with(|current| locked(&current.rights).clone()).ok().flatten()
}

/// Whose request is being answered.
pub(crate) fn account() -> Option<AccountId> {
    rights().map(|rights| rights.account)
}

/// The key of the request that is being answered, if it has one.
pub(crate) fn key() -> Option<Key> {
    CURRENT.try_with(|current| locked(&current.key).clone()).ok().flatten()
}

/// Gives the request that is being answered its key.
pub(crate) fn identify(key: Key) {
    let _ = CURRENT.try_with(|current| *locked(&current.key) = Some(key));
}

/// Adds to what the request asks for: what only its handler reads, such as the content of a file.
pub(crate) fn asks_too(what: &str) {
    let _ = CURRENT.try_with(|current| {
        if let Some(key) = &mut *locked(&current.key) {
            key.asked = sha256(format!("{} {what}", key.asked).as_bytes());
        }
    });
}

/// Notes that the request came again and was answered with what came of it the first time.
pub(crate) fn note_repeated() {
    let _ = CURRENT.try_with(|current| *locked(&current.repeated) = true);
}

/// Whether the request came again.
pub(crate) fn was_repeated() -> bool {
    CURRENT.try_with(|current| *locked(&current.repeated)).unwrap_or(false)
}

fn locked<T>(value: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    value.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
