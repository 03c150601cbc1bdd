//! Publishing the signed head of the record: every hour in which something was written, beside every decision.

use dienhinh_domain::audit::checkpoint::Signed;
use dienhinh_storage::{Db, Failure, audit};

/// Publishes the head of the record as it is and gives it; none while the record is empty.
pub(crate) async fn publish(db: &Db, origin: &str) -> Result<Option<Signed>, Failure> {
    let mut tx = db.write().await?;
    let size = audit::size(&mut tx).await?;
    let Some(head) = audit::head(&mut tx, size, origin).await? else { return Ok(None) };
    audit::publish(&mut tx, &head).await?;
    tx.commit().await?;
    Ok(Some(head))
}
