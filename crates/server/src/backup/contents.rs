//! What lies in a backup, part by part, and whether it is all that its manifest says.

use std::path::Path;

use dienhinh_storage::schema;
use serde_json::Value;

use super::{
    BackupError, Progress,
    archive::{EVIDENCE, Reader},
    manifest::{EvidenceContent, FORMAT, Manifest, PROGRAM},
};

/// The names of the entries.
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const PUBLIC_KEYS: &str = "audit.keys";
pub(super) const PRIVATE_KEY: &str = "audit.key";
const TABLES: &str = "tables/";

/// The entry with a number of a table's rows.
pub(super) fn rows_entry(table: &str, number: u64) -> String {
    format!("{TABLES}{table}/{number:06}.jsonl")
}

/// The entry of an evidence file.
pub(super) fn evidence_entry(sha256: &str) -> String {
    format!("{EVIDENCE}{}/{sha256}", sha256.get(..2).unwrap_or_default())
}

/// One part of a backup.
#[derive(Debug)]
pub(super) enum Part {
    /// The public keys, as their file holds them.
    PublicKeys(String),
    /// The private key, as its file holds it.
    PrivateKey(String),
    /// Rows of a table, which the manifest lists at this place.
    Rows(usize, Vec<Vec<Value>>),
    /// An evidence file; [`Contents::read`] gives its bytes.
    Evidence(String),
}

/// A backup that is read from its beginning to its end.
pub(super) struct Contents {
    reader: Reader,
    /// What it says of itself.
    pub(super) manifest: Manifest,
    rows: Vec<u64>,
    evidence: EvidenceContent,
    latest: String,
    keys: (bool, bool),
}

impl Contents {
    /// Opens a backup. One that a newer program wrote is refused.
    pub(super) fn open(archive: &Path) -> Result<Self, BackupError> {
        let mut reader = Reader::open(archive)?;
        let unreadable = |reader: &Reader| reader.damaged(MANIFEST, "không đọc được / it cannot be read");
        let first = reader.next()?;
        if first.is_none_or(|entry| entry.name != MANIFEST) {
            return Err(unreadable(&reader));
        }
        let text = reader.all()?;
        let value: Value = serde_json::from_slice(&text).map_err(|_| unreadable(&reader))?;
        let number = |name: &str| value[name].as_i64().unwrap_or_default();
        if number("format") > i64::from(FORMAT) || number("schema") > schema::latest() {
            return Err(BackupError::Newer {
                made_by: value["product"].as_str().unwrap_or("?").to_owned(),
                found: number("schema"),
                known: schema::latest(),
                program: PROGRAM,
            });
        }
        let manifest: Manifest = serde_json::from_value(value).map_err(|_| unreadable(&reader))?;
        let rows = vec![0; manifest.tables.len()];
        let (evidence, latest, keys) = (EvidenceContent::default(), String::new(), (false, false));
        Ok(Self { reader, manifest, rows, evidence, latest, keys })
    }

    /// The next part; none at the end, when everything that the manifest names was there.
    pub(super) fn next(&mut self) -> Result<Option<Part>, BackupError> {
        let Some(entry) = self.reader.next()? else { return self.complete().map(|()| None) };
        let foreign = |reader: &Reader| reader.damaged(&entry.name, "không thuộc bản sao lưu / does not belong there");
        match entry.name.as_str() {
            PUBLIC_KEYS if !self.keys.0 => {
                self.keys.0 = true;
                self.text(&entry.name).map(|text| Some(Part::PublicKeys(text)))
            }
            PRIVATE_KEY if !self.keys.1 => {
                self.keys.1 = true;
                self.text(&entry.name).map(|text| Some(Part::PrivateKey(text)))
            }
            name if name.starts_with(TABLES) => {
                let table = name[TABLES.len()..].split('/').next().unwrap_or_default();
                let place = self.manifest.tables.iter().position(|there| there.name == table);
                let place = place.ok_or_else(|| foreign(&self.reader))?;
                let rows = self.rows_of(name)?;
                self.rows[place] += rows.len() as u64;
                Ok(Some(Part::Rows(place, rows)))
            }
            name if name.starts_with(EVIDENCE) => {
                let sha256 = name.rsplit('/').next().unwrap_or_default().to_owned();
                // In the order of their hashes, so that none is there twice.
                if sha256 <= self.latest || evidence_entry(&sha256) != name {
                    return Err(foreign(&self.reader));
                }
                self.evidence.files += 1;
                self.evidence.bytes += entry.bytes;
                self.latest.clone_from(&sha256);
                Ok(Some(Part::Evidence(sha256)))
            }
            _ => Err(foreign(&self.reader)),
        }
    }

    /// Reads on in an evidence file; 0 at its end.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, BackupError> {
        self.reader.read(buffer)
    }

    /// How far it is with what was read last.
    pub(super) fn progress(&self, part: &Part) -> Option<Progress<'_>> {
        match part {
            Part::Rows(place, _) => {
                let table = self.manifest.tables.get(*place)?;
                Some(Progress { what: &table.name, done: *self.rows.get(*place)?, of: table.rows })
            }
            Part::Evidence(_) => {
                Some(Progress { what: Progress::EVIDENCE, done: self.evidence.files, of: self.manifest.evidence.files })
            }
            Part::PublicKeys(_) | Part::PrivateKey(_) => None,
        }
    }

    fn text(&mut self, entry: &str) -> Result<String, BackupError> {
        let text = self.reader.all()?;
        String::from_utf8(text).map_err(|_| self.reader.damaged(entry, "không đọc được / it cannot be read"))
    }

    fn rows_of(&mut self, entry: &str) -> Result<Vec<Vec<Value>>, BackupError> {
        let text = self.text(entry)?;
        let rows = text.lines().map(serde_json::from_str).collect::<Result<_, _>>();
        rows.map_err(|_| self.reader.damaged(entry, "không đọc được / it cannot be read"))
    }

    /// Whether as much was there as the manifest says.
    fn complete(&self) -> Result<(), BackupError> {
        let tables = self.manifest.tables.iter().zip(&self.rows);
        for (table, rows) in tables {
            if table.rows != *rows {
                let entry = format!("{TABLES}{}", table.name);
                return Err(self
                    .reader
                    .damaged(&entry, "số dòng khác với manifest / not as many rows as the manifest says"));
            }
        }
        if self.evidence != self.manifest.evidence {
            return Err(self
                .reader
                .damaged(EVIDENCE, "số tệp khác với manifest / not the files that the manifest says"));
        }
        if self.keys != (true, self.manifest.private_key) {
            return Err(self.reader.damaged(PUBLIC_KEYS, "thiếu khóa / keys are missing"));
        }
        Ok(())
    }
}

/// Reads a whole backup and says whether it is what was written. Restores nothing.
pub fn verify(archive: &Path, progress: &mut dyn FnMut(&Progress<'_>)) -> Result<Manifest, BackupError> {
    let mut contents = Contents::open(archive)?;
    while let Some(part) = contents.next()? {
        if let Some(step) = contents.progress(&part) {
            progress(&step);
        }
    }
    Ok(contents.manifest)
}
