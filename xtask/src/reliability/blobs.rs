//! R15: `kill -9` while files are attached. No row points at content that is missing or short, what was acknowledged is
//! seen, and what a kill left without a row is cleared away. The control damages a file by hand.

use std::{
    collections::BTreeSet,
    fs,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use super::{
    sample::Town,
    trial::{Trial, chance},
    uploads_client::{Client, Sending, pdf, sha256},
};
use crate::product::Installation;

/// How many attach at a time; half of them in pieces.
const WRITERS: u64 = 4;

/// The longest that files are attached before the kill.
const LIFE_MILLIS: u64 = 400;

/// How long the first file may take.
const FIRST_WITHIN: Duration = Duration::from_secs(15);

const FILE_BYTES: usize = 30_000;

/// What the writers know together.
#[derive(Default)]
struct Attached {
    sent: AtomicU64,
    acknowledged: AtomicU64,
}

pub(super) fn run(trial: &Trial) -> Result<()> {
    let installation = trial.installation();
    let mut server = installation.start()?;
    let dossier = Town::find(server.address)?.dossier;
    let mut client = Client { address: server.address, dossier };
    let first: BTreeSet<String> = client.proofs()?.into_iter().collect();
    let (mut acknowledged, mut checked) = (0, 0);
    for time in 1..=trial.times {
        let (before, attached) = (client.visible()?, Arc::new(Attached::default()));
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (client, attached) = (client.clone(), Arc::clone(&attached));
                thread::spawn(move || write(&client, &attached, writer % 2 == 0))
            })
            .collect();
        if time % 2 == 1 {
            // However slow the machine, there is something that was acknowledged.
            first_acknowledged(&attached);
        }
        thread::sleep(Duration::from_millis(chance(time) % LIFE_MILLIS));
        server.kill()?;
        for writer in writers {
            writer.join().map_err(|_| anyhow::anyhow!("a writer ended badly"))?;
        }
        checked += whole(&installation).with_context(|| format!("trial {time}"))?;
        server = installation.start()?;
        client.address = server.address;
        let (sent, answered) = (attached.sent.load(Ordering::SeqCst), attached.acknowledged.load(Ordering::SeqCst));
        kept(answered, sent, client.visible()? - before).with_context(|| format!("trial {time}"))?;
        acknowledged += answered;
        let new: Vec<String> = client.proofs()?.into_iter().filter(|proof| !first.contains(proof)).collect();
        client.take_off(&new)?;
    }
    ensure!(acknowledged > 0, "nothing was attached in {} trials, so nothing was tried", trial.times);
    drop(server);
    let orphans = cleared(&installation)?;
    damage_is_found(&installation)?;
    installation.doctor()?;
    trial.say(&format!(
        "{} kills, {acknowledged} files acknowledged, 0 lost, {checked} files hashed after a kill, 0 missing or short; \
         {orphans} without a row cleared away; a damaged file was found",
        trial.times
    ));
    Ok(())
}

/// Waits until one file is acknowledged, or long enough to see that none will be.
fn first_acknowledged(attached: &Attached) {
    let started = Instant::now();
    while attached.acknowledged.load(Ordering::SeqCst) == 0 && started.elapsed() < FIRST_WITHIN {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Attaches one file after the other until the server is gone.
fn write(client: &Client, attached: &Attached, in_pieces: bool) {
    loop {
        let number = attached.sent.fetch_add(1, Ordering::SeqCst);
        let file = pdf(chance(usize::try_from(number).unwrap_or_default()), FILE_BYTES);
        let answer = if in_pieces {
            client.begin(file.len(), &sha256(&file)).and_then(|upload| client.add(&upload, 0, &file, Sending::Whole))
        } else {
            client.form(&file, Sending::Whole)
        };
        match answer {
            Ok(Some(answer)) if matches!(answer.status, 204 | 303) => {
                attached.acknowledged.fetch_add(1, Ordering::SeqCst);
            }
            _ => return,
        }
    }
}

fn kept(acknowledged: u64, sent: u64, seen: u64) -> Result<()> {
    ensure!(seen >= acknowledged, "{acknowledged} files were acknowledged, and {seen} are seen");
    ensure!(seen <= sent, "{seen} files are seen, and {sent} were sent");
    Ok(())
}

/// Hashes everything that rows name, and says how much that was.
fn whole(installation: &Installation<'_>) -> Result<u64> {
    let (code, report) = installation.evidence(&["verify"])?;
    ensure!(code == 0 && report["damaged"] == serde_json::json!([]), "a row points at what is not whole: {report}");
    report["blobs"].as_u64().context("no figure")
}

/// Clears away, with the age set to 0, what no row names; then the store holds what rows name and no more.
fn cleared(installation: &Installation<'_>) -> Result<u64> {
    let (code, report) = installation.evidence(&["gc", "--older-than", "0"])?;
    ensure!(code == 0, "evidence gc ended with {code}: {report}");
    let named = whole(installation)?;
    let there = files(installation)?.len() as u64;
    ensure!(there == named, "{there} files lie there after the clearing, and rows name {named}");
    report["blobs"].as_u64().context("no figure")
}

/// The control: a file that was cut short by hand is named.
fn damage_is_found(installation: &Installation<'_>) -> Result<()> {
    let file = files(installation)?.into_iter().next().context("no file")?;
    let bytes = fs::read(&file)?;
    fs::write(&file, &bytes[..bytes.len() / 2])?;
    let (code, report) = installation.evidence(&["verify"])?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    ensure!(code == 1 && report["damaged"][0]["sha256"] == *name, "a file cut short was not found: {code} {report}");
    fs::write(&file, bytes)?;
    whole(installation).map(|_| ())
}

/// The content in the store.
fn files(installation: &Installation<'_>) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for shelf in installation.data.join("evidence").read_dir()? {
        let shelf = shelf?;
        if shelf.file_name() != "incoming" {
            for entry in shelf.path().read_dir()? {
                found.push(entry?.path());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_or_comes_from_nowhere_is_found() {
        assert!(kept(7, 8, 7).is_ok() && kept(7, 8, 8).is_ok());
        assert!(kept(7, 8, 6).is_err() && kept(7, 8, 9).is_err());
    }
}
