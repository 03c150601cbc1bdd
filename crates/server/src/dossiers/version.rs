//! A dossier as one text, before and after an action: what the record's hashes of it are taken over.

use dienhinh_domain::access::{Action, Actor};
use dienhinh_storage::Tx;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::case::Case;
use crate::{
    access::actions::{Done, conclude},
    app::App,
    web::problem::Outcome,
};

/// What an action on a dossier came to, and the dossier as the action left it.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Left<T> {
    pub(crate) outcome: T,
    /// None when the request came before: then only its outcome is known.
    #[serde(skip)]
    pub(crate) case: Option<Case>,
}

impl<T> Left<T> {
    /// Where nothing had to be written.
    pub(crate) fn unchanged(case: Case, outcome: T) -> Self {
        Self { outcome, case: Some(case) }
    }

    /// Without the dossier, for whoever shows another page next.
    pub(crate) fn outcome(self) -> T {
        self.outcome
    }
}

/// [`conclude`] for an action on a dossier that was read as `case` before it; gives it back as it is now.
pub(crate) async fn conclude_on<T: Serialize>(
    app: &App,
    mut tx: Tx,
    actor: Actor,
    action: Action,
    mut case: Case,
    detail: &Value,
    outcome: T,
) -> Outcome<Left<T>> {
    let before = text(&case);
    case.read_again(&mut tx).await?;
    let (unit, subject) = (case.dossier.unit, case.dossier.id.to_string());
    let done = Done { action, unit, subject, detail, before: Some(before), after: Some(text(&case)) };
    let outcome = conclude(app, tx, actor, done, outcome).await?;
    Ok(Left { outcome, case: Some(case) })
}

/// Canonical JSON: keys in order, no white space.
pub(crate) fn text(Case { dossier, answers, returns, evidence, plans, appeals, .. }: &Case) -> String {
    let answers = answers.iter().map(|((criterion, stage), answer)| {
        json!([criterion, stage.code(), answer.inputs, answer.note, answer.revision, answer.at.as_microsecond()])
    });
    let returns = returns.iter().map(|row| json!([row.criterion, row.round, row.reason, row.reply]));
    let evidence = evidence.iter().map(|proof| json!([proof.id.to_string(), proof.criterion, proof.sha256]));
    let plans = plans
        .iter()
        .map(|plan| json!([plan.criterion, plan.cause.code(), plan.action, plan.owner, plan.due_on.to_string()]));
    let mut text = json!({
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
    });
    if !appeals.is_empty() {
        // Named where there are any only: dossiers of before are hashed as they were.
        let appeals = appeals.iter().map(|appeal| {
            json!([
                appeal.id.to_string(),
                appeal.decision.to_string(),
                appeal.state.code(),
                appeal.grounds,
                appeal.answer
            ])
        });
        text["appeals"] = appeals.collect();
    }
    text.to_string()
}
