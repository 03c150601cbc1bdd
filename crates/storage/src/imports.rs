//! Spreadsheets that were taken in: what each of them wrote, so that exactly that can be taken back, and the maps by which
//! they were read.

pub mod drafts;

use std::collections::BTreeMap;

use dienhinh_domain::{
    access::Actor,
    audit::Author,
    dossiers::{Dossier, Return},
    ids::{CycleId, DossierId, ImportId, UnitId},
    text::Order,
    units::{Level, UnitVersion},
};
use jiff::{Timestamp, civil::Date};

use crate::{
    Failure, Result, Tx,
    dialect::{
        actor, execute, fetch_all, fetch_optional, insert_rows, instant, one_of, parse, parse_optional, read, together,
    },
    dossiers::{returns_by_dossier, some},
    units::{VersionRow, insert, register::words},
};

const TABLE: &str = "imports";

/// How many rows one statement takes.
const ROWS: usize = 1_000;

/// What the rows of an import became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Became {
    /// Residential areas and bodies.
    Units,
    /// Answers in dossiers.
    Answers,
}

impl Became {
    /// The word in the database and in output.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Answers => "answers",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Units, Self::Answers].into_iter().find(|became| became.code() == code)
    }
}

/// A spreadsheet that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its identity.
    pub id: ImportId,
    /// Who took it in.
    pub by: Author,
    /// What its rows became.
    pub became: Became,
    /// The cycle that was answered.
    pub cycle: Option<CycleId>,
    /// The name of the file.
    pub file_name: String,
    /// SHA-256 of the file, 64 hex digits.
    pub file_sha256: String,
    /// The name of the map by which it was read.
    pub map_name: String,
    /// Rows that were written.
    pub written: i64,
    /// Rows that said what was there already.
    pub unchanged: i64,
    /// Rows that were left out for a mistake.
    pub rejected: i64,
    /// When it was taken in.
    pub made_at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct ImportRow {
    id: String,
    target: String,
    cycle_id: Option<String>,
    file_name: String,
    file_sha256: String,
    map_name: String,
    written: i64,
    unchanged: i64,
    rejected: i64,
    made_at: i64,
    undone_at: Option<i64>,
    role: Option<String>,
    scope: Option<String>,
}

impl ImportRow {
    fn read(self) -> Result<Import> {
        let by = match (&self.role, &self.scope) {
            (Some(role), Some(scope)) => Author::Actor(actor(TABLE, role, scope)?),
            _ => Author::Operator,
        };
        Ok(Import {
            id: parse(TABLE, "id", &self.id)?,
            by,
            became: read(TABLE, "target", &self.target, Became::from_code(&self.target))?,
            cycle: parse_optional(TABLE, "cycle_id", self.cycle_id.as_deref())?,
            file_name: self.file_name,
            file_sha256: self.file_sha256,
            map_name: self.map_name,
            written: self.written,
            unchanged: self.unchanged,
            rejected: self.rejected,
            made_at: instant(TABLE, "made_at", self.made_at)?,
            undone_at: self.undone_at.map(|at| instant(TABLE, "undone_at", at)).transpose()?,
        })
    }
}

/// Keeps that a spreadsheet was taken in.
pub async fn add(tx: &mut Tx, import: &Import) -> Result<()> {
    execute!(
        tx,
        "insert into imports
           (id, target, cycle_id, file_name, file_sha256, map_name, written, unchanged, rejected, made_at, role, scope, number)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
           (select coalesce(max(number), 0) + 1 from imports))",
        import.id.to_string(),
        import.became.code(),
        import.cycle.map(|cycle| cycle.to_string()),
        &import.file_name,
        &import.file_sha256,
        &import.map_name,
        import.written,
        import.unchanged,
        import.rejected,
        import.made_at.as_microsecond(),
        import.by.scope().map(|_| import.by.code()),
        import.by.scope().map(|scope| scope.to_string()),
    )?;
    Ok(())
}

/// At most `limit` imports, the latest first.
pub async fn latest(tx: &mut Tx, limit: i64) -> Result<Vec<Import>> {
    let rows = fetch_all!(
        tx,
        ImportRow,
        "select id, target, cycle_id, file_name, file_sha256, map_name, written, unchanged, rejected, made_at, undone_at, role,
           scope
         from imports order by number desc limit $1",
        limit,
    )?;
    rows.into_iter().map(ImportRow::read).collect()
}

/// At most `limit` imports of one who took them in from a page, the latest first.
pub async fn latest_of(tx: &mut Tx, actor: Actor, limit: i64) -> Result<Vec<Import>> {
    let rows = fetch_all!(
        tx,
        ImportRow,
        "select id, target, cycle_id, file_name, file_sha256, map_name, written, unchanged, rejected, made_at, undone_at, role,
           scope
         from imports where role = $1 and scope = $2 order by number desc limit $3",
        actor.role.code(),
        actor.scope.to_string(),
        limit,
    )?;
    rows.into_iter().map(ImportRow::read).collect()
}

/// An import by its identity.
pub async fn get(tx: &mut Tx, id: ImportId) -> Result<Option<Import>> {
    let row = fetch_optional!(
        tx,
        ImportRow,
        "select id, target, cycle_id, file_name, file_sha256, map_name, written, unchanged, rejected, made_at, undone_at, role,
           scope
         from imports where id = $1",
        id.to_string(),
    )?;
    row.map(ImportRow::read).transpose()
}

/// Keeps when an import was taken back.
pub async fn mark_undone(tx: &mut Tx, id: ImportId, at: Timestamp) -> Result<()> {
    execute!(tx, "update imports set undone_at = $2 where id = $1", id.to_string(), at.as_microsecond())?;
    Ok(())
}

/// Residential areas and bodies directly below some units that are in force on a day or begin later.
pub async fn units_below(tx: &mut Tx, above: impl Iterator<Item = UnitId>, on: Date) -> Result<Vec<UnitVersion>> {
    let place = format!("parent_id {} and kind in ({})", one_of(tx, "$1"), words(&[Level::Below]));
    versions(tx, &place, together(above), on).await
}

/// Units of any level with one of some codes that are in force on a day or begin later.
pub async fn units_with_codes(tx: &mut Tx, codes: impl Iterator<Item = String>, on: Date) -> Result<Vec<UnitVersion>> {
    let place = format!("code {}", one_of(tx, "$1"));
    versions(tx, &place, together(codes), on).await
}

async fn versions(tx: &mut Tx, place: &str, chosen: String, on: Date) -> Result<Vec<UnitVersion>> {
    let sql = format!(
        "select unit_id, valid_from, valid_until, name, kind, code, parent_id, illustrative from unit_versions
         where {place} and (valid_until is null or valid_until > $2)
         order by unit_id, valid_from"
    );
    let rows = fetch_all!(tx, VersionRow, sqlx::AssertSqlSafe(sql.as_str()), chosen, on.to_string())?;
    rows.into_iter().map(VersionRow::read).collect()
}

/// Adds the units that an import made.
pub async fn add_units(tx: &mut Tx, import: ImportId, units: &[UnitVersion]) -> Result<()> {
    let order = Order::new();
    for version in units {
        insert(tx, version, &order).await?;
    }
    for some in units.chunks(ROWS) {
        insert_rows!(
            tx,
            "insert into import_units (import_id, unit_id) ",
            some,
            |row, version: &UnitVersion| {
                row.push_bind(import.to_string());
                row.push_bind(version.unit.to_string());
            },
            "",
        )?;
    }
    Ok(())
}

/// What was built on the units of an import since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BuiltOn {
    /// Their dossiers, and decisions that they issued.
    pub dossiers: i64,
    /// Units of them that changed, units below them, and successions of them.
    pub changes: i64,
}

/// What was built on the units of an import since: while there is any, they stay.
pub async fn built_on(tx: &mut Tx, import: ImportId) -> Result<BuiltOn> {
    let row: Option<(i64, i64)> = fetch_optional!(
        tx,
        (i64, i64),
        "with made as (select unit_id from import_units where import_id = $1)
         select
           (select count(*) from dossiers where unit_id in (select unit_id from made))
           + (select count(*) from decisions where issuing_unit_id in (select unit_id from made)),
           (select count(*) from unit_versions v
            where v.unit_id in (select unit_id from made) and (v.valid_until is not null or v.begun_by is not null))
           + (select count(*) from unit_versions where parent_id in (select unit_id from made))
           + (select count(*) from unit_successions
              where successor_id in (select unit_id from made) or predecessor_id in (select unit_id from made))",
        import.to_string(),
    )?;
    let (dossiers, changes) = row.unwrap_or_default();
    Ok(BuiltOn { dossiers, changes })
}

/// Takes the units of an import away again, while [nothing was built on them](built_on).
pub async fn remove_units(tx: &mut Tx, import: ImportId) -> Result<u64> {
    let mut removed = 0;
    for (table, column) in [
        ("unit_tails", "unit_id"),
        ("cycle_counts", "area_id"),
        ("cycle_marks", "area_id"),
        ("unit_versions", "unit_id"),
        ("units", "id"),
    ] {
        let sql =
            format!("delete from {table} where {column} in (select unit_id from import_units where import_id = $1)");
        removed = execute!(tx, sqlx::AssertSqlSafe(sql.as_str()), import.to_string())?;
    }
    Ok(removed)
}

/// An answer that an import wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenAnswer {
    /// In which dossier.
    pub dossier: DossierId,
    /// To which criterion.
    pub criterion: String,
    /// The figures that stood there before.
    pub inputs_before: BTreeMap<String, i64>,
    /// Their revision; 0 where there were none.
    pub revision_before: i64,
    /// The revision that the import wrote.
    pub revision: i64,
}

/// Keeps which answers an import wrote.
pub async fn add_answers(tx: &mut Tx, import: ImportId, answers: &[WrittenAnswer]) -> Result<()> {
    let text = |answer: &WrittenAnswer| {
        serde_json::to_string(&answer.inputs_before)
            .map_err(|cause| Failure::Database(sqlx::Error::Encode(Box::new(cause))))
    };
    let answers: Vec<(&WrittenAnswer, String)> =
        answers.iter().map(|answer| Ok((answer, text(answer)?))).collect::<Result<_>>()?;
    for some in answers.chunks(ROWS) {
        insert_rows!(
            tx,
            "insert into import_answers (import_id, dossier_id, criterion, inputs_before, revision_before, revision) ",
            some,
            |row, answer: &(&WrittenAnswer, String)| {
                row.push_bind(import.to_string());
                row.push_bind(answer.0.dossier.to_string());
                row.push_bind(answer.0.criterion.clone());
                row.push_bind(answer.1.clone());
                row.push_bind(answer.0.revision_before);
                row.push_bind(answer.0.revision);
            },
            "",
        )?;
    }
    Ok(())
}

/// The answers that an import wrote, by dossier.
pub async fn answers(tx: &mut Tx, import: ImportId) -> Result<Vec<WrittenAnswer>> {
    const TABLE: &str = "import_answers";
    let rows: Vec<(String, String, String, i64, i64)> = fetch_all!(
        tx,
        (String, String, String, i64, i64),
        "select dossier_id, criterion, inputs_before, revision_before, revision from import_answers where import_id = $1
         order by dossier_id, criterion",
        import.to_string(),
    )?;
    let answer = |(dossier, criterion, inputs, revision_before, revision): (String, String, String, i64, i64)| {
        Ok(WrittenAnswer {
            dossier: parse(TABLE, "dossier_id", &dossier)?,
            criterion,
            inputs_before: read(TABLE, "inputs_before", &inputs, serde_json::from_str(&inputs).ok())?,
            revision_before,
            revision,
        })
    };
    rows.into_iter().map(answer).collect()
}

/// Keeps that an answer of an import says again, as a new revision, what it said before: there is nothing more to take
/// back, and the import that wrote what stands there again can be taken back in its turn.
pub async fn restored(tx: &mut Tx, import: ImportId, answer: &WrittenAnswer, revision: i64) -> Result<()> {
    execute!(
        tx,
        "delete from import_answers where import_id = $1 and dossier_id = $2 and criterion = $3",
        import.to_string(),
        answer.dossier.to_string(),
        &answer.criterion,
    )?;
    execute!(
        tx,
        "update import_answers set revision = $4 where dossier_id = $1 and criterion = $2 and revision = $3",
        answer.dossier.to_string(),
        &answer.criterion,
        answer.revision_before,
        revision,
    )?;
    Ok(())
}

/// The dossiers that some units have in a cycle, each with what came back of it.
pub async fn dossiers_of(
    tx: &mut Tx,
    cycle: CycleId,
    units: impl Iterator<Item = UnitId>,
) -> Result<BTreeMap<UnitId, (Dossier, Vec<Return>)>> {
    // The units are few and a cycle is large: written so, no database begins with the index of the cycles.
    let sql = format!("select id from dossiers where unit_id {} and cycle_id || '' = $2", one_of(tx, "$1"));
    let ids: Vec<(String,)> =
        fetch_all!(tx, (String,), sqlx::AssertSqlSafe(sql.as_str()), together(units), cycle.to_string())?;
    let ids: Vec<DossierId> = ids.iter().map(|(id,)| parse("dossiers", "id", id)).collect::<Result<_>>()?;
    let mut returns = returns_by_dossier(tx, ids.iter().copied()).await?;
    let dossiers = some(tx, ids.iter().copied()).await?;
    let with_returns = |dossier: Dossier| {
        let back = returns.remove(&dossier.id).unwrap_or_default();
        (dossier.unit, (dossier, back))
    };
    Ok(dossiers.into_values().map(with_returns).collect())
}

/// A map of a form that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedMap {
    /// Its name.
    pub name: String,
    /// Its TOML.
    pub content: String,
    /// When it was used last, as it is now.
    pub saved_at: Timestamp,
}

/// Keeps a map under its name; another of that name is replaced.
pub async fn save_map(tx: &mut Tx, map: &SavedMap) -> Result<()> {
    execute!(
        tx,
        "insert into sheet_maps (name, content, saved_at) values ($1, $2, $3)
         on conflict (name) do update set content = excluded.content, saved_at = excluded.saved_at",
        &map.name,
        &map.content,
        map.saved_at.as_microsecond(),
    )?;
    Ok(())
}

/// The map that was used last under a name.
pub async fn map(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let row = fetch_optional!(tx, (String,), "select content from sheet_maps where name = $1", name)?;
    Ok(row.map(|(content,)| content))
}

/// The maps that were used, by name.
pub async fn maps(tx: &mut Tx) -> Result<Vec<SavedMap>> {
    let rows: Vec<(String, String, i64)> =
        fetch_all!(tx, (String, String, i64), "select name, content, saved_at from sheet_maps order by name")?;
    let map = |(name, content, at): (String, String, i64)| {
        Ok(SavedMap { name, content, saved_at: instant("sheet_maps", "saved_at", at)? })
    };
    rows.into_iter().map(map).collect()
}
