//! The record through HTTP: one entry a change, who reads it, checkpoints for everybody, proofs of certificates.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use dienhinh_domain::{
    access::Action,
    audit::{
        checkpoint::{PublicKey, Signed},
        merkle::continues,
        proof::Proof,
    },
};
use dienhinh_server::{keys, prove, verify};
use dienhinh_storage::audit::{self, Of, Placed};

use crate::{
    site::{As, Site},
    story::{Cast, decide},
};

async fn record(site: &Site) -> Vec<Placed> {
    let db = site.database().await;
    let mut tx = db.read().await.expect("a transaction");
    audit::latest(&mut tx, Of::All, i64::MAX, 100_000).await.expect("read")
}

/// What was done since a number of entries, oldest first.
async fn since(site: &Site, before: usize) -> Vec<Placed> {
    let mut record = record(site).await;
    record.truncate(record.len() - before);
    record.reverse();
    record
}

#[tokio::test]
async fn every_change_is_one_entry_and_nothing_else_is() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let before = record(&site).await.len();
    assert!(before > 300, "every step of the sample is in it: {before}");
    for path in ["/dossiers", "/audit", "/recognition", "/plans", "/units", "/cycles", "/programmes"] {
        site.get(&cast.appraiser, path).await;
    }
    let refused = site.post_json(&cast.public, &cast.path("/answers/c01"), &[("c01.note", "x")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(record(&site).await.len(), before, "what is read or refused leaves no entry");

    let location = decide(&site, &cast).await;
    let entries = since(&site, before).await;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for placed in &entries {
        *counts.entry(placed.entry.action.name()).or_default() += 1;
    }
    let expected = [
        ("committees.call", 1),
        ("committees.close", 1),
        ("committees.open", 1),
        ("committees.vote", 7),
        ("dossiers.answer", 1),
        ("dossiers.appraise", 1),
        ("dossiers.appraise_row", 35),
        ("dossiers.present", 2),
        ("dossiers.return", 1),
        ("dossiers.submit", 2),
        ("evidence.attach", 1),
        ("recognition.decide", 1),
    ];
    assert_eq!(counts, BTreeMap::from(expected), "one entry for each request that changed something");
    let mut requests = std::collections::BTreeSet::new();
    for Placed { seq, entry } in &entries {
        assert!(requests.insert(entry.request.expect("a request")), "{seq}: one request, one entry");
        assert!(entry.change.after.is_some() && entry.change.before != entry.change.after, "{seq}: {:?}", entry.change);
    }
    // The dossier goes from hash to hash: nothing changed it between two entries.
    let of_dossier: Vec<&Placed> = entries.iter().filter(|placed| placed.entry.subject == cast.dossier).collect();
    for pair in of_dossier.windows(2) {
        assert_eq!(pair[0].entry.change.after, pair[1].entry.change.before, "{} to {}", pair[0].seq, pair[1].seq);
    }
    let last = entries.last().expect("the decision");
    assert_eq!((last.entry.action, last.entry.change.before.as_ref()), (Action::RecognitionDecide, None));
    assert_eq!(location, format!("/recognition/{}", last.entry.subject));
    let verified = verify(&site.installation(), &[], &[]).await.expect("read");
    assert!(verified.holds(), "{:?}", verified.bad);
    assert_eq!(verified.entries, u64::try_from(before + entries.len()).expect("few"));
    assert_eq!(verified.agreed, verified.entries, "the decision published its checkpoint");
}

#[tokio::test]
async fn no_text_that_people_typed_is_in_the_record() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let before = record(&site).await.len();
    decide(&site, &cast).await;
    for Placed { seq, entry } in since(&site, before).await {
        for typed in ["Bổ sung chữ ký.", "Đã bổ sung.", "Chưa thể hiện", "cam-ket.pdf", "CHỦ TỊCH"] {
            assert!(!entry.detail.contains(typed), "{seq}: {}", entry.detail);
        }
    }
}

#[tokio::test]
async fn a_certificate_is_proved_without_the_server() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let location = decide(&site, &cast).await;
    let page = site.get(&cast.public, &location).await.text();
    let code = page.split("class=\"code\">").nth(1).expect("a code").split('<').next().expect("the code").to_owned();
    let public = site.get(&cast.public, &format!("/portal/certificates/{code}")).await.text();
    assert!(public.contains(&format!("/portal/certificates/{code}/proof")), "the page offers the proof");
    let answer = site.get(&cast.public, &format!("/portal/certificates/{code}/proof")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(answer.header("content-disposition").starts_with("attachment"));
    assert!(answer.body.len() <= 4096, "{} bytes", answer.body.len());
    let known = keys(&site.installation()).expect("keys");
    assert!(public.contains(&known[0].text().replace('+', "&#43;")) || public.contains(&known[0].text()));
    let proof = Proof::read(&answer.text()).expect("a proof");
    proof.check(&known).expect("holds");
    let listed = proof.listed.as_ref().expect("a certificate");
    let attested = &listed.attestation;
    assert_eq!((attested.code.as_str(), attested.unit.as_str()), (code.as_str(), "Thị trấn Châu Hưng"));
    assert_eq!((attested.decision.as_str(), attested.signed_on.as_str()), ("02/QĐ-UBND", "2023-11-24"));
    let by_operator = prove(&site.installation(), &code.to_lowercase()).await.expect("a proof");
    assert_eq!(by_operator.text(), answer.text());
    for unknown in ["7KQ2-M9XA-4TBC-5", "x", "%2e%2e"] {
        let answer = site.get(&cast.public, &format!("/portal/certificates/{unknown}/proof")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unknown}");
    }
    // Every certificate of the sample's own decisions has its proof too.
    let portal = site.get(&cast.public, "/portal").await.text();
    let mut codes: Vec<&str> =
        portal.split("/portal/certificates/").skip(1).filter_map(|rest| rest.split('?').next()).collect();
    codes.dedup();
    assert!(codes.len() > 5, "{codes:?}");
    for code in codes {
        let proof = prove(&site.installation(), code).await.expect(code);
        proof.check(&known).expect(code);
        assert!(proof.text().len() <= 4096, "{code}");
    }
}

#[tokio::test]
async fn checkpoints_are_public_and_continue_each_other() {
    let site = Site::fresh().await;
    let answer = site.api("/api/v1/audit/checkpoints").await;
    let keys: Vec<PublicKey> = answer["keys"]
        .as_array()
        .expect("keys")
        .iter()
        .map(|key| PublicKey::read(key.as_str().expect("text")).expect("a key"))
        .collect();
    let published: Vec<Signed> = answer["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| Signed::read(item["note"].as_str().expect("text")).expect("a checkpoint"))
        .collect();
    assert!(published.len() >= 2, "one for each decision of the sample");
    for pair in published.windows(2) {
        let (new, old) = (&pair[0], &pair[1]);
        new.verify(&keys).and_then(|()| old.verify(&keys)).expect("signed");
        let (new, old) = (&new.checkpoint, &old.checkpoint);
        let answer = site.api(&format!("/api/v1/audit/consistency?older={}&size={}", old.size, new.size)).await;
        let path: Vec<[u8; 32]> = answer["path"]
            .as_array()
            .expect("a path")
            .iter()
            .map(|hash| BASE64_STANDARD.decode(hash.as_str().expect("text")).expect("base64"))
            .map(|bytes| bytes.try_into().expect("32 bytes"))
            .collect();
        assert!(continues(old.size, &old.root, new.size, &new.root, &path), "{} to {}", old.size, new.size);
    }
}

#[tokio::test]
async fn the_page_shows_each_reader_their_own_area() {
    let site = Site::fresh().await;
    let cast = Cast::of(&site).await;
    let page = site.get(&cast.secretary, "/audit").await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    assert!(text.contains("Ban hành quyết định") && text.contains("Điểm kiểm chứng gần nhất"));
    let older = text.split("href=\"/audit?before=").nth(1).expect("more").split('"').next().expect("its end");
    let second = site.get(&cast.secretary, &format!("/audit?before={older}")).await.text();
    assert!(second.contains("data-label=\"Số\""), "the next page has entries");
    let own = site.get(&cast.leader, "/audit").await.text();
    assert!(own.contains("Thị trấn Châu Hưng") && !own.contains("Ban hành quyết định"));
    let (other, other_dossier) = site.find("exemplary-commune-34", "Thị trấn Phước Long").await;
    for (who, path) in [
        (&cast.leader, format!("/audit?unit={other}")),
        (&cast.leader, format!("/audit?subject={other_dossier}")),
        (&cast.public, "/audit".to_owned()),
        (&As("unit_officer", other), format!("/audit?subject={}", cast.dossier)),
    ] {
        assert_eq!(site.get(who, &path).await.status, StatusCode::FORBIDDEN, "{path} as {who:?}");
    }
    let of_thing = site.get(&cast.leader, &format!("/audit?subject={}", cast.dossier)).await.text();
    assert!(of_thing.contains("Cùng một hồ sơ"));
}
