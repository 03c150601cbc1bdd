//! Criteria are answered by the unit: figures, explanation, reply to a return.

use std::collections::BTreeMap;

use dienhinh_domain::{
    Refused,
    access::{Action, Actor},
    dossiers::{Answer, Return, Stage, written_note},
    ids::DossierId,
    programmes::{Criterion, From, InputKind},
    text,
};
use dienhinh_engine::plan::VALUE_MAX;
use dienhinh_storage::{Tx, dossiers};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    access::actions::permit,
    app::App,
    dossiers::{
        case::Case,
        version::{Left, conclude_on},
    },
    web::problem::Outcome,
};

/// What a person typed into one row, as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed {
    /// By input key. A key that is absent was not on the form and stays as it is; an empty text means
    /// "no data".
    pub(crate) inputs: BTreeMap<String, String>,
    /// The explanation, when it was on the form.
    pub(crate) note: Option<String>,
    /// The reply to the reason of a return, when it was on the form.
    pub(crate) reply: Option<String>,
    /// The revision the form was built on; none takes the one in force.
    pub(crate) built_on: Option<i64>,
}

/// How a row stands after it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Answered {
    /// Written, with the new revision.
    Saved(i64),
    /// The form said what was there already.
    Unchanged(i64),
    /// Somebody else wrote it since; theirs is in force.
    Conflict,
    /// The rules say no to this row; nothing of it was written.
    Refused {
        /// The input that was wrong; none when it is the row as a whole.
        input: Option<String>,
        /// Why.
        refused: Refused,
    },
}

/// Writes what a form says of rows, each by itself: one that is refused or was changed by somebody else does not hold up
/// the others. Refused as a whole without the permission; missing: a criterion the set does not have.
pub(crate) async fn answer(
    app: &App,
    actor: Actor,
    id: DossierId,
    form: impl Fn(&Case) -> Outcome<BTreeMap<String, Typed>>,
) -> Outcome<Left<BTreeMap<String, Answered>>> {
    let form = &form;
    app.act(actor, |mut tx| async move {
        let case = Case::load(app, &mut tx, id).await?;
        permit(actor, Action::DossiersAnswer, &case.unit)?;
        let rows = form(&case)?;
        let mut answered = BTreeMap::new();
        let mut written = Vec::new();
        for (criterion, typed) in &rows {
            let result = answer_row(app, &mut tx, &case, criterion, typed).await?;
            if let Answered::Saved(revision) = result {
                written.push(json!({ "criterion": criterion, "revision": revision }));
            }
            answered.insert(criterion.clone(), result);
        }
        if written.is_empty() {
            return Ok(Left::unchanged(case, answered));
        }
        let detail = json!({ "rows": written });
        conclude_on(app, tx, actor, Action::DossiersAnswer, case, &detail, answered).await
    })
    .await
}

async fn answer_row(app: &App, tx: &mut Tx, case: &Case, criterion: &str, typed: &Typed) -> Outcome<Answered> {
    let row = case.criterion(criterion)?;
    if let Err(refused) = case.dossier.may_answer(criterion, &case.returns) {
        return Ok(Answered::Refused { input: None, refused });
    }
    let before = case.answer(criterion, Stage::SelfAssessed).cloned();
    let revision = before.as_ref().map_or(0, |answer| answer.revision);
    let (after, reply) = match (merged(row, before.as_ref(), typed, app.now()), replied(case, criterion, typed)) {
        (Ok(after), Ok(reply)) => (after, reply),
        (Err((input, refused)), _) => return Ok(Answered::Refused { input, refused }),
        (_, Err(refused)) => return Ok(Answered::Refused { input: Some(format!("{criterion}.reply")), refused }),
    };
    let same = before.as_ref().is_some_and(|old| old.inputs == after.inputs && old.note == after.note)
        || (before.is_none() && after.inputs.is_empty() && after.note.is_empty());
    if same && reply.is_none() {
        return Ok(Answered::Unchanged(revision));
    }
    let saved = if same {
        Some(revision)
    } else {
        let built_on = typed.built_on.unwrap_or(revision);
        dossiers::save_answer(tx, case.dossier.id, criterion, Stage::SelfAssessed, &after, built_on).await?
    };
    let Some(saved) = saved else { return Ok(Answered::Conflict) };
    if let Some(reply) = &reply {
        dossiers::save_return(tx, case.dossier.id, reply).await?;
    }
    Ok(Answered::Saved(saved))
}

/// Why a typed value is refused, with the input it belongs to.
type Wrong = (Option<String>, Refused);

/// The answer after what was typed is laid over what was there.
fn merged(row: &Criterion, before: Option<&Answer>, typed: &Typed, at: jiff::Timestamp) -> Result<Answer, Wrong> {
    let mut answer = before.cloned().unwrap_or_default();
    answer.at = at;
    for (key, value) in &typed.inputs {
        match read_value(row, key, value).map_err(|refused| (Some(key.clone()), refused))? {
            Some(value) => answer.inputs.insert(key.clone(), value),
            None => answer.inputs.remove(key),
        };
    }
    if let Some(note) = &typed.note {
        answer.note = written_note(note).map_err(|refused| (Some(format!("{}.note", row.id)), refused))?;
    }
    Ok(answer)
}

/// One value as typed: a judgement is 1 or 0, a count is a whole number that is not negative.
pub(super) fn read_value(row: &Criterion, key: &str, value: &str) -> Result<Option<i64>, Refused> {
    let input = row.inputs.iter().find(|input| input.key == key && input.from == From::Entered);
    let Some(input) = input else { return Err(Refused::new("dossiers.unknown_input").with("input", key)) };
    if value.trim().is_empty() {
        return Ok(None);
    }
    let read = match input.kind {
        InputKind::Judgement => match value.trim() {
            "1" => Some(1),
            "0" => Some(0),
            _ => None,
        },
        InputKind::Count => text::parse_count(value).filter(|count| (0..=VALUE_MAX).contains(count)),
    };
    match read {
        Some(value) => Ok(Some(value)),
        None => Err(Refused::new("dossiers.not_a_count").with("input", &input.label.vi).with("value", value)),
    }
}

/// The return of this round with the reply written into it, when the form replied anew.
fn replied(case: &Case, criterion: &str, typed: &Typed) -> Result<Option<Return>, Refused> {
    let Some(reply) = &typed.reply else { return Ok(None) };
    let reply = written_note(reply)?;
    let open = case.open_return(criterion);
    Ok(open.filter(|row| row.reply != reply).map(|row| Return { reply, ..row.clone() }))
}
