//! A province's overlay as people work with it: every command that takes a pack takes it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const NAME: &str = "stricter-commune";

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name)
}

fn overlay() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/overlays").join(NAME)
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_dienhinh")).args(arguments).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// The overlay with one place changed, beside its base in a folder of its own.
fn changed(from: &str, to: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = "exemplary-commune-34";
    fs::create_dir(folder.path().join(pack)).expect("a folder");
    for file in ["pack.toml", "cases.toml"] {
        fs::copy(shipped(pack).join(file), folder.path().join(pack).join(file)).expect("copied");
    }
    let text = fs::read_to_string(overlay().join("overlay.toml")).expect("the overlay");
    let text = text.replace("../../../../../packs/", "../");
    assert!(text.contains(from), "the overlay has `{from}`");
    let text = text.replacen(from, to, 1);
    let own = folder.path().join(NAME);
    fs::create_dir(&own).expect("a folder");
    fs::write(own.join("overlay.toml"), text).expect("written");
    (folder, own)
}

/// Two communes, one of them with 75 % of its residential areas recognised.
fn table(folder: &Path) -> PathBuf {
    let table = folder.join("units.csv");
    fs::write(&table, "unit,c19.recognised,c19.total\nBa phần tư,15,20\nBốn phần năm,16,20\n").expect("written");
    table
}

#[test]
fn an_overlay_is_checked_with_its_own_cases_beside_packs() {
    let (code, out, messages) = run(&["pack", "check", text(&overlay())]);
    assert_eq!((code, messages.as_str()), (0, ""), "{out}");
    assert!(out.contains(" 1: 35 tiêu chí, 4 trường hợp / 35 criteria, 4 cases"), "{out}");
    let (folder, own) = changed("valid_from", "valid_from");
    let (code, out, messages) = run(&["pack", "check", text(folder.path())]);
    assert_eq!((code, messages.as_str()), (0, ""), "{out}");
    assert!(out.contains("exemplary-commune-34 1: 34") && out.contains("stricter-commune 1: 35 tiêu chí, 0"), "{out}");
    fs::write(own.join("cases.toml"), "[[case]]\nname = \"open\"\nrecognised = \"yes\"\n").expect("written");
    let (code, _, messages) = run(&["pack", "check", text(folder.path())]);
    assert_eq!(code, 3);
    assert!(messages.contains("stricter-commune/cases.toml:2: "), "its own examples are run: {messages}");
}

#[test]
fn a_unit_scores_otherwise_under_the_overlay() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    let score = |pack: &Path| {
        let (code, out, messages) = run(&["score", "--pack", text(pack), "--input", text(&table)]);
        assert_eq!(code, 0, "{messages}");
        let heads: Vec<String> = out.lines().next().expect("a heading").split(',').map(str::to_owned).collect();
        let at = |name: &str| heads.iter().position(|head| head == name).expect(name);
        let rows = out.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        rows.map(|row| (row[at("c19")].clone(), row[at("recognised")].clone())).collect::<Vec<_>>()
    };
    let pair = |outcome: &str, recognised: &str| (outcome.to_owned(), recognised.to_owned());
    let (base, own) = (shipped("exemplary-commune-34"), overlay());
    assert_eq!(score(&base), [pair("met", "open"), pair("met", "open")]);
    assert_eq!(score(&own), [pair("unmet", "no"), pair("met", "open")]);

    let what_if = ["what-if", "--pack", text(&base), "--input", text(&table), "--version", text(&own)];
    let (code, out, messages) = run(&what_if);
    assert_eq!(code, 0, "{messages}");
    assert_eq!(out, "Ba phần tư: open → no\nopen → no: 1\n1/2 đơn vị thay đổi / 1 of 2 units change\n");

    let explain = ["explain", "--pack", text(&own), "--input", text(&table), "--unit", "Ba phần tư"];
    let (code, out, messages) = run(&[&explain[..], &["--lang", "en"]].concat());
    assert_eq!(code, 0, "{messages}");
    assert!(out.contains("19. 15 × 100 < 80 × 20: not met"), "{out}");
}

#[test]
fn what_an_overlay_adds_is_told_and_goes_to_excel() {
    let base = shipped("exemplary-commune-34");
    let (code, out, messages) = run(&["pack", "diff", text(&base), text(&overlay())]);
    assert_eq!((code, messages.as_str()), (1, ""), "{out}");
    for expected in ["rule.at_least (ít nhất / at least): 70/100 → 80/100", "recognition.min_met", "30 → 32", "+ p01"]
    {
        assert!(out.contains(expected), "{expected}: {out}");
    }
    assert!(!out.contains("cases"), "examples of the base were not dropped: {out}");

    // Sent through Excel it is a set of its own, which asks for the same.
    let folder = tempfile::tempdir().expect("a folder");
    let (workbook, back) = (folder.path().join("bộ.xlsx"), folder.path().join(NAME));
    let (code, _, messages) = run(&["pack", "export", text(&overlay()), "--output", text(&workbook)]);
    assert_eq!(code, 0, "{messages}");
    let (code, _, messages) = run(&["pack", "import", text(&workbook), "--output", text(&back)]);
    assert_eq!(code, 0, "{messages}");
    let (code, out, _) = run(&["pack", "diff", text(&overlay()), text(&back)]);
    assert_eq!((code, out.as_str()), (0, ""));
}

#[test]
fn a_workbook_needs_a_case_as_every_pack_does() {
    let (folder, own) = changed("valid_from", "valid_from");
    let workbook = folder.path().join("bộ.xlsx");
    let (code, _, messages) = run(&["pack", "export", text(&own), "--output", text(&workbook)]);
    assert_eq!((code, workbook.exists()), (3, false));
    assert!(messages.contains("write cases.toml beside overlay.toml"), "{messages}");
}

#[test]
fn what_is_easier_or_the_same_or_stands_on_another_version_is_refused_with_its_line() {
    for (from, to, expected) in [
        ("\"80/100\"", "\"60/100\"", "overlay.toml:21: c19.at_least: 60/100 nhẹ hơn 70/100"),
        ("\"80/100\"", "\"7/10\"", "overlay.toml:21: c19.at_least: 7/10 bằng 70/100"),
        ("value = 32", "value = 29", "overlay.toml:15: min_met: 29 nhẹ hơn 30"),
        ("base_version = \"1\"", "base_version = \"2\"", "overlay.toml:5: bộ gốc là phiên bản 1, không phải 2"),
        ("../exemplary-commune-34", "../exemplary", "overlay.toml:4: không có pack.toml trong “../exemplary”"),
        ("../exemplary-commune-34", "../stricter-commune", "overlay.toml:4: không có pack.toml"),
        ("role = \"deferral\"", "role = \"bonus\"", "overlay.toml:29: nhóm “province”: nhóm thêm ở đây chỉ có role"),
        ("mandatory = [\"c19\"]", "mandatory = [\"c01\"]", "overlay.toml:11: c01: đã là tiêu chí bắt buộc"),
    ] {
        let (_folder, own) = changed(from, to);
        let (code, _, messages) = run(&["pack", "check", text(&own)]);
        assert_eq!(code, 3, "{to}: {messages}");
        assert!(messages.contains(expected), "{expected}: {messages}");
        let table = table(own.parent().expect("a folder"));
        let (code, out, _) = run(&["score", "--pack", text(&own), "--input", text(&table)]);
        assert_eq!((code, out.as_str()), (3, ""), "{to}: nobody is scored with it");
    }
}

#[test]
fn an_overlay_lies_in_a_folder_of_its_own_and_is_no_version_to_begin_with() {
    let (folder, own) = changed("valid_from", "valid_from");
    let next = folder.path().join("next").join(NAME);
    let (code, _, messages) = run(&["pack", "new", text(&next), "--from", text(&own), "--valid-from", "2027-01-01"]);
    assert_eq!((code, next.exists()), (3, false));
    assert!(messages.contains("is an overlay, not a pack"), "{messages}");
    fs::copy(folder.path().join("exemplary-commune-34/pack.toml"), own.join("pack.toml")).expect("copied");
    let (code, _, messages) = run(&["pack", "check", text(&own)]);
    assert_eq!(code, 3);
    assert!(messages.contains("put the overlay into a folder of its own"), "{messages}");
    let (code, _, messages) = run(&["score", "--pack", text(folder.path()), "--input", text(&own)]);
    assert_eq!(code, 4);
    assert!(messages.contains("there is no pack.toml or overlay.toml"), "{messages}");
}
