//! What whoever runs the installation asks of the evidence store: whether it holds what rows name, and that it hold no more.
//!
//! Content is removed while nobody else can write a row: under the one writer of the database, after asking whether a row
//! names it. A proof that is being attached meanwhile looks again, under the same writer, before its row is written. So
//! no age is needed for safety in a folder; in a bucket, what has just been put there is safe by its age alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, ErrorKind},
    sync::{Arc, Mutex, PoisonError},
};

use dienhinh_domain::{access::Action, audit::Change};
use dienhinh_storage::{
    Db, Failure,
    blobs::{Blobs, Stored, Swept},
    evidence::{self as rows, Named},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    access::actions::{DoneByOperator, Overtaken, act, conclude_for_operator},
    app::{Clock, SystemChance},
    audit::keys::Keys,
    start::{Installation, StartError, clock_of},
};

/// How much is removed in one transaction: others wait for the writer meanwhile.
const REMOVED_AT_ONCE: usize = 16;

/// How many rows are read at a time.
const PAGE: i64 = 500;

/// Why the store was not examined.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// The installation cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The store cannot be read or written.
    #[error(
        "không đọc ghi được nơi lưu minh chứng; chạy dienhinh doctor / the evidence store cannot be used; run dienhinh doctor: {0}"
    )]
    Store(#[from] io::Error),
    /// The database cannot be read or written.
    #[error(
        "không đọc ghi được cơ sở dữ liệu; chạy dienhinh doctor / the database cannot be used; run dienhinh doctor: {0}"
    )]
    Database(#[from] Failure),
}

impl Overtaken for EvidenceError {
    fn is_overtaken(&self) -> bool {
        matches!(self, Self::Database(failure) if failure.is_serialization_failure())
    }
}

/// What is to be cleared away.
#[derive(Debug, Clone, Copy)]
pub struct Collecting {
    /// Only count.
    pub dry_run: bool,
    /// Younger content and uploads stay.
    pub min_age_hours: u32,
}

/// What was cleared away, or would be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Collected {
    /// Content that no row names.
    pub blobs: u64,
    /// Its length.
    pub blob_bytes: u64,
    /// Content that no row names and that is too young.
    pub young: u64,
    /// Uploads that were cut off.
    pub swept: Swept,
}

/// What came of comparing the store with the rows.
#[derive(Debug, Default)]
pub struct Verified {
    /// How much content was hashed.
    pub blobs: u64,
    /// Its length.
    pub bytes: u64,
    /// What is not as it was received, a proof each.
    pub damaged: Vec<Damaged>,
}

/// A proof whose content is not what was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// The proof.
    pub named: Named,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with some content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is not there.
    Missing,
    /// It has another length.
    Length(u64),
    /// It has its length and other bytes.
    Changed,
    /// It cannot be read.
    Unreadable(String),
}

/// What a command works on.
struct Opened {
    db: Db,
    blobs: Blobs,
}

async fn open(installation: &Installation) -> Result<Opened, EvidenceError> {
    let db = installation.open_database().await?;
    Ok(Opened { db, blobs: installation.blobs().await? })
}

/// Removes what no row names. `progress` learns how many of 256 parts are done.
pub async fn collect(
    installation: &Installation,
    clock: Arc<dyn Clock>,
    wanted: Collecting,
    progress: impl Fn(u64),
) -> Result<Collected, EvidenceError> {
    let opened = open(installation).await?;
    let collected = collect_in(installation, &opened, clock, wanted, progress).await;
    opened.db.close().await;
    collected
}

async fn collect_in(
    installation: &Installation,
    Opened { db, blobs }: &Opened,
    clock: Arc<dyn Clock>,
    wanted: Collecting,
    progress: impl Fn(u64),
) -> Result<Collected, EvidenceError> {
    // Files are as old as this machine says, whatever day an installation shows.
    let before = clock.now() - SignedDuration::from_hours(i64::from(wanted.min_age_hours));
    let keys = installation.keys(&SystemChance)?;
    let clock = clock_of(installation, &mut db.read().await?, clock).await?;
    let clearing = Clearing { db, blobs, keys: &keys, clock: &*clock, before };
    let mut collected = Collected::default();
    for first_byte in 0..=u8::MAX {
        let orphans = clearing.orphans(first_byte).await?;
        let (old, young): (Vec<_>, Vec<_>) = orphans.into_iter().partition(|orphan| orphan.modified_at < before);
        collected.young += young.len() as u64;
        for some in old.chunks(REMOVED_AT_ONCE) {
            let removed: Vec<u64> = if wanted.dry_run {
                some.iter().map(|orphan| orphan.bytes).collect()
            } else {
                clearing.remove(some).await?.into_values().collect()
            };
            collected.blobs += removed.len() as u64;
            collected.blob_bytes += removed.iter().sum::<u64>();
        }
        progress(u64::from(first_byte) + 1);
    }
    collected.swept = blobs.sweep(before, !wanted.dry_run).await?;
    if !wanted.dry_run && collected.swept.uploads > 0 {
        let Swept { uploads, bytes } = collected.swept;
        clearing.record(db.write().await?, &json!({ "uploads": uploads, "bytes": bytes })).await?;
    }
    Ok(collected)
}

/// One run of clearing away.
struct Clearing<'a> {
    db: &'a Db,
    blobs: &'a Blobs,
    keys: &'a Keys,
    clock: &'a dyn Clock,
    before: Timestamp,
}

impl Clearing<'_> {
    /// What lies in one part of the store and is named by no row.
    async fn orphans(&self, first_byte: u8) -> Result<Vec<Stored>, EvidenceError> {
        let stored = self.blobs.list(first_byte).await?;
        let until = first_byte.checked_add(1).map_or_else(|| "g".to_owned(), |next| format!("{next:02x}"));
        let mut tx = self.db.read().await?;
        let named: BTreeSet<String> =
            rows::hashes(&mut tx, &format!("{first_byte:02x}"), &until).await?.into_iter().collect();
        Ok(stored.into_iter().filter(|stored| !named.contains(&stored.sha256)).collect())
    }

    /// Removes orphans that are still orphans and still old, and gives their lengths.
    async fn remove(&self, orphans: &[Stored]) -> Result<BTreeMap<String, u64>, EvidenceError> {
        // What one try removed stays removed when the transaction is tried again.
        let removed = &Mutex::new(BTreeMap::new());
        act(self.db, &SystemChance, |mut tx| async move {
            for orphan in orphans {
                if rows::is_named(&mut tx, &orphan.sha256).await? {
                    continue;
                }
                let now = self.blobs.find(&orphan.sha256).await?.filter(|now| now.modified_at < self.before);
                let Some(Stored { sha256, bytes, .. }) = now else { continue };
                self.blobs.remove(&sha256).await?;
                removed.lock().unwrap_or_else(PoisonError::into_inner).insert(sha256, bytes);
            }
            let detail = {
                let removed = removed.lock().unwrap_or_else(PoisonError::into_inner);
                if removed.is_empty() {
                    return Ok(());
                }
                json!({ "removed": removed.keys().collect::<Vec<_>>(), "bytes": removed.values().sum::<u64>() })
            };
            self.record(tx, &detail).await
        })
        .await?;
        Ok(removed.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }

    async fn record(&self, tx: dienhinh_storage::Tx, detail: &Value) -> Result<(), EvidenceError> {
        let done = DoneByOperator {
            at: self.clock.now(),
            action: Action::EvidenceGc,
            subject: "evidence".to_owned(),
            detail,
            change: Change { before: None, after: None },
        };
        Ok(conclude_for_operator(tx, &self.keys.signing, done).await?)
    }
}

/// Reads everything that rows name to its end, and compares. `progress` learns how much was read.
pub async fn verify(installation: &Installation, progress: impl Fn(&Verified)) -> Result<Verified, EvidenceError> {
    let opened = open(installation).await?;
    let verified = verify_in(&opened, progress).await;
    opened.db.close().await;
    verified
}

async fn verify_in(Opened { db, blobs }: &Opened, progress: impl Fn(&Verified)) -> Result<Verified, EvidenceError> {
    let mut verified = Verified::default();
    let mut last: Option<(Named, Found)> = None;
    loop {
        let after = last.as_ref().map(|(named, _)| named);
        let page = rows::named(&mut db.read().await?, after, PAGE).await?;
        if page.is_empty() {
            return Ok(verified);
        }
        for named in page {
            let found = match last.take() {
                Some((before, found)) if before.sha256 == named.sha256 => found,
                _ => {
                    let found = look(blobs, &named.sha256).await?;
                    if let Found::Whole { bytes, .. } = &found {
                        (verified.blobs, verified.bytes) = (verified.blobs + 1, verified.bytes + bytes);
                    }
                    progress(&verified);
                    found
                }
            };
            let fault = found.against(&named);
            verified.damaged.extend(fault.map(|fault| Damaged { named: named.clone(), fault }));
            last = Some((named, found));
        }
    }
}

/// What lies under a hash.
enum Found {
    Missing,
    Whole { bytes: u64, sha256: String },
    Unreadable(String),
}

async fn look(blobs: &Blobs, sha256: &str) -> Result<Found, EvidenceError> {
    match blobs.hash(sha256).await {
        Ok(Some((bytes, sha256))) => Ok(Found::Whole { bytes, sha256 }),
        Ok(None) => Ok(Found::Missing),
        // Where the store is away, nothing can be said of any content.
        Err(cause) if cause.kind() == ErrorKind::HostUnreachable => Err(cause.into()),
        Err(cause) => Ok(Found::Unreadable(cause.to_string())),
    }
}

impl Found {
    fn against(&self, named: &Named) -> Option<Fault> {
        match self {
            Self::Missing => Some(Fault::Missing),
            Self::Unreadable(cause) => Some(Fault::Unreadable(cause.clone())),
            Self::Whole { bytes, .. } if *bytes != named.bytes => Some(Fault::Length(*bytes)),
            Self::Whole { sha256, .. } if *sha256 != named.sha256 => Some(Fault::Changed),
            Self::Whole { .. } => None,
        }
    }
}
