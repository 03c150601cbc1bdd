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

fn send(address: SocketAddr, head: &str, body: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let length = body.len();
    let fixed = "Accept: application/json\r\nConnection: close\r\n";
    stream.write_all(format!("{head}Host: {address}\r\n{fixed}Content-Length: {length}\r\n\r\n{body}").as_bytes())?;
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
    Ok((status, body.to_owned()))
}
