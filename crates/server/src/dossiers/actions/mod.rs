//! The verbs of dossiers. One function is one permission, one transaction, one audit entry.

mod answer;
mod appraisal;
mod steps;

pub(crate) use answer::{Answered, Typed, answer};
pub(crate) use appraisal::{Judged, Verdict, appraise, appraise_rows, send_back};
use dienhinh_domain::{
    access::{Action, Actor},
    ids::DossierId,
};
pub(crate) use steps::{present, register, submit, withdraw};

use super::case::Case;
use crate::{access::actions::permit, app::App, web::problem::Outcome};

/// Asks for the permission alone: before a file is taken in, and before anything is said of what was typed.
pub(crate) async fn permitted(app: &App, actor: Actor, action: Action, dossier: DossierId) -> Outcome<()> {
    let case = Case::load(app, &mut app.db.read().await?, dossier).await?;
    permit(actor, action, &case.unit)
}
