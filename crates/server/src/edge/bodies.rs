//! Bodies at the edge: a request's that must keep coming, an answer's whose end frees the client to ask again.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::{self, Sleep};

use super::client::Client;

/// Whether a request's body came too slowly; the request carries it as an extension.
#[derive(Debug, Clone, Default)]
pub(crate) struct TooSlow(Arc<AtomicBool>);

impl TooSlow {
    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why a body ended before its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("the body came too slowly")]
    TooSlow,
    #[error(transparent)]
    Cut(#[from] hyper::Error),
}

/// The body of a request, for which the server does not wait for ever.
pub(super) struct Patient {
    body: Incoming,
    client: Arc<Client>,
    too_slow: TooSlow,
    clock: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    pub(super) fn new(body: Incoming, client: Arc<Client>, too_slow: TooSlow) -> Self {
        Self { body, client, too_slow, clock: None }
    }

    /// Whether the client was waited for long enough.
    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        let until = self.client.body_waited_for_until();
        let clock = self.clock.get_or_insert_with(|| Box::pin(time::sleep_until(until)));
        if clock.deadline() != until {
            clock.as_mut().reset(until);
        }
        clock.as_mut().poll(cx).is_ready()
    }
}

impl HttpBody for Patient {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref().map(Bytes::len));
            self.client.body_came(bytes.unwrap_or_default());
            return Poll::Ready(frame.map(|frame| frame.map_err(Broken::from)));
        }
        if !self.is_over(cx) {
            return Poll::Pending;
        }
        self.client.body_is_done();
        self.too_slow.0.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(Broken::TooSlow)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Patient {
    fn drop(&mut self) {
        self.client.body_is_done();
    }
}

/// The body of an answer.
pub(super) struct Answer {
    body: Body,
    client: Arc<Client>,
}

impl Answer {
    pub(super) fn new(body: Body, client: Arc<Client>) -> Self {
        Self { body, client }
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.client.is_answered();
    }
}
