//! The record of what was done: appended and signed in the transaction that did it, never changed.

use std::ops::Range;

use dienhinh_domain::{
    access::Action,
    audit::{
        Author, Change, Entry, Written,
        checkpoint::{Checkpoint, Key, Signed},
        hex,
        merkle::{self, Edge, Hash, fold, inclusion, nodes},
        proof::{Listed, Proof, read_hex},
        walk::Kept,
    },
    ids::UnitId,
};

use crate::{
    Failure, Result, Tx,
    dialect::{actor, execute, fetch_all, fetch_optional, instant, parse, read},
};

const TABLE: &str = "audit_entries";

/// Hex digits of a hash.
const DIGITS: usize = 64;

/// An entry with its place in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// From 1, without gaps.
    pub seq: i64,
    /// What was done.
    pub entry: Entry,
}

/// Appends an entry and signs the record up to it. The write transaction serialises this: two entries never take the
/// same place.
pub async fn append(tx: &mut Tx, entry: &Entry, key: &Key) -> Result<Signed> {
    let before = size(tx).await?;
    let mut edge = edge(tx, before).await?;
    let written = entry.written(edge.size() + 1);
    let completed: String = edge.append(written.leaf()).iter().map(|hash| hex(hash)).collect();
    let signed = key.sign(edge.size(), edge.root(), entry.at);
    execute!(
        tx,
        "insert into audit_entries
           (seq, at, role, scope, action, unit_id, subject, detail, request, before_hash, after_hash, nodes, signature,
            account_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        row_number(edge.size())?,
        written.at_microseconds,
        &written.role,
        &written.scope,
        &written.action,
        &written.unit,
        &written.subject,
        &written.detail,
        &written.request,
        &written.before,
        &written.after,
        completed,
        &signed.signature,
        &written.account,
    )?;
    Ok(signed)
}

/// The salt of a thing; `fresh` becomes it when there is none yet.
pub async fn salt(tx: &mut Tx, subject: &str, fresh: &str) -> Result<String> {
    let row: Option<(String,)> = fetch_optional!(
        tx,
        (String,),
        "insert into audit_salts (subject, salt) values ($1, $2)
         on conflict (subject) do update set salt = audit_salts.salt returning salt",
        subject,
        fresh,
    )?;
    row.map(|(salt,)| salt).ok_or(Failure::Database(sqlx::Error::RowNotFound))
}

/// A place in the record as the database counts.
fn row_number(seq: u64) -> Result<i64> {
    read(TABLE, "seq", &seq.to_string(), i64::try_from(seq).ok())
}

/// How many entries there are.
pub async fn size(tx: &mut Tx) -> Result<u64> {
    let last: Option<(i64,)> = fetch_optional!(tx, (i64,), "select seq from audit_entries order by seq desc limit 1")?;
    let last = last.map_or(0, |(seq,)| seq);
    read(TABLE, "seq", &last.to_string(), u64::try_from(last).ok())
}

/// The right edge of the tree as it was with `size` entries: the last subtree that each of the entries completes at
/// which the size, read as a binary number, has a one.
async fn edge(tx: &mut Tx, size: u64) -> Result<Edge> {
    let rows: Vec<(String,)> = fetch_all!(
        tx,
        (String,),
        "with recursive edge (place) as (
           select $1 union all select place - (place & -place) from edge where place > 0
         )
         select nodes from audit_entries join edge on edge.place = audit_entries.seq order by seq",
        row_number(size)?,
    )?;
    let peaks = rows.iter().map(|(nodes,)| hash(nodes, nodes.len().saturating_sub(DIGITS))).collect::<Result<_>>()?;
    read(TABLE, "nodes", &size.to_string(), Edge::of(size, peaks))
}

/// The hash whose digits begin at `from`.
fn hash(nodes: &str, from: usize) -> Result<Hash> {
    read(TABLE, "nodes", nodes, nodes.get(from..from + DIGITS).and_then(read_hex))
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
    request: String,
    before_hash: String,
    after_hash: String,
    nodes: String,
    signature: String,
    account_id: String,
}

impl EntryRow {
    /// The entry as it stands, whether or not this version of the program knows its words.
    fn kept(self) -> Result<Kept> {
        let entry = Written {
            seq: read(TABLE, "seq", &self.seq.to_string(), u64::try_from(self.seq).ok())?,
            at_microseconds: self.at,
            role: self.role,
            scope: self.scope,
            action: self.action,
            unit: self.unit_id,
            subject: self.subject,
            detail: self.detail,
            request: self.request,
            before: self.before_hash,
            after: self.after_hash,
            account: self.account_id,
        };
        Ok(Kept { entry, nodes: self.nodes, signature: self.signature })
    }

    fn placed(self) -> Result<Placed> {
        let action = Action::ALL.iter().copied().find(|action| action.name() == self.action);
        let text = |text: String| Some(text).filter(|text| !text.is_empty());
        let entry = Entry {
            at: instant(TABLE, "at", self.at)?,
            author: self.author()?,
            account: optional("account_id", &self.account_id)?,
            action: read(TABLE, "action", &self.action, action)?,
            unit: optional("unit_id", &self.unit_id)?,
            subject: self.subject,
            detail: self.detail,
            request: optional("request", &self.request)?,
            change: Change { before: text(self.before_hash), after: text(self.after_hash) },
        };
        Ok(Placed { seq: self.seq, entry })
    }

    fn author(&self) -> Result<Author> {
        match self.role.as_str() {
            Author::OPERATOR => Ok(Author::Operator),
            Author::ONESELF => Ok(Author::Oneself),
            role => Ok(Author::Actor(actor(TABLE, role, &self.scope)?)),
        }
    }
}

fn optional<T: std::str::FromStr>(column: &'static str, stored: &str) -> Result<Option<T>> {
    if stored.is_empty() { Ok(None) } else { parse(TABLE, column, stored).map(Some) }
}

/// A page of the whole record in order, with what is kept beside the entries: at most `limit` after `after`. Begins
/// before every number, so that an entry that was put before the first is seen.
pub async fn kept(tx: &mut Tx, after: Option<u64>, limit: i64) -> Result<Vec<Kept>> {
    let rows = fetch_all!(
        tx,
        EntryRow,
        "select seq, at, role, scope, action, unit_id, subject, detail, request, before_hash, after_hash, nodes,
           signature, account_id
         from audit_entries where seq > $1 order by seq limit $2",
        after.map_or(Ok(i64::MIN), row_number)?,
        limit,
    )?;
    rows.into_iter().map(EntryRow::kept).collect()
}

/// One entry with what is kept beside it.
pub async fn get(tx: &mut Tx, seq: u64) -> Result<Option<Kept>> {
    let row = fetch_optional!(
        tx,
        EntryRow,
        "select seq, at, role, scope, action, unit_id, subject, detail, request, before_hash, after_hash, nodes,
           signature, account_id
         from audit_entries where seq = $1",
        row_number(seq)?,
    )?;
    row.map(EntryRow::kept).transpose()
}

/// Which entries to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of<'a> {
    /// Every one.
    All,
    /// Those on one thing.
    Subject(&'a str),
    /// Those on a unit and on everything that ever was below it.
    Unit(UnitId),
}

/// The latest entries before a place, at most `limit`, latest first.
pub async fn latest(tx: &mut Tx, of: Of<'_>, before: i64, limit: i64) -> Result<Vec<Placed>> {
    let rows = match of {
        Of::All => fetch_all!(
            tx,
            EntryRow,
            "select seq, at, role, scope, action, unit_id, subject, detail, request, before_hash, after_hash,
               nodes, signature, account_id
             from audit_entries where seq < $1 order by seq desc limit $2",
            before,
            limit,
        )?,
        Of::Subject(subject) => fetch_all!(
            tx,
            EntryRow,
            "select seq, at, role, scope, action, unit_id, subject, detail, request, before_hash, after_hash,
               nodes, signature, account_id
             from audit_entries where subject = $3 and seq < $1 order by seq desc limit $2",
            before,
            limit,
            subject,
        )?,
        Of::Unit(unit) => fetch_all!(
            tx,
            EntryRow,
            "with recursive below (id) as (
               select id from units where id = $3
               union select unit_id from unit_versions join below on parent_id = below.id
             )
             select seq, at, role, scope, action, unit_id, subject, detail, request, before_hash, after_hash,
               nodes, signature, account_id
             from audit_entries where unit_id in (select id from below) and seq < $1 order by seq desc limit $2",
            before,
            limit,
            unit.to_string(),
        )?,
    };
    rows.into_iter().map(EntryRow::placed).collect()
}

/// The place of the latest entry of an action on a thing.
pub async fn place_of(tx: &mut Tx, action: Action, subject: &str) -> Result<Option<u64>> {
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "select seq from audit_entries where subject = $1 and action = $2 order by seq desc limit 1",
        subject,
        action.name(),
    )?;
    row.map(|(seq,)| read(TABLE, "seq", &seq.to_string(), u64::try_from(seq).ok())).transpose()
}

/// The signed head of the record as it was with `size` entries, under the name that its keys bear.
pub async fn head(tx: &mut Tx, size: u64, origin: &str) -> Result<Option<Signed>> {
    let Some(last) = get(tx, size).await? else { return Ok(None) };
    let checkpoint = Checkpoint {
        origin: origin.to_owned(),
        size,
        root: edge(tx, size).await?.root(),
        at: instant(TABLE, "at", last.entry.at_microseconds)?,
    };
    Ok(Some(checkpoint.with_signature(last.signature)))
}

/// The proof that an entry, and what it lists, is in the record of a checkpoint; none when there is no such entry.
pub async fn proof(tx: &mut Tx, seq: u64, listed: Option<Listed>, checkpoint: &Signed) -> Result<Option<Proof>> {
    let Some(kept) = get(tx, seq).await? else { return Ok(None) };
    let path = hashes(tx, inclusion(seq.saturating_sub(1), checkpoint.checkpoint.size)).await?;
    Ok(Some(Proof::new(listed, kept.entry, &path, checkpoint)))
}

/// The hashes that show that the record with `size` entries begins with the one of `older`.
pub async fn consistency(tx: &mut Tx, older: u64, size: u64) -> Result<Vec<Hash>> {
    hashes(tx, merkle::consistency(older, size)).await
}

/// The hashes over stretches of entries, each from the full subtrees that make it up.
async fn hashes(tx: &mut Tx, stretches: Vec<Range<u64>>) -> Result<Vec<Hash>> {
    let mut hashes = Vec::new();
    for leaves in stretches {
        let mut peaks = Vec::new();
        for node in nodes(leaves) {
            let completed = node.completed_at();
            let row = get(tx, completed).await?;
            let row = read(TABLE, "seq", &completed.to_string(), row)?;
            peaks.push(hash(&row.nodes, node.level as usize * DIGITS)?);
        }
        hashes.push(fold(&peaks));
    }
    Ok(hashes)
}

/// Publishes a checkpoint; one of this size that is there already stays.
pub async fn publish(tx: &mut Tx, signed: &Signed) -> Result<()> {
    execute!(
        tx,
        "insert into audit_checkpoints (size, note) values ($1, $2) on conflict (size) do nothing",
        row_number(signed.checkpoint.size)?,
        signed.note(),
    )?;
    Ok(())
}

/// The checkpoints that were published before one of a size, at most `limit`, latest first.
pub async fn checkpoints(tx: &mut Tx, before: i64, limit: i64) -> Result<Vec<Signed>> {
    let rows: Vec<(String,)> = fetch_all!(
        tx,
        (String,),
        "select note from audit_checkpoints where size < $1 order by size desc limit $2",
        before,
        limit,
    )?;
    let unreadable =
        |note: &str| Failure::Unreadable { table: "audit_checkpoints", column: "note", value: note.to_owned() };
    rows.iter().map(|(note,)| Signed::read(note).map_err(|_| unreadable(note))).collect()
}
