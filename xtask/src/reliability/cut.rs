//! R3: the power goes while people save. What was acknowledged before is there afterwards.
//!
//! The power cut is the shutdown of a file system: whatever was not yet written to the disk is gone. It does not show
//! a disk that says it has written what it has not. The control writes through SQLite's own command line with
//! `synchronous=normal` on the same kind of disk, and must lose something; the product cannot be started like that.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};

use super::{
    crash::{self, Written},
    disk::{self, Disk},
    sample::Town,
    trial::{Trial, chance},
};
use crate::{product::Installation, tools};

/// Of so many cuts, at least one must lose something that was not safe.
const CONTROL_CUTS: usize = 20;

/// People save for so long before the power goes, and up to as long again.
const LIFE_MILLIS: u64 = 300;

pub(super) fn run(trial: &Trial) -> Result<()> {
    let missing = disk::missing().or_else(|| tools::find(&["sqlite3"]).is_none().then_some("it needs `sqlite3`"));
    if let Some(missing) = missing {
        trial.say(&format!("not run: {missing}"));
        return Ok(());
    }
    let disk = Disk::new(&trial.folder, "disk", 96, 4096)?;
    let installation = Installation { data: disk.mount.join("data"), ..trial.installation() };
    drop(installation.start()?);
    let mut saved = 0;
    for time in 1..=trial.times {
        saved += cut_once(&disk, &installation, time).with_context(|| format!("cut {time}"))?;
    }
    ensure!(saved > 0, "nothing was saved in {} cuts, so nothing was tried", trial.times);
    installation.doctor()?;
    disk.unmount()?;
    trial.say(&format!("{} power cuts, {saved} saves acknowledged, 0 lost, 0 half done", trial.times));

    let (cuts, lost) = first_loss(trial)?;
    trial.say(&format!("control with synchronous=normal: cut {cuts} lost {lost} acknowledged rows"));
    Ok(())
}

/// Saves, cuts the power, starts again; gives how many saves were acknowledged before the cut.
fn cut_once(disk: &Disk, installation: &Installation, time: usize) -> Result<i64> {
    let mut server = installation.start()?;
    let dossier = Town::find(server.address)?.dossier;
    let rows: Vec<Arc<Written>> =
        crash::stored(server.address, &dossier)?.into_iter().map(Written::at).map(Arc::new).collect();
    let before: i64 = rows.iter().map(|row| row.last().0).sum();
    let writers: Vec<_> = crash::ROWS
        .iter()
        .zip(&rows)
        .map(|(id, row)| {
            let (address, path, row) = (server.address, format!("/dossiers/{dossier}/answers/{id}"), Arc::clone(row));
            // Without power a save fails, which ends the writer and is no fault.
            thread::spawn(move || drop(crash::write(address, &path, id, &row, &AtomicBool::new(false))))
        })
        .collect();
    thread::sleep(Duration::from_millis(LIFE_MILLIS + chance(time) % LIFE_MILLIS));
    // Only what was acknowledged before the cut is promised: an answer may race with it.
    let acknowledged: Vec<i64> = rows.iter().map(|row| row.last().0).collect();
    disk.cut_power()?;
    server.kill()?;
    for writer in writers {
        writer.join().map_err(|_| anyhow::anyhow!("a writer ended badly"))?;
    }
    disk.unmount()?;
    disk.mount("errors=remount-ro")?;
    let server = installation.start()?;
    let found = crash::stored(server.address, &dossier)?;
    for (((id, row), acknowledged), found) in crash::ROWS.iter().zip(&rows).zip(&acknowledged).zip(found) {
        crash::kept((*acknowledged, row.last().1), found).with_context(|| (*id).to_owned())?;
    }
    Ok(acknowledged.iter().sum::<i64>() - before)
}

/// The control: cuts the power under SQLite with an unsafe setting until something is lost. Gives which cut it was and
/// how many rows it lost.
fn first_loss(trial: &Trial) -> Result<(usize, i64)> {
    for cut in 1..=CONTROL_CUTS {
        let disk = Disk::new(&trial.folder, &format!("control-{cut}"), 64, 4096)?;
        let (acknowledged, found) = unsafe_rows(&disk, cut)?;
        if found < acknowledged {
            return Ok((cut, acknowledged - found));
        }
    }
    bail!("the control lost nothing in {CONTROL_CUTS} cuts, so that nothing lost above proves nothing")
}

/// Rows that were acknowledged before the cut and rows that are there afterwards.
fn unsafe_rows(disk: &Disk, cut: usize) -> Result<(i64, i64)> {
    let file = disk.mount.join("control.sqlite");
    let sqlite = || {
        let mut command = Command::new("sqlite3");
        command.arg(&file).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    };
    let mut process = sqlite().spawn()?;
    let mut input = process.stdin.take().context("no input")?;
    let output = BufReader::new(process.stdout.take().context("no output")?);
    let acknowledged = Arc::new(AtomicI64::new(0));
    let last = Arc::clone(&acknowledged);
    let reader = thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if let Ok(number) = line.trim().parse() {
                last.store(number, Ordering::SeqCst);
            }
        }
    });
    let settings = "pragma journal_mode=wal; pragma synchronous=normal; create table rows (number integer, text);";
    writeln!(input, "{settings}")?;
    let writer = thread::spawn(move || {
        for number in 1.. {
            // What SQLite's shell says itself stays in its buffer; what a command says is out at once.
            let row = format!("insert into rows values ({number}, hex(randomblob(150)));\n.shell echo {number}\n");
            if input.write_all(row.as_bytes()).and_then(|()| input.flush()).is_err() {
                return;
            }
        }
    });
    thread::sleep(Duration::from_millis(LIFE_MILLIS + chance(cut) % LIFE_MILLIS));
    let before = acknowledged.load(Ordering::SeqCst);
    disk.cut_power()?;
    process.kill()?;
    process.wait()?;
    for thread in [reader, writer] {
        thread.join().map_err(|_| anyhow::anyhow!("the control ended badly"))?;
    }
    disk.unmount()?;
    disk.mount("errors=remount-ro")?;
    let count = sqlite().arg("select count(*) from rows").stdin(Stdio::null()).output()?;
    // Where even the table is lost, there is no row.
    let found = String::from_utf8_lossy(&count.stdout).trim().parse().unwrap_or_default();
    Ok((before, found))
}
