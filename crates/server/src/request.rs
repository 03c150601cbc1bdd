//! Which request is being answered: an identity for the log, the answer and the record.

use uuid::Uuid;

tokio::task_local! {
    static CURRENT: Uuid;
}

/// Answers a request under its identity.
pub(crate) async fn within<T>(id: Uuid, answer: impl Future<Output = T>) -> T {
    CURRENT.scope(id, answer).await
}

/// The request that is being answered; none while the sample is loaded and where the operator acts.
pub(crate) fn current() -> Option<Uuid> {
    CURRENT.try_with(|id| *id).ok()
}
