//! Reforms, by the operator: a plan is looked through and shown, carried out as a whole, and taken back while nothing was
//! built on it.

use std::sync::Arc;

use dienhinh_domain::{
    access::Action,
    audit::Change,
    ids::{ReformId, UnitId},
    units::{
        reform::{self as rules, Altered, Gain, Outline, Plan, Side},
        register::{File, Problem as Wrong},
        succession::Succession,
    },
};
use dienhinh_storage::{
    Db, Failure,
    units::reforms::{self as stored, BuiltOn, Touched},
};
use jiff::civil::Date;
use serde_json::{Value, json};

pub use dienhinh_storage::units::reforms::Reform;

use super::{crosswalk::share_json, import::rows};
use crate::{
    access::actions::{DoneByOperator, conclude_for_operator},
    app::{SystemChance, SystemClock, beside, new_id},
    start::{Installation, StartError},
    web::problem::Outcome,
};

/// A plan and the event it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct ReformPlan<'a> {
    /// From which day on it holds.
    pub on: Date,
    /// The legal document.
    pub basis: &'a str,
    /// The rows, CSV in UTF-8; [`plan_as_csv`](super::reform_plan::plan_as_csv) makes it of a spreadsheet.
    pub rows: &'a [u8],
}

/// What a plan does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    /// Units that come into being.
    pub created: usize,
    /// Units that end.
    pub ended: usize,
    /// Units that go on as something else, or below another one.
    pub changed: usize,
    /// Residential areas and bodies that go on below another unit.
    pub moved: usize,
    /// Successions.
    pub successions: usize,
    /// What belongs to units that end.
    pub touched: Touched,
}

/// Why a reform was not carried out or taken back.
#[derive(Debug, thiserror::Error)]
pub enum ReformError {
    /// Everything that is wrong in the plan.
    #[error("phương án không được nhận / the plan is not taken")]
    Wrong(Vec<Wrong>),
    /// Dossiers of cycles that assess days after it: it is not said yet which unit those assess.
    #[error(
        "{0} hồ sơ trong các đơn vị này thuộc kỳ đánh giá có ngày sau ngày sắp xếp; hiện chưa thực hiện được khi đã mở kỳ đó / {0} \
         dossiers in these units belong to cycles that assess days after the reform; once such a cycle is open it cannot be \
         carried out yet"
    )]
    Straddles(i64),
    /// No such reform.
    #[error("không có lần sắp xếp {0} / there is no reform {0}")]
    Missing(String),
    /// It was taken back before.
    #[error("lần sắp xếp này đã được hoàn tác / this reform was taken back before")]
    Undone,
    /// Another one was carried out after it.
    #[error("hoàn tác lần sắp xếp {0} trước: lần đó thực hiện sau / take back {0} first: it was carried out later")]
    NotTheLast(ReformId),
    /// Something was built on it.
    #[error(
        "không hoàn tác được: {} hồ sơ hoặc quyết định và {} thay đổi về đơn vị dựa trên lần sắp xếp này / cannot be taken \
         back: {} dossiers or decisions and {} changes of units build on it",
        .0.dossiers, .0.changes, .0.dossiers, .0.changes
    )]
    BuiltOn(BuiltOn),
    /// The document has no name.
    #[error("thiếu văn bản pháp lý (--basis) / the legal document is missing (--basis)")]
    NoBasis,
    /// The place cannot be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database does not do it.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// What a plan would do; nothing is written.
pub async fn preview_reform(installation: &Installation, wanted: ReformPlan<'_>) -> Result<Preview, ReformError> {
    let db = installation.open_database().await?;
    let previewed = async {
        let mut tx = db.snapshot().await?;
        let eve = stored::eve(&mut tx, wanted.on).await?;
        let plan = planned(wanted, &eve)?;
        let touched = stored::touched(&mut tx, &plan, wanted.on).await?;
        Ok(preview(&plan, &eve, touched))
    }
    .await;
    db.close().await;
    previewed
}

/// What a plan would do, in numbers and unit by unit. What takes long is done beside the requests of others, without a
/// transaction.
pub(super) async fn look_through(
    db: &Db,
    on: Date,
    basis: String,
    rows: Vec<u8>,
) -> Outcome<Result<(Preview, Outline), ReformError>> {
    let eve = stored::eve(&mut db.read().await?, on).await?;
    let worked = beside(move || {
        let plan = planned(ReformPlan { on, basis: &basis, rows: &rows }, &eve)?;
        let outline = Outline::of(&plan, &eve);
        Ok((plan, eve, outline))
    });
    let (plan, eve, outline) = match worked.await? {
        Ok(worked) => worked,
        Err(error) => return Ok(Err(error)),
    };
    let touched = stored::touched(&mut db.read().await?, &plan, on).await?;
    Ok(Ok((preview(&plan, &eve, touched), outline)))
}

/// Carries a plan out, all of it or nothing, and gives the identity of the reform.
pub async fn carry_out_reform(
    installation: &Installation,
    wanted: ReformPlan<'_>,
) -> Result<(ReformId, Preview), ReformError> {
    let db = installation.open_database().await?;
    let done = carry_out(installation, &db, wanted).await;
    db.close().await;
    done
}

async fn carry_out(
    installation: &Installation,
    db: &Db,
    wanted: ReformPlan<'_>,
) -> Result<(ReformId, Preview), ReformError> {
    let (keys, at) = installation.signing_now(db, Arc::new(SystemClock)).await?;
    let mut tx = db.write_long().await?;
    let eve = stored::eve(&mut tx, wanted.on).await?;
    let plan = planned(wanted, &eve)?;
    let preview = preview(&plan, &eve, stored::touched(&mut tx, &plan, wanted.on).await?);
    if preview.touched.straddling > 0 {
        return Err(ReformError::Straddles(preview.touched.straddling));
    }
    let id = ReformId::new(new_id(&SystemChance, at));
    let created: Vec<UnitId> = plan.created.iter().map(|_| UnitId::new(new_id(&SystemChance, at))).collect();
    let reform = Reform { id, on: wanted.on, basis: wanted.basis.to_owned(), applied_at: at, undone_at: None };
    let rows = String::from_utf8_lossy(wanted.rows);
    stored::apply(&mut tx, &reform, (&plan, &rows), &created, &eve).await?;
    let detail = json!({
        "effective_on": wanted.on.to_string(),
        "legal_basis": wanted.basis,
        "created": preview.created,
        "ended": preview.ended,
        "changed": preview.changed,
        "moved": preview.moved,
    });
    let (action, change) = (Action::UnitsReform, Change::salted("", None, None));
    let done = DoneByOperator { at, action, subject: id.to_string(), detail: &detail, change };
    conclude_for_operator(tx, &keys.signing, done).await?;
    Ok((id, preview))
}

fn planned(wanted: ReformPlan<'_>, eve: &rules::Eve) -> Result<Plan, ReformError> {
    if wanted.basis.trim().is_empty() {
        return Err(ReformError::NoBasis);
    }
    let mut wrong = Vec::new();
    let rows = rows(File::Plan, wanted.rows, |line, cell, wrong| rules::row(line, cell, wrong), &mut wrong);
    if !wrong.is_empty() {
        return Err(ReformError::Wrong(wrong));
    }
    rules::plan(&rows, wanted.on, wanted.basis, eve).map_err(ReformError::Wrong)
}

fn preview(plan: &Plan, eve: &rules::Eve, touched: Touched) -> Preview {
    Preview {
        created: plan.created.len(),
        ended: plan.ended.len(),
        changed: plan.changed.len(),
        moved: plan.heirs.keys().filter_map(|unit| eve.below.get(unit)).sum(),
        successions: plan.successions.len(),
        touched,
    }
}

/// Takes a reform back: the units are again exactly what they were.
pub async fn undo_reform(installation: &Installation, id: ReformId) -> Result<(), ReformError> {
    let db = installation.open_database().await?;
    let undone = undo(installation, &db, id).await;
    db.close().await;
    undone
}

async fn undo(installation: &Installation, db: &Db, id: ReformId) -> Result<(), ReformError> {
    let (keys, at) = installation.signing_now(db, Arc::new(SystemClock)).await?;
    let mut tx = db.write_long().await?;
    let all = stored::all(&mut tx).await?;
    let reform = all.iter().find(|reform| reform.id == id).ok_or_else(|| ReformError::Missing(id.to_string()))?;
    if reform.undone_at.is_some() {
        return Err(ReformError::Undone);
    }
    // What it opens again may stand where a later one put something else.
    if let Some(last) = all.iter().find(|other| other.undone_at.is_none()).filter(|last| last.id != id) {
        return Err(ReformError::NotTheLast(last.id));
    }
    let built_on = stored::built_on(&mut tx, id).await?;
    if built_on != BuiltOn::default() {
        return Err(ReformError::BuiltOn(built_on));
    }
    stored::undo(&mut tx, id, at).await?;
    let detail = json!({ "effective_on": reform.on.to_string(), "legal_basis": reform.basis });
    let (action, change) = (Action::UnitsReformUndo, Change::salted("", None, None));
    let done = DoneByOperator { at, action, subject: id.to_string(), detail: &detail, change };
    Ok(conclude_for_operator(tx, &keys.signing, done).await?)
}

/// Every reform, the latest carried out first.
pub async fn reforms(installation: &Installation) -> Result<Vec<Reform>, ReformError> {
    let db = installation.open_database().await?;
    let found = async { Ok(stored::all(&mut db.snapshot().await?).await?) }.await;
    db.close().await;
    found
}

/// A reform with its outline as JSON.
pub(super) fn one_json(reform: &Reform, outline: &Outline, moved: i64) -> Value {
    let mut value = reform_json(reform);
    let side = |side: &Side| json!({ "id": side.unit.map(|unit| unit.to_string()), "code": side.code, "full_name": side.name });
    let gave = |(from, succession): &(Side, Succession)| {
        let mut value = share_json(succession);
        value["unit"] = side(from);
        value
    };
    let gain = |gain: &Gain| json!({ "unit": side(&gain.unit), "created": gain.is_new, "from": gain.from.iter().map(gave).collect::<Vec<_>>() });
    let change = |change: &Altered| {
        let [before, after] = &change.above;
        let [kind_before, kind_after] = change.kinds;
        json!({
            "before": side(&change.before),
            "after": side(&change.after),
            "kind_before": kind_before.code(),
            "kind_after": kind_after.code(),
            "above_before": before.as_ref().map(side),
            "above_after": after.as_ref().map(side),
        })
    };
    value["created"] = outline.created().into();
    value["ended"] = outline.ended.into();
    value["moved"] = moved.into();
    value["gains"] = outline.gains.iter().map(gain).collect();
    value["changes"] = outline.changes.iter().map(change).collect();
    value["ends"] = outline.ends.iter().map(side).collect();
    value
}

/// A reform as JSON.
pub fn reform_json(reform: &Reform) -> Value {
    json!({
        "id": reform.id.to_string(),
        "effective_on": reform.on.to_string(),
        "legal_basis": reform.basis,
        "applied_at": reform.applied_at.to_string(),
        "undone_at": reform.undone_at.map(|at| at.to_string()),
    })
}
