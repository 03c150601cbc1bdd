//! Which request is being answered: an identity for the log, the answer and the record, and the key by which it is
//! known when it comes again.

use std::sync::Mutex;

use dienhinh_domain::{audit::sha256, ids::AccountId};
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
    account: Mutex<Option<AccountId>>,
}

tokio::task_local! {
    static CURRENT: Current;
}

/// Answers a request under its identity.
pub(crate) async fn within<T>(id: Uuid, answer: impl Future<Output = T>) -> T {
    let current = Current { id, key: Mutex::default(), repeated: Mutex::default(), account: Mutex::default() };
    CURRENT.scope(current, answer).await
}

/// The request that is being answered; none while the sample is loaded and where the operator acts.
pub(crate) fn current() -> Option<Uuid> {
    CURRENT.try_with(|current| current.id).ok()
}

/// Notes whose request it is.
pub(crate) fn is_of(account: AccountId) {
    let _ = CURRENT.try_with(|current| *locked(&current.account) = Some(account));
}

/// Whose request is being answered; none for strangers, for the ready roles of the sample and outside of requests.
pub(crate) fn account() -> Option<AccountId> {
    CURRENT.try_with(|current| *locked(&current.account)).ok().flatten()
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
