//! The verb of recognition: decide.

use std::collections::{BTreeMap, BTreeSet};

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    audit::proof::{Attestation, list_root},
    committees::{Verdict, bears_out},
    dossiers::{Answer, Stage},
    ids::{CertificateId, DecisionId, DossierId, UnitId},
    recognition::{Certificate, Decision, DecisionItem, Draft, code_from, issuer_of},
};
use dienhinh_storage::{Tx, committees as councils, dossiers as dossier_rows, recognition as rows, units};
use serde_json::json;

use crate::{
    access::actions::{Done, conclude, permit},
    app::App,
    dossiers::{apart::stand_apart, case::Case},
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
    app.act(actor, |mut tx| async move {
        let issuer = units::get(&mut tx, issuing_unit, draft.signed_on).await?.ok_or(Problem::Missing("unit"))?;
        permit(actor, Action::RecognitionDecide, &issuer)?;
        let ids = || judgements.iter().map(|judgement| judgement.dossier);
        if !councils::pending(&mut tx, ids()).await?.is_empty() {
            return Err(Refused::new("recognition.council_has_it").into());
        }
        let verdicts = councils::verdicts(&mut tx, issuing_unit, ids()).await?;
        let (mut judged, mut cycles) = (Vec::new(), BTreeSet::new());
        for judgement in judgements {
            let (case, item) = judge(app, &mut tx, actor, issuing_unit, *judgement, &verdicts).await?;
            cycles.insert(case.cycle.id);
            judged.push((case, item));
        }
        if cycles.len() > 1 {
            return Err(Refused::new("recognition.several_cycles").into());
        }
        let number = rows::take_number(&mut tx, issuing_unit, draft.signed_on.year()).await?;
        let id = DecisionId::new(app.new_id());
        let mut decision = Decision { id, issuing_unit, number, draft: draft.clone(), items: Vec::new(), ruling: None };
        for (case, item) in judged {
            let attested = Some(attestation(&decision, &case, &item));
            decision.items.push(DecisionItem { attested, ..item });
        }
        rows::insert(&mut tx, &decision).await?;
        record(app, tx, actor, Action::RecognitionDecide, &decision, &decision.list()).await
    })
    .await
}

/// Writes the entry. It holds the root over everything that the decision gives or withholds, or over the titles that it
/// rules on, so that it stays short and each certificate has its own proof.
pub(super) async fn record(
    app: &App,
    tx: Tx,
    actor: Actor,
    action: Action,
    decision: &Decision,
    list: &[Attestation],
) -> Outcome<DecisionId> {
    let (year, listed, root) = (decision.draft.signed_on.year(), list.len(), list_root(list));
    let detail = json!({ "number": decision.number, "year": year, "listed": listed, "listed_root": root });
    let draft = &decision.draft;
    let mut text = json!({
        "format": "dienhinh.decision.v1",
        "decision": decision.id.to_string(),
        "issuing_unit": decision.issuing_unit.to_string(),
        "number": decision.number,
        "issuer": draft.issuer,
        "place": draft.place,
        "signed_on": draft.signed_on.to_string(),
        "capacity": draft.capacity.code(),
        "signatory": draft.signatory,
        "legal_bases": draft.legal_bases,
        "listed_root": root,
    });
    if let Some(ruling) = &decision.ruling {
        text["ruling"] = json!({
            "on": ruling.on.to_string(),
            "measure": ruling.measure.code(),
            "effective_on": ruling.effective_on.to_string(),
            "reason": ruling.reason,
            "certificates": ruling.certificates.iter().map(ToString::to_string).collect::<Vec<_>>(),
        });
    }
    let done = Done {
        action,
        unit: decision.issuing_unit,
        subject: decision.id.to_string(),
        detail: &detail,
        before: None,
        after: Some(text.to_string()),
    };
    conclude(app, tx, actor, done, decision.id).await
}

/// What the decision says of one unit, in words.
fn attestation(decision: &Decision, case: &Case, item: &DecisionItem) -> Attestation {
    let title = case.loaded.set.award(case.unit.version.kind);
    Attestation {
        code: item.certificate.as_ref().map(|certificate| certificate.code.clone()).unwrap_or_default(),
        unit: case.unit.version.name.clone(),
        place: case.unit.place(),
        title: title.vi.clone(),
        title_en: title.en.clone(),
        year: case.cycle.year.to_string(),
        decision: decision.notation(),
        signed_on: decision.draft.signed_on.to_string(),
        issuer: decision.draft.issuer.clone(),
        dossier: item.dossier.to_string(),
        judged_sha256: item.judged_sha256.clone(),
    }
}

/// Decides one dossier: the council adopts the appraised column, and what it judged is hashed. Refused too
/// where another body is competent, and where the set asks for the vote of a council that said otherwise.
async fn judge(
    app: &App,
    tx: &mut Tx,
    actor: Actor,
    issuing_unit: UnitId,
    judgement: Judgement,
    verdicts: &BTreeMap<(DossierId, String), Verdict>,
) -> Outcome<(Case, DecisionItem)> {
    let case = Case::load(app, tx, judgement.dossier).await?;
    permit(actor, Action::RecognitionDecide, &case.unit)?;
    stand_apart(app, tx, &case).await?;
    if issuer_of(&case.unit, &case.loaded.set.recognition.issued_by) != Some(issuing_unit) {
        return Err(Refused::new("recognition.not_competent").with("unit", &case.unit.version.name).into());
    }
    let rules_met = case.rules_met(Stage::Appraised)?;
    let dossier = case.dossier.clone().decide(judgement.recognised, rules_met)?;
    let judged = case.judged_sha256();
    if case.loaded.set.recognition.council.is_some() {
        let verdict = verdicts.get(&(dossier.id, judged.clone()));
        bears_out(verdict, &judged, judgement.recognised, rules_met)
            .map_err(|refused| refused.with("unit", &case.unit.version.name))?;
    }
    let now = app.now();
    for ((criterion, stage), answer) in &case.answers {
        if *stage == Stage::Appraised {
            let adopted = Answer { note: String::new(), revision: 0, at: now, ..answer.clone() };
            dossier_rows::save_answer(tx, dossier.id, criterion, Stage::Council, &adopted, 0).await?;
        }
    }
    dossier_rows::save(tx, &dossier, case.standing(dossier.state)?.as_ref()).await?;
    let certificate = judgement
        .recognised
        .then(|| Certificate { id: CertificateId::new(app.new_id()), code: code_from(app.new_code()) });
    let item = DecisionItem {
        dossier: dossier.id,
        round: dossier.round,
        recognised: judgement.recognised,
        judged_sha256: judged,
        certificate,
        attested: None,
    };
    Ok((case, item))
}
