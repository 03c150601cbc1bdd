//! Reforms: what they wrote is marked with their identity, so that exactly that can be taken back.
//!
//! Whether a plan makes sense is decided before it comes here.

use std::collections::{BTreeMap, BTreeSet};

use dienhinh_domain::{
    calendar::Period,
    dossiers::State,
    ids::{CycleId, ReformId, UnitId},
    text,
    units::{
        Level, UnitKind, UnitVersion,
        reform::{Altered, Eve, Face, Gain, Outline, Place, Plan, Side},
        succession::Succession,
    },
};
use jiff::{Timestamp, civil::Date};

use super::{
    VersionRow,
    history::{self, Named},
    insert, insert_tails,
    register::words,
};
use crate::{
    Failure, Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, instant, one_of, parse, parse_optional, read, together},
};

const TABLE: &str = "reforms";

/// A reform that was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reform {
    /// Its identity.
    pub id: ReformId,
    /// From which day on it holds.
    pub on: Date,
    /// The legal document.
    pub basis: String,
    /// When it was carried out here.
    pub applied_at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

/// The units as they stand on the eve of a day.
pub async fn eve(tx: &mut Tx, on: Date) -> Result<Eve> {
    let levels = words(&[Level::Country, Level::Province, Level::District, Level::Commune]);
    let sql = format!(
        "select unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative from unit_versions
         where kind in ({levels}) and valid_from < $1 and (valid_until is null or valid_until >= $1) order by unit_id"
    );
    let rows = fetch_all!(tx, VersionRow, sqlx::AssertSqlSafe(sql.as_str()), on.to_string())?;
    let units = rows.into_iter().map(VersionRow::read).collect::<Result<Vec<UnitVersion>>>()?;
    let unsettled: Vec<(String, Option<String>)> = fetch_all!(
        tx,
        (String, Option<String>),
        "select unit_id, parent_id from unit_versions where valid_from >= $1 or valid_until >= $1",
        on.to_string(),
    )?;
    let mut eve = Eve { units, ..Eve::default() };
    for (unit, parent) in unsettled {
        eve.unsettled.insert(parse("unit_versions", "unit_id", &unit)?);
        if let Some(parent) = parent {
            eve.unsettled_below.insert(parse("unit_versions", "parent_id", &parent)?);
        }
    }
    let given: Vec<(String, String)> = fetch_all!(
        tx,
        (String, String),
        "select predecessor_id, successor_id from unit_successions where effective_on >= $1",
        on.to_string(),
    )?;
    for (from, to) in given {
        eve.unsettled.insert(parse("unit_successions", "predecessor_id", &from)?);
        eve.unsettled_below.insert(parse("unit_successions", "successor_id", &to)?);
    }
    let sql = format!(
        "select unit_id, code from unit_versions where valid_from >= $1 and code is not null and kind in ({levels})"
    );
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let codes: Vec<(String, String)> = fetch_all!(tx, (String, String), sql, on.to_string())?;
    for (unit, code) in codes {
        eve.later_codes.entry(code).or_default().insert(parse("unit_versions", "unit_id", &unit)?);
    }
    let sql = format!(
        "select parent_id, count(*) from unit_versions
         where kind not in ({levels}) and parent_id is not null
           and valid_from < $1 and (valid_until is null or valid_until >= $1) group by parent_id"
    );
    let below: Vec<(String, i64)> = fetch_all!(tx, (String, i64), sqlx::AssertSqlSafe(sql.as_str()), on.to_string())?;
    for (unit, count) in below {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        eve.below.insert(parse("unit_versions", "parent_id", &unit)?, count);
    }
    Ok(eve)
}

/// What a reform touches beside the units themselves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Touched {
    /// Dossiers of units that end, still on their way.
    pub open_dossiers: i64,
    /// Dossiers of units that end, decided: they stay with them.
    pub decided_dossiers: i64,
    /// Dossiers in all that ends, changes, gives or takes, of cycles that assess days after the reform.
    pub straddling: i64,
}

/// What a plan for a day touches.
pub async fn touched(tx: &mut Tx, plan: &Plan, on: Date) -> Result<Touched> {
    let sql = format!(
        "select count(case when state not in ('recognised', 'not_recognised', 'appealed', 'revoked') then 1 end),
           count(case when state in ('recognised', 'not_recognised', 'appealed', 'revoked') then 1 end)
         from dossiers where unit_id {}",
        one_of(tx, "$1"),
    );
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let row: Option<(i64, i64)> = fetch_optional!(tx, (i64, i64), sql, together(&plan.ended))?;
    let (open_dossiers, decided_dossiers) = row.unwrap_or_default();
    let sql = format!(
        "select count(distinct a.dossier_id) from dossier_areas a join cycles c on c.id = a.cycle_id
         where a.area_id {} and c.assessed_until > $2",
        one_of(tx, "$1"),
    );
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let old = |place: &Place| match place {
        Place::Old(unit) => Some(*unit),
        Place::New(_) => None,
    };
    let sides = plan.successions.iter().flat_map(|(from, to, _)| [Some(*from), old(to)]).flatten();
    let areas = together(plan.ended.iter().chain(plan.changed.keys()).copied().chain(sides));
    let row: Option<(i64,)> = fetch_optional!(tx, (i64,), sql, areas, on.to_string())?;
    let straddling = row.map_or(0, |(count,)| count);
    Ok(Touched { open_dossiers, decided_dossiers, straddling })
}

/// Carries a plan out and keeps its rows; `created` are the identities of its new units. In a transaction [without
/// limits](crate::Db::write_long).
pub async fn apply(
    tx: &mut Tx,
    reform: &Reform,
    (plan, rows): (&Plan, &str),
    created: &[UnitId],
    eve: &Eve,
) -> Result<()> {
    execute!(
        tx,
        "insert into reforms (id, effective_on, legal_basis, plan, applied_at, number)
         values ($1, $2, $3, $4, $5, (select coalesce(max(number), 0) + 1 from reforms))",
        reform.id.to_string(),
        reform.on.to_string(),
        &reform.basis,
        rows,
        reform.applied_at.as_microsecond(),
    )?;
    let place = |place: Place| match place {
        Place::Old(unit) => unit,
        Place::New(at) => created[at],
    };
    for unit in plan.ended.iter().chain(plan.changed.keys()) {
        end(tx, reform, *unit).await?;
    }
    for unit in created {
        // One of them may lie below another that comes later.
        execute!(tx, "insert into units (id) values ($1)", unit.to_string())?;
    }
    let order = text::Order::new();
    let is_illustrative: BTreeMap<UnitId, bool> = eve.units.iter().map(|unit| (unit.unit, unit.illustrative)).collect();
    let new = created.iter().copied().zip(&plan.created);
    for (unit, face) in new.chain(plan.changed.iter().map(|(unit, face)| (*unit, face))) {
        let Face { kind, name, code, parent } = face.clone();
        let illustrative = is_illustrative.get(&unit).copied().unwrap_or_default();
        let (valid, parent) = (Period::from(reform.on), parent.map(place));
        insert(tx, &UnitVersion { unit, valid, name, kind, code, parent, illustrative }, &order).await?;
        execute!(
            tx,
            "update unit_versions set begun_by = $3, basis_from = $4, alt_code = (
               select b.alt_code from unit_versions b
               where b.unit_id = $1 and b.valid_until = $2 and b.code = unit_versions.code)
             where unit_id = $1 and valid_from = $2",
            unit.to_string(),
            reform.on.to_string(),
            reform.id.to_string(),
            &reform.basis,
        )?;
    }
    for (from, to) in &plan.heirs {
        hand_down(tx, reform, *from, place(*to)).await?;
    }
    for (from, to, succession) in &plan.successions {
        let to = place(*to);
        insert_succession(tx, reform, *from, to, succession).await?;
    }
    Ok(())
}

async fn end(tx: &mut Tx, reform: &Reform, unit: UnitId) -> Result<()> {
    let ended = execute!(
        tx,
        "update unit_versions set valid_until = $2, basis_until = $3, ended_by = $4
         where unit_id = $1 and valid_from < $2 and valid_until is null",
        unit.to_string(),
        reform.on.to_string(),
        &reform.basis,
        reform.id.to_string(),
    )?;
    if ended == 1 { Ok(()) } else { Err(Failure::Database(sqlx::Error::RowNotFound)) }
}

/// Residential areas and bodies go on below another unit, however many they are.
async fn hand_down(tx: &mut Tx, reform: &Reform, from: UnitId, to: UnitId) -> Result<()> {
    let kinds = words(&[Level::Below]);
    let sql = format!(
        "insert into unit_versions
           (unit_id, valid_from, valid_until, name, search_key, sort_key, kind, code, alt_code, parent_id, illustrative,
            basis_from, begun_by)
         select unit_id, $2, null, name, search_key, sort_key, kind, code, alt_code, $3, illustrative, $4, $5
         from unit_versions where parent_id = $1 and kind in ({kinds}) and valid_from < $2 and valid_until is null"
    );
    let (on, id) = (reform.on.to_string(), reform.id.to_string());
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    execute!(tx, sql, from.to_string(), &on, to.to_string(), &reform.basis, &id)?;
    let sql = format!(
        "update unit_versions set valid_until = $2, basis_until = $3, ended_by = $4
         where parent_id = $1 and kind in ({kinds}) and valid_from < $2 and valid_until is null"
    );
    execute!(tx, sqlx::AssertSqlSafe(sql.as_str()), from.to_string(), &on, &reform.basis, &id)?;
    Ok(())
}

async fn insert_succession(
    tx: &mut Tx,
    reform: &Reform,
    from: UnitId,
    to: UnitId,
    succession: &Succession,
) -> Result<()> {
    execute!(
        tx,
        "insert into unit_successions
           (predecessor_id, effective_on, successor_id, relation, portion, area_portion, population_portion,
            code_inherited, legal_basis, clause, evidence, reform_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        from.to_string(),
        succession.on.to_string(),
        to.to_string(),
        succession.relation.code(),
        succession.portion.code(),
        succession.area.code(),
        succession.population.code(),
        i64::from(succession.code_inherited),
        succession.legal_basis.as_deref(),
        succession.clause.as_deref(),
        succession.evidence.as_deref(),
        reform.id.to_string(),
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ReformRow {
    id: String,
    effective_on: String,
    legal_basis: String,
    applied_at: i64,
    undone_at: Option<i64>,
}

impl ReformRow {
    fn read(self) -> Result<Reform> {
        Ok(Reform {
            id: parse(TABLE, "id", &self.id)?,
            on: parse(TABLE, "effective_on", &self.effective_on)?,
            basis: self.legal_basis,
            applied_at: instant(TABLE, "applied_at", self.applied_at)?,
            undone_at: self.undone_at.map(|at| instant(TABLE, "undone_at", at)).transpose()?,
        })
    }
}

/// Every reform, the latest carried out first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Reform>> {
    let rows = fetch_all!(
        tx,
        ReformRow,
        "select id, effective_on, legal_basis, applied_at, undone_at from reforms order by number desc",
    )?;
    rows.into_iter().map(ReformRow::read).collect()
}

/// The rows of a reform's plan, CSV.
pub async fn plan_of(tx: &mut Tx, reform: ReformId) -> Result<Option<String>> {
    let row: Option<(String,)> =
        fetch_optional!(tx, (String,), "select plan from reforms where id = $1", reform.to_string())?;
    Ok(row.map(|(plan,)| plan))
}

/// What a reform did, and how many residential areas and bodies went on below another unit; nothing of one that was taken
/// back.
pub async fn outline(tx: &mut Tx, reform: ReformId) -> Result<(Outline, i64)> {
    let begun = marked(tx, reform, Mark::Begun).await?;
    let ended = marked(tx, reform, Mark::Ended).await?;
    let named = |named: &Named| Side { unit: Some(named.unit), name: named.name.clone(), code: named.code.clone() };
    let is_new = |unit: &UnitId| begun.contains_key(unit) && !ended.contains_key(unit);
    let new = begun.iter().filter(|(unit, _)| is_new(unit));
    let gain = |side: &Side, is_new| Gain { unit: side.clone(), is_new, from: Vec::new() };
    let mut gains: BTreeMap<UnitId, Gain> = new.map(|(unit, marked)| (*unit, gain(&marked.side, true))).collect();
    let mut gave = BTreeSet::new();
    for link in history::links_of(tx, reform).await? {
        let side = named(&link.successor);
        let taker = gains.entry(link.successor.unit).or_insert_with(|| gain(&side, false));
        taker.from.push((named(&link.predecessor), link.succession));
        gave.insert(link.predecessor.unit);
    }
    let mut outline = Outline { gains: gains.into_values().collect(), ..Outline::default() };
    for (unit, eve) in ended {
        if let Some(then) = begun.get(&unit) {
            outline.changes.push(Altered {
                before: eve.side,
                after: then.side.clone(),
                kinds: [eve.kind, then.kind],
                above: [eve.above, then.above.clone()],
            });
            continue;
        }
        outline.ended += 1;
        if !gave.contains(&unit) {
            outline.ends.push(eve.side);
        }
    }
    let sql =
        format!("select count(*) from unit_versions where begun_by = $1 and kind in ({})", words(&[Level::Below]));
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let moved: Option<(i64,)> = fetch_optional!(tx, (i64,), sql, reform.to_string())?;
    Ok((outline.in_order(), moved.map_or(0, |(count,)| count)))
}

/// A dossier that a reform left open: its unit is no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOpen {
    /// The unit, as it was at last.
    pub unit: Side,
    /// The cycle.
    pub cycle: CycleId,
    /// How far it came.
    pub state: State,
}

/// At most `limit` dossiers of units that ended by a reform, still on their way, by code.
pub async fn left_open(tx: &mut Tx, reform: ReformId, limit: i64) -> Result<Vec<LeftOpen>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        unit_id: String,
        name: String,
        code: Option<String>,
        cycle_id: String,
        state: String,
    }
    let rows = fetch_all!(
        tx,
        Row,
        "select v.unit_id, v.name, v.code, d.cycle_id, d.state
         from unit_versions v join dossiers d on d.unit_id = v.unit_id
         where v.ended_by = $1 and d.state not in ('recognised', 'not_recognised', 'appealed', 'revoked')
           and not exists (select 1 from unit_versions n where n.unit_id = v.unit_id and n.begun_by = $1)
         order by v.code nulls last, v.sort_key, v.unit_id, d.cycle_id limit $2",
        reform.to_string(),
        limit,
    )?;
    let one = |row: Row| {
        let unit = Some(parse("dossiers", "unit_id", &row.unit_id)?);
        Ok(LeftOpen {
            unit: Side { unit, name: row.name, code: row.code },
            cycle: parse("dossiers", "cycle_id", &row.cycle_id)?,
            state: read("dossiers", "state", &row.state, State::from_code(&row.state))?,
        })
    };
    rows.into_iter().map(one).collect()
}

/// Which versions of a reform.
#[derive(Clone, Copy)]
enum Mark {
    Begun,
    Ended,
}

/// A unit on the first or last day of a version.
struct Marked {
    side: Side,
    kind: UnitKind,
    above: Option<Side>,
}

/// The units of the register's levels that begin or end by a reform.
async fn marked(tx: &mut Tx, reform: ReformId, mark: Mark) -> Result<BTreeMap<UnitId, Marked>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        unit_id: String,
        name: String,
        code: Option<String>,
        kind: String,
        above_id: Option<String>,
        above_name: Option<String>,
        above_code: Option<String>,
    }
    let (marked, there) = match mark {
        Mark::Begun => {
            ("begun_by", "p.valid_from <= v.valid_from and (p.valid_until is null or p.valid_until > v.valid_from)")
        }
        Mark::Ended => {
            ("ended_by", "p.valid_from < v.valid_until and (p.valid_until is null or p.valid_until >= v.valid_until)")
        }
    };
    let levels = words(&[Level::Country, Level::Province, Level::District, Level::Commune]);
    let sql = format!(
        "select v.unit_id, v.name, v.code, v.kind, p.unit_id as above_id, p.name as above_name, p.code as above_code
         from unit_versions v
         left join unit_versions p on p.unit_id = v.parent_id and {there}
         where v.{marked} = $1 and v.kind in ({levels})"
    );
    let rows = fetch_all!(tx, Row, sqlx::AssertSqlSafe(sql.as_str()), reform.to_string())?;
    let one = |row: Row| {
        let unit = parse("unit_versions", "unit_id", &row.unit_id)?;
        let above = match parse_optional("unit_versions", "parent_id", row.above_id.as_deref())? {
            Some(above) => {
                Some(Side { unit: Some(above), name: row.above_name.unwrap_or_default(), code: row.above_code })
            }
            None => None,
        };
        let kind = read("unit_versions", "kind", &row.kind, UnitKind::from_code(&row.kind))?;
        Ok((unit, Marked { side: Side { unit: Some(unit), name: row.name, code: row.code }, kind, above }))
    };
    rows.into_iter().map(one).collect()
}

/// What was built on a reform since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BuiltOn {
    /// Dossiers of its new units, those of cycles after it in units that it changed, that gave or took, and decisions
    /// of its new units.
    pub dossiers: i64,
    /// Units that changed after it or came below its new units, and successions to these.
    pub changes: i64,
}

/// What was built on a reform since: while there is any, it stands.
pub async fn built_on(tx: &mut Tx, id: ReformId) -> Result<BuiltOn> {
    let row: Option<(i64, i64)> = fetch_optional!(
        tx,
        (i64, i64),
        "with created as (
           select n.unit_id from unit_versions n where n.begun_by = $1 and not exists (
             select 1 from unit_versions o where o.unit_id = n.unit_id and o.valid_from < n.valid_from)
         )
         select
           (select count(*) from (
              select a.dossier_id from dossier_areas a join cycles c on c.id = a.cycle_id
              where c.assessed_until > (select effective_on from reforms where id = $1)
                and a.area_id in (
                  select unit_id from unit_versions where begun_by = $1
                  union select predecessor_id from unit_successions where reform_id = $1
                  union select successor_id from unit_successions where reform_id = $1)
              union
              select id from dossiers where unit_id in (select unit_id from created)) d)
           + (select count(*) from decisions where issuing_unit_id in (select unit_id from created)),
           (select count(distinct v.unit_id) from unit_versions v
            where (v.begun_by = $1 and v.valid_until is not null)
              or ((v.begun_by is null or v.begun_by <> $1) and v.parent_id in (select unit_id from created)))
           + (select count(*) from unit_successions s
              where (s.reform_id is null or s.reform_id <> $1)
                and (s.successor_id in (select unit_id from created) or s.predecessor_id in (select unit_id from created)))",
        id.to_string(),
    )?;
    let (dossiers, changes) = row.unwrap_or_default();
    Ok(BuiltOn { dossiers, changes })
}

/// Takes back exactly what a reform wrote, while [nothing was built on it](built_on). In a transaction [without
/// limits](crate::Db::write_long).
pub async fn undo(tx: &mut Tx, id: ReformId, at: Timestamp) -> Result<()> {
    let reform = id.to_string();
    let found: Vec<(String, i32)> = fetch_all!(
        tx,
        (String, i32),
        "select n.unit_id, case when exists (
           select 1 from unit_versions o where o.unit_id = n.unit_id and o.valid_from < n.valid_from) then 1 else 0 end
         from unit_versions n where n.begun_by = $1 and not exists (
           select 1 from unit_versions o
           where o.unit_id = n.unit_id and o.ended_by = $1 and o.search_key = n.search_key)",
        &reform,
    )?;
    execute!(tx, "delete from unit_successions where reform_id = $1", &reform)?;
    execute!(tx, "delete from unit_versions where begun_by = $1", &reform)?;
    execute!(
        tx,
        "update unit_versions set valid_until = null, basis_until = null, ended_by = null where ended_by = $1",
        &reform,
    )?;
    remove_of(tx, "unit_tails", "unit_id", found.iter().map(|(unit, _)| unit)).await?;
    let created = || found.iter().filter(|(_, goes_on)| *goes_on == 0).map(|(unit, _)| unit);
    // Lines at zero may be left of what was there for a while.
    for (table, column) in [("cycle_counts", "area_id"), ("cycle_marks", "area_id"), ("units", "id")] {
        remove_of(tx, table, column, created()).await?;
    }
    for (unit, _) in found.iter().filter(|(_, goes_on)| *goes_on != 0) {
        let names: Vec<(String,)> =
            fetch_all!(tx, (String,), "select search_key from unit_versions where unit_id = $1", unit)?;
        for (name,) in names {
            insert_tails(tx, unit, &name).await?;
        }
    }
    execute!(tx, "update reforms set undone_at = $2 where id = $1", &reform, at.as_microsecond())?;
    Ok(())
}

/// Deletes what a table has of some units.
async fn remove_of(
    tx: &mut Tx,
    table: &'static str,
    column: &'static str,
    units: impl Iterator<Item = &String>,
) -> Result<()> {
    let sql = format!("delete from {table} where {column} {}", one_of(tx, "$1"));
    execute!(tx, sqlx::AssertSqlSafe(sql.as_str()), together(units))?;
    Ok(())
}
