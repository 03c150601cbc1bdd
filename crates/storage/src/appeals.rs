//! What units say against decisions, and what was answered.

use std::collections::BTreeMap;

use dienhinh_domain::{
    appeals::{Appeal, State},
    ids::{AppealId, DossierId},
};

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, one_of, parse, parse_optional, read, together},
};

const TABLE: &str = "appeals";

#[derive(sqlx::FromRow)]
struct AppealRow {
    id: String,
    dossier_id: String,
    decision_id: String,
    round: i64,
    filed_on: String,
    state: String,
    answer: String,
    ended_on: Option<String>,
}

impl AppealRow {
    fn read(self) -> Result<Appeal> {
        Ok(Appeal {
            id: parse(TABLE, "id", &self.id)?,
            dossier: parse(TABLE, "dossier_id", &self.dossier_id)?,
            decision: parse(TABLE, "decision_id", &self.decision_id)?,
            round: self.round,
            grounds: BTreeMap::new(),
            filed_on: parse(TABLE, "filed_on", &self.filed_on)?,
            state: read(TABLE, "state", &self.state, State::from_code(&self.state))?,
            answer: self.answer,
            ended_on: parse_optional(TABLE, "ended_on", self.ended_on.as_deref())?,
        })
    }
}

/// Adds an appeal with its grounds.
pub async fn insert(tx: &mut Tx, appeal: &Appeal) -> Result<()> {
    execute!(
        tx,
        "insert into appeals (id, dossier_id, decision_id, round, filed_on, state, answer, ended_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        appeal.id.to_string(),
        appeal.dossier.to_string(),
        appeal.decision.to_string(),
        appeal.round,
        appeal.filed_on.to_string(),
        appeal.state.code(),
        &appeal.answer,
        appeal.ended_on.map(|day| day.to_string()),
    )?;
    for (criterion, ground) in &appeal.grounds {
        execute!(
            tx,
            "insert into appeal_grounds (appeal_id, criterion, ground) values ($1, $2, $3)",
            appeal.id.to_string(),
            criterion,
            ground,
        )?;
    }
    Ok(())
}

/// Writes how an appeal ended.
pub async fn save(tx: &mut Tx, appeal: &Appeal) -> Result<()> {
    execute!(
        tx,
        "update appeals set state = $2, answer = $3, ended_on = $4 where id = $1",
        appeal.id.to_string(),
        appeal.state.code(),
        &appeal.answer,
        appeal.ended_on.map(|day| day.to_string()),
    )?;
    Ok(())
}

/// The appeals on a dossier, the earliest first.
pub async fn of_dossier(tx: &mut Tx, dossier: DossierId) -> Result<Vec<Appeal>> {
    Ok(of_dossiers(tx, std::iter::once(dossier)).await?.remove(&dossier).unwrap_or_default())
}

/// The appeals on some dossiers, of each the earliest first; absent those without any. Callers bound their number.
pub async fn of_dossiers(
    tx: &mut Tx,
    dossiers: impl Iterator<Item = DossierId>,
) -> Result<BTreeMap<DossierId, Vec<Appeal>>> {
    let dossiers: Vec<DossierId> = dossiers.collect();
    if dossiers.is_empty() {
        return Ok(BTreeMap::new());
    }
    let dossiers = together(dossiers);
    // An identity begins with the time at which it was made.
    let sql = format!(
        "select id, dossier_id, decision_id, round, filed_on, state, answer, ended_on from appeals where dossier_id {}
         order by dossier_id, id",
        one_of(tx, "$1"),
    );
    let rows = fetch_all!(tx, AppealRow, sqlx::AssertSqlSafe(sql.as_str()), dossiers.clone())?;
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = format!(
        "select g.appeal_id, g.criterion, g.ground from appeal_grounds g join appeals a on a.id = g.appeal_id
         where a.dossier_id {}",
        one_of(tx, "$1"),
    );
    let grounds = fetch_all!(tx, (String, String, String), sqlx::AssertSqlSafe(sql.as_str()), dossiers)?;
    let mut by_appeal: BTreeMap<AppealId, BTreeMap<String, String>> = BTreeMap::new();
    for (appeal, criterion, ground) in grounds {
        by_appeal.entry(parse("appeal_grounds", "appeal_id", &appeal)?).or_default().insert(criterion, ground);
    }
    let mut found: BTreeMap<DossierId, Vec<Appeal>> = BTreeMap::new();
    for row in rows {
        let appeal = row.read()?;
        let grounds = by_appeal.remove(&appeal.id).unwrap_or_default();
        found.entry(appeal.dossier).or_default().push(Appeal { grounds, ..appeal });
    }
    Ok(found)
}
