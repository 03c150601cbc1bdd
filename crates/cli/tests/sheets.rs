//! Spreadsheets as communes send them, where such files lie beside the project: their records and their faults.
//!
//! The files are no part of the project. Where they are absent this says so and passes; what the readers do is tested in
//! `documents` and `domain`.

#[expect(dead_code, reason = "these tests serve nothing")]
mod served;

use std::{collections::BTreeSet, fs, path::Path};

use dienhinh_testkit::register::national;
use serde_json::{Map, Value};

use served::{run, text};

/// A file, the day of its list, and the cells at which something is a mistake, doubtful, or not for the form.
const FILES: [(&str, &str, &[&str]); 7] = [
    ("01_tcvn3_vntime_khu_dan_cu.xlsx", "2023-12-05", &[]),
    ("02_vni_times_doanh_nghiep.xls", "2023-03-01", &["Doanh nghiệp!C5", "Doanh nghiệp!E8"]),
    (
        "03_unicode_nfd_homoglyph.xlsx",
        "2024-12-15",
        &["Danh sách xã!B5", "Danh sách xã!B9", "Danh sách xã!C5", "Danh sách xã!F6"],
    ),
    ("04_windows1258_semicolon.csv", "2025-06-30", &["!B6", "!B7", "!F10", "!G7"]),
    ("05_utf16_unicode_text.txt", "2025-07-31", &["!B4", "!D5", "!F4"]),
    ("06_multi_sheet_formulas_1904.xlsx", "2024-12-15", &["Lộc Ninh!F3", "Ninh Hòa!F3"]),
    ("07_html_table_renamed.xls", "2025-06-30", &[]),
];

/// What a list says of its records beside their fields.
const BESIDE: [&str; 5] = ["duplicate_of", "hidden_row", "note", "error", "warning"];

/// An installation with the units of both provinces.
fn register(folder: &Path, data: &Path) {
    let (units, successions) =
        (folder.join("subset_ca_mau_bac_lieu_register.csv"), folder.join("subset_ca_mau_bac_lieu_successions.csv"));
    let files = ["--register", text(&units), "--successions", text(&successions)];
    let (code, _, messages) = run(&[&["unit", "import", "--data", text(data)], &files[..]].concat());
    assert_eq!(code, 0, "{messages}");
}

fn read(folder: &Path, data: &Path, file: &str, day: &str) -> (i32, Value) {
    let map = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sheets").join(format!("{}.toml", &file[..2]));
    let file = folder.join("samples").join(file);
    let options = ["--map", text(&map), "--data", text(data), "--as-of", day, "--json"];
    let (code, out, messages) = run(&[&["sheet", "read", text(&file)], &options[..]].concat());
    (code, serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out} {messages}")))
}

/// Only what was said: nothing is nothing, and a number is a number however it is written.
fn said(fields: &Map<String, Value>) -> Vec<(String, String)> {
    let shown = |value: &Value| match value {
        Value::Number(number) => number.as_f64().map(|number| number.to_string()).unwrap_or_default(),
        other => other.to_string(),
    };
    let some = fields.iter().filter(|(field, value)| !BESIDE.contains(&field.as_str()) && !is_nothing(value));
    some.map(|(field, value)| (field.clone(), shown(value))).collect()
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || value == ""
}

fn cells(answer: &Value) -> BTreeSet<String> {
    let of = |kind: &str| answer[kind].as_array().expect("a list").clone();
    let cell = |problem: Value| {
        let (table, cell) = (problem["table"].as_str(), problem["cell"].as_str());
        format!("{}!{}", table.unwrap_or_default(), cell.unwrap_or_default())
    };
    [of("problems"), of("warnings")].concat().into_iter().map(cell).collect()
}

#[test]
fn the_files_of_communes_give_their_records_and_every_fault_at_its_cell() {
    let Some(folder) = national("samples", "no form was read and compared with its records") else { return };
    let place = tempfile::tempdir().expect("a folder");
    let data = place.path().join("data");
    register(&folder, &data);
    let expected = fs::read_to_string(folder.join("samples/expected.json")).expect("the expected records");
    let expected: Value = serde_json::from_str(&expected).expect("JSON");
    for (file, day, faults) in FILES {
        let (code, answer) = read(&folder, &data, file, day);
        let records = answer["records"].as_array().expect("records");
        let wanted = expected[file]["records"].as_array().expect("records");
        assert_eq!(records.len(), wanted.len(), "{file}: {answer:#}");
        for (record, wanted) in records.iter().zip(wanted) {
            let (fields, wanted) = (record["fields"].as_object().expect("fields"), wanted.as_object().expect("fields"));
            assert_eq!(said(fields), said(wanted), "{file}: {record}");
            for beside in ["duplicate_of", "hidden_row"] {
                assert_eq!(record.get(beside), wanted.get(beside), "{file}: {record}");
            }
        }
        assert_eq!(cells(&answer), faults.iter().map(|&cell| cell.to_owned()).collect(), "{file}: {answer:#}");
        assert_eq!(code, if answer["problems"] == Value::Array(Vec::new()) { 0 } else { 3 }, "{file}");
    }
}
