//! An import is taken back: its units while nothing was built on them, its answers where nobody has written since.

use std::collections::BTreeMap;

use dienhinh_domain::{
    access::Action,
    audit::Author,
    dossiers::{Dossier, Stage},
    ids::{DossierId, ImportId},
};
use dienhinh_storage::{
    Failure, Tx, dossiers,
    imports::{self as stored, Became, BuiltOn, WrittenAnswer},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    answers::{AT_ONCE, rewrite},
    take::{ImportError, end},
};
use crate::{access::actions::Overtaken, app::App, dossiers::case::Case, start::StartError, web::problem::Problem};

/// What was taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// Units that are gone again, or rows of dossiers that say again what they said before.
    pub restored: usize,
    /// Rows that stay as they are, since somebody wrote in them or handed the dossier in: unit and criterion.
    pub kept: Vec<(String, String)>,
}

/// Why an import was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// No such import.
    #[error("không có lần nhập {0} / there is no import {0}")]
    Missing(String),
    /// It was taken back before.
    #[error("lần nhập này đã được hoàn tác / this import was taken back before")]
    Already,
    /// Something was built on its units.
    #[error(
        "không hoàn tác được: {} hồ sơ hoặc quyết định và {} thay đổi về đơn vị dựa trên lần nhập này / cannot be taken back: \
         {} dossiers or decisions and {} changes of units build on it",
        .0.dossiers, .0.changes, .0.dossiers, .0.changes
    )]
    BuiltOn(BuiltOn),
    /// The place cannot be used, or the database does not do it.
    #[error(transparent)]
    Failed(#[from] ImportError),
}

impl From<Failure> for UndoError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.into())
    }
}

impl From<Problem> for UndoError {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem.into())
    }
}

impl From<StartError> for UndoError {
    fn from(error: StartError) -> Self {
        Self::Failed(error.into())
    }
}

impl Overtaken for UndoError {
    fn is_overtaken(&self) -> bool {
        matches!(self, Self::Failed(error) if error.is_overtaken())
    }
}

/// Takes an import back: the operator any, somebody else their own.
pub(super) async fn undo(app: &App, mut tx: Tx, id: ImportId, by: Author) -> Result<Undone, UndoError> {
    let import = stored::get(&mut tx, id).await?.filter(|import| by == Author::Operator || import.by == by);
    let import = import.ok_or_else(|| UndoError::Missing(id.to_string()))?;
    if import.undone_at.is_some() {
        return Err(UndoError::Already);
    }
    let at = app.now();
    let undone = match import.became {
        Became::Units => {
            let built_on = stored::built_on(&mut tx, id).await?;
            if built_on != BuiltOn::default() {
                return Err(UndoError::BuiltOn(built_on));
            }
            let gone = stored::remove_units(&mut tx, id).await?;
            Undone { restored: usize::try_from(gone).unwrap_or(usize::MAX), kept: Vec::new() }
        }
        Became::Answers => answers(app, &mut tx, (id, by)).await?,
    };
    if undone.restored == 0 {
        return Ok(undone);
    }
    // What is kept may be taken back later, when its dossier is open again.
    if undone.kept.is_empty() {
        stored::mark_undone(&mut tx, id, at).await?;
    }
    let detail = json!({
        "target": import.became.code(),
        "file_sha256": import.file_sha256,
        "restored": undone.restored,
        "kept": undone.kept.len(),
    });
    end(app, tx, (by, at), (Action::ImportsUndo, id.to_string(), &detail), &undone).await?;
    Ok(undone)
}

/// Answers that still say what the import wrote say again what they said before.
async fn answers(app: &App, tx: &mut Tx, (id, by): (ImportId, Author)) -> Result<Undone, UndoError> {
    let mut written: BTreeMap<DossierId, Vec<WrittenAnswer>> = BTreeMap::new();
    for answer in stored::answers(tx, id).await? {
        written.entry(answer.dossier).or_default().push(answer);
    }
    let found = dossiers::some(tx, written.keys().copied()).await?;
    let found: Vec<Dossier> = found.into_values().collect();
    let mut undone = Undone::default();
    for some in found.chunks(AT_ONCE) {
        for case in Case::many(app, tx, some.to_vec()).await? {
            let answers = written.remove(&case.dossier.id).unwrap_or_default();
            one(app, tx, (id, by), case, answers, &mut undone).await?;
        }
    }
    Ok(undone)
}

/// [`answers`] of one dossier.
async fn one(
    app: &App,
    tx: &mut Tx,
    (id, by): (ImportId, Author),
    mut case: Case,
    written: Vec<WrittenAnswer>,
    undone: &mut Undone,
) -> Result<(), UndoError> {
    let is_as_written = |answer: &WrittenAnswer| {
        let now = case.answer(&answer.criterion, Stage::SelfAssessed).map_or(0, |answer| answer.revision);
        now == answer.revision && case.dossier.may_answer(&answer.criterion, &case.returns).is_ok()
    };
    let (restored, kept): (Vec<_>, Vec<_>) = written.into_iter().partition(is_as_written);
    let name = case.unit.version.name.clone();
    undone.kept.extend(kept.into_iter().map(|answer| (name.clone(), answer.criterion)));
    if restored.is_empty() {
        return Ok(());
    }
    undone.restored += restored.len();
    let figures = restored.iter().map(|answer| (answer.criterion.clone(), answer.inputs_before.clone())).collect();
    let rewritten = rewrite(app, tx, &mut case, figures, (Action::ImportsUndo, id, (by, app.now()))).await?;
    for (answer, rewritten) in restored.iter().zip(rewritten) {
        stored::restored(tx, id, answer, rewritten.revision).await?;
    }
    Ok(())
}
