//! Units in time: versions with validity, read as of a day.

use dienhinh_domain::{
    calendar::Period,
    ids::UnitId,
    text,
    units::{UnitAsOf, UnitKind, UnitVersion},
};
use jiff::civil::Date;

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, parse, parse_optional, read},
};

/// How far up a hierarchy is followed, so that a wrong parent can never hang a page.
const LEVELS_MAX: i64 = 12;

#[derive(sqlx::FromRow)]
struct VersionRow {
    unit_id: String,
    valid_from: String,
    valid_until: Option<String>,
    name: String,
    kind: String,
    code: Option<String>,
    parent_id: Option<String>,
    illustrative: i64,
}

impl VersionRow {
    fn read(self) -> Result<UnitVersion> {
        const TABLE: &str = "unit_versions";
        Ok(UnitVersion {
            unit: parse(TABLE, "unit_id", &self.unit_id)?,
            valid: Period {
                from: parse(TABLE, "valid_from", &self.valid_from)?,
                until: parse_optional(TABLE, "valid_until", self.valid_until.as_deref())?,
            },
            kind: read(TABLE, "kind", &self.kind, UnitKind::from_code(&self.kind))?,
            parent: parse_optional(TABLE, "parent_id", self.parent_id.as_deref())?,
            name: self.name,
            code: self.code,
            illustrative: self.illustrative != 0,
        })
    }
}

/// Adds one version of a unit, and the unit itself when it is new.
pub async fn insert(tx: &mut Tx, version: &UnitVersion, order: &text::Order) -> Result<()> {
    let id = version.unit.to_string();
    execute!(tx, "insert into units (id) values ($1) on conflict (id) do nothing", &id)?;
    execute!(
        tx,
        "insert into unit_versions
           (unit_id, valid_from, valid_until, name, search_key, sort_key, kind, code, parent_id, illustrative)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &id,
        version.valid.from.to_string(),
        version.valid.until.map(|day| day.to_string()),
        &version.name,
        text::fold(&version.name),
        order.key(&version.name),
        version.kind.code(),
        version.code.as_deref(),
        version.parent.map(|parent| parent.to_string()),
        i64::from(version.illustrative),
    )?;
    Ok(())
}

/// The unit as it was on a day, with the way up; none when it did not exist then.
pub async fn get(tx: &mut Tx, id: UnitId, as_of: Date) -> Result<Option<UnitAsOf>> {
    let rows = fetch_all!(
        tx,
        VersionRow,
        "with recursive up (depth, unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative) as (
           select 0, unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative
           from unit_versions
           where unit_id = $1 and valid_from <= $2 and (valid_until is null or valid_until > $2)
           union all
           select up.depth + 1, v.unit_id, v.valid_from, v.valid_until, v.name, v.kind, v.code, v.parent_id, v.illustrative
           from up join unit_versions v on v.unit_id = up.parent_id
           where v.valid_from <= $2 and (v.valid_until is null or v.valid_until > $2) and up.depth < $3
         )
         select unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative from up order by depth",
        id.to_string(),
        as_of.to_string(),
        LEVELS_MAX,
    )?;
    let mut versions = rows.into_iter().map(VersionRow::read).collect::<Result<Vec<_>>>()?.into_iter();
    Ok(versions.next().map(|version| UnitAsOf { as_of, version, ancestors: versions.collect() }))
}

/// The units directly below one, in reading order.
pub async fn children(tx: &mut Tx, parent: UnitId, as_of: Date) -> Result<Vec<UnitVersion>> {
    let rows = fetch_all!(
        tx,
        VersionRow,
        "select unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative
         from unit_versions
         where parent_id = $1 and valid_from <= $2 and (valid_until is null or valid_until > $2)
         order by kind, sort_key, unit_id",
        parent.to_string(),
        as_of.to_string(),
    )?;
    rows.into_iter().map(VersionRow::read).collect()
}

/// How many units of a kind there were on a day.
pub async fn count_of_kind(tx: &mut Tx, kind: UnitKind, as_of: Date) -> Result<i64> {
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "select count(*) from unit_versions
         where kind = $1 and valid_from <= $2 and (valid_until is null or valid_until > $2)",
        kind.code(),
        as_of.to_string(),
    )?;
    Ok(row.map_or(0, |(count,)| count))
}

/// At most `limit` units of a kind in the order of their identities, after one, each with whether it is `top` or lies
/// below it.
pub async fn of_kind(
    tx: &mut Tx,
    kind: UnitKind,
    as_of: Date,
    top: UnitId,
    after: &str,
    limit: i64,
) -> Result<Vec<(UnitId, bool)>> {
    let rows: Vec<(String, i64)> = fetch_all!(
        tx,
        (String, i64),
        "with recursive chosen as (
           select unit_id, parent_id from unit_versions
           where kind = $1 and unit_id > $2 and valid_from <= $3 and (valid_until is null or valid_until > $3)
           order by unit_id limit $4
         ), up (unit_id, above, depth) as (
           select unit_id, unit_id, 0 from chosen
           union all
           select up.unit_id, v.parent_id, up.depth + 1
           from up join unit_versions v on v.unit_id = up.above
           where v.parent_id is not null and v.valid_from <= $3 and (v.valid_until is null or v.valid_until > $3)
             and up.depth < $5
         )
         select unit_id, count(case when above = $6 then 1 end) from up group by unit_id order by unit_id",
        kind.code(),
        after,
        as_of.to_string(),
        limit,
        LEVELS_MAX,
        top.to_string(),
    )?;
    rows.into_iter().map(|(unit, inside)| Ok((parse("unit_versions", "unit_id", &unit)?, inside != 0))).collect()
}

/// The units that have nothing above them.
pub async fn roots(tx: &mut Tx, as_of: Date) -> Result<Vec<UnitVersion>> {
    let rows = fetch_all!(
        tx,
        VersionRow,
        "select unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative
         from unit_versions
         where parent_id is null and valid_from <= $1 and (valid_until is null or valid_until > $1)
         order by sort_key, unit_id",
        as_of.to_string(),
    )?;
    rows.into_iter().map(VersionRow::read).collect()
}

/// At most `limit` units whose name or code holds what was typed. Exact accents come first, then names
/// that begin with it, then the rest, each in reading order.
pub async fn search(tx: &mut Tx, typed: &str, as_of: Date, limit: i64) -> Result<Vec<UnitVersion>> {
    let folded = text::fold(typed);
    let exact = text::nfc(typed);
    let rows = fetch_all!(
        tx,
        VersionRow,
        "select unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative
         from unit_versions
         where (search_key like $1 escape '\\' or code = $2)
           and valid_from <= $3 and (valid_until is null or valid_until > $3)
         order by case when lower(name) like $4 escape '\\' then 0 when search_key like $5 escape '\\' then 1 else 2 end,
                  sort_key, unit_id
         limit $6",
        format!("%{}%", escaped(&folded)),
        &exact,
        as_of.to_string(),
        format!("%{}%", escaped(&exact.to_ascii_lowercase())),
        format!("{}%", escaped(&folded)),
        limit,
    )?;
    rows.into_iter().map(VersionRow::read).collect()
}

/// What was typed is looked for as it stands: `%` and `_` mean themselves.
fn escaped(typed: &str) -> String {
    typed.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
