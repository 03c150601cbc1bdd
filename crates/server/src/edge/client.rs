//! The client at the other end of a connection: what it is waited for, and since when.
//!
//! Only waits count that are the client's doing. As long as the server works on a request, the client is not waited
//! for, and nothing here ends the connection.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::Notify,
    time::Instant,
};

use super::Limits;

/// What the server knows of one client.
pub(super) struct Client {
    limits: Limits,
    waits: Mutex<Waits>,
    turned_away: Notify,
}

struct Waits {
    /// For something to come.
    reading: Option<(Awaited, Instant)>,
    /// For something to be taken.
    writing: Option<Instant>,
    /// How much of the patience for slow bodies is used up.
    body_spent: Duration,
    turned_away: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// The rest of a header.
    Header,
    /// More of a body.
    Body,
    /// Another request.
    Request,
}

impl Client {
    /// A client that has just connected.
    pub(super) fn new(limits: Limits) -> Self {
        let waits = Waits {
            reading: Some((Awaited::Header, Instant::now())),
            writing: None,
            body_spent: Duration::ZERO,
            turned_away: false,
        };
        Self { limits, waits: Mutex::new(waits), turned_away: Notify::new() }
    }

    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since when the client keeps the server waiting; none while the server works, and once it was turned away.
    pub(super) fn waited_for_since(&self) -> Option<Instant> {
        let waits = self.waits();
        let reading = waits.reading.map(|(awaited, since)| match awaited {
            Awaited::Body => since.checked_sub(waits.body_spent).unwrap_or(since),
            Awaited::Header | Awaited::Request => since,
        });
        reading.into_iter().chain(waits.writing).min().filter(|_| !waits.turned_away)
    }

    /// When the connection ends unless something comes; a body has [its own clock](Self::body_waited_for_until).
    pub(super) fn waited_for_until(&self) -> Option<Instant> {
        let waits = self.waits();
        let reading = waits.reading.and_then(|(awaited, since)| match awaited {
            Awaited::Header => Some(since + self.limits.header),
            Awaited::Request => Some(since + self.limits.idle),
            Awaited::Body => None,
        });
        reading.into_iter().chain(waits.writing.map(|since| since + self.limits.write)).min()
    }

    /// Resolves when the client is to make room.
    pub(super) async fn turned_away(&self) {
        self.turned_away.notified().await;
    }

    /// Ends the connection.
    pub(super) fn turn_away(&self) {
        self.waits().turned_away = true;
        self.turned_away.notify_one();
    }

    /// The header of a request is there.
    pub(super) fn has_asked(&self) {
        let mut waits = self.waits();
        waits.reading = None;
        waits.body_spent = Duration::ZERO;
    }

    /// The answer is on its way: another request may come.
    pub(super) fn is_answered(&self) {
        self.waits().reading = Some((Awaited::Request, Instant::now()));
    }

    /// More of a body is needed. Gives when the patience for it ends.
    pub(super) fn body_waited_for_until(&self) -> Instant {
        let mut waits = self.waits();
        let since = match waits.reading {
            Some((Awaited::Body, since)) => since,
            _ => Instant::now(),
        };
        waits.reading = Some((Awaited::Body, since));
        since + self.limits.body.saturating_sub(waits.body_spent)
    }

    /// More of a body came, or its end. What comes fast enough gives patience back, but never more than there was.
    pub(super) fn body_came(&self, bytes: usize) {
        let mut waits = self.waits();
        if let Some((Awaited::Body, since)) = waits.reading.take() {
            waits.body_spent += since.elapsed();
        }
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let earned = Duration::from_secs(1) * bytes / self.limits.body_bytes_a_second;
        waits.body_spent = waits.body_spent.saturating_sub(earned);
    }

    /// No more of the body is needed.
    pub(super) fn body_is_done(&self) {
        let mut waits = self.waits();
        waits.reading = waits.reading.filter(|(awaited, _)| *awaited != Awaited::Body);
    }

    /// Bytes came on the connection.
    fn came(&self) {
        let mut waits = self.waits();
        if let Some((Awaited::Request, _)) = waits.reading {
            waits.reading = Some((Awaited::Header, Instant::now()));
        }
    }

    /// The client takes nothing at the moment.
    fn takes_nothing(&self) {
        self.waits().writing.get_or_insert_with(Instant::now);
    }

    fn took(&self) {
        self.waits().writing = None;
    }
}

/// A connection that tells what its client does.
pub(super) struct Watched {
    stream: TcpStream,
    client: Arc<Client>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, client: Arc<Client>) -> Self {
        Self { stream, client }
    }

    fn told(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Pending => self.client.takes_nothing(),
            Poll::Ready(_) => self.client.took(),
        }
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.client.came();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.told(written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.told(written)
    }
}
