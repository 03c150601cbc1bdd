//! A load: the same kind of page asked by many at a time, each as soon as it has its answer.
//!
//! A closed loop of twenty never lets a queue of more than twenty grow; what it says is how long one of twenty waits.

use std::{
    io::{BufReader, Write as _},
    net::{SocketAddr, TcpStream},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

use crate::http::Request;

/// How many ask at a time.
pub(super) const CLIENTS: usize = 20;

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    body: Vec<u8>,
    /// It says when to ask again.
    pub(super) again: bool,
}

/// How long answers took.
pub(super) struct Times {
    /// In order.
    took: Vec<Duration>,
    /// Answers other than 200.
    pub(super) failed: usize,
    /// Bytes of all bodies.
    bytes: usize,
    /// From the first request to the last answer.
    whole: Duration,
}

impl Times {
    /// Of answers that took so long.
    pub(super) fn of(mut took: Vec<Duration>, failed: usize, whole: Duration) -> Self {
        took.sort();
        Self { took, failed, bytes: 0, whole }
    }

    /// How many answers there are.
    pub(super) fn count(&self) -> usize {
        self.took.len()
    }

    /// The time within which so many of a hundred answers came, in milliseconds.
    pub(super) fn percentile(&self, percent: usize) -> f64 {
        let place = (self.took.len() * percent).div_ceil(100).saturating_sub(1);
        self.took.get(place).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
    }

    pub(super) fn requests_a_second(&self) -> f64 {
        a_second(self.took.len(), self.whole)
    }

    pub(super) fn mean_bytes(&self) -> usize {
        self.bytes / self.took.len().max(1)
    }
}

/// How many that is a second.
pub(super) fn a_second(count: usize, whole: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / whole.as_secs_f64()
}

/// A connection that is kept.
pub(super) struct Client {
    address: SocketAddr,
    connection: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { address, connection: None }
    }

    /// Sends a request as it is, and reads the answer.
    pub(super) fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            empty => {
                let stream = TcpStream::connect_timeout(&self.address, TIMEOUT)?;
                stream.set_read_timeout(Some(TIMEOUT))?;
                stream.set_nodelay(true)?;
                empty.insert(BufReader::new(stream))
            }
        };
        let sent = connection.get_mut().write_all(request);
        let answer = sent.map_err(anyhow::Error::from).and_then(|()| read(connection));
        if answer.as_ref().map_or(true, |(_, ends)| *ends) {
            self.connection = None;
        }
        answer.map(|(answer, _)| answer)
    }
}

/// Reads one answer, and whether the server ends the connection after it.
fn read(from: &mut impl std::io::BufRead) -> Result<(Answer, bool)> {
    let mut line = || -> Result<String> {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            bail!("the connection ended");
        }
        Ok(line.trim_end().to_owned())
    };
    let status = line()?.split(' ').nth(1).context("no status")?.parse()?;
    let (mut length, mut chunked, mut ends, mut again) = (0, false, false, false);
    loop {
        let line = line()?;
        let Some((name, value)) = line.split_once(':') else { break };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse()?,
            "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
            "retry-after" => again = true,
            "connection" => ends = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    if chunked {
        read_chunks(from, &mut body)?;
    }
    Ok((Answer { status, body, again }, ends))
}

/// Reads a body that comes in pieces, each with its size before it and an empty one at the end.
fn read_chunks(from: &mut impl std::io::BufRead, body: &mut Vec<u8>) -> Result<()> {
    loop {
        let mut size = String::new();
        from.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).context("no size of a chunk")?;
        let mut chunk = vec![0; size + 2];
        from.read_exact(&mut chunk)?;
        if size == 0 {
            return Ok(());
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

/// Asks for each page in all its ways, and prints a line for it.
pub(super) fn table(
    address: SocketAddr,
    pages: Vec<(&'static str, Vec<Request>)>,
    requests: usize,
) -> Result<Vec<(&'static str, Times)>> {
    println!(
        "\n| page | p50 ms | p95 ms | p99 ms | requests/s | bytes | other than 200 |\n|---|---|---|---|---|---|---|"
    );
    let mut measured = Vec::new();
    for (name, asked) in pages {
        drive(address, &asked, CLIENTS * 2)?;
        let times = drive(address, &asked, requests)?;
        let [p50, p95, p99] = [50, 95, 99].map(|percent| times.percentile(percent));
        let (speed, size) = (times.requests_a_second(), times.mean_bytes());
        println!("| {name} | {p50:.1} | {p95:.1} | {p99:.1} | {speed:.0} | {size} | {} |", times.failed);
        measured.push((name, times));
    }
    Ok(measured)
}

/// Asks `requests` pages, in turn those given, by [`CLIENTS`] at a time.
pub(super) fn drive(address: SocketAddr, pages: &[Request], requests: usize) -> Result<Times> {
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let by_client = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| -> Result<(Vec<Duration>, usize, usize)> {
                    let mut client = Client::new(address);
                    let (mut took, mut failed, mut bytes) = (Vec::new(), 0, 0);
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= requests {
                            return Ok((took, failed, bytes));
                        }
                        let request = pages[number % pages.len()].written(address, "text/html");
                        let asked = Instant::now();
                        let answer = client.ask(&request)?;
                        took.push(asked.elapsed());
                        failed += usize::from(answer.status != 200);
                        bytes += answer.body.len();
                    }
                })
            })
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| bail!("a client ended badly")))
            .collect::<Vec<_>>()
    });
    let whole = began.elapsed();
    let mut times = Times { took: Vec::new(), failed: 0, bytes: 0, whole };
    for client in by_client {
        let (took, failed, bytes) = client?;
        times.took.extend(took);
        times.failed += failed;
        times.bytes += bytes;
    }
    times.took.sort();
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_whole_in_either_form() {
        for (text, body, closes) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcHTTP", "abc", false),
            (
                "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
                "abcde",
                true,
            ),
        ] {
            let (answer, ends) = read(&mut text.as_bytes()).expect("an answer");
            assert_eq!(
                (answer.status, String::from_utf8(answer.body).expect("text").as_str(), ends),
                (200, body, closes)
            );
        }
        assert!(read(&mut "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".as_bytes()).is_err(), "cut off");
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let took = (1..=200).map(Duration::from_millis).collect();
        let times = Times { took, failed: 0, bytes: 0, whole: Duration::from_secs(1) };
        for (percent, found) in [(50, 100.0), (95, 190.0), (100, 200.0)] {
            assert!((times.percentile(percent) - found).abs() < 1e-6);
        }
    }
}
