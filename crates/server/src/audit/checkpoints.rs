//! Publishing the signed head of the record every hour in which something was written, beside every decision.

use std::time::Duration;

use dienhinh_domain::audit::checkpoint::Signed;
use dienhinh_storage::{Db, Failure, audit};

use crate::app::App;

/// How long a change may wait for its checkpoint.
const EVERY: Duration = Duration::from_hours(1);

/// Publishes the head of the record as it is and gives it; none while the record is empty.
pub(crate) async fn publish(db: &Db, origin: &str) -> Result<Option<Signed>, Failure> {
    let mut tx = db.write().await?;
    let size = audit::size(&mut tx).await?;
    let Some(head) = audit::head(&mut tx, size, origin).await? else { return Ok(None) };
    audit::publish(&mut tx, &head).await?;
    tx.commit().await?;
    Ok(Some(head))
}

/// Publishes at the start and every hour from then on, until it is dropped.
pub(crate) async fn hourly(app: App) {
    let mut hours = tokio::time::interval(EVERY);
    loop {
        hours.tick().await;
        if let Err(cause) = publish(&app.db, app.keys.signing.public().name()).await {
            tracing::error!(%cause, "no checkpoint was published; it is tried again in an hour");
        }
    }
}
