//! R14: files that are cut on their way, end short or long, or arrive changed. None of them is seen, each goes on where
//! it stands, also after `kill -9`, none is attached twice, and nothing is left.

use anyhow::{Context as _, Result, ensure};

use super::{
    sample::Town,
    trial::{Trial, chance},
    uploads_client::{Answer, Client, Sending, pdf, sha256},
};
use crate::product::{Installation, Running};

/// How often one file is cut, besides the one time the server is killed.
const CUTS: usize = 20;

const BYTES_MIN: usize = 50_000;
const BYTES_MAX: usize = 400_000;

/// What was tried.
#[derive(Default)]
struct Tally {
    cuts: usize,
    kills: usize,
    lost_answers: usize,
    bytes: usize,
}

pub(super) fn run(trial: &Trial) -> Result<()> {
    let installation = trial.installation();
    let mut server = installation.start()?;
    let dossier = Town::find(server.address)?.dossier;
    let mut tally = Tally::default();
    for time in 1..=trial.times {
        let file = pdf(chance(time), BYTES_MIN + below(time, BYTES_MAX - BYTES_MIN));
        let client = Client { address: server.address, dossier: dossier.clone() };
        let before = client.visible()?;
        refused(&client, &file, time, &mut tally).with_context(|| format!("trial {time}"))?;
        ensure!(client.visible()? == before, "trial {time}: a file that did not arrive is seen");
        resumed(&installation, &mut server, client, (before, time), &file, &mut tally)
            .with_context(|| format!("trial {time}"))?;
    }
    drop(server);
    nothing_left(&installation)?;
    installation.doctor()?;
    let Tally { cuts, kills, lost_answers, bytes } = tally;
    trial.say(&format!(
        "{} files: {cuts} cuts, {kills} kills, {lost_answers} lost answers; 0 seen before they were whole, 0 attached twice, \
         0 acknowledged bytes lost of {bytes}, nothing left",
        trial.times
    ));
    Ok(())
}

fn below(seed: usize, limit: usize) -> usize {
    usize::try_from(chance(seed) % limit as u64).unwrap_or_default()
}

/// A form that breaks off, a file that is not what was announced, and one that is longer.
fn refused(client: &Client, file: &[u8], time: usize, tally: &mut Tally) -> Result<()> {
    client.form(file, Sending::Cut(below(time, file.len())))?;
    tally.cuts += 1;
    let other = sha256(&file[1..]);
    let upload = client.begin(file.len(), &other)?;
    let answer = client.add(&upload, 0, file, Sending::Whole)?.context("no answer")?;
    ensure!(answer.status == 460, "a changed file was answered with {}", answer.status);
    ensure!(client.offset(&upload)?.is_none(), "a changed file is still there");
    let shorter = client.begin(file.len() - 1, &sha256(&file[..file.len() - 1]))?;
    let answer = client.add(&shorter, 0, file, Sending::Whole)?.context("no answer")?;
    ensure!(answer.status == 413, "a file that is longer than announced was answered with {}", answer.status);
    // One that ends short is left there for the clearing.
    let longer = client.begin(file.len() + 1, &sha256(file))?;
    let answer = client.add(&longer, 0, file, Sending::Whole)?.context("no answer")?;
    ensure!(answer.status == 204, "a piece was answered with {}", answer.status);
    Ok(())
}

/// One file in many pieces, most of them cut, with one kill, to its end.
fn resumed(
    installation: &Installation<'_>,
    server: &mut Running,
    mut client: Client,
    (before, time): (u64, usize),
    file: &[u8],
    tally: &mut Tally,
) -> Result<()> {
    let upload = client.begin(file.len(), &sha256(file))?;
    let (mut acknowledged, mut sent_until) = (0, 0);
    let kill_at = below(time, CUTS);
    for cut in 0..CUTS {
        let offset = client.offset(&upload)?.context("the upload is gone")?;
        kept(acknowledged, sent_until, offset)?;
        // The last stretch is left for the end.
        let piece = &file[offset..offset + below(cut, (file.len() - offset) / 4 + 1)];
        let sent = below(cut, piece.len() + 1);
        let sending = if sent == piece.len() { Sending::Whole } else { Sending::Cut(sent) };
        let answer = client.add(&upload, offset, piece, sending)?;
        (acknowledged, sent_until) = (offset, sent_until.max(offset + sent));
        match answer {
            Some(answer) if is_taken(&answer)? => acknowledged = offset + piece.len(),
            Some(_) => {}
            None => tally.cuts += 1,
        }
        if cut == kill_at {
            server.kill()?;
            *server = installation.start()?;
            client.address = server.address;
            tally.kills += 1;
        }
        ensure!(client.visible()? == before, "a file is seen before it is whole");
    }
    end(&client, &upload, (acknowledged, sent_until), file, tally)?;
    ensure!(client.visible()? == before + 1, "a whole file is seen {} times", client.visible()?.saturating_sub(before));
    let id = upload.rsplit('/').next().context("no id")?;
    let opened = client.open(&format!("/evidence/{id}"))?;
    ensure!(opened.status == 200 && opened.body == file, "what is opened is not what was sent");
    tally.bytes += file.len();
    client.take_off(&[id.to_owned()])
}

/// The last piece, sometimes without waiting for its answer, until the server says that it has everything.
fn end(
    client: &Client,
    upload: &str,
    (mut acknowledged, mut sent_until): (usize, usize),
    file: &[u8],
    tally: &mut Tally,
) -> Result<()> {
    let mut is_answer_lost = below(file.len(), 2) == 0;
    loop {
        let offset = client.offset(upload)?.context("the upload is gone")?;
        kept(acknowledged, sent_until, offset)?;
        if offset == file.len() {
            return Ok(());
        }
        let sending = if is_answer_lost { Sending::Unheard } else { Sending::Whole };
        let answer = client.add(upload, offset, &file[offset..], sending)?;
        tally.lost_answers += usize::from(is_answer_lost);
        is_answer_lost = false;
        sent_until = file.len();
        if let Some(answer) = answer
            && is_taken(&answer)?
        {
            acknowledged = file.len();
        }
    }
}

/// Whether a piece was taken. A piece whose connection was cut may be read only after the server was asked how far the
/// upload came; the next one is then refused for its offset, and the server is asked again.
fn is_taken(answer: &Answer) -> Result<bool> {
    ensure!(matches!(answer.status, 204 | 409), "a piece was answered with {}", answer.status);
    Ok(answer.status == 204)
}

/// What was acknowledged is there, and nothing that was not sent.
fn kept(acknowledged: usize, sent_until: usize, found: usize) -> Result<()> {
    ensure!(found >= acknowledged, "{acknowledged} bytes were acknowledged, and {found} are there");
    ensure!(found <= sent_until.max(acknowledged), "{found} bytes are there, and {sent_until} were sent");
    Ok(())
}

/// With the age set to 0 everything goes that is not whole.
fn nothing_left(installation: &Installation<'_>) -> Result<()> {
    let (code, report) = installation.evidence(&["gc", "--older-than", "0"])?;
    ensure!(code == 0, "evidence gc ended with {code}: {report}");
    let incoming = installation.data.join("evidence/incoming");
    for folder in [incoming.clone(), incoming.join("uploads")] {
        for entry in folder.read_dir()? {
            let path = entry?.path();
            ensure!(path.is_dir(), "{} is left", path.display());
        }
    }
    let (code, report) = installation.evidence(&["verify"])?;
    ensure!(code == 0, "evidence verify ended with {code}: {report}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The control: bytes that were acknowledged and are gone, and bytes that nobody sent, are found.
    #[test]
    fn what_is_lost_or_comes_from_nowhere_is_found() {
        assert!(kept(7, 9, 7).is_ok() && kept(7, 9, 9).is_ok());
        let lost = kept(7, 9, 6).expect_err("lost").to_string();
        assert_eq!(lost, "7 bytes were acknowledged, and 6 are there");
        assert!(kept(7, 9, 10).is_err());
    }
}
