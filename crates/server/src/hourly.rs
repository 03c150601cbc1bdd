//! What a server does by itself at its start and every hour from then on.

use std::time::Duration;

use dienhinh_domain::access::accounts::GUESSES_WITHIN;
use dienhinh_storage::{
    Failure,
    access::{attempts, sessions},
    idempotency, imports,
};
use jiff::SignedDuration;

use crate::{
    access::sign_in::{DEVICE_KEPT, IDLE_AT_MOST},
    app::App,
    audit::checkpoints,
    imports::drafts::KEPT,
};

/// How long a change may wait for its checkpoint.
const EVERY: Duration = Duration::from_hours(1);

/// How long a client may ask again with the same key. A day is promised.
const KEYS_KEPT: SignedDuration = SignedDuration::from_hours(48);

/// Works until it is dropped.
pub(crate) async fn work(app: App) {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        hours.tick().await;
        if let Err(cause) = checkpoints::publish(&app.db, app.keys.signing.public().name()).await {
            tracing::error!(%cause, "no checkpoint was published; it is tried again in an hour");
        }
        if let Err(cause) = forget(&app).await {
            tracing::error!(%cause, "old keys, drafts and sessions were not forgotten; it is tried again in an hour");
        }
    }
}

async fn forget(app: &App) -> Result<(), Failure> {
    let mut tx = app.db.write().await?;
    idempotency::forget(&mut tx, app.now() - KEYS_KEPT).await?;
    imports::drafts::forget(&mut tx, app.now() - KEPT).await?;
    attempts::forget(&mut tx, app.now() - GUESSES_WITHIN).await?;
    sessions::forget(&mut tx, app.now() - IDLE_AT_MOST).await?;
    sessions::forget_old_devices(&mut tx, app.now() - DEVICE_KEPT).await?;
    tx.commit().await
}
