//! The steps of the unit: register, present, withdraw, submit.

use dienhinh_domain::{
    access::{Action, Actor},
    audit::sha256,
    ids::DossierId,
};
use dienhinh_storage::dossiers as rows;
use serde_json::json;

use crate::{
    access::actions::permit,
    app::App,
    dossiers::{
        case::Case,
        snapshot,
        version::{Left, conclude_on},
    },
    web::problem::Outcome,
};

/// The unit pledges to strive for the title.
pub(crate) async fn register(app: &App, actor: Actor, id: DossierId) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::DossiersRegister, &case.unit)?;
        let dossier = case.dossier.clone().register(app.today(), case.cycle.registration_until)?;
        rows::save(&mut tx, &dossier, case.standing(dossier.state)?.as_ref()).await?;
        let detail = json!({ "state": dossier.state.code() });
        conclude_on(app, tx, actor, Action::DossiersRegister, case, &detail, ()).await
    })
    .await
    .map(Left::outcome)
}

/// The officer lays the finished sheet before the leader.
pub(crate) async fn present(app: &App, actor: Actor, id: DossierId) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::DossiersPresent, &case.unit)?;
        let dossier = case.dossier.clone().present(&case.rows()?)?;
        rows::save(&mut tx, &dossier, case.standing(dossier.state)?.as_ref()).await?;
        let detail = json!({ "state": dossier.state.code() });
        conclude_on(app, tx, actor, Action::DossiersPresent, case, &detail, ()).await
    })
    .await
    .map(Left::outcome)
}

/// The leader gives the sheet back to the officer.
pub(crate) async fn withdraw(app: &App, actor: Actor, id: DossierId) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::DossiersWithdraw, &case.unit)?;
        let dossier = case.dossier.clone().withdraw()?;
        rows::save(&mut tx, &dossier, case.standing(dossier.state)?.as_ref()).await?;
        let detail = json!({ "state": dossier.state.code() });
        conclude_on(app, tx, actor, Action::DossiersWithdraw, case, &detail, ()).await
    })
    .await
    .map(Left::outcome)
}

/// The leader submits. What is judged from now on is frozen: set version, values, proofs, the unit as
/// it was; its hash is kept with the dossier and in the record.
pub(crate) async fn submit(app: &App, actor: Actor, id: DossierId) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::DossiersSubmit, &case.unit)?;
        let content = snapshot::of(&case);
        let hash = sha256(content.as_bytes());
        let dossier = case.dossier.clone().submit(&case.rows()?, app.now(), hash.clone())?;
        rows::insert_snapshot(&mut tx, &dossier, &hash, &content).await?;
        rows::save(&mut tx, &dossier, case.standing(dossier.state)?.as_ref()).await?;
        let detail = json!({ "state": dossier.state.code(), "round": dossier.round, "frozen_sha256": hash });
        conclude_on(app, tx, actor, Action::DossiersSubmit, case, &detail, ()).await
    })
    .await
    .map(Left::outcome)
}
