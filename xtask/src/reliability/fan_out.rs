//! R2: `kill -9` while a cycle reaches 3,321 communes. Each of them is invited once: by the same server, started again,
//! or by another one on the same PostgreSQL, which takes the work over.

use std::{
    collections::BTreeSet,
    fs,
    net::SocketAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use serde_json::Value;

use super::trial::{Trial, chance};
use crate::{
    http::{self, Request},
    product::{self, Database, Installation},
};

const COMMUNES: &str = "3321";

/// Sets that concern all communes; a simulated country has no cycle of this year yet.
const SETS: [&str; 2] = ["exemplary-commune-34", "circular-124-commune"];
const YEAR: &str = "2026";

/// The kill comes when so many communes at most were looked at, so that there is always something left to do.
const LOOKED_AT_MAX: u64 = 2_500;

/// How many countries are tried at once: on several servers nearly all of the time is waiting for a lease to end.
const AT_ONCE: usize = 3;

/// The work belongs to the server that was killed until its lease of ten seconds is over.
const DONE_WITHIN: Duration = Duration::from_mins(2);

pub(super) fn run(trial: &Trial) -> Result<()> {
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| -> Result<()> {
        let line = || -> Result<()> {
            loop {
                let country = next.fetch_add(1, Ordering::Relaxed);
                if country >= trial.times.div_ceil(SETS.len()) {
                    return Ok(());
                }
                let kills = in_country(trial, country)?;
                found.lock().unwrap_or_else(PoisonError::into_inner).extend(kills);
            }
        };
        let lines: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(line)).collect();
        lines.into_iter().try_for_each(|line| line.join().map_err(|_| anyhow!("a line of trials ended badly"))?)
    })?;
    let found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    ensure!(found.len() == trial.times, "{} of {} kills were made", found.len(), trial.times);
    let cut_off = found.iter().filter(|kill| kill.was_cut_off).count();
    ensure!(cut_off > 0, "no kill came before the work was done, so nothing was tried");
    let slowest = found.iter().map(|kill| kill.took).max().unwrap_or_default();
    trial.say(&format!(
        "{} kills, {cut_off} of them in the middle; each of {COMMUNES} communes invited once; done {slowest:.1?} after the \
         kill at the latest",
        trial.times
    ));
    Ok(())
}

/// Every set once in a simulated country of its own.
fn in_country(trial: &Trial<'_>, country: usize) -> Result<Vec<Kill>> {
    let database = trial.database.another(&format!("r2_{country}"))?;
    let data = trial.folder.join(format!("data-{country}"));
    let installation = Installation { binary: &trial.binary, data, database: &database, options: &[] };
    let size = ["--communes", COMMUNES, "--areas", "0", "--organisations", "0", "--years", "1"];
    product::succeed(installation.command("simulate").args(size))?;
    let before = country * SETS.len();
    let mut kills = Vec::new();
    for (set, time) in SETS.iter().zip(before + 1..=trial.times) {
        kills.push(killed(&installation, set, time).with_context(|| format!("trial {time}"))?);
    }
    installation.doctor()?;
    fs::remove_dir_all(&installation.data)?;
    Ok(kills)
}

/// What came of one kill.
struct Kill {
    /// It left something to do.
    was_cut_off: bool,
    /// How long the rest took.
    took: Duration,
}

/// Opens a cycle, kills the server, and waits until the work is done.
fn killed(installation: &Installation<'_>, set: &str, time: usize) -> Result<Kill> {
    let mut first = installation.start()?;
    let second = match installation.database {
        Database::Sqlite => None,
        Database::Postgres(_) => Some(installation.start()?),
    };
    let secretary = top(first.address)?;
    let open = Request::form("/cycles", &format!("set={set}&year={YEAR}")).by("council_secretary", &secretary);
    let opened = open.send(first.address)?;
    let job = opened.header("location").and_then(|place| place.strip_prefix("/jobs/")).map(str::to_owned);
    let job = job.with_context(|| format!("no cycle was opened: {} {}", opened.status, opened.body))?;
    let state = |job: &Value| job["state"].as_str().unwrap_or_default().to_owned();
    let (enough, asked) = (chance(time) % LOOKED_AT_MAX, Instant::now());
    loop {
        let found = http::get(first.address, &format!("/api/v1/jobs/{job}"))?;
        if state(&found) == "done" || found["done"].as_u64() >= Some(enough) {
            break;
        }
        ensure!(asked.elapsed() < DONE_WITHIN, "nobody works on it: {found}");
        thread::sleep(Duration::from_millis(2));
    }
    first.kill()?;
    let killed = Instant::now();
    let next = second.map_or_else(|| installation.start(), Ok)?;
    let mut found = http::get(next.address, &format!("/api/v1/jobs/{job}"))?;
    let was_cut_off = state(&found) != "done";
    while state(&found) != "done" {
        ensure!(killed.elapsed() < DONE_WITHIN, "not done {DONE_WITHIN:?} after the kill: {found}");
        thread::sleep(Duration::from_millis(100));
        found = http::get(next.address, &format!("/api/v1/jobs/{job}"))?;
    }
    let took = killed.elapsed();
    ensure!(found["done"] == found["total"] && found["effects"] == found["total"], "it says of itself: {found}");
    let cycle = found["subject"].as_str().context("no cycle")?;
    each_once(&invited(next.address, cycle)?, COMMUNES.parse()?)?;
    Ok(Kill { was_cut_off, took })
}

/// The country.
fn top(address: SocketAddr) -> Result<String> {
    let found = http::get(address, "/api/v1/units?search=ca+nuoc")?;
    let units = found["items"].as_array().context("no units")?;
    let country = units.iter().find(|unit| unit["kind"] == "country").context("no country")?;
    Ok(country["id"].as_str().context("no id")?.to_owned())
}

/// The units whose dossiers the cycle has.
fn invited(address: SocketAddr, cycle: &str) -> Result<Vec<String>> {
    let (mut units, mut after) = (Vec::new(), String::new());
    loop {
        let page = http::get(address, &format!("/api/v1/cycles/{cycle}/dossiers?limit=500{after}"))?;
        for dossier in page["items"].as_array().context("no dossiers")? {
            units.push(dossier["unit"]["id"].as_str().context("no unit")?.to_owned());
        }
        let Some(next) = page["next"].as_str() else { return Ok(units) };
        after = format!("&after={next}");
    }
}

fn each_once(units: &[String], expected: usize) -> Result<()> {
    let different = units.iter().collect::<BTreeSet<_>>().len();
    if units.len() != different {
        bail!("{} units were invited twice", units.len() - different);
    }
    ensure!(different == expected, "{different} of {expected} units were invited");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The control: who was invited twice, and who was forgotten, is found.
    #[test]
    fn who_is_invited_twice_or_not_at_all_is_found() {
        let units = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(each_once(&units(&["a", "b"]), 2).is_ok());
        let twice = each_once(&units(&["a", "b", "a"]), 2).expect_err("twice").to_string();
        assert_eq!(twice, "1 units were invited twice");
        assert!(each_once(&units(&["a"]), 2).is_err(), "forgotten");
    }
}
