//! The verbs of an upload in pieces: begin, see how far it came, add a piece, give up.
//!
//! An upload has the identity that its proof will have. So it is known for good whether it was attached, also after a
//! crash between the commit and the answer, and it is never attached twice. The last byte is not acknowledged before the
//! proof is attached: until then an upload stands a byte short, and whoever sent it sends that byte again.

use std::{io::ErrorKind, time::Duration};

use axum::body::Body;
use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    evidence::FILE_BYTES_MAX,
    ids::{DossierId, EvidenceId},
};
use dienhinh_storage::{blobs::Partial, evidence as rows};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;

use super::actions::{About, attach_as, may_attach, received, room, too_large};
use crate::{
    access::actions::permit,
    app::App,
    dossiers::case::Case,
    web::problem::{Outcome, Problem},
};

/// How long nothing may arrive before an upload is let go, so that it can be taken up on another connection.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// What is to be attached once it is whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Wanted {
    pub(super) dossier: String,
    pub(super) criterion: String,
    pub(super) pointer: String,
    pub(super) effective_on: Option<String>,
    pub(super) file_name: String,
    /// Length of the whole.
    pub(super) bytes: u64,
    /// SHA-256 of the whole, where the sender could tell it.
    pub(super) sha256: Option<String>,
}

/// What is kept of an upload until it is whole.
#[derive(Serialize, Deserialize)]
struct Kept {
    role: String,
    scope: String,
    #[serde(flatten)]
    wanted: Wanted,
}

/// How far an upload came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    /// What is durable and acknowledged.
    pub(super) offset: u64,
    /// Length of the whole.
    pub(super) bytes: u64,
}

/// Where an upload was found.
enum Found {
    Attached(u64),
    Open(Box<Partial>, Wanted),
}

/// Begins an upload. Refused: whatever a form would be refused for before its bytes are seen.
pub(super) async fn begin(app: &App, actor: Actor, wanted: Wanted) -> Outcome<EvidenceId> {
    may_attach(app, actor, dossier(&wanted)?, &wanted.criterion).await?;
    if wanted.bytes == 0 {
        return Err(Refused::new("evidence.empty").into());
    }
    if wanted.bytes > FILE_BYTES_MAX {
        return Err(too_large(FILE_BYTES_MAX).into());
    }
    room(app)?;
    let id = EvidenceId::new(app.new_id());
    let kept = Kept { role: actor.role.code().to_owned(), scope: actor.scope.to_string(), wanted };
    let text = serde_json::to_string(&kept).map_err(|cause| Problem::Failed(format!("an upload: {cause}")))?;
    app.blobs.begin(&id.to_string(), &text).await?;
    Ok(id)
}

/// How far an upload came, all of it durable.
pub(super) async fn look(app: &App, actor: Actor, id: EvidenceId) -> Outcome<Standing> {
    match find(app, actor, id).await? {
        Found::Attached(bytes) => Ok(Standing { offset: bytes, bytes }),
        Found::Open(mut partial, wanted) => {
            partial.sync().await?;
            Ok(Standing { offset: offset(&partial, &wanted), bytes: wanted.bytes })
        }
    }
}

/// Adds a piece and gives what is acknowledged now; attaches the proof when it was the last one. What came before a
/// connection broke stays, unless the piece has a checksum that it then cannot have.
pub(super) async fn add(
    app: &App,
    actor: Actor,
    id: EvidenceId,
    from: u64,
    checksum: Option<Vec<u8>>,
    body: Body,
) -> Outcome<u64> {
    let (mut partial, wanted) = match find(app, actor, id).await? {
        Found::Attached(bytes) if from == bytes => return Ok(bytes),
        Found::Attached(bytes) => return Err(wrong_offset(bytes)),
        Found::Open(partial, wanted) => (partial, wanted),
    };
    if from != offset(&partial, &wanted) {
        return Err(wrong_offset(offset(&partial, &wanted)));
    }
    room(app)?;
    partial.cut(from).await?;
    let mut hash = Sha256::new();
    let taken = take(&mut partial, &wanted, &mut hash, body).await;
    let matches = checksum.is_none_or(|sum| taken.is_ok() && sum[..] == hash.finalize()[..]);
    if !matches {
        partial.cut(from).await?;
    }
    partial.sync().await?;
    taken?;
    if !matches {
        return Err(Refused::new("evidence.checksum").into());
    }
    if partial.bytes() == wanted.bytes { finish(app, actor, id, *partial, &wanted).await } else { Ok(partial.bytes()) }
}

/// Drops an upload that is not whole.
pub(super) async fn give_up(app: &App, actor: Actor, id: EvidenceId) -> Outcome<()> {
    match find(app, actor, id).await? {
        Found::Attached(_) => Err(Problem::Missing("upload")),
        Found::Open(partial, _) => Ok(partial.remove().await?),
    }
}

/// The upload of whoever began it, held until the value goes.
async fn find(app: &App, actor: Actor, id: EvidenceId) -> Outcome<Found> {
    let partial = app.blobs.resume(&id.to_string()).await.map_err(|cause| match cause.kind() {
        ErrorKind::WouldBlock => Refused::new("evidence.in_use").into(),
        _ => Problem::from(cause),
    })?;
    // Asked while it is held: nobody else can be attaching it.
    let mut tx = app.db.read().await?;
    if let Some((dossier, _, bytes)) = rows::received(&mut tx, id).await? {
        permit(actor, Action::EvidenceAttach, &Case::load(app, &mut tx, dossier).await?.unit)?;
        if let Some(partial) = partial {
            partial.remove().await?;
        }
        return Ok(Found::Attached(bytes));
    }
    let partial = partial.ok_or(Problem::Missing("upload"))?;
    let kept: Kept = serde_json::from_str(partial.about())
        .map_err(|cause| Problem::Failed(format!("the upload {id} cannot be read: {cause}")))?;
    if kept.role != actor.role.code() || kept.scope != actor.scope.to_string() {
        return Err(Problem::Missing("upload"));
    }
    Ok(Found::Open(Box::new(partial), kept.wanted))
}

fn offset(partial: &Partial, wanted: &Wanted) -> u64 {
    partial.bytes().min(wanted.bytes - 1)
}

fn wrong_offset(bytes: u64) -> Problem {
    Refused::new("evidence.wrong_offset").with("bytes", bytes).into()
}

fn dossier(wanted: &Wanted) -> Outcome<DossierId> {
    crate::dossiers::pages::id(&wanted.dossier)
}

/// Takes a body in until it ends, breaks off, or says more than was announced.
async fn take(partial: &mut Partial, wanted: &Wanted, hash: &mut Sha256, body: Body) -> Outcome<()> {
    let mut pieces = body.into_data_stream();
    while let Some(piece) = timeout(SILENCE_MAX, pieces.next()).await.map_err(|_| Refused::new("evidence.cut_off"))? {
        let piece = piece.map_err(|_| Refused::new("evidence.cut_off"))?;
        if partial.bytes() + piece.len() as u64 > wanted.bytes {
            return Err(too_large(FILE_BYTES_MAX).into());
        }
        partial.write(&piece).await?;
        hash.update(&piece);
    }
    Ok(())
}

/// Judges the whole and attaches it. What the rules refuse goes; where the world broke, the upload stays.
async fn finish(app: &App, actor: Actor, id: EvidenceId, mut partial: Partial, wanted: &Wanted) -> Outcome<u64> {
    match attached(app, actor, id, &mut partial, wanted).await {
        Err(problem @ (Problem::Failed(_) | Problem::Unavailable(_) | Problem::Overtaken(_))) => return Err(problem),
        Err(problem) => {
            partial.remove().await?;
            return Err(problem);
        }
        Ok(()) => {}
    }
    if let Err(failure) = partial.remove().await {
        tracing::warn!(%failure, upload = %id, "an upload was attached and its parts are left to be swept");
    }
    Ok(wanted.bytes)
}

async fn attached(app: &App, actor: Actor, id: EvidenceId, partial: &mut Partial, wanted: &Wanted) -> Outcome<()> {
    let mut incoming = app.blobs.receive(&app.new_id().to_string()).await?;
    partial.copy_into(&mut incoming).await?;
    if wanted.sha256.as_ref().is_some_and(|sha256| *sha256 != incoming.sha256()) {
        return Err(Refused::new("evidence.changed").into());
    }
    let about = About {
        criterion: wanted.criterion.clone(),
        effective_on: wanted.effective_on.as_ref().and_then(|day| day.parse().ok()),
        pointer: wanted.pointer.clone(),
    };
    let received = received(incoming, &wanted.file_name)?;
    attach_as(app, actor, id, dossier(wanted)?, &about, received).await?;
    Ok(())
}
