//! The schema goes forward, as a whole, and never under a program that does not know it.

use dienhinh_storage::{DatabaseUrl, Db, Failure, schema, settings, state};
use dienhinh_testkit::{Empty, golden, on_both};

on_both!(
    a_newer_schema_is_refused_by_both_versions,
    many_that_start_at_once_upgrade_once,
    an_upgrade_keeps_what_an_earlier_version_wrote
);

async fn lines(db: &Db) -> Vec<String> {
    state::lines(&mut db.read().await.expect("a transaction")).await.expect("read")
}

async fn version(db: &Db) -> i64 {
    schema::version(&mut db.read().await.expect("a transaction")).await.expect("read")
}

async fn a_newer_schema_is_refused_by_both_versions(empty: Empty) {
    let fresh = empty.open().await;
    let newer = schema::latest() + 3;
    schema::pretend(&fresh.db, newer, "9.1.0").await.expect("written");
    let failure = Db::open(&fresh.at.url).await.expect_err("refused");
    let said = failure.to_string();
    assert!(matches!(failure, Failure::NewerSchema { .. }), "{said}");
    for part in [format!("schema {newer} was made by dienhinh 9.1.0"), format!("knows up to {}", schema::latest())] {
        assert!(said.contains(&part), "{said}");
    }
    assert_eq!(version(&fresh.db).await, newer, "nothing was changed");
}

async fn many_that_start_at_once_upgrade_once(empty: Empty) {
    let old = Db::open_as_of(&empty.url, 1).await.expect("opened");
    let mut tx = old.write().await.expect("a transaction");
    settings::set(&mut tx, "kept", "yes").await.expect("written");
    tx.commit().await.expect("kept");
    assert_eq!(version(&old).await, 1);
    old.close().await;
    let start = |url: DatabaseUrl| tokio::spawn(async move { Db::open(&url).await });
    let started: Vec<_> = (0..6).map(|_| start(empty.url.clone())).collect();
    for one in started {
        let db = one.await.expect("ended").expect("opened");
        assert_eq!(version(&db).await, schema::latest());
        assert!(lines(&db).await.iter().any(|line| line == r#"settings Some("kept") Some("yes")"#));
    }
}

async fn an_upgrade_keeps_what_an_earlier_version_wrote(empty: Empty) {
    let old = golden::make(&empty.url, 10).await.expect("made");
    let hash = async |db: &Db| golden::hash(&mut db.read().await.expect("a transaction")).await.expect("read");
    let before = hash(&old).await;
    old.close().await;
    let db = Db::open(&empty.url).await.expect("upgraded");
    assert_eq!(hash(&db).await, before);
    let mut tx = db.write().await.expect("a transaction");
    settings::set(&mut tx, "golden.3", "other").await.expect("written");
    tx.commit().await.expect("kept");
    assert_ne!(hash(&db).await, before, "the hash finds a change");
}
