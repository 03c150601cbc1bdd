//! An officer takes figures in from pages: nothing is written before the last step, and only for units of their own area.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use dienhinh_documents::{
    sheets::{self, Merge, Value},
    workbooks::{self, write_workbook},
};
use dienhinh_testkit::{Empty, on_both};

use crate::site::{Answer, As, Site, request};

on_both!(
    a_ward_takes_the_figures_of_its_areas_in_and_takes_them_back,
    the_form_that_was_filled_in_is_understood_by_itself,
    marks_in_two_columns_are_one_judgement,
    wrong_rows_stay_out_and_come_back_with_the_reasons,
    nobody_takes_anything_in_for_others,
    what_cannot_be_used_is_told_and_keeps_nothing,
);

const SET: &str = "circular-124-residential-area";

const LIST: &str =
    "Biểu tổng hợp;;\nTên khóm;Số hộ thường xuyên sinh sống;Hộ đăng ký\nKhóm 6;1.000;930\nKhóm 7;1487;1487\n";

/// The officer of Phường 1, the cycle of its residential areas, and the dossier of Khóm 6.
async fn ward(site: &Site) -> (As, String, String) {
    let (_, six) = site.find(SET, "Khóm 6").await;
    let sheet = site.api(&format!("/api/v1/dossiers/{six}")).await;
    let found = site.api("/api/v1/units?search=31825").await;
    let ward = found["items"][0]["id"].as_str().expect("Phường 1").to_owned();
    let cycle = sheet["cycle"]["id"].as_str().unwrap_or_else(|| panic!("{sheet}")).to_owned();
    (As("unit_officer", ward), cycle, six)
}

/// Sends a file.
async fn sent(site: &Site, who: &As, cycle: &str, name: &str, file: &[u8]) -> Answer {
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"cycle\"\r\n\r\n{cycle}\r\n--edge\r\nContent-Disposition: \
         form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--edge--\r\n"].concat();
    let request = request("POST", who, "/imports").header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    site.send(request.body(Body::from(body)).expect("a request")).await
}

/// Sends a file and gives the address of what comes next.
async fn draft(site: &Site, who: &As, cycle: &str, file: &[u8]) -> String {
    let answer = sent(site, who, cycle, "ket-qua.csv", file).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let to = answer.header("location").to_owned();
    assert_ne!(to, "/imports", "the file was not taken: {:?}", answer.headers);
    to
}

/// What the columns page has chosen: names and values of its form.
fn chosen(page: &str) -> Vec<(String, String)> {
    let (_, form) =
        page.split_once("<form method=\"post\" action=\"/imports/").unwrap_or_else(|| panic!("no form: {page}"));
    let (form, _) = form.split_once("</form>").expect("the end of the form");
    let between = |text: &str, from: &str| {
        text.split_once(from).and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value.to_owned())
    };
    let hidden = form.split("<input type=\"hidden\"").skip(1);
    let hidden = hidden.filter_map(|input| Some((between(input, "name=\"")?, between(input, "value=\"")?)));
    let selects = form.split("<select").skip(1).filter_map(|select| {
        let (options, _) = select.split_once("</select>")?;
        let option = options.split("<option").find(|option| option.contains(" selected"));
        let value = option.and_then(|option| between(option, "value=\"")).unwrap_or_default();
        Some((between(select, "name=\"")?, value))
    });
    hidden.chain(selects).collect()
}

async fn choose(site: &Site, who: &As, draft: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    site.post(who, draft, &fields).await
}

/// What the page of columns chose by itself is sent as it is; gives the page of the check.
async fn checked(site: &Site, who: &As, draft: &str) -> String {
    let page = site.get(who, draft).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let answer = choose(site, who, draft, &chosen(&page.text())).await;
    assert_eq!(answer.header("location"), format!("{draft}/check"), "{:?}", answer.headers);
    let check = site.get(who, &format!("{draft}/check")).await;
    assert_eq!(check.status, 200, "{}", check.text());
    check.text()
}

/// Takes a draft in as the page of its check does.
async fn take(site: &Site, who: &As, draft: &str, fields: &[(&str, &str)]) -> Answer {
    let check = site.get(who, &format!("{draft}/check")).await.text();
    let checked = check.split_once("name=\"checked\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    let checked = checked.map(|(checked, _)| checked).unwrap_or_default();
    site.post(who, &format!("{draft}/take"), &[&[("checked", checked)], fields].concat()).await
}

/// The numbers of the check: to be written, of these in place of others, unchanged, with mistakes.
fn counts(check: &str) -> Vec<&str> {
    let (_, facts) = check.split_once("<dl class=\"facts\">").expect("the counts");
    let (facts, _) = facts.split_once("</dl>").expect("their end");
    facts.split("<b>").skip(1).filter_map(|rest| rest.split_once('<')).map(|(number, _)| number).collect()
}

async fn figure(site: &Site, dossier: &str, key: &str) -> String {
    let sheet = site.api(&format!("/api/v1/dossiers/{dossier}")).await;
    let criteria = sheet["criteria"].as_array().expect("criteria").iter();
    let inputs =
        criteria.flat_map(|criterion| criterion["self"]["explanation"]["inputs"].as_array().into_iter().flatten());
    let found = inputs.clone().find(|input| input["key"] == key);
    found.map(|input| input["value"].to_string().trim_matches('"').to_owned()).unwrap_or_default()
}

/// What is stored, without the record, the imports and what helps to make them, which only grow.
async fn stored(site: &Site) -> Vec<String> {
    let mut lines = site.stored().await;
    let grows = ["audit_", "imports ", "import_", "sheet_maps ", "idempotency_keys "];
    lines.retain(|line| !grows.iter().any(|table| line.starts_with(table)));
    lines
}

async fn a_ward_takes_the_figures_of_its_areas_in_and_takes_them_back(empty: Empty) {
    let site = Site::open(empty).await;
    let (officer, cycle, six) = ward(&site).await;
    let before = (stored(&site).await, figure(&site, &six, "c01.total").await);
    let start = site.get(&officer, "/imports").await.text();
    assert!(start.contains(&format!("value=\"{cycle}\"")) && start.contains("7 đơn vị"), "{start}");
    assert!(site.get(&officer, "/dossiers").await.text().contains("href=\"/imports\""), "my work leads there");

    let draft = draft(&site, &officer, &cycle, LIST.as_bytes()).await;
    let page = site.get(&officer, &draft).await.text();
    let said = chosen(&page);
    let column = |name: &str| said.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str());
    let expected = [Some("2"), Some("unit"), Some("c01.total"), Some("")];
    assert_eq!(["first", "c0", "c1", "c2"].map(column), expected, "“Hộ đăng ký” is not quite what is asked: {said:?}");
    assert!(page.contains("1.000 · 1487"), "some of what stands below: {page}");
    let mut said = said;
    for (name, value) in &mut said {
        if name == "c2" {
            "c01.registered".clone_into(value);
        }
    }
    let answer = choose(&site, &officer, &draft, &said).await;
    let check = site.get(&officer, answer.header("location")).await.text();
    assert_eq!(counts(&check), ["2", "2", "0", "0"], "{check}");
    assert_eq!(stored(&site).await, before.0, "nothing is written before the last step");

    let unchecked = site.post(&officer, &format!("{draft}/take"), &[("checked", "0123")]).await;
    assert_eq!(unchecked.header("location"), format!("{draft}/check"), "another choice of columns was checked");
    assert_eq!(stored(&site).await, before.0);
    let (_, rest) = check.split_once("name=\"checked\" value=\"").expect("by which choice it was checked");
    let fields = [("key", "once"), ("checked", rest.split_once('"').expect("its end").0)];
    let taken = site.post(&officer, &format!("{draft}/take"), &fields).await;
    assert_eq!(taken.header("location"), "/imports");
    let twice = site.post(&officer, &format!("{draft}/take"), &fields).await;
    assert_eq!(twice.header("idempotency-replayed"), "true");
    assert_eq!(figure(&site, &six, "c01.total").await, "1000");
    assert_eq!(counts(&site.get(&officer, &format!("{draft}/check")).await.text()), ["0", "0", "2", "0"]);
    let appraiser = As("appraiser", site.province().await);
    let record = site.get(&appraiser, &format!("/audit?subject={six}")).await.text();
    assert!(record.contains("Nhập bảng tính") && !record.contains("Người vận hành"), "{record}");

    // The same columns mean the same the next time.
    let next = self::draft(&site, &officer, &cycle, LIST.replace("930", "931").as_bytes()).await;
    let again = site.get(&officer, &next).await.text();
    assert!(
        again.contains("Đã có người nhập bảng có đúng các cột này") && chosen(&again) == said,
        "{:?}",
        chosen(&again)
    );
    assert_eq!(counts(&checked(&site, &officer, &next).await), ["1", "1", "1", "0"]);

    let list = site.get(&officer, "/imports").await.text();
    let (_, undo) =
        list.split_once("action=\"/imports/").filter(|(_, rest)| rest.contains("/undo")).expect("an import");
    let (id, _) = undo.split_once("/undo").expect("its identity");
    let undone = site.post(&officer, &format!("/imports/{id}/undo"), &[]).await;
    assert_eq!(undone.header("location"), "/imports");
    assert_eq!(figure(&site, &six, "c01.total").await, before.1);
    assert!(!site.get(&officer, "/imports").await.text().contains("/undo"), "it is taken back once");
}

async fn the_form_that_was_filled_in_is_understood_by_itself(empty: Empty) {
    let site = Site::open(empty).await;
    let (officer, cycle, six) = ward(&site).await;
    let form = site.get(&officer, &format!("/imports/form.xlsx?cycle={cycle}")).await;
    assert_eq!(form.status, 200, "{}", form.text());
    let unchanged = draft(&site, &officer, &cycle, &form.body).await;
    let check = checked(&site, &officer, &unchanged).await;
    let [written, _, there, wrong] = counts(&check)[..] else { panic!("{check}") };
    assert_eq!((written, wrong), ("0", "0"), "it says what is there: {check}");
    assert_ne!(there, "0");

    let book = sheets::read(&form.body, &sheets::LIMITS).expect("a workbook");
    let table = &book.tables[0];
    let cell = |value: &Value| match value {
        Value::Text(text) => workbooks::Cell::Text(text.clone()),
        Value::Number(digits) => workbooks::Cell::Number(digits.clone()),
        _ => workbooks::Cell::Empty,
    };
    let mut rows: Vec<Vec<workbooks::Cell>> =
        table.rows.iter().map(|row| row.cells.iter().map(|one| cell(&one.value)).collect()).collect();
    let row = rows.iter().position(|row| row[0] == workbooks::Cell::Text("Khóm 6".to_owned())).expect("Khóm 6");
    assert_eq!(rows[row][1], workbooks::Cell::Text("Phường 1".to_owned()));
    rows[row][3] = workbooks::Cell::Number("1234".to_owned());
    let merges = table.merges.iter().map(|merge| Merge { rows: merge.rows.clone(), columns: merge.columns.clone() });
    let sheet = workbooks::Sheet {
        name: "Số liệu".to_owned(),
        merges: merges.collect(),
        looks: vec![workbooks::Look { width: 10, numbers: true, choices: Vec::new() }; rows[0].len()],
        rows,
        ..workbooks::Sheet::default()
    };
    let filled = draft(&site, &officer, &cycle, &write_workbook(&[sheet]).expect("written")).await;
    assert_eq!(counts(&checked(&site, &officer, &filled).await)[0], "1");
    take(&site, &officer, &filled, &[]).await;
    assert_eq!(figure(&site, &six, "c01.total").await, "1234");

    // The unit that somebody works for is in their form, and is found by its name.
    let (town, _) = site.find("exemplary-commune-34", "Thị trấn Châu Hưng").await;
    let town = As("unit_officer", town);
    let list = site.get(&town, "/imports").await.text();
    let (_, rest) = list.split_once("/imports/form.xlsx?cycle=").expect("a form");
    let own = rest.split_once('"').expect("its end").0.to_owned();
    let form = site.get(&town, &format!("/imports/form.xlsx?cycle={own}")).await;
    assert_eq!(form.status, 200, "{}", form.text());
    let check = checked(&site, &town, &self::draft(&site, &town, &own, &form.body).await).await;
    assert_eq!((counts(&check)[2], counts(&check)[3]), ("1", "0"), "{check}");
}

async fn marks_in_two_columns_are_one_judgement(empty: Empty) {
    let site = Site::open(empty).await;
    let (officer, cycle, _) = ward(&site).await;
    let (_, seven) = site.find(SET, "Khóm 7").await;
    assert_eq!(figure(&site, &seven, "c02").await, "1");
    let list = "Khóm;Chấp hành;;\n;Đạt;Không đạt;\nKhóm 6;x;;\nKhóm 7;;x;\n";
    let draft = draft(&site, &officer, &cycle, list.as_bytes()).await;
    let fields = [("first", "1"), ("rows", "2"), ("c0", "unit"), ("c1", "c02:1"), ("c2", "c02:0")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let answer = choose(&site, &officer, &draft, &fields).await;
    assert_eq!(answer.header("location"), format!("{draft}/check"), "{}", answer.text());
    let check = site.get(&officer, &format!("{draft}/check")).await.text();
    assert_eq!(counts(&check), ["1", "1", "1", "0"], "{check}");
    let page = site.get(&officer, &draft).await.text();
    for field in &fields {
        assert!(chosen(&page).contains(field), "{field:?} is still chosen: {:?}", chosen(&page));
    }
    take(&site, &officer, &draft, &[]).await;
    assert_eq!(figure(&site, &seven, "c02").await, "0");
    let words = fields.clone().map(|(name, value)| if name == "c2" { (name, "c02".to_owned()) } else { (name, value) });
    let answer = choose(&site, &officer, &draft, &words).await;
    assert!(answer.text().contains("cột khác đánh dấu x"), "{}", answer.text());
}

async fn wrong_rows_stay_out_and_come_back_with_the_reasons(empty: Empty) {
    let site = Site::open(empty).await;
    let (officer, cycle, six) = ward(&site).await;
    let before = figure(&site, &six, "c01.total").await;
    let list = "Khóm;Số hộ thường xuyên sinh sống\nKhóm 6;1001\nKhóm 99;5\nKhóm 7;rất nhiều\nCộng;1006\n";
    let draft = draft(&site, &officer, &cycle, list.as_bytes()).await;
    let check = checked(&site, &officer, &draft).await;
    assert_eq!(counts(&check), ["1", "1", "0", "2"], "{check}");
    for told in ["ô A3", "ô B4", "rất nhiều", "Chỉ ghi 1 hàng đúng", "rejected.xlsx", "hàng 5"] {
        assert!(check.contains(told), "{told}: {check}");
    }
    let all = take(&site, &officer, &draft, &[]).await;
    assert_eq!(all.header("location"), format!("{draft}/check"));
    assert_eq!(figure(&site, &six, "c01.total").await, before, "nothing is written where something is wrong");
    let rows = site.get(&officer, &format!("{draft}/rejected.xlsx")).await;
    let text = format!("{:?}", sheets::read(&rows.body, &sheets::LIMITS).expect("a workbook"));
    assert!(text.contains("Lỗi") && text.contains("Khóm 99") && !text.contains("Khóm 6"), "{text}");
    take(&site, &officer, &draft, &[("only_sound", "1")]).await;
    assert_eq!(figure(&site, &six, "c01.total").await, "1001");
    let mended = self::draft(&site, &officer, &cycle, &rows.body).await;
    let again = site.get(&officer, &mended).await.text();
    assert!(
        again.contains("Đã có người nhập") && !again.contains("> Lỗi"),
        "the same columns, with the reasons: {again}"
    );
    let left = site.get(&officer, &format!("{draft}/check")).await.text();
    assert_eq!(counts(&left), ["0", "0", "1", "2"], "the wrong rows are left: {left}");
    assert!(!left.contains(&format!("{draft}/take")), "there is nothing to write");
}

async fn nobody_takes_anything_in_for_others(empty: Empty) {
    let site = Site::open(empty).await;
    let (officer, cycle, _) = ward(&site).await;
    let draft = draft(&site, &officer, &cycle, LIST.as_bytes()).await;
    let leader = As("unit_leader", officer.1.clone());
    let (appraiser, public) = (As("appraiser", site.province().await), As("public", site.province().await));
    for other in [&leader, &appraiser, &public] {
        for path in ["/imports", &draft, &format!("{draft}/check"), &format!("/imports/form.xlsx?cycle={cycle}")] {
            assert_eq!(site.get(other, path).await.status, StatusCode::FORBIDDEN, "{other:?} {path}");
        }
        assert_eq!(sent(&site, other, &cycle, "a.csv", b"a;b\n1;2\n").await.status, StatusCode::FORBIDDEN);
        assert_eq!(site.post(other, &format!("{draft}/take"), &[]).await.status, StatusCode::FORBIDDEN);
    }
    let (town, _) = site.find("exemplary-commune-34", "Thị trấn Châu Hưng").await;
    let stranger = As("unit_officer", town);
    for path in [draft.clone(), format!("{draft}/check"), format!("{draft}/rejected.xlsx")] {
        assert_eq!(site.get(&stranger, &path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // In their own draft the areas of the ward are beyond their own.
    let before = stored(&site).await;
    let list = "Khóm;Phường;Số hộ thường xuyên sinh sống\nKhóm 6;Phường 1 (TP Bạc Liêu);1001\n";
    let own = self::draft(&site, &stranger, &cycle, list.as_bytes()).await;
    let check = checked(&site, &stranger, &own).await;
    assert_eq!(counts(&check), ["0", "0", "0", "1"], "{check}");
    assert!(check.contains("ô A2"), "{check}");
    take(&site, &stranger, &own, &[("only_sound", "1")]).await;
    assert_eq!(stored(&site).await, before);
    // Nor does anybody take back what another took in.
    checked(&site, &officer, &draft).await;
    take(&site, &officer, &draft, &[]).await;
    let mine = site.get(&officer, "/imports").await.text();
    let (_, rest) =
        mine.split_once("action=\"/imports/").filter(|(_, rest)| rest.contains("/undo")).expect("an import");
    let (id, _) = rest.split_once("/undo").expect("its identity");
    assert!(!site.get(&stranger, "/imports").await.text().contains(id));
    let undo = format!("/imports/{id}/undo");
    assert_eq!(site.post(&stranger, &undo, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.post(&leader, &undo, &[]).await.status, StatusCode::FORBIDDEN);
}

async fn what_cannot_be_used_is_told_and_keeps_nothing(empty: Empty) {
    let site = Site::open(empty).await;
    let (officer, cycle, _) = ward(&site).await;
    let before = site.stored().await;
    for (file, cookie) in [
        (&b"%PDF-1.7 not a table"[..], "imports-unreadable"),
        (b"", "evidence-no_file"),
        (&vec![b'a'; 6 << 20], "evidence-too_large"),
    ] {
        let answer = sent(&site, &officer, &cycle, "x.xlsx", file).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/imports"),
            "{}",
            answer.text()
        );
        let said = answer.headers.get_all("set-cookie").iter().any(|said| said.to_str().unwrap_or("").contains(cookie));
        assert!(said, "{cookie}: {:?}", answer.headers);
    }
    assert_eq!(sent(&site, &officer, "nobody", "a.csv", b"a;b\n1;2\n").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.stored().await, before);

    let draft = draft(&site, &officer, &cycle, LIST.as_bytes()).await;
    let back = site.get(&officer, &format!("{draft}/check")).await;
    assert_eq!(back.header("location"), draft, "what the columns mean comes first");
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    for (fields, told) in [
        (vec![], "Chưa có cột nào là “Đơn vị”"),
        (vec![field("c0", "unit")], "Chưa có cột nào là số liệu"),
        (vec![field("c0", "unit"), field("c1", "c01.total"), field("c2", "c01.total")], "cùng chọn một mục"),
        (vec![field("c0", "unit"), field("c1", "no.such"), field("c99999", "c01.total")], "Chưa có cột nào là số liệu"),
    ] {
        let answer = choose(&site, &officer, &draft, &fields).await;
        let page = answer.text();
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && page.contains(told), "{told}: {page}");
        for (name, value) in fields.iter().filter(|(_, value)| value != "no.such" && value != "c01.total") {
            assert!(chosen(&page).contains(&(name.clone(), value.clone())), "what was chosen is still there: {page}");
        }
    }
    let thousands =
        self::draft(&site, &officer, &cycle, "Khóm;Số hộ thường xuyên sinh sống (nghìn hộ)\nKhóm 6;1\n".as_bytes());
    let thousands = thousands.await;
    let answer = choose(&site, &officer, &thousands, &[field("c0", "unit"), field("c1", "c01.total")]).await;
    assert!(answer.text().contains("tính theo nghìn hoặc triệu"), "{}", answer.text());
    for odd in ["?table=99&first=0&rows=9", "?first=900&rows=3", "?table=x&first=-1", "?first=1&rows=2"] {
        assert_eq!(site.get(&officer, &format!("{draft}{odd}")).await.status, StatusCode::OK, "{odd}");
    }
    let content = site.files("blobs").into_iter().chain(site.files("evidence")).filter(|path| path.is_file());
    for file in content.filter(|path| std::fs::read(path).is_ok_and(|bytes| bytes == LIST.as_bytes())) {
        std::fs::remove_file(file).expect("removed");
    }
    let gone = site.get(&officer, &draft).await;
    assert!(
        gone.status.is_client_error() && gone.text().contains("không còn ở đây"),
        "{} {}",
        gone.status,
        gone.text()
    );
}
