//! The verb of recognition: decide.

use std::collections::BTreeSet;

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    dossiers::{Answer, Stage},
    ids::{CertificateId, CycleId, DecisionId, DossierId, UnitId},
    recognition::{Certificate, Decision, DecisionItem, Draft, code_from, issuer_of},
};
use dienhinh_storage::{Tx, dossiers as dossier_rows, recognition as rows, units};
use serde_json::json;

use crate::{
    access::actions::{conclude, permit},
    app::App,
    dossiers::case::Case,
    web::problem::{Outcome, Problem},
};

/// How many dossiers one decision may list.
const ITEMS_MAX: usize = 500;

/// One dossier and what the council decided on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Judgement {
    /// The dossier.
    pub(crate) dossier: DossierId,
    /// Whether the title is given.
    pub(crate) recognised: bool,
}

/// Records a numbered decision: the number, every dossier's last state, the certificates, in one
/// transaction. Refused as a whole when one dossier may not be decided so.
pub(crate) async fn decide(
    app: &App,
    actor: Actor,
    issuing_unit: UnitId,
    draft: Draft,
    judgements: &[Judgement],
) -> Outcome<DecisionId> {
    let draft = draft.written()?;
    if judgements.is_empty() || judgements.len() > ITEMS_MAX {
        return Err(Refused::new("recognition.nothing_chosen").with("max", ITEMS_MAX).into());
    }
    let draft = &draft;
    app.act(|mut tx| async move {
        let issuer = units::get(&mut tx, issuing_unit, draft.signed_on).await?.ok_or(Problem::Missing("unit"))?;
        permit(actor, Action::RecognitionDecide, &issuer)?;
        let (mut items, mut cycles) = (Vec::new(), BTreeSet::new());
        for judgement in judgements {
            let (cycle, item) = judge(app, &mut tx, actor, issuing_unit, *judgement).await?;
            items.push(item);
            cycles.insert(cycle);
        }
        if cycles.len() > 1 {
            return Err(Refused::new("recognition.several_cycles").into());
        }
        let number = rows::take_number(&mut tx, issuing_unit, draft.signed_on.year()).await?;
        let decision = Decision { id: DecisionId::new(app.new_id()), issuing_unit, number, draft: draft.clone(), items };
        rows::insert(&mut tx, &decision).await?;
        let judged: Vec<_> = decision
            .items
            .iter()
            .map(|item| json!({ "dossier": item.dossier.to_string(), "recognised": item.recognised, "judged_sha256": item.judged_sha256 }))
            .collect();
        let detail = json!({ "number": number, "year": decision.draft.signed_on.year(), "items": judged });
        conclude(app, tx, actor, Action::RecognitionDecide, issuing_unit, decision.id.to_string(), &detail).await?;
        Ok(decision.id)
    })
    .await
}

/// Decides one dossier: the council adopts the appraised column, and what it judged is hashed. Refused too
/// where another body is competent.
async fn judge(
    app: &App,
    tx: &mut Tx,
    actor: Actor,
    issuing_unit: UnitId,
    judgement: Judgement,
) -> Outcome<(CycleId, DecisionItem)> {
    let case = Case::load(app, tx, judgement.dossier).await?;
    permit(actor, Action::RecognitionDecide, &case.unit)?;
    if issuer_of(&case.unit, &case.loaded.set.recognition.issued_by) != Some(issuing_unit) {
        return Err(Refused::new("recognition.not_competent").with("unit", &case.unit.version.name).into());
    }
    let rules_met = case.rules_met(Stage::Appraised)?;
    let dossier = case.dossier.clone().decide(judgement.recognised, rules_met)?;
    let now = app.now();
    for ((criterion, stage), answer) in &case.answers {
        if *stage == Stage::Appraised {
            let adopted = Answer { note: String::new(), revision: 0, at: now, ..answer.clone() };
            dossier_rows::save_answer(tx, dossier.id, criterion, Stage::Council, &adopted, 0).await?;
        }
    }
    dossier_rows::save(tx, &dossier).await?;
    let certificate = judgement
        .recognised
        .then(|| Certificate { id: CertificateId::new(app.new_id()), code: code_from(app.new_code()) });
    let item = DecisionItem {
        dossier: dossier.id,
        recognised: judgement.recognised,
        judged_sha256: case.judged_sha256(),
        certificate,
    };
    Ok((dossier.cycle, item))
}
