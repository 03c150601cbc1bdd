//! R9: two servers take decision numbers at once, and one in ten decisions is not kept. No number twice, none missing.
//!
//! What is tried is a test of `storage`, which also numbers in the naive way and must find that wrong.

use anyhow::Result;

use super::{product::Database, trial::Trial};
use crate::{postgres, workspace::succeed};

pub(super) fn run(trial: &Trial) -> Result<()> {
    let (side, server) = match trial.database {
        Database::Sqlite => ("on_sqlite", ""),
        Database::Postgres(url) => ("on_postgres", url.as_str()),
    };
    let name = format!("numbers::two_servers_number_without_a_gap::{side}");
    let test = ["test", "--package", "dienhinh-storage", "--test", "it", "--", "--exact", &name, "--nocapture"];
    let mut cargo = trial.workspace.cargo(&test);
    cargo.env(postgres::VARIABLE, server).env("DIENHINH_DECISIONS", trial.times.to_string());
    succeed(&mut cargo)
}
