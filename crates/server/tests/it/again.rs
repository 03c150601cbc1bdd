//! Requests that come again: known by their key, answered with what came of the first, done once.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use dienhinh_testkit::Empty;

use crate::{
    site::{Answer, As, Site, form, multipart},
    story::{Cast, OPEN, PDF},
};

dienhinh_testkit::on_both!(
    the_same_request_with_its_key_is_done_once,
    fifty_at_once_have_one_effect,
    a_proof_sent_twice_lies_there_once
);

/// The header of keys.
const KEY: &str = "idempotency-key";

async fn with_key(site: &Site, who: &As, path: &str, key: &str, fields: &str) -> Answer {
    let request = form(who, path).header(header::ACCEPT, "application/json").header(KEY, key);
    site.send(request.body(Body::from(fields.to_owned())).expect("a request")).await
}

async fn entries(site: &Site) -> i64 {
    let db = site.database().await;
    let mut tx = db.read().await.expect("a transaction");
    dienhinh_storage::audit::size(&mut tx).await.expect("read").try_into().expect("small")
}

async fn the_same_request_with_its_key_is_done_once(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let path = cast.path("/answers/c13");
    let (fields, before) = ("c13.settled=16&c13.total=25&revision=1", entries(&site).await);
    let first = with_key(&site, &cast.officer, &path, "k1", fields).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (StatusCode::OK, ""));
    let again = with_key(&site, &cast.officer, &path, "\"k1\"", fields).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (StatusCode::OK, "true"));
    assert_eq!(again.json(), first.json());
    assert_eq!(entries(&site).await, before + 1);
    // Somebody wrote in between: the late copy of the first does not undo it, and does not call it a conflict.
    let later = site.post_json(&cast.officer, &path, &[("c13.settled", "20"), ("revision", "2")]).await;
    assert_eq!(later.status, StatusCode::OK);
    let late = with_key(&site, &cast.officer, &path, "k1", fields).await;
    assert_eq!((late.status, &late.json()["revision"]), (StatusCode::OK, &3.into()));
    assert_eq!(entries(&site).await, before + 2);
}

#[tokio::test]
async fn a_key_is_of_one_request_of_one_person() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let path = cast.path("/answers/c13");
    assert_eq!(with_key(&site, &cast.officer, &path, "k1", "c13.settled=16").await.status, StatusCode::OK);
    let before = entries(&site).await;
    for (path, fields) in [(path.as_str(), "c13.settled=17"), (cast.path("/answers/c14").as_str(), "c13.settled=16")] {
        let other = with_key(&site, &cast.officer, path, "k1", fields).await;
        assert_eq!((other.status.as_u16(), &other.json()["code"]), (422, &"access.key_reused".into()), "{fields}");
    }
    let leader = with_key(&site, &cast.leader, &path, "k1", "c13.settled=16").await;
    assert_eq!(leader.status, StatusCode::FORBIDDEN, "another person is not told what the first was");
    for bad in ["", "two words", &"k".repeat(129)] {
        let refused = with_key(&site, &cast.officer, &path, bad, "c13.settled=18").await;
        assert_eq!((refused.status.as_u16(), &refused.json()["code"]), (400, &"access.bad_key".into()), "{bad}");
    }
    assert_eq!(entries(&site).await, before);
}

#[tokio::test]
async fn what_was_refused_may_be_tried_again_with_its_key() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let path = cast.path("/present");
    let early = with_key(&site, &cast.officer, &path, "k1", "").await;
    assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", early.text());
    let attached = site.upload(&cast.officer, &cast.path("/evidence"), OPEN, "a.pdf", PDF).await;
    assert_eq!(attached.status, StatusCode::OK);
    assert_eq!(with_key(&site, &cast.officer, &path, "k1", "").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_second_click_on_a_form_is_told_what_the_first_was() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let attached = site.upload(&cast.officer, &cast.path("/evidence"), OPEN, "a.pdf", PDF).await;
    assert_eq!(attached.status, StatusCode::OK);
    let sheet = site.get(&cast.officer, &cast.path("")).await.text();
    let form = sheet.split("/present\"").nth(1).expect("the form stands on the page");
    let key = form.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("its key");
    for _ in 0..2 {
        let said = site.post(&cast.officer, &cast.path("/present"), &[("key", key)]).await;
        assert!(said.header("set-cookie").contains("done-presented"), "{}", said.header("set-cookie"));
    }
    let without = site.post(&cast.officer, &cast.path("/present"), &[]).await;
    assert!(without.header("set-cookie").contains("refused-"), "{}", without.header("set-cookie"));
}

async fn fifty_at_once_have_one_effect(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let attached = site.upload(&cast.officer, &cast.path("/evidence"), OPEN, "a.pdf", PDF).await;
    assert_eq!(attached.status, StatusCode::OK);
    let before = entries(&site).await;
    let (path, key) = (cast.path("/present"), "k1");
    let all = futures_util::future::join_all((0..50).map(|_| with_key(&site, &cast.officer, &path, key, ""))).await;
    assert!(all.iter().all(|answer| answer.status == StatusCode::SEE_OTHER), "everybody is told what came of it");
    assert_eq!(all.iter().filter(|answer| answer.header("idempotency-replayed").is_empty()).count(), 1);
    assert_eq!(entries(&site).await, before + 1);
    let submit = cast.path("/submit");
    let all = futures_util::future::join_all((0..50).map(|_| site.post_json(&cast.leader, &submit, &[]))).await;
    let done = all.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    assert_eq!(done, 1, "without a key the rules let one through");
    assert_eq!(entries(&site).await, before + 2);
}

async fn a_proof_sent_twice_lies_there_once(empty: Empty) {
    let site = Site::open(empty).await;
    let cast = Cast::of(&site).await;
    let send = async |key: Option<&str>, bytes: &[u8]| {
        let mut request = Request::post(cast.path("/evidence"))
            .header(header::COOKIE, format!("actor={}:{}", cast.officer.0, cast.officer.1))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .header(header::ACCEPT, "application/json");
        if let Some(key) = key {
            request = request.header(KEY, key);
        }
        site.send(request.body(Body::from(multipart(OPEN, "a.pdf", bytes))).expect("a request")).await
    };
    let proofs = async || {
        let dossier = site.api(&format!("/api/v1{}", cast.path(""))).await;
        let rows = dossier["criteria"].as_array().expect("criteria").clone();
        rows.iter().find(|row| row["id"] == OPEN).expect("the row")["evidence"].as_i64().expect("a count")
    };
    for _ in 0..3 {
        assert_eq!(send(Some("k1"), PDF).await.status, StatusCode::OK);
    }
    assert_eq!(proofs().await, 1);
    let other = send(Some("k1"), &[PDF, b" "].concat()).await;
    assert_eq!(other.json()["code"], "access.key_reused", "another file is another request");
    assert_eq!(send(None, PDF).await.status, StatusCode::OK);
    assert_eq!(proofs().await, 2, "without a key nobody knows that it is the same");
}
