//! Lists of residential areas from the command line: looked at, taken in, listed, taken back.

#[expect(dead_code, reason = "these tests serve nothing")]
mod served;

use std::{fs, path::Path};

use dienhinh_testkit::register;
use serde_json::Value;

use served::{run, text};

const MAP: &str = r#"
name = "khu-dan-cu"
[[column]]
field = "commune"
titles = ["Xã"]
value = { kind = "unit_name" }
fill = true
[[column]]
field = "area"
titles = ["Khu dân cư"]
value = { kind = "text" }
[[unit]]
name = "commune"
as = "code"
[into.units]
name = "area"
kind = "residential_area"
below = "commune"
"#;

/// An installation with some units, as of a day before the reform.
fn installation(folder: &Path) -> std::path::PathBuf {
    let (data, versions) = (folder.join("data"), folder.join("units.csv"));
    fs::write(&versions, register::versions()).expect("written");
    let (code, _, messages) = run(&["unit", "import", "--data", text(&data), "--register", text(&versions)]);
    assert_eq!(code, 0, "{messages}");
    data
}

#[test]
fn a_list_is_looked_at_taken_in_listed_and_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = installation(folder.path());
    let [map, list, rejected] = ["map.toml", "list.csv", "rejected.xlsx"].map(|name| folder.path().join(name));
    fs::write(&map, MAP).expect("written");
    fs::write(&list, "Xã;Khu dân cư\nPhường Bạc Liêu;Khóm 1\n;Khóm 2\nPhường Lạ;Khóm 3\n").expect("written");
    let import = |rest: &[&str]| run(&[&["import"], rest, &["--data", text(&data)]].concat());
    let take =
        |map: &str, rest: &[&str]| import(&[&[text(&list), "--map", map, "--as-of", "2025-08-01"], rest].concat());
    let (code, out, messages) = take(text(&map), &["--dry-run"]);
    assert!(code == 3 && out.contains("✗ chưa ghi gì") && out.contains("--only-valid"), "{out} {messages}");
    assert!(messages.contains("A4: không có đơn vị nào tên “Phường Lạ”"), "{messages}");
    assert_eq!(import(&["list"]).1, "");

    let (code, out, messages) = take(text(&map), &["--only-valid", "--rejected", text(&rejected), "--json"]);
    assert_eq!(code, 3, "{messages}");
    let done: Value = serde_json::from_str(&out).expect("JSON");
    let counts = ["written", "to_write", "unchanged", "rejected"].map(|key| done[key].as_i64());
    assert_eq!((counts, done["target"].as_str()), ([Some(2), Some(2), Some(0), Some(1)], Some("units")));
    assert!(messages.contains("rejected.xlsx") && rejected.exists(), "{messages}");
    let id = done["import"].as_str().expect("an identity");
    let (code, out, _) = take("khu-dan-cu", &["--only-valid"]);
    assert!(code == 3 && out.contains("không có gì mới") && out.contains("2  hàng đã có"), "{out}");

    let (_, out, _) = import(&["list", "--json"]);
    let listed: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((listed["id"].as_str(), listed["file"].as_str()), (Some(id), Some("list.csv")));
    let (code, out, messages) = import(&["undo", id]);
    assert!(code == 0 && out.contains("✓ đã hoàn tác 2"), "{out} {messages}");
    let (code, _, messages) = import(&["undo", id]);
    assert!(code == 3 && messages.contains("đã được hoàn tác"), "{messages}");
    assert!(import(&["list"]).1.contains("hoàn tác"));
}

#[test]
fn what_is_missing_or_wrong_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = installation(folder.path());
    let [map, list] = ["map.toml", "list.csv"].map(|name| folder.path().join(name));
    fs::write(&map, MAP.replace("kind = \"residential_area\"", "kind = \"ward\"")).expect("written");
    fs::write(&list, "Xã;Khu dân cư\nPhường Bạc Liêu;Khóm 1\n").expect("written");
    let with = |words: &[&str]| run(&[&["import"], words, &["--data", text(&data)]].concat());
    for (words, code, told) in [
        (vec![text(&list), "--map", text(&map)], 3, "map.toml:17: không có loại đơn vị “ward”"),
        (vec![text(&list), "--map", "lạ"], 4, "không có tệp hoặc mẫu biểu đã lưu tên “lạ”"),
        (vec![text(&list), "--map", text(&map), "--rejected", text(&list)], 3, "--rejected là chính tệp được nhập"),
        (vec!["absent.csv", "--map", text(&map)], 4, "absent.csv"),
        (vec!["undo", "lạ"], 4, "không có lần nhập lạ"),
        (vec![text(&list), "--map", text(&map), "--cycle", "lạ"], 2, "cần năm như 2023"),
    ] {
        let (found, _, messages) = with(&words);
        assert!(found == code && messages.contains(told), "{words:?}: {found} {messages}");
    }
    let (code, out, messages) = run(&["import"]);
    assert!(code == 2 && (out + &messages).contains("--map"), "without a file it says how");
}
