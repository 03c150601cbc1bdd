//! Packs as people work on them: to Excel and back, the next version, what changed. Nothing is written on mistakes.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use dienhinh_documents::workbooks::{Cell, LIMITS, Sheet, read_workbook, write_workbook};

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

fn shipped() -> Vec<PathBuf> {
    let entries = fs::read_dir(packs()).expect("packs");
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    found.retain(|path| path.join("pack.toml").exists());
    found.sort();
    assert!(found.len() >= 5, "the shipped packs are there");
    found
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output: Output =
        Command::new(env!("CARGO_BIN_EXE_dienhinh")).args(arguments).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The commune's set as a workbook in a fresh folder.
fn exported() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let workbook = folder.path().join("bộ.xlsx");
    let (code, _, messages) =
        run(&["pack", "export", text(&packs().join("circular-124-commune")), "--output", text(&workbook)]);
    assert_eq!(code, 0, "{messages}");
    (folder, workbook)
}

/// Changes cells of a workbook as a clerk does: sheet by its key, row by its first cell, column by its name.
fn edit(workbook: &Path, edits: &[(&str, &str, &str, Cell)]) {
    let mut sheets = read_workbook(&fs::read(workbook).expect("a workbook"), &LIMITS).expect("readable");
    for (sheet, row, column, value) in edits {
        *cell(&mut sheets, sheet, row, column) = value.clone();
    }
    fs::write(workbook, write_workbook(&sheets).expect("written")).expect("written");
}

fn cell<'s>(sheets: &'s mut [Sheet], key: &str, row: &str, column: &str) -> &'s mut Cell {
    let sheet = sheets.iter_mut().find(|sheet| sheet.name.ends_with(&format!("({key})"))).expect(key);
    let word = |cell: &Cell| if let Cell::Text(text) = cell { text.clone() } else { String::new() };
    let heads = sheet.rows[0].iter().map(word).collect::<Vec<_>>();
    let at = heads.iter().position(|head| head.split('\n').next() == Some(column)).expect(column);
    let found = sheet.rows.iter_mut().find(|cells| cells.first().map(word).as_deref() == Some(row)).expect(row);
    if found.len() <= at {
        found.resize(at + 1, Cell::Empty);
    }
    &mut found[at]
}

fn typed(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

#[test]
fn every_shipped_pack_goes_to_excel_and_comes_back() {
    for pack in shipped() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = pack.file_name().expect("a name").to_string_lossy().into_owned();
        let (first, second) = (folder.path().join("1.xlsx"), folder.path().join("2.xlsx"));
        let back = folder.path().join("packs").join(&name);
        assert_eq!(run(&["pack", "export", text(&pack), "--output", text(&first)]).0, 0, "{name}");
        let (code, out, messages) = run(&["pack", "import", text(&first), "--output", text(&back)]);
        assert_eq!((code, messages.as_str()), (0, ""), "{name}: {out}");
        let (code, out, _) = run(&["pack", "diff", text(&pack), text(&back)]);
        assert_eq!((code, out.as_str()), (0, ""), "{name}");
        assert_eq!(run(&["pack", "check", text(&back)]).0, 0, "{name}");
        assert_eq!(run(&["pack", "export", text(&back), "--output", text(&second)]).0, 0, "{name}");
        assert_eq!(fs::read(&first).expect("1"), fs::read(&second).expect("2"), "{name}: the same workbook once more");
    }
}

#[test]
fn what_a_clerk_changes_arrives() {
    let (folder, workbook) = exported();
    let evaluation = typed(" Báo cáo đánh giá mo\u{302} hi\u{300}nh ");
    edit(
        &workbook,
        &[
            ("set", "version", "value", Cell::Number("2".to_owned())),
            ("set", "calendar.due", "value", typed("15/12")),
            ("rules", "c01", "at_least", Cell::Number("2".to_owned())),
            ("criteria", "c01", "evidence.vi", evaluation),
            ("criteria", "c02", "knock_out", typed("có")),
        ],
    );
    let pack = folder.path().join("circular-124-commune");
    let (code, out, messages) = run(&["pack", "import", text(&workbook), "--output", text(&pack)]);
    assert_eq!(code, 0, "{messages}");
    assert!(out.contains("4 tiêu chí"), "{out}");
    let (code, out, _) = run(&["pack", "diff", text(&packs().join("circular-124-commune")), text(&pack)]);
    assert_eq!(code, 1);
    for expected in [
        "version (phiên bản / version): 1 → 2",
        "calendar.due (hạn nộp, ngày/tháng / last day to submit, day/month): 30/11 → 15/12",
        "rule.at_least (ít nhất / at least): 1 → 2",
        "→ Báo cáo đánh giá mô hình",
    ] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
    assert!(!out.contains("knock_out"), "`có` was there already: {out}");
    assert_eq!(names(folder.path()), ["bộ.xlsx", "circular-124-commune"], "nothing is left beside");
}

#[test]
fn every_mistake_is_told_by_its_cell_and_nothing_is_written() {
    let (folder, workbook) = exported();
    let wrong = [
        ("set", "valid_from", "value", Cell::Number("44602".to_owned())),
        ("criteria", "c03", "mark", typed("sure")),
        ("rules", "c01", "at_least", typed("một")),
        ("rules", "c04", "recognised", Cell::Number("70".to_owned())),
    ];
    edit(&workbook, &wrong);
    let (pack, copy) = (folder.path().join("circular-124-commune"), folder.path().join("lỗi.xlsx"));
    let arguments = ["pack", "import", text(&workbook), "--output", text(&pack), "--annotated", text(&copy), "--json"];
    let (code, out, messages) = run(&arguments);
    assert_eq!(code, 3, "{messages}");
    assert!(!pack.exists(), "nothing is written");
    for expected in [
        "Bộ tiêu chí (set)!C6 (value): có “44602”; cần một ngày",
        "Tiêu chí (criteria)!G4 (mark): có “sure”; dùng một trong: verified, summary, illustrative / found “sure”; use one of",
        "Quy tắc (rules)!G2 (at_least): có “một”",
        "(recognised): có “70”; số này có thể là phần trăm",
        "4 lỗi, không ghi gì / 4 mistakes",
    ] {
        assert!(messages.contains(expected), "{expected}: {messages}");
    }
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let problems = report["problems"].as_array().expect("problems");
    assert_eq!((report["ok"].as_bool(), problems.len()), (Some(false), 4), "{report:#}");
    assert_eq!(
        (&problems[1]["cell"], &problems[1]["row"], &problems[1]["found"]),
        (&"G4".into(), &4.into(), &"sure".into())
    );

    let mut sheets = read_workbook(&fs::read(&copy).expect("the copy"), &LIMITS).expect("readable");
    let said = format!("{:?}", cell(&mut sheets, "criteria", "c03", "problems"));
    assert!(said.contains("G4") && said.contains("use one of"), "beside the cell: {said}");

    // The copy itself may be mended and read.
    let right = [
        ("set", "valid_from", "value", typed("10/02/2022")),
        ("criteria", "c03", "mark", typed("summary")),
        ("rules", "c01", "at_least", typed("1")),
        ("rules", "c04", "recognised", typed("70%")),
    ];
    edit(&copy, &right);
    let (code, _, messages) = run(&["pack", "import", text(&copy), "--output", text(&pack)]);
    assert_eq!(code, 0, "{messages}");
    assert_eq!(run(&["pack", "diff", text(&packs().join("circular-124-commune")), text(&pack)]).0, 0);
}

#[test]
fn a_set_whose_cases_fail_or_that_asks_for_nothing_is_not_written() {
    for (edits, expected) in [
        (
            vec![("criteria", "c01", "mandatory", typed("có")), ("set", "recognition.min_met", "value", typed("1"))],
            "Bộ tiêu chí (set)!C15 (value): có “1”; min_met 1 không có tác dụng",
        ),
        (
            vec![("rules", "c04", "recognised", typed("72%"))],
            "Trường hợp (cases)!F5 (outcomes): có “c04 = met”; “7 of 10",
        ),
        (
            vec![("rules", "c04", "recognised", typed("0/100")), ("rules", "c04", "registered", typed("0/100"))],
            "Quy tắc (rules)!F12 (kind): có “children_share”; c04: số liệu nào cũng đạt",
        ),
    ] {
        let (folder, workbook) = exported();
        edit(&workbook, &edits);
        let pack = folder.path().join("circular-124-commune");
        let (code, _, messages) = run(&["pack", "import", text(&workbook), "--output", text(&pack)]);
        assert_eq!(code, 3, "{messages}");
        assert!(messages.contains(expected), "{expected}: {messages}");
        assert!(!pack.exists());
    }
}

#[test]
fn what_is_there_is_replaced_only_when_asked_and_only_a_pack() {
    let (folder, workbook) = exported();
    let pack = folder.path().join("circular-124-commune");
    fs::create_dir(&pack).expect("a folder");
    fs::write(pack.join("pack.toml"), "older").expect("written");
    let import = ["pack", "import", text(&workbook), "--output", text(&pack)];
    let forced = [&import[..], &["--force"]].concat();
    let (code, _, messages) = run(&import);
    assert_eq!(code, 3);
    assert!(messages.contains("--force"), "{messages}");
    fs::write(pack.join("notes.txt"), "mine").expect("written");
    let (code, _, messages) = run(&forced);
    assert_eq!(code, 3);
    assert!(messages.contains("notes.txt"), "{messages}");
    assert_eq!(fs::read_to_string(pack.join("pack.toml")).expect("kept"), "older");
    fs::remove_file(pack.join("notes.txt")).expect("removed");
    assert_eq!(run(&forced).0, 0);
    assert_eq!(names(&pack), ["cases.toml", "pack.toml"]);
    assert_eq!(names(folder.path()), ["bộ.xlsx", "circular-124-commune"], "nothing is left beside");

    let before = fs::read(&workbook).expect("the workbook");
    let export = ["pack", "export", text(&pack), "--output", text(&workbook)];
    assert_eq!(run(&export).0, 3, "an edited workbook is not lost");
    assert_eq!(fs::read(&workbook).expect("the workbook"), before);
    assert_eq!(run(&[&export[..], &["--force"]].concat()).0, 0);
    let (code, _, messages) = run(&["pack", "import", text(&workbook), "--output", text(&folder.path().join("other"))]);
    assert_eq!(code, 3);
    assert!(messages.contains("(set)!C2 (value)") && messages.contains("`other`"), "{messages}");
}

#[test]
fn files_that_are_no_workbook_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, pack) = (folder.path().join("a.xlsx"), folder.path().join("pack"));
    let import = ["pack", "import", text(&file), "--output", text(&pack)];
    assert_eq!(run(&import).0, 4);
    for (content, expected) in
        [(b"unit,c01\n".to_vec(), "not a readable .xlsx"), (vec![0; 5 << 20], "larger than 4 MiB")]
    {
        fs::write(&file, content).expect("written");
        let (code, _, messages) = run(&import);
        assert_eq!(code, 3, "{messages}");
        assert!(messages.contains(expected), "{messages}");
    }
    fs::write(&file, write_workbook(&[Sheet { name: "Lịch".to_owned(), ..Sheet::default() }]).expect("one"))
        .expect("written");
    let (code, _, messages) = run(&import);
    assert_eq!(code, 3);
    assert!(messages.contains("the sheet “Lịch” is not read"), "{messages}");
    assert!(messages.contains("the sheet `Tiêu chí (criteria)` is missing"), "{messages}");
    assert_eq!(names(folder.path()), ["a.xlsx"]);
}

#[test]
fn a_new_pack_passes_for_every_kind_of_unit() {
    let folder = tempfile::tempdir().expect("a folder");
    for kind in [
        "province",
        "municipality",
        "district",
        "town",
        "ward",
        "commune",
        "township",
        "special_zone",
        "residential_area",
        "agency",
        "enterprise",
        "school",
    ] {
        let pack = folder.path().join(kind.replace('_', "-"));
        let (code, _, messages) = run(&["pack", "new", text(&pack), "--kind", kind]);
        assert_eq!(code, 0, "{messages}");
        let written = fs::read_to_string(pack.join("pack.toml")).expect("a pack");
        assert!(written.contains("# ") && written.contains(kind));
    }
    let (code, _, messages) = run(&["pack", "check", text(folder.path())]);
    assert_eq!(code, 0, "{messages}");
    let ward = folder.path().join("ward");
    assert_eq!(run(&["pack", "new", text(&ward), "--kind", "ward"]).0, 3, "what is there stays");
    let other = folder.path().join("x");
    for (arguments, expected) in [
        (vec!["pack", "new", text(&other)], 2),
        (vec!["pack", "new", text(&other), "--kind", "star"], 2),
        (vec!["pack", "new", text(&other), "--from", text(&ward)], 2),
        (vec!["pack", "new", text(&other), "--kind", "ward", "--valid-from", "2027-01-01 # later"], 2),
        (vec!["pack", "new", "Bộ mới", "--kind", "ward"], 2),
    ] {
        assert_eq!(run(&arguments).0, expected, "{arguments:?}");
        assert!(!other.exists());
    }
}

#[test]
fn the_next_version_keeps_its_comments_and_raises_its_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = packs().join("circular-124-commune");
    let pack = folder.path().join("2027").join("circular-124-commune");
    let new = |day: &str| run(&["pack", "new", text(&pack), "--from", text(&old), "--valid-from", day]);
    assert_eq!(new("2022-02-10").0, 3, "not later than the old one");
    assert_eq!(new("next year").0, 2);
    assert!(!pack.exists());
    assert_eq!(new("2027-01-01").0, 0);
    let text_of = |folder: &Path, name: &str| fs::read_to_string(folder.join(name)).expect(name);
    let expected = text_of(&old, "pack.toml").replacen("version = \"1\"", "version = \"2\"", 1).replacen(
        "valid_from = 2022-02-10",
        "valid_from = 2027-01-01",
        1,
    );
    assert_eq!(text_of(&pack, "pack.toml"), expected, "the rest stays, comments too");
    assert_eq!(text_of(&pack, "cases.toml"), text_of(&old, "cases.toml"));

    // What replaced something in this version replaces nothing in the next.
    let replacing = expected.replacen("id = \"c03\"\n", "id = \"c03\"\nreplaces = \"c02\"\n", 1);
    fs::write(pack.join("pack.toml"), replacing).expect("written");
    assert_eq!(run(&["pack", "check", text(&pack)]).0, 0, "a single set may name what it replaces");
    let third = folder.path().join("2028").join("circular-124-commune");
    let (code, out, _) = run(&["pack", "new", text(&third), "--from", text(&pack), "--valid-from", "2028-01-01"]);
    assert_eq!(code, 0);
    assert!(out.ends_with(" 3\n"), "{out}");
    assert!(!text_of(&third, "pack.toml").contains("replaces"));
}

#[test]
fn two_versions_are_compared_row_by_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = packs().join("circular-124-commune");
    let pack = folder.path().join("circular-124-commune");
    fs::create_dir(&pack).expect("a folder");
    fs::copy(old.join("cases.toml"), pack.join("cases.toml")).expect("copied");
    let text_of_old = fs::read_to_string(old.join("pack.toml")).expect("the pack");
    let begins = text_of_old.find("[[criterion]]\nid = \"c03\"").expect("c03");
    let (head, rest) = text_of_old.split_at(begins);
    let third = rest.find("[[criterion]]\nid = \"c04\"").expect("c04");
    let changed = format!("{head}{}", &rest[third..])
        .replacen("id = \"c04\"\nnumber = 4", "id = \"c33\"\nnumber = 3\nreplaces = \"c04\"", 1)
        .replacen("recognised = \"70/100\"", "recognised = \"80/100\"", 1)
        .replacen("min_met = 4", "min_met = 3", 1);
    fs::write(pack.join("pack.toml"), changed).expect("written");
    let (code, out, messages) = run(&["pack", "diff", text(&old), text(&pack), "--json"]);
    assert_eq!((code, messages.as_str()), (1, ""), "{out}");
    let found: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let criteria = found["criteria"].as_array().expect("criteria");
    let row = |at: usize| (criteria[at]["id"].as_str(), criteria[at]["change"].as_str());
    assert_eq!((criteria.len(), row(0), row(1)), (2, (Some("c33"), Some("changed")), (Some("c03"), Some("dropped"))));
    assert_eq!(criteria[0]["stands_for"], serde_json::json!(["c04"]));
    let bound = criteria[0]["changes"].as_array().expect("changes").iter().find(|change| change["topic"] == "bound");
    let bound = bound.expect("the bound");
    assert_eq!((&bound["old"], &bound["new"]), (&"70/100".into(), &"80/100".into()));
    let (_, out, _) = run(&["pack", "diff", text(&old), text(&pack)]);
    assert!(out.contains("~ c33 ← c04 ") && out.contains("- c03 bỏ / dropped: "), "{out}");
    assert!(out.contains("rule.recognised"), "{out}");
    let moved = text_of_old
        .replacen("id = \"c02\"\nnumber = 2", "id = \"c02\"\nnumber = 1", 1)
        .replacen("id = \"c03\"\nnumber = 3", "id = \"c03\"\nnumber = 2", 1)
        .replacen("id = \"c04\"\nnumber = 4", "id = \"c04\"\nnumber = 3", 1)
        .replacen("min_met = 4", "min_met = 3", 1);
    let (first, second) = (moved.find("[[criterion]]").expect("c01"), moved.find("[[criterion]]\nid = \"c02\""));
    let moved = format!("{}{}", &moved[..first], &moved[second.expect("c02")..]);
    fs::write(pack.join("pack.toml"), moved).expect("written");
    let (_, out, _) = run(&["pack", "diff", text(&old), text(&pack)]);
    assert!(out.contains("only the number differs: c02 2 → 1, c03 3 → 2, c04 4 → 3"), "{out}");
    assert_eq!(run(&["pack", "diff", text(&old), text(&folder.path().join("nowhere"))]).0, 4);
    fs::write(pack.join("pack.toml"), "code = 1").expect("written");
    assert_eq!(run(&["pack", "diff", text(&old), text(&pack)]).0, 3, "mistakes are not differences");
}
