//! Dossiers, answers with revisions, returns, snapshots, proofs and plans.

use std::collections::BTreeMap;

use dienhinh_domain::{
    dossiers::{Answer, Dossier, Return, Stage, State},
    evidence::Evidence,
    ids::{EvidenceId, UnitId},
    plans::{Cause, Plan},
    text::Order,
    units::UnitVersion,
};
use dienhinh_storage::{
    dossiers::{self, list},
    evidence, plans,
};
use dienhinh_testkit::{self as kit, Empty};

kit::on_both!(
    a_dossier_reads_back_as_it_was_written,
    what_was_never_submitted_comes_last,
    two_people_never_overwrite_each_other_unseen,
    returns_snapshots_and_plans_read_back,
    a_proof_that_was_taken_off_is_not_shown,
    a_parent_sees_how_its_children_stand,
);

fn answer(value: i64) -> Answer {
    Answer {
        inputs: BTreeMap::from([("c01".to_owned(), value)]),
        note: "ghi chú".to_owned(),
        revision: 1,
        at: kit::now(),
    }
}

async fn a_dossier_reads_back_as_it_was_written(empty: Empty) {
    let fresh = empty.open().await;
    let (unit, cycle, mut dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    assert!(dossiers::insert(&mut tx, &kit::dossier(99, &unit, &cycle)).await.is_err(), "one for each unit and cycle");
    drop(tx);
    let mut tx = fresh.db.write().await.expect("a transaction");
    dossier.state = State::Submitted;
    dossier.submitted_at = Some(kit::now());
    dossier.frozen_sha256 = Some("ab".to_owned());
    dossiers::save(&mut tx, &dossier, None).await.expect("saved");
    assert_eq!(dossiers::get(&mut tx, dossier.id).await.expect("read"), Some(dossier.clone()));
    assert_eq!(dossiers::of_unit(&mut tx, unit.unit).await.expect("read"), [dossier.clone()]);
    assert_eq!(dossiers::of_cycle(&mut tx, cycle.id, None, 10).await.expect("read"), [dossier.clone()]);
    assert_eq!(dossiers::of_cycle(&mut tx, cycle.id, Some(dossier.id), 10).await.expect("read"), []);
    for (area, state, found) in
        [(unit.unit, State::Submitted, &[dossier.clone()][..]), (unit.unit, State::Invited, &[])]
    {
        assert_eq!(list::in_state(&mut tx, area, cycle.id, state, 10).await.expect("read"), found);
    }
    assert_eq!(list::all_of(&mut tx, unit.unit, cycle.id).await.expect("read"), [dossier]);
}

async fn what_was_never_submitted_comes_last(empty: Empty) {
    let fresh = empty.open().await;
    let (above, cycle, _) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    for (number, submitted_at) in [(20_u128, Some(1)), (21, None), (22, Some(2))] {
        let quarter = UnitVersion { parent: Some(above.unit), ..kit::unit(number, "Khóm") };
        dienhinh_storage::units::insert(&mut tx, &quarter, &Order::new()).await.expect("a unit");
        let submitted_at = submitted_at.map(|second| jiff::Timestamp::constant(second, 0));
        let dossier = Dossier { submitted_at, state: State::Returned, ..kit::dossier(number, &quarter, &cycle) };
        dossiers::insert(&mut tx, &dossier).await.expect("a dossier");
    }
    let listed = list::in_state(&mut tx, above.unit, cycle.id, State::Returned, 10).await.expect("read");
    let units: Vec<_> = listed.iter().map(|dossier| dossier.unit).collect();
    assert_eq!(units, [22, 20, 21].map(|number| UnitId::new(kit::id(number))));
}

async fn two_people_never_overwrite_each_other_unseen(empty: Empty) {
    let fresh = empty.open().await;
    let (unit, cycle, dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let stage = Stage::SelfAssessed;
    for (value, built_on, revision) in [(1, 5, None), (1, 0, Some(1)), (0, 0, None), (0, 1, Some(2)), (1, 1, None)] {
        let saved = dossiers::save_answer(&mut tx, dossier.id, "c01", stage, &answer(value), built_on).await;
        assert_eq!(saved.expect("no failure"), revision, "{value} built on {built_on}");
    }
    let stored = dossiers::answers(&mut tx, dossier.id).await.expect("read");
    let expected = Answer { revision: 2, ..answer(0) };
    assert_eq!(stored, BTreeMap::from([(("c01".to_owned(), stage), expected)]));
    let of_area = list::answers_of(&mut tx, unit.unit, cycle.id, stage).await.expect("read");
    assert_eq!(of_area[&dossier.id], stored);
    assert!(list::answers_of(&mut tx, unit.unit, cycle.id, Stage::Council).await.expect("read").is_empty());
    dossiers::remove_answer(&mut tx, dossier.id, "c01", stage).await.expect("removed");
    assert!(dossiers::answers(&mut tx, dossier.id).await.expect("read").is_empty());
}

async fn returns_snapshots_and_plans_read_back(empty: Empty) {
    let fresh = empty.open().await;
    let (_, cycle, dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let mut row =
        Return { criterion: "c01".to_owned(), round: 2, reason: "Thiếu dấu".to_owned(), reply: String::new() };
    dossiers::save_return(&mut tx, dossier.id, &row).await.expect("saved");
    "Đã bổ sung".clone_into(&mut row.reply);
    dossiers::save_return(&mut tx, dossier.id, &row).await.expect("saved");
    assert_eq!(dossiers::returns(&mut tx, dossier.id).await.expect("read"), [row]);
    dossiers::remove_return(&mut tx, dossier.id, "c01", 2).await.expect("removed");
    assert_eq!(dossiers::returns(&mut tx, dossier.id).await.expect("read"), []);

    dossiers::insert_snapshot(&mut tx, &dossier, "ab", "{}").await.expect("kept");
    let frozen = dossiers::snapshot(&mut tx, dossier.id, 1).await.expect("read");
    assert_eq!(frozen, Some(("ab".to_owned(), "{}".to_owned())));

    let plan = Plan {
        dossier: dossier.id,
        criterion: "c34".to_owned(),
        cause: Cause::Land,
        action: "Quy hoạch quỹ đất".to_owned(),
        owner: "UBND thị trấn".to_owned(),
        due_on: kit::TODAY,
    };
    plans::save(&mut tx, &Plan { cause: Cause::Funding, ..plan.clone() }).await.expect("saved");
    plans::save(&mut tx, &plan).await.expect("saved");
    assert_eq!(plans::of_dossier(&mut tx, dossier.id).await.expect("read"), std::slice::from_ref(&plan));
    assert_eq!(plans::of_cycle(&mut tx, cycle.id).await.expect("read"), [plan]);
    assert!(dossiers::insert_snapshot(&mut tx, &dossier, "cd", "{}").await.is_err(), "frozen once a round");
}

async fn a_proof_that_was_taken_off_is_not_shown(empty: Empty) {
    let fresh = empty.open().await;
    let (_, cycle, dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let proof = Evidence {
        id: EvidenceId::new(kit::id(7)),
        dossier: dossier.id,
        criterion: "c01".to_owned(),
        sha256: "ab".repeat(32),
        file_name: "Kế hoạch.pdf".to_owned(),
        media: "application/pdf".to_owned(),
        bytes: 12,
        effective_on: Some(kit::TODAY),
        pointer: "trang 2–9, mục II".to_owned(),
        uploaded_at: kit::now(),
    };
    evidence::insert(&mut tx, &proof).await.expect("kept");
    assert_eq!(evidence::get(&mut tx, proof.id).await.expect("read"), Some(proof.clone()));
    assert_eq!(evidence::of_dossier(&mut tx, dossier.id).await.expect("read"), std::slice::from_ref(&proof));
    let proven = evidence::proven_in_cycle(&mut tx, cycle.id).await.expect("read");
    assert_eq!(proven, [(dossier.id, "c01".to_owned())]);
    assert!(evidence::remove(&mut tx, proof.id, kit::now()).await.expect("removed"));
    assert!(!evidence::remove(&mut tx, proof.id, kit::now()).await.expect("no failure"), "once is enough");
    assert_eq!(evidence::get(&mut tx, proof.id).await.expect("read"), None);
    assert_eq!(evidence::of_dossier(&mut tx, dossier.id).await.expect("read"), []);
    assert_eq!(evidence::proven_in_cycle(&mut tx, cycle.id).await.expect("read"), []);
}

async fn a_parent_sees_how_its_children_stand(empty: Empty) {
    let fresh = empty.open().await;
    let (unit, cycle, dossier) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let mut quarter = kit::unit(20, "Khóm 1");
    quarter.parent = Some(unit.unit);
    dienhinh_storage::units::insert(&mut tx, &quarter, &Order::new()).await.expect("a unit");
    dossiers::insert(&mut tx, &kit::dossier(21, &quarter, &cycle)).await.expect("a dossier");
    let below = dossiers::states_below(&mut tx, unit.unit, "programme", 2023, kit::TODAY).await.expect("read");
    assert_eq!(below, [("commune".to_owned(), State::InProgress)]);
    assert_eq!(dossiers::states_below(&mut tx, unit.unit, "programme", 2022, kit::TODAY).await.expect("read"), []);
    assert_eq!(dossiers::states_below(&mut tx, quarter.unit, "programme", 2023, kit::TODAY).await.expect("read"), []);
    assert_ne!(dossier.unit, quarter.unit);
}
