//! Requests to a server that may be killed while it answers: one connection each, nothing tried twice.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

/// How long an answer may take; the promise is that a server is back after ten seconds.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Reads a JSON document.
pub(super) fn get(address: SocketAddr, path: &str) -> Result<Value> {
    let (status, body) = send(address, &format!("GET {path} HTTP/1.1\r\n"), "")?;
    if status != 200 {
        bail!("GET {path}: {status} {body}");
    }
    serde_json::from_str(&body).with_context(|| format!("GET {path} gave no JSON: {body}"))
}

/// Posts a form as the sample's officer, which is who asks when nobody says otherwise, and gives the status.
pub(super) fn post(address: SocketAddr, path: &str, form: &str) -> Result<u16> {
    let head = format!("POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n");
    Ok(send(address, &head, form)?.0)
}

/// What came back, whatever it is.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: String,
}

/// Sends a request as a program and gives what comes back: `ask(address, "GET /units", "", b"")`.
pub(super) fn ask(address: SocketAddr, line: &str, headers: &str, body: &[u8]) -> Result<Answer> {
    answered(address, &format!("{line} HTTP/1.1\r\n{headers}"), body)
}

/// [`ask`] with a form.
pub(super) fn submit(address: SocketAddr, path: &str, form: &str) -> Result<Answer> {
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    ask(address, &format!("POST {path}"), kind, form.as_bytes())
}

fn send(address: SocketAddr, head: &str, body: &str) -> Result<(u16, String)> {
    answered(address, head, body.as_bytes()).map(|answer| (answer.status, answer.body))
}

fn answered(address: SocketAddr, head: &str, body: &[u8]) -> Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let length = body.len();
    let fixed = "Accept: application/json\r\nConnection: close\r\n";
    let head = format!("{head}Host: {address}\r\n{fixed}Content-Length: {length}\r\n\r\n");
    stream.write_all(&[head.as_bytes(), body].concat())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer was cut off")?;
    let status = head.split(' ').nth(1).context("no status line")?.parse()?;
    let announced = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    // An answer that was cut off acknowledges nothing.
    if announced.is_some_and(|length| length != body.len()) {
        bail!("the answer was cut off");
    }
    Ok(Answer { status, body: body.to_owned() })
}
