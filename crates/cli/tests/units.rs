//! The register of units from the command line.

#[expect(dead_code, reason = "these tests serve nothing")]
mod served;

use std::{collections::BTreeSet, fs, path::Path};

use dienhinh_testkit::register;
use serde_json::Value;

use served::{run, text};

#[test]
fn the_register_is_taken_in_counted_listed_and_looked_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let (versions, edges) = (folder.path().join("units.csv"), folder.path().join("successions.csv"));
    fs::write(&versions, format!("\u{feff}{}", register::versions())).expect("written");
    fs::write(&edges, register::successions()).expect("written");
    let import = || {
        run(&["unit", "import", "--data", text(&data), "--register", text(&versions), "--successions", text(&edges)])
    };
    let (code, out, messages) = import();
    assert_eq!(code, 0, "{messages}");
    assert!(out.contains("mới: 66 đơn vị") && out.contains("31 successions"), "{out}");
    assert!(messages.contains("units: 100 %") && messages.contains("successions: 100 %"), "{messages}");
    let (code, out, _) = import();
    assert_eq!((code, out.trim()), (0, "✓ không có gì mới / nothing new"));

    let unit = |rest: &[&str]| run(&[&["unit", rest[0], "--data", text(&data)], &rest[1..]].concat());
    let (_, out, _) = unit(&["count", "--as-of", "2025-06-30", "--json"]);
    assert_eq!(out.trim(), r#"{"province":10,"district":12,"commune":21}"#);
    let (_, out, _) = unit(&["count", "--as-of", "2025-07-01"]);
    assert!(out.contains("cấp tỉnh / provinces") && out.contains("1    Đặc khu / special_zone"), "{out}");
    let (_, out, _) = unit(&["list", "--as-of", "2025-07-01", "--level", "province", "--csv"]);
    assert!(out.starts_with("uid,level,code,alt_code,kind,name,full_name,parent_uid,parent_code,province_code"));
    assert_eq!(out.lines().count(), 1 + 7, "{out}");
    let (_, out, _) = unit(&["list", "--as-of", "2025-06-30", "--level", "district", "--json"]);
    let first: Value = serde_json::from_str(out.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["code"], &first["parent_uid"]), (&"250".into(), &"P01.1".into()));
    let (_, out, _) = unit(&["show", "31825"]);
    assert!(out.contains("Phường Bạc Liêu, Tỉnh Cà Mau") && !out.contains("● 31825 Phường 1"), "{out}");
    let (_, out, _) = unit(&["show", "31825", "--as-of", "2025-06-30"]);
    assert!(out.contains("● 31825 Phường 1, Thành phố Bạc Liêu  [… → 2025-07-01)"), "{out}");
    let (_, out, _) = unit(&["crosswalk", "10774"]);
    assert!(out.contains("chưa rõ đơn vị kế thừa / successor unknown"), "{out}");
    let (_, out, _) = unit(&["crosswalk", "31825", "--date", "2025-06-30", "--csv"]);
    assert!(out.contains(",to,2025-07-01,merge,whole,whole,whole,1,"), "{out}");
    let (_, out, _) = unit(&["crosswalk", "09013", "--json"]);
    let found: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(found["units"][0]["to"].as_array().map(Vec::len), Some(3));
    assert_eq!(unit(&["show", "00000"]).0, 4);
    let (code, _, messages) = unit(&["count", "--as-of", "1/7/2025"]);
    assert!(code == 2 && messages.contains("cần ngày dạng 2025-07-01"), "{messages}");
}

#[test]
fn the_units_of_a_day_go_to_dhis2_and_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, versions) = (folder.path().join("data"), folder.path().join("units.csv"));
    fs::write(&versions, register::versions()).expect("written");
    assert_eq!(run(&["unit", "import", "--data", text(&data), "--register", text(&versions)]).0, 0);
    let unit = |rest: &[&str]| run(&[&["unit", rest[0], "--data", text(&data)], &rest[1..]].concat());
    for (day, levels) in [("2025-06-30", "Cấp xã:3"), ("2025-07-01", "Cấp xã:2")] {
        let (_, out, _) = unit(&["count", "--as-of", day, "--json"]);
        let counts: Value = serde_json::from_str(&out).expect("JSON");
        let units: i64 = counts.as_object().expect("levels").values().filter_map(Value::as_i64).sum();
        let (_, out, _) = unit(&["list", "--as-of", day, "--dhis2"]);
        let metadata: Value = serde_json::from_str(&out).expect("JSON");
        let all = metadata["organisationUnits"].as_array().expect("units");
        let ids: BTreeSet<&str> = all.iter().filter_map(|unit| unit["id"].as_str()).collect();
        assert_eq!([all.len(), ids.len()].map(i64::try_from), [Ok(units), Ok(units)], "{day}: {out}");
        let parents: Vec<&str> = all.iter().filter_map(|unit| unit["parent"]["id"].as_str()).collect();
        assert!(!parents.is_empty() && parents.iter().all(|parent| ids.contains(parent)), "{day}: {out}");
        let last = &metadata["organisationUnitLevels"].as_array().expect("levels").last().expect("a level").clone();
        assert_eq!(format!("{}:{}", last["name"].as_str().unwrap_or_default(), last["level"]), levels);
        let ward =
            all.iter().find(|unit| unit["code"] == "31825").expect("the code of Phường 1 and of Phường Bạc Liêu");
        let expected =
            if day == "2025-06-30" { ("Phường 1", "1900-01-01") } else { ("Phường Bạc Liêu", "2025-07-01") };
        let opened = ward["openingDate"].as_str().unwrap_or_default();
        assert_eq!((ward["name"].as_str().unwrap_or_default(), &opened[..10]), expected);
    }
    let (metadata, other) = (folder.path().join("metadata.json"), folder.path().join("other"));
    fs::write(&metadata, unit(&["list", "--as-of", "2025-06-30", "--dhis2"]).1).expect("written");
    let from_dhis2 = ["unit", "import", "--data", text(&other), "--dhis2", text(&metadata)];
    let (code, out, messages) = run(&from_dhis2);
    assert!(code == 0 && out.contains("mới: 43 đơn vị"), "{out} {messages}");
    assert_eq!(run(&from_dhis2).1.trim(), "✓ không có gì mới / nothing new");
    let named = |data: &Path| {
        let (_, out, _) = run(&["unit", "list", "--data", text(data), "--as-of", "2025-06-30", "--csv"]);
        // Code, kind, names and the code above; keys and first days are of their own.
        let row = |line: &str| {
            line.split(',')
                .enumerate()
                .filter(|(at, _)| [2, 4, 5, 6, 8].contains(at))
                .map(|(_, cell)| cell.to_owned())
                .collect::<Vec<_>>()
        };
        out.lines().map(row).collect::<Vec<_>>()
    };
    assert_eq!(named(&other), named(&data));
    fs::write(
        &metadata,
        r#"{"organisationUnits":[{"id":"a","name":"Nơi nào"},{"id":"b","name":"B","parent":{"id":"a"}}]}"#,
    )
    .expect("written");
    let (code, _, messages) = run(&["unit", "import", "--data", text(&other), "--dhis2", text(&metadata)]);
    assert!(code == 3 && messages.contains("metadata.json, dòng 3"), "{messages}");
}

#[test]
fn every_mistake_is_named_by_file_line_and_column_and_nothing_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let versions = folder.path().join("units.csv");
    let wrong = register::versions().replacen(",D959.1,", ",D888.1,", 1).replacen(
        "C31813.1,commune,31813",
        "C31813.1,commune,3181",
        1,
    );
    fs::write(&versions, wrong).expect("written");
    let (code, out, messages) = run(&["unit", "import", "--data", text(&data), "--register", text(&versions)]);
    assert_eq!((code, out.as_str()), (3, ""), "{messages}");
    assert!(messages.contains("units.csv, dòng 19, cột code: mã “3181” phải có 5 chữ số"), "{messages}");
    assert!(messages.contains("line 19, column code:") && messages.contains("nothing was written"), "{messages}");
    assert!(!data.exists());
    let (code, _, messages) = run(&["unit", "import", "--data", text(&data), "--register", "absent.csv"]);
    assert!(code == 4 && messages.contains("absent.csv"), "{messages}");
    let (code, _, messages) = run(&["unit", "count", "--data", text(&data)]);
    assert!(code != 0 && messages.contains("chưa có hệ thống"), "{messages}");
}

#[test]
fn a_reform_is_looked_through_carried_out_listed_and_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let [data, versions, plan] = ["data", "units.csv", "plan.csv"].map(|name| folder.path().join(name));
    fs::write(&versions, register::versions()).expect("written");
    let (code, _, messages) = run(&["unit", "import", "--data", text(&data), "--register", text(&versions)]);
    assert_eq!(code, 0, "{messages}");
    let columns =
        "operation,unit,unit_name,successor,kind,name,code,parent,portion,area_portion,population_portion,clause";
    let write = |row: &str| fs::write(&plan, format!("{columns}\n{row}\n")).expect("written");
    let reform = |rest: &[&str]| run(&[&["unit", "reform"], rest, &["--data", text(&data)]].concat());
    let apply =
        |rest: &[&str]| reform(&[&["apply", text(&plan), "--on", "2027-01-01", "--basis", "1/NQ"], rest].concat());
    let count = || run(&["unit", "count", "--data", text(&data), "--as-of", "2027-01-01", "--json"]).1;

    write("change,31900,Xã Châu Thới,,ward,Phường Vĩnh Lợi,,,,,,");
    let (code, out, messages) = apply(&[]);
    assert_eq!((code, out.as_str()), (3, ""), "{messages}");
    assert!(messages.contains("plan.csv, dòng 2, cột unit_name: mã này là của Xã Vĩnh Lợi"), "{messages}");
    assert!(messages.contains("nothing was written"), "{messages}");

    let before = count();
    write("absorb,31900,Xã Vĩnh Lợi,31825,,,,,,,,2");
    let (code, out, messages) = apply(&["--dry-run"]);
    assert!(code == 0 && out.contains("nothing was written"), "{out}{messages}");
    assert!(out.contains("      1  đơn vị kết thúc / units that end"), "{out}");
    assert_eq!(count(), before);
    let (code, out, messages) = apply(&["--json"]);
    assert_eq!(code, 0, "{messages}");
    let done: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&done["ended"], &done["created"], &done["successions"]), (&1.into(), &0.into(), &1.into()));
    assert_ne!(count(), before);
    let id = done["reform"].as_str().expect("an identity");
    let (_, out, _) = reform(&["list"]);
    assert!(out.contains(id) && out.contains("01/01/2027  1/NQ  thực hiện"), "{out}");
    assert_eq!(reform(&["undo", id]).0, 0);
    assert_eq!(count(), before);
    let (code, _, messages) = reform(&["undo", id]);
    assert!(code == 3 && messages.contains("was taken back before"), "{messages}");
    assert_eq!(reform(&["undo", "31900"]).0, 4);
}

#[test]
fn boundaries_come_in_and_go_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let [data, versions, file] = ["data", "units.csv", "wards.geojson"].map(|name| folder.path().join(name));
    fs::write(&versions, register::versions()).expect("written");
    let (code, _, messages) = run(&["unit", "import", "--data", text(&data), "--register", text(&versions)]);
    assert_eq!(code, 0, "{messages}");
    let ring = "[[105.7,9.2],[105.8,9.2],[105.8,9.3],[105.7,9.2]]";
    let feature = |code: &str| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","id":"{code}","geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}"#
        )
    };
    let take = |content: &str, rest: &[&str]| {
        fs::write(&file, content).expect("written");
        run(&[&["unit", "boundaries", text(&file), "--data", text(&data), "--as-of", "2025-07-01"], rest].concat())
    };
    let (code, out, messages) = take(&feature("31825"), &["--json"]);
    assert_eq!((code, out.trim()), (0, r#"{"unchanged":0,"written":1}"#), "{messages}");
    let (code, out, messages) = take(&feature("00000"), &[]);
    assert_eq!((code, out.as_str()), (3, ""), "{messages}");
    assert!(messages.contains("wards.geojson, đối tượng 1: không có đơn vị nào mang mã “00000”"), "{messages}");
    assert!(messages.contains("nothing was written"), "{messages}");
    let (_, out, _) = run(&["unit", "list", "--data", text(&data), "--as-of", "2025-07-01", "--geojson"]);
    let out: Value = serde_json::from_str(&out).expect("GeoJSON");
    assert_eq!((out["type"].as_str(), out["features"][0]["id"].as_str()), (Some("FeatureCollection"), Some("31825")));
    assert_eq!(out["features"][0]["geometry"]["coordinates"][0][1], serde_json::json!([105.8, 9.2]));
    let (_, out, _) = run(&["unit", "list", "--data", text(&data), "--as-of", "2025-06-30", "--geojson"]);
    assert!(!out.contains("31825"), "the unit of that code was another one: {out}");
}
