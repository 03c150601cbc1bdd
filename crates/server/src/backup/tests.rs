//! Archives that were altered, byte by byte and row by row. Each must be refused.

use std::{
    fs,
    path::{Path, PathBuf},
};

use dienhinh_domain::audit::sha256;
use serde_json::json;

use super::{
    BackupError,
    archive::Writer,
    contents::{MANIFEST, PUBLIC_KEYS, evidence_entry, rows_entry, verify},
    manifest::{EvidenceContent, FORMAT, Manifest, PROGRAM, TableContent},
};

const EVIDENCE: &[u8] = b"%PDF-1.7 of Chau Hung";

fn manifest(schema: i64) -> Manifest {
    Manifest {
        format: FORMAT,
        product: PROGRAM.to_owned(),
        schema,
        database: "SQLite".to_owned(),
        made_at: "2026-11-27T02:03:04Z".parse().expect("an instant"),
        tables: vec![TableContent { name: "units".to_owned(), columns: vec!["id".to_owned()], rows: 2 }],
        checkpoint: None,
        evidence: EvidenceContent { files: 1, bytes: EVIDENCE.len() as u64 },
        private_key: false,
    }
}

/// What a writer who means harm, or a careless one, may leave out or change.
struct Written<'a> {
    manifest: Vec<u8>,
    rows: &'a str,
    evidence: &'a [u8],
    public_keys: bool,
}

impl Written<'_> {
    fn whole() -> Self {
        Self {
            manifest: serde_json::to_vec(&manifest(1)).expect("JSON"),
            rows: "[\"a\"]\n[\"b\"]\n",
            evidence: EVIDENCE,
            public_keys: true,
        }
    }

    /// With right hashes, whatever is in it.
    fn write(&self, folder: &Path) -> PathBuf {
        let archive = folder.join("b.tar");
        let _ = fs::remove_file(&archive);
        let mut writer = Writer::create(&archive).expect("begun");
        writer.put(MANIFEST, &self.manifest).expect("written");
        if self.public_keys {
            writer.put(PUBLIC_KEYS, b"key\n").expect("written");
        }
        writer.put(&rows_entry("units", 1), self.rows.as_bytes()).expect("written");
        writer.put(&evidence_entry(&sha256(EVIDENCE)), self.evidence).expect("written");
        writer.finish().expect("in place");
        archive
    }
}

fn refused(archive: &Path) -> String {
    match verify(archive, &mut |_| ()).expect_err("refused") {
        BackupError::Damaged { entry, .. } => entry,
        BackupError::Foreign(_) => "the beginning".to_owned(),
        other => panic!("{other}"),
    }
}

#[test]
fn every_altered_byte_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = Written::whole().write(folder.path());
    assert_eq!(verify(&archive, &mut |_| ()).expect("whole"), manifest(1));
    let whole = fs::read(&archive).expect("read");
    for place in 0..whole.len() {
        let mut altered = whole.clone();
        altered[place] ^= 1;
        fs::write(&archive, &altered).expect("written");
        assert!(verify(&archive, &mut |_| ()).is_err(), "byte {place} of {}", whole.len());
    }
    for length in (0..whole.len()).step_by(97) {
        fs::write(&archive, &whole[..length]).expect("written");
        assert!(verify(&archive, &mut |_| ()).is_err(), "cut off after {length} bytes");
    }
}

#[test]
fn the_entry_that_was_altered_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = Written::whole().write(folder.path());
    let whole = fs::read(&archive).expect("read");
    for (content, entry) in
        [(&b"[\"b\"]"[..], rows_entry("units", 1)), (&b"Chau"[..], evidence_entry(&sha256(EVIDENCE)))]
    {
        let place = whole.windows(content.len()).position(|window| window == content).expect("there");
        let mut altered = whole.clone();
        altered[place + 2] ^= 1;
        fs::write(&archive, &altered).expect("written");
        assert_eq!(refused(&archive), entry);
    }
}

#[test]
fn what_is_missing_or_foreign_is_found_though_every_hash_is_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases: [(Written<'_>, &str); 5] = [
        (Written { rows: "[\"a\"]\n", ..Written::whole() }, "tables/units"),
        (Written { rows: "[\"a\"]\n[\"b\"]\n[\"c\"]\n", ..Written::whole() }, "tables/units"),
        (Written { rows: "[\"a\"]\nb\n", ..Written::whole() }, "tables/units/000001.jsonl"),
        (Written { evidence: b"other", ..Written::whole() }, "evidence/"),
        (Written { public_keys: false, ..Written::whole() }, PUBLIC_KEYS),
    ];
    for (written, entry) in cases {
        let found = refused(&written.write(folder.path()));
        assert!(found.starts_with(entry), "{found} is not {entry}");
    }
}

#[test]
fn a_backup_of_a_newer_program_is_refused_with_both_versions() {
    let folder = tempfile::tempdir().expect("a folder");
    let newer = json!({ "format": FORMAT + 1, "product": "9.1.0", "schema": 71, "what": "nobody knows" });
    for newer in [newer.to_string().into_bytes(), serde_json::to_vec(&manifest(71)).expect("JSON")] {
        let archive = Written { manifest: newer, ..Written::whole() }.write(folder.path());
        let error = verify(&archive, &mut |_| ()).expect_err("refused");
        assert!(matches!(&error, BackupError::Newer { found: 71, .. }), "{error}");
        assert!(error.to_string().contains(&format!("this is dienhinh {PROGRAM}")), "{error}");
    }
}

#[test]
fn nothing_is_overwritten_and_what_was_cut_off_leaves_nothing_in_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = Written::whole().write(folder.path());
    assert!(matches!(Writer::create(&archive), Err(BackupError::Exists(_))));
    fs::remove_file(&archive).expect("removed");
    let mut cut_off = Writer::create(&archive).expect("begun");
    cut_off.put(MANIFEST, b"{}").expect("written");
    assert!(matches!(Writer::create(&archive), Err(BackupError::File(..))), "two at once");
    drop(cut_off);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    fs::write(folder.path().join("b.tar.part"), b"left by a kill").expect("written");
    assert_eq!(verify(&Written::whole().write(folder.path()), &mut |_| ()).expect("whole").rows(), 2);
}
