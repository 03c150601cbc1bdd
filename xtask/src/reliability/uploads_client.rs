//! A client that sends files as badly as it is told to: it may stop anywhere and say what is not so. One connection a
//! request, nothing tried twice but what the server says is held by another connection.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::http;

/// The criterion of the sample's open dossier that files are attached to.
const CRITERION: &str = "c18";

/// How long an answer may take, and how long an upload may be held by a connection that was cut.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The status of an upload that another connection holds.
const HELD: u16 = 423;

/// A file that the product takes, different for each number.
pub(super) fn pdf(number: u64, bytes: usize) -> Vec<u8> {
    let mut file = format!("%PDF-1.4\n% {number}\n").into_bytes();
    let mut state = number | 1;
    while file.len() < bytes {
        // Knuth's multiplier (MMIX): bytes that are not all alike.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        file.extend_from_slice(&state.to_le_bytes());
    }
    file.truncate(bytes);
    file
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    head: String,
    pub(super) body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

/// How much of a request goes out.
#[derive(Clone, Copy)]
pub(super) enum Sending {
    /// All of it, and the answer is waited for.
    Whole,
    /// So many bytes of the body; then the connection is cut.
    Cut(usize),
    /// All of it; then the connection is cut before the answer.
    Unheard,
}

/// Whoever attaches files to the dossier.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) address: SocketAddr,
    pub(super) dossier: String,
}

impl Client {
    /// How many proofs the dossier shows.
    pub(super) fn visible(&self) -> Result<u64> {
        let dossier = http::get(self.address, &format!("/api/v1/dossiers/{}", self.dossier))?;
        let criteria = dossier["criteria"].as_array().context("no criteria")?;
        Ok(criteria.iter().filter_map(|row| row["evidence"].as_u64()).sum())
    }

    /// A form with a file. None when its answer was not heard.
    pub(super) fn form(&self, file: &[u8], sending: Sending) -> Result<Option<Answer>> {
        let mut body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"criterion\"\r\n\r\n{CRITERION}\r\n--edge\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let headers = "Content-Type: multipart/form-data; boundary=edge\r\n";
        self.exchange("POST", &format!("/dossiers/{}/evidence", self.dossier), headers, &body, sending)
    }

    /// Begins an upload of so many bytes and gives its address.
    pub(super) fn begin(&self, bytes: usize, sha256: &str) -> Result<String> {
        let fields = [("dossier", &*self.dossier), ("criterion", CRITERION), ("filename", "a.pdf"), ("sha256", sha256)];
        let metadata: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name} {}", STANDARD.encode(value))).collect();
        let headers = format!("Upload-Length: {bytes}\r\nUpload-Metadata: {}\r\n", metadata.join(","));
        let answer = self.exchange("POST", "/evidence/uploads", &headers, b"", Sending::Whole)?.context("no answer")?;
        ensure!(answer.status == 201, "an upload began with {}", answer.status);
        Ok(answer.header("location").context("no address")?.to_owned())
    }

    /// How far the server says an upload came; none when it does not know it.
    pub(super) fn offset(&self, upload: &str) -> Result<Option<usize>> {
        let answer = not_held(|| self.exchange("HEAD", upload, "", b"", Sending::Whole))?.context("no answer")?;
        if answer.status == 404 {
            return Ok(None);
        }
        ensure!(answer.status == 200, "asked how far an upload came, the server said {}", answer.status);
        Ok(Some(answer.header("upload-offset").context("no offset")?.parse()?))
    }

    /// Adds a piece. None when its answer was not heard.
    pub(super) fn add(&self, upload: &str, offset: usize, piece: &[u8], sending: Sending) -> Result<Option<Answer>> {
        let headers = format!("Content-Type: application/offset+octet-stream\r\nUpload-Offset: {offset}\r\n");
        not_held(|| self.exchange("PATCH", upload, &headers, piece, sending))
    }

    /// The file behind an address.
    pub(super) fn open(&self, path: &str) -> Result<Answer> {
        self.exchange("GET", path, "", b"", Sending::Whole)?.context("no answer")
    }

    /// Takes proofs off again.
    pub(super) fn take_off(&self, proofs: &[String]) -> Result<()> {
        for proof in proofs {
            let path = format!("/dossiers/{}/evidence/{proof}/remove", self.dossier);
            let status = http::post(self.address, &path, "")?;
            ensure!(status == 303, "{path} gave {status}");
        }
        Ok(())
    }

    /// The proofs that the sheet shows.
    pub(super) fn proofs(&self) -> Result<Vec<String>> {
        let sheet = self.open(&format!("/dossiers/{}", self.dossier))?;
        let sheet = String::from_utf8(sheet.body)?;
        let links = sheet.split("href=\"/evidence/").skip(1);
        Ok(links.filter_map(|link| link.split('"').next()).map(str::to_owned).collect())
    }

    fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
        sending: Sending,
    ) -> Result<Option<Answer>> {
        let mut stream = TcpStream::connect_timeout(&self.address, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nTus-Resumable: 1.0.0\r\n{headers}\
             Content-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(if let Sending::Cut(sent) = sending { &body[..sent] } else { body })?;
        if !matches!(sending, Sending::Whole) {
            stream.shutdown(Shutdown::Both)?;
            return Ok(None);
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").context("the answer was cut off")?;
        let head = String::from_utf8(answer[..end].to_vec())?;
        let status = head.split(' ').nth(1).context("no status line")?.parse()?;
        let answer = Answer { status, head, body: answer[end + 4..].to_vec() };
        let announced = answer.header("content-length").filter(|_| method != "HEAD");
        if announced.is_some_and(|length| length.parse() != Ok(answer.body.len())) {
            bail!("the answer was cut off");
        }
        Ok(Some(answer))
    }
}

/// Asks again while another connection holds the upload: one that was cut is not known to be at once.
fn not_held(ask: impl Fn() -> Result<Option<Answer>>) -> Result<Option<Answer>> {
    let started = Instant::now();
    loop {
        let answer = ask()?;
        if answer.as_ref().is_none_or(|answer| answer.status != HELD) {
            return Ok(answer);
        }
        if started.elapsed() > TIMEOUT {
            bail!("an upload is held {TIMEOUT:?} after its connection was cut");
        }
        thread::sleep(Duration::from_millis(5));
    }
}
