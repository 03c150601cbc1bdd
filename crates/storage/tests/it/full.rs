//! A disk that is full or cannot be written is told apart from everything else that can go wrong.

use dienhinh_storage::{EvidenceUrl, Tx, blobs::Blobs, settings};
use dienhinh_testkit::Empty;

async fn run(tx: &mut Tx, statement: &'static str) {
    let Tx::Sqlite(connection) = tx else { panic!("SQLite only") };
    sqlx::query(statement).execute(&mut **connection).await.expect("a setting");
}

#[tokio::test]
async fn a_full_database_is_full_and_goes_on_when_there_is_room() {
    let fresh = Empty::on_sqlite().open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    // The smallest that is allowed is what is there.
    run(&mut tx, "pragma max_page_count = 1").await;
    let failure = settings::set(&mut tx, "name", &"x".repeat(1_000_000)).await.expect_err("no room");
    assert!(failure.is_full() && !failure.is_read_only() && !failure.is_unavailable(), "{failure}");
    drop(tx);
    let mut tx = fresh.db.write().await.expect("a transaction");
    run(&mut tx, "pragma max_page_count = 1073741823").await;
    settings::set(&mut tx, "name", &"x".repeat(1_000_000)).await.expect("there is room again");
    tx.commit().await.expect("committed");
}

#[tokio::test]
async fn a_database_that_cannot_be_written_is_read_only() {
    let fresh = Empty::on_sqlite().open().await;
    let mut tx = fresh.db.read().await.expect("a transaction");
    let failure = settings::set(&mut tx, "name", "value").await.expect_err("it only reads");
    assert!(failure.is_read_only() && !failure.is_full(), "{failure}");
}

#[tokio::test]
async fn a_statement_that_is_wrong_is_neither() {
    let fresh = Empty::on_sqlite().open().await;
    let Tx::Sqlite(mut connection) = fresh.db.write().await.expect("a transaction") else { panic!("SQLite") };
    let wrong = sqlx::query("select * from nowhere").execute(&mut *connection).await.expect_err("no such table");
    let failure = dienhinh_storage::Failure::from(wrong);
    assert!(!failure.is_full() && !failure.is_read_only() && !failure.is_unavailable(), "{failure}");
}

#[tokio::test]
async fn files_leave_room_for_the_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = EvidenceUrl::Folder(folder.path().join("evidence"));
    let blobs = Blobs::open(&place, folder.path()).await.expect("opened");
    assert!(blobs.has_room().expect("asked"));
    let more_than_any_disk = u64::MAX;
    assert!(!blobs.keeping_free(more_than_any_disk).has_room().expect("asked"));
}
