//! The record is chained and cannot be changed through the database's own statements.

use dienhinh_domain::{
    access::{Action, Actor, Role},
    audit::{Author, Entry, GENESIS},
    ids::UnitId,
};
use dienhinh_storage::audit;
use dienhinh_testkit as kit;

fn entry(subject: &str) -> Entry {
    let unit = UnitId::new(kit::id(1));
    Entry {
        at: kit::now(),
        author: Author::Actor(Actor { role: Role::UnitOfficer, scope: unit }),
        action: Action::DossiersAnswer,
        unit: Some(unit),
        subject: subject.to_owned(),
        detail: "{}".to_owned(),
    }
}

#[tokio::test]
async fn entries_are_chained_in_order() {
    let fresh = kit::fresh().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    for subject in ["a", "b", "a"] {
        audit::append(&mut tx, &entry(subject)).await.expect("appended");
    }
    let all = audit::after(&mut tx, 0, 10).await.expect("read");
    let mut previous = GENESIS.to_owned();
    for (at, chained) in all.iter().enumerate() {
        assert_eq!(chained.seq, i64::try_from(at).expect("few") + 1);
        assert_eq!(chained.previous, previous);
        assert_eq!(chained.hash, chained.entry.chained(&previous));
        previous.clone_from(&chained.hash);
    }
    assert_eq!(audit::after(&mut tx, 2, 10).await.expect("read"), all[2..]);
    let of_a: Vec<i64> = audit::of_subject(&mut tx, "a", 10).await.expect("read").iter().map(|e| e.seq).collect();
    assert_eq!(of_a, [3, 1]);
    assert_ne!(all[0].hash, all[2].hash, "the same thing done twice leaves two hashes");
}

#[tokio::test]
async fn the_operator_stands_in_the_chain_without_a_role_and_a_unit() {
    let fresh = kit::fresh().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let by_operator =
        Entry { author: Author::Operator, action: Action::ProgrammesActivate, unit: None, ..entry("set 1") };
    for entry in [&entry("a"), &by_operator] {
        audit::append(&mut tx, entry).await.expect("appended");
    }
    let all = audit::after(&mut tx, 0, 10).await.expect("read");
    assert_eq!(all[1].entry, by_operator);
    assert_eq!(all[1].hash, by_operator.chained(&all[0].hash));
    let by_officer = Entry { author: entry("a").author, ..by_operator };
    assert_ne!(all[1].hash, by_officer.chained(&all[0].hash), "who did it belongs to the hash");
}
