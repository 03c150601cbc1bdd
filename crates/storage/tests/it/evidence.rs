//! What rows name in the evidence store.

use dienhinh_domain::{
    access::{Actor, Role},
    evidence::Evidence,
    ids::{CycleId, DraftId, EvidenceId, UnitId},
};
use dienhinh_storage::{
    Tx, evidence,
    imports::drafts::{self, Draft},
};
use dienhinh_testkit as kit;
use jiff::SignedDuration;

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
    spreadsheets_that_are_taken_in_are_named(&mut tx, dossier.cycle, &hash("ad")).await;
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

/// A spreadsheet that somebody is taking in names its content until it is forgotten.
async fn spreadsheets_that_are_taken_in_are_named(tx: &mut Tx, cycle: CycleId, sha256: &str) {
    let draft = Draft {
        id: DraftId::new(kit::id(21)),
        by: Actor { role: Role::UnitOfficer, scope: UnitId::new(kit::id(22)) },
        cycle,
        file_name: "a.xlsx".to_owned(),
        sha256: sha256.to_owned(),
        bytes: 5,
        map: String::new(),
        made_at: kit::now(),
    };
    drafts::insert(tx, &draft).await.expect("inserted");
    drafts::save_map(tx, draft.id, "name = \"a\"").await.expect("saved");
    let kept = drafts::get(tx, draft.id).await.expect("asked");
    assert_eq!(kept, Some(Draft { map: "name = \"a\"".to_owned(), ..draft.clone() }));
    assert!(evidence::is_named(tx, sha256).await.expect("asked"));
    assert_eq!(evidence::hashes(tx, "ad", "ae").await.expect("asked"), [sha256]);
    assert_eq!(drafts::forget(tx, kit::now()).await.expect("asked"), 0, "it is not older");
    let later = kit::now() + SignedDuration::from_secs(1);
    assert_eq!(drafts::forget(tx, later).await.expect("asked"), 1);
    assert!(!evidence::is_named(tx, sha256).await.expect("asked"));
    assert_eq!(drafts::get(tx, draft.id).await.expect("asked"), None);
}
