//! What actions came to, under the keys of their requests.

use dienhinh_storage::idempotency::{Kept, forget, get, insert};
use dienhinh_testkit::{self as kit, Empty};
use jiff::SignedDuration;

kit::on_both!(what_came_of_a_key_is_kept_until_it_is_forgotten, a_key_is_kept_once);

fn kept(outcome: &str) -> Kept {
    Kept { asked: "aa".to_owned(), outcome: outcome.to_owned() }
}

async fn what_came_of_a_key_is_kept_until_it_is_forgotten(empty: Empty) {
    let fresh = empty.open().await;
    let (first, later) = (kit::now(), kit::now() + SignedDuration::from_hours(1));
    let mut tx = fresh.db.write().await.expect("a transaction");
    insert(&mut tx, "officer", "k", &kept("1"), first).await.expect("kept");
    insert(&mut tx, "leader", "k", &kept("2"), later).await.expect("the key of another is another");
    assert_eq!(get(&mut tx, "officer", "k").await.expect("read"), Some(kept("1")));
    assert_eq!(get(&mut tx, "officer", "other").await.expect("read"), None);
    assert_eq!(forget(&mut tx, later).await.expect("forgotten"), 1);
    assert_eq!(get(&mut tx, "officer", "k").await.expect("read"), None);
    assert_eq!(get(&mut tx, "leader", "k").await.expect("read"), Some(kept("2")));
}

async fn a_key_is_kept_once(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.write().await.expect("a transaction");
    insert(&mut tx, "officer", "k", &kept("1"), kit::now()).await.expect("kept");
    assert!(insert(&mut tx, "officer", "k", &kept("2"), kit::now()).await.is_err());
}
