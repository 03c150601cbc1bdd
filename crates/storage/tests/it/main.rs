//! Every storage function, on every database there is.

mod access;
mod audit;
mod blobs;
mod committees;
mod db;
mod dossiers;
mod evidence;
mod figures;
mod full;
mod idempotency;
mod numbers;
mod postgres;
mod recognition;
mod register;
mod rows;
mod tamper;
mod twins;
mod units;
mod upgrade;

use dienhinh_domain::{cycles::Cycle, dossiers::Dossier, text::Order, units::UnitVersion};
use dienhinh_storage::{Db, Tx, cycles, dossiers as dossier_rows, programmes, units as unit_rows};
use dienhinh_testkit as kit;

/// A commune, a cycle and the commune's dossier, kept.
async fn one_dossier(db: &Db) -> (UnitVersion, Cycle, Dossier) {
    let (unit, cycle) = (kit::unit(1, "Xã Châu Thới"), kit::cycle(2));
    let dossier = kit::dossier(3, &unit, &cycle);
    let set = programmes::StoredSet {
        code: "set".to_owned(),
        version: "1".to_owned(),
        pack: "pack".to_owned(),
        sha256: "00".to_owned(),
    };
    let mut tx = db.write().await.expect("a transaction");
    programmes::install(&mut tx, &set).await.expect("installed");
    unit_rows::insert(&mut tx, &unit, &Order::new()).await.expect("a unit");
    cycles::insert(&mut tx, &cycle).await.expect("a cycle");
    dossier_rows::insert(&mut tx, &dossier).await.expect("a dossier");
    tx.commit().await.expect("kept");
    (unit, cycle, dossier)
}

/// Runs a statement that the product has no function for.
async fn run(tx: &mut Tx, statement: &str) {
    let statement = sqlx::AssertSqlSafe(statement);
    let done = match tx {
        Tx::Sqlite(connection) => sqlx::query(statement).execute(&mut **connection).await.map(|_| ()),
        Tx::Postgres(connection) => sqlx::query(statement).execute(&mut **connection).await.map(|_| ()),
    };
    done.expect("a superuser may");
}
