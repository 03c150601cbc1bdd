//! The verb of plans: save.

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    calendar::format_day,
    dossiers::Stage,
    plans::Plan,
};
use dienhinh_storage::{dossiers, plans as rows};
use serde_json::json;

use crate::{
    access::actions::permit,
    app::App,
    dossiers::{
        case::Case,
        seen,
        version::{Left, conclude_on},
    },
    web::problem::Outcome,
};

/// Writes the plan for an unmet criterion. A plan may be written or changed at any time before the
/// decision: it is work to come, not a judged answer. Refused: the criterion is not unmet, a field is empty, or
/// somebody wrote another plan since `seen`.
pub(crate) async fn save(app: &App, actor: Actor, plan: Plan, seen: Option<&str>) -> Outcome<()> {
    let plan = &plan;
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, plan.dossier).await?;
        permit(actor, Action::PlansSave, &case.unit)?;
        let plan = plan.clone().written()?;
        if case.met(&plan.criterion, Stage::SelfAssessed)? != Some(false) {
            return Err(Refused::new("plans.not_unmet").into());
        }
        if case.plan_of(&plan.criterion) == Some(&plan) {
            return Ok(Left::unchanged(case, ()));
        }
        as_seen(seen, &case, &plan.criterion)?;
        rows::save(&mut tx, &plan).await?;
        let state = case.dossier.state;
        if state.is_handed_in() {
            let standing = case.standing_with(state, Some(&plan.criterion))?;
            dossiers::save(&mut tx, &case.dossier, standing.as_ref()).await?;
        }
        let detail =
            json!({ "criterion": plan.criterion, "cause": plan.cause.code(), "due_on": plan.due_on.to_string() });
        conclude_on(app, tx, actor, Action::PlansSave, case, &detail, ()).await
    })
    .await
    .map(Left::outcome)
}

/// Refused with the plan of the other.
fn as_seen(seen: Option<&str>, case: &Case, criterion: &str) -> Result<(), Refused> {
    seen::unchanged(seen, &seen::plan(case, criterion), "plans.conflict").map_err(|refused| {
        let Some(theirs) = case.plan_of(criterion) else { return refused };
        refused.with("action", &theirs.action).with("owner", &theirs.owner).with("due_on", format_day(theirs.due_on))
    })
}
