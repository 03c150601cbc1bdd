//! What is frozen at submission, in one canonical text that its hash is taken of.

use std::collections::BTreeMap;

use dienhinh_domain::{
    dossiers::{Answer, Stage, State},
    ids::DossierId,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::case::Case;
use crate::web::problem::{Outcome, Problem};

/// The dossier as canonical JSON: keys in order, no white space, the same on every machine.
pub(crate) fn of(case: &Case) -> String {
    let answers: BTreeMap<&str, Value> = case
        .answers
        .iter()
        .map(|((criterion, stage), answer)| (criterion, stage, answer))
        .filter(|(_, stage, _)| **stage == Stage::SelfAssessed)
        .map(|(criterion, _, answer)| (criterion.as_str(), json!({ "inputs": answer.inputs, "note": answer.note })))
        .collect();
    let evidence: Vec<Value> = case
        .evidence
        .iter()
        .map(|proof| {
            json!({
                "criterion": proof.criterion,
                "sha256": proof.sha256,
                "bytes": proof.bytes,
                "effective_on": proof.effective_on.map(|day| day.to_string()),
                "pointer": proof.pointer,
            })
        })
        .collect();
    json!({
        "format": "dienhinh.dossier.v1",
        "dossier": case.dossier.id.to_string(),
        "round": case.dossier.round,
        "set": { "code": case.cycle.set_code, "version": case.cycle.set_version },
        "assessed": { "from": case.cycle.assessed.from.to_string(), "until": case.cycle.assessed.until.map(|day| day.to_string()) },
        "unit": {
            "id": case.unit.id().to_string(),
            "as_of": case.unit.as_of.to_string(),
            "name": case.unit.version.name,
            "kind": case.unit.version.kind.code(),
            "code": case.unit.version.code,
            "place": case.unit.place(),
        },
        "answers": answers,
        "derived": case.derived,
        "evidence": evidence,
    })
    .to_string()
}

/// What is judged: the frozen dossier, by its hash, together with the appraisers' column.
pub(crate) fn judged(case: &Case) -> String {
    let appraised = case.answers.iter().filter(|((_, stage), _)| *stage == Stage::Appraised);
    let appraised: BTreeMap<&str, Value> = appraised
        .map(|((criterion, _), answer)| (criterion.as_str(), json!({ "inputs": answer.inputs, "note": answer.note })))
        .collect();
    json!({
        "format": "dienhinh.judged.v1",
        "frozen_sha256": case.dossier.frozen_sha256,
        "appraised": appraised,
        "derived": case.derived,
    })
    .to_string()
}

/// Puts a dossier that was opened again back to what was judged of it before, from the words of [`judged`].
pub(crate) fn put_back(case: &mut Case, judged: &str) -> Outcome<()> {
    #[derive(Deserialize)]
    struct Appraised {
        inputs: BTreeMap<String, i64>,
        note: String,
    }
    #[derive(Deserialize)]
    struct Judged {
        frozen_sha256: Option<String>,
        appraised: BTreeMap<String, Appraised>,
        derived: BTreeMap<String, i64>,
    }
    let id = case.dossier.id;
    let unreadable = |cause: serde_json::Error| Problem::Failed(format!("what was judged of {id}: {cause}"));
    let judged: Judged = serde_json::from_str(judged).map_err(unreadable)?;
    case.answers.retain(|(_, stage), _| *stage == Stage::SelfAssessed);
    for (criterion, Appraised { inputs, note }) in judged.appraised {
        let appraised = Answer { inputs, note, ..Answer::default() };
        let adopted = Answer { note: String::new(), ..appraised.clone() };
        case.answers.insert((criterion.clone(), Stage::Appraised), appraised);
        case.answers.insert((criterion, Stage::Council), adopted);
    }
    case.derived = judged.derived;
    case.dossier.frozen_sha256 = judged.frozen_sha256;
    case.dossier.state = State::NotRecognised;
    Ok(())
}

/// The figures that were taken from child units when the dossier was handed in, from what was frozen then. What happens to
/// the children later never changes what was submitted.
pub(crate) fn figures(dossier: DossierId, frozen: &str) -> Outcome<BTreeMap<String, i64>> {
    let unreadable = |cause: serde_json::Error| Problem::Failed(format!("the snapshot of {dossier}: {cause}"));
    let frozen: Value = serde_json::from_str(frozen).map_err(unreadable)?;
    serde_json::from_value(frozen["derived"].clone()).map_err(unreadable)
}
