//! R5: the disk is full. Every write is refused with a reason or truly kept, reads go on, and when there is room again
//! everything works without a restart. Long before, files are refused and sheets are not.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

use super::{
    crash,
    disk::{self, Disk},
    sample::Town,
    trial::Trial,
};
use crate::{http::Request, product::Installation};

/// From so many writes on the trial is the whole one.
const WHOLE: usize = 100;

/// Of 100 reads on a full disk, so many must succeed.
const READS_PER_CENT: usize = 99;

const WORKS_WITHIN: Duration = Duration::from_secs(10);

/// Room that files may not take, for disks as small as these.
const KEEP_FREE: [&str; 2] = ["--keep-free", "8"];
const KEEP_FREE_BYTES: u64 = 8 * 1024 * 1024;

/// Some room below that, with which a database works well.
const LOW_BYTES: u64 = 6 * 1024 * 1024;

/// The row that counts something, and the one that lacks its proof.
const ROW: &str = "c20";
const OPEN_ROW: &str = "c18";

pub(super) fn run(trial: &Trial) -> Result<()> {
    if let Some(missing) = disk::missing() {
        trial.say(&format!("not run: {missing}"));
        return Ok(());
    }
    // On small blocks SQLite's map of its log is the first to find no room.
    let blocks = if trial.times < WHOLE { &[4096][..] } else { &[4096, 1024] };
    for block_bytes in blocks {
        on_blocks_of(trial, *block_bytes).with_context(|| format!("blocks of {block_bytes} bytes"))?;
    }
    Ok(())
}

fn on_blocks_of(trial: &Trial, block_bytes: u32) -> Result<()> {
    let disk = Disk::new(&trial.folder, &format!("disk-{block_bytes}"), 64, block_bytes)?;
    let data = disk.mount.join("data");
    let installation = Installation { data, options: &KEEP_FREE, ..trial.installation() };
    let mut server = installation.start()?;
    let dossier = Town::find(server.address)?.dossier;
    let mut desk = Desk { address: server.address, dossier, next: 1, acknowledged: 0, reads: 0, read: 0 };
    ensure!(desk.save()?.is_none(), "a save on an empty disk was refused");
    ensure!(desk.attach()? == 200, "a file on an empty disk was refused");

    disk.fill_but_for(LOW_BYTES)?;
    ensure!(desk.attach()? == 507, "a file was taken with less than {KEEP_FREE_BYTES} bytes free");
    ensure!(desk.save()?.is_none(), "a save was refused with {LOW_BYTES} bytes free");

    disk.fill()?;
    let mut refused = 0;
    for _ in 0..trial.times {
        refused += usize::from(desk.save()?.is_some());
        desk.look();
        // What the record freed meanwhile is taken again.
        disk.fill()?;
    }
    ensure!(desk.attach()? == 507, "a file was taken on a full disk");
    ensure!(refused > 0, "nothing was refused, so nothing was tried");
    ensure!(desk.read * 100 >= desk.reads * READS_PER_CENT, "only {} of {} reads succeeded", desk.read, desk.reads);
    desk.is_kept()?;

    disk.empty()?;
    let freed = Instant::now();
    while desk.save()?.is_some() {
        ensure!(freed.elapsed() < WORKS_WITHIN, "still refused {WORKS_WITHIN:?} after there was room");
        thread::sleep(Duration::from_millis(50));
    }
    let works_after = freed.elapsed();
    desk.is_kept()?;
    ensure!(desk.attach()? == 200, "a file was refused after there was room");
    ensure!(!server.has_ended()?, "it ended by itself");
    drop(server);
    installation.doctor()?;
    trial.say(&format!(
        "blocks of {block_bytes}: {refused} of {} writes on the full disk refused with a reason, the others kept; {} of {} \
         reads fine; works again after {works_after:.1?}, without a restart",
        trial.times, desk.read, desk.reads
    ));
    Ok(())
}

/// Somebody who fills in a sheet.
struct Desk {
    address: SocketAddr,
    dossier: String,
    next: i64,
    acknowledged: i64,
    reads: usize,
    read: usize,
}

impl Desk {
    /// Saves the next figure; gives the reason when it was refused.
    fn save(&mut self) -> Result<Option<String>> {
        let figure = self.next;
        self.next += 1;
        let path = format!("/dossiers/{}/answers/{ROW}", self.dossier);
        let answer = Request::form(&path, &format!("{ROW}={figure}")).send(self.address)?;
        if answer.status == 200 {
            self.acknowledged = figure;
            return Ok(None);
        }
        reason(answer.status, &answer.body).map(Some)
    }

    /// Attaches a file and gives the status.
    fn attach(&self) -> Result<u16> {
        let path = format!("/dossiers/{}/evidence", self.dossier);
        let answer = Request::proof(&path, OPEN_ROW).send(self.address)?;
        if answer.status != 200 {
            reason(answer.status, &answer.body)?;
        }
        Ok(answer.status)
    }

    /// Reads the page and the figures.
    fn look(&mut self) {
        for path in [format!("/dossiers/{}", self.dossier), format!("/api/v1/dossiers/{}", self.dossier)] {
            self.reads += 1;
            let answer = Request::get(&path).send(self.address);
            self.read += usize::from(answer.is_ok_and(|answer| answer.status == 200));
        }
    }

    fn is_kept(&self) -> Result<()> {
        let found = crash::stored(self.address, &self.dossier)?;
        crash::kept((self.acknowledged, self.next - 1), found[0])
    }
}

/// A refusal says that there is no room, in words.
fn reason(status: u16, body: &str) -> Result<String> {
    let said = serde_json::from_str::<serde_json::Value>(body).ok();
    let reason = said.as_ref().and_then(|said| said["detail"].as_str()).unwrap_or_default();
    if !matches!(status, 503 | 507) || reason.is_empty() {
        bail!("a write was answered {status} {body}");
    }
    Ok(reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The control: a failure without a reason is found.
    #[test]
    fn a_write_that_fails_without_a_reason_is_found() {
        assert!(reason(507, r#"{"detail":"hết chỗ"}"#).is_ok());
        for (status, body) in [(500, r#"{"detail":"hỏng"}"#), (507, ""), (503, r#"{"detail":""}"#), (303, "")] {
            assert!(reason(status, body).is_err(), "{status}");
        }
    }
}
