//! L5: thousands of slow connections that send half a header, drip a body or take no answer. Everybody else is
//! answered within a second. A server that waits for ever is occupied by the same attack, which is the control.

use std::{
    collections::BTreeMap,
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};

use super::{sample::Town, trial::Trial};
use crate::http::Request;

const ANSWERED_WITHIN: Duration = Duration::from_secs(1);

/// Connections that the attacker opens a second, also when the server closes them.
const OPENED_A_SECOND: u128 = 200;

/// Answers of 37 kB that a connection asks for at once and does not take. With far more it would be a flood of requests
/// and no longer a slow connection.
const READ_LATER: usize = 12;

/// How long others ask, with all slow connections there.
const ASKED_FOR: Duration = Duration::from_secs(30);
const ASKED_FOR_SHORT: Duration = Duration::from_secs(4);

/// From so many connections on the trial is the whole one.
const WHOLE: usize = 5_000;

/// So many are enough against the control.
const CONTROL: usize = 250;

/// Descriptors that this process needs for other things.
const OTHER_DESCRIPTORS: usize = 64;

pub(super) fn run(trial: &Trial) -> Result<()> {
    let possible = descriptors()?.saturating_sub(OTHER_DESCRIPTORS);
    let connections = trial.times.min(possible);
    if connections < trial.times {
        trial.say(&format!("this machine allows {connections} of {} connections (ulimit -n)", trial.times));
    }
    let asked_for = if trial.times < WHOLE { ASKED_FOR_SHORT } else { ASKED_FOR };
    let mut server = trial.installation().start()?;
    let dossier = Town::find(server.address)?.dossier;
    let asset = style_sheet(server.address)?;
    let attack = Attack::begin(server.address, &dossier, &asset, connections);
    attack.wait_until_all_were_opened(connections)?;
    let answers = others(server.address, &format!("/api/v1/dossiers/{dossier}"), asked_for);
    let (opened, closed) = attack.end()?;
    ensure!(!server.has_ended()?, "it ended by itself");
    let slowest = served(&answers)?;
    trial.say(&format!(
        "{connections} slow connections ({opened} opened, {closed} closed by the server): {} others answered, p99 \
         {slowest:.1?}",
        answers.len()
    ));

    let fewer = connections.min(CONTROL);
    let patient = Patient::start(fewer / 4)?;
    let attack = Attack::begin(patient.address, &dossier, &asset, fewer);
    attack.wait_until_all_were_opened(fewer)?;
    let answers = others(patient.address, "/", ASKED_FOR_SHORT);
    attack.end()?;
    let occupied = served(&answers).err().context("the control, which waits for ever, was not occupied")?;
    trial.say(&format!("control that waits for ever: {occupied}"));
    Ok(())
}

/// The address of the style sheet, some 37 kB, which every page names.
fn style_sheet(address: SocketAddr) -> Result<String> {
    let page = Request::get("/portal").send(address)?.body;
    let (_, after) = page.split_once("\"/assets/").context("the portal names no style sheet")?;
    Ok(format!("/assets/{}", after.split('"').next().unwrap_or_default()))
}

/// How many descriptors this process may have. It is the caller's `ulimit -n`.
fn descriptors() -> Result<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").context("no /proc/self/limits")?;
    let line = limits.lines().find(|line| line.starts_with("Max open files")).context("no limit of files")?;
    line.split_whitespace().nth(3).and_then(|soft| soft.parse().ok()).context("no soft limit of files")
}

/// The 99th percentile of the answers, where it keeps the promise.
fn served(answers: &[Option<Duration>]) -> Result<Duration> {
    ensure!(!answers.is_empty(), "nobody asked");
    let mut took: Vec<Duration> = answers.iter().map(|answer| answer.unwrap_or(Duration::MAX)).collect();
    took.sort_unstable();
    let p99 = took[(took.len() * 99).div_ceil(100) - 1];
    let failed = answers.iter().filter(|answer| answer.is_none()).count();
    ensure!(
        p99 <= ANSWERED_WITHIN,
        "{failed} of {} others got no answer, p99 is above {ANSWERED_WITHIN:?}",
        took.len()
    );
    Ok(p99)
}

/// Asks again and again, one new connection each time. Gives how long an answer took; none for no answer.
fn others(address: SocketAddr, path: &str, how_long: Duration) -> Vec<Option<Duration>> {
    let (started, mut answers) = (Instant::now(), Vec::new());
    while started.elapsed() < how_long {
        let asked = Instant::now();
        answers.push(ask(address, path).then(|| asked.elapsed()));
        thread::sleep(Duration::from_millis(20));
    }
    answers
}

fn ask(address: SocketAddr, path: &str) -> bool {
    let patience = 2 * ANSWERED_WITHIN;
    let Ok(mut stream) = TcpStream::connect_timeout(&address, patience) else { return false };
    let mut answer = Vec::new();
    let asked = stream
        .set_read_timeout(Some(patience))
        .and_then(|()| write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"))
        .and_then(|()| stream.read_to_end(&mut answer));
    asked.is_ok() && answer.starts_with(b"HTTP/1.1 200")
}

/// Slow connections, opened again when they are closed.
struct Attack {
    is_over: Arc<AtomicBool>,
    opened: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
    thread: thread::JoinHandle<()>,
}

/// Ways of being slow: what is sent at the beginning, what is dripped, and whether answers are read.
struct Way {
    start: String,
    drip: &'static [u8],
    reads: bool,
}

impl Attack {
    fn begin(address: SocketAddr, dossier: &str, asset: &str, connections: usize) -> Self {
        let form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n";
        let ways = [
            Way { start: format!("GET / HTTP/1.1\r\nHost: {address}\r\n"), drip: b"X: y\r\n", reads: true },
            Way {
                start: format!("POST /dossiers/{dossier}/answers/c20 HTTP/1.1\r\nHost: {address}\r\n{form}"),
                drip: b"a",
                reads: true,
            },
            // Answers that cost nothing are asked for, more than the sockets hold, and none is taken.
            Way {
                start: format!("GET {asset} HTTP/1.1\r\nHost: {address}\r\n\r\n").repeat(READ_LATER),
                drip: b"",
                reads: false,
            },
        ];
        let (is_over, opened, closed) = (Arc::default(), Arc::default(), Arc::default());
        let state = (Arc::clone(&is_over), Arc::clone(&opened), Arc::clone(&closed));
        let thread = thread::spawn(move || attack(address, &ways, connections, &state.0, &state.1, &state.2));
        Self { is_over, opened, closed, thread }
    }

    fn wait_until_all_were_opened(&self, connections: usize) -> Result<()> {
        while self.opened.load(Ordering::Relaxed) < connections {
            ensure!(!self.thread.is_finished(), "the attacker gave up");
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn end(self) -> Result<(usize, usize)> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| anyhow::anyhow!("the attacker ended badly"))?;
        Ok((self.opened.load(Ordering::Relaxed), self.closed.load(Ordering::Relaxed)))
    }
}

fn attack(
    address: SocketAddr,
    ways: &[Way],
    connections: usize,
    is_over: &AtomicBool,
    opened: &AtomicUsize,
    closed: &AtomicUsize,
) {
    let started = Instant::now();
    let mut open: BTreeMap<usize, TcpStream> = BTreeMap::new();
    let mut next = 0;
    while !is_over.load(Ordering::Relaxed) {
        let may_open = usize::try_from(started.elapsed().as_millis() * OPENED_A_SECOND / 1000).unwrap_or(usize::MAX);
        while open.len() < connections && next < may_open {
            let way = &ways[next % ways.len()];
            // The queue may be full: the attacker does not wait either.
            let stream = TcpStream::connect_timeout(&address, Duration::from_millis(20));
            if let Ok(mut stream) = stream
                && stream.set_nonblocking(true).and_then(|()| stream.write_all(way.start.as_bytes())).is_ok()
            {
                open.insert(next, stream);
            }
            next += 1;
            opened.fetch_add(1, Ordering::Relaxed);
        }
        let before = open.len();
        open.retain(|number, stream| stays(stream, &ways[number % ways.len()]));
        closed.fetch_add(before - open.len(), Ordering::Relaxed);
        thread::sleep(Duration::from_millis(200));
    }
}

/// Drips a little; whether the connection is still open.
fn stays(stream: &mut TcpStream, way: &Way) -> bool {
    let waits = |failure: &std::io::Error| failure.kind() == ErrorKind::WouldBlock;
    let dripped = stream.write(way.drip);
    if let Err(failure) = dripped {
        return waits(&failure);
    }
    if !way.reads {
        // Looking does not take anything out.
        let is_open = stream.peek(&mut [0]).map_or_else(|failure| waits(&failure), |bytes| bytes > 0);
        return is_open && stream.take_error().is_ok_and(|failure| failure.is_none());
    }
    match stream.read(&mut [0; 1024]) {
        Ok(0) => false,
        Ok(_) => true,
        Err(failure) => waits(&failure),
    }
}

/// The control: a server with as many places as it likes to have and no clock.
struct Patient {
    address: SocketAddr,
}

impl Patient {
    /// It ends with the process.
    fn start(places: usize) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        for _ in 0..places.clamp(1, 100) {
            let listener = listener.try_clone()?;
            thread::spawn(move || {
                while let Ok((stream, _)) = listener.accept() {
                    let _ = serve_patiently(stream);
                }
            });
        }
        Ok(Self { address })
    }
}

fn serve_patiently(mut stream: TcpStream) -> std::io::Result<()> {
    let (mut head, mut buffer) = (Vec::new(), [0; 1024]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            return Ok(());
        }
        head.extend_from_slice(&buffer[..read]);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhere")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The control of the figure: two slow or missing answers in a hundred break the promise, one does not.
    #[test]
    fn the_slowest_but_one_in_a_hundred_counts() {
        let quick = Some(Duration::from_millis(5));
        let answers = |bad: usize, how: Option<Duration>| [vec![quick; 100 - bad], vec![how; bad]].concat();
        for how in [None, Some(Duration::from_secs(2))] {
            assert!(served(&answers(1, how)).is_ok());
            assert!(served(&answers(2, how)).is_err());
        }
        assert!(served(&[]).is_err());
    }
}
