//! The register of units from the command line.

#[expect(dead_code, reason = "these tests serve nothing")]
mod served;

use std::fs;

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
