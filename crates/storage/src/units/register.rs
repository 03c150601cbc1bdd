//! The register: units that came from a list, with the list's keys beside our identities.
//!
//! Written many rows at a time. Whether rows make sense is decided before they come here.

use std::collections::{BTreeMap, HashMap};

use dienhinh_domain::{
    calendar::Period,
    ids::UnitId,
    text,
    units::{
        Level, UnitKind,
        register::{Edge, Version},
    },
};
use jiff::civil::Date;

use super::{
    history::{SOURCE, SuccessionRow},
    tails,
};
use crate::{
    Failure, Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, insert_rows, parse, parse_optional, read},
    rows::{self, Rows},
};

/// How many rows one statement writes; times the columns, fewer than 32,766 values.
const ROWS: usize = 1_000;

/// What is kept of the register, in the words of its files.
#[derive(Debug, Default)]
pub struct Kept {
    /// Our identities by the keys of the source.
    pub units: HashMap<String, UnitId>,
    /// Every version; line 0.
    pub versions: Vec<Version>,
    /// Every succession; line 0.
    pub edges: Vec<Edge>,
}

/// Everything that came from the register.
pub async fn kept(tx: &mut Tx) -> Result<Kept> {
    let keys: Vec<(String, String)> =
        fetch_all!(tx, (String, String), "select key, unit_id from unit_sources where source = $1", SOURCE)?;
    let mut units = HashMap::with_capacity(keys.len());
    for (key, unit) in keys {
        units.insert(key, parse("unit_sources", "unit_id", &unit)?);
    }
    Ok(Kept { units, versions: versions(tx).await?, edges: edges(tx).await? })
}

async fn versions(tx: &mut Tx) -> Result<Vec<Version>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        uid: String,
        parent: Option<String>,
        valid_from: String,
        valid_until: Option<String>,
        name: String,
        kind: String,
        code: Option<String>,
        alt_code: Option<String>,
        basis_from: Option<String>,
        basis_until: Option<String>,
    }
    const TABLE: &str = "unit_versions";
    let rows = fetch_all!(
        tx,
        Row,
        "select s.key as uid, p.key as parent, v.valid_from, v.valid_until, v.name, v.kind, v.code, v.alt_code,
           v.basis_from, v.basis_until
         from unit_sources s join unit_versions v on v.unit_id = s.unit_id
         left join unit_sources p on p.unit_id = v.parent_id and p.source = s.source
         where s.source = $1 order by s.key, v.valid_from",
        SOURCE,
    )?;
    let version = |row: Row| {
        Ok(Version {
            line: 0,
            kind: read(TABLE, "kind", &row.kind, UnitKind::from_code(&row.kind))?,
            valid: Period {
                from: parse(TABLE, "valid_from", &row.valid_from)?,
                until: parse_optional(TABLE, "valid_until", row.valid_until.as_deref())?,
            },
            uid: row.uid,
            code: row.code.unwrap_or_default(),
            alt_code: row.alt_code,
            full_name: row.name,
            parent: row.parent,
            basis_from: row.basis_from,
            basis_until: row.basis_until,
        })
    };
    rows.into_iter().map(version).collect()
}

async fn edges(tx: &mut Tx) -> Result<Vec<Edge>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        predecessor: String,
        predecessor_code: Option<String>,
        predecessor_kind: String,
        successor: String,
        successor_code: Option<String>,
        #[sqlx(flatten)]
        succession: SuccessionRow,
    }
    let rows = fetch_all!(
        tx,
        Row,
        "select e.effective_on, p.key as predecessor, pv.code as predecessor_code, pv.kind as predecessor_kind,
           s.key as successor, sv.code as successor_code, e.relation, e.portion, e.area_portion, e.population_portion,
           e.code_inherited, e.legal_basis, e.clause, e.evidence
         from unit_successions e
         join unit_sources p on p.unit_id = e.predecessor_id and p.source = $1
         join unit_sources s on s.unit_id = e.successor_id and s.source = $1
         join unit_versions pv on pv.unit_id = e.predecessor_id and pv.valid_from < e.effective_on
           and (pv.valid_until is null or pv.valid_until >= e.effective_on)
         join unit_versions sv on sv.unit_id = e.successor_id and sv.valid_from <= e.effective_on
           and (sv.valid_until is null or sv.valid_until > e.effective_on)
         order by e.effective_on, p.key, s.key",
        SOURCE,
    )?;
    let edge = |row: Row| {
        let kind = UnitKind::from_code(&row.predecessor_kind);
        Ok(Edge {
            line: 0,
            level: read("unit_versions", "kind", &row.predecessor_kind, kind)?.level(),
            predecessor: row.predecessor,
            predecessor_code: row.predecessor_code.unwrap_or_default(),
            successor: row.successor,
            successor_code: row.successor_code.unwrap_or_default(),
            succession: row.succession.read()?,
        })
    };
    rows.into_iter().map(edge).collect()
}

/// How many units of the register's levels, or above them, did not come from the register.
pub async fn strangers(tx: &mut Tx) -> Result<i64> {
    let sql = format!(
        "select count(distinct v.unit_id) from unit_versions v
         where v.kind in ({}) and not exists (
           select 1 from unit_sources s where s.unit_id = v.unit_id and s.source = $1)",
        words(&[Level::Country, Level::Province, Level::District, Level::Commune]),
    );
    let row: Option<(i64,)> = fetch_optional!(tx, (i64,), sqlx::AssertSqlSafe(sql.as_str()), SOURCE)?;
    Ok(row.map_or(0, |(count,)| count))
}

/// The kinds on some levels as a list of a statement. Words of ours, never of a person.
pub(crate) fn words(levels: &[Level]) -> String {
    let kinds = levels.iter().flat_map(|level| level.kinds());
    kinds.map(|kind| format!("'{}'", kind.code())).collect::<Vec<_>>().join(", ")
}

/// Adds units with their keys. At most 1,000 of them.
pub async fn add_units(tx: &mut Tx, units: &[(&str, UnitId)]) -> Result<()> {
    if units.is_empty() {
        return Ok(());
    }
    insert_rows!(
        tx,
        "insert into units (id) ",
        units,
        |row, unit: &(&str, UnitId)| {
            row.push_bind(unit.1.to_string());
        },
        "",
    )?;
    insert_rows!(
        tx,
        "insert into unit_sources (source, key, unit_id) ",
        units,
        |row, unit: &(&str, UnitId)| {
            row.push_bind(SOURCE);
            row.push_bind(unit.0.to_owned());
            row.push_bind(unit.1.to_string());
        },
        "",
    )?;
    Ok(())
}

/// A version with the identities of its unit and of the one above.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// What the row says.
    pub version: &'a Version,
    /// Whose version it is.
    pub unit: UnitId,
    /// What lies above.
    pub parent: Option<UnitId>,
}

/// Adds versions of units that are there, and makes their names findable. At most 1,000 of them.
pub async fn add_versions(tx: &mut Tx, placed: &[Placed<'_>], order: &text::Order) -> Result<()> {
    if placed.is_empty() {
        return Ok(());
    }
    insert_rows!(
        tx,
        "insert into unit_versions
           (unit_id, valid_from, valid_until, name, search_key, sort_key, kind, code, alt_code, parent_id, basis_from,
            basis_until, illustrative) ",
        placed,
        |row, placed: &Placed<'_>| {
            let Placed { version, unit, parent } = placed;
            row.push_bind(unit.to_string());
            row.push_bind(version.valid.from.to_string());
            row.push_bind(version.valid.until.map(|day| day.to_string()));
            row.push_bind(version.full_name.clone());
            row.push_bind(text::fold(&version.full_name));
            row.push_bind(order.key(&version.full_name));
            row.push_bind(version.kind.code());
            row.push_bind(version.code.clone());
            row.push_bind(version.alt_code.clone());
            row.push_bind(parent.map(|parent| parent.to_string()));
            row.push_bind(version.basis_from.clone());
            row.push_bind(version.basis_until.clone());
            row.push_bind(0_i64);
        },
        "",
    )?;
    let named = |placed: &Placed<'_>| {
        let unit = placed.unit;
        tails(&text::fold(&placed.version.full_name)).into_iter().map(move |(whole, tail)| (whole, tail, unit))
    };
    let names: Vec<(bool, String, UnitId)> = placed.iter().flat_map(named).collect();
    for names in names.chunks(ROWS) {
        insert_rows!(
            tx,
            "insert into unit_tails (whole, tail, unit_id) ",
            names,
            |row, name: &(bool, String, UnitId)| {
                row.push_bind(i64::from(name.0));
                row.push_bind(name.1.clone());
                row.push_bind(name.2.to_string());
            },
            " on conflict (whole, tail, unit_id) do nothing",
        )?;
    }
    Ok(())
}

/// Sets what a newer list may say of a version that is kept: when and by what it ends, and its documents.
pub async fn complete_version(tx: &mut Tx, unit: UnitId, version: &Version) -> Result<()> {
    execute!(
        tx,
        "update unit_versions set valid_until = $3, alt_code = $4, basis_from = $5, basis_until = $6
         where unit_id = $1 and valid_from = $2",
        unit.to_string(),
        version.valid.from.to_string(),
        version.valid.until.map(|day| day.to_string()),
        version.alt_code.as_deref(),
        version.basis_from.as_deref(),
        version.basis_until.as_deref(),
    )?;
    Ok(())
}

/// Adds successions, each with predecessor and successor. At most 1,000 of them.
pub async fn add_edges(tx: &mut Tx, edges: &[(&Edge, UnitId, UnitId)]) -> Result<()> {
    if edges.is_empty() {
        return Ok(());
    }
    insert_rows!(
        tx,
        "insert into unit_successions
           (predecessor_id, effective_on, successor_id, relation, portion, area_portion, population_portion,
            code_inherited, legal_basis, clause, evidence) ",
        edges,
        |row, placed: &(&Edge, UnitId, UnitId)| {
            let (Edge { succession, .. }, predecessor, successor) = placed;
            row.push_bind(predecessor.to_string());
            row.push_bind(succession.on.to_string());
            row.push_bind(successor.to_string());
            row.push_bind(succession.relation.code());
            row.push_bind(succession.portion.code());
            row.push_bind(succession.area.code());
            row.push_bind(succession.population.code());
            row.push_bind(i64::from(succession.code_inherited));
            row.push_bind(succession.legal_basis.clone());
            row.push_bind(succession.clause.clone());
            row.push_bind(succession.evidence.clone());
        },
        "",
    )?;
    Ok(())
}

/// How many units of each kind of the register's levels there were on a day.
pub async fn counts(tx: &mut Tx, as_of: Date) -> Result<BTreeMap<UnitKind, i64>> {
    let rows: Vec<(String, i64)> = fetch_all!(
        tx,
        (String, i64),
        "select kind, count(*) from unit_versions
         where valid_from <= $1 and (valid_until is null or valid_until > $1) group by kind",
        as_of.to_string(),
    )?;
    let mut counts = BTreeMap::new();
    for (kind, count) in rows {
        let kind = read("unit_versions", "kind", &kind, UnitKind::from_code(&kind))?;
        if Level::OF_REGISTER.contains(&kind.level()) {
            counts.insert(kind, count);
        }
    }
    Ok(counts)
}

/// A unit in the list as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Our identity.
    pub unit: UnitId,
    /// The source's key, or our identity where there is none.
    pub uid: String,
    /// Its kind.
    pub kind: UnitKind,
    /// Its code.
    pub code: Option<String>,
    /// A code that others publish.
    pub alt_code: Option<String>,
    /// Its name with its kind.
    pub name: String,
    /// The same of the unit above.
    pub parent_uid: Option<String>,
    /// The code of the unit above.
    pub parent_code: Option<String>,
    /// The code of the province it is or lies in.
    pub province_code: Option<String>,
    /// When the version holds.
    pub valid: Period,
    /// The unit above.
    pub parent: Option<UnitId>,
    /// The first day of the unit.
    pub began_on: Date,
}

/// Units on their way out of the database.
pub struct List<'a>(Rows<'a>);

/// The units of some levels of the register as of a day, by level and code, one at a time.
pub fn list<'a>(tx: &'a mut Tx, levels: &[Level], as_of: Date) -> List<'a> {
    let district = words(&[Level::District]);
    let province = words(&[Level::Province]);
    let in_force = |version: &str| {
        format!(
            "{version}.valid_from <= '{as_of}' and ({version}.valid_until is null or {version}.valid_until > '{as_of}')"
        )
    };
    let sql = format!(
        "select v.unit_id, coalesce(s.key, v.unit_id), v.kind, v.code, v.alt_code, v.name,
           coalesce(ps.key, v.parent_id), p.code,
           case when v.kind in ({province}) then v.code when p.kind in ({province}) then p.code else g.code end,
           v.valid_from, v.valid_until, v.parent_id,
           (select min(f.valid_from) from unit_versions f where f.unit_id = v.unit_id)
         from unit_versions v
         left join unit_sources s on s.unit_id = v.unit_id and s.source = '{SOURCE}'
         left join unit_versions p on p.unit_id = v.parent_id and {}
         left join unit_sources ps on ps.unit_id = v.parent_id and ps.source = '{SOURCE}'
         left join unit_versions g on g.unit_id = p.parent_id and {}
         where v.kind in ({}) and {}
         order by case when v.kind in ({province}) then 0 when v.kind in ({district}) then 1 else 2 end,
           v.code nulls last, v.unit_id",
        in_force("p"),
        in_force("g"),
        words(levels),
        in_force("v"),
    );
    List(rows::stream(tx, sql, vec![false; 13]))
}

impl List<'_> {
    /// The next unit; none after the last.
    pub async fn next(&mut self) -> Result<Option<Listed>> {
        const TABLE: &str = "unit_versions";
        let Some(row) = self.0.next().await? else { return Ok(None) };
        let mut cell = rows::texts(row);
        let missing = || Failure::Unreadable { table: TABLE, column: "unit_id", value: String::new() };
        let unit = parse(TABLE, "unit_id", &cell().ok_or_else(missing)?)?;
        let uid = cell().unwrap_or_default();
        let kind = cell().unwrap_or_default();
        Ok(Some(Listed {
            unit,
            uid,
            kind: read(TABLE, "kind", &kind, UnitKind::from_code(&kind))?,
            code: cell(),
            alt_code: cell(),
            name: cell().unwrap_or_default(),
            parent_uid: cell(),
            parent_code: cell(),
            province_code: cell(),
            valid: Period {
                from: parse(TABLE, "valid_from", &cell().unwrap_or_default())?,
                until: parse_optional(TABLE, "valid_until", cell().as_deref())?,
            },
            parent: parse_optional(TABLE, "parent_id", cell().as_deref())?,
            began_on: parse(TABLE, "valid_from", &cell().unwrap_or_default())?,
        }))
    }
}
