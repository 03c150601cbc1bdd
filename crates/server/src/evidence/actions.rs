//! The verbs of proofs: attach, remove.

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    dossiers::written_note,
    evidence::{Evidence, FileType, accept, clean_name},
    ids::{DossierId, EvidenceId},
};
use dienhinh_storage::{blobs::Incoming, evidence as rows};
use jiff::civil::Date;
use serde_json::json;

use crate::{
    access::actions::permit,
    app::App,
    dossiers::{
        case::Case,
        version::{Left, conclude_on},
    },
    request,
    web::problem::{Outcome, Problem},
};

/// A file that was received whole and is not yet anything.
pub(crate) struct Received {
    /// The bytes, aside.
    pub(crate) incoming: Incoming,
    /// The name it came with, cleaned.
    pub(crate) file_name: String,
    /// Its type, by name and content.
    pub(crate) file_type: FileType,
}

/// What is said about a proof beside its file.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    /// The criterion it proves.
    pub(crate) criterion: String,
    /// The day the document takes effect.
    pub(crate) effective_on: Option<Date>,
    /// Where to look inside.
    pub(crate) pointer: String,
}

/// Whether bytes may come in at all. Refused: they would take the room that is kept for the database.
pub(crate) fn room(app: &App) -> Outcome<()> {
    if app.blobs.has_room()? { Ok(()) } else { Err(Refused::new("evidence.no_room").into()) }
}

/// What a file above the limit is told.
pub(super) fn too_large(bytes_max: u64) -> Refused {
    Refused::new("evidence.too_large").with("max_mb", bytes_max / (1024 * 1024))
}

/// Adds the next bytes of an upload. Refused: more than the limit.
pub(crate) async fn take(incoming: &mut Incoming, bytes: &[u8], bytes_max: u64) -> Outcome<()> {
    if incoming.bytes() + bytes.len() as u64 > bytes_max {
        return Err(too_large(bytes_max).into());
    }
    Ok(incoming.write(bytes).await?)
}

/// Judges a file that came in whole. Refused: empty, or a type that is not accepted.
pub(crate) fn received(incoming: Incoming, file_name: &str) -> Outcome<Received> {
    if incoming.bytes() == 0 {
        return Err(Refused::new("evidence.empty").into());
    }
    let found = infer::get(incoming.head()).map(|kind| kind.mime_type());
    let file_type = accept(file_name, found)?;
    Ok(Received { incoming, file_name: clean_name(file_name), file_type })
}

/// Attaches a proof: the bytes first, then the row, so that no row ever points at a missing file.
pub(crate) async fn attach(
    app: &App,
    actor: Actor,
    id: DossierId,
    about: About,
    received: Received,
) -> Outcome<Left<EvidenceId>> {
    attach_as(app, actor, EvidenceId::new(app.new_id()), id, &about, received).await
}

/// [`attach`] under an identity that was given before.
pub(super) async fn attach_as(
    app: &App,
    actor: Actor,
    evidence: EvidenceId,
    id: DossierId,
    about: &About,
    received: Received,
) -> Outcome<Left<EvidenceId>> {
    may_attach(app, actor, id, &about.criterion).await?;
    let bytes = received.incoming.bytes();
    let placed = received.incoming.place(&app.blobs).await?;
    request::asks_too(&format!("{} {} {} {:?}", about.criterion, placed.sha256, about.pointer, about.effective_on));
    let (placed, file_name, media) = (&placed, &received.file_name, received.file_type.media);
    app.act(actor, |mut tx| async move {
        // Orphans are removed under the one writer, who is here now: what lies there stays from here on.
        if placed.look_again && app.blobs.find(&placed.sha256).await?.is_none() {
            return Err(Problem::Unavailable("the content was cleared away before its row came".to_owned()));
        }
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::EvidenceAttach, &case.unit)?;
        case.dossier.may_answer(&about.criterion, &case.returns)?;
        let proof = Evidence {
            id: evidence,
            dossier: id,
            criterion: about.criterion.clone(),
            sha256: placed.sha256.clone(),
            file_name: file_name.clone(),
            media: media.to_owned(),
            bytes,
            effective_on: about.effective_on,
            pointer: written_note(&about.pointer)?,
            uploaded_at: app.now(),
        };
        rows::insert(&mut tx, &proof).await?;
        let detail = json!({ "evidence": proof.id.to_string(), "criterion": proof.criterion, "sha256": proof.sha256 });
        conclude_on(app, tx, actor, Action::EvidenceAttach, case, &detail, proof.id).await
    })
    .await
}

/// Asks everything that can be asked before the bytes are kept, without holding the one writer.
pub(super) async fn may_attach(app: &App, actor: Actor, id: DossierId, criterion: &str) -> Outcome<()> {
    let mut tx = app.db.read().await?;
    let case = Case::load(app, &mut tx, id).await?;
    permit(actor, Action::EvidenceAttach, &case.unit)?;
    case.criterion(criterion)?;
    case.dossier.may_answer(criterion, &case.returns)?;
    Ok(())
}

/// Takes a proof off before submission and gives its criterion. The record keeps that it was there.
pub(crate) async fn remove(app: &App, actor: Actor, id: DossierId, evidence: EvidenceId) -> Outcome<String> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::EvidenceRemove, &case.unit)?;
        let proof = case.evidence.iter().find(|proof| proof.id == evidence).ok_or(Problem::Missing("evidence"))?;
        case.dossier.may_answer(&proof.criterion, &case.returns)?;
        rows::remove(&mut tx, evidence, app.now()).await?;
        let detail = json!({ "evidence": evidence.to_string(), "criterion": proof.criterion, "sha256": proof.sha256 });
        let criterion = proof.criterion.clone();
        conclude_on(app, tx, actor, Action::EvidenceRemove, case, &detail, criterion).await
    })
    .await
    .map(Left::outcome)
}
