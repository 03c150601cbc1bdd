//! The sheet: what is stored, what is refused, and that nothing typed is lost.

use axum::http::StatusCode;

use crate::{site::Site, story::Cast};

#[tokio::test]
async fn a_field_saves_itself_and_says_what_follows() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let path = cast.path("/answers/c13");
    let fields = [("c13.settled", "16"), ("c13.total", "25"), ("revision", "1")];
    let saved = site.post_json(&cast.officer, &path, &fields).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    let saved = saved.json();
    assert_eq!((&saved["outcome"], &saved["revision"]), (&"unmet".into(), &2.into()));
    assert_eq!(saved["computed"], "16/25 · 64%");
    assert!(saved["explanation"].as_str().expect("words").contains("16 × 100 < 80 × 25"));
    assert_eq!(saved["totals"]["met"], 31);
    assert!(saved["plan_needed"].as_bool().expect("a flag"));
    let unchanged = site.post_json(&cast.officer, &path, &fields).await;
    assert_eq!(unchanged.json()["revision"], 2, "the same again changes nothing");
    let emptied = site.post_json(&cast.officer, &path, &[("c13.settled", ""), ("revision", "2")]).await;
    assert_eq!(emptied.json()["outcome"], "no_data", "an empty field is no data, not zero");
}

#[tokio::test]
async fn two_people_see_each_others_words() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let path = cast.path("/answers/c01");
    let first = site.post_json(&cast.officer, &path, &[("c01.note", "một"), ("revision", "1")]).await;
    assert_eq!(first.status, StatusCode::OK);
    let second = site.post_json(&cast.officer, &path, &[("c01.note", "hai"), ("revision", "1")]).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    assert_eq!(second.json()["theirs"]["c01.note"], "một");
    assert_eq!(second.json()["revision"], 2);
}

#[tokio::test]
async fn a_wrong_figure_is_named_and_stays_where_it_was_typed() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    for wrong in ["ba", "-1", "12,5", "99999999999999999999"] {
        let refused = site.post_json(&cast.officer, &cast.path("/answers/c13"), &[("c13.settled", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(refused.json()["errors"]["c13.settled"].as_str().expect("words").contains(wrong));
    }
    let group =
        [("group", "g2"), ("c13.settled", "ba"), ("c13.total", "25"), ("c13.note", "ghi chú mới"), ("c12", "0")];
    let page = site.post(&cast.officer, &cast.path("/answers"), &group).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = page.text();
    assert!(text.contains("value=\"ba\"") && text.contains("ghi chú mới"), "what was typed is there again");
    assert!(text.contains("href=\"#c13.settled-in\""), "the summary leads to the field");
    let dossier = site.api(&format!("/api/v1{}", cast.path(""))).await;
    assert_eq!(dossier["criteria"][11]["outcome"], "unmet", "the row without a mistake was stored");
    assert_eq!(dossier["criteria"][12]["outcome"], "met", "the row with the mistake is as it was");
}

#[tokio::test]
async fn without_scripts_a_group_is_saved_by_its_button() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let fields = [("group", "g3"), ("c18", "0"), ("c18.note", "Chưa ký đủ."), ("c18.revision", "1")];
    let saved = site.post(&cast.officer, &cast.path("/answers"), &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert_eq!(saved.header("location"), cast.path("#g3"));
    let blocked = site.post(&cast.officer, &cast.path("/present"), &[]).await;
    assert!(blocked.header("set-cookie").contains("refused-dossiers-incomplete"), "an unmet criterion needs a plan");

    let plan = [("cause", "funding"), ("action", ""), ("owner", "UBND thị trấn"), ("due_on", "31/13/2024")];
    let refused = site.post(&cast.officer, &cast.path("/plans/c18"), &plan).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("31/13/2024"), "what was typed is there again");
    let plan = [("cause", "funding"), ("action", "Vận động"), ("owner", "UBND thị trấn"), ("due_on", "31/12/2024")];
    let stored = site.post(&cast.officer, &cast.path("/plans/c18"), &plan).await;
    assert_eq!(stored.status, StatusCode::SEE_OTHER, "{}", stored.text());
    cast.step(&site, &cast.officer, "/present").await;
}

#[tokio::test]
async fn what_is_handed_in_stays_as_it_is() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    cast.hand_in(&site).await;
    let locked = site.post_json(&cast.officer, &cast.path("/answers/c01"), &[("c01", "0")]).await;
    assert_eq!(locked.status, StatusCode::FORBIDDEN);
    let again = site.post_json(&cast.leader, &cast.path("/submit"), &[]).await;
    assert_eq!(
        (again.status, again.json()["code"].clone()),
        (StatusCode::CONFLICT, "dossiers.already_submitted".into())
    );
    let sheet = site.get(&cast.officer, &cast.path("")).await.text();
    assert!(!sheet.contains("type=\"radio\""), "nothing can be typed any more");
    let dossier = site.api(&format!("/api/v1{}", cast.path(""))).await;
    assert_eq!(dossier["frozen_sha256"].as_str().expect("a hash").len(), 64);
}

#[tokio::test]
async fn an_appraiser_says_why_and_may_correct_figures() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    cast.hand_in(&site).await;
    let path = cast.path("/appraisal/c13");
    for fields in [
        vec![("verdict", "return"), ("reason", "  ")],
        vec![("verdict", "correct"), ("reason", ""), ("c13.settled", "1"), ("c13.total", "25")],
        vec![("verdict", "correct"), ("reason", "Sai số"), ("c13.settled", "một"), ("c13.total", "25")],
        vec![("verdict", ""), ("reason", "Không chọn")],
    ] {
        let refused = site.post(&cast.appraiser, &path, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(refused.text().contains("role=\"alert\""), "the row says what is missing");
    }
    let fields = [("verdict", "correct"), ("reason", "Sai số liệu"), ("c13.settled", "15"), ("c13.total", "25")];
    let stored = site.post(&cast.appraiser, &path, &fields).await;
    assert_eq!(stored.status, StatusCode::SEE_OTHER, "{}", stored.text());
    let page = site.get(&cast.appraiser, &cast.path("/appraisal")).await.text();
    assert!(page.contains("value=\"15\"") && page.contains("Sai số liệu"));
    let unfinished = site.post_json(&cast.appraiser, &cast.path("/appraise"), &[]).await;
    assert_eq!(unfinished.json()["code"], "dossiers.rows_unseen");
    let nothing = site.post_json(&cast.appraiser, &cast.path("/return"), &[]).await;
    assert_eq!(nothing.json()["code"], "dossiers.nothing_to_return");
    let dossier = site.api(&format!("/api/v1{}", cast.path(""))).await;
    assert!(dossier["criteria"][12]["appraised"].is_null(), "a column under work is not shown to others");
}

#[tokio::test]
async fn addresses_that_lead_nowhere_are_404() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    for path in
        ["/dossiers/no-id", "/dossiers/00000000-0000-0000-0000-000000000000", "/nowhere", "/units/x", "/evidence/x"]
    {
        let answer = site.get(&cast.officer, path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().contains("<h1>"), "{path} is a page");
    }
    let unknown = site.post_json(&cast.officer, &cast.path("/answers/c99"), &[("c99", "1")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}
