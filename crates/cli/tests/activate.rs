//! A pack or an overlay on its way into an installation that may be served meanwhile.

mod served;

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::Child,
};

use served::{run, served, text};

const SCHOOL: &str = "circular-124-school";

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name)
}

fn overlay() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/overlays/stricter-commune")
}

fn activate(folder: &Path, data: &Path) -> (i32, String, String) {
    run(&["pack", "activate", text(folder), "--data", text(data)])
}

/// The product as it is served on a folder, until this goes away.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn on(data: &Path) -> Self {
        let (child, address) = served(data, &["--sample"]);
        Self { child, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        answer
    }

    /// The latest version of a set, and whether the page of programmes leads to it.
    fn offers(&self, code: &str) -> Option<String> {
        let answer = self.get("/api/v1/programmes");
        let body = answer.split_once("\r\n\r\n").expect("a body").1;
        let listed: serde_json::Value = serde_json::from_str(body).expect("JSON");
        let set = listed["items"].as_array().expect("items").iter().find(|set| set["code"] == code);
        let shown = self.get("/programmes").contains(&format!("\"/programmes/{code}\""));
        assert_eq!(shown, set.is_some(), "{code}: the page and the API say the same");
        set.map(|set| set["version"].as_str().expect("a version").to_owned())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A folder with an installation.
fn installation() -> tempfile::TempDir {
    let data = tempfile::tempdir().expect("a folder");
    drop(Served::on(data.path()));
    data
}

/// The next version of the set for schools, one place of it changed.
fn next_school(valid_from: &str, from: &str, to: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = folder.path().join(SCHOOL);
    let origin = shipped(SCHOOL);
    let (code, _, messages) = run(&["pack", "new", text(&pack), "--from", text(&origin), "--valid-from", valid_from]);
    assert_eq!(code, 0, "{messages}");
    change(&pack.join("pack.toml"), from, to);
    (folder, pack)
}

fn change(file: &Path, from: &str, to: &str) {
    let old = fs::read_to_string(file).expect("read");
    assert!(old.contains(from), "{} has `{from}`", file.display());
    fs::write(file, old.replacen(from, to, 1)).expect("written");
}

#[test]
fn a_pack_is_offered_once_it_is_activated_beside_a_running_server() {
    let data = tempfile::tempdir().expect("a folder");
    let served = Served::on(data.path());
    assert_eq!((served.offers("ward-police-22"), served.offers(SCHOOL).as_deref()), (None, Some("1")));
    let (_folder, pack) = next_school("2027-01-01", "version", "version");
    let (code, out, messages) = activate(&pack, data.path());
    assert_eq!(code, 0, "{messages}");
    assert!(out.contains(&format!("{SCHOOL} 2: ")), "{out}");
    assert!(messages.contains("restart a server that is running"), "{messages}");
    let (code, _, messages) = activate(&shipped("ward-police-22"), data.path());
    assert_eq!(code, 0, "{messages}");
    assert!(served.get("/dossiers").contains("<h1"), "the running server goes on");
    drop(served);

    let served = Served::on(data.path());
    assert_eq!((served.offers("ward-police-22").as_deref(), served.offers(SCHOOL).as_deref()), (Some("1"), Some("2")));
    assert!(served.get(&format!("/programmes/{SCHOOL}")).contains("phiên bản 2"));

    let (code, out, messages) = activate(&pack, data.path());
    assert_eq!(code, 0, "{messages}");
    assert!(out.contains(&format!("{SCHOOL} 2: ")) && messages.contains("was there already"), "{out}{messages}");
    change(&pack.join("pack.toml"), "code = ", "# A comment is no content.\ncode = ");
    let (code, out, messages) = run(&["pack", "activate", text(&pack), "--data", text(data.path()), "--json"]);
    assert_eq!(code, 0, "{messages}");
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&report["ok"], &report["new"], &report["version"]), (&true.into(), &false.into(), &"2".into()));
}

#[test]
fn a_set_that_is_not_in_order_is_refused_with_every_finding_and_nothing_changes() {
    let data = installation();
    let database = || fs::read(data.path().join("dienhinh.sqlite")).expect("the database");
    let before = database();
    let unit_group = "[[unit_group]]\nid = \"far\"\ntitle = { vi = \"Xa\", en = \"Far\" }\nvalues = { min_met = 4 }\n";
    let award = "[award]";
    for (from, to, expected) in [
        ("min_met = ", "min_met = 1 # ", &["cases.toml:"][..]),
        ("version = ", "versio = ", &["pack.toml:4: "]),
        (award, &format!("{unit_group}{award}"), &["pack.toml: unit_group: máy chủ chưa áp dụng nhóm đơn vị"]),
        ("version = \"2\"", "version = \"1\"", &["version 1 of circular-124-school is there with other content"]),
    ] {
        let (_folder, pack) = next_school("2027-01-01", from, to);
        let (code, out, messages) = activate(&pack, data.path());
        assert_eq!((code, out.as_str()), (3, ""), "{to}: {messages}");
        for words in expected {
            assert!(messages.contains(words), "{words}: {messages}");
        }
        assert!(messages.contains("nothing was written"), "{messages}");
        assert!(database() == before, "{to}: the database is as it was");
    }
    let (_folder, pack) = next_school("2027-01-01", "version", "version");
    fs::remove_file(pack.join("cases.toml")).expect("removed");
    let (code, out, _) = run(&["pack", "activate", text(&pack), "--data", text(data.path()), "--json"]);
    assert_eq!(code, 3);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(report["ok"], false);
    assert!(report["problems"][0]["en"].as_str().expect("words").contains("write cases.toml"), "{out}");
    assert!(database() == before);
    assert_eq!(Served::on(data.path()).offers(SCHOOL).as_deref(), Some("1"));
}

#[test]
fn versions_go_forward_in_time() {
    let data = installation();
    let (_folder, later) = next_school("2027-01-01", "version = \"2\"", "version = \"10\"");
    assert_eq!(activate(&later, data.path()).0, 0);
    for (valid_from, version, expected) in [
        ("2026-12-31", "11", "valid_from 2026-12-31 is before 2027-01-01 of version 10"),
        ("2027-01-01", "9", "version 9 does not follow 10"),
    ] {
        let to = format!("version = \"{version}\"");
        let (_folder, pack) = next_school(valid_from, "version = \"2\"", &to);
        let (code, _, messages) = activate(&pack, data.path());
        assert_eq!(code, 3, "{messages}");
        assert!(messages.contains(expected), "{messages}");
    }
    assert_eq!(activate(&shipped(SCHOOL), data.path()).0, 0, "an older version that is there is there");
    assert_eq!(Served::on(data.path()).offers(SCHOOL).as_deref(), Some("10"));
}

#[test]
fn an_overlay_goes_in_as_the_whole_set_and_needs_a_case_of_its_own() {
    let data = installation();
    let (code, out, messages) = activate(&overlay(), data.path());
    assert_eq!(code, 0, "{messages}");
    assert!(out.contains("stricter-commune 1: 35 tiêu chí, 4 trường hợp"), "{out}");
    let (code, _, messages) = activate(&overlay(), data.path());
    assert!(code == 0 && messages.contains("was there already"), "{messages}");
    let served = Served::on(data.path());
    assert_eq!(served.offers("stricter-commune").as_deref(), Some("1"));
    let page = served.get("/programmes/stricter-commune");
    assert!(page.contains("Từ 80% số khu dân cư trở lên") && page.contains("Điều kiện của tỉnh"), "the set is whole");

    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path().join("province-commune");
    fs::create_dir(&own).expect("a folder");
    fs::create_dir(folder.path().join("exemplary-commune-34")).expect("a folder");
    let base = shipped("exemplary-commune-34").join("pack.toml");
    fs::copy(base, folder.path().join("exemplary-commune-34/pack.toml")).expect("copied");
    let written = fs::read_to_string(overlay().join("overlay.toml")).expect("read");
    let written = written.replace("../../../../../packs/", "../").replace("stricter-commune", "province-commune");
    fs::write(own.join("overlay.toml"), written).expect("written");
    let (code, _, messages) = activate(&own, data.path());
    assert_eq!(code, 3, "{messages}");
    assert!(messages.contains("overlay.toml: ") && messages.contains("write cases.toml"), "{messages}");
    change(&own.join("overlay.toml"), "\"80/100\"", "\"60/100\"");
    let (code, _, messages) = activate(&own, data.path());
    assert_eq!(code, 3);
    assert!(messages.contains("overlay.toml:21: c19.at_least: 60/100 nhẹ hơn 70/100"), "{messages}");
}

#[test]
fn where_there_is_no_installation_none_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let (code, _, messages) = activate(&shipped(SCHOOL), &data);
    assert_eq!(code, 4);
    assert!(messages.contains("there is no installation here") && !data.exists(), "{messages}");
    let (code, _, messages) = activate(folder.path(), &data);
    assert_eq!(code, 4);
    assert!(messages.contains("there is no pack.toml or overlay.toml"), "{messages}");
}
