//! Somebody with every right on the database alters the record; the walk finds it and names the first bad entry.
//!
//! `DIENHINH_TAMPERINGS=1000` tries that many alterations; without it a number that takes a moment.

use std::env;

use dienhinh_domain::audit::{
    checkpoint::Signed,
    hex,
    merkle::Edge,
    walk::{Bad, Fault, Kept, Walk},
};
use dienhinh_storage::{Tx, audit};
use dienhinh_testkit::{self as kit, Empty};

use super::{
    audit::{entry, key},
    run,
};

/// How many entries the record has; the checkpoint from outside counts [`CHECKED`] of them.
const ENTRIES: u64 = 40;
const CHECKED: u64 = 33;

/// What may be altered in an entry.
const COLUMNS: [&str; 10] =
    ["at", "role", "scope", "action", "unit_id", "subject", "detail", "request", "before_hash", "account_id"];

/// The same numbers in every run: a linear congruential generator (Knuth, MMIX).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// What the walk says of the whole record beside a checkpoint from outside.
async fn verified(tx: &mut Tx, checkpoint: &Signed) -> Result<(), Bad> {
    let keys = [key().public()];
    let mut walk = Walk::new(&keys, std::slice::from_ref(checkpoint)).expect("a sound checkpoint");
    for kept in audit::kept(tx, None, 1_000).await.expect("read") {
        walk.step(&kept)?;
    }
    walk.end().map(drop)
}

/// Makes all hashes fit again, as somebody who knows how they are made can.
async fn rehash(tx: &mut Tx) {
    let kept: Vec<Kept> = audit::kept(tx, None, 1_000).await.expect("read");
    let mut edge = Edge::default();
    for kept in kept {
        let nodes: String = edge.append(kept.entry.leaf()).iter().map(|hash| hex(hash)).collect();
        run(tx, &format!("update audit_entries set nodes = '{nodes}' where seq = {}", kept.entry.seq)).await;
    }
}

/// One alteration, and which entry is the first bad one after it.
async fn alter(tx: &mut Tx, chance: &mut Chance) -> (String, u64) {
    let seq = 1 + chance.below(ENTRIES);
    let older = 1 + chance.below(CHECKED - 1);
    let covers_up = chance.below(2) == 1;
    let (what, statements, bad) = match chance.below(8) {
        0 => {
            let column = COLUMNS[usize::try_from(chance.below(10)).expect("small")];
            let value = if column == "at" { "at + 1".to_owned() } else { format!("{column} || 'x'") };
            (
                format!("change {column} of {seq}"),
                format!("update audit_entries set {column} = {value} where seq = {seq}"),
                seq,
            )
        }
        1 => (format!("delete {older}"), format!("delete from audit_entries where seq = {older}"), older),
        2 => {
            let close = format!(
                "delete from audit_entries where seq = {older};
                 update audit_entries set seq = -seq where seq > {older};
                 update audit_entries set seq = -seq - 1 where seq < 0"
            );
            (format!("delete {older} and close the gap"), close, older)
        }
        3 => {
            let insert = format!(
                "update audit_entries set seq = -seq where seq >= {seq};
                 insert into audit_entries select {seq}, at, role, scope, action, unit_id, 'made up', detail, request,
                   before_hash, after_hash, nodes, signature, account_id from audit_entries where abs(seq) = {seq};
                 update audit_entries set seq = -seq + 1 where seq < 0"
            );
            (format!("insert before {seq}"), insert, seq)
        }
        4 => {
            let (one, other) = (older, older + 1 + chance.below(ENTRIES - older));
            let swap = format!(
                "update audit_entries set seq = 1000 where seq = {one};
                 update audit_entries set seq = {one} where seq = {other};
                 update audit_entries set seq = {other} where seq = 1000"
            );
            (format!("exchange {one} and {other}"), swap, one)
        }
        5 => (format!("truncate after {older}"), format!("delete from audit_entries where seq > {older}"), older + 1),
        6 => {
            let append = format!(
                "insert into audit_entries select {ENTRIES} + 1, at, role, scope, action, unit_id, subject, detail,
                   request, before_hash, after_hash, nodes, signature, account_id from audit_entries where seq = {seq}"
            );
            (format!("append a copy of {seq}"), append, ENTRIES + 1)
        }
        _ => {
            // An older copy, into which the server went on writing with its key.
            run(tx, &format!("delete from audit_entries where seq > {older}")).await;
            for number in 0..ENTRIES - older {
                audit::append(tx, &entry(&format!("after the copy {number}")), &key()).await.expect("appended");
            }
            return (format!("go on from a copy of {older}"), CHECKED);
        }
    };
    for statement in statements.split(';') {
        run(tx, statement).await;
    }
    if covers_up {
        rehash(tx).await;
    }
    (format!("{what}, covered up: {covers_up}"), bad)
}

kit::on_both!(every_alteration_is_found_and_its_first_bad_entry_named);

async fn every_alteration_is_found_and_its_first_bad_entry_named(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    for number in 0..ENTRIES {
        audit::append(&mut tx, &entry(&number.to_string()), &key()).await.expect("appended");
    }
    let checkpoint = audit::head(&mut tx, CHECKED, "dienhinh-test").await.expect("read").expect("a head");
    let is_postgres = matches!(tx, Tx::Postgres(_));
    for trigger in ["audit_entries_never_change", "audit_entries_never_go"] {
        run(&mut tx, &format!("drop trigger {trigger}{}", if is_postgres { " on audit_entries" } else { "" })).await;
    }
    assert_eq!(verified(&mut tx, &checkpoint).await, Ok(()));
    let wanted = env::var("DIENHINH_TAMPERINGS").ok().and_then(|count| count.parse().ok()).unwrap_or(60);
    let mut chance = Chance(1);
    for number in 0..wanted {
        run(&mut tx, "savepoint before").await;
        let (what, bad) = alter(&mut tx, &mut chance).await;
        let found = verified(&mut tx, &checkpoint).await.expect_err(&what);
        assert_eq!(found.seq, bad, "{number}: {what}: {found:?}");
        if what.starts_with("go on") {
            assert_eq!(found.fault, Fault::Forked, "{what}");
        }
        run(&mut tx, "rollback to before").await;
        run(&mut tx, "release before").await;
    }
    assert_eq!(verified(&mut tx, &checkpoint).await, Ok(()), "nothing of it is left");
}
