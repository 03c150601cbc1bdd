//! R8: the answer gets lost after the server did what was asked. The same request with its key is answered with what
//! came of the first, and nothing is done twice.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};

use super::{
    sample::Town,
    trial::{Trial, chance},
};
use crate::http::{Answer, Request};

/// A row of the sample's open dossier that counts something.
const ROW: &str = "c20";

/// A row that takes proofs.
const PROVEN: &str = "c18";

/// Every how many trials a proof is sent instead of a figure; each makes the dossier's page longer.
const PROOF_EVERY: usize = 10;

pub(super) fn run(trial: &Trial) -> Result<()> {
    let installation = trial.installation();
    let server = installation.start()?;
    let town = Town::find(server.address)?;
    let path = town.path(&format!("/answers/{ROW}"));
    let (mut revision, mut replayed, mut proofs) = (revision(&save(&path, 0).send(server.address)?)?, 0, 0);
    for time in 1..=trial.times {
        let key = format!("r8-{time}");
        // Sometimes the line is cut before the server could answer: then nobody knows whether it was done.
        let cut = if chance(time).is_multiple_of(4) { Cut::Early } else { Cut::Late };
        if time % PROOF_EVERY == 0 {
            let request = Request::proof(&town.path("/evidence"), PROVEN).with("Idempotency-Key", &key);
            let before = town.proofs(server.address, PROVEN)?;
            replayed += u32::from(lost_and_again(server.address, &request, cut)?);
            let found = town.proofs(server.address, PROVEN)?;
            once(before, found).with_context(|| format!("trial {time}, a proof"))?;
            proofs += 1;
        } else {
            let request = save(&path, time).with("Idempotency-Key", &key);
            replayed += u32::from(lost_and_again(server.address, &request, cut)?);
            let next = self::revision(&save(&path, time).send(server.address)?)?;
            once(revision, next).with_context(|| format!("trial {time}, a figure"))?;
            revision = next;
        }
    }
    ensure!(replayed > 0, "no request came after its first had been done, so nothing was tried");
    without_a_key(server.address, &town)?;
    trial.say(&format!(
        "{} answers lost ({proofs} of proofs), {replayed} repeated requests answered with the first result, 0 doubled; \
         without a key the proof was doubled, as it must be",
        trial.times
    ));
    Ok(())
}

fn save(path: &str, figure: usize) -> Request {
    Request::form(path, &format!("{ROW}={figure}"))
}

fn revision(answer: &Answer) -> Result<i64> {
    ensure!(answer.status == 200, "saving gave {} {}", answer.status, answer.body);
    answer.json()?["revision"].as_i64().context("no revision")
}

/// One effect, not none and not two.
fn once(before: i64, after: i64) -> Result<()> {
    ensure!(after > before, "it was not done");
    ensure!(after == before + 1, "it was done {} times", after - before);
    Ok(())
}

/// The control: the same without a key is done twice, and [`once`] says so.
fn without_a_key(address: SocketAddr, town: &Town) -> Result<()> {
    let before = town.proofs(address, PROVEN)?;
    lost_and_again(address, &Request::proof(&town.path("/evidence"), PROVEN), Cut::Late)?;
    let found = once(before, town.proofs(address, PROVEN)?);
    ensure!(found.is_err(), "without a key the proof was not doubled, so the trial cannot tell");
    Ok(())
}

/// Where the line is cut.
#[derive(Clone, Copy)]
enum Cut {
    /// Once the request is out.
    Early,
    /// Once the whole answer is in.
    Late,
}

/// Sends a request whose answer gets lost, then the same again. Whether the second was known as such.
fn lost_and_again(address: SocketAddr, request: &Request, cut: Cut) -> Result<bool> {
    let line = lossy(address, cut)?;
    ensure!(request.send(line).is_err(), "the answer came through a line that loses answers");
    let again = request.send(address)?;
    ensure!(again.status == 200, "sent again: {} {}", again.status, again.body);
    let replayed = again.header("idempotency-replayed").is_some();
    if matches!(cut, Cut::Late) && request.has_key() {
        ensure!(replayed, "the second request was not known as the same");
    }
    Ok(replayed)
}

/// A line for one connection that carries what is sent and loses the answer.
fn lossy(server: SocketAddr, cut: Cut) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        // What goes wrong here is seen by the client as a lost answer, which is the point.
        let Ok((client, _)) = listener.accept() else { return };
        let _ = carry(client, server, cut);
    });
    Ok(address)
}

fn carry(mut client: TcpStream, server: SocketAddr, cut: Cut) -> Result<()> {
    // A client that has said all waits; a read that finds nothing for this long means so.
    client.set_read_timeout(Some(Duration::from_millis(20)))?;
    let mut server = TcpStream::connect(server)?;
    let mut buffer = [0; 8 * 1024];
    while let Ok(length) = client.read(&mut buffer) {
        if length == 0 {
            break;
        }
        server.write_all(&buffer[..length])?;
    }
    if matches!(cut, Cut::Late) {
        server.read_to_end(&mut Vec::new())?;
    }
    Ok(())
}
