//! Where the areas of units lie, each for one version of its unit.

use dienhinh_domain::{ids::UnitId, units::boundary::Boundary};
use jiff::civil::Date;

use crate::{
    Failure, Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, one_of, parse, read, together},
    rows::{self, Rows},
};

const TABLE: &str = "unit_boundaries";

/// A version of a unit, by its first day.
pub type OfVersion = (UnitId, Date);

/// The units that bear some codes on a day, by code, with the first day of the version that holds then and its kind's word.
pub async fn bearers(
    tx: &mut Tx,
    codes: impl Iterator<Item = String>,
    on: Date,
) -> Result<Vec<(String, OfVersion, String)>> {
    let sql = format!(
        "select code, unit_id, valid_from, kind from unit_versions
         where code {} and valid_from <= $2 and (valid_until is null or valid_until > $2)",
        one_of(tx, "$1"),
    );
    let rows: Vec<(String, String, String, String)> = fetch_all!(
        tx,
        (String, String, String, String),
        sqlx::AssertSqlSafe(sql.as_str()),
        together(codes),
        on.to_string(),
    )?;
    let bearer = |(code, unit, from, kind): (String, String, String, String)| {
        Ok((code, (parse(TABLE, "unit_id", &unit)?, parse(TABLE, "valid_from", &from)?), kind))
    };
    rows.into_iter().map(bearer).collect()
}

/// Keeps a boundary in place of the one that is there; false where it is the same.
pub async fn save(tx: &mut Tx, (unit, from): OfVersion, boundary: &Boundary, outline: &Boundary) -> Result<bool> {
    let (unit, from, rings) = (unit.to_string(), from.to_string(), boundary.text());
    let same = fetch_optional!(
        tx,
        (i64,),
        "select count(*) from unit_boundaries where unit_id = $1 and valid_from = $2 and rings = $3",
        &unit,
        &from,
        &rings,
    )?;
    if same == Some((1,)) {
        return Ok(false);
    }
    execute!(
        tx,
        "insert into unit_boundaries (unit_id, valid_from, rings, outline) values ($1, $2, $3, $4)
         on conflict (unit_id, valid_from) do update set rings = excluded.rings, outline = excluded.outline",
        &unit,
        &from,
        &rings,
        outline.text(),
    )?;
    Ok(true)
}

/// A unit with its outline, to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlined {
    /// The unit.
    pub unit: UnitId,
    /// What it lies directly below.
    pub parent: UnitId,
    /// Its name.
    pub name: String,
    /// Where it lies, roughly.
    pub outline: Boundary,
}

/// At most `limit` units directly below some that have an outline on a day, in reading order.
pub async fn below(
    tx: &mut Tx,
    parents: impl Iterator<Item = UnitId>,
    as_of: Date,
    limit: i64,
) -> Result<Vec<Outlined>> {
    let sql = format!(
        "select v.unit_id, v.parent_id, v.name, b.outline
         from unit_versions v join unit_boundaries b on b.unit_id = v.unit_id and b.valid_from = v.valid_from
         where v.parent_id {} and v.valid_from <= $2 and (v.valid_until is null or v.valid_until > $2)
         order by v.sort_key, v.unit_id limit $3",
        one_of(tx, "$1"),
    );
    let rows: Vec<(String, String, String, String)> = fetch_all!(
        tx,
        (String, String, String, String),
        sqlx::AssertSqlSafe(sql.as_str()),
        together(parents),
        as_of.to_string(),
        limit,
    )?;
    let outlined = |(unit, parent, name, outline): (String, String, String, String)| {
        let (unit, parent) = (parse(TABLE, "unit_id", &unit)?, parse(TABLE, "parent_id", &parent)?);
        Ok(Outlined { unit, parent, name, outline: read(TABLE, "outline", &outline, Boundary::read(&outline))? })
    };
    rows.into_iter().map(outlined).collect()
}

/// A unit with its boundary, on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounded {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: Option<String>,
    /// The word of its kind.
    pub kind: String,
    /// From when on this version holds.
    pub valid_from: Date,
    /// Where it lies.
    pub boundary: Boundary,
}

/// Units with boundaries on their way out of the database.
pub struct List<'a>(Rows<'a>);

/// The units whose boundaries on a day are known, by code, one at a time.
pub fn list(tx: &mut Tx, as_of: Date) -> List<'_> {
    let sql = format!(
        "select v.unit_id, v.name, v.code, v.kind, v.valid_from, b.rings
         from unit_boundaries b join unit_versions v on v.unit_id = b.unit_id and v.valid_from = b.valid_from
         where v.valid_from <= '{as_of}' and (v.valid_until is null or v.valid_until > '{as_of}')
         order by v.code nulls last, v.unit_id"
    );
    List(rows::stream(tx, sql, vec![false; 6]))
}

impl List<'_> {
    /// The next unit; none after the last.
    pub async fn next(&mut self) -> Result<Option<Bounded>> {
        let Some(row) = self.0.next().await? else { return Ok(None) };
        let mut cell = rows::texts(row);
        let missing = || Failure::Unreadable { table: TABLE, column: "unit_id", value: String::new() };
        let unit = parse(TABLE, "unit_id", &cell().ok_or_else(missing)?)?;
        let (name, code, kind) = (cell().unwrap_or_default(), cell(), cell().unwrap_or_default());
        let valid_from = parse(TABLE, "valid_from", &cell().unwrap_or_default())?;
        let rings = cell().unwrap_or_default();
        let boundary = read(TABLE, "rings", &rings, Boundary::read(&rings))?;
        Ok(Some(Bounded { unit, name, code, kind, valid_from, boundary }))
    }
}
