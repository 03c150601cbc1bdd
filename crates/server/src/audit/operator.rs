//! What whoever runs the installation asks of the record: a checkpoint, whether it is whole, a proof.

use dienhinh_domain::{
    access::Action,
    audit::{
        Written,
        checkpoint::{PublicKey, Signed, Unsound},
        proof::{Listed, Proof},
        walk::{Bad, Fault, Walk},
    },
    recognition::normalise_code,
};
use dienhinh_storage::{Db, Failure, Tx, audit, recognition};

use super::{checkpoints, keys};
use crate::start::{Installation, StartError};

/// How many entries are read at a time.
const PAGE: i64 = 1_000;

/// Why the record was not examined.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// There is no such entry or certificate.
    #[error("không có mục hay giấy chứng nhận này / there is no such entry or certificate")]
    Nothing,
    /// A key or a checkpoint that was given cannot be relied upon.
    #[error(transparent)]
    Unsound(#[from] Unsound),
    /// The installation cannot be opened.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The record cannot be read.
    #[error("không đọc được sổ ghi / the record cannot be read: {0}")]
    Unreadable(#[from] Failure),
}

/// What came of examining the record.
#[derive(Debug)]
pub struct Verified {
    /// How many entries were found in order.
    pub entries: u64,
    /// How many of them the largest checkpoint counts that agrees.
    pub agreed: u64,
    /// The signed head; none when the record is empty or broken.
    pub head: Option<Signed>,
    /// The first entry that is not what it was; none when all are.
    pub bad: Option<Bad>,
    /// What stands at its place now, when there is something that can be read.
    pub now: Option<Written>,
    /// A published checkpoint that is kept beside the entries is not what was signed.
    pub checkpoints_altered: bool,
}

impl Verified {
    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.bad.is_none() && !self.checkpoints_altered
    }
}

/// The public keys of an installation, oldest first.
pub fn keys(installation: &Installation) -> Result<Vec<PublicKey>, AuditError> {
    let data = &installation.data;
    let keys = keys::public(data).map_err(|cause| StartError::Folder(data.clone(), cause))?;
    if keys.is_empty() { Err(StartError::NoInstallation(data.display().to_string()).into()) } else { Ok(keys) }
}

/// Publishes the head of the record and gives it.
pub async fn checkpoint(installation: &Installation) -> Result<Signed, AuditError> {
    let db = installation.open_database().await?;
    let published = match keys(installation) {
        Ok(keys) => checkpoints::publish(&db, name(&keys)).await.map_err(AuditError::from),
        Err(error) => Err(error),
    };
    db.close().await;
    published?.ok_or(AuditError::Nothing)
}

fn name(keys: &[PublicKey]) -> &str {
    keys.first().map(PublicKey::name).unwrap_or_default()
}

/// Goes through the whole record, page by page. `checkpoints` from outside show what nothing inside can: that an
/// older copy was put in place. Keys from outside are better than those beside the database.
pub async fn verify(
    installation: &Installation,
    checkpoints: &[Signed],
    given: &[PublicKey],
) -> Result<Verified, AuditError> {
    let db = installation.open_database().await?;
    let keys = if given.is_empty() { keys(installation) } else { Ok(given.to_vec()) };
    let verified = match keys {
        Ok(keys) => verify_in(&db, checkpoints, &keys).await,
        Err(error) => Err(error),
    };
    db.close().await;
    verified
}

pub(crate) async fn verify_in(db: &Db, outside: &[Signed], keys: &[PublicKey]) -> Result<Verified, AuditError> {
    Walk::new(keys, outside)?;
    let mut tx = db.read().await?;
    let mut all = outside.to_vec();
    let published = match audit::checkpoints(&mut tx, i64::MAX, i64::MAX).await {
        Err(Failure::Unreadable { .. }) => None,
        read => Some(read?),
    };
    let sound = published.as_ref().is_some_and(|published| published.iter().all(|one| one.verify(keys).is_ok()));
    all.extend(published.filter(|_| sound).into_iter().flatten());
    let mut walk = Walk::new(keys, &all)?;
    let bad = step_through(&mut tx, &mut walk).await?;
    let (entries, agreed) = (walk.size(), walk.agreed());
    let (head, bad) = match bad {
        Some(bad) => (None, Some(bad)),
        None => walk.end().map_or_else(|bad| (None, Some(bad)), |head| (head, None)),
    };
    let now = match bad {
        Some(bad) => audit::get(&mut tx, bad.seq).await.ok().flatten().map(|kept| kept.entry),
        None => None,
    };
    Ok(Verified { entries, agreed, head, bad, now, checkpoints_altered: !sound })
}

async fn step_through(tx: &mut Tx, walk: &mut Walk<'_>) -> Result<Option<Bad>, AuditError> {
    let (mut after, mut limit) = (None, PAGE);
    loop {
        let page = match audit::kept(tx, after, limit).await {
            Ok(page) => page,
            // One by one, so that the row that cannot be read is named.
            Err(_) if limit > 1 => {
                limit = 1;
                continue;
            }
            Err(failure) => {
                // Where not even the places can be read, the database failed and no row of it.
                audit::size(tx).await.map_err(|_| failure)?;
                return Ok(Some(Bad { seq: walk.size() + 1, fault: Fault::Unreadable }));
            }
        };
        if page.is_empty() {
            return Ok(None);
        }
        for kept in &page {
            if let Err(bad) = walk.step(kept) {
                return Ok(Some(bad));
            }
            after = Some(kept.entry.seq);
        }
    }
}

/// The proof of an entry by its number, up to the head of the record, or of a certificate by its code, up to the
/// checkpoint of its decision.
pub async fn prove(installation: &Installation, what: &str) -> Result<Proof, AuditError> {
    let db = installation.open_database().await?;
    let proof = match keys(installation) {
        Ok(keys) => prove_in(&db, what, name(&keys)).await,
        Err(error) => Err(error),
    };
    db.close().await;
    proof
}

async fn prove_in(db: &Db, what: &str, origin: &str) -> Result<Proof, AuditError> {
    let mut tx = db.read().await?;
    let proof = if let Ok(seq) = what.parse::<u64>() {
        let size = audit::size(&mut tx).await?;
        match audit::head(&mut tx, size, origin).await?.filter(|head| (1..=head.checkpoint.size).contains(&seq)) {
            Some(head) => audit::proof(&mut tx, seq, None, &head).await?,
            None => None,
        }
    } else {
        match normalise_code(what) {
            Some(code) => of_certificate(&mut tx, &code, origin).await?,
            None => None,
        }
    };
    proof.ok_or(AuditError::Nothing)
}

/// The proof of a certificate by its code in its written form, up to the checkpoint of its decision; none when no
/// decision attests such a code.
pub(crate) async fn of_certificate(tx: &mut Tx, code: &str, origin: &str) -> Result<Option<Proof>, Failure> {
    let Some(decision) = recognition::by_certificate_code(tx, code).await? else { return Ok(None) };
    let list = decision.list();
    let place = list.iter().position(|attestation| attestation.code == code);
    let listed = place.and_then(|place| Listed::of(&list, place));
    let entry = audit::place_of(tx, Action::RecognitionDecide, &decision.id.to_string()).await?;
    let (Some(listed), Some(seq)) = (listed, entry) else { return Ok(None) };
    match audit::head(tx, seq, origin).await? {
        Some(head) => audit::proof(tx, seq, Some(listed), &head).await,
        None => Ok(None),
    }
}
