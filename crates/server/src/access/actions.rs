//! The frame of every action: one permission, one transaction, one audit entry.

use dienhinh_domain::{
    access::{Action, Actor, may},
    audit::Entry,
    ids::UnitId,
    units::UnitAsOf,
};
use dienhinh_storage::{Tx, audit};
use serde_json::Value;

use crate::{app::App, web::problem::Outcome};

/// Asks for the permission. The only place that does.
pub(crate) fn permit(actor: Actor, action: Action, unit: &UnitAsOf) -> Outcome<()> {
    may(actor, action, unit).map_err(Into::into)
}

/// Writes the entry and makes the action durable: after this, it happened.
pub(crate) async fn conclude(
    app: &App,
    mut tx: Tx,
    actor: Actor,
    action: Action,
    unit: UnitId,
    subject: String,
    detail: &Value,
) -> Outcome<()> {
    let entry = Entry { at: app.now(), actor, action, unit, subject, detail: detail.to_string() };
    audit::append(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}
