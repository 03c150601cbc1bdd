//! The verbs of appeals: file, withdraw, reopen, dismiss. Each is recorded as a step of its dossier.

use std::{collections::BTreeMap, iter};

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    appeals::{Appeal, State, grounds, may_file},
    dossiers::{Dossier, Stage},
    ids::{AppealId, DossierId, UnitId},
    recognition::Decision,
};
use dienhinh_storage::{Tx, appeals as rows, dossiers, recognition};
use serde_json::json;

use crate::{
    access::actions::permit,
    app::App,
    dossiers::{
        apart::stand_apart,
        case::Case,
        version::{Left, conclude_on},
    },
    recognition::rulings::competent,
    web::problem::{Outcome, Problem},
};

/// The decision that holds on a dossier.
pub(super) async fn decision_on(tx: &mut Tx, dossier: DossierId) -> Outcome<Option<Decision>> {
    Ok(recognition::on_dossiers(tx, iter::once(dossier)).await?.remove(&dossier))
}

/// Files an appeal with its grounds by criterion. Refused: nothing was withheld, it waits already, the time has passed, the
/// decision was appealed against before, no ground or one that is too long; missing: a criterion the set does not have.
pub(crate) async fn file(app: &App, actor: Actor, id: DossierId, typed: BTreeMap<String, String>) -> Outcome<()> {
    let typed = &typed;
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::AppealsFile, &case.unit)?;
        let dossier = case.dossier.clone().appealed()?;
        let decision = decision_on(&mut tx, id).await?.ok_or(Problem::Missing("decision"))?;
        may_file(&decision, &case.appeals, app.today())?;
        for criterion in typed.keys() {
            case.criterion(criterion)?;
        }
        let appeal = Appeal {
            id: AppealId::new(app.new_id()),
            dossier: id,
            decision: decision.id,
            round: dossier.round,
            grounds: grounds(typed.clone())?,
            filed_on: app.today(),
            state: State::Waiting,
            answer: String::new(),
            ended_on: None,
        };
        rows::insert(&mut tx, &appeal).await?;
        step(app, tx, actor, Action::AppealsFile, case, dossier, &appeal).await
    })
    .await
    .map(Left::outcome)
}

/// Whether the unit may appeal now against what was decided.
pub(crate) async fn may_appeal(app: &App, tx: &mut Tx, case: &Case) -> Outcome<bool> {
    if case.dossier.clone().appealed().is_err() {
        return Ok(false);
    }
    let Some(decision) = decision_on(tx, case.dossier.id).await? else { return Ok(false) };
    Ok(may_file(&decision, &case.appeals, app.today()).is_ok())
}

/// Takes the appeal that waits back.
pub(crate) async fn withdraw(app: &App, actor: Actor, id: DossierId) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::AppealsWithdraw, &case.unit)?;
        let dossier = case.dossier.clone().upheld()?;
        let decision = decision_on(&mut tx, id).await?;
        let appeal = waiting(&case, decision.as_ref())?.withdrawn(app.today())?;
        rows::save(&mut tx, &appeal).await?;
        step(app, tx, actor, Action::AppealsWithdraw, case, dossier, &appeal).await
    })
    .await
    .map(Left::outcome)
}

/// Answers that the decision stands. Refused, as [`reopen`]: none waits, no answer or one that is too long, and whoever does
/// not work for the body that decided.
pub(crate) async fn dismiss(app: &App, actor: Actor, id: DossierId, answer: &str) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        let decision = answerable(app, &mut tx, actor, Action::AppealsDismiss, &case).await?.decision;
        let dossier = case.dossier.clone().upheld()?;
        let appeal = waiting(&case, decision.as_ref())?.answered(State::Dismissed, answer, app.today())?;
        rows::save(&mut tx, &appeal).await?;
        step(app, tx, actor, Action::AppealsDismiss, case, dossier, &appeal).await
    })
    .await
    .map(Left::outcome)
}

/// Hears the appeal. What was judged is kept as it was; then the dossier comes back to the unit in the rows that the appeal
/// is about, and goes its way up to another decision.
pub(crate) async fn reopen(app: &App, actor: Actor, id: DossierId, answer: &str) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        let Answerable { decision, body } = answerable(app, &mut tx, actor, Action::AppealsReopen, &case).await?;
        let dossier = case.dossier.clone().reopened()?;
        let appeal = waiting(&case, decision.as_ref())?.answered(State::Reopened, answer, app.today())?;
        let decision = decision.ok_or(Problem::Missing("decision"))?;
        if body != decision.issuing_unit {
            // Its successor could not decide anew: who is competent follows from the tree of the cycle's last day.
            return Err(Refused::new("appeals.body_gone").into());
        }
        for item in &decision.items {
            dossiers::insert_judged(&mut tx, id, &item.judged_sha256, &case.judged()).await?;
        }
        dossiers::remove_column(&mut tx, id, Stage::Council).await?;
        for row in appeal.returns(&dossier) {
            dossiers::remove_answer(&mut tx, id, &row.criterion, Stage::Appraised).await?;
            dossiers::save_return(&mut tx, id, &row).await?;
        }
        rows::save(&mut tx, &appeal).await?;
        step(app, tx, actor, Action::AppealsReopen, case, dossier, &appeal).await
    })
    .await
    .map(Left::outcome)
}

/// What an answer is about, and who may give it.
pub(super) struct Answerable {
    /// The decision that holds.
    pub(super) decision: Option<Decision>,
    /// The unit that answers: the one that decided, or the one that took it over in a reform.
    pub(super) body: UnitId,
}

/// Asks for the permission to answer: of the body that decided, and of the unit's own area where nothing is decided.
pub(super) async fn answerable(
    app: &App,
    tx: &mut Tx,
    actor: Actor,
    action: Action,
    case: &Case,
) -> Outcome<Answerable> {
    let decision = decision_on(tx, case.dossier.id).await?;
    let body = match &decision {
        None => case.unit.clone(),
        Some(decision) => {
            let body = competent(tx, decision, app.today()).await?;
            body.ok_or_else(|| Refused::new("recognition.no_successor"))?
        }
    };
    permit(actor, action, &body)?;
    stand_apart(app, tx, case).await?;
    Ok(Answerable { decision, body: body.id() })
}

/// The appeal that waits, against the decision that holds.
fn waiting(case: &Case, decision: Option<&Decision>) -> Outcome<Appeal> {
    let against = |appeal: &&Appeal| decision.is_some_and(|decision| decision.id == appeal.decision);
    let waiting = case.appeals.iter().filter(against).find(|appeal| appeal.state == State::Waiting);
    waiting.cloned().ok_or_else(|| Refused::new("appeals.none_waits").into())
}

/// Writes the step of the dossier, and its entry. What people wrote is in the hashes only.
async fn step(
    app: &App,
    mut tx: Tx,
    actor: Actor,
    action: Action,
    case: Case,
    dossier: Dossier,
    appeal: &Appeal,
) -> Outcome<Left<()>> {
    dossiers::save(&mut tx, &dossier, case.standing(dossier.state)?.as_ref()).await?;
    let criteria: Vec<&str> = appeal.grounds.keys().map(String::as_str).collect();
    let detail = json!({
        "state": dossier.state.code(),
        "round": dossier.round,
        "decision": appeal.decision.to_string(),
        "criteria": criteria,
    });
    conclude_on(app, tx, actor, action, case, &detail, ()).await
}
