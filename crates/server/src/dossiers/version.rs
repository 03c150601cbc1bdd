//! A dossier as one text, before and after an action: what the record's hashes of it are taken over.

use dienhinh_domain::{
    access::{Action, Actor},
    dossiers::{Dossier, Return},
    evidence::Evidence,
    ids::DossierId,
    plans::Plan,
};
use dienhinh_storage::{Tx, dossiers, evidence, plans};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::case::Case;
use crate::{
    access::actions::{Done, conclude},
    app::App,
    web::problem::{Outcome, Problem},
};

/// [`conclude`] for an action on a dossier that was read as `case` before it.
pub(crate) async fn conclude_on<T: Serialize>(
    app: &App,
    mut tx: Tx,
    actor: Actor,
    action: Action,
    case: &Case,
    detail: &Value,
    outcome: T,
) -> Outcome<T> {
    let before = text(&case.dossier, &case.answers, &case.returns, &case.evidence, &case.plans);
    let after = now(&mut tx, case.dossier.id).await?;
    let (unit, subject) = (case.dossier.unit, case.dossier.id.to_string());
    let done = Done { action, unit, subject, detail, before: Some(before), after: Some(after) };
    conclude(app, tx, actor, done, outcome).await
}

async fn now(tx: &mut Tx, id: DossierId) -> Outcome<String> {
    let dossier = dossiers::get(tx, id).await?.ok_or(Problem::Missing("dossier"))?;
    let (answers, returns) = (dossiers::answers(tx, id).await?, dossiers::returns(tx, id).await?);
    let (evidence, plans) = (evidence::of_dossier(tx, id).await?, plans::of_dossier(tx, id).await?);
    Ok(text(&dossier, &answers, &returns, &evidence, &plans))
}

/// Canonical JSON: keys in order, no white space.
fn text(
    dossier: &Dossier,
    answers: &dossiers::Answers,
    returns: &[Return],
    evidence: &[Evidence],
    plans: &[Plan],
) -> String {
    let answers = answers.iter().map(|((criterion, stage), answer)| {
        json!([criterion, stage.code(), answer.inputs, answer.note, answer.revision, answer.at.as_microsecond()])
    });
    let returns = returns.iter().map(|row| json!([row.criterion, row.round, row.reason, row.reply]));
    let evidence = evidence.iter().map(|proof| json!([proof.id.to_string(), proof.criterion, proof.sha256]));
    let plans = plans
        .iter()
        .map(|plan| json!([plan.criterion, plan.cause.code(), plan.action, plan.owner, plan.due_on.to_string()]));
    json!({
        "format": "dienhinh.dossier-version.v1",
        "dossier": dossier.id.to_string(),
        "state": dossier.state.code(),
        "round": dossier.round,
        "registered_on": dossier.registered_on.map(|day| day.to_string()),
        "submitted_at": dossier.submitted_at.map(Timestamp::as_microsecond),
        "frozen_sha256": dossier.frozen_sha256,
        "answers": answers.collect::<Vec<_>>(),
        "returns": returns.collect::<Vec<_>>(),
        "evidence": evidence.collect::<Vec<_>>(),
        "plans": plans.collect::<Vec<_>>(),
    })
    .to_string()
}
