//! The record from the command line: keys, checkpoints, proofs, and what is found after somebody altered it.

mod served;

use std::{fs, path::Path};

use served::{run, served, text};

/// A folder with an installation.
fn installation() -> tempfile::TempDir {
    let data = tempfile::tempdir().expect("a folder");
    let (mut child, _) = served(data.path(), &["--sample"]);
    child.kill().and_then(|()| child.wait()).expect("ended");
    data
}

fn audit(data: &Path, arguments: &[&str]) -> (i32, String, String) {
    run(&[&["audit"], arguments, &["--data", text(data)]].concat())
}

#[test]
fn the_record_is_checked_proved_and_signed() {
    let data = installation();
    let (code, key, messages) = audit(data.path(), &["key"]);
    assert_eq!(code, 0, "{messages}");
    assert_eq!(key, fs::read_to_string(data.path().join("audit.keys")).expect("the list"));
    let note = data.path().join("checkpoint.txt");
    let (code, out, messages) = audit(data.path(), &["checkpoint", "--output", text(&note)]);
    assert_eq!((code, out.as_str()), (0, ""), "{messages}");
    let checkpoint = fs::read_to_string(&note).expect("written");
    assert!(checkpoint.contains("\n\n— dienhinh-"), "{checkpoint}");
    let (code, out, messages) = audit(data.path(), &["verify", "--json", "--checkpoint", text(&note)]);
    assert_eq!(code, 0, "{messages}");
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&report["ok"], &report["entries"]), (&true.into(), &report["agreed"]));
    assert_eq!(report["checkpoint"], checkpoint.as_str());
    let (code, proof, messages) = audit(data.path(), &["prove", "7"]);
    assert_eq!(code, 0, "{messages}");
    let proof: serde_json::Value = serde_json::from_str(&proof).expect("JSON");
    assert_eq!((&proof["entry"]["seq"], &proof["listed"]), (&7.into(), &serde_json::Value::Null));
    for nothing in ["0", "999999", "7KQ2-M9XA-4TBC-5", "x"] {
        assert_eq!(audit(data.path(), &["prove", nothing]).0, 4, "{nothing}");
    }
}

#[test]
fn what_is_given_from_outside_must_be_sound_and_fit() {
    let (data, other) = (installation(), installation());
    let note = data.path().join("checkpoint.txt");
    assert_eq!(audit(other.path(), &["checkpoint", "--output", text(&note)]).0, 0);
    let (code, _, messages) = audit(data.path(), &["verify", "--checkpoint", text(&note)]);
    assert_eq!(code, 3, "another installation's checkpoint: {messages}");
    let keys = other.path().join("audit.keys");
    let (code, _, messages) = audit(data.path(), &["verify", "--key", text(&keys)]);
    assert_eq!(code, 3, "{messages}");
    assert!(messages.contains("entry 1: "), "signed with another key: {messages}");
    fs::write(&note, "x\n").expect("written");
    assert_eq!(audit(data.path(), &["verify", "--checkpoint", text(&note)]).0, 3);
    assert_eq!(audit(data.path(), &["verify", "--checkpoint", "no-such-file"]).0, 4);
    assert_eq!(audit(&data.path().join("nowhere"), &["verify"]).0, 4);
}

#[test]
fn an_older_copy_is_found_by_a_checkpoint_kept_elsewhere() {
    let data = installation();
    let copy = tempfile::tempdir().expect("a folder");
    for file in ["dienhinh.sqlite", "dienhinh.sqlite-wal"] {
        let _ = fs::copy(data.path().join(file), copy.path().join(file));
    }
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/movement-classification");
    let (code, _, messages) = run(&["pack", "activate", text(&pack), "--data", text(data.path())]);
    assert_eq!(code, 0, "{messages}");
    let note = copy.path().join("checkpoint.txt");
    assert_eq!(audit(data.path(), &["checkpoint", "--output", text(&note)]).0, 0);
    for file in ["dienhinh.sqlite", "dienhinh.sqlite-wal", "dienhinh.sqlite-shm"] {
        let _ = fs::remove_file(data.path().join(file));
        let _ = fs::copy(copy.path().join(file), data.path().join(file));
    }
    let (code, out, messages) = audit(data.path(), &["verify", "--json"]);
    assert_eq!(code, 0, "nothing inside shows it: {messages}");
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let next = report["entries"].as_u64().expect("a number") + 1;
    let (code, _, messages) = audit(data.path(), &["verify", "--checkpoint", text(&note)]);
    assert_eq!(code, 3);
    assert!(messages.contains(&format!("entry {next}: ")), "{messages}");
}
