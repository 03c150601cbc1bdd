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

/// One request.
#[derive(Clone)]
pub(crate) struct Request {
    method: &'static str,
    path: String,
    headers: Vec<String>,
    body: Vec<u8>,
}

/// What came back, whole.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn get(path: &str) -> Self {
        Self { method: "GET", path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// A form.
    pub(crate) fn form(path: &str, fields: &str) -> Self {
        let headers = vec!["Content-Type: application/x-www-form-urlencoded\r\n".to_owned()];
        Self { method: "POST", path: path.to_owned(), headers, body: fields.as_bytes().to_vec() }
    }

    /// A small PDF as proof of a criterion.
    pub(crate) fn proof(path: &str, criterion: &str) -> Self {
        Self::file(path, criterion, b"%PDF-1.4\n%%EOF\n")
    }

    /// A PDF as proof of a criterion.
    pub(crate) fn file(path: &str, criterion: &str, content: &[u8]) -> Self {
        let before = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"criterion\"\r\n\r\n{criterion}\r\n--edge\r\nContent-\
             Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n"
        );
        let headers = vec!["Content-Type: multipart/form-data; boundary=edge\r\n".to_owned()];
        let body = [before.as_bytes(), content, b"\r\n--edge--\r\n"].concat();
        Self { method: "POST", path: path.to_owned(), headers, body }
    }

    /// In a role of the sample; without it the town's officer asks.
    pub(crate) fn by(self, role: &str, unit: &str) -> Self {
        self.with("Cookie", &format!("actor={role}:{unit}"))
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push(format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn has_key(&self) -> bool {
        self.headers.iter().any(|header| header.starts_with("Idempotency-Key"))
    }

    /// As it goes over a connection.
    pub(crate) fn written(&self, address: SocketAddr, accept: &str) -> Vec<u8> {
        let Self { method, path, headers, body } = self;
        let (headers, length) = (headers.concat(), body.len());
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAccept: {accept}\r\n{headers}Content-Length: {length}\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    }

    /// Sends it and reads the answer to its end.
    pub(crate) fn send(&self, address: SocketAddr) -> Result<Answer> {
        let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.write_all(&self.clone().with("Connection", "close").written(address, "application/json"))?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Answer::read(&answer)
    }
}

impl Answer {
    /// An answer that was cut off acknowledges nothing.
    pub(crate) fn read(text: &str) -> Result<Self> {
        let (head, body) = text.split_once("\r\n\r\n").context("the answer was cut off")?;
        let status = head.split(' ').nth(1).context("no status line")?.parse()?;
        let answer = Self { status, head: head.to_owned(), body: body.to_owned() };
        let announced = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
        if announced.is_some_and(|length| length != body.len()) {
            bail!("the answer was cut off");
        }
        Ok(answer)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).with_context(|| format!("no JSON: {}", self.body))
    }
}

/// Reads a JSON document.
pub(crate) fn get(address: SocketAddr, path: &str) -> Result<Value> {
    let answer = Request::get(path).send(address)?;
    if answer.status != 200 {
        bail!("GET {path}: {} {}", answer.status, answer.body);
    }
    answer.json()
}

/// Posts a form as the sample's officer, which is who asks when nobody says otherwise, and gives the status.
pub(crate) fn post(address: SocketAddr, path: &str, form: &str) -> Result<u16> {
    Ok(Request::form(path, form).send(address)?.status)
}
