//! The record of what was done: appended in the transaction that did it, never changed.

use dienhinh_domain::{
    access::{Action, Actor, Role},
    audit::{Author, Entry, GENESIS, written},
    ids::UnitId,
};

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, instant, parse, read},
};

const TABLE: &str = "audit_entries";

/// An entry with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chained {
    /// From 1, without gaps.
    pub seq: i64,
    /// What was done.
    pub entry: Entry,
    /// Hash of the entry before.
    pub previous: String,
    /// Hash of this entry.
    pub hash: String,
}

/// Appends an entry. The write transaction serialises this: two entries never follow the same one.
pub async fn append(tx: &mut Tx, entry: &Entry) -> Result<()> {
    let last: Option<(i64, String)> =
        fetch_optional!(tx, (i64, String), "select seq, hash from audit_entries order by seq desc limit 1")?;
    let (seq, previous) = last.map_or((1, GENESIS.to_owned()), |(seq, hash)| (seq + 1, hash));
    execute!(
        tx,
        "insert into audit_entries (seq, at, role, scope, action, unit_id, subject, detail, previous, hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        seq,
        entry.at.as_microsecond(),
        entry.author.code(),
        written(entry.author.scope()),
        entry.action.name(),
        written(entry.unit),
        &entry.subject,
        &entry.detail,
        &previous,
        entry.chained(&previous),
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    seq: i64,
    at: i64,
    role: String,
    scope: String,
    action: String,
    unit_id: String,
    subject: String,
    detail: String,
    previous: String,
    hash: String,
}

impl EntryRow {
    fn read(self) -> Result<Chained> {
        let action = Action::ALL.iter().copied().find(|action| action.name() == self.action);
        let entry = Entry {
            at: instant(TABLE, "at", self.at)?,
            author: self.author()?,
            action: read(TABLE, "action", &self.action, action)?,
            unit: unit("unit_id", &self.unit_id)?,
            subject: self.subject,
            detail: self.detail,
        };
        Ok(Chained { seq: self.seq, entry, previous: self.previous, hash: self.hash })
    }

    fn author(&self) -> Result<Author> {
        if self.role == Author::OPERATOR {
            return Ok(Author::Operator);
        }
        Ok(Author::Actor(Actor {
            role: read(TABLE, "role", &self.role, Role::from_code(&self.role))?,
            scope: parse(TABLE, "scope", &self.scope)?,
        }))
    }
}

fn unit(column: &'static str, stored: &str) -> Result<Option<UnitId>> {
    if stored.is_empty() { Ok(None) } else { parse(TABLE, column, stored).map(Some) }
}

/// The latest entries on one subject, at most `limit`, latest first.
pub async fn of_subject(tx: &mut Tx, subject: &str, limit: i64) -> Result<Vec<Chained>> {
    let rows = fetch_all!(
        tx,
        EntryRow,
        "select seq, at, role, scope, action, unit_id, subject, detail, previous, hash
         from audit_entries where subject = $1 order by seq desc limit $2",
        subject,
        limit,
    )?;
    rows.into_iter().map(EntryRow::read).collect()
}

/// A page of the whole record: at most `limit` entries after `after`, in order.
pub async fn after(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<Chained>> {
    let rows = fetch_all!(
        tx,
        EntryRow,
        "select seq, at, role, scope, action, unit_id, subject, detail, previous, hash
         from audit_entries where seq > $1 order by seq limit $2",
        after,
        limit,
    )?;
    rows.into_iter().map(EntryRow::read).collect()
}
