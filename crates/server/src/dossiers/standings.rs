//! The standings of dossiers that were handed in under a version of the program that kept none. Changes nothing that
//! anybody wrote: it counts what is there.

use dienhinh_domain::ids::DossierId;
use dienhinh_storage::{Tx, dossiers};

use super::case::Case;
use crate::{
    access::actions::act,
    app::App,
    web::problem::{Outcome, Problem},
};

/// How many dossiers one transaction takes.
const DOSSIERS_A_STEP: i64 = 100;

/// Gives each such dossier its standing, so that overviews count it.
pub(crate) async fn complete(app: &App) -> Outcome<()> {
    let mut after = None;
    loop {
        let last = act(&app.db, &*app.chance, |tx| step(app, tx, after)).await?;
        if last.is_none() {
            return Ok(());
        }
        after = last;
    }
}

/// Does some, and gives the last one; none when none is left.
async fn step(app: &App, mut tx: Tx, after: Option<DossierId>) -> Outcome<Option<DossierId>> {
    let found = dossiers::without_standing(&mut tx, after, DOSSIERS_A_STEP).await?;
    let last = found.last().map(|dossier| dossier.id);
    for case in Case::many(app, &mut tx, found).await? {
        match case.standing(case.dossier.state) {
            Ok(standing) => dossiers::save(&mut tx, &case.dossier, standing.as_ref()).await?,
            // One that cannot be scored shows so on its own page and keeps nobody from the others.
            Err(Problem::Failed(cause)) => tracing::error!(cause, "a dossier has no standing"),
            Err(problem) => return Err(problem),
        }
    }
    tx.commit().await?;
    Ok(last)
}
