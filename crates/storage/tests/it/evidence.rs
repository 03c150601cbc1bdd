//! What rows name in the evidence store.

use dienhinh_domain::{evidence::Evidence, ids::EvidenceId};
use dienhinh_storage::evidence;
use dienhinh_testkit as kit;

kit::on_both!(what_rows_name_is_asked_by_content_and_in_its_order);

async fn what_rows_name_is_asked_by_content_and_in_its_order(empty: kit::Empty) {
    let fresh = empty.open().await;
    let (_, _, dossier) = crate::one_dossier(&fresh.db).await;
    let hash = |first: &str| format!("{first}{}", "0".repeat(62));
    let mut tx = fresh.db.write().await.expect("a transaction");
    for (number, first) in [(11, "ff"), (12, "ab"), (13, "ab"), (14, "ac")] {
        let proof = Evidence {
            id: EvidenceId::new(kit::id(number)),
            dossier: dossier.id,
            criterion: format!("c{number}"),
            sha256: hash(first),
            file_name: "a.pdf".to_owned(),
            media: "application/pdf".to_owned(),
            bytes: 7,
            effective_on: None,
            pointer: String::new(),
            uploaded_at: kit::now(),
        };
        evidence::insert(&mut tx, &proof).await.expect("inserted");
    }
    let taken_off = EvidenceId::new(kit::id(14));
    assert!(evidence::remove(&mut tx, taken_off, kit::now()).await.expect("taken off"));
    assert!(evidence::is_named(&mut tx, &hash("ac")).await.expect("asked"), "the record still names it");
    assert!(!evidence::is_named(&mut tx, &hash("ad")).await.expect("asked"));
    assert_eq!(evidence::hashes(&mut tx, "ab", "ac").await.expect("asked"), [hash("ab")]);
    assert_eq!(evidence::hashes(&mut tx, "ff", "g").await.expect("asked"), [hash("ff")]);
    let received = evidence::received(&mut tx, taken_off).await.expect("asked");
    assert_eq!(received, Some((dossier.id, "c14".to_owned(), 7)));
    assert_eq!(evidence::received(&mut tx, EvidenceId::new(kit::id(15))).await.expect("asked"), None);

    let (mut last, mut criteria) = (None, Vec::new());
    loop {
        let page = evidence::named(&mut tx, last.as_ref(), 2).await.expect("a page");
        criteria.extend(page.iter().map(|named| (named.sha256[..2].to_owned(), named.criterion.clone())));
        match page.into_iter().next_back() {
            Some(named) => last = Some(named),
            None => break,
        }
    }
    let expected = [("ab", "c12"), ("ab", "c13"), ("ac", "c14"), ("ff", "c11")];
    assert_eq!(criteria, expected.map(|(hash, criterion)| (hash.to_owned(), criterion.to_owned())));
}
