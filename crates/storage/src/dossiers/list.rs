//! Lists of dossiers in one area, whatever its size: a page is one stretch of an index, found by the key of the row before
//! it, so that the thousandth page costs what the first one does.

use std::collections::BTreeMap;

use dienhinh_domain::{
    cycles::Cycle,
    dossiers::{Dossier, Stage, Standing, State},
    ids::{CycleId, DossierId, UnitId},
    units::UnitKind,
};
use sqlx::AssertSqlSafe;

use super::{AnswerRow, Answers, DossierRow};
use crate::{
    Result, Tx,
    dialect::{fetch_all, fetch_optional, instant, parse, parse_optional, read},
};

/// In which order a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By the name of the unit, in reading order.
    #[default]
    Name,
    /// Latest submission first; never submitted last.
    Submitted,
}

/// Which dossiers, and in which order.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Whose unit lies in this one, or is it, on the last day of the cycle.
    pub area: UnitId,
    /// Of this cycle.
    pub cycle: &'a Cycle,
    /// That stand there; in any state when absent.
    pub state: Option<State>,
    /// How they are ordered.
    pub sort: Sort,
}

/// A dossier in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its identity.
    pub dossier: DossierId,
    /// Its unit.
    pub unit: UnitId,
    /// The name of the unit on the last day of the cycle.
    pub name: String,
    /// The kind of the unit.
    pub kind: UnitKind,
    /// Where the dossier stands.
    pub state: State,
    /// When it was registered.
    pub registered_on: Option<jiff::civil::Date>,
    /// When it was submitted last.
    pub submitted_at: Option<jiff::Timestamp>,
    /// How it came out; only of one that is handed in.
    pub standing: Option<Standing>,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    dossier_id: String,
    unit_id: String,
    name: String,
    kind: String,
    state: String,
    registered_on: Option<String>,
    submitted_at: Option<i64>,
    marks: Option<String>,
    fulfils: i64,
}

impl ListedRow {
    fn read(self) -> Result<Listed> {
        const TABLE: &str = "dossiers";
        let standing = match &self.marks {
            Some(marks) => Some(read(TABLE, "marks", marks, Standing::from_letters(marks, self.fulfils != 0))?),
            None => None,
        };
        Ok(Listed {
            dossier: parse(TABLE, "id", &self.dossier_id)?,
            unit: parse(TABLE, "unit_id", &self.unit_id)?,
            name: self.name,
            kind: read("dossier_areas", "kind", &self.kind, UnitKind::from_code(&self.kind))?,
            state: read(TABLE, "state", &self.state, State::from_code(&self.state))?,
            registered_on: parse_optional(TABLE, "registered_on", self.registered_on.as_deref())?,
            submitted_at: self.submitted_at.map(|at| instant(TABLE, "submitted_at", at)).transpose()?,
            standing,
        })
    }
}

/// At most `limit` dossiers that come after one, or from the first on. None after a dossier that does not lie in the
/// area.
pub async fn page(tx: &mut Tx, wanted: Wanted<'_>, after: Option<DossierId>, limit: i64) -> Result<Vec<Listed>> {
    let Wanted { area, cycle, state, sort } = wanted;
    let (area, id, as_of) = (area.to_string(), cycle.id.to_string(), cycle.last_day().to_string());
    let Some((key, submitted_at, dossier)) = place(tx, &area, sort, after).await? else { return Ok(Vec::new()) };
    let sql = page_sql(sort, state);
    let sql = AssertSqlSafe(sql.as_str());
    let rows = match (sort, state.map(State::code)) {
        (Sort::Name, None) => fetch_all!(tx, ListedRow, sql, &area, &id, &as_of, limit, &dossier, &key),
        (Sort::Name, Some(state)) => fetch_all!(tx, ListedRow, sql, &area, &id, &as_of, limit, &dossier, &key, state),
        (Sort::Submitted, None) => fetch_all!(tx, ListedRow, sql, &area, &id, &as_of, limit, &dossier, submitted_at),
        (Sort::Submitted, Some(state)) => {
            fetch_all!(tx, ListedRow, sql, &area, &id, &as_of, limit, &dossier, submitted_at, state)
        }
    }?;
    rows.into_iter().map(ListedRow::read).collect()
}

/// Where a page begins: sort key, submission and dossier of the row before it. Before the first row there is one that
/// comes before all. None for a dossier that does not lie in the area.
async fn place(tx: &mut Tx, area: &str, sort: Sort, after: Option<DossierId>) -> Result<Option<(String, i64, String)>> {
    match (after, sort) {
        (None, Sort::Name) => Ok(Some(Default::default())),
        (None, Sort::Submitted) => Ok(Some((String::new(), i64::MAX, String::new()))),
        (Some(after), _) => fetch_optional!(
            tx,
            (String, i64, String),
            "select sort_key, submitted_at, dossier_id from dossier_areas where dossier_id = $1 and area_id = $2",
            after.to_string(),
            area,
        ),
    }
}

/// The page is cut out of the index first, so that only its own rows are looked up.
fn page_sql(sort: Sort, state: Option<State>) -> String {
    let (after, order, then) = match sort {
        Sort::Name => {
            ("(a.sort_key, a.dossier_id) > ($6, $5)", "a.sort_key, a.dossier_id", "page.sort_key, page.dossier_id")
        }
        Sort::Submitted => (
            "(a.submitted_at, a.dossier_id) < ($6, $5)",
            "a.submitted_at desc, a.dossier_id desc",
            "page.submitted_at desc, page.dossier_id desc",
        ),
    };
    let of_state = if state.is_some() { " and a.state = $7" } else { "" };
    format!(
        "with page as (
           select a.dossier_id, a.sort_key, a.submitted_at, a.kind from dossier_areas a
           where a.area_id = $1 and a.cycle_id = $2{of_state} and {after}
           order by {order} limit $4
         )
         select page.dossier_id, d.unit_id, v.name, page.kind, d.state, d.registered_on, d.submitted_at, d.marks, d.fulfils
         from page join dossiers d on d.id = page.dossier_id join unit_versions v on v.unit_id = d.unit_id
           and v.valid_from <= $3 and (v.valid_until is null or v.valid_until > $3)
         order by {then}"
    )
}

/// At most `limit` dossiers of a cycle that stand in one state in an area, latest submission first.
pub async fn in_state(tx: &mut Tx, area: UnitId, cycle: CycleId, state: State, limit: i64) -> Result<Vec<Dossier>> {
    let rows = fetch_all!(
        tx,
        DossierRow,
        "with page as (
           select dossier_id, submitted_at from dossier_areas
           where area_id = $1 and cycle_id = $2 and state = $3 order by submitted_at desc, dossier_id desc limit $4
         )
         select d.id, d.unit_id, d.cycle_id, d.state, d.round, d.registered_on, d.submitted_at, d.frozen_sha256
         from page join dossiers d on d.id = page.dossier_id
         order by page.submitted_at desc, page.dossier_id desc",
        area.to_string(),
        cycle.to_string(),
        state.code(),
        limit,
    )?;
    rows.into_iter().map(DossierRow::read).collect()
}

/// Every dossier of a cycle in an area, in reading order of the units. For areas that a page shows whole.
pub async fn all_of(tx: &mut Tx, area: UnitId, cycle: CycleId) -> Result<Vec<Dossier>> {
    let rows = fetch_all!(
        tx,
        DossierRow,
        "select d.id, d.unit_id, d.cycle_id, d.state, d.round, d.registered_on, d.submitted_at, d.frozen_sha256
         from dossier_areas a join dossiers d on d.id = a.dossier_id
         where a.area_id = $1 and a.cycle_id = $2 order by a.sort_key, a.dossier_id",
        area.to_string(),
        cycle.to_string(),
    )?;
    rows.into_iter().map(DossierRow::read).collect()
}

/// One column of every dossier of a cycle in an area, by dossier and criterion.
pub async fn answers_of(
    tx: &mut Tx,
    area: UnitId,
    cycle: CycleId,
    stage: Stage,
) -> Result<BTreeMap<DossierId, Answers>> {
    let rows = fetch_all!(
        tx,
        AnswerRow,
        "select a.dossier_id, a.criterion, a.stage, a.inputs, a.note, a.revision, a.at
         from dossier_areas p join dossier_answers a on a.dossier_id = p.dossier_id
         where p.area_id = $1 and p.cycle_id = $2 and a.stage = $3",
        area.to_string(),
        cycle.to_string(),
        stage.code(),
    )?;
    super::by_dossier(rows)
}
