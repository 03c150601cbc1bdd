//! The cycles of an installation.

pub mod figures;

use dienhinh_domain::{calendar::Period, cycles::Cycle, ids::CycleId};

use crate::{
    Result, Tx,
    dialect::{execute, fetch_all, fetch_optional, parse, read},
};

const TABLE: &str = "cycles";

#[derive(sqlx::FromRow)]
struct CycleRow {
    id: String,
    programme: String,
    set_code: String,
    set_version: String,
    year: i64,
    assessed_from: String,
    assessed_until: String,
    registration_until: String,
    due_on: String,
}

impl CycleRow {
    fn read(self) -> Result<Cycle> {
        Ok(Cycle {
            id: parse(TABLE, "id", &self.id)?,
            year: read(TABLE, "year", &self.year.to_string(), i16::try_from(self.year).ok())?,
            assessed: Period {
                from: parse(TABLE, "assessed_from", &self.assessed_from)?,
                until: Some(parse(TABLE, "assessed_until", &self.assessed_until)?),
            },
            registration_until: parse(TABLE, "registration_until", &self.registration_until)?,
            due_on: parse(TABLE, "due_on", &self.due_on)?,
            programme: self.programme,
            set_code: self.set_code,
            set_version: self.set_version,
        })
    }
}

/// Adds a cycle.
pub async fn insert(tx: &mut Tx, cycle: &Cycle) -> Result<()> {
    execute!(
        tx,
        "insert into cycles
           (id, programme, set_code, set_version, year, assessed_from, assessed_until, registration_until, due_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        cycle.id.to_string(),
        &cycle.programme,
        &cycle.set_code,
        &cycle.set_version,
        i64::from(cycle.year),
        cycle.assessed.from.to_string(),
        cycle.assessed.until.map(|day| day.to_string()),
        cycle.registration_until.to_string(),
        cycle.due_on.to_string(),
    )?;
    Ok(())
}

/// A cycle by its identity.
pub async fn get(tx: &mut Tx, id: CycleId) -> Result<Option<Cycle>> {
    let row = fetch_optional!(
        tx,
        CycleRow,
        "select id, programme, set_code, set_version, year, assessed_from, assessed_until, registration_until, due_on
         from cycles where id = $1",
        id.to_string(),
    )?;
    row.map(CycleRow::read).transpose()
}

/// Every cycle, latest year first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Cycle>> {
    let rows = fetch_all!(
        tx,
        CycleRow,
        "select id, programme, set_code, set_version, year, assessed_from, assessed_until, registration_until, due_on
         from cycles order by year desc, programme, set_code",
    )?;
    rows.into_iter().map(CycleRow::read).collect()
}
