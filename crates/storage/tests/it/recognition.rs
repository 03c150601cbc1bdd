//! Decision numbers, decisions and certificate codes.

use std::collections::BTreeMap;

use dienhinh_domain::{
    audit::proof::Attestation,
    ids::{CertificateId, DecisionId, UnitId},
    recognition::{Certificate, Decision, DecisionItem, Draft, SigningCapacity},
};
use dienhinh_storage::recognition;
use dienhinh_testkit::{self as kit, Empty};

kit::on_both!(numbers_have_no_gap_and_restart_each_year, a_decision_is_found_by_its_dossier_and_its_certificate,);

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

async fn a_decision_is_found_by_its_dossier_and_its_certificate(empty: Empty) {
    let fresh = empty.open().await;
    let (unit, _, dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let decision = Decision {
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
            dossier: dossier.id,
            recognised: true,
            judged_sha256: "cd".repeat(32),
            certificate: Some(Certificate { id: CertificateId::new(kit::id(41)), code: "7KQ2-M9XA-4TBC-5".to_owned() }),
            attested: Some(attestation(&dossier.id.to_string())),
        }],
    };
    recognition::insert(&mut tx, &decision).await.expect("kept");
    assert_eq!(decision.issuing_unit, unit.unit);
    assert_eq!(recognition::get(&mut tx, decision.id).await.expect("read"), Some(decision.clone()));
    let on = recognition::on_dossiers(&mut tx, [dossier.id].into_iter()).await.expect("read");
    assert_eq!(on, BTreeMap::from([(dossier.id, decision.clone())]));
    let by_code = recognition::by_certificate_code(&mut tx, "7KQ2-M9XA-4TBC-5").await.expect("read");
    assert_eq!(by_code, Some(decision.clone()));
    assert_eq!(recognition::by_certificate_code(&mut tx, "2222-2222-2222-2").await.expect("read"), None);
    assert_eq!(recognition::latest(&mut tx, None, 10).await.expect("read")[0].notation(), "05/QĐ-UBND");
    assert_eq!(recognition::latest(&mut tx, Some(decision.id), 10).await.expect("read"), []);
    let titles = recognition::titles(&mut tx, [decision.id].into_iter()).await.expect("read");
    assert_eq!(titles, BTreeMap::from([(decision.id, 1)]));
    let again = Decision { id: DecisionId::new(kit::id(42)), items: Vec::new(), ..decision };
    assert!(recognition::insert(&mut tx, &again).await.is_err(), "a number is used once");
}
