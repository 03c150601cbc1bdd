//! Appeals as JSON, inside their dossier.

use dienhinh_domain::appeals::Appeal;
use serde_json::{Value, json};

/// One appeal. `due_on` is the day by which it is to be answered.
pub(crate) fn appeal(appeal: &Appeal) -> Value {
    json!({
        "id": appeal.id.to_string(),
        "state": appeal.state.code(),
        "decision": appeal.decision.to_string(),
        "round": appeal.round,
        "filed_on": appeal.filed_on.to_string(),
        "due_on": appeal.due_on().to_string(),
        "ended_on": appeal.ended_on.map(|day| day.to_string()),
        "grounds": appeal.grounds,
        "answer": appeal.answer,
    })
}
