//! Every table goes out row by row and comes back the same, in either database and through an earlier schema.

use dienhinh_storage::{
    DatabaseUrl, Db, Failure,
    rows::{self, Table},
    schema, state,
};
use dienhinh_testkit::{Empty, golden, on_both};
use serde_json::{Value, json};

on_both!(rows_come_back_as_they_were, what_does_not_fit_a_column_is_refused, no_table_waits_for_itself);

type Content = Vec<(Table, Vec<Vec<Value>>)>;

async fn content(db: &Db) -> Content {
    let mut tx = db.snapshot().await.expect("a transaction");
    let mut content = Vec::new();
    for table in rows::tables(&mut tx).await.expect("tables") {
        let (mut found, mut read) = (Vec::new(), rows::read(&mut tx, &table));
        while let Some(row) = read.next().await.expect("a row") {
            found.push(row);
        }
        drop(read);
        assert_eq!(rows::count(&mut tx, &table).await.expect("counted"), found.len() as u64);
        assert_eq!(rows::is_empty(&mut tx, &table).await.expect("looked"), found.is_empty());
        content.push((table, found));
    }
    content
}

async fn write(db: &Db, content: &Content) {
    let mut tx = db.write().await.expect("a transaction");
    for table in rows::tables(&mut tx).await.expect("tables").iter().rev() {
        if !rows::is_empty(&mut tx, table).await.expect("looked") {
            rows::clear(&mut tx, table).await.expect("cleared");
        }
    }
    for (table, rows) in content {
        rows::insert(&mut tx, table, rows).await.expect("written");
    }
    tx.commit().await.expect("kept");
}

async fn lines(db: &Db) -> Vec<String> {
    state::lines(&mut db.read().await.expect("a transaction")).await.expect("read")
}

/// Rows of an earlier schema go into a database of that schema, which is then upgraded and put in place.
async fn rows_come_back_as_they_were(empty: Empty) {
    let other = Empty::on_sqlite();
    let first = golden::make(&other.url, 5_000).await.expect("made");
    let content = content(&first).await;
    let copy = Db::open_aside_at(&empty.url, golden::SCHEMA).await.expect("opened aside");
    write(&copy, &content).await;
    assert_eq!(lines(&copy).await, lines(&first).await);
    let copy = copy.upgrade_aside(&empty.url).await.expect("upgraded");
    assert!(!Db::exists(&empty.url).await.expect("looked"));
    copy.put_in_place(&empty.url).await.expect("in place");
    let (copy, first) = (Db::open(&empty.url).await.expect("opened"), upgraded(first, &other.url).await);
    assert_eq!(lines(&copy).await, lines(&first).await);
    assert_eq!(self::content(&copy).await.len(), self::content(&first).await.len());
}

async fn upgraded(db: Db, url: &DatabaseUrl) -> Db {
    db.close().await;
    Db::open(url).await.expect("upgraded")
}

async fn what_does_not_fit_a_column_is_refused(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.read().await.expect("a transaction");
    let tables = rows::tables(&mut tx).await.expect("tables");
    drop(tx);
    let settings = tables.iter().find(|table| table.name == "settings").expect("settings");
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert!(settings.ordered(&names(&["value", "name"])).is_some());
    for other in [names(&["name"]), names(&["name", "other"])] {
        assert_eq!(settings.ordered(&other), None, "{other:?}");
    }
    for row in [json!(["a", 1]), json!(["a"]), json!(["a", "b", "c"]), json!(["a", 1.5]), json!([["a"], "b"])] {
        let Value::Array(row) = row else { unreachable!() };
        let mut tx = fresh.db.write().await.expect("a transaction");
        let refused = rows::insert(&mut tx, settings, &[row]).await.expect_err("refused");
        assert!(matches!(refused, Failure::Foreign { .. }), "{refused}");
    }
}

/// What a backup relies on: rows can be written table by table, so no table points at itself or in a circle, and each
/// has a key that orders its rows.
async fn no_table_waits_for_itself(empty: Empty) {
    let fresh = empty.open().await;
    let mut tx = fresh.db.read().await.expect("a transaction");
    let tables = rows::tables(&mut tx).await.expect("tables");
    assert!(tables.len() >= 17 && schema::latest() >= 2, "{tables:?}");
    let waiting = rows::unordered(&mut tx).await.expect("tables");
    assert_eq!(waiting, Vec::<String>::new());
}
