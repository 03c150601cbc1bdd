//! What is frozen at submission, in one canonical text that its hash is taken of.

use std::collections::BTreeMap;

use dienhinh_domain::{dossiers::Stage, ids::DossierId};
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

/// The figures that were taken from child units when the dossier was handed in, from what was frozen then. What happens to
/// the children later never changes what was submitted.
pub(crate) fn figures(dossier: DossierId, frozen: &str) -> Outcome<BTreeMap<String, i64>> {
    let unreadable = |cause: serde_json::Error| Problem::Failed(format!("the snapshot of {dossier}: {cause}"));
    let frozen: Value = serde_json::from_str(frozen).map_err(unreadable)?;
    serde_json::from_value(frozen["derived"].clone()).map_err(unreadable)
}
