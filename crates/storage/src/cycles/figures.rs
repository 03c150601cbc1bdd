//! The figures of a cycle by area: where dossiers stand and how their criteria came out. They are kept with every change
//! in its transaction, so that an overview reads a few rows and counts nothing.
//!
//! An area is any unit that a dossier's unit lies in on the last day of the cycle, itself among them.

use std::collections::BTreeMap;

use dienhinh_domain::{
    dossiers::{Dossier, Mark, Standing, State},
    ids::{CycleId, DossierId, UnitId},
    units::UnitKind,
};
use sqlx::AssertSqlSafe;

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, insert_rows, one_of, parse, read, together},
    rows::stream,
};

/// The most criteria that a set can have for its figures to be counted anew.
const CRITERIA_MAX: usize = 1_000;

/// How many dossiers of one kind stand in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// In which area.
    pub area: UnitId,
    /// Kind of the units assessed.
    pub kind: UnitKind,
    /// Where they stand.
    pub state: State,
    /// How many dossiers.
    pub dossiers: i64,
    /// How many of them meet the rules of recognition; of those handed in only.
    pub fulfilling: i64,
}

/// How one criterion came out in the dossiers that were handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// In which area.
    pub area: UnitId,
    /// The place of the criterion in the set, from 0.
    pub criterion: usize,
    /// Dossiers in which it has an outcome.
    pub judged: i64,
    /// Those in which it is not met.
    pub unmet: i64,
    /// Those of them that have a plan.
    pub planned: i64,
}

/// The rows of a table of figures in some areas that have a figure above zero in a column, all those of an area as one
/// text: there are a thousand on a page, and a row of its own costs many times what is in it.
async fn packed(
    tx: &mut Tx,
    table: &'static str,
    columns: [&str; 4],
    counted: &str,
    cycle: CycleId,
    areas: &[UnitId],
) -> Result<Vec<(UnitId, String)>> {
    let sql = format!(
        "select area_id, string_agg({}, ',') from {table}
         where cycle_id = $1 and area_id {} and {counted} > 0 group by area_id",
        columns.join(" || ' ' || "),
        one_of(tx, "$2"),
    );
    let sql = AssertSqlSafe(sql.as_str());
    let rows: Vec<(String, String)> = fetch_all!(tx, (String, String), sql, cycle.to_string(), together(areas))?;
    rows.into_iter().map(|(area, figures)| Ok((parse(table, "area_id", &area)?, figures))).collect()
}

/// The rows in such a text; none in place of what is no row.
fn unpacked(figures: &str) -> impl Iterator<Item = Option<[&str; 4]>> {
    figures.split(',').map(|row| row.split(' ').collect::<Vec<_>>().try_into().ok())
}

/// The counts of a cycle in some areas, in no order.
pub async fn counts(tx: &mut Tx, cycle: CycleId, areas: &[UnitId]) -> Result<Vec<Count>> {
    const TABLE: &str = "cycle_counts";
    let mut counts = Vec::new();
    let columns = ["kind", "state", "dossiers", "fulfilling"];
    for (area, figures) in packed(tx, TABLE, columns, "dossiers", cycle, areas).await? {
        for row in unpacked(&figures) {
            let [kind, state, dossiers, fulfilling] = read(TABLE, "dossiers", &figures, row)?;
            counts.push(Count {
                area,
                kind: read(TABLE, "kind", kind, UnitKind::from_code(kind))?,
                state: read(TABLE, "state", state, State::from_code(state))?,
                dossiers: parse(TABLE, "dossiers", dossiers)?,
                fulfilling: parse(TABLE, "fulfilling", fulfilling)?,
            });
        }
    }
    Ok(counts)
}

/// How many dossiers each of some cycles has in an area; absent where there is none.
pub async fn totals(tx: &mut Tx, cycles: &[CycleId], areas: &[UnitId]) -> Result<BTreeMap<CycleId, i64>> {
    let sql = format!(
        "select cycle_id, dossiers from cycle_counts where cycle_id {} and area_id {}",
        one_of(tx, "$1"),
        one_of(tx, "$2"),
    );
    let rows: Vec<(String, i64)> =
        fetch_all!(tx, (String, i64), AssertSqlSafe(sql.as_str()), together(cycles), together(areas))?;
    let mut totals = BTreeMap::new();
    for (cycle, dossiers) in rows {
        *totals.entry(parse("cycle_counts", "cycle_id", &cycle)?).or_default() += dossiers;
    }
    Ok(totals)
}

/// How the criteria came out in some areas, in no order.
pub async fn marks(tx: &mut Tx, cycle: CycleId, areas: &[UnitId]) -> Result<Vec<Marks>> {
    const TABLE: &str = "cycle_marks";
    let mut marks = Vec::new();
    let columns = ["criterion", "judged", "unmet", "planned"];
    for (area, figures) in packed(tx, TABLE, columns, "judged", cycle, areas).await? {
        for row in unpacked(&figures) {
            let [criterion, judged, unmet, planned] = read(TABLE, "criterion", &figures, row)?;
            marks.push(Marks {
                area,
                criterion: parse(TABLE, "criterion", criterion)?,
                judged: parse(TABLE, "judged", judged)?,
                unmet: parse(TABLE, "unmet", unmet)?,
                planned: parse(TABLE, "planned", planned)?,
            });
        }
    }
    Ok(marks)
}

/// What a dossier added to the figures so far.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct Counted {
    state: String,
    marks: Option<String>,
    fulfils: i64,
}

/// What a dossier adds to the figures now; none where there is no such dossier.
pub(crate) async fn counted(tx: &mut Tx, dossier: DossierId) -> Result<Option<Counted>> {
    fetch_optional!(tx, Counted, "select state, marks, fulfils from dossiers where id = $1", dossier.to_string())
}

/// The dossiers with all they lie in, by a condition on `d`.
fn entering(condition: &str) -> String {
    format!(
        "insert into dossier_areas (dossier_id, area_id, cycle_id, kind, state, sort_key, submitted_at)
         with recursive up (dossier_id, area_id, cycle_id, kind, state, sort_key, submitted_at, assessed_until, parent_id,
           depth) as (
           select d.id, d.unit_id, d.cycle_id, v.kind, d.state, v.sort_key, coalesce(d.submitted_at, 0),
             c.assessed_until, v.parent_id, 0
           from dossiers d join cycles c on c.id = d.cycle_id join unit_versions v on v.unit_id = d.unit_id
             and v.valid_from < c.assessed_until and (v.valid_until is null or v.valid_until >= c.assessed_until)
           where {condition}
           union all
           select up.dossier_id, v.unit_id, up.cycle_id, up.kind, up.state, up.sort_key, up.submitted_at,
             up.assessed_until, v.parent_id, up.depth + 1
           from up join unit_versions v on v.unit_id = up.parent_id
             and v.valid_from < up.assessed_until and (v.valid_until is null or v.valid_until >= up.assessed_until)
           where up.depth < 12
         )
         select dossier_id, area_id, cycle_id, kind, state, sort_key, submitted_at from up"
    )
}

/// New dossiers, which were not handed in yet, come into the figures of their areas.
pub(crate) async fn enter(tx: &mut Tx, dossiers: &[DossierId]) -> Result<()> {
    let (ids, each) = (together(dossiers), one_of(tx, "$1"));
    let areas = entering(&format!("d.id {each}"));
    execute!(tx, AssertSqlSafe(areas.as_str()), &ids)?;
    let counts = format!(
        "insert into cycle_counts (cycle_id, area_id, kind, state, dossiers, fulfilling)
         select cycle_id, area_id, kind, state, count(*), 0 from dossier_areas where dossier_id {each}
         group by cycle_id, area_id, kind, state
         on conflict (cycle_id, area_id, kind, state) do update
           set dossiers = cycle_counts.dossiers + excluded.dossiers"
    );
    execute!(tx, AssertSqlSafe(counts.as_str()), &ids)?;
    Ok(())
}

/// A dossier that was written takes what it added before out of the figures of its areas, and adds what it adds now.
pub(crate) async fn moved(
    tx: &mut Tx,
    dossier: &Dossier,
    before: Option<Counted>,
    standing: Option<&Standing>,
) -> Result<()> {
    let Some(before) = before else { return Ok(()) };
    let id = dossier.id.to_string();
    execute!(
        tx,
        "update dossier_areas set state = $2, submitted_at = $3 where dossier_id = $1",
        &id,
        dossier.state.code(),
        dossier.submitted_at.map_or(0, jiff::Timestamp::as_microsecond),
    )?;
    execute!(
        tx,
        "update cycle_counts set dossiers = dossiers - 1, fulfilling = fulfilling - $3
         where state = $2
           and (cycle_id, area_id, kind) in (select cycle_id, area_id, kind from dossier_areas where dossier_id = $1)",
        &id,
        &before.state,
        before.fulfils,
    )?;
    execute!(
        tx,
        "insert into cycle_counts (cycle_id, area_id, kind, state, dossiers, fulfilling)
         select cycle_id, area_id, kind, state, 1, $2 from dossier_areas where dossier_id = $1
         on conflict (cycle_id, area_id, kind, state) do update
           set dossiers = cycle_counts.dossiers + 1, fulfilling = cycle_counts.fulfilling + excluded.fulfilling",
        &id,
        i64::from(standing.is_some_and(|standing| standing.fulfils)),
    )?;
    let earlier = match &before.marks {
        Some(letters) => Some(read("dossiers", "marks", letters, Standing::from_letters(letters, false))?),
        None => None,
    };
    differ(tx, dossier, earlier.as_ref(), standing).await
}

/// What one mark counts as: judged, unmet, planned.
fn worth(mark: Option<&Mark>) -> [i64; 3] {
    match mark {
        Some(Mark::Met) => [1, 0, 0],
        Some(Mark::Unmet) => [1, 1, 0],
        Some(Mark::Planned) => [1, 1, 1],
        Some(Mark::NoData) | None => [0, 0, 0],
    }
}

/// Writes the difference between the marks before and now to every area of a dossier.
async fn differ(tx: &mut Tx, dossier: &Dossier, before: Option<&Standing>, after: Option<&Standing>) -> Result<()> {
    let marks = |standing: Option<&Standing>| standing.map(|standing| standing.marks.clone()).unwrap_or_default();
    let (before, after) = (marks(before), marks(after));
    let mut changed = Vec::new();
    for place in 0..before.len().max(after.len()) {
        let (old, new) = (worth(before.get(place)), worth(after.get(place)));
        if old != new {
            let place = i64::try_from(place).unwrap_or(i64::MAX);
            changed.push((place, new[0] - old[0], new[1] - old[1], new[2] - old[2]));
        }
    }
    if changed.is_empty() {
        return Ok(());
    }
    let areas: Vec<(String,)> = fetch_all!(
        tx,
        (String,),
        "select area_id from dossier_areas where dossier_id = $1 order by area_id",
        dossier.id.to_string(),
    )?;
    let rows: Vec<_> = areas.iter().flat_map(|(area,)| changed.iter().map(move |change| (area, *change))).collect();
    if rows.is_empty() {
        return Ok(());
    }
    insert_rows!(
        tx,
        "insert into cycle_marks (cycle_id, area_id, criterion, judged, unmet, planned) ",
        &rows,
        |row, change: &(&String, (i64, i64, i64, i64))| {
            let (area, (place, judged, unmet, planned)) = change;
            row.push_bind(dossier.cycle.to_string());
            row.push_bind((*area).clone());
            row.push_bind(*place);
            row.push_bind(*judged);
            row.push_bind(*unmet);
            row.push_bind(*planned);
        },
        " on conflict (cycle_id, area_id, criterion) do update
            set judged = cycle_marks.judged + excluded.judged, unmet = cycle_marks.unmet + excluded.unmet,
                planned = cycle_marks.planned + excluded.planned",
    )?;
    Ok(())
}

/// Where dossiers stand, counted from the dossiers themselves.
const COUNTED: &str = "select a.cycle_id, a.area_id, a.kind, d.state, count(*) as dossiers,
       count(case when d.fulfils = 1 then 1 end) as fulfilling
     from dossier_areas a join dossiers d on d.id = a.dossier_id
     group by a.cycle_id, a.area_id, a.kind, d.state";

/// The figures of an area lie together: they are read together.
const TOGETHER: &str = "order by 1, 2";

/// How criteria came out, counted from the dossiers themselves.
fn marked() -> String {
    format!(
        "with recursive place (n) as (select 0 union all select n + 1 from place where n < {CRITERIA_MAX})
         select a.cycle_id, a.area_id, p.n as criterion,
           count(case when substr(d.marks, p.n + 1, 1) <> 'n' then 1 end) as judged,
           count(case when substr(d.marks, p.n + 1, 1) in ('u', 'p') then 1 end) as unmet,
           count(case when substr(d.marks, p.n + 1, 1) = 'p' then 1 end) as planned
         from dossiers d join dossier_areas a on a.dossier_id = d.id join place p on p.n < length(d.marks)
         group by a.cycle_id, a.area_id, p.n"
    )
}

/// Makes all figures anew from the dossiers. Takes as long as it takes, and belongs into a transaction
/// [without limits](crate::Db::write_long).
pub async fn recount(tx: &mut Tx) -> Result<()> {
    for table in ["cycle_marks", "cycle_counts", "dossier_areas"] {
        execute!(tx, AssertSqlSafe(format!("delete from {table}")))?;
    }
    execute!(tx, AssertSqlSafe(entering("d.id is not null")))?;
    execute!(
        tx,
        AssertSqlSafe(format!(
            "insert into cycle_counts (cycle_id, area_id, kind, state, dossiers, fulfilling) {COUNTED} {TOGETHER}"
        ))
    )?;
    let marked = marked();
    execute!(
        tx,
        AssertSqlSafe(format!(
            "insert into cycle_marks (cycle_id, area_id, criterion, judged, unmet, planned) {marked} {TOGETHER}"
        ))
    )?;
    Ok(())
}

/// Which figures are not what a count of the dossiers gives, at most `limit` of them: cycle and area. Reads whole
/// tables, so it belongs into a [snapshot](crate::Db::snapshot).
pub async fn wrong(tx: &mut Tx, limit: i64) -> Result<Vec<(String, String)>> {
    let marked = marked();
    let counts = format!(
        "select cycle_id, area_id from (
           select cycle_id, area_id, kind, state, dossiers, fulfilling from cycle_counts
           union all
           select cycle_id, area_id, kind, state, -dossiers, -fulfilling from ({COUNTED}) counted
         ) both_ways
         group by cycle_id, area_id, kind, state having sum(dossiers) <> 0 or sum(fulfilling) <> 0
         order by cycle_id, area_id limit {limit}"
    );
    let marks = format!(
        "select cycle_id, area_id from (
           select cycle_id, area_id, criterion, judged, unmet, planned from cycle_marks
           union all
           select cycle_id, area_id, criterion, -judged, -unmet, -planned from ({marked}) counted
         ) both_ways
         group by cycle_id, area_id, criterion having sum(judged) <> 0 or sum(unmet) <> 0 or sum(planned) <> 0
         order by cycle_id, area_id limit {limit}"
    );
    let mut wrong = Vec::new();
    for sql in [counts, marks] {
        let mut found = stream(tx, sql, vec![false, false]);
        while let Some(row) = found.next().await? {
            let text = |place: usize| row.get(place).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            wrong.push((text(0), text(1)));
        }
    }
    Ok(wrong)
}
