//! The plans for criteria that are not met.

use dienhinh_domain::{
    ids::{CycleId, DossierId},
    plans::{Cause, Plan},
};

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, one_of, parse, read, together},
};

#[derive(sqlx::FromRow)]
struct PlanRow {
    dossier_id: String,
    criterion: String,
    cause: String,
    action: String,
    owner: String,
    due_on: String,
}

impl PlanRow {
    fn read(self) -> Result<Plan> {
        const TABLE: &str = "plans";
        Ok(Plan {
            dossier: parse(TABLE, "dossier_id", &self.dossier_id)?,
            cause: read(TABLE, "cause", &self.cause, Cause::from_code(&self.cause))?,
            due_on: parse(TABLE, "due_on", &self.due_on)?,
            criterion: self.criterion,
            action: self.action,
            owner: self.owner,
        })
    }
}

/// Writes the plan of one criterion, replacing the one before.
pub async fn save(tx: &mut Tx, plan: &Plan) -> Result<()> {
    execute!(
        tx,
        "insert into plans (dossier_id, criterion, cause, action, owner, due_on) values ($1, $2, $3, $4, $5, $6)
         on conflict (dossier_id, criterion) do update
           set cause = excluded.cause, action = excluded.action, owner = excluded.owner, due_on = excluded.due_on",
        plan.dossier.to_string(),
        &plan.criterion,
        plan.cause.code(),
        &plan.action,
        &plan.owner,
        plan.due_on.to_string(),
    )?;
    Ok(())
}

/// The plans of a dossier.
pub async fn of_dossier(tx: &mut Tx, dossier: DossierId) -> Result<Vec<Plan>> {
    of_dossiers(tx, std::iter::once(dossier)).await
}

/// The plans of some dossiers, of each in the order of the criteria. Callers bound their number.
pub async fn of_dossiers(tx: &mut Tx, ids: impl Iterator<Item = DossierId>) -> Result<Vec<Plan>> {
    let sql = format!(
        "select dossier_id, criterion, cause, action, owner, due_on from plans where dossier_id {}
         order by dossier_id, criterion",
        one_of(tx, "$1"),
    );
    let rows = fetch_all!(tx, PlanRow, sqlx::AssertSqlSafe(sql.as_str()), together(ids))?;
    rows.into_iter().map(PlanRow::read).collect()
}

/// The plans of every dossier of a cycle.
pub async fn of_cycle(tx: &mut Tx, cycle: CycleId) -> Result<Vec<Plan>> {
    let rows = fetch_all!(
        tx,
        PlanRow,
        "select p.dossier_id, p.criterion, p.cause, p.action, p.owner, p.due_on
         from dossiers d join plans p on p.dossier_id = d.id
         where d.cycle_id = $1 order by p.due_on, p.dossier_id, p.criterion",
        cycle.to_string(),
    )?;
    rows.into_iter().map(PlanRow::read).collect()
}
