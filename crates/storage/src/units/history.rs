//! Units over all their time: every version, and which unit took over from which.

use std::collections::{BTreeMap, BTreeSet};

use dienhinh_domain::{
    ids::{ReformId, UnitId},
    text,
    units::{
        UnitVersion,
        succession::{Portion, Relation, Succession},
    },
};
use jiff::civil::Date;

use super::{CANDIDATES_MAX, TAIL_CHARS, VersionRow, escaped};
use crate::{
    Result, Tx,
    dialect::{among, fetch_all, one_of, parse, read, together},
};

/// The source whose keys are kept: there is one register.
pub(super) const SOURCE: &str = "register";

const SUCCESSIONS: &str = "unit_successions";

/// A version with its documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// What the unit was.
    pub version: UnitVersion,
    /// A code that others publish for it.
    pub alt_code: Option<String>,
    /// The legal document it begins by.
    pub basis_from: Option<String>,
    /// The legal document it ends by.
    pub basis_until: Option<String>,
    /// The key under which the list it came from knows the unit.
    pub uid: Option<String>,
    /// What the unit above is called, on the first day of the version or of its own.
    pub parent_name: Option<String>,
}

/// A unit as a succession names it: before it for who gave, after it for who took over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its identity.
    pub unit: UnitId,
    /// Its key in the list it came from.
    pub uid: Option<String>,
    /// Its name with its kind.
    pub name: String,
    /// Its code.
    pub code: Option<String>,
}

/// A succession with both units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What happened.
    pub succession: Succession,
    /// Who gave, as it was on the day before.
    pub predecessor: Named,
    /// Who took over, as it was on the day.
    pub successor: Named,
}

/// Every version of some units, earliest first. Callers bound the number of units.
pub async fn chapters(tx: &mut Tx, units: &[UnitId]) -> Result<BTreeMap<UnitId, Vec<Chapter>>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        version: VersionRow,
        alt_code: Option<String>,
        basis_from: Option<String>,
        basis_until: Option<String>,
        uid: Option<String>,
        parent_name: Option<String>,
    }
    let sql = format!(
        "select v.unit_id, v.valid_from, v.valid_until, v.name, v.kind, v.code, v.parent_id, v.illustrative, v.alt_code,
           v.basis_from, v.basis_until, s.key as uid,
           (select p.name from unit_versions p where p.unit_id = v.parent_id
              and (p.valid_until is null or p.valid_until > v.valid_from)
            order by p.valid_from limit 1) as parent_name
         from unit_versions v left join unit_sources s on s.unit_id = v.unit_id and s.source = '{SOURCE}'
         where v.unit_id {} order by v.unit_id, v.valid_from",
        one_of(tx, "$1"),
    );
    let rows = fetch_all!(tx, Row, sqlx::AssertSqlSafe(sql.as_str()), together(units))?;
    let mut chapters: BTreeMap<UnitId, Vec<Chapter>> = BTreeMap::new();
    for row in rows {
        let version = row.version.read()?;
        chapters.entry(version.unit).or_default().push(Chapter {
            version,
            alt_code: row.alt_code,
            basis_from: row.basis_from,
            basis_until: row.basis_until,
            uid: row.uid,
            parent_name: row.parent_name,
        });
    }
    Ok(chapters)
}

/// Every version of the units in whose names, at any time, one of some folded names stands from the beginning of a word
/// to the end. Callers bound the number of names.
pub async fn named(tx: &mut Tx, folded: &BTreeSet<String>) -> Result<Vec<UnitVersion>> {
    let cut = |name: &String| name.chars().take(TAIL_CHARS).collect::<String>();
    let chosen = one_of(tx, "$1");
    let few = among(
        tx,
        &format!(
            "select unit_id from unit_tails where whole = 1 and tail {chosen}
             union select unit_id from unit_tails where whole = 0 and tail {chosen}"
        ),
    );
    let sql = format!(
        "select unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative from unit_versions
         where unit_id {few} order by unit_id, valid_from"
    );
    let rows = fetch_all!(tx, VersionRow, sqlx::AssertSqlSafe(sql.as_str()), together(folded.iter().map(cut)))?;
    rows.into_iter().map(VersionRow::read).collect()
}

/// When, how and by which law, as stored. Callers select its columns from `unit_successions`.
#[derive(sqlx::FromRow)]
pub(super) struct SuccessionRow {
    effective_on: String,
    relation: String,
    portion: String,
    area_portion: String,
    population_portion: String,
    code_inherited: i64,
    legal_basis: Option<String>,
    clause: Option<String>,
    evidence: Option<String>,
}

impl SuccessionRow {
    pub(super) fn read(self) -> Result<Succession> {
        let portion = |column, word: &str| read(SUCCESSIONS, column, word, Portion::from_code(word));
        Ok(Succession {
            on: parse(SUCCESSIONS, "effective_on", &self.effective_on)?,
            relation: read(SUCCESSIONS, "relation", &self.relation, Relation::from_code(&self.relation))?,
            portion: portion("portion", &self.portion)?,
            area: portion("area_portion", &self.area_portion)?,
            population: portion("population_portion", &self.population_portion)?,
            code_inherited: self.code_inherited != 0,
            legal_basis: self.legal_basis,
            clause: self.clause,
            evidence: self.evidence,
        })
    }
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    predecessor_id: String,
    successor_id: String,
    #[sqlx(flatten)]
    succession: SuccessionRow,
    predecessor_uid: Option<String>,
    predecessor_name: String,
    predecessor_code: Option<String>,
    successor_uid: Option<String>,
    successor_name: String,
    successor_code: Option<String>,
}

impl LinkRow {
    fn read(self) -> Result<Link> {
        let named = |unit, uid, name, code| Named { unit, uid, name, code };
        let predecessor = parse(SUCCESSIONS, "predecessor_id", &self.predecessor_id)?;
        let successor = parse(SUCCESSIONS, "successor_id", &self.successor_id)?;
        Ok(Link {
            succession: self.succession.read()?,
            predecessor: named(predecessor, self.predecessor_uid, self.predecessor_name, self.predecessor_code),
            successor: named(successor, self.successor_uid, self.successor_name, self.successor_code),
        })
    }
}

/// Every succession that some units gave or took part in, earliest first. Callers bound the number of units.
pub async fn links(tx: &mut Tx, units: &[UnitId]) -> Result<Vec<Link>> {
    let chosen = one_of(tx, "$1");
    let sql = linked(&format!(
        "select predecessor_id, effective_on, successor_id from unit_successions where predecessor_id {chosen}
         union
         select predecessor_id, effective_on, successor_id from unit_successions where successor_id {chosen}"
    ));
    let rows = fetch_all!(tx, LinkRow, sqlx::AssertSqlSafe(sql.as_str()), together(units))?;
    rows.into_iter().map(LinkRow::read).collect()
}

/// Every succession of a reform, by code of who gave.
pub(super) async fn links_of(tx: &mut Tx, reform: ReformId) -> Result<Vec<Link>> {
    let sql = linked("select predecessor_id, effective_on, successor_id from unit_successions where reform_id = $1");
    let rows = fetch_all!(tx, LinkRow, sqlx::AssertSqlSafe(sql.as_str()), reform.to_string())?;
    rows.into_iter().map(LinkRow::read).collect()
}

/// Successions with both units, of those that a statement chooses.
fn linked(chosen: &str) -> String {
    format!(
        "with chosen as ({chosen})
         select e.predecessor_id, e.successor_id, e.effective_on, e.relation, e.portion, e.area_portion,
           e.population_portion, e.code_inherited, e.legal_basis, e.clause, e.evidence,
           ps.key as predecessor_uid, p.name as predecessor_name, p.code as predecessor_code,
           ss.key as successor_uid, s.name as successor_name, s.code as successor_code
         from chosen c
         join unit_successions e on e.predecessor_id = c.predecessor_id and e.effective_on = c.effective_on
           and e.successor_id = c.successor_id
         join unit_versions p on p.unit_id = e.predecessor_id and p.valid_from < e.effective_on
           and (p.valid_until is null or p.valid_until >= e.effective_on)
         join unit_versions s on s.unit_id = e.successor_id and s.valid_from <= e.effective_on
           and (s.valid_until is null or s.valid_until > e.effective_on)
         left join unit_sources ps on ps.unit_id = e.predecessor_id and ps.source = '{SOURCE}'
         left join unit_sources ss on ss.unit_id = e.successor_id and ss.source = '{SOURCE}'
         order by e.effective_on, p.code nulls last, p.sort_key, s.code nulls last, s.sort_key, e.predecessor_id,
           e.successor_id"
    )
}

/// At most `limit` units that ever bore what was typed as their code, a rival code or their key in the list they came
/// from, or in whose name, at any time or on a day, it stands from the beginning of a word on. Codes come first, then
/// names with the exact accents, then the rest, each in reading order.
pub async fn ever(tx: &mut Tx, typed: &str, on: Option<Date>, limit: i64) -> Result<Vec<UnitId>> {
    let (folded, exact) = (text::fold(typed), text::nfc(typed));
    if folded.is_empty() {
        return Ok(Vec::new());
    }
    let head: String = folded.chars().take(TAIL_CHARS).collect();
    let (few, keyed) = (among(tx, "select unit_id from found"), among(tx, "select unit_id from keyed"));
    let sql = format!(
        "with keyed as (
           select unit_id from unit_sources where source = '{SOURCE}' and key = $1
         ), found as (
           select unit_id from unit_versions where code = $1
           union select unit_id from unit_versions where alt_code = $1
           union select unit_id from keyed
           union select unit_id from (
             select unit_id from unit_tails where whole = 1 and tail >= $2 and tail < $3
             order by tail, unit_id limit {CANDIDATES_MAX}) from_the_start
           union select unit_id from (
             select unit_id from unit_tails where whole = 0 and tail >= $2 and tail < $3
             order by tail, unit_id limit {CANDIDATES_MAX}) further_on
         ), ranked as (
           select v.unit_id,
             min(case when v.code = $1 or v.alt_code = $1 or v.unit_id {keyed} then 0
                      when lower(v.name) like $5 escape '\\' then 1 else 2 end) as place,
             min(v.sort_key) as sort_key
           from unit_versions v
           where v.unit_id {few}
             and (v.code = $1 or v.alt_code = $1 or v.unit_id {keyed} or v.search_key like $4 escape '\\')
             and ($6 = '' or v.valid_from <= $6 and (v.valid_until is null or v.valid_until > $6))
           group by v.unit_id
         )
         select unit_id from ranked order by place, sort_key, unit_id limit $7"
    );
    let rows: Vec<(String,)> = fetch_all!(
        tx,
        (String,),
        sqlx::AssertSqlSafe(sql.as_str()),
        &exact,
        &head,
        format!("{head}\u{10ffff}"),
        format!("%{}%", escaped(&folded)),
        format!("%{}%", escaped(&exact.to_ascii_lowercase())),
        on.map(|day| day.to_string()).unwrap_or_default(),
        limit,
    )?;
    rows.into_iter().map(|(unit,)| parse("unit_versions", "unit_id", &unit)).collect()
}
