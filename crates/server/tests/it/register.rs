//! The register of units comes in from its files, once, and answers for any day: the real cases that are hard.

use std::collections::BTreeMap;

use dienhinh_domain::units::{Level, reform::PLAN_COLUMNS, succession::WithoutSuccessor};
use dienhinh_server::{
    Installation, Lineage, ReformPlan, RegisterError, RegisterFiles, Registered, Scale, carry_out_reform,
    crosswalk_csv, import_register, simulate, undo_reform, unit_counts, unit_crosswalk, unit_list, view_row,
};
use dienhinh_storage::{Db, state, statements};
use dienhinh_testkit::{Empty, on_both, register};
use jiff::civil::{Date, date};

use crate::site::{As, Site};

on_both!(
    the_hard_cases_are_right,
    the_same_files_change_nothing_and_newer_ones_add,
    nothing_is_written_when_a_row_is_wrong,
    units_of_another_origin_are_not_put_there_twice,
    pages_lead_from_old_to_new,
    the_tree_opens_down_to_a_unit,
);

/// The last day of districts, and the first without.
const BEFORE: Date = date(2025, 6, 30);
const AFTER: Date = date(2025, 7, 1);

pub(crate) fn at(empty: &Empty) -> Installation {
    let place = Installation::new(empty.folder.path().to_owned(), None).expect("a place");
    Installation { database: empty.url.clone(), ..place }
}

fn files(versions: String, edges: Option<String>) -> RegisterFiles {
    RegisterFiles { versions: versions.into_bytes(), edges: edges.map(String::into_bytes) }
}

pub(crate) async fn imported(place: &Installation) -> Registered {
    let files = files(register::versions(), Some(register::successions()));
    import_register(place, &files, &mut |progress| assert!(progress.done <= progress.of)).await.expect("taken in")
}

async fn lines(empty: &Empty) -> Vec<String> {
    let db = Db::open(&empty.url).await.expect("opened");
    let lines = state::lines(&mut db.read().await.expect("a transaction")).await.expect("read");
    db.close().await;
    lines
}

/// The only unit that bore a code or key on a day.
async fn the(place: &Installation, typed: &str, on: Option<Date>) -> Lineage {
    let mut found = unit_crosswalk(place, typed, on).await.expect("read");
    assert_eq!(found.len(), 1, "{typed} {on:?}");
    found.remove(0)
}

fn name(lineage: &Lineage) -> &str {
    &lineage.chapters.last().expect("a version").version.name
}

/// What a unit became: name, portion, of the area, of the people.
fn became(lineage: &Lineage) -> Vec<[&str; 4]> {
    let row = |link: &'_ dienhinh_storage::units::history::Link| {
        let one = &link.succession;
        [one.portion.code(), one.area.code(), one.population.code()]
    };
    lineage
        .to
        .iter()
        .map(|link| {
            let [a, b, c] = row(link);
            [link.successor.name.as_str(), a, b, c]
        })
        .collect()
}

async fn the_hard_cases_are_right(empty: Empty) {
    let place = at(&empty);
    let done = imported(&place).await;
    assert_eq!((done.units, done.versions, done.successions), (66, 69, 31));
    let whole = |name: &'static str| [name, "whole", "whole", "whole"];

    // 1. A code is kept and is another unit: five wards became one.
    let (old, new) = (the(&place, "31825", Some(BEFORE)).await, the(&place, "31825", Some(AFTER)).await);
    assert_ne!(old.unit, new.unit);
    assert_eq!((name(&old), name(&new)), ("Phường 1", "Phường Bạc Liêu"));
    assert_eq!(became(&old), [whole("Phường Bạc Liêu")]);
    assert!(old.to[0].succession.code_inherited);
    let from: Vec<&str> = new.from.iter().map(|link| link.predecessor.name.as_str()).collect();
    assert_eq!(from, ["Phường 2", "Phường 3", "Phường 7", "Phường 1", "Phường 8"]);
    assert_eq!(unit_crosswalk(&place, "31825", None).await.expect("read").len(), 2);
    // 2. and 3. A name moves to another place.
    assert_eq!(became(&the(&place, "31960", Some(BEFORE)).await), [whole("Phường Giá Rai")]);
    assert_eq!(name(&the(&place, "31957", Some(AFTER)).await), "Xã Phong Thạnh");
    let both = unit_crosswalk(&place, "xã phong thạnh", None).await.expect("read");
    assert_eq!(both.len(), 2);
    assert_eq!(became(&the(&place, "31876", Some(BEFORE)).await), [whole("Xã Vĩnh Phước")]);
    assert_eq!(name(&the(&place, "31867", Some(AFTER)).await), "Xã Phước Long");
    // 4. One went into three.
    assert_eq!(
        became(&the(&place, "C32053.1", None).await),
        [
            ["Xã Nguyễn Phích", "part", "part", "part"],
            ["Xã Khánh An", "rest", "rest", "rest"],
            ["Xã Khánh Lâm", "part", "part", "part"]
        ]
    );
    // 5. Land without people, and people without land.
    let van_khe = the(&place, "09013", None).await;
    assert!(became(&van_khe).contains(&["Xã Ô Diên", "part", "part", "none"]));
    assert_eq!(
        became(&the(&place, "18796", None).await),
        [
            ["Phường Sông Trí", "part", "none", "part"],
            ["Phường Vũng Áng", "part", "whole", "none"],
            ["Phường Hoành Sơn", "rest", "none", "rest"]
        ]
    );
    more_hard_cases(&place).await;
}

async fn more_hard_cases(place: &Installation) {
    // 6. The same unit under another parent.
    let same = the(place, "32092", None).await;
    let parents: Vec<Option<&str>> = same.chapters.iter().map(|chapter| chapter.parent_name.as_deref()).collect();
    assert_eq!(parents, [Some("Huyện Thới Bình"), Some("Tỉnh Cà Mau")]);
    assert_eq!((same.without_successor(), same.ended_on()), (None, None));
    // 7. A district became a commune-level special zone.
    let zone = the(place, "755", None).await;
    assert_eq!(became(&zone), [["Đặc khu Côn Đảo", "whole", "whole", "whole"]]);
    assert_eq!(zone.to[0].succession.relation.code(), "convert");
    let counts = unit_counts(place, Some(AFTER)).await.expect("counted");
    assert_eq!(Level::OF_REGISTER.map(|level| counts.of(level)), [7, 0, 19]);
    let counts = unit_counts(place, Some(BEFORE)).await.expect("counted");
    assert_eq!(Level::OF_REGISTER.map(|level| counts.of(level)), [10, 12, 21]);
    // 8. and 9. Another kind, and another name with it.
    for (code, day, was, is) in [
        ("75", date(2026, 4, 30), "Tỉnh Đồng Nai", "Thành phố Đồng Nai"),
        ("46", date(2025, 1, 1), "Tỉnh Thừa Thiên Huế", "Thành phố Huế"),
    ] {
        let unit = the(place, code, Some(day)).await;
        let on = |day: Date| unit.chapters.iter().find(|chapter| chapter.version.valid.contains(day));
        let name = |day| on(day).map(|chapter| chapter.version.name.clone()).unwrap_or_default();
        assert_eq!((name(day.yesterday().expect("a day")), name(day)), (was.to_owned(), is.to_owned()));
    }
    // 10. Nobody knows what became of two; of the districts the law says that nothing did.
    for code in ["10774", "28825"] {
        let lost = the(place, code, None).await;
        assert_eq!((lost.without_successor(), lost.to.len()), (Some(WithoutSuccessor::Unknown), 0));
        let mut table = Vec::new();
        crosswalk_csv(&[lost], &mut table).expect("written");
        assert!(String::from_utf8(table).expect("UTF-8").contains(",to,2024-12-01,unknown,"));
    }
    assert_eq!(the(place, "958", None).await.without_successor(), Some(WithoutSuccessor::LevelAbolished));
    // 11. A commune takes one from another district.
    let from: BTreeMap<String, String> = the(place, "C31891.2", None)
        .await
        .from
        .iter()
        .map(|link| (link.predecessor.name.clone(), link.succession.clause.clone().unwrap_or_default()))
        .collect();
    assert_eq!(from.get("Xã Long Thạnh").map(String::as_str), Some("45"));
    // A rival code finds the unit and is shown.
    assert_eq!(the(place, "06978", None).await.chapters[0].alt_code.as_deref(), Some("06978"));
    let mut rows = Vec::new();
    let take = |unit: &dienhinh_server::Listed| {
        rows.push(view_row(unit).join(","));
        Ok(())
    };
    unit_list(place, Some(AFTER), &[Level::Commune], take).await.expect("listed");
    assert!(rows.is_sorted_by_key(|row| row.split(',').nth(2).map(str::to_owned)));
    let expected = "C26732.1,commune,26732,,special_zone,Côn Đảo,Đặc khu Côn Đảo,P79.2,79,79,2025-07-01,";
    assert!(rows.iter().any(|row| row == expected), "{rows:?}");
}

async fn the_same_files_change_nothing_and_newer_ones_add(empty: Empty) {
    let place = at(&empty);
    let older = files(register::versions_of_2024(), None);
    let first = import_register(&place, &older, &mut |_| ()).await.expect("taken in");
    assert_eq!((first.units, first.versions, first.successions), (45, 45, 0));
    let id = the(&place, "C31825.1", None).await.unit;
    let newer = imported(&place).await;
    assert_eq!(newer, Registered { units: 21, versions: 24, completed: 40, successions: 31 });
    assert_eq!(the(&place, "C31825.1", None).await.unit, id, "the same unit");
    let before = lines(&empty).await;
    assert_eq!(imported(&place).await, Registered::default(), "nothing new");
    assert_eq!(lines(&empty).await, before, "not even an entry");
    let error = import_register(&place, &older, &mut |_| ()).await.expect_err("an older file");
    assert!(
        matches!(&error, RegisterError::Wrong(wrong) if wrong.iter().any(|one| one.column == "valid_to")),
        "{error:?}"
    );
    assert_eq!(lines(&empty).await, before);
    let commune = the(&place, "C31825.2", None).await.unit;
    let rows = format!("{}\nchange,{commune},,,,Phường Mới,,,,,,\n", PLAN_COLUMNS.join(","));
    let plan = ReformPlan { on: date(2027, 1, 1), basis: "a document", rows: rows.as_bytes() };
    let (reform, _) = carry_out_reform(&place, plan).await.expect("carried out");
    let newer = files(register::versions(), Some(register::successions()));
    let refused = import_register(&place, &newer, &mut |_| ()).await;
    assert!(matches!(refused, Err(RegisterError::Reformed)), "{refused:?}");
    undo_reform(&place, reform).await.expect("taken back");
    assert_eq!(imported(&place).await, Registered::default(), "the lists hold again");
    let made_at_once = Empty::on_sqlite();
    imported(&at(&made_at_once)).await;
    let counted = |lines: &[String], table: &str| lines.iter().filter(|line| line.starts_with(table)).count();
    let at_once = lines(&made_at_once).await;
    for table in ["units ", "unit_versions ", "unit_sources ", "unit_successions ", "unit_tails "] {
        assert_eq!(counted(&before, table), counted(&at_once, table), "{table}");
    }
}

async fn nothing_is_written_when_a_row_is_wrong(empty: Empty) {
    let place = at(&empty);
    let good = register::versions();
    for (from, to, column) in [
        ("C31825.2,commune", "C31825.2,xã", "level"),
        (",D959.1,", ",D888.1,", "parent_uid"),
        ("alt_code,", "other,", "alt_code"),
        (",ward,1,", ",ward,1,1,", "*"),
    ] {
        let wrong = files(good.replacen(from, to, 1), Some(register::successions()));
        let error = import_register(&place, &wrong, &mut |_| ()).await.expect_err("wrong");
        assert!(
            matches!(&error, RegisterError::Wrong(wrong) if wrong.iter().any(|one| one.column == column)),
            "{error:?}"
        );
        assert!(!Db::exists(&empty.url).await.expect("looked"), "{column}");
    }
    let latin = RegisterFiles { versions: [good.as_bytes(), b"P\xff"].concat(), edges: None };
    let error = import_register(&place, &latin, &mut |_| ()).await.expect_err("not UTF-8");
    assert!(matches!(&error, RegisterError::Wrong(wrong) if wrong[0].what.en.contains("UTF-8")), "{error:?}");
    imported(&place).await;
    let before = lines(&empty).await;
    let edges = register::successions() + "2025-07-01,commune,C1.1,1,C31825.2,31825,merge,whole,whole,whole,0,,,\n";
    let error = import_register(&place, &files(good, Some(edges)), &mut |_| ()).await.expect_err("unknown");
    assert!(matches!(&error, RegisterError::Wrong(wrong) if wrong[0].column == "predecessor_uid"), "{error:?}");
    assert_eq!(lines(&empty).await, before);
}

async fn units_of_another_origin_are_not_put_there_twice(empty: Empty) {
    let place = at(&empty);
    let small = Scale { communes: 2, areas: 2, organisations: 2, years: 1, seed: 1 };
    simulate(&place, small, &mut |_| ()).await.expect("made");
    let before = lines(&empty).await;
    let files = files(register::versions(), Some(register::successions()));
    let error = import_register(&place, &files, &mut |_| ()).await.expect_err("not twice");
    assert!(matches!(error, RegisterError::Strangers(3)), "{error:?}");
    assert_eq!(lines(&empty).await, before);
}

/// A page as anybody sees it, which takes at most so many statements.
async fn page(site: &Site, path: &str, most: u64) -> String {
    let (answer, ran) = statements::counted(site.get(&As("public", String::new()), path)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    assert!(ran <= most, "{path}: {ran} statements");
    answer.text()
}

async fn pages_lead_from_old_to_new(empty: Empty) {
    let place = at(&empty);
    imported(&place).await;
    let (old, new) = (the(&place, "C31825.1", None).await.unit, the(&place, "C31825.2", None).await.unit);
    let lost = the(&place, "10774", None).await.unit;
    let site = Site::open(empty).await;
    let page = async |path: &str, most: u64| page(&site, path, most).await;
    let closed = page(&format!("/units/{old}"), 12).await;
    for part in [
        "Đơn vị này không còn từ ngày 01/07/2025",
        &format!("/units/{new}?as_of=2025-07-01"),
        "Phường Bạc Liêu (31825)",
        "1655/NQ-UBTVQH15, khoản 55",
        "giữ mã cũ",
    ] {
        assert!(closed.contains(part), "{part}");
    }
    let then = page(&format!("/units/{old}?as_of=2025-06-30"), 12).await;
    assert!(then.contains("thành phố Bạc Liêu</a>") && then.contains("?as_of=2025-06-30\">thành phố"), "{then}");
    let today = page(&format!("/units/{new}"), 12).await;
    assert!(today.contains("Hình thành từ") && !today.contains("không còn từ ngày"), "{today}");
    let not_yet = page(&format!("/units/{new}?as_of=2024-01-01"), 12).await;
    assert!(not_yet.contains("Ngày 01/01/2024 chưa có đơn vị này"), "{not_yet}");
    assert!(page(&format!("/units/{lost}"), 12).await.contains("Chưa rõ đơn vị kế thừa"));
    let found = page("/crosswalk?q=31825", 6).await;
    assert!(
        found.contains("Phường 1</a>") && found.contains("Phường Bạc Liêu") && found.contains("crosswalk.csv?q=31825")
    );
    assert!(page("/crosswalk?q=pho%20bang", 6).await.contains("Không tìm thấy"));
    assert!(page("/crosswalk", 4).await.contains("Tra cứu đơn vị"));
    let table = page("/crosswalk.csv?q=31825", 4).await;
    assert_eq!(table.lines().count(), 1 + 1 + 5, "{table}");

    let one = site.api(&format!("/api/v1/units/{old}/crosswalk")).await;
    assert_eq!((&one["ended_on"], &one["versions"][0]["valid_from"]), (&"2025-07-01".into(), &serde_json::Value::Null));
    assert_eq!(one["to"][0]["unit"]["id"], new.to_string());
    let found = site.api("/api/v1/crosswalk?q=31825&date=2025-06-30").await;
    assert_eq!(found["units"].as_array().map(Vec::len), Some(1));
    let unit = site.api(&format!("/api/v1/units/{old}?as_of=2025-06-30")).await;
    assert_eq!((&unit["as_of"], &unit["valid_to"]), (&"2025-06-30".into(), &"2025-07-01".into()));
    let today = site.api("/api/v1/units?search=31825").await;
    assert_eq!(today["items"].as_array().map(Vec::len), Some(1), "closed units are in no list of today");
}

/// The names in a tree with how deep they stand, in order.
fn names(html: &str) -> Vec<(usize, String)> {
    let mut depth = 0;
    let mut names = Vec::new();
    let body = html.split("<section class=\"card\" aria-label=").nth(1).unwrap_or_default();
    let tree = body.split("</section>").next().unwrap_or_default();
    for part in tree.split('<').skip(1) {
        if part.starts_with("ul class=\"tree\"") {
            depth += 1;
        } else if part.starts_with("/ul>") {
            depth -= 1;
        } else if let Some(name) = part.strip_prefix("b>") {
            names.push((depth, name.to_owned()));
        }
    }
    names
}

async fn the_tree_opens_down_to_a_unit(empty: Empty) {
    let place = at(&empty);
    imported(&place).await;
    let (old, new) = (the(&place, "C31825.1", None).await.unit, the(&place, "C31825.2", None).await.unit);
    let site = Site::open(empty).await;
    let page = async |path: &str, most: u64| page(&site, path, most).await;
    let before = page(&format!("/units/tree?as_of=2025-06-30&unit={old}"), 24).await;
    let found = names(&before);
    for (depth, name) in [(1, "Tỉnh Bạc Liêu"), (1, "Tỉnh Cà Mau"), (2, "Thành phố Bạc Liêu"), (3, "Phường 1")]
    {
        assert!(found.contains(&(depth, name.to_owned())), "{name} {found:?}");
    }
    assert!(before.contains("Địa giới trước 01/7/2025") && before.contains("31825 · đến 30/06/2025"), "{before}");
    assert!(before.contains("<li id=\"here\" aria-current=\"true\"><div class=\"leaf\"><b>Phường 1</b>"), "{before}");
    assert!(!before.contains("Phường Bạc Liêu"), "a later unit is in the list of an earlier day");

    let after = page(&format!("/units/tree?as_of=2025-07-01&unit={new}"), 24).await;
    let found = names(&after);
    assert!(found.contains(&(2, "Phường Bạc Liêu".to_owned())), "{found:?}");
    assert!(found.iter().all(|(depth, _)| *depth < 3), "districts ended: {found:?}");
    assert!(!after.contains("Phường 1<"), "a closed unit is in the list of a later day");

    let absent = page(&format!("/units/tree?as_of=2025-07-01&unit={old}"), 12).await;
    assert!(absent.contains("Ngày 01/07/2025 không có đơn vị này"), "{absent}");
    let unreadable = page("/units/tree?as_of=30/6/2025", 12).await;
    assert!(unreadable.contains("Không đọc được ngày “30/6/2025”"), "{unreadable}");
    assert_eq!(site.get(&As("public", String::new()), "/units/tree?unit=nobody").await.status, 404);

    // Lists and the search lead on as of the same day.
    let found = page("/units?search=phuong+1&as_of=2025-06-30", 12).await;
    assert!(found.contains(&format!("/units/{old}?as_of=2025-06-30")), "{found}");
    assert!(!page("/units?search=31825", 12).await.contains(&old.to_string()), "closed units are in no list of today");
}
