//! Units in time: versions with validity, read as of a day.

pub mod boundaries;
pub mod history;
pub mod reforms;
pub mod register;

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use dienhinh_domain::{
    calendar::Period,
    ids::UnitId,
    text,
    units::{UnitAsOf, UnitKind, UnitVersion},
};
use jiff::civil::Date;

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, insert_rows, one_of, parse, parse_optional, read, together},
};

/// How far up a hierarchy is followed, so that a wrong parent can never hang a page.
const LEVELS_MAX: i64 = 12;

/// How much of a name is kept behind each of its words, in characters; the rest is compared with the name itself.
const TAIL_CHARS: usize = 40;

/// How many names a search looks at before it orders them. Whoever has more types more.
const CANDIDATES_MAX: i64 = 100;

#[derive(sqlx::FromRow)]
pub(crate) struct VersionRow {
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
    pub(crate) fn read(self) -> Result<UnitVersion> {
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
    insert_tails(tx, &id, &text::fold(&version.name)).await
}

/// Lets a unit be found by a folded name.
async fn insert_tails(tx: &mut Tx, unit: &str, folded: &str) -> Result<()> {
    let tails = tails(folded);
    if tails.is_empty() {
        return Ok(());
    }
    insert_rows!(
        tx,
        "insert into unit_tails (whole, tail, unit_id) ",
        &tails,
        |row, tail: &(bool, String)| {
            row.push_bind(i64::from(tail.0));
            row.push_bind(tail.1.clone());
            row.push_bind(unit.to_owned());
        },
        " on conflict (whole, tail, unit_id) do nothing",
    )?;
    Ok(())
}

/// A folded name from each of its words on, each with whether it is the whole name.
fn tails(folded: &str) -> Vec<(bool, String)> {
    let starts = std::iter::once(0).chain(folded.match_indices(' ').map(|(at, _)| at + 1));
    let tail = |at: usize| (at == 0, folded[at..].chars().take(TAIL_CHARS).collect());
    if folded.is_empty() { Vec::new() } else { starts.map(tail).collect() }
}

/// Makes the names that a search walks along anew from the versions of the units. Takes as long as it takes, and
/// belongs into a transaction [without limits](crate::Db::write_long).
pub async fn index_names(tx: &mut Tx) -> Result<()> {
    execute!(tx, "delete from unit_tails")?;
    let sql = format!(
        "insert into unit_tails (whole, tail, unit_id)
         with recursive place (n) as (
           select 1 union all select n + 1 from place where n < (select max(length(search_key)) from unit_versions)
         )
         select distinct case when n = 1 then 1 else 0 end, substr(search_key, n, {TAIL_CHARS}), unit_id
         from unit_versions join place on n <= length(search_key)
         where n = 1 or substr(search_key, n - 1, 1) = ' '"
    );
    execute!(tx, sqlx::AssertSqlSafe(sql))?;
    Ok(())
}

/// The unit as it was on a day, with the way up; none when it did not exist then.
pub async fn get(tx: &mut Tx, id: UnitId, as_of: Date) -> Result<Option<UnitAsOf>> {
    Ok(lines(tx, std::iter::once(id), as_of).await?.remove(&id))
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

/// The kinds of which there ever were units directly below one, found by walking along the index, however many units
/// there are.
pub async fn kinds_below(tx: &mut Tx, parent: UnitId) -> Result<Vec<UnitKind>> {
    let rows: Vec<(String,)> = fetch_all!(
        tx,
        (String,),
        "with recursive found (kind) as (
           select min(kind) from unit_versions where parent_id = $1
           union all
           select (select min(v.kind) from unit_versions v where v.parent_id = $1 and v.kind > found.kind)
           from found where found.kind is not null
         )
         select kind from found where kind is not null",
        parent.to_string(),
    )?;
    rows.into_iter().map(|(kind,)| read("unit_versions", "kind", &kind, UnitKind::from_code(&kind))).collect()
}

/// A unit, and whether others lie directly below it on the same day.
pub type Branch = (UnitVersion, bool);

#[derive(sqlx::FromRow)]
struct BranchRow {
    #[sqlx(flatten)]
    version: VersionRow,
    has_below: i32,
}

impl BranchRow {
    fn read(self) -> Result<Branch> {
        Ok((self.version.read()?, self.has_below != 0))
    }
}

/// The units that stood somewhere on the day `$1`.
fn branches(place: &str, order: &str) -> String {
    format!(
        "select v.unit_id, v.valid_from, v.valid_until, v.name, v.kind, v.code, v.parent_id, v.illustrative,
           case when exists (
             select 1 from unit_versions b
             where b.parent_id = v.unit_id and b.valid_from <= $1 and (b.valid_until is null or b.valid_until > $1))
           then 1 else 0 end as has_below
         from unit_versions v
         where {place} and v.valid_from <= $1 and (v.valid_until is null or v.valid_until > $1)
         order by {order}"
    )
}

/// The units directly below one, kind by kind in reading order: at most `limit`.
pub async fn below(tx: &mut Tx, parent: UnitId, as_of: Date, limit: i64) -> Result<Vec<Branch>> {
    let sql = branches("v.parent_id = $2", "v.kind, v.sort_key, v.unit_id limit $3");
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let rows = fetch_all!(tx, BranchRow, sql, as_of.to_string(), parent.to_string(), limit)?;
    rows.into_iter().map(BranchRow::read).collect()
}

/// Which of some units had others directly below them on a day. Callers bound their number.
pub async fn with_units_below(
    tx: &mut Tx,
    units: impl Iterator<Item = UnitId>,
    as_of: Date,
) -> Result<BTreeSet<UnitId>> {
    let sql = format!(
        "select id from units where id {} and exists (
           select 1 from unit_versions v
           where v.parent_id = units.id and v.valid_from <= $2 and (v.valid_until is null or v.valid_until > $2))",
        one_of(tx, "$1"),
    );
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let rows: Vec<(String,)> = fetch_all!(tx, (String,), sql, together(units), as_of.to_string())?;
    rows.into_iter().map(|(unit,)| parse("units", "id", &unit)).collect()
}

/// How many units of a kind there were on a day.
pub async fn count_of_kind(tx: &mut Tx, kind: UnitKind, as_of: Date) -> Result<i64> {
    // The kind stands in the statement, a word of ours: there are thousands of one and a million of another, and no
    // plan is good for both.
    let sql = format!(
        "select count(*) from unit_versions
         where kind = '{}' and valid_from <= $1 and (valid_until is null or valid_until > $1)",
        kind.code()
    );
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let row: Option<(i64,)> = fetch_optional!(tx, (i64,), sql, as_of.to_string())?;
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
    // The kind stands in the statement for the reason that it does in [`count_of_kind`].
    let sql = format!(
        "with recursive chosen as (
           select unit_id, parent_id from unit_versions
           where kind = '{}' and unit_id > $1 and valid_from <= $2 and (valid_until is null or valid_until > $2)
           order by unit_id limit $3
         ), up (unit_id, above, depth) as (
           select unit_id, unit_id, 0 from chosen
           union all
           select up.unit_id, v.parent_id, up.depth + 1
           from up join unit_versions v on v.unit_id = up.above
           where v.parent_id is not null and v.valid_from <= $2 and (v.valid_until is null or v.valid_until > $2)
             and up.depth < $4
         )
         select unit_id, count(case when above = $5 then 1 end) from up group by unit_id order by unit_id",
        kind.code(),
    );
    let rows: Vec<(String, i64)> = fetch_all!(
        tx,
        (String, i64),
        sqlx::AssertSqlSafe(sql.as_str()),
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

/// [`roots`], each with whether there is more below it.
pub async fn tops(tx: &mut Tx, as_of: Date) -> Result<Vec<Branch>> {
    let sql = branches("v.parent_id is null", "v.sort_key, v.unit_id");
    let rows = fetch_all!(tx, BranchRow, sqlx::AssertSqlSafe(sql.as_str()), as_of.to_string())?;
    rows.into_iter().map(BranchRow::read).collect()
}

/// The units of one kind directly below one, in reading order: at most `limit` after `after`, or from the first on.
pub async fn children_of_kind(
    tx: &mut Tx,
    parent: UnitId,
    kind: UnitKind,
    as_of: Date,
    after: Option<UnitId>,
    limit: i64,
) -> Result<Vec<UnitVersion>> {
    let (parent, as_of) = (parent.to_string(), as_of.to_string());
    let from: (String, String) = match after {
        None => Default::default(),
        Some(after) => {
            let row = fetch_optional!(
                tx,
                (String, String),
                "select sort_key, unit_id from unit_versions
                 where unit_id = $1 and valid_from <= $2 and (valid_until is null or valid_until > $2)",
                after.to_string(),
                &as_of,
            )?;
            let Some(row) = row else { return Ok(Vec::new()) };
            row
        }
    };
    let rows = fetch_all!(
        tx,
        VersionRow,
        "select unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative
         from unit_versions
         where parent_id = $1 and kind = $2 and (sort_key, unit_id) > ($3, $4)
           and valid_from <= $5 and (valid_until is null or valid_until > $5)
         order by sort_key, unit_id limit $6",
        &parent,
        kind.code(),
        &from.0,
        &from.1,
        &as_of,
        limit,
    )?;
    rows.into_iter().map(VersionRow::read).collect()
}

/// What lies above each of some units, nearest first. Callers bound the number of units.
pub async fn above(
    tx: &mut Tx,
    units: impl Iterator<Item = UnitId>,
    as_of: Date,
) -> Result<BTreeMap<UnitId, Vec<UnitVersion>>> {
    let lines = lines(tx, units, as_of).await?;
    Ok(lines.into_iter().map(|(unit, line)| (unit, line.ancestors)).collect())
}

/// Some units as they were on a day, with the way up; absent what did not exist then.
async fn lines(tx: &mut Tx, units: impl Iterator<Item = UnitId>, as_of: Date) -> Result<BTreeMap<UnitId, UnitAsOf>> {
    #[derive(sqlx::FromRow)]
    struct LineRow {
        below: String,
        #[sqlx(flatten)]
        version: VersionRow,
    }
    let sql = format!(
        "with recursive up
           (below, depth, unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative) as (
           select unit_id, 0, unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative
           from unit_versions
           where unit_id {} and valid_from <= $2 and (valid_until is null or valid_until > $2)
           union all
           select up.below, up.depth + 1,
             v.unit_id, v.valid_from, v.valid_until, v.name, v.kind, v.code, v.parent_id, v.illustrative
           from up join unit_versions v on v.unit_id = up.parent_id
           where v.valid_from <= $2 and (v.valid_until is null or v.valid_until > $2) and up.depth < $3
         )
         select below, unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative
         from up order by below, depth",
        one_of(tx, "$1"),
    );
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let mut lines: BTreeMap<UnitId, UnitAsOf> = BTreeMap::new();
    for row in fetch_all!(tx, LineRow, sql, together(units), as_of.to_string(), LEVELS_MAX)? {
        let version = row.version.read()?;
        match lines.entry(parse("unit_versions", "unit_id", &row.below)?) {
            Entry::Vacant(free) => {
                free.insert(UnitAsOf { as_of, version, ancestors: Vec::new() });
            }
            Entry::Occupied(mut line) => line.get_mut().ancestors.push(version),
        }
    }
    Ok(lines)
}

/// Units, each as it was on a day, with what lay above it then; absent what did not exist. Callers bound their number.
pub async fn as_of(
    tx: &mut Tx,
    wanted: impl Iterator<Item = (Date, UnitId)>,
) -> Result<BTreeMap<(Date, UnitId), UnitAsOf>> {
    let mut days = BTreeMap::<Date, BTreeSet<UnitId>>::new();
    for (day, unit) in wanted {
        days.entry(day).or_default().insert(unit);
    }
    let mut found = BTreeMap::new();
    for (as_of, units) in days {
        let lines = lines(tx, units.into_iter(), as_of).await?;
        found.extend(lines.into_iter().map(|(unit, line)| ((as_of, unit), line)));
    }
    Ok(found)
}

/// At most `limit` units whose code is what was typed, or in whose name it stands from the beginning of a word on. Exact
/// accents come first, then names that begin with it, then the rest, each in reading order. Of more than
/// 200 names that begin with it, and as many that have it further on, the first in the alphabet count.
pub async fn search(tx: &mut Tx, typed: &str, as_of: Date, limit: i64) -> Result<Vec<UnitVersion>> {
    let folded = text::fold(typed);
    let exact = text::nfc(typed);
    let head: String = folded.chars().take(TAIL_CHARS).collect();
    let rows = fetch_all!(
        tx,
        VersionRow,
        "with found as (
           select unit_id from (select unit_id from unit_versions where code = $1 limit $8) of_code
           union
           select unit_id from (
             select unit_id from unit_tails where whole = 1 and tail >= $2 and tail < $3
             order by tail, unit_id limit $8) from_the_start
           union
           select unit_id from (
             select unit_id from unit_tails where whole = 0 and tail >= $2 and tail < $3
             order by tail, unit_id limit $8) further_on
         )
         select v.unit_id, v.valid_from, v.valid_until, v.name, v.kind, v.code, v.parent_id, v.illustrative
         from found join unit_versions v on v.unit_id = found.unit_id
         where (v.search_key like $4 escape '\\' or v.code = $1)
           and v.valid_from <= $5 and (v.valid_until is null or v.valid_until > $5)
         order by case when lower(v.name) like $6 escape '\\' then 0
                       when v.search_key like $7 escape '\\' then 1 else 2 end,
                  v.sort_key, v.unit_id
         limit $9",
        &exact,
        &head,
        format!("{head}\u{10ffff}"),
        format!("%{}%", escaped(&folded)),
        as_of.to_string(),
        format!("%{}%", escaped(&exact.to_ascii_lowercase())),
        format!("{}%", escaped(&folded)),
        CANDIDATES_MAX,
        limit,
    )?;
    rows.into_iter().map(VersionRow::read).collect()
}

/// What was typed is looked for as it stands: `%` and `_` mean themselves.
fn escaped(typed: &str) -> String {
    typed.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
