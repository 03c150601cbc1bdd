//! Uploads in pieces over HTTP, after the tus protocol: how they go on, what they refuse, and that nothing is left.

use axum::{
    body::{Body, Bytes},
    http::StatusCode,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use crate::{
    site::{Answer, As, Site, request},
    story::{Cast, OPEN, PDF},
};

const UPLOADS: &str = "/evidence/uploads";
const PIECE: (&str, &str) = ("content-type", "application/offset+octet-stream");

fn metadata(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{name} {}", STANDARD.encode(value))).collect::<Vec<_>>().join(",")
}

fn sha256(bytes: &[u8]) -> String {
    dienhinh_domain::audit::sha256(bytes)
}

async fn tus(site: &Site, who: &As, method: &str, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
    let mut request = request(method, who, path).header("tus-resumable", "1.0.0").header("accept", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = site.send(request.body(body).expect("a request")).await;
    assert_eq!(answer.header("tus-resumable"), "1.0.0", "{method} {path}");
    answer
}

/// Begins an upload of so many bytes and gives the answer.
async fn begin(site: &Site, who: &As, bytes: usize, fields: &[(&str, &str)]) -> Answer {
    let headers = [("upload-length", &*bytes.to_string()), ("upload-metadata", &*metadata(fields))];
    tus(site, who, "POST", UPLOADS, &headers, Body::empty()).await
}

async fn begun(site: &Site, cast: &Cast, name: &str, bytes: &[u8]) -> String {
    let fields = [
        ("dossier", &*cast.dossier),
        ("criterion", OPEN),
        ("filename", name),
        ("pointer", "trang 1"),
        ("effective_on", "05/11/2023"),
        ("sha256", &*sha256(bytes)),
    ];
    let answer = begin(site, &cast.officer, bytes.len(), &fields).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.header("location").to_owned()
}

async fn add(site: &Site, who: &As, path: &str, offset: usize, bytes: &[u8]) -> Answer {
    let headers = [("upload-offset", &*offset.to_string()), PIECE];
    tus(site, who, "PATCH", path, &headers, Body::from(bytes.to_vec())).await
}

async fn offset(site: &Site, who: &As, path: &str) -> usize {
    let answer = tus(site, who, "HEAD", path, &[], Body::empty()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.header("upload-offset").parse().expect("a number")
}

fn waiting(site: &Site) -> usize {
    site.files("/incoming/").len()
}

async fn proofs(site: &Site, cast: &Cast) -> usize {
    let sheet = site.get(&cast.officer, &cast.path("")).await.text();
    sheet.matches("href=\"/evidence/").count()
}

#[tokio::test]
async fn an_upload_goes_on_where_it_stands_also_after_a_restart() {
    let mut site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let (before, whole) = (proofs(&site, &cast).await, [PDF, &vec![b' '; 100_000]].concat());
    let path = begun(&site, &cast, "Kế hoạch năm.pdf", &whole).await;
    assert_eq!(offset(&site, &cast.officer, &path).await, 0);
    let first = add(&site, &cast.officer, &path, 0, &whole[..40_000]).await;
    assert_eq!((first.status, first.header("upload-offset")), (StatusCode::NO_CONTENT, "40000"));
    site.restart().await;
    assert_eq!(offset(&site, &cast.officer, &path).await, 40_000);
    for wrong in [0, 39_999, 40_001] {
        let refused = add(&site, &cast.officer, &path, wrong, &whole[40_000..]).await;
        assert_eq!((refused.status, &refused.json()["code"]), (StatusCode::CONFLICT, &"evidence.wrong_offset".into()));
    }
    // A connection that breaks leaves what came.
    let pieces = [Ok(Bytes::copy_from_slice(&whole[40_000..50_000])), Err(std::io::Error::other("cut"))];
    let broken = Body::from_stream(futures_util::stream::iter(pieces));
    let cut = tus(&site, &cast.officer, "PATCH", &path, &[("upload-offset", "40000"), PIECE], broken).await;
    assert_eq!(cut.json()["code"], "evidence.cut_off");
    assert_eq!(offset(&site, &cast.officer, &path).await, 50_000);
    assert_eq!(proofs(&site, &cast).await, before, "nothing is seen of it yet");

    for time in ["the last piece", "its answer was lost and it is sent again"] {
        let last = add(&site, &cast.officer, &path, 50_000, &whole[50_000..]).await;
        let status = if time == "the last piece" { StatusCode::NO_CONTENT } else { StatusCode::CONFLICT };
        assert_eq!(last.status, status, "{time}: {}", last.text());
        assert_eq!(offset(&site, &cast.officer, &path).await, whole.len(), "{time}");
        assert_eq!(proofs(&site, &cast).await, before + 1, "{time}");
        assert_eq!(waiting(&site), 0, "{time}");
    }
    let row = site.send(
        request("GET", &cast.officer, &path)
            .header("accept", "application/json")
            .body(Body::empty())
            .expect("a request"),
    );
    let files = row.await.json()["html"]["files"].as_str().expect("a list").to_owned();
    let id = path.rsplit('/').next().expect("an id");
    assert!(files.contains(&format!("/evidence/{id}\"")) && files.contains("Kế hoạch năm.pdf"), "{files}");
    assert!(files.contains("trang 1") && files.contains("05/11/2023"), "{files}");
    let opened = site.get(&cast.officer, &format!("/evidence/{id}")).await;
    assert_eq!((opened.status, opened.body), (StatusCode::OK, whole));
}

#[tokio::test]
async fn the_last_byte_is_not_acknowledged_before_the_proof_is_attached() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let path = begun(&site, &cast, "a.pdf", PDF).await;
    let id = path.rsplit('/').next().expect("an id");
    // As after a crash between the last byte and the row.
    let [part] = &site.files(&format!("{id}.part"))[..] else { panic!("its bytes wait") };
    std::fs::write(part, PDF).expect("written");
    assert_eq!(offset(&site, &cast.officer, &path).await, PDF.len() - 1);
    let last = add(&site, &cast.officer, &path, PDF.len() - 1, &PDF[PDF.len() - 1..]).await;
    assert_eq!(last.status, StatusCode::NO_CONTENT, "{}", last.text());
    // As after a crash between the row and the parts: they are known to be done with.
    assert_eq!(waiting(&site), 0);
    assert_eq!(offset(&site, &cast.officer, &path).await, PDF.len());
}

#[tokio::test]
async fn what_arrives_otherwise_than_it_was_sent_leaves_no_trace() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let (before, files) = (proofs(&site, &cast).await, site.files("/evidence/").len());
    let other = PDF.iter().map(|byte| if *byte == b'4' { b'5' } else { *byte }).collect::<Vec<_>>();
    let long = [PDF, b"more"].concat();
    let script = b"<script>alert(1)</script>".to_vec();
    for (name, announced, sent, status, code) in [
        ("a.pdf", PDF, other.as_slice(), 460, "evidence.changed"),
        ("a.pdf", &script, &script, 415, "evidence.type_refused"),
        ("a.exe", PDF, PDF, 415, "evidence.type_refused"),
        ("a.pdf", PDF, &long, 413, "evidence.too_large"),
    ] {
        let path = begun(&site, &cast, name, announced).await;
        let answer = add(&site, &cast.officer, &path, 0, sent).await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (status, Some(code)), "{name}");
        if code == "evidence.too_large" {
            let given_up = tus(&site, &cast.officer, "DELETE", &path, &[], Body::empty()).await;
            assert_eq!(given_up.status, StatusCode::NO_CONTENT);
        }
        let gone = tus(&site, &cast.officer, "HEAD", &path, &[], Body::empty()).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{name}");
        assert_eq!((waiting(&site), site.files("/evidence/").len()), (0, files), "{name}: nothing is left");
    }
    assert_eq!(proofs(&site, &cast).await, before);
}

#[tokio::test]
async fn a_piece_with_a_checksum_is_taken_whole_or_not_at_all() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let path = begun(&site, &cast, "a.pdf", PDF).await;
    let sum = format!("sha256 {}", STANDARD.encode(Sha256::digest(&PDF[..10])));
    for (sent, sum, status, stands) in [
        (&PDF[..9], sum.as_str(), 460, 0),
        (&PDF[..10], "sha256 %%%", 400, 0),
        (&PDF[..10], "md5 AAAA", 400, 0),
        (&PDF[..10], sum.as_str(), 204, 10),
    ] {
        let headers = [("upload-offset", "0"), ("upload-checksum", sum), PIECE];
        let answer = tus(&site, &cast.officer, "PATCH", &path, &headers, Body::from(sent.to_vec())).await;
        assert_eq!(answer.status.as_u16(), status, "{sum}");
        assert_eq!(offset(&site, &cast.officer, &path).await, stands, "{sum}");
    }
}

#[tokio::test]
async fn only_who_may_attach_begins_and_only_who_began_goes_on() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let (other, _) = site.find("exemplary-commune-34", "Phường 1").await;
    let other = As("unit_officer", other);
    let fields = |criterion| [("dossier", &*cast.dossier), ("criterion", criterion), ("filename", "a.pdf")];
    for (who, bytes, criterion, status) in [
        (&cast.public, 10, OPEN, 403),
        (&cast.leader, 10, OPEN, 403),
        (&other, 10, OPEN, 403),
        (&cast.officer, 10, "c99", 404),
        (&cast.officer, 0, OPEN, 422),
        (&cast.officer, 26 * 1024 * 1024, OPEN, 413),
    ] {
        let answer = begin(&site, who, bytes, &fields(criterion)).await;
        assert_eq!(answer.status.as_u16(), status, "{who:?} {bytes} {criterion}");
    }
    assert_eq!(waiting(&site), 0);
    let path = begun(&site, &cast, "a.pdf", PDF).await;
    let (role, unit) = (StatusCode::FORBIDDEN, StatusCode::NOT_FOUND);
    for (who, status) in [(&cast.public, role), (&cast.leader, role), (&other, unit)] {
        assert_eq!(tus(&site, who, "HEAD", &path, &[], Body::empty()).await.status, status);
        assert_eq!(add(&site, who, &path, 0, PDF).await.status, status);
        assert_eq!(tus(&site, who, "DELETE", &path, &[], Body::empty()).await.status, status);
    }
    assert_eq!(add(&site, &cast.officer, &path, 0, PDF).await.status, StatusCode::NO_CONTENT);
    let elsewhere = site.get(&other, &path).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN, "nor sees others what came of it");
}

#[tokio::test]
async fn the_server_says_what_it_takes_and_refuses_what_it_does_not() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let options = site.send(request("OPTIONS", &cast.officer, UPLOADS).body(Body::empty()).expect("a request")).await;
    assert_eq!(options.status, StatusCode::NO_CONTENT);
    for (name, value) in [
        ("tus-version", "1.0.0"),
        ("tus-extension", "creation,checksum,termination"),
        ("tus-max-size", "26214400"),
        ("tus-checksum-algorithm", "sha256"),
    ] {
        assert_eq!(options.header(name), value);
    }
    let path = begun(&site, &cast, "a.pdf", PDF).await;
    let old = request("HEAD", &cast.officer, &path).header("tus-resumable", "0.2.2").body(Body::empty());
    let old = site.send(old.expect("a request")).await;
    assert_eq!((old.status, old.header("tus-version")), (StatusCode::PRECONDITION_FAILED, "1.0.0"));
    for (headers, status) in [
        (vec![("upload-offset", "0"), ("content-type", "application/pdf")], 415),
        (vec![PIECE], 400),
        (vec![("upload-offset", "-1"), PIECE], 400),
    ] {
        let answer = tus(&site, &cast.officer, "PATCH", &path, &headers, Body::from(PDF)).await;
        assert_eq!(answer.status.as_u16(), status, "{headers:?}");
    }
    let headers = [("upload-length", "10"), ("upload-metadata", "filename !!!")];
    let answer = tus(&site, &cast.officer, "POST", UPLOADS, &headers, Body::empty()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}
