//! Spreadsheets become residential areas, bodies and answers, all rows or the sound ones, and are taken back.

use std::collections::{BTreeMap, BTreeSet};

use dienhinh_documents::sheets;
use dienhinh_domain::ids::ImportId;
use dienhinh_server::{
    ImportCycle, ImportError, Imported, Installation, MapSource, UndoError, WantedImport, import_sheet, imports,
    undo_import,
};
use dienhinh_testkit::{Empty, on_both};
use jiff::civil::date;
use uuid::Uuid;

use crate::site::{As, Site};

on_both!(
    areas_and_bodies_come_in_once_and_are_taken_back_exactly,
    mistakes_write_nothing_and_come_back_as_a_workbook_that_is_imported_again,
    answers_come_in_with_their_record_and_are_taken_back_where_nobody_wrote_since,
    imports_over_each_other_are_taken_back_one_after_the_other,
    what_concerns_every_row_stops_the_sound_ones_too,
    what_cannot_be_decided_is_asked_for,
);

const SET: &str = "circular-124-residential-area";

const AREAS: &str = r#"
name = "khu-dan-cu"
key = ["commune", "area"]
[[column]]
field = "commune"
titles = ["Xã"]
value = { kind = "unit_name" }
fill = true
[[column]]
field = "area"
titles = ["Tên / Khu dân cư"]
value = { kind = "unit_name" }
required = true
[[unit]]
name = "commune"
as = "commune_code"
[into.units]
name = "area"
kind = "residential_area"
below = "commune"
"#;

const ANSWERS: &str = r#"
name = "ket-qua-khom"
[[column]]
field = "area"
titles = ["Khóm"]
value = { kind = "unit_name" }
required = true
[[column]]
field = "registered"
titles = ["Hộ đăng ký"]
value = { kind = "count" }
[[column]]
field = "total"
titles = ["Số hộ"]
value = { kind = "count" }
[[column]]
field = "c02"
titles = ["Đoàn kết"]
value = { kind = "choice", words = [{ word = "Đạt" }, { word = "Không đạt" }] }
[[unit]]
name = "area"
as = "area_code"
[into.answers]
set = "circular-124-residential-area"
unit = "area"
input = [
  { key = "c01.registered", field = "registered" },
  { key = "c01.total", field = "total" },
  { key = "c02", field = "c02", words = { "Đạt" = 1, "Không đạt" = 0 } },
]
"#;

fn wanted(map: &str, file: &str) -> WantedImport {
    WantedImport {
        file_name: "danh-sach.csv".to_owned(),
        file: file.as_bytes().to_vec(),
        map: MapSource::Text(map.to_owned()),
        as_of: Some(date(2023, 11, 1)),
        below: None,
        cycle: None,
        only_sound: false,
        dry_run: false,
    }
}

async fn take(place: &Installation, wanted: &WantedImport) -> Imported {
    import_sheet(place, wanted).await.expect("looked at")
}

fn counts(imported: &Imported) -> [usize; 3] {
    [imported.written, imported.unchanged, imported.rejected]
}

fn mistakes(imported: &Imported) -> Vec<String> {
    imported.reading.problems.iter().map(|problem| format!("{} {}", problem.cell(), problem.what.en)).collect()
}

/// What is stored, without the record and the list of imports, which only grow.
async fn stored(site: &Site) -> Vec<String> {
    let mut lines = site.stored().await;
    let grows = ["audit_", "imports ", "import_", "sheet_maps "];
    lines.retain(|line| !grows.iter().any(|table| line.starts_with(table)));
    lines
}

const LIST: &str =
    "Xã;Tên;\n;Khu dân cư;Ghi chú\nXã Châu Thới;Ấp Bà Chăng;\n;Ấp Bà Chăng A;mới\nTT. Châu Hưng;Ấp Chợ;\n";

async fn areas_and_bodies_come_in_once_and_are_taken_back_exactly(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let before = stored(&site).await;
    let preview = take(&place, &WantedImport { dry_run: true, ..wanted(AREAS, LIST) }).await;
    assert_eq!((counts(&preview), preview.id), ([3, 0, 0], None), "{:?}", mistakes(&preview));
    assert!(imports(&place).await.expect("read").is_empty(), "a preview writes nothing");
    assert_eq!(stored(&site).await, before);

    let id = take(&place, &wanted(AREAS, LIST)).await.id.expect("taken in");
    let found = site.api("/api/v1/units?search=%E1%BA%A4p%20B%C3%A0%20Ch%C4%83ng").await;
    let names: Vec<&str> =
        found["items"].as_array().expect("units").iter().filter_map(|unit| unit["name"].as_str()).collect();
    assert_eq!(names, ["Ấp Bà Chăng", "Ấp Bà Chăng A"]);
    let again = take(&place, &wanted(AREAS, LIST)).await;
    assert_eq!((counts(&again), again.id), ([0, 3, 0], None), "the same list again changes nothing");
    let named = WantedImport { map: MapSource::Named("khu-dan-cu".to_owned()), ..wanted(AREAS, LIST) };
    assert_eq!(counts(&take(&place, &named).await), [0, 3, 0], "the map is known by its name");

    let listed = imports(&place).await.expect("read");
    assert_eq!((listed.len(), listed[0].id, listed[0].written, listed[0].undone_at), (1, id, 3, None));
    let undone = undo_import(&place, id).await.expect("taken back");
    assert_eq!((undone.restored, undone.kept.len()), (3, 0));
    assert_eq!(stored(&site).await, before);
    assert!(matches!(undo_import(&place, id).await, Err(UndoError::Already)));
    let nobody = ImportId::new(Uuid::nil());
    assert!(matches!(undo_import(&place, nobody).await, Err(UndoError::Missing(_))));

    let below =
        take(&place, &wanted(AREAS, "Xã;Tên;\n;Khu dân cư;\nXã Châu Thới;Ấp Bà Chăng;\n")).await.id.expect("taken in");
    let agency = AREAS.replace("residential_area", "agency").replace("below = \"commune\"\n", "");
    let office = WantedImport {
        below: Some("Xã Châu Thới, Huyện Vĩnh Lợi".to_owned()),
        ..wanted(&agency, "Xã;Tên;\n;Khu dân cư;\n;Trạm Y tế;\n")
    };
    let office = take(&place, &office).await.id.expect("taken in");
    undo_import(&place, below).await.expect("nothing lies below the area");
    undo_import(&place, office).await.expect("taken back");
    assert_eq!(stored(&site).await, before);
}

async fn mistakes_write_nothing_and_come_back_as_a_workbook_that_is_imported_again(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let before = stored(&site).await;
    let list = "Xã;Tên;\n;Khu dân cư;\nXã Châu Thới;Ấp Bà Chăng;\nXã Không Có;Ấp Một;\n;Ấp Hai;\nTT. Châu Hưng;;\n";
    let refused = take(&place, &wanted(AREAS, list)).await;
    assert_eq!((counts(&refused), refused.id, refused.is_refused), ([1, 0, 3], None, true), "{:?}", mistakes(&refused));
    assert_eq!(stored(&site).await, before, "nothing is written where something is wrong");
    let some = take(&place, &WantedImport { only_sound: true, ..wanted(AREAS, list) }).await;
    assert!(some.id.is_some() && counts(&some) == [1, 0, 3], "{:?}", mistakes(&some));

    let rows = some.rejected_rows.expect("written").expect("the rows with mistakes");
    let again = WantedImport { file: rows.clone(), dry_run: true, ..wanted(AREAS, "") };
    let again = take(&place, &again).await;
    assert_eq!(counts(&again), [0, 0, 3], "the same rows are wrong for the same reasons: {:?}", mistakes(&again));
    let reasons = |imported: &Imported| {
        let problems = imported.reading.problems.iter().map(|problem| problem.what.en.clone());
        problems.collect::<BTreeSet<_>>()
    };
    assert_eq!(reasons(&again), reasons(&refused));
    let book = sheets::read(&rows, &sheets::LIMITS).expect("a workbook");
    let text = format!("{book:?}");
    assert!(
        text.contains("Lỗi") && text.contains("Xã Không Có") && text.contains("no unit is or was called"),
        "{text}"
    );
    let filled = book.tables[0].rows.iter().filter(|row| format!("{row:?}").contains("\"Xã Không Có\"")).count();
    assert_eq!(filled, 2, "what a row takes from above stands in it");
}

/// The figures of a dossier in its own column, by input.
async fn figures(site: &Site, dossier: &str) -> BTreeMap<String, String> {
    let sheet = site.api(&format!("/api/v1/dossiers/{dossier}")).await;
    let mut figures = BTreeMap::new();
    for criterion in sheet["criteria"].as_array().expect("criteria") {
        for input in criterion["self"]["explanation"]["inputs"].as_array().into_iter().flatten() {
            figures.insert(input["key"].as_str().expect("a key").to_owned(), input["value"].to_string());
        }
    }
    assert!(!figures.is_empty(), "{dossier}");
    figures
}

async fn answers_come_in_with_their_record_and_are_taken_back_where_nobody_wrote_since(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let (unit, six) = site.find(SET, "Khóm 6").await;
    let (_, seven) = site.find(SET, "Khóm 7").await;
    let [before_six, before_seven] = [figures(&site, &six).await, figures(&site, &seven).await];
    let list = "Khóm;Hộ đăng ký;Số hộ;Đoàn kết\nKhóm 6;930;938;Đạt\nKhóm 7;1487;1.487;Không đạt\nKhóm 5;1;2;Đạt\n";
    let answers = WantedImport { below: Some("31825".to_owned()), as_of: None, ..wanted(ANSWERS, list) };
    let refused = take(&place, &answers).await;
    assert!(refused.is_refused && mistakes(&refused)[0].starts_with("B4 "), "{:?}", mistakes(&refused));
    assert_eq!(figures(&site, &six).await, before_six);

    let done = take(&place, &WantedImport { only_sound: true, ..answers.clone() }).await;
    assert_eq!(counts(&done), [2, 0, 1], "{:?}", mistakes(&done));
    let id = done.id.expect("taken in");
    let after = figures(&site, &six).await;
    assert_eq!((after["c01.registered"].as_str(), after["c01.total"].as_str()), ("930", "938"));
    assert_eq!(figures(&site, &seven).await["c02"], "0");
    let again = take(&place, &WantedImport { only_sound: true, ..answers }).await;
    assert_eq!((counts(&again), again.id), ([0, 2, 1], None));
    let appraiser = As("appraiser", site.province().await);
    let record = site.get(&appraiser, &format!("/audit?subject={six}")).await.text();
    assert!(record.contains("Nhập bảng tính"), "the dossier's own history tells of it");

    let officer = As("unit_officer", unit);
    let typed = [("c01.registered", "935"), ("c01.note", "Sửa tay.")];
    let answer = site.post_json(&officer, &format!("/dossiers/{six}/answers/c01"), &typed).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let undone = undo_import(&place, id).await.expect("taken back");
    assert_eq!(undone.kept, [("Khóm 6".to_owned(), "c01".to_owned())]);
    assert_eq!(figures(&site, &six).await["c01.registered"], "935", "what somebody typed since stays");
    assert_eq!(figures(&site, &seven).await, before_seven);
    assert!(imports(&place).await.expect("read")[0].undone_at.is_none(), "something is left to be taken back");
    let nothing = undo_import(&place, id).await.expect("looked at");
    assert_eq!((nothing.restored, nothing.kept.len()), (0, 1));
}

async fn imports_over_each_other_are_taken_back_one_after_the_other(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let (_, seven) = site.find(SET, "Khóm 7").await;
    let before = figures(&site, &seven).await;
    let list = |total: u32| {
        let file = format!("Khóm;Hộ đăng ký;Số hộ;Đoàn kết\nKhóm 7;900;{total};\n");
        WantedImport { below: Some("31825".to_owned()), as_of: None, ..wanted(ANSWERS, &file) }
    };
    let first = take(&place, &list(1001)).await.id.expect("taken in");
    let second = take(&place, &list(1002)).await.id.expect("taken in");
    let early = undo_import(&place, first).await.expect("looked at");
    assert_eq!((early.restored, early.kept.len()), (0, 1), "what came after it stands on it");
    undo_import(&place, second).await.expect("taken back");
    assert_eq!(figures(&site, &seven).await["c01.total"], "1001");
    undo_import(&place, first).await.expect("taken back");
    assert_eq!(figures(&site, &seven).await, before);
    assert!(imports(&place).await.expect("read").iter().all(|import| import.undone_at.is_some()));
}

async fn what_concerns_every_row_stops_the_sound_ones_too(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let before = stored(&site).await;
    for list in [
        "Khóm;Hộ đăng ký;Số hộ (nghìn);Đoàn kết\nKhóm 7;900;1;Đạt\n",
        "Hộ đăng ký;Số hộ;Đoàn kết\n900;1001;Đạt\n",
        "Khóm;Số hộ;Số hộ;Hộ đăng ký;Đoàn kết\nKhóm 7;1001;1002;900;Đạt\n",
    ] {
        let below = Some("31825".to_owned());
        let wanted = WantedImport { below, only_sound: true, as_of: None, ..wanted(ANSWERS, list) };
        let refused = take(&place, &wanted).await;
        assert!(refused.is_refused && refused.is_wrong_as_a_whole, "{list}: {:?}", mistakes(&refused));
        assert_eq!(refused.rejected_rows, Ok(None));
    }
    assert_eq!(stored(&site).await, before);
}

async fn what_cannot_be_decided_is_asked_for(empty: Empty) {
    let site = Site::open(empty).await;
    let place = site.installation();
    let list = "Khóm;Hộ đăng ký;Số hộ;Đoàn kết\nKhóm 6;930;938;Đạt\n";
    let import = async |wanted: WantedImport| match import_sheet(&place, &wanted).await {
        Ok(done) => format!("{:?}", mistakes(&done)),
        Err(error) => error.to_string(),
    };
    let answers = || WantedImport { as_of: None, ..wanted(ANSWERS, list) };
    let below = |text: &str| WantedImport { below: Some(text.to_owned()), ..answers() };
    let year = |year| WantedImport { cycle: Some(ImportCycle::Year(year)), ..below("31825") };
    let map = |from: &str, to: &str| WantedImport { map: MapSource::Text(ANSWERS.replace(from, to)), ..answers() };
    let named = WantedImport { map: MapSource::Named("lạ".to_owned()), ..answers() };
    for (wanted, told) in [
        (below("99999"), "there is no such unit on that day"),
        (below("Phường 1"), "several units: Phường 1, "),
        (below("Xã Không Có"), "there is no such unit on that day"),
        (year(2020), "has no such cycle; there are: 2023"),
        (map("circular-124-residential-area", "lạ"), "bộ tiêu chí lạ"),
        (map("\"c01.total\"", "\"c77\""), "the map cannot be used"),
        (map("[into.answers]", "[into.else]"), "the map cannot be used"),
        (named, "no saved map called “lạ”"),
        (WantedImport { file: b"%PDF-1.7".to_vec(), ..answers() }, "PDF"),
        (WantedImport { below: Some("31825".to_owned()), ..wanted(AREAS, LIST) }, "leave --below out"),
    ] {
        let said = import(wanted.clone()).await;
        assert!(said.contains(told), "{said}: {told}");
    }
    let only_read = ANSWERS.split("[into.answers]").next().expect("a map");
    assert!(matches!(import_sheet(&place, &wanted(only_read, list)).await, Err(ImportError::NoTarget)));
    assert_eq!(import(year(2023)).await, "[]");
    let empty = Installation::new(place.data.join("nowhere"), None).expect("a place");
    assert!(matches!(import_sheet(&empty, &answers()).await, Err(ImportError::Start(_))));
}
