//! R21: SIGTERM while people read and save. Whoever had sent a request gets an answer, and the process is gone within
//! thirty seconds.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use super::{
    crash,
    sample::Town,
    trial::{Trial, chance},
};

const GONE_WITHIN: Duration = Duration::from_secs(30);

/// People at once, each with a new connection for each request.
const PEOPLE: usize = 8;

/// The longest that they work before the end.
const LIFE_MILLIS: u64 = 400;

pub(super) fn run(trial: &Trial) -> Result<()> {
    let installation = trial.installation();
    let (mut answered, mut slowest) = (0, Duration::ZERO);
    for time in 1..=trial.times {
        let mut server = installation.start()?;
        let dossier = Town::find(server.address)?.dossier;
        let stopping = Arc::new(AtomicBool::new(false));
        let people: Vec<_> = (0..PEOPLE)
            .map(|person| {
                let (address, dossier, stopping) = (server.address, dossier.clone(), Arc::clone(&stopping));
                thread::spawn(move || work(address, &dossier, person, &stopping))
            })
            .collect();
        thread::sleep(Duration::from_millis(100 + chance(time) % LIFE_MILLIS));
        let asked = Instant::now();
        let (took, went_well) = server.end(GONE_WITHIN)?;
        stopping.store(true, Ordering::SeqCst);
        slowest = slowest.max(took);
        ensure!(went_well, "trial {time}: it ended with a failure");
        let mut all = Vec::new();
        for person in people {
            all.extend(person.join().map_err(|_| anyhow::anyhow!("a person ended badly"))?);
        }
        answered += all.iter().filter(|request| request.is_answered).count();
        let failed = failed_in_flight(&all, asked);
        ensure!(failed == 0, "trial {time}: {failed} requests in flight got no answer");
    }
    ensure!(answered > 0, "nothing was answered, so nothing was tried");
    trial.say(&format!(
        "{} ends, {answered} requests answered, 0 in flight failed, gone within {slowest:.1?}",
        trial.times
    ));
    Ok(())
}

/// What became of one request.
struct Request {
    sent_at: Instant,
    is_answered: bool,
}

/// A request that was sent before the end was asked for is in flight.
fn failed_in_flight(requests: &[Request], asked: Instant) -> usize {
    requests.iter().filter(|request| request.sent_at < asked && !request.is_answered).count()
}

/// Reads and saves until nobody listens any more.
fn work(address: SocketAddr, dossier: &str, person: usize, stopping: &AtomicBool) -> Vec<Request> {
    let row = crash::ROWS[person % crash::ROWS.len()];
    let mut requests = Vec::new();
    while !stopping.load(Ordering::SeqCst) {
        let (line, form) = match person % 2 {
            0 => (format!("GET /api/v1/dossiers/{dossier}"), String::new()),
            _ => (format!("POST /dossiers/{dossier}/answers/{row}"), format!("{row}=5")),
        };
        // Who cannot connect any more has not sent anything.
        let Ok(mut stream) = TcpStream::connect(address) else { break };
        let head = format!(
            "{line} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        if stream.write_all(head.as_bytes()).is_err() {
            break;
        }
        let sent_at = Instant::now();
        let mut answer = Vec::new();
        let is_whole = stream.read_to_end(&mut answer).is_ok();
        requests.push(Request { sent_at, is_answered: is_whole && answer.starts_with(b"HTTP/1.1 200") });
    }
    requests
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The control: a request that was in flight and got no answer is found.
    #[test]
    fn a_request_in_flight_without_an_answer_is_found() {
        let before = Instant::now();
        let asked = before + Duration::from_secs(1);
        let after = asked + Duration::from_secs(1);
        let request = |sent_at, is_answered| Request { sent_at, is_answered };
        let requests = [request(before, true), request(before, false), request(after, false), request(after, true)];
        assert_eq!(failed_in_flight(&requests, asked), 1);
    }
}
