//! Nobody judges a unit for which they work, or worked in the days assessed and since.

use dienhinh_domain::Refused;
use dienhinh_storage::{Tx, access};

use super::case::Case;
use crate::{app::App, request, web::problem::Outcome};

/// Whether whoever asks worked for the unit assessed. The ready roles of the sample have no account, and no past.
pub(crate) async fn is_interested(app: &App, tx: &mut Tx, case: &Case) -> Outcome<bool> {
    let Some(account) = request::account() else { return Ok(false) };
    let (unit, from, today) = (case.unit.id(), case.cycle.assessed.from, app.today());
    let grants = access::grants(tx, &[account]).await?;
    Ok(grants.iter().any(|grant| grant.worked_for(unit, from, today)))
}

/// Refused: whoever asks worked for the unit.
pub(crate) async fn stand_apart(app: &App, tx: &mut Tx, case: &Case) -> Outcome<()> {
    if is_interested(app, tx, case).await? {
        return Err(Refused::new("dossiers.interested").with("unit", &case.unit.version.name).into());
    }
    Ok(())
}
