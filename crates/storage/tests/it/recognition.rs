//! Decision numbers, decisions and certificate codes.

use std::collections::BTreeMap;

use dienhinh_domain::{
    audit::proof::Attestation,
    ids::{CertificateId, DecisionId, DossierId, UnitId},
    recognition::{Certificate, Decision, DecisionItem, Draft, Measure, Ruled, Ruling, SigningCapacity},
};
use dienhinh_storage::{Db, recognition};
use dienhinh_testkit::{self as kit, Empty};
use jiff::{ToSpan as _, civil::Date};

kit::on_both!(
    numbers_have_no_gap_and_restart_each_year,
    a_decision_is_found_by_its_dossier_and_its_certificate,
    what_was_ruled_on_a_title_is_kept_in_its_order,
    a_later_round_is_decided_beside_the_first,
    decisions_of_before_are_on_the_round_of_their_dossier,
);

async fn numbers_have_no_gap_and_restart_each_year(empty: Empty) {
    let fresh = empty.open().await;
    let (unit, ..) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    assert_eq!(recognition::take_number(&mut tx, unit.unit, 2023).await.expect("taken"), 1);
    drop(tx);
    let mut tx = fresh.db.write().await.expect("a transaction");
    assert_eq!(recognition::next_number(&mut tx, unit.unit, 2023).await.expect("seen"), 1, "rolled back");
    for (year, number) in [(2023, 1), (2023, 2), (2024, 1), (2023, 3)] {
        assert_eq!(recognition::take_number(&mut tx, unit.unit, year).await.expect("taken"), number);
    }
    assert_eq!(recognition::next_number(&mut tx, unit.unit, 2023).await.expect("seen"), 4);
}

fn attestation(dossier: &str) -> Attestation {
    Attestation {
        code: "7KQ2-M9XA-4TBC-5".to_owned(),
        unit: "Xã Châu Thới".to_owned(),
        place: "huyện Vĩnh Lợi".to_owned(),
        title: "Xã điển hình".to_owned(),
        title_en: "Exemplary commune".to_owned(),
        year: "2023".to_owned(),
        decision: "05/QĐ-UBND".to_owned(),
        signed_on: "2023-11-24".to_owned(),
        issuer: "ỦY BAN NHÂN DÂN XÃ CHÂU THỚI".to_owned(),
        dossier: dossier.to_owned(),
        judged_sha256: "cd".repeat(32),
    }
}

/// A decision that gives the one dossier its title.
fn decision(dossier: DossierId) -> Decision {
    Decision {
        id: DecisionId::new(kit::id(40)),
        issuing_unit: UnitId::new(kit::id(1)),
        number: 5,
        draft: Draft {
            issuer: "ỦY BAN NHÂN DÂN XÃ CHÂU THỚI".to_owned(),
            place: "Châu Thới".to_owned(),
            signed_on: kit::TODAY,
            capacity: SigningCapacity::ForTheCollective,
            signatory: "CHỦ TỊCH".to_owned(),
            legal_bases: vec!["Căn cứ Thông tư số 124/2021/TT-BCA".to_owned()],
        },
        items: vec![DecisionItem {
            dossier,
            round: 1,
            recognised: true,
            judged_sha256: "cd".repeat(32),
            certificate: Some(Certificate { id: CertificateId::new(kit::id(41)), code: "7KQ2-M9XA-4TBC-5".to_owned() }),
            attested: Some(attestation(&dossier.to_string())),
        }],
        ruling: None,
    }
}

async fn a_decision_is_found_by_its_dossier_and_its_certificate(empty: Empty) {
    let fresh = empty.open().await;
    let (unit, _, dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let decision = decision(dossier.id);
    recognition::insert(&mut tx, &decision).await.expect("kept");
    assert_eq!(decision.issuing_unit, unit.unit);
    assert_eq!(recognition::get(&mut tx, decision.id).await.expect("read"), Some(decision.clone()));
    let on = recognition::on_dossiers(&mut tx, [dossier.id].into_iter()).await.expect("read");
    assert_eq!(on, BTreeMap::from([(dossier.id, decision.clone())]));
    let by_code = recognition::by_certificate_code(&mut tx, "7KQ2-M9XA-4TBC-5").await.expect("read");
    assert_eq!(by_code, Some(decision.clone()));
    assert_eq!(recognition::by_certificate_code(&mut tx, "2222-2222-2222-2").await.expect("read"), None);
    assert_eq!(recognition::latest(&mut tx, None, 10, true).await.expect("read")[0].notation(), "05/QĐ-UBND");
    assert_eq!(recognition::latest(&mut tx, Some(decision.id), 10, true).await.expect("read"), []);
    let titles = recognition::titles(&mut tx, [decision.id].into_iter()).await.expect("read");
    assert_eq!(titles, BTreeMap::from([(decision.id, 1)]));
    let again = Decision { id: DecisionId::new(kit::id(42)), items: Vec::new(), ..decision };
    assert!(recognition::insert(&mut tx, &again).await.is_err(), "a number is used once");
}

async fn what_was_ruled_on_a_title_is_kept_in_its_order(empty: Empty) {
    let fresh = empty.open().await;
    let (.., dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let given = decision(dossier.id);
    recognition::insert(&mut tx, &given).await.expect("kept");
    let title = CertificateId::new(kit::id(41));
    assert_eq!(recognition::rulings(&mut tx, [title].into_iter()).await.expect("read"), BTreeMap::new());

    // Kept later with a smaller identity: it is the order of keeping that counts.
    let ruled = |id: u128, number, measure, effective_on: Date| {
        let reason = "Số liệu kê khai không đúng.".to_owned();
        let ruling = Ruling { on: given.id, measure, effective_on, reason, certificates: vec![title] };
        let id = DecisionId::new(kit::id(id));
        Decision { id, number, items: Vec::new(), ruling: Some(ruling), ..given.clone() }
    };
    let suspended = ruled(51, 6, Measure::Suspend, kit::TODAY);
    let revoked = ruled(50, 7, Measure::Revoke, kit::TODAY + 2.days());
    for decision in [&suspended, &revoked] {
        recognition::insert(&mut tx, decision).await.expect("kept");
        assert_eq!(recognition::get(&mut tx, decision.id).await.expect("read").as_ref(), Some(decision));
    }
    let mut history = recognition::rulings(&mut tx, [title].into_iter()).await.expect("read");
    let history = history.remove(&title).expect("two");
    let short = |ruled: &Ruled| (ruled.decision, ruled.notation.clone(), ruled.ruling.measure);
    let expected = [
        (suspended.id, "06/QĐ-UBND".to_owned(), Measure::Suspend),
        (revoked.id, "07/QĐ-UBND".to_owned(), Measure::Revoke),
    ];
    assert_eq!(history.iter().map(short).collect::<Vec<_>>(), expected);
    assert_eq!((history[1].ruling.effective_on, history[1].ruling.on), (kit::TODAY + 2.days(), given.id));
    let of = |decisions: Vec<Decision>| decisions.iter().map(|decision| decision.number).collect::<Vec<_>>();
    assert_eq!(of(recognition::latest(&mut tx, None, 10, true).await.expect("read")), [7, 6, 5]);
    assert_eq!(of(recognition::latest(&mut tx, None, 10, false).await.expect("read")), [5], "without rulings");
    assert_eq!(recognition::dossier_of(&mut tx, title).await.expect("read"), Some(dossier.id));
    // The title and its certificate are as they were.
    assert_eq!(recognition::get(&mut tx, given.id).await.expect("read"), Some(given.clone()));
}

async fn a_later_round_is_decided_beside_the_first(empty: Empty) {
    let fresh = empty.open().await;
    let (.., dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let withheld = |item: DecisionItem| DecisionItem { recognised: false, certificate: None, attested: None, ..item };
    let mut first = decision(dossier.id);
    first.items = first.items.into_iter().map(withheld).collect();
    let mut second = decision(dossier.id);
    (second.id, second.number, second.items[0].round) = (DecisionId::new(kit::id(60)), 6, 2);
    for decision in [&second, &first] {
        recognition::insert(&mut tx, decision).await.expect("written");
    }
    let ids = || std::iter::once(dossier.id);
    let all = recognition::all_on_dossiers(&mut tx, ids()).await.expect("read");
    assert_eq!(all, BTreeMap::from([(dossier.id, vec![first, second.clone()])]));
    let holds = recognition::on_dossiers(&mut tx, ids()).await.expect("read");
    assert_eq!(holds, BTreeMap::from([(dossier.id, second.clone())]));
    let third = Decision { id: DecisionId::new(kit::id(61)), number: 7, ..second };
    assert!(recognition::insert(&mut tx, &third).await.is_err(), "a round is decided once");
}

async fn decisions_of_before_are_on_the_round_of_their_dossier(empty: Empty) {
    let old = Db::open_as_of(&empty.url, 16).await.expect("opened");
    let mut tx = old.write().await.expect("a transaction");
    let [unit, cycle, dossier, given, ruling, title] = [1, 2, 3, 4, 5, 6].map(kit::id);
    for statement in [
        &format!("insert into units (id) values ('{unit}')"),
        "insert into criteria_sets (code, version, pack, sha256) values ('set', '1', 'pack', '00')",
        &format!(
            "insert into cycles (id, programme, set_code, set_version, year, assessed_from, assessed_until,
               registration_until, due_on)
             values ('{cycle}', 'p', 'set', '1', 2023, '2022-11-16', '2023-11-16', '2023-03-31', '2023-11-30')"
        ),
        &format!(
            "insert into dossiers (id, unit_id, cycle_id, state, round, fulfils)
             values ('{dossier}', '{unit}', '{cycle}', 'revoked', 3, 1)"
        ),
        &format!(
            "insert into decisions (id, issuing_unit_id, year, number, issuer, place, signed_on, capacity, signatory,
               legal_bases)
             values ('{given}', '{unit}', 2023, 1, 'UBND', 'Bạc Liêu', '2023-11-24', 'TM.', 'CHỦ TỊCH', '[]'),
               ('{ruling}', '{unit}', 2023, 2, 'UBND', 'Bạc Liêu', '2023-12-24', 'TM.', 'CHỦ TỊCH', '[]')"
        ),
        &format!(
            "insert into decision_items (decision_id, dossier_id, recognised, judged_sha256, certificate_id,
               certificate_code)
             values ('{given}', '{dossier}', 1, 'cd', '{title}', '7KQ2')"
        ),
        &format!(
            "insert into title_rulings (decision_id, on_decision_id, measure, effective_on, reason)
             values ('{ruling}', '{given}', 'revoke', '2023-12-24', 'Sai số liệu')"
        ),
        &format!(
            "insert into title_ruling_items (decision_id, certificate_id, place) values ('{ruling}', '{title}', 1)"
        ),
    ] {
        super::run(&mut tx, statement).await;
    }
    tx.commit().await.expect("kept");
    old.close().await;
    let db = Db::open(&empty.url).await.expect("upgraded");
    let mut tx = db.read().await.expect("a transaction");
    let found = recognition::get(&mut tx, DecisionId::new(given)).await.expect("read").expect("there");
    assert_eq!(found.items.iter().map(|item| (item.round, item.recognised)).collect::<Vec<_>>(), [(3, true)]);
    let title = CertificateId::new(title);
    let ruled = recognition::rulings(&mut tx, std::iter::once(title)).await.expect("read");
    assert_eq!(ruled[&title].len(), 1);
    assert_eq!(recognition::dossier_of(&mut tx, title).await.expect("read"), Some(DossierId::new(dossier)));
}
