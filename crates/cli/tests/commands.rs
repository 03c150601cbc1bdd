//! The binary as people run it: output, exit code, and nothing written on bad input.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dienhinh"));
    command.env_remove("DIENHINH_DATABASE").args(arguments).output().expect("the binary runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn messages(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Scores a table with the set for communes; gives the output and where results would lie.
fn score(table: &str, more: &[&str]) -> (Output, PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let (input, output) = (folder.path().join("units.csv"), folder.path().join("results.csv"));
    fs::write(&input, table).expect("written");
    let pack = packs().join("circular-124-commune");
    let mut arguments = vec!["score", "--pack", text(&pack), "--input", text(&input), "--output", text(&output)];
    arguments.extend(more);
    let ran = run(&arguments);
    (ran, output, folder)
}

#[test]
fn a_table_of_communes_is_scored() {
    let table = "unit,c04.total,c04.registered,c04.recognised\n\
                 Sixteen,25,25,16\nSeventeen,25,25,17\nEighteen,25,25,18\nMissing,25,25,\n";
    let (ran, output, _folder) = score(table, &[]);
    assert_eq!(code(&ran), 0, "{}", messages(&ran));
    let results = fs::read_to_string(output).expect("results");
    let mut lines = results.lines();
    assert_eq!(lines.next(), Some("unit,c01,c02,c03,c04,met,unmet,no_data,of,points,max_points,class,recognised"));
    let expected = [
        "Sixteen,no_data,no_data,no_data,unmet,0,1,3,4,,,,no",
        "Seventeen,no_data,no_data,no_data,unmet,0,1,3,4,,,,no",
        "Eighteen,no_data,no_data,no_data,met,1,0,3,4,,,,open",
        "Missing,no_data,no_data,no_data,no_data,0,0,4,4,,,,open",
    ];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    assert!(messages(&ran).contains("c01"), "columns that are absent are named: {}", messages(&ran));
}

#[test]
fn the_34_criteria_score_with_points() {
    let pack = packs().join("exemplary-commune-34");
    let folder = tempfile::tempdir().expect("a folder");
    let input = folder.path().join("units.csv");
    fs::write(&input, "\u{feff}unit;c01;c13.settled;c13.total\nChâu Hưng;1;1.842;1.990\nXã khác;0;16;25\n")
        .expect("written");
    let ran = run(&["score", "--pack", text(&pack), "--input", text(&input), "--json"]);
    assert_eq!(code(&ran), 0, "{}", messages(&ran));
    let results: serde_json::Value = serde_json::from_str(&out(&ran)).expect("JSON");
    let units = results["units"].as_array().expect("units");
    assert_eq!(units[0]["unit"], "Châu Hưng");
    assert_eq!(units[0]["outcomes"]["c13"], "met");
    assert_eq!(units[1]["outcomes"]["c13"], "unmet");
    assert_eq!(units[0]["totals"]["of"], 34);
    assert_eq!(units[0]["totals"]["max"], "100");
    assert_eq!(units[0]["totals"]["recognised"], "open");
    assert_eq!(units[1]["totals"]["recognised"], "no", "c01 is mandatory");
}

#[test]
fn a_table_with_mistakes_is_rejected_whole() {
    for (table, place) in [
        ("unit,c04.total\nA,ba\n", "row 2, cột / column c04.total"),
        ("unit,c04.total\nA,1\nB,-1\n", "row 3, cột / column c04.total"),
        ("unit,c04.total\nA,12.5\n", "row 2, cột / column c04.total"),
        ("unit,c04.total\nA,99999999999999999999\n", "row 2"),
        ("unit,c04.total\n,1\n", "row 2, cột / column unit"),
        ("unit,c04.sum\nA,1\n", "row 1, cột / column c04.sum"),
        ("unit,c03,c03\nA,1,1\n", "row 1, cột / column c03"),
        ("name,c03\nA,1\n", "row 1"),
        ("unit,c03\nA,1,2\n", "row 2"),
        ("unit,c03\n", "no rows"),
        ("", "`unit`"),
    ] {
        let (ran, output, _folder) = score(table, &[]);
        assert_eq!(code(&ran), 3, "{table:?}: {}", messages(&ran));
        assert!(messages(&ran).contains(place), "{table:?}: {}", messages(&ran));
        assert!(!output.exists(), "{table:?}: nothing is written");
    }
    let (ran, output, _folder) = score("unit,c03\nA,x\nB,y\n", &[]);
    assert_eq!(messages(&ran).matches("column c03").count(), 2, "every mistake is named: {}", messages(&ran));
    assert!(!output.exists());
}

#[test]
fn what_is_not_there_is_said() {
    let nowhere = packs().join("nowhere");
    assert_eq!(code(&run(&["score", "--pack", text(&nowhere), "--input", "x.csv"])), 4);
    assert_eq!(code(&run(&["pack", "check", text(&nowhere)])), 4);
    let pack = packs().join("circular-124-commune");
    assert_eq!(code(&run(&["score", "--pack", text(&pack), "--input", "no-such-file.csv"])), 4);
    assert_eq!(code(&run(&["score"])), 2);
    assert_eq!(code(&run(&["fly"])), 2);
}

#[test]
fn what_if_names_who_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = folder.path().join("units.csv");
    let rest = "c01,c02.a,c02.b,c02.c,c02.d,c02.dd,c02.e,c02.g,c03";
    let table = format!(
        "unit,{rest},c04.total,c04.registered,c04.recognised\n\
         Eighteen,1,0,0,0,0,0,0,0,0,25,25,18\nTwenty,1,0,0,0,0,0,0,0,0,25,25,20\nSixteen,1,0,0,0,0,0,0,0,0,25,25,16\nMissing,1,0,0,0,0,0,0,0,0,25,25,\n"
    );
    fs::write(&input, table).expect("written");
    let pack = packs().join("circular-124-commune");
    let what_if = |more: &[&str]| {
        let arguments = ["what-if", "--pack", text(&pack), "--input", text(&input)];
        run(&arguments.into_iter().chain(more.iter().copied()).collect::<Vec<_>>())
    };
    let ran = what_if(&["--set", "c04.recognised=80/100"]);
    assert_eq!(code(&ran), 0, "{}", messages(&ran));
    assert!(out(&ran).starts_with("Eighteen: yes → no\nyes → no: 1\n"), "{}", out(&ran));
    let ran = what_if(&["--set", "c04.recognised=64%", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out(&ran)).expect("JSON");
    assert_eq!(report["changed"], serde_json::json!([{ "unit": "Sixteen", "before": "no", "after": "yes" }]));
    assert_eq!(report["units"], 4);

    // Another version of the pack may read other figures.
    let version = folder.path().join("circular-124-commune");
    fs::create_dir(&version).expect("a folder");
    let old = fs::read_to_string(pack.join("pack.toml")).expect("the pack");
    let new = old.replacen("recognised = \"70/100\"", "recognised = \"80/100\"", 1);
    assert_ne!(old, new);
    fs::write(version.join("pack.toml"), new).expect("written");
    let ran = what_if(&["--version", text(&version)]);
    assert!(out(&ran).starts_with("Eighteen: yes → no\n"), "{}{}", out(&ran), messages(&ran));

    let ran = what_if(&["--set", "c09.recognised=80/100"]);
    assert_eq!(code(&ran), 3);
    assert!(messages(&ran).contains("c04.recognised=70/100"), "the numbers there are: {}", messages(&ran));
    assert_eq!(code(&what_if(&["--set", "c04.recognised=180/100"])), 3);
    assert_eq!(code(&what_if(&[])), 2, "something must be tried");
}

#[test]
fn shipped_packs_pass_and_a_broken_one_names_file_and_line() {
    let ran = run(&["pack", "check", text(&packs()), "--json"]);
    assert_eq!(code(&ran), 0, "{}", out(&ran));
    let report: serde_json::Value = serde_json::from_str(&out(&ran)).expect("JSON");
    assert_eq!(report["packs"].as_array().expect("packs").len(), 10);

    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("circular-124-commune");
    fs::create_dir(&broken).expect("a folder");
    let original = packs().join("circular-124-commune");
    let pack = fs::read_to_string(original.join("pack.toml")).expect("the pack");
    let cases = fs::read_to_string(original.join("cases.toml")).expect("its cases");
    let wrong = pack.replacen("recognised = \"70/100\"", "recognised = \"72/100\"", 1);
    assert_ne!(wrong, pack, "the pack has the share of 70 %");
    fs::write(broken.join("pack.toml"), &wrong).expect("written");
    fs::write(broken.join("cases.toml"), &cases).expect("written");
    let ran = run(&["pack", "check", text(folder.path())]);
    assert_eq!(code(&ran), 3, "a case of the pack no longer holds");
    assert!(messages(&ran).contains("cases.toml:"), "{}", messages(&ran));

    let idle = wrong.replacen("72/100", "0/100", 1).replacen("registered = \"100/100\"", "registered = \"0/100\"", 1);
    fs::write(broken.join("pack.toml"), idle).expect("written");
    let ran = run(&["pack", "check", text(folder.path())]);
    assert!(messages(&ran).contains("pack.toml: c04: "), "a row that asks for nothing is named: {}", messages(&ran));

    fs::write(broken.join("pack.toml"), pack.replacen("mark = ", "marc = ", 1)).expect("written");
    let ran = run(&["pack", "check", text(&broken)]);
    assert_eq!(code(&ran), 3);
    let line = pack[..pack.find("mark = ").expect("a mark")].matches('\n').count() + 1;
    assert!(messages(&ran).contains(&format!("pack.toml:{line}")), "line {line}: {}", messages(&ran));
}

#[test]
fn the_server_refuses_where_nobody_could_sign_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let ran = run(&["serve", "--listen", "127.0.0.1:0", "--data", text(&data)]);
    assert_eq!(code(&ran), 4);
    assert!(messages(&ran).contains("chưa có hệ thống"), "{}", messages(&ran));
    assert!(!data.exists(), "nothing is made");
}

#[test]
fn the_doctor_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let healthy = run(&["doctor", "--data", text(folder.path()), "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out(&healthy)).expect("JSON");
    let check = |report: &serde_json::Value, name: &str| {
        report["checks"].as_array().expect("checks").iter().find(|check| check["name"] == name).expect("the check")["ok"].clone()
    };
    assert_eq!((check(&report, "data"), check(&report, "database")), (true.into(), true.into()));
    fs::write(folder.path().join("dienhinh.sqlite"), "not a database, and long enough to be taken for one")
        .expect("written");
    let ill = run(&["doctor", "--data", text(folder.path()), "--json"]);
    assert_eq!(code(&ill), 1);
    let report: serde_json::Value = serde_json::from_str(&out(&ill)).expect("JSON");
    assert_eq!(check(&report, "database"), false);
}

#[test]
fn an_address_of_a_database_never_shows_its_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = text(folder.path());
    for (url, exit_code) in [
        ("mysql://dienhinh:bimat@127.0.0.1/dienhinh", 2),
        ("postgres://dienhinh:bimat@127.0.0.1:port/dienhinh", 2),
        ("postgres://dienhinh:bimat@127.0.0.1:1/dienhinh", 7),
    ] {
        let served = run(&["serve", "--sample", "--listen", "127.0.0.1:0", "--data", data, "--database", url]);
        assert_eq!(code(&served), exit_code, "{url}: {}", messages(&served));
        let examined = run(&["doctor", "--data", data, "--database", url]);
        assert_ne!(code(&examined), 0, "{url}");
        for said in [messages(&served), out(&served), messages(&examined), out(&examined)] {
            assert!(!said.contains("bimat"), "{said}");
        }
    }
}
