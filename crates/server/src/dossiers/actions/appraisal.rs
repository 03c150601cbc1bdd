//! The steps of the appraiser: row by row, then the whole dossier back or onwards.

use std::collections::BTreeMap;

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    dossiers::{Answer, Return, Stage, written_note},
    ids::DossierId,
};
use dienhinh_storage::{Tx, dossiers as rows};
use serde_json::json;

use super::answer::read_value;
use crate::{
    access::actions::permit,
    app::App,
    dossiers::{
        apart::stand_apart,
        case::Case,
        seen,
        version::{Left, conclude_on},
    },
    web::problem::Outcome,
};

/// What the appraiser says to one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The unit's own answer stands.
    Agree,
    /// The answer is another one; a reason is needed.
    Correct {
        /// By input key, as typed.
        inputs: BTreeMap<String, String>,
        /// Why.
        reason: String,
    },
    /// The row goes back; a reason is needed.
    Return {
        /// What is missing or wrong.
        reason: String,
    },
}

/// A verdict on one row, with what the form showed of the row.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    /// None takes what is stored.
    pub(crate) seen: Option<String>,
}

/// Writes verdicts on rows, all or none. Refused: not under appraisal, no reason, an unreadable figure, another
/// appraiser wrote since; missing: a criterion the set does not have.
pub(crate) async fn appraise_rows(
    app: &App,
    actor: Actor,
    id: DossierId,
    verdicts: &BTreeMap<String, Judged>,
) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::DossiersAppraiseRow, &case.unit)?;
        stand_apart(app, &mut tx, &case).await?;
        case.dossier.may_appraise()?;
        let mut written = Vec::new();
        for (criterion, judged) in verdicts {
            if let Some(word) = appraise_row(app, &mut tx, &case, criterion, judged).await? {
                written.push(json!({ "criterion": criterion, "verdict": word }));
            }
        }
        if written.is_empty() {
            return Ok(Left::unchanged(case, ()));
        }
        let detail = json!({ "rows": written });
        conclude_on(app, tx, actor, Action::DossiersAppraiseRow, case, &detail, ()).await
    })
    .await
    .map(Left::outcome)
}

/// Writes one verdict and gives its word; none where the row stands like that already.
async fn appraise_row(
    app: &App,
    tx: &mut Tx,
    case: &Case,
    criterion: &str,
    Judged { verdict, seen }: &Judged,
) -> Outcome<Option<&'static str>> {
    case.criterion(criterion)?;
    let (id, next_round) = (case.dossier.id, case.dossier.round + 1);
    let marked = case.marked_return(criterion);
    let as_seen = || seen::unchanged(seen.as_deref(), &seen::appraisal(case, criterion), "dossiers.appraised_since");
    if let Verdict::Return { reason } = verdict {
        let reason = needed_reason(reason)?;
        if marked.is_some_and(|row| row.reason == reason) {
            return Ok(None);
        }
        as_seen()?;
        let row = Return { criterion: criterion.to_owned(), round: next_round, reason, reply: String::new() };
        rows::save_return(tx, id, &row).await?;
        rows::remove_answer(tx, id, criterion, Stage::Appraised).await?;
        return Ok(Some("return"));
    }
    let answer = appraised(case, criterion, verdict, app.now())?;
    let before = case.answer(criterion, Stage::Appraised);
    let stands = before.is_some_and(|before| before.inputs == answer.inputs && before.note == answer.note);
    if stands && marked.is_none() {
        return Ok(None);
    }
    as_seen()?;
    rows::remove_return(tx, id, criterion, next_round).await?;
    let built_on = case.answer(criterion, Stage::Appraised).map_or(0, |before| before.revision);
    rows::save_answer(tx, id, criterion, Stage::Appraised, &answer, built_on).await?;
    Ok(Some(if matches!(verdict, Verdict::Agree) { "agree" } else { "correct" }))
}

/// The appraised answer that a verdict gives.
fn appraised(case: &Case, criterion: &str, verdict: &Verdict, at: jiff::Timestamp) -> Outcome<Answer> {
    let own = case.answer(criterion, Stage::SelfAssessed).cloned().unwrap_or_default();
    let Verdict::Correct { inputs, reason } = verdict else {
        return Ok(Answer { note: String::new(), revision: 0, at, ..own });
    };
    let row = case.criterion(criterion)?;
    let mut answer = Answer { note: needed_reason(reason)?, revision: 0, at, ..own };
    for (key, value) in inputs {
        match read_value(row, key, value)? {
            Some(value) => answer.inputs.insert(key.clone(), value),
            None => answer.inputs.remove(key),
        };
    }
    Ok(answer)
}

/// Whoever corrects or returns says why: nothing comes back without a reason.
fn needed_reason(reason: &str) -> Outcome<String> {
    let reason = written_note(reason)?;
    if reason.is_empty() { Err(Refused::new("dossiers.reason_missing").into()) } else { Ok(reason) }
}

/// Sends the dossier back with everything that was marked, all at once.
pub(crate) async fn send_back(app: &App, actor: Actor, id: DossierId) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::DossiersReturn, &case.unit)?;
        stand_apart(app, &mut tx, &case).await?;
        let dossier = case.dossier.clone().send_back(&case.returns)?;
        rows::save(&mut tx, &dossier, case.standing(dossier.state)?.as_ref()).await?;
        let criteria: Vec<&str> =
            case.returns.iter().filter(|row| row.round == dossier.round).map(|row| row.criterion.as_str()).collect();
        let detail = json!({ "state": dossier.state.code(), "round": dossier.round, "criteria": criteria });
        conclude_on(app, tx, actor, Action::DossiersReturn, case, &detail, ()).await
    })
    .await
    .map(Left::outcome)
}

/// Finishes the appraisal; the dossier waits for the council.
pub(crate) async fn appraise(app: &App, actor: Actor, id: DossierId) -> Outcome<()> {
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::DossiersAppraise, &case.unit)?;
        stand_apart(app, &mut tx, &case).await?;
        let dossier = case.dossier.clone().appraise(case.unseen_rows(), &case.returns)?;
        rows::save(&mut tx, &dossier, case.standing(dossier.state)?.as_ref()).await?;
        let totals = case.scores(Stage::Appraised)?;
        let detail =
            json!({ "state": dossier.state.code(), "met": totals.met, "unmet": totals.unmet, "no_data": totals.no_data });
        conclude_on(app, tx, actor, Action::DossiersAppraise, case, &detail, ()).await
    })
    .await
    .map(Left::outcome)
}
