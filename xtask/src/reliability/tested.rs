//! Promises that tests of the crates try, as often as they are told to. Each of these tests has its own control, and
//! `cargo xtask check` runs them with all others.

use anyhow::{Result, ensure};

use super::trial::Trial;
use crate::{
    postgres,
    product::{self, Database},
};

/// A test by its package, its target and its name.
struct Test {
    package: &'static str,
    target: &'static [&'static str],
    name: &'static str,
    /// The variable that says how often; none where the test itself knows.
    times: Option<&'static str>,
}

const IT: &[&str] = &["--test", "it"];

/// R9: two servers take decision numbers at once, and one in ten decisions is not kept. No number twice, none missing.
/// Numbers taken in the naive way must be found wrong.
pub(super) fn numbers(trial: &Trial) -> Result<()> {
    let name = "numbers::two_servers_number_without_a_gap";
    on_side(trial, &Test { package: "dienhinh-storage", target: IT, name, times: Some("DIENHINH_DECISIONS") })
}

/// A1: somebody with every right on the database alters the record. Each alteration is found, its first bad entry named.
pub(super) fn tamperings(trial: &Trial) -> Result<()> {
    let name = "tamper::every_alteration_is_found_and_its_first_bad_entry_named";
    on_side(trial, &Test { package: "dienhinh-storage", target: IT, name, times: Some("DIENHINH_TAMPERINGS") })
}

/// R20: the same random commands leave the same rows and the same pages on both databases.
pub(super) fn same(trial: &Trial) -> Result<()> {
    let name = "same::the_same_commands_leave_the_same_on_both_databases";
    let test = Test { package: "dienhinh-server", target: IT, name, times: Some("DIENHINH_SAME_COMMANDS") };
    run(trial, &test, name)
}

/// A2: no proof of a certificate is accepted with a bit or a byte that is another. There are at least 10,000 such.
pub(super) fn proofs(trial: &Trial) -> Result<()> {
    let name = "audit::tests::no_altered_proof_is_accepted";
    run(trial, &Test { package: "dienhinh-domain", target: &["--lib"], name, times: None }, name)
}

/// A4: on the way of a dossier every change is one entry of the record, from hash to hash, and nothing else is.
pub(super) fn entries(trial: &Trial) -> Result<()> {
    let name = "audit::every_change_is_one_entry_and_nothing_else_is";
    run(trial, &Test { package: "dienhinh-server", target: IT, name, times: None }, name)
}

/// A test that there is for each database.
fn on_side(trial: &Trial, test: &Test) -> Result<()> {
    let side = match trial.database {
        Database::Sqlite => "on_sqlite",
        Database::Postgres(_) => "on_postgres",
    };
    run(trial, test, &format!("{}::{side}", test.name))
}

fn run(trial: &Trial, test: &Test, name: &str) -> Result<()> {
    let mut cargo = trial.workspace.cargo(&["test", "--quiet", "--package", test.package]);
    cargo.args(test.target).args(["--", "--exact", name, "--nocapture"]);
    if let Database::Postgres(url) = trial.database {
        cargo.env(postgres::VARIABLE, url);
    }
    if let Some(times) = test.times {
        cargo.env(times, trial.times.to_string());
    }
    let said = product::succeed(&mut cargo)?;
    ensure!(said.contains("test result: ok. 1 passed"), "there is no test `{name}`:\n{said}");
    // What a test prints is its figure; the rest is the harness's.
    for figure in said.lines().filter(|line| line.contains(": ") && !line.starts_with("test result")) {
        trial.say(figure);
    }
    let times = test.times.map_or_else(|| "as often as the test says".to_owned(), |_| format!("{} times", trial.times));
    trial.say(&format!("holds; tried {times}"));
    Ok(())
}
