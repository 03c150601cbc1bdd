//! A backup from the command line, restored, damaged, and told by `doctor`.

mod served;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use served::{run, served, text};

/// A folder with an installation in `data`.
fn installation() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut child, _) = served(&folder.path().join("data"), &["--sample"]);
    child.kill().and_then(|()| child.wait()).expect("ended");
    folder
}

fn doctor(data: &Path) -> (bool, String) {
    let (code, out, messages) = run(&["doctor", "--json", "--data", text(data)]);
    assert_eq!(code, 0, "a warning is no error: {out} {messages}");
    let report: Value = serde_json::from_str(&out).expect("JSON");
    let checks = report["checks"].as_array().expect("checks");
    let check = checks.iter().find(|check| check["name"] == "backup").expect("what is known of backups");
    (check["warning"] == true, check["found"].as_str().expect("text").to_owned())
}

#[test]
fn what_is_backed_up_is_restored_and_known_to_doctor() {
    let folder = installation();
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
    assert_eq!(doctor(&data), (true, "chưa sao lưu lần nào / never backed up".to_owned()));
    let (code, out, messages) = run(&["backup", "--json", "--to", text(folder.path()), "--data", text(&data)]);
    assert_eq!(code, 0, "{messages}");
    assert!(messages.contains("dossiers: ") && messages.contains("evidence/: "), "{messages}");
    let taken: Value = serde_json::from_str(&out).expect("JSON");
    let archive = PathBuf::from(taken["file"].as_str().expect("a file"));
    let (warning, found) = doctor(&data);
    assert!(!warning && found.contains("dienhinh-2"), "{found}");

    let (code, out, messages) = run(&["backup", "verify", text(&archive), "--json"]);
    assert_eq!(code, 0, "{messages}");
    let verified: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(verified["manifest"], taken["manifest"]);
    let (code, out, messages) = run(&["restore", "--from", text(&archive), "--data", text(&copy)]);
    assert_eq!(code, 0, "{out}{messages}");
    assert!(out.contains("đã khôi phục / restored"), "{out}");
    assert!(!copy.join("restoring").exists());
    let note = folder.path().join("checkpoint.txt");
    fs::write(&note, taken["manifest"]["checkpoint"].as_str().expect("a checkpoint")).expect("written");
    for data in [&data, &copy] {
        let (code, out, messages) = run(&["audit", "verify", "--checkpoint", text(&note), "--data", text(data)]);
        assert_eq!(code, 0, "{out}{messages}");
    }
    let keys = fs::read_to_string(copy.join("audit.keys")).expect("the list");
    assert!(keys.starts_with(&fs::read_to_string(data.join("audit.keys")).expect("the list")), "{keys}");
    assert_eq!(keys.lines().count(), 2, "the private key was not in it, so a new one signs");
    let (code, _, messages) = run(&["restore", "--from", text(&archive), "--data", text(&copy)]);
    assert_eq!(code, 3, "not into what is there: {messages}");
    let (code, _, _) = run(&["backup", "--to", text(&archive), "--data", text(&copy)]);
    assert_eq!(code, 3, "not over an older backup");
}

#[test]
fn with_the_private_key_the_same_key_signs_on() {
    let folder = installation();
    let (data, archive) = (folder.path().join("data"), folder.path().join("b.tar"));
    let (code, _, messages) = run(&["backup", "--with-private-key", "--to", text(&archive), "--data", text(&data)]);
    assert_eq!(code, 0, "{messages}");
    let copy = folder.path().join("copy");
    assert_eq!(run(&["restore", "--from", text(&archive), "--data", text(&copy)]).0, 0);
    for file in ["audit.key", "audit.keys"] {
        let read = |data: &Path| fs::read_to_string(data.join(file)).expect("there");
        assert_eq!(read(&copy), read(&data), "{file}");
    }
}

#[test]
fn what_is_damaged_or_missing_is_named_and_nothing_is_written() {
    let folder = installation();
    let (data, archive) = (folder.path().join("data"), folder.path().join("b.tar"));
    let back_up = || run(&["backup", "--to", text(&archive), "--data", text(&data)]);
    assert_eq!(back_up().0, 0);
    let mut bytes = fs::read(&archive).expect("read");
    let content = "Châu Hưng".as_bytes();
    let place = bytes.windows(content.len()).position(|window| window == content).expect("there");
    bytes[place] ^= 1;
    fs::write(&archive, &bytes).expect("written");
    let copy = folder.path().join("copy");
    for command in
        [&["backup", "verify", text(&archive)][..], &["restore", "--from", text(&archive), "--data", text(&copy)]]
    {
        let (code, _, messages) = run(command);
        assert_eq!(code, 3, "{messages}");
        assert!(messages.contains("hỏng ở tables/"), "{messages}");
    }
    assert!(!copy.exists());
    fs::remove_file(&archive).expect("removed");

    let evidence = files(&data.join("evidence"));
    assert!(evidence.len() > 1, "{evidence:?}");
    fs::write(&evidence[0], b"short").expect("written");
    fs::remove_file(&evidence[1]).expect("removed");
    let (code, _, messages) = back_up();
    assert_eq!(code, 3, "{messages}");
    for file in &evidence[..2] {
        let name = file.file_name().expect("a name").to_string_lossy();
        assert!(messages.contains(&format!("evidence/{name}")), "{messages}");
    }
    assert!(!archive.exists() && doctor(&data).1.contains("b.tar"), "the last good one is the one before");
    assert_eq!(run(&["backup", "verify", text(&archive)]).0, 4);
    assert_eq!(run(&["backup", "--to", text(&archive), "--data", text(&copy)]).0, 4);
    assert_eq!(run(&["backup"]).0, 2);
}

#[test]
fn a_restore_that_was_cut_off_is_not_served_and_may_run_again() {
    let folder = installation();
    let (data, archive) = (folder.path().join("data"), folder.path().join("b.tar"));
    assert_eq!(run(&["backup", "--to", text(&archive), "--data", text(&data)]).0, 0);
    let copy = folder.path().join("copy");
    fs::create_dir_all(copy.join("evidence/incoming")).expect("made");
    fs::write(copy.join("evidence/incoming/part"), b"half").expect("written");
    fs::write(copy.join("dienhinh.sqlite.loading"), b"half").expect("written");
    let (code, _, messages) = run(&["restore", "--from", text(&archive), "--data", text(&copy)]);
    assert_eq!(code, 3, "something is there, and nobody knows what");
    assert!(messages.contains("is not empty, there is ") && messages.contains("copy/"), "{messages}");
    fs::write(copy.join("restoring"), b"").expect("written");
    let (code, _, messages) = run(&["serve", "--sample", "--listen", "127.0.0.1:0", "--data", text(&copy)]);
    assert!(code == 1 && messages.contains("run dienhinh restore again"), "{messages}");
    assert_eq!(run(&["doctor", "--data", text(&copy)]).0, 1);
    let (code, _, messages) = run(&["restore", "--from", text(&archive), "--data", text(&copy)]);
    assert_eq!(code, 0, "{messages}");
    assert_eq!(run(&["doctor", "--data", text(&copy)]).0, 0);
    assert_eq!(run(&["evidence", "gc", "--older-than", "0", "--data", text(&copy)]).0, 0);
    assert!(!copy.join("evidence/incoming/part").exists(), "what was left half-written is cleared away");
}

#[cfg(unix)]
#[test]
fn a_restore_may_be_repeated_and_looked_at_before() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = installation();
    let (data, backups) = (folder.path().join("data"), folder.path().join("new/backups"));
    let (code, out, _) = run(&["backup", "--json", "--to", text(&backups), "--data", text(&data)]);
    let taken: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let archive = PathBuf::from(taken["file"].as_str().expect("a file"));
    assert_eq!((code, archive.parent()), (0, Some(&*backups)), "a folder that was not there is made");
    let copy = folder.path().join("copy");
    let (code, out, _) = run(&["doctor", "--data", text(&copy)]);
    assert!(code == 0 && out.contains("! database") && out.contains("none yet"), "{out}");
    assert!(!copy.exists(), "looking makes nothing");
    let restore = || run(&["restore", "--from", text(&archive), "--data", text(&copy)]);
    assert_eq!(restore().0, 0);
    assert_eq!(fs::metadata(&copy).expect("a folder").permissions().mode() & 0o777, 0o700, "for its owner alone");
    let (code, _, messages) = restore();
    assert!(code == 3 && messages.contains("there is một hệ thống / an installation"), "{messages}");
    // Killed after its last step but one, it is done, and says so when it is run again.
    fs::write(copy.join("restoring"), taken["manifest"].to_string()).expect("written");
    assert_eq!(restore().0, 0);
    assert!(!copy.join("restoring").exists());
    let other = folder.path().join("other");
    fs::create_dir_all(other.join("evidence/incoming")).expect("made");
    let (code, _, messages) = run(&["restore", "--from", text(&archive), "--data", text(&other)]);
    assert_eq!(code, 0, "empty folders are in nobody's way: {messages}");
}

/// Every file of the evidence store.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut found: Vec<PathBuf> =
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect();
    found.sort();
    found
}
