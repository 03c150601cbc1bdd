//! The server's edge: an accept loop that slow or many clients cannot occupy, and a clean end.
//!
//! `axum::serve` waits for ever; here every wait for a client has an end ([`Limits`]), and when all places are taken
//! the client who has kept the server waiting longest makes room for the next one. What a request asks for and how
//! many of which kind run at once is decided behind this, in `web/load.rs`.

mod bodies;
mod client;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Poll,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, Response, StatusCode, header},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task, time,
};
use tower::ServiceExt as _;

pub(crate) use self::bodies::TooSlow;
use self::{
    bodies::{Answer, Patient},
    client::{Client, Watched},
};

/// How long the server waits for a client, and for how many.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// From the first byte of a request, or from the connection's beginning, to the end of its header.
    pub(crate) header: Duration,
    /// Between two requests.
    pub(crate) idle: Duration,
    /// Altogether for a body that comes more slowly than [`Self::body_bytes_a_second`].
    pub(crate) body: Duration,
    /// The slowest pace at which a body may come in the long run.
    pub(crate) body_bytes_a_second: u32,
    /// For a client to take any more of an answer.
    pub(crate) write: Duration,
    /// Connections served at once.
    pub(crate) connections: usize,
    /// For requests in flight, after the end was asked for.
    pub(crate) grace: Duration,
}

impl Limits {
    /// What the product serves with. 512 connections leave half of the 1,024 descriptors that a service usually has for
    /// files and the database. The rest is for people behind slow lines: 8 KiB/s is a bad 2G line.
    pub(crate) const PRODUCT: Self = Self {
        header: Duration::from_secs(10),
        idle: Duration::from_mins(1),
        body: Duration::from_secs(10),
        body_bytes_a_second: 8 * 1024,
        write: Duration::from_secs(30),
        connections: 512,
        grace: Duration::from_secs(20),
    };
}

/// What hyper keeps of a request's head, so that an address or headers beyond the product's own limits still get
/// their own answer (`web/layers.rs`) instead of a closed connection.
const HEAD_BYTES_MAX: usize = 80 * 1024;

/// Connections that wait in the operating system to be accepted.
const QUEUE: u32 = 4_096;

/// How often it is tried to make room while a client waits for a place.
const ROOM_PAUSE: Duration = Duration::from_millis(10);

/// How long what already lies in the sockets may take to be read, after the end was asked for.
const SETTLE: Duration = Duration::from_millis(100);

/// Serves until `end` resolves, then lets requests in flight finish.
pub(crate) async fn serve(listener: TcpListener, router: Router, limits: Limits, end: impl Future<Output = ()>) {
    let connections = Arc::new(Connections::new(limits));
    let graceful = GracefulShutdown::new();
    let mut end = pin!(end);
    loop {
        tokio::select! {
            accepted = accept(&listener) => {
                let Some(stream) = accepted else { continue };
                let place = connections.place().await;
                attend(&connections, &graceful, &router, stream, place);
            }
            () = &mut end => break,
        }
    }
    // Who was connected before the end was asked for may have sent a request already.
    while let Poll::Ready(Ok((stream, _))) = std::future::poll_fn(|cx| Poll::Ready(listener.poll_accept(cx))).await {
        let Ok(place) = Arc::clone(&connections.places).try_acquire_owned() else { break };
        attend(&connections, &graceful, &router, stream, place);
    }
    drop(listener);
    time::sleep(SETTLE).await;
    let _ = time::timeout(limits.grace, graceful.shutdown()).await;
}

async fn accept(listener: &TcpListener) -> Option<TcpStream> {
    match listener.accept().await {
        Ok((stream, _)) => Some(stream),
        Err(failure) => {
            // Out of descriptors: wait for some to come back instead of spinning.
            tracing::warn!(%failure, "a connection could not be accepted");
            time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// Serves one connection in a task of its own, until it ends or its client was waited for long enough.
fn attend(
    connections: &Arc<Connections>,
    graceful: &GracefulShutdown,
    router: &Router,
    stream: TcpStream,
    place: OwnedSemaphorePermit,
) {
    let client = Arc::new(Client::new(connections.limits));
    let seat = connections.seat(Arc::clone(&client), place);
    let (router, asking) = (router.clone(), Arc::clone(&client));
    let peer = stream.peer_addr().ok();
    let service = service_fn(move |request| answer(router.clone(), Arc::clone(&asking), peer, request));
    let mut http = http1::Builder::new();
    // The waits are counted by the client's own clock, which knows them all.
    http.header_read_timeout(None).max_buf_size(HEAD_BYTES_MAX);
    let connection =
        graceful.watch(http.serve_connection(TokioIo::new(Watched::new(stream, Arc::clone(&client))), service));
    tokio::spawn(async move {
        let mut connection = pin!(connection);
        let mut turned_away = pin!(client.turned_away());
        let mut clock = pin!(time::sleep(Duration::ZERO));
        std::future::poll_fn(|cx| {
            // A client that goes away in the middle is ordinary life, not an error of ours.
            if connection.as_mut().poll(cx).is_ready() || turned_away.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            let Some(until) = client.waited_for_until() else { return Poll::Pending };
            if clock.deadline() != until {
                clock.as_mut().reset(until);
            }
            clock.as_mut().poll(cx)
        })
        .await;
        drop(seat);
    });
}

/// One request, between the moment its header is there and the moment its answer is sent.
async fn answer(
    router: Router,
    client: Arc<Client>,
    peer: Option<SocketAddr>,
    request: Request<Incoming>,
) -> Result<Response<Answer>, Infallible> {
    client.has_asked();
    // One request a turn: whoever sends many at once would otherwise have several answered in each of its turns, while
    // everybody else waits for theirs.
    task::yield_now().await;
    let too_slow = TooSlow::default();
    let mut request = request.map(|body| Body::new(Patient::new(body, Arc::clone(&client), too_slow.clone())));
    request.extensions_mut().insert(too_slow.clone());
    if let Some(peer) = peer {
        request.extensions_mut().insert(ConnectInfo(peer));
    }
    let mut response = router.oneshot(request).await?;
    if too_slow.is_set() {
        *response.status_mut() = StatusCode::REQUEST_TIMEOUT;
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response.map(|body| Answer::new(body, client)))
}

/// The connections that are served, and the places for them.
struct Connections {
    limits: Limits,
    places: Arc<Semaphore>,
    seated: Mutex<Seated>,
}

#[derive(Default)]
struct Seated {
    next: u64,
    clients: HashMap<u64, Sitting>,
}

struct Sitting {
    client: Arc<Client>,
    /// None once it was given to somebody else.
    place: Option<OwnedSemaphorePermit>,
}

/// A client's seat; its place is free again when this goes.
struct Seat {
    connections: Arc<Connections>,
    number: u64,
}

impl Connections {
    fn new(limits: Limits) -> Self {
        Self { limits, places: Arc::new(Semaphore::new(limits.connections)), seated: Mutex::default() }
    }

    fn seated(&self) -> MutexGuard<'_, Seated> {
        self.seated.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A free place, made free where there is none.
    async fn place(&self) -> OwnedSemaphorePermit {
        loop {
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                return place;
            }
            if let Some(place) = self.make_room() {
                return place;
            }
            let free = Arc::clone(&self.places).acquire_owned();
            if let Ok(Ok(place)) = time::timeout(ROOM_PAUSE, free).await {
                return place;
            }
        }
    }

    /// Turns the client away who has kept the server waiting longest, and gives its place. Whom the server works for is
    /// never turned away. The place is handed on before the connection is closed: on a busy machine that takes a while,
    /// and the queue would grow meanwhile.
    fn make_room(&self) -> Option<OwnedSemaphorePermit> {
        let mut seated = self.seated();
        let waited_for =
            seated.clients.values_mut().filter_map(|sitting| Some((sitting.client.waited_for_since()?, sitting)));
        let (_, longest) = waited_for.min_by_key(|(since, _)| *since)?;
        longest.client.turn_away();
        longest.place.take()
    }

    fn seat(self: &Arc<Self>, client: Arc<Client>, place: OwnedSemaphorePermit) -> Seat {
        let mut seated = self.seated();
        let number = seated.next;
        seated.next += 1;
        seated.clients.insert(number, Sitting { client, place: Some(place) });
        Seat { connections: Arc::clone(self), number }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.connections.seated().clients.remove(&self.number);
    }
}

/// Listens, with a queue that is long enough for a rush of connections: the system's default here loses them beyond
/// 1,024, and whoever is lost tries again only after a second.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A server that starts again right after its end finds its address still in use otherwise.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(QUEUE)
}
