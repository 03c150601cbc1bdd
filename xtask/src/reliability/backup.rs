//! R17: a backup while people save at full speed. What is restored from it is what was committed at one moment: the
//! record begins the server's record, each row agrees with it, all evidence is there.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::{
    crash::{ROWS, Written, stored, write},
    sample::Town,
    trial::{Trial, chance},
};
use crate::product::{self, Database, Installation, Running};

/// The longest that a restore runs before it is killed.
const RESTORE_MILLIS: u64 = 1_500;

/// The exit code of a command that finds no installation.
const NO_INSTALLATION: i32 = 4;

/// People who save while the backups are taken.
struct Load {
    rows: Vec<Arc<Written>>,
    writers: Vec<JoinHandle<Result<()>>>,
    end: Arc<AtomicBool>,
}

impl Load {
    fn start(address: SocketAddr, dossier: &str, before: &[i64]) -> Self {
        let rows: Vec<Arc<Written>> = before.iter().map(|figure| Arc::new(Written::at(*figure))).collect();
        let end = Arc::new(AtomicBool::new(false));
        let writers = ROWS.iter().zip(&rows).map(|(id, row)| {
            let (path, row, end) = (format!("/dossiers/{dossier}/answers/{id}"), Arc::clone(row), Arc::clone(&end));
            thread::spawn(move || write(address, &path, id, &row, &end))
        });
        Self { writers: writers.collect(), rows, end }
    }

    fn acknowledged(&self) -> Vec<i64> {
        self.rows.iter().map(|row| row.last().0).collect()
    }

    fn sent(&self) -> Vec<i64> {
        self.rows.iter().map(|row| row.last().1).collect()
    }

    fn end(self) -> Result<i64> {
        self.end.store(true, Ordering::SeqCst);
        for writer in self.writers {
            writer.join().map_err(|_| anyhow::anyhow!("a writer ended badly"))??;
        }
        Ok(self.rows.iter().map(|row| row.last().0).sum())
    }
}

/// What was known around a backup.
struct Moment {
    /// What was acknowledged before it began.
    acknowledged: Vec<i64>,
    /// What had been sent when it was done.
    sent: Vec<i64>,
    /// How many entries each of these figures and the backups before it left.
    entries_before: i64,
    figures_before: i64,
}

impl Moment {
    /// What was restored is one state between the two, and its rows are those that its record tells of.
    fn holds(&self, found: &[i64], entries: i64) -> Result<()> {
        for ((acknowledged, sent), found) in self.acknowledged.iter().zip(&self.sent).zip(found) {
            ensure!(found >= acknowledged, "{acknowledged} was acknowledged before the backup, and it holds {found}");
            ensure!(found <= sent, "the backup holds {found}, and nothing after {sent} was sent");
        }
        let (saves, told) = (found.iter().sum::<i64>() - self.figures_before, entries - self.entries_before);
        ensure!(saves == told, "the rows hold {saves} saves, and the record tells of {told}");
        Ok(())
    }
}

pub(super) fn run(trial: &Trial) -> Result<()> {
    let installation = trial.installation();
    let server = installation.start()?;
    let dossier = Town::find(server.address)?.dossier;
    let first = trial.folder.join("first.tar");
    let before = back_up(&installation, &first)?;
    let figures = stored(server.address, &dossier)?;
    let load = Load::start(server.address, &dossier, &figures);
    let (mut slowest, mut refused) = (Duration::ZERO, 0);
    for time in 1..=trial.times {
        let archive = trial.folder.join("backup.tar");
        let acknowledged = load.acknowledged();
        let manifest = back_up(&installation, &archive)?;
        // The first backup and each one since then left an entry of its own after its moment.
        let own = i64::try_from(time)?;
        let (entries_before, figures_before) = (entries(&before)? + own, figures.iter().sum());
        let moment = Moment { acknowledged, sent: load.sent(), entries_before, figures_before };
        begins_the_record(&installation, &manifest, &trial.folder)?;
        let started = Instant::now();
        let (copy, database) = restored(trial, &archive, time)?;
        slowest = slowest.max(started.elapsed());
        let restored = Installation { binary: &trial.binary, data: copy, database: &database, options: &[] };
        whole(&restored, &manifest, &trial.folder)?;
        let running: Running = restored.start()?;
        let found = stored(running.address, &dossier)?;
        moment.holds(&found, entries(&manifest)?).with_context(|| format!("backup {time}"))?;
        drop(running);
        refused += usize::from(altered_is_refused(trial, &archive, time)?);
        fs::remove_file(&archive)?;
    }
    let saved = load.end()? - figures.iter().sum::<i64>();
    ensure!(saved > 0, "nothing was saved meanwhile, so nothing was tried");
    trial.say(&format!(
        "{} backups beside {saved} saves, each restored, after a kill -9 of the first try, to one committed state within \
         {slowest:.1?}, record and evidence whole; {refused} altered archives refused",
        trial.times
    ));
    Ok(())
}

/// Takes a backup and gives its manifest.
fn back_up(installation: &Installation, archive: &Path) -> Result<Value> {
    let report = product::json(installation.command("backup").arg("--json").arg("--to").arg(archive))?;
    Ok(report["manifest"].clone())
}

/// How many entries the record of a backup has: the second line of its checkpoint.
fn entries(manifest: &Value) -> Result<i64> {
    let checkpoint = manifest["checkpoint"].as_str().context("no checkpoint")?;
    Ok(checkpoint.lines().nth(1).context("no size")?.parse()?)
}

/// The server's own record, which has grown since, begins with that of the backup.
fn begins_the_record(installation: &Installation, manifest: &Value, folder: &Path) -> Result<()> {
    let note = folder.join("checkpoint.txt");
    fs::write(&note, manifest["checkpoint"].as_str().context("no checkpoint")?)?;
    let mut verify = installation.subcommand("audit", "verify");
    product::json(verify.arg("--json").arg("--checkpoint").arg(&note)).map(drop)
}

/// Restores into an empty place. From PostgreSQL every other time into a file, so that both ways are tried.
fn restored(trial: &Trial, archive: &Path, time: usize) -> Result<(PathBuf, Database)> {
    let copy = trial.folder.join("copy");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    let database = match trial.database {
        Database::Postgres(_) if time % 2 == 1 => trial.database.another("restored")?,
        _ => Database::Sqlite,
    };
    let target = Installation { binary: &trial.binary, data: copy, database: &database, options: &[] };
    if !is_whole_after_a_kill(&target, archive, time)? {
        product::json(target.command("restore").arg("--json").arg("--from").arg(archive))?;
    }
    let copy = target.data.clone();
    Ok((copy, database))
}

/// Kills a restore at a random moment. It leaves the whole, or nothing that counts as an installation.
fn is_whole_after_a_kill(target: &Installation, archive: &Path, time: usize) -> Result<bool> {
    let mut restore = target.command("restore");
    restore.arg("--from").arg(archive).stdout(Stdio::null()).stderr(Stdio::null());
    let mut process = restore.spawn().context("the product could not be started")?;
    thread::sleep(Duration::from_millis(chance(time) % RESTORE_MILLIS));
    process.kill()?;
    process.wait()?;
    let verified = target.subcommand("audit", "verify").output()?;
    let said = String::from_utf8_lossy(&verified.stderr);
    match verified.status.code() {
        Some(0) => Ok(true),
        Some(NO_INSTALLATION) => Ok(false),
        Some(_) if said.contains("run dienhinh restore again") => Ok(false),
        code => bail!("a restore that was killed left something between: audit verify gives {code:?}: {said}"),
    }
}

/// Doctor and the record of what was restored, against the checkpoint of the backup.
fn whole(restored: &Installation, manifest: &Value, folder: &Path) -> Result<()> {
    restored.doctor()?;
    begins_the_record(restored, manifest, folder)
}

/// The control: one altered bit anywhere, and the archive is refused and nothing is left of it.
fn altered_is_refused(trial: &Trial, archive: &Path, time: usize) -> Result<bool> {
    let mut bytes = fs::read(archive)?;
    let place = usize::try_from(chance(time) % bytes.len() as u64)?;
    bytes[place] ^= 1;
    let altered = trial.folder.join("altered.tar");
    fs::write(&altered, &bytes)?;
    let nowhere = trial.folder.join("nowhere");
    let target = Installation { binary: &trial.binary, data: nowhere, database: &Database::Sqlite, options: &[] };
    let output = target.command("restore").arg("--from").arg(&altered).output()?;
    if output.status.code() != Some(3) || target.data.exists() {
        bail!("an archive whose byte {place} was altered was not refused: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The control: a save that is missing, one from nowhere, and a row that the record does not tell of are found.
    #[test]
    fn what_is_no_committed_state_is_found() {
        let moment = Moment { acknowledged: vec![7, 3], sent: vec![9, 4], entries_before: 100, figures_before: 5 };
        assert!(moment.holds(&[7, 3], 105).is_ok() && moment.holds(&[9, 4], 108).is_ok());
        for (found, entries) in [([6, 4], 105), ([10, 3], 108), ([8, 3], 105), ([8, 3], 107)] {
            assert!(moment.holds(&found, entries).is_err(), "{found:?} {entries}");
        }
    }
}
