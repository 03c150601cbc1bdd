//! R19: `kill -9` at the steps of an upgrade from the first version of the schema. It is the old one or the new one,
//! never between; every row is as it was; and an older program refuses a newer schema by name.
//!
//! A step is a call by which the program changes the file or speaks to the server. strace kills at the n-th of them,
//! and the program knows nothing of it.

use std::{fs, process::Command};

use anyhow::{Context as _, Result, bail, ensure};

use super::trial::Trial;
use crate::{
    product::{self, Database, Installation},
    tools::{self, Tool},
};

const FOR_KILLS: &[Tool] =
    &[Tool { names: &["strace"], debian: "strace", purpose: "kill the product at a step of an upgrade" }];

/// The calls at which it is killed.
fn calls(database: &Database) -> &'static str {
    match database {
        Database::Sqlite => "pwrite64,fsync,fdatasync,ftruncate,unlink",
        Database::Postgres(_) => "sendto",
    }
}

/// The old state and the new one, as `golden show` says them.
struct Sides {
    old: String,
    new: String,
}

impl Sides {
    /// Whether it is the new one; what is neither is found.
    fn is_new(&self, found: &str) -> Result<bool> {
        ensure!(found == self.old || found == self.new, "neither old nor new:\n{found}\n{}\n{}", self.old, self.new);
        Ok(found == self.new)
    }
}

pub(super) fn run(trial: &Trial) -> Result<()> {
    tools::ensure(FOR_KILLS)?;
    let (sides, steps) = undisturbed(trial)?;
    let (mut old, mut new) = (0, 0);
    for time in 0..trial.times {
        let step = step_of(time, trial.times, steps);
        let database = fresh(trial)?;
        ensure!(golden(trial, "make", &database)? == sides.old, "the same golden rows each time");
        let upgrade = installation(trial, &database);
        killed_at(&upgrade, step)?;
        if sides.is_new(&golden(trial, "show", &database)?).with_context(|| format!("killed at step {step}"))? {
            new += 1;
        } else {
            old += 1;
        }
        upgrade.doctor().with_context(|| format!("started again after a kill at step {step}"))?;
        ensure!(sides.is_new(&golden(trial, "show", &database)?)?, "it was not upgraded after a kill at step {step}");
    }
    ensure!(old > 0 && new > 0, "killed {old} times before and {new} times after it was done: not all was tried");
    newer_is_refused(trial)?;
    trial.say(&format!(
        "{} kills over {steps} steps of an upgrade: {old} times the old schema, {new} times the new one, 0 times between, \
         every row as it was; a newer schema is refused by name",
        trial.times
    ));
    Ok(())
}

/// At which step a kill comes: one step after the other, or where there are fewer kills than steps, spread from the first
/// to the last.
fn step_of(time: usize, times: usize, steps: usize) -> usize {
    1 + if times < steps { time * (steps - 1) / (times - 1).max(1) } else { time % steps }
}

/// Both sides, and in how many steps one becomes the other.
fn undisturbed(trial: &Trial) -> Result<(Sides, usize)> {
    let database = fresh(trial)?;
    let old = golden(trial, "make", &database)?;
    let log = trial.folder.join("calls");
    let upgrade = installation(trial, &database);
    let mut traced =
        under_strace(&upgrade, &["-o", &log.to_string_lossy(), "-e", &format!("trace={}", calls(&database))]);
    product::succeed(traced.args(["--data"]).arg(&upgrade.data))?;
    let steps = fs::read_to_string(&log)?.lines().filter(|line| line.contains('(')).count();
    let new = golden(trial, "show", &database)?;
    let hash = |shown: &str| shown.split(' ').next().map(str::to_owned);
    ensure!(hash(&old) == hash(&new), "the upgrade itself changed rows:\n{old}\n{new}");
    ensure!(old != new && steps > 1, "there was nothing to upgrade in {steps} steps:\n{old}");
    Ok((Sides { old, new }, steps))
}

/// The upgrade that opening does, killed at a step; it may be over before that.
fn killed_at(upgrade: &Installation, step: usize) -> Result<()> {
    let inject = format!("inject={}:signal=KILL:when={step}", calls(upgrade.database));
    let trace = format!("trace={}", calls(upgrade.database));
    let mut traced = under_strace(upgrade, &["-o", "/dev/null", "-e", &trace, "-e", &inject]);
    traced.args(["--data"]).arg(&upgrade.data).output().context("strace could not be started")?;
    Ok(())
}

fn under_strace(upgrade: &Installation, options: &[&str]) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(options).arg(upgrade.binary).arg("doctor");
    upgrade.database.put_into(&mut command);
    command
}

fn newer_is_refused(trial: &Trial) -> Result<()> {
    let database = fresh(trial)?;
    golden(trial, "make", &database)?;
    let schema = golden(trial, "newer", &database)?;
    for verb in ["doctor", "serve"] {
        let mut older = installation(trial, &database).command(verb);
        if verb == "serve" {
            older.args(["--sample", "--listen", "127.0.0.1:0"]);
        }
        let output = older.output()?;
        let said = String::from_utf8([output.stdout, output.stderr].concat())?;
        if output.status.success() || !said.contains(&format!("schema {schema} was made by dienhinh 9.1.0")) {
            bail!("{verb} does not refuse a newer schema by name: {said}");
        }
    }
    Ok(())
}

/// An empty place for a database.
fn fresh(trial: &Trial) -> Result<Database> {
    let data = trial.folder.join("data");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    fs::create_dir_all(&data)?;
    trial.database.another("golden")
}

fn installation<'a>(trial: &'a Trial, database: &'a Database) -> Installation<'a> {
    Installation { binary: &trial.binary, data: trial.folder.join("data"), database, options: &[] }
}

/// What the maker of golden databases says.
fn golden(trial: &Trial, verb: &str, database: &Database) -> Result<String> {
    let mut command = Command::new(&trial.golden);
    command.arg(verb).arg("-");
    command.env(
        "DIENHINH_DATABASE",
        match database {
            Database::Sqlite => format!("sqlite:{}", trial.folder.join("data/dienhinh.sqlite").display()),
            Database::Postgres(url) => url.clone(),
        },
    );
    Ok(product::succeed(&mut command)?.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kills_reach_from_the_first_step_to_the_last() {
        for (times, steps, expected) in
            [(1, 9, vec![1]), (3, 9, vec![1, 5, 9]), (5, 2, vec![1, 2, 1, 2, 1]), (2, 2, vec![1, 2])]
        {
            let found: Vec<usize> = (0..times).map(|time| step_of(time, times, steps)).collect();
            assert_eq!(found, expected, "{times} kills over {steps} steps");
        }
    }

    /// The control: a schema between the two, and rows that changed, are found.
    #[test]
    fn what_is_neither_old_nor_new_is_found() {
        let sides = Sides { old: "ab 1 units:1".to_owned(), new: "ab 2 salts:2,units:1".to_owned() };
        assert!(!sides.is_new("ab 1 units:1").expect("old") && sides.is_new("ab 2 salts:2,units:1").expect("new"));
        for between in ["ab 1 salts:2,units:1", "ab 2 units:1", "cd 1 units:1", "cd 2 salts:2,units:1", ""] {
            assert!(sides.is_new(between).is_err(), "{between}");
        }
    }
}
