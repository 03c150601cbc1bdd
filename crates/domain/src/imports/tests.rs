//! Lists typed by hand, and what becomes of their rows.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use uuid::Uuid;

use super::*;
use crate::{
    calendar::Period,
    dossiers::{Dossier, State},
    ids::{CycleId, DossierId, UnitId},
    programmes::{CriteriaSet, parse},
    sheets::{
        Cell, Frame, IntoAnswers, IntoUnits, Map, Problem, Reading, Row, Table, Target, Value, mentions, read, settle,
    },
    units::{UnitAsOf, UnitKind, UnitVersion, lookup::Found},
};

const DAY: Date = date(2024, 1, 1);

fn unit(number: u128, kind: UnitKind, name: &str) -> UnitAsOf {
    let version = UnitVersion {
        unit: UnitId::new(Uuid::from_u128(number)),
        valid: Period::from(date(2004, 1, 1)),
        name: name.to_owned(),
        kind,
        code: None,
        parent: Some(UnitId::new(Uuid::from_u128(1))),
        illustrative: false,
    };
    UnitAsOf { as_of: DAY, version, ancestors: Vec::new() }
}

/// A table of lines parted by `|`, read by a map; every place it names is found as the unit of that name.
fn reading(map: &Map, lines: &str, units: &[UnitAsOf]) -> Reading {
    let cell = |text: &str| Cell { value: Value::Text(text.to_owned()), font: None };
    let row = |line: &str| Row { hidden: false, cells: line.split('|').map(cell).collect() };
    let table = Table { name: "Bảng".to_owned(), rows: lines.lines().map(row).collect(), ..Table::default() };
    let mut reading = read(map, &[table]);
    let frame = Frame::of(DAY);
    let found: BTreeMap<_, _> = mentions(&map.units, &reading, &frame)
        .into_iter()
        .filter_map(|mention| {
            let unit = units.iter().find(|unit| unit.version.name == mention.name)?.clone();
            Some((mention, Ok(Found { unit, former: None })))
        })
        .collect();
    settle(map, &mut reading, &frame, |mention| found.get(mention));
    reading
}

fn cells(problems: &[Problem]) -> Vec<String> {
    let line = |problem: &Problem| format!("{} {:?} {}", problem.cell(), problem.severity, problem.what.en);
    problems.iter().map(line).collect()
}

const UNITS: &str = r#"
name = "units"
[[column]]
field = "commune"
titles = ["Xã"]
value = { kind = "unit_name" }
[[column]]
field = "name"
titles = ["Tên"]
value = { kind = "text" }
[[column]]
field = "kind"
titles = ["Loại"]
value = { kind = "choice", words = [{ word = "DN" }, { word = "Ấp" }, { word = "Trường" }] }
[[column]]
field = "code"
titles = ["Mã"]
value = { kind = "code" }
[[unit]]
name = "commune"
as = "commune"
[into.units]
name = "name"
kind_field = "kind"
kinds = { DN = "enterprise", "Ấp" = "residential_area" }
below = "commune"
code = "code"
"#;

fn into_units(map: &Map) -> &IntoUnits {
    match map.target.as_ref() {
        Some(Target::Units(into)) => into,
        other => panic!("{other:?}"),
    }
}

#[test]
fn rows_become_units_once_and_what_stands_against_them_is_said_at_its_cell() {
    let map = Map::read(UNITS).unwrap();
    let (commune, province) =
        (unit(10, UnitKind::Commune, "Xã Châu Thới"), unit(11, UnitKind::Province, "Tỉnh Bạc Liêu"));
    let mut leaving = unit(12, UnitKind::Commune, "Xã Sắp Nhập");
    leaving.version.valid.until = Some(date(2025, 7, 1));
    let lines = "Xã|Tên|Loại|Mã\n\
        Xã Châu Thới|Ấp Bà Chăng|Ấp|\n\
        Xã Châu Thới|Ấp Bà Chằng|Ấp|\n\
        Xã Châu Thới|ấp bà chăng|Ấp|\n\
        Xã Châu Thới|Ấp Cũ|Ấp|\n\
        Xã Châu Thới|Công ty A|DN|0190\n\
        Xã Châu Thới|Công ty B|DN|0190\n\
        Xã Châu Thới|Công ty C|DN|0777\n\
        Tỉnh Bạc Liêu|Công ty D|DN|\n\
        Tỉnh Bạc Liêu|Ấp Lạc|Ấp|\n\
        Xã Sắp Nhập|Ấp Đông|Ấp|\n\
        |Ấp Không Xã|Ấp|\n\
        Xã Châu Thới||Ấp|5\n\
        Xã Châu Thới|Trường A|Trường|\n\
        Xã Châu Thới|Công ty A|DN|0999\n\
        Xã Châu Thới|Ấp Cũ|Ấp|77\n\
        Xã Châu Thới|Ấp Sau|Ấp|\n";
    let reading = reading(&map, lines, &[commune.clone(), province.clone(), leaving]);
    assert_eq!(reading.problems, []);
    let there = |name: &str, kind, code: Option<&str>| UnitVersion {
        parent: Some(commune.id()),
        code: code.map(str::to_owned),
        ..unit(20, kind, name).version
    };
    let mut later = there("Ấp Sau", UnitKind::ResidentialArea, None);
    later.valid.from = date(2025, 1, 1);
    let existing = There {
        below: vec![there("Ấp Cũ", UnitKind::ResidentialArea, None), later],
        with_codes: vec![there("Công ty Cũ", UnitKind::Enterprise, Some("0777"))],
    };
    let decided = units(into_units(&map), &reading, None, DAY, &existing);
    let new: Vec<(&str, UnitKind, UnitId)> =
        decided.new.iter().map(|unit| (unit.name.as_str(), unit.kind, unit.below)).collect();
    assert_eq!(
        new,
        [
            ("Ấp Bà Chăng", UnitKind::ResidentialArea, commune.id()),
            ("Ấp Bà Chằng", UnitKind::ResidentialArea, commune.id()),
            ("Công ty A", UnitKind::Enterprise, commune.id()),
            ("Công ty D", UnitKind::Enterprise, province.id()),
            ("Công ty A", UnitKind::Enterprise, commune.id()),
        ]
    );
    assert_eq!(decided.there, [3, 14], "Ấp Cũ, twice");
    assert_eq!(
        cells(&decided.problems),
        [
            "B3 Warning nearly “Ấp Bà Chăng”, which is there (other accents, or another code); a new unit will be added",
            "B4 Error “ấp bà chăng” stands in row 2 of “Bảng” already; take one out",
            "D7 Error this is the code of “Công ty A”; mend the code, or write the name of the unit as it is",
            "D8 Error this is the code of “Công ty Cũ”; mend the code, or write the name of the unit as it is",
            "A10 Error a residential area does not lie directly below Tỉnh Bạc Liêu",
            "A11 Error Xã Sắp Nhập changes on 2025-07-01; import with --as-of of that day or later",
            "A12 Error what it lies below is not said",
            "B13 Error the name of the unit is missing",
            "C14 Error “Trường” does not say the kind of unit",
            "B15 Warning nearly “Công ty A”, which is there (other accents, or another code); a new unit will be added",
            "D16 Warning “Ấp Cũ” is there without a code; this one is not written",
            "B17 Error “Ấp Sau” is there, but from 2025-01-01 on; take that import back and import again with the earlier day",
        ]
    );
}

#[test]
fn a_whole_list_may_lie_below_one_unit() {
    let text = UNITS.replace("below = \"commune\"\n", "");
    let map = Map::read(&text).unwrap();
    let commune = unit(10, UnitKind::Commune, "Xã Châu Thới");
    let reading = reading(&map, "Xã|Tên|Loại|Mã\n|Ấp Bà Chăng|Ấp|\n", &[]);
    assert_eq!(units(into_units(&map), &reading, None, DAY, &There::default()).problems.len(), 1);
    let decided = units(into_units(&map), &reading, Some(&commune), DAY, &There::default());
    assert_eq!((decided.new.len(), decided.new[0].below), (1, commune.id()));
}

const ANSWERS: &str = r#"
name = "answers"
[[column]]
field = "area"
titles = ["Khóm"]
value = { kind = "unit_name" }
[[column]]
field = "registered"
titles = ["Đăng ký"]
value = { kind = "count" }
[[column]]
field = "total"
titles = ["Số hộ"]
value = { kind = "decimal" }
[[column]]
field = "result"
titles = ["Kết luận"]
value = { kind = "choice", words = [{ word = "Đạt" }, { word = "Không đạt" }, { word = "Chưa xét" }] }
[[unit]]
name = "area"
as = "code"
[into.answers]
set = "circular-124-residential-area"
unit = "area"
input = [
  { key = "c01.registered", field = "registered" },
  { key = "c01.total", field = "total" },
  { key = "c02", field = "result", words = { "Đạt" = 1, "Không đạt" = 0 } },
]
"#;

fn set() -> CriteriaSet {
    let pack = include_str!("../../../../packs/circular-124-residential-area/pack.toml");
    parse("circular-124-residential-area", pack).unwrap()
}

fn into_answers(map: &Map) -> &IntoAnswers {
    match map.target.as_ref() {
        Some(Target::Answers(into)) => into,
        other => panic!("{other:?}"),
    }
}

fn sheet(unit: &UnitAsOf, state: State) -> (UnitId, Sheet) {
    let dossier = Dossier {
        id: DossierId::new(Uuid::from_u128(7)),
        unit: unit.id(),
        cycle: CycleId::new(Uuid::from_u128(8)),
        state,
        round: 1,
        registered_on: None,
        submitted_at: None,
        frozen_sha256: None,
    };
    (unit.id(), Sheet { dossier, returns: Vec::new() })
}

#[test]
fn rows_become_answers_and_closed_dossiers_and_wrong_figures_are_told() {
    let map = Map::read(ANSWERS).unwrap();
    let areas: Vec<UnitAsOf> =
        (1..=4).map(|number| unit(number, UnitKind::ResidentialArea, &format!("Khóm {number}"))).collect();
    let sheets: BTreeMap<UnitId, Sheet> =
        [sheet(&areas[0], State::InProgress), sheet(&areas[1], State::InProgress), sheet(&areas[2], State::Submitted)]
            .into();
    let lines = "Khóm|Đăng ký|Số hộ|Kết luận\n\
        Khóm 1|1.024|1024|Đạt\n\
        Khóm 1|1|1|Đạt\n\
        Khóm 2|5|6,5|Chưa xét\n\
        Khóm 3|1|2|Đạt\n\
        Khóm 4|1|2|Đạt\n\
        |1|2|Đạt\n";
    let reading = reading(&map, lines, &areas);
    let decided = answers(into_answers(&map), &set(), &reading, &sheets, 1_000).unwrap();
    assert_eq!(decided.rows.len(), 1, "the second row of Khóm 1, since nothing is written of the first");
    assert_eq!(
        cells(&decided.problems),
        [
            "B2 Error “1024” cannot be used for “Households registered”",
            "C2 Error “1024” cannot be used for “Habitually resident households”",
            "C4 Error “6.5” cannot be used for “Habitually resident households”",
            "D4 Error “Chưa xét” cannot be used for “The lines of the Party, the policies and laws of the State and the local \
             rules on security and order are fully carried out”",
            "A6 Error Khóm 4 has no dossier in this cycle",
            "A7 Error the row names no unit",
        ]
    );
    let refused: Vec<(usize, &str)> =
        decided.refused.iter().map(|refusal| (refusal.record, &*refusal.refused.code)).collect();
    assert_eq!(refused, [(3, "dossiers.locked")], "one dossier is told once");
    let decided = answers(into_answers(&map), &set(), &reading, &sheets, 10_000).unwrap();
    let figures = [("c01.registered", 1024), ("c01.total", 1024)].map(|(key, value)| (key.to_owned(), value));
    assert!(
        cells(&decided.problems).iter().any(|line| line.starts_with("A3 Error this unit stands in row 2 of “Bảng”"))
    );
    let [row] = &decided.rows[..] else { panic!("{:?}", decided.rows) };
    assert_eq!((row.record, row.unit), (0, areas[0].id()));
    assert_eq!(row.criteria["c01"], figures.into());
    assert_eq!(row.criteria["c02"], [("c02".to_owned(), 1)].into());
}

#[test]
fn an_empty_cell_says_nothing_and_a_map_names_inputs_of_the_set() {
    let map = Map::read(ANSWERS).unwrap();
    let area = unit(1, UnitKind::ResidentialArea, "Khóm 1");
    let sheets = [sheet(&area, State::InProgress)].into();
    let read = reading(&map, "Khóm|Đăng ký|Số hộ|Kết luận\nKhóm 1|||Không đạt\n", &[area]);
    let decided = answers(into_answers(&map), &set(), &read, &sheets, 10).unwrap();
    assert_eq!(decided.rows[0].criteria.keys().collect::<Vec<_>>(), ["c02"]);
    let map = Map::read(&ANSWERS.replace("c01.total", "c99.total")).unwrap();
    let wrong = answers(into_answers(&map), &set(), &Reading::default(), &sheets, 10).unwrap_err();
    assert!(wrong[0].what.en.contains("has no input “c99.total”"), "{wrong:?}");
}

#[test]
fn a_cell_that_speaks_for_several_rows_is_wrong_for_all_of_them() {
    let map = Map::read(&UNITS.replace("titles = [\"Xã\"]", "titles = [\"Xã\"]\nfill = true")).unwrap();
    let reading = reading(
        &map,
        "Xã|Tên|Loại|Mã\nXã Lạ|A|DN|\n|B|DN|\nXã Châu Thới|C|DN|\n",
        &[unit(10, UnitKind::Commune, "Xã Châu Thới")],
    );
    let wrong = Wrong::of(&reading);
    let are: Vec<bool> = reading.records.iter().map(|record| wrong.has(record)).collect();
    assert_eq!((are, wrong.whole), (vec![true, true, false], false));
}

#[test]
fn what_is_wrong_with_a_column_or_a_table_concerns_every_row() {
    let required =
        ANSWERS.replace("value = { kind = \"unit_name\" }", "value = { kind = \"unit_name\" }\nrequired = true");
    let map = Map::read(&required).unwrap();
    for (lines, told) in
        [("Khóm|Số hộ (nghìn)\nKhóm 1|1\n", "counts in multiples"), ("Đăng ký|Số hộ\n1|1\n", "is missing")]
    {
        let reading = reading(&map, lines, &[unit(1, UnitKind::ResidentialArea, "Khóm 1")]);
        assert!(reading.problems.iter().all(|problem| problem.what.en.contains(told)), "{:?}", reading.problems);
        assert!(Wrong::of(&reading).whole, "{:?}", reading.problems);
    }
}
