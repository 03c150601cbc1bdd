//! The record is chained and cannot be changed through the database's own statements.

use dienhinh_domain::{
    access::{Action, Actor, Role},
    audit::{Author, Entry, GENESIS},
    ids::UnitId,
};
use dienhinh_storage::{DatabaseUrl, Db, Tx, audit};
use dienhinh_testkit::{self as kit, Empty};

kit::on_both!(
    entries_are_chained_in_order,
    the_operator_stands_in_the_chain_without_a_role_and_a_unit,
    the_databases_own_statements_cannot_change_it,
    two_servers_write_one_chain,
);

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

async fn entries_are_chained_in_order(empty: Empty) {
    let fresh = empty.open().await;
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

async fn the_operator_stands_in_the_chain_without_a_role_and_a_unit(empty: Empty) {
    let fresh = empty.open().await;
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

async fn the_databases_own_statements_cannot_change_it(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    audit::append(&mut tx, &entry("a")).await.expect("appended");
    tx.commit().await.expect("kept");
    let mut statements = vec!["update audit_entries set detail = 'x'", "delete from audit_entries"];
    if matches!(fresh.at.url, DatabaseUrl::Postgres(_)) {
        statements.push("truncate audit_entries");
    }
    for statement in statements {
        let refused = match fresh.db.write().await.expect("a transaction") {
            Tx::Sqlite(mut tx) => sqlx::query(statement).execute(&mut *tx).await.map(|_| ()),
            Tx::Postgres(mut tx) => sqlx::query(statement).execute(&mut *tx).await.map(|_| ()),
        };
        let refused = refused.expect_err(statement).to_string();
        assert!(refused.contains("audit entries are never"), "{refused}");
    }
}

/// How many entries each worker writes.
const EACH: usize = 25;

/// Two servers of one installation with four workers each; one in ten gives up before its end.
async fn two_servers_write_one_chain(empty: Empty) {
    let fresh = empty.open().await;
    let other = Db::open(&fresh.at.url).await.expect("opened twice");
    let mut workers = Vec::new();
    for worker in 0..8 {
        let db = if worker % 2 == 0 { fresh.db.clone() } else { other.clone() };
        workers.push(tokio::spawn(async move {
            let mut kept = 0;
            for number in 0..EACH {
                let mut tx = db.write().await.expect("a transaction");
                audit::append(&mut tx, &entry(&format!("{worker}.{number}"))).await.expect("appended");
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
    let all = audit::after(&mut tx, 0, 1000).await.expect("read");
    assert_eq!(all.len(), kept, "what was acknowledged is there, and nothing else");
    let mut previous = GENESIS.to_owned();
    for (seq, chained) in (1..).zip(&all) {
        assert_eq!((chained.seq, &chained.previous), (seq, &previous));
        previous.clone_from(&chained.hash);
    }
}
