//! The evidence store from the command line: what is whole, what is damaged, what is cleared away, and bad settings.

mod served;

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use served::{run, served, text};

/// Starts and ends a server on a folder, with its evidence in another.
fn installation(data: &Path, evidence: &Path) {
    let (mut child, _) = served(data, &["--sample", "--evidence", text(evidence)]);
    child.kill().and_then(|()| child.wait()).expect("ended");
}

/// The files of whole content.
fn files(evidence: &Path) -> Vec<PathBuf> {
    let shelves = fs::read_dir(evidence).expect("a folder").map(|shelf| shelf.expect("an entry"));
    let shelves = shelves.filter(|shelf| shelf.file_name() != "incoming").map(|shelf| shelf.path());
    shelves
        .flat_map(|shelf| fs::read_dir(shelf).expect("a folder").map(|file| file.expect("an entry").path()))
        .collect()
}

#[test]
fn damage_is_named_and_what_nothing_names_is_cleared_away() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, evidence) = (folder.path().join("data"), folder.path().join("minh chứng"));
    installation(&data, &evidence);
    assert!(!data.join("evidence").exists(), "the setting says where the files lie");
    let run = |arguments: &[&str]| {
        run(&[&["evidence"], arguments, &["--data", text(&data), "--evidence", text(&evidence)]].concat())
    };
    let (code, out, messages) = run(&["verify"]);
    let whole = files(&evidence);
    let count = whole.len();
    assert_eq!(code, 0, "{messages}");
    assert!(out.starts_with(&format!("✓ {count} tệp nguyên vẹn")) && out.contains("files are whole"), "{out}");

    let orphan = evidence.join("00").join("0".repeat(64));
    fs::create_dir_all(orphan.parent().expect("a folder")).expect("made");
    fs::write(&orphan, "no row names me").expect("written");
    let (code, out, messages) = run(&["gc"]);
    assert_eq!((code, orphan.exists()), (0, true), "it is young: {out}");
    assert!(messages.contains("1 files younger than 24 hours are kept"), "{messages}");
    let old = SystemTime::UNIX_EPOCH + Duration::from_hours(1);
    File::options().write(true).open(&orphan).and_then(|file| file.set_modified(old)).expect("made old");
    let (code, out, _) = run(&["gc", "--dry-run"]);
    assert_eq!((code, orphan.exists()), (0, true));
    assert!(out.contains("sẽ xóa 1 tệp") && out.contains("would be removed: 1 files"), "{out}");
    let (code, out, _) = run(&["gc", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((code, &report["blobs"], &report["bytes"], orphan.exists()), (0, &1.into(), &15.into(), false));
    assert_eq!(files(&evidence), whole, "what rows name stays");

    fs::write(&whole[0], "%PDF").expect("cut");
    fs::remove_file(&whole[1]).expect("removed");
    let (code, out, messages) = run(&["verify"]);
    assert_eq!(code, 1);
    for (file, words) in [(&whole[0], "4 bytes instead of"), (&whole[1], "missing")] {
        let name = file.file_name().expect("a name").to_str().expect("UTF-8");
        let line = out.lines().find(|line| line.contains(name)).expect("a line for each");
        assert!(line.starts_with("✗ /dossiers/") && line.contains('#') && line.contains(words), "{line}");
    }
    assert!(messages.contains("2 minh chứng thiếu hoặc hỏng") && messages.contains("2 proofs"), "{messages}");
}

#[test]
fn a_place_that_cannot_be_read_or_is_not_there_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = text(folder.path());
    for (setting, code) in [("s3://", 2), ("https://kho/minh-chung", 2), ("", 2)] {
        let (found, _, messages) = run(&["evidence", "verify", "--data", data, "--evidence", setting]);
        assert_eq!(found, code, "{setting}: {messages}");
        assert!(messages.contains("--evidence, ") && messages.contains("s3://BUCKET/PREFIX"), "{messages}");
    }
    let (code, _, messages) = run(&["evidence", "gc", "--data", data]);
    assert_eq!(code, 4, "{messages}");
    let file = folder.path().join("a file");
    fs::write(&file, "").expect("written");
    let (code, out, _) = run(&["doctor", "--data", data, "--evidence", text(&file)]);
    assert_eq!(code, 1);
    assert!(out.lines().any(|line| line.starts_with("✗ evidence")), "{out}");
}
