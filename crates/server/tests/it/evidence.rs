//! Proofs over HTTP: what comes in, what leaves no trace, who opens them.

use std::convert::Infallible;

use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode, header},
};

use crate::{
    site::{As, Site, multipart},
    story::{Cast, OPEN, PDF},
};

fn blobs(site: &Site) -> usize {
    site.files("/evidence/").len()
}

#[tokio::test]
async fn what_is_refused_leaves_no_trace() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let before = blobs(&site);
    let large = [PDF, &vec![b' '; 26 * 1024 * 1024]].concat();
    for (name, bytes, status, code) in [
        ("a.html", b"<script>alert(1)</script>".as_slice(), 415, "evidence.type_refused"),
        ("a.pdf", b"<script>alert(1)</script>".as_slice(), 415, "evidence.type_refused"),
        ("a.exe", PDF, 415, "evidence.type_refused"),
        ("a.pdf", b"".as_slice(), 422, "evidence.empty"),
        ("", b"".as_slice(), 422, "evidence.no_file"),
        ("a.pdf", large.as_slice(), 413, "evidence.too_large"),
    ] {
        let answer = site.upload(&cast.officer, &cast.path("/evidence"), OPEN, name, bytes).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (status, Some(code)), "{name}");
        assert!(!answer.json()["message"].as_str().expect("words").is_empty());
        assert_eq!(blobs(&site), before, "{name}: nothing is left");
    }
    let unknown = site.upload(&cast.officer, &cast.path("/evidence"), "c99", "a.pdf", PDF).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let leader = site.upload(&cast.leader, &cast.path("/evidence"), OPEN, "a.pdf", PDF).await;
    assert_eq!(leader.status, StatusCode::FORBIDDEN);
    assert_eq!(blobs(&site), before, "nothing is left");
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_no_trace() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let before = blobs(&site);
    let whole = multipart(OPEN, "a.pdf", &[PDF, &vec![b' '; 200_000]].concat());
    let half: Vec<Result<Bytes, Infallible>> =
        whole[..whole.len() / 2].chunks(10_000).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    let request = Request::post(cast.path("/evidence"))
        .header(header::COOKIE, format!("actor=unit_officer:{}", cast.officer.1))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .header(header::ACCEPT, "application/json")
        .body(Body::from_stream(futures_util::stream::iter(half)))
        .expect("a request");
    let answer = site.send(request).await;
    assert_eq!(answer.json()["code"], "evidence.cut_off");
    assert_eq!(blobs(&site), before);
}

#[tokio::test]
async fn a_proof_is_opened_by_those_it_concerns_and_can_be_taken_off() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let attached = site.upload(&cast.officer, &cast.path("/evidence"), OPEN, "Kế hoạch năm.pdf", PDF).await;
    assert_eq!(attached.status, StatusCode::OK, "{}", attached.text());
    let list = attached.json()["html"]["files"].as_str().expect("a list").to_owned();
    let id = list.split("href=\"/evidence/").nth(1).expect("a link").split('"').next().expect("its id").to_owned();
    let opened = site.get(&cast.officer, &format!("/evidence/{id}")).await;
    assert_eq!((opened.status, opened.body.as_slice()), (StatusCode::OK, PDF));
    assert_eq!(opened.header("content-type"), "application/pdf");
    assert!(opened.header("content-disposition").starts_with("inline; filename=\"minh-chung.pdf\"; filename*=UTF-8''"));
    let (other, _) = site.find("exemplary-commune-34", "Phường 1").await;
    for who in [&cast.public, &As("unit_officer", other)] {
        assert_eq!(site.get(who, &format!("/evidence/{id}")).await.status, StatusCode::FORBIDDEN, "{who:?}");
    }
    let removed = site.post(&cast.officer, &cast.path(&format!("/evidence/{id}/remove")), &[]).await;
    assert_eq!(removed.header("location"), cast.path(&format!("#{OPEN}")));
    assert_eq!(site.get(&cast.officer, &format!("/evidence/{id}")).await.status, StatusCode::NOT_FOUND);
}
