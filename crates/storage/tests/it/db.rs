//! Opening, transactions, single settings, installed sets and cycles.

use dienhinh_storage::{Db, cycles, programmes, settings};
use dienhinh_testkit::{self as kit, Empty};

kit::on_both!(
    what_is_not_committed_never_was,
    an_installed_version_of_a_set_is_never_edited,
    a_cycle_reads_back_as_it_was_written,
);

async fn what_is_not_committed_never_was(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    settings::set(&mut tx, "name", "lost").await.expect("set");
    drop(tx);
    let mut tx = fresh.db.write().await.expect("a transaction");
    assert_eq!(settings::get(&mut tx, "name").await.expect("read"), None);
    settings::set(&mut tx, "name", "first").await.expect("set");
    settings::set(&mut tx, "name", "kept").await.expect("set");
    tx.commit().await.expect("committed");

    fresh.db.close().await;
    let again = Db::open(&fresh.at.url).await.expect("opened again");
    let mut tx = again.read().await.expect("a transaction");
    assert_eq!(settings::get(&mut tx, "name").await.expect("read").as_deref(), Some("kept"));
    assert!(settings::set(&mut tx, "name", "by a reader").await.is_err(), "a reader never writes");
}

async fn an_installed_version_of_a_set_is_never_edited(empty: Empty) {
    let fresh = empty.open().await;
    super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    let mut edited = programmes::all(&mut tx).await.expect("sets").remove(0);
    "another text".clone_into(&mut edited.pack);
    programmes::install(&mut tx, &edited).await.expect("no failure");
    assert_eq!(programmes::all(&mut tx).await.expect("sets")[0].pack, "pack");
}

async fn a_cycle_reads_back_as_it_was_written(empty: Empty) {
    let fresh = empty.open().await;
    let (_, cycle, _) = super::one_dossier(&fresh.db).await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    assert_eq!(cycles::get(&mut tx, cycle.id).await.expect("read"), Some(cycle.clone()));
    assert_eq!(cycles::all(&mut tx).await.expect("read"), [cycle]);
    assert!(cycles::insert(&mut tx, &kit::cycle(9)).await.is_err(), "one cycle for each set and year");
}
