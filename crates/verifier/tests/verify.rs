//! The binary as a holder of a certificate runs it: a file, a key, nothing else.

use std::{fs, path::Path, process::Command};

use dienhinh_domain::audit::{
    Written,
    checkpoint::Key,
    merkle::Edge,
    proof::{Attestation, Listed, Proof, list_root},
};

fn attestation(code: &str) -> Attestation {
    Attestation {
        code: code.to_owned(),
        unit: "Thị trấn Châu Hưng".to_owned(),
        place: "huyện Vĩnh Lợi, tỉnh Bạc Liêu".to_owned(),
        title: "Thị trấn điển hình".to_owned(),
        title_en: "Exemplary township".to_owned(),
        year: "2023".to_owned(),
        decision: "05/QĐ-UBND".to_owned(),
        signed_on: "2023-11-24".to_owned(),
        issuer: "ỦY BAN NHÂN DÂN TỈNH BẠC LIÊU".to_owned(),
        dossier: "018bfa00-0000-7000-8000-000000000001".to_owned(),
        judged_sha256: "ab".repeat(32),
    }
}

fn key() -> Key {
    Key::new("dienhinh-test", &[7; 32])
}

fn proof() -> String {
    let list = [attestation("7KQ2-M9XA-4TBC-5"), attestation("")];
    let entry = Written {
        seq: 1,
        at_microseconds: 1_700_811_000_000_000,
        role: "council_secretary".to_owned(),
        scope: String::new(),
        action: "recognition.decide".to_owned(),
        unit: String::new(),
        subject: "018bfa00-0000-7000-8000-000000000002".to_owned(),
        detail: format!("{{\"listed\":2,\"listed_root\":\"{}\"}}", list_root(&list)),
        request: String::new(),
        before: String::new(),
        after: String::new(),
        account: String::new(),
    };
    let mut edge = Edge::default();
    edge.append(entry.leaf());
    let head = key().sign(1, edge.root(), "2023-11-24T07:30:00Z".parse().expect("an instant"));
    Proof::new(Listed::of(&list, 0), entry, &[], &head).text()
}

fn run(proof: &Path, key: &str) -> (i32, String, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_dienhinh-verify")).arg(proof).arg(key).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (ran.status.code().expect("an exit code"), text(ran.stdout), text(ran.stderr))
}

#[test]
fn a_proof_holds_with_its_key_and_says_what_it_attests() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, keys) = (folder.path().join("proof.json"), folder.path().join("keys.txt"));
    fs::write(&file, proof()).expect("written");
    fs::write(&keys, format!("{}\n", key().public().text())).expect("written");
    for given in [key().public().text().as_str(), keys.to_str().expect("UTF-8")] {
        let (code, out, messages) = run(&file, given);
        assert_eq!(code, 0, "{messages}");
        for said in ["7KQ2-M9XA-4TBC-5", "Thị trấn Châu Hưng", "05/QĐ-UBND, 2023-11-24", "Exemplary township"] {
            assert!(out.contains(said), "{said}: {out}");
        }
    }
}

#[test]
fn what_does_not_hold_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("proof.json");
    let own = key().public().text();
    let other = Key::new("dienhinh-test", &[8; 32]).public().text();
    let long = "x".repeat(100_000);
    for (text, key, said) in [
        (proof(), &other, "another key"),
        (proof().replace("2023-11-24\"", "2024-11-24\""), &own, "not on the list"),
        (proof().replace("council_secretary", "unit_officer"), &own, "not in the record"),
        (proof().replacen('\n', "\n ", 1), &own, "not a proof"),
        (long, &own, "not a proof"),
        (String::new(), &own, "not a proof"),
    ] {
        fs::write(&file, text).expect("written");
        let (code, out, messages) = run(&file, key);
        assert_eq!((code, out.as_str()), (3, ""), "{said}: {messages}");
        assert!(messages.contains(said), "{said}: {messages}");
    }
    assert_eq!(run(&folder.path().join("nowhere"), &own).0, 4);
}
