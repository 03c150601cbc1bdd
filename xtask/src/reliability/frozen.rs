//! R7: the way to PostgreSQL breaks. All connections are ended every two seconds while people save; then the server is
//! frozen for half a minute. Nothing acknowledged is lost, nothing is done twice, and it recovers by itself.

use std::{
    net::SocketAddr,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

use super::{
    crash::{self, Written},
    sample::Town,
    trial::Trial,
};
use crate::{
    http::{self, Request},
    product::{Database, psql, signal},
};

const PAUSE: Duration = Duration::from_secs(2);
const RECOVERED_WITHIN: Duration = Duration::from_secs(5);

/// How long the server is frozen, and how long a caller may wait meanwhile.
const FROZEN: Duration = Duration::from_secs(30);
const TOLD_WITHIN: Duration = Duration::from_secs(10);

/// From so many seconds on the trial is the whole one; a shorter one freezes for as long as it lasts.
const WHOLE_SECONDS: usize = 60;

pub(super) fn run(trial: &Trial) -> Result<()> {
    let Database::Postgres(url) = trial.database else { bail!("it is about PostgreSQL") };
    let superuser = Superuser { url };
    let installation = trial.installation();
    let mut server = installation.start()?;
    let dossier = Town::find(server.address)?.dossier;
    let entries = superuser.entries()?;
    let rows: Vec<Arc<Written>> =
        crash::stored(server.address, &dossier)?.into_iter().map(Written::at).map(Arc::new).collect();
    let before: i64 = rows.iter().map(|row| row.last().1).sum();

    let saved = cut_again_and_again(trial, &superuser, server.address, &dossier, &rows)?;
    let sent = rows.iter().map(|row| row.last().1).sum::<i64>() - before;
    for (row, found) in rows.iter().zip(crash::stored(server.address, &dossier)?) {
        crash::kept(row.last(), found)?;
    }
    let done = superuser.entries()? - entries;
    once_each((saved.saves, sent), done)?;
    let Saved { cuts, saves, slowest } = saved;
    ensure!(slowest <= RECOVERED_WITHIN, "a row could not be saved for {slowest:.1?}");
    trial.say(&format!(
        "all connections ended {cuts} times, {saves} saves acknowledged, 0 lost, 0 doubled, saved again within {slowest:.1?}"
    ));

    let frozen = if trial.times < WHOLE_SECONDS { Duration::from_secs(trial.times as u64) } else { FROZEN };
    let (told, calls) = freeze(&superuser, server.address, &dossier, frozen)?;
    let thawed = Instant::now();
    while !save(server.address, &dossier, 1)? {
        ensure!(thawed.elapsed() < RECOVERED_WITHIN, "not recovered {RECOVERED_WITHIN:?} after it was thawed");
    }
    ensure!(!server.has_ended()?, "it ended by itself");
    let recovered = thawed.elapsed();
    trial.say(&format!(
        "the server frozen for {frozen:?}: {calls} callers told 503 within {told:.1?}, saved again after {recovered:.1?}"
    ));
    drop(server);
    installation.doctor()
}

/// Each acknowledged save is one entry of the record, and so may be one whose answer was cut off; never two.
fn once_each((acknowledged, sent): (i64, i64), entries: i64) -> Result<()> {
    ensure!(entries >= acknowledged, "{acknowledged} saves were acknowledged, and the record has {entries}");
    ensure!(entries <= sent, "{sent} saves were sent, and the record has {entries}");
    Ok(())
}

/// What was saved while connections were cut.
struct Saved {
    cuts: u64,
    /// Acknowledged.
    saves: i64,
    /// The longest time that one row could not be saved.
    slowest: Duration,
}

fn cut_again_and_again(
    trial: &Trial,
    superuser: &Superuser,
    address: SocketAddr,
    dossier: &str,
    rows: &[Arc<Written>],
) -> Result<Saved> {
    let stopping = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = crash::ROWS
        .iter()
        .zip(rows)
        .map(|(id, row)| {
            let path = format!("/dossiers/{dossier}/answers/{id}");
            let (row, stopping) = (Arc::clone(row), Arc::clone(&stopping));
            thread::spawn(move || write(address, &path, id, &row, &stopping))
        })
        .collect();
    let cuts = (trial.times as u64 / PAUSE.as_secs()).max(1);
    let cut = (0..cuts).try_for_each(|_| {
        thread::sleep(PAUSE);
        superuser.end_all_connections()
    });
    // The last cut is recovered from as well.
    thread::sleep(PAUSE);
    stopping.store(true, Ordering::SeqCst);
    let mut saved = Saved { cuts, saves: 0, slowest: Duration::ZERO };
    for writer in writers {
        let (saves, slowest) = writer.join().map_err(|_| anyhow::anyhow!("a writer ended badly"))??;
        saved.saves += saves;
        saved.slowest = saved.slowest.max(slowest);
    }
    cut?;
    Ok(saved)
}

/// Saves one figure after the other. Gives how many were acknowledged, and the longest time between two.
fn write(
    address: SocketAddr,
    path: &str,
    row: &str,
    written: &Written,
    stopping: &AtomicBool,
) -> Result<(i64, Duration)> {
    let (mut saves, mut last, mut slowest) = (0, Instant::now(), Duration::ZERO);
    while !stopping.load(Ordering::SeqCst) {
        let next = written.sent.fetch_add(1, Ordering::SeqCst) + 1;
        match http::post(address, path, &format!("{row}={next}"))? {
            200 => {
                written.acknowledged.store(next, Ordering::SeqCst);
                saves += 1;
                slowest = slowest.max(last.elapsed());
                last = Instant::now();
            }
            503 => thread::sleep(Duration::from_millis(20)),
            status => bail!("{path}: saving {next} gave {status}"),
        }
    }
    Ok((saves, slowest.max(last.elapsed())))
}

fn save(address: SocketAddr, dossier: &str, figure: i64) -> Result<bool> {
    let row = crash::ROWS[0];
    match http::post(address, &format!("/dossiers/{dossier}/answers/{row}"), &format!("{row}={figure}"))? {
        200 => Ok(true),
        503 => Ok(false),
        status => bail!("saving gave {status}"),
    }
}

/// Freezes the whole server, and gives how long the slowest caller waited for a 503, and how many there were.
fn freeze(superuser: &Superuser, address: SocketAddr, dossier: &str, how_long: Duration) -> Result<(Duration, usize)> {
    let frozen = Frozen::all_of(superuser.postmaster()?)?;
    let (since, mut slowest, mut calls) = (Instant::now(), Duration::ZERO, 0);
    while since.elapsed() < how_long {
        let asked = Instant::now();
        ensure!(!save(address, dossier, 1)?, "a frozen server saved something");
        let page = Request::get(&format!("/dossiers/{dossier}")).send(address)?;
        ensure!(page.status == 503, "a page of a frozen server is {}", page.status);
        // Two calls, one after the other; each is within what both took.
        slowest = slowest.max(asked.elapsed() / 2);
        ensure!(asked.elapsed() < 2 * TOLD_WITHIN, "two callers waited {:.1?}", asked.elapsed());
        calls += 2;
    }
    drop(frozen);
    Ok((slowest, calls))
}

/// Processes that stand still; they go on with the end of the value.
struct Frozen(Vec<u32>);

impl Frozen {
    /// The postmaster first, so that it starts no others.
    fn all_of(postmaster: u32) -> Result<Self> {
        signal("STOP", &[postmaster])?;
        let mut frozen = Self(vec![postmaster]);
        let children = Command::new("pgrep").args(["-P", &postmaster.to_string()]).output()?;
        let children = String::from_utf8_lossy(&children.stdout).into_owned();
        frozen.0.extend(children.lines().filter_map(|line| line.trim().parse::<u32>().ok()));
        signal("STOP", &frozen.0)?;
        Ok(frozen)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        let _ = signal("CONT", &self.0);
    }
}

/// Somebody with every right on the server, through `psql`.
struct Superuser<'a> {
    url: &'a str,
}

impl Superuser<'_> {
    fn ask(&self, statement: &str) -> Result<String> {
        psql(self.url, statement)
    }

    fn end_all_connections(&self) -> Result<()> {
        let others =
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'dienhinh'";
        self.ask(others).map(drop)
    }

    /// How many entries the record has.
    fn entries(&self) -> Result<i64> {
        Ok(self.ask("select count(*) from dienhinh.audit_entries")?.parse()?)
    }

    fn postmaster(&self) -> Result<u32> {
        let file = self.ask("select pg_read_file('postmaster.pid', 0, 32)")?;
        Ok(file.lines().next().context("an empty postmaster.pid")?.trim().parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The control: a save that the record lacks, and one that it has twice, are found.
    #[test]
    fn what_is_lost_or_done_twice_is_found() {
        assert!(once_each((7, 9), 7).is_ok() && once_each((7, 9), 9).is_ok());
        assert!(once_each((7, 9), 6).is_err(), "lost");
        assert!(once_each((7, 9), 10).is_err(), "twice");
    }
}
