//! How many statements some work puts to the database, so that tests can hold pages to a number.

use std::cell::Cell;

tokio::task_local! {
    static COUNT: Cell<u64>;
}

/// Does some work and gives the number of statements it ran beside what it gave. Beginning and ending a transaction
/// are not counted, and neither is what the work leaves to other tasks.
pub async fn counted<T>(work: impl Future<Output = T>) -> (T, u64) {
    COUNT
        .scope(Cell::new(0), async {
            let done = work.await;
            (done, COUNT.with(Cell::get))
        })
        .await
}

/// One more statement, where somebody counts.
pub(crate) fn note() {
    // Nobody counting is the rule and no error.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}
