//! Children before their parents, the numbers of a group of units, order and quotas: the binary as people run it.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

/// Tables by name in a folder of their own, and the output of `dienhinh score` on them.
struct Tables(tempfile::TempDir);

impl Tables {
    fn new(tables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in tables {
            fs::write(folder.path().join(name), text).expect("written");
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("UTF-8").to_owned()
    }

    fn with(&self, pack: &str, table: &str) -> String {
        format!("{}={}", packs().join(pack).display(), self.path(table))
    }

    fn explain(&self, pack: &Path, table: &str, more: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dienhinh"));
        command.args(["explain", "--pack"]).arg(pack).arg("--input").arg(self.path(table)).args(more);
        command.output().expect("the binary runs")
    }

    fn score(&self, pack: &Path, table: &str, with: &[String]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dienhinh"));
        command.args(["score", "--pack"]).arg(pack).arg("--input").arg(self.path(table));
        for with in with {
            command.args(["--with", with]);
        }
        command.output().expect("the binary runs")
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn messages(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// Column of a table by its heading, a cell for each row.
fn column(table: &str, heading: &str) -> Vec<String> {
    let mut lines = table.lines().map(|line| line.split(','));
    let at = lines.next().and_then(|mut heads| heads.position(|head| head == heading)).expect(heading);
    lines.map(|mut cells| cells.nth(at).expect("a cell").to_owned()).collect()
}

/// Residential areas that surely pass, surely fail or stay open, with the figures of the shipped set.
fn areas(of: &[(&str, &str)]) -> String {
    let pack = fs::read_to_string(packs().join("circular-124-residential-area/pack.toml")).expect("the pack");
    let set = dienhinh_domain::programmes::parse("circular-124-residential-area", &pack).expect("in order");
    let plan = dienhinh_engine::Plan::compile(&set).expect("compiles");
    let mut table = format!("unit,parent,{}\n", plan.keys().join(","));
    for (at, (parent, outcome)) in of.iter().enumerate() {
        let figures = plan.keys().iter().map(|key| {
            let judged = set.criteria.iter().flat_map(|criterion| &criterion.inputs).find(|input| input.key == *key);
            let judged = judged.is_some_and(|input| input.kind == dienhinh_domain::programmes::InputKind::Judgement);
            match (*outcome, judged) {
                ("open", _) => String::new(),
                ("no", true) => "0".to_owned(),
                ("no", false) => "7".to_owned(),
                (_, true) => "1".to_owned(),
                // A share of all.
                _ if key.starts_with("c01.") => "1".to_owned(),
                (_, false) => "0".to_owned(),
            }
        });
        let _ = writeln!(table, "Area {at},{parent},{}", figures.collect::<Vec<_>>().join(","));
    }
    table
}

#[test]
fn children_are_scored_before_their_parents() {
    let areas = areas(&[
        ("A", "yes"),
        ("A", "yes"),
        ("A", "yes"),
        ("A", "no"),
        ("B", "yes"),
        ("B", "no"),
        ("C", "yes"),
        ("C", "open"),
    ]);
    let tables = Tables::new(&[("areas.csv", &areas), ("communes.csv", "unit,c01\nA,1\nB,1\nC,1\nD,1\n")]);
    let below = tables.with("circular-124-residential-area", "areas.csv");
    let ran = tables.score(&packs().join("circular-124-residential-area"), "areas.csv", &[]);
    assert_eq!(
        column(&out(&ran), "recognised"),
        ["yes", "yes", "yes", "no", "yes", "no", "yes", "open"],
        "what the areas have: {}{}",
        out(&ran),
        messages(&ran)
    );
    let ran = tables.score(&packs().join("circular-124-commune"), "communes.csv", &[below]);
    assert!(ran.status.success(), "{}", messages(&ran));
    // 3 of 4 are 75 %, 1 of 2 are 50 %; an area that is not decided leaves its commune open, and nothing below is
    // no data.
    assert_eq!(column(&out(&ran), "c04"), ["met", "unmet", "no_data", "no_data"], "{}", messages(&ran));
    assert!(!messages(&ran).contains("c04.total"), "what comes from below is not absent: {}", messages(&ran));
}

#[test]
fn what_does_not_fit_together_is_named() {
    let areas = areas(&[("A", "yes"), ("Z", "yes")]);
    let tables = Tables::new(&[
        ("areas.csv", &areas),
        ("known.csv", &areas.replace(",Z,", ",A,")),
        ("communes.csv", "unit,c01\nA,1\n"),
        ("both.csv", "unit,c04.total\nA,1\n"),
        ("kinds.csv", "unit,kind\nA,star\n"),
        ("registered.csv", "unit,registered\nA,maybe\n"),
        ("groups.csv", "unit,unit_group\nA,sea\n"),
    ]);
    let commune = packs().join("circular-124-commune");
    for (table, with, expected) in [
        (
            "communes.csv",
            vec![tables.with("circular-124-residential-area", "areas.csv")],
            "row 3, cột / column parent: “Z”",
        ),
        ("both.csv", vec![tables.with("circular-124-residential-area", "known.csv")], "c04.total: đã được tính"),
        ("communes.csv", vec!["packs".to_owned()], "PACK=TABLE"),
        ("kinds.csv", vec![], "row 2, cột / column kind: “star”"),
        ("registered.csv", vec![], "“maybe”: dùng 1, 0"),
        ("groups.csv", vec![], "row 2, cột / column unit_group: “sea”"),
    ] {
        let ran = tables.score(&commune, table, &with);
        assert_eq!(ran.status.code(), Some(3), "{table}: {}", messages(&ran));
        assert!(messages(&ran).contains(expected), "{table}: {}", messages(&ran));
        assert_eq!(out(&ran), "", "{table}: nothing is written");
    }
}

#[test]
fn groups_quotas_and_order() {
    let shapes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/tests/cases/shapes");
    let mut table = "unit,parent,unit_group,c01.joined,c01.all,c02.applies.parks,c02.schemes,c03.settled,c04,\
                     c05.residential_area.total,c05.residential_area.registered,c05.residential_area.recognised,\
                     c05.agency.total,c05.agency.registered,c05.agency.recognised,c06,c07,c08,c09,c10\n"
        .replace(' ', "");
    let rest = "1,1,1,0,0,0";
    for (unit, parent, group, joined, ideas, months) in [
        ("U1", "P", "", 80, 2, 12),
        ("U2", "P", "mountain", 60, 1, 12),
        ("U3", "P", "", 60, 0, 12),
        ("U4", "P", "", 80, 0, 12),
        ("U5", "P", "", 80, 0, 12),
        ("U6", "Q", "", 80, 0, 8),
    ] {
        let _ = writeln!(table, "{unit},{parent},{group},{joined},100,1,2,15,5,{rest},{ideas},0,0,1,{months}");
    }
    let tables = Tables::new(&[("units.csv", &table)]);
    let ran = tables.score(&shapes, "units.csv", &[]);
    assert!(ran.status.success(), "{}", messages(&ran));
    let results = out(&ran);
    assert_eq!(
        column(&results, "c01"),
        ["met", "met", "unmet", "met", "met", "met"],
        "60 % are enough in the mountains"
    );
    assert_eq!(column(&results, "points"), ["61", "60.5", "50", "60", "60", "60"]);
    assert_eq!(column(&results, "class"), ["good", "good", "good", "good", "good", "none"]);
    // One of five is within 20 %; the one of another parent is put off and has no part in it.
    assert_eq!(column(&results, "final_class"), ["good", "fair", "fair", "fair", "fair", "none"]);
    assert_eq!(column(&results, "rank"), ["1", "2", "5", "3", "3", "1"]);
    assert_eq!(column(&results, "final_recognised"), ["yes", "yes", "yes", "yes", "yes", "deferred"]);
}

#[test]
fn a_unit_is_explained_and_compared() {
    let shapes = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/tests/cases/shapes");
    let heads = "unit,c01.joined,c01.all,c02.applies.parks,c03.settled,c04,c09,c10";
    let tables = Tables::new(&[
        ("said.csv", &format!("{heads}\nA,80,100,0,18,6,1,12\n")),
        ("found.csv", &format!("{heads}\nA,79,100,0,18,6,1,12\n")),
    ]);
    let ran = tables.explain(&shapes, "said.csv", &["--unit", "A"]);
    assert!(ran.status.success(), "{}", messages(&ran));
    let tree = out(&ran);
    for line in [
        "A: đạt 2/4 tiêu chí, 20,0/40,0 điểm, mức: open, công nhận: open",
        "├ Tuyên truyền: 10,0/10,0",
        "│ ├ 1. 80 × 100 ≥ 80 × 100: đạt, 10,0 điểm.",
        "│ │   Số hộ tham gia (c01.joined): 80",
        "│ ├ 2. 0 < 1: không áp dụng.",
        "│ │   Tổng số vụ (c03.all): 24",
        "└ Còn thiếu để đạt “Khá”: 1 tiêu chí; tiêu chí 8 phải đạt.",
    ] {
        assert!(tree.lines().any(|found| found == line), "{line}: {tree}");
    }

    let against = tables.path("found.csv");
    let ran = tables.explain(&shapes, "said.csv", &["--unit", "A", "--against", &against, "--lang", "en"]);
    let compared = out(&ran);
    let line = "1. Households that take part: 80 → 79; met → not met; 10,0 → 0,0 points.";
    assert_eq!(compared.lines().skip(2).collect::<Vec<_>>(), [line], "{compared}");

    // Another version of the pack, in which the criterion has another id.
    let newer = tables.0.path().join("shapes");
    fs::create_dir(&newer).expect("a folder");
    let text = fs::read_to_string(shapes.join("pack.toml")).expect("the pack");
    let text = text
        .replacen("id = \"c01\"", "id = \"households\"\nreplaces = \"c01\"", 1)
        .replace("\"c01.at_least\"", "\"households.at_least\"")
        .replacen("at_least = \"80/100\"", "at_least = \"85/100\"", 1);
    fs::write(newer.join("pack.toml"), text).expect("written");
    fs::write(
        tables.0.path().join("new.csv"),
        format!("{}\nA,80,100,0,18,6,1,12\n", heads.replace("c01.", "households.")),
    )
    .expect("written");
    let (newer, table) = (newer.to_str().expect("UTF-8"), tables.path("new.csv"));
    let ran =
        tables.explain(&shapes, "said.csv", &["--unit", "A", "--against-pack", newer, "--against", &table, "--json"]);
    assert!(ran.status.success(), "{}", messages(&ran));
    let report: serde_json::Value = serde_json::from_str(&out(&ran)).expect("JSON");
    let differences = report["differences"].as_array().expect("differences");
    assert_eq!(differences.len(), 1, "{report}");
    let sentence = differences[0]["vi"].as_str().expect("a sentence");
    assert!(sentence.contains("ít nhất 80% → ") && sentence.contains("ít nhất 85%; đạt → chưa đạt"), "{sentence}");
    assert_eq!(report["criteria"].as_array().map(Vec::len), Some(10));

    let ran = tables.explain(&shapes, "said.csv", &["--unit", "B"]);
    assert_eq!(ran.status.code(), Some(4), "{}", messages(&ran));
}
