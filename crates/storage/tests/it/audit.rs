//! The record is a tree with signed heads and cannot be changed through the database's own statements.

use dienhinh_domain::{
    access::{Action, Actor, Role},
    audit::{Author, Change, Entry, checkpoint::Key, merkle::continues, proof::Proof, walk::Walk},
    ids::UnitId,
};
use dienhinh_storage::{
    Tx,
    audit::{self, Of},
    units,
};
use dienhinh_testkit as kit;

pub(crate) fn key() -> Key {
    Key::new("dienhinh-test", &[7; 32])
}

pub(crate) fn entry(subject: &str) -> Entry {
    let unit = UnitId::new(kit::id(1));
    Entry {
        at: kit::now(),
        author: Author::Actor(Actor { role: Role::UnitOfficer, scope: unit }),
        action: Action::DossiersAnswer,
        unit: Some(unit),
        subject: subject.to_owned(),
        detail: "{}".to_owned(),
        request: Some(kit::id(9)),
        change: Change { before: None, after: Some("ab".repeat(32)) },
    }
}

async fn append(tx: &mut Tx, entries: impl IntoIterator<Item = Entry>) {
    for entry in entries {
        audit::append(tx, &entry, &key()).await.expect("appended");
    }
}

#[tokio::test]
async fn entries_come_back_as_they_were_written() {
    let fresh = kit::fresh().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let by_operator = Entry {
        author: Author::Operator,
        action: Action::ProgrammesActivate,
        unit: None,
        request: None,
        change: Change::default(),
        ..entry("set 1")
    };
    append(&mut tx, [entry("a"), by_operator.clone(), entry("a")]).await;
    let all = audit::latest(&mut tx, Of::All, i64::MAX, 10).await.expect("read");
    assert_eq!(all.iter().map(|placed| placed.seq).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!((&all[1].entry, &all[2].entry), (&by_operator, &entry("a")));
    let of_a = audit::latest(&mut tx, Of::Subject("a"), 3, 10).await.expect("read");
    assert_eq!(of_a.iter().map(|placed| placed.seq).collect::<Vec<_>>(), [1], "before the third");
    assert_eq!(audit::place_of(&mut tx, Action::DossiersAnswer, "a").await.expect("read"), Some(3));
    assert_eq!(audit::place_of(&mut tx, Action::DossiersSubmit, "a").await.expect("read"), None);
}

#[tokio::test]
async fn a_units_entries_are_its_own_and_those_below_it() {
    let fresh = kit::fresh().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let order = dienhinh_domain::text::Order::new();
    let district = kit::unit(1, "Huyện");
    let mut commune = kit::unit(2, "Xã");
    commune.parent = Some(district.unit);
    for unit in [&district, &commune, &kit::unit(3, "Elsewhere")] {
        units::insert(&mut tx, unit, &order).await.expect("a unit");
    }
    let on = |number, subject| Entry { unit: Some(UnitId::new(kit::id(number))), ..entry(subject) };
    append(&mut tx, [on(1, "a"), on(2, "b"), on(3, "c"), Entry { unit: None, ..entry("d") }]).await;
    for (unit, seqs) in [(1, vec![2, 1]), (2, vec![2]), (3, vec![3]), (4, vec![])] {
        let of = Of::Unit(UnitId::new(kit::id(unit)));
        let found = audit::latest(&mut tx, of, i64::MAX, 10).await.expect("read");
        assert_eq!(found.iter().map(|placed| placed.seq).collect::<Vec<_>>(), seqs, "unit {unit}");
    }
}

#[tokio::test]
async fn every_entry_has_its_proof_up_to_every_later_head() {
    let fresh = kit::fresh().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    append(&mut tx, (0..21).map(|number| entry(&number.to_string()))).await;
    let keys = [key().public()];
    for size in 1..=21 {
        let head = audit::head(&mut tx, size, "dienhinh-test").await.expect("read").expect("a head");
        assert_eq!(head.verify(&keys), Ok(()), "{size}");
        for seq in 1..=size {
            let proof = audit::proof(&mut tx, seq, None, &head).await.expect("read").expect("a proof");
            let read = Proof::read(&proof.text()).expect("a proof");
            assert_eq!(read.check(&keys), Ok(head.clone()), "{seq} of {size}");
            assert_eq!(read.entry.subject, (seq - 1).to_string());
            let older = audit::head(&mut tx, seq, "dienhinh-test").await.expect("read").expect("a head").checkpoint;
            let path = audit::consistency(&mut tx, seq, size).await.expect("read");
            assert!(continues(seq, &older.root, size, &head.checkpoint.root, &path), "{seq} to {size}");
        }
    }
    assert_eq!(audit::head(&mut tx, 22, "dienhinh-test").await.expect("read"), None);
    let mut walk = Walk::new(&keys, &[]).expect("no checkpoints");
    for kept in audit::kept(&mut tx, None, 100).await.expect("read") {
        walk.step(&kept).expect("in order");
    }
    assert_eq!(walk.size(), 21);
    let pages = audit::kept(&mut tx, Some(5), 3).await.expect("read");
    assert_eq!(pages.iter().map(|kept| kept.entry.seq).collect::<Vec<_>>(), [6, 7, 8]);
}

#[tokio::test]
async fn a_thing_keeps_its_salt() {
    let fresh = kit::fresh().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    for (subject, offered, expected) in [("a", "1", "1"), ("a", "2", "1"), ("b", "3", "3")] {
        assert_eq!(audit::salt(&mut tx, subject, offered).await.expect("kept"), expected);
    }
}

#[tokio::test]
async fn what_was_published_stays() {
    let fresh = kit::fresh().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let mut published = Vec::new();
    for subject in ["a", "b", "c"] {
        let head = audit::append(&mut tx, &entry(subject), &key()).await.expect("appended");
        audit::publish(&mut tx, &head).await.expect("published");
        published.insert(0, head);
    }
    let other = Key::new("dienhinh-test", &[8; 32]).sign(3, [0; 32], kit::now());
    audit::publish(&mut tx, &other).await.expect("no failure");
    assert_eq!(audit::checkpoints(&mut tx, i64::MAX, 10).await.expect("read"), published);
    assert_eq!(audit::checkpoints(&mut tx, 3, 1).await.expect("read"), published[1..2]);
}

#[tokio::test]
async fn the_database_itself_refuses_changes() {
    let fresh = kit::fresh().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let head = audit::append(&mut tx, &entry("a"), &key()).await.expect("appended");
    audit::publish(&mut tx, &head).await.expect("published");
    let Tx::Sqlite(connection) = &mut tx;
    for statement in [
        "update audit_entries set detail = 'x'",
        "delete from audit_entries",
        "update audit_checkpoints set note = 'x'",
        "delete from audit_checkpoints",
    ] {
        let refused = sqlx::query(statement).execute(&mut **connection).await.expect_err(statement);
        assert!(refused.to_string().contains("are never"), "{statement}: {refused}");
    }
}
