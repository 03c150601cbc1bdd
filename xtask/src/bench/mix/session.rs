//! What one residential area does on the last day.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::http::{self, Request};

/// The set whose sheets are filled in.
const SET: &str = "circular-124-residential-area";

/// Its criteria, each with figures that meet it.
const ROWS: [(&str, &str); 5] = [
    ("c01", "c01.registered=240&c01.total=240"),
    ("c02", "c02=1"),
    ("c03", "c03.a=0&c03.b=0&c03.c=0&c03.d=0&c03.dd=0&c03.e=0&c03.g=0"),
    ("c04", "c04=1"),
    ("c05", "c05=1"),
];

/// How often a session reads, saves and attaches.
const READS: usize = 60;
const SAVES: usize = 34;
const FILES: usize = 10;

/// Requests of a session, with the presentation and the submission.
pub(super) const REQUESTS: u32 = 106;

/// Size of a file: a scan of some pages.
const FILE_BYTES: usize = 1_500_000;

/// So many different files are attached; what is stored once needs no second place.
const CONTENTS: usize = 400;

/// What a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Read,
    Save,
    File,
    Present,
    Submit,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Read => "pages read",
            Self::Save => "rows saved",
            Self::File => "files attached, 1.5 MB",
            Self::Present => "sheets presented",
            Self::Submit => "sheets submitted",
        }
    }
}

/// One request of a session.
pub(super) struct Step {
    pub(super) kind: Kind,
    pub(super) request: Vec<u8>,
}

/// An open sheet and whose it is.
pub(super) struct Subject {
    pub(super) dossier: String,
    pub(super) unit: String,
    cycle: String,
}

impl Subject {
    fn path(&self, rest: &str) -> String {
        format!("/dossiers/{}{rest}", self.dossier)
    }

    fn officer(&self, request: Request, accept: &str, address: SocketAddr) -> Vec<u8> {
        request.by("unit_officer", &self.unit).written(address, accept)
    }

    /// One request of a session with a number.
    pub(super) fn step(&self, address: SocketAddr, (kind, time): (Kind, usize), session: usize, scans: &Scans) -> Step {
        match kind {
            Kind::Read => self.read(address, time),
            Kind::Save => self.save(address, time),
            Kind::File => self.file(address, time, &scans.of(session * FILES + time)),
            Kind::Present => self.present(address),
            Kind::Submit => self.submit(address),
        }
    }

    /// Reads a page, a different one each time; the sheet most often.
    pub(super) fn read(&self, address: SocketAddr, time: usize) -> Step {
        let path = match time % 6 {
            1 => "/dossiers".to_owned(),
            3 => format!("/units/{}", self.unit),
            5 => format!("/programmes/{SET}"),
            _ => self.path(""),
        };
        Step { kind: Kind::Read, request: self.officer(Request::get(&path), "text/html", address) }
    }

    /// Saves a row as the page does when a field is left; something in it is always new.
    pub(super) fn save(&self, address: SocketAddr, time: usize) -> Step {
        let (row, figures) = ROWS[time % ROWS.len()];
        let fields = format!("{figures}&{row}.note=L%E1%BA%A7n+{time}");
        let request = Request::form(&self.path(&format!("/answers/{row}")), &fields);
        Step { kind: Kind::Save, request: self.officer(request, "application/json", address) }
    }

    fn file(&self, address: SocketAddr, time: usize, content: &[u8]) -> Step {
        let request = Request::file(&self.path("/evidence"), ROWS[time % ROWS.len()].0, content);
        Step { kind: Kind::File, request: self.officer(request, "application/json", address) }
    }

    fn present(&self, address: SocketAddr) -> Step {
        let request = Request::form(&self.path("/present"), "");
        Step { kind: Kind::Present, request: self.officer(request, "application/json", address) }
    }

    /// The leader hands the sheet in.
    pub(super) fn submit(&self, address: SocketAddr) -> Step {
        let request = Request::form(&self.path("/submit"), "").by("unit_leader", &self.unit);
        Step { kind: Kind::Submit, request: request.written(address, "application/json") }
    }

    /// The list of all sheets of the cycle, as the appraisers of the area have it.
    pub(super) fn list(&self, address: SocketAddr) -> Step {
        let request = Request::get(&format!("/cycles/{}/dossiers", self.cycle)).by("appraiser", &self.unit);
        Step { kind: Kind::Read, request: request.written(address, "text/html") }
    }

    /// All that must be done before the sheet can be handed in, with small files.
    pub(super) fn complete(&self, address: SocketAddr) -> Vec<Step> {
        let rows = 0..ROWS.len();
        let saves = rows.clone().map(|row| self.save(address, row));
        saves
            .chain(rows.map(|row| self.file(address, row, b"%PDF-1.4\n%%EOF\n")))
            .chain([self.present(address)])
            .collect()
    }
}

/// The files that are attached, made once.
pub(super) struct Scans(Vec<u8>);

impl Scans {
    pub(super) fn new() -> Self {
        let mut state = 1_u32;
        let noise = (0..FILE_BYTES).map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_le_bytes()[3]
        });
        Self(noise.collect())
    }

    /// One of [`CONTENTS`].
    fn of(&self, number: usize) -> Vec<u8> {
        let head = format!("%PDF-1.4\n% {}\n", number % CONTENTS);
        [head.as_bytes(), &self.0, b"\n%%EOF\n"].concat()
    }
}

/// What is done in one session, in its order: after each page that is read something is done, until all is. With each its
/// place among those of its kind.
pub(super) fn plan() -> Vec<(Kind, usize)> {
    let mut plan = Vec::new();
    let (mut saves, mut files) = (0, 0);
    for read in 0..READS {
        plan.push((Kind::Read, read));
        while (saves + files) * READS < (read + 1) * (SAVES + FILES) {
            // Every fourth is a file until there are ten.
            if (saves + files) % 4 == 3 && files < FILES {
                plan.push((Kind::File, files));
                files += 1;
            } else {
                plan.push((Kind::Save, saves));
                saves += 1;
            }
        }
    }
    plan.extend([(Kind::Present, 0), (Kind::Submit, 0)]);
    plan
}

/// The sheets that are open in the latest cycle.
pub(super) fn subjects(address: SocketAddr) -> Result<Vec<Subject>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let cycles = http::get(address, "/api/v1/cycles")?;
    let cycle = cycles["items"].as_array().and_then(|items| items.iter().find(|cycle| cycle["set"]["code"] == SET));
    let cycle = text(&cycle.context("no cycle of residential areas")?["id"]);
    let (mut subjects, mut after) = (Vec::new(), String::new());
    loop {
        let page = http::get(address, &format!("/api/v1/cycles/{cycle}/dossiers?limit=500{after}"))?;
        let items = page["items"].as_array().context("no items")?;
        let open = items.iter().filter(|dossier| dossier["state"] == "in_progress");
        subjects.extend(open.map(|dossier| Subject {
            dossier: text(&dossier["id"]),
            unit: text(&dossier["unit"]["id"]),
            cycle: cycle.clone(),
        }));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return Ok(subjects),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_what_it_is_said_to_be() {
        let plan = plan();
        let count = |kind: Kind| plan.iter().filter(|(of, _)| *of == kind).count();
        assert_eq!(plan.len(), REQUESTS as usize);
        assert_eq!([Kind::Read, Kind::Save, Kind::File].map(count), [READS, SAVES, FILES]);
        assert_eq!(plan.last().map(|(kind, _)| *kind), Some(Kind::Submit));
    }
}
