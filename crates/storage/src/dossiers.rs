//! Dossiers, their answers in three columns, what came back, and what was frozen.

pub mod list;

use std::collections::BTreeMap;

use dienhinh_domain::{
    dossiers::{Answer, Dossier, Return, Stage, Standing, State},
    ids::{CycleId, DossierId, UnitId},
};

use crate::{
    Failure, Result, Tx,
    cycles::figures,
    dialect::{
        execute, fetch_all, fetch_optional, insert_rows, instant, one_of, parse, parse_optional, read, together,
    },
};

const TABLE: &str = "dossiers";

#[derive(sqlx::FromRow)]
struct DossierRow {
    id: String,
    unit_id: String,
    cycle_id: String,
    state: String,
    round: i64,
    registered_on: Option<String>,
    submitted_at: Option<i64>,
    frozen_sha256: Option<String>,
}

impl DossierRow {
    fn read(self) -> Result<Dossier> {
        Ok(Dossier {
            id: parse(TABLE, "id", &self.id)?,
            unit: parse(TABLE, "unit_id", &self.unit_id)?,
            cycle: parse(TABLE, "cycle_id", &self.cycle_id)?,
            state: read(TABLE, "state", &self.state, State::from_code(&self.state))?,
            round: self.round,
            registered_on: parse_optional(TABLE, "registered_on", self.registered_on.as_deref())?,
            submitted_at: self.submitted_at.map(|at| instant(TABLE, "submitted_at", at)).transpose()?,
            frozen_sha256: self.frozen_sha256,
        })
    }
}

/// Adds a dossier. A second one for the same unit and cycle is a failure of the caller.
pub async fn insert(tx: &mut Tx, dossier: &Dossier) -> Result<()> {
    execute!(
        tx,
        "insert into dossiers (id, unit_id, cycle_id, state, round, registered_on, submitted_at, frozen_sha256)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        dossier.id.to_string(),
        dossier.unit.to_string(),
        dossier.cycle.to_string(),
        dossier.state.code(),
        dossier.round,
        dossier.registered_on.map(|day| day.to_string()),
        dossier.submitted_at.map(jiff::Timestamp::as_microsecond),
        dossier.frozen_sha256.as_deref(),
    )?;
    figures::enter(tx, &[dossier.id]).await
}

/// Adds the dossiers of one cycle whose units have none in it yet, and says how many it added. Callers bound the number
/// of dossiers: one statement takes them all.
pub async fn insert_missing(tx: &mut Tx, dossiers: &[Dossier]) -> Result<u64> {
    let Some(cycle) = dossiers.first().map(|dossier| dossier.cycle) else { return Ok(0) };
    let units = standing_in(tx, &[cycle], dossiers.iter().map(|dossier| dossier.unit)).await?;
    let there: std::collections::BTreeSet<UnitId> = units.into_iter().map(|(unit, ..)| unit).collect();
    let missing: Vec<&Dossier> = dossiers.iter().filter(|dossier| !there.contains(&dossier.unit)).collect();
    if missing.is_empty() {
        return Ok(0);
    }
    let added = insert_rows!(
        tx,
        "insert into dossiers (id, unit_id, cycle_id, state, round) ",
        &missing,
        |row, dossier: &&Dossier| {
            row.push_bind(dossier.id.to_string());
            row.push_bind(dossier.unit.to_string());
            row.push_bind(dossier.cycle.to_string());
            row.push_bind(dossier.state.code());
            row.push_bind(dossier.round);
        },
        "",
    )?;
    figures::enter(tx, &missing.iter().map(|dossier| dossier.id).collect::<Vec<_>>()).await?;
    Ok(added)
}

/// Writes the state of a dossier that is there, and what it adds to the figures of its areas: a standing as long as it
/// is handed in, none otherwise.
pub async fn save(tx: &mut Tx, dossier: &Dossier, standing: Option<&Standing>) -> Result<()> {
    let before = figures::counted(tx, dossier.id).await?;
    let marks = standing.map(Standing::letters);
    execute!(
        tx,
        "update dossiers set state = $2, round = $3, registered_on = $4, submitted_at = $5, frozen_sha256 = $6,
           marks = $7, fulfils = $8
         where id = $1",
        dossier.id.to_string(),
        dossier.state.code(),
        dossier.round,
        dossier.registered_on.map(|day| day.to_string()),
        dossier.submitted_at.map(jiff::Timestamp::as_microsecond),
        dossier.frozen_sha256.as_deref(),
        marks.as_deref(),
        i64::from(standing.is_some_and(|standing| standing.fulfils)),
    )?;
    figures::moved(tx, dossier, before, standing).await
}

/// Where the dossiers of some units stand in some cycles. Callers bound both.
pub async fn standing_in(
    tx: &mut Tx,
    cycles: &[CycleId],
    units: impl Iterator<Item = UnitId>,
) -> Result<Vec<(UnitId, CycleId, State)>> {
    // The units are few and a cycle is large: written so, no database begins with the index of the cycles.
    let sql = format!(
        "select unit_id, cycle_id, state from dossiers where unit_id {} and cycle_id || '' {}",
        one_of(tx, "$1"),
        one_of(tx, "$2"),
    );
    let rows: Vec<(String, String, String)> = fetch_all!(
        tx,
        (String, String, String),
        sqlx::AssertSqlSafe(sql.as_str()),
        together(units),
        together(cycles),
    )?;
    let read = |(unit, cycle, state): (String, String, String)| {
        let state = read(TABLE, "state", &state, State::from_code(&state))?;
        Ok((parse(TABLE, "unit_id", &unit)?, parse(TABLE, "cycle_id", &cycle)?, state))
    };
    rows.into_iter().map(read).collect()
}

/// At most `limit` dossiers after one that were handed in before standings were kept, and have none.
pub async fn without_standing(tx: &mut Tx, after: Option<DossierId>, limit: i64) -> Result<Vec<Dossier>> {
    let rows = fetch_all!(
        tx,
        DossierRow,
        "select id, unit_id, cycle_id, state, round, registered_on, submitted_at, frozen_sha256
         from dossiers
         where id > $1 and marks is null and state in ('submitted', 'appraised', 'recognised', 'not_recognised')
         order by id limit $2",
        after.map(|id| id.to_string()).unwrap_or_default(),
        limit,
    )?;
    rows.into_iter().map(DossierRow::read).collect()
}

/// A dossier by its identity.
pub async fn get(tx: &mut Tx, id: DossierId) -> Result<Option<Dossier>> {
    let row = fetch_optional!(
        tx,
        DossierRow,
        "select id, unit_id, cycle_id, state, round, registered_on, submitted_at, frozen_sha256
         from dossiers where id = $1",
        id.to_string(),
    )?;
    row.map(DossierRow::read).transpose()
}

/// Some dossiers by their identities. Callers bound their number.
pub async fn some(tx: &mut Tx, ids: impl Iterator<Item = DossierId>) -> Result<BTreeMap<DossierId, Dossier>> {
    let sql = format!(
        "select id, unit_id, cycle_id, state, round, registered_on, submitted_at, frozen_sha256
         from dossiers where id {}",
        one_of(tx, "$1"),
    );
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let rows = fetch_all!(tx, DossierRow, sql, together(ids))?;
    rows.into_iter().map(|row| row.read().map(|dossier| (dossier.id, dossier))).collect()
}

/// Every dossier of a unit, over all programmes and years.
pub async fn of_unit(tx: &mut Tx, unit: UnitId) -> Result<Vec<Dossier>> {
    let rows = fetch_all!(
        tx,
        DossierRow,
        "select d.id, d.unit_id, d.cycle_id, d.state, d.round, d.registered_on, d.submitted_at, d.frozen_sha256
         from dossiers d join cycles c on c.id = d.cycle_id
         where d.unit_id = $1 order by c.year desc, c.set_code",
        unit.to_string(),
    )?;
    rows.into_iter().map(DossierRow::read).collect()
}

/// What some dossiers add to the figures of their areas; absent those that add nothing. Callers bound their number.
pub async fn standings(tx: &mut Tx, ids: impl Iterator<Item = DossierId>) -> Result<BTreeMap<DossierId, Standing>> {
    let sql = format!("select id, marks, fulfils from dossiers where marks is not null and id {}", one_of(tx, "$1"));
    let sql = sqlx::AssertSqlSafe(sql.as_str());
    let rows: Vec<(String, String, i64)> = fetch_all!(tx, (String, String, i64), sql, together(ids))?;
    let standing = |(id, marks, fulfils): (String, String, i64)| {
        Ok((parse(TABLE, "id", &id)?, read(TABLE, "marks", &marks, Standing::from_letters(&marks, fulfils != 0))?))
    };
    rows.into_iter().map(standing).collect()
}

/// A page of a cycle's dossiers in the order of their identities: at most `limit` after `after`.
pub async fn of_cycle(tx: &mut Tx, cycle: CycleId, after: Option<DossierId>, limit: i64) -> Result<Vec<Dossier>> {
    let rows = fetch_all!(
        tx,
        DossierRow,
        "select id, unit_id, cycle_id, state, round, registered_on, submitted_at, frozen_sha256
         from dossiers where cycle_id = $1 and id > $2 order by id limit $3",
        cycle.to_string(),
        after.map(|id| id.to_string()).unwrap_or_default(),
        limit,
    )?;
    rows.into_iter().map(DossierRow::read).collect()
}

#[derive(sqlx::FromRow)]
struct ChildRow {
    kind: String,
    state: String,
}

/// How the dossiers of the units directly below one stand in a programme and year, as kind and state.
/// `as_of` is the ISO day on which "below" is judged.
pub async fn states_below(
    tx: &mut Tx,
    parent: UnitId,
    programme: &str,
    year: i16,
    as_of: jiff::civil::Date,
) -> Result<Vec<(String, State)>> {
    let rows = fetch_all!(
        tx,
        ChildRow,
        "select v.kind, d.state
         from unit_versions v join dossiers d on d.unit_id = v.unit_id join cycles c on c.id = d.cycle_id
         where v.parent_id = $1 and v.valid_from <= $2 and (v.valid_until is null or v.valid_until > $2)
           and c.programme = $3 and c.year = $4
         order by v.kind, d.id",
        parent.to_string(),
        as_of.to_string(),
        programme,
        i64::from(year),
    )?;
    rows.into_iter()
        .map(|row| Ok((row.kind, read(TABLE, "state", &row.state, State::from_code(&row.state))?)))
        .collect()
}

/// The answers of one dossier by criterion and column.
pub type Answers = BTreeMap<(String, Stage), Answer>;

#[derive(sqlx::FromRow)]
struct AnswerRow {
    dossier_id: String,
    criterion: String,
    stage: String,
    inputs: String,
    note: String,
    revision: i64,
    at: i64,
}

impl AnswerRow {
    fn read(self) -> Result<(DossierId, (String, Stage), Answer)> {
        const TABLE: &str = "dossier_answers";
        let inputs = read(TABLE, "inputs", &self.inputs, serde_json::from_str(&self.inputs).ok())?;
        let stage = read(TABLE, "stage", &self.stage, Stage::from_code(&self.stage))?;
        let answer = Answer { inputs, note: self.note, revision: self.revision, at: instant(TABLE, "at", self.at)? };
        Ok((parse(TABLE, "dossier_id", &self.dossier_id)?, (self.criterion, stage), answer))
    }
}

/// Everything answered in a dossier.
pub async fn answers(tx: &mut Tx, dossier: DossierId) -> Result<Answers> {
    Ok(answers_by_dossier(tx, std::iter::once(dossier)).await?.remove(&dossier).unwrap_or_default())
}

/// Everything answered in some dossiers. Callers bound their number.
pub async fn answers_by_dossier(
    tx: &mut Tx,
    ids: impl Iterator<Item = DossierId>,
) -> Result<BTreeMap<DossierId, Answers>> {
    let sql = format!(
        "select dossier_id, criterion, stage, inputs, note, revision, at from dossier_answers where dossier_id {}",
        one_of(tx, "$1"),
    );
    by_dossier(fetch_all!(tx, AnswerRow, sqlx::AssertSqlSafe(sql.as_str()), together(ids))?)
}

fn by_dossier(rows: Vec<AnswerRow>) -> Result<BTreeMap<DossierId, Answers>> {
    let mut by_dossier: BTreeMap<DossierId, Answers> = BTreeMap::new();
    for row in rows {
        let (dossier, key, answer) = row.read()?;
        by_dossier.entry(dossier).or_default().insert(key, answer);
    }
    Ok(by_dossier)
}

/// Writes an answer that was built on revision `built_on` (0: none was there). None when somebody
/// else has written it since; otherwise the new revision.
pub async fn save_answer(
    tx: &mut Tx,
    dossier: DossierId,
    criterion: &str,
    stage: Stage,
    answer: &Answer,
    built_on: i64,
) -> Result<Option<i64>> {
    let inputs = serde_json::to_string(&answer.inputs)
        .map_err(|cause| Failure::Database(sqlx::Error::Encode(Box::new(cause))))?;
    let row: Option<(i64,)> = fetch_optional!(
        tx,
        (i64,),
        "insert into dossier_answers (dossier_id, criterion, stage, inputs, note, revision, at)
         select $1, $2, $3, $4, $5, 1, $6
         where $7 = 0 or exists
           (select 1 from dossier_answers where dossier_id = $1 and criterion = $2 and stage = $3)
         on conflict (dossier_id, criterion, stage) do update
           set inputs = excluded.inputs, note = excluded.note, at = excluded.at,
               revision = dossier_answers.revision + 1
           where dossier_answers.revision = $7
         returning revision",
        dossier.to_string(),
        criterion,
        stage.code(),
        inputs,
        &answer.note,
        answer.at.as_microsecond(),
        built_on,
    )?;
    Ok(row.map(|(revision,)| revision))
}

/// Takes one answer away, as when a row is marked for return after it had been agreed with.
pub async fn remove_answer(tx: &mut Tx, dossier: DossierId, criterion: &str, stage: Stage) -> Result<()> {
    execute!(
        tx,
        "delete from dossier_answers where dossier_id = $1 and criterion = $2 and stage = $3",
        dossier.to_string(),
        criterion,
        stage.code(),
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ReturnRow {
    dossier_id: String,
    criterion: String,
    round: i64,
    reason: String,
    reply: String,
}

/// Every return of a dossier, first round first.
pub async fn returns(tx: &mut Tx, dossier: DossierId) -> Result<Vec<Return>> {
    Ok(returns_by_dossier(tx, std::iter::once(dossier)).await?.remove(&dossier).unwrap_or_default())
}

/// Every return of some dossiers, of each the first round first. Callers bound their number.
pub async fn returns_by_dossier(
    tx: &mut Tx,
    ids: impl Iterator<Item = DossierId>,
) -> Result<BTreeMap<DossierId, Vec<Return>>> {
    let sql = format!(
        "select dossier_id, criterion, round, reason, reply from dossier_returns where dossier_id {}
         order by dossier_id, round, criterion",
        one_of(tx, "$1"),
    );
    let mut found: BTreeMap<DossierId, Vec<Return>> = BTreeMap::new();
    for row in fetch_all!(tx, ReturnRow, sqlx::AssertSqlSafe(sql.as_str()), together(ids))? {
        let ReturnRow { dossier_id, criterion, round, reason, reply } = row;
        let dossier = parse("dossier_returns", "dossier_id", &dossier_id)?;
        found.entry(dossier).or_default().push(Return { criterion, round, reason, reply });
    }
    Ok(found)
}

/// Marks a row for return, or writes its reply, replacing what was there for that round.
pub async fn save_return(tx: &mut Tx, dossier: DossierId, row: &Return) -> Result<()> {
    execute!(
        tx,
        "insert into dossier_returns (dossier_id, criterion, round, reason, reply) values ($1, $2, $3, $4, $5)
         on conflict (dossier_id, criterion, round) do update set reason = excluded.reason, reply = excluded.reply",
        dossier.to_string(),
        &row.criterion,
        row.round,
        &row.reason,
        &row.reply,
    )?;
    Ok(())
}

/// Takes the mark of a row away before the dossier goes back.
pub async fn remove_return(tx: &mut Tx, dossier: DossierId, criterion: &str, round: i64) -> Result<()> {
    execute!(
        tx,
        "delete from dossier_returns where dossier_id = $1 and criterion = $2 and round = $3",
        dossier.to_string(),
        criterion,
        round,
    )?;
    Ok(())
}

/// Keeps what was frozen at a submission, under its hash.
pub async fn insert_snapshot(tx: &mut Tx, dossier: &Dossier, sha256: &str, content: &str) -> Result<()> {
    execute!(
        tx,
        "insert into dossier_snapshots (dossier_id, round, sha256, content) values ($1, $2, $3, $4)",
        dossier.id.to_string(),
        dossier.round,
        sha256,
        content,
    )?;
    Ok(())
}

/// What was frozen in a round, with its hash.
pub async fn snapshot(tx: &mut Tx, dossier: DossierId, round: i64) -> Result<Option<(String, String)>> {
    fetch_optional!(
        tx,
        (String, String),
        "select sha256, content from dossier_snapshots where dossier_id = $1 and round = $2",
        dossier.to_string(),
        round,
    )
}

/// What is frozen of some dossiers in the round in which they stand; absent where nothing is. Callers bound their number.
pub async fn frozen(tx: &mut Tx, ids: impl Iterator<Item = DossierId>) -> Result<BTreeMap<DossierId, String>> {
    let ids: Vec<DossierId> = ids.collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "select d.id, s.content
         from dossiers d join dossier_snapshots s on s.dossier_id = d.id and s.round = d.round where d.id {}",
        one_of(tx, "$1"),
    );
    let rows = fetch_all!(tx, (String, String), sqlx::AssertSqlSafe(sql.as_str()), together(ids))?;
    rows.into_iter().map(|(id, content)| Ok((parse(TABLE, "id", &id)?, content))).collect()
}

/// Keeps what was judged of a dossier, under its hash, before it opens again.
pub async fn insert_judged(tx: &mut Tx, dossier: DossierId, sha256: &str, content: &str) -> Result<()> {
    execute!(
        tx,
        "insert into dossier_judged (dossier_id, sha256, content) values ($1, $2, $3)",
        dossier.to_string(),
        sha256,
        content,
    )?;
    Ok(())
}

/// What was judged of some dossiers before they were opened again, by its hash; absent those that never were. Callers bound
/// their number.
pub async fn judged(
    tx: &mut Tx,
    ids: impl Iterator<Item = DossierId>,
) -> Result<BTreeMap<(DossierId, String), String>> {
    let sql = format!("select dossier_id, sha256, content from dossier_judged where dossier_id {}", one_of(tx, "$1"));
    let rows = fetch_all!(tx, (String, String, String), sqlx::AssertSqlSafe(sql.as_str()), together(ids))?;
    let read = |(id, sha256, content): (String, String, String)| {
        Ok(((parse("dossier_judged", "dossier_id", &id)?, sha256), content))
    };
    rows.into_iter().map(read).collect()
}

/// Takes one column of a dossier away.
pub async fn remove_column(tx: &mut Tx, dossier: DossierId, stage: Stage) -> Result<()> {
    execute!(
        tx,
        "delete from dossier_answers where dossier_id = $1 and stage = $2",
        dossier.to_string(),
        stage.code(),
    )?;
    Ok(())
}
