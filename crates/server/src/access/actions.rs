//! The frame of every action: one permission, one transaction, one audit entry.

use dienhinh_domain::{
    access::{Action, Actor, may},
    audit::{Author, Change, Entry, checkpoint::Key, hex, is_published},
    ids::UnitId,
    units::UnitAsOf,
};
use dienhinh_storage::{Failure, Tx, audit};
use jiff::Timestamp;
use serde_json::Value;

use crate::{app::App, request, web::problem::Outcome};

/// Asks for the permission. The only place that does.
pub(crate) fn permit(actor: Actor, action: Action, unit: &UnitAsOf) -> Outcome<()> {
    may(actor, action, unit).map_err(Into::into)
}

/// What an action did.
pub(crate) struct Done<'a> {
    pub(crate) action: Action,
    /// On which unit.
    pub(crate) unit: UnitId,
    /// On which thing.
    pub(crate) subject: String,
    /// With what.
    pub(crate) detail: &'a Value,
    /// The thing as it was, as canonical text; none where it is new.
    pub(crate) before: Option<String>,
    /// The thing as it is now.
    pub(crate) after: Option<String>,
}

/// Writes the entry and makes the action durable: after this, it happened.
pub(crate) async fn conclude(app: &App, mut tx: Tx, actor: Actor, done: Done<'_>) -> Outcome<()> {
    let mut chance = [0; 16];
    app.chance.fill(&mut chance);
    let salt = audit::salt(&mut tx, &done.subject, &hex(&chance)).await?;
    let entry = Entry {
        at: app.now(),
        author: Author::Actor(actor),
        action: done.action,
        unit: Some(done.unit),
        subject: done.subject,
        detail: done.detail.to_string(),
        request: request::current(),
        change: Change::salted(&salt, done.before.as_deref(), done.after.as_deref()),
    };
    Ok(record(tx, &entry, &app.keys.signing).await?)
}

/// What the operator did to the installation, where no role is asked for.
pub(crate) struct DoneByOperator<'a> {
    pub(crate) at: Timestamp,
    pub(crate) action: Action,
    /// On which thing.
    pub(crate) subject: String,
    /// With what.
    pub(crate) detail: &'a Value,
    pub(crate) change: Change,
}

/// [`conclude`] for the operator.
pub(crate) async fn conclude_for_operator(tx: Tx, key: &Key, done: DoneByOperator<'_>) -> Result<(), Failure> {
    let entry = Entry {
        at: done.at,
        author: Author::Operator,
        action: done.action,
        unit: None,
        subject: done.subject,
        detail: done.detail.to_string(),
        request: None,
        change: done.change,
    };
    record(tx, &entry, key).await
}

async fn record(mut tx: Tx, entry: &Entry, key: &Key) -> Result<(), Failure> {
    let head = audit::append(&mut tx, entry, key).await?;
    if is_published(entry.action) {
        audit::publish(&mut tx, &head).await?;
    }
    tx.commit().await
}
