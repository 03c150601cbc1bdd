//! `cargo xtask bench mix`: the last day of a cycle. Officers of residential areas read, fill in and prove their sheets and
//! their leaders hand them in, at a rate that does not wait for the answers; then, if asked for, more than the machine can
//! do.
//!
//! A session is what one area does on that day: 60 reads, 34 saves, 10 files, the presentation and the submission.

mod overload;
mod session;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

use self::session::{Kind, Step, Subject};
use super::{
    load::{Client, Times},
    server::{Folder, empty, peak_mib, release, simulate},
};
use crate::{product::Installation, workspace::Workspace};

/// Of how many parts of the country one is simulated.
const SHARE: u64 = 5;

/// How long one session takes: a whole hour of somebody's work, pressed together.
const SESSION: Duration = Duration::from_mins(1);

/// What is measured.
pub(super) struct Options {
    sqlite: bool,
    /// Requests a second.
    rate: u32,
    minutes: u32,
    /// Whether the machine is asked for three times what it can do afterwards.
    overload: bool,
}

impl Options {
    pub(super) fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self { sqlite: false, rate: 300, minutes: 10, overload: false };
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            if word == "--overload" {
                options.overload = true;
                continue;
            }
            match (word, words.next()) {
                ("--database", Some("sqlite")) => options.sqlite = true,
                ("--database", Some("postgres")) => options.sqlite = false,
                ("--rate", Some(number)) => options.rate = number.parse().context("--rate")?,
                ("--minutes", Some(number)) => options.minutes = number.parse().context("--minutes")?,
                (word, value) => bail!("bench mix does not know `{word} {}`", value.unwrap_or_default()),
            }
        }
        ensure!((1..=5_000).contains(&options.rate), "--rate goes from 1 to 5000");
        Ok(options)
    }
}

/// Measures and prints.
pub(super) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let binary = release(workspace)?;
    let (_server, database) = empty(options.sqlite, "mix")?;
    let folder = Folder::empty(workspace, "mix")?;
    let installation = Installation { binary: &binary, data: folder.0.clone(), database: &database, options: &[] };
    println!("\n## The last day, 1/{SHARE} of the country on {}\n", database.name());
    simulate(&installation, SHARE)?;
    let serving = installation.start()?;
    let mut subjects = session::subjects(serving.address)?;
    if options.minutes > 0 {
        nominal(serving.address, &mut subjects, options)?;
    }
    if options.overload {
        overload::run(serving.address, subjects)?;
    }
    if let Some(peak) = peak_mib(serving.pid()) {
        println!("the server had {peak:.0} MiB at most");
    }
    Ok(())
}

/// One request that was made: what it was, how long after its time the answer came, and whether it is what was hoped for.
struct Made {
    kind: Kind,
    took: Duration,
    /// The status, or what went wrong.
    outcome: Result<u16, String>,
}

impl Made {
    fn is_good(&self) -> bool {
        matches!(self.outcome, Ok(200 | 303))
    }
}

/// Sends a request on its connection.
fn make(client: &mut Client, step: &Step, due: Instant) -> Made {
    let outcome = client.ask(&step.request).map(|answer| answer.status).map_err(|cause| format!("{cause:#}"));
    Made { kind: step.kind, took: due.elapsed(), outcome }
}

/// Waits until an instant, if it is still to come.
fn wait_until(due: Instant) {
    thread::sleep(due.saturating_duration_since(Instant::now()));
}

/// Sessions that begin one after the other, whatever becomes of those before.
fn nominal(address: SocketAddr, subjects: &mut Vec<Subject>, options: &Options) -> Result<()> {
    let between = f64::from(session::REQUESTS) / f64::from(options.rate);
    let sessions = f64::from(options.minutes * 60) / between;
    let sessions: usize = format!("{sessions:.0}").parse()?;
    let left = subjects.len().checked_sub(sessions);
    let left = left.with_context(|| format!("{sessions} sheets are needed, {} are open", subjects.len()))?;
    let taking_part = subjects.split_off(left);
    let (made, scans) = (Mutex::new(Vec::new()), session::Scans::new());
    let began = Instant::now();
    thread::scope(|scope| -> Result<()> {
        for (number, subject) in taking_part.iter().enumerate() {
            let start = began + Duration::from_secs_f64(between * f64::from(u32::try_from(number)?));
            wait_until(start);
            let (made, scans) = (&made, &scans);
            scope.spawn(move || {
                let mut client = Client::new(address);
                let mut own = Vec::new();
                for (place, what) in (0_u32..).zip(session::plan()) {
                    let due = start + SESSION * place / session::REQUESTS;
                    wait_until(due);
                    own.push(make(&mut client, &subject.step(address, what, number, scans), due));
                }
                made.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(own);
            });
        }
        Ok(())
    })?;
    let made = made.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    println!(
        "{sessions} sessions of {} requests, one every {between:.2} s, each within {} s; times count from when a request \
         was due\n",
        session::REQUESTS,
        SESSION.as_secs()
    );
    table(made, began.elapsed());
    Ok(())
}

/// What came of requests, by what they were.
fn table(made: Vec<Made>, whole: Duration) {
    let (all, bad) = (made.len(), made.iter().filter(|made| !made.is_good()).count());
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut by_kind: BTreeMap<Kind, (Vec<Duration>, usize)> = BTreeMap::new();
    for made in made {
        let (took, failed) = by_kind.entry(made.kind).or_default();
        took.push(made.took);
        if !made.is_good() {
            *failed += 1;
            let reason = made.outcome.map_or_else(|cause| cause, |status| status.to_string());
            *reasons.entry(reason).or_default() += 1;
        }
    }
    println!("| what | requests | p50 ms | p95 ms | p99 ms | failed |\n|---|---|---|---|---|---|");
    for (kind, (took, failed)) in by_kind {
        let times = Times::of(took, failed, whole);
        let [p50, p95, p99] = [50, 95, 99].map(|percent| times.percentile(percent));
        println!("| {} | {} | {p50:.1} | {p95:.1} | {p99:.1} | {failed} |", kind.name(), times.count());
    }
    println!("\n{all} requests in {:.0} s, {bad} failed, of which 0.1 % would be {}", whole.as_secs_f64(), all / 1_000);
    for (reason, times) in reasons {
        println!("  {times} × {reason}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: &str) -> Result<Options> {
        Options::parse(&words.split_whitespace().collect::<Vec<_>>())
    }

    #[test]
    fn options_say_what_is_measured() {
        let options = parsed("").expect("nothing is something");
        assert_eq!((options.sqlite, options.rate, options.minutes, options.overload), (false, 300, 10, false));
        let options = parsed("--database sqlite --rate 50 --overload --minutes 0").expect("options");
        assert_eq!((options.sqlite, options.rate, options.minutes, options.overload), (true, 50, 0, true));
        for words in ["--rate 0", "--rate", "--minutes many", "--other", "--database mysql"] {
            assert!(parsed(words).is_err(), "{words}");
        }
    }
}
