//! R10: fifty people, or one who clicks fifty times, submit the same dossier at once. Exactly one of them does it.

use std::{net::SocketAddr, sync::Barrier, thread};

use anyhow::{Context as _, Result, ensure};

use super::{sample::Town, trial::Trial};
use crate::http::{Answer, Request};

/// How many ask at once.
const AT_ONCE: usize = 50;

/// The row that lacks its proof, and that goes back each time.
const ROW: &str = "c18";

pub(super) fn run(trial: &Trial) -> Result<()> {
    let installation = trial.installation();
    let server = installation.start()?;
    let address = server.address;
    let town = Town::find(address)?;
    step(address, &Request::proof(&town.path("/evidence"), ROW), 200)?;
    let before = installation.record_size()?;
    for time in 1..=trial.times {
        present(address, &town)?;
        let request = Request::form(&town.path("/submit"), "").by("unit_leader", &town.unit);
        // With a key everybody is told what came of it; without one, all but one are told that it is done already.
        let with_key = time % 2 == 0;
        let request = if with_key { request.with("Idempotency-Key", &format!("r10-{time}")) } else { request };
        let answers = at_once(address, &request)?;
        one_effect(&answers, with_key).with_context(|| format!("round {time}"))?;
        send_back(address, &town, time)?;
    }
    // Each round: presented, submitted, marked, returned, answered.
    let (times, found) = (u64::try_from(trial.times)?, installation.record_size()? - before);
    ensure!(found == 5 * times, "the record has {found} entries of {times} rounds, not {}", 5 * times);
    trial.say(&format!(
        "{times} rounds of {AT_ONCE} at once, half of them with a key: each submitted once, {found} entries in the record"
    ));
    Ok(())
}

/// From the officer to the leader.
fn present(address: SocketAddr, town: &Town) -> Result<()> {
    step(address, &Request::form(&town.path("/present"), ""), 303)
}

/// The appraiser returns one row, and the officer replies, so that the dossier can be submitted again.
fn send_back(address: SocketAddr, town: &Town, time: usize) -> Result<()> {
    let verdict = format!("verdict=return&reason=l%E1%BA%A7n+{time}");
    let appraiser = |request: Request| request.by("appraiser", &town.province);
    step(address, &appraiser(Request::form(&town.path(&format!("/appraisal/{ROW}")), &verdict)), 303)?;
    step(address, &appraiser(Request::form(&town.path("/return"), "")), 303)?;
    step(address, &Request::form(&town.path(&format!("/answers/{ROW}")), &format!("{ROW}.reply=xong+{time}")), 200)
}

fn step(address: SocketAddr, request: &Request, status: u16) -> Result<()> {
    let answer = request.send(address)?;
    ensure!(answer.status == status, "a step gave {} {}", answer.status, answer.body);
    Ok(())
}

/// Sends the same request from many threads, all in the same moment.
fn at_once(address: SocketAddr, request: &Request) -> Result<Vec<Answer>> {
    let start = Barrier::new(AT_ONCE);
    thread::scope(|scope| {
        let send = || {
            start.wait();
            request.send(address)
        };
        let senders: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(send)).collect();
        senders.into_iter().map(|sender| sender.join().map_err(|_| anyhow::anyhow!("a sender ended badly"))?).collect()
    })
}

/// Exactly one request did it.
fn one_effect(answers: &[Answer], with_key: bool) -> Result<()> {
    let (mut done, mut told) = (0, 0);
    for answer in answers {
        match answer.status {
            303 if answer.header("idempotency-replayed").is_none() => done += 1,
            303 | 409 if with_key == (answer.status == 303) => told += 1,
            status => anyhow::bail!("one of them got {status} {}", answer.body),
        }
    }
    ensure!(done == 1 && told == answers.len() - 1, "{done} did it, {told} were told so");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The control: two that did it, none that did, and one that failed are found.
    #[test]
    fn two_effects_and_none_are_found() {
        let answer = |head: &str| Answer::read(&format!("HTTP/1.1 {head}\r\n\r\n")).expect("an answer");
        let (done, told) = (|| answer("303 See Other"), || answer("409 Conflict"));
        let replayed = || answer("303 See Other\r\nidempotency-replayed: true");
        assert!(one_effect(&[done(), told()], false).is_ok() && one_effect(&[replayed(), done()], true).is_ok());
        for (answers, with_key) in [
            (vec![done(), done()], false),
            (vec![told(), told()], false),
            (vec![done(), told()], true),
            (vec![done(), replayed()], false),
            (vec![done(), answer("500 Internal Server Error")], false),
        ] {
            assert!(one_effect(&answers, with_key).is_err());
        }
    }
}
