//! The JSON API: shapes, paging, and how a "no" looks.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};

use crate::{site::Site, story::Cast};

#[tokio::test]
async fn a_no_is_a_problem_document() {
    let site = Site::fresh().await;
    for path in [
        "/api/v1/dossiers/00000000-0000-0000-0000-000000000000",
        "/api/v1/dossiers/x",
        "/api/v1/units/x",
        "/api/v1/cycles/x/dossiers",
        "/api/v1/certificates/AAAA-AAAA-AAAA-A",
        "/api/v1/nothing",
    ] {
        let answer = site.send(Request::get(path).body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        let problem = answer.json();
        assert_eq!((&problem["status"], &problem["code"]), (&404.into(), &"not_found".into()), "{path}");
    }
}

#[tokio::test]
async fn units_are_found_without_accents() {
    let site = Site::fresh().await;
    let found = site.api("/api/v1/units?search=chau%20hung").await;
    let names: Vec<&str> =
        found["items"].as_array().expect("units").iter().filter_map(|unit| unit["name"].as_str()).collect();
    assert_eq!(names, ["Thị trấn Châu Hưng", "Xã Châu Hưng A"]);
    assert_eq!(found["items"][0]["code"], "31900");
    assert_eq!(found["items"][0]["place"], "huyện Vĩnh Lợi, tỉnh Bạc Liêu");
    assert_eq!(site.api("/api/v1/units?search=%25").await["items"], serde_json::json!([]));
}

#[tokio::test]
async fn lists_page_by_key() {
    let site = Site::fresh().await;
    let cycles = site.api("/api/v1/cycles").await;
    let cycle =
        cycles["items"].as_array().expect("cycles").iter().find(|cycle| cycle["dossiers"] == 64).expect("64 communes");
    let path = format!("/api/v1/cycles/{}/dossiers?limit=30", cycle["id"].as_str().expect("id"));
    let mut seen = Vec::new();
    let mut next = path.clone();
    loop {
        let page = site.api(&next).await;
        seen.extend(page["items"].as_array().expect("items").iter().map(|dossier| dossier["id"].to_string()));
        match page["next"].as_str() {
            Some(after) => next = format!("{path}&after={after}"),
            None => break,
        }
    }
    let count = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((count, seen.len()), (64, 64));
}

#[tokio::test]
async fn programmes_and_health_answer() {
    let site = Site::fresh().await;
    let programmes = site.api("/api/v1/programmes").await;
    assert_eq!(programmes["items"][0]["code"], "exemplary-commune-34");
    assert_eq!(programmes["items"].as_array().expect("sets").len(), 5);
    assert_eq!(site.api("/healthz").await["status"], "ok");
    let cast = Cast::of(&site).await;
    for path in ["/programmes", "/programmes/exemplary-commune-34", "/units", "/plans", "/recognition", "/cycles"] {
        let answer = site.get(&cast.appraiser, path).await;
        assert!(answer.status == StatusCode::OK || answer.status == StatusCode::SEE_OTHER, "{path}: {}", answer.status);
        assert!(!answer.text().contains('⟦'), "{path}");
    }
}

#[tokio::test]
async fn a_criterion_says_who_collects_its_figures_and_what_a_merger_does_to_them() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let page = site.get(&cast.appraiser, "/programmes/exemplary-commune-34").await.text();
    let of = |id: &str| page.split(&format!("<li id=\"{id}\">")).nth(1).and_then(|rest| rest.split("</li>").next());
    let row = of("c13").expect("the criterion on mediation");
    assert!(row.contains("Đầu mối thu thập:</span> Công chức tư pháp - hộ tịch cấp xã"), "{row}");
    assert!(row.contains("Khi nhập đơn vị:</span> Cộng số liệu của các đơn vị cũ."), "{row}");
    let silent = of("c01").expect("a criterion whose row says neither");
    assert!(!silent.contains("Đầu mối thu thập") && !silent.contains("Khi nhập đơn vị"), "{silent}");
}

#[tokio::test]
async fn another_number_can_be_tried_and_nothing_changes() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let page = "/programmes/exemplary-commune-34/what-if";
    let empty = site.get(&cast.appraiser, page).await;
    assert_eq!(empty.status, StatusCode::OK);
    assert!(empty.text().contains("value=\"c19.at_least\""));
    let asked = site.get(&cast.appraiser, &format!("{page}?key=c19.at_least&value=80%25")).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
    assert!(asked.text().contains("Trong 46 hồ sơ đã nộp"), "every dossier handed in is scored again");
    let stricter = site.get(&cast.appraiser, &format!("{page}?key=min_met&value=34")).await.text();
    assert!(stricter.contains("Đủ điều kiện → Chưa đủ điều kiện"), "some units lose the title");
    let same = site.get(&cast.appraiser, &format!("{page}?key=min_met&value=30")).await.text();
    assert!(same.contains("Thay đổi kết quả: 0 đơn vị"), "the number in force changes nobody");
    let wrong = site.get(&cast.appraiser, &format!("{page}?key=c19.at_least&value=viel")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("value=\"viel\""), "what was typed is there again");
    assert_eq!(site.get(&cast.officer, page).await.status, StatusCode::FORBIDDEN);
    let programme = site.api("/api/v1/programmes").await;
    assert_eq!(programme["items"][0]["min_met"], 30, "nothing was stored");
}
