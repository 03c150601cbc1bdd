//! The frame of every action: one permission, one transaction, one audit entry.

use dienhinh_domain::{
    access::{Action, Actor, may},
    audit::{Author, Entry},
    ids::UnitId,
    units::UnitAsOf,
};
use dienhinh_storage::{Failure, Tx, audit};
use jiff::Timestamp;
use serde_json::Value;

use crate::{app::App, web::problem::Outcome};

/// Asks for the permission. The only place that does.
pub(crate) fn permit(actor: Actor, action: Action, unit: &UnitAsOf) -> Outcome<()> {
    may(actor, action, unit).map_err(Into::into)
}

/// Writes the entry and makes the action durable: after this, it happened.
pub(crate) async fn conclude(
    app: &App,
    tx: Tx,
    actor: Actor,
    action: Action,
    unit: UnitId,
    subject: String,
    detail: &Value,
) -> Outcome<()> {
    let author = Author::Actor(actor);
    let entry = Entry { at: app.now(), author, action, unit: Some(unit), subject, detail: detail.to_string() };
    Ok(record(tx, &entry).await?)
}

/// [`conclude`] for what the operator does to the installation, where no role is asked for.
pub(crate) async fn conclude_for_operator(
    at: Timestamp,
    tx: Tx,
    action: Action,
    subject: String,
    detail: &Value,
) -> Result<(), Failure> {
    let entry = Entry { at, author: Author::Operator, action, unit: None, subject, detail: detail.to_string() };
    record(tx, &entry).await
}

async fn record(mut tx: Tx, entry: &Entry) -> Result<(), Failure> {
    audit::append(&mut tx, entry).await?;
    tx.commit().await
}
