//! What a form showed when it was opened, as a short tag that comes back with it: nobody writes over what they have
//! not seen. The sheet's own rows count revisions instead.

use dienhinh_domain::{Refused, audit::sha256, dossiers::Stage};
use serde_json::{Value, json};

use super::case::Case;

/// Hex digits of a tag: two versions of one row that share it by chance are not to be expected.
const TAG_CHARS: usize = 16;

/// The plan of a criterion.
pub(crate) fn plan(case: &Case, criterion: &str) -> String {
    let plan = case
        .plan_of(criterion)
        .map(|plan| json!([plan.cause.code(), plan.action, plan.owner, plan.due_on.to_string()]));
    tag(&json!(plan))
}

/// What the appraisers said of a row.
pub(crate) fn appraisal(case: &Case, criterion: &str) -> String {
    let answer = case.answer(criterion, Stage::Appraised).map(|answer| json!([answer.inputs, answer.note]));
    tag(&json!([answer, case.marked_return(criterion).map(|row| &row.reason)]))
}

fn tag(value: &Value) -> String {
    sha256(value.to_string().as_bytes()).chars().take(TAG_CHARS).collect()
}

/// Refused with `code`: somebody wrote since. A form that does not say what it showed takes what is stored.
pub(crate) fn unchanged(seen: Option<&str>, stored: &str, code: &'static str) -> Result<(), Refused> {
    match seen {
        Some(seen) if seen != stored => Err(Refused::new(code)),
        _ => Ok(()),
    }
}
