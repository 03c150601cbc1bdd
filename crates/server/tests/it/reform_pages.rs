//! Reforms in the browser: a plan is looked through and writes nothing, and what was carried out reads as it was planned.

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use dienhinh_domain::units::reform::PLAN_COLUMNS;
use dienhinh_server::{ReformPlan, carry_out_reform, undo_reform};
use dienhinh_testkit::{Empty, on_both};
use jiff::civil::date;

use crate::site::{Answer, As, Site, request};

on_both!(
    a_plan_is_looked_through_and_reads_the_same_once_it_is_carried_out,
    what_changes_reads_the_same_before_and_after,
    a_plan_with_mistakes_is_shown_with_each_at_its_row_and_writes_nothing,
);

const ADDRESS: &str = "/units/reforms/new";
const PLAN: &str = include_str!("../../sample/reform_2025.csv");
const BASIS: &str = "1655/NQ-UBTVQH15";

/// The form of a plan, sent: day, document, rows and file.
async fn looked_through(site: &Site, who: &As, [day, basis, rows, file]: [&str; 4]) -> Answer {
    let part = |name: &str, file: &str, text: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{text}\r\n")
    };
    let file = part("file", "; filename=\"plan.csv\"", file);
    let body = [part("day", "", day), part("basis", "", basis), part("rows", "", rows), file].concat() + "--edge--\r\n";
    let request = request("POST", who, ADDRESS).header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
    site.send(request.body(Body::from(body)).expect("a request")).await
}

/// The words of a page from one of its headings on, without its tags.
fn words(page: &str, from: &str) -> String {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("no {from}: {page}"));
    let (main, _) = rest.split_once("</main>").expect("the end of the page");
    let texts = main.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text));
    texts.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// The number behind a label.
fn preview_number(words: &str, label: &str) -> usize {
    let (_, rest) = words.split_once(label).unwrap_or_else(|| panic!("no {label}: {words}"));
    rest.split_whitespace().next().and_then(|number| number.parse().ok()).expect("a number")
}

async fn a_plan_is_looked_through_and_reads_the_same_once_it_is_carried_out(empty: Empty) {
    let site = Site::open(empty).await;
    let appraiser = As("appraiser", site.province().await);
    let before = site.stored().await;
    let form = site.get(&appraiser, &format!("{ADDRESS}?sample")).await;
    assert!(form.status == 200 && form.text().contains("merge,95,Tỉnh Bạc Liêu,+96"), "{}", form.text());
    let pasted = looked_through(&site, &appraiser, ["2025-07-01", BASIS, &PLAN.replace(',', "\t"), ""]).await;
    let preview = looked_through(&site, &appraiser, ["01/07/2025", BASIS, "", PLAN]).await;
    assert_eq!((pasted.status, preview.status), (StatusCode::OK, StatusCode::OK));
    let planned = words(&preview.text(), "id=\"gains\"");
    assert_eq!(words(&pasted.text(), "id=\"gains\""), planned, "copied from a spreadsheet it is the same plan");
    let numbers = words(&preview.text(), "id=\"preview\"");
    assert!(numbers.contains("Đơn vị mới 26 Đơn vị kết thúc 72 Đơn vị thay đổi 0"), "{numbers}");
    assert!(numbers.contains("unit reform apply plan.csv --data DIR --on 2025-07-01"), "{numbers}");
    assert_eq!(site.stored().await, before, "nothing is written");

    let place = site.installation();
    let plan = ReformPlan { on: date(2025, 7, 1), basis: BASIS, rows: PLAN.as_bytes() };
    let (id, _) = carry_out_reform(&place, plan).await.expect("carried out");
    let public = As("public", site.province().await);
    let list = site.get(&public, "/units/reforms").await.text();
    assert!(list.contains(&format!("/units/reforms/{id}")) && list.contains(BASIS), "{list}");
    assert!(!list.contains(ADDRESS), "visitors plan nothing");
    let page = site.get(&public, &format!("/units/reforms/{id}")).await.text();
    let left = words(&page, "id=\"left\"");
    let open: usize = preview_number(&numbers, "Hồ sơ chưa quyết định của đơn vị kết thúc");
    let (left, _) = left.split_once("Đơn vị mới và đơn vị nhận thêm").expect("the next part");
    assert!(open > 0 && left.matches(" (31").count() == open, "{open}: {left}");
    assert_eq!(words(&page, "id=\"gains\""), planned);
    assert!(planned.contains("Xã Vĩnh Lợi (31900) Thị trấn Châu Hưng (31900)"), "{planned}");
    let csv = site.get(&public, &format!("/units/reforms/{id}/plan.csv")).await;
    assert_eq!(csv.text().trim_start_matches('\u{feff}'), PLAN);
    let one = site.api(&format!("/api/v1/units/reforms/{id}")).await;
    assert_eq!((one["created"].as_i64(), one["ended"].as_i64()), (Some(26), Some(72)));
    assert_eq!(one["gains"].as_array().map(Vec::len), Some(26));
    assert_eq!(one["ends"].as_array().map(Vec::len), Some(7), "districts");
    assert_eq!(site.api("/api/v1/units/reforms").await["items"][0]["legal_basis"], BASIS);

    undo_reform(&place, id).await.expect("taken back");
    let page = site.get(&public, &format!("/units/reforms/{id}")).await.text();
    assert!(page.contains("Đã hoàn tác") && !page.contains("id=\"gains\""), "{page}");
    assert_eq!(site.get(&public, "/units/reforms/nothing").await.status, StatusCode::NOT_FOUND);
}

async fn what_changes_reads_the_same_before_and_after(empty: Empty) {
    let site = Site::open(empty).await;
    let appraiser = As("appraiser", site.province().await);
    let plan = [
        &PLAN_COLUMNS.join(","),
        "create,#new,,none,commune,Xã Đảo Mới,31999,95,,,,",
        "change,31900,,,,Thị trấn Châu Hưng Mới,,957,,,,",
        "change,31903,,,township,Thị trấn Châu Hưng A,,,,,,3",
        "absorb,31828,Phường 8,31825,,,,,,,,",
        "carve_out,31903,,31900,,,,,part,part,none,4",
        "abolish,961,,,,,,95,,,,",
    ]
    .join("\n");
    let preview = looked_through(&site, &appraiser, ["2025-07-01", BASIS, &plan, ""]).await.text();
    let planned = words(&preview, "id=\"gains\"");
    for said in [
        "Xã Đảo Mới (31999) Không ghi đơn vị nào nhập vào. Mới",
        "thành Thị trấn Châu Hưng Mới (31900); thuộc Huyện Vĩnh Lợi (958) → Huyện Phước Long (957)",
        "thành Thị trấn Châu Hưng A (31903); loại: Xã → Thị trấn",
        "Xã Châu Hưng A (31903) tách ra, diện tích một phần, dân số không, khoản 4",
        "thuộc Huyện Hòa Bình (961) → Tỉnh Bạc Liêu (95)",
    ] {
        assert!(planned.contains(said), "{said}: {planned}");
    }
    let plan = ReformPlan { on: date(2025, 7, 1), basis: BASIS, rows: plan.as_bytes() };
    let (id, _) = carry_out_reform(&site.installation(), plan).await.expect("carried out");
    let page = site.get(&appraiser, &format!("/units/reforms/{id}")).await.text();
    assert_eq!(words(&page, "id=\"gains\""), planned);
}

async fn a_plan_with_mistakes_is_shown_with_each_at_its_row_and_writes_nothing(empty: Empty) {
    let site = Site::open(empty).await;
    let secretary = As("council_secretary", site.province().await);
    let before = site.stored().await;
    let rows = format!(
        "{}\n\nabolish,958,Huyện Khác,,,,,95,,,,\nabsorb,31828,Phường 9,31825,,,,,,,,\n",
        PLAN_COLUMNS.join(",")
    );
    let day = "2025-07-01";
    for (form, said) in [
        ([day, BASIS, &rows, ""], "Hàng 4, cột unit_name"),
        ([day, BASIS, &rows, ""], "Hàng 3, cột unit_name"),
        ([day, BASIS, "operation\tunit\n", ""], "Hàng 1, cột successor"),
        ([day, BASIS, "", "%PDF-1.7 is no table"], "không phải bảng tính"),
        ([day, BASIS, "", PLAN], "Đã đọc tệp plan.csv"),
        ([day, " ", PLAN, ""], "Chưa có số văn bản"),
        (["31/13/2025", BASIS, PLAN, ""], "Chưa có ngày hiệu lực"),
        ([day, BASIS, " ", ""], "Chưa có bảng phương án"),
        (["2023-07-01", BASIS, PLAN, ""], "Chưa thực hiện được"),
    ] {
        let answer = looked_through(&site, &secretary, form).await;
        let page = answer.text();
        assert!(answer.status == 200 && page.contains(said), "{said}: {page}");
    }
    let held = looked_through(&site, &secretary, ["2023-07-01", BASIS, PLAN, ""]).await.text();
    assert!(!held.contains("unit reform apply"), "nobody is told to carry it out: {held}");
    let large = "x".repeat(600 * 1024);
    let answer = looked_through(&site, &secretary, [day, BASIS, &large, ""]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let public = As("public", site.province().await);
    assert_eq!(looked_through(&site, &public, [day, BASIS, PLAN, ""]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.get(&public, ADDRESS).await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.stored().await, before);
}
