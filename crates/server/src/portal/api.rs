//! Certificates as JSON: what a program needs to compare a paper with the register.

use axum::{
    Json,
    extract::{Path, State},
};
use dienhinh_domain::recognition::Ruled;
use serde_json::{Value, json};

use super::pages::Title;
use crate::{
    api::{text, unit},
    app::App,
    web::problem::{Outcome, Problem},
};

fn ruled(ruled: &Ruled) -> Value {
    json!({
        "measure": ruled.ruling.measure.code(),
        "effective_on": ruled.ruling.effective_on.to_string(),
        "reason": ruled.ruling.reason,
        "decision": {
            "id": ruled.decision.to_string(),
            "notation": ruled.notation,
            "signed_on": ruled.signed_on.to_string(),
        },
    })
}

/// `GET /api/v1/certificates/{code}`: what was given to whom, how it stands (`in_force`, `suspended`, `revoked`), and
/// what was ruled on it, the earliest first.
pub(crate) async fn certificate(State(app): State<App>, Path(code): Path<String>) -> Outcome<Json<Value>> {
    let title = Title::by_code(&app, &code).await?.ok_or(Problem::Missing("certificate"))?;
    let (decision, set) = (&title.decision, &title.loaded.set);
    Ok(Json(json!({
        "code": title.code(),
        "status": title.status().code(),
        "rulings": title.rulings.iter().map(ruled).collect::<Vec<_>>(),
        "unit": unit(&title.unit.version),
        "place": title.unit.place(),
        "title": text(set.award(title.unit.version.kind)),
        "year": title.cycle.year,
        "programme": title.cycle.programme,
        "set": { "code": set.code, "version": set.version },
        "decision": {
            "id": decision.id.to_string(),
            "notation": decision.notation(),
            "signed_on": decision.draft.signed_on.to_string(),
            "issuer": decision.draft.issuer,
        },
        "judged_sha256": title.item.judged_sha256,
    })))
}
