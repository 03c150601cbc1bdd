//! R1: `kill -9` at a random moment while people save. Nothing acknowledged is lost, nothing is half done, and the
//! server is back within ten seconds.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};

use super::{
    sample::{Town, criterion_of},
    trial::{Trial, chance},
};
use crate::http;

/// Rows of the sample's open dossier that count something; each has a writer of its own.
pub(super) const ROWS: [&str; 3] = ["c20", "c21", "c22"];

const READY_WITHIN: Duration = Duration::from_secs(10);

/// The longest that people save before the kill.
const LIFE_MILLIS: u64 = 400;

/// How many times as many trials there may be until something is saved.
const PATIENCE: usize = 10;

/// What one writer knows.
#[derive(Default)]
pub(super) struct Written {
    /// The last figure that was sent.
    pub(super) sent: AtomicI64,
    /// The last figure that was acknowledged.
    pub(super) acknowledged: AtomicI64,
}

impl Written {
    /// A writer who begins after a figure.
    pub(super) fn at(figure: i64) -> Self {
        Self { sent: figure.into(), acknowledged: figure.into() }
    }

    /// The last figure that was acknowledged, and the last that was sent.
    pub(super) fn last(&self) -> (i64, i64) {
        (self.acknowledged.load(Ordering::SeqCst), self.sent.load(Ordering::SeqCst))
    }
}

pub(super) fn run(trial: &Trial) -> Result<()> {
    let installation = trial.installation();
    let mut server = installation.start()?;
    let dossier = Town::find(server.address)?.dossier;
    let (mut saved, mut slowest) = (0, Duration::ZERO);
    let mut time = 0;
    // On a busy machine a server may live too shortly to save anything; then the next one tries.
    while time < trial.times || (saved == 0 && time < PATIENCE * trial.times) {
        time += 1;
        let rows: Vec<Arc<Written>> =
            stored(server.address, &dossier)?.into_iter().map(Written::at).map(Arc::new).collect();
        let before: i64 = rows.iter().map(|row| row.last().0).sum();
        let writers: Vec<_> = ROWS
            .iter()
            .zip(&rows)
            .map(|(id, row)| {
                let (address, path, row) =
                    (server.address, format!("/dossiers/{dossier}/answers/{id}"), Arc::clone(row));
                thread::spawn(move || write(address, &path, id, &row, &AtomicBool::new(false)))
            })
            .collect();
        thread::sleep(Duration::from_millis(chance(time) % LIFE_MILLIS));
        server.kill()?;
        for writer in writers {
            writer.join().map_err(|_| anyhow::anyhow!("a writer ended badly"))??;
        }
        saved += rows.iter().map(|row| row.last().0).sum::<i64>() - before;
        server = installation.start()?;
        slowest = slowest.max(server.ready_after);
        let found = stored(server.address, &dossier)?;
        for ((id, row), found) in ROWS.iter().zip(&rows).zip(found) {
            kept(row.last(), found).with_context(|| format!("trial {time}, {id}"))?;
        }
    }
    ensure!(saved > 0, "nothing was saved in {} trials, so nothing was tried", trial.times);
    ensure!(slowest <= READY_WITHIN, "ready only {slowest:.1?} after a kill");
    drop(server);
    installation.doctor()?;
    trial.say(&format!(
        "{time} kills, {saved} saves acknowledged, 0 lost, 0 half done, ready again within {slowest:.1?}"
    ));
    Ok(())
}

/// Saves one figure after the other until the server is gone or it is asked to end.
pub(super) fn write(address: SocketAddr, path: &str, row: &str, written: &Written, is_over: &AtomicBool) -> Result<()> {
    while !is_over.load(Ordering::SeqCst) {
        let next = written.sent.fetch_add(1, Ordering::SeqCst) + 1;
        match http::post(address, path, &format!("{row}={next}")) {
            Ok(200) => written.acknowledged.store(next, Ordering::SeqCst),
            Ok(status) => bail!("{path}: saving {next} gave {status}"),
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

/// The stored figure is the last acknowledged, or the one whose answer the kill cut off.
pub(super) fn kept((acknowledged, sent): (i64, i64), found: i64) -> Result<()> {
    ensure!(found >= acknowledged, "{acknowledged} was acknowledged, and {found} is stored");
    ensure!(found <= sent, "{found} is stored, and nothing after {sent} was sent");
    Ok(())
}

/// The figures of [`ROWS`] as the server has them.
pub(super) fn stored(address: SocketAddr, dossier: &str) -> Result<Vec<i64>> {
    let dossier = http::get(address, &format!("/api/v1/dossiers/{dossier}"))?;
    let figure = |id: &&str| {
        let inputs = criterion_of(&dossier, id)?["self"]["explanation"]["inputs"].as_array().context("no inputs")?;
        let [input] = &inputs[..] else { bail!("{id} has more than one figure") };
        Ok(input["value"].as_i64().unwrap_or_default())
    };
    ROWS.iter().map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The control: a save that was acknowledged and is gone, and one that nobody sent, are found.
    #[test]
    fn what_is_lost_or_comes_from_nowhere_is_found() {
        assert!(kept((7, 8), 7).is_ok() && kept((7, 8), 8).is_ok());
        let lost = kept((7, 8), 6).expect_err("lost").to_string();
        assert_eq!(lost, "7 was acknowledged, and 6 is stored");
        assert!(kept((7, 8), 9).is_err());
    }
}
