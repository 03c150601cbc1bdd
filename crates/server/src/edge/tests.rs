//! The edge through real sockets: who keeps it waiting is sent away, who works with it is served.

use std::time::Instant;

use axum::{
    body::Bytes,
    response::IntoResponse as _,
    routing::{get, post},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::oneshot,
    task::JoinHandle,
};

use super::*;

/// An answer that does not fit into the sockets on its way.
const LARGE_BYTES: usize = 32 * 1024 * 1024;

/// Short enough for a test, long enough for a busy machine.
const QUICK: Duration = Duration::from_millis(300);

/// Beyond every test.
const NEVER: Duration = Duration::from_hours(1);

const NO_LIMITS: Limits = Limits {
    header: NEVER,
    idle: NEVER,
    body: NEVER,
    body_bytes_a_second: 8 * 1024,
    write: NEVER,
    connections: 64,
    grace: Duration::from_secs(20),
};

struct Served {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

async fn served(limits: Limits) -> Served {
    let routes = Router::new()
        .route("/", get(async || "here"))
        .route("/slow", get(slowly))
        .route("/large", get(async || vec![b'x'; LARGE_BYTES]))
        .route("/form", post(async |body: Bytes| body.len().to_string()))
        .route("/unread", post(async || StatusCode::FORBIDDEN.into_response()));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (end, ended) = oneshot::channel::<()>();
    let task = tokio::spawn(serve(listener, routes, limits, async {
        let _ = ended.await;
    }));
    Served { address, end: Some(end), task }
}

/// Works for longer than any client is waited for.
async fn slowly() -> &'static str {
    time::sleep(3 * QUICK).await;
    "done"
}

async fn connected(served: &Served, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(served.address).await.expect("connected");
    stream.write_all(sent.as_bytes()).await.expect("sent");
    stream
}

/// Everything that comes until the server closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end too; what came before it counts.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The next answer, which ends with `end`, on a connection that stays open.
async fn answer_ending(stream: &mut TcpStream, end: &str) -> Result<String, Infallible> {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    while !text.ends_with(end) {
        let read = stream.read(&mut bytes).await.expect("read");
        assert_ne!(read, 0, "the server closed after {text:?}");
        text.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    Ok(text)
}

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

#[tokio::test]
async fn whoever_keeps_the_server_waiting_is_sent_away() {
    for (what, limits, sent, begins) in [
        ("nothing at all", Limits { header: QUICK, ..NO_LIMITS }, "", ""),
        ("half a header", Limits { header: QUICK, ..NO_LIMITS }, "GET / HTTP/1.1\r\nHost: a\r\nX: ", ""),
        ("no second request", Limits { idle: QUICK, ..NO_LIMITS }, GET, "HTTP/1.1 200"),
        (
            "half a second header",
            Limits { header: QUICK, ..NO_LIMITS },
            "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP",
            "HTTP/1.1 200",
        ),
        (
            "half a body",
            Limits { body: QUICK, ..NO_LIMITS },
            "POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234",
            "HTTP/1.1 408",
        ),
        (
            "half a chunk",
            Limits { body: QUICK, ..NO_LIMITS },
            "POST /form HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n1234",
            "HTTP/1.1 408",
        ),
        (
            "half a body that nobody reads",
            Limits { idle: QUICK, ..NO_LIMITS },
            "POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234",
            "HTTP/1.1 403",
        ),
    ] {
        let served = served(limits).await;
        let mut stream = connected(&served, sent).await;
        if what == "half a second header" {
            // The second header begins to count when its first byte comes after the first answer.
            answer_ending(&mut stream, "here").await.expect("an answer");
            stream.write_all(b"GET / HTTP/1.1\r\n").await.expect("sent");
            assert_eq!(rest(&mut stream).await, "", "{what}");
            continue;
        }
        let came = rest(&mut stream).await;
        assert!(came.starts_with(begins) && came.is_empty() == begins.is_empty(), "{what}: {came}");
    }
}

#[tokio::test]
async fn a_body_that_drips_is_too_slow_and_one_that_flows_is_not() {
    let head = |bytes: usize| format!("POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: {bytes}\r\n\r\n");
    let served = served(Limits { body: QUICK, ..NO_LIMITS }).await;
    for (a_time, times, begins) in [(1, 200, "HTTP/1.1 408"), (4096, 50, "HTTP/1.1 200")] {
        let mut stream = connected(&served, &head(a_time * times)).await;
        for _ in 0..times {
            if stream.write_all(&vec![b'x'; a_time]).await.is_err() {
                break;
            }
            time::sleep(QUICK / 20).await;
        }
        let mut came = [0; 12];
        stream.read_exact(&mut came).await.expect("an answer");
        assert_eq!(String::from_utf8_lossy(&came), begins, "{a_time} bytes a time");
    }
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_cut_off() {
    let served = served(Limits { write: QUICK, ..NO_LIMITS }).await;
    let mut stream = connected(&served, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await;
    time::sleep(4 * QUICK).await;
    assert!(rest(&mut stream).await.len() < LARGE_BYTES, "it was not held for ever");
    let mut stream = connected(&served, "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(rest(&mut stream).await.len() > LARGE_BYTES, "who takes it gets it");
}

#[tokio::test]
async fn whom_the_server_works_for_is_not_sent_away() {
    let all = Limits { header: QUICK, idle: QUICK, body: QUICK, write: QUICK, connections: 1, ..NO_LIMITS };
    let served = served(all).await;
    let mut working = connected(&served, "GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    time::sleep(QUICK / 3).await;
    let mut next = connected(&served, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(rest(&mut working).await.ends_with("done"), "its place was not given away");
    assert!(rest(&mut next).await.ends_with("here"), "the next one came after it");
}

#[tokio::test]
async fn who_only_waits_makes_room_when_all_places_are_taken() {
    for waiting in ["", GET, "GET / HTTP/1.1\r\n", "POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1"] {
        let served = served(Limits { connections: 3, ..NO_LIMITS }).await;
        let mut first = connected(&served, waiting).await;
        if waiting == GET {
            answer_ending(&mut first, "here").await.expect("an answer");
        }
        let mut others = Vec::new();
        for _ in 0..2 {
            let mut other = connected(&served, GET).await;
            answer_ending(&mut other, "here").await.expect("an answer");
            others.push(other);
        }
        let mut newest = connected(&served, GET).await;
        answer_ending(&mut newest, "here").await.expect("the newest is served");
        assert_eq!(rest(&mut first).await, "", "{waiting:?}: who waited longest made room");
        others[1].write_all(GET.as_bytes()).await.expect("sent");
        answer_ending(&mut others[1], "here").await.expect("the others kept their places");
    }
}

#[tokio::test]
async fn requests_in_flight_are_answered_after_the_end_was_asked_for() {
    let mut served = served(NO_LIMITS).await;
    let mut idle = connected(&served, GET).await;
    answer_ending(&mut idle, "here").await.expect("an answer");
    let mut working = connected(&served, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let mut half = connected(&served, "POST /form HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n1").await;
    time::sleep(QUICK / 3).await;
    let mut just_sent = connected(&served, GET).await;
    served.end.take().expect("runs").send(()).expect("asked");
    let started = Instant::now();
    half.write_all(b"2").await.expect("sent");
    assert!(rest(&mut working).await.ends_with("done"));
    assert!(rest(&mut just_sent).await.ends_with("here"));
    assert!(rest(&mut half).await.ends_with('2'));
    assert_eq!(rest(&mut idle).await, "");
    served.task.await.expect("it ends by itself");
    assert!(started.elapsed() < NO_LIMITS.grace, "nobody was waited for to the last");
    assert!(TcpStream::connect(served.address).await.is_err(), "nobody else is let in");
}
