//! The record is a tree with signed heads and cannot be changed through the database's own statements.

use dienhinh_domain::{
    access::{Action, Actor, Role},
    audit::{Author, Change, Entry, checkpoint::Key, merkle::continues, proof::Proof, walk::Walk},
    ids::{AccountId, UnitId},
};
use dienhinh_storage::{
    DatabaseUrl, Db, Tx,
    audit::{self, Of},
    units,
};
use dienhinh_testkit::{self as kit, Empty};

kit::on_both!(
    entries_come_back_as_they_were_written,
    a_units_entries_are_its_own_and_those_below_it,
    every_entry_has_its_proof_up_to_every_later_head,
    a_thing_keeps_its_salt,
    what_was_published_stays,
    the_database_itself_refuses_changes,
    two_servers_write_one_record,
);

pub(crate) fn key() -> Key {
    Key::new("dienhinh-test", &[7; 32])
}

pub(crate) fn entry(subject: &str) -> Entry {
    let unit = UnitId::new(kit::id(1));
    Entry {
        at: kit::now(),
        author: Author::Actor(Actor { role: Role::UnitOfficer, scope: unit }),
        account: Some(AccountId::new(kit::id(8))),
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

async fn entries_come_back_as_they_were_written(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let by_operator = Entry {
        author: Author::Operator,
        account: None,
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

async fn a_units_entries_are_its_own_and_those_below_it(empty: Empty) {
    let fresh = empty.open().await;
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

async fn every_entry_has_its_proof_up_to_every_later_head(empty: Empty) {
    let fresh = empty.open().await;
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

async fn a_thing_keeps_its_salt(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    for (subject, offered, expected) in [("a", "1", "1"), ("a", "2", "1"), ("b", "3", "3")] {
        assert_eq!(audit::salt(&mut tx, subject, offered).await.expect("kept"), expected);
    }
}

async fn what_was_published_stays(empty: Empty) {
    let fresh = empty.open().await;
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

async fn the_database_itself_refuses_changes(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let head = audit::append(&mut tx, &entry("a"), &key()).await.expect("appended");
    audit::publish(&mut tx, &head).await.expect("published");
    tx.commit().await.expect("kept");
    let mut statements = vec![
        "update audit_entries set detail = 'x'",
        "delete from audit_entries",
        "update audit_checkpoints set note = 'x'",
        "delete from audit_checkpoints",
    ];
    if matches!(fresh.at.url, DatabaseUrl::Postgres(_)) {
        statements.extend(["truncate audit_entries", "truncate audit_checkpoints"]);
    }
    for statement in statements {
        let refused = match fresh.db.write().await.expect("a transaction") {
            Tx::Sqlite(mut tx) => sqlx::query(statement).execute(&mut *tx).await.map(|_| ()),
            Tx::Postgres(mut tx) => sqlx::query(statement).execute(&mut *tx).await.map(|_| ()),
        };
        let refused = refused.expect_err(statement).to_string();
        assert!(refused.contains("are never"), "{statement}: {refused}");
    }
}

/// How many entries each worker writes.
const EACH: usize = 25;

/// Two servers of one installation with four workers each; one in ten gives up before its end.
async fn two_servers_write_one_record(empty: Empty) {
    let fresh = empty.open().await;
    let other = Db::open(&fresh.at.url).await.expect("opened twice");
    let mut workers = Vec::new();
    for worker in 0..8 {
        let db = if worker % 2 == 0 { fresh.db.clone() } else { other.clone() };
        workers.push(tokio::spawn(async move {
            let mut kept = 0_u64;
            for number in 0..EACH {
                let mut tx = db.write().await.expect("a transaction");
                audit::append(&mut tx, &entry(&format!("{worker}.{number}")), &key()).await.expect("appended");
                if number % 10 != worker {
                    tx.commit().await.expect("committed");
                    kept += 1;
                }
            }
            kept
        }));
    }
    let mut kept = 0;
    for worker in workers {
        kept += worker.await.expect("no panic");
    }
    let mut tx = fresh.db.read().await.expect("a transaction");
    let keys = [key().public()];
    let mut walk = Walk::new(&keys, &[]).expect("no checkpoints");
    for entry in audit::kept(&mut tx, None, 1000).await.expect("read") {
        walk.step(&entry).expect("no entry takes the place of another");
    }
    assert_eq!(walk.size(), kept, "what was acknowledged is there, and nothing else");
}
