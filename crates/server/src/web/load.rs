//! Who is served first when not everybody can be: kinds of requests, and how many of each run at once.
//!
//! The router says of which [`Kind`] an address is. Places are nested: a request of a lesser kind also takes a place
//! of each kind above it, so that however many portals and papers are asked for, places are left for submissions. Who
//! finds none waits a moment, with few others, and is then refused without a question to the database.
//!
//! A place is taken when the body of a form is there, not before: nobody holds one by sending slowly.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{Method, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use dienhinh_domain::Refused;
use hyper::body::Body as _;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{again, problem::Problem};
use crate::access::guard::Addresses;

/// Forms are small; proofs have a limit of their own.
pub(super) const FORM_BYTES_MAX: usize = 512 * 1024;

/// How much more than a form is read and thrown away, so that the client is there to be told. A browser that is cut
/// off while it sends shows an error of its own.
const DISCARDED_BYTES_MAX: usize = 8 * FORM_BYTES_MAX;

/// The largest form of the product, a decision on 500 dossiers, has some 1,000 fields.
const FORM_FIELDS_MAX: usize = 2_000;

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What moves a dossier on, and on the last day nobody may miss: registrations, submissions, appraisals, decisions.
    Submission,
    /// What somebody's work would be lost with: saves. The browser keeps what is refused and sends it again.
    Action,
    /// What people work with: their pages, lists, the API.
    Page,
    /// What anyone may look at, as often as they like.
    Portal,
    /// Papers, files and what-if: each costs as much as many pages, and waits best.
    Paper,
    /// What checks a password. One is checked at a time (`access/passwords.rs`); who waits for that takes no place of others.
    SignIn,
    /// Proofs on their way in. They take as long as their line is slow, so they have places of their own.
    Upload,
}

/// How many requests run at once and how long others wait for their turn.
///
/// Two cores serve a page in some milliseconds, so a few dozen at once are a queue already; more would only make all of
/// them slower. A paper takes a core for a tenth of a second and more.
#[derive(Debug, Clone, Copy)]
struct Share {
    at_once: usize,
    /// How many may wait; whoever comes then is refused at once.
    waiting: usize,
    wait: Duration,
    retry_after_seconds: u32,
}

impl Kind {
    fn share(self) -> Share {
        let (at_once, waiting, wait_millis, retry_after_seconds) = match self {
            Self::Submission => (80, 80, 4_000, 2),
            Self::Action => (64, 64, 4_000, 2),
            // A disk that stands still for a second or two holds saves up, and they the pages: on the last day hundreds.
            Self::Page => (48, 512, 3_000, 5),
            Self::Portal => (24, 24, 250, 10),
            Self::Paper => (4, 4, 1_000, 15),
            // One core can check some 40 passwords a second.
            Self::SignIn => (64, 64, 1_000, 5),
            Self::Upload => (32, 32, 2_000, 10),
        };
        Share { at_once, waiting, wait: Duration::from_millis(wait_millis), retry_after_seconds }
    }

    /// The kinds whose places a request takes, the scarcest first: its own and those above it.
    fn takes(self) -> &'static [Self] {
        const NESTED: &[Kind] = &[Kind::Paper, Kind::Portal, Kind::Page, Kind::Action, Kind::Submission];
        match NESTED.iter().position(|kind| *kind == self) {
            Some(at) => &NESTED[at..],
            None if self == Self::SignIn => &[Self::SignIn],
            None => &[Self::Upload],
        }
    }
}

/// The places of a server.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    all: [(Kind, Arc<Semaphore>); 7],
}

impl Places {
    pub(crate) fn new() -> Self {
        let all = [Kind::Submission, Kind::Action, Kind::Page, Kind::Portal, Kind::Paper, Kind::Upload, Kind::SignIn];
        Self { all: all.map(|kind| (kind, Arc::new(Semaphore::new(kind.share().at_once)))) }
    }

    /// Addresses of one kind.
    pub(crate) fn of(&self, kind: Kind, addresses: Addresses) -> Addresses {
        let gate = Gate {
            kind,
            places: kind.takes().iter().map(|kind| self.places(*kind)).collect(),
            waiting: Arc::new(Semaphore::new(kind.share().waiting)),
        };
        // A form is read before it takes a place, and has one before anything is done with it.
        addresses.layered(middleware::from_fn(again::recognise)).layered(middleware::from_fn_with_state(gate, admit))
    }

    /// The places of a kind; whoever holds them all lets nobody in.
    pub(crate) fn places(&self, kind: Kind) -> Arc<Semaphore> {
        let (_, places) = self.all.iter().find(|(of, _)| *of == kind).expect("every kind has places");
        Arc::clone(places)
    }
}

/// What stands before the addresses of one kind.
#[derive(Clone)]
struct Gate {
    kind: Kind,
    places: Arc<[Arc<Semaphore>]>,
    waiting: Arc<Semaphore>,
}

impl Gate {
    async fn place(&self) -> Result<Vec<OwnedSemaphorePermit>, Problem> {
        if let Some(free) = self.places.iter().map(|places| Arc::clone(places).try_acquire_owned().ok()).collect() {
            return Ok(free);
        }
        let share = self.kind.share();
        let busy = Problem::Busy { retry_after_seconds: share.retry_after_seconds };
        let Ok(_turn) = self.waiting.try_acquire() else { return Err(busy) };
        let all = async {
            let mut taken = Vec::with_capacity(self.places.len());
            for places in self.places.iter() {
                taken.push(Arc::clone(places).acquire_owned().await.ok()?);
            }
            Some(taken)
        };
        timeout(share.wait, all).await.ok().flatten().ok_or(busy)
    }
}

async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let request = match gate.kind {
        Kind::Upload => request,
        _ => match with_its_body(request).await {
            Ok(request) => request,
            Err(problem) => return problem.into_response(),
        },
    };
    match gate.place().await {
        Ok(_place) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// Reads a form before anything is done with it.
async fn with_its_body(request: Request) -> Result<Request, Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD) || request.body().is_end_stream() {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let body = whole(body).await?;
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let fields = body.split(|byte| *byte == b'&').count();
    if kind.starts_with("application/x-www-form-urlencoded") && fields > FORM_FIELDS_MAX {
        return Err(Refused::new("web.too_many_fields").with("max", FORM_FIELDS_MAX).into());
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

async fn whole(mut body: Body) -> Result<Bytes, Problem> {
    let too_large = || Problem::from(Refused::new("web.too_large"));
    if body.size_hint().lower() > DISCARDED_BYTES_MAX as u64 {
        return Err(too_large());
    }
    let (mut kept, mut read) = (Vec::new(), 0);
    while let Some(frame) = std::future::poll_fn(|cx| std::pin::Pin::new(&mut body).poll_frame(cx)).await {
        // A body that broke off has nobody left to be told; one that was too slow is told by the edge.
        let Ok(bytes) = frame.map_err(|_| Refused::new("web.cut_off"))?.into_data() else { continue };
        read += bytes.len();
        if read > DISCARDED_BYTES_MAX {
            return Err(too_large());
        }
        if read <= FORM_BYTES_MAX {
            kept.extend_from_slice(&bytes);
        }
    }
    if read > FORM_BYTES_MAX { Err(too_large()) } else { Ok(kept.into()) }
}
